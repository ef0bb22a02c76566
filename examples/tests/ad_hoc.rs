//! The ad-hoc query program, fed from a pipe as a script feeds it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "failing is what a test is for"
)]

mod common;

use std::ffi::OsStr;
use std::path::PathBuf;

use common::{Ran, run};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ad_hoc");

/// Three articles and a line that is none.
const LINES: &str = r#"{"id": "1", "title": "Giá vàng lập đỉnh mới", "body": "Sáng nay, giá vàng miếng tăng.", "section": "Kinh tế", "published_at": "2024-05-01"}
{"id": "2", "title": "Thị trường quay đầu", "body": "Chiều nay giá vàng nhẫn giảm mạnh.", "author": "Lê Thảo", "published_at": "10/8/2024"}
hỏng
{"id": "3", "title": "Đường sắt chạy lại", "body": "Tàu Thống Nhất qua đèo."}
"#;

fn ask<A: AsRef<OsStr>>(arguments: &[A], queries: &str) -> Ran {
    let ran = run(PROGRAM, arguments, queries.as_bytes());
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    ran
}

/// A folder with `tin.jsonl`.
fn articles() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tin.jsonl");
    std::fs::write(&path, LINES).unwrap();
    (folder, path)
}

/// What is printed, with `T ms` for times and `(S)` for scores: those differ from run to run and
/// from version to version.
fn masked(stdout: &str) -> String {
    let mut masked = String::new();
    for line in stdout.lines() {
        let parts: Vec<String> = line
            .split(" · ")
            .map(|part| match part.strip_suffix(" ms") {
                Some(_) => "T ms".to_string(),
                None => without_score(part),
            })
            .collect();
        masked.push_str(&parts.join(" · "));
        masked.push('\n');
    }
    masked
}

fn without_score(part: &str) -> String {
    let score = part.rsplit_once("  (").filter(|(_, score)| {
        let digits = score.strip_suffix(')').unwrap_or("x");
        digits.chars().all(|c| c.is_ascii_digit() || c == ',')
    });
    match score {
        Some((before, _)) => format!("{before}  (S)"),
        None => part.to_string(),
    }
}

#[test]
fn files_and_queries() {
    let (folder, path) = articles();
    let missing = folder.path().join("khong-co.jsonl");
    let ran = ask(&[&path, &missing], "gia vang\n\n đường \nxyzq\n");
    let expected = "\
tìm> gia vang
Có phải ý bạn là: giá vàng
  1. **Giá vàng** lập đỉnh mới  (S)
     1/5/2024 · Kinh tế
     Sáng nay, **giá vàng** miếng tăng.
  2. Thị trường quay đầu  (S)
     10/8/2024 · Lê Thảo
     Chiều nay **giá vàng** nhẫn giảm mạnh.
2 bài có đủ mọi từ · T ms
tìm> đường
  1. **Đường** sắt chạy lại  (S)
     Tàu Thống Nhất qua đèo.
1 bài có đủ mọi từ · T ms
tìm> xyzq
Không tìm thấy bài nào · T ms
";
    assert_eq!(masked(&ran.stdout), expected);
    let skipped: Vec<&str> = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with("bỏ qua: "))
        .collect();
    assert_eq!(skipped.len(), 2, "{skipped:#?}");
    assert!(skipped[0].contains("tin.jsonl:3: "), "{skipped:#?}");
    assert!(skipped[1].contains("khong-co.jsonl: "), "{skipped:#?}");
    assert!(ran.stderr.contains("Chỉ mục có 3 bài"), "{}", ran.stderr);
}

#[test]
fn sort_and_pages() {
    let (_folder, path) = articles();
    let queries = ":n 1\n:sort date\ngiá vàng\n:next\n:next\n:quit\nđường\n";
    let ran = ask(&[&path], queries);
    let expected = "\
tìm> :n 1
Mỗi lần 1 bài.
tìm> :sort date
Mới nhất trước.
tìm> giá vàng
  1. Thị trường quay đầu
     10/8/2024 · Lê Thảo
     Chiều nay **giá vàng** nhẫn giảm mạnh.
2 bài có đủ mọi từ · T ms · :next xem tiếp
tìm> :next
  2. **Giá vàng** lập đỉnh mới
     1/5/2024 · Kinh tế
     Sáng nay, **giá vàng** miếng tăng.
2 bài có đủ mọi từ · T ms
tìm> :next
Không còn bài nào nữa.
tìm> :quit
";
    assert_eq!(masked(&ran.stdout), expected);
}

#[test]
fn strict_and_loose() {
    let (_folder, path) = articles();
    let queries = ":strict\ngia vang\n:loose\ngià váng\n:default\ngià váng\n";
    let stdout = ask(&[&path], queries).stdout;
    let endings: Vec<&str> = stdout.lines().filter(|line| line.contains(" ms")).collect();
    assert_eq!(endings.len(), 3, "{stdout}");
    assert!(endings[0].starts_with("Không tìm thấy"), "{stdout}");
    assert!(endings[1].starts_with("2 bài"), "{stdout}");
    assert!(endings[2].starts_with("Không tìm thấy"), "{stdout}");
}

#[test]
fn explained_scores() {
    let (_folder, path) = articles();
    let stdout = ask(&[&path], ":explain on\nđường\n:explain off\nđường\n").stdout;
    assert!(stdout.contains("word \"đường\""), "{stdout}");
    let (with, without) = stdout.split_once(":explain off").unwrap();
    assert!(with.lines().count() > without.lines().count(), "{stdout}");
}

#[test]
fn commands_that_are_not_understood() {
    let (_folder, path) = articles();
    let queries = [":n 0", ":n nhiều", ":sort", ":màu xanh", ":help me"];
    let stdout = ask(&[&path], &queries.join("\n")).stdout;
    let refused = stdout.matches("Không hiểu lệnh").count();
    assert_eq!(refused, queries.len(), "{stdout}");
    assert!(ask(&[&path], ":help").stdout.contains(":quit"));
}

#[test]
fn an_index_on_the_disk_is_searched_again() {
    let (folder, path) = articles();
    let index = folder.path().join("bao");
    let keep = [OsStr::new("--index"), index.as_os_str()];
    // Twice the same articles: the second time they take the place of the first.
    for _ in 0..2 {
        ask(&[keep[0], keep[1], path.as_os_str()], "");
    }
    let ran = ask(&keep, "duong sat");
    assert!(ran.stderr.contains(": 3 bài."), "{}", ran.stderr);
    assert!(ran.stdout.contains("**Đường sắt** chạy lại"), "{ran:#?}");
}

#[test]
fn samples_are_built_in() {
    let stdout = ask::<&str>(&[], "an ninh to quoc").stdout;
    assert!(stdout.contains("**an ninh Tổ quốc**"), "{stdout}");
}

#[test]
fn lines_that_are_no_utf8_do_not_end_the_run() {
    let (_folder, path) = articles();
    let ran = run(PROGRAM, &[&path], b"gi\xe1 v\xe0ng\ngia vang\r\n");
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    assert!(ran.stdout.contains("\n2 bài có đủ mọi từ"), "{ran:#?}");
}

#[test]
fn failures_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("khong-co");
    for arguments in [
        &["--index".as_ref(), nothing.as_os_str()][..],
        &[nothing.as_os_str()],
    ] {
        let ran = run(PROGRAM, arguments, b"");
        assert_eq!(ran.code, Some(1), "{ran:#?}");
        assert!(ran.stderr.contains("lỗi: "), "{ran:#?}");
    }
    for arguments in [&["--index"][..], &["--màu"]] {
        let ran = run(PROGRAM, arguments, b"");
        assert_eq!(ran.code, Some(2), "{ran:#?}");
        assert!(ran.stderr.contains("Cách dùng"), "{ran:#?}");
    }
}
