//! How likely a word is that is no syllable.

use vietsearch_data::{Container, DataError, U16s, U32s};

/// The 26 letters and the edge of a word.
const SYMBOLS: usize = 27;
const EDGE: usize = 26;
/// Steps per unit of the natural logarithm, of words and of letters.
const WORD_STEPS: f32 = 1024.0;
const LETTER_STEPS: f32 = 16.0;
/// Logarithm of the share of words that are not in the list.
const UNLISTED: f32 = -3.0;
/// Logarithm of the probability of a digit or of a letter outside ASCII.
const OTHER_SIGN: f32 = -3.5;
/// Logarithm of the least share that words in the list have.
const LEAST_LISTED: f32 = -13.5;

/// Foreign words that could be raw keystrokes, and the letters that foreign words are made of.
#[derive(Debug, Default)]
pub(super) struct ForeignWords<'d> {
    text: &'d [u8],
    ends: U32s<'d>,
    shares: U16s<'d>,
    letters: &'d [u8],
}

impl<'d> ForeignWords<'d> {
    pub(super) fn read(container: &Container<'d>) -> Result<Self, DataError> {
        let mut section = container.section("foreign", 1)?;
        let words = Self {
            text: section.bytes()?,
            ends: section.u32s()?,
            shares: section.u16s()?,
            letters: section.bytes()?,
        };
        let fits = words.ends.len() == words.shares.len()
            && words.letters.len() == SYMBOLS * SYMBOLS * SYMBOLS;
        if !fits {
            return Err(section.damaged("words and letters do not fit together"));
        }
        section.finish()?;
        Ok(words)
    }

    /// The logarithm of the share of a listed word (lower case) among all words that are no
    /// syllables. A binary search.
    pub(super) fn listed(&self, word: &str) -> Option<f32> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = (low + high) / 2;
            match self.word(middle)?.cmp(word.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let steps = self.shares.get(middle)?;
                    return Some(f32::from(steps.cast_signed()) / WORD_STEPS);
                }
            }
        }
        None
    }

    fn word(&self, index: usize) -> Option<&'d [u8]> {
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..self.ends.get(index)? as usize)
    }

    /// The logarithm of the probability of a word (lower case), by its letters if it is not listed.
    pub(super) fn log_probability(&self, word: &str) -> f32 {
        let unlisted = || (UNLISTED + self.by_letters(word)).min(LEAST_LISTED);
        self.listed(word).unwrap_or_else(unlisted)
    }

    fn by_letters(&self, word: &str) -> f32 {
        let (mut first, mut second) = (EDGE, EDGE);
        let mut sum = 0.0;
        for letter in word.chars().map(symbol).chain([Some(EDGE)]) {
            let Some(letter) = letter else {
                sum += OTHER_SIGN;
                (first, second) = (EDGE, EDGE);
                continue;
            };
            let index = (first * SYMBOLS + second) * SYMBOLS + letter;
            sum -= f32::from(self.letters.get(index).copied().unwrap_or(0)) / LETTER_STEPS;
            (first, second) = (second, letter);
        }
        sum
    }
}

fn symbol(letter: char) -> Option<usize> {
    letter
        .is_ascii_lowercase()
        .then(|| usize::from(letter as u8 - b'a'))
}
