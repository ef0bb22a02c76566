//! A part of a file in memory, from which records of bounded length are cut. What follows a bad
//! record can be looked at again, because nothing is given up before it is used.

use std::io::{self, BufRead};

use super::lines::KEPT_BUFFER_BYTES;

/// Bytes before the start that are kept until there are so many of them.
const MOVE_AFTER_BYTES: usize = 64 * 1024;

pub(super) struct Window {
    reader: Box<dyn BufRead + Send>,
    buffer: Vec<u8>,
    start: usize,
    /// Where the start stands in the file.
    line: u64,
    offset: u64,
    ended: bool,
}

impl Window {
    /// Starts at the first line, which begins at the byte `offset` of the file.
    pub(super) fn new(reader: Box<dyn BufRead + Send>, offset: u64) -> Window {
        Window {
            reader,
            buffer: Vec::new(),
            start: 0,
            line: 1,
            offset,
            ended: false,
        }
    }

    /// What is in memory, from the start on.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Reads on. False at the end of the file.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.start >= MOVE_AFTER_BYTES.max(self.buffer.len() / 2) {
            self.buffer.drain(..self.start);
            self.start = 0;
            if self.buffer.len() < KEPT_BUFFER_BYTES {
                self.buffer.shrink_to(KEPT_BUFFER_BYTES);
            }
        }
        loop {
            match self.reader.fill_buf() {
                Ok(bytes) => {
                    self.buffer.extend_from_slice(bytes);
                    let count = bytes.len();
                    self.reader.consume(count);
                    self.ended = count == 0;
                    return Ok(!self.ended);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
    }

    /// Moves the start by `count` bytes.
    pub(super) fn advance(&mut self, count: usize) {
        let count = count.min(self.bytes().len());
        self.line += line_ends(self.bytes(), count);
        self.offset += count as u64;
        self.start += count;
    }

    /// The line on which the start stands, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The byte of the file at which the start stands.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }
}

/// Counts the ends of lines in the first `count` bytes; `\r` alone is one too.
fn line_ends(bytes: &[u8], count: usize) -> u64 {
    let ends = |(at, &byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1).is_some_and(|next| *next != b'\n'),
        _ => false,
    };
    let passed = bytes.iter().take(count).enumerate();
    passed.filter(|byte| ends(*byte)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor};

    #[test]
    fn places_of_the_start() {
        let reader = BufReader::with_capacity(4, Cursor::new("ab\r\nc\rd\ne"));
        let mut window = Window::new(Box::new(reader), 3);
        while window.fill().unwrap() {}
        assert_eq!(window.bytes(), b"ab\r\nc\rd\ne");
        let mut places = Vec::new();
        for count in [0, 4, 2, 2, 1] {
            window.advance(count);
            places.push((window.line(), window.offset()));
        }
        assert_eq!(places, [(1, 3), (2, 7), (3, 9), (4, 11), (4, 12)]);
        assert!(window.bytes().is_empty());
        window.advance(10);
        assert_eq!(window.offset(), 12);
    }

    #[test]
    fn what_was_passed_is_given_up() {
        let text = "x".repeat(1 << 20);
        let reader = BufReader::with_capacity(8192, Cursor::new(text));
        let mut window = Window::new(Box::new(reader), 0);
        let mut most = 0;
        while window.fill().unwrap() {
            most = most.max(window.buffer.len());
            window.advance(window.bytes().len());
        }
        assert_eq!(window.offset(), 1 << 20);
        assert!(most <= MOVE_AFTER_BYTES + 2 * 8192, "{most}");
    }
}
