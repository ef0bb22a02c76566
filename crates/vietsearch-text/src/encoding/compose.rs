//! Joins decoded letters and marks to composed words.

use unicode_normalization::UnicodeNormalization;

/// No word is longer; it bounds what is held back.
const MAX_WORD_BYTES: usize = 256;

/// Holds the last word until it is known to be whole, so that a mark in the next chunk still meets
/// its letter.
#[derive(Debug, Default)]
pub(super) struct Composer {
    /// Letters and marks, or one other character.
    word: String,
    has_mark: bool,
    /// Letters that have one code for both cases.
    caseless: usize,
    capitals: usize,
    small: usize,
}

/// What the code of a letter says about its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The letter has the case that it is decoded to.
    Given,
    /// The font or the other letters decide.
    Open,
}

impl Composer {
    /// The character that a mark which comes next stands on.
    pub(super) fn last(&self) -> Option<char> {
        self.word.chars().next_back()
    }

    /// Adds a letter, a sign or a combining mark; what is whole goes to `out`.
    pub(super) fn push(&mut self, character: char, case: Case, out: &mut String) {
        let is_mark = ('\u{300}'..='\u{36f}').contains(&character);
        if self.word.len() >= MAX_WORD_BYTES {
            self.flush(out);
        }
        if is_mark {
            self.has_mark = true;
            self.word.push(character);
            return;
        }
        let is_letter = character.is_alphabetic();
        let in_word = self.word.chars().next().is_some_and(char::is_alphabetic);
        if !(is_letter && in_word) {
            self.flush(out);
        }
        if is_letter {
            match case {
                Case::Open => self.caseless += 1,
                Case::Given if character.is_uppercase() => self.capitals += 1,
                Case::Given => self.small += 1,
            }
        }
        self.word.push(character);
    }

    /// Gives out the word that is held.
    pub(super) fn flush(&mut self, out: &mut String) {
        let word = std::mem::take(&mut self.word);
        let all_capitals = self.caseless > 0 && self.capitals >= 2 && self.small == 0;
        match (self.has_mark, all_capitals) {
            (false, false) => out.push_str(&word),
            (true, false) => out.extend(word.nfc()),
            (_, true) => out.extend(word.to_uppercase().nfc()),
        }
        // The buffer is used again.
        *self = Composer {
            word,
            ..Composer::default()
        };
        self.word.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compose(characters: &[(char, Case)]) -> String {
        let mut composer = Composer::default();
        let mut out = String::new();
        for &(character, case) in characters {
            composer.push(character, case, &mut out);
        }
        composer.flush(&mut out);
        out
    }

    #[test]
    fn marks_meet_their_letters() {
        let given = |text: &str| -> Vec<(char, Case)> {
            text.chars()
                .map(|letter| (letter, Case::Given))
                .collect::<Vec<_>>()
        };
        assert_eq!(compose(&given("Vie\u{302}\u{323}t")), "Việt");
        assert_eq!(compose(&given("\u{301}a \u{301}b")), "\u{301}a \u{301}b");
        let many = format!("a{}", "\u{301}".repeat(1000));
        assert_eq!(compose(&given(&many)).chars().count(), 1000);
    }

    #[test]
    fn open_letters_follow_their_word() {
        let word = |text: &str| -> String {
            let case = |letter: char| match letter {
                'ộ' | 'ú' | 'ừ' => Case::Open,
                _ => Case::Given,
            };
            let letters: Vec<_> = text.chars().map(|letter| (letter, case(letter))).collect();
            compose(&letters)
        };
        assert_eq!(word("HộI Húc HúC Tú Từ"), "HỘI Húc HÚC Tú Từ");
    }
}
