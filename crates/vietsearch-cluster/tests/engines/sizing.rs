//! What documents cost on an engine: the figures of the README. Runs over the articles of
//! `CLUSTER_ARTICLES`, a file; without it over invented ones, where only the sums are checked.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use vietsearch_cluster::{BulkBuilder, Dialect, Documents, mapping};
use vietsearch_text::Segmenter;

use crate::common::collections::{invented, read};
use crate::common::engine::Engine;

/// Stored documents, compressed in blocks as engines do.
struct Store {
    block: Vec<u8>,
    block_bytes: usize,
    bytes: usize,
}

impl Store {
    fn new(block_bytes: usize) -> Self {
        Self {
            block: Vec::new(),
            block_bytes,
            bytes: 0,
        }
    }

    fn add(&mut self, document: &[u8]) {
        self.block.extend_from_slice(document);
        if self.block.len() >= self.block_bytes {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.block).unwrap();
        self.bytes += encoder.finish().unwrap().len();
        self.block.clear();
    }
}

/// What stays of a document after indexing: all but the analysed terms.
fn stored(source: &Value) -> Vec<u8> {
    let mut source = source.clone();
    source.as_object_mut().unwrap().retain(|name, _| {
        !["_s", "_f", "_w"].iter().any(|tier| name.ends_with(tier)) && name != "entities"
    });
    source.to_string().into_bytes()
}

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
    let mut stores = [16 * 1024, 1_000_000].map(Store::new);
    for article in &articles {
        let document = documents.document(article).unwrap();
        let kept = stored(&document.source);
        stores.iter_mut().for_each(|store| store.add(&kept));
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
    for store in &mut stores {
        store.flush();
        println!(
            "stored, deflated in blocks of {} bytes: {} bytes an article, {:.3} of the text",
            store.block_bytes,
            store.bytes / count,
            store.bytes as f64 / text as f64
        );
        assert!(store.bytes < text, "text can be compressed");
    }
    let of = |tier: &str| tiers.get(tier).copied().unwrap_or(0);
    assert!(of("f") > 0 && of("f") <= of("s"), "folding joins terms");
    assert!(of("entities") < of("f"));
}
