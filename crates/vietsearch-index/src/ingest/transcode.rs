//! Turns the bytes of a file into UTF-8 while they are read, and keeps what could not be decoded
//! for the report.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, PoisonError};

use vietsearch_text::encoding::{Decoder, Encoding, Unmappable};

use super::Entry;
use super::problem::{Place, Problem};
use super::reader::Entries;

/// Bytes that are reported one by one, in one file.
const REPORTED: u64 = 20;

/// What a [`Transcoder`] could not decode; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Losses {
    encoding: Encoding,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Vec<Unmappable>,
    count: u64,
}

impl Losses {
    pub(super) fn new(encoding: Encoding) -> Losses {
        Losses {
            encoding,
            shared: Arc::default(),
        }
    }

    fn add(&self, found: Vec<Unmappable>) {
        if found.is_empty() {
            return;
        }
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        for unmappable in found {
            if shared.count < REPORTED {
                shared.waiting.push(unmappable);
            }
            shared.count += 1;
        }
    }

    /// Takes what was found since the last call.
    fn take(&self, file: &Place) -> Vec<Problem> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = std::mem::take(&mut shared.waiting);
        drop(shared);
        let encoding = self.encoding;
        let problem = |bad: Unmappable| {
            let (offset, value) = (bad.offset, bad.value);
            let reason = format!(
                "byte {offset} of the file, 0x{value:02x}, means nothing in {encoding} and was \
                 read as U+FFFD"
            );
            Problem::new(file.clone().with_line(bad.line).with_byte(offset), reason)
        };
        waiting.into_iter().map(problem).collect()
    }

    /// What is to be said at the end of the file.
    fn summary(&self, file: &Place) -> Option<Problem> {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let more = shared
            .count
            .checked_sub(REPORTED)
            .filter(|more| *more > 0)?;
        let reason = format!(
            "{more} more bytes mean nothing in {}, choose another encoding if the text is wrong",
            self.encoding
        );
        Some(Problem::new(file.clone(), reason))
    }
}

/// Reads bytes of any encoding as UTF-8.
pub(super) struct Transcoder<R> {
    bytes: R,
    decoder: Decoder,
    losses: Losses,
    text: String,
    /// How much of the text was given out.
    given: usize,
    done: bool,
}

impl<R: BufRead> Transcoder<R> {
    /// Starts at the byte `offset` of the file.
    pub(super) fn new(bytes: R, encoding: Encoding, offset: u64, losses: Losses) -> Transcoder<R> {
        Transcoder {
            bytes,
            decoder: Decoder::at(encoding, offset),
            losses,
            text: String::new(),
            given: 0,
            done: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        let read = self.bytes.fill_buf();
        let (count, end) = match read {
            Ok(bytes) => {
                self.decoder.decode(bytes, &mut self.text);
                (bytes.len(), bytes.is_empty().then_some(Ok(())))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (0, None),
            Err(error) => (0, Some(Err(error))),
        };
        self.bytes.consume(count);
        let result = match end {
            None => Ok(()),
            Some(Ok(())) => {
                self.done = true;
                Ok(())
            }
            Some(Err(error)) => Err(error),
        };
        if self.done {
            self.decoder.finish(&mut self.text);
        }
        self.losses.add(self.decoder.take_unmappable());
        result
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.text.len() {
            if self.done {
                return Ok(0);
            }
            self.decode_more()?;
        }
        let mut rest = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

/// Adds to the entries of a file what could not be decoded, as warnings of an article beside it.
pub(super) fn report(entries: Entries, losses: Losses, file: Place) -> Entries {
    Box::new(Reported {
        entries,
        losses,
        file,
        waiting: Vec::new(),
        held: None,
        next: None,
        ended: false,
    })
}

struct Reported {
    entries: Entries,
    losses: Losses,
    file: Place,
    waiting: Vec<Problem>,
    /// The last article: the bytes after it, up to the end of the file, are reported with it.
    held: Option<Entry>,
    next: Option<Entry>,
    ended: bool,
}

impl Reported {
    fn attach(&mut self, entry: &mut Entry) {
        if let Entry::Article { warnings, .. } = entry {
            warnings.append(&mut self.waiting);
        }
    }
}

impl Iterator for Reported {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if let Some(entry) = self.next.take() {
            return Some(entry);
        }
        while !self.ended {
            let found = self.entries.next();
            self.waiting.extend(self.losses.take(&self.file));
            match found {
                Some(mut article @ Entry::Article { .. }) => {
                    self.attach(&mut article);
                    if let Some(earlier) = self.held.replace(article) {
                        return Some(earlier);
                    }
                }
                Some(skipped) => {
                    return match self.held.take() {
                        None => Some(skipped),
                        Some(earlier) => {
                            self.next = Some(skipped);
                            Some(earlier)
                        }
                    };
                }
                None => {
                    self.ended = true;
                    self.waiting.extend(self.losses.summary(&self.file));
                }
            }
        }
        if let Some(mut last) = self.held.take() {
            self.attach(&mut last);
            return Some(last);
        }
        // No article is left to report them with.
        let problem = (!self.waiting.is_empty()).then(|| self.waiting.remove(0));
        problem.map(Entry::Skipped)
    }
}
