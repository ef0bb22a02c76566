//! I4: `kill -9` at any moment loses only what was not committed, and the next run needs no repair.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{ARTICLES, Place, vietsearch};
use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, WriterOptions};

/// Articles that are enough for several segments of a small writer.
const MANY: usize = 4000;

fn write_many(place: &Place) -> String {
    let mut lines = String::new();
    for number in 0..MANY {
        let title = format!("Bản tin nhiều số {number}");
        let body = format!("Đoạn {number} nói về mã x{number} và chuyện làng bên. ").repeat(40);
        writeln!(
            lines,
            r#"{{"id":"n{number}","title":"{title}","body":"{body}"}}"#
        )
        .unwrap();
    }
    place.write("nhieu.jsonl", lines)
}

fn spawn_index(index: &str, input: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_vietsearch"))
        .args([
            "index",
            "--index",
            index,
            "--threads",
            "1",
            "--memory",
            "16",
        ])
        .arg(input)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Number of files of a kind, told by the end of their names.
fn files(directory: &Path, end: &str) -> usize {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return 0;
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    names
        .filter(|name| name.to_string_lossy().ends_with(end))
        .count()
}

/// Waits until it is time, then kills. Returns false if the child was done before.
fn kill_when(mut child: Child, is_time: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_time() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(Instant::now() < deadline, "the moment never came");
        std::thread::sleep(Duration::from_micros(200));
    }
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

fn articles(place: &Place, index: &str) -> u64 {
    let line = ["stats", "--index", &place.arg(index), "--json"];
    let stats = vietsearch(&line).exits(0).json();
    stats["articles"].as_u64().unwrap()
}

fn is_sound(place: &Place, index: &str) {
    vietsearch(&["verify", "--index", &place.arg(index)]).exits(0);
}

#[test]
fn a_killed_first_run_leaves_a_directory_that_works() {
    let place = Place::new();
    let many = write_many(&place);
    let few = place.write("tin.jsonl", ARTICLES);
    for (number, (end, count)) in [
        ("", 1),
        ("vietsearch.json", 1),
        ("meta.json", 1),
        ("-writer.lock", 1),
        (".store", 1),
        (".term", 2),
        (".store", 3),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("bao-{number}");
        let index = place.arg(&name);
        let path = place.path(&name);
        let child = spawn_index(&index, &many);
        let killed = kill_when(child, || files(&path, end) >= count);
        assert!(killed, "too fast for {count} files {end:?}");
        // Searching may find no index yet, but needs no repair either.
        let searched = vietsearch(&["search", "--index", &index, "bản tin"]);
        assert!(matches!(searched.code, Some(0 | 1)), "{searched:?}");
        assert!(!searched.stderr.contains("panicked"), "{searched:?}");
        vietsearch(&["index", "--index", &index, &few]).exits(0);
        assert_eq!(articles(&place, &name), 3, "killed at {count} {end:?}");
        is_sound(&place, &name);
    }
}

#[test]
fn a_killed_second_run_leaves_the_first() {
    let place = Place::with_articles();
    let many = write_many(&place);
    let path = place.path("bao");
    let mut written = 3;
    for (end, more) in [
        ("", 0),
        (".store", 1),
        (".term", 2),
        (".pos", 1),
        (".idx", 3),
    ] {
        let index = place.arg("bao");
        let before = files(&path, end);
        let child = spawn_index(&index, &many);
        let killed = kill_when(child, || files(&path, end) >= before + more);
        if !killed {
            written = 3 + MANY as u64;
        }
        assert_eq!(articles(&place, "bao"), written, "killed at {more} {end:?}");
        is_sound(&place, "bao");
        let found = place.run("search", &["--json", "giá vàng"]).exits(0).json();
        assert_eq!(found["hits"][0]["id"], "vang");
    }
    assert_eq!(written, 3, "no run was killed before its end");
    place.run("index", &[&many]).exits(0);
    assert_eq!(articles(&place, "bao"), 3 + MANY as u64);
    is_sound(&place, "bao");
    let files = std::fs::read_dir(&path).unwrap().count();
    assert!(
        files < 200,
        "the remains of killed runs are removed: {files}"
    );
}

/// Two runs at once: the second is told, and readers are served.
#[test]
fn a_second_writer_is_told_and_readers_are_served() {
    let place = Place::with_articles();
    let many = write_many(&place);
    let path = place.path("bao");
    let before = files(&path, ".store");
    let child = spawn_index(&place.arg("bao"), &many);
    let told = std::cell::Cell::new(false);
    kill_when(child, || {
        if files(&path, ".store") == before {
            return false;
        }
        let refused = place.run("delete", &["--id", "vang"]).exits(1);
        assert!(refused.stderr.contains("another writer"), "{refused:?}");
        assert!(refused.stderr.contains("bao"), "{refused:?}");
        let found = place.run("search", &["--json", "giá vàng"]).exits(0).json();
        assert_eq!(found["total"], 1);
        told.set(true);
        true
    });
    assert!(told.get());
    place.run("delete", &["--id", "vang"]).exits(0);
}

const CHILD: &str = "VIETSEARCH_TEST_INDEX";
const BATCH: u64 = 25;

/// Not a test by itself: writes without end where [`CHILD`] says, and says what is committed.
#[test]
fn child_commits_without_end() {
    let Some(directory) = std::env::var_os(CHILD) else {
        return;
    };
    let index = NewsIndex::open_or_create(directory).unwrap();
    let options = WriterOptions::default()
        .with_threads(2)
        .with_memory_bytes(30_000_000);
    let mut writer = index.writer(options).unwrap();
    let mut stdout = std::io::stdout();
    for number in index.num_docs().. {
        let article = Article::new(format!("Bản tin số {number}"), "Nội dung.");
        writer.add(article.with_id(number.to_string())).unwrap();
        if (number + 1) % BATCH == 0 {
            writer.commit().unwrap();
            writeln!(stdout, "committed {}", number + 1).unwrap();
            stdout.flush().unwrap();
        }
    }
}

/// Starts the writing child, kills it after `commits` commits and a little more, and returns the
/// last number of articles that it said is committed.
fn kill_after(directory: &Path, commits: usize, delay: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_commits_without_end", "--nocapture"])
        .env(CHILD, directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let mut last = 0;
    let mut count = 0;
    for line in said.lines() {
        let line = line.unwrap();
        // The harness writes its own words before the first.
        let Some((_, number)) = line.split_once("committed ") else {
            continue;
        };
        last = number.parse().unwrap();
        count += 1;
        if count == commits {
            std::thread::sleep(delay);
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(count >= commits, "the child ended by itself");
    last
}

#[test]
fn commits_survive_in_whole() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("bao");
    let mut least = 0;
    for round in 0..8_u32 {
        let commits = 1 + (round as usize * 5) % 12;
        let delay = Duration::from_micros(u64::from(round) * 1700);
        let said = kill_after(&directory, commits, delay);
        let index = NewsIndex::open(&directory).unwrap();
        let found = index.num_docs();
        assert!(found >= said && said > least, "{said} said, {found} found");
        assert!(found <= said + BATCH, "{said} said, {found} found");
        assert_eq!(found % BATCH, 0, "half a commit");
        assert!(index.verify().unwrap().is_sound());
        let searcher = NewsSearcher::new(&index).unwrap();
        let all = searcher.search(&SearchRequest::new("bản tin")).unwrap();
        assert_eq!(all.total as u64, found);
        least = said;
    }
}
