//! What an article is found by: bands of minima of its shingles.

use super::shingles::{FLOOR, LONG_FROM, SHORT_FROM, hash, mix, shingles};

/// Minima of a long article, one from each part of the range of hashes.
const BINS: usize = 64;
/// Minima in a band. Articles of similarity s share a band with probability sʳ, and one of n bands
/// with 1 − (1 − sʳ)ⁿ: 0.988 at 0.7, 0.998 at 0.75, 0.0016 at 0.1.
const LONG_ROWS: usize = 4;
/// Bands of a short article; 0.994 at 0.7.
const SHORT_BANDS: usize = 12;
/// Minima in a band of a short article.
const SHORT_ROWS: usize = 3;

/// What is kept of an article to find its copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The hash of all words.
    pub(crate) content: u64,
    /// What it may share with a copy.
    pub(crate) bands: Vec<u32>,
}

/// Makes signatures; holds the factors of the hash functions.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    factors: [u64; SHORT_BANDS * SHORT_ROWS],
}

impl Default for Signer {
    fn default() -> Self {
        let mut factors = [0; SHORT_BANDS * SHORT_ROWS];
        for (number, factor) in factors.iter_mut().enumerate() {
            *factor = mix(number as u64 + 1) | 1;
        }
        Self { factors }
    }
}

impl Signer {
    /// The signature of an article of these words.
    pub(crate) fn sign(&self, words: &[u32]) -> Signature {
        let content = hash(words);
        let mut bands = vec![content as u32];
        // A long article may be the copy of one that is a little too short to be long.
        if words.len() as f64 >= LONG_FROM as f64 * FLOOR {
            bands_of::<LONG_ROWS>(&one_permutation(words), 1 << 8, &mut bands);
        }
        if (SHORT_FROM..LONG_FROM).contains(&words.len()) {
            bands_of::<SHORT_ROWS>(&self.minima(words), 2 << 8, &mut bands);
        }
        Signature { content, bands }
    }

    /// The least value of each hash function.
    fn minima(&self, words: &[u32]) -> [u32; SHORT_BANDS * SHORT_ROWS] {
        let mut minima = [u32::MAX; SHORT_BANDS * SHORT_ROWS];
        for shingle in shingles::<2>(words) {
            for (least, factor) in minima.iter_mut().zip(&self.factors) {
                let value = (shingle.wrapping_mul(*factor) >> 32) as u32;
                *least = value.min(*least);
            }
        }
        minima
    }
}

/// One hash function, the range of which is cut into bins: the least value of each ([Li, Owen and
/// Zhang 2012]). An empty bin borrows from another one that depends on its number alone
/// ([Shrivastava 2017]).
///
/// [Li, Owen and Zhang 2012]: https://arxiv.org/abs/1208.1259
/// [Shrivastava 2017]: https://arxiv.org/abs/1703.04664
fn one_permutation(words: &[u32]) -> [u32; BINS] {
    let mut least = [u64::MAX; BINS];
    for shingle in shingles::<3>(words) {
        let bin = (shingle >> 58) as usize;
        if let Some(least) = least.get_mut(bin) {
            *least = shingle.min(*least);
        }
    }
    let mut bins = [0; BINS];
    for (number, bin) in bins.iter_mut().enumerate() {
        let mut from = number;
        let mut tries = 0_u64;
        while least.get(from) == Some(&u64::MAX) && tries < 16 * BINS as u64 {
            tries += 1;
            from = (mix(number as u64 | tries << 32) >> 58) as usize;
        }
        *bin = least.get(from).map_or(0, |least| *least as u32);
    }
    bins
}

fn bands_of<const ROWS: usize>(minima: &[u32], seed: u64, bands: &mut Vec<u32>) {
    for (number, rows) in minima.chunks_exact(ROWS).enumerate() {
        bands.push((hash(rows) ^ mix(seed | number as u64)) as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random words, and a copy in which every `every`-th is another.
    fn pair(seed: u64, length: usize, every: usize) -> [Vec<u32>; 2] {
        let word = |number: usize| mix(seed << 32 | number as u64) as u32 % 5_000;
        let own: Vec<u32> = (0..length).map(word).collect();
        let mut copy = own.clone();
        for (place, word) in copy.iter_mut().enumerate() {
            if place % every == every / 2 {
                *word += 10_000;
            }
        }
        [own, copy]
    }

    fn share(length: usize, every: usize) -> usize {
        let signer = Signer::default();
        let mut found = 0;
        for seed in 0..300 {
            let [a, b] = pair(seed, length, every).map(|words| signer.sign(&words));
            found += usize::from(a.bands.iter().any(|band| b.bands.contains(band)));
        }
        found
    }

    #[test]
    fn copies_share_a_band() {
        // A word in twenty: similarity 0.74.
        assert!(share(400, 20) >= 297, "{}", share(400, 20));
        // Three words of forty-two, by pairs: 0.75.
        assert!(share(42, 14) >= 297, "{}", share(42, 14));
        // Nothing in common: every word of a pair in two is another one.
        assert_eq!(share(400, 2), 0);
    }

    #[test]
    fn around_the_length_that_parts_them_articles_meet() {
        let signer = Signer::default();
        let [own, _] = pair(7, 130, 200);
        let mut missed = 0;
        for length in 100..130 {
            let cut = own.get(..length).unwrap();
            let (a, b) = (signer.sign(&own), signer.sign(cut));
            missed += usize::from(!a.bands.iter().any(|band| b.bands.contains(band)));
        }
        assert_eq!(missed, 0);
    }

    #[test]
    fn headlines_have_one_band() {
        let signer = Signer::default();
        let [own, copy] = pair(3, 10, 10).map(|words| signer.sign(&words));
        assert_eq!(own.bands.len(), 1);
        assert_ne!(own, copy);
        assert_eq!(signer.sign(&[]).bands.len(), 1);
    }
}
