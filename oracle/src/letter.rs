//! Characters with their marks, and the Vietnamese letters among them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters that a Vietnamese syllable is written with, without tones.
pub const ALPHABET: &str = "aăâbcdđeêghiklmnoôơpqrstuưvxy";
/// Those that bear a tone.
pub const VOWELS: &str = "aăâeêioôơuưy";
/// The combining marks of the tones sắc, huyền, hỏi, ngã, nặng.
pub const TONE_MARKS: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
/// The combining marks that make another letter: circumflex, breve, horn.
pub const SHAPE_MARKS: [char; 3] = ['\u{302}', '\u{306}', '\u{31B}'];

/// A Vietnamese letter: lower-case, without tone; and the tone's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One of [`ALPHABET`].
    pub plain: char,
    /// One of [`TONE_MARKS`], if it bears a tone.
    pub tone: Option<char>,
}

impl Letter {
    /// The lower-case character with its tone.
    #[must_use]
    pub fn composed(self) -> String {
        let marks = self.tone.into_iter();
        std::iter::once(self.plain).chain(marks).nfc().collect()
    }
}

/// Cuts a text into characters with the combining marks that follow each.
#[must_use]
pub fn clusters(text: &str) -> Vec<(char, String)> {
    let mut clusters: Vec<(char, String)> = Vec::new();
    for character in text.chars() {
        match clusters.last_mut() {
            Some((_, marks)) if is_combining_mark(character) => marks.push(character),
            _ => clusters.push((character, String::new())),
        }
    }
    clusters
}

/// The Vietnamese letter that a character and its marks are, whatever the order of the marks and
/// whichever of them are composed with the character already.
#[must_use]
pub fn vietnamese(base: char, marks: &str) -> Option<Letter> {
    // One character at a time: the order of the marks of a whole word must not be changed.
    let decomposed: Vec<char> = std::iter::once(base)
        .chain(marks.chars())
        .flat_map(|part| std::iter::once(part).nfd())
        .collect();
    let (first, marks) = decomposed.split_first()?;
    let all = |wanted: &[char]| -> Vec<char> {
        marks
            .iter()
            .copied()
            .filter(|mark| wanted.contains(mark))
            .collect()
    };
    let (tones, shapes) = (all(&TONE_MARKS), all(&SHAPE_MARKS));
    if tones.len() > 1 || shapes.len() > 1 || tones.len() + shapes.len() < marks.len() {
        return None;
    }
    let shaped: String = first.to_lowercase().chain(shapes).nfc().collect();
    let mut characters = shaped.chars();
    let (plain, None) = (characters.next()?, characters.next()) else {
        return None;
    };
    let tone = tones.first().copied();
    let may_bear = tone.is_none() || VOWELS.contains(plain);
    (ALPHABET.contains(plain) && may_bear).then_some(Letter { plain, tone })
}

#[cfg(test)]
mod tests {
    use super::vietnamese;

    fn read(base: char, marks: &str) -> String {
        vietnamese(base, marks).map_or_else(|| "none".to_string(), super::Letter::composed)
    }

    #[test]
    fn marks_come_in_any_order() {
        for (base, marks) in [
            ('ế', ""),
            ('e', "\u{301}\u{302}"),
            ('e', "\u{302}\u{301}"),
            ('é', "\u{302}"),
            ('Ê', "\u{301}"),
            ('E', "\u{302}\u{341}"),
        ] {
            assert_eq!(read(base, marks), "ế");
        }
        assert_eq!(read('U', "\u{323}\u{31B}"), "ự");
        assert_eq!(read('Đ', ""), "đ");
        assert_eq!(
            read('\u{212A}', ""),
            "k",
            "the kelvin sign is canonically a K"
        );
    }

    #[test]
    fn other_letters_are_none() {
        for (base, marks) in [
            ('n', "\u{303}"),
            ('a', "\u{301}\u{300}"),
            ('a', "\u{308}"),
            ('e', "\u{306}"),
            ('w', ""),
            ('ð', ""),
            ('đ', "\u{323}"),
            ('o', "\u{302}\u{31B}"),
        ] {
            assert_eq!(read(base, marks), "none", "{base}{marks}");
        }
    }
}
