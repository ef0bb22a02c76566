//! `.csv` and `.tsv`: a header, then one article a row.
//!
//! The rows are cut here, so that a quote which is never closed costs one row and not the rest of
//! the file; the cells of a row are read by `csv-core`.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use csv_core::ReadRecordResult;
use serde_json::Value;

use super::field_map::Target;
use super::json_lines::{not_utf8, too_long};
use super::problem::{Place, Problem};
use super::record::{Values, unusable};
use super::source::{Source, unreadable};
use super::window::Window;
use super::{Entry, Options};

/// What may stand between cells, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The articles of a file, row by row.
pub(super) struct Csv {
    rows: Rows,
    file: Place,
    options: Arc<Options>,
    header: Option<Header>,
    any: bool,
    done: bool,
    queue: VecDeque<Entry>,
}

struct Header {
    /// The keys with the fields that they fill.
    columns: Vec<(String, Option<Target>)>,
}

impl Csv {
    pub(super) fn new(source: Source, file: Place, options: Arc<Options>) -> Csv {
        Csv {
            rows: Rows::new(
                Window::new(source.reader, source.offset),
                options.max_line_bytes,
            ),
            file,
            options,
            header: None,
            any: false,
            done: false,
            queue: VecDeque::new(),
        }
    }

    fn place(&self) -> Place {
        self.file.clone().with_line(self.rows.line)
    }

    fn skipped(&self, reason: impl Into<String>) -> Entry {
        Entry::Skipped(Problem::new(self.place(), reason))
    }

    /// Reads the first row; `Err` if nothing below it can be understood.
    fn read_header(&mut self) -> Result<Header, String> {
        let cells = self.rows.cells()?;
        let column = |key: &str| {
            (
                key.trim().to_owned(),
                self.options.field_map.target(key.trim()),
            )
        };
        let columns: Vec<_> = cells.iter().map(|cell| column(cell)).collect();
        let has_text = columns.iter().any(|(_, target)| {
            let field = target.map(|target| target.field);
            matches!(field, Some(super::Field::Title | super::Field::Body))
        });
        if has_text {
            return Ok(Header { columns });
        }
        let mut names = cells.join(", ");
        if let Some((cut, _)) = names.char_indices().nth(80) {
            names.truncate(cut);
            names.push('…');
        }
        Err(format!(
            "the columns {names:?} hold neither title nor body, map them as in title=COLUMN"
        ))
    }

    fn article(&self, cells: &[String], header: &Header, loose_quote: bool) -> Option<Entry> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let mut warnings = Vec::new();
        let (found, expected) = (cells.len(), header.columns.len());
        if found != expected {
            warnings.push(format!("has {found} cells, the header names {expected}"));
        }
        if loose_quote {
            warnings.push("a quotation mark is neither closed nor doubled".to_owned());
        }
        let mut values = Values::default();
        for ((key, target), cell) in header.columns.iter().zip(cells) {
            if target.is_some() || !(key.is_empty() || cell.trim().is_empty()) {
                values.add(*target, key.clone(), Value::String(cell.clone()));
            }
        }
        let article = values.into_article(&mut warnings);
        let place = self.place();
        if let Some(reason) = unusable(&article) {
            let noted = match warnings.first() {
                Some(first) if loose_quote || found != expected => format!("{reason}; it {first}"),
                _ => reason.to_owned(),
            };
            return Some(Entry::Skipped(Problem::new(place, noted)));
        }
        let problem = |reason| Problem::new(place.clone(), reason);
        Some(Entry::Article {
            article: Box::new(article),
            warnings: warnings.into_iter().map(problem).collect(),
            place,
        })
    }

    /// Turns what was cut into an entry; `None` for blank rows and the header.
    fn entry(&mut self, row: Row) -> Option<Entry> {
        match row {
            Row::End => None,
            Row::TooLong => Some(self.skipped(too_long("row", self.options.max_line_bytes))),
            Row::Whole | Row::LooseQuote => {
                if let Err(error) = std::str::from_utf8(self.rows.bytes()) {
                    let bytes = self.rows.bytes();
                    return Some(Entry::Skipped(not_utf8(
                        self.place(),
                        self.rows.offset,
                        bytes,
                        error,
                    )));
                }
                let Some(header) = self.header.take() else {
                    return self.begin();
                };
                let cells = self.rows.cells();
                let entry = match cells {
                    Ok(cells) => {
                        let loose = row == Row::LooseQuote;
                        if loose && cells.len() != header.columns.len() {
                            let reason = "a quotation mark is not closed, the row was left out";
                            Some(self.skipped(reason))
                        } else {
                            self.article(&cells, &header, loose)
                        }
                    }
                    Err(reason) => Some(self.skipped(reason)),
                };
                self.header = Some(header);
                entry
            }
        }
    }

    fn begin(&mut self) -> Option<Entry> {
        match self.read_header() {
            Ok(header) => {
                self.header = Some(header);
                None
            }
            Err(reason) => {
                self.done = true;
                Some(self.skipped(reason))
            }
        }
    }
}

impl Iterator for Csv {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        while !self.done {
            let found = match self.rows.next() {
                Ok(Row::End) => {
                    self.done = true;
                    let reason = match self.header {
                        Some(_) => "the file has a header and no rows",
                        None => "the file is empty",
                    };
                    (!self.any).then(|| Entry::Skipped(Problem::new(self.file.clone(), reason)))
                }
                Ok(row) => self.entry(row),
                Err(error) => {
                    // The row may be whole, and only its end is missing.
                    let last = self.entry(Row::Whole);
                    self.done = true;
                    let problem = self.skipped(unreadable(&error));
                    self.queue.extend(last);
                    self.queue.push_back(problem);
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

/// What was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Whole,
    /// A line in which a quote is not closed as it should be.
    LooseQuote,
    /// A row above the limit, which was passed over.
    TooLong,
    End,
}

/// Cuts a file into rows.
struct Rows {
    window: Window,
    limit: usize,
    delimiter: Option<u8>,
    parser: csv_core::Reader,
    /// Bytes of the last row, which are given up when the next one is cut.
    length: usize,
    line: u64,
    offset: u64,
}

/// Where the cutting stands within a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellBegins,
    InCell,
    InQuotes,
    /// After a quote in quotes: the end of the cell, or half of a doubled quote.
    AfterQuote,
}

impl Rows {
    fn new(window: Window, limit: usize) -> Rows {
        Rows {
            window,
            limit,
            delimiter: None,
            parser: csv_core::Reader::new(),
            length: 0,
            line: 1,
            offset: 0,
        }
    }

    /// The last row, without the end of its line.
    fn bytes(&self) -> &[u8] {
        let row = self.window.bytes().get(..self.length).unwrap_or_default();
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        row.strip_suffix(b"\r").unwrap_or(row)
    }

    /// Cuts the next row that is not blank. After an error the row is what came before it.
    fn next(&mut self) -> io::Result<Row> {
        loop {
            self.window.advance(self.length);
            self.length = 0;
            self.line = self.window.line();
            self.offset = self.window.offset();
            if self.delimiter.is_none() {
                let length = self.find_line()?.unwrap_or_default();
                if self.set_delimiter(length) {
                    self.length = length;
                    continue;
                }
            }
            let row = self.cut()?;
            let is_blank = self.bytes().iter().all(u8::is_ascii_whitespace);
            if row == Row::End || !is_blank {
                return Ok(row);
            }
        }
    }

    /// Finds the delimiter in the first line, of `length` bytes. True if the line says nothing
    /// else: it is blank, or Excel's `sep=;`.
    fn set_delimiter(&mut self, length: usize) -> bool {
        let line = self.window.bytes().get(..length).unwrap_or_default();
        let trimmed = line.trim_ascii();
        if trimmed.is_empty() {
            return length > 0;
        }
        if let [b's', b'e', b'p', b'=', delimiter] = trimmed {
            let delimiter = *delimiter;
            self.use_delimiter(delimiter);
            return true;
        }
        let mut counts = [0_usize; DELIMITERS.len()];
        let mut in_quotes = false;
        for byte in line {
            in_quotes ^= *byte == b'"';
            let place = DELIMITERS.iter().position(|delimiter| delimiter == byte);
            if let Some(count) = place.and_then(|place| counts.get_mut(place))
                && !in_quotes
            {
                *count += 1;
            }
        }
        let most = counts.iter().max().copied().unwrap_or_default();
        let found = DELIMITERS
            .iter()
            .zip(counts)
            .find(|(_, count)| *count == most);
        self.use_delimiter(found.map_or(b',', |(delimiter, _)| *delimiter));
        false
    }

    fn use_delimiter(&mut self, delimiter: u8) {
        self.delimiter = Some(delimiter);
        self.parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    }

    /// Returns the length of the first line with its end; `None` if it is above the limit.
    fn find_line(&mut self) -> io::Result<Option<usize>> {
        let mut at = 0;
        loop {
            let bytes = self.window.bytes();
            let rest = bytes.get(at..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                let end = at + end;
                let is_return = bytes.get(end) == Some(&b'\r');
                if is_return && bytes.len() == end + 1 && self.window.fill()? {
                    continue;
                }
                let feeds = self.window.bytes().get(end + 1) == Some(&b'\n');
                return Ok(Some(end + 1 + usize::from(is_return && feeds)));
            }
            at = bytes.len();
            if at > self.limit {
                return Ok(None);
            }
            self.length = at;
            if !self.window.fill()? {
                return Ok(Some(at));
            }
        }
    }

    fn cut(&mut self) -> io::Result<Row> {
        let delimiter = self.delimiter.unwrap_or(b',');
        let mut state = State::CellBegins;
        let mut at = 0;
        loop {
            let Some(&byte) = self.window.bytes().get(at) else {
                self.length = at;
                if at > self.limit {
                    return self.give_up(state);
                }
                if self.window.fill()? {
                    continue;
                }
                return match state {
                    _ if at == 0 => Ok(Row::End),
                    State::InQuotes => self.first_line(),
                    _ => Ok(Row::Whole),
                };
            };
            state = match (state, byte) {
                (State::InQuotes, b'"') => State::AfterQuote,
                (State::InQuotes, _) => State::InQuotes,
                (State::CellBegins, b'"') | (State::AfterQuote, b'"') => State::InQuotes,
                (_, b'\n' | b'\r') => {
                    let end = at + 1;
                    let is_return = byte == b'\r';
                    if is_return && self.window.bytes().len() == end && self.window.fill()? {
                        continue;
                    }
                    let feeds = self.window.bytes().get(end) == Some(&b'\n');
                    self.length = end + usize::from(is_return && feeds);
                    return Ok(match self.length > self.limit {
                        true => Row::TooLong,
                        false => Row::Whole,
                    });
                }
                (_, byte) if byte == delimiter => State::CellBegins,
                (State::AfterQuote, _) => return self.first_line(),
                (State::CellBegins | State::InCell, _) => State::InCell,
            };
            at += 1;
        }
    }

    /// Takes the first line of a row whose quotes are wrong.
    fn first_line(&mut self) -> io::Result<Row> {
        match self.find_line()? {
            Some(length) if length <= self.limit => {
                self.length = length;
                Ok(Row::LooseQuote)
            }
            _ => self.pass_over_line(),
        }
    }

    /// A row above the limit: in quotes, only its first line is given up.
    fn give_up(&mut self, state: State) -> io::Result<Row> {
        match state {
            State::InQuotes => self.first_line(),
            _ => self.pass_over_line(),
        }
    }

    fn pass_over_line(&mut self) -> io::Result<Row> {
        loop {
            let bytes = self.window.bytes();
            if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
                self.length = end + 1;
                return Ok(Row::TooLong);
            }
            let count = bytes.len();
            self.window.advance(count);
            self.length = 0;
            if !self.window.fill()? {
                return Ok(Row::TooLong);
            }
        }
    }

    /// Reads the cells of the last row, which is UTF-8.
    fn cells(&mut self) -> Result<Vec<String>, String> {
        let row = self.window.bytes().get(..self.length).unwrap_or_default();
        let mut input = row;
        let mut output = vec![0; row.len() + 1];
        let most = row.iter().filter(|byte| Some(**byte) == self.delimiter);
        let mut ends = vec![0; most.count() + 2];
        self.parser.reset();
        let (mut written, mut count) = (0, 0);
        loop {
            let free = output.get_mut(written..).unwrap_or_default();
            let free_ends = ends.get_mut(count..).unwrap_or_default();
            let (result, read, wrote, ended) = self.parser.read_record(input, free, free_ends);
            input = input.get(read..).unwrap_or_default();
            written += wrote;
            count += ended;
            match result {
                // The empty rest of the row ends it.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record | ReadRecordResult::End => break,
                // Neither can be: there is room for every byte and every delimiter.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err("the row cannot be cut into cells".to_owned());
                }
            }
        }
        let mut cells = Vec::with_capacity(count);
        let mut begin = 0;
        for &end in ends.iter().take(count) {
            let cell = output.get(begin..end).unwrap_or_default();
            cells.push(String::from_utf8_lossy(cell).into_owned());
            begin = end;
        }
        Ok(cells)
    }
}
