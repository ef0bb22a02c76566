//! Indexing into memory, beside tantivy's default tokenizer on the same title, lead and body with
//! as many indexing threads.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![allow(clippy::expect_used, reason = "a benchmark fails by panicking")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use vietsearch::{Article, NewsIndex, WriterOptions};
use vietsearch_benches::inputs::{articles, text_bytes};
use vietsearch_benches::reference::PlainIndex;

/// Copies of the demo articles.
const COPIES: usize = 20;

fn vietsearch(articles: Vec<Article>, threads: usize) -> u64 {
    let index = NewsIndex::create_in_ram().expect("an index in memory can be made");
    let options = WriterOptions::default()
        .with_threads(threads)
        .with_memory_bytes(50_000_000 * threads);
    let mut writer = index.writer(options).expect("the settings are allowed");
    writer.add_all(articles).expect("the articles have text");
    writer.commit().expect("an index in memory can be written");
    index.num_docs()
}

fn index(criterion: &mut Criterion) {
    let articles = articles(COPIES);
    let expected = articles.len() as u64;
    let mut group = criterion.benchmark_group("index");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(text_bytes(&articles)));
    for threads in [1, 2] {
        group.bench_function(format!("vietsearch/demo-{threads}-threads"), |bencher| {
            bencher.iter_batched(
                || articles.clone(),
                |articles| assert_eq!(vietsearch(articles, threads), expected),
                BatchSize::LargeInput,
            );
        });
        group.bench_function(
            format!("tantivy-default/demo-{threads}-threads"),
            |bencher| {
                bencher.iter(|| {
                    let plain = PlainIndex::new(&articles, threads).expect("tantivy can index");
                    let reader = plain.index.reader().expect("tantivy can read");
                    assert_eq!(reader.searcher().num_docs(), expected);
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
