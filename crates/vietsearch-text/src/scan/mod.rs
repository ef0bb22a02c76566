//! One scan over the original text: tokens with byte spans, forms and sentence numbers.

mod class;
mod link;
mod memo;
mod number;
mod run;
mod sentence;
mod token;

use crate::letter::{self, ASCII, LATIN, Spelling, VIETNAMESE};
use crate::syllable::Syllable;
use class::{Class, class, joins_apostrophe};
use memo::{KEY_BYTES, Key, Memo, Reading, Source};
use run::{MAX_FORM_BYTES, Run, Scratch};
pub(crate) use run::{is_eth, is_small};
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
    memo: Memo,
    always_general: bool,
}

impl Scanner {
    /// A scanner with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scanner that takes the general path for every word: the reference for the fast paths.
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
        // Making the memo pays from some length on; once there, it serves short texts too.
        let pays = text.len() >= MEMO_FROM || !self.memo.is_empty();
        let uses_memo = pays && !self.always_general;
        Scan {
            text,
            scratch: &mut self.scratch,
            memo: &mut self.memo,
            at: 0,
            previous: None,
            sentence: 0,
            uses_memo,
            always_general: self.always_general,
        }
    }
}

/// Texts from this many bytes on make the memo.
const MEMO_FROM: usize = 256;

/// A scan under way. Not an [`Iterator`], because each token is lent until the next one.
#[derive(Debug)]
pub struct Scan<'s> {
    text: &'s str,
    scratch: &'s mut Scratch,
    memo: &'s mut Memo,
    /// Where reading goes on: the end of the token before.
    at: usize,
    /// Where the token before began.
    previous: Option<usize>,
    sentence: u32,
    uses_memo: bool,
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
    #[inline]
    pub fn next(&mut self) -> Option<Token<'_>> {
        if !self.uses_memo {
            let start = self.skip_gap()?;
            return Some(self.read_token(start));
        }
        // One space between two words is by far the most frequent gap. What is remembered begins
        // with a letter or digit, so that nothing more of the gap needs a look.
        let mut missed = None;
        if self.text.as_bytes().get(self.at) == Some(&b' ') {
            let start = self.at + 1;
            let key = self.key(start);
            if let Some(key) = key
                && let Some(place) = self.memo.find(key)
            {
                return self.remembered(start, place);
            }
            missed = key.map(|key| (start, key));
        }
        self.next_after_gap(missed)
    }

    /// The next token after any gap; `missed` is a word, by its place, that is not remembered.
    fn next_after_gap(&mut self, missed: Option<(usize, Key)>) -> Option<Token<'_>> {
        let start = self.skip_gap()?;
        if let Some((place, key)) = missed
            && place == start
        {
            return Some(self.read_and_remember(start, key));
        }
        let Some(key) = self.key(start) else {
            return Some(self.read_token(start));
        };
        match self.memo.find(key) {
            Some(place) => self.remembered(start, place),
            None => Some(self.read_and_remember(start, key)),
        }
    }

    /// The raw bytes of the word at `start`, if nothing but them decides how it is read.
    #[inline]
    fn key(&self, start: usize) -> Option<Key> {
        let bytes = self.text.as_bytes();
        let cut = match bytes.get(start..).and_then(|rest| rest.first_chunk()) {
            Some(front) => Key::cut(front)?,
            None => Key::cut(&padded(bytes.get(start..)?))?,
        };
        let (key, length, sign) = cut;
        let whole = length > 0 && (sign == b' ' || !joins(bytes, start + length));
        whole.then_some(key)
    }

    #[inline]
    fn remembered(&mut self, start: usize, place: usize) -> Option<Token<'_>> {
        let slot = self.memo.get(place)?;
        let end = start + usize::from(slot.length);
        self.previous = Some(start);
        self.at = end;
        let (form, folded) = match slot.source {
            Source::Table => (slot.form, slot.folded),
            Source::Scratch => self.memo.forms(slot),
            Source::Text => {
                let own = self.text.get(start..end).unwrap_or("");
                (own, own)
            }
        };
        let (kind, syllable) = (slot.kind, slot.syllable);
        Some(Token {
            start,
            end,
            kind,
            sentence: self.sentence,
            syllable,
            form,
            folded,
        })
    }

    #[cold]
    fn read_and_remember(&mut self, start: usize, key: Key) -> Token<'_> {
        let reading = self.read(start);
        if reading.length <= KEY_BYTES {
            let forms = (self.scratch.form.as_str(), self.scratch.folded.as_str());
            self.memo.put(key, reading, forms);
        }
        self.lend(start, reading)
    }

    fn read_token(&mut self, start: usize) -> Token<'_> {
        let reading = self.read(start);
        self.lend(start, reading)
    }

    /// Makes the token of a reading whose forms are where it says.
    fn lend(&mut self, start: usize, reading: Reading) -> Token<'_> {
        let end = start + reading.length;
        self.previous = Some(start);
        self.at = end;
        let (form, folded) = match (reading.source, reading.syllable) {
            (Source::Table, Some(syllable)) => (syllable.as_str(), syllable.folded()),
            (Source::Scratch, _) => (self.scratch.form.as_str(), self.scratch.folded.as_str()),
            (Source::Text | Source::Table, _) => {
                let own = self.text.get(start..end).unwrap_or("");
                (own, own)
            }
        };
        let Reading { kind, syllable, .. } = reading;
        Token {
            start,
            end,
            kind,
            sentence: self.sentence,
            syllable,
            form,
            folded,
        }
    }

    /// Reads the token at `start`, where a letter or digit stands.
    fn read(&mut self, start: usize) -> Reading {
        let first = self.text.as_bytes().get(start).copied().unwrap_or(0);
        if first.is_ascii_digit() {
            return self.read_number(start);
        }
        if self.always_general {
            return self.read_general(start);
        }
        let Fast::Word {
            end,
            spelling,
            plain,
        } = self.fast_word(start)
        else {
            return self.read_general(start);
        };
        let length = end - start;
        if let Some(syllable) = Syllable::from_spelling(&spelling) {
            let kind = TokenKind::Syllable;
            return Reading {
                length,
                kind,
                syllable: Some(syllable),
                source: Source::Table,
            };
        }
        if plain && length <= MAX_FORM_BYTES {
            let kind = TokenKind::Word;
            return Reading {
                length,
                kind,
                syllable: None,
                source: Source::Text,
            };
        }
        self.read_general(start)
    }

    /// Moves to the next letter or digit, counting sentences on the way.
    #[inline]
    fn skip_gap(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if let (Some(b' '), Some(next)) = (bytes.get(self.at), bytes.get(self.at + 1))
            && (next.is_ascii_alphanumeric() || is_letter_lead(bytes, self.at + 1, *next))
        {
            return Some(self.at + 1);
        }
        self.skip_any_gap()
    }

    fn skip_any_gap(&mut self) -> Option<usize> {
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
                if byte.is_ascii_digit() {
                    return Fast::General;
                }
                if joins(bytes, at) {
                    return self.at_joint(start, at, spelling, plain);
                }
                break;
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

    /// Decides at a sign that may join what stands on both sides.
    #[cold]
    fn at_joint(&self, start: usize, at: usize, spelling: Spelling, plain: bool) -> Fast {
        let bytes = self.text.as_bytes();
        let joined = match bytes.get(at) {
            Some(b'\'' | b'`') => {
                let mut before = self.text.get(start..at).unwrap_or("").chars();
                let after = self.text.get(at + 1..).and_then(|rest| rest.chars().next());
                let only = before.next().filter(|_| before.next().is_none());
                only.zip(after)
                    .is_some_and(|(before, after)| joins_apostrophe(before, after))
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
    fn read_number(&mut self, start: usize) -> Reading {
        let rest = self.text.as_bytes().get(start..).unwrap_or(&[]);
        let number = number::read(rest);
        let end = start + number.length;
        let next = self.text.get(end..).and_then(|tail| tail.chars().next());
        let goes_on =
            next.is_some_and(|next| !matches!(class(next), Class::Separator | Class::Other));
        let may_link = matches!(next, Some('.' | '-' | '@' | '_' | '+'));
        if (goes_on && !number.punctuated) || may_link || number.length > MAX_FORM_BYTES {
            return self.read_general(start);
        }
        self.number(start, number)
    }

    fn number(&mut self, start: usize, number: number::Number) -> Reading {
        let length = number.length;
        let mut source = Source::Text;
        if number.punctuated {
            source = Source::Scratch;
            let Scratch { form, folded, .. } = &mut *self.scratch;
            form.clear();
            folded.clear();
            number::write_form(self.text.get(start..start + length).unwrap_or(""), form);
            folded.push_str(form);
        }
        Reading {
            length,
            kind: TokenKind::Number,
            syllable: None,
            source,
        }
    }

    /// Reads anything.
    fn read_general(&mut self, start: usize) -> Reading {
        let first = self.text.as_bytes().get(start).copied().unwrap_or(0);
        if first.is_ascii_alphanumeric()
            && let Some(end) = link::end(self.text, start)
        {
            run::write_link(self.text.get(start..end).unwrap_or(""), self.scratch);
            let (length, kind) = (end - start, TokenKind::Url);
            return Reading {
                length,
                kind,
                syllable: None,
                source: Source::Scratch,
            };
        }
        if first.is_ascii_digit() {
            let number = number::read(self.text.as_bytes().get(start..).unwrap_or(&[]));
            if number.punctuated && number.length <= MAX_FORM_BYTES {
                return self.number(start, number);
            }
        }
        let Run {
            end,
            kind,
            syllable,
        } = run::read(self.text, start, self.scratch);
        let source = if syllable.is_some() {
            Source::Table
        } else {
            Source::Scratch
        };
        Reading {
            length: end - start,
            kind,
            syllable,
            source,
        }
    }
}

/// True if the byte at `at` is an ASCII sign that may join what stands on both sides: apostrophes,
/// the signs of links, separators within numbers; and something follows that it can join.
#[inline]
fn joins(bytes: &[u8], at: usize) -> bool {
    let Some(sign) = bytes.get(at) else {
        return false;
    };
    if !matches!(
        sign,
        b'\'' | b'`' | b'.' | b',' | b':' | b'@' | b'-' | b'_' | b'+'
    ) {
        return false;
    }
    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
    let goes_on = matches!(next, b'/' | b'.' | b'-' | b'_' | b'+' | b'@' | b':');
    goes_on || next >= 0x80 || next.is_ascii_alphanumeric()
}

/// The last bytes of a text, filled up with zeros.
#[cold]
fn padded(tail: &[u8]) -> [u8; KEY_BYTES] {
    let mut front = [0; KEY_BYTES];
    for (slot, byte) in front.iter_mut().zip(tail) {
        *slot = *byte;
    }
    front
}

/// True if a composed letter of the alphabet begins at a non-ASCII byte.
#[inline]
fn is_letter_lead(bytes: &[u8], at: usize, lead: u8) -> bool {
    (0xC3..=0xE1).contains(&lead) && decode(bytes, at, lead).0 != 0
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
