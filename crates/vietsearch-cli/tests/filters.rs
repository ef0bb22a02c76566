//! The line filters: tokens, segment, normalize, fold.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::filter;
use serde_json::{Value, json};

#[test]
fn normalize_keeps_lines_as_they_end() {
    let ran = filter(&["normalize"], "Hoà Bình, nguời\n\nvịêt".as_bytes()).exits(0);
    assert_eq!(ran.stdout, "Hòa Bình, người\n\nviệt");
    assert_eq!(ran.stderr, "");
}

#[test]
fn fold_keeps_case_and_punctuation() {
    let ran = filter(&["fold"], "Đường sắt, 5 m²!\r\n".as_bytes()).exits(0);
    assert_eq!(ran.stdout, "Duong sat, 5 m2!\r\n");
}

#[test]
fn tokens_are_an_array_a_line() {
    let ran = filter(&["tokens"], "Hoà Bình\n\nU23".as_bytes()).exits(0);
    let lines: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = json!({
        "start": 0, "end": 4, "kind": "syllable", "form": "hòa", "folded": "hoa", "sentence": 0,
    });
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0].as_array().unwrap().len(), 2);
    assert_eq!(lines[0][0], first);
    assert_eq!(lines[1], json!([]));
    assert_eq!(lines[2][0]["kind"], "code");
    assert!(ran.stdout.ends_with("]\n"));
}

#[test]
fn segment_writes_words_in_three_formats() {
    let line = "Học sinh học bài.\n\nthành phố".as_bytes();
    let ran = filter(&["segment"], line).exits(0);
    assert_eq!(ran.stdout, "Học_sinh học bài .\n\nthành_phố");
    let ran = filter(&["segment", "--format", "tab"], line).exits(0);
    assert_eq!(ran.stdout, "Học sinh\thọc\tbài\t.\n\nthành phố");
    let ran = filter(&["segment", "--format", "json"], line).exits(0);
    let lines: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = json!({"start": 0, "end": 10, "text": "Học sinh", "tokens": 2});
    assert_eq!(lines[0][0], first);
    assert_eq!(lines[1], json!([]));
    filter(&["segment", "--format", "xml"], b"").exits(2);
}

#[test]
fn segment_takes_words_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.txt");
    let path = path.to_str().unwrap();
    std::fs::write(path, "Vạn Thịnh Phát\n").unwrap();
    let text = "xét xử Vạn Thịnh Phát".as_bytes();
    let ran = filter(&["segment", "--user-dict", path], text).exits(0);
    assert_eq!(ran.stdout, "xét_xử Vạn_Thịnh_Phát");
    std::fs::write(path, "Vạn Thịnh Phát\n???\n").unwrap();
    let ran = filter(&["segment", "--user-dict", path], text).exits(1);
    assert!(ran.stderr.contains("line 2"), "{ran:?}");
    let ran = filter(&["segment", "--user-dict", "absent.txt"], text).exits(1);
    assert!(ran.stderr.contains("absent.txt"), "{ran:?}");
}

#[test]
fn broken_utf8_is_reported_and_replaced() {
    for command in ["normalize", "fold"] {
        let ran = filter(&[command], b"an\nninh \xe1\xba to\nquoc\n").exits(0);
        assert_eq!(ran.stdout, "an\nninh \u{fffd} to\nquoc\n", "{command}");
        assert_eq!(
            ran.stderr, "line 2, byte 6: invalid UTF-8, read as U+FFFD\n",
            "{command}"
        );
    }
    let ran = filter(&["tokens"], b"\xff\nxin\n").exits(0);
    assert_eq!(ran.stdout.lines().next(), Some("[]"));
    assert!(ran.stderr.starts_with("line 1, byte 1:"), "{ran:?}");
    let many = filter(&["fold"], &b"\xff\n".repeat(30)).exits(0);
    assert_eq!(many.stderr.lines().count(), 21, "{many:?}");
}

#[test]
fn no_line_no_output() {
    for command in ["normalize", "fold", "tokens", "segment"] {
        assert_eq!(filter(&[command], b"").exits(0).stdout, "", "{command}");
    }
}

#[test]
fn huge_lines_pass() {
    let line = "tiếng việt ".repeat(200_000);
    let ran = filter(&["fold"], line.as_bytes()).exits(0);
    assert_eq!(ran.stdout, "tieng viet ".repeat(200_000));
}

#[test]
fn control_characters_stay() {
    let ran = filter(&["normalize"], b"a\0b\x1bc\x7f\n").exits(0);
    assert_eq!(ran.stdout, "a\0b\u{1b}c\u{7f}\n");
}
