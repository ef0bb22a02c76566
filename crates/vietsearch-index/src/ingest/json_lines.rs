//! One JSON object a line: `.jsonl` and `.ndjson`.

use std::collections::VecDeque;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use super::lines::{Line, Lines};
use super::problem::{Place, Problem};
use super::source::unreadable;
use super::{Entry, Options, record};

/// Reads articles from JSON lines that come from elsewhere than a file, such as standard input.
///
/// ```
/// use vietsearch_index::ingest::{Entry, Options, read_json_lines};
///
/// let lines = &b"{\"_id\": 1, \"title\": \"Tin\"}\n{\n"[..];
/// let options = Options::default();
/// let mut entries = read_json_lines(lines, "stdin", &options);
/// assert!(matches!(entries.next(), Some(Entry::Article { .. })));
/// assert!(matches!(entries.next(), Some(Entry::Skipped(problem)) if problem.place.line == Some(2)));
/// ```
pub fn read_json_lines<R: BufRead + Send + 'static>(
    reader: R,
    name: &str,
    options: &Options,
) -> impl Iterator<Item = Entry> + use<R> {
    let options = Arc::new(options.clone());
    JsonLines::new(
        Box::new(reader),
        Place::new(PathBuf::from(name)),
        options,
        1,
        0,
    )
}

/// The articles of a file, line by line.
pub(super) struct JsonLines {
    lines: Lines,
    file: Place,
    options: Arc<Options>,
    /// Whether any line has given an entry.
    any: bool,
    done: bool,
    queue: VecDeque<Entry>,
}

impl JsonLines {
    /// Starts at the line `line`, which begins at the byte `offset` of the file.
    pub(super) fn new(
        reader: Box<dyn BufRead + Send>,
        file: Place,
        options: Arc<Options>,
        line: u64,
        offset: u64,
    ) -> JsonLines {
        JsonLines {
            lines: Lines::new(reader, options.max_line_bytes, line, offset),
            file,
            options,
            any: false,
            done: false,
            queue: VecDeque::new(),
        }
    }

    fn place(&self) -> Place {
        self.file.clone().with_line(self.lines.line())
    }

    /// Reads the line in the buffer; `None` if it is blank.
    fn entry(&self) -> Option<Entry> {
        let bytes = self.lines.bytes();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        Some(entry(
            bytes,
            self.place(),
            self.lines.offset(),
            &self.options,
        ))
    }
}

impl Iterator for JsonLines {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        while !self.done {
            let found = match self.lines.read() {
                Ok(Line::Whole) => self.entry(),
                Ok(Line::TooLong) => {
                    let reason = too_long("line", self.lines.limit());
                    Some(Entry::Skipped(Problem::new(self.place(), reason)))
                }
                Ok(Line::End) => {
                    self.done = true;
                    let empty = Problem::new(self.file.clone(), "the file is empty");
                    (!self.any).then_some(Entry::Skipped(empty))
                }
                Err(error) => {
                    self.done = true;
                    let problem = Problem::new(self.place(), unreadable(&error));
                    // The line may be whole, and only its end is missing.
                    if let Some(article @ Entry::Article { .. }) = self.entry() {
                        self.queue.push_back(article);
                    }
                    self.queue.push_back(Entry::Skipped(problem));
                    None
                }
            };
            if found.is_some() {
                self.any = true;
                return found;
            }
        }
        self.queue.pop_front()
    }
}

pub(super) fn too_long(what: &str, limit: usize) -> String {
    format!("{what} is longer than {limit} bytes, raise the limit or split it")
}

/// Reads one object that begins at `offset` of the file and at the line of `place`.
pub(super) fn entry(bytes: &[u8], place: Place, offset: u64, options: &Options) -> Entry {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Entry::Skipped(not_utf8(place, offset, bytes, error)),
    };
    match record::parse(text, &options.field_map) {
        Ok((article, warnings)) => {
            let warnings = warnings
                .into_iter()
                .map(|reason| Problem::new(place.clone(), reason))
                .collect();
            Entry::Article {
                article: Box::new(article),
                place,
                warnings,
            }
        }
        Err(error) => {
            let line = place.line.map(|line| line + error.line as u64 - 1);
            Entry::Skipped(Problem::new(Place { line, ..place }, error.reason))
        }
    }
}

/// Names the first byte that is no UTF-8, of text that begins at `offset`.
pub(super) fn not_utf8(
    place: Place,
    offset: u64,
    bytes: &[u8],
    error: std::str::Utf8Error,
) -> Problem {
    let bad = offset + error.valid_up_to() as u64;
    let value = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
    let reason = format!(
        "not UTF-8: byte {bad} of the file is 0x{value:02x}, name the encoding of the file"
    );
    Problem::new(place.with_byte(bad), reason)
}
