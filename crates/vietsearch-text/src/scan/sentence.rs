//! Sentence ends.

use unicode_normalization::UnicodeNormalization;

use super::class::{is_apostrophe, is_ignorable};
use crate::fold::ascii_twin;
use crate::letter::{self, is_mark};

/// Decides whether a sentence ends in the gap between two tokens.
///
/// A sentence ends at `.`, `!`, `?` or `…`, perhaps closed by quotes or brackets, followed by
/// white space, or at a blank line; never before a lower-case letter, nor at the dot of an
/// abbreviation. `previous` is the text of the token before the gap.
pub(super) fn ends(previous: &str, gap: &str, next: char) -> bool {
    if next.is_lowercase() {
        return false;
    }
    if gap == ". " {
        return !is_abbreviation(previous);
    }
    let mut terminated = false;
    let mut line_ended = false;
    let mut spaced = false;
    for character in gap.chars() {
        if character == '\n' {
            // A blank line ends whatever stands before it; a line may be wrapped.
            if line_ended {
                return true;
            }
            line_ended = true;
        } else if !character.is_whitespace() {
            line_ended = false;
        }
        terminated |= is_terminator(character);
        spaced |= terminated && character.is_whitespace();
    }
    let dot_only = gap
        .strip_prefix('.')
        .is_some_and(|rest| rest.chars().all(char::is_whitespace));
    spaced && !(dot_only && is_abbreviation(previous))
}

/// True for the signs that can end a sentence.
pub(super) fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

/// True for abbreviations whose dot ends no sentence: titles, schools, places; in any case, with
/// or without marks.
fn is_abbreviation(word: &str) -> bool {
    let mut folded = Letters::default();
    let letters = word.chars().filter(|character| !is_apostrophe(*character));
    for character in letters {
        let packed = letter::packed(character);
        let bare = letter::bare(packed).unwrap_or(character.to_ascii_lowercase());
        if !bare.is_ascii() {
            // Marks of their own, compatibility forms, foreign letters.
            return Letters::folded(word).is_some_and(|folded| folded.are_abbreviation());
        }
        if !folded.push(bare) {
            return false;
        }
    }
    folded.are_abbreviation()
}

/// The letters of a word without marks, if they are as few as those of an abbreviation.
#[derive(Default)]
struct Letters {
    bytes: [u8; 5],
    length: usize,
}

impl Letters {
    /// Folds a word of any letters.
    fn folded(word: &str) -> Option<Self> {
        let mut letters = Self::default();
        let characters = word.chars().filter(|character| !is_apostrophe(*character));
        for character in characters.nfkd() {
            let kept = if character.is_ascii() {
                letters.push(character)
            } else if let Some(plain) = ascii_twin(character) {
                plain.chars().all(|plain| letters.push(plain))
            } else {
                is_mark(character) || is_ignorable(character)
            };
            if !kept {
                return None;
            }
        }
        Some(letters)
    }

    /// Adds an ASCII letter; false if there is no room.
    fn push(&mut self, letter: char) -> bool {
        let Some(slot) = self.bytes.get_mut(self.length) else {
            return false;
        };
        *slot = letter.to_ascii_lowercase() as u8;
        self.length += 1;
        true
    }

    fn are_abbreviation(&self) -> bool {
        matches!(
            self.bytes.get(..self.length).unwrap_or(&[]),
            // places
            b"tp" | b"tx" | b"tt" | b"q" | b"p" | b"h" | b"d"
            // titles
            | b"gs" | b"pgs" | b"ts" | b"ths" | b"tskh" | b"bs" | b"bsck" | b"cki" | b"ckii"
            | b"ks" | b"kts" | b"ds" | b"ls" | b"cn" | b"dr" | b"mr" | b"mrs" | b"ms" | b"jr"
            | b"st" | b"nsnd" | b"nsut" | b"ngnd" | b"ngut"
            // schools, telephone, page
            | b"dh" | b"cd" | b"thpt" | b"thcs" | b"dt" | b"tr"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn ends_before_capitals_and_digits_only() {
        assert!(ends("Minh", ". ", 'P'));
        assert!(ends("Nội", ".” ", 'M'));
        assert!(ends("Nội", "… ", 'M'));
        assert!(ends("Nội", "\n\n", 'M'));
        assert!(ends("Nội", ".\n", 'M'));
        assert!(!ends("Nội", "\n", 'M'), "a wrapped line");
        assert!(!ends("Nội", ".\n", 'm'));
        assert!(!ends("Nội", ". ", 'm'));
        assert!(!ends("Nội", ".", 'M'), "no space follows");
        assert!(!ends("Nội", ", ", 'M'));
    }

    #[test]
    fn dots_of_abbreviations_end_nothing() {
        for word in ["TP", "Tp", "tp", "PGS", "TS", "Q", "P", "ThS", "ĐH"] {
            assert!(!ends(word, ". ", 'H'), "{word}");
        }
        assert!(
            ends("TP", "! ", 'H'),
            "only the dot belongs to an abbreviation"
        );
    }
}
