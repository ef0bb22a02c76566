//! From a request to the JSON that all engines take.
//!
//! Marks stay constraints and bare letters wildcards: a word becomes the union of its readings, as
//! in the local index. Every search has an explicit order, for Quickwit computes no scores
//! otherwise, and never a `match` of two words, which breaks it.

mod clause;
mod compiled;
mod conditions;
mod recency;
mod words;

use vietsearch_index::NewsIndex;
use vietsearch_query::outline::Quoted;
use vietsearch_query::{NewsSearcher, SearchError, SearchRequest, Sort};

use self::clause::Bool;
use self::conditions::Conditions;
use crate::dialect::Dialect;
use crate::error::{ClusterError, Result};

pub use self::compiled::{Compiled, Count, collection_body};
pub use self::recency::Recency;

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
    /// request asks for too many hits, [`ClusterError::Unsupported`] if it asks for what the dialect
    /// has no way to say.
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
        if !matches!(request.sort, Sort::Relevance | Sort::Date) {
            return Err(ClusterError::Unsupported {
                dialect: self.dialect,
                what: "be asked for that order",
                instead: "sort by relevance or by date",
            });
        }
        if !request.facet_by.is_empty() {
            return Err(ClusterError::Unsupported {
                dialect: self.dialect,
                what: "be asked for those facets",
                instead: "set `facets`, which counts by source, section and month",
            });
        }
        let outline = self.searcher.outline(request, quoted)?;
        let mut narrowed = Bool::default();
        let mut conditions = Conditions {
            dialect: self.dialect,
            outline: &outline,
            exact: true,
            too_long: false,
        };
        conditions.write(&mut narrowed);
        let (exact, too_long) = (conditions.exact, conditions.too_long);
        if too_long {
            return Err(ClusterError::Unsupported {
                dialect: self.dialect,
                what: "look up an id, address or name that is this long",
                instead: "give one of at most 254 bytes",
            });
        }
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
