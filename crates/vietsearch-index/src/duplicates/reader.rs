//! Reading bands: those of a segment, or of articles that are not committed yet.

use std::sync::Arc;

use tantivy::error::DataCorruption;
use tantivy::{DocId, SegmentReader, TantivyError};

use super::format::MAGIC;
use super::plugin::EXTENSION;
use crate::checksum::CheckedBytes;
use crate::segment_file::open_whole;

/// Bytes of a band and its article.
const ENTRY: usize = 8;
/// Bytes of the hash of an article's content.
const CONTENT: usize = 8;
/// The number of articles and what tells the format.
const FOOTER: usize = 8;

/// The bands of articles, sorted. A clone reads the same bytes.
#[derive(Clone)]
pub(crate) struct DuplicatesReader {
    bytes: CheckedBytes,
    entries: usize,
    radix: Option<RadixTable>,
}

/// Where the entries begin whose bands begin with the same bits; one place more for the end.
#[derive(Clone)]
struct RadixTable {
    /// Bits of a band that are left out.
    shift: u32,
    places: Arc<[u32]>,
}

/// Entries that begin with the same bits, on average: two lines of the cache.
const ENTRIES_TOGETHER: usize = 16;

impl DuplicatesReader {
    /// Opens the file of a segment, and reads all of it: a merge does.
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Self::new(open_whole(segment, EXTENSION)?, Some(segment.max_doc()))
    }

    /// `articles` are as many as the file must have, if that is known.
    pub(crate) fn new(bytes: CheckedBytes, articles: Option<DocId>) -> tantivy::Result<Self> {
        let footer = bytes.len().checked_sub(FOOTER);
        let footer = footer.ok_or_else(|| damaged("the file is too short"))?;
        let Some([a, b, c, d, magic @ ..]) = bytes.chunk::<FOOTER>(footer) else {
            return Err(damaged("the end is damaged"));
        };
        if *magic != MAGIC {
            return Err(damaged("the file has another format"));
        }
        let documents = u32::from_le_bytes([*a, *b, *c, *d]);
        if articles.is_some_and(|articles| articles != documents) {
            return Err(damaged("the file is of another segment"));
        }
        let documents = documents as usize;
        let entries = footer.checked_sub(documents * CONTENT);
        let entries = entries.ok_or_else(|| damaged("the file is too short"))? / ENTRY;
        Ok(Self {
            bytes,
            entries,
            radix: None,
        })
    }

    /// Reads all entries, to find each of them sooner, for a fourth of a byte in memory for an entry.
    pub(super) fn with_radix_table(mut self) -> Self {
        if u32::try_from(self.entries).is_err() {
            return self;
        }
        let bits = (self.entries / ENTRIES_TOGETHER + 2).ilog2();
        let shift = u32::BITS - bits;
        let mut places = vec![0; (1 << bits) + 1];
        for number in 0..self.entries {
            let band = self.entry(number).map_or(0, |(band, _)| band);
            let after = places.get_mut((band >> shift) as usize + 1);
            if let Some(after) = after {
                *after = number as u32 + 1;
            }
        }
        // Where none begins with some bits, it is where those before end.
        let mut last = 0;
        for place in &mut places {
            last = last.max(*place);
            *place = last;
        }
        let places = places.into();
        self.radix = Some(RadixTable { shift, places });
        self
    }

    /// A band and its article.
    #[inline]
    pub(super) fn entry(&self, number: usize) -> Option<(u32, DocId)> {
        if number >= self.entries {
            return None;
        }
        let [a, b, c, d, e, f, g, h] = *self.bytes.chunk::<ENTRY>(number * ENTRY)?;
        let band = u32::from_le_bytes([a, b, c, d]);
        Some((band, u32::from_le_bytes([e, f, g, h])))
    }

    /// The hash of the content of an article.
    #[inline]
    pub(super) fn content(&self, doc: DocId) -> u64 {
        let at = self.entries * ENTRY + doc as usize * CONTENT;
        let bytes = self.bytes.chunk(at);
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// The articles with a band, ordered by the hash of their content.
    pub(super) fn with_band(&self, band: u32) -> impl Iterator<Item = DocId> + '_ {
        let entries = (self.first_from(band)..).map_while(|number| self.entry(number));
        entries
            .take_while(move |(known, _)| *known == band)
            .map(|(_, doc)| doc)
    }

    /// The first entry whose band is not less.
    fn first_from(&self, band: u32) -> usize {
        let is_before = |number: usize| self.entry(number).is_some_and(|(known, _)| known < band);
        let (mut low, mut high) = self.around(band, is_before);
        while low < high {
            let middle = low.midpoint(high);
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Two places that the first entry whose band is not less is between. Bands are spread evenly, so
    /// that the search begins where the entry is to be expected.
    fn around(&self, band: u32, is_before: impl Fn(usize) -> bool) -> (usize, usize) {
        if let Some(RadixTable { shift, places }) = &self.radix {
            let first = (band >> shift) as usize;
            if let Some([low, high]) = places.get(first..first + 2) {
                return (*low as usize, *high as usize);
            }
        }
        let expected = ((u64::from(band) * self.entries as u64) >> 32) as usize;
        let (mut low, mut high) = (0, self.entries);
        let mut step = 16;
        if is_before(expected) {
            low = expected + 1;
            while low + step < high && is_before(low + step) {
                low += step + 1;
                step *= 2;
            }
            high = high.min(low + step);
        } else {
            high = expected;
            while high >= step && !is_before(high - step) {
                high -= step;
                step *= 2;
            }
            low = low.max(high.saturating_sub(step));
        }
        (low, high)
    }
}

pub(super) fn damaged(reason: &str) -> TantivyError {
    let message = format!("duplicates: {reason}");
    TantivyError::DataCorruption(DataCorruption::comment_only(message))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::directory::OwnedBytes;

    use super::*;
    use crate::duplicates::format::write;

    fn read(bytes: Vec<u8>) -> tantivy::Result<DuplicatesReader> {
        DuplicatesReader::new(CheckedBytes::sound(OwnedBytes::new(bytes)), None)
    }

    proptest! {
        #[test]
        fn finds_what_a_look_at_all_finds(
            bands in prop::collection::vec(prop_oneof![0..50_u32, any::<u32>(), Just(u32::MAX)], 0..400),
            wanted in prop::collection::vec(prop_oneof![0..50_u32, any::<u32>(), Just(u32::MAX)], 1..40),
        ) {
            let mut entries: Vec<(u32, DocId)> = bands.iter().copied().zip(0..).collect();
            entries.sort_unstable();
            let contents: Vec<u64> = (0..bands.len() as u64).collect();
            let mut bytes = Vec::new();
            write(&mut bytes, entries.iter().copied(), &contents).unwrap();
            let reader = read(bytes).unwrap();
            prop_assert_eq!(reader.entries, bands.len());
            let indexed = reader.clone().with_radix_table();
            for band in wanted.iter().chain(&bands) {
                let expected: Vec<DocId> = entries
                    .iter()
                    .filter(|(known, _)| known == band)
                    .map(|(_, doc)| *doc)
                    .collect();
                prop_assert_eq!(reader.with_band(*band).collect::<Vec<_>>(), &*expected);
                prop_assert_eq!(indexed.with_band(*band).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn damaged_files_are_refused() {
        for bytes in [&b""[..], b"VDU1", b"\xff\0\0\0VDU1", b"\0\0\0\0ABCD"] {
            assert!(read(bytes.to_vec()).is_err());
        }
    }
}
