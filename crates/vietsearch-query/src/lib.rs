//! Searching Vietnamese news: query language, typed marks as constraints, ranking, highlighting.
//!
//! *A mark that the reader typed is a constraint; a bare letter is a wildcard.* The query `đường`
//! finds đường and, below it, the unmarked text duong, never dương; the query `duong` finds all of
//! them.
//!
//! - [`parse`] reads any text a person can paste into a tree.
//! - [`NewsSearcher`] is a snapshot of an index; [`SearchRequest`] says what is asked,
//!   [`SearchResponse`] what was found.
//! - [`NewsSearcher::suggest`] completes what a reader types, [`NewsSearcher::related`] names words
//!   that go with a query, [`NewsSearcher::similar`] finds articles like one, [`NewsSearcher::stories`]
//!   puts reports on one event together.
//! - [`to_html`] writes a snippet with its highlights.
//!
//! A search has two stages: the articles that the terms promise most of, by BM25, then a ranking of the
//! candidates from the order of their words, which a forward index keeps. See `DESIGN.md`.

mod alerts;
mod alternative;
mod collapse;
mod collect;
mod complete;
mod cursor;
mod echo;
mod error;
mod facets;
mod features;
mod feed;
mod forward;
mod guard;
mod highlight;
mod interpret;
mod joined;
pub mod outline;
mod pack;
mod paging;
pub mod parse;
mod phrase;
mod plan;
mod prefix;
mod present;
mod ranges;
mod rank;
mod read;
mod recency;
mod related;
mod request;
mod response;
mod retrieve;
mod scorer;
mod search;
mod similar;
mod snippet;
mod sorting;
mod statistics;
mod stories;
mod synonyms;
mod threads;
mod typo;
mod weights;
mod word;

pub use alerts::{AlertMatcher, Alerts};
pub use complete::Completion;
pub use error::SearchError;
pub use feed::Channel;
pub use highlight::to_html;
pub use pack::AliasPack;
pub use ranges::{ranges_in_chars, ranges_in_utf16};
pub use recency::Recency;
pub use related::RelatedTerm;
pub use request::{Collapse, Direction, Matching, Require, SearchRequest, Sort, SortField};
pub use response::{Explanation, FacetCount, Hit, SearchResponse};
pub use scorer::{Candidate, Scorer};
pub use search::NewsSearcher;
pub use statistics::CollectionStatistics;
pub use stories::Story;
pub use synonyms::Synonyms;
pub use threads::SearchThreads;
pub use weights::{Weights, WeightsError};
