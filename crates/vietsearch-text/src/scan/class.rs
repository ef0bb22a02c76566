//! Classes of characters that decide where tokens begin and end.

use unicode_normalization::char::decompose_canonical;

use crate::letter::{is_mark, packed};

/// What a character does to a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter or digit of the Latin script (compatibility forms too): part of a run.
    Latin,
    /// A letter or digit of another script: cut by the Unicode word boundary rules.
    Other,
    /// A combining mark: belongs to the letter before it.
    Mark,
    /// Dropped inside words: soft hyphen, joiners, BOM, bidi controls.
    Ignorable,
    /// Everything else separates.
    Separator,
}

pub(super) fn class(character: char) -> Class {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Latin,
        '\0'..='\u{7F}' => Class::Separator,
        _ if packed(character) != 0 => Class::Latin,
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{200C}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' => Class::Ignorable,
        // Spacing letters that writers use as apostrophes, and what normalisation makes one of them.
        '\u{2B0}'..='\u{2FF}' | '\u{374}' => Class::Separator,
        _ if is_mark(character) => Class::Mark,
        _ if !character.is_alphanumeric() => Class::Separator,
        // The ohm sign is the Greek letter.
        '\u{2126}' => Class::Other,
        '\u{80}'..='\u{24F}'
        | '\u{250}'..='\u{2AF}'
        | '\u{1D00}'..='\u{1EFF}'
        | '\u{2070}'..='\u{218F}'
        | '\u{2460}'..='\u{24FF}'
        | '\u{2C60}'..='\u{2C7F}'
        | '\u{A720}'..='\u{A7FF}'
        | '\u{FB00}'..='\u{FB06}'
        | '\u{FF10}'..='\u{FF5A}'
        | '\u{1D400}'..='\u{1D7FF}' => Class::Latin,
        _ => Class::Other,
    }
}

/// True for what is dropped inside words.
pub(crate) fn is_ignorable(character: char) -> bool {
    class(character) == Class::Ignorable
}

/// True for the signs that are written as an apostrophe, and their canonical equivalents.
pub(crate) fn is_apostrophe(character: char) -> bool {
    matches!(
        character,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '`' | '\u{B4}' | '\u{1FEF}' | '\u{1FFD}'
    )
}

/// True if an apostrophe between `before` (the only letter before it) and the text `after` it is
/// part of a name: `H'Mông`, `K’Ho`, `O'Brien`. French elisions (`l'homme`) stay two words.
pub(super) fn joins_apostrophe(before: char, after: &str) -> bool {
    let mut base = None;
    decompose_canonical(before, |part| {
        base.get_or_insert(part);
    });
    let base = base.unwrap_or(before).to_ascii_lowercase();
    let elides = matches!(base, 'l' | 'd' | 'j' | 'c' | 'n' | 's' | 't');
    let next = after.chars().find(|next| !is_ignorable(*next));
    let is_letter = |next: char| class(next) == Class::Latin && next.is_alphabetic();
    before.is_alphabetic() && !elides && next.is_some_and(is_letter)
}

/// True for Han and kana.
pub(super) fn is_ideographic(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::{class, is_apostrophe};
    use crate::scan::sentence::is_terminator;

    /// A sign and the one that normalisation makes of it read alike, or a text would not give the
    /// same tokens in every normal form.
    #[test]
    fn canonical_equivalents_are_of_one_class() {
        let mut differ = Vec::new();
        for character in '\0'..=char::MAX {
            for normal in [
                character.nfc().collect::<String>(),
                character.nfd().collect::<String>(),
            ] {
                let mut parts = normal.chars();
                if let (Some(only), None) = (parts.next(), parts.next())
                    && (
                        class(character),
                        is_apostrophe(character),
                        is_terminator(character),
                        character.is_numeric(),
                    ) != (
                        class(only),
                        is_apostrophe(only),
                        is_terminator(only),
                        only.is_numeric(),
                    )
                {
                    differ.push((character.escape_unicode().to_string(), only));
                }
            }
        }
        assert!(differ.is_empty(), "{differ:?}");
    }
}
