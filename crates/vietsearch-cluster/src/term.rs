//! Terms as every engine takes them.

use std::borrow::Cow;

use crate::dialect::Dialect;

/// A term cut to what engines keep in one piece. Documents and queries are cut alike.
pub(crate) fn bounded(term: &str) -> Cow<'_, str> {
    let is_space = |character: char| character.is_whitespace();
    // Characters are counted as Java does.
    let length: usize = if term.len() <= Dialect::MAX_TERM_CHARS {
        term.len()
    } else {
        term.chars().map(char::len_utf16).sum()
    };
    if length <= Dialect::MAX_TERM_CHARS && !term.contains(is_space) {
        return Cow::Borrowed(term);
    }
    let mut cut = String::new();
    let mut length = 0;
    for character in term.chars() {
        length += character.len_utf16();
        if length > Dialect::MAX_TERM_CHARS {
            break;
        }
        cut.push(if is_space(character) { '_' } else { character });
    }
    Cow::Owned(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_terms_are_cut_between_characters() {
        assert_eq!(bounded("đường"), "đường");
        assert_eq!(bounded(&"a".repeat(300)).len(), 255);
        assert_eq!(bounded(&"ế".repeat(200)).chars().count(), 200);
        assert_eq!(bounded(&"😀".repeat(200)).chars().count(), 127);
    }

    #[test]
    fn terms_have_no_spaces() {
        assert_eq!(bounded("a\u{2003}b c"), "a_b_c");
    }
}
