//! The second stage: scoring candidates by which words stand where.
//!
//! The score is a sum over words, pairs and units, so that it can be explained:
//!
//! - each word: BM25F over title, lead and body (Robertson, Zaragoza and Taylor 2004), its readings
//!   weighted, with one document frequency for all of them; the beginning of the body counts more;
//! - each pair of neighbouring query words that stands side by side in the article;
//! - each unit (code, date, name), as a word of its own;
//! - a small bonus for words that stand literally as typed.

use std::cmp::Reverse;

use smallvec::{SmallVec, smallvec};
use tantivy::DocAddress;
use vietsearch_index::Region;

use crate::error::Result;
use crate::features::{Features, Patterns, Segment, WordFeatures};
use crate::plan::Plan;
use crate::response::Explanation;
use crate::search::NewsSearcher;
use crate::statistics::Statistics;
use crate::threads;
use crate::weights::Weights;
use crate::word::Word;

/// A candidate with its score.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    pub(crate) address: DocAddress,
    pub(crate) score: f32,
    /// What of the score lifts the article above those that are spelled otherwise.
    pub(crate) lift: f32,
    /// What of the score is lost to age, or to a scorer of one's own: negative, or more than 0 if it
    /// is won.
    pub(crate) adjusted: f32,
    /// For each word of the plan, whether the article holds it.
    pub(crate) holds: SmallVec<[bool; 16]>,
    features: Features,
}

impl Scored {
    /// A hit that is not ranked by a score; it holds every word.
    pub(crate) fn unscored(address: DocAddress, words: usize) -> Self {
        let holds = smallvec![true; words];
        Self {
            address,
            score: 0.0,
            lift: 0.0,
            adjusted: 0.0,
            holds,
            features: Features::default(),
        }
    }
}

/// Candidates that a thread reads at a time.
const CANDIDATES_OF_A_THREAD: usize = 32;

/// Scores candidates of one plan.
pub(crate) struct Ranker<'a> {
    plan: &'a Plan,
    statistics: &'a Statistics,
    weights: Weights,
    /// Pairs of neighbouring words, by index.
    pairs: Vec<(usize, usize)>,
    pair_idf: Vec<f32>,
}

impl<'a> Ranker<'a> {
    pub(crate) fn new(plan: &'a Plan, statistics: &'a Statistics, weights: Weights) -> Self {
        Self {
            plan,
            statistics,
            weights,
            pairs: plan.pairs(),
            pair_idf: Vec::new(),
        }
    }

    /// Scores all candidates. Document frequencies of pairs are estimated from those in `sample`.
    pub(crate) fn score(
        &mut self,
        searcher: &NewsSearcher,
        mut candidates: Vec<DocAddress>,
        mut sample: Vec<DocAddress>,
    ) -> Result<Vec<Scored>> {
        candidates.sort_unstable();
        candidates.dedup();
        sample.sort_unstable();
        let averages = self.statistics.average_lengths;
        let patterns = Patterns::new(self.plan, &self.pairs, self.weights, averages);
        let most = match &searcher.threads {
            Some(_) => CANDIDATES_OF_A_THREAD,
            None => usize::MAX,
        };
        let segments = candidates.chunk_by(|a, b| a.segment_ord == b.segment_ord);
        let groups: Vec<&[DocAddress]> = segments.flat_map(|group| group.chunks(most)).collect();
        let read = |group: &&[DocAddress]| self.read(searcher, &patterns, group);
        let scored = threads::map(searcher.threads.as_ref(), &groups, read)?;
        let mut scored: Vec<Scored> = scored.into_iter().flatten().collect();
        self.pair_idf = self.estimate_pairs(&scored, &sample);
        for candidate in &mut scored {
            candidate.score = self.sum(&candidate.features, &candidate.holds, None);
        }
        Ok(scored)
    }

    /// What the words of candidates of one segment tell, not summed up yet.
    fn read(
        &self,
        searcher: &NewsSearcher,
        patterns: &Patterns,
        candidates: &[DocAddress],
    ) -> Result<Vec<Scored>> {
        let Some(first) = candidates.first() else {
            return Ok(Vec::new());
        };
        let reader = searcher.searcher.segment_reader(first.segment_ord);
        let mut segment = Segment::open(self.plan, patterns, &searcher.forward, reader)?;
        segment.fetch(candidates.iter().map(|address| address.doc_id));
        let read = candidates.iter().map(|address| {
            let features = segment.read(address.doc_id);
            Scored {
                address: *address,
                score: 0.0,
                lift: 0.0,
                adjusted: 0.0,
                holds: self.holds(&features),
                features,
            }
        });
        Ok(read.collect())
    }

    /// Lifts articles above those that are spelled otherwise: those with a code that was asked for
    /// above those with its parts, the spelling that was typed above its twin in i or y, that above
    /// unmarked text, that above loose matches. All candidates given hold every word.
    pub(crate) fn lift(&self, full: &mut [&mut Scored]) {
        let mut levels: Vec<(usize, Reverse<u8>)> =
            full.iter().map(|scored| self.level(scored)).collect();
        levels.sort_unstable();
        levels.dedup();
        let highest = full.iter().map(|scored| scored.score).fold(0.0, f32::max);
        let step = highest.ceil() + 1.0;
        for scored in full {
            let level = self.level(scored);
            let steps = levels.iter().position(|known| *known == level).unwrap_or(0);
            scored.lift = step * steps as f32;
            scored.score += scored.lift;
        }
    }

    fn level(&self, scored: &Scored) -> (usize, Reverse<u8>) {
        let units = self.plan.units.iter().zip(&scored.features.units);
        let codes = units
            .filter(|(unit, found)| **found && unit.term.contains('/'))
            .count();
        let distances = scored.features.words.iter().map(|word| word.distance);
        (codes, Reverse(distances.max().unwrap_or(0)))
    }

    /// Explains a score; the details add up to it.
    pub(crate) fn explain(&self, scored: &Scored) -> Explanation {
        let mut details = Vec::new();
        self.sum(&scored.features, &scored.holds, Some(&mut details));
        if scored.adjusted != 0.0 {
            let what = "for its age, or by the caller's scorer".to_string();
            details.push(Explanation {
                what,
                value: scored.adjusted,
                details: Vec::new(),
            });
        }
        if scored.lift > 0.0 {
            let what = "above articles that are spelled otherwise".to_string();
            details.push(Explanation {
                what,
                value: scored.lift,
                details: Vec::new(),
            });
        }
        let sum: f32 = details.iter().map(|detail| detail.value).sum();
        let rest = scored.score - sum;
        if rest != 0.0 && !details.is_empty() {
            let what = "rounding".to_string();
            details.push(Explanation {
                what,
                value: rest,
                details: Vec::new(),
            });
        }
        let described = self.weights.described();
        let what = format!("sum over words, pairs and units ({described})");
        Explanation {
            what,
            value: scored.score,
            details,
        }
    }

    fn holds(&self, features: &Features) -> SmallVec<[bool; 16]> {
        let mut holds = smallvec![false; self.plan.words.len()];
        for (index, word) in self.plan.scored.iter().zip(&features.words) {
            if let Some(held) = holds.get_mut(*index) {
                let is_part = self.plan.wholes_over(*index).next().is_some();
                *held = !is_part && word.frequencies.iter().any(|part| *part > 0.0);
            }
        }
        for (unit, found) in self.plan.units.iter().zip(&features.units) {
            for word in unit.words.clone().filter(|_| *found) {
                let first = self.plan.same_as.get(word).copied().unwrap_or(word);
                if let Some(held) = holds.get_mut(first) {
                    *held = true;
                }
            }
        }
        holds
    }

    /// A pair occurs at least in the candidates of the sorted sample that hold it, and about as
    /// often as chance has it.
    fn estimate_pairs(&self, scored: &[Scored], sample: &[DocAddress]) -> Vec<f32> {
        let in_sample = |candidate: &&Scored| sample.binary_search(&candidate.address).is_ok();
        let sampled: Vec<&Scored> = scored.iter().filter(in_sample).collect();
        let frequency = |word: usize| self.statistics.frequencies.get(word).copied().unwrap_or(0);
        let estimate = |(number, (left, right)): (usize, &(usize, usize))| {
            let found = |candidate: &&&Scored| {
                candidate
                    .features
                    .pairs
                    .get(number)
                    .is_some_and(|frequency| *frequency > 0.0)
            };
            let seen = sampled.iter().filter(found).count() as u64;
            let rarer = frequency(*left).min(frequency(*right)).max(1);
            let commoner = frequency(*left).max(frequency(*right));
            let by_chance = rarer.saturating_mul(commoner) / self.statistics.documents.max(1);
            self.statistics.idf(seen.max(by_chance).min(rarer).max(1))
        };
        self.pairs.iter().enumerate().map(estimate).collect()
    }

    /// The score; its parts are written to `details` if they are wanted.
    fn sum(
        &self,
        features: &Features,
        holds: &[bool],
        mut details: Option<&mut Vec<Explanation>>,
    ) -> f32 {
        let Weights {
            k1,
            literal,
            coverage,
            ..
        } = self.weights;
        let saturate = |frequency: f32| frequency * (k1 + 1.0) / (frequency + k1);
        let mut total = 0.0;
        let mut met = 0.0;
        let mut wanted = 0.0;
        for (index, read) in self.plan.scored.iter().zip(&features.words) {
            let Some(word) = self.plan.words.get(*index) else {
                continue;
            };
            let weight = word.importance * self.idf_of(*index);
            wanted += weight;
            if holds.get(*index).copied().unwrap_or(false) {
                met += weight;
            }
            let frequency: f32 = read.frequencies.iter().sum();
            if frequency > 0.0 {
                let value = weight * saturate(frequency);
                total += value;
                if let Some(details) = details.as_deref_mut() {
                    details.push(explain_word(word, read, value));
                }
            }
            if read.literal {
                let value = weight * literal;
                total += value;
                push(&mut details, value, || format!("literally {:?}", word.form));
            }
        }
        // In a short query a pair says nearly as much as its words: mỹ tâm, võ văn kiệt.
        let pair_weight = self.weights.pair * (1.0 + 2.0 / self.pairs.len().max(1) as f32);
        for (number, (left, right)) in self.pairs.iter().enumerate() {
            let frequency = features.pairs.get(number).copied().unwrap_or(0.0);
            if frequency > 0.0 {
                let idf = self.pair_idf.get(number).copied().unwrap_or(0.0);
                let importance = self.importance(*left).max(self.importance(*right));
                let value = pair_weight * importance * idf * saturate(frequency);
                total += value;
                push(&mut details, value, || {
                    format!("pair {:?}", [self.form(*left), self.form(*right)].join(" "))
                });
            }
        }
        let units = self
            .plan
            .units
            .iter()
            .zip(&self.statistics.unit_frequencies);
        for ((unit, frequency), found) in units.zip(&features.units) {
            if *found {
                let value = self.weights.unit * self.statistics.idf(*frequency);
                total += value;
                push(&mut details, value, || format!("unit {:?}", unit.term));
            }
        }
        if wanted > 0.0 {
            let lost = total * coverage * (1.0 - met / wanted);
            if lost > 0.0 {
                total -= lost;
                push(&mut details, -lost, || "words that are missing".to_string());
            }
        }
        total
    }

    fn idf_of(&self, word: usize) -> f32 {
        self.statistics.idfs.get(word).copied().unwrap_or(0.0)
    }

    fn importance(&self, word: usize) -> f32 {
        self.plan
            .words
            .get(word)
            .map_or(1.0, |word| word.importance)
    }

    fn form(&self, word: usize) -> &str {
        self.plan
            .words
            .get(word)
            .map_or("", |word| word.form.as_str())
    }
}

fn push(details: &mut Option<&mut Vec<Explanation>>, value: f32, what: impl FnOnce() -> String) {
    if let Some(details) = details.as_deref_mut() {
        details.push(Explanation {
            what: what(),
            value,
            details: Vec::new(),
        });
    }
}

/// A word's part of the score, split by region.
fn explain_word(word: &Word, read: &WordFeatures, value: f32) -> Explanation {
    let parts = read.frequencies;
    let tier = match read.distance {
        0 if word.open && word.form == word.folded => "folded",
        0 => "exact",
        1 => "written with i or y",
        2 => "unmarked",
        _ => "loose",
    };
    let all: f32 = parts.iter().sum();
    let regions = Region::ALL
        .into_iter()
        .zip(parts)
        .filter(|(_, part)| *part > 0.0);
    let details = regions.map(|(region, part)| Explanation {
        what: format!("{}, {tier}", region.name()),
        value: value * part / all,
        details: Vec::new(),
    });
    Explanation {
        what: format!("word {:?}", word.form),
        value,
        details: details.collect(),
    }
}
