//! Word segmentation, one thread, the scan included: the segmenter, the scanner alone, and
//! tantivy's folding chain on the same text. Names are operation/engine/input; every run asserts
//! what it made.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![allow(clippy::expect_used, reason = "a bench without tables cannot run")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tantivy::tokenizer::Tokenizer;
use vietsearch::text::{Scanner, Segmenter};
use vietsearch_benches::inputs::{Input, texts};
use vietsearch_benches::reference;

const BYTES: usize = 1_000_000;

fn engines(criterion: &mut Criterion, input: &Input) {
    let mut group = criterion.benchmark_group("segment");
    group.throughput(Throughput::Bytes(input.text.len() as u64));

    let mut segmenter = Segmenter::new().expect("the library's tables are whole");
    group.bench_function(format!("vietsearch/{}", input.name), |bencher| {
        bencher.iter(|| {
            let words = segmenter.segment(black_box(&input.text));
            let tokens: usize = words.map(|word| black_box(word).tokens).sum();
            assert_eq!(tokens, input.tokens, "no token is lost");
        });
    });

    let mut scanner = Scanner::new();
    group.bench_function(format!("scan-only/{}", input.name), |bencher| {
        bencher.iter(|| {
            let mut tokens = scanner.scan(black_box(&input.text));
            let mut count = 0;
            while let Some(token) = tokens.next() {
                black_box((token.start, token.end));
                count += 1;
            }
            assert_eq!(count, input.tokens);
        });
    });

    let mut chain = reference::folding_chain();
    let words = reference::count_words(&input.text);
    group.bench_function(format!("tantivy-folding/{}", input.name), |bencher| {
        bencher.iter(|| {
            let mut stream = chain.token_stream(black_box(&input.text));
            let (count, bytes) = reference::drain(&mut stream);
            assert_eq!(count, words);
            bytes
        });
    });
    group.finish();
}

fn segment(criterion: &mut Criterion) {
    for input in texts(BYTES) {
        engines(criterion, &input);
    }
}

criterion_group!(benches, segment);
criterion_main!(benches);
