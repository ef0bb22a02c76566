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
use vietsearch::text::{Scanner, Segmenter};
use vietsearch_benches::inputs::{Input, texts};
use vietsearch_benches::reference;

const BYTES: usize = 1_000_000;

fn engines(criterion: &mut Criterion, input: &Input) {
    let mut group = criterion.benchmark_group("segment");
    group.throughput(Throughput::Bytes(input.bytes as u64));

    let mut segmenter = Segmenter::new().expect("the library's tables are whole");
    group.bench_function(format!("vietsearch/{}", input.name), |bencher| {
        bencher.iter(|| {
            let mut tokens = 0;
            for text in &input.texts {
                let words = segmenter.segment(black_box(text));
                tokens += words.map(|word| black_box(word).tokens).sum::<usize>();
            }
            assert_eq!(tokens, input.tokens, "no token is lost");
        });
    });

    let mut scanner = Scanner::new();
    group.bench_function(format!("scan-only/{}", input.name), |bencher| {
        bencher.iter(|| {
            let mut count = 0;
            for text in &input.texts {
                let mut tokens = scanner.scan(black_box(text));
                while let Some(token) = tokens.next() {
                    black_box((token.start, token.end));
                    count += 1;
                }
            }
            assert_eq!(count, input.tokens);
        });
    });

    let mut chain = reference::folding_chain();
    group.bench_function(format!("tantivy-folding/{}", input.name), |bencher| {
        bencher.iter(|| {
            let (mut words, mut bytes) = (0, 0);
            for text in &input.texts {
                let (count, length) = reference::drain(&mut chain.token_stream(black_box(text)));
                words += count;
                bytes += length;
            }
            assert_eq!(words, input.words);
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
