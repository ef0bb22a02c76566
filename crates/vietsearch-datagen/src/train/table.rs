//! What is known of pairs of syllables before any training: lexicons and counts.

use std::collections::{BTreeMap, HashMap};

use crate::count::{PairCount, key};
use crate::lexicon::{Lexicon, source};
use crate::vocabulary::Vocabulary;

/// Pairs of the corpora have a place in the table from so many occurrences on.
const PAIR_LEAST: u32 = 1000;
/// The same for pairs that mostly have capitals.
const NAME_LEAST: u32 = 15;

/// How a pair stands in the lexicons and in the corpora. The segmenter knows the pairs of the table
/// only; all others are alike.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pair {
    /// The sources that have the pair as a word; 0 for none.
    pub(crate) sources: u8,
    /// Whether a longer word begins with the pair.
    pub(crate) prefix: bool,
    /// Whether a longer word holds the pair elsewhere.
    pub(crate) inside: bool,
    pub(crate) count: PairCount,
    /// How much likelier the pair is than by chance: the logarithm to base 2.
    pub(crate) association: f32,
}

/// Longer words, as a tree over rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    children: BTreeMap<(u32, u16), u32>,
    /// Node 0 is the root; true where a word ends, with whether it is a row of shorter words.
    ends: Vec<Option<u8>>,
}

impl Tree {
    pub(crate) fn insert(&mut self, word: &[u16], cover: u8) {
        if self.ends.is_empty() {
            self.ends.push(None);
        }
        let mut node = 0;
        for row in word {
            let next = self.ends.len() as u32;
            node = *self.children.entry((node, *row)).or_insert(next);
            if node == next {
                self.ends.push(None);
            }
        }
        if let Some(end) = self.ends.get_mut(node as usize) {
            *end = Some(cover);
        }
    }

    /// The longest word at the start of `rows`: its length and whether it is composed.
    pub(crate) fn longest(&self, rows: impl Iterator<Item = u16>) -> Option<(usize, u8)> {
        let mut node = 0;
        let mut longest = None;
        for (index, row) in rows.enumerate() {
            match self.children.get(&(node, row)) {
                Some(next) => node = *next,
                None => break,
            }
            if let Some(Some(cover)) = self.ends.get(node as usize) {
                longest = Some((index + 1, *cover));
            }
        }
        longest
    }

    /// All words with their covers, in the order of their rows.
    pub(crate) fn words(&self) -> Vec<(Vec<u16>, u8)> {
        let mut words = Vec::new();
        self.collect(0, &mut Vec::new(), &mut words);
        words
    }

    fn collect(&self, node: u32, path: &mut Vec<u16>, words: &mut Vec<(Vec<u16>, u8)>) {
        if let Some(Some(cover)) = self.ends.get(node as usize) {
            words.push((path.clone(), *cover));
        }
        for ((_, row), next) in self.children.range((node, 0)..=(node, u16::MAX)) {
            path.push(*row);
            self.collect(*next, path, words);
            path.pop();
        }
    }

    /// Nodes by their parent and row.
    pub(crate) fn children(&self) -> &BTreeMap<(u32, u16), u32> {
        &self.children
    }

    /// By node, how the word that ends there covers its gaps; 0 if none does.
    pub(crate) fn covers(&self) -> Vec<u8> {
        self.ends.iter().map(|end| end.unwrap_or(0)).collect()
    }
}

/// All that is known before training.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) pairs: HashMap<u32, Pair>,
    pub(crate) tree: Tree,
}

impl Table {
    /// `keep` says which pairs of the corpora are worth a place.
    pub(crate) fn new(
        vocabulary: &Vocabulary,
        lexicon: &Lexicon,
        counts: &HashMap<u32, PairCount>,
    ) -> Self {
        let mut table = Self::default();
        let mut long = Vec::new();
        for (word, sources) in lexicon {
            let rows: Option<Vec<u16>> = word.split(' ').map(|part| vocabulary.row(part)).collect();
            let Some(rows) = rows else { continue };
            match rows.as_slice() {
                [left, right] => {
                    table.pairs.entry(key(*left, *right)).or_default().sources |= sources;
                }
                _ => long.push(rows),
            }
        }
        for rows in &long {
            for (index, pair) in rows.windows(2).enumerate() {
                if let [left, right] = pair {
                    let pair = table.pairs.entry(key(*left, *right)).or_default();
                    pair.prefix |= index == 0;
                    pair.inside |= index > 0;
                }
            }
        }
        for rows in &long {
            let composed = table.is_composed(rows);
            let cover = match (rows.len(), composed) {
                (3, false) => 1,
                (3, true) => 2,
                _ => 3,
            };
            table.tree.insert(rows, cover);
        }
        let total: f64 = counts.values().map(|count| f64::from(count.all)).sum();
        for (key, count) in counts {
            let left = f64::from(vocabulary.count((key >> 16) as u16).all.max(1));
            let right = f64::from(vocabulary.count(*key as u16).all.max(1));
            let association = (f64::from(count.all) * total / (left * right)).log2() as f32;
            let known = table.pairs.get_mut(key);
            let name = count.capital >= NAME_LEAST && 10 * count.capital >= 6 * count.all;
            if count.all < PAIR_LEAST && known.is_none() && !name {
                continue;
            }
            let pair = table.pairs.entry(*key).or_default();
            pair.count = *count;
            pair.association = association;
        }
        table
    }

    /// True if a longer word is a row of pairs that are words.
    fn is_composed(&self, rows: &[u16]) -> bool {
        let word = |pair: &[u16]| match pair {
            [left, right] => self
                .pairs
                .get(&key(*left, *right))
                .is_some_and(|pair| pair.sources & (source::RDR | source::PYVI) != 0),
            _ => false,
        };
        match rows.len() {
            3 => rows.get(..2).is_some_and(word) || rows.get(1..).is_some_and(word),
            length if length % 2 == 0 => rows.chunks(2).all(word),
            _ => false,
        }
    }
}
