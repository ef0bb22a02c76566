//! What the tokens of a line are.

use serde::Deserialize;
use vietsearch::text::Scanner;

use crate::Report;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokensCase {
    id: String,
    text: String,
    tokens: Vec<ExpectedToken>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedToken {
    start: Option<usize>,
    end: Option<usize>,
    kind: Option<String>,
    form: Option<String>,
    folded: Option<String>,
    sentence: Option<u32>,
}

pub(crate) fn run_tokens(case: &TokensCase, report: &mut Report) {
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(&case.text);
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        found.push(ExpectedToken {
            start: Some(token.start),
            end: Some(token.end),
            kind: Some(token.kind.to_string()),
            form: Some(token.form.to_string()),
            folded: Some(token.folded.to_string()),
            sentence: Some(token.sentence),
        });
    }
    let agrees = |expected: &ExpectedToken, token: &ExpectedToken| {
        (expected.start.is_none() || expected.start == token.start)
            && (expected.end.is_none() || expected.end == token.end)
            && (expected.kind.is_none() || expected.kind == token.kind)
            && (expected.form.is_none() || expected.form == token.form)
            && (expected.folded.is_none() || expected.folded == token.folded)
            && (expected.sentence.is_none() || expected.sentence == token.sentence)
    };
    let same = found.len() == case.tokens.len()
        && case
            .tokens
            .iter()
            .zip(&found)
            .all(|(expected, token)| agrees(expected, token));
    report.check(same, || {
        format!(
            "{} {:?}: {found:#?}, expected {:#?}",
            case.id, case.text, case.tokens
        )
    });
}
