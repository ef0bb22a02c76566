//! A request as search bodies.

use serde_json::{Map, Value, json};
use vietsearch_index::Region;
use vietsearch_query::outline::{Outline, Word};
use vietsearch_query::{CollectionStatistics, Require};

use super::clause::{Bool, any, at_least, leaves, nothing, object, phrase, term};
use super::recency::Recency;
use super::words;
use crate::dialect::Dialect;
use crate::error::{ClusterError, Result};
use crate::schema::{length, tier};

/// The most words that are scored: further ones of a pasted text add little.
const MAX_SCORED: usize = 64;
/// The most neighbours that are scored: each is a phrase, which costs positions.
const MAX_PAIRS: usize = 16;
/// Of its words a hit holds at least this share, rounded up, unless all or any are asked for.
const FLOOR: (usize, usize) = (3, 5);
/// The most values of a facet.
const FACET_SIZE: usize = 1_000;
/// A request as searches for an engine.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(super) outline: Outline,
    /// Required and excluded parts, filters.
    pub(super) narrowed: Bool,
    pub(super) exact: bool,
    pub(super) by_date: bool,
    pub(super) asks_nothing: bool,
    pub(super) require: Require,
    pub(super) limit: usize,
    pub(super) facets: bool,
    pub(super) recency: Option<Recency>,
}

/// A count that the ranking on the client needs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Count {
    /// Its name in [`CollectionStatistics`](vietsearch_query::CollectionStatistics).
    pub key: String,
    /// A search without hits, whose total is the count.
    pub body: Value,
}

impl Compiled {
    /// True if the searches find just the articles that a local search does. Otherwise they may
    /// find more, which the ranking on the client drops: phrases whose words may be written in
    /// several ways, loose phrases, beginnings within phrases.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// True if hits come newest first rather than best first.
    #[must_use]
    pub fn is_by_date(&self) -> bool {
        self.by_date
    }

    /// True if there is nothing to look up: punctuation only.
    #[must_use]
    pub fn asks_nothing(&self) -> bool {
        self.asks_nothing
    }

    pub(crate) fn outline(&self) -> &Outline {
        &self.outline
    }

    /// The whole request as one search, for those who take the engine's order as it is: articles
    /// that hold all words first, then those that hold 60 % of them.
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`].
    pub fn body(&self) -> Result<Value> {
        let wanted = self.wanted();
        let least = match self.require {
            Require::Any => 1,
            Require::All => wanted.len(),
            _ => share(wanted.len()),
        };
        if least >= wanted.len() || self.by_date {
            return self.full_body(self.limit, None);
        }
        let mut query = self.narrowed.clone();
        let all = Bool {
            must: wanted.clone(),
            ..Bool::default()
        };
        query.must.push(at_least(least, wanted));
        // Those with all words count twice.
        query.should.push(all.into_clause());
        query.should.extend(self.favoured());
        self.finish(query, self.limit, None, self.facets)
    }

    /// A search for the articles that hold every word: its total is that of the request, and its
    /// aggregations are the facets.
    ///
    /// `after` is the order of the last hit of the page before.
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`].
    pub fn full_body(&self, size: usize, after: Option<&[Value]>) -> Result<Value> {
        let mut query = self.full();
        if self.by_date {
            // Nothing is scored.
            query.filter.append(&mut query.must);
        } else {
            query.should = self.favoured();
        }
        self.finish(query, size, after, self.facets)
    }

    /// How many of the words an article must hold that does not hold all: 60 %, rounded up, of those
    /// that `known` does not tell to occur nowhere.
    #[must_use]
    pub fn floor(&self, known: &CollectionStatistics) -> usize {
        if self.require == Require::Any {
            return 1;
        }
        let is_absent = |key: &str| known.frequencies.get(key) == Some(&0);
        let occurs = |index: &&usize| {
            let word = self.outline.words.get(**index);
            let units = self.outline.units.iter();
            word.is_none_or(|word| !is_absent(&word.statistics_key))
                || units
                    .filter(|unit| unit.words.contains(*index))
                    .any(|unit| !is_absent(&unit.statistics_key))
        };
        let counted = self.outline.wanted.iter().take(MAX_SCORED);
        share(counted.filter(occurs).count())
    }

    /// A search for the articles that hold so many of the words, but not all: see
    /// [`floor`](Self::floor).
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`].
    pub fn partial_body(
        &self,
        floor: usize,
        size: usize,
        after: Option<&[Value]>,
    ) -> Result<Value> {
        let mut query = self.narrowed.clone();
        let wanted = self.wanted();
        let all = Bool {
            must: wanted.clone(),
            ..Bool::default()
        };
        query.must_not.push(all.into_clause());
        let counted: Vec<Value> = wanted.into_iter().take(MAX_SCORED).collect();
        query.must.push(at_least(floor.min(counted.len()), counted));
        query.should = self.favoured();
        // Where nothing holds all words, hits by date are chosen among the best.
        self.finish_in(order(false), query, size, after, false)
    }

    /// A search for the articles that hold some of the words, or all.
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`].
    pub fn any_body(&self, size: usize, after: Option<&[Value]>) -> Result<Value> {
        let mut query = self.narrowed.clone();
        let wanted: Vec<Value> = self.wanted().into_iter().take(MAX_SCORED).collect();
        if !wanted.is_empty() {
            query.must.push(any(wanted));
        }
        query.should = self.favoured();
        self.finish(query, size, after, false)
    }

    /// A count of the articles that meet the conditions beside the wanted words: a quoted phrase
    /// that no article holds is given up.
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`].
    pub fn condition_body(&self) -> Result<Value> {
        self.finish(self.narrowed.clone(), 0, None, false)
    }

    /// The counts that the ranking on the client needs: how many articles hold each word and unit.
    #[must_use]
    pub fn counts(&self) -> Vec<Count> {
        let body = |query: Value| {
            object([
                ("query", query),
                ("size", 0.into()),
                ("track_total_hits", true.into()),
            ])
        };
        let mut counts: Vec<Count> = Vec::new();
        let mut add = |key: &str, query: Value| {
            if !counts.iter().any(|known| known.key == key) {
                counts.push(Count {
                    key: key.to_string(),
                    body: body(query),
                });
            }
        };
        // A word's count is its own: what it is a part of is counted apart.
        let mut alone = self.outline.clone();
        alone.units.clear();
        for index in self.scored() {
            if let Some(word) = alone.words.get(index) {
                add(&word.statistics_key, words::word(&alone, index));
                for known in words::spellings(word) {
                    let regions = Region::ALL.iter();
                    let places = regions.map(|region| term(&tier(*region, "s"), &known.form, 1.0));
                    add(&known.statistics_key, any(places.collect()));
                }
            }
        }
        for unit in &self.outline.units {
            let clauses = words::unit(unit, &Region::ALL);
            add(&unit.statistics_key, any(clauses));
        }
        counts
    }

    fn full(&self) -> Bool {
        let mut query = self.narrowed.clone();
        if self.asks_nothing {
            query.must.push(nothing());
        }
        query.must.extend(self.wanted());
        query
    }

    /// The wanted words as clauses.
    fn wanted(&self) -> Vec<Value> {
        let wanted = self.outline.wanted.iter();
        wanted
            .map(|index| words::word(&self.outline, *index))
            .collect()
    }

    /// The words that are scored.
    fn scored(&self) -> impl Iterator<Item = usize> + '_ {
        self.outline.scored.iter().copied().take(MAX_SCORED)
    }

    /// What lifts an article among those that match: neighbours side by side, units, recency.
    fn favoured(&self) -> Vec<Value> {
        let mut favoured = Vec::new();
        let word = |index: usize| self.outline.words.get(index);
        for (left, right) in self.outline.pairs.iter().take(MAX_PAIRS) {
            if let (Some(left), Some(right)) = (word(*left), word(*right)) {
                favoured.extend(pair(left, right));
            }
        }
        for unit in &self.outline.units {
            favoured.push(term("entities", &unit.term, 1.0));
        }
        for word in self.scored().filter_map(word) {
            favoured.extend(words::likely(word));
        }
        if let Some(recency) = self.recency {
            favoured.extend(recency.ranges(self.scored().count()));
        }
        favoured
    }

    fn finish(
        &self,
        query: Bool,
        size: usize,
        after: Option<&[Value]>,
        facets: bool,
    ) -> Result<Value> {
        self.finish_in(order(self.by_date), query, size, after, facets)
    }

    fn finish_in(
        &self,
        order: Value,
        query: Bool,
        size: usize,
        after: Option<&[Value]>,
        facets: bool,
    ) -> Result<Value> {
        let query = query.into_clause();
        let count = leaves(&query);
        if count > Dialect::MAX_CLAUSES {
            return Err(ClusterError::TooManyClauses {
                count,
                max: Dialect::MAX_CLAUSES,
            });
        }
        let mut body = Map::new();
        body.insert("query".into(), query);
        body.insert("size".into(), size.min(Dialect::MAX_SIZE).into());
        body.insert("track_total_hits".into(), true.into());
        if size > 0 {
            body.insert("sort".into(), order);
        }
        if let Some(after) = after {
            body.insert("search_after".into(), after.into());
        }
        if facets {
            body.insert("aggs".into(), facet_aggregations());
        }
        Ok(Value::Object(body))
    }
}

/// The least share of words that a hit holds.
fn share(words: usize) -> usize {
    (words * FLOOR.0).div_ceil(FLOOR.1).max(1)
}

/// Best or newest first; equal ones by a number made from the id.
fn order(by_date: bool) -> Value {
    if by_date {
        return json!([{ "timestamp": "desc" }, { "id_hash": "asc" }]);
    }
    json!([{ "_score": "desc" }, { "id_hash": "asc" }])
}

/// Two words side by side, in each region that both are looked up in.
fn pair(left: &Word, right: &Word) -> Vec<Value> {
    if left.prefix || right.prefix {
        return Vec::new();
    }
    let both = |region: &&Region| right.regions.contains(region);
    let regions = left.regions.iter().filter(both);
    let keys = [left.index_key.as_str(), right.index_key.as_str()];
    regions
        .map(|region| phrase(&tier(*region, "f"), keys, 0))
        .collect()
}

/// Counts by source and section, and by day in Vietnam: months are summed up on the client, for
/// Quickwit has no calendar.
fn facet_aggregations() -> Value {
    json!({
        "source": { "terms": { "field": "source", "size": FACET_SIZE } },
        "section": { "terms": { "field": "section", "size": FACET_SIZE } },
        "day": { "date_histogram": {
            "field": "published_at", "fixed_interval": "1d", "offset": "-7h", "min_doc_count": 1,
        } },
    })
}

/// A search without hits for the number of articles and the average lengths of their texts.
#[must_use]
pub fn collection_body() -> Value {
    let lengths: Map<String, Value> = Region::ALL
        .into_iter()
        .map(|region| {
            let name = length(region);
            (name.clone(), json!({ "avg": { "field": name } }))
        })
        .collect();
    json!({
        "query": { "match_all": {} },
        "size": 0,
        "track_total_hits": true,
        "aggs": lengths,
    })
}
