//! The tokenizer of words and its stream.

use std::sync::Arc;

use tantivy_tokenizer_api::{Token, TokenStream, Tokenizer};
use vietsearch_text::{DataError, Scan, Scanner, Segmenter, UserDictionary, Words};

use crate::{Form, SENTENCE_GAP};

/// A tantivy tokenizer for Vietnamese words (từ): one token per word, its syllables joined by `_`
/// (`hôm_nay`), punctuation left out.
///
/// Whoever looks for a part of a word does not find it: keep a field of syllables
/// ([`ViTokenizer`](crate::ViTokenizer)) beside it. Offsets are bytes of the original text;
/// positions count words and jump by [`SENTENCE_GAP`] at the end of a sentence.
///
/// ```
/// use tantivy_tokenizer_api::{TokenStream, Tokenizer};
/// use vietsearch_tantivy::ViWordTokenizer;
///
/// let mut tokenizer = ViWordTokenizer::new()?;
/// let mut stream = tokenizer.token_stream("Giá vàng hôm nay tăng.");
/// let mut terms = Vec::new();
/// while let Some(token) = stream.next() {
///     terms.push((token.position, token.text.clone()));
/// }
/// let expected = [(0, "giá"), (1, "vàng"), (2, "hôm_nay"), (3, "tăng")];
/// assert_eq!(terms, expected.map(|(position, text)| (position, text.to_string())));
/// # Ok::<(), vietsearch_text::DataError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ViWordTokenizer {
    form: Form,
    segmenter: Segmenter<'static>,
    scanner: Scanner,
    token: Token,
}

impl ViWordTokenizer {
    /// Terms are words of canonical syllables with their marks.
    ///
    /// # Errors
    ///
    /// [`DataError`] if the library's tables are damaged.
    pub fn new() -> Result<Self, DataError> {
        Ok(Self {
            form: Form::Canonical,
            segmenter: Segmenter::new()?,
            scanner: Scanner::new(),
            token: Token::default(),
        })
    }

    /// Terms are of the given form. Text is segmented as written, whatever the form.
    #[must_use]
    pub fn with_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// Adds and removes words as a dictionary says.
    #[must_use]
    pub fn with_user_dictionary(mut self, dictionary: Arc<UserDictionary>) -> Self {
        self.segmenter = self.segmenter.with_user_dictionary(dictionary);
        self
    }
}

impl Tokenizer for ViWordTokenizer {
    type TokenStream<'a> = ViWordTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ViWordTokenStream<'a> {
        self.token.reset();
        let Self {
            form,
            segmenter,
            scanner,
            token,
        } = self;
        ViWordTokenStream {
            form: *form,
            words: segmenter.segment(text),
            scan: scanner.scan(text),
            token,
            count: 0,
        }
    }
}

/// The words of one text, in tantivy's form.
#[derive(Debug)]
pub struct ViWordTokenStream<'a> {
    form: Form,
    words: Words<'a, 'static>,
    /// The forms: a word says how many tokens it has.
    scan: Scan<'a>,
    token: &'a mut Token,
    count: usize,
}

impl TokenStream for ViWordTokenStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.find(|word| !word.is_punctuation()) else {
            return false;
        };
        self.token.text.clear();
        let mut sentence = 0;
        for index in 0..word.tokens {
            let Some(token) = self.scan.next() else {
                break;
            };
            if index == 0 {
                sentence = token.sentence as usize;
            } else {
                self.token.text.push('_');
            }
            self.token.text.push_str(match self.form {
                Form::Canonical => token.form,
                Form::Folded => token.index_key(),
            });
        }
        self.token.offset_from = word.start;
        self.token.offset_to = word.end;
        self.token.position = self.count + sentence * SENTENCE_GAP;
        self.count += 1;
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
    fn words_in_both_forms_with_positions_and_offsets() {
        let terms = |form| {
            let mut tokenizer = ViWordTokenizer::new().unwrap().with_form(form);
            let mut terms = Vec::new();
            let mut stream = tokenizer.token_stream("Học sinh học. “Hoà Bình”");
            while let Some(token) = stream.next() {
                let range = token.offset_from..token.offset_to;
                terms.push((token.position, range, token.text.clone()));
            }
            terms
        };
        assert_eq!(
            terms(Form::Canonical),
            [
                (0, 0..10, "học_sinh".to_string()),
                (1, 11..16, "học".to_string()),
                (2 + SENTENCE_GAP, 21..31, "hòa_bình".to_string()),
            ]
        );
        assert_eq!(terms(Form::Folded)[2].2, "hoa_binh");
    }
}
