//! From the tree of a query to words and conditions.

use std::ops::Range;

use vietsearch_index::{Fields, Region, extra_term, filter_key};

use crate::alternative::Expandable;
use crate::parse::{self, Clause, Node, TextField};
use crate::phrase::Shape;
use crate::plan::{Condition, Phrase, Phrases};
use crate::request::SearchRequest;
use crate::word::{self, Unit, Word};

/// Slop beyond this would reach into the next sentence.
const MAX_SLOP: u32 = 15;
/// The most beginnings that are expanded, each to many terms; further ones are whole words.
const MAX_PREFIXES: usize = 16;

/// Collects words and conditions from the tree.
pub(crate) struct Collector<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) words: Vec<Word>,
    pub(crate) units: Vec<Unit>,
    pub(crate) regions: Vec<Vec<Region>>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) runs: Vec<Range<usize>>,
    /// The text of each run.
    pub(crate) texts: Vec<String>,
    /// Leaves of plain words, which may be written otherwise.
    pub(crate) expandable: Vec<Expandable>,
    /// Whether what is being collected is not wanted.
    pub(crate) excluding: bool,
    pub(crate) prefixes: usize,
    pub(crate) quoted: Phrases,
}

impl Collector<'_> {
    /// The clauses of the root: plain words are wanted, everything else is a condition.
    pub(crate) fn top(
        &mut self,
        clauses: &[Clause],
        wanted: &mut Vec<usize>,
        required: &mut Vec<Condition>,
        excluded: &mut Vec<Condition>,
    ) {
        for clause in clauses {
            match (&clause.occur, &clause.node) {
                (
                    parse::Occur::Plain,
                    Node::Words { text, span } | Node::Synonyms { text, span, .. },
                ) => {
                    wanted.extend(self.plain(text, span.start, &Region::ALL));
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
                    excluded.extend(self.unwanted(node, &Region::ALL));
                }
                (_, node) => required.extend(self.condition(node, &Region::ALL)),
            }
        }
    }

    /// The condition of a node; `None` if it asks for nothing (punctuation only).
    fn condition(&mut self, node: &Node, regions: &[Region]) -> Option<Condition> {
        match node {
            Node::Words { text, span } | Node::Synonyms { text, span, .. } => {
                let words = self.plain(text, span.start, regions);
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
                    parts.extend(match clause.occur {
                        parse::Occur::MustNot => self
                            .unwanted(&clause.node, regions)
                            .map(|part| Condition::Not(Box::new(part))),
                        _ => self.condition(&clause.node, regions),
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

    /// The condition of a node that no hit meets.
    fn unwanted(&mut self, node: &Node, regions: &[Region]) -> Option<Condition> {
        let outside = std::mem::replace(&mut self.excluding, true);
        let condition = self.condition(node, regions);
        self.excluding = outside;
        condition
    }

    /// Plain words, which may be written otherwise too.
    fn plain(&mut self, text: &str, offset: usize, regions: &[Region]) -> Range<usize> {
        let words = self.scan(text, offset, regions, false);
        self.expandable.push(Expandable {
            words: words.clone(),
            excluded: self.excluding,
        });
        words
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
            self.texts.push(text.to_string());
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
    pub(crate) fn request_filters(&self, request: &SearchRequest) -> Vec<Condition> {
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
