//! `vietsearch export`: mappings, documents, queries.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{ARTICLES, Place, vietsearch};
use serde_json::{Value, json};

fn export(dialect: &str, rest: &[&str]) -> common::Ran {
    let mut line = vec!["export", "--dialect", dialect];
    line.extend(rest);
    vietsearch(&line)
}

#[test]
fn mappings() {
    let quickwit = export("quickwit", &["mapping"]).exits(0).json();
    assert_eq!(quickwit["index_id"], "vi-news");
    assert_eq!(quickwit["doc_mapping"]["mode"], "strict");
    let named = vietsearch(&[
        "export",
        "--dialect",
        "opensearch",
        "--name",
        "tin-tuc",
        "mapping",
    ]);
    let properties = &named.exits(0).json()["mappings"]["properties"];
    assert_eq!(properties["title_f"]["type"], "text");
}

#[test]
fn documents_are_one_a_line() {
    let place = Place::new();
    let input = place.write("tin.jsonl", ARTICLES);
    let run = export("quickwit", &["docs", &input]).exits(0);
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["id"], "vang");
    assert_eq!(lines[0]["title_f"], "gia vang tang nhe o cho moi");
    assert_eq!(lines[0]["published_at"], "2024-04-30T23:30:00Z");
    assert!(run.stderr.contains("3 documents, 0 skipped"), "{run:?}");
}

#[test]
fn words_are_joined_unless_left_out() {
    let place = Place::new();
    let input = place.write("x1.jsonl", r#"{"id":"1","body":"Giá vàng hôm nay tăng"}"#);
    let document = export("opensearch", &["docs", &input]).exits(0).json();
    assert_eq!(document["body_w"], "giá vàng hôm_nay tăng");
    assert_eq!(document["body_f"], "gia vang hom nay tang");
    let without = export("opensearch", &["docs", "--no-words", &input]).exits(0);
    assert!(without.json().get("body_w").is_none());
}

#[test]
fn bulk_actions_name_the_index() {
    let place = Place::new();
    let input = place.write("tin.jsonl", ARTICLES);
    for (dialect, action) in [
        ("quickwit", json!({ "create": { "_index": "vi-news" } })),
        (
            "elasticsearch",
            json!({ "index": { "_index": "vi-news", "_id": "vang" } }),
        ),
    ] {
        let run = export(dialect, &["docs", "--bulk", &input]).exits(0);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(serde_json::from_str::<Value>(lines[0]).unwrap(), action);
    }
}

#[test]
fn what_is_no_article_is_reported_and_passed_over() {
    let place = Place::new();
    let input = place.write("tin.jsonl", "{\"title\":\"Mưa\"}\n{\"title\":\"…\"}\n{\n");
    let run = export("quickwit", &["docs", &input]).exits(0);
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.stderr.contains("tin.jsonl:2"), "{run:?}");
    assert!(run.stderr.contains("2 skipped"), "{run:?}");
    let nothing = place.write("nichts.jsonl", "\n");
    export("quickwit", &["docs", &nothing]).exits(1);
}

#[test]
fn queries_are_search_bodies() {
    let body = export("quickwit", &["query", "gia", "vang"])
        .exits(0)
        .json();
    assert_eq!(
        body["sort"],
        json!([{ "_score": "desc" }, { "id_hash": "asc" }])
    );
    assert_eq!(body["size"], 10);
    let narrowed = export(
        "elasticsearch",
        &[
            "query",
            "bão",
            "--section",
            "Thời sự",
            "--from",
            "1/5/2024",
            "--sort",
            "date",
            "--facets",
            "-n",
            "5",
        ],
    );
    let body = narrowed.exits(0).json();
    let text = body.to_string();
    assert!(text.contains("thoi-su") && text.contains("2024-04-30T17:00:00Z"));
    assert_eq!(body["sort"][0]["timestamp"], "desc");
    assert!(body["aggs"]["section"].is_object());
    let loose = export("quickwit", &["query", "\"đường sắt\"~2"]).exits(0);
    assert!(loose.stderr.contains("may find more"), "{loose:?}");
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    export("solr", &["mapping"]).exits(2);
    export("quickwit", &["query", "x", "-n", "10001"]).exits(2);
    vietsearch(&["export", "mapping"]).exits(2);
    let name = [
        "export",
        "--dialect",
        "quickwit",
        "--name",
        "Tin Tức",
        "mapping",
    ];
    let run = vietsearch(&name).exits(2);
    assert!(run.stderr.contains("index name"), "{run:?}");
}
