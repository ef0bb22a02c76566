//! `.json`: an array of objects, one object, or one object a line.
//!
//! An array may be as large as the disk, so it is never parsed as a whole: a scan over its bytes,
//! which knows only strings and brackets, cuts it into elements, and each is read by itself.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;

use super::json_lines::{JsonLines, entry, too_long};
use super::lines::KEPT_BUFFER_BYTES;
use super::problem::{Place, Problem};
use super::reader::Entries;
use super::source::{Failing, Source, unreadable};
use super::{Entry, Options};

/// Reads the articles of a file, whichever of the three forms it has.
pub(super) fn entries(source: Source, file: Place, options: Arc<Options>) -> Entries {
    match find_form(source, &file, &options) {
        Ok(Form::Lines(reader, line, offset)) => {
            Box::new(JsonLines::new(reader, file, options, line, offset))
        }
        Ok(Form::Objects(objects)) => Box::new(Elements {
            objects,
            file,
            options,
            any: false,
        }),
        Err(problem) => Box::new(std::iter::once(Entry::Skipped(problem))),
    }
}

enum Form {
    Lines(Box<dyn BufRead + Send>, u64, u64),
    Objects(Splitter),
}

fn find_form(source: Source, file: &Place, options: &Options) -> Result<Form, Problem> {
    let mut reader = source.reader;
    let (mut line, mut offset) = (1, source.offset);
    let failed = |error: io::Error| Problem::new(file.clone(), unreadable(&error));
    let first = loop {
        let Some(byte) = peek(&mut reader).map_err(failed)? else {
            return Err(Problem::new(file.clone(), "the file is empty"));
        };
        if !byte.is_ascii_whitespace() {
            break byte;
        }
        reader.consume(1);
        offset += 1;
        line += u64::from(byte == b'\n');
    };
    let limit = options.max_line_bytes;
    if first == b'[' {
        reader.consume(1);
        return Ok(Form::Objects(Splitter::new(
            reader,
            limit,
            line,
            offset + 1,
            true,
        )));
    }
    if first != b'{' {
        let reason = "neither a JSON array nor a JSON object, expected [ or { at its beginning";
        return Err(Problem::new(file.clone().with_line(line), reason));
    }
    let mut head = Vec::new();
    let most = (limit as u64).saturating_add(1);
    let read = reader.by_ref().take(most).read_until(b'\n', &mut head);
    // The error comes again from the reader, after what was read.
    let first_line_is_whole = is_balanced(&head);
    let rest: Box<dyn BufRead + Send> = match read {
        Ok(_) => reader,
        Err(error) => Box::new(io::BufReader::new(Failing(Some(error)))),
    };
    let whole: Box<dyn BufRead + Send> = Box::new(Cursor::new(head).chain(rest));
    Ok(if first_line_is_whole {
        Form::Lines(whole, line, offset)
    } else {
        Form::Objects(Splitter::new(whole, limit, line, offset, false))
    })
}

fn peek(reader: &mut Box<dyn BufRead + Send>) -> io::Result<Option<u8>> {
    loop {
        match reader.fill_buf() {
            Ok(bytes) => return Ok(bytes.first().copied()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Says whether an object that begins with `text` also ends in it.
fn is_balanced(text: &[u8]) -> bool {
    let mut nesting = Nesting::default();
    text.iter().any(|&byte| {
        nesting.step(byte);
        nesting.depth == 0
    })
}

/// Where a scan stands: how deep in brackets, and whether in a string.
#[derive(Debug, Default)]
struct Nesting {
    depth: u64,
    in_string: bool,
    after_backslash: bool,
}

impl Nesting {
    fn step(&mut self, byte: u8) {
        if self.in_string {
            if self.after_backslash {
                self.after_backslash = false;
            } else if byte == b'\\' {
                self.after_backslash = true;
            } else if byte == b'"' {
                self.in_string = false;
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// How an element ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Whole,
    TooLong,
    /// A line feed within a string: its closing quote is missing.
    OpenString,
    /// The input ended within the element.
    Cut,
    /// The input ended before the array did.
    OpenArray,
    /// No more elements.
    End,
}

/// Cuts a file into the elements of its array, or into its objects where there is no array.
struct Splitter {
    reader: Box<dyn BufRead + Send>,
    buffer: Vec<u8>,
    limit: usize,
    in_array: bool,
    /// Set once after an open string: elements are looked for at the beginnings of lines.
    lost: bool,
    done: bool,
    next_line: u64,
    next_offset: u64,
    /// Where the last element begins.
    line: u64,
    offset: u64,
}

impl Splitter {
    fn new(
        reader: Box<dyn BufRead + Send>,
        limit: usize,
        line: u64,
        offset: u64,
        in_array: bool,
    ) -> Splitter {
        Splitter {
            reader,
            buffer: Vec::new(),
            limit,
            in_array,
            lost: false,
            done: false,
            next_line: line,
            next_offset: offset,
            line,
            offset,
        }
    }

    fn next(&mut self) -> io::Result<Element> {
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_BUFFER_BYTES);
        let Some(first) = self.find_start()? else {
            return Ok(match std::mem::replace(&mut self.done, true) {
                false if self.in_array => Element::OpenArray,
                _ => Element::End,
            });
        };
        if self.in_array && first == b']' {
            self.done = true;
            self.in_array = false;
            return Ok(Element::End);
        }
        self.line = self.next_line;
        self.offset = self.next_offset;
        self.find_end()
    }

    /// Passes over white space and commas, and over everything up to the next likely element
    /// after an open string. Returns the first byte of the element without taking it.
    fn find_start(&mut self) -> io::Result<Option<u8>> {
        let mut line_begins = true;
        loop {
            let Some(byte) = peek(&mut self.reader)? else {
                return Ok(None);
            };
            let separates = byte.is_ascii_whitespace() || byte == b',';
            let starts = !separates && (!self.lost || (line_begins && b"{]".contains(&byte)));
            if starts {
                self.lost = false;
                return Ok(Some(byte));
            }
            line_begins = byte == b'\n' || (line_begins && separates);
            self.reader.consume(1);
            self.next_offset += 1;
            self.next_line += u64::from(byte == b'\n');
        }
    }

    /// Reads an element into the buffer, up to its last byte.
    fn find_end(&mut self) -> io::Result<Element> {
        let mut nesting = Nesting::default();
        let mut length: usize = 0;
        loop {
            let bytes = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                self.done = true;
                return Ok(Element::Cut);
            }
            let mut used = 0;
            let mut end = None;
            for &byte in bytes {
                // A number or word has no closing mark: it ends before what follows it.
                let outside = nesting.depth == 0 && !nesting.in_string;
                if outside && length > 0 && matches!(byte, b',' | b']' | b'}' | b'\n') {
                    end = Some(Element::Whole);
                    break;
                }
                if byte == b'\n' && nesting.in_string {
                    end = Some(Element::OpenString);
                    break;
                }
                used += 1;
                length += 1;
                self.next_line += u64::from(byte == b'\n');
                if length <= self.limit {
                    self.buffer.push(byte);
                }
                nesting.step(byte);
                if nesting.depth == 0 && matches!(byte, b'}' | b']') && !nesting.in_string {
                    end = Some(Element::Whole);
                    break;
                }
            }
            self.reader.consume(used);
            self.next_offset += used as u64;
            if let Some(end) = end {
                self.lost = end == Element::OpenString;
                let too_long = length > self.limit && end == Element::Whole;
                return Ok(if too_long { Element::TooLong } else { end });
            }
        }
    }
}

struct Elements {
    objects: Splitter,
    file: Place,
    options: Arc<Options>,
    any: bool,
}

impl Iterator for Elements {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.objects.done {
            return None;
        }
        let element = self.objects.next();
        let place = self.file.clone().with_line(self.objects.line);
        let skipped = |reason: &str| Some(Entry::Skipped(Problem::new(place.clone(), reason)));
        let found = match element {
            Ok(Element::Whole) => Some(entry(
                &self.objects.buffer,
                place,
                self.objects.offset,
                &self.options,
            )),
            Ok(Element::TooLong) => skipped(&too_long("JSON value", self.options.max_line_bytes)),
            Ok(Element::OpenString) => skipped(
                "no usable JSON object: a string is not closed on its line, close it or write \\n \
                 for a line feed",
            ),
            Ok(Element::Cut) => skipped("no usable JSON object: the file ends within it"),
            Ok(Element::OpenArray) => {
                let reason = "the array is not closed, the file may be cut off";
                Some(Entry::Skipped(Problem::new(self.file.clone(), reason)))
            }
            Ok(Element::End) if !self.any => {
                let problem = Problem::new(self.file.clone(), "the array is empty");
                Some(Entry::Skipped(problem))
            }
            Ok(Element::End) => None,
            Err(error) => {
                self.objects.done = true;
                skipped(&unreadable(&error))
            }
        };
        self.any = true;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Titles of the articles, and line and reason of the problems.
    fn read(text: &str, limit: usize) -> Vec<String> {
        let source = Source {
            reader: Box::new(Cursor::new(text.to_owned().into_bytes())),
            offset: 0,
            losses: None,
            warning: None,
        };
        let options = Options::default().with_max_line_bytes(limit);
        entries(source, Place::new(Path::new("f")), Arc::new(options))
            .map(|entry| match entry {
                Entry::Article { article, place, .. } => {
                    format!("{place} {}", article.title.unwrap_or_default())
                }
                Entry::Skipped(problem) => problem.to_string(),
            })
            .collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = read(text, 1000);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found:?} is not {expected:?}");
        }
    }

    #[test]
    fn arrays() {
        let expected = ["f:1 A", "f:2 B]{\""];
        check("[{\"title\":\"A\"},\n{\"title\":\"B]{\\\"\"}]", &expected);
        check(
            "\n [\n  {\n    \"title\": \"A\"\n  },\n  {\n    \"title\": \"B\"\n  }\n]\n",
            &["f:3 A", "f:6 B"],
        );
    }

    #[test]
    fn one_object_and_objects_by_line() {
        check(
            "{\n\"title\": \"A\",\n\"extra\": {\"x\": {}}\n}\n",
            &["f:1 A"],
        );
        check("{\"title\": \"A\"}", &["f:1 A"]);
        check(
            "{\"title\": \"A\"}\n\n{\"title\": \"B\"\n{\"title\": \"C\"}",
            &["f:1 A", "f:3: no usable", "f:4 C"],
        );
    }

    #[test]
    fn one_bad_element_is_one_problem() {
        check(
            "[1, \"x\", {\"title\": \"A\"}, [2, {}], null, {\"title\": \"B\"}]",
            &[
                "f:1: no usable",
                "f:1: no usable",
                "f:1 A",
                "f:1: no usable",
                "f:1: no usable",
                "f:1 B",
            ],
        );
        check(
            "[{\"title\": \"A},\n{\"title\": \"B\"},\n{\"title\":\n7 7},\n{\"title\": \"C\"}]",
            &["f:1: no usable", "f:2 B", "f:4: no usable", "f:5 C"],
        );
    }

    #[test]
    fn ends_that_are_missing() {
        check(
            "[{\"title\": \"A\"}, {\"title\": \"B\"",
            &["f:1 A", "f:1: no usable"],
        );
        check(
            "[{\"title\": \"A\"},",
            &["f:1 A", "f: the array is not closed"],
        );
        check("{\n\"title\"", &["f:1: no usable"]);
        check("[", &["f: the array is not closed"]);
    }

    #[test]
    fn other_files() {
        check("", &["f: the file is empty"]);
        check(" \n", &["f: the file is empty"]);
        check("[ ]", &["f: the array is empty"]);
        check("\"title\"", &["f:1: neither a JSON array nor"]);
        check("[{\"title\": \"A\"}]]}", &["f:1 A"]);
    }

    #[test]
    fn long_elements_are_passed_over() {
        let text = format!(
            "[{{\"title\": \"A\"}},\n{{\"title\": \"{}\"}},\n{{\"title\": \"B\"}}]",
            "x".repeat(100)
        );
        let found = read(&text, 40);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!((found[0].as_str(), found[2].as_str()), ("f:1 A", "f:3 B"));
        assert!(
            found[1].starts_with("f:2: JSON value is longer than 40 bytes"),
            "{found:?}"
        );
    }
}
