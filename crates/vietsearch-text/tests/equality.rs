//! The scanner gives the tokens of the oracle, on random and on real text, in every normal form.
//!
//! The numbers are small by default, for an ordinary test run; variables set others:
//!
//! ```text
//! VIETSEARCH_RANDOM_INPUTS=5_000_000 VIETSEARCH_NEWS=all \
//!     cargo test --release -p vietsearch-text --test equality
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use flate2::read::GzDecoder;
use unicode_normalization::UnicodeNormalization;
use vietsearch_oracle as oracle;
use vietsearch_text::{Scanner, fold, normalize};

use support::compare::{Comparison, Failures, is_equal, warm};
use support::data::{amount, shared};
use support::random_text::{shuffled, structured, uniform};

const THREADS: usize = 2;

/// Inputs of each of the random tests.
fn inputs() -> usize {
    amount("VIETSEARCH_RANDOM_INPUTS", 20_000)
}

fn check(comparison: &mut Comparison, text: &str) -> Result<(), String> {
    comparison.equal(text)?;
    comparison.normal_forms(text)?;
    comparison.spans(text)
}

/// Runs the checks on random texts, several threads at once.
fn on_random(make: fn(&mut Rng) -> String) {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                let mut random = Rng::with_seed(thread as u64);
                let mut comparison = Comparison::new();
                let mut failures = Failures::default();
                for _ in 0..inputs() / THREADS {
                    let text = make(&mut random);
                    if check(&mut comparison, &text).is_err() {
                        failures.add(&text, &mut |text| check(&mut Comparison::new(), text));
                    }
                }
                failures.report();
            });
        }
    });
}

#[test]
fn structured_text() {
    on_random(structured);
}

#[test]
fn random_code_points() {
    on_random(uniform);
}

#[test]
fn line_filters() {
    let mut random = Rng::with_seed(11);
    let mut failures = Failures::default();
    for _ in 0..inputs() / 4 {
        let text = structured(&mut random);
        if same_filters(&text).is_err() {
            failures.add(&text, &mut same_filters);
        }
    }
    failures.report();
}

fn same_filters(text: &str) -> Result<(), String> {
    for (ours, expected) in [
        (normalize(text), oracle::normalize(text)),
        (fold(text), oracle::fold(text)),
    ] {
        if ours != expected {
            return Err(format!("{ours:?}, the oracle: {expected:?}"));
        }
    }
    Ok(())
}

/// Around the lengths at which forms are cut and buffers end, with what decides at the very end.
#[test]
fn long_words() {
    let mut comparison = Comparison::new();
    let mut failures = Failures::default();
    for letter in ["a", "ế", "Ð", "я", "9", "e\u{301}\u{302}", "ａ"] {
        for bytes in [
            15, 16, 17, 239, 240, 241, 255, 256, 257, 320, 3840, 4096, 9000,
        ] {
            for tail in ["", "1", "x", "Z", "\u{301}", ".vn", "@vidu.vn", ",5"] {
                let text = format!("{}{tail} sau", letter.repeat(bytes / letter.len()));
                if let Err(reason) = check(&mut comparison, &text) {
                    failures.add_long(format!("{letter:?} to {bytes} bytes, {tail:?}"), &reason);
                }
            }
        }
    }
    failures.report();
}

/// Articles per file of news: some, or all.
fn news_articles() -> usize {
    match std::env::var("VIETSEARCH_NEWS") {
        Ok(all) if all == "all" => usize::MAX,
        _ => amount("VIETSEARCH_NEWS", 60),
    }
}

/// As it was published, composed, decomposed, and with the marks of every letter in another order:
/// the scanner equals the oracle, and all four have the same tokens.
#[test]
fn news() {
    let Some(folder) = shared("news") else { return };
    let mut files: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let bytes = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (files, bytes) = (&files, &bytes);
            scope.spawn(move || {
                for file in files {
                    bytes.fetch_add(read_news(file, thread), Ordering::Relaxed);
                }
            });
        }
    });
    eprintln!("{} bytes of news in four forms", bytes.into_inner());
}

/// Every `THREADS`th article of a file; returns the bytes of their text.
fn read_news(file: &Path, thread: usize) -> usize {
    let mut random = Rng::with_seed(7);
    let mut scanner = warm();
    let mut failures = Failures::default();
    let mut bytes = 0;
    let lines = BufReader::new(GzDecoder::new(File::open(file).unwrap())).lines();
    let mine = lines.take(news_articles()).skip(thread).step_by(THREADS);
    for line in mine {
        let article: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        for key in ["title", "lead", "body"] {
            let text = article[key].as_str().unwrap_or("");
            let marks = random.u64(..);
            if in_all_forms(&mut scanner, text, marks).is_err() {
                failures.add(text, &mut |text| in_all_forms(&mut warm(), text, marks));
            }
            bytes += text.len();
        }
    }
    failures.report();
    bytes
}

fn in_all_forms(scanner: &mut Scanner, text: &str, marks: u64) -> Result<(), String> {
    let written = oracle::analyse(text);
    equals(scanner, text, &written)?;
    let forms: [String; 3] = [
        text.nfc().collect(),
        text.nfd().collect(),
        shuffled(&mut Rng::with_seed(marks), text),
    ];
    for form in forms {
        let tokens = oracle::analyse(&form);
        equals(scanner, &form, &tokens)?;
        let parts = |token: &oracle::Token| (token.kind, token.form.clone(), token.sentence);
        if !tokens.iter().map(parts).eq(written.iter().map(parts)) {
            return Err(format!("other tokens when written as {form:?}"));
        }
    }
    Ok(())
}

fn equals(scanner: &mut Scanner, text: &str, expected: &[oracle::Token]) -> Result<(), String> {
    let mut tokens = scanner.scan(text);
    for wanted in expected {
        match tokens.next() {
            Some(token) if is_equal(&token, wanted) => {}
            token => return Err(format!("{token:?}, the oracle: {wanted:?}")),
        }
    }
    tokens
        .next()
        .map_or(Ok(()), |token| Err(format!("one more: {token:?}")))
}
