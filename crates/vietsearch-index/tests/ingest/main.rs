//! Reading articles from real files and folders, hostile ones among them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod csv;
mod encodings;
mod feeds;
mod pages;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tempfile::TempDir;
use vietsearch_index::article::Article;
use vietsearch_index::ingest::{self, Entry, FieldMap, Options, Problem};

/// A folder of files that is removed at the end of the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

#[derive(Debug, Default)]
struct Found {
    articles: Vec<Article>,
    warnings: Vec<Problem>,
    skipped: Vec<Problem>,
}

impl Found {
    fn titles(&self) -> Vec<&str> {
        let titles = self.articles.iter().map(|article| article.title.as_deref());
        titles.map(Option::unwrap_or_default).collect()
    }

    /// Line and reason of what was skipped.
    fn reasons(&self) -> Vec<(Option<u64>, &str)> {
        let problems = self.skipped.iter();
        problems
            .map(|problem| (problem.place.line, problem.reason.as_str()))
            .collect()
    }
}

fn read_with(inputs: &[&Path], options: &Options) -> Found {
    let mut found = Found::default();
    let mut reader = ingest::read(inputs.iter().map(PathBuf::from), options);
    for entry in reader.by_ref() {
        match entry {
            Entry::Article {
                article, warnings, ..
            } => {
                found.articles.push(*article);
                found.warnings.extend(warnings);
            }
            Entry::Skipped(problem) => found.skipped.push(problem),
        }
    }
    assert_eq!(reader.bytes_read(), reader.bytes_total());
    found
}

fn read(inputs: &[&Path]) -> Found {
    read_with(inputs, &Options::default())
}

#[test]
fn json_lines_with_neighbours_of_bad_lines() {
    let folder = Folder::new();
    let path = folder.write(
        "tin.jsonl",
        [
            b"\xef\xbb\xbf{\"title\": \"M\xe1\xbb\x99t\"}\r\n".as_slice(),
            b"\r\n",
            b"[1, 2]\n",
            b"{\"title\": \"n\xe1\xbb\"}\n",
            b"{\"title\": \"Hai\", \"published_at\": \"32/13/2024\", \"body\": \"a\\u0000b\"}\n",
            b"{\"views\": 3}\n",
            b"{\"title\": \"Ba",
            b"\n   \n",
            b"{\"title\": \"\\u0301\", \"body\": \"B\xe1\xbb\x91n\"}",
        ]
        .concat(),
    );
    let found = read(&[&path]);
    assert_eq!(found.titles(), ["Một", "Hai", "\u{301}"]);
    assert_eq!(found.articles[1].body.as_deref(), Some("a\0b"));
    assert_eq!(found.articles[1].published_at, None);

    let lines: Vec<_> = found
        .reasons()
        .iter()
        .map(|(line, _)| line.unwrap())
        .collect();
    assert_eq!(lines, [3, 4, 6, 7]);
    // BOM 3, line 1 20, line 2 2, line 3 7, then 12 bytes of line 4 up to the cut character.
    assert_eq!(found.skipped[1].place.byte, Some(3 + 20 + 2 + 7 + 12));
    assert!(
        found.skipped[1]
            .reason
            .starts_with("not UTF-8: byte 44 of the file is 0xe1")
    );
    assert!(
        found.skipped[2]
            .reason
            .starts_with("has neither title nor body")
    );

    let [warning] = found.warnings.as_slice() else {
        panic!("{:?}", found.warnings);
    };
    assert_eq!(warning.place.to_string(), format!("{}:5", path.display()));
    assert!(warning.reason.contains("\"32/13/2024\""), "{warning}");
}

#[test]
fn mapped_keys_lose_no_line() {
    let folder = Folder::new();
    let lines: String = (0..100)
        .map(|i| {
            format!("{{\"tieu_de\": \"Tin {i}\", \"noi_dung\": \"Nội dung\", \"lượt\": {i}}}\n")
        })
        .collect();
    let path = folder.write("tin.ndjson", lines);
    let map = FieldMap::parse(["title=tieu_de", "body=noi_dung"]).unwrap();
    let found = read_with(&[&path], &Options::default().with_field_map(map));
    assert_eq!(found.articles.len(), 100);
    assert_eq!(found.skipped, []);
    assert_eq!(
        found.articles[7],
        Article::new("Tin 7", "Nội dung").with_extra("lượt", 7)
    );
}

#[test]
fn folders_hold_every_format() {
    let folder = Folder::new();
    folder.write(
        "b/2.txt",
        "Tít hai\n\nLê Thảo 17:22, 10/08/2023\n\nĐoạn một.\n",
    );
    folder.write("b/sâu/hơn/1.txt.gz", gzip("\u{feff}Tít một"));
    folder.write(
        "a.jsonl.gz",
        gzip("{\"title\": \"A\"}\n{\"title\": \"B\"}\n"),
    );
    folder.write("c.json", "[{\"title\": \"C\"},\n {\"title\": \"D\"}]");
    folder.write(".hidden.txt", "Ẩn");
    folder.write(".git/d.txt", "Ẩn");
    folder.write("e.pdf", "%PDF");
    let found = read(&[folder.path()]);
    assert_eq!(found.titles(), ["A", "B", "Tít hai", "Tít một", "C", "D"]);
    let ids: Vec<_> = found
        .articles
        .iter()
        .map(|article| article.id.as_deref())
        .collect();
    assert_eq!(
        ids,
        [None, None, Some("b/2"), Some("b/sâu/hơn/1"), None, None]
    );
    assert_eq!(found.articles[2].author.as_deref(), Some("Lê Thảo"));
    assert_eq!(found.skipped, []);

    let again = read(&[&folder.path().join("b/2.txt")]);
    assert_eq!(again.articles[0].id.as_deref(), Some("2"));
}

#[test]
fn inputs_without_articles() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("trong")).unwrap();
    folder.write("khac/a.pdf", "%PDF");
    let cases = [
        (folder.path().join("trong"), "folder without articles"),
        (folder.path().join("khac"), "folder without articles"),
        (folder.path().join("thieu.txt"), "does not exist"),
        (
            folder.write("a.pdf", "%PDF"),
            "unknown format \"a.pdf\", expected .jsonl",
        ),
        (folder.write("a.jsonl", ""), "the file is empty"),
        (folder.write("b.jsonl", "\n\r\n"), "the file is empty"),
        (folder.write("a.jsonl.gz", ""), "the file is empty"),
        (folder.write("b.jsonl.gz", gzip("")), "the file is empty"),
        (folder.write("a.json", " "), "the file is empty"),
        (folder.write("a.txt", "\u{feff}"), "the file is empty"),
        (
            folder.write("c.jsonl.gz", "{\"title\": \"A\"}"),
            "cannot be read further: invalid gzip",
        ),
        (
            folder.write("d.jsonl", b"\xfe\xff\0{"),
            "no usable JSON object",
        ),
        (folder.write("a.csv", ""), "the file is empty"),
        (
            folder.write("b.csv", "title,body\n"),
            "the file has a header and no rows",
        ),
        (folder.write("a.xml", " "), "the file is empty"),
        (
            folder.write("b.xml", "<html><p>a</p></html>"),
            "neither <item> nor <entry>",
        ),
        (
            folder.write("c.xml", "<rss><channel></channel></rss>"),
            "the feed has no items",
        ),
        (folder.write("a.html", "\n"), "the file is empty"),
        (
            folder.write("b.html", "<html><body></body></html>"),
            "no article text found",
        ),
    ];
    for (path, reason) in &cases {
        let found = read(&[path]);
        assert_eq!(found.articles, []);
        let [problem] = found.skipped.as_slice() else {
            panic!("{}: {:?}", path.display(), found.skipped);
        };
        assert!(problem.reason.starts_with(reason), "{problem}");
        assert_eq!(&*problem.place.path, path.as_path());
    }
    let good = folder.write("tot.txt", "Tít");
    let mut inputs: Vec<&Path> = cases.iter().map(|(path, _)| path.as_path()).collect();
    inputs.push(&good);
    let found = read(&inputs);
    assert_eq!(
        (found.titles(), found.skipped.len()),
        (vec!["Tít"], cases.len())
    );
}

#[test]
fn a_line_of_100_mb_is_passed_over() {
    let folder = Folder::new();
    let path = folder.path().join("dai.jsonl");
    let mut file = fs::File::create(&path).unwrap();
    let megabyte = vec![b'x'; 1 << 20];
    file.write_all(b"{\"title\": \"A\"}\n{\"title\": \"")
        .unwrap();
    for _ in 0..100 {
        file.write_all(&megabyte).unwrap();
    }
    file.write_all(b"\"}\n{\"title\": \"B\"}\n").unwrap();
    drop(file);
    let found = read(&[&path]);
    assert_eq!(found.titles(), ["A", "B"]);
    let [(Some(2), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert!(
        reason.starts_with("line is longer than 16777216 bytes"),
        "{reason}"
    );

    // The same bytes as an article in plain text, and as an element of an array.
    let text = folder.path().join("dai.txt");
    fs::rename(&path, &text).unwrap();
    let found = read(&[&text]);
    assert!(
        found.reasons()[0]
            .1
            .starts_with("article is longer than 16777216 bytes")
    );
    let json = folder.path().join("dai.json");
    fs::rename(&text, &json).unwrap();
    assert_eq!(read(&[&json]).titles(), ["A", "B"]);
}

#[test]
fn truncated_gzip_keeps_what_was_read() {
    let folder = Folder::new();
    let lines: String = (0..2000)
        .map(|i| {
            format!(
                "{{\"title\": \"Tin {i}\", \"body\": \"{}\"}}\n",
                i * 7919 % 1000
            )
        })
        .collect();
    let whole = gzip(&lines);
    let path = folder.write("cut.jsonl.gz", &whole[..whole.len() / 2]);
    let found = read(&[&path]);
    let count = found.articles.len();
    assert!((100..2000).contains(&count), "{count}");
    assert_eq!(found.titles()[count - 1], format!("Tin {}", count - 1));
    let [(Some(line), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert_eq!(line, count as u64 + 1);
    assert!(reason.contains("cut off"), "{reason}");

    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    let whole = gzip(array);
    let path = folder.write("cut.json.gz", &whole[..whole.len() / 2]);
    let found = read(&[&path]);
    assert!((100..2000).contains(&found.articles.len()));
    assert_eq!(found.skipped.len(), 1);

    // Without the check sum at the end, all text is there.
    let whole = gzip("Tít\n\nĐoạn một.");
    let path = folder.write("cut.txt.gz", &whole[..whole.len() - 6]);
    let found = read(&[&path]);
    assert_eq!(found.titles(), ["Tít"]);
    assert!(found.reasons()[0].1.contains("cut off"));
}

#[test]
fn gzip_of_several_members() {
    let folder = Folder::new();
    let members = [gzip("{\"title\": \"A\"}\n{\"ti"), gzip("tle\": \"B\"}\n")].concat();
    let path = folder.write("hai.jsonl.gz", members);
    assert_eq!(read(&[&path]).titles(), ["A", "B"]);
}

#[test]
fn control_characters_and_lone_marks_are_text() {
    let folder = Folder::new();
    let controls: String = (0..0x20u8).chain([0x7f]).map(char::from).collect();
    let text = format!(
        "a{}\u{301}\u{300}\u{85}\u{2028}\u{feff}z",
        controls.replace(['\n', '\r'], "")
    );
    let escaped = serde_json::to_string(&text).unwrap();
    let path = folder.write(
        "tin.jsonl",
        format!("{{\"title\": \"{text}\"}}\n{{\"title\": {escaped}}}\n"),
    );
    let plain = folder.write("tin.txt", format!("{text}\nb\0"));
    let found = read(&[&path, &plain]);
    assert_eq!(found.skipped, []);
    assert_eq!(found.titles(), [&text, &text, &text]);
    assert_eq!(found.articles[2].body.as_deref(), Some("b\0"));
}

#[test]
fn readers_move_between_threads_and_tell_progress() {
    let folder = Folder::new();
    let path = folder.write("tin.jsonl", "{\"title\": \"A\"}\n".repeat(1000));
    let reader = ingest::read([path], &Options::default());
    let progress = reader.progress();
    assert_eq!((progress.bytes_read(), progress.bytes_total()), (0, 15_000));
    let count = std::thread::spawn(move || reader.count()).join().unwrap();
    assert_eq!(count, 1000);
    assert_eq!(progress.bytes_read(), 15_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands on a line, the good lines around it are read.
    #[test]
    fn good_lines_survive(bad in prop::collection::vec(any::<u8>(), 0..80)) {
        let bad: Vec<u8> = bad.into_iter().filter(|byte| *byte != b'\n').collect();
        let folder = Folder::new();
        let bytes = [b"{\"title\": \"A\"}\n", bad.as_slice(), b"\n{\"title\": \"B\"}"].concat();
        for name in ["tin.jsonl", "tin.json"] {
            let found = read(&[&folder.write(name, &bytes)]);
            prop_assert_eq!(found.titles(), ["A", "B"]);
        }
    }

    /// No content of a file makes the reader panic or go on for ever.
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}\",:a1\\\\\n ]{0,60}") {
        let folder = Folder::new();
        for name in ["a.jsonl", "a.json", "a.txt", "a.json.gz", "a.txt.gz"] {
            read(&[&folder.write(name, &bytes)]);
            read(&[&folder.write(name, &text)]);
            let limit = Options::default().with_max_line_bytes(5);
            read_with(&[&folder.write(name, gzip(&text))], &limit);
        }
    }
}
