//! The file: phrases in the order of their keys, in blocks that are read one at a time.
//!
//! Blocks of [`BLOCK`] phrases, then for each block its place and the most articles of a phrase in it
//! (`u32` each), then the number of blocks and [`MAGIC`]. All little-endian; tantivy adds a checksum.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::Write;

use tantivy::directory::WritePtr;
use tantivy::error::DataCorruption;
use tantivy::{Segment, SegmentReader, TantivyError};

use super::units::{UnitReader, UnitWriter};
use super::{EXTENSION, PhraseCount};
use crate::checksum::CheckedBytes;
use crate::segment_file::{create, open_whole};

/// The last bytes of the file.
const MAGIC: [u8; 4] = *b"VPH1";
/// Phrases of a block.
const BLOCK: u32 = 32;
/// Bytes after the blocks' places and counts.
const FOOTER: usize = 8;

/// Writes a table from phrases in order.
pub(super) struct TableWriter {
    file: WritePtr,
    units: UnitWriter,
    /// The block that is being written.
    block: Vec<u8>,
    in_block: u32,
    most: u32,
    end: u32,
    places: Vec<u32>,
    mosts: Vec<u32>,
}

impl TableWriter {
    pub(super) fn create(segment: &Segment) -> tantivy::Result<Self> {
        Ok(Self {
            file: create(segment, EXTENSION)?,
            units: UnitWriter::default(),
            block: Vec::new(),
            in_block: 0,
            most: 0,
            end: 0,
            places: Vec::new(),
            mosts: Vec::new(),
        })
    }

    pub(super) fn push(&mut self, key: &str, text: &str, articles: u32) -> tantivy::Result<()> {
        if !self.units.push(key, text, articles, &mut self.block) {
            return Ok(());
        }
        self.in_block += 1;
        self.most = self.most.max(articles);
        if self.in_block == BLOCK {
            self.end_block()?;
        }
        Ok(())
    }

    fn end_block(&mut self) -> tantivy::Result<()> {
        self.places.push(self.end);
        self.mosts.push(self.most);
        self.file.write_all(&self.block)?;
        self.end += self.block.len() as u32;
        self.block.clear();
        self.units.restart();
        (self.in_block, self.most) = (0, 0);
        Ok(())
    }

    pub(super) fn finish(mut self) -> tantivy::Result<()> {
        use tantivy::directory::TerminatingWrite;
        if self.in_block > 0 {
            self.end_block()?;
        }
        for number in self.places.iter().chain(&self.mosts) {
            self.file.write_all(&number.to_le_bytes())?;
        }
        let blocks = self.places.len() as u32;
        self.file.write_all(&blocks.to_le_bytes())?;
        self.file.write_all(&MAGIC)?;
        Ok(self.file.terminate()?)
    }
}

/// The phrases of a segment. A clone reads the same bytes.
#[derive(Clone)]
pub struct PhraseTable {
    bytes: CheckedBytes,
    blocks: usize,
    /// Where the places of the blocks are.
    places: usize,
}

/// The most frequent phrases with a beginning.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TopPhrases {
    /// Phrases, in no order; more than were asked for.
    pub found: Vec<PhraseCount>,
    /// No other phrase with the beginning has more articles than this.
    pub rest: u32,
}

impl PhraseTable {
    /// Opens the file of a segment, and reads all of it: a merge does.
    ///
    /// # Errors
    ///
    /// Those of the disk, and `DataCorruption` if the file is not one of this format.
    pub fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Self::new(open_whole(segment, EXTENSION)?)
    }

    pub(crate) fn new(bytes: CheckedBytes) -> tantivy::Result<Self> {
        Self::read(bytes).ok_or_else(|| {
            let message = "phrases: the file is damaged or has another format".to_string();
            TantivyError::DataCorruption(DataCorruption::comment_only(message))
        })
    }

    fn read(bytes: CheckedBytes) -> Option<Self> {
        let footer = bytes.len().checked_sub(FOOTER)?;
        let [a, b, c, d, magic @ ..] = *bytes.chunk::<FOOTER>(footer)?;
        if magic != MAGIC {
            return None;
        }
        let blocks = u32::from_le_bytes([a, b, c, d]) as usize;
        let places = footer.checked_sub(blocks.checked_mul(8)?)?;
        Some(Self {
            bytes,
            blocks,
            places,
        })
    }

    /// The most frequent phrases whose key begins with `prefix` and whose text is to be kept: at
    /// least `limit`, if there are as many.
    ///
    /// Costs a binary search, and some microseconds for each block of 32 phrases that may hold one of
    /// them.
    pub fn top(&self, prefix: &str, limit: usize, keep: impl Fn(&str) -> bool) -> TopPhrases {
        let start = self.lower_bound(|key| key < prefix).saturating_sub(1);
        let end = self.lower_bound(|key| key < prefix || key.starts_with(prefix));
        let mosts = (start..end).map(|block| (self.most(block), Reverse(block)));
        let mut blocks: BinaryHeap<(u32, Reverse<usize>)> = mosts.collect();
        let mut top = TopPhrases::default();
        // The counts of the best ones, the least of them first.
        let mut best: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
        let mut reader = UnitReader::default();
        let (mut key, mut text) = (String::new(), String::new());
        while let Some((most, Reverse(block))) = blocks.pop() {
            let least = best.peek().map_or(0, |Reverse(least)| *least);
            if best.len() >= limit && least > most {
                top.rest = most.max(top.rest);
                break;
            }
            // Between the first and the last block all keys have the beginning.
            let is_inner = block > start && block + 1 < end;
            reader.restart(self.block(block));
            while reader.advance() {
                let articles = reader.articles();
                let least = best.peek().map_or(0, |Reverse(least)| *least);
                if best.len() >= limit && articles < least {
                    top.rest = articles.max(top.rest);
                    continue;
                }
                key.clear();
                reader.push_key_to(&mut key);
                text.clear();
                reader.push_text_to(&mut text);
                if (is_inner || key.starts_with(prefix)) && keep(&text) {
                    top.found.push(PhraseCount {
                        key: key.clone(),
                        text: text.clone(),
                        articles,
                    });
                    best.push(Reverse(articles));
                    if best.len() > limit {
                        best.pop();
                    }
                }
            }
        }
        top
    }

    /// Number of articles that hold a phrase; 0 if it is not kept.
    #[must_use]
    pub fn articles(&self, key: &str, text: &str) -> u32 {
        let start = self.lower_bound(|first| first < key).saturating_sub(1);
        let mut reader = UnitReader::default();
        let mut first = String::new();
        for block in start..self.blocks {
            reader.restart(self.block(block));
            let mut is_first = block > start;
            while reader.advance() {
                if std::mem::take(&mut is_first) {
                    first.clear();
                    reader.push_key_to(&mut first);
                    if first.as_str() > key {
                        return 0;
                    }
                }
                if reader.is(text) {
                    return reader.articles();
                }
            }
        }
        0
    }

    /// All phrases in order.
    pub(super) fn cursor(&self) -> TableCursor<'_> {
        TableCursor {
            table: self,
            next: 0,
            reader: UnitReader::default(),
            key: String::new(),
            text: String::new(),
        }
    }

    /// The first block whose first key is not `before`.
    fn lower_bound(&self, before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.blocks);
        let mut reader = UnitReader::default();
        let mut key = String::new();
        while low < high {
            let middle = low + (high - low) / 2;
            reader.restart(self.block(middle));
            key.clear();
            if reader.advance() {
                reader.push_key_to(&mut key);
            }
            if before(&key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn block(&self, number: usize) -> &[u8] {
        let end = match number + 1 < self.blocks {
            true => self.number(number + 1),
            false => self.places,
        };
        self.bytes.get(self.number(number)..end).unwrap_or(&[])
    }

    fn most(&self, block: usize) -> u32 {
        self.number(self.blocks + block) as u32
    }

    fn number(&self, at: usize) -> usize {
        let bytes = self.bytes.chunk(self.places + at * 4);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }
}

/// Goes through a table.
pub(super) struct TableCursor<'a> {
    table: &'a PhraseTable,
    next: usize,
    reader: UnitReader<'a>,
    key: String,
    text: String,
}

impl TableCursor<'_> {
    pub(super) fn advance(&mut self) -> bool {
        while !self.reader.advance() {
            if self.next >= self.table.blocks {
                return false;
            }
            self.reader.restart(self.table.block(self.next));
            self.next += 1;
        }
        self.key.clear();
        self.reader.push_key_to(&mut self.key);
        self.text.clear();
        self.reader.push_text_to(&mut self.text);
        true
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn articles(&self) -> u32 {
        self.reader.articles()
    }
}
