//! Hostile files and directories: what is told, what is kept, and that it ends soon.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Place, Ran, vietsearch};
use serde_json::Value;

const FIRST: &str = r#"{"id":"dau","title":"Bản tin đầu","body":"Chợ họp sớm."}"#;
const LAST: &str = r#"{"id":"cuoi","title":"Bản tin cuối","body":"Chợ tan muộn."}"#;

/// Indexes files; returns the report.
#[track_caller]
fn report(place: &Place, inputs: &[&str]) -> Value {
    let mut line = vec!["--json"];
    line.extend(inputs);
    place.run("index", &line).exits(0).json()
}

/// The places and reasons of what was skipped.
fn skipped(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let skipped = report["skipped"].as_array().unwrap().iter();
    skipped
        .map(|problem| (text(&problem["place"]), text(&problem["reason"])))
        .collect()
}

fn between(middle: &[u8]) -> Vec<u8> {
    [
        FIRST.as_bytes(),
        b"\n",
        middle,
        b"\n",
        LAST.as_bytes(),
        b"\n",
    ]
    .concat()
}

/// Both neighbours are found.
#[track_caller]
fn neighbours_are_found(place: &Place) {
    let found = place.run("search", &["--json", "cho"]).exits(0).json();
    let ids: Vec<_> = found["hits"].as_array().unwrap().iter().collect();
    let ids: Vec<_> = ids.iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"dau") && ids.contains(&"cuoi"), "{ids:?}");
}

#[test]
fn bad_bytes_between_good_lines() {
    for (middle, indexed, reason) in [
        (&b"{\"title\":\"n\xe1\xbb\"}"[..], 2, Some("byte")),
        (b"\xff\xfe\x00", 2, Some("UTF-8")),
        (b"\0\0\0\0", 2, Some("JSON")),
        (b"{\"title\":\"\\ud800\"}", 2, Some("JSON")),
        (b"{\"title\":\"a\0b\"}", 3, None),
        (
            b"{\"title\":\"\\u0000\",\"body\":\"\x01\"}",
            2,
            Some("title"),
        ),
        (b"\r\r\x0b", 2, Some("")),
        (b"{\"title\":[[[[[[[[]]]]]]]]}", 2, Some("")),
        (b"{\"title\":1e999}", 2, Some("")),
        (b"{\"title\":\"x\",\"published_at\":{}}", 3, None),
    ] {
        let place = Place::new();
        let input = place.write("tin.jsonl", between(middle));
        let report = report(&place, &[&input]);
        let skipped = skipped(&report);
        assert_eq!(report["indexed"], indexed, "{report}");
        match reason {
            Some(reason) => {
                assert_eq!(skipped.len(), 1, "{report}");
                assert_eq!(skipped[0].0, format!("{input}:2"));
                assert!(skipped[0].1.contains(reason), "{report}");
            }
            None => assert_eq!(skipped.len(), 0, "{report}"),
        }
        neighbours_are_found(&place);
    }
}

#[test]
fn bad_files_between_good_ones() {
    let place = Place::new();
    let folder = place.arg("kho");
    place.write("kho/a.jsonl", FIRST);
    place.write("kho/b.txt", b"T\xc3\xadt b\xe1\xbb");
    place.write("kho/c.txt", b"\0\0\0");
    place.write("kho/d.txt", "");
    place.write("kho/e.json", "[{\"title\":");
    place.write("kho/f.jsonl.gz", b"\x1f\x8b");
    place.write("kho/g.txt.gz", "không phải gzip");
    place.write("kho/h.txt", "Tít có NUL\0 ở giữa\n\nĐoạn\0văn.");
    place.write("kho/i.json", "[".repeat(100_000));
    place.write("kho/k.jsonl", "[".repeat(100_000));
    place.write("kho/l.json", "{\"title\":".repeat(100_000));
    place.write("kho/z.jsonl", LAST);
    let report = report(&place, &[&folder]);
    assert_eq!(report["indexed"], 3, "{report}");
    let skipped = skipped(&report);
    for name in [
        "b.txt",
        "c.txt",
        "d.txt",
        "e.json",
        "f.jsonl.gz",
        "g.txt.gz",
        "i.json",
        "k.jsonl",
        "l.json",
    ] {
        let named = skipped
            .iter()
            .any(|(place, reason)| place.contains(&format!("kho/{name}")) && !reason.is_empty());
        assert!(named, "{name} in {skipped:?}");
    }
    assert!(skipped.iter().all(|(_, reason)| reason.len() < 1000));
    neighbours_are_found(&place);
}

/// A gzip file of stored blocks, without the checksum at its end.
fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    for block in bytes.chunks(1000) {
        let length = u16::try_from(block.len()).unwrap();
        gzip.push(0);
        gzip.extend(length.to_le_bytes());
        gzip.extend((!length).to_le_bytes());
        gzip.extend(block);
    }
    gzip
}

#[test]
fn a_truncated_gzip_gives_what_is_whole() {
    let lines = [FIRST, LAST, &FIRST.repeat(50)].join("\n");
    let gzip = stored_gzip(lines.as_bytes());
    let whole = FIRST.len() + LAST.len() + 2 + 15;
    for cut in [whole, whole + 100, gzip.len() - 10, gzip.len()] {
        let place = Place::new();
        let input = place.write("tin.jsonl.gz", &gzip[..cut]);
        let report = report(&place, &[&input]);
        assert_eq!(report["indexed"], 2, "{report}");
        let skipped = skipped(&report);
        assert!(
            skipped.iter().any(|(_, reason)| reason.contains("cut off")),
            "{skipped:?}"
        );
        neighbours_are_found(&place);
    }
}

/// Runs a command and returns it with the most anonymous memory it was seen with, in kB.
fn watched(arguments: &[&str]) -> (Ran, u64) {
    let child = Command::new(env!("CARGO_BIN_EXE_vietsearch"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
    let mut most = 0;
    while !waiting.is_finished() {
        // Without /proc nothing is measured.
        let status = fs::read_to_string(&status).unwrap_or_default();
        let anonymous = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let kilobytes = anonymous.and_then(|rest| rest.split_whitespace().next());
        most = most.max(kilobytes.map_or(0, |number| number.parse().unwrap()));
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = waiting.join().unwrap();
    let ran = Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    (ran, most)
}

/// Writes a file of `megabytes` of one piece between a beginning and an end.
fn write_long(path: &Path, begin: &str, piece: &str, megabytes: usize, end: &str) {
    let block = piece.repeat((1 << 20) / piece.len());
    let mut file = File::create(path).unwrap();
    file.write_all(begin.as_bytes()).unwrap();
    for _ in 0..megabytes {
        file.write_all(block.as_bytes()).unwrap();
    }
    file.write_all(end.as_bytes()).unwrap();
}

#[test]
fn endless_lines_are_passed_over() {
    let after = format!("\"}}\n{LAST}\n");
    let before = format!("{FIRST}\n{{\"title\":\"");
    for (name, begin, piece, megabytes, end, indexed) in [
        ("a.jsonl", before.as_str(), "dài ", 100, after.as_str(), 2),
        ("b.jsonl", &before, "\0", 100, &after, 2),
        ("c.jsonl", &format!("{FIRST}\n{LAST}\n"), "x", 100, "", 2),
        (
            "d.json",
            &format!("[{FIRST},{{\"body\":\""),
            "dài ",
            20,
            &format!("\"}},{LAST}]"),
            2,
        ),
        ("e.txt", "Tít\n\n", "dài ", 100, "", 0),
    ] {
        let place = Place::new();
        write_long(&place.path(name), begin, piece, megabytes, end);
        let (input, index) = (place.arg(name), place.arg("bao"));
        let start = Instant::now();
        let (ran, kilobytes) = watched(&["index", "--json", "--index", &index, &input]);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(60), "{name}: {took:?}");
        assert!(kilobytes < 150_000, "{name}: {kilobytes} kB");
        let report = ran.exits(i32::from(indexed == 0)).json();
        assert_eq!(report["indexed"], indexed, "{name}: {report}");
        let skipped = skipped(&report);
        assert_eq!(skipped.len(), 1, "{name}: {report}");
        assert!(skipped[0].1.contains("longer than"), "{name}: {report}");
        if indexed > 0 {
            neighbours_are_found(&place);
        }
    }
}

/// As much as one article may hold, of things that nobody writes.
#[test]
fn articles_at_the_limit() {
    for (name, piece) in [("a", "x"), ("b", "từ "), ("c", "\u{301}"), ("d", "1,")] {
        let place = Place::new();
        let file = format!("{name}.jsonl");
        let begin = format!("{FIRST}\n{{\"id\":\"{name}\",\"title\":\"Bài dài\",\"body\":\"");
        write_long(
            &place.path(&file),
            &begin,
            piece,
            4,
            &format!("\"}}\n{LAST}\n"),
        );
        let start = Instant::now();
        let report = report(&place, &[&place.arg(&file)]);
        assert_eq!(report["indexed"], 3, "{report}");
        let found = place.run("search", &["--json", "bai dai"]).exits(0).json();
        assert_eq!(found["hits"][0]["id"], name);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(60), "{name}: {took:?}");
        neighbours_are_found(&place);
    }
}

#[test]
fn what_is_no_index_says_what_to_do() {
    let place = Place::new();
    let file = place.write("bao-file", "không phải thư mục");
    let queries = place.write("hoi.jsonl", r#"{"_id":"q","text":"vàng"}"#);
    let input = place.write("tin.jsonl", FIRST);
    let run = place.arg("run");
    for index in [
        file.as_str(),
        &format!("{file}/trong"),
        &place.arg("khong-co"),
    ] {
        for (command, arguments) in [
            ("search", &["vàng"][..]),
            ("stats", &[]),
            ("verify", &[]),
            ("delete", &["--id", "a"]),
            ("batch", &["--queries", &queries, "--run", &run]),
        ] {
            let mut line = vec![command, "--index", index];
            line.extend(arguments);
            let ran = vietsearch(&line).exits(1);
            assert!(ran.stderr.contains("vietsearch index"), "{ran:?}");
            assert!(!Path::new(&run).exists(), "{command}");
        }
    }
    for index in [file.as_str(), &format!("{file}/trong")] {
        let ran = vietsearch(&["index", "--index", index, &input]).exits(1);
        assert!(ran.stderr.contains("bao-file"), "{ran:?}");
    }
    assert_eq!(place.read("bao-file"), "không phải thư mục");
}

#[test]
fn an_index_of_another_version_says_reindex() {
    let place = Place::with_articles();
    let manifest = place.path("bao").join("vietsearch.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    json["fingerprint"]["analysis"] = 999.into();
    fs::write(&manifest, json.to_string()).unwrap();
    let input = place.arg("tin.jsonl");
    let queries = place.write("hoi.jsonl", r#"{"_id":"q","text":"vàng"}"#);
    let run = place.arg("run");
    for (command, arguments) in [
        ("search", &["vàng"][..]),
        ("stats", &[]),
        ("verify", &[]),
        ("delete", &["--id", "a"]),
        ("batch", &["--queries", &queries, "--run", &run]),
        ("index", &[&input]),
    ] {
        let ran = place.run(command, arguments).exits(1);
        assert!(ran.stderr.contains("vietsearch reindex"), "{ran:?}");
        assert!(ran.stderr.contains("999"), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
    let copy = place.arg("moi");
    place.run("reindex", &["--to", &copy]).exits(0);
    let found = vietsearch(&["search", "--index", &copy, "--json", "giá vàng"]);
    assert_eq!(found.exits(0).json()["total"], 1);
}

/// Every file of the index cut, emptied, overwritten or taken away: told, never a panic.
#[test]
fn damaged_indexes_are_told() {
    let place = Place::with_articles();
    let index = place.path("bao");
    let names: Vec<_> = fs::read_dir(&index)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".lock"))
        .filter(|path| !path.ends_with(".managed.json"))
        .collect();
    assert!(names.len() > 6, "{names:?}");
    for path in names {
        let bytes = fs::read(&path).unwrap();
        let half = bytes[..bytes.len() / 2].to_vec();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 3] ^= 0x55;
        let noise = vec![0xa5; bytes.len()];
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            // A changed letter may leave a description that is as good.
            flipped.clear();
        }
        for damage in [
            Some(half),
            Some(Vec::new()),
            Some(flipped),
            Some(noise),
            None,
        ] {
            match &damage {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let size = damage.as_ref().map(Vec::len);
            let ran = place.run("verify", &[]);
            let at = format!("{path:?} of {size:?} bytes: {ran:?}");
            assert_eq!(ran.code, Some(1), "{at}");
            assert!(ran.stderr.len() < 2000, "{at}");
            fs::write(&path, &bytes).unwrap();
        }
    }
    place.run("verify", &[]).exits(0);
}

#[cfg(unix)]
#[test]
fn a_read_only_index_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with_articles();
    let index = place.path("bao");
    let set = |mode| fs::set_permissions(&index, fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    if File::create(index.join("thu")).is_ok() {
        set(0o755);
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let found = place.run("search", &["--json", "giá vàng"]);
    let verified = place.run("verify", &[]);
    let refused = place.run("index", &[&place.arg("tin.jsonl")]);
    set(0o755);
    assert_eq!(
        found.exits(0).json()["total"],
        1,
        "reading needs no writing"
    );
    verified.exits(0);
    let refused = refused.exits(1);
    assert!(refused.stderr.contains("ermission"), "{refused:?}");
    place.run("verify", &[]).exits(0);
}

#[test]
fn odd_files_of_queries() {
    let place = Place::with_articles();
    let folder = place.arg("");
    let run = place.arg("run");
    let ran = place.run("batch", &["--queries", &folder, "--run", &run]);
    let ran = ran.exits(1);
    assert!(ran.stderr.contains("irectory"), "{ran:?}");

    let long = "á".repeat(40_000);
    let many = "( ".repeat(30_000);
    let mut lines: Vec<u8> = Vec::new();
    for text in [&long, &many, "đường", "\\u0000", "\\\" \\\" \\\"", ""] {
        let line = format!("{{\"_id\":\"q{}\",\"text\":\"{text}\"}}\n", lines.len());
        lines.extend(line.as_bytes());
    }
    lines.extend(b"\xff\xfe\n{\"_id\":\"\xe1\xbb\",\"text\":\"x\"}\n\0\n[]\n");
    let queries = place.write("hoi.jsonl", lines);
    let ran = place.run("batch", &["--queries", &queries, "--run", &run]);
    let ran = ran.exits(0);
    assert!(ran.stderr.contains("longer than"), "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    assert_eq!(place.read("run").lines().count(), 1, "{ran:?}");

    for hits in ["0", "100000000000000000000", "10001", "-1"] {
        let ran = place.run("batch", &["--queries", &queries, "--run", &run, "-k", hits]);
        assert!(matches!(ran.code, Some(0..=2)), "{ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
    let before = fs::read(&queries).unwrap();
    let same = place.path("").join(".").join("hoi.jsonl");
    let same = same.to_str().unwrap();
    let ran = place.run("batch", &["--queries", &queries, "--run", same]);
    ran.exits(2);
    let after = fs::read(&queries).unwrap();
    assert!(before == after, "the queries are not overwritten");
}

#[test]
fn reindex_into_itself_harms_nothing() {
    let place = Place::with_articles();
    let index = place.arg("bao");
    place.run("reindex", &["--to", &index]).exits(1);
    let file = place.write("tep", "x");
    place.run("reindex", &["--to", &file]).exits(1);
    place.run("verify", &[]).exits(0);
    assert_eq!(place.run("stats", &["--json"]).json()["articles"], 3);
}

/// The directory of an index as input holds no article.
#[test]
fn an_index_as_input_holds_no_article() {
    let place = Place::with_articles();
    let index = place.arg("bao");
    let ran = place.run("index", &["--json", &index]).exits(1);
    assert_eq!(ran.json()["indexed"], 0);
    place.run("verify", &[]).exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn odd_names_and_full_disks() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = |bytes: &'static [u8]| place.path("").join(OsStr::from_bytes(bytes));
    let (index, input) = (name(b"b\xff"), name(b"t\xe1\xbb.jsonl"));
    fs::write(&input, FIRST).unwrap();
    let line = |parts: &[&OsStr]| vietsearch(parts);
    let (index, input) = (index.as_os_str(), input.as_os_str());
    let text = OsStr::new;
    line(&[text("index"), text("--index"), index, input]).exits(0);
    let ran = line(&[text("search"), text("--index"), index, text("tin")]);
    assert!(ran.exits(0).stdout.contains("Bản **tin** đầu"));
    let query = OsStr::from_bytes(b"\xff");
    line(&[text("search"), text("--index"), index, query]).exits(2);

    let full = File::create("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_vietsearch"))
        .args([text("search"), text("--index"), index, text("tin")])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("cannot write to stdout"), "{told}");
}
