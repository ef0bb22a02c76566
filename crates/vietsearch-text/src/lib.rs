//! Vietnamese text analysis without a search engine: syllables, tone repair, folding, tokens.
//!
//! - [`Scanner`] reads text into [`Token`]s: byte spans into the original text, a canonical form
//!   (exact tier), a folded form (no marks), a kind and a sentence number.
//! - [`Syllable`] is a written syllable (tiếng) in 16 bits.
//! - [`Segmenter`] joins syllables into words (từ), with tables that come with the library.
//! - [`normalize`] and [`fold`] rewrite running text.
//! - [`encoding`] decodes TCVN3, VNI, VISCII and other text of the time before Unicode.
//! - [`entity`] reads codes, dates and names as units.
//! - [`marks`] compares words by the rule of this library: *a mark that was typed is a constraint,
//!   a bare letter is a wildcard*.
//!
//! # Tokens with spans into the original bytes
//!
//! ```
//! use vietsearch_text::{Scanner, TokenKind};
//!
//! let text = "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t"; // decomposed
//! let mut scanner = Scanner::new();
//! let mut tokens = scanner.scan(text);
//! let mut spans = Vec::new();
//! while let Some(token) = tokens.next() {
//!     assert_eq!(token.kind, TokenKind::Syllable);
//!     spans.push((token.start, token.end, token.form.to_string()));
//! }
//! assert_eq!(spans, [(0, 9, "tiếng".to_string()), (10, 18, "việt".to_string())]);
//! ```
//!
//! # One spelling for many
//!
//! ```
//! use vietsearch_text::{fold, normalize};
//!
//! assert_eq!(normalize("Hoà Bình, nguời, vịêt"), "Hòa Bình, người, việt");
//! assert_eq!(fold("Đường sắt"), "Duong sat");
//! ```
//!
//! # Words
//!
//! ```
//! use vietsearch_text::Segmenter;
//!
//! let mut segmenter = Segmenter::new()?;
//! let text = "Công nghệ thông tin";
//! let words: Vec<&str> = segmenter.segment(text).map(|word| &text[word.start..word.end]).collect();
//! assert_eq!(words, ["Công nghệ", "thông tin"]);
//! # Ok::<(), vietsearch_text::DataError>(())
//! ```
//!
//! # When not to use it
//!
//! The scanner consults no dictionary: whatever the orthography allows is a syllable. For other
//! languages use `unicode-segmentation` or ICU4X;
//! this crate only passes their words through.

pub mod encoding;
pub mod entity;
mod fold;
#[cfg(feature = "data")]
pub mod interpret;
mod letter;
pub mod marks;
mod normalize;
mod scan;
#[cfg(feature = "data")]
pub mod segment;
mod syllable;

pub use fold::fold;
pub use normalize::normalize;
pub use scan::{Scan, Scanner, Token, TokenKind};
#[cfg(feature = "data")]
pub use segment::{DataError, Joiner, Segmenter, UserDictionary, UserDictionaryError, Word, Words};
pub use syllable::{NoSyllable, Syllable, Tone};

/// Changes whenever the forms of a token change: an index is to be read with the version that
/// wrote it.
pub const ANALYSIS_VERSION: u32 = 2;
