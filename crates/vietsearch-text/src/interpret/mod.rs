//! What a reader meant by what they typed.

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

pub use abbreviation::Expansion;
pub use decode::Decoded;
pub use keystrokes::{InputMethod, keystroke_readings};
pub use model::LanguageModel;
pub use restore::RestoredWord;
pub use suggest::{Suggestion, SuggestionKind};
pub use unit::{Unit, each_unit};

use crate::scan::Scanner;
use passage::Passage;

/// Reads what people type: restores marks, decodes keystrokes, suggests spellings.
///
/// Holds buffers; keep one for each thread.
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
}

impl Interpreter<'static> {
    /// An interpreter with the model that comes with the library.
    #[must_use]
    pub fn shipped() -> Self {
        Self::new(LanguageModel::shipped())
    }
}
