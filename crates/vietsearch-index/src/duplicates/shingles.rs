//! The shingles of an article and how similar two articles are.

/// From so many words on an article is long.
pub(super) const LONG_FROM: usize = 120;
/// Below so many words only equal articles are copies.
pub(super) const SHORT_FROM: usize = 20;
/// The least similarity of a copy: of a long article by runs of three words, of a short one, of
/// which three changed words are a large part, by runs of two.
pub(super) const FLOOR: f64 = 0.7;

/// Hashes of the runs of `RUN` neighbouring words.
pub(super) fn shingles<const RUN: usize>(words: &[u32]) -> impl Iterator<Item = u64> + '_ {
    words.windows(RUN).map(hash)
}

/// The hash of words in order.
#[inline]
pub(super) fn hash(words: &[u32]) -> u64 {
    let sum = words.iter().fold(0_u64, |hash, word| {
        (hash.rotate_left(23) ^ u64::from(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    });
    mix(sum)
}

/// Spreads what differs over all bits: the end of SplitMix64 (Steele, Lea and Flood 2014).
#[inline]
pub(super) fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

/// An article that others are compared with.
#[derive(Debug, Default)]
pub(super) struct Subject {
    words: Vec<u32>,
    pairs: Vec<u64>,
    triples: Vec<u64>,
}

impl Subject {
    pub(super) fn new(words: Vec<u32>) -> Self {
        let (mut pairs, mut triples) = (Vec::new(), Vec::new());
        distinct::<2>(&words, &mut pairs);
        distinct::<3>(&words, &mut triples);
        Self {
            words,
            pairs,
            triples,
        }
    }

    /// How similar another article is, if it is a copy.
    pub(super) fn similarity(&self, other: &[u32], scratch: &mut Vec<u64>) -> Option<f64> {
        if self.words == other {
            return Some(1.0);
        }
        let longer = self.words.len().max(other.len());
        let similarity = if longer >= LONG_FROM {
            distinct::<3>(other, scratch);
            jaccard(&self.triples, scratch)
        } else if longer >= SHORT_FROM {
            distinct::<2>(other, scratch);
            jaccard(&self.pairs, scratch)
        } else {
            return None;
        };
        (similarity >= FLOOR).then_some(similarity)
    }
}

fn distinct<const RUN: usize>(words: &[u32], found: &mut Vec<u64>) {
    found.clear();
    found.extend(shingles::<RUN>(words));
    found.sort_unstable();
    found.dedup();
}

/// The share of common elements among all elements of two sorted sets.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    let mut common = 0;
    while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => {
                left.next();
            }
            std::cmp::Ordering::Greater => {
                right.next();
            }
            std::cmp::Ordering::Equal => {
                common += 1;
                left.next();
                right.next();
            }
        }
    }
    let all = a.len() + b.len() - common;
    if all == 0 {
        return 0.0;
    }
    common as f64 / all as f64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn naive<const RUN: usize>(a: &[u32], b: &[u32]) -> f64 {
        let set = |words: &[u32]| -> HashSet<Vec<u32>> {
            words.windows(RUN).map(<[u32]>::to_vec).collect()
        };
        let (a, b) = (set(a), set(b));
        let all = a.union(&b).count();
        if all == 0 {
            return 0.0;
        }
        a.intersection(&b).count() as f64 / all as f64
    }

    fn words() -> impl Strategy<Value = Vec<u32>> {
        // Few words, so that runs repeat.
        prop::collection::vec(0..9_u32, 0..200)
    }

    proptest! {
        #[test]
        fn similarity_is_the_share_of_common_runs(a in words(), cut in 0..40_usize, b in words()) {
            let mut near = a.clone();
            near.truncate(a.len().saturating_sub(cut));
            for other in [near, b] {
                let longer = a.len().max(other.len());
                let expected = match longer {
                    LONG_FROM.. => naive::<3>(&a, &other),
                    SHORT_FROM.. => naive::<2>(&a, &other),
                    _ => 0.0,
                };
                let expected = if a == other { 1.0 } else { expected };
                let found = Subject::new(a.clone()).similarity(&other, &mut Vec::new());
                prop_assert_eq!(found, (expected >= FLOOR).then_some(expected));
            }
        }
    }
}
