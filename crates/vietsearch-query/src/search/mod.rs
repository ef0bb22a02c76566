//! Searching a snapshot.

mod answer;
mod collapsed;
mod ranked;
mod relevance;
mod searcher;

pub(crate) use answer::check_limit;
pub(crate) use ranked::Ranked;
pub use searcher::NewsSearcher;
