//! Measurements of the shipped model on text that was not counted. Each prints its figures and the
//! cases that fell short.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use vietsearch_text::interpret::Interpreter;
use vietsearch_text::{Scanner, TokenKind, fold};

use crate::corpus;
use crate::error::{DatagenError, Result};

/// Cases that are shown of each kind.
const SHOWN: usize = 30;

/// A word of letters: its canonical form, its folded form, and whether it is a syllable.
type Word = (String, String, bool);

fn words(scanner: &mut Scanner, text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        if matches!(token.kind, TokenKind::Word | TokenKind::Syllable) {
            let is_syllable = token.kind == TokenKind::Syllable;
            words.push((
                token.form.to_string(),
                token.folded.to_string(),
                is_syllable,
            ));
        }
    }
    words
}

fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// Strips the marks of every `every`th text of a corpus, restores them, and counts the syllables
/// that are what they were, in lower case.
pub(crate) fn restoration(path: &Path, every: usize, keeps_capitals: bool) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    let mut scanner = Scanner::new();
    let (mut right, mut all, mut texts, mut seconds) = (0, 0, 0, 0.0);
    let mut wrong = HashMap::<(String, String), u32>::new();
    corpus::texts(path, |text| {
        texts += 1;
        if texts % every != 0 {
            return;
        }
        let mut stripped = fold(text);
        if !keeps_capitals {
            stripped = stripped.to_lowercase();
        }
        let began = Instant::now();
        let restored = interpreter.restore(&stripped);
        seconds += began.elapsed().as_secs_f64();
        let found = words(&mut scanner, &restored);
        let mut found = found.iter().peekable();
        for (form, folded, is_syllable) in words(&mut scanner, text) {
            // Folding may change how a text is cut; what is cut otherwise counts as wrong.
            let ahead = found.clone().take(5).position(|other| other.1 == folded);
            if let Some(ahead) = ahead.filter(|ahead| *ahead > 0) {
                found.nth(ahead - 1);
            }
            let next = found.next_if(|other| other.1 == folded);
            if !is_syllable {
                continue;
            }
            all += 1;
            let restored = next.map_or("-", |(restored, ..)| restored);
            if restored == form {
                right += 1;
            } else {
                *wrong.entry((form, restored.to_string())).or_default() += 1;
            }
        }
    })?;
    println!(
        "{:.3} % of {all} syllables restored, {:.1} µs each",
        percent(right, all),
        1e6 * seconds / all.max(1) as f64
    );
    let mut wrong: Vec<_> = wrong.into_iter().collect();
    wrong.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
    let wrong = wrong.iter().take(SHOWN);
    let wrong: Vec<_> = wrong
        .map(|((from, to), count)| format!("{from}→{to} {count}"))
        .collect();
    println!("{}", wrong.join(", "));
    Ok(())
}

/// Restores the marks of collections' queries and of their variants: the queries themselves must
/// stay, the variants should become them.
pub(crate) fn marks(collections: &[PathBuf]) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    let mut scanner = Scanner::new();
    for collection in collections {
        let wanted = queries(collection, "queries.jsonl")?;
        let mut changed = Vec::new();
        for query in &wanted {
            let restored = interpreter.restore(query);
            if words(&mut scanner, &restored) != words(&mut scanner, query) {
                changed.push(format!("    {query} | {restored}"));
            }
        }
        println!(
            "{}: {} of {} changed",
            collection.display(),
            changed.len(),
            wanted.len()
        );
        show(&changed);
        for variant in ["nodia", "half", "partial"] {
            let typed = queries(collection, &format!("queries.{variant}.jsonl"))?;
            let (mut all, mut before, mut after, mut whole) = (0, 0, 0, 0);
            for (typed, wanted) in typed.iter().zip(&wanted) {
                let wanted = words(&mut scanner, wanted);
                let found = words(&mut scanner, &interpreter.restore(typed));
                all += wanted.len();
                before += same(&wanted, &words(&mut scanner, typed));
                after += same(&wanted, &found);
                whole += usize::from(found == wanted);
            }
            println!(
                "  {variant}: {:.2} % of {all} words right as typed, {:.2} % restored, {whole} queries",
                percent(before, all),
                percent(after, all),
            );
        }
    }
    Ok(())
}

fn same(left: &[Word], right: &[Word]) -> usize {
    left.iter()
        .zip(right)
        .filter(|(left, right)| left.0 == right.0)
        .count()
}

/// Decodes the Telex and VNI variants of collections: by the command, and by the decision whether a
/// query is keystrokes; and asks the other variants, which are none.
pub(crate) fn decoding(collections: &[PathBuf]) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    let mut scanner = Scanner::new();
    for collection in collections {
        let wanted = queries(collection, "queries.jsonl")?;
        println!("{}", collection.display());
        for variant in ["", "nodia.", "half.", "partial.", "nfd.", "tone."] {
            let typed = queries(collection, &format!("queries.{variant}jsonl"))?;
            let decoded = typed.iter().filter_map(|query| {
                let decoded = interpreter.decode_query(&[query])?;
                Some(format!("    {query} | {}", decoded.texts.concat()))
            });
            let decoded: Vec<_> = decoded.collect();
            println!(
                "  {variant} {} of {} taken for keystrokes",
                decoded.len(),
                typed.len()
            );
            show(&decoded);
        }
        for variant in ["telex", "vni"] {
            let typed = queries(collection, &format!("queries.{variant}.jsonl"))?;
            let (mut all, mut right, mut whole) = (0, 0, 0);
            let mut wrong = Vec::new();
            for (typed, query) in typed.iter().zip(&wanted) {
                let wanted = words(&mut scanner, query);
                let mut found = words(&mut scanner, &interpreter.decode(typed)).into_iter();
                for word in wanted.iter().filter(|word| word.2) {
                    all += 1;
                    // Words that stay keystrokes may be cut otherwise: look further for the next.
                    right += usize::from(found.clone().take(4).any(|other| other.0 == word.0));
                    if let Some(place) = found.clone().take(4).position(|other| other.0 == word.0) {
                        found.nth(place);
                    }
                }
                let decoded = interpreter.decode_query(&[typed]);
                let text = decoded.map_or_else(|| typed.clone(), |decoded| decoded.texts.concat());
                if words(&mut scanner, &text) == wanted {
                    whole += 1;
                } else {
                    wrong.push(format!("    {query} | {text}"));
                }
            }
            println!(
                "  {variant}: {:.3} % of {all} syllables decoded; {whole} of {} queries, all words",
                percent(right, all),
                typed.len()
            );
            show(&wrong);
        }
    }
    Ok(())
}

/// Lists what is suggested for queries that are mostly written right.
pub(crate) fn suggestions(collections: &[PathBuf]) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    for collection in collections {
        let queries = queries(collection, "queries.jsonl")?;
        let suggested = queries.iter().filter_map(|query| {
            let suggestion = interpreter.suggest(query)?;
            Some(format!(
                "    {:?}: {query} | {}",
                suggestion.kind, suggestion.text
            ))
        });
        let suggested: Vec<_> = suggested.collect();
        println!(
            "{}: {} of {}",
            collection.display(),
            suggested.len(),
            queries.len()
        );
        show(&suggested);
    }
    Ok(())
}

/// Asks one query for each of the most frequent ASCII words of at least four letters that are no
/// Vietnamese, and lists those that are read as keystrokes.
pub(crate) fn harm(frequencies: &Path, count: usize) -> Result<()> {
    let text = read(frequencies)?;
    let mut interpreter = Interpreter::shipped();
    let words = text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (word, _, known) = (fields.next()?, fields.next()?, fields.next()?);
        (known == "0" && word.is_ascii() && word.len() >= 4).then_some(word)
    });
    let words: Vec<_> = words.take(count).collect();
    let decoded = words.iter().filter_map(|word| {
        let decoded = interpreter.decode_query(&[word])?;
        Some(format!("    {word} | {}", decoded.texts.concat()))
    });
    let decoded: Vec<_> = decoded.collect();
    println!("{} of {} taken for keystrokes", decoded.len(), words.len());
    show(&decoded);
    Ok(())
}

fn show(cases: &[String]) {
    for case in cases.iter().take(SHOWN) {
        println!("{case}");
    }
}

/// The texts of a file of queries.
fn queries(collection: &Path, name: &str) -> Result<Vec<String>> {
    let path = collection.join(name);
    let text = read(&path)?;
    let query = |(index, line): (usize, &str)| {
        let query: serde_json::Result<Query> = serde_json::from_str(line);
        query
            .map(|query| query.text)
            .map_err(|error| DatagenError::Invalid {
                path: path.clone(),
                line: index + 1,
                reason: error.to_string(),
            })
    };
    text.lines().enumerate().map(query).collect()
}

#[derive(serde::Deserialize)]
struct Query {
    text: String,
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    })
}
