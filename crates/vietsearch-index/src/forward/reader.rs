//! Reading the forward index of a segment.

use std::ops::Range;

use tantivy::error::DataCorruption;
use tantivy::index::SegmentComponent;
use tantivy::{DocId, SegmentReader, TantivyError};

use super::EXTENSION;
use super::plugin::MAGIC;
use super::sequence::{FORM, KEY_LOW, LEAD_END, SENTENCE_END, Sequence, TITLE_END, UNMARKED};
use crate::checksum::CheckedBytes;
use crate::segment_file::open_whole;

/// Bytes after the ends of the sequences.
const FOOTER: usize = 6 * 8 + 4 + 4;

/// So much of an article is brought near before it is read, in lines of the cache.
const FETCHED_LINES: usize = 64;

/// Words of a segment by region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) words: [u64; 3],
    /// Articles that have any.
    pub(super) articles: [u64; 3],
}

impl Totals {
    pub(super) fn add(&mut self, sequence: Sequence<'_>) {
        let counts = word_counts(sequence);
        let sums = self.words.iter_mut().zip(&mut self.articles);
        for ((words, articles), count) in sums.zip(counts) {
            *words += count;
            *articles += u64::from(count > 0);
        }
    }
}

/// Number of words of title, lead and body.
fn word_counts(sequence: Sequence<'_>) -> [u64; 3] {
    let mut counts = [0; 3];
    let mut region = 0;
    let mut count = 0;
    for unit in sequence.units() {
        match unit {
            TITLE_END | LEAD_END => {
                if let Some(slot) = counts.get_mut(region) {
                    *slot = count;
                }
                count = 0;
                region += 1;
            }
            SENTENCE_END | UNMARKED => {}
            FORM..UNMARKED | KEY_LOW.. => {}
            _ => count += 1,
        }
    }
    if let Some(slot) = counts.get_mut(region) {
        *slot = count;
    }
    counts
}

/// The forward index of a segment: the words of each article in their order.
///
/// A clone reads the same bytes. What is damaged is empty, and [noted](crate::Damage).
#[derive(Clone)]
pub struct ForwardReader {
    bytes: CheckedBytes,
    documents: usize,
    /// Where the ends of the sequences are.
    ends: usize,
    totals: Totals,
}

impl ForwardReader {
    /// The file of a segment that it reads.
    #[must_use]
    pub fn component() -> SegmentComponent {
        SegmentComponent::Custom(EXTENSION.to_string())
    }

    /// Opens the file of a segment, and reads all of it: a merge does.
    ///
    /// # Errors
    ///
    /// Those of the disk, and `DataCorruption` if the file is not one of this format or does not
    /// fit the segment.
    pub fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Self::new(segment, open_whole(segment, EXTENSION)?)
    }

    pub(crate) fn new(segment: &SegmentReader, bytes: CheckedBytes) -> tantivy::Result<Self> {
        let damaged = |reason: &str| {
            let message = format!("forward index: {reason}");
            TantivyError::DataCorruption(DataCorruption::comment_only(message))
        };
        let footer = bytes.len().checked_sub(FOOTER);
        let footer = footer.ok_or_else(|| damaged("the file is too short"))?;
        let tail = bytes.chunk::<FOOTER>(footer);
        let (numbers, rest) = tail
            .ok_or_else(|| damaged("the end is damaged"))?
            .as_chunks::<8>();
        let [numbers @ .., last] = numbers else {
            return Err(damaged("the file is too short"));
        };
        debug_assert!(rest.is_empty(), "the footer is seven times eight bytes");
        let [a, b, c, d, magic @ ..] = *last;
        if magic != MAGIC {
            return Err(damaged("the file has another format"));
        }
        let documents = u32::from_le_bytes([a, b, c, d]);
        if documents != segment.max_doc() {
            return Err(damaged("the file is of another segment"));
        }
        let documents = documents as usize;
        let ends = footer.checked_sub(documents * 16);
        let ends = ends.ok_or_else(|| damaged("the file is too short"))?;
        let mut totals = Totals::default();
        let slots = totals.words.iter_mut().chain(&mut totals.articles);
        for (slot, number) in slots.zip(numbers) {
            *slot = u64::from_le_bytes(*number);
        }
        Ok(Self {
            bytes,
            documents,
            ends,
            totals,
        })
    }

    /// The words of an article; none if there is no such article.
    #[must_use]
    #[inline]
    pub fn sequence(&self, doc: DocId) -> Sequence<'_> {
        Sequence::new(self.part(doc as usize * 2))
    }

    /// Brings articles near that are about to be read one after the other. Their places are looked
    /// up first, then their first lines and the last one are touched, so that memory is asked for
    /// many at a time.
    pub fn fetch(&self, docs: impl Iterator<Item = DocId>) {
        const LINE: usize = 64;
        let places: Vec<Range<usize>> = docs.map(|doc| self.place(doc as usize * 2)).collect();
        let mut sum = 0_u8;
        for place in places {
            let words = self.bytes.get(place).unwrap_or(&[]);
            // The end of a sequence is not at that of a line.
            let lines = words.iter().step_by(LINE).take(FETCHED_LINES);
            for byte in lines.chain(words.last()) {
                sum = sum.wrapping_add(*byte);
            }
        }
        std::hint::black_box(sum);
    }

    /// The key of an article; empty if there is no such article.
    #[must_use]
    pub fn key(&self, doc: DocId) -> &str {
        std::str::from_utf8(self.part(doc as usize * 2 + 1)).unwrap_or("")
    }

    /// A sequence, or the key after it. Ends that are out of order or beyond the file are damage;
    /// there is nothing then.
    #[inline]
    fn part(&self, number: usize) -> &[u8] {
        self.bytes.get(self.place(number)).unwrap_or(&[])
    }

    /// Where a part is; nowhere if there is none.
    #[inline]
    fn place(&self, number: usize) -> Range<usize> {
        if number >= self.documents * 2 {
            return 0..0;
        }
        let start = number.checked_sub(1).map_or(0, |before| self.end(before));
        start..self.end(number).min(self.ends)
    }

    #[inline]
    fn end(&self, number: usize) -> usize {
        let at = self.ends + number * 8;
        let bytes = self.bytes.chunk(at);
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes) as usize)
    }

    /// Number of words of title, lead and body in all articles of the segment, deleted ones
    /// included.
    #[must_use]
    pub fn words(&self) -> [u64; 3] {
        self.totals.words
    }

    /// Number of articles that have a title, a lead, a body.
    #[must_use]
    pub fn articles(&self) -> [u64; 3] {
        self.totals.articles
    }
}
