//! Text analysis, one thread: the scanner, the tokenizers above it, and tantivy's folding chain on
//! the same text. Names are operation/engine/input; every run asserts its number of tokens.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tantivy::tokenizer::Tokenizer;
use vietsearch::text::{Scanner, Token};
use vietsearch::tokenizer::ViTokenizer;
use vietsearch_benches::inputs::{Input, texts};
use vietsearch_benches::reference;

const BYTES: usize = 1_000_000;

/// What a program does with a token.
type Use = fn(&Token<'_>);

fn scan(scanner: &mut Scanner, text: &str, use_token: Use) -> usize {
    let mut tokens = scanner.scan(text);
    let mut count = 0;
    while let Some(token) = tokens.next() {
        use_token(&token);
        count += 1;
    }
    count
}

fn scanner(criterion: &mut Criterion, input: &Input) {
    let mut group = criterion.benchmark_group("scan");
    group.throughput(Throughput::Bytes(input.text.len() as u64));
    let engines: [(&str, Scanner, Use); 4] = [
        ("spans", Scanner::new(), |token| {
            black_box((token.start, token.end));
        }),
        ("canonical", Scanner::new(), |token| {
            black_box(token.form.len());
        }),
        ("canonical+folded", Scanner::new(), |token| {
            black_box((token.form.len(), token.index_key().len()));
        }),
        ("naive", Scanner::without_fast_path(), |token| {
            black_box((token.form.len(), token.index_key().len()));
        }),
    ];
    for (engine, mut scanner, use_token) in engines {
        group.bench_function(format!("{engine}/{}", input.name), |bencher| {
            bencher.iter(|| {
                let count = scan(&mut scanner, black_box(&input.text), use_token);
                assert_eq!(count, input.tokens);
            });
        });
    }
    group.finish();
}

fn stream(criterion: &mut Criterion, input: &Input) {
    let mut group = criterion.benchmark_group("stream");
    group.throughput(Throughput::Bytes(input.text.len() as u64));
    let tokenizers = [
        ("syllables", ViTokenizer::syllables()),
        ("folded", ViTokenizer::folded()),
    ];
    for (engine, mut tokenizer) in tokenizers {
        group.bench_function(format!("{engine}/{}", input.name), |bencher| {
            bencher.iter(|| {
                let mut stream = tokenizer.token_stream(black_box(&input.text));
                let (count, bytes) = reference::drain(&mut stream);
                assert_eq!(count, input.tokens);
                bytes
            });
        });
    }
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

fn tokenizer(criterion: &mut Criterion) {
    for input in texts(BYTES) {
        scanner(criterion, &input);
        stream(criterion, &input);
    }
}

criterion_group!(benches, tokenizer);
criterion_main!(benches);
