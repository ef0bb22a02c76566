//! Remembering how words were read.
//!
//! Running text repeats itself: a few thousand spellings make up nearly all of it. The memo maps
//! the raw bytes of a word to what the scanner made of them, whatever their normal form, case or
//! tone placement, so that most tokens cost one hash lookup. It is filled by the ordinary paths
//! and holds nothing that they would not give again.

use super::token::TokenKind;
use crate::syllable::Syllable;

/// Bytes of text that a key holds; longer words are not remembered.
pub(super) const KEY_BYTES: usize = 16;
/// Buckets of the memo: a power of two.
const BUCKETS: usize = 4096;
/// Slots of a bucket.
const WAYS: usize = 2;
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

/// The raw bytes of a word, padded with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    low: u64,
    high: u64,
}

impl Key {
    /// Cuts the word off the front of 16 bytes: everything up to the first ASCII byte that is no
    /// letter or digit, which is given with the word's length. `None` if there is no such byte.
    #[inline]
    pub(super) fn cut(bytes: &[u8; KEY_BYTES]) -> Option<(Self, usize, u8)> {
        let both = u128::from_le_bytes(*bytes);
        let (low, high) = (both as u64, (both >> 64) as u64);
        let ends = word_ends(low);
        if ends != 0 {
            // Nearly all words are shorter than eight bytes.
            let bits = ends.trailing_zeros() & !7;
            let key = Self {
                low: low & !(u64::MAX << bits),
                high: 0,
            };
            return Some((key, (bits / 8) as usize, (low >> bits) as u8));
        }
        let ends = word_ends(high);
        if ends == 0 {
            return None;
        }
        let bits = ends.trailing_zeros() & !7;
        let key = Self {
            low,
            high: high & !(u64::MAX << bits),
        };
        Some((key, 8 + (bits / 8) as usize, (high >> bits) as u8))
    }

    #[inline]
    fn bucket(self) -> usize {
        let mixed = self.low ^ self.high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let hash = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (hash >> (64 - BUCKETS.trailing_zeros())) as usize
    }
}

/// Sets the high bit of every byte that is an ASCII byte but no letter or digit.
///
/// Eight bytes at once: additions to seven-bit values carry into the high bit exactly from a
/// bound on.
#[inline]
fn word_ends(bytes: u64) -> u64 {
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    let seven = bytes & all(0x7F);
    let folded = seven | all(0x20);
    let letter = (folded + all(0x80 - b'a')) & !(folded + all(0x7F - b'z'));
    let digit = (seven + all(0x80 - b'0')) & !(seven + all(0x7F - b'9'));
    !(letter | digit | bytes) & all(0x80)
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
    /// Place in `words` for [`Source::Scratch`].
    word: u16,
    pub(super) length: u8,
    pub(super) kind: TokenKind,
    pub(super) source: Source,
    /// Grows when the word is met, shrinks when another wants the slot: frequent words stay.
    hold: u8,
}

impl Slot {
    const EMPTY: Self = Self {
        key: Key { low: 0, high: 0 },
        form: "",
        folded: "",
        syllable: None,
        word: u16::MAX,
        length: 0,
        kind: TokenKind::Word,
        source: Source::Table,
        hold: 0,
    };
}

/// The memo. Empty until the first word is remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    slots: Vec<Slot>,
    words: Vec<(String, String)>,
}

impl Memo {
    /// True if nothing is remembered yet.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The place of a word that is remembered.
    #[inline]
    pub(super) fn find(&mut self, key: Key) -> Option<usize> {
        let place = key.bucket() * WAYS;
        for place in [place, place + 1] {
            let slot = self.slots.get_mut(place)?;
            if slot.key == key {
                slot.hold = (slot.hold + 1).min(MAX_HOLD);
                return Some(place);
            }
        }
        None
    }

    /// The word at a place that [`find`](Self::find) gave.
    #[inline]
    pub(super) fn get(&self, place: usize) -> Option<&Slot> {
        self.slots.get(place)
    }

    /// Canonical and folded form of a word whose source was the scratch.
    pub(super) fn forms(&self, slot: &Slot) -> (&str, &str) {
        let forms = self.words.get(usize::from(slot.word));
        forms.map_or(("", ""), |(form, folded)| (form.as_str(), folded.as_str()))
    }

    /// Remembers a word, if its bucket has a slot that is not held. `forms` are those of the
    /// scratch.
    #[cold]
    pub(super) fn put(&mut self, key: Key, reading: Reading, forms: (&str, &str)) {
        if self.slots.is_empty() {
            self.slots = vec![Slot::EMPTY; BUCKETS * WAYS];
        }
        let bucket = key.bucket() * WAYS;
        let Some([first, second]) = self.slots.get_mut(bucket..bucket + WAYS) else {
            return;
        };
        let place = if first.hold <= second.hold {
            first
        } else {
            second
        };
        if place.hold > 0 {
            place.hold -= 1;
            return;
        }
        // A slot keeps its place among the words for the next one that needs it.
        let mut word = place.word;
        if reading.source == Source::Scratch {
            if word == u16::MAX {
                word = self.words.len() as u16;
                self.words.push((String::new(), String::new()));
            }
            if let Some((form, folded)) = self.words.get_mut(usize::from(word)) {
                form.clear();
                form.push_str(forms.0);
                folded.clear();
                folded.push_str(forms.1);
            }
        }
        *place = Slot {
            key,
            form: reading.syllable.map_or("", Syllable::as_str),
            folded: reading.syllable.map_or("", Syllable::folded),
            syllable: reading.syllable,
            word,
            length: reading.length as u8,
            kind: reading.kind,
            source: reading.source,
            hold: 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_ascii_that_is_no_letter_or_digit() {
        for byte in 0..=u8::MAX {
            let mut bytes = [b'x'; KEY_BYTES];
            bytes[9] = byte;
            let ends = byte.is_ascii() && !byte.is_ascii_alphanumeric();
            let length = Key::cut(&bytes).map(|(_, length, _)| length);
            assert_eq!(length, ends.then_some(9), "byte {byte:#x}");
            bytes[9] = b'x';
            bytes[0] = byte;
            assert_eq!(
                Key::cut(&bytes).map(|(_, length, _)| length),
                ends.then_some(0)
            );
        }
    }
}
