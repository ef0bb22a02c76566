//! Byte ranges counted in characters and in UTF-16.

/// Byte ranges of `text` as ranges of characters (Unicode scalar values, as Python and SQL count).
/// Ranges ascend; one that is not on character boundaries is widened to them.
///
/// ```
/// use vietsearch_query::ranges_in_chars;
///
/// assert_eq!(ranges_in_chars("Tiếng Việt", &[[8, 14]]), [[6, 10]]);
/// ```
#[must_use]
pub fn ranges_in_chars(text: &str, ranges: &[[usize; 2]]) -> Vec<[usize; 2]> {
    counted(text, ranges, |_| 1)
}

/// Byte ranges of `text` as ranges of UTF-16 code units (as JavaScript and Java count).
///
/// ```
/// use vietsearch_query::ranges_in_utf16;
///
/// assert_eq!(ranges_in_utf16("🌾 Việt", &[[5, 11]]), [[3, 7]]);
/// ```
#[must_use]
pub fn ranges_in_utf16(text: &str, ranges: &[[usize; 2]]) -> Vec<[usize; 2]> {
    counted(text, ranges, char::len_utf16)
}

fn counted(text: &str, ranges: &[[usize; 2]], size: fn(char) -> usize) -> Vec<[usize; 2]> {
    let mut characters = text.char_indices().peekable();
    let mut units = 0;
    let mut count_to = |end: usize, covers: bool| {
        while let Some((_, character)) = characters.next_if(|(start, character)| match covers {
            true => *start < end,
            false => start + character.len_utf8() <= end,
        }) {
            units += size(character);
        }
        units
    };
    let ranges = ranges.iter();
    ranges
        .map(|[start, end]| [count_to(*start, false), count_to(*end, true)])
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_those_of_the_pieces(
            pieces in prop::collection::vec("[aệ🌾\u{301} ]{0,4}", 1..8),
        ) {
            let text: String = pieces.concat();
            let (mut bytes, mut chars, mut utf16) = (Vec::new(), Vec::new(), Vec::new());
            let mut at = [0; 3];
            for piece in &pieces {
                let sizes = [piece.len(), piece.chars().count(), piece.encode_utf16().count()];
                for ((list, at), size) in
                    [&mut bytes, &mut chars, &mut utf16].into_iter().zip(&mut at).zip(sizes)
                {
                    list.push([*at, *at + size]);
                    *at += size;
                }
            }
            prop_assert_eq!(ranges_in_chars(&text, &bytes), chars);
            prop_assert_eq!(ranges_in_utf16(&text, &bytes), utf16);
        }
    }
}
