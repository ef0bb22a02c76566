//! Where the words of the next 64 bytes end, as bits.

use super::front::{self, FRONT_BYTES};

/// Bytes that a window covers: one bit each.
pub(super) const WINDOW_BYTES: usize = 64;

/// Which bytes separate words, from the place on where reading goes on: a bit for each byte, the
/// first one lowest. Set for the ASCII bytes that are neither letters nor digits, and for what lies
/// beyond the text. Bits that were shifted in are zero: nothing is known of their bytes.
///
/// Reading 64 bytes at once costs a few instructions a word, and leaves a shift and a count of
/// zeros for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window(u64);

/// A word that the window shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ahead {
    /// Number of separators before it.
    pub(super) gap: usize,
    /// Number of bytes up to the next separator.
    pub(super) length: usize,
}

impl Window {
    /// Classifies the bytes from `at` on.
    #[inline(never)]
    pub(super) fn at(bytes: &[u8], at: usize) -> Self {
        let rest = bytes.get(at..).unwrap_or(&[]);
        match rest.first_chunk() {
            Some(front) => Self(separators(front)),
            None => Self::last(bytes, at),
        }
    }

    /// The window of the last bytes of a text.
    #[cold]
    fn last(bytes: &[u8], at: usize) -> Self {
        let left = bytes.len().saturating_sub(at);
        // What lies beyond the text separates.
        let mut mask = u64::MAX.checked_shl(left as u32).unwrap_or(0);
        for place in (0..left).step_by(FRONT_BYTES) {
            let front = front::at(bytes, at + place);
            mask |= u64::from(front::separators(&front)) << place;
        }
        Self(mask)
    }

    /// The length of the word behind one separator; `None` if there are none or more of them. At
    /// least 63 if the window does not show the word's end.
    #[inline]
    pub(super) fn word_after_one(self) -> Option<usize> {
        (self.0 & 0b11 == 0b01).then(|| (self.0 >> 1).trailing_zeros() as usize)
    }

    /// True if the window shows no word's end.
    #[inline]
    pub(super) fn is_spent(self) -> bool {
        self.0 & self.0.wrapping_add(1) == 0
    }

    /// The next word, if the window shows its end.
    pub(super) fn word_ahead(self) -> Option<Ahead> {
        let gap = self.0.trailing_ones();
        let ends = self.0.checked_shr(gap)?;
        (ends != 0).then(|| Ahead {
            gap: gap as usize,
            length: ends.trailing_zeros() as usize,
        })
    }

    /// The window `count` bytes further on.
    #[inline]
    pub(super) fn after(self, count: usize) -> Self {
        Self(if count < WINDOW_BYTES {
            self.0 >> count
        } else {
            0
        })
    }
}

/// Marks the separators.
#[inline]
fn separators(bytes: &[u8; WINDOW_BYTES]) -> u64 {
    let (fronts, _) = bytes.as_chunks::<FRONT_BYTES>();
    let mut mask = 0;
    for (place, front) in fronts.iter().enumerate() {
        mask |= u64::from(front::separators(front)) << (FRONT_BYTES * place);
    }
    mask
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(bytes: &[u8; WINDOW_BYTES]) -> u64 {
        let mut mask = 0;
        for (place, byte) in bytes.iter().enumerate() {
            let separates = byte.is_ascii() && !byte.is_ascii_alphanumeric();
            mask |= u64::from(separates) << place;
        }
        mask
    }

    #[test]
    fn every_byte_has_its_class() {
        for byte in 0..=u8::MAX {
            for place in 0..WINDOW_BYTES {
                let mut bytes = [b'x'; WINDOW_BYTES];
                bytes[place] = byte;
                assert_eq!(separators(&bytes), naive(&bytes), "{byte:#x} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn random_bytes_have_their_classes(bytes in prop::array::uniform32(any::<u8>())) {
            let mut window = [0; WINDOW_BYTES];
            window[..32].copy_from_slice(&bytes);
            window[32..].copy_from_slice(&bytes);
            prop_assert_eq!(separators(&window), naive(&window));
        }
    }

    #[test]
    fn shows_words() {
        let window = |text: &str, at| Window::at(text.as_bytes(), at);
        let ahead = |window: Window| window.word_ahead().map(|word| (word.gap, word.length));
        assert_eq!(ahead(window("xin, chào. Anh", 3)), Some((2, 5)));
        assert_eq!(ahead(window("xin, chào. Anh", 10)), Some((2, 3)));
        assert_eq!(ahead(window("xin ", 3)), None, "only separators follow");
        assert_eq!(ahead(window(&"x".repeat(80), 0)), None, "no end in sight");
        assert_eq!(ahead(window(&" ".repeat(80), 0)), None);

        assert_eq!(window("xin chào", 3).word_after_one(), Some(5));
        assert_eq!(window("xin, chào", 3).word_after_one(), None);
        assert_eq!(window("xin", 0).word_after_one(), None);
        assert_eq!(
            window(&" x".repeat(40), 0).after(62).word_after_one(),
            Some(64)
        );
        assert_eq!(ahead(window("a xin, chào", 0).after(5)), Some((2, 5)));
        assert_eq!(ahead(window("a xin, chào", 0).after(64)), None);
    }
}
