//! A saved query as a test of one article, made from its plan.

use tantivy::schema::Field;
use vietsearch_index::date::Day;
use vietsearch_index::forward::{Matcher, Sequence};
use vietsearch_index::{Fields, Region};

use super::article::ArticleTerms;
use crate::cursor::field_of;
use crate::error::Result;
use crate::forward::add_reading;
use crate::phrase::{Shape, stand_together};
use crate::plan::{Condition, Plan};
use crate::prefix::Beginning;
use crate::word::{Reading, Tier};

/// The most terms of an article that a beginning stands for: whether there are any is what counts.
const MAX_EXPANSIONS: usize = 64;

/// A term of a field.
pub(super) type FieldTerm = (Field, Box<str>);

/// What an article must meet: what [`Plan::full_condition`] compiles to.
#[derive(Debug)]
pub(super) enum Test {
    /// It holds one of the terms.
    Terms(Vec<FieldTerm>),
    /// It holds a term that begins so, or one of the terms.
    Begins(Beginning, Vec<FieldTerm>),
    /// Words stand together, or it holds one of the terms.
    Places(Box<Places>),
    /// The day of publication, both inclusive.
    Days(Option<Day>, Option<Day>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

/// Words that stand together in some regions.
#[derive(Debug)]
pub(super) struct Places {
    words: Vec<PlacedWord>,
    regions: Vec<Region>,
    shape: Shape,
    others: Vec<FieldTerm>,
}

#[derive(Debug)]
enum PlacedWord {
    Readings(Vec<Reading>),
    Begins(Beginning),
}

impl Test {
    /// The test of a plan whose prefixes are not expanded; `None` if it asks for nothing.
    pub(super) fn of(plan: &Plan, is_blank: bool) -> Option<Self> {
        let asks_nothing =
            plan.wanted.is_empty() && plan.required.is_empty() && plan.excluded.is_empty();
        if asks_nothing && !is_blank {
            return None;
        }
        let mut parts: Vec<Self> = Vec::new();
        parts.extend(plan.wanted.iter().map(|word| Self::word(plan, *word)));
        parts.extend(plan.required.iter().map(|part| Self::condition(plan, part)));
        let excluded = plan.excluded.iter();
        parts.extend(excluded.map(|part| Self::Not(Box::new(Self::condition(plan, part)))));
        Some(Self::All(parts))
    }

    fn condition(plan: &Plan, condition: &Condition) -> Self {
        let all = |parts: &[Condition]| -> Vec<Self> {
            parts
                .iter()
                .map(|part| Self::condition(plan, part))
                .collect()
        };
        match condition {
            Condition::Word(index) => Self::word(plan, *index),
            Condition::Phrase(phrase) if phrase.words.len() == 1 => {
                Self::word(plan, phrase.words.start)
            }
            Condition::Phrase(phrase) => {
                let whole = plan.units.iter().filter(|unit| unit.words == phrase.words);
                let joined = whole.flat_map(|unit| plan.unit_terms(unit));
                Self::places(plan, phrase.words.clone(), phrase.shape, joined)
            }
            Condition::Term(field, value) => Self::Terms(vec![(*field, value.as_str().into())]),
            Condition::Days(from, to) => Self::Days(*from, *to),
            Condition::All(parts) => Self::All(all(parts)),
            Condition::Any(parts) => Self::Any(all(parts)),
            Condition::Not(inner) => Self::Not(Box::new(Self::condition(plan, inner))),
        }
    }

    fn word(plan: &Plan, index: usize) -> Self {
        if plan.regions_of(index).len() < Region::ALL.len() {
            let shape = Shape {
                slop: 0,
                ordered: true,
            };
            let word = Self::places(plan, index..index + 1, shape, plan.units_over(index));
            let others = plan.alternatives_over(index).map(|other| {
                let words = other.parts.iter().cloned().map(PlacedWord::Readings);
                Self::Places(Box::new(Places {
                    words: words.collect(),
                    regions: plan.regions_of(index).to_vec(),
                    shape,
                    others: Vec::new(),
                }))
            });
            return Self::Any(std::iter::once(word).chain(others).collect());
        }
        match beginning(plan, index) {
            Some(beginning) => Self::Begins(beginning, boxed(plan.units_over(index))),
            None => Self::Terms(boxed(plan.terms_of(index))),
        }
    }

    fn places(
        plan: &Plan,
        words: std::ops::Range<usize>,
        shape: Shape,
        others: impl Iterator<Item = (Field, String)>,
    ) -> Self {
        let regions = plan.regions_of(words.start).to_vec();
        let word = |index: usize| match beginning(plan, index) {
            Some(beginning) => PlacedWord::Begins(beginning),
            None => {
                let word = plan.words.get(index);
                PlacedWord::Readings(word.map_or_else(Vec::new, |word| word.readings.clone()))
            }
        };
        Self::Places(Box::new(Places {
            words: words.map(word).collect(),
            regions,
            shape,
            others: boxed(others),
        }))
    }

    /// Whether an article meets it.
    pub(super) fn holds(&self, article: &ArticleTerms<'_>, fields: &Fields) -> Result<bool> {
        Ok(match self {
            Self::Terms(terms) => has_any(article, terms),
            Self::Begins(beginning, others) => {
                has_any(article, others) || !beginning.readings(article, MAX_EXPANSIONS)?.is_empty()
            }
            Self::Places(places) => places.holds(article, fields)?,
            Self::Days(from, to) => is_within(article.published_at, *from, *to),
            Self::All(parts) => {
                for part in parts {
                    if !part.holds(article, fields)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Any(parts) => {
                for part in parts {
                    if part.holds(article, fields)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::Not(inner) => !inner.holds(article, fields)?,
        })
    }

    /// True if it asks for days.
    pub(super) fn has_days(&self) -> bool {
        match self {
            Self::Days(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_days),
            Self::Not(inner) => inner.has_days(),
            Self::Terms(_) | Self::Begins(..) | Self::Places(_) => false,
        }
    }
}

impl Places {
    fn holds(&self, article: &ArticleTerms<'_>, fields: &Fields) -> Result<bool> {
        if has_any(article, &self.others) {
            return Ok(true);
        }
        let mut expanded: Vec<Vec<Reading>> = Vec::new();
        for word in &self.words {
            if let PlacedWord::Begins(beginning) = word {
                expanded.push(beginning.readings(article, MAX_EXPANSIONS)?);
            }
        }
        let mut expanded = expanded.iter();
        let mut words: Vec<&[Reading]> = Vec::with_capacity(self.words.len());
        for word in &self.words {
            words.push(match word {
                PlacedWord::Readings(readings) => readings,
                PlacedWord::Begins(_) => expanded.next().map_or(&[], Vec::as_slice),
            });
        }
        let stands = |readings: &&[Reading]| {
            readings.iter().any(|reading| {
                reading.tier != Tier::Entity
                    && article.has(field_of(fields, reading.tier), &reading.term)
            })
        };
        if words.is_empty() || !words.iter().all(stands) {
            return Ok(false);
        }
        let mut matcher = Matcher::default();
        for (number, readings) in words.iter().enumerate() {
            for reading in *readings {
                add_reading(&mut matcher, reading, number as u32);
            }
        }
        let mut positions = vec![Vec::new(); words.len()];
        let sequence = Sequence::new(&article.sequence);
        Ok(stand_together(
            &matcher,
            sequence,
            &self.regions,
            self.shape,
            &mut positions,
        ))
    }
}

/// What an article has that meets a test: one of these, or anything.
#[derive(Debug, Default)]
pub(super) struct Trigger {
    pub(super) terms: Vec<FieldTerm>,
    /// Texts that terms of a field begin with.
    pub(super) beginnings: Vec<FieldTerm>,
}

impl Trigger {
    /// What every article that meets a test has one of, chosen to be rare; `None` if nothing is
    /// known. `cost` is how often an article has a term.
    pub(super) fn of(
        test: &Test,
        fields: &Fields,
        cost: &dyn Fn(&FieldTerm) -> f64,
    ) -> Option<(Self, f64)> {
        /// How often an article has a word that begins with a text.
        const BEGINNING_COST: f64 = 0.5;
        let of_terms = |terms: &[FieldTerm]| {
            let cost = terms.iter().map(cost).sum();
            let terms = terms.to_vec();
            (
                Self {
                    terms,
                    ..Self::default()
                },
                cost,
            )
        };
        let of_beginning = |beginning: &Beginning, others: &[FieldTerm]| {
            let field = field_of(fields, beginning.tier);
            let forms = beginning.syllables.iter();
            let forms = forms.map(|syllable| (fields.exact, syllable.as_str().into()));
            let terms = forms.chain(others.iter().cloned()).collect();
            let texts = beginning.texts.iter();
            let beginnings = texts.map(|text| (field, text.as_str().into())).collect();
            (Self { terms, beginnings }, BEGINNING_COST)
        };
        match test {
            Test::Terms(terms) => Some(of_terms(terms)),
            Test::Begins(beginning, others) => Some(of_beginning(beginning, others)),
            Test::Places(places) => {
                let of_word = |word: &PlacedWord| match word {
                    PlacedWord::Begins(beginning) => of_beginning(beginning, &places.others),
                    PlacedWord::Readings(readings) => {
                        let term = |reading: &Reading| {
                            let field = field_of(fields, reading.tier);
                            (field, reading.term.as_str().into())
                        };
                        let mut terms: Vec<FieldTerm> = readings.iter().map(term).collect();
                        terms.extend(places.others.iter().cloned());
                        of_terms(&terms)
                    }
                };
                rarest(places.words.iter().map(of_word))
            }
            Test::All(parts) => {
                let parts = parts.iter();
                rarest(parts.filter_map(|part| Self::of(part, fields, cost)))
            }
            Test::Any(parts) => {
                let mut all = Self::default();
                let mut sum = 0.0;
                for part in parts {
                    let (trigger, cost) = Self::of(part, fields, cost)?;
                    all.terms.extend(trigger.terms);
                    all.beginnings.extend(trigger.beginnings);
                    sum += cost;
                }
                Some((all, sum))
            }
            Test::Days(..) | Test::Not(_) => None,
        }
    }
}

fn rarest(triggers: impl Iterator<Item = (Trigger, f64)>) -> Option<(Trigger, f64)> {
    triggers.min_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// The beginning that a word stands for, if the reader typed only that.
fn beginning(plan: &Plan, index: usize) -> Option<Beginning> {
    // A beginning that is repeated is taken as a word, as in a search.
    let is_first = plan.same_as.get(index) == Some(&index);
    let word = plan
        .words
        .get(index)
        .filter(|word| word.prefix && is_first)?;
    Some(Beginning::of(word))
}

fn boxed(terms: impl IntoIterator<Item = (Field, String)>) -> Vec<FieldTerm> {
    let terms = terms.into_iter();
    terms
        .map(|(field, term)| (field, term.into_boxed_str()))
        .collect()
}

fn has_any(article: &ArticleTerms<'_>, terms: &[FieldTerm]) -> bool {
    terms.iter().any(|(field, term)| article.has(*field, term))
}

fn is_within(time: Option<i64>, from: Option<Day>, to: Option<Day>) -> bool {
    if from.is_none() && to.is_none() {
        return true;
    }
    time.is_some_and(|time| {
        from.is_none_or(|day| day.start().unix_seconds() <= time)
            && to.is_none_or(|day| time <= day.end().unix_seconds())
    })
}
