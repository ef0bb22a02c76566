//! From articles to hits and back: every command that needs an index.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{ARTICLES, Place, vietsearch};
use serde_json::{Value, json};

fn ids(answer: &Value) -> Vec<String> {
    let hits = answer["hits"].as_array().unwrap();
    hits.iter()
        .map(|hit| hit["id"].as_str().unwrap().to_string())
        .collect()
}

fn found(place: &Place, arguments: &[&str]) -> Vec<String> {
    let mut line = vec!["--json"];
    line.extend(arguments);
    ids(&place.run("search", &line).exits(0).json())
}

#[test]
fn index_reports_as_json() {
    let place = Place::new();
    let input = place.write("tin.jsonl", ARTICLES);
    let ran = place.run("index", &["--json", &input]).exits(0);
    let report = ran.json();
    assert_eq!(report["indexed"], 3);
    assert_eq!(report["articles"], 3);
    assert_eq!(report["skipped"], json!([]));
    assert_eq!(report["warnings"], json!([]));
    assert!(report["seconds"].is_number());
    let bytes: usize = ARTICLES
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|article| {
            article["title"].as_str().unwrap().len() + article["body"].as_str().unwrap().len()
        })
        .sum();
    assert_eq!(report["bytes"], bytes);
    assert_eq!(ran.stderr, "");
}

#[test]
fn index_twice_replaces() {
    let place = Place::with_articles();
    let ran = place.run("index", &[&place.arg("tin.jsonl")]).exits(0);
    assert!(ran.stdout.contains("indexed 3 articles"), "{ran:?}");
    assert!(ran.stdout.contains("holds 3 articles"), "{ran:?}");

    let update = place.write(
        "moi.jsonl",
        r#"{"_id":"vang","title":"Bạc lên ngôi","text":"Tin mới."}"#,
    );
    let report = place.run("index", &["--json", &update]).exits(0).json();
    assert_eq!(
        (&report["indexed"], &report["articles"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(found(&place, &["bạc lên ngôi"]), ["vang"]);
    assert_eq!(found(&place, &["--all", "giá vàng"]), [""; 0]);
}

#[test]
fn index_maps_keys_and_reads_folders() {
    let place = Place::new();
    place.write(
        "bai/mot.jsonl",
        r#"{"tieu_de":"Lễ hội đua thuyền","noi_dung":"Trên sông Hạ."}"#,
    );
    place.write(
        "bai/sau/hai.txt",
        "Chợ phiên vùng cao\nAn Bình - 07:30, 05/03/2024\nĐông từ sớm.\n",
    );
    let mapping = ["--map", "title=tieu_de", "--map", "body=noi_dung"];
    let mut line = mapping.to_vec();
    let folder = place.arg("bai");
    line.extend(["--json", &folder]);
    let report = place.run("index", &line).exits(0).json();
    assert_eq!(report["indexed"], 2, "{report}");
    assert_eq!(found(&place, &["đua thuyền"]).len(), 1);
    assert_eq!(found(&place, &["cho phien"]).len(), 1);
}

#[test]
fn index_with_a_small_budget_or_many_threads() {
    let place = Place::new();
    let input = place.write("tin.jsonl", ARTICLES);
    place.run("index", &["--memory", "16", &input]).exits(0);
    place
        .run("index", &["--threads", "2", "--memory", "64", &input])
        .exits(0);
    place.run("index", &["--threads", "20", &input]).exits(0);
}

#[test]
fn search_json_has_the_promised_keys() {
    let place = Place::with_articles();
    let answer = place.run("search", &["--json", "gia vang"]).exits(0).json();
    for key in [
        "total",
        "relaxed",
        "interpreted_as",
        "suggestion",
        "cursor",
        "hits",
        "facets",
    ] {
        assert!(answer.get(key).is_some(), "{key} in {answer}");
    }
    assert_eq!(answer["total"], 1);
    let hit = &answer["hits"][0];
    for (key, value) in [
        ("id", json!("vang")),
        ("title", json!("Giá vàng tăng nhẹ ở chợ Mới")),
        ("author", json!("Lê Thảo")),
        ("source", json!("Báo Mẫu")),
        ("section", json!("Kinh tế")),
        ("published_at", json!("2024-05-01T06:30:00+07:00")),
        ("url", json!("https://mau.example/vang")),
        ("duplicates", json!(0)),
    ] {
        assert_eq!(hit[key], value, "{key}");
    }
    assert!(hit["score"].is_number());
    let snippet = hit["snippet"].as_str().unwrap();
    let range = hit["highlights"][0].as_array().unwrap();
    let (start, end) = (
        range[0].as_u64().unwrap() as usize,
        range[1].as_u64().unwrap() as usize,
    );
    assert_eq!(&snippet[start..end].to_lowercase(), "giá vàng");
}

#[test]
fn search_for_people_marks_what_was_found() {
    let place = Place::with_articles();
    let ran = place.run("search", &["gia", "vang"]).exits(0);
    assert!(
        ran.stdout.contains("1. **Giá vàng** tăng nhẹ"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("01/05/2024 06:30 · Báo Mẫu · Kinh tế · Lê Thảo"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("https://mau.example/vang"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn search_every_way_of_typing() {
    let place = Place::with_articles();
    for query in ["đường làng", "duong lang", "duong làng", "ĐƯỜNG LÀNG"] {
        assert_eq!(found(&place, &["--all", query]), ["duong"], "{query}");
    }
    for query in ["giá vàng", "gia vang", "gia\u{301} va\u{300}ng"] {
        assert_eq!(found(&place, &["--all", query]), ["vang"], "{query}");
    }
    assert_eq!(
        found(&place, &["dương"]),
        [""; 0],
        "a typed mark is a constraint"
    );
}

#[test]
fn search_narrows_and_sorts() {
    let place = Place::with_articles();
    let every = "vàng OR đường OR \"an ninh\"";
    let newest = ["--sort", "date", every];
    assert_eq!(found(&place, &newest), ["bai so 3", "duong", "vang"]);
    let days = ["--from", "1/6/2024", "--to", "2024-06-02", every];
    assert_eq!(found(&place, &days), ["duong"]);
    assert_eq!(found(&place, &["--source", "tin thu", every]), ["bai so 3"]);
    assert_eq!(
        found(&place, &["--section", "thoi su", "--sort", "date", every]),
        ["bai so 3", "duong"]
    );
    assert_eq!(found(&place, &["--author", "le thao", every]), ["vang"]);
}

#[test]
fn search_pages_by_cursor() {
    let place = Place::with_articles();
    let base = [
        "--json",
        "-n",
        "2",
        "--sort",
        "date",
        "vàng OR đường OR ninh",
    ];
    let first = place.run("search", &base).exits(0).json();
    let cursor = first["cursor"].as_str().expect("a second page").to_string();
    let mut line = base.to_vec();
    line.extend(["--cursor", &cursor]);
    let second = place.run("search", &line).exits(0).json();
    assert_eq!(
        [ids(&first), ids(&second)].concat(),
        ["bai so 3", "duong", "vang"]
    );
    assert_eq!(second["cursor"], Value::Null);
}

#[test]
fn search_explains_and_counts() {
    let place = Place::with_articles();
    let answer = place
        .run("search", &["--json", "--explain", "--facets", "đường"])
        .exits(0)
        .json();
    assert!(
        answer["hits"][0]["explanation"]["value"].is_number(),
        "{answer}"
    );
    let sections = &answer["facets"]["section"];
    assert_eq!(
        sections,
        &json!([{"label": "Thời sự", "count": 1}]),
        "{answer}"
    );
    let shown = place
        .run("search", &["--explain", "--facets", "đường"])
        .exits(0)
        .stdout;
    assert!(shown.contains("1  Thời sự"), "{shown}");
}

#[test]
fn nothing_found_is_no_failure() {
    let place = Place::with_articles();
    let ran = place.run("search", &["thiên văn học"]).exits(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("nothing found"), "{ran:?}");
}

#[test]
fn a_query_may_begin_with_a_hyphen() {
    let place = Place::with_articles();
    assert_eq!(found(&place, &["-vàng đường"]), ["duong"]);
    assert_eq!(found(&place, &["--", "-vàng", "đường"]), ["duong"]);
    place.run("search", &["--", "--đường"]).exits(0);
}

#[test]
fn batch_writes_a_trec_run() {
    let place = Place::with_articles();
    let queries = place.write(
        "hoi.jsonl",
        concat!(
            r#"{"_id":"q1","text":"giá vàng"}"#,
            "\n",
            "không phải JSON\n",
            "\n",
            r#"{"id":"q 2","text":"an ninh to quoc"}"#,
            "\n",
            r#"{"_id":"q3","text":"thiên văn"}"#,
        ),
    );
    let run = place.arg("ket-qua.trec");
    let ran = place
        .run("batch", &["--queries", &queries, "--run", &run, "-k", "5"])
        .exits(0);
    assert_eq!(ran.stdout, "");

    let lines: Vec<Vec<String>> = place
        .read("ket-qua.trec")
        .lines()
        .map(|line| line.split_whitespace().map(str::to_string).collect())
        .collect();
    assert!(!lines.is_empty());
    for line in &lines {
        assert_eq!(line.len(), 6, "{line:?}");
        assert_eq!((line[1].as_str(), line[5].as_str()), ("Q0", "vietsearch"));
        let (_, decimals) = line[4].split_once('.').unwrap();
        assert_eq!(decimals.len(), 6, "{line:?}");
    }
    assert_eq!(lines[0][..4], ["q1", "Q0", "vang", "1"]);
    let second: Vec<_> = lines.iter().filter(|line| line[0] == "q%202").collect();
    assert_eq!(second[0][2..4], ["bai%20so%203", "1"]);
    let mut pairs: Vec<_> = lines.iter().map(|line| (&line[0], &line[2])).collect();
    pairs.sort();
    pairs.dedup();
    assert_eq!(pairs.len(), lines.len(), "an id once per query");

    let told: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(told.len(), 2, "{ran:?}");
    assert!(told[0].contains("hoi.jsonl:2"), "{ran:?}");
    let summary: Value = serde_json::from_str(told[1]).unwrap();
    assert_eq!(summary["queries"], 3);
    assert!(summary["p50_us"].as_f64().unwrap() <= summary["p99_us"].as_f64().unwrap());
}

#[test]
fn batch_names_its_run() {
    let place = Place::with_articles();
    let queries = place.write("hoi.jsonl", r#"{"_id":"q","text":"đường"}"#);
    let run = place.arg("run");
    place
        .run(
            "batch",
            &["--queries", &queries, "--run", &run, "--tag", "thử"],
        )
        .exits(0);
    assert!(place.read("run").lines().all(|line| line.ends_with(" thử")));
}

#[test]
fn batch_without_queries_fails() {
    let place = Place::with_articles();
    let queries = place.write("rong.jsonl", "");
    let run = place.arg("run");
    place
        .run("batch", &["--queries", &queries, "--run", &run])
        .exits(1);
    place
        .run("batch", &["--queries", &place.arg("none"), "--run", &run])
        .exits(1);
    let folder = place.arg("");
    place
        .run("batch", &["--queries", &queries, "--run", &folder])
        .exits(1);
}

#[test]
fn delete_by_id_and_by_query() {
    let place = Place::with_articles();
    assert_eq!(
        place.run("delete", &["--id", "vang"]).exits(0).stdout,
        "deleted 1 article\n"
    );
    assert_eq!(
        place.run("delete", &["--id", "vang"]).exits(0).stdout,
        "deleted 0 articles\n"
    );
    assert_eq!(found(&place, &["giá vàng"]), [""; 0]);
    // Every word must be met: "an ninh đường" is in no article.
    let none = place.run("delete", &["--query", "an ninh đường"]).exits(0);
    assert_eq!(none.stdout, "deleted 0 articles\n");
    let one = place
        .run("delete", &["--query", "an ninh to quoc"])
        .exits(0);
    assert_eq!(one.stdout, "deleted 1 article\n");
    assert_eq!(
        place.run("stats", &["--json"]).exits(0).json()["articles"],
        1
    );
}

#[test]
fn stats_for_people_and_programs() {
    let place = Place::with_articles();
    let stats = place.run("stats", &["--json"]).exits(0).json();
    assert_eq!(
        (&stats["articles"], &stats["deleted"]),
        (&json!(3), &json!(0))
    );
    assert!(stats["bytes"].as_u64().unwrap() > 0);
    let shown = place.run("stats", &[]).exits(0).stdout;
    assert!(shown.contains("articles     3\n"), "{shown}");
}

#[test]
fn verify_names_a_damaged_file() {
    let place = Place::with_articles();
    assert_eq!(
        place.run("verify", &[]).exits(0).stdout,
        "sound: 3 articles\n"
    );
    let sound = place.run("verify", &["--json"]).exits(0).json();
    assert_eq!(
        (&sound["sound"], &sound["articles"]),
        (&json!(true), &json!(3))
    );

    let store = std::fs::read_dir(place.path("bao"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "store")
        })
        .unwrap();
    let mut bytes = std::fs::read(&store).unwrap();
    bytes[3] ^= 1;
    std::fs::write(&store, bytes).unwrap();
    let name = store.file_name().unwrap().to_str().unwrap();

    let damaged = place.run("verify", &["--json"]).exits(1).json();
    assert_eq!(damaged["sound"], json!(false));
    assert_eq!(damaged["damaged"], json!([name]));
    let shown = place.run("verify", &[]).exits(1);
    assert!(shown.stdout.contains(name), "{shown:?}");
    assert!(shown.stderr.contains("is damaged"), "{shown:?}");
}

#[test]
fn reindex_writes_a_new_index() {
    let place = Place::with_articles();
    let copy = place.arg("ban-sao");
    let ran = place.run("reindex", &["--to", &copy]).exits(0);
    assert!(ran.stdout.starts_with("reindexed 3 articles"), "{ran:?}");
    let answer = vietsearch(&["search", "--index", &copy, "--json", "gia vang"])
        .exits(0)
        .json();
    assert_eq!(answer["hits"][0]["id"], "vang");
    assert_eq!(
        answer["hits"][0]["published_at"],
        "2024-05-01T06:30:00+07:00"
    );
    let again = place.run("reindex", &["--to", &copy]).exits(1);
    assert!(again.stderr.contains("index exists"), "{again:?}");
}

#[test]
fn a_backup_is_an_index() {
    let place = Place::with_articles();
    let copy = place.arg("sao-luu");
    let told = place.run("backup", &["--to", &copy]).exits(0);
    assert!(told.stdout.starts_with("copied "), "{told:?}");
    place.run("delete", &["--id", "vang"]).exits(0);
    let found = vietsearch(&["search", "--index", &copy, "--json", "giá vàng"]);
    assert_eq!(found.exits(0).json()["total"], 1);
    vietsearch(&["verify", "--index", &copy]).exits(0);
    let again = place.run("backup", &["--to", &copy]).exits(1);
    assert!(again.stderr.contains("an index exists"), "{again:?}");
    let second = place.arg("sao-luu-2");
    let report = place
        .run("backup", &["--to", &second, "--json"])
        .exits(0)
        .json();
    assert!(report["files"].as_u64() > Some(5), "{report}");
}
