//! One scan over the original text: tokens with byte spans, forms and sentence numbers.

mod class;
mod front;
mod gap;
mod link;
mod memo;
mod number;
mod run;
mod sentence;
mod token;
mod window;

use crate::letter::{self, ASCII, LATIN, Spelling, VIETNAMESE};
use crate::syllable::Syllable;
use class::{Class, class, joins_apostrophe};
pub(crate) use class::{is_apostrophe, is_ignorable};
use memo::{KEY_BYTES, Kept, Key, Memo, Reading, Slot, Source};
use run::{MAX_FORM_BYTES, Run, Scratch};
pub(crate) use run::{is_eth, is_small};
pub use token::{Token, TokenKind};
use window::{Ahead, Window};

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
    /// Bytes of all texts so far.
    scanned: usize,
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
        self.scanned = self.scanned.saturating_add(text.len());
        let pays = text.len() >= MEMO_FROM || self.scanned >= MEMO_AFTER || !self.memo.is_empty();
        let uses_memo = pays && !self.always_general;
        Scan {
            text,
            scratch: &mut self.scratch,
            memo: &mut self.memo,
            window: Window::default(),
            at: 0,
            previous: usize::MAX,
            no_link_before: 0,
            sentence: 0,
            uses_memo,
            always_general: self.always_general,
        }
    }
}

/// Texts from this many bytes on make the memo.
const MEMO_FROM: usize = 256;
/// Shorter texts of so many bytes in all make it too: a scanner that is kept for queries.
const MEMO_AFTER: usize = 1 << 12;

/// A scan under way. Not an [`Iterator`], because each token is lent until the next one.
#[derive(Debug)]
pub struct Scan<'s> {
    text: &'s str,
    scratch: &'s mut Scratch,
    memo: &'s mut Memo,
    window: Window,
    /// Where reading goes on: the end of the token before.
    at: usize,
    /// Where the token before began; beyond the text before the first one.
    previous: usize,
    /// No link begins before this byte.
    no_link_before: usize,
    sentence: u32,
    uses_memo: bool,
    always_general: bool,
}

/// What the fast path made of a word.
enum Fast {
    /// A word of composed letters of the alphabet and ASCII digits, up to (not including) the
    /// given byte.
    Word(KnownWord),
    /// Something that only the general path reads.
    General,
}

/// A word of letters that the tables know.
struct KnownWord {
    end: usize,
    spelling: Spelling,
    /// True if all are digits and lower-case ASCII letters.
    plain: bool,
    has_digit: bool,
    has_letter: bool,
}

impl<'s> Scan<'s> {
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
        match self.frequent_word() {
            Some(token) => Some(token),
            None => self.next_of_any_kind(),
        }
    }

    /// The hot path: a remembered word after one separator.
    ///
    /// Where the next word begins follows from the window alone; neither the memo nor the text is
    /// waited for.
    #[inline(always)]
    fn frequent_word(&mut self) -> Option<Token<'s>> {
        let length = match self.window.word_after_one() {
            Some(length) if length < KEY_BYTES => length,
            _ if self.uses_memo && self.window.is_spent() => {
                self.window = Window::at(self.text.as_bytes(), self.at);
                self.window.word_after_one()?
            }
            _ => return None,
        };
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let front = front::at(bytes, start);
        // Most words are followed by a space. Other signs may join the word to the next one.
        if *front.get(length)? != b' ' && joins(bytes, start + length) {
            return None;
        }
        // What is remembered begins with a letter or digit, so that the gap needs no other look.
        let slot = self.memo.find(Key::of(&front, length)?)?;
        let end = start + length;
        let forms = match slot.kept {
            Kept::Table => (slot.form, slot.folded),
            Kept::Text => {
                let own = self.text.get(start..end).unwrap_or("");
                (own, own)
            }
            // So that where the next word begins never waits for the memo.
            Kept::Apart => return None,
        };
        self.window = self.window.after(1 + length);
        self.previous = start;
        self.at = end;
        let (kind, syllable) = (slot.kind, slot.syllable);
        Some(Token::new(start..end, self.sentence, kind, syllable, forms))
    }

    /// The next token, whatever comes before it and whether it is remembered or not.
    #[inline(never)]
    fn next_of_any_kind(&mut self) -> Option<Token<'_>> {
        if self.at == self.text.len() {
            return None;
        }
        if !self.uses_memo {
            let start = self.skip_gap()?;
            return Some(self.read_token(start));
        }
        let (start, length) = match self.word_ahead() {
            Some(ahead) => ahead,
            None => {
                let start = self.skip_gap()?;
                let front = front::at(self.text.as_bytes(), start);
                (start, front::word_length(&front))
            }
        };
        let bytes = self.text.as_bytes();
        let key = Key::of(&front::at(bytes, start), length).filter(|_| length < KEY_BYTES);
        match key.filter(|_| !joins(bytes, start + length)) {
            Some(key) => self.word(start, key),
            None => self.joined_word(start),
        }
    }

    /// Moves to the next word by the window: where it begins, and its length.
    #[inline]
    fn word_ahead(&mut self) -> Option<(usize, usize)> {
        let Ahead { gap, length } = self.window.word_ahead()?;
        let bytes = self.text.as_bytes();
        let start = self.at + gap;
        let first = *bytes.get(start)?;
        if !first.is_ascii_alphanumeric() && !is_letter_lead(bytes, start, first) {
            // What is remembered begins with a letter or digit.
            self.memo.find(Key::of(&front::at(bytes, start), length)?)?;
        }
        let between = bytes.get(self.at..start)?;
        if gap > 1 && between.iter().any(|byte| gap::is_stop(*byte)) {
            self.count_sentence(start);
        }
        Some((start, length))
    }

    /// A word that nothing but its own bytes decides.
    fn word(&mut self, start: usize, key: Key) -> Option<Token<'_>> {
        if let Some(slot) = self.memo.find(key) {
            let slot = *slot;
            return Some(self.remembered(start, slot));
        }
        let reading = self.read(start);
        self.memo.put(key, reading, self.scratch);
        Some(self.lend(start, reading))
    }

    /// A word that signs may join to the next one, or a long one: what it is follows from the text
    /// up to the next white space.
    fn joined_word(&mut self, start: usize) -> Option<Token<'_>> {
        let rest = self.text.as_bytes().get(start..)?;
        let Some(chunk) = memo::chunk(rest) else {
            return Some(self.read_token(start));
        };
        match self.memo.find_chunk(chunk) {
            Some(slot) => Some(self.remembered(start, slot)),
            None => {
                let reading = self.read(start);
                self.memo.put_chunk(chunk, reading, self.scratch);
                Some(self.lend(start, reading))
            }
        }
    }

    /// Moves to the next letter or digit, counting sentences on the way.
    fn skip_gap(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if let Some([b' ', next]) = bytes.get(self.at..).and_then(|rest| rest.first_chunk())
            && (next.is_ascii_alphanumeric() || is_letter_lead(bytes, self.at + 1, *next))
        {
            return Some(self.at + 1);
        }
        let gap = gap::skip(self.text, self.at)?;
        if gap.may_end_sentence {
            self.count_sentence(gap.end);
        }
        Some(gap.end)
    }

    /// Counts a sentence if one ends in the gap before the next token, which begins at `next`.
    fn count_sentence(&mut self, next: usize) {
        if let Some(previous) = self.text.get(self.previous..self.at) {
            let between = self.text.get(self.at..next).unwrap_or("");
            let next = self.text.get(next..).and_then(|rest| rest.chars().next());
            if sentence::ends(previous, between, next.unwrap_or(' ')) {
                self.sentence += 1;
            }
        }
    }

    /// The token at `start` that is remembered.
    fn remembered(&mut self, start: usize, slot: Slot) -> Token<'_> {
        let end = start + slot.length();
        self.window = self.window.after(end - self.at);
        self.previous = start;
        self.at = end;
        let forms = match slot.source {
            Source::Table => (slot.form, slot.folded),
            Source::Scratch => self.memo.forms(&slot),
            Source::Text => {
                let own = self.text.get(start..end).unwrap_or("");
                (own, own)
            }
        };
        Token::new(start..end, self.sentence, slot.kind, slot.syllable, forms)
    }

    fn read_token(&mut self, start: usize) -> Token<'_> {
        let reading = self.read(start);
        self.lend(start, reading)
    }

    /// Makes the token of a reading.
    #[inline]
    fn lend(&mut self, start: usize, reading: Reading) -> Token<'_> {
        let end = start + reading.length;
        self.window = self.window.after(end - self.at);
        self.previous = start;
        self.at = end;
        let forms = reading.forms(self.text, start, self.scratch);
        let Reading { kind, syllable, .. } = reading;
        Token::new(start..end, self.sentence, kind, syllable, forms)
    }

    /// Reads the token at `start`, where a letter or digit stands.
    fn read(&mut self, start: usize) -> Reading {
        let first = self.text.as_bytes().get(start).copied().unwrap_or(0);
        if first.is_ascii_digit() {
            return self.read_number(start);
        }
        self.read_word(start)
    }

    /// Reads a word or a code.
    fn read_word(&mut self, start: usize) -> Reading {
        if self.always_general {
            return self.read_general(start);
        }
        let Fast::Word(word) = self.fast_word(start) else {
            return self.read_general(start);
        };
        let length = word.end - start;
        if let Some(syllable) = Syllable::from_spelling(&word.spelling) {
            return Reading {
                length,
                kind: TokenKind::Syllable,
                syllable: Some(syllable),
                source: Source::Table,
            };
        }
        if length > MAX_FORM_BYTES {
            return self.read_general(start);
        }
        let kind = match (word.has_digit, word.has_letter) {
            (true, true) => TokenKind::Code,
            (true, false) => TokenKind::Number,
            _ => TokenKind::Word,
        };
        let source = if word.plain {
            Source::Text
        } else {
            let written = self.text.get(start..word.end).unwrap_or("");
            run::write_known_forms(written, self.scratch);
            Source::Scratch
        };
        Reading {
            length,
            kind,
            syllable: None,
            source,
        }
    }

    /// Reads a word whose letters are all composed letters of the alphabet, ASCII letters or ASCII
    /// digits.
    fn fast_word(&mut self, start: usize) -> Fast {
        let bytes = self.text.as_bytes();
        let mut spelling = Spelling::default();
        let mut at = start;
        let mut plain = true;
        let (mut has_digit, mut has_letter) = (false, false);
        while let Some(&byte) = bytes.get(at) {
            let packed = ASCII.get(usize::from(byte)).copied().unwrap_or(0);
            if packed != 0 {
                plain &= byte >= b'a';
                has_letter = true;
                spelling.push(packed);
                at += 1;
            } else if byte >= 0x80 {
                let (packed, length) = decode(bytes, at, byte);
                if packed == 0 {
                    if is_plain_punctuation(bytes, at) {
                        break;
                    }
                    return Fast::General;
                }
                plain = false;
                has_letter = true;
                spelling.push(packed);
                at += length;
            } else if byte.is_ascii_digit() {
                has_digit = true;
                spelling.push(0);
                at += 1;
            } else {
                if joins(bytes, at) && self.is_joint(start, at) {
                    return Fast::General;
                }
                break;
            }
        }
        Fast::Word(KnownWord {
            end: at,
            spelling,
            plain,
            has_digit,
            has_letter,
        })
    }

    /// Decides at a sign that may join what stands on both sides.
    fn is_joint(&mut self, start: usize, at: usize) -> bool {
        match self.text.as_bytes().get(at) {
            Some(b'\'' | b'`') => {
                let mut before = self.text.get(start..at).unwrap_or("").chars();
                let after = self.text.get(at + 1..).unwrap_or("");
                let only = before.next().filter(|_| before.next().is_none());
                only.is_some_and(|before| joins_apostrophe(before, after))
            }
            _ => self.link_end(start).is_some(),
        }
    }

    /// The end of a link that begins at `start`.
    fn link_end(&mut self, start: usize) -> Option<usize> {
        if start < self.no_link_before && !self.always_general {
            return None;
        }
        match link::find(self.text, start) {
            link::Found::Link { end } => Some(end),
            link::Found::NoneBefore(end) => {
                self.no_link_before = end;
                None
            }
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
        let may_link =
            matches!(next, Some('.' | '-' | '@' | '_' | '+')) || (goes_on && number.punctuated);
        let fits = number.length <= MAX_FORM_BYTES;
        if (goes_on && !number.punctuated) || may_link || !fits {
            if self.always_general || (may_link && self.link_end(start).is_some()) {
                return self.read_general(start);
            }
            if !(number.punctuated && fits) {
                return self.read_word(start);
            }
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
            && let Some(end) = self.link_end(start)
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
    let Some(sign) = bytes.get(at).filter(|sign| **sign != b' ') else {
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
