//! From a request to the JSON that all engines take.
//!
//! Marks stay constraints and bare letters wildcards: a word becomes the union of its readings, as
//! in the local index. Every search has an explicit order, for Quickwit computes no scores
//! otherwise, and never a `match` of two words, which breaks it.

mod clause;
mod conditions;
mod words;

use serde_json::{Map, Value, json};
use vietsearch_index::date::DateTime;
use vietsearch_index::{NewsIndex, Region};
use vietsearch_query::outline::{Outline, Quoted, Word};
use vietsearch_query::{NewsSearcher, Require, SearchError, SearchRequest, Sort};

use self::clause::{Bool, any, at_least, nothing, phrase};
use self::conditions::Conditions;
use crate::dialect::Dialect;
use crate::document::utc;
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
/// What a word's score is like, for the size of what is added for recency.
const TYPICAL_WORD_SCORE: f32 = 4.0;

/// Newer articles before older ones.
///
/// A score is multiplied by `1 - weight + weight × 2^(-age / half_life)`. Engines are asked for
/// newer candidates by boosted ranges, which add to scores.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recency {
    /// How much of a score depends on age, from 0 to 0.5.
    pub weight: f32,
    /// Age in days at which half of that is lost.
    pub half_life_days: f32,
    /// The present; articles of the future count as new.
    pub now: DateTime,
}

impl Recency {
    /// Recency by the clock of the machine.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if `weight` is not within 0 and 0.5, or `half_life_days` is not
    /// above 0.
    pub fn new(weight: f32, half_life_days: f32) -> Result<Self> {
        let setting = |what, value: f32, allowed: &str| ClusterError::Setting {
            what,
            reason: format!("{value} given, {allowed} allowed"),
        };
        if !(0.0..=0.5).contains(&weight) {
            return Err(setting("weight of recency", weight, "0 to 0.5"));
        }
        if !(half_life_days > 0.0 && half_life_days.is_finite()) {
            return Err(setting("half life", half_life_days, "a number above 0"));
        }
        Ok(Self {
            weight,
            half_life_days,
            now: DateTime::now(),
        })
    }

    /// Sets the present.
    #[must_use]
    pub fn with_now(mut self, now: DateTime) -> Self {
        self.now = now;
        self
    }

    /// What a score is multiplied by; articles without a date count as very old.
    #[must_use]
    pub fn factor(&self, published_at: Option<DateTime>) -> f32 {
        1.0 - self.weight + self.weight * published_at.map_or(0.0, |at| self.decay(at))
    }

    fn decay(&self, at: DateTime) -> f32 {
        let seconds = self.now.unix_seconds().saturating_sub(at.unix_seconds());
        let days = seconds.max(0) as f32 / 86_400.0;
        (-days / self.half_life_days).exp2()
    }

    /// Ranges that newer articles lie in, each adding to the score.
    fn ranges(&self, words: usize) -> Vec<Value> {
        let scale = self.weight * TYPICAL_WORD_SCORE * words.max(1) as f32;
        // Half a life old, one, two and four: what each step loses is what its range adds.
        let ages = [0.5_f32, 1.0, 2.0, 4.0];
        let mut ranges = Vec::new();
        for (age, older) in ages.iter().zip(ages.iter().skip(1).chain([&8.0])) {
            let gain = scale * ((-age).exp2() - (-older).exp2());
            let seconds = (age * self.half_life_days * 86_400.0) as i64;
            let from = utc(self.now.unix_seconds().saturating_sub(seconds));
            let boost = (f64::from(gain) * 1_000.0).round() / 1_000.0;
            if boost > 0.0 {
                ranges
                    .push(json!({ "range": { "published_at": { "gte": from, "boost": boost } } }));
            }
        }
        ranges
    }
}

/// Compiles requests for one dialect.
///
/// ```
/// use vietsearch_cluster::{Compiler, Dialect};
/// use vietsearch_query::SearchRequest;
///
/// let compiler = Compiler::new(Dialect::Quickwit)?;
/// let compiled = compiler.compile(&SearchRequest::new("=má"))?;
/// let expected = serde_json::json!({
///     "bool": { "should": [
///         { "term": { "title_s": { "value": "má", "boost": 2.0 } } },
///         { "term": { "lead_s": { "value": "má", "boost": 1.2 } } },
///         { "term": { "body_s": { "value": "má" } } },
///     ], "minimum_should_match": 1 },
/// });
/// assert_eq!(compiled.body()?["query"], expected);
/// # Ok::<(), vietsearch_cluster::ClusterError>(())
/// ```
#[derive(Clone)]
pub struct Compiler {
    dialect: Dialect,
    searcher: NewsSearcher,
    recency: Option<Recency>,
}

impl Compiler {
    /// A compiler for a dialect.
    ///
    /// # Errors
    ///
    /// If there is no memory for an empty index, by which queries are read.
    pub fn new(dialect: Dialect) -> Result<Self> {
        let index = NewsIndex::create_in_ram().map_err(SearchError::from)?;
        Ok(Self {
            dialect,
            searcher: NewsSearcher::new(&index)?,
            recency: None,
        })
    }

    /// Reads `name:value` as a filter for these names of extra fields.
    #[must_use]
    pub fn with_extra_fields(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.searcher = self.searcher.with_extra_fields(names);
        self
    }

    /// Prefers newer articles.
    #[must_use]
    pub fn with_recency(mut self, recency: Recency) -> Self {
        self.recency = Some(recency);
        self
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn recency(&self) -> Option<Recency> {
        self.recency
    }

    /// Compiles a request. Its cursor is left out: see [`Search`](crate::Search) for pages.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Search`] if the query exceeds a limit, [`ClusterError::Setting`] if the
    /// request asks for too many hits.
    pub fn compile(&self, request: &SearchRequest) -> Result<Compiled> {
        self.compile_with(request, Quoted::Required)
    }

    pub(crate) fn compile_with(&self, request: &SearchRequest, quoted: Quoted) -> Result<Compiled> {
        if request.limit > Dialect::MAX_SIZE {
            return Err(ClusterError::Setting {
                what: "limit",
                reason: format!("{} given, {} allowed", request.limit, Dialect::MAX_SIZE),
            });
        }
        if request.explain {
            return Err(ClusterError::Unsupported {
                dialect: self.dialect,
                what: "explain its scores",
                instead: "leave `explain` out, and take it from the ranking on the client",
            });
        }
        let outline = self.searcher.outline(request, quoted)?;
        let mut narrowed = Bool::default();
        let mut conditions = Conditions {
            dialect: self.dialect,
            outline: &outline,
            exact: true,
        };
        conditions.write(&mut narrowed);
        let exact = conditions.exact;
        Ok(Compiled {
            by_date: request.sort == Sort::Date || outline.scored.is_empty(),
            asks_nothing: outline.is_empty() && !request.query.trim().is_empty(),
            require: request.require,
            limit: request.limit,
            facets: request.facets,
            recency: self.recency,
            exact,
            narrowed,
            outline,
        })
    }
}

/// A request as searches for an engine.
#[derive(Clone, Debug)]
pub struct Compiled {
    outline: Outline,
    /// Required and excluded parts, filters.
    narrowed: Bool,
    exact: bool,
    by_date: bool,
    asks_nothing: bool,
    require: Require,
    limit: usize,
    facets: bool,
    recency: Option<Recency>,
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
            _ => (wanted.len() * FLOOR.0).div_ceil(FLOOR.1),
        };
        if least == wanted.len() || self.by_date {
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

    /// A search for the articles that hold some of the words, but not all.
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`].
    pub fn partial_body(&self, size: usize, after: Option<&[Value]>) -> Result<Value> {
        let mut query = self.narrowed.clone();
        let wanted = self.wanted();
        query.must_not.push(
            Bool {
                must: wanted.clone(),
                ..Bool::default()
            }
            .into_clause(),
        );
        query
            .must
            .push(any(wanted.into_iter().take(MAX_SCORED).collect()));
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
        let body = |query: Value| json!({ "query": query, "size": 0, "track_total_hits": true });
        let mut counts: Vec<Count> = Vec::new();
        let mut add = |key: &str, query: Value| {
            if !counts.iter().any(|known| known.key == key) {
                counts.push(Count {
                    key: key.to_string(),
                    body: body(query),
                });
            }
        };
        for index in self.scored() {
            if let Some(word) = self.outline.words.get(index) {
                add(
                    &word.statistics_key,
                    words::word(&self.without_units(), index),
                );
            }
        }
        for unit in &self.outline.units {
            let clauses = words::unit(&unit.term, unit.joined, &Region::ALL);
            add(&unit.statistics_key, any(clauses));
        }
        counts
    }

    /// A word's count is its own: what it is a part of is counted apart.
    fn without_units(&self) -> Outline {
        let mut outline = self.outline.clone();
        outline.units.clear();
        outline
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
            favoured.push(clause::term("entities", &unit.term, 1.0));
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
        let count = clause::leaves(&query);
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
