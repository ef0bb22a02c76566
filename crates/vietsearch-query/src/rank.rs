//! The second stage: scoring candidates from positions and fields.
//!
//! The score is a sum over words, pairs and units, so that it can be explained:
//!
//! - each word: BM25F over title, lead and body (Robertson, Zaragoza and Taylor 2004), its readings
//!   weighted, with one document frequency for all of them;
//! - each pair of neighbouring query words that stands side by side in the article;
//! - each unit (code, date, name), as a word of its own;
//! - a small bonus for words that stand literally as typed.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, Term};
use vietsearch_index::Region;

use crate::cursor::{Cursor, Occurrence};
use crate::error::Result;
use crate::plan::Plan;
use crate::response::Explanation;
use crate::statistics::Statistics;
use crate::word::{Reading, Tier};

/// Parameters of the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weights {
    /// Term frequency saturation.
    pub(crate) k1: f32,
    /// Length normalisation, by region.
    pub(crate) b: [f32; 3],
    /// What an occurrence counts, by region.
    pub(crate) boosts: [f32; 3],
    /// Weight of a pair of neighbours.
    pub(crate) pair: f32,
    /// Weight of a unit.
    pub(crate) unit: f32,
    /// Bonus for a word that stands literally, as a share of its weight.
    pub(crate) literal: f32,
    /// Share of the score that depends on how many words are met.
    pub(crate) coverage: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            k1: 1.0,
            b: [0.4, 0.6, 0.75],
            boosts: [3.0, 2.0, 1.0],
            pair: 0.6,
            unit: 1.0,
            literal: 0.02,
            coverage: 0.3,
        }
    }
}

/// A candidate with its score.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    pub(crate) address: DocAddress,
    pub(crate) score: f32,
    /// For each word of the plan, whether the article holds it.
    pub(crate) holds: Vec<bool>,
    features: Features,
}

impl Scored {
    /// A hit that is not ranked by a score; it holds every word.
    pub(crate) fn unscored(address: DocAddress, words: usize) -> Self {
        Self {
            address,
            score: 0.0,
            holds: vec![true; words],
            features: Features::default(),
        }
    }
}

/// What is read off the postings of one article.
#[derive(Clone, Debug, Default)]
struct Features {
    /// Normalised term frequency of each word.
    words: Vec<f32>,
    /// The same of each pair of neighbours.
    pairs: Vec<f32>,
    /// Which units it holds.
    units: Vec<bool>,
    /// Which words stand literally.
    literal: Vec<bool>,
}

/// Scores candidates of one plan.
pub(crate) struct Ranker<'a> {
    plan: &'a Plan,
    statistics: &'a Statistics<'a>,
    weights: Weights,
    /// Pairs of neighbouring words, by index.
    pairs: Vec<(usize, usize)>,
    pair_idf: Vec<f32>,
}

impl<'a> Ranker<'a> {
    pub(crate) fn new(plan: &'a Plan, statistics: &'a Statistics<'a>, weights: Weights) -> Self {
        let mut pairs = Vec::new();
        for run in &plan.runs {
            for left in run.clone() {
                let right = left + 1;
                let both = plan.scored.contains(&left) && plan.scored.contains(&right);
                let (Some(a), Some(b)) = (plan.words.get(left), plan.words.get(right)) else {
                    continue;
                };
                if both && run.contains(&right) && a.sentence == b.sentence {
                    pairs.push((left, right));
                }
            }
        }
        Self {
            plan,
            statistics,
            weights,
            pairs,
            pair_idf: Vec::new(),
        }
    }

    /// Scores all candidates. Document frequencies of pairs are estimated from those in `sample`.
    pub(crate) fn score(
        &mut self,
        searcher: &Searcher,
        mut candidates: Vec<DocAddress>,
        mut sample: Vec<DocAddress>,
    ) -> Result<Vec<Scored>> {
        candidates.sort_unstable();
        candidates.dedup();
        sample.sort_unstable();
        let mut scored = Vec::with_capacity(candidates.len());
        for group in candidates.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let Some(first) = group.first() else { continue };
            let reader = searcher.segment_reader(first.segment_ord);
            let mut segment = Segment::open(self.plan, &self.pairs, reader)?;
            for address in group {
                let features = segment.read(self, address.doc_id);
                let holds = self.holds(&features);
                scored.push(Scored {
                    address: *address,
                    score: 0.0,
                    holds,
                    features,
                });
            }
        }
        self.pair_idf = self.estimate_pairs(&scored, &sample);
        for candidate in &mut scored {
            candidate.score = self.parts(&candidate.features, &candidate.holds).0;
        }
        Ok(scored)
    }

    /// Explains a score; the details add up to it.
    pub(crate) fn explain(&self, scored: &Scored) -> Explanation {
        let (value, mut details) = self.parts(&scored.features, &scored.holds);
        let sum: f32 = details.iter().map(|detail| detail.value).sum();
        if let Some(last) = details.last_mut() {
            // What is left of rounding goes to the last leaf.
            last.value += value - sum;
        }
        let Weights { k1, b, boosts, .. } = self.weights;
        let what =
            format!("sum over words, pairs and units (BM25F: k1 {k1}, b {b:?}, boosts {boosts:?})");
        Explanation {
            what,
            value,
            details,
        }
    }

    fn holds(&self, features: &Features) -> Vec<bool> {
        let mut holds: Vec<bool> = features
            .words
            .iter()
            .map(|frequency| *frequency > 0.0)
            .collect();
        for (unit, found) in self.plan.units.iter().zip(&features.units) {
            if *found {
                holds
                    .get_mut(unit.words.clone())
                    .unwrap_or(&mut [])
                    .fill(true);
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
            let found = |candidate: &&Scored| {
                candidate
                    .features
                    .pairs
                    .get(number)
                    .is_some_and(|frequency| *frequency > 0.0)
            };
            let seen = sampled.iter().filter(|candidate| found(candidate)).count() as u64;
            let rarer = frequency(*left).min(frequency(*right)).max(1);
            let commoner = frequency(*left).max(frequency(*right));
            let by_chance = rarer.saturating_mul(commoner) / self.statistics.documents.max(1);
            self.statistics.idf(seen.max(by_chance).min(rarer).max(1))
        };
        self.pairs.iter().enumerate().map(estimate).collect()
    }

    /// The score and its parts.
    fn parts(&self, features: &Features, holds: &[bool]) -> (f32, Vec<Explanation>) {
        let mut details = Vec::new();
        let leaf = |what: String, value: f32| Explanation {
            what,
            value,
            details: Vec::new(),
        };
        let saturate =
            |frequency: f32| frequency * (self.weights.k1 + 1.0) / (frequency + self.weights.k1);
        let mut total = 0.0;
        let mut met = 0.0;
        let mut wanted = 0.0;
        for index in &self.plan.scored {
            let Some(word) = self.plan.words.get(*index) else {
                continue;
            };
            let idf = self.idf_of(*index);
            let weight = word.importance * idf;
            wanted += weight;
            if holds.get(*index).copied().unwrap_or(false) {
                met += weight;
            }
            let frequency = features.words.get(*index).copied().unwrap_or(0.0);
            if frequency > 0.0 {
                let value = weight * saturate(frequency);
                total += value;
                details.push(leaf(format!("word {:?}", word.form), value));
            }
            if features.literal.get(*index).copied().unwrap_or(false) {
                let value = weight * self.weights.literal;
                total += value;
                details.push(leaf(format!("literally {:?}", word.form), value));
            }
        }
        for (number, (left, right)) in self.pairs.iter().enumerate() {
            let frequency = features.pairs.get(number).copied().unwrap_or(0.0);
            if frequency > 0.0 {
                let idf = self.pair_idf.get(number).copied().unwrap_or(0.0);
                let importance = self.importance(*left).max(self.importance(*right));
                let value = self.weights.pair * importance * idf * saturate(frequency);
                total += value;
                let words = [self.form(*left), self.form(*right)].join(" ");
                details.push(leaf(format!("pair {words:?}"), value));
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
                details.push(leaf(format!("unit {:?}", unit.term), value));
            }
        }
        if wanted > 0.0 {
            let lost = total * self.weights.coverage * (1.0 - met / wanted);
            if lost > 0.0 {
                total -= lost;
                details.push(leaf("words that are missing".to_string(), -lost));
            }
        }
        (total, details)
    }

    fn idf_of(&self, word: usize) -> f32 {
        self.statistics
            .idf(self.statistics.frequencies.get(word).copied().unwrap_or(0))
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

/// The open cursors of one segment.
struct Segment {
    /// By word and region.
    cursors: Vec<[Option<Cursor>; 3]>,
    literal: Vec<[Option<Cursor>; 3]>,
    entities: Vec<Vec<SegmentPostings>>,
    units: Vec<Option<SegmentPostings>>,
    norms: [FieldNormReader; 3],
    occurrences: Vec<Vec<Occurrence>>,
    pairs: Vec<(usize, usize)>,
}

impl Segment {
    fn open(plan: &Plan, pairs: &[(usize, usize)], reader: &SegmentReader) -> Result<Self> {
        let mut segment = Self {
            cursors: Vec::new(),
            literal: Vec::new(),
            entities: Vec::new(),
            units: Vec::new(),
            norms: [
                reader.get_fieldnorms_reader(plan.fields.region(Region::Title).exact)?,
                reader.get_fieldnorms_reader(plan.fields.region(Region::Lead).exact)?,
                reader.get_fieldnorms_reader(plan.fields.region(Region::Body).exact)?,
            ],
            occurrences: vec![Vec::new(); plan.words.len()],
            pairs: pairs.to_vec(),
        };
        let entity = |text: &str| -> Result<Option<SegmentPostings>> {
            let index = reader.inverted_index(plan.fields.entities)?;
            let term = Term::from_field_text(plan.fields.entities, text);
            Ok(index.read_postings(&term, IndexRecordOption::Basic)?)
        };
        for (index, word) in plan.words.iter().enumerate() {
            let mut cursors = [None, None, None];
            let mut literal = [None, None, None];
            let mut entities = Vec::new();
            if plan.scored.contains(&index) {
                let as_typed = word.literal.as_ref().map(|form| {
                    [Reading {
                        tier: Tier::Exact,
                        term: form.clone(),
                        weight: 1.0,
                    }]
                });
                for region in plan.regions_of(index) {
                    let number = *region as usize;
                    if let Some(slot) = cursors.get_mut(number) {
                        *slot = Cursor::open(reader, &plan.fields, &word.readings, *region)?;
                    }
                    if let (Some(slot), Some(readings)) = (literal.get_mut(number), &as_typed) {
                        *slot = Cursor::open(reader, &plan.fields, readings, *region)?;
                    }
                }
                for reading in word
                    .readings
                    .iter()
                    .filter(|reading| reading.tier == Tier::Entity)
                {
                    entities.extend(entity(&reading.term)?);
                }
            }
            segment.cursors.push(cursors);
            segment.literal.push(literal);
            segment.entities.push(entities);
        }
        for unit in &plan.units {
            segment.units.push(entity(&unit.term)?);
        }
        Ok(segment)
    }

    /// Reads the features of a document; documents come in ascending order.
    fn read(&mut self, ranker: &Ranker<'_>, doc: DocId) -> Features {
        let words = self.cursors.len();
        let mut features = Features {
            words: vec![0.0; words],
            pairs: vec![0.0; self.pairs.len()],
            units: Vec::with_capacity(self.units.len()),
            literal: vec![false; words],
        };
        let Weights { b, boosts, .. } = ranker.weights;
        let norms = self
            .norms
            .iter()
            .zip(b)
            .zip(boosts)
            .zip(ranker.statistics.average_lengths);
        for (region, (((norm, b), boost), average)) in norms.enumerate() {
            let length = norm.fieldnorm(doc) as f32;
            let share = boost / (1.0 - b + b * length / average);
            for (cursors, occurrences) in self.cursors.iter_mut().zip(&mut self.occurrences) {
                occurrences.clear();
                if let Some(Some(cursor)) = cursors.get_mut(region)
                    && cursor.seek(doc) == doc
                {
                    cursor.occurrences(doc, occurrences);
                }
            }
            for (frequency, occurrences) in features.words.iter_mut().zip(&self.occurrences) {
                let count: f32 = occurrences.iter().map(|occurrence| occurrence.weight).sum();
                *frequency += count * share;
            }
            for (frequency, (left, right)) in features.pairs.iter_mut().zip(&self.pairs) {
                if let (Some(left), Some(right)) =
                    (self.occurrences.get(*left), self.occurrences.get(*right))
                {
                    *frequency += neighbours(left, right) * share;
                }
            }
            for (found, cursors) in features.literal.iter_mut().zip(&mut self.literal) {
                if let Some(Some(cursor)) = cursors.get_mut(region) {
                    *found |= cursor.seek(doc) == doc;
                }
            }
        }
        for (frequency, entities) in features.words.iter_mut().zip(&mut self.entities) {
            if *frequency == 0.0 && entities.iter_mut().any(|postings| stands_at(postings, doc)) {
                *frequency = 1.0;
            }
        }
        for postings in &mut self.units {
            let found = postings
                .as_mut()
                .is_some_and(|postings| stands_at(postings, doc));
            features.units.push(found);
        }
        features
    }
}

/// Counts the places where an occurrence of `right` follows one of `left`.
fn neighbours(left: &[Occurrence], right: &[Occurrence]) -> f32 {
    let mut count = 0.0;
    let mut rest = right;
    for occurrence in left {
        let wanted = occurrence.position + 1;
        let skip = rest
            .iter()
            .take_while(|next| next.position < wanted)
            .count();
        rest = rest.get(skip..).unwrap_or(&[]);
        if let Some(next) = rest.first().filter(|next| next.position == wanted) {
            count += occurrence.weight.min(next.weight);
        }
    }
    count
}

fn stands_at(postings: &mut SegmentPostings, doc: DocId) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc
}
