//! How the writer of a text treats marks and capitals.

use crate::scan::{Scanner, Token, TokenKind};
use crate::syllable::Syllable;

/// Below this share of words that can be Vietnamese a text is in another language.
const LEAST_SPELLABLE: f32 = 0.5;
/// Texts of fewer words are not judged by that share.
const LEAST_WORDS: usize = 3;

/// What the writer does with marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Writes none.
    Unmarked,
    /// Writes all, but for slips.
    Careful,
    /// Writes some and leaves others out.
    Careless,
}

impl Habit {
    /// Cost of a reading with more marks than what was typed. `half_marked`: what was typed has
    /// some, and is a whole syllable.
    pub(super) fn omitting(self, half_marked: bool) -> f32 {
        match self {
            Self::Unmarked => 0.0,
            Self::Careful if half_marked => 9.0,
            Self::Careful => 7.0,
            // Who has typed a word's letters with their marks has mostly typed its tone.
            Self::Careless if half_marked => 2.5,
            Self::Careless => 0.9,
        }
    }

    /// Cost of a word with all its marks.
    pub(super) fn keeping(self) -> f32 {
        match self {
            Self::Unmarked | Self::Careful => 0.0,
            Self::Careless => 0.5,
        }
    }

    /// Cost of the habit itself: how rare it is.
    pub(super) fn rarity(self) -> f32 {
        match self {
            Self::Unmarked | Self::Careful => 0.0,
            Self::Careless => 5.0,
        }
    }
}

/// What shows of a text before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    marked: usize,
    /// Words that are syllables or would be with marks.
    spellable: usize,
    words: usize,
    /// There are capitals within sentences: the writer means something by them.
    pub(super) capitals: bool,
    /// There are no small letters: capitals mean nothing.
    pub(super) all_capitals: bool,
}

impl Style {
    pub(super) fn of(scanner: &mut Scanner, text: &str) -> Self {
        let mut style = Self {
            all_capitals: !text.contains(char::is_lowercase),
            ..Self::default()
        };
        let mut tokens = scanner.scan(text);
        let mut sentence = None;
        while let Some(token) = tokens.next() {
            let starts = sentence.replace(token.sentence) != Some(token.sentence);
            if !matches!(token.kind, TokenKind::Word | TokenKind::Syllable) {
                continue;
            }
            let spellable =
                token.syllable.is_some() || Syllable::with_folded(token.folded).next().is_some();
            style.words += 1;
            style.marked += usize::from(token.form != token.folded);
            style.spellable += usize::from(spellable);
            style.capitals |= !starts && Case::of(text, &token) == Case::Capital;
        }
        style
    }

    /// The habits that the writer may have.
    pub(super) fn habits(&self) -> &'static [Habit] {
        if self.marked == 0 {
            &[Habit::Unmarked]
        } else {
            &[Habit::Careful, Habit::Careless]
        }
    }

    /// True if most words cannot be Vietnamese.
    pub(super) fn is_foreign(&self) -> bool {
        self.words >= LEAST_WORDS && (self.spellable as f32) < LEAST_SPELLABLE * self.words as f32
    }
}

/// The capitals of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Small,
    /// The first letter alone.
    Capital,
    /// Two letters or more.
    AllCapitals,
}

impl Case {
    pub(super) fn of(text: &str, token: &Token<'_>) -> Self {
        let written = text.get(token.start..token.end).unwrap_or("");
        let mut letters = written.chars();
        if !letters.next().is_some_and(char::is_uppercase) {
            return Self::Small;
        }
        let rest = letters.as_str();
        if rest.is_empty() || rest.contains(char::is_lowercase) {
            Self::Capital
        } else {
            Self::AllCapitals
        }
    }
}
