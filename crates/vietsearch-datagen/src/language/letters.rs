//! Of which letters foreign words are made.

use super::foreign::ForeignWords;

/// The 26 letters and the edge of a word.
const SYMBOLS: usize = 27;
const EDGE: usize = 26;
/// Steps per unit of the natural logarithm in numbers of 8 bits.
const STEPS: f64 = 16.0;
/// What every letter counts without being seen.
const PRIOR: f64 = 3.0;

/// Counts of each letter after each two letters of a word.
pub(crate) struct Letters {
    counts: Vec<f64>,
}

impl Letters {
    /// Each word counts once: the letters stand for words that are not in the list.
    pub(crate) fn of(foreign: &ForeignWords) -> Self {
        let mut counts = vec![0.0; SYMBOLS * SYMBOLS * SYMBOLS];
        for word in foreign.counts.keys() {
            if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
                continue;
            }
            let (mut first, mut second) = (EDGE, EDGE);
            let letters = word.bytes().map(|byte| usize::from(byte - b'a'));
            for letter in letters.chain([EDGE]) {
                counts[(first * SYMBOLS + second) * SYMBOLS + letter] += 1.0;
                (first, second) = (second, letter);
            }
        }
        Self { counts }
    }

    /// The negative logarithms of the probabilities in steps, by the two letters before and the
    /// letter.
    pub(crate) fn table(&self) -> Vec<u8> {
        let mut after_one = vec![PRIOR / SYMBOLS as f64; SYMBOLS * SYMBOLS];
        for (index, count) in self.counts.iter().enumerate() {
            after_one[index % (SYMBOLS * SYMBOLS)] += count;
        }
        let mut table = Vec::with_capacity(self.counts.len());
        for (history, counts) in self.counts.chunks(SYMBOLS).enumerate() {
            let second = history % SYMBOLS;
            let lower = &after_one[second * SYMBOLS..][..SYMBOLS];
            let lower_all: f64 = lower.iter().sum();
            let all: f64 = counts.iter().sum();
            for (count, lower) in counts.iter().zip(lower) {
                let share = (count + PRIOR * lower / lower_all) / (all + PRIOR);
                table.push((-share.ln() * STEPS).round().clamp(0.0, 255.0) as u8);
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_history_sums_to_one() {
        let mut foreign = ForeignWords::default();
        for word in ["paris", "texas", "press", "obama", "u23"] {
            foreign.count(word);
        }
        let table = Letters::of(&foreign).table();
        assert_eq!(table.len(), SYMBOLS * SYMBOLS * SYMBOLS);
        for shares in table.chunks(SYMBOLS) {
            let sum: f64 = shares
                .iter()
                .map(|steps| (-f64::from(*steps) / STEPS).exp())
                .sum();
            assert!((0.9..1.1).contains(&sum), "{sum}");
        }
    }
}
