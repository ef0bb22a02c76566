//! Text analysis, one thread: the scanner, the token streams above it, our rivals and the oracle on
//! the same text. Names are operation/engine/input; every run asserts its number of tokens.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vietsearch_benches::engines;
use vietsearch_benches::inputs::texts;

const BYTES: usize = 1_000_000;

fn tokenizer(criterion: &mut Criterion) {
    for input in texts(BYTES) {
        for mut engine in engines::all() {
            let (operation, name) = engine.name.split_once('/').unwrap_or((engine.name, ""));
            let mut group = criterion.benchmark_group(operation);
            group.throughput(Throughput::Bytes(input.bytes as u64));
            let expected = engine.expected(&input);
            group.bench_function(format!("{name}/{}", input.name), |bencher| {
                bencher.iter(|| assert_eq!(engine.run(&input), expected));
            });
            group.finish();
        }
    }
}

criterion_group!(benches, tokenizer);
criterion_main!(benches);
