//! Folding: text without diacritics.

use unicode_normalization::UnicodeNormalization;

use crate::letter::is_mark;

/// Removes every diacritic from `text`: `Đường` → `Duong`. Case and punctuation stay.
///
/// Marks are removed after compatibility decomposition (full-width and superscript forms become
/// plain ones), and letters that do not decompose are written as ASCII: `đ` → `d`, `ø` → `o`,
/// `æ` → `ae`. Linear; allocates the result.
///
/// ```
/// assert_eq!(vietsearch_text::fold("Đặng Thuỳ Trâm, 5 m²"), "Dang Thuy Tram, 5 m2");
/// assert_eq!(vietsearch_text::fold("tie\u{302}\u{301}ng"), "tieng");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    push_folded(text, &mut folded);
    folded
}

/// Appends the folded form of `text`.
pub(crate) fn push_folded(text: &str, folded: &mut String) {
    if text.is_ascii() {
        folded.push_str(text);
        return;
    }
    for character in text.nfkd() {
        if character.is_ascii() {
            folded.push(character);
        } else if let Some(plain) = ascii_twin(character) {
            folded.push_str(plain);
        } else if !is_mark(character) {
            folded.push(character);
        }
    }
}

/// Letters with a stroke or a ligature, which have no decomposition.
pub(crate) fn ascii_twin(character: char) -> Option<&'static str> {
    Some(match character {
        'đ' | 'ð' | 'ɖ' => "d",
        'Đ' | 'Ð' | 'Ɖ' => "D",
        'ƣ' => "u",
        'Ƣ' => "U",
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'ħ' => "h",
        'Ħ' => "H",
        'ı' => "i",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ß' => "ss",
        'ẞ' => "SS",
        'þ' => "th",
        'Þ' => "TH",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_marks_and_strokes() {
        assert_eq!(fold("ĐƯỜNG đường"), "DUONG duong");
        assert_eq!(
            fold("São Paulo, Guðni, Łódź, Ødegaard"),
            "Sao Paulo, Gudni, Lodz, Odegaard"
        );
        assert_eq!(fold("ＣＯＶＩＤ－１９ ① ﬁ"), "COVID-19 1 fi");
        assert_eq!(fold("東京 Путин"), "東京 Путин");
    }
}
