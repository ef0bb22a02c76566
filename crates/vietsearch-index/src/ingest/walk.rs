//! Finds the files behind the inputs: the files themselves and those in folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::problem::{Place, Problem};

/// What a file holds, told by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// One JSON object a line.
    JsonLines,
    /// An array of objects, one object, or one object a line.
    Json,
    /// A header and one article a row.
    Csv,
    /// RSS or Atom.
    Feed,
    /// One article as a web page.
    Page,
    /// One article in plain text.
    PlainText,
}

const EXPECTED: &str =
    ".jsonl, .ndjson, .json, .csv, .tsv, .xml (RSS, Atom), .html or .txt, each also with .gz";

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InputFile {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    pub(super) gzip: bool,
    /// Its size on the disk.
    pub(super) bytes: u64,
    /// The input folder that it was found in; ids are relative to it.
    folder: Option<Arc<Path>>,
}

impl InputFile {
    /// Returns the id of an article that is the whole file: the file name without extensions, with
    /// the path below the input folder before it.
    pub(super) fn article_id(&self) -> String {
        let below = match &self.folder {
            Some(folder) => self.path.strip_prefix(folder).ok(),
            None => self.path.file_name().map(Path::new),
        };
        let names = below.unwrap_or(&self.path).components();
        let names: Vec<_> = names
            .map(|name| name.as_os_str().to_string_lossy())
            .collect();
        let joined = names.join("/");
        let without_gz = strip_extension(&joined, ".gz").unwrap_or(&joined);
        let stem = without_gz
            .rsplit_once('.')
            .map_or(without_gz, |(stem, _)| stem);
        stem.to_owned()
    }
}

/// A file to be read, or the reason why an input is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    File(InputFile),
    Problem(Problem),
}

/// Finds all files, in the order of the inputs, folders in the order of their names.
///
/// The list is made at once: the total size is needed before reading starts, and a sorted walk
/// holds whole folders in any case. A million files take some 150 MB.
pub(super) fn walk(inputs: impl IntoIterator<Item = PathBuf>) -> Vec<Found> {
    let mut found = Vec::new();
    for input in inputs {
        match fs::metadata(&input) {
            Err(error) => {
                let reason = match error.kind() {
                    std::io::ErrorKind::NotFound => "does not exist".to_owned(),
                    _ => format!("cannot be opened: {error}"),
                };
                found.push(problem(&input, reason));
            }
            Ok(metadata) if metadata.is_dir() => walk_folder(&input, &mut found),
            Ok(metadata) => found.push(named_file(input, metadata.len())),
        }
    }
    found
}

fn problem(path: &Path, reason: impl Into<String>) -> Found {
    Found::Problem(Problem::new(Place::new(path), reason))
}

fn named_file(path: PathBuf, bytes: u64) -> Found {
    match format(&path) {
        Some((format, gzip)) => Found::File(InputFile {
            path,
            format,
            gzip,
            bytes,
            folder: None,
        }),
        None => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let reason = format!("unknown format {name:?}, expected {EXPECTED}");
            problem(&path, reason)
        }
    }
}

fn walk_folder(input: &Path, found: &mut Vec<Found>) {
    let before = found.len();
    let folder: Arc<Path> = input.into();
    let walk = WalkDir::new(input)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let Some((format, gzip)) = format(entry.path()) else {
                    continue;
                };
                found.push(Found::File(InputFile {
                    bytes: entry.metadata().map_or(0, |metadata| metadata.len()),
                    path: entry.into_path(),
                    format,
                    gzip,
                    folder: Some(Arc::clone(&folder)),
                }));
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(input);
                let reason = match error.io_error() {
                    Some(cause) => format!("cannot be opened: {cause}"),
                    None => "is a link to a folder that holds it".to_owned(),
                };
                found.push(problem(path, reason));
            }
        }
    }
    if found.len() == before {
        let reason = format!("folder without articles, expected files with {EXPECTED}");
        found.push(problem(input, reason));
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Returns the format and whether the file is compressed.
fn format(path: &Path) -> Option<(Format, bool)> {
    let name = path.file_name()?.to_string_lossy();
    let without_gz = strip_extension(&name, ".gz");
    let plain_name = without_gz.unwrap_or(&name);
    let (_, extension) = plain_name.rsplit_once('.')?;
    let format = match extension.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Format::JsonLines,
        "json" => Format::Json,
        "csv" | "tsv" => Format::Csv,
        "xml" | "rss" | "atom" | "rdf" => Format::Feed,
        "html" | "htm" | "xhtml" => Format::Page,
        "txt" => Format::PlainText,
        _ => return None,
    };
    Some((format, without_gz.is_some()))
}

fn strip_extension<'a>(name: &'a str, extension: &str) -> Option<&'a str> {
    let start = name.len().checked_sub(extension.len())?;
    let (stem, end) = name.split_at_checked(start)?;
    end.eq_ignore_ascii_case(extension).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_extension() {
        let cases = [
            ("a.jsonl", Some((Format::JsonLines, false))),
            ("a.ndjson.gz", Some((Format::JsonLines, true))),
            ("a.b.json", Some((Format::Json, false))),
            ("A.TXT.GZ", Some((Format::PlainText, true))),
            ("a.csv", Some((Format::Csv, false))),
            ("a.tsv.gz", Some((Format::Csv, true))),
            ("a.XML", Some((Format::Feed, false))),
            ("a.rss", Some((Format::Feed, false))),
            ("a.htm", Some((Format::Page, false))),
            ("a.html.gz", Some((Format::Page, true))),
            ("a.gz", None),
            ("txt", None),
            ("a.pdf", None),
            ("Bài viết.txt", Some((Format::PlainText, false))),
        ];
        for (name, expected) in cases {
            assert_eq!(format(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn ids_of_named_and_found_files() {
        let mut file = InputFile {
            path: PathBuf::from("kho/2024/Bài 1.v2.txt.gz"),
            format: Format::PlainText,
            gzip: true,
            bytes: 0,
            folder: None,
        };
        assert_eq!(file.article_id(), "Bài 1.v2");
        file.folder = Some(Path::new("kho/").into());
        assert_eq!(file.article_id(), "2024/Bài 1.v2");
        file.path = PathBuf::from("kho/a.b/c.txt");
        assert_eq!(file.article_id(), "a.b/c");
    }

    #[test]
    fn folders_are_walked_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in [
            "b.txt",
            "a/2.txt",
            "a/10.jsonl",
            ".git/c.txt",
            "a/.d.txt",
            "e.pdf",
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        fs::create_dir(root.join("trống")).unwrap();
        let found = walk([
            root.to_owned(),
            root.join("trống"),
            root.join("e.pdf"),
            root.join("f.txt"),
        ]);
        let described: Vec<String> = found
            .iter()
            .map(|found| match found {
                Found::File(file) => file.article_id(),
                Found::Problem(problem) => problem.reason.clone(),
            })
            .collect();
        assert_eq!(
            described,
            [
                "a/10",
                "a/2",
                "b",
                &format!("folder without articles, expected files with {EXPECTED}"),
                &format!("unknown format \"e.pdf\", expected {EXPECTED}"),
                "does not exist",
            ]
        );
    }
}
