//! One search on several threads.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tantivy::{DocId, Searcher, SegmentReader};

use crate::error::{Result, SearchError};

/// Threads that a search may use at once, each for some of the documents. A clone shares them, and so
/// do all searchers that are given them.
///
/// Searches from several threads need none: each of them runs on the thread that asks. These are for
/// single searches of large collections that have to be answered sooner.
///
/// ```
/// use vietsearch_index::NewsIndex;
/// use vietsearch_query::{NewsSearcher, SearchRequest, SearchThreads};
///
/// let threads = SearchThreads::new(2)?;
/// let searcher = NewsSearcher::new(&NewsIndex::create_in_ram()?)?.with_threads(threads.clone());
/// assert_eq!(searcher.search(&SearchRequest::new("bão"))?.total, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SearchThreads {
    pool: Arc<ThreadPool>,
    /// The fewest documents that one takes at a time, where a segment has as many.
    least: u64,
}

impl SearchThreads {
    /// Starts so many threads, 1 to 256.
    ///
    /// # Errors
    ///
    /// [`SearchError::Setting`] for another number, and if the system refuses to start them.
    pub fn new(threads: usize) -> Result<Self> {
        let refused = |reason: String| SearchError::Setting {
            what: "threads",
            reason,
        };
        if !(1..=256).contains(&threads) {
            return Err(refused(format!("{threads} given, 1 to 256 allowed")));
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("vietsearch-search-{number}"))
            .build();
        let pool = pool.map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            pool: Arc::new(pool),
            least: DOCUMENTS,
        })
    }

    /// With small parts, so that small indexes have several.
    #[cfg(test)]
    pub(crate) fn with_least(mut self, documents: u64) -> Self {
        self.least = documents;
        self
    }

    /// Does something on one of them, from which [`map`] reaches the others without a detour.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }

    /// Documents that one of them takes at a time.
    fn share_of(&self, searcher: &Searcher) -> u32 {
        let segments = searcher.segment_readers().iter();
        let documents: u64 = segments.map(|segment| u64::from(segment.max_doc())).sum();
        let parts = PARTS * self.pool.current_num_threads() as u64;
        let share = documents.div_ceil(parts).max(self.least);
        u32::try_from(share).unwrap_or(DocId::MAX)
    }
}

/// The fewest documents that a thread takes at a time: to open the lists of a query costs as much as to go
/// through a few thousand.
const DOCUMENTS: u64 = 1 << 15;

/// Parts for each thread, so that none waits long for the others.
const PARTS: u64 = 4;

/// Some documents of a segment, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) ordinal: u32,
    pub(crate) segment: &'a SegmentReader,
    pub(crate) docs: Range<DocId>,
}

/// The documents of a snapshot in order: whole segments, or smaller parts if there are threads.
pub(crate) fn parts<'a>(threads: Option<&SearchThreads>, searcher: &'a Searcher) -> Vec<Part<'a>> {
    let size = match threads {
        Some(threads) => threads.share_of(searcher),
        None => DocId::MAX,
    };
    let segments = (0_u32..).zip(searcher.segment_readers());
    let parts = segments.flat_map(|(ordinal, segment)| {
        let end = segment.max_doc();
        let starts = (0..end).step_by(size as usize);
        starts.map(move |start| Part {
            ordinal,
            segment,
            docs: start..end.min(start.saturating_add(size)),
        })
    });
    parts.collect()
}

/// What becomes of each item, in order: one after the other, or at once if there are threads.
pub(crate) fn map<I: Sync, T: Send>(
    threads: Option<&SearchThreads>,
    items: &[I],
    work: impl Fn(&I) -> Result<T> + Sync + Send,
) -> Result<Vec<T>> {
    match threads {
        Some(threads) if items.len() > 1 => threads.run(|| items.par_iter().map(work).collect()),
        _ => items.iter().map(work).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_errors_are_passed_on() {
        let threads = SearchThreads::new(3).unwrap();
        let items: Vec<usize> = (0..100).collect();
        let double = |item: &usize| -> Result<usize> { Ok(item * 2) };
        let expected: Vec<usize> = (0..100).map(|item| item * 2).collect();
        assert_eq!(map(Some(&threads), &items, double).unwrap(), expected);
        assert_eq!(map(None, &items, double).unwrap(), expected);
        let refuse = |item: &usize| match item {
            50 => Err(SearchError::Setting {
                what: "item",
                reason: item.to_string(),
            }),
            _ => Ok(()),
        };
        assert!(map(Some(&threads), &items, refuse).is_err());
    }

    #[test]
    fn numbers_out_of_range_are_errors() {
        for threads in [0, 257] {
            assert!(SearchThreads::new(threads).is_err(), "{threads}");
        }
    }
}
