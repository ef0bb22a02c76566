//! What a query was meant to be: keystrokes that no input method has turned into letters, marks that
//! were left out.
//!
//! Nothing here looks at the index: a query is read alike whatever is in it.

use std::cell::RefCell;
use std::ops::Range;

use vietsearch_text::interpret::{Interpreter, RestoredWord, Suggestion};
use vietsearch_text::marks::is_unfinished;
use vietsearch_text::{Scanner, TokenKind};

use crate::parse::{Node, Parsed};

/// The longest query that is interpreted, in bytes; pasted articles mean what they say.
const MAX_BYTES: usize = 2_000;

thread_local! {
    /// Its buffers stay warm.
    static INTERPRETER: RefCell<Interpreter<'static>> = RefCell::new(Interpreter::shipped());
}

/// A piece of plain text of the query.
struct Piece<'q> {
    start: usize,
    text: &'q str,
}

/// What the tokens of a query look like.
#[derive(Debug, Default)]
struct Look {
    marked: bool,
    /// Some word cannot stand as written without further marks.
    unfinished: bool,
    /// Some token is no syllable, as keystrokes are.
    keystrokes: bool,
}

impl Look {
    fn of(scanner: &mut Scanner, text: &str) -> Self {
        let mut look = Self::default();
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            match token.kind {
                TokenKind::Syllable => look.marked |= !token.is_bare(),
                TokenKind::Word | TokenKind::Code => {
                    look.marked |= !token.is_bare();
                    look.keystrokes = true;
                    look.unfinished |= token.kind == TokenKind::Word && is_unfinished(token.form);
                }
                _ => {}
            }
        }
        look
    }

    fn or(self, other: &Self) -> Self {
        Self {
            marked: self.marked | other.marked,
            unfinished: self.unfinished | other.unfinished,
            keystrokes: self.keystrokes | other.keystrokes,
        }
    }
}

/// The query that was meant, if it is another text: decoded keystrokes, or marks where a writer of
/// marks left some out. Operators, filters and what is to be taken exactly stay.
pub(crate) fn rewrite(parsed: &Parsed) -> Option<String> {
    if parsed.text.len() > MAX_BYTES {
        return None;
    }
    let pieces: Vec<Piece<'_>> = parsed
        .leaves()
        .filter_map(|leaf| piece(leaf.node))
        .collect();
    let mut scanner = Scanner::new();
    let looks: Vec<Look> = pieces
        .iter()
        .map(|piece| Look::of(&mut scanner, piece.text))
        .collect();
    let all = looks.iter().fold(Look::default(), Look::or);
    let meant = INTERPRETER.with_borrow_mut(|interpreter| {
        if all.keystrokes {
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text).collect();
            if let Some(decoded) = interpreter.decode_query(&texts) {
                return decoded.texts;
            }
        }
        // Where a word is unfinished, what lacks marks is open anyway.
        let restores = all.marked && !all.unfinished;
        let restored =
            pieces
                .iter()
                .zip(&looks)
                .map(|(piece, look)| match restores && look.marked {
                    true => without_names(piece.text, &interpreter.restore(piece.text)),
                    false => piece.text.to_string(),
                });
        restored.collect()
    });
    let mut text = String::with_capacity(parsed.text.len() * 2);
    let mut done = 0;
    for (piece, meant) in pieces.iter().zip(&meant) {
        text.push_str(parsed.text.get(done..piece.start)?);
        text.push_str(meant);
        done = piece.start + piece.text.len();
    }
    text.push_str(parsed.text.get(done..)?);
    (text != parsed.text).then_some(text)
}

/// The restored text, but for names as typed: a writer of marks who begins a word with a capital in
/// the middle of a query means that name (`phường Bao Vinh`).
fn without_names(typed: &str, restored: &str) -> String {
    let words = |text: &str| -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            spans.push(token.start..token.end);
        }
        spans
    };
    let (before, after) = (words(typed), words(restored));
    if before.len() != after.len() || !typed.chars().any(char::is_lowercase) {
        return restored.to_string();
    }
    let mut text = String::with_capacity(restored.len());
    let mut done = 0;
    for (number, (from, to)) in before.into_iter().zip(after).enumerate() {
        let written = typed.get(from).unwrap_or("");
        let is_name = number > 0 && written.starts_with(char::is_uppercase);
        text.push_str(restored.get(done..to.start).unwrap_or(""));
        text.push_str(match is_name {
            true => written,
            false => restored.get(to.clone()).unwrap_or(""),
        });
        done = to.end;
    }
    text.push_str(restored.get(done..).unwrap_or(""));
    text
}

fn piece(node: &Node) -> Option<Piece<'_>> {
    match node {
        Node::Words { text, span }
        | Node::Phrase {
            text,
            span,
            exact: false,
            ..
        } => Some(Piece {
            start: span.start,
            text,
        }),
        _ => None,
    }
}

/// The text that keystrokes were meant to write, if it is another.
pub(crate) fn keystrokes(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let decoded = INTERPRETER.with_borrow_mut(|interpreter| interpreter.decode_query(&[text]))?;
    decoded
        .texts
        .into_iter()
        .next()
        .filter(|meant| meant != text)
}

/// Another query that the reader may have meant, if the query is plain words.
pub(crate) fn suggestion(parsed: &Parsed) -> Option<Suggestion> {
    if parsed.text.len() > MAX_BYTES {
        return None;
    }
    let mut leaves = parsed.leaves();
    let (Some(leaf), None) = (leaves.next(), leaves.next()) else {
        return None;
    };
    let Node::Words { text, .. } = leaf.node else {
        return None;
    };
    INTERPRETER.with_borrow_mut(|interpreter| interpreter.suggest(text))
}

/// For each token of a text the syllables that it may stand for, with their probabilities.
pub(crate) fn readings(text: &str) -> Vec<RestoredWord> {
    if text.len() > MAX_BYTES {
        return Vec::new();
    }
    INTERPRETER.with_borrow_mut(|interpreter| interpreter.readings(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{ParserOptions, parse};

    fn meant(query: &str) -> Option<String> {
        rewrite(&parse(query, &ParserOptions::default()).unwrap())
    }

    #[test]
    fn keystrokes_are_decoded_and_operators_stay() {
        assert_eq!(
            meant("tieengs vieetj -\"giaf nua\" source:baos").as_deref(),
            Some("tiếng việt -\"già nua\" source:baos")
        );
        assert_eq!(meant("=tieengs"), None);
        assert_eq!(meant("teen idol"), None);
        assert_eq!(meant(""), None);
    }

    #[test]
    fn marks_are_restored_among_marked_words_only() {
        assert_eq!(meant("cong an hà nội").as_deref(), Some("công an hà nội"));
        assert_eq!(meant("cong an ha noi"), None, "open anyway");
        assert_eq!(meant("tieng việt"), None, "open anyway");
        assert_eq!(meant("người việt năm 2024"), None);
        assert_eq!(meant("phường Bao Vinh"), None, "a name");
        assert_eq!(meant("CONG AN HÀ NỘI").as_deref(), Some("CÔNG AN HÀ NỘI"));
    }
}
