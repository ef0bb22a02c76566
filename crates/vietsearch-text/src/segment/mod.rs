//! Words (từ): which syllables belong together.
//!
//! A Vietnamese word is one to four syllables with spaces between them, and nothing in the writing
//! says where it ends: `học sinh học bài` is `học sinh` + `học` + `bài`, `môn sinh học` is `môn` +
//! `sinh học`. [`Segmenter`] decides it for every gap
//! between two tokens, with a lexicon of 40,000 words, counts from news, and weights trained on
//! hand-segmented text; the best row of decisions for a sentence is found by dynamic programming.
//!
//! - Punctuation is a word of its own; numbers, dates and codes are one word (`30/4`, `TP.HCM`).
//! - The normal form, the tone placement and the case of the text do not matter: text without
//!   case (all small, all capitals) is segmented as if it had any.
//! - [`UserDictionary`] adds and removes words at run time.
//!
//! ```
//! use vietsearch_text::Segmenter;
//!
//! let mut segmenter = Segmenter::new()?;
//! let text = "Học sinh học bài.";
//! let words: Vec<&str> = segmenter.segment(text).map(|word| &text[word.start..word.end]).collect();
//! assert_eq!(words, ["Học sinh", "học", "bài", "."]);
//! # Ok::<(), vietsearch_text::DataError>(())
//! ```

#[doc(hidden)]
pub mod atom;
mod decode;
mod glue;
mod joiner;
#[doc(hidden)]
pub mod tables;
#[cfg(test)]
mod tests;
mod user;
#[doc(hidden)]
pub mod vocabulary;
mod words;

use std::sync::{Arc, OnceLock};

pub use joiner::Joiner;
pub use user::{UserDictionary, UserDictionaryError};
pub use vietsearch_data::DataError;
pub use words::{Word, Words};

use crate::scan::Scanner;
use atom::Atoms;
use decode::Decoder;
use tables::Tables;

/// Cuts text into words. Holds the buffers, so that a segmenter that is kept allocates nothing
/// after warm-up; the tables are shared by all segmenters.
///
/// Cloning copies the buffers only. One segmenter serves one thread at a time.
#[derive(Clone, Debug)]
pub struct Segmenter<'d> {
    tables: Tables<'d>,
    user: Option<Arc<UserDictionary>>,
    scanner: Scanner,
    work: Work,
}

/// Buffers for a sentence.
#[derive(Clone, Debug, Default)]
struct Work {
    atoms: Atoms,
    decoder: Decoder,
    /// What the user dictionary adds for joining at each gap.
    extra: Vec<i32>,
    words: Vec<Word>,
    /// The words before this one were taken.
    taken: usize,
}

/// The tables of the library.
fn shipped() -> Result<Tables<'static>, DataError> {
    static TABLES: OnceLock<Result<Tables<'static>, DataError>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| Tables::read(vietsearch_data::SEGMENTATION));
    tables.clone()
}

impl Segmenter<'static> {
    /// A segmenter with the tables of the library. They are checked when the first one is made,
    /// which takes a few milliseconds.
    ///
    /// # Errors
    ///
    /// [`DataError`] if the library's own tables are damaged.
    pub fn new() -> Result<Self, DataError> {
        Ok(Self::with_tables(shipped()?))
    }
}

impl<'d> Segmenter<'d> {
    /// A segmenter with the tables of a data file, in the place of the library's.
    ///
    /// # Errors
    ///
    /// [`DataError`] if the bytes are no data file, are damaged, or lack a section; it names the
    /// section.
    pub fn from_data(data: &'d [u8]) -> Result<Self, DataError> {
        Ok(Self::with_tables(Tables::read(data)?))
    }

    fn with_tables(tables: Tables<'d>) -> Self {
        Self {
            tables,
            user: None,
            scanner: Scanner::new(),
            work: Work::default(),
        }
    }

    /// Adds and removes words as a dictionary says.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vietsearch_text::{Segmenter, UserDictionary};
    ///
    /// let dictionary = UserDictionary::parse("Vạn Thịnh Phát\n")?;
    /// let mut segmenter = Segmenter::new()?.with_user_dictionary(Arc::new(dictionary));
    /// let text = "vụ án Vạn Thịnh Phát";
    /// let last = segmenter.segment(text).last().map(|word| &text[word.start..word.end]);
    /// assert_eq!(last, Some("Vạn Thịnh Phát"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_user_dictionary(mut self, dictionary: Arc<UserDictionary>) -> Self {
        self.work.atoms.hash_forms(!dictionary.is_empty());
        self.user = Some(dictionary).filter(|dictionary| !dictionary.is_empty());
        self
    }

    /// The words of a text, in order. Linear in the text, never fails.
    ///
    /// Words do not overlap, lie on character boundaries, and leave out nothing but white space.
    pub fn segment<'s>(&'s mut self, text: &'s str) -> Words<'s, 'd> {
        Words::new(self, text)
    }

    /// A number that differs where the words of a text may differ: for other tables and other user
    /// dictionaries. Part of what an index is to be read with.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let user = self.user.as_ref().map_or(0, |user| user.fingerprint());
        self.tables.fingerprint ^ user.rotate_left(1)
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Segmenter<'static>>();
    is_send_and_sync::<UserDictionary>();
};
