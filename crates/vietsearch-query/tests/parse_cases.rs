//! Runs the cases of `data/parse.toml`.

use std::error::Error;

use serde::Deserialize;
use vietsearch_query::parse::{Day, Note, Parsed, ParserOptions, parse};

#[derive(Deserialize)]
struct Cases {
    today: Day,
    extra_fields: Vec<String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    query: String,
    tree: String,
    #[serde(default)]
    notes: Vec<String>,
}

fn note_name(note: &Note) -> &'static str {
    match note {
        Note::ImpossibleDate { .. } => "impossible date",
        Note::ReversedDays { .. } => "reversed days",
        Note::TooDeep { .. } => "too deep",
        _ => "unknown",
    }
}

/// Returns every case with its parsed query.
fn parsed_cases() -> Result<Vec<(Case, Parsed)>, Box<dyn Error>> {
    let cases: Cases = toml::from_str(include_str!("data/parse.toml"))?;
    let options = ParserOptions::default()
        .with_today(cases.today)
        .with_extra_fields(cases.extra_fields);
    let mut parsed_cases = Vec::new();
    for case in cases.case {
        let parsed = parse(&case.query, &options)?;
        parsed_cases.push((case, parsed));
    }
    Ok(parsed_cases)
}

#[test]
fn queries_have_the_expected_trees() -> Result<(), Box<dyn Error>> {
    let mut failures = Vec::new();
    for (case, parsed) in parsed_cases()? {
        let notes: Vec<&str> = parsed.notes.iter().map(note_name).collect();
        let tree = parsed.root.to_string();
        if tree != case.tree || notes != case.notes {
            failures.push(format!(
                "{}: {}\n  expected {} {:?}\n  got      {tree} {notes:?}",
                case.id, case.query, case.tree, case.notes
            ));
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
    Ok(())
}

#[test]
fn trees_survive_serialisation() -> Result<(), Box<dyn Error>> {
    for (case, parsed) in parsed_cases()? {
        let written = serde_json::to_string(&parsed)?;
        let read: Parsed = serde_json::from_str(&written)?;
        assert_eq!(read, parsed, "{}", case.id);
    }
    Ok(())
}
