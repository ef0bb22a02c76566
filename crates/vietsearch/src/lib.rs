//! Vietnamese news, searchable: *a mark that the reader typed is a constraint, a bare letter is a
//! wildcard*.
//!
//! Query `đường` finds đường and, below it, the unmarked text duong; never dương. Query `duong`
//! finds all of them. Query `tieng việt` finds tiếng Việt and tieng viet, not tiếng viết. The same
//! query gives the same answer composed or decomposed, with `hòa` or `hoà`, `việt` or `vịêt`.
//!
//! # Index articles and search them
//!
//! ```
//! use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, WriterOptions, to_html};
//!
//! let index = NewsIndex::create_in_ram()?; // or NewsIndex::open_or_create("directory")?
//! let mut writer = index.writer(WriterOptions::default())?;
//! writer.add(
//!     Article::new("Giá vàng lập đỉnh mới", "Sáng nay, giá vàng SJC vượt mốc cũ.")
//!         .with_id("1")
//!         .with_section("Kinh tế"),
//! )?;
//! writer.add(Article::new("Giá xăng giảm", "Từ 15 giờ chiều nay, giá xăng giảm.").with_id("2"))?;
//! writer.commit()?;
//!
//! let searcher = NewsSearcher::new(&index)?;
//! let found = searcher.search(&SearchRequest::new("gia vang"))?;
//! assert_eq!(found.total, 1);
//! let hit = &found.hits[0];
//! assert_eq!(
//!     to_html(&hit.snippet, &hit.highlights, "<em>", "</em>"),
//!     "Sáng nay, <em>giá vàng</em> SJC vượt mốc cũ."
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The layers
//!
//! | crate | what it is for |
//! |---|---|
//! | [`text`] | tokens, syllables, folding, normalisation; no search engine |
//! | [`tokenizer`] | tokenizers for any tantivy index |
//! | [`index`] | articles, schema, ingestion, writer |
//! | [`query`] | query language, ranking, highlighting |
//!
//! # When not to use it
//!
//! For text that is not mostly Vietnamese, or where every document must be found by fuzzy spelling,
//! tantivy's own analyzers serve better. There is no server here: one process writes an index,
//! any number of processes read it.

pub use vietsearch_index as index;
pub use vietsearch_query as query;
pub use vietsearch_tantivy as tokenizer;
pub use vietsearch_text as text;

pub use vietsearch_index::date::{DateTime, Day};
pub use vietsearch_index::{Article, IndexError, NewsIndex, NewsWriter, WriterOptions, ingest};
pub use vietsearch_query::{
    AlertMatcher, Alerts, AliasPack, Candidate, Channel, Collapse, Completion, Direction, Hit,
    Matching, NewsSearcher, Recency, RelatedTerm, Require, Scorer, SearchError, SearchRequest,
    SearchResponse, SearchThreads, Sort, SortField, Story, Synonyms, Weights, WeightsError,
    to_html,
};
pub use vietsearch_text::{fold, normalize};

pub mod demo;
