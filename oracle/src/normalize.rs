//! Running text in its canonical spelling.

use unicode_normalization::UnicodeNormalization;

use crate::Token;
use crate::class::is_ignorable;
use crate::letter::{clusters, vietnamese};
use crate::word::is_apostrophe;
use crate::word::{is_eth, is_small};

/// NFC, with syllables in their canonical spelling and the case of their letters; a word of letters
/// that is none gets its marks in order, and a đ where an eth is read as one. The rest stays.
#[must_use]
pub fn normalize(text: &str) -> String {
    let text = &text.nfc().collect::<String>();
    let is_dropped = |letter: char| is_ignorable(letter) || is_apostrophe(letter);
    let mut normal = String::new();
    let mut done = 0;
    for token in crate::analyse(text) {
        let gap = text.get(done..token.start).unwrap_or("");
        let written = text.get(token.start..token.end).unwrap_or("");
        normal.push_str(gap);
        match token.kind {
            // Without what it drops, the syllable could become part of a link.
            "syllable" if written.contains(is_dropped) && is_beside_sign(text, &token) => {
                normal.push_str(&composed(written));
            }
            "syllable" => normal.push_str(&with_case_of(&token.form, written)),
            "word" | "code" => normal.push_str(&composed(&with_stroke(written))),
            _ => normal.push_str(&composed(written)),
        }
        done = token.end;
    }
    normal.push_str(text.get(done..).unwrap_or(""));
    normal
}

/// True if a sign that stands in links is next to the token.
fn is_beside_sign(text: &str, token: &Token) -> bool {
    const SIGNS: [char; 7] = ['.', ':', '@', '-', '_', '+', '/'];
    let before = text.get(..token.start).unwrap_or("");
    let after = text.get(token.end..).unwrap_or("");
    before.ends_with(SIGNS) || after.starts_with(SIGNS)
}

/// Letter by letter the case of what was written.
fn with_case_of(form: &str, written: &str) -> String {
    let letters = written
        .chars()
        .filter(|character| character.is_alphanumeric());
    let mut cased = String::new();
    for (letter, original) in form.chars().zip(letters) {
        match original.is_uppercase() {
            true => cased.extend(letter.to_uppercase()),
            false => cased.push(letter),
        }
    }
    cased
}

/// Eth as đ where the word's form has one: at its beginning, and anywhere in a word that is all in
/// capitals.
fn with_stroke(written: &str) -> String {
    let all_capital = !written.contains(is_small);
    let mut stroked = String::new();
    for (place, (base, marks)) in clusters(written).into_iter().enumerate() {
        let is_stroke = is_eth(base) && marks.is_empty() && (place == 0 || all_capital);
        stroked.push(match base {
            'Ð' | 'Ɖ' if is_stroke => 'Đ',
            'ð' | 'ɖ' if is_stroke => 'đ',
            other => other,
        });
        stroked.push_str(&marks);
    }
    stroked
}

fn composed(written: &str) -> String {
    let mut composed = String::new();
    for (base, marks) in clusters(written) {
        match vietnamese(base, &marks).map(|letter| letter.composed()) {
            Some(letter) if base.is_uppercase() => composed.push_str(&letter.to_uppercase()),
            Some(letter) => composed.push_str(&letter),
            None => {
                composed.push(base);
                composed.push_str(&marks);
            }
        }
    }
    composed.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn repairs_syllables_and_keeps_the_rest() {
        for (written, expected) in [
            ("thuỳên", "thuyền"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("Ðà Nẵng, NÐ-CP", "Đà Nẵng, NĐ-CP"),
            ("Guðni", "Guðni"),
            ("HOÀ Hoà hoà", "HÒA Hòa hòa"),
            ("H’Mông – El Niño!", "H’Mông – El Niño!"),
        ] {
            assert_eq!(normalize(written), expected);
        }
    }
}
