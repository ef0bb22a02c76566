//! What a reader meant by what they typed.
//!
//! People type Vietnamese with all marks, some or none, in keystrokes that no input method has
//! turned into letters, and with slips. [`Interpreter`] reads all of it with one statistical model of
//! the language, [`LanguageModel`]:
//!
//! | typed | asked | answer |
//! |---|---|---|
//! | `gia vang hom nay` | [`restore`](Interpreter::restore), [`readings`](Interpreter::readings) | `giá vàng hôm nay`; each word's syllables with probabilities |
//! | `cong an hà nội` | the same | `công an hà nội` |
//! | `tieengs vieetj`, `tie61ng vie65t` | [`decode_query`](Interpreter::decode_query) | `tiếng việt` |
//! | `taxi`, `teen idol` | the same | no keystrokes |
//! | `sữa chữa` | [`suggest`](Interpreter::suggest) | `sửa chữa` |
//! | `tphcm` | [`expansions`](LanguageModel::expansions) | `thành phố hồ chí minh`, … |
//!
//! [`WrittenOutReader`] finds in articles what abbreviations stand for.
//!
//! A mark that was typed is never changed, except in a suggestion of another spelling. Everything is
//! linear in the text. A query is to be decoded first; the rest takes the decoded text.
//!
//! ```
//! use vietsearch_text::interpret::Interpreter;
//!
//! let mut interpreter = Interpreter::shipped();
//! let query = "benhj vieenj gaanf ddaay";
//! let decoded = interpreter.decode_query(&[query]).map(|decoded| decoded.texts.concat());
//! assert_eq!(decoded.as_deref(), Some("bệnh viện gần đây"));
//!
//! let words = interpreter.readings("benh vien gan day");
//! let syllables: Vec<_> = words.iter().map(|word| word.readings[0].0.as_str()).collect();
//! assert_eq!(syllables, ["bệnh", "viện", "gần", "đây"]);
//! ```

mod abbreviation;
mod confusion;
mod decode;
mod foreign;
mod habit;
mod keystrokes;
mod lattice;
mod model;
mod passage;
mod restore;
mod suggest;
mod unit;
mod written_out;

pub use abbreviation::Expansion;
pub use decode::Decoded;
pub use keystrokes::{InputMethod, keystroke_readings};
pub use model::LanguageModel;
pub use restore::RestoredWord;
pub use suggest::{Suggestion, SuggestionKind};
pub use unit::{Unit, each_unit};
pub use written_out::{WrittenOut, WrittenOutReader, form_term};

use crate::scan::Scanner;
use passage::Passage;

/// Reads what people type: restores marks, decodes keystrokes, suggests spellings.
///
/// Holds buffers, so that the tables are shared and little is allocated once it is warm; one serves
/// one thread at a time.
#[derive(Debug)]
pub struct Interpreter<'m> {
    model: &'m LanguageModel<'m>,
    scanner: Scanner,
    passage: Passage,
}

impl<'m> Interpreter<'m> {
    /// An interpreter with a model of one's own.
    #[must_use]
    pub fn new(model: &'m LanguageModel<'m>) -> Self {
        Self {
            model,
            scanner: Scanner::new(),
            passage: Passage::default(),
        }
    }

    /// The model that it reads with.
    #[must_use]
    pub fn model(&self) -> &'m LanguageModel<'m> {
        self.model
    }
}

impl Interpreter<'static> {
    /// An interpreter with the model that comes with the library.
    #[must_use]
    pub fn shipped() -> Self {
        Self::new(LanguageModel::shipped())
    }
}

const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Interpreter<'static>>();
    is_shared::<LanguageModel<'static>>();
};
