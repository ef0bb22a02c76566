//! The phrases of a segment, for completing what a reader types and for related searches.
//!
//! A phrase is one to three neighbouring words (từ) of a headline or of the first words of the text,
//! or a short part of a headline as a whole. Each segment has one file with its phrases in the order
//! of their keys, each with the number of articles that hold it ([`PhraseTable`]). It is written with
//! the segment and merged with it, so that it follows every commit, and opening it reads nothing.
//!
//! Counts are those of what is kept. A segment keeps at most `KEPT` phrases and `KEPT_PER_ARTICLE`
//! more for each article, the most frequent ones, shorter before longer ones. So each of its counts
//! that is missing is at most the least one that is kept (as in lossy counting, Manku and Motwani
//! 2002). Deleted articles count until their segment is merged.

mod counter;
mod extract;
mod plugin;
mod table;
mod units;

pub(crate) use extract::{PhraseExtractor, Phrases};
pub(crate) use plugin::PhrasePlugin;
pub use table::{PhraseTable, TopPhrases};

/// The extension of the file.
pub(crate) const EXTENSION: &str = "phrases";

/// Phrases that any segment may keep.
pub(crate) const KEPT: usize = 20_000;
/// Phrases that a segment may keep for each of its articles.
pub(crate) const KEPT_PER_ARTICLE: usize = 8;

/// A phrase and the number of articles that begin with it or have it in their headline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhraseCount {
    /// Index keys of its words, with single spaces between them.
    pub key: String,
    /// Canonical forms of its words, with single spaces between them.
    pub text: String,
    /// Number of articles.
    pub articles: u32,
}
