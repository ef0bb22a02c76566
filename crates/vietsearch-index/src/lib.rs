//! Indexing Vietnamese news on tantivy: articles, schema, ingestion, writer.
//!
//! - [`Article`] is what goes in; [`ingest`] reads articles from files.
//! - [`NewsIndex`] is an index in a directory or in RAM, [`NewsWriter`] its only writer.
//! - [`reindex`] makes a new index from the stored articles of an old one.
//!
//! Each article is scanned once. Its words go into sibling fields, one per tier for title, lead and
//! body together ([`Fields`]): canonical forms with marks, folded forms, and the places that are open
//! to marks. Their order is kept in a [`forward`] index, frequent
//! [`phrases`] in a table. Searching is in the crate
//! `vietsearch-query`.
//!
//! # Index articles, replace one, delete one
//!
//! ```
//! use vietsearch_index::{Article, NewsIndex, WriterOptions};
//!
//! let index = NewsIndex::create_in_ram()?;
//! let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
//! writer.add(Article::new("Tin cũ", "").with_id("1"))?;
//! writer.add(Article::new("Tin mới", "").with_id("1"))?;
//! writer.add(Article::new("Tin khác", "").with_id("2"))?;
//! writer.commit()?;
//! assert_eq!(index.num_docs(), 2);
//! writer.delete_id("2")?;
//! writer.commit()?;
//! assert_eq!(index.num_docs(), 1);
//! # Ok::<(), vietsearch_index::IndexError>(())
//! ```

mod agreement;
mod analysis;
pub mod article;
mod backup;
mod checksum;
pub mod date;
mod duplicates;
mod error;
mod feed;
pub mod forward;
mod index;
pub mod ingest;
mod maintenance;
mod manifest;
pub mod phrases;
mod schema;
mod segment_file;
mod segment_list;
mod union;
mod unneeded;
mod writer;

pub use analysis::{Analyzer, Term, Terms, extra_term, extra_terms, filter_terms};
pub use article::Article;
pub use backup::Backup;
pub use checksum::Damage;
pub use error::IndexError;
pub use index::{NewsIndex, Snapshot};
pub use maintenance::{Stats, Verification, reindex, reindex_with, verify};
pub use manifest::{Fingerprint, IndexOptions};
pub use schema::{Fields, Region, filter_key};
pub use vietsearch_tantivy::SENTENCE_GAP;
pub use writer::{Duplicates, NewsWriter, WriterOptions};
