//! The postings of one term.

use tantivy::DocId;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::Field;

use super::impacts::Table;

/// What a term of some weight adds where its occurrences have an impact.
#[inline]
pub(super) fn impact(weight: u64, impact: u64) -> i32 {
    (weight * impact / (u64::from(u16::MAX) + 1)) as i32
}

/// The postings of a term in a segment.
pub(super) struct List<'a> {
    pub(super) field: Field,
    pub(super) impacts: Table<'a>,
    pub(super) weight: u64,
    /// The most that it adds to a document.
    pub(super) most: i32,
    pub(super) postings: BlockSegmentPostings,
}

impl List<'_> {
    /// Goes through the documents of a window: their places in it, with what each gets. Lengths are
    /// those of the window.
    #[inline]
    pub(super) fn each(
        &mut self,
        (first, end): (DocId, DocId),
        lengths: Option<&[u8]>,
        mut found: impl FnMut(usize, i32),
    ) {
        let (impacts, weight) = (self.impacts, self.weight);
        let mut from = self.postings.seek(first);
        loop {
            let docs = self.postings.docs();
            let Some(last) = docs.last() else { return };
            let to = match *last < end {
                true => docs.len(),
                false => docs.partition_point(|doc| *doc < end),
            };
            let docs = docs.get(from..to).unwrap_or(&[]);
            let place = |doc: DocId| doc.wrapping_sub(first) as usize;
            let frequencies = self.postings.freqs().get(from..to);
            match (frequencies, lengths) {
                (Some(frequencies), Some(lengths)) => {
                    for (doc, frequency) in docs.iter().zip(frequencies) {
                        let place = place(*doc);
                        if let Some(length) = lengths.get(place) {
                            found(place, impact(weight, impacts.of(*frequency, *length)));
                        }
                    }
                }
                _ => {
                    for (number, doc) in docs.iter().enumerate() {
                        let frequency = frequencies.and_then(|known| known.get(number));
                        let frequency = frequency.copied().unwrap_or(1);
                        found(place(*doc), impact(weight, impacts.of(frequency, 0)));
                    }
                }
            }
            if to < self.postings.block_len() {
                return;
            }
            self.postings.advance();
            from = 0;
        }
    }

    /// What one document holds. Documents come in ascending order.
    pub(super) fn look_up(&mut self, doc: DocId, lengths: Option<&[u8]>) -> i32 {
        let place = self.postings.seek(doc);
        if self.postings.docs().get(place) != Some(&doc) {
            return 0;
        }
        let length = lengths.and_then(|lengths| lengths.get(doc as usize));
        let length = length.copied().unwrap_or(0);
        let frequency = self.postings.freq(place);
        impact(self.weight, self.impacts.of(frequency, length))
    }
}
