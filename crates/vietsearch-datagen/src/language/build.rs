//! `build`: from count files to the sections of `language.bin`.

use std::path::Path;

use vietsearch_data::{ContainerBuilder, SectionBuilder, checksum};
use vietsearch_text::Syllable;
use vietsearch_text::interpret::{InputMethod, keystroke_readings};
use vietsearch_text::marks::is_unfinished;

use super::abbreviations;
use super::counts::{Ngrams, START};
use super::foreign::ForeignWords;
use super::letters::Letters;
use super::relevance::DISCOUNT;
use crate::error::Result;

/// Steps per unit of the natural logarithm in numbers of 16 bits.
const STEPS: f64 = 1024.0;
/// Bits of a quantised logarithm of an n-gram.
const CODE_BITS: u32 = 5;

pub(crate) fn container(sources: &Path) -> Result<ContainerBuilder> {
    let ngrams = Ngrams::read(sources)?;
    let model = Model::new(&ngrams);
    let foreign = ForeignWords::read(sources)?;
    Ok(ContainerBuilder::new()
        .with(model.syllables())
        .with(model.bigrams())
        .with(model.trigrams())
        .with(foreign_words(&foreign))
        .with(abbreviations::section(sources)?))
}

/// Probabilities of a backoff model: an n-gram that was not kept has the probability of its shorter
/// end, times a factor of its history that makes all sum to one (Katz 1987, absolute discounting).
struct Model<'n> {
    ngrams: &'n Ngrams,
    unigrams: Vec<f64>,
    unigram_backoffs: Vec<f64>,
    bigrams: Vec<f64>,
    bigram_backoffs: Vec<f64>,
    trigrams: Vec<f64>,
    /// Of each trigram the index of its first two units among the bigrams.
    histories: Vec<usize>,
}

impl<'n> Model<'n> {
    fn new(ngrams: &'n Ngrams) -> Self {
        let size = ngrams.vocabulary.len();
        let counts: Vec<f64> = ngrams
            .vocabulary
            .iter()
            .map(|word| f64::from(word.count))
            .collect();
        let all: f64 = counts.iter().sum::<f64>() - counts[usize::from(START)];
        let unigrams: Vec<f64> = counts.iter().map(|count| count / all).collect();

        let share = |count: u32, of: f64| (f64::from(count) - DISCOUNT).max(0.01) / of.max(1.0);
        let mut bigrams = Vec::with_capacity(ngrams.bigrams.len());
        let mut seen = vec![(0.0, 0.0); size];
        for ([first, next], count) in &ngrams.bigrams {
            let own = share(*count, counts[usize::from(*first)]);
            bigrams.push(own);
            seen[usize::from(*first)].0 += own;
            seen[usize::from(*first)].1 += unigrams[usize::from(*next)];
        }
        let unigram_backoffs: Vec<f64> = seen.iter().map(left_over).collect();

        let find = |first: u16, next: u16| {
            let key = [first, next];
            ngrams
                .bigrams
                .binary_search_by_key(&key, |(key, _)| *key)
                .ok()
        };
        let bigram = |first: u16, next: u16| match find(first, next) {
            Some(index) => bigrams[index],
            None => unigram_backoffs[usize::from(first)] * unigrams[usize::from(next)],
        };
        let mut trigrams = Vec::with_capacity(ngrams.trigrams.len());
        let mut histories = Vec::with_capacity(ngrams.trigrams.len());
        let mut seen = vec![(0.0, 0.0); bigrams.len()];
        for ([first, second, next], count) in &ngrams.trigrams {
            let history = find(*first, *second).unwrap_or_default();
            let own = share(*count, f64::from(ngrams.bigrams[history].1));
            trigrams.push(own);
            histories.push(history);
            seen[history].0 += own;
            seen[history].1 += bigram(*second, *next);
        }
        let bigram_backoffs = seen.iter().map(left_over).collect();
        Self {
            ngrams,
            unigrams,
            unigram_backoffs,
            bigrams,
            bigram_backoffs,
            trigrams,
            histories,
        }
    }

    fn syllables(&self) -> SectionBuilder {
        let mut section = SectionBuilder::new("syllables", 1);
        let words = self.ngrams.vocabulary.iter();
        let syllables: Vec<Syllable> = words.filter_map(|word| word.syllable).collect();
        // Numbers of syllables change with the tables of the library; spellings do not.
        let spellings: String = syllables.iter().map(|syllable| syllable.as_str()).collect();
        section.u32(checksum(spellings.as_bytes()) as u32);
        section.u16s(
            &syllables
                .iter()
                .map(|syllable| syllable.id())
                .collect::<Vec<_>>(),
        );
        section.u16s(&self.unigrams.iter().copied().map(steps).collect::<Vec<_>>());
        let backoffs = self.unigram_backoffs.iter().copied().map(steps);
        section.u16s(&backoffs.collect::<Vec<_>>());
        let capitals = self.ngrams.vocabulary.iter().map(|word| {
            let (small, capital) = (f64::from(word.small), f64::from(word.capital));
            ((capital + 0.5) / (small + capital + 1.0) * 255.0).round() as u8
        });
        section.bytes(&capitals.collect::<Vec<_>>());
        section
    }

    fn bigrams(&self) -> SectionBuilder {
        let mut section = SectionBuilder::new("bigrams", 1);
        let keys = self.ngrams.bigrams.iter();
        let keys = keys.map(|([first, next], _)| self.key(u32::from(*first), *next));
        section.sorted_keys(&keys.collect::<Vec<_>>());
        quantised(&mut section, &self.bigrams);
        quantised(&mut section, &self.bigram_backoffs);
        section
    }

    fn trigrams(&self) -> SectionBuilder {
        let mut section = SectionBuilder::new("trigrams", 1);
        let keys = self.ngrams.trigrams.iter().zip(&self.histories);
        let keys = keys.map(|(([_, _, next], _), history)| self.key(*history as u32, *next));
        section.sorted_keys(&keys.collect::<Vec<_>>());
        quantised(&mut section, &self.trigrams);
        section
    }

    /// The number of a history and what follows it.
    fn key(&self, history: u32, next: u16) -> u32 {
        history * self.ngrams.vocabulary.len() as u32 + u32::from(next)
    }
}

/// The factor for what was not kept, of the sums of (own, lower) probabilities of what was.
fn left_over((own, lower): &(f64, f64)) -> f64 {
    (1.0 - own).max(1e-4) / (1.0 - lower).max(1e-4)
}

fn steps(probability: f64) -> u16 {
    (probability.max(1e-12).ln() * STEPS).round() as i16 as u16
}

/// Writes the logarithms as codes of few bits, after the table of what the codes stand for.
fn quantised(section: &mut SectionBuilder, probabilities: &[f64]) {
    let logarithms: Vec<f64> = probabilities.iter().map(|value| value.ln()).collect();
    let table = code_table(&logarithms);
    section.u32s(
        &table
            .iter()
            .map(|value| (*value as f32).to_bits())
            .collect::<Vec<_>>(),
    );
    let codes = logarithms.iter().map(|value| nearest(&table, *value));
    section.packed(codes.collect::<Vec<_>>(), CODE_BITS);
}

/// The values that stand for all, each the mean of those that are nearest to it (Lloyd 1982).
fn code_table(values: &[f64]) -> Vec<f64> {
    const ROUNDS: usize = 30;
    let size = 1 << CODE_BITS;
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(greatest) = sorted.last().copied() else {
        return vec![0.0; size];
    };
    let least = sorted[0];
    let mut table: Vec<f64> = (0..size)
        .map(|index| least + (greatest - least) * (index as f64 + 0.5) / size as f64)
        .collect();
    for _ in 0..ROUNDS {
        let mut sums = vec![(0.0, 0.0); size];
        for value in &sorted {
            let sum = &mut sums[nearest(&table, *value) as usize];
            sum.0 += value;
            sum.1 += 1.0;
        }
        for (entry, (sum, count)) in table.iter_mut().zip(sums) {
            if count > 0.0 {
                *entry = sum / count;
            }
        }
    }
    table
}

fn nearest(table: &[f64], value: f64) -> u32 {
    let above = table.partition_point(|entry| *entry < value);
    let below = above.saturating_sub(1);
    let nearer_above = table
        .get(above)
        .is_some_and(|entry| entry - value < value - table[below]);
    (if nearer_above { above } else { below }) as u32
}

/// Foreign words that could be raw keystrokes or lack marks, with the logarithms of their shares, and what any
/// others are made of.
fn foreign_words(foreign: &ForeignWords) -> SectionBuilder {
    let mut section = SectionBuilder::new("foreign", 1);
    let mut words: Vec<(&str, u32)> = foreign
        .counts
        .iter()
        .filter(|(word, _)| {
            let methods = InputMethod::ALL.iter();
            let mut readings = methods.map(|method| keystroke_readings(word, *method));
            is_unfinished(word) || readings.any(|readings| !readings.is_empty())
        })
        .map(|(word, count)| (word.as_str(), *count))
        .collect();
    words.sort_unstable();
    let mut text = String::new();
    let mut ends = Vec::new();
    let mut shares = Vec::new();
    for (word, count) in words {
        text += word;
        ends.push(text.len() as u32);
        shares.push(steps(f64::from(count) / foreign.total as f64));
    }
    section.bytes(text.as_bytes());
    section.u32s(&ends);
    section.u16s(&shares);
    section.bytes(&Letters::of(foreign).table());
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_near_their_values() {
        let values: Vec<f64> = (0..5000)
            .map(|number| -f64::from(number % 977) / 70.0)
            .collect();
        let table = code_table(&values);
        assert!(table.is_sorted());
        let worst = values
            .iter()
            .map(|value| (table[nearest(&table, *value) as usize] - value).abs())
            .fold(0.0, f64::max);
        assert!(worst < 0.3, "{worst}");
    }
}
