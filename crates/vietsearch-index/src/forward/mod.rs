//! The forward index: the words of each article in their order.
//!
//! An inverted index with positions answers where a word stands one word at a time, for a price per
//! word and article, and is twice as large as one without. Ranking needs the opposite: everything
//! about a few hundred articles. So positions are not in the postings; next to them each segment has
//! one file with the words of its articles as 16-bit units, which a [`Matcher`] reads from beginning
//! to end, all words of a query at once.
//!
//! | unit | meaning |
//! |---|---|
//! | up to 0x5FFF | a syllable by its [number](vietsearch_text::Syllable::id) |
//! | 0x8000 to 0xBFFF, 0xC000 to 0xFFFF | any other word by 28 bits of the hash of its index key |
//! | 0x6000 to 0x7EFF | follows such a word if its form differs from its key: the hash of the form |
//! | 0x7FFC | comes first if the article is written without marks |
//! | 0x7FFD, 0x7FFE | end of the title, end of the lead |
//! | 0x7FFF | end of a sentence |
//!
//! Two words of one article are taken for each other with a probability of 2⁻²⁸, if neither is a
//! syllable; syllables never are.

mod matcher;
mod plugin;
mod reader;
mod resemblance;
mod sequence;

pub use matcher::{Matcher, Occurrence, Pattern};
pub(crate) use plugin::ForwardPlugin;
pub use reader::ForwardReader;
pub use resemblance::resemblance;
pub use sequence::Sequence;
pub(crate) use sequence::SequenceWriter;

/// The extension of the file.
pub(crate) const EXTENSION: &str = "forward";
