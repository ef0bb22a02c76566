//! VNI for Windows: a vowel is followed by a byte that holds its marks.

use super::tables::WINDOWS_1252;

/// What a byte adds to the text.
pub(super) enum Vni {
    /// A letter or a sign of its own.
    Letter(char),
    /// The marks of the vowel before it.
    Marks(&'static [char]),
    /// Nothing: a mark without its vowel, or no code at all.
    Nothing,
}

const ACUTE: char = '\u{301}';
const GRAVE: char = '\u{300}';
const HOOK: char = '\u{309}';
const TILDE: char = '\u{303}';
const DOT: char = '\u{323}';
const CIRCUMFLEX: char = '\u{302}';
const BREVE: char = '\u{306}';

/// Reads a byte that follows `last`.
pub(super) fn read(byte: u8, last: Option<char>) -> Vni {
    if byte < 0x80 {
        return Vni::Letter(char::from(byte));
    }
    if let Some(letter) = letter(byte) {
        return Vni::Letter(letter);
    }
    let Some((vowels, marks)) = marks(byte) else {
        return match WINDOWS_1252.get(usize::from(byte & 0x7f)) {
            Some(&sign) if sign != super::tables::NONE => Vni::Letter(sign),
            _ => Vni::Nothing,
        };
    };
    let fits = last.is_some_and(|last| vowels.contains(last));
    if fits {
        Vni::Marks(marks)
    } else {
        Vni::Nothing
    }
}

/// Letters that have a byte of their own.
fn letter(byte: u8) -> Option<char> {
    let small = match byte | 0x20 {
        0xf4 => 'ơ',
        0xf6 => 'ư',
        0xf1 => 'đ',
        0xed => 'í',
        0xec => 'ì',
        0xe6 => 'ỉ',
        0xf3 => 'ĩ',
        0xf2 => 'ị',
        0xee => 'ỵ',
        _ => return None,
    };
    // A letter and its capital differ in one bit.
    match byte & 0x20 {
        0 => small.to_uppercase().next(),
        _ => Some(small),
    }
}

/// Marks, with the vowels that take them. Those of capitals differ in one bit.
fn marks(byte: u8) -> Option<(&'static str, &'static [char])> {
    const ANY: &str = "aeiouyơưAEIOUYƠƯ";
    const ROUND: &str = "aeoAEO";
    const SHORT: &str = "aA";
    Some(match byte | 0x20 {
        0xf9 => (ANY, &[ACUTE]),
        0xf8 => (ANY, &[GRAVE]),
        0xfb => (ANY, &[HOOK]),
        0xf5 => (ANY, &[TILDE]),
        0xef => (ANY, &[DOT]),
        0xe2 => (ROUND, &[CIRCUMFLEX]),
        0xe1 => (ROUND, &[CIRCUMFLEX, ACUTE]),
        0xe0 => (ROUND, &[CIRCUMFLEX, GRAVE]),
        0xe5 => (ROUND, &[CIRCUMFLEX, HOOK]),
        0xe3 => (ROUND, &[CIRCUMFLEX, TILDE]),
        0xe4 => (ROUND, &[CIRCUMFLEX, DOT]),
        0xea => (SHORT, &[BREVE]),
        0xe9 => (SHORT, &[BREVE, ACUTE]),
        0xe8 => (SHORT, &[BREVE, GRAVE]),
        0xfa => (SHORT, &[BREVE, HOOK]),
        0xfc => (SHORT, &[BREVE, TILDE]),
        0xeb => (SHORT, &[BREVE, DOT]),
        _ => return None,
    })
}
