//! `evaluate`: how well the segmenter cuts, on variants of hand-segmented text.

use std::collections::{BTreeMap, HashSet};
use std::iter::Sum;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;
use vietsearch_text::{Segmenter, fold};

use crate::error::Result;
use crate::gold::{self, Sentence};
use crate::random::Random;
use crate::segmentation::Packed;

/// Words right, words of the segmenter, words of people.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    right: usize,
    found: usize,
    gold: usize,
}

impl Score {
    fn new(found: &[(usize, usize)], gold: &[(usize, usize)]) -> Self {
        let words: HashSet<_> = gold.iter().collect();
        Self {
            right: found.iter().filter(|word| words.contains(word)).count(),
            found: found.len(),
            gold: gold.len(),
        }
    }

    pub(crate) fn f1(&self) -> f64 {
        200.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

impl<'a> Sum<&'a Score> for Score {
    fn sum<I: Iterator<Item = &'a Score>>(scores: I) -> Self {
        scores.fold(Self::default(), |sum, score| Self {
            right: sum.right + score.right,
            found: sum.found + score.found,
            gold: sum.gold + score.gold,
        })
    }
}

/// The score of each sentence.
pub(crate) fn scores(segmenter: &mut Segmenter<'_>, sentences: &[Sentence]) -> Vec<Score> {
    let score =
        |sentence: &Sentence| Score::new(&words(segmenter, &sentence.text), &sentence.words);
    sentences.iter().map(score).collect()
}

fn words(segmenter: &mut Segmenter<'_>, text: &str) -> Vec<(usize, usize)> {
    let words = segmenter.segment(text);
    words.map(|word| (word.start, word.end)).collect()
}

pub(crate) fn run(
    sources: &Path,
    gold: &[PathBuf],
    without: &[PathBuf],
    list_errors: bool,
) -> Result<()> {
    let packed = Packed::read(sources)?;
    let bytes = packed.container().build()?;
    let mut segmenter = Segmenter::from_data(&bytes)?;
    let mut known = Vec::new();
    for path in without {
        known.append(&mut gold::read(path)?);
    }
    for path in gold {
        let sentences = gold::without(gold::read(path)?, &known);
        println!("{}: {} sentences", path.display(), sentences.len());
        type Change = fn(&[Sentence]) -> Vec<Sentence>;
        let variants: [(&str, Change); 6] = [
            ("as written", <[Sentence]>::to_vec),
            ("punctuation attached", |all| {
                all.iter().map(Sentence::detokenised).collect()
            }),
            ("decomposed", |all| {
                changed(all, |word| word.nfd().collect())
            }),
            ("lower case", gold::lower),
            ("capitals", |all| changed(all, str::to_uppercase)),
            ("unmarked", |all| changed(all, fold)),
        ];
        for (name, change) in variants {
            let scores = scores(&mut segmenter, &change(&sentences));
            let (low, high) = interval(&scores);
            let sum: Score = scores.iter().sum();
            println!("  F1 {:6.2}  [{low:.2}, {high:.2}]  {name}", sum.f1());
        }
        print_errors(&mut segmenter, &packed, &sentences, list_errors);
    }
    Ok(())
}

fn changed(sentences: &[Sentence], change: fn(&str) -> String) -> Vec<Sentence> {
    sentences
        .iter()
        .map(|sentence| sentence.map(change))
        .collect()
}

/// The 95 % interval of F1 by bootstrap over sentences.
fn interval(scores: &[Score]) -> (f64, f64) {
    const SAMPLES: usize = 1000;
    let mut random = Random::new(1);
    let mut samples: Vec<f64> = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let drawn = (0..scores.len()).filter_map(|_| scores.get(random.below(scores.len())));
        samples.push(drawn.sum::<Score>().f1());
    }
    samples.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (share * SAMPLES as f64) as usize;
        samples.get(index).copied().unwrap_or(0.0)
    };
    (at(0.025), at(0.975))
}

/// Counts the places where the segmenter and people differ, by kind.
fn print_errors(
    segmenter: &mut Segmenter<'_>,
    packed: &Packed,
    sentences: &[Sentence],
    list: bool,
) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for sentence in sentences {
        let found = words(segmenter, &sentence.text);
        let found_set: HashSet<_> = found.iter().collect();
        let gold_set: HashSet<_> = sentence.words.iter().collect();
        let text = |word: &(usize, usize)| sentence.text.get(word.0..word.1).unwrap_or("");
        let mut differences = Vec::new();
        for word in found.iter().filter(|word| !gold_set.contains(word)) {
            if text(word).contains(' ') {
                differences.push(("joined", text(word)));
            }
        }
        for word in sentence
            .words
            .iter()
            .filter(|word| !found_set.contains(word))
        {
            if text(word).contains(' ') {
                differences.push(("cut", text(word)));
            }
        }
        for (what, word) in differences {
            let kind = kind(what, word, packed);
            *kinds.entry(kind).or_default() += 1;
            if list {
                println!("    {kind}: {word}");
            }
        }
    }
    for (kind, count) in kinds {
        println!("  {count:6}  {kind}");
    }
}

/// What a word is that was joined or cut though people did not.
fn kind(what: &str, word: &str, packed: &Packed) -> &'static str {
    let is_capital = |part: &str| part.chars().next().is_some_and(char::is_uppercase);
    let has_digit = word.chars().any(|character| character.is_ascii_digit());
    let is_name = word.split(' ').skip(1).any(is_capital);
    match (what, has_digit, is_name, packed.has_word(word)) {
        ("joined", true, ..) => "joined, with a number",
        ("joined", _, true, _) => "joined, with a name",
        ("joined", _, _, true) => "joined, a word of the lexicon",
        ("joined", ..) => "joined, no word of the lexicon",
        (_, true, ..) => "cut, with a number",
        (_, _, true, _) => "cut, a name",
        (_, _, _, true) => "cut, a word of the lexicon",
        _ => "cut, no word of the lexicon",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_is_that_of_spans() {
        let score = Score::new(&[(0, 3), (4, 9)], &[(0, 3), (4, 6), (7, 9)]);
        assert!((score.f1() - 40.0).abs() < 1e-9);
    }

    #[test]
    fn the_interval_holds_the_score() {
        let right = Score::new(&[(0, 1)], &[(0, 1)]);
        let wrong = Score::new(&[(0, 2)], &[(0, 1)]);
        let scores = [right, right, right, wrong, right, wrong];
        let (low, high) = interval(&scores);
        let all: Score = scores.iter().sum();
        assert!(low < all.f1() && all.f1() < high, "{low} {high}");
        assert_eq!(interval(&[right, right]), (100.0, 100.0));
    }
}
