//! Vietnamese tokenizers for any [tantivy](https://docs.rs/tantivy) index.
//!
//! [`ViTokenizer`] depends on `tantivy-tokenizer-api` alone, so that it works with every tantivy
//! that speaks this version of it. It reads composed and decomposed text, both tone placements and
//! both cases as one spelling:
//!
//! - [`ViTokenizer::syllables`]: the canonical syllable with its marks (`Hoà` → `hòa`);
//! - [`ViTokenizer::folded`]: the same without marks (`Hoà` → `hoa`), for people who type none;
//! - [`ViWordTokenizer`]: words of several syllables (`hôm_nay`), segmented by a statistical model.
//!
//! # In a plain tantivy index
//!
//! ```
//! use tantivy::collector::Count;
//! use tantivy::query::QueryParser;
//! use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
//! use tantivy::{Index, doc};
//! use vietsearch_tantivy::{VI, VI_FOLDED, ViTokenizer};
//!
//! let text = |tokenizer: &str| {
//!     let indexing = TextFieldIndexing::default()
//!         .set_tokenizer(tokenizer)
//!         .set_index_option(IndexRecordOption::WithFreqsAndPositions);
//!     TextOptions::default().set_indexing_options(indexing)
//! };
//! let mut schema = Schema::builder();
//! let exact = schema.add_text_field("body", text(VI));
//! let folded = schema.add_text_field("body_folded", text(VI_FOLDED));
//! let index = Index::create_in_ram(schema.build());
//! index.tokenizers().register(VI, ViTokenizer::syllables());
//! index.tokenizers().register(VI_FOLDED, ViTokenizer::folded());
//!
//! let mut writer = index.writer_with_num_threads(1, 15_000_000)?;
//! let body = "Giá vàng hôm nay tăng";
//! writer.add_document(doc!(exact => body, folded => body))?;
//! writer.commit()?;
//!
//! let searcher = index.reader()?.searcher();
//! let hits = |field, query: &str| -> tantivy::Result<usize> {
//!     let parser = QueryParser::for_index(&index, vec![field]);
//!     searcher.search(&parser.parse_query(query)?, &Count)
//! };
//! assert_eq!(hits(exact, "\"giá vàng\"")?, 1);
//! assert_eq!(hits(exact, "\"gia vang\"")?, 0);
//! assert_eq!(hits(folded, "\"gia vang\"")?, 1);
//! # Ok::<(), tantivy::TantivyError>(())
//! ```
//!
//! # When not to use it
//!
//! For typed marks as constraints, half-typed queries, repair and ranking use the crate
//! `vietsearch`, which keeps both forms in sibling fields and plans queries over them. Do not put
//! both forms into one field: every token counts for its length, and tantivy's parser would
//! require both.

mod tokenizer;
mod words;

pub use tokenizer::{Form, SENTENCE_GAP, ViTokenStream, ViTokenizer};
pub use vietsearch_text::{DataError, UserDictionary, UserDictionaryError};
pub use words::{ViWordTokenStream, ViWordTokenizer};

/// The name under which [`ViTokenizer::syllables`] is usually registered.
pub const VI: &str = "vi";
/// The name under which [`ViTokenizer::folded`] is usually registered.
pub const VI_FOLDED: &str = "vi_folded";
/// The name under which [`ViWordTokenizer`] is usually registered.
pub const VI_WORD: &str = "vi_word";
