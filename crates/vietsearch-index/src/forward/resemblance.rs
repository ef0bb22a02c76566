//! How much of two articles is the same.

use super::sequence::{FORM, Sequence, UNMARKED};

/// Words of a shingle.
const SHINGLE: usize = 3;

/// The share of common shingles among all shingles of two articles (Jaccard), from 0 to 1. A shingle
/// is three words in a row, without regard to sentences and regions.
///
/// Costs a sort of the words of both.
#[must_use]
pub fn resemblance(left: Sequence<'_>, right: Sequence<'_>) -> f32 {
    let (left, right) = (shingles(left), shingles(right));
    let (mut ours, mut theirs) = (left.iter().peekable(), right.iter().peekable());
    let mut common = 0;
    while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
        match our.cmp(their) {
            std::cmp::Ordering::Less => _ = ours.next(),
            std::cmp::Ordering::Greater => _ = theirs.next(),
            std::cmp::Ordering::Equal => {
                common += 1;
                ours.next();
                theirs.next();
            }
        }
    }
    let all = left.len() + right.len() - common;
    if all == 0 {
        return 0.0;
    }
    common as f32 / all as f32
}

/// The shingles, sorted, each once. An article with fewer words than one has none.
fn shingles(sequence: Sequence<'_>) -> Vec<[u16; SHINGLE]> {
    // What is neither a syllable nor part of another word tells where something ends, or the form of
    // a word.
    let units = sequence
        .units()
        .filter(|unit| *unit < FORM || *unit > 0x7FFF);
    let units: Vec<u16> = units.collect();
    debug_assert!(units.iter().all(|unit| *unit != UNMARKED));
    let windows = units.windows(SHINGLE);
    let mut shingles: Vec<[u16; SHINGLE]> = windows
        .filter_map(|window| window.first_chunk().copied())
        .collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

#[cfg(test)]
mod tests {
    use vietsearch_text::Scanner;

    use super::*;
    use crate::forward::SequenceWriter;

    fn bytes(text: &str) -> Vec<u8> {
        let mut writer = SequenceWriter::default();
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            writer.push(&token);
        }
        writer.finish(false)
    }

    #[test]
    fn copies_resemble_each_other() {
        let of = |left: &str, right: &str| {
            let (left, right) = (bytes(left), bytes(right));
            resemblance(Sequence::new(&left), Sequence::new(&right))
        };
        let text = "Chợ nổi họp từ tờ mờ sáng. Ghe xuồng chen nhau trên sông";
        assert_eq!(of(text, text), 1.0);
        assert_eq!(of(text, "Giá vàng lại tăng mạnh trong phiên sáng nay"), 0.0);
        assert_eq!(of("", ""), 0.0);
        // Six shingles each, five of them common.
        let (left, right) = ("ba ca da ga ha la ma na", "ba ca da ga ha la ma xa");
        assert_eq!(of(left, right), 5.0 / 7.0);
    }
}
