//! Feeding tantivy with tokens that are analysed already.
//!
//! An article is scanned once; each tier of each region gets its terms as one string, in which
//! terms are separated by spaces. tantivy calls a tokenizer per string, and [`FeedTokenizer`] only
//! cuts it: one copy per term, no analysis. Positions are not kept: see
//! [`forward`](crate::forward).

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::analysis::Term;

/// The name under which [`FeedTokenizer`] is registered.
pub(crate) const FEED: &str = "vietsearch_feed";

/// Before a term: a sentence has ended.
const SENTENCE: u8 = 0x02;

/// Writes the terms of one tier of one region.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feed {
    text: String,
    sentence: u32,
}

impl Feed {
    /// Adds a term; where the sentence number grows, a sentence has ended.
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

    /// The terms that were pushed.
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
            at += 1;
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
    fn replays_terms() {
        let mut feed = Feed::default();
        feed.push("hà", 0);
        feed.push("nội", 0);
        feed.push("mới", 1);
        let mut tokenizer = FeedTokenizer::default();
        let mut stream = tokenizer.token_stream(feed.as_str());
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            terms.push((token.text.clone(), token.position));
        }
        let expected = [("hà", 0), ("nội", 1), ("mới", 2)];
        assert_eq!(
            terms,
            expected.map(|(term, position)| (term.to_string(), position))
        );
        let begins: Vec<bool> = feed.terms().map(|term| term.begins_sentence).collect();
        assert_eq!(begins, [false, false, true]);
    }
}
