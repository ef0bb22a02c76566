//! What a program asks for.

use serde::{Deserialize, Serialize};
use vietsearch_index::date::Day;

use crate::recency::Recency;

/// How many of the query's words a document must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Require {
    /// Documents with every word first; others follow if they hold at least 60 % (rounded up) of
    /// the words that occur in the index.
    #[default]
    Most,
    /// Every word.
    All,
    /// Any word: no floor, for evaluation runs.
    Any,
}

/// How typed marks and bare letters are matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Matching {
    /// A typed mark is a constraint, a bare letter a wildcard where the query leaves it open.
    #[default]
    Default,
    /// Every word is meant exactly as typed, bare letters too.
    Strict,
    /// Words that differ only in their marks match too, below all others.
    Loose,
}

/// The order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sort {
    /// Best first; equal scores by id.
    #[default]
    Relevance,
    /// Newest first, articles without a date last; equal dates by id.
    Date,
    /// By another value, articles without it last; equal values by id. Labels are compared by their
    /// [filter keys](vietsearch_index::filter_key).
    By(SortField, Direction),
}

/// A value that articles can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SortField {
    /// Publication time.
    PublishedAt,
    /// Time of the last change.
    UpdatedAt,
    /// Source.
    Source,
    /// Section.
    Section,
    /// Author.
    Author,
    /// The least of the tags.
    Tag,
    /// Id.
    Id,
}

impl SortField {
    /// The column of the index.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::PublishedAt => "published_at",
            Self::UpdatedAt => "updated_at",
            Self::Source => "source_key",
            Self::Section => "section_key",
            Self::Author => "author_key",
            Self::Tag => "tag_key",
            Self::Id => "id",
        }
    }

    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::PublishedAt | Self::UpdatedAt)
    }
}

/// From which end values are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// Which article stands for a group of near-duplicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Collapse {
    /// The first in the order of the hits: the best one, or the newest.
    #[default]
    Best,
    /// The one that was published first among those that hold every word; it stands where the best
    /// one would, or at its own day if hits are sorted by date. Articles without a date come last.
    Earliest,
}

/// A search: the query and everything that narrows it.
///
/// ```
/// use vietsearch_query::{SearchRequest, Sort};
///
/// let request = SearchRequest::new("giá vàng -SJC").with_limit(5).with_sort(Sort::Date);
/// assert_eq!(request.limit, 5);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SearchRequest {
    /// The query as typed; see [`crate::parse`] for its language.
    pub query: String,
    /// The most hits, at most [`SearchRequest::MAX_LIMIT`].
    pub limit: usize,
    /// Where to go on: the `cursor` of the response before.
    pub cursor: Option<String>,
    /// The order of the hits.
    pub sort: Sort,
    /// Only articles published on this day (+07:00) or later.
    pub from: Option<Day>,
    /// Only articles published on this day (+07:00) or earlier.
    pub to: Option<Day>,
    /// Only articles of one of these sources, whatever their case and marks.
    pub sources: Vec<String>,
    /// Only articles of one of these sections.
    pub sections: Vec<String>,
    /// Only articles by this author.
    pub author: Option<String>,
    /// Only articles with this tag.
    pub tag: Option<String>,
    /// Only articles with these values in extra fields: name and value.
    pub fields: Vec<(String, String)>,
    /// How many of the query's words a document must hold.
    pub require: Require,
    /// How marks are matched.
    pub matching: Matching,
    /// Show one of each group of near-duplicates, with the number of the others that were found. The
    /// total counts groups then; facets count all articles.
    pub collapse: Option<Collapse>,
    /// Count the matching articles by source, section and month.
    pub facets: bool,
    /// Count them by these instead: `source`, `section`, `author`, `tag`, `day`, `month`, `year`
    /// (in Vietnam), or the name of an extra field.
    pub facet_by: Vec<String>,
    /// Prefer newer articles.
    pub recency: Option<Recency>,
    /// Explain the score of every hit.
    pub explain: bool,
    /// The most characters of a snippet.
    pub snippet_chars: usize,
    /// Today, for days such as `hôm nay`; the clock's day if `None`.
    pub today: Option<Day>,
}

impl SearchRequest {
    /// The most hits of one response.
    pub const MAX_LIMIT: usize = 10_000;

    /// A request for the ten best hits of a query.
    #[must_use]
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }

    /// Sets the most hits.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the order.
    #[must_use]
    pub fn with_sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Sets how many words must be met.
    #[must_use]
    pub fn with_require(mut self, require: Require) -> Self {
        self.require = require;
        self
    }

    /// Shows one of each group of near-duplicates.
    #[must_use]
    pub fn with_collapse(mut self, collapse: Collapse) -> Self {
        self.collapse = Some(collapse);
        self
    }

    /// Sets how marks are matched.
    #[must_use]
    pub fn with_matching(mut self, matching: Matching) -> Self {
        self.matching = matching;
        self
    }

    /// Sets what the matching articles are counted by; see [`facet_by`](Self::facet_by).
    #[must_use]
    pub fn with_facets<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.facets = true;
        self.facet_by = names.into_iter().map(Into::into).collect();
        self
    }

    /// Prefers newer articles.
    #[must_use]
    pub fn with_recency(mut self, recency: Recency) -> Self {
        self.recency = Some(recency);
        self
    }

    /// Sets where to go on: the cursor of the response before.
    #[must_use]
    pub fn with_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// Sets the days, both inclusive.
    #[must_use]
    pub fn with_days(mut self, from: Option<Day>, to: Option<Day>) -> Self {
        self.from = from;
        self.to = to;
        self
    }
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            limit: 10,
            cursor: None,
            sort: Sort::default(),
            from: None,
            to: None,
            sources: Vec::new(),
            sections: Vec::new(),
            author: None,
            tag: None,
            fields: Vec::new(),
            require: Require::default(),
            matching: Matching::default(),
            collapse: None,
            facets: false,
            facet_by: Vec::new(),
            recency: None,
            explain: false,
            snippet_chars: 240,
            today: None,
        }
    }
}
