//! What the ranking reads off the postings of a candidate.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::SegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, Term};
use vietsearch_index::Region;

use crate::cursor::{Cursor, Occurrence};
use crate::error::Result;
use crate::plan::Plan;
use crate::rank::Weights;
use crate::word::{Reading, Tier, distance};

/// Bounds of the length normalisation.
const SHORTEST: f32 = 0.75;
const LONGEST: f32 = 4.0;

/// What is read off the postings of one article.
#[derive(Clone, Debug, Default)]
pub(crate) struct Features {
    /// Normalised term frequency of each word, by region.
    pub(crate) words: Vec<[f32; 3]>,
    /// How far the nearest occurrence of each word is from what was typed: see [`distance`].
    pub(crate) distances: Vec<u8>,
    /// Normalised frequency of each pair of neighbours.
    pub(crate) pairs: Vec<f32>,
    /// Which units it holds.
    pub(crate) units: Vec<bool>,
    /// Which words stand literally.
    pub(crate) literal: Vec<bool>,
}

/// The open cursors of one word, by region.
struct WordCursors {
    index: usize,
    readings: [Option<Cursor>; 3],
    /// The form as typed, where the readings hold it among others.
    literal: [Option<Cursor>; 3],
    /// The spellings as typed, of a word that has a twin in i or y.
    own: Option<[Option<Cursor>; 3]>,
    entities: Vec<SegmentPostings>,
}

/// The open cursors of one segment.
pub(crate) struct Segment {
    words: Vec<WordCursors>,
    units: Vec<Vec<SegmentPostings>>,
    norms: [FieldNormReader; 3],
    /// By word of the plan, for the region that is being read.
    occurrences: Vec<Vec<Occurrence>>,
    pairs: Vec<(usize, usize)>,
    weights: Weights,
    average_lengths: [f32; 3],
}

impl Segment {
    /// Opens what a plan's words and pairs need in one segment.
    pub(crate) fn open(
        plan: &Plan,
        pairs: &[(usize, usize)],
        reader: &SegmentReader,
        weights: Weights,
        average_lengths: [f32; 3],
    ) -> Result<Self> {
        let norm = |region| reader.get_fieldnorms_reader(plan.fields.region(region).exact);
        let postings = |field: Field, text: &str| -> Result<Option<SegmentPostings>> {
            let index = reader.inverted_index(field)?;
            let term = Term::from_field_text(field, text);
            Ok(index.read_postings(&term, IndexRecordOption::Basic)?)
        };
        let mut words = Vec::new();
        for index in plan.scored.iter().copied() {
            let Some(word) = plan.words.get(index) else {
                continue;
            };
            let cursors = |readings: &[Reading]| -> Result<[Option<Cursor>; 3]> {
                let mut cursors = [None, None, None];
                for region in plan.regions_of(index) {
                    if let Some(slot) = cursors.get_mut(*region as usize) {
                        *slot = Cursor::open(reader, &plan.fields, readings, *region)?;
                    }
                }
                Ok(cursors)
            };
            let literal: Vec<Reading> = word
                .literal
                .iter()
                .map(|form| Reading::exact(form))
                .collect();
            let mut entities = Vec::new();
            for reading in word
                .readings
                .iter()
                .filter(|reading| reading.tier == Tier::Entity)
            {
                entities.extend(postings(plan.fields.entities, &reading.term)?);
            }
            words.push(WordCursors {
                index,
                readings: cursors(&word.readings)?,
                literal: cursors(&literal)?,
                own: if word.own.is_empty() {
                    None
                } else {
                    Some(cursors(&word.own)?)
                },
                entities,
            });
        }
        let mut units = Vec::new();
        for unit in &plan.units {
            let mut found = Vec::new();
            for (field, text) in plan.unit_terms(unit) {
                found.extend(postings(field, &text)?);
            }
            units.push(found);
        }
        Ok(Self {
            words,
            units,
            norms: [
                norm(Region::Title)?,
                norm(Region::Lead)?,
                norm(Region::Body)?,
            ],
            occurrences: vec![Vec::new(); plan.words.len()],
            pairs: pairs.to_vec(),
            weights,
            average_lengths,
        })
    }

    /// Reads the features of a document; documents come in ascending order.
    pub(crate) fn read(&mut self, doc: DocId) -> Features {
        let count = self.occurrences.len();
        let mut features = Features {
            words: vec![[0.0; 3]; count],
            distances: vec![0; count],
            pairs: vec![0.0; self.pairs.len()],
            units: Vec::with_capacity(self.units.len()),
            literal: vec![false; count],
        };
        // The weight of the nearest occurrence, and whether one is spelled as typed.
        let mut nearest = vec![(0.0_f32, false); self.words.len()];
        for region in Region::ALL.map(|region| region as usize) {
            let share = self.share(region, doc);
            for (word, (nearest, own)) in self.words.iter_mut().zip(&mut nearest) {
                let Some(occurrences) = self.occurrences.get_mut(word.index) else {
                    continue;
                };
                occurrences.clear();
                if !holds_in(&mut word.readings, region, doc) {
                    continue;
                }
                if let Some(Some(cursor)) = word.readings.get_mut(region) {
                    cursor.occurrences(doc, occurrences);
                }
                let mut sum = 0.0;
                for occurrence in occurrences.iter() {
                    sum += occurrence.weight;
                    *nearest = nearest.max(occurrence.weight);
                }
                if let Some(part) = features
                    .words
                    .get_mut(word.index)
                    .and_then(|parts| parts.get_mut(region))
                {
                    *part = sum * share;
                }
                if let Some(literal) = features.literal.get_mut(word.index) {
                    *literal |= holds_in(&mut word.literal, region, doc);
                }
                *own |= word
                    .own
                    .as_mut()
                    .is_none_or(|own| holds_in(own, region, doc));
            }
            for (frequency, (left, right)) in features.pairs.iter_mut().zip(&self.pairs) {
                if let (Some(left), Some(right)) =
                    (self.occurrences.get(*left), self.occurrences.get(*right))
                {
                    *frequency += neighbours(left, right) * share;
                }
            }
        }
        for (word, (nearest, own)) in self.words.iter_mut().zip(nearest) {
            let Some(parts) = features.words.get_mut(word.index) else {
                continue;
            };
            let mut distance = distance(nearest).max(u8::from(!own));
            if nearest == 0.0 {
                let as_entity = word
                    .entities
                    .iter_mut()
                    .any(|postings| stands_at(postings, doc));
                if let Some(body) = parts.last_mut().filter(|_| as_entity) {
                    *body = 1.0;
                }
                distance = 0;
            }
            if let Some(slot) = features.distances.get_mut(word.index) {
                *slot = distance;
            }
        }
        for postings in &mut self.units {
            features
                .units
                .push(postings.iter_mut().any(|postings| stands_at(postings, doc)));
        }
        features
    }

    /// What one occurrence in a region of a document counts.
    ///
    /// Shorter texts than most count like somewhat short ones: a headline's words in a body of one
    /// line are no better evidence than the same words in a headline.
    fn share(&self, region: usize, doc: DocId) -> f32 {
        let Weights { b, boosts, .. } = self.weights;
        let at = |values: &[f32; 3]| values.get(region).copied().unwrap_or(1.0);
        let length = self
            .norms
            .get(region)
            .map_or(0.0, |norm| norm.fieldnorm(doc) as f32);
        let relative = length / at(&self.average_lengths);
        let norm = 1.0 - at(&b) + at(&b) * relative;
        at(&boosts) / norm.clamp(SHORTEST, LONGEST)
    }
}

/// True if a cursor of the region stands at the document, or can be moved there.
fn holds_in(cursors: &mut [Option<Cursor>; 3], region: usize, doc: DocId) -> bool {
    match cursors.get_mut(region) {
        Some(Some(cursor)) => cursor.seek(doc) == doc,
        _ => false,
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
