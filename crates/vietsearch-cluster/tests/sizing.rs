//! What documents cost on an engine: the figures of the README. Runs over the articles of
//! `CLUSTER_ARTICLES`, a file; without it over invented ones, where only the sums are checked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;

use common::collections::{invented, read};
use common::engine::Engine;
use vietsearch_cluster::{BulkBuilder, Dialect, Documents, mapping};
use vietsearch_text::Segmenter;

#[test]
fn bytes_by_tier() {
    let articles = match std::env::var_os("CLUSTER_ARTICLES") {
        Some(file) => read(file.into()),
        None => invented(500),
    };
    let mut documents = Documents::new().with_words(Segmenter::new().unwrap());
    let mut engine = Engine::new(&mapping(Dialect::Quickwit, "vi-news").unwrap(), 1);
    let mut batches = BulkBuilder::new(Dialect::Quickwit, "vi-news");
    let (mut text, mut sent, mut requests) = (0, 0, 1);
    for article in &articles {
        let document = documents.document(article).unwrap();
        engine.add(&document.source).unwrap();
        text += article.text_bytes();
        sent += document.source.to_string().len();
        requests += usize::from(batches.push(&document).unwrap().is_some());
    }
    engine.commit();
    let count = articles.len();
    println!(
        "{count} articles, {} bytes of text each; sent {:.2} of the text in {requests} requests",
        text / count,
        sent as f64 / text as f64
    );
    let bytes = engine.bytes_by_field();
    let mut tiers: BTreeMap<&str, u64> = BTreeMap::new();
    for (field, bytes) in &bytes {
        let tier = match field.rsplit_once('_') {
            Some((_, tier @ ("s" | "f" | "w"))) => tier,
            _ if field == "entities" => "entities",
            _ => "other",
        };
        *tiers.entry(tier).or_default() += bytes;
    }
    for (tier, bytes) in &tiers {
        println!(
            "{tier:10} {:6} bytes an article, {:.3} of the text",
            bytes / count as u64,
            *bytes as f64 / text as f64
        );
    }
    let of = |tier: &str| tiers.get(tier).copied().unwrap_or(0);
    assert!(of("f") > 0 && of("f") <= of("s"), "folding joins terms");
    assert!(of("entities") < of("f"));
}
