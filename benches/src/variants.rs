//! The same query as it may reach a search box.

use unicode_normalization::UnicodeNormalization;
use vietsearch::fold;
use vietsearch::text::Syllable;

/// As it was written: the first of all variants.
pub const AS_TYPED: &str = "asis";

/// A variant: its name, and what it makes of a query.
pub type Variant = (&'static str, fn(&str) -> String);

/// As typed, without marks, every other word without marks, raw Telex and VNI keys, decomposed.
pub const VARIANTS: [Variant; 6] = [
    (AS_TYPED, str::to_string),
    ("nodia", fold),
    ("half", half),
    ("telex", telex),
    ("vni", vni),
    ("nfd", |text| text.nfd().collect()),
];

/// Every other word without marks, the second one first.
fn half(text: &str) -> String {
    let words = text.split(' ').enumerate();
    let words: Vec<String> = words
        .map(|(place, word)| match place % 2 {
            0 => word.to_string(),
            _ => fold(word),
        })
        .collect();
    words.join(" ")
}

/// Raw Telex keys: shapes behind their letters, the tone behind the syllable.
#[must_use]
pub fn telex(text: &str) -> String {
    keystrokes(text, |base, mark| match (base, mark) {
        ('a' | 'e' | 'o', '\u{302}') => Some(base),
        (_, '\u{306}' | '\u{31B}') => Some('w'),
        ('d', 'đ') => Some('d'),
        (_, '\u{301}') => Some('s'),
        (_, '\u{300}') => Some('f'),
        (_, '\u{309}') => Some('r'),
        (_, '\u{303}') => Some('x'),
        (_, '\u{323}') => Some('j'),
        _ => None,
    })
}

/// Raw VNI keys, in the same order.
#[must_use]
pub fn vni(text: &str) -> String {
    keystrokes(text, |base, mark| match (base, mark) {
        (_, '\u{302}') => Some('6'),
        (_, '\u{31B}') => Some('7'),
        (_, '\u{306}') => Some('8'),
        ('d', 'đ') => Some('9'),
        (_, '\u{301}') => Some('1'),
        (_, '\u{300}') => Some('2'),
        (_, '\u{309}') => Some('3'),
        (_, '\u{303}') => Some('4'),
        (_, '\u{323}') => Some('5'),
        _ => None,
    })
}

/// Replaces the marks of syllables by keys; words that are none stay, as do all other signs.
fn keystrokes(text: &str, key: fn(char, char) -> Option<char>) -> String {
    let text: String = text.nfc().collect();
    let mut keys = String::with_capacity(text.len() * 2);
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphabetic();
        let end = rest.find(|character: char| character.is_alphabetic() != is_word);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        if is_word && run.parse::<Syllable>().is_ok() {
            push_keys(run, key, &mut keys);
        } else {
            keys.push_str(run);
        }
        rest = after;
    }
    keys
}

fn push_keys(syllable: &str, key: fn(char, char) -> Option<char>, keys: &mut String) {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let mut base = ' ';
    let mut tone = None;
    for character in syllable.nfd() {
        match character {
            'đ' | 'Đ' => {
                keys.push(if character == 'đ' { 'd' } else { 'D' });
                keys.extend(key('d', 'đ'));
            }
            _ if TONES.contains(&character) => tone = key(base, character),
            _ => match key(base, character) {
                Some(key) => keys.push(key),
                None => {
                    keys.push(character);
                    base = character.to_ascii_lowercase();
                }
            },
        }
    }
    keys.extend(tone);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (text, in_telex, in_vni) in [
            (
                "đường Hồ Chí Minh",
                "dduwowngf Hoof Chis Minh",
                "d9u7o7ng2 Ho62 Chi1 Minh",
            ),
            (
                "Điện Biên, 30/4",
                "Ddieenj Bieen, 30/4",
                "D9ie6n5 Bie6n, 30/4",
            ),
            ("ăn mặn quẫn", "awn mawnj quaanx", "a8n ma8n5 qua6n4"),
            ("João, El Niño", "João, El Niño", "João, El Niño"),
            ("", "", ""),
        ] {
            assert_eq!(telex(text), in_telex);
            assert_eq!(vni(text), in_vni);
            let decomposed: String = text.nfd().collect();
            assert_eq!(vni(&decomposed), in_vni);
        }
    }

    #[test]
    fn every_other_word() {
        assert_eq!(half("đường về quê ngoại"), "đường ve quê ngoai");
        assert_eq!(VARIANTS[5].1("ế"), "e\u{302}\u{301}");
    }
}
