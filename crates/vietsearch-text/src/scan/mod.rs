//! One scan over the original text: tokens with byte spans, forms and sentence numbers.

mod class;
mod link;
mod number;
mod run;
mod sentence;
mod token;

use crate::letter::{self, ASCII, LATIN, Spelling, VIETNAMESE};
use crate::syllable::Syllable;
use class::{Class, class, joins_apostrophe};
use run::{MAX_FORM_BYTES, Run, Scratch};
pub use token::{Token, TokenKind};

/// Reads text into [`Token`]s. Holds the buffers, so that a scanner that is kept allocates nothing
/// after warm-up.
///
/// # Examples
///
/// ```
/// use vietsearch_text::Scanner;
///
/// let mut scanner = Scanner::new();
/// let mut tokens = scanner.scan("Hoà Bình: U23 thắng 3-0");
/// let first = tokens.next().map(|token| (token.start..token.end, token.form, token.folded));
/// assert_eq!(first, Some((0..4, "hòa", "hoa")));
/// let mut forms = Vec::new();
/// while let Some(token) = tokens.next() {
///     forms.push(token.form.to_string());
/// }
/// assert_eq!(forms, ["bình", "u23", "thắng", "3", "0"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scanner {
    scratch: Scratch,
    always_general: bool,
}

impl Scanner {
    /// A scanner with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scanner that takes the general path for every word: the reference for the fast path.
    #[doc(hidden)]
    #[must_use]
    pub fn without_fast_path() -> Self {
        Self {
            always_general: true,
            ..Self::default()
        }
    }

    /// Starts a scan of `text`. Linear in the text, never fails.
    pub fn scan<'s>(&'s mut self, text: &'s str) -> Scan<'s> {
        Scan {
            text,
            scratch: &mut self.scratch,
            at: 0,
            previous: None,
            sentence: 0,
            always_general: self.always_general,
        }
    }
}

/// A scan under way. Not an [`Iterator`], because each token is lent until the next one.
#[derive(Debug)]
pub struct Scan<'s> {
    text: &'s str,
    scratch: &'s mut Scratch,
    /// Where reading goes on: the end of the token before.
    at: usize,
    /// Where the token before began.
    previous: Option<usize>,
    sentence: u32,
    always_general: bool,
}

/// What the fast path made of a word.
enum Fast {
    /// A word of composed letters of the alphabet, up to (not including) the given byte.
    Word {
        end: usize,
        spelling: Spelling,
        plain: bool,
    },
    /// Something that only the general path reads.
    General,
}

impl Scan<'_> {
    /// The next token, or `None` at the end of the text.
    ///
    /// Tokens come in order, do not overlap, lie on character boundaries, and leave no letter or
    /// digit of the text out.
    #[allow(
        clippy::should_implement_trait,
        reason = "the token borrows the scan's buffers"
    )]
    pub fn next(&mut self) -> Option<Token<'_>> {
        let start = self.skip_gap()?;
        let first = self.text.as_bytes().get(start).copied()?;
        let sentence = self.sentence;
        self.previous = Some(start);
        if first.is_ascii_digit() {
            return Some(self.number(start, sentence));
        }
        let fast = if self.always_general {
            Fast::General
        } else {
            self.fast_word(start)
        };
        let Fast::Word {
            end,
            spelling,
            plain,
        } = fast
        else {
            return Some(self.general(start, sentence));
        };
        if let Some(syllable) = Syllable::from_spelling(&spelling) {
            self.at = end;
            return Some(Token {
                start,
                end,
                kind: TokenKind::Syllable,
                sentence,
                syllable: Some(syllable),
                form: syllable.as_str(),
                folded: syllable.folded(),
            });
        }
        if plain && end - start <= MAX_FORM_BYTES {
            self.at = end;
            let form = self.text.get(start..end).unwrap_or("");
            return Some(Token {
                start,
                end,
                kind: TokenKind::Word,
                sentence,
                syllable: None,
                form,
                folded: form,
            });
        }
        Some(self.general(start, sentence))
    }

    /// Moves to the next letter or digit, counting sentences on the way.
    fn skip_gap(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let gap_start = self.at;
        let mut at = gap_start;
        let mut may_end = false;
        loop {
            let byte = *bytes.get(at)?;
            if byte < 0x80 {
                if byte.is_ascii_alphanumeric() {
                    break;
                }
                may_end |= matches!(byte, b'.' | b'!' | b'?' | b'\n');
                at += 1;
                continue;
            }
            let character = self.text.get(at..)?.chars().next()?;
            if matches!(class(character), Class::Latin | Class::Other) {
                break;
            }
            may_end |= sentence::is_terminator(character);
            at += character.len_utf8();
        }
        if may_end && let Some(previous) = self.previous {
            let previous = self.text.get(previous..gap_start).unwrap_or("");
            let gap = self.text.get(gap_start..at).unwrap_or("");
            let next = self
                .text
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .unwrap_or(' ');
            if sentence::ends(previous, gap, next) {
                self.sentence += 1;
            }
        }
        Some(at)
    }

    /// Reads a word whose letters are all composed letters of the alphabet or ASCII.
    #[inline]
    fn fast_word(&self, start: usize) -> Fast {
        let bytes = self.text.as_bytes();
        let mut spelling = Spelling::default();
        let mut at = start;
        // True while every letter is a lower-case ASCII letter.
        let mut plain = true;
        while let Some(&byte) = bytes.get(at) {
            let packed = ASCII.get(usize::from(byte)).copied().unwrap_or(0);
            if packed != 0 {
                plain &= byte >= b'a';
                spelling.push(packed);
                at += 1;
                continue;
            }
            if byte < 0x80 {
                if ends_word_for_sure(byte) {
                    break;
                }
                return self.at_joint(start, at, spelling, plain);
            }
            let (packed, length) = decode(bytes, at, byte);
            if packed == 0 {
                if is_plain_punctuation(bytes, at) {
                    break;
                }
                return Fast::General;
            }
            plain = false;
            spelling.push(packed);
            at += length;
        }
        Fast::Word {
            end: at,
            spelling,
            plain,
        }
    }

    /// Decides at an ASCII byte that may join what stands on both sides: digits, apostrophes, and
    /// the signs of links.
    #[cold]
    fn at_joint(&self, start: usize, at: usize, spelling: Spelling, plain: bool) -> Fast {
        let bytes = self.text.as_bytes();
        let joined = match bytes.get(at) {
            Some(byte) if byte.is_ascii_digit() => true,
            Some(b'\'' | b'`') => {
                let mut before = self.text.get(start..at).unwrap_or("").chars();
                let after = self.text.get(at + 1..).and_then(|rest| rest.chars().next());
                let only = before.next().filter(|_| before.next().is_none());
                only.zip(after).is_some_and(|(before, after)| {
                    // The general path sees a mark after the apostrophe, so it decides.
                    joins_apostrophe(before, after)
                })
            }
            _ => link::end(self.text, start).is_some(),
        };
        if joined {
            return Fast::General;
        }
        Fast::Word {
            end: at,
            spelling,
            plain,
        }
    }

    /// Reads a number, or a code that begins with a digit.
    fn number(&mut self, start: usize, sentence: u32) -> Token<'_> {
        let rest = self.text.as_bytes().get(start..).unwrap_or(&[]);
        let number = number::read(rest);
        let end = start + number.length;
        let next = self.text.get(end..).and_then(|tail| tail.chars().next());
        let goes_on =
            next.is_some_and(|next| class(next) != Class::Separator && class(next) != Class::Other);
        let may_link = matches!(next, Some('.' | '-' | '@' | '_' | '+'));
        if (goes_on && !number.punctuated) || may_link || number.length > MAX_FORM_BYTES {
            return self.general(start, sentence);
        }
        self.at = end;
        let written = self.text.get(start..end).unwrap_or("");
        let form = if number.punctuated {
            self.scratch.form.clear();
            number::write_form(written, &mut self.scratch.form);
            self.scratch.form.as_str()
        } else {
            written
        };
        Token {
            start,
            end,
            kind: TokenKind::Number,
            sentence,
            syllable: None,
            form,
            folded: form,
        }
    }

    /// Reads anything.
    fn general(&mut self, start: usize, sentence: u32) -> Token<'_> {
        let first = self.text.as_bytes().get(start).copied().unwrap_or(0);
        if first.is_ascii_alphanumeric()
            && let Some(end) = link::end(self.text, start)
        {
            return self.link(start, end, sentence);
        }
        if first.is_ascii_digit() {
            let number = number::read(self.text.as_bytes().get(start..).unwrap_or(&[]));
            if number.punctuated && number.length <= MAX_FORM_BYTES {
                return self.punctuated_number(start, start + number.length, sentence);
            }
        }
        let Run {
            end,
            kind,
            syllable,
        } = run::read(self.text, start, self.scratch);
        self.at = end;
        let (form, folded) = match syllable {
            Some(syllable) => (syllable.as_str(), syllable.folded()),
            None => (self.scratch.form.as_str(), self.scratch.folded.as_str()),
        };
        Token {
            start,
            end,
            kind,
            sentence,
            syllable,
            form,
            folded,
        }
    }

    fn punctuated_number(&mut self, start: usize, end: usize, sentence: u32) -> Token<'_> {
        self.at = end;
        self.scratch.form.clear();
        let written = self.text.get(start..end).unwrap_or("");
        number::write_form(written, &mut self.scratch.form);
        let form = self.scratch.form.as_str();
        Token {
            start,
            end,
            kind: TokenKind::Number,
            sentence,
            syllable: None,
            form,
            folded: form,
        }
    }

    fn link(&mut self, start: usize, end: usize, sentence: u32) -> Token<'_> {
        self.at = end;
        run::write_link(self.text.get(start..end).unwrap_or(""), self.scratch);
        let (form, folded) = (self.scratch.form.as_str(), self.scratch.folded.as_str());
        Token {
            start,
            end,
            kind: TokenKind::Url,
            sentence,
            syllable: None,
            form,
            folded,
        }
    }
}

/// True for the ASCII bytes after which a word is over, whatever follows.
#[inline]
fn ends_word_for_sure(byte: u8) -> bool {
    !matches!(
        byte,
        b'0'..=b'9' | b'\'' | b'`' | b'.' | b':' | b'@' | b'-' | b'_' | b'+'
    )
}

/// The packed letter at a non-ASCII byte and its length in bytes; 0 if it is none of the alphabet.
#[inline]
fn decode(bytes: &[u8], at: usize, lead: u8) -> (letter::PackedLetter, usize) {
    let low = |offset: usize| {
        bytes
            .get(at + offset)
            .map_or(0, |byte| usize::from(byte & 0x3F))
    };
    match lead {
        0xC3..=0xC6 => {
            let index = (usize::from(lead) - 0xC3) * 64 + low(1);
            (LATIN.get(index).copied().unwrap_or(0), 2)
        }
        0xE1 => {
            // U+1E80 to U+1EFF are E1 BA 80 to E1 BB BF.
            let middle = bytes.get(at + 1).copied().unwrap_or(0);
            if !matches!(middle, 0xBA | 0xBB) {
                return (0, 3);
            }
            let index = (usize::from(middle) - 0xBA) * 64 + low(2);
            (VIETNAMESE.get(index).copied().unwrap_or(0), 3)
        }
        _ => (0, 1),
    }
}

/// True for typographic quotes, dashes, dots and spaces of U+2000 to U+203F that end a word; not
/// for what is dropped inside words, nor for what may be an apostrophe.
#[inline]
fn is_plain_punctuation(bytes: &[u8], at: usize) -> bool {
    let (Some(0xE2), Some(0x80), Some(last)) =
        (bytes.get(at), bytes.get(at + 1), bytes.get(at + 2))
    else {
        return false;
    };
    !matches!(last, 0x8C..=0x8F | 0xAA..=0xAE | 0x98 | 0x99)
}

#[cfg(test)]
mod tests;
