//! Remembering how words were read.
//!
//! Running text repeats itself: a few thousand spellings make up nearly all of it. The memo maps
//! the raw bytes of a word to what the scanner made of them, whatever their normal form, case or
//! tone placement, so that most tokens cost one hash lookup. It is filled by the ordinary paths
//! and holds nothing that they would not give again.

use super::front::{FRONT_BYTES, Front};
use super::run::Scratch;
use super::token::TokenKind;
use crate::syllable::Syllable;

/// Bytes of text that a key holds; longer words are not remembered.
pub(super) const KEY_BYTES: usize = FRONT_BYTES;
/// Buckets of the memo: a power of two.
const BUCKETS: usize = 4096;
/// Slots of a bucket.
const WAYS: usize = 2;
/// How much firmer a word sits in its slot each time that it is met, and looser each time that
/// another one wants the slot; at most 255.
const HOLD: u8 = 8;

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
    pub(super) fn length(self) -> usize {
        let both = (u128::from(self.high) << 64) | u128::from(self.low);
        KEY_BYTES - both.leading_zeros() as usize / 8
    }

    #[inline]
    fn bucket(self) -> usize {
        let mixed = self.low ^ self.high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let hash = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (hash >> (64 - BUCKETS.trailing_zeros())) as usize
    }
}

/// One remembered word, but for its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The forms of a syllable, which are in the tables.
    pub(super) form: &'static str,
    pub(super) folded: &'static str,
    pub(super) syllable: Option<Syllable>,
    /// Place in `words` for [`Source::Scratch`].
    word: u16,
    pub(super) kind: TokenKind,
    pub(super) source: Source,
    /// Grows when the word is met, shrinks when another wants the slot: frequent words stay.
    hold: u8,
}

impl Slot {
    const EMPTY: Self = Self {
        form: "",
        folded: "",
        syllable: None,
        word: u16::MAX,
        kind: TokenKind::Word,
        source: Source::Table,
        hold: 0,
    };
}

/// The words of one hash value. Both keys are compared without a branch between them: which one it
/// is nobody can guess.
#[derive(Clone, Copy, Debug)]
#[repr(align(128))]
struct Bucket {
    keys: [Key; WAYS],
    slots: [Slot; WAYS],
}

impl Bucket {
    const EMPTY: Self = Self {
        keys: [Key::NONE; WAYS],
        slots: [Slot::EMPTY; WAYS],
    };
}

/// Where a word is remembered: the bucket and the place in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    bucket: u16,
    way: u16,
}

/// The memo. Empty until the first word is remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    buckets: Option<Box<[Bucket; BUCKETS]>>,
    words: Vec<(String, String)>,
}

impl Memo {
    /// True if nothing is remembered yet.
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_none()
    }

    /// The place of a word that is remembered.
    #[inline]
    pub(super) fn find(&mut self, key: Key) -> Option<Place> {
        let index = key.bucket();
        let bucket = self.buckets.as_deref_mut()?.get_mut(index)?;
        let [first, second] = bucket.keys;
        let way = usize::from(second.is(key));
        if !first.is(key) & (way == 0) {
            return None;
        }
        let slot = bucket.slots.get_mut(way)?;
        slot.hold = slot.hold.saturating_add(HOLD);
        Some(Place {
            bucket: index as u16,
            way: way as u16,
        })
    }

    /// The word at a place that [`find`](Self::find) gave.
    #[inline]
    pub(super) fn get(&self, place: Place) -> Option<&Slot> {
        let bucket = self.buckets.as_deref()?.get(usize::from(place.bucket))?;
        bucket.slots.get(usize::from(place.way))
    }

    /// Canonical and folded form of a word whose source was the scratch.
    pub(super) fn forms(&self, slot: &Slot) -> (&str, &str) {
        let forms = self.words.get(usize::from(slot.word));
        forms.map_or(("", ""), |(form, folded)| (form.as_str(), folded.as_str()))
    }

    /// Remembers a word, if its bucket has a slot that is not held.
    pub(super) fn put(&mut self, key: Key, reading: Reading, scratch: &Scratch) {
        let buckets = self.buckets.get_or_insert_with(empty);
        let Some(Bucket { keys, slots }) = buckets.get_mut(key.bucket()) else {
            return;
        };
        let [first, second] = &*slots;
        let way = usize::from(second.hold < first.hold);
        let (Some(place), Some(slot)) = (keys.get_mut(way), slots.get_mut(way)) else {
            return;
        };
        if slot.hold > 0 {
            slot.hold = slot.hold.saturating_sub(HOLD);
            return;
        }
        // A slot keeps its place among the words for the next one that needs it.
        let mut word = slot.word;
        if reading.source == Source::Scratch {
            if word == u16::MAX {
                word = self.words.len() as u16;
                self.words.push((String::new(), String::new()));
            }
            if let Some((form, folded)) = self.words.get_mut(usize::from(word)) {
                form.clear();
                form.push_str(&scratch.form);
                folded.clear();
                folded.push_str(&scratch.folded);
            }
        }
        *place = key;
        *slot = Slot {
            form: reading.syllable.map_or("", Syllable::as_str),
            folded: reading.syllable.map_or("", Syllable::folded),
            syllable: reading.syllable,
            word,
            kind: reading.kind,
            source: reading.source,
            hold: HOLD,
        };
    }
}

fn empty() -> Box<[Bucket; BUCKETS]> {
    // Made on the heap: half a megabyte does not belong on a stack.
    let buckets = vec![Bucket::EMPTY; BUCKETS].into_boxed_slice();
    buckets
        .try_into()
        .unwrap_or_else(|_| Box::new([Bucket::EMPTY; BUCKETS]))
}
