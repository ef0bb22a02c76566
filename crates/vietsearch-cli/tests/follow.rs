//! Near-duplicates, saved queries, feeds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Place, filter};
use serde_json::{Value, json};

/// Three copies of one article, and another one.
const COPIES: &str = r#"{"id":"1","title":"Chợ hoa xuân mở cửa","body":"Chợ hoa xuân bên sông mở cửa từ sáng nay.","source":"Báo A","published_at":"2024-02-03T08:00:00+07:00"}
{"id":"2","title":"Chợ hoa xuân mở cửa","body":"Chợ hoa xuân bên sông mở cửa từ sáng nay.","source":"Báo B","published_at":"2024-02-02T08:00:00+07:00"}
{"id":"3","title":"CHỢ HOA XUÂN MỞ CỬA","body":"Chợ hoa xuân bên sông mở cửa từ sáng nay!","source":"Báo C","published_at":"2024-02-04T08:00:00+07:00"}
{"id":"4","title":"Giá hoa đào","body":"Ở chợ hoa, đào rừng đắt gấp đôi.","published_at":"2024-02-01T08:00:00+07:00"}
"#;

fn copies() -> Place {
    let place = Place::new();
    let input = place.write("tin.jsonl", COPIES);
    place.run("index", &[&input]).exits(0);
    place
}

fn shown(answer: &Value) -> Vec<(String, u64)> {
    let hits = answer["hits"].as_array().unwrap().iter();
    hits.map(|hit| {
        let id = hit["id"].as_str().unwrap().to_string();
        (id, hit["duplicates"].as_u64().unwrap())
    })
    .collect()
}

#[test]
fn search_collapses_copies() {
    let place = copies();
    let search = |more: &[&str]| {
        let arguments = [&["--json", "chợ hoa"][..], more].concat();
        place.run("search", &arguments).exits(0).json()
    };
    let all = search(&[]);
    assert_eq!(all["total"], 4);
    assert!(shown(&all).iter().all(|(_, others)| *others == 0));
    let best = search(&["--collapse"]);
    assert_eq!(best["total"], 2);
    assert_eq!(shown(&best)[0], ("1".to_string(), 2));
    let earliest = search(&["--collapse=earliest"]);
    assert_eq!(shown(&earliest)[0], ("2".to_string(), 2));
    let groups: Vec<&Value> = all["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| &hit["group"])
        .collect();
    assert_eq!(groups[0], groups[1]);
    assert_ne!(groups[0], groups[3]);
    let first = search(&["--collapse", "-n", "1"]);
    let cursor = first["cursor"].as_str().unwrap();
    let second = search(&["--collapse", "-n", "1", "--cursor", cursor]);
    assert_eq!(shown(&second), [("4".to_string(), 0)]);
    assert!(second["cursor"].is_null());

    let page = place.run("search", &["chợ hoa", "--collapse"]).exits(0);
    assert!(page.stdout.contains("+2 nguồn"), "{page:?}");
    let stats = place.run("stats", &["--json"]).exits(0).json();
    assert!(stats["components"]["duplicates"].as_u64().unwrap() > 0);
}

#[test]
fn a_newer_copy_joins_the_group_of_an_index() {
    let place = copies();
    let input = place.write(
        "them.jsonl",
        r#"{"id":"5","title":"Chợ hoa xuân mở cửa","body":"Chợ hoa xuân bên sông mở cửa từ sáng nay."}"#,
    );
    place.run("index", &[&input]).exits(0);
    let arguments = ["--json", "--all", "chợ hoa xuân", "--collapse"];
    let best = place.run("search", &arguments).exits(0).json();
    assert_eq!(shown(&best), [("1".to_string(), 3)]);
}

#[test]
fn alerts_tell_which_queries_fire() {
    let place = Place::new();
    let queries = place.write(
        "luu.jsonl",
        r#"{"id":"hoa","query":"cho hoa"}
{"_id":"bão","text":"bão"}
{"id":3,"query":"chợ","sources":["bao b"]}
"#,
    );
    let ran = filter(&["alerts", "--queries", &queries], COPIES.as_bytes()).exits(0);
    assert_eq!(ran.stdout, "1\thoa\n2\thoa\t3\n3\thoa\n4\thoa\n");
    assert_eq!(ran.stderr, "");
    let storm = "{\"id\":\"x\",\"title\":\"Bao giờ tăng lương?\"}\n{\"id\":\"y\",\"body\":\"bao so 3 gay mua\"}\n";
    let line = ["alerts", "--queries", &queries, "--json"];
    let ran = filter(&line, storm.as_bytes()).exits(0);
    let answers: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        answers,
        [
            json!({"id": "x", "alerts": []}),
            json!({"id": "y", "alerts": ["bão"]})
        ]
    );
}

#[test]
fn alerts_report_what_cannot_be_used() {
    let place = Place::new();
    let queries = place.write(
        "luu.jsonl",
        "{\"id\":\"a\",\"query\":\"hoa\"}\n{\"id\":\"b\"}\n",
    );
    let ran = filter(
        &["alerts", "--queries", &queries],
        b"{\n{\"id\":\"1\",\"title\":\"Hoa\"}\n",
    )
    .exits(0);
    assert_eq!(ran.stdout, "1\ta\n");
    assert!(ran.stderr.contains(":2: the query has no"), "{ran:?}");
    assert!(ran.stderr.contains("stdin"), "{ran:?}");

    let none = place.write("trong.jsonl", "\n");
    filter(&["alerts", "--queries", &none], b"").exits(1);
    filter(&["alerts", "--queries", "khong-co.jsonl"], b"").exits(1);
    filter(&["alerts"], b"").exits(2);
}

#[test]
fn a_feed_is_rss_newest_first() {
    let place = copies();
    let feed = place
        .run("feed", &["chợ hoa", "--title", "Hoa & quả"])
        .exits(0)
        .stdout;
    assert!(
        feed.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        "{feed}"
    );
    assert!(feed.contains("<title>Hoa &amp; quả</title>"), "{feed}");
    let ids: Vec<&str> = feed
        .split("<guid isPermaLink=\"false\">")
        .skip(1)
        .filter_map(|part| part.split('<').next())
        .collect();
    assert_eq!(ids, ["3", "1", "2", "4"]);
    // What was written is a feed that `index` reads.
    let again = place.write("tin.rss", &feed);
    let other = Place::new();
    let report = other.run("index", &["--json", &again]).exits(0).json();
    assert_eq!(
        (&report["indexed"], &report["skipped"]),
        (&json!(4), &json!([]))
    );
    let two = place.run("feed", &["-n", "2", "chợ hoa"]).exits(0).stdout;
    assert_eq!(two.matches("<item>").count(), 2);
}

/// Old names of places, by a pack that is shipped and by one of one's own.
#[test]
fn alias_packs_add_names_below_what_was_typed() {
    let place = Place::new();
    let lines = r#"{"id":"1","title":"Bình Dương mở thêm tuyến buýt","published_at":"2024-03-01"}
{"id":"2","title":"TP.HCM mở thêm tuyến buýt","published_at":"2026-03-01"}
{"id":"3","title":"TP.HCM thêm bến thủy","published_at":"2024-03-01"}
{"id":"4","title":"Ga Hà Nội đón khách tết","published_at":"2024-03-01"}
"#;
    let input = place.write("tin.jsonl", lines);
    place.run("index", &[&input]).exits(0);
    let ids = |arguments: &[&str]| -> Vec<String> {
        let answer = place.run("search", arguments).exits(0).json();
        let hits = answer["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(ids(&["--json", "--all", "bình dương"]), ["1"]);
    let pack = ["--json", "--all", "--alias-pack", "vn-admin-2025"];
    assert_eq!(ids(&[&pack[..], &["bình dương"]].concat()), ["1", "2"]);
    let own = place.write("ga.tsv", "# ga\n2024-01-01\tga Hàng Cỏ\tga Hà Nội\n");
    let own = ["--json", "--all", "--alias-pack", &own];
    assert_eq!(ids(&[&own[..], &["ga hàng cỏ"]].concat()), ["4"]);

    let echo = [&pack[..], &["--explain", "bình dương"]].concat();
    let echo = place.run("search", &echo).exits(0).json();
    let synonyms = &echo["parsed"]["root"]["all"][0]["node"]["synonyms"];
    assert_eq!(synonyms["text"], "bình dương");
    assert_eq!(synonyms["forms"][0]["since"], "2025-07-01");
    let told = place
        .run("search", &["--explain", "--all", "bình dương"])
        .exits(0);
    assert!(
        told.stdout.contains("query: all(words(\"bình dương\"))"),
        "{told:?}"
    );

    let feed = [
        "--alias-pack",
        "vn-admin-2025",
        "--link",
        "https://bao.example/",
        "bình dương",
    ];
    let feed = place.run("feed", &feed).exits(0);
    assert_eq!(feed.stdout.matches("<item>").count(), 2);

    let broken = place.write("hong.tsv", "hôm qua\tga A\tga B\n");
    for (pack, told) in [
        ("vn-admin-1976", "vn-admin-2025"),
        (broken.as_str(), "hôm qua"),
    ] {
        let refused = place.run("search", &["--alias-pack", pack, "x"]).exits(2);
        assert!(refused.stderr.contains(told), "{refused:?}");
    }
}
