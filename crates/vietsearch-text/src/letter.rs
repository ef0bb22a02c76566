//! Letters: what a character contributes to the spelling of a syllable.

use unicode_normalization::char::decompose_canonical;

use crate::syllable::{LETTER_BITS, LETTERS, MAX_LETTERS};

/// A letter of the Vietnamese alphabet with its tone, packed into one byte: the letter's code
/// (1 to 29, see [`LETTERS`]; [`FOREIGN`] for f, j, w, z) in the low five bits, the tone (0 to 5)
/// in the upper three. Zero is no letter.
pub(crate) type PackedLetter = u8;

/// The code of the ASCII letters that no Vietnamese syllable has.
pub(crate) const FOREIGN: u8 = 31;

const LOWER: [[char; 6]; 12] = [
    ['a', 'á', 'à', 'ả', 'ã', 'ạ'],
    ['ă', 'ắ', 'ằ', 'ẳ', 'ẵ', 'ặ'],
    ['â', 'ấ', 'ầ', 'ẩ', 'ẫ', 'ậ'],
    ['e', 'é', 'è', 'ẻ', 'ẽ', 'ẹ'],
    ['ê', 'ế', 'ề', 'ể', 'ễ', 'ệ'],
    ['i', 'í', 'ì', 'ỉ', 'ĩ', 'ị'],
    ['o', 'ó', 'ò', 'ỏ', 'õ', 'ọ'],
    ['ô', 'ố', 'ồ', 'ổ', 'ỗ', 'ộ'],
    ['ơ', 'ớ', 'ờ', 'ở', 'ỡ', 'ợ'],
    ['u', 'ú', 'ù', 'ủ', 'ũ', 'ụ'],
    ['ư', 'ứ', 'ừ', 'ử', 'ữ', 'ự'],
    ['y', 'ý', 'ỳ', 'ỷ', 'ỹ', 'ỵ'],
];

const UPPER: [[char; 6]; 12] = [
    ['A', 'Á', 'À', 'Ả', 'Ã', 'Ạ'],
    ['Ă', 'Ắ', 'Ằ', 'Ẳ', 'Ẵ', 'Ặ'],
    ['Â', 'Ấ', 'Ầ', 'Ẩ', 'Ẫ', 'Ậ'],
    ['E', 'É', 'È', 'Ẻ', 'Ẽ', 'Ẹ'],
    ['Ê', 'Ế', 'Ề', 'Ể', 'Ễ', 'Ệ'],
    ['I', 'Í', 'Ì', 'Ỉ', 'Ĩ', 'Ị'],
    ['O', 'Ó', 'Ò', 'Ỏ', 'Õ', 'Ọ'],
    ['Ô', 'Ố', 'Ồ', 'Ổ', 'Ỗ', 'Ộ'],
    ['Ơ', 'Ớ', 'Ờ', 'Ở', 'Ỡ', 'Ợ'],
    ['U', 'Ú', 'Ù', 'Ủ', 'Ũ', 'Ụ'],
    ['Ư', 'Ứ', 'Ừ', 'Ử', 'Ữ', 'Ự'],
    ['Y', 'Ý', 'Ỳ', 'Ỷ', 'Ỹ', 'Ỵ'],
];

/// What the scanner needs to know of a byte below 0x80.
pub(crate) static ASCII: [PackedLetter; 256] = ascii_table();
/// Packed letters of U+00C0 to U+01BF, by code point minus 0xC0.
pub(crate) static LATIN: [PackedLetter; 256] = range_table(0xC0);
/// Packed letters of U+1E80 to U+1EFF, by code point minus 0x1E80.
pub(crate) static VIETNAMESE: [PackedLetter; 256] = range_table(0x1E80);

const fn code_of(letter: char) -> u8 {
    let mut index = 0;
    while index < LETTERS.len() {
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
        if LETTERS[index] == letter {
            return index as u8 + 1;
        }
        index += 1;
    }
    FOREIGN
}

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const fn ascii_table() -> [PackedLetter; 256] {
    let mut table = [0; 256];
    let mut byte = b'a';
    while byte <= b'z' {
        let code = code_of(byte as char);
        table[byte as usize] = code;
        table[byte.to_ascii_uppercase() as usize] = code;
        byte += 1;
    }
    table
}

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const fn range_table(first: u32) -> [PackedLetter; 256] {
    let mut table = [0; 256];
    let mut row = 0;
    while row < LOWER.len() {
        let code = code_of(LOWER[row][0]);
        let mut tone = 0;
        while tone < 6 {
            let packed = code | ((tone as u8) << 5);
            let lower = LOWER[row][tone] as u32;
            let upper = UPPER[row][tone] as u32;
            if lower >= first && lower < first + 256 {
                table[(lower - first) as usize] = packed;
            }
            if upper >= first && upper < first + 256 {
                table[(upper - first) as usize] = packed;
            }
            tone += 1;
        }
        row += 1;
    }
    if first == 0xC0 {
        table[('đ' as u32 - first) as usize] = code_of('đ');
        table[('Đ' as u32 - first) as usize] = code_of('đ');
    }
    table
}

/// The packed letter of a precomposed character of either case; 0 if it is no Latin letter that
/// Vietnamese or ASCII has.
pub(crate) fn packed(character: char) -> PackedLetter {
    let point = u32::from(character);
    let (table, index) = match point {
        0..=0x7F => (&ASCII, point),
        0xC0..=0x1BF => (&LATIN, point - 0xC0),
        0x1E80..=0x1EFF => (&VIETNAMESE, point - 0x1E80),
        _ => return 0,
    };
    table.get(index as usize).copied().unwrap_or(0)
}

/// The lower-case character of a packed letter; `None` for [`FOREIGN`] and for no letter.
pub(crate) fn unpacked(letter: PackedLetter) -> Option<char> {
    let base = *LETTERS.get(usize::from(letter & 31).checked_sub(1)?)?;
    let tone = usize::from(letter >> 5);
    if tone == 0 {
        return Some(base);
    }
    let row = LOWER.iter().find(|row| row.first() == Some(&base))?;
    row.get(tone).copied()
}

/// True if the letter of this code is one of the twelve vowels.
pub(crate) fn is_vowel_code(code: u8) -> bool {
    LETTERS
        .get(usize::from(code).wrapping_sub(1))
        .is_some_and(|letter| LOWER.iter().any(|row| row.first() == Some(letter)))
}

/// The letter without its marks and its tone (`ệ` → `e`, `đ` → `d`), lower-case; `None` if the
/// character is no letter of the alphabet.
pub(crate) fn bare(letter: PackedLetter) -> Option<char> {
    let marked = unpacked(letter & 31)?;
    Some(match marked {
        'ă' | 'â' => 'a',
        'đ' => 'd',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        other => other,
    })
}

/// True for combining marks; quick for what comes before them in Unicode.
#[inline]
pub(crate) fn is_mark(character: char) -> bool {
    character >= '\u{300}' && unicode_normalization::char::is_combining_mark(character)
}

/// The tone number of a combining tone mark, `None` for every other character.
///
/// U+0340 and U+0341 are canonical equivalents of the grave and the acute accent.
pub(crate) fn tone_of_mark(mark: char) -> Option<u8> {
    Some(match mark {
        '\u{301}' | '\u{341}' => 1,
        '\u{300}' | '\u{340}' => 2,
        '\u{309}' => 3,
        '\u{303}' => 4,
        '\u{323}' => 5,
        _ => return None,
    })
}

/// Reads one base character and the combining marks after it, in any order, as one letter.
///
/// Marks beyond canonical equivalence are accepted: `e` + U+0301 + U+0302 is `ế`. Returns 0 if
/// the cluster is no letter of the alphabet (`ñ` is not n with ngã: tones sit on vowels).
pub(crate) fn packed_cluster(base: char, marks: &str) -> PackedLetter {
    if marks.is_empty() {
        let letter = packed(base);
        // The Kelvin sign is a K.
        if letter != 0 || base.is_ascii() {
            return letter;
        }
    }
    let mut letter = None;
    let mut shape = None;
    let mut tone = 0;
    let mut valid = true;
    let mut take = |part: char| {
        if letter.is_none() {
            letter = Some(part);
        } else if let Some(number) = tone_of_mark(part) {
            valid &= tone == 0;
            tone = number;
        } else if matches!(part, '\u{302}' | '\u{306}' | '\u{31B}') {
            valid &= shape.is_none();
            shape = Some(part);
        } else {
            valid = false;
        }
    };
    decompose_canonical(base, &mut take);
    for mark in marks.chars() {
        decompose_canonical(mark, &mut take);
    }
    let Some(letter) = letter.filter(|_| valid) else {
        return 0;
    };
    let marked = match (letter.to_ascii_lowercase(), shape) {
        ('đ' | 'Đ', None) => 'đ',
        (plain, None) => plain,
        ('a', Some('\u{306}')) => 'ă',
        ('a', Some('\u{302}')) => 'â',
        ('e', Some('\u{302}')) => 'ê',
        ('o', Some('\u{302}')) => 'ô',
        ('o', Some('\u{31B}')) => 'ơ',
        ('u', Some('\u{31B}')) => 'ư',
        _ => return 0,
    };
    let code = packed(marked);
    if code == 0 || (tone != 0 && !is_vowel_code(code)) {
        return 0;
    }
    code | (tone << 5)
}

/// The letters of one word on their way to a syllable: a key without the tone, and the tone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spelling {
    /// Letter codes, five bits each, the last letter lowest.
    pub(crate) key: u64,
    /// Number of letters pushed.
    pub(crate) letters: usize,
    /// Sum of the tone numbers; the tone if `tones` is at most 1.
    pub(crate) tone: u8,
    /// Number of letters with a tone.
    pub(crate) tones: usize,
    /// Place of the last letter with a tone.
    pub(crate) tone_letter: usize,
}

impl Spelling {
    /// Adds a letter; 0 (no letter of the alphabet) makes the spelling one of no syllable.
    #[inline]
    pub(crate) fn push(&mut self, letter: PackedLetter) {
        let code = if letter == 0 { FOREIGN } else { letter & 31 };
        self.key = (self.key << LETTER_BITS) | u64::from(code);
        let tone = letter >> 5;
        let has_tone = tone != 0;
        self.tone = self.tone.wrapping_add(tone);
        self.tones += usize::from(has_tone);
        if has_tone {
            self.tone_letter = self.letters;
        }
        self.letters += 1;
    }

    /// True while the letters can still be those of one syllable.
    pub(crate) fn fits(&self) -> bool {
        self.letters <= MAX_LETTERS && self.tones <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_and_unpacks_every_letter() {
        for rows in [LOWER, UPPER] {
            for (row, lower) in rows.iter().zip(LOWER) {
                for (character, lower) in row.iter().zip(lower) {
                    assert_eq!(unpacked(packed(*character)), Some(lower), "{character}");
                }
            }
        }
        assert_eq!(unpacked(packed('Đ')), Some('đ'));
        assert_eq!(packed('ñ'), 0);
        assert_eq!(packed('ð'), 0);
        assert_eq!(packed('w'), FOREIGN);
    }

    #[test]
    fn reads_marks_in_any_order() {
        let expected = packed('ế');
        assert_eq!(packed_cluster('e', "\u{301}\u{302}"), expected);
        assert_eq!(packed_cluster('e', "\u{302}\u{301}"), expected);
        assert_eq!(packed_cluster('é', "\u{302}"), expected);
        assert_eq!(packed_cluster('Ê', "\u{301}"), expected);
        assert_eq!(packed_cluster('u', "\u{323}\u{31B}"), packed('ự'));
        assert_eq!(packed_cluster('n', "\u{303}"), 0, "a tone sits on a vowel");
        assert_eq!(packed_cluster('a', "\u{301}\u{300}"), 0, "two tones");
        assert_eq!(
            packed_cluster('a', "\u{308}"),
            0,
            "a mark that Vietnamese has not"
        );
    }
}
