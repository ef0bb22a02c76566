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

/// A query is read with other marks if at least one word in so many lacks some, and a query of a few
/// words if any does. Otherwise a slip is as likely as a habit, and the words are left open instead.
const LEAST_SHARE: usize = 3;
const SHORT: usize = 4;

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
    words: usize,
}

impl Look {
    fn of(scanner: &mut Scanner, text: &str) -> Self {
        let mut look = Self::default();
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            match token.kind {
                TokenKind::Syllable => {
                    look.marked |= !token.is_bare();
                    look.words += 1;
                }
                TokenKind::Word | TokenKind::Code => {
                    look.marked |= !token.is_bare();
                    look.words += 1;
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
            words: self.words + other.words,
        }
    }
}

/// What a query was meant to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meant {
    /// What was typed.
    AsTyped,
    /// Another text.
    Text(String),
    /// What was typed, but for a few words that probably lack marks, by their bytes.
    Lacking(Vec<Range<usize>>),
}

/// The query that was meant: decoded keystrokes, or marks where a writer of marks left many out.
/// Operators, filters and what is to be taken exactly stay.
pub(crate) fn read(parsed: &Parsed) -> Meant {
    if parsed.text.len() > MAX_BYTES {
        return Meant::AsTyped;
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
    INTERPRETER.with_borrow_mut(|interpreter| {
        if all.keystrokes {
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text).collect();
            if let Some(decoded) = interpreter.decode_query(&texts) {
                return with_texts(parsed, &pieces, &decoded.texts);
            }
        }
        // Where a word is unfinished, what lacks marks is open anyway.
        if !all.marked || all.unfinished {
            return Meant::AsTyped;
        }
        let mut lacking = Vec::new();
        let mut texts = Vec::with_capacity(pieces.len());
        for (piece, look) in pieces.iter().zip(&looks) {
            let mut text = piece.text.to_string();
            if look.marked {
                text = interpreter.restore(piece.text);
                let spans = restored_words(piece.text, &mut text);
                let in_query =
                    |span: Range<usize>| piece.start + span.start..piece.start + span.end;
                lacking.extend(spans.into_iter().map(in_query));
            }
            texts.push(text);
        }
        let words: usize = looks.iter().map(|look| look.words).sum();
        match lacking.len() {
            0 => Meant::AsTyped,
            few if words > SHORT && few * LEAST_SHARE < words => Meant::Lacking(lacking),
            _ => with_texts(parsed, &pieces, &texts),
        }
    })
}

/// The query with other texts in its pieces.
fn with_texts(parsed: &Parsed, pieces: &[Piece<'_>], texts: &[String]) -> Meant {
    let mut text = String::with_capacity(parsed.text.len() * 2);
    let mut done = 0;
    for (piece, meant) in pieces.iter().zip(texts) {
        text.push_str(parsed.text.get(done..piece.start).unwrap_or(""));
        text.push_str(meant);
        done = piece.start + piece.text.len();
    }
    text.push_str(parsed.text.get(done..).unwrap_or(""));
    match text == parsed.text {
        true => Meant::AsTyped,
        false => Meant::Text(text),
    }
}

/// The words of `typed` that are others in `restored`, by their bytes. Names are put back as typed:
/// a writer of marks who begins a word with a capital in the middle of a query means that name
/// (`phường Bao Vinh`).
fn restored_words(typed: &str, restored: &mut String) -> Vec<Range<usize>> {
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
    if before.len() != after.len() {
        return before;
    }
    let has_names = typed.chars().any(char::is_lowercase);
    let mut others = Vec::new();
    let mut text = String::with_capacity(restored.len());
    let mut done = 0;
    for (number, (from, to)) in before.into_iter().zip(after).enumerate() {
        let written = typed.get(from.clone()).unwrap_or("");
        let meant = restored.get(to.clone()).unwrap_or("");
        let is_name = has_names && number > 0 && written.starts_with(char::is_uppercase);
        text.push_str(restored.get(done..to.start).unwrap_or(""));
        text.push_str(if is_name { written } else { meant });
        done = to.end;
        if !is_name && meant != written {
            others.push(from);
        }
    }
    text.push_str(restored.get(done..).unwrap_or(""));
    *restored = text;
    others
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

    fn read(query: &str) -> Meant {
        super::read(&parse(query, &ParserOptions::default()).unwrap())
    }

    fn meant(query: &str) -> Option<String> {
        match read(query) {
            Meant::Text(text) => Some(text),
            Meant::AsTyped | Meant::Lacking(_) => None,
        }
    }

    #[test]
    fn one_word_among_many_is_left_open() {
        let query = "Xã nào dược chọn làm nơi họp chợ phiên?";
        let word = query.find("dược").unwrap();
        let span = word..word + "dược".len();
        assert_eq!(read(query), Meant::Lacking(vec![span]));
        assert_eq!(read("giá vàng hôm nay ở chợ phiên"), Meant::AsTyped);
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
