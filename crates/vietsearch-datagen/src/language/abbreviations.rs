//! Abbreviations and aliases, both ways.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use vietsearch_data::SectionBuilder;
use vietsearch_text::{Scanner, Syllable, fold};

use super::foreign;
use crate::error::{DatagenError, Result};

const FILE: &str = "abbreviations.tsv";

/// The section with a row for each form and each form that stands for it: the folded form, the form,
/// the other one, the weight in hundredths, separated by tabs, in the order of folded forms.
pub(crate) fn section(sources: &Path) -> Result<SectionBuilder> {
    let path = sources.join(FILE);
    let text = fs::read_to_string(&path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.clone(),
        source,
    })?;
    let english = foreign::english(sources)?;
    let mut scanner = Scanner::new();
    // The greatest weight of a pair counts.
    let mut rows: BTreeMap<(String, String, String), u32> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let invalid = |reason: &str| DatagenError::Invalid {
            path: path.clone(),
            line: index + 1,
            reason: reason.to_string(),
        };
        let mut fields = line.split('\t');
        let weight = fields.next().and_then(|weight| weight.parse::<f64>().ok());
        let weight = weight.filter(|weight| (0.0..=1.0).contains(weight));
        let weight = weight.ok_or_else(|| invalid("no weight from 0 to 1"))?;
        let weight = (weight * 100.0).round() as u32;
        let forms: Vec<Form<'_>> = fields.map(Form::read).collect();
        if forms.len() < 2 {
            return Err(invalid("fewer than two forms"));
        }
        for form in &forms {
            if canonical(&mut scanner, form.text) != form.text {
                return Err(invalid("a form is not in canonical spelling"));
            }
        }
        for from in forms.iter().filter(|form| !form.only_found) {
            let others = forms.iter().filter(|to| to.text != from.text);
            for to in others.filter(|to| !is_common_word(to.text, &english)) {
                let row = (fold(from.text), from.text.to_string(), to.text.to_string());
                let known = rows.entry(row).or_default();
                *known = weight.max(*known);
            }
        }
    }
    let mut content = String::new();
    let mut ends = Vec::new();
    for ((folded, from, to), weight) in rows {
        content += &format!("{folded}\t{from}\t{to}\t{weight}");
        ends.push(content.len() as u32);
    }
    let mut section = SectionBuilder::new("abbreviations", 1);
    section.bytes(content.as_bytes());
    section.u32s(&ends);
    Ok(section)
}

/// A form of one line.
struct Form<'a> {
    text: &'a str,
    /// Who asks for it does not ask for the others.
    only_found: bool,
}

impl<'a> Form<'a> {
    fn read(field: &'a str) -> Self {
        let found = field.strip_prefix('>');
        Self {
            text: found.unwrap_or(field),
            only_found: found.is_some(),
        }
    }
}

/// True if an abbreviation is also a word (`ca`, `tha`, `who`): in an article, where its capitals are
/// not indexed, it mostly is that word.
fn is_common_word(form: &str, english: &HashSet<String>) -> bool {
    form.parse::<Syllable>().is_ok() || english.contains(form)
}

fn canonical(scanner: &mut Scanner, text: &str) -> String {
    let mut forms: Vec<String> = Vec::new();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        forms.push(token.form.to_string());
    }
    forms.join(" ")
}
