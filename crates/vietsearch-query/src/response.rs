//! What a search answers.

use std::collections::BTreeMap;

use serde::Serialize;
use vietsearch_index::date::DateTime;

use crate::parse::Parsed;

/// The answer to a [`SearchRequest`](crate::SearchRequest).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SearchResponse {
    /// Number of articles that hold every word of the query and pass every filter; of their groups if
    /// near-duplicates are collapsed.
    pub total: usize,
    /// Words of the query that the first hit lacks; empty if it holds all.
    pub relaxed: Vec<String>,
    /// What the query was read as, if not as typed.
    pub interpreted_as: Option<String>,
    /// The tree of the query as it was read, if an explanation was asked for. Words that may be written
    /// otherwise are [`Node::Synonyms`](crate::parse::Node::Synonyms) in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parsed: Option<Parsed>,
    /// Another query that the reader may have meant.
    pub suggestion: Option<String>,
    /// Where the next page begins; `None` on the last.
    pub cursor: Option<String>,
    /// True if articles have come or gone since the page that the cursor is of: what follows stands
    /// behind it in the order of now.
    pub stale: bool,
    /// The hits in order.
    pub hits: Vec<Hit>,
    /// Counts of articles by facet name and label, if asked for. Of a group that is collapsed every
    /// article counts.
    pub facets: Option<BTreeMap<String, Vec<FacetCount>>>,
}

/// One article that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Hit {
    /// The article's id.
    pub id: String,
    /// The score; comparable within one response only.
    pub score: f32,
    /// The part of the score that lifts the hit above those that are spelled otherwise.
    #[serde(skip)]
    pub lift: f32,
    /// Headline as stored.
    pub title: Option<String>,
    /// Byte ranges of `title` to highlight.
    pub title_highlights: Vec<[usize; 2]>,
    /// The same in characters.
    pub title_highlights_chars: Vec<[usize; 2]>,
    /// The same in UTF-16 code units.
    pub title_highlights_utf16: Vec<[usize; 2]>,
    /// Author as stored.
    pub author: Option<String>,
    /// Source as stored.
    pub source: Option<String>,
    /// Section as stored.
    pub section: Option<String>,
    /// Publication time.
    pub published_at: Option<DateTime>,
    /// URL as stored.
    pub url: Option<String>,
    /// A piece of the original text around the words found, or its beginning.
    pub snippet: String,
    /// Byte ranges of `snippet` to highlight, ascending and disjoint.
    pub highlights: Vec<[usize; 2]>,
    /// The same in characters.
    pub highlights_chars: Vec<[usize; 2]>,
    /// The same in UTF-16 code units.
    pub highlights_utf16: Vec<[usize; 2]>,
    /// Number of other articles of the same near-duplicate group that this hit stands for: those that
    /// match too. 0 if near-duplicates are not collapsed.
    pub duplicates: usize,
    /// The group of near-duplicates, 16 hexadecimal digits: copies have the same.
    pub group: String,
    /// How the score came about, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// How often a facet value occurs among the matching articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FacetCount {
    /// The value as an article has it.
    pub label: String,
    /// Number of articles.
    pub count: usize,
}

impl FacetCount {
    /// A value and how often it occurs.
    #[must_use]
    pub fn new(label: impl Into<String>, count: usize) -> Self {
        Self {
            label: label.into(),
            count,
        }
    }
}

/// A node of a score's explanation: the values of the details add up to the value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What is scored.
    pub what: String,
    /// Its part of the score.
    pub value: f32,
    /// The parts of the value; empty for a leaf.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Explanation>,
}
