//! Text as the language model sees it.

use crate::scan::{Scanner, Token, TokenKind};
use crate::syllable::Syllable;

/// What stands at a place of a text, as the language model sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// The beginning of a sentence.
    Start,
    /// A sign between two words of a sentence: a comma, a dash, a bracket.
    Pause,
    /// A number.
    Number,
    /// Whatever is no syllable: a foreign word, a code, an abbreviation, a link.
    Other,
    /// A syllable.
    Syllable(Syllable),
}

impl Unit {
    /// The unit of a token.
    #[must_use]
    pub fn of(token: &Token<'_>) -> Self {
        match (token.syllable, token.kind) {
            (Some(syllable), _) => Self::Syllable(syllable),
            (None, TokenKind::Number) => Self::Number,
            _ => Self::Other,
        }
    }
}

/// Calls `visit` with every unit of `text` in order, and with the token where there is one.
///
/// The units of a sentence are [`Unit::Start`], then its tokens, with [`Unit::Pause`] where signs
/// stand between two of them. Linear in the text; allocates nothing once the scanner is warm.
///
/// ```
/// use vietsearch_text::Scanner;
/// use vietsearch_text::interpret::{Unit, each_unit};
///
/// let mut units = Vec::new();
/// each_unit(&mut Scanner::new(), "Năm 2024, VFF họp. Xong.", |unit, _| {
///     units.push(match unit {
///         Unit::Syllable(syllable) => syllable.as_str(),
///         Unit::Start => "^",
///         Unit::Pause => ",",
///         Unit::Number => "1",
///         Unit::Other => "x",
///     });
/// });
/// assert_eq!(units, ["^", "năm", "1", ",", "x", "họp", "^", "xong"]);
/// ```
pub fn each_unit(
    scanner: &mut Scanner,
    text: &str,
    mut visit: impl FnMut(Unit, Option<&Token<'_>>),
) {
    let mut tokens = scanner.scan(text);
    let mut before = None;
    while let Some(token) = tokens.next() {
        match before {
            Some((sentence, end)) if sentence == token.sentence => {
                let gap = text.get(end..token.start).unwrap_or("");
                if gap.bytes().any(|byte| byte != b' ') && gap.chars().any(is_sign) {
                    visit(Unit::Pause, None);
                }
            }
            _ => visit(Unit::Start, None),
        }
        before = Some((token.sentence, token.end));
        visit(Unit::of(&token), Some(&token));
    }
}

fn is_sign(character: char) -> bool {
    !character.is_whitespace() && !character.is_control()
}
