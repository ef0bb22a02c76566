//! What a character is to the rules.

use unicode_normalization::char::is_combining_mark;

/// What a character does to the word that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A letter or digit of the Latin script, compatibility forms too.
    Latin,
    /// A letter or digit of another script.
    Other,
    /// Belongs to the letter before it.
    Mark,
    /// Dropped inside words.
    Ignorable,
    /// Separates words.
    Separator,
}

/// Blocks of the Latin script and of its compatibility forms.
const LATIN_BLOCKS: [(char, char); 14] = [
    ('\u{0}', '\u{24F}'),       // Basic Latin to Latin Extended-B
    ('\u{250}', '\u{2AF}'),     // IPA Extensions
    ('\u{1D00}', '\u{1DBF}'),   // Phonetic Extensions and their supplement
    ('\u{1E00}', '\u{1EFF}'),   // Latin Extended Additional
    ('\u{2070}', '\u{209F}'),   // Superscripts and Subscripts
    ('\u{2100}', '\u{2125}'),   // Letterlike Symbols before the ohm sign, which is Greek
    ('\u{2127}', '\u{214F}'),   // Letterlike Symbols after it
    ('\u{2150}', '\u{218F}'),   // Number Forms
    ('\u{2460}', '\u{24FF}'),   // Enclosed Alphanumerics
    ('\u{2C60}', '\u{2C7F}'),   // Latin Extended-C
    ('\u{A720}', '\u{A7FF}'),   // Latin Extended-D
    ('\u{FB00}', '\u{FB06}'),   // Latin ligatures
    ('\u{FF10}', '\u{FF5A}'),   // full-width digits and letters
    ('\u{1D400}', '\u{1D7FF}'), // Mathematical Alphanumeric Symbols
];

pub(crate) fn class(character: char) -> Class {
    if is_ignorable(character) {
        Class::Ignorable
    } else if is_combining_mark(character) {
        Class::Mark
    } else if !character.is_alphanumeric() || is_spacing_modifier(character) {
        Class::Separator
    } else if LATIN_BLOCKS
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&character))
    {
        Class::Latin
    } else {
        Class::Other
    }
}

/// Soft hyphen, joiners, BOM, direction controls, variation selectors: nobody sees them.
pub(crate) fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{200C}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
    )
}

/// Letters to Unicode, but written as apostrophes and accents; U+0374 is one of them, normalised.
fn is_spacing_modifier(character: char) -> bool {
    matches!(character, '\u{2B0}'..='\u{2FF}' | '\u{374}')
}

/// Han, kana, and what is compatible with them.
pub(crate) fn is_ideographic(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30FF}'      // Hiragana, Katakana
        | '\u{3400}'..='\u{4DBF}'    // Extension A
        | '\u{4E00}'..='\u{9FFF}'    // CJK Unified Ideographs
        | '\u{F900}'..='\u{FAFF}'    // Compatibility Ideographs
        | '\u{FF66}'..='\u{FF9F}'    // half-width kana
        | '\u{20000}'..='\u{3FFFF}') // the supplementary and tertiary planes
}
