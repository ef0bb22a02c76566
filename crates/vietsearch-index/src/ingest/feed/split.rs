//! Cuts the bytes of a feed into its items.

use std::io;

use super::super::window::Window;

/// What stands before the first item: the names of the feed and of the namespaces.
const HEAD_BYTES: usize = 64 * 1024;

/// Enough for `</` and any name of an item.
const TAG_BYTES: usize = 64;

const COMMENT: (&[u8], &[u8]) = (b"<!--", b"-->");
const CDATA: (&[u8], &[u8]) = (b"<![CDATA[", b"]]>");

/// What was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// An item with its tags.
    Item,
    /// An item that the next one, or the end of the file, cuts off.
    OpenItem,
    /// An item above the limit, which was passed over.
    TooLong,
    /// No more items.
    End,
}

pub(super) struct Splitter {
    window: Window,
    limit: usize,
    head: Vec<u8>,
    /// Bytes of the last item, which are given up when the next one is looked for.
    length: usize,
    line: u64,
    items: u64,
    any: bool,
    seen_root: bool,
    closed_root: bool,
    last_was_cut: bool,
}

impl Splitter {
    pub(super) fn new(window: Window, limit: usize) -> Splitter {
        Splitter {
            window,
            limit,
            head: Vec::new(),
            length: 0,
            line: 1,
            items: 0,
            any: false,
            seen_root: false,
            closed_root: false,
            last_was_cut: false,
        }
    }

    /// The item that was cut last.
    pub(super) fn item(&self) -> &[u8] {
        self.window.bytes().get(..self.length).unwrap_or_default()
    }

    /// What stands before the first item.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The line on which the last item begins.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The line on which the file ends.
    pub(super) fn end_line(&self) -> u64 {
        self.window.line()
    }

    /// Says whether the file has nothing but white space.
    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    /// Says whether the root is that of a feed.
    pub(super) fn is_feed(&self) -> bool {
        self.seen_root
    }

    /// Says whether the end is missing, and no item has told so.
    pub(super) fn is_cut(&self) -> bool {
        !self.closed_root && !self.last_was_cut
    }

    pub(super) fn next(&mut self) -> io::Result<Piece> {
        self.window.advance(self.length);
        self.length = 0;
        loop {
            let Some(at) = self.find(b"<", 0)? else {
                let count = self.window.bytes().len();
                self.pass(count);
                return Ok(Piece::End);
            };
            self.pass(at);
            self.line = self.window.line();
            self.need(TAG_BYTES)?;
            let bytes = self.window.bytes();
            if let Some((_, close)) = [COMMENT, CDATA]
                .into_iter()
                .find(|(open, _)| bytes.starts_with(open))
            {
                // One that is not closed is passed over as a sign.
                let end = self.find(close, 1)?.map_or(1, |at| at + close.len());
                self.pass(end);
                continue;
            }
            match tag(bytes) {
                Some(Tag::Open) => return self.cut(),
                Some(Tag::Root) => self.seen_root = true,
                Some(Tag::CloseRoot) => self.closed_root = true,
                _ => {}
            }
            self.pass(1);
        }
    }

    /// Cuts the item that begins at the start.
    fn cut(&mut self) -> io::Result<Piece> {
        self.items += 1;
        self.last_was_cut = false;
        let mut at = 1;
        loop {
            let Some(next) = self.find(b"<", at)? else {
                return self.cut_loosely();
            };
            at = next;
            self.need(at + TAG_BYTES)?;
            let rest = self.window.bytes().get(at..).unwrap_or_default();
            if let Some((_, close)) = [COMMENT, CDATA]
                .into_iter()
                .find(|(open, _)| rest.starts_with(open))
            {
                match self.find(close, at + 1)? {
                    Some(end) => at = end + close.len(),
                    None => return self.cut_loosely(),
                }
                continue;
            }
            match tag(rest) {
                Some(Tag::Close) => {
                    let Some(end) = self.find(b">", at)? else {
                        return self.cut_loosely();
                    };
                    self.length = end + 1;
                    return Ok(self.sized(Piece::Item));
                }
                Some(Tag::Open | Tag::CloseRoot) => {
                    self.length = at;
                    return Ok(self.sized(Piece::OpenItem));
                }
                _ => at += 1,
            }
        }
    }

    fn sized(&self, piece: Piece) -> Piece {
        match self.length > self.limit {
            true => Piece::TooLong,
            false => piece,
        }
    }

    /// Cuts an item whose end was not found up to the limit: a comment or CDATA in it may not be
    /// closed, so these are not believed.
    fn cut_loosely(&mut self) -> io::Result<Piece> {
        let bytes = self.window.bytes();
        let mut at = 1;
        while let Some(next) = position(bytes, b"<", at) {
            at = next;
            let found = tag(bytes.get(at..).unwrap_or_default());
            match found {
                Some(Tag::Open | Tag::CloseRoot) => {
                    self.length = at;
                    return Ok(self.sized(Piece::OpenItem));
                }
                Some(Tag::Close) => {
                    let end = position(bytes, b">", at).map_or(bytes.len(), |end| end + 1);
                    self.length = end;
                    return Ok(self.sized(Piece::OpenItem));
                }
                _ => at += 1,
            }
        }
        self.length = bytes.len();
        if self.length <= self.limit {
            self.last_was_cut = true;
            return Ok(Piece::OpenItem);
        }
        Ok(Piece::TooLong)
    }

    /// Moves the start, and keeps what belongs to the head.
    fn pass(&mut self, count: usize) {
        let bytes = self.window.bytes().get(..count).unwrap_or_default();
        self.any |= bytes.iter().any(|byte| !byte.is_ascii_whitespace());
        if self.items == 0 && self.head.len() < HEAD_BYTES {
            self.head.extend_from_slice(bytes);
        }
        self.window.advance(count);
    }

    /// Reads on until there are `count` bytes, or the file ends.
    fn need(&mut self, count: usize) -> io::Result<()> {
        while self.window.bytes().len() < count && self.window.fill()? {}
        Ok(())
    }

    /// Finds `wanted` at `from` or later; `None` at the end of the file and above the limit.
    fn find(&mut self, wanted: &[u8], from: usize) -> io::Result<Option<usize>> {
        let mut at = from;
        loop {
            if let Some(found) = position(self.window.bytes(), wanted, at) {
                return Ok(Some(found));
            }
            let length = self.window.bytes().len();
            at = length.saturating_sub(wanted.len() - 1).max(from);
            if length > self.limit.saturating_add(from) {
                return Ok(None);
            }
            if !self.window.fill()? {
                return Ok(None);
            }
        }
    }
}

fn position(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let first = wanted.first()?;
    let mut at = 0;
    loop {
        let found = rest.get(at..)?.iter().position(|byte| byte == first)?;
        at += found;
        if rest.get(at..)?.starts_with(wanted) {
            return Some(from + at);
        }
        at += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// `<item>`, `<entry>`
    Open,
    /// `</item>`, `</entry>`
    Close,
    /// `<rss>`, `<feed>`, `<rdf:RDF>`
    Root,
    CloseRoot,
}

/// Reads the name of the tag that `bytes` begin with.
fn tag(bytes: &[u8]) -> Option<Tag> {
    let name = bytes.strip_prefix(b"<")?;
    let (name, closes) = match name.strip_prefix(b"/") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let end = name.iter().position(ends)?;
    let name = name.get(..end)?;
    let local = name.rsplit(|byte| *byte == b':').next()?;
    let is = |known: &[&str]| {
        known
            .iter()
            .any(|known| local.eq_ignore_ascii_case(known.as_bytes()))
    };
    match (is(&["item", "entry"]), is(&["rss", "feed", "rdf"]), closes) {
        (true, _, false) => Some(Tag::Open),
        (true, _, true) => Some(Tag::Close),
        (_, true, false) => Some(Tag::Root),
        (_, true, true) => Some(Tag::CloseRoot),
        _ => None,
    }
}
