//! The forward indexes of a snapshot, and what a query looks for in them.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::SegmentReader;
use tantivy::index::SegmentId;
use vietsearch_index::forward::{ForwardReader, Matcher, Pattern};
use vietsearch_index::{Region, Snapshot};

use crate::word::{Reading, Tier};

/// The forward indexes of all segments of a snapshot.
#[derive(Clone)]
pub(crate) struct Forward {
    segments: Arc<HashMap<SegmentId, ForwardReader>>,
}

impl Forward {
    /// Of an index without articles.
    pub(crate) fn empty() -> Self {
        Self {
            segments: Arc::default(),
        }
    }

    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        Self {
            segments: Arc::clone(&snapshot.forward),
        }
    }

    /// The forward index of a segment, which may be younger than the snapshot: a query that deletes
    /// runs later.
    pub(crate) fn of(&self, segment: &SegmentReader) -> tantivy::Result<ForwardReader> {
        match self.segments.get(&segment.segment_id()) {
            Some(known) => Ok(known.clone()),
            None => ForwardReader::open(segment),
        }
    }

    /// Average number of words of title, lead and body, over the articles that have one.
    pub(crate) fn average_lengths(&self) -> [f32; 3] {
        let mut averages = [1.0; 3];
        for (region, average) in Region::ALL.into_iter().zip(&mut averages) {
            let of = |numbers: [u64; 3]| numbers.get(region as usize).copied().unwrap_or(0);
            let words: u64 = self.segments.values().map(|one| of(one.words())).sum();
            let articles: u64 = self.segments.values().map(|one| of(one.articles())).sum();
            *average = (words as f32 / articles.max(1) as f32).max(1.0);
        }
        averages
    }
}

/// Adds a reading under a number; entities stand nowhere in the text.
pub(crate) fn add_reading(matcher: &mut Matcher, reading: &Reading, number: u32) {
    let term = reading.term.as_str();
    match reading.tier {
        Tier::Exact => matcher.add(Pattern::Exact(term), number),
        Tier::Folded => matcher.add(Pattern::Folded(term), number),
        Tier::Open => matcher.add(Pattern::Open(term), number),
        Tier::Entity => {}
    }
}
