//! The promises of reading files: no line is lost, whatever stands around it.

use std::fs;
use std::path::Path;

use vietsearch::ingest::{self, Entry, Options};
use vietsearch::text::encoding::Encoding;

/// Long enough for small articles, short enough to be exceeded.
const NARROW_BYTES: usize = 40;

/// Reads the bytes as a file of every format and checks every promise.
pub fn check(folder: &Path, bytes: &[u8]) {
    for name in [
        "a.jsonl",
        "a.json",
        "a.txt",
        "a.jsonl.gz",
        "a.json.gz",
        "a.txt.gz",
        "a.csv",
        "a.tsv",
        "a.xml",
        "a.html",
        "a.csv.gz",
        "a.xml.gz",
        "a.html.gz",
    ] {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("the temporary folder can be written");
        let entries = read(&path, bytes, &Options::default());
        match name {
            "a.jsonl" => each_line_is_one_entry(bytes, &entries),
            "a.txt" if !is_utf16(bytes) => assert_eq!(entries.len(), 1, "{entries:?}"),
            _ => assert!(!entries.is_empty(), "{name} vanished"),
        }
        let narrow = Options::default().with_max_line_bytes(NARROW_BYTES);
        assert!(
            !read(&path, bytes, &narrow).is_empty(),
            "{name} vanished under a narrow limit"
        );
        // One encoding of each kind; all of them are fuzzed together by their own tests.
        let chosen = bytes.first().copied().unwrap_or_default() % 3;
        let encoding = [Encoding::Tcvn3, Encoding::Vni, Encoding::Viqr][usize::from(chosen)];
        let encoded = Options::default()
            .with_encoding(Some(encoding))
            .with_html(true);
        assert!(
            !read(&path, bytes, &encoded).is_empty(),
            "{name} vanished as {encoding}"
        );
    }
}

fn read(path: &Path, bytes: &[u8], options: &Options) -> Vec<Entry> {
    let mut reader = ingest::read([path.to_path_buf()], options);
    let entries: Vec<Entry> = reader.by_ref().collect();
    assert_eq!(reader.bytes_total(), bytes.len() as u64);
    assert_eq!(
        reader.bytes_read(),
        reader.bytes_total(),
        "{path:?} is not read to its end"
    );
    for entry in &entries {
        let place = match entry {
            Entry::Article {
                article,
                place,
                warnings,
            } => {
                let elsewhere = warnings.iter().find(|told| &*told.place.path != path);
                assert!(elsewhere.is_none(), "{elsewhere:?}");
                assert!(!article.is_empty(), "an empty article at {place}");
                assert!(!article.key().is_empty(), "an article without key");
                assert!(warnings.iter().all(|warning| !warning.reason.is_empty()));
                place
            }
            Entry::Skipped(problem) => {
                assert!(!problem.reason.is_empty(), "no reason at {}", problem.place);
                &problem.place
            }
        };
        assert_eq!(&*place.path, path, "another file's place");
    }
    entries
}

/// Accepted and skipped lines add up to all lines that are not blank, in order.
fn each_line_is_one_entry(bytes: &[u8], entries: &[Entry]) {
    if is_utf16(bytes) {
        // The lines are those of the decoded text.
        assert!(!entries.is_empty());
        return;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let expected: Vec<u64> = (1..)
        .zip(bytes.split(|byte| *byte == b'\n'))
        .filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace))
        .map(|(number, _)| number)
        .collect();
    let found: Vec<Option<u64>> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Article { place, .. } => place.line,
            Entry::Skipped(problem) => problem.place.line,
        })
        .collect();
    if expected.is_empty() {
        assert_eq!(found, [None], "one entry says that the file is empty");
        return;
    }
    let expected: Vec<Option<u64>> = expected.into_iter().map(Some).collect();
    assert_eq!(
        found, expected,
        "lines with an entry (left), lines with text (right)"
    );
}

fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF")
}
