//! Bad input and bad command lines: what is told, and the exit codes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::process::{Command, Stdio};

use common::{ARTICLES, Place, vietsearch};

#[test]
fn bad_lines_are_reported_and_the_rest_is_indexed() {
    let place = Place::new();
    let input = place.write(
        "tin.jsonl",
        concat!(
            r#"{"id":"a","title":"Bản tin sáng","body":"Trời se lạnh."}"#,
            "\n",
            r#"{"id":"b","author":"Lê Thảo"}"#,
            "\n",
            "{hỏng\n",
            r#"{"id":"d","title":"Bản tin\u0000 chiều","published_at":"32/13/2024"}"#,
            "\n",
        ),
    );
    let ran = place.run("index", &["--json", &input]).exits(0);
    let report = ran.json();
    assert_eq!(report["indexed"], 2, "{report}");
    let skipped = report["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 2, "{report}");
    assert_eq!(skipped[0]["place"], format!("{input}:2"));
    assert_eq!(skipped[1]["place"], format!("{input}:3"));
    assert!(!skipped[1]["reason"].as_str().unwrap().is_empty());
    let warnings = report["warnings"].as_array().unwrap();
    let dates = warnings.iter().filter(|warning| {
        warning["place"] == format!("{input}:4")
            && warning["reason"].as_str().unwrap().contains("32/13/2024")
    });
    assert_eq!(dates.count(), 1, "{report}");

    let told = place.run("index", &[&input]).exits(0);
    assert!(told.stderr.contains("tin.jsonl:2"), "{told:?}");
    assert!(told.stdout.contains("skipped: 2"), "{told:?}");
}

#[test]
fn many_problems_are_cut_short_for_people_only() {
    let place = Place::new();
    let mut lines = ARTICLES.to_string();
    lines.push_str(&"hỏng\n".repeat(50));
    let input = place.write("tin.jsonl", lines);
    let told = place.run("index", &[&input]).exits(0);
    assert_eq!(told.stderr.lines().count(), 21, "{told:?}");
    assert!(told.stderr.contains("… and 30 more"), "{told:?}");
    let report = place.run("index", &["--json", &input]).exits(0).json();
    assert_eq!(report["skipped"].as_array().unwrap().len(), 50);
}

#[test]
fn nothing_to_index_fails_and_leaves_no_index() {
    let place = Place::new();
    let empty = place.write("rong.jsonl", "");
    let useless = place.write("hong.jsonl", "{\n[\n");
    let other = place.write("anh/bia.png", b"\x89PNG");
    std::fs::create_dir(place.path("thu-muc-rong")).unwrap();
    let folder = place.arg("thu-muc-rong");
    let pictures = place.arg("anh");
    let missing = place.arg("khong-co.jsonl");
    for input in [&empty, &useless, &other, &folder, &pictures, &missing] {
        let ran = place.run("index", &[input]).exits(1);
        assert!(ran.stderr.contains("no article found"), "{input}: {ran:?}");
        assert_eq!(ran.stdout, "", "{input}");
        let report = place.run("index", &["--json", input]).exits(1).json();
        assert_eq!(report["indexed"], 0, "{input}");
    }
    assert!(!place.path("bao").exists());
}

#[test]
fn what_is_no_index_is_named() {
    let place = Place::new();
    place.write("bao/ghi-chu.md", "# Ghi chú");
    let copy = place.arg("ban-sao");
    let queries = place.write("hoi.jsonl", r#"{"_id":"q","text":"vàng"}"#);
    for (command, arguments) in [
        ("search", &["vàng"][..]),
        ("batch", &["--queries", &queries, "--run", &copy]),
        ("delete", &["--id", "a"]),
        ("stats", &[]),
        ("verify", &[]),
        ("reindex", &["--to", &copy]),
    ] {
        let ran = place.run(command, arguments).exits(1);
        assert!(ran.stderr.contains("no index in"), "{command}: {ran:?}");
        assert_eq!(ran.stdout, "", "{command}");
        let missing = place.arg("khong-co");
        let mut line = vec![command, "--index", missing.as_str()];
        line.extend(arguments);
        vietsearch(&line).exits(1);
        assert!(
            !place.path("khong-co").exists(),
            "{command} makes no folder"
        );
    }
}

#[test]
fn usage_errors_exit_2() {
    let place = Place::with_articles();
    let index = place.arg("bao");
    let input = place.arg("tin.jsonl");
    for line in [
        &[][..],
        &["tìm"],
        &["search", "vàng"],
        &["search", "--index", &index],
        &["search", "--index", &index, "vàng", "--jsn"],
        &["search", "--index", &index, "--jsn", "vàng"],
        &["search", "--index", &index, "vàng", "--from", "hôm kia nữa"],
        &["search", "--index", &index, "vàng", "-n", "nhiều"],
        &["search", "--index", &index, "vàng", "--strict", "--loose"],
        &["index", "--index", &index],
        &["index", "--index", &index, "--map", "tilte=x", &input],
        &["index", "--index", &index, "--map", "title", &input],
        &["index", "--index", &index, "--encoding", "tcvn4", &input],
        &["index", "--index", &index, "--threads", "0", &input],
        &[
            "index",
            "--index",
            &index,
            "--threads",
            "4",
            "--memory",
            "16",
            &input,
        ],
        &["delete", "--index", &index],
        &["delete", "--index", &index, "--id", "a", "--query", "b"],
        &["delete", "--index", &index, "--query", " "],
    ] {
        let ran = vietsearch(line).exits(2);
        assert_eq!(ran.stdout, "", "{line:?}");
        assert!(!ran.stderr.is_empty(), "{line:?}");
    }
    let encoding = vietsearch(&["index", "--index", &index, "--encoding", "koi8", &input]);
    assert!(
        encoding
            .stderr
            .contains("unknown encoding \"koi8\", known are utf-8"),
        "{encoding:?}"
    );
    assert_eq!(
        place.run("stats", &["--json"]).json()["articles"],
        3,
        "nothing was deleted"
    );
}

#[test]
fn version_and_help() {
    let version = vietsearch(&["--version"]).exits(0).stdout;
    assert_eq!(
        version,
        format!("vietsearch {}\n", env!("CARGO_PKG_VERSION"))
    );
    let help = vietsearch(&["help", "search"]).exits(0).stdout;
    for flag in ["--cursor", "--sort", "--collapse", "--explain", "--json"] {
        assert!(help.contains(flag), "{flag}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vietsearch"))
        .arg("demo")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn hostile_queries_get_an_answer() {
    let place = Place::with_articles();
    let brackets = "(".repeat(5_000);
    let quotes = "\"".repeat(100_000);
    for query in [
        brackets.as_str(),
        &quotes,
        "\u{301}",
        "",
        " ",
        "a\u{1}b\u{7f}",
        "AND OR NOT",
    ] {
        let ran = place.run("search", &["--json", "--", query]);
        assert!(matches!(ran.code, Some(0 | 1)), "{query:.20}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{query:.20}: {ran:?}");
    }
}
