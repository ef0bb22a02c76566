//! Remembering how words were read.
//!
//! Running text repeats itself: a few thousand spellings make up nearly all of it. The memo maps
//! the raw bytes of a word to what the scanner made of them, whatever their normal form, case or
//! tone placement, so that most tokens cost one hash lookup. It is filled by the ordinary paths
//! and holds nothing that they would not give again.

use super::front::{self, FRONT_BYTES, Front};
use super::run::Scratch;
use super::token::TokenKind;
use crate::syllable::Syllable;

/// Bytes of text that a key holds; longer words are not remembered.
pub(super) const KEY_BYTES: usize = FRONT_BYTES;
/// Longer chunks are not remembered.
const CHUNK_BYTES: usize = 4 * FRONT_BYTES;
/// Buckets of the memo: a power of two.
const BUCKETS: usize = 8192;
/// Slots of a bucket.
const WAYS: usize = 2;
/// Room for the forms that are in no table: some ten thousand words.
const WORDS_BYTES: usize = 1 << 18;
/// How firmly a word may sit in its slot.
const MAX_HOLD: u8 = 32;

/// Where the forms of a token are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Source {
    /// In the tables, by the syllable.
    #[default]
    Table,
    /// The token's own bytes are its form and its folded form.
    Text,
    /// In the scratch buffers.
    Scratch,
}

/// What the scanner made of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Length in bytes.
    pub(super) length: usize,
    pub(super) kind: TokenKind,
    pub(super) syllable: Option<Syllable>,
    pub(super) source: Source,
}

impl Reading {
    /// Canonical and folded form of what was read at `start`.
    #[inline]
    pub(super) fn forms<'f>(
        self,
        text: &'f str,
        start: usize,
        scratch: &'f Scratch,
    ) -> (&'f str, &'f str) {
        match (self.source, self.syllable) {
            (Source::Table, Some(syllable)) => (syllable.as_str(), syllable.folded()),
            (Source::Scratch, _) => (scratch.form.as_str(), scratch.folded.as_str()),
            (Source::Text | Source::Table, _) => {
                let own = text.get(start..start + self.length).unwrap_or("");
                (own, own)
            }
        }
    }
}

/// The raw bytes of a word, padded with zeros: no word holds a NUL, so that the key tells its
/// length too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    low: u64,
    high: u64,
}

/// What to keep of sixteen bytes, by the number of bytes to keep.
static KEEP: [(u64, u64); KEY_BYTES + 1] = {
    let mut masks = [(0, 0); KEY_BYTES + 1];
    let mut length = 1;
    while length <= KEY_BYTES {
        let mask = u128::MAX >> (8 * (KEY_BYTES - length));
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
        {
            masks[length] = (mask as u64, (mask >> 64) as u64);
        }
        length += 1;
    }
    masks
};

impl Key {
    /// The key of no word: no text holds such bytes.
    const NONE: Self = Self {
        low: u64::MAX,
        high: u64::MAX,
    };

    /// The first `length` of 16 bytes; `None` if there are fewer.
    #[inline]
    pub(super) fn of(front: &Front, length: usize) -> Option<Self> {
        let (low, high) = KEEP.get(length)?;
        let both = u128::from_le_bytes(*front);
        Some(Self {
            low: both as u64 & low,
            high: (both >> 64) as u64 & high,
        })
    }

    #[inline]
    fn is(self, other: Self) -> bool {
        (self.low ^ other.low) | (self.high ^ other.high) == 0
    }

    /// Number of bytes of the word.
    fn length(self) -> usize {
        let both = (u128::from(self.high) << 64) | u128::from(self.low);
        KEY_BYTES - both.leading_zeros() as usize / 8
    }

    /// The key of a chunk: no word's, because a byte that no text holds comes last. Others may have
    /// the same.
    fn of_chunk(chunk: &[u8]) -> Self {
        let (parts, rest) = chunk.as_chunks();
        let mut last = [0; 8];
        for (slot, byte) in last.iter_mut().zip(rest) {
            *slot = *byte;
        }
        let mut low = chunk.len() as u64;
        for part in parts.iter().chain([&last]) {
            low = (low.rotate_left(29) ^ u64::from_le_bytes(*part))
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        let high = 0xFF << 56;
        Self { low, high }
    }

    #[inline]
    fn bucket(self) -> usize {
        let mixed = self.low ^ self.high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let hash = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (hash >> (64 - BUCKETS.trailing_zeros())) as usize
    }
}

/// What a slot holds, as far as the hot path knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A token that is all the bytes of the key; its forms are in the tables.
    Table,
    /// A token that is all the bytes of the key; they are its forms.
    Text,
    /// Anything else: see the slot's source and length.
    Apart,
}

/// One remembered word; a slot is a line of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Slot {
    key: Key,
    /// The forms of a syllable, which are in the tables.
    pub(super) form: &'static str,
    pub(super) folded: &'static str,
    pub(super) syllable: Option<Syllable>,
    /// Place in `words`, and the lengths of the two forms there, for [`Source::Scratch`].
    word: u32,
    lengths: [u8; 2],
    pub(super) kind: TokenKind,
    pub(super) source: Source,
    pub(super) kept: Kept,
    /// Length of the token; beyond what a byte can hold are none.
    length: u8,
    /// Length of the chunk, whose bytes stand before the forms in `words`; 0 for a key of the word's
    /// own bytes.
    chunk: u8,
    /// Grows when the word is met, shrinks when another wants the slot: frequent words stay.
    hold: u8,
}

impl Slot {
    const EMPTY: Self = Self {
        key: Key::NONE,
        form: "",
        folded: "",
        syllable: None,
        word: 0,
        lengths: [0; 2],
        kind: TokenKind::Word,
        source: Source::Table,
        kept: Kept::Table,
        length: 0,
        chunk: 0,
        hold: 0,
    };

    /// Length of the token in bytes.
    pub(super) fn length(&self) -> usize {
        usize::from(self.length)
    }

    /// Notes that the word is met.
    #[inline]
    fn meet(&mut self) {
        // Frequent words sit as firmly as can be: nothing is written for them.
        if self.hold < MAX_HOLD {
            self.hold += 1;
        }
    }
}

/// The words of one hash value; the more frequent one stands first.
type Bucket = [Slot; WAYS];

/// The memo. Empty until the first word is remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    buckets: Option<Box<[Bucket; BUCKETS]>>,
    /// Canonical and folded forms that are in no table, one after the other. Never grows: when it
    /// is full, all words that have their forms here are forgotten.
    words: String,
}

impl Memo {
    /// True if nothing is remembered yet.
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_none()
    }

    /// What is remembered of a word.
    #[inline]
    pub(super) fn find(&mut self, key: Key) -> Option<&Slot> {
        let [first, second] = self.buckets.as_deref_mut()?.get_mut(key.bucket())?;
        if first.key.is(key) {
            first.meet();
            return Some(first);
        }
        if !second.key.is(key) {
            return None;
        }
        second.meet();
        if second.hold <= first.hold {
            return Some(second);
        }
        std::mem::swap(first, second);
        Some(first)
    }

    /// Canonical and folded form of a word whose source was the scratch.
    pub(super) fn forms(&self, slot: &Slot) -> (&str, &str) {
        let start = slot.word as usize;
        let middle = start + usize::from(slot.lengths[0]);
        let end = middle + usize::from(slot.lengths[1]);
        let part = |start, end| self.words.get(start..end).unwrap_or("");
        (part(start, middle), part(middle, end))
    }

    /// What is remembered of a chunk.
    pub(super) fn find_chunk(&mut self, chunk: &[u8]) -> Option<Slot> {
        let slot = *self.find(Key::of_chunk(chunk))?;
        let end = slot.word as usize;
        let start = end.checked_sub(usize::from(slot.chunk))?;
        (self.words.as_bytes().get(start..end)? == chunk).then_some(slot)
    }

    /// Remembers how the bytes of a key are read.
    pub(super) fn put(&mut self, key: Key, reading: Reading, scratch: &Scratch) {
        let kept = match reading.source {
            _ if reading.length != key.length() => Kept::Apart,
            Source::Table => Kept::Table,
            Source::Text => Kept::Text,
            Source::Scratch => Kept::Apart,
        };
        self.put_with(key, kept, "", reading, scratch);
    }

    /// Remembers how a chunk begins.
    pub(super) fn put_chunk(&mut self, chunk: &[u8], reading: Reading, scratch: &Scratch) {
        if let Ok(text) = str::from_utf8(chunk) {
            self.put_with(Key::of_chunk(chunk), Kept::Apart, text, reading, scratch);
        }
    }

    /// Remembers a reading, if its bucket has a slot that is not held.
    fn put_with(&mut self, key: Key, kept: Kept, chunk: &str, reading: Reading, scratch: &Scratch) {
        if self.buckets.is_none() {
            self.words.reserve(WORDS_BYTES);
            self.buckets = empty();
        }
        let buckets = self.buckets.as_mut();
        let Some([first, second]) = buckets.and_then(|buckets| buckets.get_mut(key.bucket()))
        else {
            return;
        };
        let slot = if first.hold <= second.hold {
            first
        } else {
            second
        };
        if slot.hold > 0 {
            slot.hold -= 1;
            return;
        }
        let (form, folded) = match reading.source {
            Source::Scratch => (scratch.form.as_str(), scratch.folded.as_str()),
            Source::Table | Source::Text => ("", ""),
        };
        let byte = |length: usize| u8::try_from(length).ok();
        let (Some(first), Some(second), Some(length)) =
            (byte(form.len()), byte(folded.len()), byte(reading.length))
        else {
            return;
        };
        if self.words.len() + chunk.len() + form.len() + folded.len() > WORDS_BYTES {
            self.forget_words();
            return;
        }
        self.words.push_str(chunk);
        let word = self.words.len() as u32;
        self.words.push_str(form);
        self.words.push_str(folded);
        *slot = Slot {
            key,
            form: reading.syllable.map_or("", Syllable::as_str),
            folded: reading.syllable.map_or("", Syllable::folded),
            syllable: reading.syllable,
            word,
            lengths: [first, second],
            kind: reading.kind,
            source: reading.source,
            kept,
            length,
            chunk: chunk.len() as u8,
            hold: 1,
        };
    }

    /// Forgets the words whose forms are in no table.
    #[cold]
    fn forget_words(&mut self) {
        let slots = self
            .buckets
            .iter_mut()
            .flat_map(|buckets| buckets.iter_mut().flatten());
        for slot in slots.filter(|slot| slot.source == Source::Scratch || slot.chunk != 0) {
            *slot = Slot::EMPTY;
        }
        self.words.clear();
    }
}

/// The bytes up to the next white space of ASCII or the end of the text, if they are few.
///
/// Nothing behind white space decides how the word before it is read.
pub(super) fn chunk(rest: &[u8]) -> Option<&[u8]> {
    let mut length = 0;
    while length < CHUNK_BYTES {
        let front = front::at(rest, length);
        let spaces = front::spaces(&front);
        if spaces != 0 {
            length += spaces.trailing_zeros() as usize;
            return rest.get(..length);
        }
        length += FRONT_BYTES;
    }
    None
}

/// Always there: the length is right.
#[cold]
fn empty() -> Option<Box<[Bucket; BUCKETS]>> {
    // Made on the heap. An array of a megabyte anywhere in here would be on the stack of whoever
    // this is inlined into, and every call of that would touch all its pages.
    let buckets = vec![[Slot::EMPTY; WAYS]; BUCKETS].into_boxed_slice();
    buckets.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_at_white_space() {
        let chunk = |text: &'static str| chunk(text.as_bytes()).map(<[u8]>::len);
        assert_eq!(chunk("Covid-19, theo"), Some(9));
        assert_eq!(chunk("O'Brien"), Some(7), "the end of the text");
        assert_eq!(chunk("https://vidu.vn/tin-tuc\nSau"), Some(23));
        assert_eq!(chunk(""), Some(0));
        let long: &'static str = "x".repeat(CHUNK_BYTES).leak();
        assert_eq!(chunk(long), None);
        assert_eq!(chunk(&long[1..]), Some(CHUNK_BYTES - 1));
    }

    #[test]
    fn chunks_of_one_key_are_told_apart() {
        let reading = Reading {
            length: 2,
            kind: TokenKind::Word,
            syllable: None,
            source: Source::Text,
        };
        let mut memo = Memo::default();
        memo.put_chunk(b"TP.HCM", reading, &Scratch::default());
        assert_eq!(
            memo.find_chunk(b"TP.HCM").map(|slot| slot.length()),
            Some(2)
        );
        assert!(memo.find_chunk(b"TP.HN").is_none());
        // The slot's key is right, its bytes are not.
        memo.words.replace_range(0..2, "XX");
        assert!(memo.find_chunk(b"TP.HCM").is_none());
    }
}
