//! Which n-grams are worth their bytes.
//!
//! An n-gram is kept by what is lost without it: its count times the change of its logarithmic
//! probability, half of it the change among all units (relative entropy: Stolcke, *Entropy-based
//! Pruning of Backoff Language Models*, 1998), half among the syllables with the same folded
//! spelling, because restoration of marks chooses only among those.

use super::counts::FIRST_SYLLABLE;
use vietsearch_text::Syllable;

/// What is taken from each count for what was never seen.
pub(crate) const DISCOUNT: f64 = 0.6;

/// Counted n-grams before the choice: full counts in ascending order of keys.
pub(crate) struct Counted {
    pub(crate) syllables: Vec<Syllable>,
    pub(crate) unigrams: Vec<u32>,
    pub(crate) bigrams: Vec<(u64, u32)>,
    pub(crate) trigrams: Vec<(u64, u32)>,
}

/// The last unit of a key; the rest is its history.
pub(crate) fn last(key: u64) -> u16 {
    key as u16
}

struct Scorer<'c> {
    counted: &'c Counted,
    /// Probability by unit.
    unigrams: Vec<f64>,
    /// Sum of counts and share of the unseen by first unit.
    totals: Vec<(f64, f64)>,
    /// Where the bigrams of a first unit begin.
    starts: Vec<usize>,
    /// Units with the same folded spelling, as a range.
    twins: Vec<std::ops::Range<u16>>,
}

impl<'c> Scorer<'c> {
    fn new(counted: &'c Counted) -> Self {
        let all: f64 = counted.unigrams.iter().map(|count| f64::from(*count)).sum();
        let unigrams = counted.unigrams.iter();
        let unigrams = unigrams
            .map(|count| (f64::from(*count) + 0.5) / all)
            .collect();
        let size = counted.unigrams.len();
        let mut totals = vec![(0.0, 0.0); size];
        let mut starts = vec![0; size + 1];
        for (key, count) in &counted.bigrams {
            let first = (key >> 16) as usize;
            totals[first].0 += f64::from(*count);
            totals[first].1 += DISCOUNT;
            starts[first + 1] += 1;
        }
        for (total, unseen) in &mut totals {
            *unseen /= total.max(1.0);
        }
        for first in 0..size {
            starts[first + 1] += starts[first];
        }
        Self {
            counted,
            unigrams,
            totals,
            starts,
            twins: twins(&counted.syllables),
        }
    }

    fn bigram(&self, first: u16, next: u16) -> f64 {
        let (total, unseen) = self.totals[usize::from(first)];
        let range = self.starts[usize::from(first)]..self.starts[usize::from(first) + 1];
        let followers = &self.counted.bigrams[range];
        let key = u64::from(first) << 16 | u64::from(next);
        let seen = followers.binary_search_by_key(&key, |(key, _)| *key);
        let own = seen.map_or(0.0, |index| {
            (f64::from(followers[index].1) - DISCOUNT) / total
        });
        own + unseen * self.unigrams[usize::from(next)]
    }

    /// What is lost if `next` has the probability `lower` instead of `own`; the twins' likewise.
    fn loss(
        &self,
        count: u32,
        next: u16,
        own: impl Fn(u16) -> f64,
        lower: impl Fn(u16) -> f64,
    ) -> f64 {
        let (own_next, lower_next) = (own(next), lower(next));
        let mut change = (own_next / lower_next).ln().abs();
        let twins = self.twins[usize::from(next)].clone();
        if twins.len() > 1 {
            let own_all: f64 = twins.clone().map(&own).sum();
            let lower_all: f64 = twins.map(&lower).sum();
            change += ((own_next / own_all) / (lower_next / lower_all)).ln().abs();
        }
        f64::from(count) * change
    }
}

/// For each number of a unit the range of units with its folded spelling.
fn twins(syllables: &[Syllable]) -> Vec<std::ops::Range<u16>> {
    let mut twins: Vec<_> = (0..FIRST_SYLLABLE).map(|unit| unit..unit + 1).collect();
    for chunk in syllables.chunk_by(|left, right| left.folded() == right.folded()) {
        let start = twins.len() as u16;
        let range = start..start + chunk.len() as u16;
        twins.extend(chunk.iter().map(|_| range.clone()));
    }
    twins
}

/// The `count` trigrams that matter most, in ascending order.
pub(crate) fn trigrams(counted: &Counted, count: usize, least: u32) -> Vec<(u64, u32)> {
    let scorer = Scorer::new(counted);
    let mut scored = Vec::new();
    for group in counted
        .trigrams
        .chunk_by(|left, right| left.0 >> 16 == right.0 >> 16)
    {
        let history = group[0].0 >> 16;
        let middle = last(history);
        let total: f64 = group.iter().map(|(_, count)| f64::from(*count)).sum();
        let unseen = DISCOUNT * group.len() as f64 / total;
        let lower = |next: u16| scorer.bigram(middle, next);
        let own = |next: u16| {
            let key = history << 16 | u64::from(next);
            let seen = group.binary_search_by_key(&key, |(key, _)| *key);
            let own = seen.map_or(0.0, |index| (f64::from(group[index].1) - DISCOUNT) / total);
            own + unseen * lower(next)
        };
        for (key, count) in group.iter().filter(|(_, count)| *count >= least) {
            let loss = scorer.loss(*count, last(*key), own, lower);
            scored.push((loss, *key, *count));
        }
    }
    best(scored, count)
}

/// The `count` bigrams that matter most, in ascending order, all those of `needed` among them.
pub(crate) fn bigrams(counted: &Counted, count: usize, needed: &[u64]) -> Vec<(u64, u32)> {
    let scorer = Scorer::new(counted);
    let lower = |next: u16| scorer.unigrams[usize::from(next)];
    let score = |(key, count): &(u64, u32)| {
        let first = (key >> 16) as u16;
        let loss = if needed.binary_search(key).is_ok() {
            f64::INFINITY
        } else {
            scorer.loss(*count, last(*key), |next| scorer.bigram(first, next), lower)
        };
        (loss, *key, *count)
    };
    let often = counted.bigrams.iter();
    let scored = often.filter(|(key, count)| *count >= 2 || needed.binary_search(key).is_ok());
    best(scored.map(score).collect(), count)
}

fn best(mut scored: Vec<(f64, u64, u32)>, count: usize) -> Vec<(u64, u32)> {
    // The key settles ties, so that the choice is the same everywhere.
    scored.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    scored.truncate(count);
    let mut kept: Vec<_> = scored
        .into_iter()
        .map(|(_, key, count)| (key, count))
        .collect();
    kept.sort_unstable();
    kept
}
