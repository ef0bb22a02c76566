//! From the parsed query to words, conditions and what is scored.

use std::collections::HashMap;
use std::ops::{Bound, Range};
use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use vietsearch_index::date::Day;
use vietsearch_index::{Fields, Region};

use crate::alternative::{self, Alternative};
use crate::collect::Collector;
use crate::cursor::field_of;
use crate::error::Result;
use crate::forward::Forward;
use crate::joined;
use crate::pack::AliasPack;
use crate::parse::{Node, ParseError, Parsed};
use crate::phrase::{PhraseQuery, Shape};
use crate::prefix::{self, IndexDictionary};
use crate::request::{Matching, SearchRequest};
use crate::typo;
use crate::weights::Weights;
use crate::word::{self, MAX_WORDS, Reading, Unit, Word};

/// The most different words that are scored.
const MAX_SCORED: usize = 64;

/// A query ready to be run on one snapshot.
pub(crate) struct Plan {
    pub(crate) fields: Arc<Fields>,
    forward: Forward,
    /// All words, in the order of the query.
    pub(crate) words: Vec<Word>,
    /// Names, codes and dates over words.
    pub(crate) units: Vec<Unit>,
    /// Other forms of words.
    pub(crate) alternatives: Vec<Alternative>,
    /// Words that are wanted; all of them for a full match.
    pub(crate) wanted: Vec<usize>,
    /// Words that are scored: wanted ones and those in required parts.
    pub(crate) scored: Vec<usize>,
    /// Words that belong together, by leaf, for adjacency.
    pub(crate) runs: Vec<Range<usize>>,
    /// For each word the first one that asks for the same, often itself.
    pub(crate) same_as: Vec<usize>,
    /// Phrases, for highlighting.
    pub(crate) phrases: Vec<Phrase>,
    /// Conditions that every hit meets.
    pub(crate) required: Vec<Condition>,
    /// Conditions that no hit meets.
    pub(crate) excluded: Vec<Condition>,
    /// Regions in which each word is looked up.
    pub(crate) regions: Vec<Vec<Region>>,
}

/// What a quoted phrase asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phrases {
    /// Every hit holds it.
    Required,
    /// Its words are wanted: pasted headlines hold quotes that no article repeats.
    Wanted,
}

/// What a searcher is set to.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) packs: &'a [AliasPack],
    pub(crate) weights: &'a Weights,
}

/// A quoted phrase.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phrase {
    pub(crate) words: Range<usize>,
    pub(crate) shape: Shape,
}

/// A condition on documents.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Word(usize),
    Phrase(Phrase),
    Term(Field, String),
    Days(Option<Day>, Option<Day>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

impl Plan {
    /// Reads a request. Prefixes are expanded and slips forgiven by a dictionary; without one they
    /// are left as they are.
    ///
    /// With [`Phrases::Wanted`] the words of a quoted phrase are wanted like others.
    pub(crate) fn new(
        parsed: &Parsed,
        request: &SearchRequest,
        quoted: Phrases,
        settings: Settings<'_>,
        fields: &Arc<Fields>,
        forward: &Forward,
        dictionary: Option<&IndexDictionary<'_>>,
    ) -> Result<Self> {
        let mut collector = Collector {
            fields,
            words: Vec::new(),
            units: Vec::new(),
            regions: Vec::new(),
            phrases: Vec::new(),
            runs: Vec::new(),
            texts: Vec::new(),
            expandable: Vec::new(),
            excluding: false,
            prefixes: 0,
            quoted,
        };
        let mut wanted = Vec::new();
        let mut required = Vec::new();
        let mut excluded = Vec::new();
        if let Node::All(clauses) = &parsed.root {
            collector.top(clauses, &mut wanted, &mut required, &mut excluded);
        }
        if collector.words.len() > MAX_WORDS {
            return Err(ParseError::TooManyWords { max: MAX_WORDS }.into());
        }
        required.extend(collector.request_filters(request));
        let Collector {
            mut words,
            mut units,
            regions,
            phrases,
            runs,
            texts,
            expandable,
            ..
        } = collector;
        word::interpret(&mut words, request.matching, settings.weights);
        for (run, text) in runs.iter().zip(&texts) {
            let words = words.get_mut(run.clone()).unwrap_or(&mut []);
            word::open(words, &parsed.lacking, request.matching, settings.weights);
            word::weigh(words, text, request.matching, settings.weights);
        }
        units.retain_mut(|unit| {
            let over = words.get(unit.words.clone()).unwrap_or(&[]);
            let is_plain = expandable.iter().any(|leaf| {
                leaf.words.start <= unit.words.start && unit.words.end <= leaf.words.end
            });
            let is_open = regions.get(unit.words.start).map(Vec::len) == Some(Region::ALL.len());
            let literal = |word: &Word| word.strict || word.prefix;
            unit.whole &= is_plain && is_open && !over.iter().any(literal);
            !unit.unmarked || over.iter().any(|word| word.open)
        });
        let alternatives = match request.matching {
            Matching::Strict => Vec::new(),
            _ => alternative::find(&words, &expandable, settings.packs, settings.weights),
        };
        if request.matching != Matching::Strict {
            let is_wanted = |index: usize| {
                let mut leaves = expandable.iter().filter(|leaf| !leaf.excluded);
                leaves.any(|leaf| leaf.words.contains(&index))
                    && !alternatives.iter().any(|one| one.words.contains(&index))
            };
            let numbered = words.iter_mut().enumerate();
            let wanted = numbered.filter(|(index, _)| is_wanted(*index));
            if let Some(dictionary) = dictionary {
                typo::expand(wanted.map(|(_, word)| word), dictionary)?;
            }
            units.extend(joined::find(&words, &expandable, dictionary)?);
        }
        let same_as = first_of_its_kind(&words, &regions);
        for (index, first) in same_as.iter().enumerate() {
            if let Some(word) = words
                .get_mut(index)
                .filter(|word| word.prefix && index == *first)
                && let Some(dictionary) = dictionary
            {
                prefix::expand(word, dictionary)?;
            }
        }
        // A word that is repeated asks for nothing more.
        let first = |word: usize| same_as.get(word).copied().unwrap_or(word);
        for word in &mut wanted {
            *word = first(*word);
        }
        wanted.sort_unstable();
        wanted.dedup();
        for condition in required.iter_mut().chain(&mut excluded) {
            condition.replace_words(&first);
        }
        dedup(&mut required);
        dedup(&mut excluded);
        let mut scored = wanted.clone();
        for condition in &required {
            condition.positive_words(&mut scored);
        }
        for word in &mut scored {
            *word = first(*word);
        }
        scored.sort_unstable();
        scored.dedup();
        Ok(Self {
            fields: Arc::clone(fields),
            forward: forward.clone(),
            words,
            units,
            alternatives,
            wanted,
            scored,
            runs,
            phrases,
            same_as,
            required,
            excluded,
            regions,
        })
    }

    /// Scores only the rarest words of a very long query: a pasted article.
    pub(crate) fn keep_rarest(&mut self, frequencies: &[u64]) {
        if self.scored.len() <= MAX_SCORED {
            return;
        }
        let frequency = |word: &usize| frequencies.get(*word).copied().unwrap_or(0);
        self.scored
            .sort_by_key(|word| (frequency(word) == 0, frequency(word), *word));
        self.scored.truncate(MAX_SCORED);
        self.scored.sort_unstable();
    }

    /// Neighbours among the scored words, each pair once.
    pub(crate) fn pairs(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let first = |word: usize| self.same_as.get(word).copied().unwrap_or(word);
        for run in &self.runs {
            for left in run.clone().take(run.len().saturating_sub(1)) {
                let right = left + 1;
                let (Some(a), Some(b)) = (self.words.get(left), self.words.get(right)) else {
                    continue;
                };
                let pair = (first(left), first(right));
                let both = self.scored.contains(&pair.0) && self.scored.contains(&pair.1);
                if both && a.sentence == b.sentence && !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        pairs
    }

    /// The wanted words that are scored; of a date or an amount the first, which stands for all.
    pub(crate) fn counted(&self) -> impl Iterator<Item = usize> + '_ {
        let begins = |word: usize| {
            let mut wholes = self.wholes_over(word).peekable();
            wholes.peek().is_none() || wholes.any(|unit| self.first(unit.words.start) == word)
        };
        self.wanted
            .iter()
            .copied()
            .filter(move |word| self.scored.binary_search(word).is_ok() && begins(*word))
    }

    /// The dates, times and amounts that a word is one of: without them it is not met.
    pub(crate) fn wholes_over(&self, index: usize) -> impl Iterator<Item = &Unit> {
        let same = move |word: usize| self.same_as.get(word) == Some(&index);
        let wholes = self.units.iter().filter(|unit| unit.whole);
        wholes.filter(move |unit| unit.words.clone().any(same))
    }

    /// Documents that meet the required and none of the excluded conditions; `None` if the query
    /// has neither.
    pub(crate) fn condition(&self) -> Option<Box<dyn Query>> {
        if self.required.is_empty() && self.excluded.is_empty() {
            return None;
        }
        Some(self.compile_parts(&self.required, &[]))
    }

    /// Whether every document that meets all conditions holds every wanted word, for none is wanted.
    pub(crate) fn is_only_conditions(&self) -> bool {
        self.wanted.is_empty() && !(self.required.is_empty() && self.excluded.is_empty())
    }

    /// Documents that meet all conditions and hold every wanted word.
    pub(crate) fn full_condition(&self) -> Box<dyn Query> {
        let words: Vec<Condition> = self
            .wanted
            .iter()
            .map(|word| Condition::Word(*word))
            .collect();
        self.compile_parts(&self.required, &words)
    }

    fn compile_parts(&self, required: &[Condition], words: &[Condition]) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for condition in required.iter().chain(words) {
            clauses.push((Occur::Must, self.compile(condition)));
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        for condition in &self.excluded {
            clauses.push((Occur::MustNot, self.compile(condition)));
        }
        constant(Box::new(BooleanQuery::new(clauses)))
    }

    fn compile(&self, condition: &Condition) -> Box<dyn Query> {
        match condition {
            Condition::Word(index) => self.word_query(*index),
            Condition::Phrase(phrase) => self.phrase_query(phrase),
            Condition::Term(field, text) => term_query(*field, text),
            Condition::Days(from, to) => self.days_query(*from, *to),
            Condition::All(parts) => {
                let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
                for part in parts {
                    match part {
                        Condition::Not(inner) => {
                            clauses.push((Occur::MustNot, self.compile(inner)))
                        }
                        other => clauses.push((Occur::Must, self.compile(other))),
                    }
                }
                if !clauses.iter().any(|(occur, _)| *occur == Occur::Must) {
                    clauses.push((Occur::Must, Box::new(AllQuery)));
                }
                Box::new(BooleanQuery::new(clauses))
            }
            Condition::Any(parts) => {
                let parts = parts.iter().map(|part| (Occur::Should, self.compile(part)));
                Box::new(BooleanQuery::new(parts.collect()))
            }
            Condition::Not(inner) => {
                let all: Box<dyn Query> = Box::new(AllQuery);
                Box::new(BooleanQuery::new(vec![
                    (Occur::Must, all),
                    (Occur::MustNot, self.compile(inner)),
                ]))
            }
        }
    }

    /// The regions of a word.
    pub(crate) fn regions_of(&self, word: usize) -> &[Region] {
        self.regions.get(word).map_or(&Region::ALL, Vec::as_slice)
    }

    /// The first word that asks for the same.
    pub(crate) fn first(&self, word: usize) -> usize {
        self.same_as.get(word).copied().unwrap_or(word)
    }

    /// The other forms of words that a word is one of.
    pub(crate) fn alternatives_over(&self, index: usize) -> impl Iterator<Item = &Alternative> {
        let same = move |word: usize| self.same_as.get(word) == Some(&index);
        let all = self.alternatives.iter();
        all.filter(move |one| one.words.clone().any(same))
    }

    /// The other forms of one word alone.
    pub(crate) fn other_forms_of(&self, index: usize) -> impl Iterator<Item = &Alternative> {
        self.alternatives_over(index)
            .filter(|one| one.words.len() == 1)
    }

    /// The other forms whose words are all scored.
    pub(crate) fn scored_alternatives(&self) -> impl Iterator<Item = (usize, &Alternative)> {
        let is_scored = |word: usize| self.scored.binary_search(&self.first(word)).is_ok();
        let all = self.alternatives.iter().enumerate();
        all.filter(move |(_, one)| one.words.clone().all(is_scored))
    }

    /// Every term that stands for a word: its readings, the units over it, and other forms.
    pub(crate) fn terms_of(&self, index: usize) -> Vec<(Field, String)> {
        let mut terms = Vec::new();
        let is_part = self.wholes_over(index).next().is_some();
        if let Some(word) = self.words.get(index).filter(|_| !is_part) {
            let term = |known: &Reading| (field_of(&self.fields, known.tier), known.term.clone());
            terms.extend(word.readings.iter().map(term));
        }
        terms.extend(self.units_over(index));
        let others = self.alternatives_over(index);
        let readings = others.flat_map(|other| &other.terms);
        terms
            .extend(readings.map(|known| (field_of(&self.fields, known.tier), known.term.clone())));
        terms
    }

    /// The terms of the units over a word.
    pub(crate) fn units_over(&self, index: usize) -> impl Iterator<Item = (Field, String)> + '_ {
        let same = move |word: usize| self.same_as.get(word) == Some(&index);
        let over = self
            .units
            .iter()
            .filter(move |unit| unit.words.clone().any(same));
        over.flat_map(|unit| self.unit_terms(unit))
    }

    /// Where a unit stands: as such, and as one word (`wi-fi`, wifi).
    pub(crate) fn unit_terms(&self, unit: &Unit) -> Vec<(Field, String)> {
        let mut terms = vec![(self.fields.entities, unit.term.clone())];
        if unit.whole {
            // A day whose year was inferred.
            terms.push((self.fields.entities, format!("{}?", unit.term)));
        } else if unit.term.chars().all(char::is_alphanumeric) {
            terms.push((self.fields.folded, unit.term.clone()));
        }
        terms
    }

    fn word_query(&self, index: usize) -> Box<dyn Query> {
        if self.regions_of(index).len() < Region::ALL.len() {
            let shape = Shape {
                slop: 0,
                ordered: true,
            };
            let word = self.places_query(index..index + 1, shape, self.units_over(index));
            let others = self.alternatives_over(index);
            let others = others.map(|other| (Occur::Should, self.other_form_query(other, index)));
            let clauses = std::iter::once((Occur::Should, word)).chain(others);
            return Box::new(BooleanQuery::new(clauses.collect()));
        }
        let terms = self.terms_of(index);
        let queries = terms
            .iter()
            .map(|(field, text)| (Occur::Should, term_query(*field, text)));
        let dated = self
            .alternatives_over(index)
            .filter(|other| other.since.is_some());
        let dated = dated.map(|other| (Occur::Should, self.other_form_query(other, index)));
        Box::new(BooleanQuery::new(queries.chain(dated).collect()))
    }

    fn phrase_query(&self, phrase: &Phrase) -> Box<dyn Query> {
        if phrase.words.len() == 1 {
            return self.word_query(phrase.words.start);
        }
        // A name that is the whole phrase may be written joined: "covid 19", Covid-19, covid19.
        let whole = self.units.iter().filter(|unit| unit.words == phrase.words);
        let joined = whole.flat_map(|unit| self.unit_terms(unit));
        self.places_query(phrase.words.clone(), phrase.shape, joined)
    }

    /// Documents that hold words in a certain shape, or one of the terms.
    fn places_query(
        &self,
        words: Range<usize>,
        shape: Shape,
        others: impl Iterator<Item = (Field, String)>,
    ) -> Box<dyn Query> {
        let first = words.start;
        let words = self.words.get(words).unwrap_or(&[]).iter();
        let readings = words.map(|word| word.readings.clone()).collect();
        let exact = self.sequence_query(readings, first, shape);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Should, Box::new(exact))];
        for (field, text) in others {
            clauses.push((Occur::Should, term_query(field, &text)));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Another form where a word of the query is looked up, in the articles that may mean it.
    fn other_form_query(&self, other: &Alternative, index: usize) -> Box<dyn Query> {
        let shape = Shape {
            slop: 0,
            ordered: true,
        };
        let form = self.sequence_query(other.parts.clone(), index, shape);
        let form = (Occur::Must, Box::new(form) as Box<dyn Query>);
        let since = other
            .since
            .map(|day| (Occur::Must, self.days_query(Some(day), None)));
        Box::new(BooleanQuery::new(
            std::iter::once(form).chain(since).collect(),
        ))
    }

    /// Words in a certain shape, where a word of the query is looked up.
    fn sequence_query(
        &self,
        words: Vec<Vec<Reading>>,
        looked_up_as: usize,
        shape: Shape,
    ) -> PhraseQuery {
        PhraseQuery {
            fields: Arc::clone(&self.fields),
            forward: self.forward.clone(),
            words,
            regions: self.regions_of(looked_up_as).to_vec(),
            shape,
        }
    }

    fn days_query(&self, from: Option<Day>, to: Option<Day>) -> Box<dyn Query> {
        let time = |seconds: i64| {
            let time = tantivy::DateTime::from_timestamp_secs(seconds);
            Term::from_field_date(self.fields.published_at, time)
        };
        let lower = from.map_or(Bound::Unbounded, |day| {
            Bound::Included(time(day.start().unix_seconds()))
        });
        let upper = to.map_or(Bound::Unbounded, |day| {
            Bound::Included(time(day.end().unix_seconds()))
        });
        if matches!((&lower, &upper), (Bound::Unbounded, Bound::Unbounded)) {
            return Box::new(AllQuery);
        }
        Box::new(RangeQuery::new(lower, upper))
    }
}

/// For each word the first one with the same form, meaning and regions.
fn first_of_its_kind(words: &[Word], regions: &[Vec<Region>]) -> Vec<usize> {
    let mut seen: HashMap<(&str, bool, bool, bool, &[Region]), usize> = HashMap::new();
    let of = |index: usize| regions.get(index).map_or(&Region::ALL[..], Vec::as_slice);
    let first = words.iter().enumerate().map(|(index, word)| {
        let kind = (
            word.form.as_str(),
            word.open,
            word.strict,
            word.prefix,
            of(index),
        );
        *seen.entry(kind).or_insert(index)
    });
    first.collect()
}

fn dedup(conditions: &mut Vec<Condition>) {
    let mut kept: Vec<Condition> = Vec::new();
    for condition in conditions.drain(..) {
        if !kept.contains(&condition) {
            kept.push(condition);
        }
    }
    *conditions = kept;
}

impl Condition {
    /// Replaces single words; those of a phrase stay, which is a run of words.
    fn replace_words(&mut self, first: &impl Fn(usize) -> usize) {
        match self {
            Self::Word(word) => *word = first(*word),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter_mut().for_each(|part| part.replace_words(first));
                dedup(parts);
            }
            Self::Not(inner) => inner.replace_words(first),
            Self::Phrase(_) | Self::Term(..) | Self::Days(..) => {}
        }
    }

    /// The words of the condition that a matching document holds.
    fn positive_words(&self, words: &mut Vec<usize>) {
        match self {
            Self::Word(word) => words.push(*word),
            Self::Phrase(phrase) => words.extend(phrase.words.clone()),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.positive_words(words));
            }
            Self::Not(_) | Self::Term(..) | Self::Days(..) => {}
        }
    }
}

fn constant(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn term_query(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::Basic,
    ))
}
