//! The tokenizer and its stream.

use tantivy_tokenizer_api::{Token, TokenStream, Tokenizer};
use vietsearch_text::{Scan, Scanner};

/// Positions skipped between two sentences, so that phrases, even loose ones, do not cross.
pub const SENTENCE_GAP: usize = 16;

/// Which form of a token becomes the term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// The canonical form with its marks.
    Canonical,
    /// The folded form as an index key: no marks, `kỹ` = `kĩ`.
    Folded,
}

/// A tantivy tokenizer for Vietnamese: one token per syllable, foreign word, number or code.
///
/// Offsets are bytes of the original text. Positions count tokens and jump by [`SENTENCE_GAP`] at
/// the end of a sentence. A clone copies a few empty buffers.
///
/// ```
/// use tantivy_tokenizer_api::{TokenStream, Tokenizer};
/// use vietsearch_tantivy::ViTokenizer;
///
/// let mut tokenizer = ViTokenizer::folded();
/// let mut stream = tokenizer.token_stream("Đường sắt. Hoà Bình");
/// let mut terms = Vec::new();
/// while let Some(token) = stream.next() {
///     terms.push((token.position, token.text.clone()));
/// }
/// let expected = [(0, "duong"), (1, "sat"), (18, "hoa"), (19, "binh")];
/// assert_eq!(terms, expected.map(|(position, text)| (position, text.to_string())));
/// ```
#[derive(Debug)]
pub struct ViTokenizer {
    form: Form,
    scanner: Scanner,
    token: Token,
}

impl ViTokenizer {
    /// Terms are canonical syllables with their marks.
    #[must_use]
    pub fn syllables() -> Self {
        Self::new(Form::Canonical)
    }

    /// Terms are folded syllables.
    #[must_use]
    pub fn folded() -> Self {
        Self::new(Form::Folded)
    }

    /// Terms are of the given form.
    #[must_use]
    pub fn new(form: Form) -> Self {
        Self {
            form,
            scanner: Scanner::new(),
            token: Token::default(),
        }
    }
}

impl Default for ViTokenizer {
    fn default() -> Self {
        Self::syllables()
    }
}

impl Clone for ViTokenizer {
    fn clone(&self) -> Self {
        Self::new(self.form)
    }
}

impl Tokenizer for ViTokenizer {
    type TokenStream<'a> = ViTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ViTokenStream<'a> {
        self.token.reset();
        let Self {
            form,
            scanner,
            token,
        } = self;
        ViTokenStream {
            form: *form,
            scan: scanner.scan(text),
            token,
            count: 0,
        }
    }
}

/// The tokens of one text, in tantivy's form.
#[derive(Debug)]
pub struct ViTokenStream<'a> {
    form: Form,
    scan: Scan<'a>,
    token: &'a mut Token,
    count: usize,
}

impl TokenStream for ViTokenStream<'_> {
    #[inline]
    fn advance(&mut self) -> bool {
        let Some(token) = self.scan.next() else {
            return false;
        };
        self.token.text.clear();
        match self.form {
            Form::Canonical => token.push_form_to(&mut self.token.text),
            Form::Folded => token.push_index_key_to(&mut self.token.text),
        }
        self.token.offset_from = token.start;
        self.token.offset_to = token.end;
        self.token.position = self.count + token.sentence as usize * SENTENCE_GAP;
        self.count += 1;
        true
    }

    #[inline]
    fn token(&self) -> &Token {
        self.token
    }

    #[inline]
    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<ViTokenizer>();
};
