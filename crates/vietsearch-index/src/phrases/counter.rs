//! Counting the phrases of articles, and which of them are kept.

use std::collections::{BTreeMap, HashMap};

use super::extract::Phrases;
use super::{KEPT, KEPT_PER_ARTICLE};

/// Collects the phrases of articles. They are counted at the end, by sorting: a hash table of as many
/// phrases waits for memory at each of them.
#[derive(Debug, Default)]
pub(super) struct PhraseCounter {
    occurrences: Vec<Occurrence>,
    /// Texts and keys.
    bytes: String,
    articles: usize,
}

/// A phrase of an article.
#[derive(Clone, Copy, Debug)]
struct Occurrence {
    /// The hash of its text.
    hash: u64,
    text: u32,
    key: u32,
    text_bytes: u16,
    key_bytes: u16,
}

impl PhraseCounter {
    /// Adds an article.
    pub(super) fn add(&mut self, phrases: &Phrases) {
        self.articles += 1;
        let text = self.bytes.len() as u32;
        self.bytes.push_str(&phrases.text);
        let key = self.bytes.len() as u32;
        self.bytes.push_str(&phrases.keys);
        let occurrences = phrases.phrases.iter().map(|phrase| Occurrence {
            hash: phrase.hash,
            text: text + phrase.text.start,
            key: key + phrase.key.start,
            // A phrase has ten words of 24 bytes at most.
            text_bytes: phrase.text.len() as u16,
            key_bytes: phrase.key.len() as u16,
        });
        self.occurrences.extend(occurrences);
    }

    /// Number of articles by the hash of a phrase.
    pub(super) fn counts(&self) -> HashMap<u64, u32> {
        let mut counts = HashMap::new();
        for occurrence in &self.occurrences {
            *counts.entry(occurrence.hash).or_default() += 1;
        }
        counts
    }

    /// Key, text and number of articles of each phrase that is kept, in order.
    pub(super) fn kept(&mut self) -> Vec<(&str, &str, u32)> {
        self.occurrences.sort_unstable_by_key(|one| one.hash);
        let phrase = |group: &[Occurrence]| {
            let part = |start: u32, bytes: u16| {
                let start = start as usize;
                let part = self.bytes.get(start..start + bytes as usize);
                part.unwrap_or("")
            };
            let first = group.first()?;
            let (key, text) = (
                part(first.key, first.key_bytes),
                part(first.text, first.text_bytes),
            );
            Some((key, text, group.len() as u32))
        };
        let phrases = || {
            let groups = self.occurrences.chunk_by(|a, b| a.hash == b.hash);
            groups.filter_map(phrase)
        };
        let mut ranks = Ranks::default();
        for (key, _, articles) in phrases() {
            ranks.add(key, articles);
        }
        let least = ranks.least(self.articles);
        let mut kept: Vec<_> = phrases()
            .filter(|(key, _, articles)| least.keeps(key, *articles))
            .collect();
        kept.sort_unstable();
        kept
    }

    /// Bytes of memory.
    pub(super) fn mem_usage(&self) -> usize {
        self.occurrences.capacity() * size_of::<Occurrence>() + self.bytes.capacity()
    }
}

/// How many phrases there are with how many articles and words.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    phrases: BTreeMap<(u32, usize), usize>,
}

/// What a phrase needs to be kept: more articles, or as many and at most so many words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Least {
    articles: u32,
    words: usize,
}

impl Ranks {
    pub(super) fn add(&mut self, key: &str, articles: u32) {
        // Ascending by rank: few articles, many words.
        let rank = (articles, usize::MAX - words(key));
        *self.phrases.entry(rank).or_default() += 1;
    }

    /// The least that is kept in a segment of so many articles.
    pub(super) fn least(&self, articles: usize) -> Least {
        let mut left = KEPT.saturating_add(KEPT_PER_ARTICLE.saturating_mul(articles));
        let mut least = Least {
            articles: u32::MAX,
            words: 0,
        };
        for ((articles, rank), count) in self.phrases.iter().rev() {
            let Some(rest) = left.checked_sub(*count) else {
                break;
            };
            left = rest;
            least = Least {
                articles: *articles,
                words: usize::MAX - rank,
            };
        }
        least
    }
}

impl Least {
    pub(super) fn keeps(self, key: &str, articles: u32) -> bool {
        articles > self.articles || (articles == self.articles && words(key) <= self.words)
    }
}

fn words(key: &str) -> usize {
    key.bytes().filter(|byte| *byte == b' ').count() + 1
}

/// Eight bytes at a time, multiplied and folded (as in wyhash). Phrases with one hash would be
/// counted as one: with a million of them that happens once in ten million segments.
pub(super) fn hash(text: &str) -> u64 {
    let fold = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        product as u64 ^ (product >> 64) as u64
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = text.len() as u64 ^ 0xA076_1D64_78BD_642F;
    for word in words {
        hash = fold(hash ^ u64::from_le_bytes(*word), 0xE703_7ED1_A0B4_28DB);
    }
    let mut last = [0; 8];
    for (slot, byte) in last.iter_mut().zip(rest) {
        *slot = *byte;
    }
    fold(hash ^ u64::from_le_bytes(last), 0x8EBC_6AF0_9C88_C6E3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_phrases_are_kept_first_then_short_ones() {
        let mut ranks = Ranks::default();
        for number in 0..KEPT - 2 {
            ranks.add("a b", 2 + number as u32 % 3);
        }
        ranks.add("a", 1);
        ranks.add("a b c", 1);
        ranks.add("a b c", 1);
        let least = ranks.least(0);
        assert!(least.keeps("a b c", 2) && least.keeps("a", 1));
        assert!(!least.keeps("a b c", 1) && !least.keeps("a b", 0));
    }

    #[test]
    fn hashes_differ() {
        let texts = [
            "",
            "a",
            "b",
            "giá vàng",
            "giá vàng ",
            "vàng giá",
            "\0",
            "\0\0",
        ];
        let hashes: std::collections::HashSet<u64> = texts.iter().map(|text| hash(text)).collect();
        assert_eq!(hashes.len(), texts.len());
    }
}
