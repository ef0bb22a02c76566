//! One search on several threads.

use std::sync::Arc;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Result, SearchError};

/// Threads that a search may use at once, for the segments of a snapshot. A clone shares them, and so
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
pub struct SearchThreads(Arc<ThreadPool>);

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
        Ok(Self(Arc::new(pool)))
    }
}

/// What becomes of each item, in order: one after the other, or at once if there are threads.
pub(crate) fn map<I: Sync, T: Send>(
    threads: Option<&SearchThreads>,
    items: &[I],
    work: impl Fn(&I) -> Result<T> + Sync + Send,
) -> Result<Vec<T>> {
    match threads {
        Some(SearchThreads(pool)) if items.len() > 1 => {
            pool.install(|| items.par_iter().map(work).collect())
        }
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
