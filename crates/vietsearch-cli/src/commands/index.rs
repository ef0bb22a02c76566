//! `vietsearch index`: articles from files and folders into an index.

use std::time::Instant;

use indicatif::ProgressBar;
use serde::Serialize;
use vietsearch::index::ingest::{self, Entry, FieldMap, Options, Problem, Reader};
use vietsearch::index::{Article, NewsIndex, WriterOptions};

use super::print_json;
use crate::arguments::IndexArguments;
use crate::commands::segment::read_index_options;
use crate::error::{Failure, Result};
use crate::output::{Page, counted, say, size};
use crate::progress;

/// A crash loses at most so many articles.
const COMMIT_EVERY: usize = 200_000;
/// Problems that a person is shown.
const SHOWN: usize = 20;
/// Redrawing the bar for every article would cost more than reading a short one.
const REDRAW_EVERY: u64 = 64;
/// The writer wants so many megabytes for each thread.
const MEGABYTES_PER_THREAD: usize = 15;

/// What programs read.
#[derive(Serialize)]
struct Report<'a> {
    indexed: u64,
    skipped: &'a [Problem],
    warnings: &'a [Problem],
    seconds: f64,
    bytes: u64,
    /// Articles in the index afterwards.
    articles: u64,
}

pub(crate) fn run(arguments: &IndexArguments) -> Result<()> {
    let start = Instant::now();
    let field_map =
        FieldMap::parse(&arguments.map).map_err(|error| Failure::Usage(error.to_string()))?;
    let options = Options::default()
        .with_field_map(field_map)
        .with_encoding(arguments.encoding)
        .with_html(arguments.html);
    let reader = ingest::read(arguments.inputs.iter().cloned(), &options);
    let keep = if arguments.json { usize::MAX } else { SHOWN };
    let mut intake = Intake::new(reader, keep);

    let articles = index_all(arguments, &mut intake);
    intake.bar.finish_and_clear();
    if !arguments.json {
        intake.skipped.tell("skipped");
        intake.warnings.tell("warning");
    }
    let articles = articles?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.json {
        print_json(&Report {
            indexed: intake.indexed,
            skipped: &intake.skipped.kept,
            warnings: &intake.warnings.kept,
            seconds: (seconds * 1e3).round() / 1e3,
            bytes: intake.bytes,
            articles,
        })?;
    }
    if intake.indexed == 0 {
        return Err(Failure::Message(
            "no article found: give .jsonl, .csv, .xml, .html or .txt files (or .gz of them), or \
             folders of them"
                .to_string(),
        ));
    }
    if arguments.json {
        return Ok(());
    }
    let mut page = Page::new();
    page.line(format_args!(
        "indexed {} ({} of text) in {seconds:.1} s; skipped: {}, warnings: {}",
        counted(intake.indexed, "article"),
        size(intake.bytes),
        intake.skipped.count,
        intake.warnings.count,
    ))?;
    let holds = counted(articles, "article");
    page.line(format_args!("{} holds {holds}", arguments.index.display()))?;
    page.flush()?;
    Ok(())
}

/// Returns the number of articles in the index; 0 without touching it if nothing can be indexed.
fn index_all(arguments: &IndexArguments, intake: &mut Intake) -> Result<u64> {
    let Some(first) = intake.next() else {
        return Ok(0);
    };
    let index = match &arguments.user_dict {
        Some(path) => NewsIndex::open_or_create_with(&arguments.index, &read_index_options(path)?)?,
        None => NewsIndex::open_or_create(&arguments.index)?,
    };
    let mut writer = index.writer(writer_options(arguments))?;
    writer.add(first)?;
    while !intake.done {
        writer.add_all(intake.by_ref().take(COMMIT_EVERY))?;
        writer.commit()?;
    }
    intake.bar.set_message("committing");
    writer.finish()?;
    index.reload()?;
    Ok(index.num_docs())
}

fn writer_options(arguments: &IndexArguments) -> WriterOptions {
    let mut options = WriterOptions::default();
    if let Some(megabytes) = arguments.memory {
        let megabytes = usize::try_from(megabytes).unwrap_or(usize::MAX);
        options.memory_bytes = megabytes.saturating_mul(1_000_000);
        // A small budget is kept with fewer threads, unless their number was asked for.
        options.threads = options
            .threads
            .min((megabytes / MEGABYTES_PER_THREAD).max(1));
    }
    if let Some(threads) = arguments.threads {
        options.threads = usize::from(threads);
        if arguments.memory.is_none() {
            let least = options.threads * MEGABYTES_PER_THREAD * 1_000_000;
            options.memory_bytes = options.memory_bytes.max(least);
        }
    }
    options
}

/// The articles that are read, while what becomes of the rest is noted.
struct Intake {
    reader: Reader,
    bar: ProgressBar,
    indexed: u64,
    bytes: u64,
    skipped: Problems,
    warnings: Problems,
    /// True once the reader has come to its end.
    done: bool,
}

impl Intake {
    fn new(reader: Reader, keep: usize) -> Self {
        Self {
            reader,
            bar: progress::over_bytes(),
            indexed: 0,
            bytes: 0,
            skipped: Problems::new(keep),
            warnings: Problems::new(keep),
            done: false,
        }
    }

    fn redraw(&self) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(self.reader.bytes_total());
        self.bar.set_position(self.reader.bytes_read());
        let seconds = self.bar.elapsed().as_secs_f64().max(1e-3);
        let rate = self.indexed as f64 / seconds;
        let problems = self.skipped.count + self.warnings.count;
        self.bar.set_message(format!(
            "{}, {rate:.0}/s, {}",
            counted(self.indexed, "article"),
            counted(problems as u64, "problem"),
        ));
    }
}

impl Iterator for Intake {
    type Item = Article;

    fn next(&mut self) -> Option<Article> {
        loop {
            match self.reader.next() {
                Some(Entry::Article {
                    article,
                    place,
                    warnings,
                }) => {
                    // The writer refuses such an article and would end the whole run.
                    if article.is_empty() {
                        self.skipped
                            .push(Problem::new(place, "has neither title nor body"));
                        continue;
                    }
                    warnings
                        .into_iter()
                        .for_each(|warning| self.warnings.push(warning));
                    self.indexed += 1;
                    self.bytes += article.text_bytes() as u64;
                    if self.indexed.is_multiple_of(REDRAW_EVERY) {
                        self.redraw();
                    }
                    return Some(*article);
                }
                Some(Entry::Skipped(problem)) => {
                    self.skipped.push(problem);
                    self.redraw();
                }
                None => {
                    self.done = true;
                    self.redraw();
                    return None;
                }
            }
        }
    }
}

/// Problems, of which the first few are kept and all are counted.
struct Problems {
    kept: Vec<Problem>,
    keep: usize,
    count: usize,
}

impl Problems {
    fn new(keep: usize) -> Self {
        Self {
            kept: Vec::new(),
            keep,
            count: 0,
        }
    }

    fn push(&mut self, problem: Problem) {
        self.count += 1;
        if self.kept.len() < self.keep {
            self.kept.push(problem);
        }
    }

    /// Lists them on stderr.
    fn tell(&self, what: &str) {
        for problem in &self.kept {
            say(format_args!("{what}: {problem}"));
        }
        let more = self.count - self.kept.len();
        if more > 0 {
            say(format_args!("… and {more} more ({what})"));
        }
    }
}
