//! Reading the bands of a segment.

use tantivy::error::DataCorruption;
use tantivy::{DocId, SegmentReader, TantivyError};

use super::format::MAGIC;
use super::plugin::EXTENSION;
use crate::checksum::CheckedBytes;
use crate::segment_file::open_whole;

/// Bytes of a band and its article.
pub(super) const ENTRY: usize = 8;
/// Bytes of the hash of an article's content.
const CONTENT: usize = 8;
/// The number of articles and what tells the format.
const FOOTER: usize = 8;

/// The bands of the articles of a segment, sorted. A clone reads the same bytes.
#[derive(Clone)]
pub(crate) struct DuplicatesReader {
    bytes: CheckedBytes,
    entries: usize,
}

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
        Ok(Self { bytes, entries })
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

    /// The first entry whose band is not less. Bands are spread evenly, so that the search begins
    /// where the entry is to be expected.
    fn first_from(&self, band: u32) -> usize {
        let is_before = |number: usize| self.entry(number).is_some_and(|(known, _)| known < band);
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
            bands in prop::collection::vec(prop_oneof![0..50_u32, any::<u32>()], 0..400),
            wanted in prop::collection::vec(prop_oneof![0..50_u32, any::<u32>()], 1..40),
        ) {
            let mut entries: Vec<(u32, DocId)> = bands.iter().copied().zip(0..).collect();
            entries.sort_unstable();
            let contents: Vec<u64> = (0..bands.len() as u64).collect();
            let mut bytes = Vec::new();
            write(&mut bytes, entries.iter().copied(), &contents).unwrap();
            let reader = read(bytes).unwrap();
            prop_assert_eq!(reader.entries, bands.len());
            for band in wanted.iter().chain(&bands) {
                let expected: Vec<DocId> = entries
                    .iter()
                    .filter(|(known, _)| known == band)
                    .map(|(_, doc)| *doc)
                    .collect();
                prop_assert_eq!(reader.with_band(*band).collect::<Vec<_>>(), expected);
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
