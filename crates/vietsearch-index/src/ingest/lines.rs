//! Reads lines of bounded length and knows where each one stands.

use std::io::{self, BufRead, Read};

/// A buffer that one long line has blown up is given back above this size.
pub(super) const KEPT_BUFFER_BYTES: usize = 1024 * 1024;

/// What the last read found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, which is in the buffer.
    Whole,
    /// A line above the limit, which was passed over.
    TooLong,
    /// The end of the input.
    End,
}

pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    buffer: Vec<u8>,
    limit: usize,
    next_line: u64,
    next_offset: u64,
    /// Number (from 1) and first byte of the line that was read last.
    line: u64,
    offset: u64,
}

impl Lines {
    /// Starts at the line `line`, which begins at the byte `offset` of the input.
    pub(super) fn new(
        reader: Box<dyn BufRead + Send>,
        limit: usize,
        line: u64,
        offset: u64,
    ) -> Lines {
        Lines {
            reader,
            buffer: Vec::new(),
            limit,
            next_line: line,
            next_offset: offset,
            line,
            offset,
        }
    }

    /// Reads the next line. After an error the buffer holds what came before it.
    pub(super) fn read(&mut self) -> io::Result<Line> {
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_BUFFER_BYTES);
        self.line = self.next_line;
        self.offset = self.next_offset;
        // One more than the limit, for the line feed.
        let most = (self.limit as u64).saturating_add(1);
        let count = self
            .reader
            .by_ref()
            .take(most)
            .read_until(b'\n', &mut self.buffer)?;
        if count == 0 {
            return Ok(Line::End);
        }
        self.next_line += 1;
        self.next_offset += count as u64;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > self.limit {
            self.buffer.clear();
            self.next_offset += self.reader.skip_until(b'\n')? as u64;
            return Ok(Line::TooLong);
        }
        Ok(Line::Whole)
    }

    /// Returns the line that was read last, without its line feed.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read_all(text: &'static str, limit: usize) -> Vec<(Line, u64, u64, String)> {
        let mut lines = Lines::new(Box::new(Cursor::new(text)), limit, 1, 0);
        let mut all = Vec::new();
        loop {
            let line = lines.read().unwrap();
            if line == Line::End {
                return all;
            }
            let bytes = String::from_utf8(lines.bytes().to_vec()).unwrap();
            all.push((line, lines.line(), lines.offset(), bytes));
        }
    }

    #[test]
    fn lines_at_the_limit() {
        let whole = |line, offset, text: &str| (Line::Whole, line, offset, text.to_owned());
        let too_long = |line, offset| (Line::TooLong, line, offset, String::new());
        assert_eq!(
            read_all("abc\nabcd\n\nab", 3),
            [
                whole(1, 0, "abc"),
                too_long(2, 4),
                whole(3, 9, ""),
                whole(4, 10, "ab")
            ]
        );
        assert_eq!(read_all("abcde", 3), [too_long(1, 0)]);
        assert_eq!(read_all("abc", 3), [whole(1, 0, "abc")]);
        assert_eq!(read_all("", 3), []);
    }
}
