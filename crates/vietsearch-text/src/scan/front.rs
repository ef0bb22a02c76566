//! The first bytes of a word.

use wide::{CmpGt, i8x16};

/// Bytes that are looked at together.
pub(super) const FRONT_BYTES: usize = 16;

/// The bytes from a place in the text on; zeros beyond its end.
pub(super) type Front = [u8; FRONT_BYTES];

/// The bytes from `at` on.
#[inline]
pub(super) fn at(bytes: &[u8], at: usize) -> Front {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(front) => *front,
        None => last(bytes, at),
    }
}

/// The bytes from `at` on, where fewer than sixteen are left.
#[inline(never)]
fn last(bytes: &[u8], at: usize) -> Front {
    if let Some(end) = bytes.last_chunk() {
        let beyond = (at + FRONT_BYTES).saturating_sub(bytes.len());
        let shifted = u128::from_le_bytes(*end).checked_shr(8 * beyond as u32);
        return shifted.unwrap_or(0).to_le_bytes();
    }
    // A short text: its beginning and its end, which may overlap.
    let rest = bytes.get(at..).unwrap_or(&[]);
    let both = match (rest.first_chunk(), rest.last_chunk()) {
        (Some(first), Some(last)) => join(
            u64::from_le_bytes(*first).into(),
            u64::from_le_bytes(*last).into(),
            rest.len() - 8,
        ),
        _ => match (rest.first_chunk(), rest.last_chunk()) {
            (Some(first), Some(last)) => join(
                u32::from_le_bytes(*first).into(),
                u32::from_le_bytes(*last).into(),
                rest.len() - 4,
            ),
            _ => rest
                .iter()
                .rev()
                .fold(0, |all, byte| all << 8 | u128::from(*byte)),
        },
    };
    both.to_le_bytes()
}

/// Bytes of which the last ones begin at `place`.
#[inline]
fn join(first: u128, last: u128, place: usize) -> u128 {
    first | last << (8 * place)
}

/// Number of bytes before the first separator; all of them if there is none.
#[inline]
pub(super) fn word_length(front: &Front) -> usize {
    (u32::from(separators(front)) | (1 << FRONT_BYTES)).trailing_zeros() as usize
}

/// Marks the ASCII bytes that are neither letters nor digits: a bit for each byte, the first one
/// lowest.
///
/// Sixteen at once, without a branch: where the next word begins must not wait for a wrong guess.
#[inline]
pub(super) fn separators(front: &Front) -> u16 {
    let bytes = i8x16::new(front.map(u8::cast_signed));
    let lower = bytes | i8x16::splat(0x20);
    let letter_or_digit = is_among(lower, b'z', 26) | is_among(bytes, b'9', 10);
    // The sign bit of what lies above ASCII.
    let word = letter_or_digit | bytes;
    !word.move_mask() as u16
}

/// Marks the spaces and control characters of ASCII, among them the zeros beyond the text.
#[inline]
pub(super) fn spaces(front: &Front) -> u16 {
    let bytes = i8x16::new(front.map(u8::cast_signed));
    let is_space = !(bytes.cmp_gt(i8x16::splat(0x20)) | bytes);
    is_space.move_mask() as u16
}

/// Marks the bytes of a range of ASCII by its last one and the count of them.
///
/// Moved up so that the range ends at 127, they are greater than what comes before it; bytes above
/// ASCII are negative, or wrap to less.
#[inline]
fn is_among(bytes: i8x16, last: u8, count: i8) -> i8x16 {
    let moved = bytes + i8x16::splat(i8::MAX - last.cast_signed());
    moved.cmp_gt(i8x16::splat(i8::MAX - count))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(front: &Front) -> usize {
        let separates = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        front.iter().position(separates).unwrap_or(FRONT_BYTES)
    }

    #[test]
    fn every_byte_has_its_class() {
        for byte in 0..=u8::MAX {
            for place in 0..FRONT_BYTES {
                let mut front = [b'x'; FRONT_BYTES];
                front[place] = byte;
                assert_eq!(word_length(&front), naive(&front), "{byte:#x} at {place}");
                let separates = byte.is_ascii() && !byte.is_ascii_alphanumeric();
                assert_eq!(
                    separators(&front),
                    u16::from(separates) << place,
                    "{byte:#x}"
                );
                let is_space = u16::from(byte <= b' ');
                assert_eq!(spaces(&front), is_space << place, "{byte:#x}");
            }
        }
    }

    proptest! {
        #[test]
        fn random_bytes_have_their_length(front in prop::array::uniform16(any::<u8>())) {
            prop_assert_eq!(word_length(&front), naive(&front));
        }
    }

    #[test]
    fn beyond_the_text_are_zeros() {
        assert_eq!(at("xin chào".as_bytes(), 4)[..5], *"chào".as_bytes());
        assert_eq!(word_length(&at("xin chào".as_bytes(), 4)), 5);
        assert_eq!(at(b"xin", 9), [0; FRONT_BYTES]);
        let text = b"mot hai ba bon nam sau";
        for place in 0..text.len() + 40 {
            let rest = text.get(place..).unwrap_or(&[]);
            let mut expected = [0; FRONT_BYTES];
            let count = rest.len().min(FRONT_BYTES);
            expected[..count].copy_from_slice(&rest[..count]);
            assert_eq!(at(text, place), expected, "{place}");
        }
    }
}
