//! What must hold of every index and every search, whatever is in it and whatever is asked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod corpus;
mod duplicates;
mod hostile_queries;
mod hostile_texts;
mod narrowing;
mod order;
mod sharing;
mod writing;

use std::path::Path;
use std::time::{Duration, Instant};

use vietsearch::{
    Article, NewsIndex, NewsSearcher, NewsWriter, SearchRequest, SearchResponse, WriterOptions,
};

/// The most time of this thread that an answer takes in a debug build, which is some twenty times
/// slower than what readers use.
const SOON: Duration = Duration::from_secs(2);

/// Measures the time that this thread has worked, whatever else the machine does meanwhile; where
/// that is not told, the time that has passed.
struct Stopwatch(Option<Duration>, Instant);

impl Stopwatch {
    fn start() -> Self {
        Self(Self::worked(), Instant::now())
    }

    fn elapsed(&self) -> Duration {
        match (self.0, Self::worked()) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => self.1.elapsed(),
        }
    }

    fn worked() -> Option<Duration> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = told.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    }
}

/// One thread and little memory: what is added together stays one segment.
fn one_thread() -> WriterOptions {
    WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(64_000_000)
}

fn in_ram(articles: impl IntoIterator<Item = Article>) -> NewsIndex {
    let index = NewsIndex::create_in_ram().unwrap();
    fill(&index, articles);
    index
}

fn on_disk(path: &Path, articles: impl IntoIterator<Item = Article>) -> NewsIndex {
    let index = NewsIndex::create(path).unwrap();
    fill(&index, articles);
    index
}

fn fill(index: &NewsIndex, articles: impl IntoIterator<Item = Article>) {
    let mut writer = writer(index);
    writer.add_all(articles).unwrap();
    writer.finish().unwrap();
}

fn writer(index: &NewsIndex) -> NewsWriter {
    index.writer(one_thread()).unwrap()
}

fn search(index: &NewsIndex, query: &str) -> SearchResponse {
    let request = SearchRequest::new(query).with_limit(100);
    NewsSearcher::new(index).unwrap().search(&request).unwrap()
}

fn ids(found: &SearchResponse) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.id.as_str()).collect()
}

fn scores(found: &SearchResponse) -> Vec<(String, f32)> {
    let hits = found.hits.iter();
    hits.map(|hit| (hit.id.clone(), hit.score)).collect()
}
