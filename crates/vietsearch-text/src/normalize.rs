//! Normalisation of running text: canonical spelling with case and punctuation kept.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::letter::{self, is_mark};
use crate::scan::{Scanner, TokenKind, is_apostrophe, is_eth, is_ignorable, is_small};

/// Writes text in its canonical spelling: NFC, tone marks re-placed in the old style (`hòa`,
/// `thủy`), missing horns repaired (`nguời` → `người`), look-alikes of đ and ư replaced where they
/// stand in a Vietnamese syllable or in an abbreviation in capitals.
///
/// Case, punctuation, spacing and every word that is no Vietnamese syllable stay, but for NFC.
/// Default-ignorable characters inside syllables are dropped. Idempotent; linear.
///
/// ```
/// use vietsearch_text::normalize;
///
/// assert_eq!(normalize("THUỲÊN, Hoà và nguời"), "THUYỀN, Hòa và người");
/// assert_eq!(normalize("El Nin\u{303}o"), "El Niño");
/// ```
#[must_use]
pub fn normalize(text: &str) -> String {
    let composed;
    let text = if is_nfc(text) {
        text
    } else {
        composed = text.nfc().collect::<String>();
        &composed
    };
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(text);
    let mut normal = String::with_capacity(text.len());
    let mut done = 0;
    while let Some(token) = tokens.next() {
        let written = text.get(token.start..token.end).unwrap_or("");
        let gap = text.get(done..token.start).unwrap_or("");
        // What joined two runs (a dropped joiner at the end of a word) belongs to no token.
        normal.push_str(gap);
        done = token.end;
        match token.kind {
            // Without what it drops, the syllable could become part of a link.
            TokenKind::Syllable if stands_in_link(text, token.start, token.end) => {
                push_composed(written, &mut normal);
            }
            TokenKind::Syllable => push_cased(token.form, written, &mut normal),
            TokenKind::Word | TokenKind::Code if written.contains(is_eth) => {
                push_composed(&with_stroke(written), &mut normal);
            }
            _ => push_composed(written, &mut normal),
        }
    }
    normal.push_str(text.get(done..).unwrap_or(""));
    normal
}

/// True if what is dropped stands in the word, and a sign of links beside it.
fn stands_in_link(text: &str, start: usize, end: usize) -> bool {
    let is_sign = |byte: Option<&u8>| {
        byte.is_some_and(|byte| matches!(byte, b'.' | b':' | b'@' | b'-' | b'_' | b'+' | b'/'))
    };
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|place| bytes.get(place));
    let beside = is_sign(before) || is_sign(bytes.get(end));
    let written = text.get(start..end).unwrap_or("");
    let is_dropped = |letter: char| is_ignorable(letter) || is_apostrophe(letter);
    beside && written.chars().any(is_dropped)
}

/// Replaces what looks like đ, where the scanner reads it so: at the beginning of the word, and
/// anywhere if the word is all in capitals.
fn with_stroke(written: &str) -> String {
    let all_capital = !written.chars().any(is_small);
    let replace = |(place, letter): (usize, char)| {
        let after = written.get(place + letter.len_utf8()..).unwrap_or("");
        // With a mark of its own it is a foreign letter.
        if after.starts_with(is_mark) {
            return letter;
        }
        match letter {
            'Ð' | 'Ɖ' if place == 0 || all_capital => 'Đ',
            'ð' | 'ɖ' if place == 0 => 'đ',
            other => other,
        }
    };
    written.char_indices().map(replace).collect()
}

/// Writes `form` with the case of the letters of `written`, letter by letter.
pub(crate) fn push_cased(form: &str, written: &str, normal: &mut String) {
    let mut cases = written
        .chars()
        .filter(|character| character.is_alphanumeric());
    let mut upper = false;
    for letter in form.chars() {
        if let Some(case) = cases.next() {
            upper = case.is_uppercase();
        }
        if upper {
            normal.extend(letter.to_uppercase());
        } else {
            normal.push(letter);
        }
    }
}

/// Writes a word as NFC, with the marks of Vietnamese letters in any order.
fn push_composed(written: &str, normal: &mut String) {
    if written.is_ascii() {
        normal.push_str(written);
        return;
    }
    let mut ordered = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(base) = rest.chars().next() {
        let after = rest.get(base.len_utf8()..).unwrap_or("");
        let end = after.find(|next| !is_mark(next)).unwrap_or(after.len());
        let marks = after.get(..end).unwrap_or("");
        match letter::unpacked(letter::packed_cluster(base, marks)) {
            Some(letter) if base.is_uppercase() => ordered.extend(letter.to_uppercase()),
            Some(letter) => ordered.push(letter),
            None => {
                ordered.push(base);
                ordered.push_str(marks);
            }
        }
        rest = after.get(end..).unwrap_or("");
    }
    normal.extend(ordered.nfc());
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn repairs_syllables_and_keeps_the_rest() {
        for (written, expected) in [
            ("thuỳên", "thuyền"),
            ("Việt Nam", "Việt Nam"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("e\u{301}\u{302}", "ế"),
            ("Ðà Nẵng, NÐ-CP", "Đà Nẵng, NĐ-CP"),
            ("Guðni", "Guðni"),
            ("Ðắk Nông, Ðakrông", "Đắk Nông, Đakrông"),
            ("ngƣời trƣờng", "người trường"),
            ("HOÀ Hoà hoà", "HÒA Hòa hòa"),
            ("H’Mông – El Niño!", "H’Mông – El Niño!"),
            ("100 m² ＣＯＶＩＤ", "100 m² ＣＯＶＩＤ"),
        ] {
            assert_eq!(normalize(written), expected);
            assert_eq!(normalize(expected), expected);
        }
    }
}
