//! Cursors over the documents that hold a word: all its readings in one segment.

use tantivy::postings::SegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};
use vietsearch_index::Fields;

use crate::word::{Reading, Tier};

/// The field of a tier.
pub(crate) fn field_of(fields: &Fields, tier: Tier) -> Field {
    match tier {
        Tier::Exact => fields.exact,
        Tier::Folded => fields.folded,
        Tier::Open => fields.open,
        Tier::Entity => fields.entities,
    }
}

/// Goes through the documents that hold any reading of a word.
pub(crate) struct Cursor {
    postings: Vec<SegmentPostings>,
}

impl Cursor {
    /// Opens the postings of the readings that occur in the segment; `None` if none does.
    ///
    /// Entities stand nowhere in the text and are left out.
    pub(crate) fn open(
        reader: &SegmentReader,
        fields: &Fields,
        readings: &[Reading],
    ) -> tantivy::Result<Option<Self>> {
        let mut postings = Vec::new();
        for reading in readings
            .iter()
            .filter(|reading| reading.tier != Tier::Entity)
        {
            let field = field_of(fields, reading.tier);
            let term = Term::from_field_text(field, &reading.term);
            let index = reader.inverted_index(field)?;
            postings.extend(index.read_postings(&term, IndexRecordOption::Basic)?);
        }
        let none = postings.is_empty();
        Ok((!none).then_some(Self { postings }))
    }

    /// Moves to the first document from `target` on. Going back is not possible.
    pub(crate) fn seek(&mut self, target: DocId) -> DocId {
        let mut first = TERMINATED;
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
            first = first.min(postings.doc());
        }
        first
    }

    /// Number of documents, at most.
    pub(crate) fn size_hint(&self) -> u32 {
        let sizes = self.postings.iter().map(SegmentPostings::size_hint);
        sizes.fold(0, u32::saturating_add)
    }
}
