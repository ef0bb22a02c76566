//! Cursors over the postings of a word: all its readings in one region of one segment.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::error::Result;
use crate::word::{Reading, Tier};
use vietsearch_index::{Fields, Region};

/// An occurrence of a word: its position and what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Occurrence {
    pub(crate) position: u32,
    pub(crate) weight: f32,
}

/// The field of a reading's tier in a region; entities have one field for all.
pub(crate) fn field_of(fields: &Fields, tier: Tier, region: Region) -> Field {
    let tiers = fields.region(region);
    match tier {
        Tier::Exact => tiers.exact,
        Tier::Folded => tiers.folded,
        Tier::Open => tiers.open,
        Tier::Entity => fields.entities,
    }
}

/// Goes through the documents that hold any reading of a word in one region.
pub(crate) struct Cursor {
    postings: Vec<(SegmentPostings, f32)>,
    buffer: Vec<u32>,
}

impl Cursor {
    /// Opens the postings of the readings that occur in the segment; `None` if none does.
    ///
    /// Entities have no positions and are left out.
    pub(crate) fn open(
        reader: &SegmentReader,
        fields: &Fields,
        readings: &[Reading],
        region: Region,
    ) -> Result<Option<Self>> {
        let mut postings = Vec::new();
        for reading in readings
            .iter()
            .filter(|reading| reading.tier != Tier::Entity)
        {
            let field = field_of(fields, reading.tier, region);
            let term = Term::from_field_text(field, &reading.term);
            let index = reader.inverted_index(field)?;
            let option = IndexRecordOption::WithFreqsAndPositions;
            if let Some(found) = index.read_postings(&term, option)? {
                postings.push((found, reading.weight));
            }
        }
        let none = postings.is_empty();
        Ok((!none).then_some(Self {
            postings,
            buffer: Vec::new(),
        }))
    }

    /// The document that the cursor stands on.
    pub(crate) fn doc(&self) -> DocId {
        self.postings
            .iter()
            .map(|(postings, _)| postings.doc())
            .min()
            .unwrap_or(TERMINATED)
    }

    /// Moves to the first document from `target` on. Going back is not possible.
    pub(crate) fn seek(&mut self, target: DocId) -> DocId {
        for (postings, _) in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
        self.doc()
    }

    /// Number of documents, at most.
    pub(crate) fn size_hint(&self) -> u32 {
        let sizes = self
            .postings
            .iter()
            .map(|(postings, _)| postings.size_hint());
        sizes.fold(0, u32::saturating_add)
    }

    /// Writes the occurrences in document `doc`, where the cursor stands, by position; of several
    /// readings at one position the one that counts most.
    pub(crate) fn occurrences(&mut self, doc: DocId, occurrences: &mut Vec<Occurrence>) {
        occurrences.clear();
        let mut lists = 0;
        for (postings, weight) in &mut self.postings {
            if postings.doc() != doc {
                continue;
            }
            postings.positions(&mut self.buffer);
            let weight = *weight;
            let found = self.buffer.iter().map(|position| Occurrence {
                position: *position,
                weight,
            });
            occurrences.extend(found);
            lists += 1;
        }
        if lists > 1 {
            occurrences.sort_by(|a, b| {
                a.position
                    .cmp(&b.position)
                    .then(b.weight.total_cmp(&a.weight))
            });
            occurrences.dedup_by_key(|occurrence| occurrence.position);
        }
    }
}
