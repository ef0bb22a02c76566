//! Top-10 searches on copies of the demo articles, beside tantivy's plain query of that kind over
//! the same three fields. Every run asserts what it found.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![allow(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use vietsearch::{NewsIndex, NewsSearcher, Require, SearchRequest, WriterOptions};
use vietsearch_benches::inputs::articles;
use vietsearch_benches::reference::PlainIndex;

/// Copies of the demo articles.
const COPIES: usize = 10;

/// Name, query as typed, and the same with all marks for tantivy.
const QUERIES: &[(&str, &str, &str)] = &[
    ("one-term", "bão", "bão"),
    ("two-terms", "giá vàng", "giá vàng"),
    ("phrase", "\"an ninh\"", "\"an ninh\""),
    (
        "headline",
        "Ngày hội toàn dân bảo vệ an ninh Tổ quốc ở xã vùng biên",
        "Ngày hội toàn dân bảo vệ an ninh Tổ quốc ở xã vùng biên",
    ),
    (
        "headline-unmarked",
        "ngay hoi toan dan bao ve an ninh to quoc o xa vung bien",
        "Ngày hội toàn dân bảo vệ an ninh Tổ quốc ở xã vùng biên",
    ),
];

fn search(criterion: &mut Criterion) {
    let articles = articles(COPIES);
    let plain = PlainIndex::new(&articles, 1).expect("tantivy can index");
    let index = NewsIndex::create_in_ram().expect("an index in memory can be made");
    let options = WriterOptions::default().with_threads(1);
    let mut writer = index.writer(options).expect("the settings are allowed");
    writer.add_all(articles).expect("the articles have text");
    writer.commit().expect("an index in memory can be written");

    let searcher = NewsSearcher::new(&index).expect("an index in memory can be read");
    let reader = plain.index.reader().expect("tantivy can read");
    let tantivy_searcher = reader.searcher();
    let parser = QueryParser::for_index(&plain.index, plain.fields.to_vec());

    for (name, typed, marked) in QUERIES {
        let mut group = criterion.benchmark_group("search");
        let request = SearchRequest::new(*typed).with_require(Require::Any);
        group.bench_function(format!("vietsearch-full/{name}"), |bencher| {
            bencher.iter(|| {
                let found = searcher.search(black_box(&request)).expect("a valid query");
                assert_eq!(found.hits.len(), 10);
            });
        });
        group.bench_function(format!("vietsearch-ids/{name}"), |bencher| {
            bencher.iter(|| {
                let found = searcher
                    .top_ids(black_box(&request))
                    .expect("a valid query");
                assert_eq!(found.len(), 10);
            });
        });
        group.bench_function(format!("tantivy-or/{name}"), |bencher| {
            bencher.iter(|| {
                let query = parser
                    .parse_query(black_box(marked))
                    .expect("a valid query");
                let top = TopDocs::with_limit(10).order_by_score();
                let found = tantivy_searcher
                    .search(&query, &top)
                    .expect("tantivy can search");
                assert_eq!(found.len(), 10);
            });
        });
        group.finish();
    }
}

criterion_group!(benches, search);
criterion_main!(benches);
