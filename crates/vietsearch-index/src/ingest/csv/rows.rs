//! Cuts a table into rows, and rows into cells.

use std::io;

use csv_core::ReadRecordResult;

use super::super::window::Window;

/// What may stand between cells, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    Whole,
    /// A line in which a quote is not closed as it should be.
    LooseQuote,
    /// A row above the limit, which was passed over.
    TooLong,
    End,
}

/// Cuts a file into rows.
pub(super) struct Rows {
    window: Window,
    limit: usize,
    delimiter: Option<u8>,
    parser: csv_core::Reader,
    /// Bytes of the last row, which are given up when the next one is cut.
    length: usize,
    pub(super) line: u64,
    pub(super) offset: u64,
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
    pub(super) fn new(window: Window, limit: usize) -> Rows {
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
    pub(super) fn bytes(&self) -> &[u8] {
        let row = self.window.bytes().get(..self.length).unwrap_or_default();
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        row.strip_suffix(b"\r").unwrap_or(row)
    }

    /// Cuts the next row that is not blank. After an error the row is what came before it.
    pub(super) fn next(&mut self) -> io::Result<Row> {
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
    pub(super) fn cells(&mut self) -> Result<Vec<String>, String> {
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
