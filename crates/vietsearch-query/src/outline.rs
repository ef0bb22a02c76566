//! What a query asks for, without an index: for engines other than tantivy.
//!
//! [`NewsSearcher::outline`](crate::NewsSearcher::outline) reads a request just as a search does,
//! and shows the words with their readings, the conditions, and which words are neighbours.

use std::ops::Range;

use vietsearch_index::date::Day;
use vietsearch_index::{Fields, Region};

use crate::plan::{self, Plan};
pub use crate::word::{Reading, Tier};

/// What a quoted phrase asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoted {
    /// Every hit holds it.
    Required,
    /// Its words are wanted like others: what is tried when no article has the phrase.
    Wanted,
}

/// A request as it is understood.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outline {
    /// The words; the other parts count them from 0.
    pub words: Vec<Word>,
    /// Words that are wanted: all of them for a full match.
    pub wanted: Vec<usize>,
    /// Words that are scored: wanted ones and those in required parts.
    pub scored: Vec<usize>,
    /// Neighbours among the scored words.
    pub pairs: Vec<(usize, usize)>,
    /// Codes, dates and names over words.
    pub units: Vec<Unit>,
    /// Conditions that every hit meets.
    pub required: Vec<Condition>,
    /// Conditions that no hit meets.
    pub excluded: Vec<Condition>,
    /// True if a quoted phrase is required.
    pub has_phrases: bool,
}

/// A word of a query.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Word {
    /// Canonical form.
    pub form: String,
    /// Form without marks.
    pub folded: String,
    /// The folded form as it is indexed.
    pub index_key: String,
    /// The ways in which it may stand in the index, the best first. Those of a prefix are what the
    /// index of the searcher has.
    pub readings: Vec<Reading>,
    /// Where it is looked up.
    pub regions: Vec<Region>,
    /// 1, less for function words.
    pub importance: f32,
    /// True if only its beginning was typed.
    pub prefix: bool,
    /// True if it is meant exactly as typed.
    pub strict: bool,
    /// Its name in [`CollectionStatistics`](crate::CollectionStatistics).
    pub statistics_key: String,
    /// The spellings that a word without its marks probably stands for, the likeliest first.
    pub likely: Vec<Likely>,
}

/// A spelling that a word without its marks may stand for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Likely {
    /// Its canonical form, as it is indexed in the exact tier.
    pub form: String,
    /// The share of the word's weight that it has; those of a word, and what counts whichever
    /// spelling it is, make up 1 at most.
    pub share: f32,
    /// The name of its count in [`CollectionStatistics`](crate::CollectionStatistics), in whichever
    /// region.
    pub statistics_key: String,
}

/// A code, date or name that spans words of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unit {
    /// The words.
    pub words: Range<usize>,
    /// The term in the field of entities.
    pub term: String,
    /// True if the term may stand as one word too: `wi-fi`, wifi.
    pub joined: bool,
    /// True for dates, times and amounts: an article that has the words alone does not meet them.
    pub whole: bool,
    /// Its name in [`CollectionStatistics`](crate::CollectionStatistics).
    pub statistics_key: String,
}

/// A condition on articles.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// The article holds a word.
    Word(usize),
    /// It holds words close to each other.
    Phrase {
        /// The words, in order.
        words: Range<usize>,
        /// Other words allowed between, in all.
        slop: u32,
        /// Whether the order counts.
        ordered: bool,
    },
    /// A field has a value.
    Term {
        /// `id`, `url`, `author_key`, `source_key`, `section_key`, `tag_key` or `extra_key`.
        field: &'static str,
        /// The value as it is indexed.
        value: String,
    },
    /// The day of publication lies within bounds, both inclusive.
    Days {
        /// First day.
        from: Option<Day>,
        /// Last day.
        to: Option<Day>,
    },
    /// All hold.
    All(Vec<Condition>),
    /// One holds at least.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

impl Outline {
    pub(crate) fn new(plan: &Plan) -> Self {
        let word = |(index, word): (usize, &crate::word::Word)| Word {
            form: word.form.clone(),
            folded: word.folded.clone(),
            index_key: word.index_key.clone(),
            readings: word.readings.clone(),
            regions: plan.regions_of(index).to_vec(),
            importance: word.importance,
            prefix: word.prefix,
            strict: word.strict,
            statistics_key: word_key(plan, index),
            likely: likely(word),
        };
        let first = |word: usize| plan.same_as.get(word).copied().unwrap_or(word);
        let asked_for = |unit: &&crate::word::Unit| {
            let mut words = unit.words.clone();
            words.any(|word| plan.scored.contains(&first(word)))
        };
        let unit = |unit: &crate::word::Unit| Unit {
            words: unit.words.clone(),
            term: unit.term.clone(),
            joined: !unit.whole && unit.term.chars().all(char::is_alphanumeric),
            whole: unit.whole,
            statistics_key: unit_key(&unit.term),
        };
        let conditions = |list: &[plan::Condition]| -> Vec<Condition> {
            let fields = &plan.fields;
            list.iter().map(|known| condition(known, fields)).collect()
        };
        Self {
            words: plan.words.iter().enumerate().map(word).collect(),
            wanted: plan.wanted.clone(),
            scored: plan.scored.clone(),
            pairs: plan.pairs(),
            units: (plan.units.iter().filter(asked_for).map(unit))
                .chain(other_forms(plan))
                .collect(),
            required: conditions(&plan.required),
            excluded: conditions(&plan.excluded),
            has_phrases: !plan.phrases.is_empty(),
        }
    }

    /// True if the query has nothing that can be looked up: it finds nothing, unless it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.required.is_empty() && self.excluded.is_empty()
    }
}

fn likely(word: &crate::word::Word) -> Vec<Likely> {
    let mut likely: Vec<Likely> = (word.likely.iter())
        .map(|(syllable, share)| Likely {
            form: syllable.to_string(),
            share: share * word.likelihood,
            statistics_key: spelling_key(syllable.as_str()),
        })
        .collect();
    likely.sort_by(|a, b| {
        b.share
            .total_cmp(&a.share)
            .then_with(|| a.form.cmp(&b.form))
    });
    likely
}

/// Other forms of words: as a unit, or as one word.
fn other_forms(plan: &Plan) -> impl Iterator<Item = Unit> {
    plan.alternatives.iter().filter_map(|other| {
        let reading = other.terms.first()?;
        let joined = reading.tier != Tier::Entity;
        let term = match joined {
            true => vietsearch_text::fold(&reading.term),
            false => reading.term.clone(),
        };
        Some(Unit {
            words: other.words.clone(),
            statistics_key: unit_key(&term),
            term,
            joined,
            whole: false,
        })
    })
}

fn condition(known: &plan::Condition, fields: &Fields) -> Condition {
    let all = |parts: &[plan::Condition]| -> Vec<Condition> {
        parts.iter().map(|part| condition(part, fields)).collect()
    };
    match known {
        plan::Condition::Word(index) => Condition::Word(*index),
        plan::Condition::Phrase(phrase) => Condition::Phrase {
            words: phrase.words.clone(),
            slop: phrase.shape.slop,
            ordered: phrase.shape.ordered,
        },
        plan::Condition::Term(field, value) => Condition::Term {
            field: match *field {
                known if known == fields.id => "id",
                known if known == fields.url => "url",
                known if known == fields.author_key => "author_key",
                known if known == fields.source_key => "source_key",
                known if known == fields.section_key => "section_key",
                known if known == fields.tag_key => "tag_key",
                _ => "extra_key",
            },
            value: value.clone(),
        },
        plan::Condition::Days(from, to) => Condition::Days {
            from: *from,
            to: *to,
        },
        plan::Condition::All(parts) => Condition::All(all(parts)),
        plan::Condition::Any(parts) => Condition::Any(all(parts)),
        plan::Condition::Not(inner) => Condition::Not(Box::new(condition(inner, fields))),
    }
}

/// The name of a word's count: its form, with signs for how it is meant and where it is looked up.
pub(crate) fn word_key(plan: &Plan, index: usize) -> String {
    let Some(word) = plan.words.get(index) else {
        return String::new();
    };
    let mut key = String::new();
    let regions = plan.regions_of(index);
    if regions.len() < Region::ALL.len() {
        for region in regions {
            key.push_str(region.name());
            key.push(':');
        }
    }
    key.push_str(&key_of(word));
    key
}

/// The name of the count of a word that is looked up everywhere.
pub(crate) fn key_of(word: &crate::word::Word) -> String {
    let sign = |on: bool, sign: &'static str| if on { sign } else { "" };
    let (strict, open) = (sign(word.strict, "="), sign(word.open, "?"));
    format!("{strict}{}{open}{}", word.form, sign(word.prefix, "*"))
}

/// The name of a spelling's count.
pub(crate) fn spelling_key(form: &str) -> String {
    format!("spelling {form}")
}

/// The name of a unit's count.
pub(crate) fn unit_key(term: &str) -> String {
    format!("unit {term}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewsSearcher, SearchRequest};
    use vietsearch_index::NewsIndex;

    fn outline(query: &str) -> Outline {
        let index = NewsIndex::create_in_ram().unwrap();
        let searcher = NewsSearcher::new(&index).unwrap();
        searcher
            .outline(&SearchRequest::new(query), Quoted::Required)
            .unwrap()
    }

    #[test]
    fn words_pairs_and_conditions_are_those_of_the_plan() {
        let outline = outline("giá vàng \"hà nội\" -SJC title:vin* source:\"Báo Mẫu\" covid 19");
        let keys: Vec<&str> = outline
            .words
            .iter()
            .map(|word| word.statistics_key.as_str())
            .collect();
        let expected = [
            "giá",
            "vàng",
            "hà",
            "nội",
            "sjc?",
            "title:vin*",
            "covid?",
            "19",
        ];
        assert_eq!(keys, expected);
        assert_eq!(outline.wanted, [0, 1, 6, 7]);
        assert_eq!(outline.pairs, [(0, 1), (2, 3), (6, 7)]);
        assert!(outline.has_phrases);
        assert!(outline.required.contains(&Condition::Phrase {
            words: 2..4,
            slop: 0,
            ordered: true
        }));
        assert!(outline.required.contains(&Condition::Term {
            field: "source_key",
            value: "bao-mau".to_string()
        }));
        assert_eq!(outline.excluded, [Condition::Word(4)]);
        let unit = outline.units.first().unwrap();
        assert_eq!((unit.term.as_str(), unit.joined), ("covid19", true));
    }

    #[test]
    fn punctuation_asks_for_nothing() {
        assert!(outline("?!").is_empty());
    }
}
