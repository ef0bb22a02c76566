//! From the parsed query to words, conditions and what is scored.

use std::collections::HashMap;
use std::ops::{Bound, Range};
use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};
use vietsearch_index::date::Day;
use vietsearch_index::{Fields, Region, extra_term, filter_key};

use crate::cursor::field_of;
use crate::error::Result;
use crate::parse::{self, Clause, Node, ParseError, Parsed, TextField};
use crate::phrase::{PhraseQuery, Shape};
use crate::prefix;
use crate::request::SearchRequest;
use crate::word::{self, MAX_WORDS, Reading, Tier, Unit, Word};

/// Slop beyond this would reach into the next sentence.
const MAX_SLOP: u32 = 15;
/// The most different words that are scored.
const MAX_SCORED: usize = 64;
/// The most beginnings that are expanded, each to many terms; further ones are whole words.
const MAX_PREFIXES: usize = 16;

/// A query ready to be run on one snapshot.
pub(crate) struct Plan {
    pub(crate) fields: Arc<Fields>,
    /// All words, in the order of the query.
    pub(crate) words: Vec<Word>,
    /// Names, codes and dates over words.
    pub(crate) units: Vec<Unit>,
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
    /// Reads a request against a snapshot: prefixes are expanded from its dictionaries.
    ///
    /// With [`Phrases::Wanted`] the words of a quoted phrase are wanted like others.
    pub(crate) fn new(
        parsed: &Parsed,
        request: &SearchRequest,
        quoted: Phrases,
        fields: &Arc<Fields>,
        searcher: &Searcher,
    ) -> Result<Self> {
        let mut builder = Builder {
            fields,
            words: Vec::new(),
            units: Vec::new(),
            regions: Vec::new(),
            phrases: Vec::new(),
            runs: Vec::new(),
            prefixes: 0,
            quoted,
        };
        let mut wanted = Vec::new();
        let mut required = Vec::new();
        let mut excluded = Vec::new();
        if let Node::All(clauses) = &parsed.root {
            builder.top(clauses, &mut wanted, &mut required, &mut excluded);
        }
        if builder.words.len() > MAX_WORDS {
            return Err(ParseError::TooManyWords { max: MAX_WORDS }.into());
        }
        required.extend(builder.request_filters(request));
        let Builder {
            mut words,
            units,
            regions,
            phrases,
            runs,
            ..
        } = builder;
        word::interpret(&mut words, request.matching);
        let same_as = first_of_its_kind(&words, &regions);
        for (index, first) in same_as.iter().enumerate() {
            if let Some(word) = words
                .get_mut(index)
                .filter(|word| word.prefix && index == *first)
            {
                prefix::expand(word, fields, searcher)?;
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
            words,
            units,
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

    /// The wanted words that are scored.
    pub(crate) fn counted(&self) -> impl Iterator<Item = usize> + '_ {
        self.wanted
            .iter()
            .copied()
            .filter(|word| self.scored.binary_search(word).is_ok())
    }

    /// Documents that meet the required and none of the excluded conditions; `None` if the query
    /// has neither.
    pub(crate) fn condition(&self) -> Option<Box<dyn Query>> {
        if self.required.is_empty() && self.excluded.is_empty() {
            return None;
        }
        Some(self.compile_parts(&self.required, &[]))
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

    /// Every term that stands for a word: its readings and the units over it.
    pub(crate) fn terms_of(&self, index: usize) -> Vec<(Field, String)> {
        let mut terms = Vec::new();
        let Some(word) = self.words.get(index) else {
            return terms;
        };
        for reading in &word.readings {
            if reading.tier == Tier::Entity {
                terms.push((self.fields.entities, reading.term.clone()));
                continue;
            }
            for region in self.regions_of(index) {
                let field = field_of(&self.fields, reading.tier, *region);
                terms.push((field, reading.term.clone()));
            }
        }
        let same = |word: usize| self.same_as.get(word) == Some(&index);
        for unit in self
            .units
            .iter()
            .filter(|unit| unit.words.clone().any(same))
        {
            terms.extend(self.unit_terms(unit));
        }
        terms
    }

    /// Where a unit stands: as such, and as one word (`wi-fi`, wifi).
    pub(crate) fn unit_terms(&self, unit: &Unit) -> Vec<(Field, String)> {
        let mut terms = vec![(self.fields.entities, unit.term.clone())];
        if unit.term.chars().all(char::is_alphanumeric) {
            let folded = Region::ALL.map(|region| self.fields.region(region).folded);
            terms.extend(folded.map(|field| (field, unit.term.clone())));
        }
        terms
    }

    fn word_query(&self, index: usize) -> Box<dyn Query> {
        let terms = self.terms_of(index);
        let queries = terms
            .iter()
            .map(|(field, text)| (Occur::Should, term_query(*field, text)));
        Box::new(BooleanQuery::new(queries.collect()))
    }

    fn phrase_query(&self, phrase: &Phrase) -> Box<dyn Query> {
        if phrase.words.len() == 1 {
            return self.word_query(phrase.words.start);
        }
        let words = self.words.get(phrase.words.clone()).unwrap_or(&[]);
        let readings: Vec<Vec<Reading>> = words.iter().map(|word| word.readings.clone()).collect();
        let exact = PhraseQuery {
            fields: Arc::clone(&self.fields),
            words: readings,
            regions: self.regions_of(phrase.words.start).to_vec(),
            shape: phrase.shape,
        };
        // A name that is the whole phrase may be written joined: "covid 19", Covid-19, covid19.
        let whole = self.units.iter().filter(|unit| unit.words == phrase.words);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Should, Box::new(exact))];
        for (field, text) in whole.flat_map(|unit| self.unit_terms(unit)) {
            clauses.push((Occur::Should, term_query(field, &text)));
        }
        Box::new(BooleanQuery::new(clauses))
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

/// Collects words and conditions from the tree.
struct Builder<'a> {
    fields: &'a Fields,
    words: Vec<Word>,
    units: Vec<Unit>,
    regions: Vec<Vec<Region>>,
    phrases: Vec<Phrase>,
    runs: Vec<Range<usize>>,
    prefixes: usize,
    quoted: Phrases,
}

impl Builder<'_> {
    /// The clauses of the root: plain words are wanted, everything else is a condition.
    fn top(
        &mut self,
        clauses: &[Clause],
        wanted: &mut Vec<usize>,
        required: &mut Vec<Condition>,
        excluded: &mut Vec<Condition>,
    ) {
        for clause in clauses {
            match (&clause.occur, &clause.node) {
                (parse::Occur::Plain, Node::Words { text, span }) => {
                    wanted.extend(self.scan(text, span.start, &Region::ALL, false));
                }
                (
                    parse::Occur::Plain,
                    Node::Phrase {
                        text,
                        span,
                        exact: false,
                        ..
                    },
                ) if self.quoted == Phrases::Wanted => {
                    wanted.extend(self.scan(text, span.start, &Region::ALL, false));
                }
                (parse::Occur::Plain, Node::All(inner)) => {
                    self.top(inner, wanted, required, excluded);
                }
                (parse::Occur::MustNot, node) => {
                    excluded.extend(self.condition(node, &Region::ALL));
                }
                (_, node) => required.extend(self.condition(node, &Region::ALL)),
            }
        }
    }

    /// The condition of a node; `None` if it asks for nothing (punctuation only).
    fn condition(&mut self, node: &Node, regions: &[Region]) -> Option<Condition> {
        match node {
            Node::Words { text, span } => {
                let words = self.scan(text, span.start, regions, false);
                all(words.map(Condition::Word).collect())
            }
            Node::Exact { text, span } => {
                let words = self.scan(text, span.start, regions, true);
                self.sequence(
                    words,
                    Shape {
                        slop: 0,
                        ordered: true,
                    },
                )
            }
            Node::Phrase {
                text,
                span,
                slop,
                ordered,
                exact,
            } => {
                let words = self.scan(text, span.start, regions, *exact);
                let shape = Shape {
                    slop: (*slop).min(MAX_SLOP),
                    ordered: *ordered,
                };
                self.sequence(words, shape)
            }
            Node::Prefix { text, span } => {
                let words = self.scan(text, span.start, regions, false);
                if let Some(last) = words.end.checked_sub(1).filter(|_| !words.is_empty())
                    && let Some(word) = self.words.get_mut(last)
                {
                    self.prefixes += 1;
                    word.prefix = self.prefixes <= MAX_PREFIXES;
                }
                self.sequence(
                    words,
                    Shape {
                        slop: 0,
                        ordered: true,
                    },
                )
            }
            Node::InField { field, node, .. } => {
                let region = match field {
                    TextField::Title => Region::Title,
                    TextField::Lead => Region::Lead,
                    TextField::Body => Region::Body,
                };
                self.condition(node, &[region])
            }
            Node::Filter { field, value, .. } => Some(self.filter(field, value)),
            Node::Days { from, to, .. } => Some(Condition::Days(*from, *to)),
            Node::All(clauses) => {
                let mut parts = Vec::new();
                for clause in clauses {
                    let Some(part) = self.condition(&clause.node, regions) else {
                        continue;
                    };
                    parts.push(match clause.occur {
                        parse::Occur::MustNot => Condition::Not(Box::new(part)),
                        _ => part,
                    });
                }
                all(parts)
            }
            Node::Any(nodes) => {
                let parts: Vec<Condition> = nodes
                    .iter()
                    .filter_map(|node| self.condition(node, regions))
                    .collect();
                (!parts.is_empty()).then_some(Condition::Any(parts))
            }
        }
    }

    /// Words that must follow each other.
    fn sequence(&mut self, words: Range<usize>, shape: Shape) -> Option<Condition> {
        match words.len() {
            0 => None,
            1 => Some(Condition::Word(words.start)),
            _ => {
                let phrase = Phrase { words, shape };
                self.phrases.push(phrase.clone());
                Some(Condition::Phrase(phrase))
            }
        }
    }

    fn scan(
        &mut self,
        text: &str,
        offset: usize,
        regions: &[Region],
        strict: bool,
    ) -> Range<usize> {
        let first = self.words.len();
        word::scan(text, offset, first, &mut self.words, &mut self.units);
        let range = first..self.words.len();
        for word in self.words.get_mut(range.clone()).unwrap_or(&mut []) {
            word.strict = strict;
        }
        self.regions.resize(range.end, regions.to_vec());
        if !range.is_empty() {
            self.runs.push(range.clone());
        }
        range
    }

    fn filter(&self, field: &str, value: &str) -> Condition {
        let key = filter_key(value);
        match field {
            "id" => Condition::Term(self.fields.id, value.to_string()),
            "url" => Condition::Term(self.fields.url, value.to_string()),
            "author" => Condition::Term(self.fields.author_key, key),
            "source" => Condition::Term(self.fields.source_key, key),
            "section" => Condition::Term(self.fields.section_key, key),
            "tag" => Condition::Term(self.fields.tag_key, key),
            extra => Condition::Term(self.fields.extra_key, extra_term(extra, value)),
        }
    }

    /// The filters beside the query.
    fn request_filters(&self, request: &SearchRequest) -> Vec<Condition> {
        let mut filters = Vec::new();
        let any = |field: &str, values: &[String]| {
            let parts: Vec<_> = values
                .iter()
                .map(|value| self.filter(field, value))
                .collect();
            (!parts.is_empty()).then_some(Condition::Any(parts))
        };
        filters.extend(any("source", &request.sources));
        filters.extend(any("section", &request.sections));
        filters.extend(any("author", request.author.as_slice()));
        filters.extend(any("tag", request.tag.as_slice()));
        for (name, value) in &request.fields {
            let term = extra_term(name, value);
            filters.push(Condition::Term(self.fields.extra_key, term));
        }
        if request.from.is_some() || request.to.is_some() {
            filters.push(Condition::Days(request.from, request.to));
        }
        filters
    }
}

fn all(mut parts: Vec<Condition>) -> Option<Condition> {
    match parts.len() {
        0 => None,
        1 if !matches!(parts.first(), Some(Condition::Not(_))) => parts.pop(),
        _ => Some(Condition::All(parts)),
    }
}
