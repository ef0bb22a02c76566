//! Feeding tantivy with tokens that are analysed already.
//!
//! An article is scanned once; each tier of each field gets its terms as one string, in which
//! terms are separated by spaces. tantivy calls a tokenizer per field, and [`FeedTokenizer`] only
//! cuts such a string: one copy per term, no analysis.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use vietsearch_tantivy::SENTENCE_GAP;

use crate::analysis::Term;

/// The name under which [`FeedTokenizer`] is registered.
pub(crate) const FEED: &str = "vietsearch_feed";

/// Before a term: a sentence has ended.
const SENTENCE: u8 = 0x02;
/// Before and after a decimal number: the term's position.
const POSITION: u8 = 0x03;

/// Writes the terms of one tier of one field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feed {
    text: String,
    sentence: u32,
}

impl Feed {
    /// Adds a term at the next position; positions jump where the sentence number does.
    pub(crate) fn push(&mut self, term: &str, sentence: u32) {
        self.push_with(sentence, |text| text.push_str(term));
    }

    /// Adds the term that `write` appends, as [`push`](Self::push) does.
    pub(crate) fn push_with(&mut self, sentence: u32, write: impl FnOnce(&mut String)) {
        while self.sentence < sentence {
            self.text.push(char::from(SENTENCE));
            self.sentence += 1;
        }
        write(&mut self.text);
        self.text.push(' ');
    }

    /// Adds a term at a position of its own.
    pub(crate) fn push_at(&mut self, term: &str, position: usize) {
        use std::fmt::Write as _;
        // Writing to a string cannot fail.
        let _ = write!(self.text, "\u{3}{position}\u{3}{term} ");
    }

    /// The terms that were pushed, but those with a position of their own.
    pub(crate) fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        let pieces = self.text.split(' ').filter(|piece| !piece.is_empty());
        pieces.map(|piece| {
            let text = piece.trim_start_matches(char::from(SENTENCE));
            Term {
                text,
                begins_sentence: text.len() < piece.len(),
            }
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn get(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.sentence = 0;
    }
}

/// The position of a token by its number and its sentence.
pub(crate) fn position(count: usize, sentence: u32) -> usize {
    count + sentence as usize * SENTENCE_GAP
}

/// Cuts what [`Feed`] wrote.
#[derive(Clone, Debug, Default)]
pub(crate) struct FeedTokenizer {
    token: Token,
}

impl Tokenizer for FeedTokenizer {
    type TokenStream<'a> = FeedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FeedStream<'a> {
        self.token.reset();
        FeedStream {
            rest: text,
            token: &mut self.token,
            next: 0,
        }
    }
}

/// The terms of one feed.
pub(crate) struct FeedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
    next: usize,
}

impl TokenStream for FeedStream<'_> {
    fn advance(&mut self) -> bool {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while bytes.get(at) == Some(&SENTENCE) {
            self.next += SENTENCE_GAP;
            at += 1;
        }
        if bytes.get(at) == Some(&POSITION) {
            at += 1;
            let mut position = 0;
            while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
                position = position * 10 + usize::from(digit - b'0');
                at += 1;
            }
            at += 1;
            self.next = position;
        }
        let rest = self.rest.get(at..).unwrap_or("");
        let Some(length) = rest.as_bytes().iter().position(|byte| *byte == b' ') else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(rest.get(..length).unwrap_or(""));
        self.token.position = self.next;
        self.next += 1;
        self.rest = rest.get(length + 1..).unwrap_or("");
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replays_terms_with_positions() {
        let mut feed = Feed::default();
        feed.push("hà", 0);
        feed.push("nội", 0);
        feed.push("mới", 1);
        feed.push_at("duong", 40);
        feed.push_at("viet", 43);
        let mut tokenizer = FeedTokenizer::default();
        let mut stream = tokenizer.token_stream(feed.as_str());
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            terms.push((token.text.clone(), token.position));
        }
        let expected = [
            ("hà", 0),
            ("nội", 1),
            ("mới", 18),
            ("duong", 40),
            ("viet", 43),
        ];
        assert_eq!(
            terms,
            expected.map(|(term, position)| (term.to_string(), position))
        );
    }
}
