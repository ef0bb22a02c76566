//! The postings of one term.

use tantivy::DocId;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::Field;

use super::impacts::Impacts;

/// What a term of some weight adds where its occurrences have an impact.
#[inline]
pub(super) fn impact(weight: u64, impact: u64) -> i32 {
    (weight * impact / (u64::from(u16::MAX) + 1)) as i32
}

/// The postings of a term in a segment.
pub(super) struct List<'a> {
    pub(super) field: Field,
    pub(super) impacts: &'a Impacts,
    pub(super) weight: u64,
    /// The most that it adds to a document.
    pub(super) most: i32,
    pub(super) postings: BlockSegmentPostings,
}

impl List<'_> {
    #[inline]
    fn impact(&self, frequency: u32, length: u8) -> i32 {
        impact(self.weight, self.impacts.of(frequency, length))
    }

    /// Goes through the documents of a window, with what each gets.
    #[inline]
    pub(super) fn each(
        &mut self,
        (first, end): (DocId, DocId),
        lengths: Option<&[u8]>,
        mut found: impl FnMut(DocId, i32),
    ) {
        let mut from = self.postings.seek(first);
        loop {
            let docs = self.postings.docs();
            let Some(last) = docs.last() else { return };
            let to = match *last < end {
                true => docs.len(),
                false => docs.partition_point(|doc| *doc < end),
            };
            let docs = docs.get(from..to).unwrap_or(&[]);
            let frequencies = self.postings.freqs().get(from..to);
            match (frequencies, lengths) {
                (Some(frequencies), Some(lengths)) => {
                    for (doc, frequency) in docs.iter().zip(frequencies) {
                        let length = lengths.get(*doc as usize).copied().unwrap_or(0);
                        found(*doc, self.impact(*frequency, length));
                    }
                }
                _ => {
                    for (place, doc) in docs.iter().enumerate() {
                        let frequency = frequencies.and_then(|known| known.get(place));
                        found(*doc, self.impact(frequency.copied().unwrap_or(1), 0));
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
        self.impact(self.postings.freq(place), length.copied().unwrap_or(0))
    }
}
