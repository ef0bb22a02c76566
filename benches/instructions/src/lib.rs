//! What the instruction counts are taken of, and what was recorded before.
//!
//! The counts belong to a compiler: `baseline.csv` has them by its version. `.ci/instructions`
//! compares, and records.

use std::process::Command;

use tantivy_tokenizer_api::{TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use vietsearch_tantivy::ViTokenizer;
use vietsearch_text::{Scanner, fold};

/// What more instructions than recorded are tolerated, in percent.
pub const TOLERANCE: u64 = 3;

const BASELINE: &str = include_str!("../baseline.csv");
const ARTICLES: &str = include_str!("../../../crates/vietsearch/demo/articles.jsonl");

/// Names, codes, numbers and other scripts: what the fast path does not read.
const FOREIGN: &str = "Tổng giám đốc Microsoft Satya Nadella gặp Jürgen Müller (São Paulo) lúc \
    17h22 ngày 30/4/1975, theo https://vidu.vn/tin?a=1 và toasoan@vidu.vn. Nghị định \
    168/2024/NĐ-CP: 1.000.000đ, 3,5%, Covid-19, U23, GD&ĐT. Путин, 東京都, 한국; H’Mông, K’Ho, \
    O'Brien, El Niño, Łódź; ＣＯＶＩＤ－１９, 100 m².";

/// The names of the inputs.
pub const NAMES: [&str; 5] = ["news", "nfd", "unmarked", "foreign", "queries"];

/// The texts of an input, each to be scanned by itself.
#[must_use]
pub fn texts(name: &str) -> Vec<String> {
    let news = news();
    match name {
        "nfd" => news.iter().map(|text| text.nfd().collect()).collect(),
        "unmarked" => news.iter().map(|text| fold(text)).collect(),
        "foreign" => vec![FOREIGN.to_string(); 100],
        // The first words of each paragraph, as someone might look for it.
        "queries" => news.iter().map(|text| first_words(text)).collect(),
        _ => news,
    }
}

/// The paragraphs of the demo articles, composed.
fn news() -> Vec<String> {
    let mut texts = Vec::new();
    for line in ARTICLES.lines() {
        let article: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        for key in ["title", "lead", "body"] {
            let part = article
                .get(key)
                .and_then(|part| part.as_str())
                .unwrap_or("");
            texts.extend(part.lines().map(|text| text.nfc().collect()));
        }
    }
    texts
}

fn first_words(text: &str) -> String {
    text.split(' ').take(4).collect::<Vec<_>>().join(" ")
}

/// Reads all texts for spans and both forms; tokens, and bytes of their forms.
#[inline]
pub fn scan(scanner: &mut Scanner, texts: &[String]) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    for text in texts {
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            count += 1;
            bytes += token.form.len() + token.folded.len() + (token.end - token.start);
        }
    }
    (count, bytes)
}

/// Reads all texts as tantivy does.
#[inline]
pub fn stream(tokenizer: &mut ViTokenizer, texts: &[String]) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    for text in texts {
        let mut stream = tokenizer.token_stream(text);
        while stream.advance() {
            count += 1;
            bytes += stream.token().text.len();
        }
    }
    (count, bytes)
}

/// The most instructions that a benchmark (`scan/news`) may take with the compiler in use: what was
/// recorded, and the tolerance. `None` if nothing was recorded.
#[must_use]
pub fn limit(benchmark: &str) -> Option<u64> {
    let recorded = recorded(&compiler(), benchmark)?;
    Some(recorded + recorded * TOLERANCE / 100)
}

/// What was recorded with a compiler.
#[must_use]
pub fn recorded(compiler: &str, benchmark: &str) -> Option<u64> {
    let mut rows = BASELINE
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let row = rows.find(|row| row.first() == Some(&compiler) && row.get(1) == Some(&benchmark))?;
    row.get(2)?.parse().ok()
}

/// The version of the compiler, as it says it: `rustc 1.95.0 (59807616e 2026-04-14)`.
#[must_use]
pub fn compiler() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    let output = Command::new(rustc).arg("--version").output();
    let version = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&version).trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_has_tokens_and_the_stream_has_the_same() {
        for name in NAMES {
            let texts = texts(name);
            let (count, _) = scan(&mut Scanner::new(), &texts);
            assert!(count > 100, "{name}: {count}");
            assert_eq!(
                stream(&mut ViTokenizer::folded(), &texts).0,
                count,
                "{name}"
            );
        }
        let tokens = |name| scan(&mut Scanner::new(), &texts(name)).0;
        assert_eq!(tokens("news"), tokens("nfd"));
    }

    #[test]
    fn the_baseline_is_well_formed() {
        let mut lines = BASELINE.lines();
        assert_eq!(lines.next(), Some("compiler,benchmark,instructions"));
        for line in lines {
            let row: Vec<&str> = line.split(',').collect();
            assert_eq!(row.len(), 3, "{line}");
            assert!(
                recorded(row[0], row[1]).is_some_and(|count| count > 0),
                "{line}"
            );
        }
        assert_eq!(recorded("rustc of nobody", "scan/news"), None);
    }
}
