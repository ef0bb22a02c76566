//! Runs the feature cases of `*.toml`; see the README here.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test is to stop at the first surprise"
)]

mod alerts;
mod ingest;
mod related;
mod search;
mod show;
mod tokens;

use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vietsearch::text::Syllable;
use vietsearch::{Article, NewsIndex, WriterOptions, fold, normalize};

use alerts::{AlertsCase, run_alerts};
use ingest::{IngestCase, run_ingest};
use related::{
    DuplicatesCase, SimilarCase, StoriesCase, SuggestCase, run_duplicates, run_similar,
    run_stories, run_suggest,
};
use search::{SearchCase, run_search};
use show::{FeedCase, HighlightCase, run_feed, run_highlight};
use tokens::{TokensCase, run_tokens};

type Failure = Box<dyn Error>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    search: Vec<SearchCase>,
    #[serde(default)]
    normalize: Vec<LineCase>,
    #[serde(default)]
    fold: Vec<LineCase>,
    #[serde(default)]
    tokens: Vec<TokensCase>,
    #[serde(default)]
    highlight: Vec<HighlightCase>,
    #[serde(default)]
    suggest: Vec<SuggestCase>,
    #[serde(default)]
    similar: Vec<SimilarCase>,
    #[serde(default)]
    ingest: Vec<IngestCase>,
    #[serde(default)]
    syllables: Vec<SyllablesCase>,
    #[serde(default)]
    duplicates: Vec<DuplicatesCase>,
    #[serde(default)]
    stories: Vec<StoriesCase>,
    #[serde(default)]
    alerts: Vec<AlertsCase>,
    #[serde(default)]
    feed: Vec<FeedCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineCase {
    id: String,
    cases: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SyllablesCase {
    id: String,
    #[serde(default)]
    valid: Vec<String>,
    #[serde(default)]
    invalid: Vec<String>,
}

/// Collects what fails, so that one run shows everything.
#[derive(Default)]
struct Report {
    checks: usize,
    failures: Vec<String>,
}

impl Report {
    fn check(&mut self, holds: bool, message: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.failures.push(message());
        }
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features")
}

fn run(file: &str, at_least: usize) -> Result<(), Failure> {
    let text = std::fs::read_to_string(directory().join(file))?;
    let cases: CaseFile = toml::from_str(&text)?;
    let mut report = Report::default();
    for case in &cases.search {
        run_search(case, &mut report)?;
    }
    for (cases, function) in [
        (&cases.normalize, normalize as fn(&str) -> String),
        (&cases.fold, fold),
    ] {
        for case in cases {
            for [input, expected] in &case.cases {
                let found = function(input);
                report.check(found == *expected, || {
                    format!("{}: {input:?} gives {found:?}, not {expected:?}", case.id)
                });
            }
        }
    }
    for case in &cases.tokens {
        run_tokens(case, &mut report);
    }
    for case in &cases.highlight {
        run_highlight(case, &mut report)?;
    }
    for case in &cases.suggest {
        run_suggest(case, &mut report)?;
    }
    for case in &cases.similar {
        run_similar(case, &mut report)?;
    }
    for case in &cases.stories {
        run_stories(case, &mut report)?;
    }
    for case in &cases.ingest {
        run_ingest(case, &mut report)?;
    }
    for case in &cases.alerts {
        run_alerts(case, &mut report)?;
    }
    for case in &cases.feed {
        run_feed(case, &mut report)?;
    }
    for case in &cases.duplicates {
        run_duplicates(case, &mut report)?;
    }
    for case in &cases.syllables {
        for (words, valid) in [(&case.valid, true), (&case.invalid, false)] {
            for word in words {
                let parsed = word.parse::<Syllable>().is_ok();
                report.check(parsed == valid, || {
                    format!(
                        "{}: {word:?} is a syllable: {parsed}, expected {valid}",
                        case.id
                    )
                });
            }
        }
    }
    assert!(
        report.checks >= at_least,
        "{file}: only {} checks ran",
        report.checks
    );
    assert!(
        report.failures.is_empty(),
        "{file}: {} of {} checks fail:\n{}",
        report.failures.len(),
        report.checks,
        report.failures.join("\n")
    );
    Ok(())
}

fn index(articles: &[Article]) -> Result<NewsIndex, Failure> {
    let index = NewsIndex::create_in_ram()?;
    let options = WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(16_000_000);
    let mut writer = index.writer(options)?;
    writer.add_all(articles.iter().cloned())?;
    writer.commit()?;
    drop(writer);
    Ok(index)
}

#[test]
fn normalise() -> Result<(), Failure> {
    run("normalise.toml", 250)
}

#[test]
fn folding() -> Result<(), Failure> {
    run("fold.toml", 130)
}

#[test]
fn segment() -> Result<(), Failure> {
    run("segment.toml", 100)
}

#[test]
fn indexing() -> Result<(), Failure> {
    run("index.toml", 15)
}

#[test]
fn schema() -> Result<(), Failure> {
    run("schema.toml", 25)
}

#[test]
fn ingestion() -> Result<(), Failure> {
    run("ingest.toml", 60)
}

#[test]
fn query() -> Result<(), Failure> {
    run("query.toml", 60)
}

#[test]
fn rank() -> Result<(), Failure> {
    run("rank.toml", 20)
}

#[test]
fn present() -> Result<(), Failure> {
    run("present.toml", 25)
}

#[test]
fn suggestions() -> Result<(), Failure> {
    run("suggest.toml", 25)
}

#[test]
fn hard() -> Result<(), Failure> {
    run("hard.toml", 80)
}

#[test]
fn expansion() -> Result<(), Failure> {
    run("expand.toml", 50)
}

#[test]
fn units() -> Result<(), Failure> {
    run("units.toml", 70)
}

#[test]
fn typos() -> Result<(), Failure> {
    run("typos.toml", 25)
}

#[test]
fn duplicates() -> Result<(), Failure> {
    run("duplicates.toml", 40)
}

#[test]
fn alerts() -> Result<(), Failure> {
    run("alerts.toml", 60)
}

#[test]
fn every_file_is_run() -> Result<(), Failure> {
    let mut files = 0;
    for entry in std::fs::read_dir(directory())? {
        files += usize::from(
            entry?
                .path()
                .extension()
                .is_some_and(|ending| ending == "toml"),
        );
    }
    assert_eq!(files, 16, "a new file needs a test above");
    Ok(())
}
