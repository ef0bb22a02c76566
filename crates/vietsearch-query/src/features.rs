//! What the ranking reads off the words of a candidate.

use smallvec::{SmallVec, smallvec};
use tantivy::columnar::Column;
use tantivy::postings::SegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, Term};
use vietsearch_index::Region;
use vietsearch_index::forward::{ForwardReader, Matcher, Occurrence, Sequence};
use vietsearch_text::Joiner;

use crate::alternative::{Alternative, SAME_THING};
use crate::error::Result;
use crate::forward::{Forward, add_reading};
use crate::plan::Plan;
use crate::weights::{Weights, distance};
use crate::word::{Reading, Tier};

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
    /// A word of another form, by its number; the meaning's word is the number of the form.
    Part(u8),
}

/// Another form of some words: its own words stand side by side in the text.
#[derive(Debug)]
struct OtherForm {
    /// The scored words that it stands for.
    words: Vec<usize>,
    /// The pairs among them.
    pairs: Vec<usize>,
    parts: u8,
    weight: f32,
    /// Articles before this time (in seconds) do not mean it.
    since: Option<i64>,
}

/// How much of another form has been read: which of its first parts end here, as bits.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    at: Option<(Region, u32)>,
    before: u16,
    here: u16,
}

impl Progress {
    /// Takes a part of a form of `parts` parts; true if it completes the form. Later parts at one
    /// place come first.
    fn is_complete(&mut self, part: u8, parts: u8, at: &Occurrence) -> bool {
        let place = (at.region, at.position);
        if self.at != Some(place) {
            let follows = self.at.is_some_and(|(region, position)| {
                region == at.region && position + 1 == at.position
            });
            self.before = if follows { self.here } else { 0 };
            self.here = 0;
            self.at = Some(place);
        }
        if part == 0 || self.before >> (part - 1) & 1 == 1 {
            self.here |= 1 << part;
            return part + 1 == parts;
        }
        false
    }
}

/// What a plan looks for in the text of an article.
pub(crate) struct Patterns {
    matcher: Matcher,
    meanings: Vec<Meaning>,
    /// For each scored word, whether it has spellings of its own.
    has_own: Vec<bool>,
    /// For each scored word the words that follow it in the query, with the numbers of the pairs.
    followers: Vec<Vec<(usize, usize)>>,
    other_forms: Vec<OtherForm>,
    /// For each unit of the plan the scored words that it stands for, whatever its writing.
    wholes: Vec<Vec<usize>>,
    /// The most words of another form, at least 1.
    longest: u32,
    pairs: usize,
    weights: Weights,
    average_lengths: [f32; 3],
    /// What occurrences at the beginning of the text count, by steps of positions.
    openings: Vec<f32>,
}

/// Queries of so many words at most ask whether neighbours in a text are one word; in longer ones the
/// other words tell.
const SHORT: usize = 4;
/// So many neighbours of an article are looked at; the first ones count most.
const LOOKED_AT: usize = 4;
/// What neighbours count that are parts of different words.
const CHANCE: f32 = 0.5;

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
            other_forms: Vec::new(),
            wholes: Vec::new(),
            longest: 1,
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
        let wholes = plan.units.iter().map(|unit| {
            let words = unit.words.clone().filter(|_| unit.whole);
            words.filter_map(|word| number(plan.first(word))).collect()
        });
        patterns.wholes = wholes.collect();
        for (_, other) in plan.scored_alternatives() {
            patterns.add_other_form(plan, other);
        }
        patterns
    }

    fn add_other_form(&mut self, plan: &Plan, other: &Alternative) {
        let scored = |word: usize| plan.scored.binary_search(&plan.first(word)).ok();
        let words: Vec<usize> = other.words.clone().filter_map(scored).collect();
        let regions = plan.regions_of(other.words.start).iter();
        let regions = regions.fold(0, |bits, region| bits | 1_u8 << *region as usize);
        let neighbours = words.iter().zip(words.iter().skip(1));
        let pairs = neighbours.filter_map(|(left, right)| {
            let followers = self.followers.get(*left)?;
            let known = followers.iter().find(|(word, _)| word == right)?;
            Some(known.1)
        });
        let form = OtherForm {
            pairs: pairs.collect(),
            words,
            parts: other.parts.len() as u8,
            weight: other.weight,
            since: other.since.map(|day| day.start().unix_seconds()),
        };
        for (part, readings) in other.parts.iter().enumerate().rev() {
            for reading in readings {
                let meaning = Meaning {
                    word: self.other_forms.len(),
                    role: Role::Part(part as u8),
                    regions,
                };
                add_reading(&mut self.matcher, reading, self.meanings.len() as u32);
                self.meanings.push(meaning);
            }
        }
        self.longest = self.longest.max(other.parts.len() as u32);
        self.other_forms.push(form);
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
        let Weights {
            b,
            boosts,
            shortest,
            longest,
            ..
        } = self.weights;
        let mut shares = [0.0; 3];
        let settings = b.into_iter().zip(boosts);
        let known = lengths.into_iter().zip(self.average_lengths);
        for ((share, (b, boost)), (length, average)) in shares.iter_mut().zip(settings).zip(known) {
            let norm = 1.0 - b + b * length as f32 / average;
            *share = boost / norm.clamp(shortest, longest);
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
    /// Where it ends.
    at: Occurrence,
    /// The position where it begins.
    start: u32,
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
    /// Times of publication, if some form is meant from a day on.
    published: Option<Column<tantivy::DateTime>>,
    places: Vec<Place>,
    /// Tells words from chance neighbours; for short queries.
    joiner: Option<Joiner>,
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
        let has_dates = patterns.other_forms.iter().any(|form| form.since.is_some());
        let published = match has_dates {
            true => Some(reader.fast_fields().date("published_at")?),
            false => None,
        };
        let joiner = match plan.scored.len() <= SHORT && patterns.pairs > 0 {
            true => Joiner::new().ok(),
            false => None,
        };
        Ok(Self {
            patterns,
            joiner,
            published,
            forward: forward.of(reader)?,
            entities,
            units,
            places: Vec::new(),
        })
    }

    /// Brings documents near that are about to be read.
    pub(crate) fn fetch(&self, docs: impl Iterator<Item = DocId>) {
        self.forward.fetch(docs);
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
        let published = self.published.as_ref().and_then(|column| column.first(doc));
        let published = published.map(tantivy::DateTime::into_timestamp_secs);
        let mut progress = vec![Progress::default(); patterns.other_forms.len()];
        let mut pairs: SmallVec<[f32; 4]> = smallvec![0.0; patterns.pairs];
        // Pairs within other forms: number, place, weight.
        let mut within: Vec<(usize, Occurrence, f32)> = Vec::new();
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
                    let start = at.position;
                    add_place(
                        places,
                        Place {
                            at,
                            start,
                            word,
                            weight,
                        },
                    );
                }
                Role::Part(part) => {
                    let (Some(form), Some(progress)) =
                        (patterns.other_forms.get(word), progress.get_mut(word))
                    else {
                        return;
                    };
                    let is_meant = form.since.is_none_or(|since| published >= Some(since));
                    if !is_meant || !progress.is_complete(part, form.parts, &at) {
                        return;
                    }
                    let start = at.position + 1 - u32::from(form.parts);
                    let weight = form.weight;
                    for word in form.words.iter().copied() {
                        if let Some((nearest, _)) = nearest.get_mut(word) {
                            *nearest = distance(weight).min(*nearest);
                        }
                        let place = Place {
                            at,
                            start,
                            word,
                            weight,
                        };
                        add_place(places, place);
                    }
                    within.extend(form.pairs.iter().map(|pair| (*pair, at, weight)));
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
        // The text begins with the lead.
        let lead = lengths.get(Region::Lead as usize).copied().unwrap_or(0);
        let opening = |at: &Occurrence| {
            let before = if at.region == Region::Body { lead } else { 0 };
            patterns.opening(at.position.saturating_add(before))
        };
        for place in places.iter_mut() {
            let region = place.at.region;
            place.weight *= opening(&place.at);
            if let Some(frequency) = words
                .get_mut(place.word)
                .and_then(|word| word.frequencies.get_mut(region as usize))
            {
                *frequency += place.weight * share(region);
            }
        }
        let mut looked_at = 0;
        for (left, right, pair) in neighbours(places, &patterns.followers, patterns.longest) {
            if let Some(frequency) = pairs.get_mut(pair) {
                let mut weight = left.weight.min(right.weight);
                if let Some(joiner) = &mut self.joiner
                    && looked_at < LOOKED_AT
                    && right.at.unit == left.at.unit + 1
                {
                    looked_at += 1;
                    if is_chance(joiner, self.forward.sequence(doc), left.at.unit) {
                        weight *= CHANCE;
                    }
                }
                *frequency += weight * share(left.at.region);
            }
        }
        // Scattered words are no nearer to what was typed than another form of them all.
        for form in patterns
            .other_forms
            .iter()
            .filter(|form| form.weight >= SAME_THING)
        {
            let is_apart =
                |pair: &usize| pairs.get(*pair).is_none_or(|frequency| *frequency == 0.0);
            if form.pairs.iter().any(is_apart) {
                for word in &form.words {
                    if let Some((nearest, _)) = nearest.get_mut(*word) {
                        *nearest = distance(form.weight).max(*nearest);
                    }
                }
            }
        }
        for (pair, at, weight) in within {
            if let Some(frequency) = pairs.get_mut(pair) {
                *frequency += weight * opening(&at) * share(at.region);
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
        let units: SmallVec<[bool; 8]> = units.collect();
        let found = patterns.wholes.iter().zip(&units);
        for number in found
            .filter(|(_, found)| **found)
            .flat_map(|(words, _)| words)
        {
            // Written otherwise, somewhere.
            if let Some(word) = words.get_mut(*number)
                && word.frequencies == [0.0; 3]
            {
                word.frequencies = [0.0, 0.0, 1.0];
            }
        }
        Features {
            words,
            pairs,
            units,
        }
    }
}

/// True if two neighbours are parts of different words: `sinh học` in `học sinh học bài`.
fn is_chance(joiner: &mut Joiner, sequence: Sequence<'_>, left: u32) -> bool {
    /// Syllables on either side that are looked at. With four, none of 160,000 decisions differs;
    /// with one, 270 do.
    const AROUND: usize = 2;
    let (syllables, at) = sequence.syllables_around(left, AROUND, AROUND + 1);
    let joined = joiner.joined(syllables);
    let joined = |gap: usize| joined.get(gap).copied().unwrap_or(false);
    let before = at.checked_sub(1).is_some_and(joined);
    !joined(at) && (before || joined(at + 1))
}

/// Adds a place; of several readings of a word at one place the one that counts most.
fn add_place(places: &mut Vec<Place>, place: Place) {
    let here = places
        .iter_mut()
        .rev()
        .take_while(|known| known.at.position >= place.start && known.at.region == place.at.region);
    for known in here.filter(|known| known.word == place.word) {
        if known.at.position == place.at.position {
            if known.weight < place.weight {
                *known = place;
            }
            return;
        }
        if known.weight <= place.weight {
            // A part of a longer form is not counted again: `tp` in `tp hcm`.
            known.weight = 0.0;
        }
    }
    places.push(place);
}

/// Places side by side that are neighbours in the query, with the number of the pair.
fn neighbours<'a>(
    places: &'a [Place],
    followers: &'a [Vec<(usize, usize)>],
    longest: u32,
) -> impl Iterator<Item = (&'a Place, &'a Place, usize)> {
    places.iter().enumerate().flat_map(move |(index, left)| {
        let followers = followers.get(left.word).map_or(&[][..], Vec::as_slice);
        let rest = places.get(index + 1..).unwrap_or(&[]).iter();
        let near = rest.take_while(move |right| {
            right.at.region == left.at.region && right.at.position <= left.at.position + longest
        });
        let next = near.filter(move |right| right.start == left.at.position + 1);
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
