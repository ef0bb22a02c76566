//! A search on a remote engine, without input and output.

mod answer;
mod cursor;
mod finish;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use vietsearch_index::Region;
use vietsearch_query::outline::Quoted;
use vietsearch_query::{CollectionStatistics, Require, SearchRequest, SearchResponse, Sort};

use self::answer::{Answer, facets, read_multi};
use self::cursor::{Cursor, List};
use crate::compile::{Compiled, Compiler, collection_body};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::http::{Request, Response};
use crate::schema::length;

pub use self::answer::RemoteHit;
pub use self::finish::Finisher;

/// Candidates that are ranked here at a time.
const CANDIDATES: usize = 300;

/// What is asked in one request.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// Articles with every word, and facets.
    Full,
    /// Articles with some of the words.
    Partial,
    /// The number of articles with every word.
    Total,
    /// The number of articles that meet the conditions beside the words.
    Conditions,
    /// The number of articles and their lengths.
    Collection,
    /// The number of articles with a word or unit.
    Count(String),
}

/// A search on a remote engine: it says what to ask, takes the answers, and makes the response.
///
/// It does no input or output, for programs that have an HTTP client of their own;
/// [`Client`](crate::Client) drives it otherwise. It takes one request mostly, three at most.
///
/// ```
/// use std::sync::Arc;
/// use vietsearch_cluster::{Compiler, Dialect, Finisher, Response, Search};
/// use vietsearch_query::SearchRequest;
///
/// let compiler = Compiler::new(Dialect::Quickwit)?;
/// let request = SearchRequest::new("giá vàng");
/// let mut search = Search::new(&compiler, "vi-news", &request, Arc::default())?;
/// while let Some(question) = search.next_request()? {
///     assert_eq!(question.path, "/api/v1/_elastic/_msearch");
///     // Send it. Here the engine has no article at all.
///     let searches = question.body.lines().count() / 2;
///     let nothing = r#"{"hits":{"total":{"value":0},"hits":[]}}"#;
///     let answers = vec![nothing; searches].join(",");
///     let body = format!("{{\"responses\":[{answers}]}}");
///     search.accept(&Response::new(200, body))?;
/// }
/// let response = search.finish(&Finisher::new())?;
/// assert_eq!(response.total, 0);
/// # Ok::<(), vietsearch_cluster::ClusterError>(())
/// ```
pub struct Search<'a> {
    compiler: &'a Compiler,
    index: String,
    request: SearchRequest,
    compiled: Compiled,
    cursor: Cursor,
    candidates: usize,
    statistics: Arc<CollectionStatistics>,
    /// Quoted phrases were given up, for no article has them.
    gave_up: bool,
    /// No article has every word: the best of the others are put in order by date.
    best_by_date: bool,
    /// The fewest words that articles were asked for with.
    floor: usize,
    /// What the next request asks.
    ask: Vec<Part>,
    /// What the last request asked.
    asked: Vec<Part>,
    full: Answer,
    partial: Answer,
    total: u64,
    conditions: Option<u64>,
}

impl<'a> Search<'a> {
    /// Begins a search. What `known` tells of the collection is not asked again.
    ///
    /// # Errors
    ///
    /// As for [`Compiler::compile`], and [`ClusterError::Setting`](crate::ClusterError::Setting) for
    /// a cursor that is none.
    pub fn new(
        compiler: &'a Compiler,
        index: &str,
        request: &SearchRequest,
        known: Arc<CollectionStatistics>,
    ) -> Result<Self> {
        let cursor = request.cursor.as_deref().map(Cursor::parse).transpose()?;
        let cursor = cursor.unwrap_or(Cursor::START);
        let quoted = if cursor.gave_up {
            Quoted::Wanted
        } else {
            Quoted::Required
        };
        let compiled = compiler.compile_with(request, quoted)?;
        let mut search = Self {
            compiler,
            index: index.to_string(),
            request: request.clone(),
            candidates: whole_pages(CANDIDATES, request.limit),
            statistics: known,
            gave_up: cursor.gave_up,
            best_by_date: compiled.is_by_date() && cursor.list == List::Partial,
            floor: usize::MAX,
            ask: Vec::new(),
            asked: Vec::new(),
            full: Answer::default(),
            partial: Answer::default(),
            total: 0,
            conditions: None,
            compiled,
            cursor,
        };
        search.ask = search.parts();
        Ok(search)
    }

    /// Sets how many candidates are ranked at a time, from 10 to 500; 300 unless set. As many more
    /// are taken as make whole pages.
    #[must_use]
    pub fn with_candidates(mut self, candidates: usize) -> Self {
        self.candidates = whole_pages(candidates.clamp(10, 500), self.request.limit);
        self
    }

    fn is_by_date(&self) -> bool {
        self.compiled.is_by_date() && !self.best_by_date
    }

    /// What the first request asks.
    fn parts(&self) -> Vec<Part> {
        if self.compiled.asks_nothing() {
            return Vec::new();
        }
        let outline = self.compiled.outline();
        let mut parts = Vec::new();
        let relaxes = self.request.require == Require::Most && !outline.wanted.is_empty();
        match self.cursor.list {
            List::Full => {
                parts.push(Part::Full);
                if self.request.require == Require::Any {
                    parts.push(Part::Total);
                }
                if self.needs_partial() {
                    parts.push(Part::Partial);
                }
                let may_give_up = outline.has_phrases && !self.gave_up;
                if relaxes && may_give_up && self.cursor.is_first_window() {
                    parts.push(Part::Conditions);
                }
            }
            List::Partial => parts.extend([Part::Total, Part::Partial]),
        }
        if !self.is_by_date() {
            self.add_counts(&mut parts);
        }
        parts
    }

    /// True if articles with fewer words are to be asked for than was done: with some of them at
    /// all, or with still fewer, as some word turned out to occur nowhere.
    fn needs_partial(&self) -> bool {
        let relaxes = match self.request.require {
            Require::All => false,
            Require::Any => self.best_by_date,
            _ => !self.is_by_date(),
        };
        let words = self.compiled.outline().wanted.len();
        relaxes && self.compiled.floor(&self.statistics) < self.floor.min(words)
    }

    fn add_counts(&self, parts: &mut Vec<Part>) {
        if self.statistics.documents == 0 {
            parts.push(Part::Collection);
        }
        for count in self.compiled.counts() {
            if !self.statistics.frequencies.contains_key(&count.key) {
                parts.push(Part::Count(count.key));
            }
        }
    }

    /// What is to be asked next; `None` if everything is known.
    ///
    /// # Errors
    ///
    /// [`ClusterError::TooManyClauses`](crate::ClusterError::TooManyClauses).
    pub fn next_request(&mut self) -> Result<Option<Request>> {
        if self.ask.is_empty() {
            return Ok(None);
        }
        let counts: HashMap<String, Value> = self
            .compiled
            .counts()
            .into_iter()
            .map(|count| (count.key, count.body))
            .collect();
        let dialect = self.compiler.dialect();
        let header = dialect.search_header(&self.index);
        let mut body = String::new();
        let parts = std::mem::take(&mut self.ask);
        for part in &parts {
            let search = match part {
                Part::Full => self.full_body()?,
                Part::Partial => {
                    let after = self
                        .cursor
                        .after()
                        .filter(|_| self.cursor.list == List::Partial);
                    self.floor = self.compiled.floor(&self.statistics);
                    self.compiled
                        .partial_body(self.floor, self.candidates, after)?
                }
                Part::Total => self.compiled.full_body(0, None)?,
                Part::Conditions => self.compiled.condition_body()?,
                Part::Collection => collection_body(),
                Part::Count(key) => counts.get(key).cloned().unwrap_or_default(),
            };
            body.push_str(&format!("{header}\n{search}\n"));
        }
        self.asked = parts;
        Ok(Some(dialect.multi_search(body)))
    }

    fn full_body(&self) -> Result<Value> {
        let after = self.cursor.after();
        if self.is_by_date() {
            // One more tells whether there is another page.
            return self.compiled.full_body(self.request.limit + 1, after);
        }
        if self.request.require == Require::Any {
            return self.compiled.any_body(self.candidates, after);
        }
        self.compiled.full_body(self.candidates, after)
    }

    /// Takes the answer to the last request.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Busy`](crate::ClusterError::Busy), [`Refused`](crate::ClusterError::Refused),
    /// [`HalfAnswer`](crate::ClusterError::HalfAnswer), and
    /// [`ClusterError::AnalysisMismatch`](crate::ClusterError::AnalysisMismatch) if a hit was analysed by another version.
    pub fn accept(&mut self, response: &Response) -> Result<()> {
        let parts = std::mem::take(&mut self.asked);
        let answers = read_multi(response, parts.len())?;
        let statistics = Arc::make_mut(&mut self.statistics);
        for (part, answer) in parts.into_iter().zip(answers) {
            match part {
                Part::Full => {
                    if self.request.require != Require::Any || self.compiled.is_by_date() {
                        self.total = answer.total;
                    }
                    self.full = answer;
                }
                Part::Partial => self.partial = answer,
                Part::Total => self.total = answer.total,
                Part::Conditions => self.conditions = Some(answer.total),
                Part::Collection => {
                    statistics.documents = answer.total;
                    statistics.average_lengths = average_lengths(&answer.aggregations);
                }
                Part::Count(key) => {
                    statistics.frequencies.insert(key, answer.total);
                }
            }
        }
        self.go_on()
    }

    /// Decides whether more is to be asked.
    fn go_on(&mut self) -> Result<()> {
        let found_nothing = self.total == 0 && self.cursor.is_first_window();
        if found_nothing && self.conditions == Some(0) && !self.gave_up {
            // No article has the phrase with everything else: its words count like others.
            self.gave_up = true;
            self.conditions = None;
            self.compiled = self.compiler.compile_with(&self.request, Quoted::Wanted)?;
            self.floor = usize::MAX;
            self.ask = self.parts();
            return Ok(());
        }
        if self.needs_partial() {
            self.ask = vec![Part::Partial];
            return Ok(());
        }
        let has_words = !self.compiled.outline().wanted.is_empty();
        if found_nothing && has_words && self.request.require != Require::All && self.is_by_date() {
            self.best_by_date = true;
            let mut parts = Vec::new();
            if self.needs_partial() {
                parts.push(Part::Partial);
            }
            self.add_counts(&mut parts);
            self.ask = parts;
        }
        Ok(())
    }

    /// What is known of the collection now: worth keeping for the next search.
    #[must_use]
    pub fn statistics(&self) -> Arc<CollectionStatistics> {
        Arc::clone(&self.statistics)
    }

    /// Makes the response: the hits that a local search would give, with total and facets of the
    /// engine.
    ///
    /// The total is that of the engine: for requests whose clauses are not exact
    /// ([`Compiled::is_exact`]) it is an upper bound.
    ///
    /// # Errors
    ///
    /// Those of [`Finisher::finish`].
    pub fn finish(self, finisher: &Finisher) -> Result<SearchResponse> {
        let is_first_page = self.request.cursor.is_none();
        let mut response = if self.is_by_date() {
            self.page_by_date(finisher)?
        } else {
            self.page_by_score(finisher)?
        };
        response.total = usize::try_from(self.total).unwrap_or(usize::MAX);
        if self.request.facets {
            response.facets = Some(facets(&self.full.aggregations));
        }
        if !is_first_page {
            response.relaxed.clear();
        }
        Ok(response)
    }

    fn page_by_date(&self, finisher: &Finisher) -> Result<SearchResponse> {
        let limit = self.request.limit;
        let page = self.full.hits.get(..limit).unwrap_or(&self.full.hits);
        let mut response = finisher.finish(&self.request, page, &self.statistics)?;
        // Equal times are in the engine's order, on which the next page depends.
        let places: HashMap<&str, usize> = page
            .iter()
            .enumerate()
            .filter_map(|(place, hit)| Some((hit.article.id.as_deref()?, place)))
            .collect();
        response
            .hits
            .sort_by_key(|hit| places.get(hit.id.as_str()).copied());
        response.cursor = page
            .last()
            .filter(|_| self.full.hits.len() > limit)
            .map(|last| self.next_window(List::Full, last));
        Ok(response)
    }

    fn page_by_score(&self, finisher: &Finisher) -> Result<SearchResponse> {
        let is_filled = |answer: &Answer| answer.hits.len() >= self.candidates;
        let (mut hits, next_list) = match self.cursor.list {
            List::Full if is_filled(&self.full) => (self.full.hits.clone(), Some(List::Full)),
            List::Full => {
                let hits = [self.full.hits.as_slice(), &self.partial.hits].concat();
                let more = is_filled(&self.partial).then_some(List::Partial);
                (hits, more)
            }
            List::Partial => {
                let more = is_filled(&self.partial).then_some(List::Partial);
                (self.partial.hits.clone(), more)
            }
        };
        let shown = self.cursor.shown;
        let end = shown.saturating_add(self.request.limit);
        let mut request = self.request.clone();
        // One more tells whether there is another page.
        request.limit = end.saturating_add(1).min(SearchRequest::MAX_LIMIT);
        if self.best_by_date {
            request.sort = Sort::Date;
        }
        let mut response = finisher.finish(&request, &hits, &self.statistics)?;
        let has_more = response.hits.len() > end;
        response.cursor = None;
        if has_more {
            let cursor = Cursor {
                shown: end,
                gave_up: self.gave_up,
                ..self.cursor.clone()
            };
            response.cursor = Some(cursor.to_string());
        } else if let (Some(list), Some(last)) = (next_list, hits.pop()) {
            response.cursor = Some(self.next_window(list, &last));
        }
        response.hits.truncate(end);
        response.hits.drain(..shown.min(response.hits.len()));
        Ok(response)
    }

    /// The cursor of the window after a hit.
    fn next_window(&self, list: List, last: &RemoteHit) -> String {
        let cursor = Cursor {
            list,
            after: last.order.clone(),
            shown: 0,
            gave_up: self.gave_up,
        };
        cursor.to_string()
    }
}

/// The candidates that make whole pages of `limit` hits.
fn whole_pages(candidates: usize, limit: usize) -> usize {
    let pages = candidates.div_ceil(limit.max(1));
    (pages * limit.max(1)).min(Dialect::MAX_SIZE)
}

fn average_lengths(aggregations: &Value) -> [f32; 3] {
    Region::ALL.map(|region| {
        let average = aggregations.get(length(region));
        let value = average.and_then(|average| average.get("value")?.as_f64());
        value.unwrap_or(0.0) as f32
    })
}
