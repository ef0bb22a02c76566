//! Text without diacritics.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that do not decompose, with what is written for them in ASCII. `ƣ` stands for `ư`.
const TWINS: [(char, &str); 23] = [
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('Ð', "D"),
    ('ɖ', "d"),
    ('Ɖ', "D"),
    ('ƣ', "u"),
    ('Ƣ', "U"),
    ('ø', "o"),
    ('Ø', "O"),
    ('ł', "l"),
    ('Ł', "L"),
    ('ħ', "h"),
    ('Ħ', "H"),
    ('ı', "i"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ß', "ss"),
    ('ẞ', "SS"),
    ('þ', "th"),
    ('Þ', "TH"),
];

/// Removes every diacritic; case and punctuation stay, compatibility forms become plain.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::new();
    for character in text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
    {
        match TWINS.iter().find(|(letter, _)| *letter == character) {
            Some((_, plain)) => folded.push_str(plain),
            None => folded.push(character),
        }
    }
    folded
}
