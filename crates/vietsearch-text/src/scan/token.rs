//! Tokens: what the scanner yields.

use std::fmt;
use std::ops::Range;

use crate::marks;
use crate::syllable::Syllable;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// One well-formed Vietnamese syllable (tiếng).
    Syllable,
    /// Letters that form no syllable: foreign words, abbreviations, unfinished spellings (`tieng`).
    Word,
    /// Digits, grouped or with a decimal comma: `20.000`, `3,5`.
    Number,
    /// Letters and digits in one: `U23`, `17h22`.
    Code,
    /// A URL, a domain name or an e-mail address.
    Url,
    /// A Han character or a piece of another script that is written without spaces.
    Ideograph,
}

impl TokenKind {
    /// The name in lower case, as JSON output has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Syllable => "syllable",
            Self::Word => "word",
            Self::Number => "number",
            Self::Code => "code",
            Self::Url => "url",
            Self::Ideograph => "ideograph",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A token with its place in the caller's text and its forms, lent until the next one is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token<'a> {
    /// First byte in the scanned text.
    pub start: usize,
    /// Byte after the last one; `text[start..end]` scans to the same token again.
    pub end: usize,
    /// What the token is made of.
    pub kind: TokenKind,
    /// Number of the sentence, from 0.
    pub sentence: u32,
    /// The syllable, exactly for [`TokenKind::Syllable`].
    pub syllable: Option<Syllable>,
    /// Canonical form (exact tier): NFC, lower case, tone re-placed, missing horn repaired.
    pub form: &'a str,
    /// The canonical form without marks, `đ` → `d`, compatibility forms resolved.
    pub folded: &'a str,
}

impl<'a> Token<'a> {
    #[inline]
    pub(super) fn new(
        span: Range<usize>,
        sentence: u32,
        kind: TokenKind,
        syllable: Option<Syllable>,
        (form, folded): (&'a str, &'a str),
    ) -> Self {
        Self {
            start: span.start,
            end: span.end,
            kind,
            sentence,
            syllable,
            form,
            folded,
        }
    }

    /// The folded form as an index key: `y` is `i` where both are written for one word (`kỹ`,
    /// `kĩ`). See [`Syllable::index_key`].
    #[must_use]
    pub fn index_key(&self) -> &'a str {
        self.syllable
            .map_or(self.folded, |syllable| syllable.index_key())
    }

    /// Appends the canonical form to `text`; faster than `text.push_str(token.form)`, see
    /// [`Syllable::push_to`].
    #[inline]
    pub fn push_form_to(&self, text: &mut String) {
        match self.syllable {
            Some(syllable) => syllable.push_to(text),
            None => text.push_str(self.form),
        }
    }

    /// Appends the folded form to `text`.
    #[inline]
    pub fn push_folded_to(&self, text: &mut String) {
        match self.syllable {
            Some(syllable) => syllable.push_folded_to(text),
            None => text.push_str(self.folded),
        }
    }

    /// Appends the [index key](Self::index_key) to `text`.
    #[inline]
    pub fn push_index_key_to(&self, text: &mut String) {
        match self.syllable {
            Some(syllable) => syllable.push_index_key_to(text),
            None => text.push_str(self.folded),
        }
    }

    /// True if no letter carries a mark of Vietnamese: the form equals the folded form.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.form == self.folded
    }

    /// True if the token is the beginning of a syllable's spelling that cannot stand as written:
    /// marks are missing (`tieng`, `hoc`, `viêt`, `Đăk`).
    ///
    /// Costs a table lookup and an allocation for words that are no syllable, nothing for others.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.kind == TokenKind::Word && marks::is_unfinished(self.form)
    }
}
