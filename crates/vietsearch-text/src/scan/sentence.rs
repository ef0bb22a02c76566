//! Sentence ends.

use super::run::next_cluster;
use crate::letter;

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
    const LONGEST: usize = 5;
    let mut folded = [0u8; LONGEST];
    let mut length = 0;
    let mut rest = word;
    while let Some(base) = rest.chars().next() {
        let plain = base.is_ascii() && !rest.as_bytes().get(1).is_some_and(|byte| *byte >= 0xCC);
        let bare = if plain {
            Some(base.to_ascii_lowercase())
        } else {
            let Some((base, marks, tail)) = next_cluster(rest) else {
                return false;
            };
            rest = tail;
            letter::bare(letter::packed_cluster(base, marks))
        };
        let (Some(slot), Some(bare)) = (folded.get_mut(length), bare) else {
            return false;
        };
        if plain {
            rest = rest.get(1..).unwrap_or("");
        }
        *slot = bare as u8;
        length += 1;
    }
    matches!(
        folded.get(..length).unwrap_or(&[]),
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
