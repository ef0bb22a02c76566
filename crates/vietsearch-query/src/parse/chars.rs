//! Character classes of the query grammar.

/// Whether `c` separates words. A zero-width space separates, and a byte-order
/// mark must not hide an operator at the start of a pasted query.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

/// Whether `c` is a double quote of any kind.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '«' | '»' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{FF02}'
    )
}

/// Whether `c` is a quote that only ever opens, so it may follow a letter.
pub(super) fn is_opening_quote(c: char) -> bool {
    matches!(c, '«' | '\u{201C}' | '\u{201E}' | '\u{201F}')
}

/// Whether `c` is a combining mark as decomposed Vietnamese text uses them.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Whether `c` is part of a word: a letter, a digit or a combining mark.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Whether `c` is a hyphen, dash or minus.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether `text` holds nothing to search for: only spaces, controls and
/// punctuation. Emoji and other symbols count as content.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_filler)
}

fn is_filler(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => !c.is_ascii_alphanumeric(),
        'ª' | 'µ' | 'º' | '²' | '³' | '¹' | '¼' | '½' | '¾' => false,
        '\u{80}'..='\u{BF}'
        | '\u{2000}'..='\u{206F}'
        | '\u{2212}'
        | '\u{3000}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301F}'
        | '\u{FEFF}'
        | '\u{FF01}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' => true,
        _ => is_space(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_blank_and_symbols_are_not() {
        assert!(is_blank(" - … “” (!) \u{200B}\0"));
        for content in ["a", "5", "đ", "½", "習", "🌧", "\u{301}"] {
            assert!(!is_blank(content), "{content:?}");
        }
    }

    #[test]
    fn every_letter_and_digit_is_content() {
        for c in ('\0'..=char::MAX).filter(|c| c.is_alphanumeric()) {
            assert!(!is_filler(c), "{c:?}");
        }
    }
}
