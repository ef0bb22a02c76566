//! Ten hits of 5 KB, shown: a search with titles, snippets and highlights, beside the same search
//! without them, and tantivy's snippets of the same ten texts. What showing costs is the difference
//! of the first two. Every run asserts what it found.

#![allow(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![allow(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tantivy::query::QueryParser;
use tantivy::snippet::SnippetGenerator;
use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, WriterOptions};
use vietsearch_benches::inputs::articles;
use vietsearch_benches::reference::PlainIndex;

/// Bytes of a body.
const BYTES: usize = 5_000;
/// Hits of a page.
const HITS: usize = 10;

/// Name, and words that every article holds.
const QUERIES: &[(&str, &str)] = &[
    ("one-word", "người"),
    ("three-words", "người trong năm"),
    ("unmarked", "nguoi trong nam"),
];

/// Ten articles whose bodies are the demo articles one after the other, from different ones on.
fn long_articles() -> Vec<Article> {
    let texts: Vec<String> = articles(1).into_iter().filter_map(|one| one.body).collect();
    let long = (0..HITS).map(|number| {
        let mut body = String::new();
        for text in texts.iter().cycle().skip(number * 6) {
            body.push_str(text);
            body.push('\n');
            if body.len() >= BYTES {
                break;
            }
        }
        let cut = (0..=BYTES).rev().find(|at| body.is_char_boundary(*at));
        body.truncate(cut.unwrap_or(0));
        Article::new(format!("Người trong năm, kỳ {number}"), body).with_id(number.to_string())
    });
    long.collect()
}

fn snippet(criterion: &mut Criterion) {
    let articles = long_articles();
    let bodies: Vec<String> = articles.iter().filter_map(|one| one.body.clone()).collect();
    assert!(bodies.iter().all(|body| body.len() > BYTES - 4));
    let plain = PlainIndex::new(&articles, 1).expect("tantivy can index");
    let index = NewsIndex::create_in_ram().expect("an index in memory can be made");
    let options = WriterOptions::default().with_threads(1);
    let mut writer = index.writer(options).expect("the settings are allowed");
    writer.add_all(articles).expect("the articles have text");
    writer.commit().expect("an index in memory can be written");
    let searcher = NewsSearcher::new(&index).expect("an index in memory can be read");
    let reader = plain.index.reader().expect("tantivy can read");
    let parser = QueryParser::for_index(&plain.index, plain.fields.to_vec());

    for (name, typed) in QUERIES {
        let mut group = criterion.benchmark_group("snippet");
        let request = SearchRequest::new(*typed);
        group.bench_function(format!("vietsearch-shown/{name}"), |bencher| {
            bencher.iter(|| {
                let found = searcher.search(black_box(&request)).expect("a valid query");
                assert_eq!(found.hits.len(), HITS);
                assert!(found.hits.iter().all(|hit| !hit.highlights.is_empty()));
            });
        });
        group.bench_function(format!("vietsearch-ids/{name}"), |bencher| {
            bencher.iter(|| {
                let found = searcher.top_ids(black_box(&request));
                assert_eq!(found.expect("a valid query").len(), HITS);
            });
        });
        let query = parser
            .parse_query("người trong năm")
            .expect("a valid query");
        let [_, _, body] = plain.fields;
        let generator = SnippetGenerator::create(&reader.searcher(), &query, body);
        let generator = generator.expect("tantivy can make snippets");
        group.bench_function(format!("tantivy-snippets/{name}"), |bencher| {
            bencher.iter(|| {
                for text in black_box(&bodies) {
                    assert!(!generator.snippet(text).is_empty());
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, snippet);
criterion_main!(benches);
