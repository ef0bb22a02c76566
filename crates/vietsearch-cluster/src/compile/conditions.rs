//! Conditions as clauses.
//!
//! Phrases over words that may be written in several ways, loose phrases and phrases in any order
//! have no exact clause. Where a clause includes, it includes too much rather than too little, for
//! the ranking on the client drops what does not match; where it excludes, the other way round.

use std::ops::Range;

use serde_json::{Value, json};
use vietsearch_index::Region;
use vietsearch_index::date::Day;
use vietsearch_query::outline::{Condition, Outline, Word};

use super::clause::{Bool, any, keyword, keywords, nothing, phrase};
use super::words;
use crate::dialect::Dialect;
use crate::document::utc;
use crate::schema::tier;

/// The most ways of writing a phrase that are asked for one by one.
const MAX_SPELLINGS: usize = 16;

/// Whether a clause may find more, or less, than the condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// The clause includes: it may find more.
    Including,
    /// The clause excludes: it may find less.
    Excluding,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Including => Self::Excluding,
            Self::Excluding => Self::Including,
        }
    }
}

/// Compiles the conditions of one query.
pub(super) struct Conditions<'a> {
    pub(super) dialect: Dialect,
    pub(super) outline: &'a Outline,
    /// False once a clause may find other articles than its condition.
    pub(super) exact: bool,
    /// True once a value is asked for that the engine has left out of its index.
    pub(super) too_long: bool,
}

impl Conditions<'_> {
    /// Writes the required and excluded parts of a query.
    pub(super) fn write(&mut self, parts: &mut Bool) {
        for condition in &self.outline.required {
            let clause = self.clause(condition, Side::Including);
            if is_filter(condition) {
                parts.filter.push(clause);
            } else {
                parts.must.push(clause);
            }
        }
        for condition in &self.outline.excluded {
            parts.must_not.push(self.clause(condition, Side::Excluding));
        }
    }

    fn clause(&mut self, condition: &Condition, side: Side) -> Value {
        match condition {
            Condition::Word(index) => words::word(self.outline, *index),
            Condition::Phrase {
                words,
                slop,
                ordered,
            } => self.phrase(words.clone(), *slop, *ordered, side),
            Condition::Term { field, value } => {
                self.check_length(value);
                keyword(field, value)
            }
            Condition::Days { from, to } => self.days(*from, *to),
            Condition::All(parts) => {
                let mut clause = Bool::default();
                for part in parts {
                    match part {
                        Condition::Not(inner) => {
                            clause.must_not.push(self.clause(inner, side.other()));
                        }
                        other => clause.must.push(self.clause(other, side)),
                    }
                }
                clause.into_clause()
            }
            Condition::Any(parts) => match one_field(parts) {
                Some((field, values)) => {
                    values.iter().for_each(|value| self.check_length(value));
                    keywords(field, &values)
                }
                None => any(parts.iter().map(|part| self.clause(part, side)).collect()),
            },
            Condition::Not(inner) => {
                let clause = Bool {
                    must_not: vec![self.clause(inner, side.other())],
                    ..Bool::default()
                };
                clause.into_clause()
            }
            // Conditions that a later version adds are not to be passed over.
            _ => {
                self.exact = false;
                match side {
                    Side::Including => super::clause::everything(),
                    Side::Excluding => nothing(),
                }
            }
        }
    }

    fn check_length(&mut self, value: &str) {
        self.too_long |= value.len() > self.dialect.max_keyword_bytes();
    }

    fn phrase(&mut self, range: Range<usize>, slop: u32, ordered: bool, side: Side) -> Value {
        let outline = self.outline;
        let words = outline.words.get(range.clone()).unwrap_or(&[]);
        let Some(first) = words.first() else {
            return nothing();
        };
        let shape = self.shape(words.len(), slop, ordered, side);
        let mut alternatives = Vec::new();
        for region in &first.regions {
            alternatives.extend(self.phrase_in(words, *region, shape, side));
        }
        // A name that is the whole phrase may be written joined: "covid 19", Covid-19, covid19.
        for unit in outline.units.iter().filter(|unit| unit.words == range) {
            alternatives.extend(words::unit(unit, &first.regions));
        }
        any(alternatives)
    }

    /// How loose a phrase clause is to be; `None` if no phrase clause finds all.
    fn shape(&mut self, words: usize, slop: u32, ordered: bool, side: Side) -> Option<u32> {
        if slop == 0 && ordered {
            return Some(0);
        }
        // The engines' slop counts moves of words, lets them change places for two of them, and
        // crosses the sign between sentences.
        self.exact = false;
        match (side, ordered, words) {
            (Side::Excluding, ..) => Some(0),
            (Side::Including, true, _) => Some(slop),
            (Side::Including, false, 2) => Some(slop.saturating_add(2)),
            (Side::Including, false, _) => None,
        }
    }

    fn phrase_in(
        &mut self,
        words: &[Word],
        region: Region,
        shape: Option<u32>,
        side: Side,
    ) -> Vec<Value> {
        let (exact, folded) = (tier(region, "s"), tier(region, "f"));
        let keys = || words.iter().map(|word| word.index_key.as_str());
        let slop = shape.filter(|_| !words.iter().any(|word| word.prefix));
        let Some(slop) = slop else {
            self.exact = false;
            return match side {
                Side::Including => vec![all_in(words, region, Vec::new())],
                Side::Excluding => Vec::new(),
            };
        };
        if words.iter().all(words::is_folded) {
            return vec![phrase(&folded, keys(), slop)];
        }
        let mut alternatives = Vec::new();
        let spellings = spellings(words);
        for spelling in spellings.iter().flatten() {
            alternatives.push(phrase(&exact, spelling.iter().copied(), slop));
        }
        let is_complete = spellings.is_some() && !words.iter().any(words::has_open_forms);
        if is_complete || side == Side::Excluding {
            self.exact &= is_complete;
            return alternatives;
        }
        // The same letters side by side, and every word somewhere with the right marks.
        self.exact = false;
        let mut filter = Vec::new();
        if spellings.is_some() {
            let open = words.iter().filter(|word| words::has_open_forms(word));
            let open: Vec<Value> = open.flat_map(|word| open_in(word, region)).collect();
            filter.push(any(open));
        }
        filter.push(phrase(&folded, keys(), slop));
        alternatives.push(all_in(words, region, filter));
        alternatives
    }

    fn days(&self, from: Option<Day>, to: Option<Day>) -> Value {
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return nothing();
        }
        let range = |field: &str, least: i64| {
            let bound = |seconds: i64| Value::from(utc(seconds.max(least)));
            let mut bounds = serde_json::Map::new();
            if let Some(from) = from {
                bounds.insert("gte".into(), bound(from.start().unix_seconds()));
            }
            if let Some(to) = to {
                bounds.insert("lte".into(), bound(to.end().unix_seconds()));
            }
            json!({ "range": { field: bounds } })
        };
        if from.is_none() && to.is_none() {
            return super::clause::everything();
        }
        let published = range("published_at", i64::MIN);
        if self.dialect != Dialect::Quickwit {
            return published;
        }
        // The field by which splits are passed over; no time in it is before 1970.
        let both = Bool {
            filter: vec![published, range("timestamp", 0)],
            ..Bool::default()
        };
        both.into_clause()
    }
}

/// Filters and days narrow a query and are not scored.
fn is_filter(condition: &Condition) -> bool {
    match condition {
        Condition::Term { .. } | Condition::Days { .. } => true,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(is_filter),
        Condition::Not(inner) => is_filter(inner),
        _ => false,
    }
}

/// The values of alternatives that are all about one field.
fn one_field(parts: &[Condition]) -> Option<(&'static str, Vec<&str>)> {
    let mut values = Vec::new();
    let mut known = None;
    for part in parts {
        let Condition::Term { field, value } = part else {
            return None;
        };
        if *known.get_or_insert(*field) != *field {
            return None;
        }
        values.push(value.as_str());
    }
    known
        .filter(|_| values.len() > 1)
        .map(|field| (field, values))
}

/// Every way in which marked words may be written side by side; `None` if some word is not only in
/// the exact tier, or there are too many.
fn spellings(words: &[Word]) -> Option<Vec<Vec<&str>>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for word in words {
        let forms = words::exact_forms(word);
        if words::is_folded(word) || word.prefix || all.len() * forms.len() > MAX_SPELLINGS {
            return None;
        }
        all = extend(&all, &forms);
    }
    Some(all)
}

fn extend<'a>(beginnings: &[Vec<&'a str>], forms: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut longer = Vec::new();
    for beginning in beginnings {
        for form in forms {
            longer.push([beginning.as_slice(), &[*form]].concat());
        }
    }
    longer
}

/// All words stand in a region, and `filter` holds.
fn all_in(words: &[Word], region: Region, mut filter: Vec<Value>) -> Value {
    for word in words {
        let mut alternatives = words::in_region(word, region);
        alternatives.extend(words::in_unmarked(word, &[region]));
        filter.push(any(alternatives));
    }
    let clause = Bool {
        filter,
        ..Bool::default()
    };
    clause.into_clause()
}

/// A word stands in a region without some of its marks.
fn open_in(word: &Word, region: Region) -> Vec<Value> {
    let mut open = word.clone();
    open.readings
        .retain(|known| known.tier == vietsearch_query::outline::Tier::Open);
    let mut alternatives = words::in_region(&open, region);
    alternatives.extend(words::in_unmarked(&open, &[region]));
    alternatives
}
