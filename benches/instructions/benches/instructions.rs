//! Instructions of scans and token streams on warm buffers, counted by callgrind.
//!
//! Run it by `.ci/instructions`, which knows what it needs.

#![allow(missing_docs, reason = "gungraun's macros make undocumented functions")]

use std::hint::black_box;

use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};
use vietsearch_instructions::{limit, scan, stream, texts};
use vietsearch_tantivy::ViTokenizer;
use vietsearch_text::Scanner;

/// Fails the benchmark if it takes more instructions than the baseline allows.
fn limited(benchmark: &str) -> LibraryBenchmarkConfig {
    let mut callgrind = Callgrind::default();
    if let Some(limit) = limit(benchmark) {
        callgrind.hard_limits([(EventKind::Ir, limit)]);
    }
    LibraryBenchmarkConfig::default().tool(callgrind).clone()
}

/// A scanner that has read the texts once, and the texts.
fn warm_scanner(input: &str) -> (Scanner, Vec<String>) {
    let texts = texts(input);
    let mut scanner = Scanner::new();
    scan(&mut scanner, &texts);
    (scanner, texts)
}

fn warm_tokenizer(input: &str) -> (ViTokenizer, Vec<String>) {
    let texts = texts(input);
    let mut tokenizer = ViTokenizer::folded();
    stream(&mut tokenizer, &texts);
    (tokenizer, texts)
}

// What is returned is dropped outside of what is counted.
#[library_benchmark]
#[bench::news(args = ("news"), setup = warm_scanner, config = limited("scan/news"))]
#[bench::nfd(args = ("nfd"), setup = warm_scanner, config = limited("scan/nfd"))]
#[bench::unmarked(args = ("unmarked"), setup = warm_scanner, config = limited("scan/unmarked"))]
#[bench::foreign(args = ("foreign"), setup = warm_scanner, config = limited("scan/foreign"))]
#[bench::queries(args = ("queries"), setup = warm_scanner, config = limited("scan/queries"))]
fn scans((mut scanner, texts): (Scanner, Vec<String>)) -> (usize, Scanner, Vec<String>) {
    let (count, bytes) = scan(&mut scanner, black_box(&texts));
    (count + black_box(bytes), scanner, texts)
}

#[library_benchmark]
#[bench::news(args = ("news"), setup = warm_tokenizer, config = limited("stream/news"))]
#[bench::nfd(args = ("nfd"), setup = warm_tokenizer, config = limited("stream/nfd"))]
#[bench::queries(args = ("queries"), setup = warm_tokenizer, config = limited("stream/queries"))]
fn streams(
    (mut tokenizer, texts): (ViTokenizer, Vec<String>),
) -> (usize, ViTokenizer, Vec<String>) {
    let (count, bytes) = stream(&mut tokenizer, black_box(&texts));
    (count + black_box(bytes), tokenizer, texts)
}

library_benchmark_group!(name = scan_group, benchmarks = [scans]);
library_benchmark_group!(name = stream_group, benchmarks = [streams]);

main!(library_benchmark_groups = [scan_group, stream_group]);
