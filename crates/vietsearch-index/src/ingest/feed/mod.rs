//! `.xml`: RSS 2.0, RSS 1.0 and Atom, item by item.
//!
//! A feed is never parsed as a whole: a scan over its bytes, which knows only comments, CDATA and
//! the names of tags, cuts it into items, and each is parsed by itself. So a feed may be as large as
//! the disk, and one broken item costs no other.

mod channel;
mod element;
mod item;
mod split;

use std::sync::Arc;

use super::problem::{Place, Problem};
use super::source::{Source, unreadable};
use super::window::Window;
use super::{Entry, Options};
use channel::Channel;
use split::{Piece, Splitter};

/// The articles of a feed.
pub(super) struct Feed {
    pieces: Splitter,
    /// Known from the first item on.
    channel: Option<Channel>,
    file: Place,
    options: Arc<Options>,
    any: bool,
    done: bool,
}

impl Feed {
    pub(super) fn new(source: Source, file: Place, options: Arc<Options>) -> Feed {
        let window = Window::new(source.reader, source.offset);
        Feed {
            pieces: Splitter::new(window, options.max_line_bytes),
            channel: None,
            file,
            options,
            any: false,
            done: false,
        }
    }

    fn skipped(&self, line: Option<u64>, reason: impl Into<String>) -> Entry {
        let place = Place {
            line,
            ..self.file.clone()
        };
        Entry::Skipped(Problem::new(place, reason))
    }

    fn item(&mut self, closing: Option<&'static str>) -> Entry {
        let channel = self
            .channel
            .get_or_insert_with(|| Channel::read(&String::from_utf8_lossy(self.pieces.head())));
        let text = String::from_utf8_lossy(self.pieces.item());
        let line = self.pieces.line();
        let place = self.file.clone().with_line(line);
        let mut warnings: Vec<Problem> = Vec::new();
        let (found, mut notes) = item::read(&text, channel, &self.options.field_map);
        if let Some(closing) = closing {
            notes.retain(|note| note.reason != element::NOT_CLOSED);
            notes.insert(0, item::Note::new(0, closing));
        }
        for note in notes {
            let at = place.clone().with_line(line + note.lines_below);
            warnings.push(Problem::new(at, note.reason));
        }
        match super::record::unusable(&found) {
            Some(_) if !warnings.is_empty() => Entry::Skipped(warnings.remove(0)),
            Some(reason) => Entry::Skipped(Problem::new(place, reason)),
            None => Entry::Article {
                article: Box::new(found),
                place,
                warnings,
            },
        }
    }

    /// What is to be said at the end of the file.
    fn end(&self) -> Option<Entry> {
        if !self.any {
            let reason = match self.pieces.is_empty() {
                true => "the file is empty",
                false if self.pieces.is_feed() => "the feed has no items",
                false => "neither <item> nor <entry>: no RSS or Atom feed",
            };
            return Some(self.skipped(None, reason));
        }
        let line = Some(self.pieces.end_line());
        self.pieces
            .is_cut()
            .then(|| self.skipped(line, "the feed is not closed, it may be cut off"))
    }
}

impl Iterator for Feed {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.done {
            return None;
        }
        let piece = self.pieces.next();
        let line = Some(self.pieces.line());
        let entry = match piece {
            Ok(Piece::Item) => self.item(None),
            Ok(Piece::OpenItem) => self.item(Some("the item is not closed")),
            Ok(Piece::TooLong) => {
                let reason = super::json_lines::too_long("item", self.options.max_line_bytes);
                self.skipped(line, reason)
            }
            Ok(Piece::End) => {
                self.done = true;
                return self.end();
            }
            Err(error) => {
                self.done = true;
                self.skipped(line, unreadable(&error))
            }
        };
        self.any = true;
        Some(entry)
    }
}
