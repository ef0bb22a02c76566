//! What the ranking reads off the words of a candidate.

use smallvec::{SmallVec, smallvec};
use tantivy::postings::SegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, Term};
use vietsearch_index::Region;
use vietsearch_index::forward::{ForwardReader, Matcher, Occurrence};

use crate::error::Result;
use crate::forward::{Forward, add_reading};
use crate::plan::Plan;
use crate::rank::Weights;
use crate::word::{Reading, Tier, distance};

/// Bounds of the length normalisation.
const SHORTEST: f32 = 0.75;
const LONGEST: f32 = 4.0;

/// What is read off one article. Words are counted as in the plan's `scored`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Features {
    pub(crate) words: SmallVec<[WordFeatures; 4]>,
    /// Normalised frequency of each pair of neighbours.
    pub(crate) pairs: SmallVec<[f32; 4]>,
    /// Which units it holds.
    pub(crate) units: SmallVec<[bool; 8]>,
}

/// What is read off one article about one word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WordFeatures {
    /// Normalised term frequency by region.
    pub(crate) frequencies: [f32; 3],
    /// How far the nearest occurrence is from what was typed: see [`distance`].
    pub(crate) distance: u8,
    /// Whether the word stands literally.
    pub(crate) literal: bool,
}

/// What a place in the text that matches means.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    /// Which of the scored words.
    word: usize,
    role: Role,
    /// The regions in which the word is looked up, a bit for each.
    regions: u8,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    /// An occurrence that counts so much, and how far it is from what was typed.
    Reading(f32, u8),
    /// The word as typed, where the readings hold it among others.
    Literal,
    /// A spelling as typed, of a word that has a twin in i or y.
    Own,
}

/// What a plan looks for in the text of an article.
pub(crate) struct Patterns {
    matcher: Matcher,
    meanings: Vec<Meaning>,
    /// For each scored word, whether it has spellings of its own.
    has_own: Vec<bool>,
    /// For each scored word the words that follow it in the query, with the numbers of the pairs.
    followers: Vec<Vec<(usize, usize)>>,
    pairs: usize,
    weights: Weights,
    average_lengths: [f32; 3],
    /// What occurrences at the beginning of the text count, by steps of positions.
    openings: Vec<f32>,
}

/// Positions that count alike.
const OPENING_STEP: u32 = 4;
/// Steps after which a position is no beginning any more.
const OPENING_STEPS: u32 = 128;

impl Patterns {
    pub(crate) fn new(
        plan: &Plan,
        pairs: &[(usize, usize)],
        weights: Weights,
        average_lengths: [f32; 3],
    ) -> Self {
        let mut patterns = Self {
            matcher: Matcher::default(),
            meanings: Vec::new(),
            has_own: Vec::new(),
            followers: vec![Vec::new(); plan.scored.len()],
            pairs: pairs.len(),
            weights,
            average_lengths,
            openings: Vec::new(),
        };
        let steps = 0..OPENING_STEPS;
        patterns.openings = steps
            .map(|step| opening(step * OPENING_STEP, weights))
            .collect();
        for (number, index) in plan.scored.iter().enumerate() {
            let word = plan.words.get(*index);
            patterns
                .has_own
                .push(word.is_some_and(|word| !word.own.is_empty()));
            let Some(word) = word else { continue };
            let regions = plan.regions_of(*index).iter();
            let regions = regions.fold(0, |bits, region| bits | 1_u8 << *region as usize);
            let mut add = |reading: &Reading, role: Role| {
                let meaning = Meaning {
                    word: number,
                    role,
                    regions,
                };
                add_reading(
                    &mut patterns.matcher,
                    reading,
                    patterns.meanings.len() as u32,
                );
                patterns.meanings.push(meaning);
            };
            let certain = 1.0 - word.likelihood;
            for reading in &word.readings {
                let distance = distance(reading.weight);
                add(reading, Role::Reading(reading.weight * certain, distance));
            }
            for (syllable, share) in &word.likely {
                let weight = certain + share * word.likelihood;
                add(&Reading::exact(syllable.as_str()), Role::Reading(weight, 0));
            }
            if let Some(form) = &word.literal {
                add(&Reading::exact(form), Role::Literal);
            }
            for own in &word.own {
                add(own, Role::Own);
            }
        }
        let number = |word: usize| plan.scored.binary_search(&word).ok();
        for (pair, (left, right)) in pairs.iter().enumerate() {
            if let (Some(left), Some(right)) = (number(*left), number(*right))
                && let Some(followers) = patterns.followers.get_mut(left)
            {
                followers.push((right, pair));
            }
        }
        patterns
    }

    /// What an occurrence at a position of title or text counts.
    fn opening(&self, position: u32) -> f32 {
        let step = (position / OPENING_STEP) as usize;
        self.openings.get(step).copied().unwrap_or(1.0)
    }

    /// What an occurrence in each region counts.
    ///
    /// Shorter texts than most count like somewhat short ones: a headline's words in a body of one
    /// line are no better evidence than the same words in a headline.
    fn shares(&self, lengths: [u32; 3]) -> [f32; 3] {
        let Weights { b, boosts, .. } = self.weights;
        let mut shares = [0.0; 3];
        let settings = b.into_iter().zip(boosts);
        let known = lengths.into_iter().zip(self.average_lengths);
        for ((share, (b, boost)), (length, average)) in shares.iter_mut().zip(settings).zip(known) {
            let norm = 1.0 - b + b * length as f32 / average;
            *share = boost / norm.clamp(SHORTEST, LONGEST);
        }
        shares
    }
}

fn opening(position: u32, weights: Weights) -> f32 {
    1.0 + weights.opening * (-(position as f32) / weights.opening_words).exp()
}

/// A place where a scored word stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: Occurrence,
    word: usize,
    weight: f32,
}

/// Reads candidates of one segment.
pub(crate) struct Segment<'p> {
    patterns: &'p Patterns,
    forward: ForwardReader,
    /// For each scored word the postings of its joined forms.
    entities: Vec<Vec<SegmentPostings>>,
    units: Vec<Vec<SegmentPostings>>,
    places: Vec<Place>,
}

impl<'p> Segment<'p> {
    /// Opens what a plan needs in one segment.
    pub(crate) fn open(
        plan: &Plan,
        patterns: &'p Patterns,
        forward: &Forward,
        reader: &SegmentReader,
    ) -> Result<Self> {
        let postings = |field: Field, text: &str| -> Result<Option<SegmentPostings>> {
            let index = reader.inverted_index(field)?;
            let term = Term::from_field_text(field, text);
            Ok(index.read_postings(&term, IndexRecordOption::Basic)?)
        };
        let mut entities = Vec::new();
        for index in &plan.scored {
            let readings = plan
                .words
                .get(*index)
                .map_or(&[][..], |word| &word.readings);
            let mut found = Vec::new();
            for reading in readings.iter().filter(|known| known.tier == Tier::Entity) {
                found.extend(postings(plan.fields.entities, &reading.term)?);
            }
            entities.push(found);
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
            patterns,
            forward: forward.of(reader)?,
            entities,
            units,
            places: Vec::new(),
        })
    }

    /// Reads the features of a document; documents come in ascending order.
    pub(crate) fn read(&mut self, doc: DocId) -> Features {
        let patterns = self.patterns;
        let mut words: SmallVec<[WordFeatures; 4]> =
            smallvec![WordFeatures::default(); self.entities.len()];
        // How far the nearest occurrence is, and whether one is spelled as typed.
        let mut nearest: SmallVec<[(u8, bool); 16]> = smallvec![(u8::MAX, false); words.len()];
        let places = &mut self.places;
        places.clear();
        let lengths = patterns.matcher.find(self.forward.sequence(doc), |at| {
            let Some(meaning) = patterns.meanings.get(at.number as usize) else {
                return;
            };
            let Meaning {
                word,
                role,
                regions,
            } = *meaning;
            if regions >> at.region as usize & 1 == 0 {
                return;
            }
            match role {
                Role::Reading(weight, distance) => {
                    if let Some((nearest, _)) = nearest.get_mut(word) {
                        *nearest = distance.min(*nearest);
                    }
                    add_place(places, Place { at, word, weight });
                }
                Role::Literal => {
                    if let Some(features) = words.get_mut(word) {
                        features.literal = true;
                    }
                }
                Role::Own => {
                    if let Some((_, own)) = nearest.get_mut(word) {
                        *own = true;
                    }
                }
            }
        });
        let shares = patterns.shares(lengths);
        let share = |region: Region| shares.get(region as usize).copied().unwrap_or(0.0);
        for place in places.iter_mut() {
            let region = place.at.region;
            // The text begins with the lead.
            let before = match region {
                Region::Body => lengths.get(Region::Lead as usize).copied().unwrap_or(0),
                _ => 0,
            };
            place.weight *= patterns.opening(place.at.position.saturating_add(before));
            if let Some(frequency) = words
                .get_mut(place.word)
                .and_then(|word| word.frequencies.get_mut(region as usize))
            {
                *frequency += place.weight * share(region);
            }
        }
        let mut pairs: SmallVec<[f32; 4]> = smallvec![0.0; patterns.pairs];
        for (left, right, pair) in neighbours(places, &patterns.followers) {
            if let Some(frequency) = pairs.get_mut(pair) {
                *frequency += left.weight.min(right.weight) * share(left.at.region);
            }
        }
        let known = nearest.into_iter().zip(&patterns.has_own);
        for ((word, entities), ((nearest, own), has_own)) in
            words.iter_mut().zip(&mut self.entities).zip(known)
        {
            if nearest < u8::MAX {
                word.distance = nearest.max(u8::from(*has_own && !own));
            } else if entities.iter_mut().any(|postings| stands_at(postings, doc))
                && let Some(body) = word.frequencies.last_mut()
            {
                *body = 1.0;
            }
        }
        let units = self.units.iter_mut();
        let units = units.map(|postings| postings.iter_mut().any(|one| stands_at(one, doc)));
        Features {
            words,
            pairs,
            units: units.collect(),
        }
    }
}

/// Adds a place; of several readings of a word at one place the one that counts most.
fn add_place(places: &mut Vec<Place>, place: Place) {
    let here = places.iter_mut().rev().take_while(|known| {
        (known.at.position, known.at.region) == (place.at.position, place.at.region)
    });
    for known in here {
        if known.word == place.word {
            known.weight = known.weight.max(place.weight);
            return;
        }
    }
    places.push(place);
}

/// Places side by side that are neighbours in the query, with the number of the pair.
fn neighbours<'a>(
    places: &'a [Place],
    followers: &'a [Vec<(usize, usize)>],
) -> impl Iterator<Item = (&'a Place, &'a Place, usize)> {
    places.iter().enumerate().flat_map(move |(index, left)| {
        let followers = followers.get(left.word).map_or(&[][..], Vec::as_slice);
        let rest = places.get(index + 1..).unwrap_or(&[]).iter();
        let near = rest.take_while(move |right| {
            right.at.region == left.at.region && right.at.position <= left.at.position + 1
        });
        let next = near.filter(move |right| right.at.position == left.at.position + 1);
        next.flat_map(move |right| {
            let known = followers.iter().filter(|(word, _)| *word == right.word);
            known.map(move |(_, pair)| (left, right, *pair))
        })
    })
}

fn stands_at(postings: &mut SegmentPostings, doc: DocId) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc
}
