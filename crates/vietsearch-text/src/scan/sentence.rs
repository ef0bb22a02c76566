//! Sentence ends.

use unicode_normalization::char::is_combining_mark;

use crate::letter;

/// Abbreviations (folded, lower case) whose dot ends no sentence: titles, schools, places.
const ABBREVIATIONS: [&str; 29] = [
    "tp", "tx", "tt", "q", "p", "gs", "pgs", "ts", "ths", "tskh", "bs", "bsck", "ks", "kts", "ds",
    "ls", "dr", "mr", "mrs", "ms", "st", "nsnd", "nsut", "ngnd", "ngut", "dh", "cd", "thpt",
    "thcs",
];

/// Decides whether a sentence ends in the gap between two tokens.
///
/// A sentence ends at `.`, `!`, `?` or `…`, perhaps closed by quotes or brackets, followed by
/// white space, or at a line break; never before a lower-case letter, nor at the dot of an
/// abbreviation. `previous` is the text of the token before the gap.
pub(super) fn ends(previous: &str, gap: &str, next: char) -> bool {
    if next.is_lowercase() {
        return false;
    }
    let mut terminated = false;
    let mut spaced = false;
    for character in gap.chars() {
        if character == '\n' {
            return true;
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

/// Compares letter by letter, so that nothing is allocated.
fn is_abbreviation(word: &str) -> bool {
    let letters = || {
        let written = word
            .chars()
            .filter(|character| !is_combining_mark(*character));
        written.map(|letter| {
            letter::bare(letter::packed(letter)).unwrap_or(letter.to_ascii_lowercase())
        })
    };
    word.len() <= 12
        && ABBREVIATIONS
            .iter()
            .any(|known| letters().eq(known.chars()))
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn ends_before_capitals_and_digits_only() {
        assert!(ends("Minh", ". ", 'P'));
        assert!(ends("Nội", ".” ", 'M'));
        assert!(ends("Nội", "… ", 'M'));
        assert!(ends("Nội", "\n", 'M'));
        assert!(!ends("Nội", "\n", 'm'));
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
