//! What is around a search: suggest, similar, facets, orders, pages, several indexes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Place, vietsearch};
use serde_json::json;

const MORE: &str = r#"{"id":"1","title":"Giá vàng","lead":"Vàng nhẫn Yên Lạc lên giá.","source":"Báo Đò"}
{"id":"2","title":"Giá vàng","lead":"Người mua vàng nhẫn Yên Lạc xếp hàng.","source":"Báo Ghe"}
{"id":"3","title":"Giá vé","lead":"Tàu chạy thêm chuyến.","source":"bao do"}
{"id":"4","title":"Gia vị","lead":"Quế và hồi được mùa."}
"#;

fn place() -> Place {
    let place = Place::new();
    let input = place.write("tin.jsonl", MORE);
    place.run("index", &[&input]).exits(0);
    place
}

#[test]
fn suggest_prints_one_a_line() {
    let place = place();
    let found = |arguments: &[&str]| place.run("suggest", arguments).exits(0).stdout;
    assert_eq!(found(&["gia v"]), "giá vàng\ngiá vé\ngia vị\n");
    assert_eq!(found(&["gia", "v"]), found(&["gia v"]));
    assert_eq!(found(&["giá v"]), "giá vàng\ngiá vé\n");
    assert_eq!(found(&["gia v", "-n", "1"]), "giá vàng\n");
    assert_eq!(found(&["gias v"]), "giá vàng\ngiá vé\n");
    assert_eq!(found(&["zzz"]), "");
    let json = place.run("suggest", &["giá v", "--json"]).exits(0).json();
    let expected = json!([
        {"text": "giá vàng", "articles": 2},
        {"text": "giá vé", "articles": 1},
    ]);
    assert_eq!(json, expected);
    let related = found(&["--related", "giá vàng"]);
    assert!(related.lines().any(|line| line == "yên lạc"), "{related}");
    place.run("suggest", &[]).exits(2);
    place.run("suggest", &["--jsn"]).exits(2);
}

#[test]
fn similar_names_other_articles() {
    let place = place();
    let found = place.run("similar", &["1", "--json"]).exits(0).json();
    assert_eq!(found["hits"][0]["id"], "2");
    let hits = found["hits"].as_array().unwrap();
    assert!(hits.iter().all(|hit| hit["id"] != "1"));
    let shown = place.run("similar", &["1", "-n", "1"]).exits(0).stdout;
    assert!(shown.contains("Giá vàng"), "{shown}");
    let unknown = place.run("similar", &["9"]).exits(1);
    assert!(
        unknown.stderr.contains("no article has the id \"9\""),
        "{unknown:#?}"
    );
}

#[test]
fn facets_orders_and_pages() {
    let place = place();
    let search = |arguments: &[&str]| {
        let mut line = vec!["giá", "--json"];
        line.extend(arguments);
        place.run("search", &line).exits(0).json()
    };
    let found = search(&["--facet", "source", "--facet", "year"]);
    let expected = json!({
        "source": [{"label": "Báo Đò", "count": 2}, {"label": "Báo Ghe", "count": 1}],
        "year": [],
    });
    assert_eq!(found["facets"], expected);
    let ids = |found: &serde_json::Value| -> Vec<String> {
        let hits = found["hits"].as_array().unwrap();
        hits.iter()
            .map(|hit| hit["id"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(ids(&search(&["--sort", "source"])), ["1", "3", "2"]);
    assert_eq!(ids(&search(&["--sort", "id"])), ["1", "2", "3"]);
    let first = search(&["--sort", "id", "-n", "2"]);
    assert_eq!(first["stale"], false);
    let cursor = first["cursor"].as_str().unwrap();
    let more = place.write("thêm.jsonl", r#"{"id":"0","title":"Giá lúa"}"#);
    place.run("index", &[&more]).exits(0);
    let second = search(&["--sort", "id", "-n", "2", "--cursor", cursor]);
    assert_eq!(
        (ids(&second), &second["stale"]),
        (vec!["3".to_string()], &json!(true))
    );
    let newer = search(&["--recency", "0.5", "--half-life", "7"]);
    assert_eq!(newer["total"], 4);
    place.run("search", &["giá", "--recency", "0.7"]).exits(2);
    place.run("search", &["giá", "--half-life", "7"]).exits(2);
}

#[test]
fn several_indexes_are_one() {
    let place = place();
    let input = place.write("khác.jsonl", r#"{"id":"5","title":"Giá vàng thế giới"}"#);
    let (one, other) = (place.arg("bao"), place.arg("khac"));
    vietsearch(&["index", "--index", &other, &input]).exits(0);
    let line = [
        "search",
        "--index",
        &one,
        "--index",
        &other,
        "giá vàng",
        "--json",
    ];
    let found = vietsearch(&line).exits(0).json();
    assert_eq!(found["total"], 3);
    let missing = place.arg("chưa có");
    vietsearch(&["search", "--index", &one, "--index", &missing, "vàng"]).exits(1);
    vietsearch(&["search", "vàng"]).exits(2);
}

/// S5: words of one's own are a part of what an index was analysed with.
#[test]
fn an_index_keeps_words_of_ones_own() {
    let place = Place::new();
    let article = |id: u8, rest: &str| {
        format!(r#"{{"id":"{id}","title":"Xét xử vụ án Bạch Long Hải","body":"Tòa {rest}."}}"#)
    };
    let input = place.write(
        "tin.jsonl",
        [article(1, "nghỉ"), article(2, "họp")].join("\n"),
    );
    let words = place.write("tu.txt", "# tên công ty\nBạch Long Hải\n");
    let others = place.write("khac.txt", "Hắc Long Hải\n");
    place
        .run("index", &["--user-dict", &words, &input])
        .exits(0);
    let suggested = |prefix: &str| place.run("suggest", &[prefix]).exits(0).stdout;
    assert!(
        suggested("bạch").starts_with("Bạch Long Hải\n")
            || suggested("bạch").starts_with("bạch long hải\n"),
        "one word is never offered in part: {:?}",
        suggested("bạch")
    );
    // It needs not be named again, and cannot be changed.
    place.run("index", &[&input]).exits(0);
    place
        .run("index", &["--user-dict", &words, &input])
        .exits(0);
    let refused = place
        .run("index", &["--user-dict", &others, &input])
        .exits(1);
    assert!(refused.stderr.contains("user dictionary"), "{refused:?}");
    assert!(refused.stderr.contains("reindex"), "{refused:?}");
    // Reindexing keeps the words, or takes others.
    let to = place.arg("moi");
    place.run("reindex", &["--to", &to]).exits(0);
    let same = vietsearch(&["index", "--index", &to, "--user-dict", &words, &input]);
    assert_eq!(same.code, Some(0), "{same:?}");
    let to = place.arg("khac");
    place
        .run("reindex", &["--to", &to, "--user-dict", &others])
        .exits(0);
    let changed = vietsearch(&["index", "--index", &to, "--user-dict", &words, &input]);
    assert_eq!(changed.code, Some(1), "{changed:?}");
    // A line that is no word is named.
    let bad = place.write("sai.txt", "Bạch Long Hải\n???\n");
    let failed = place.run("index", &["--user-dict", &bad, &input]).exits(1);
    assert!(failed.stderr.contains("line 2"), "{failed:?}");
}
