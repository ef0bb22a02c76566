//! Searching a snapshot.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Searcher, Term};
use vietsearch_index::date::Day;
use vietsearch_index::phrases::PhraseTable;
use vietsearch_index::{Fields, NewsIndex};
use vietsearch_text::interpret::SuggestionKind;

use crate::cursor::field_of;
use crate::error::{Result, SearchError};
use crate::facets;
use crate::forward::Forward;
use crate::highlight::Highlighter;
use crate::interpret;
use crate::outline::{Outline, Quoted};
use crate::paging::{self, Cursor, compare_keys};
use crate::parse::{self, Parsed, ParserOptions};
use crate::plan::{Phrases, Plan};
use crate::present::hit;
use crate::rank::{Ranker, Scored, Weights};
use crate::request::{Direction, Matching, Require, SearchRequest, Sort, SortField};
use crate::response::SearchResponse;
use crate::scorer::{Adjusting, Scorer};
use crate::sorting::{self, Key};
use crate::statistics::{CollectionStatistics, Statistics};
use crate::synonyms::{self, Synonyms};

/// Candidates that the first stage hands to the second at a time.
const WINDOW: usize = 150;
/// How many more are asked for, so that equal ones are not parted.
const SLACK: usize = 50;
/// The same for a query of one word, where the first stage ranks nearly as the second does.
const WINDOW_OF_ONE_WORD: usize = 64;
/// Of the words that occur in the index, a relaxed hit holds at least this share, rounded up.
const FLOOR: (usize, usize) = (3, 5);

/// A snapshot of an index, ready to be searched from any number of threads.
///
/// ```
/// use vietsearch_index::{Article, NewsIndex, WriterOptions};
/// use vietsearch_query::{NewsSearcher, SearchRequest};
///
/// let index = NewsIndex::create_in_ram()?;
/// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
/// writer.add(Article::new("Tiếng Việt", "Sách dạy tiếng Việt cho trẻ em.").with_id("1"))?;
/// writer.add(Article::new("Viết thư", "Tiếng viết nghe sột soạt.").with_id("2"))?;
/// writer.commit()?;
///
/// let searcher = NewsSearcher::new(&index)?;
/// let found = searcher.search(&SearchRequest::new("tieng việt"))?;
/// assert_eq!(found.total, 1);
/// assert_eq!(found.hits[0].id, "1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct NewsSearcher {
    pub(crate) index: NewsIndex,
    pub(crate) searcher: Searcher,
    pub(crate) fields: Arc<Fields>,
    pub(crate) forward: Forward,
    pub(crate) phrases: Arc<[PhraseTable]>,
    extra_fields: Vec<String>,
    pub(crate) weights: Weights,
    whole: Option<Arc<CollectionStatistics>>,
    pub(crate) scorer: Option<Arc<dyn Scorer>>,
    synonyms: Option<Arc<dyn Synonyms>>,
}

impl NewsSearcher {
    /// Takes a snapshot of what is visible now; later commits need a new one.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn new(index: &NewsIndex) -> Result<Self> {
        let snapshot = index.snapshot();
        let forward = Forward::new(&snapshot);
        let phrases = snapshot.phrases.values().cloned().collect();
        let searcher = snapshot.searcher;
        let fields = Arc::new(index.fields().clone());
        let extra_fields = extra_field_names(&searcher, &fields)?;
        Ok(Self {
            index: index.clone(),
            searcher,
            fields,
            forward,
            phrases,
            extra_fields,
            weights: Weights::default(),
            whole: None,
            scorer: None,
            synonyms: None,
        })
    }

    /// Reads `name:value` as a filter for these names of extra fields too; those that some article
    /// has are known anyway.
    #[must_use]
    pub fn with_extra_fields(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.extra_fields.extend(names);
        self.extra_fields.sort_unstable();
        self.extra_fields.dedup();
        self
    }

    /// Ranks by the counts of a collection of which the index is a part, such as the candidates
    /// that another engine has found.
    #[must_use]
    pub fn with_collection_statistics(mut self, whole: Arc<CollectionStatistics>) -> Self {
        self.whole = Some(whole);
        self
    }

    /// Ranks with other parameters of BM25F: how soon a word that is repeated counts no more (`k1`,
    /// 1.5 unless set), and how much the length of title, lead and body counts (`b`, 0.3, 0.4 and
    /// 0.75 unless set). Explanations show them.
    ///
    /// # Errors
    ///
    /// [`SearchError::Setting`] if `k1` is not a number from 0 to 100, or a `b` not one from 0 to 1.
    pub fn with_bm25(mut self, k1: f32, b: [f32; 3]) -> Result<Self> {
        if !(0.0..=100.0).contains(&k1) {
            let reason = format!("{k1} given, 0 to 100 allowed");
            return Err(SearchError::Setting { what: "k1", reason });
        }
        if !b.iter().all(|b| (0.0..=1.0).contains(b)) {
            let reason = format!("{b:?} given, 0 to 1 allowed");
            return Err(SearchError::Setting { what: "b", reason });
        }
        (self.weights.k1, self.weights.b) = (k1, b);
        Ok(self)
    }

    /// Looks for synonyms of expressions too; not in strict searches.
    #[must_use]
    pub fn with_synonyms(mut self, source: Arc<dyn Synonyms>) -> Self {
        self.synonyms = Some(source);
        self
    }

    /// Lets a scorer change the scores of candidates.
    #[must_use]
    pub fn with_scorer(mut self, scorer: Arc<dyn Scorer>) -> Self {
        self.scorer = Some(scorer);
        self
    }

    /// What a request asks for, in a form that other engines can be asked with.
    ///
    /// # Errors
    ///
    /// As for [`search`](Self::search).
    pub fn outline(&self, request: &SearchRequest, quoted: Quoted) -> Result<Outline> {
        let (parsed, _) = self.read(request)?;
        let quoted = match quoted {
            Quoted::Required => Phrases::Required,
            Quoted::Wanted => Phrases::Wanted,
        };
        Ok(Outline::new(&self.plan(&parsed, request, quoted)?))
    }

    /// Finds articles.
    ///
    /// # Errors
    ///
    /// [`SearchError::Query`] if the query exceeds a limit, [`SearchError::Setting`] if the
    /// request does, and those of the disk.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        check_limit(request)?;
        let (parsed, interpreted_as) = self.read(request)?;
        let mut plan = self.plan(&parsed, request, Phrases::Required)?;
        // What is counted, in the total and in the facets.
        let full = plan.full_condition();
        let asks_nothing =
            plan.wanted.is_empty() && plan.required.is_empty() && plan.excluded.is_empty();
        if asks_nothing && !request.query.trim().is_empty() {
            // Punctuation only: nothing is asked for, so nothing is found.
            return Ok(SearchResponse::default());
        }
        let total = self.searcher.search(&full, &Count)?;
        let mut given_up = Vec::new();
        let has_more = !plan.wanted.is_empty();
        if total == 0 && request.require == Require::Most && has_more && !plan.phrases.is_empty() {
            // No article has the phrase with everything else: its words are relaxed like others.
            let strict = plan.condition();
            let met = strict.map_or(Ok(1), |strict| self.searcher.search(&strict, &Count))?;
            if met == 0 {
                plan = self.plan(&parsed, request, Phrases::Wanted)?;
                given_up = quoted_phrases(&parsed);
            }
        }
        let cursor = request.cursor.as_deref().map(Cursor::parse).transpose()?;
        let mut depth = request.limit + cursor.as_ref().map_or(0, |cursor| cursor.seen);
        let statistics = self.statistics(&plan)?;
        plan.keep_rarest(&statistics.frequencies);
        let sorted = match plan.scored.is_empty() {
            true => sorting::field_of(request.sort).or(sorting::field_of(Sort::Date)),
            false => sorting::field_of(request.sort),
        };
        let direction = sorted.map(|(_, direction)| direction);
        let generation = paging::generation(&self.searcher);
        let stale = cursor
            .as_ref()
            .is_some_and(|cursor| cursor.is_stale(generation));
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let mut before = 0;
        let (ranked, start) = loop {
            let mut ranked = match sorted {
                Some(sorted) => self.by_value(&plan, request, total, sorted, depth + 1)?,
                None => self.by_relevance(&plan, request, &statistics, &mut ranker, depth)?,
            };
            self.order(&mut ranked, direction)?;
            let start = cursor
                .as_ref()
                .map_or(0, |cursor| cursor.position(&ranked, direction, generation));
            // What has come since may stand before the page.
            let is_enough = !stale || start + request.limit < ranked.len();
            if is_enough || ranked.len() <= before {
                break (ranked, start);
            }
            before = ranked.len();
            depth = depth.saturating_mul(2).max(1);
        };
        let mut response = SearchResponse {
            total,
            suggestion: self.suggestion(request, &parsed, total)?,
            interpreted_as,
            parsed: request.explain.then(|| parsed.clone()),
            stale,
            ..SearchResponse::default()
        };
        let page: Vec<&Ranked> = ranked.iter().skip(start).take(request.limit).collect();
        if let Some(first) = ranked.first().filter(|_| cursor.is_none()) {
            response.relaxed = given_up;
            response
                .relaxed
                .extend(missing_words(&parsed, &plan, &first.scored.holds));
        }
        let more = ranked.len() > start + page.len();
        if let Some(last) = page.last().filter(|_| more) {
            let seen = start + page.len();
            let next = Cursor::after(last, seen, sorted.is_some(), generation);
            response.cursor = Some(next.to_string());
        }
        let highlighter = Highlighter::new(&plan);
        for ranked in page {
            let article = self.index.article(&self.searcher, ranked.scored.address)?;
            let mut hit = hit(&article, &highlighter, request.snippet_chars);
            hit.id = ranked.id.clone();
            hit.score = ranked.scored.score;
            hit.lift = ranked.scored.lift;
            if request.explain && sorted.is_none() {
                hit.explanation = Some(ranker.explain(&ranked.scored));
            }
            response.hits.push(hit);
        }
        if request.facets || !request.facet_by.is_empty() {
            let names = &request.facet_by;
            let counts = facets::count(&self.index, &self.searcher, full.as_ref(), names)?;
            response.facets = Some(counts);
        }
        Ok(response)
    }

    /// The ids and scores of the best hits, without totals, filters on coverage or stored text.
    ///
    /// # Errors
    ///
    /// As for [`search`](Self::search).
    pub fn top_ids(&self, request: &SearchRequest) -> Result<Vec<(String, f32)>> {
        check_limit(request)?;
        let (parsed, _) = self.read(request)?;
        let quoted = match request.require {
            Require::Any => Phrases::Wanted,
            Require::Most | Require::All => Phrases::Required,
        };
        let mut plan = self.plan(&parsed, request, quoted)?;
        if plan.scored.is_empty() {
            return Ok(Vec::new());
        }
        let statistics = self.statistics(&plan)?;
        plan.keep_rarest(&statistics.frequencies);
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let mut ranked =
            self.by_relevance(&plan, request, &statistics, &mut ranker, request.limit)?;
        self.order(&mut ranked, None)?;
        ranked.truncate(request.limit);
        Ok(ranked
            .into_iter()
            .map(|ranked| (ranked.id, ranked.scored.score))
            .collect())
    }

    /// A query for all articles that hold every word of the request and pass every filter, for
    /// counting or deleting them. One that asks for nothing matches nothing.
    ///
    /// # Errors
    ///
    /// As for [`search`](Self::search).
    pub fn matching(&self, request: &SearchRequest) -> Result<Box<dyn Query>> {
        let (parsed, _) = self.read(request)?;
        let plan = self.plan(&parsed, request, Phrases::Required)?;
        if plan.wanted.is_empty() && plan.required.is_empty() {
            return Ok(Box::new(tantivy::query::EmptyQuery));
        }
        Ok(plan.full_condition())
    }

    /// Number of articles in the snapshot.
    #[must_use]
    pub fn num_docs(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Reads a query as it is written; [`search`](Self::search) looks for what was meant by it, see
    /// [`SearchResponse::interpreted_as`].
    ///
    /// # Errors
    ///
    /// [`SearchError::Query`] if it exceeds a limit.
    pub fn parse(&self, request: &SearchRequest) -> Result<Parsed> {
        let today = request.today.unwrap_or_else(Day::today);
        let options = ParserOptions::default()
            .with_today(today)
            .with_extra_fields(self.extra_fields.clone());
        Ok(parse::parse(&request.query, &options)?)
    }

    /// Reads a query as it was meant; the text of that, if it is another.
    pub(crate) fn read(&self, request: &SearchRequest) -> Result<(Parsed, Option<String>)> {
        let parsed = self.parse(request)?;
        if request.matching == Matching::Strict {
            return Ok((parsed, None));
        }
        let (mut parsed, meant) = match interpret::rewrite(&parsed) {
            Some(meant) => {
                let mut request = request.clone();
                request.query = meant;
                match self.parse(&request) {
                    Ok(meant) => (meant, Some(request.query)),
                    // With its marks it is too long.
                    Err(_) => (parsed, None),
                }
            }
            None => (parsed, None),
        };
        if let Some(source) = &self.synonyms {
            synonyms::expand(&mut parsed, source.as_ref());
        }
        Ok((parsed, meant))
    }

    /// Another query that may have been meant: with its marks, or in a spelling with which more is
    /// found.
    fn suggestion(
        &self,
        request: &SearchRequest,
        parsed: &Parsed,
        total: usize,
    ) -> Result<Option<String>> {
        if request.matching == Matching::Strict || request.cursor.is_some() {
            return Ok(None);
        }
        let Some(suggestion) = interpret::suggestion(parsed) else {
            return Ok(None);
        };
        if suggestion.kind == SuggestionKind::Spelling {
            let mut request = request.clone();
            request.query.clone_from(&suggestion.text);
            let query = self.matching(&request)?;
            if self.searcher.search(&query, &Count)? <= total {
                return Ok(None);
            }
        }
        Ok(Some(suggestion.text))
    }

    pub(crate) fn statistics(&self, plan: &Plan) -> Result<Statistics<'_>> {
        let lengths = self.forward.average_lengths();
        Statistics::new(&self.searcher, plan, lengths, self.whole.as_deref())
    }

    pub(crate) fn plan(
        &self,
        parsed: &Parsed,
        request: &SearchRequest,
        quoted: Phrases,
    ) -> Result<Plan> {
        let Self {
            fields,
            forward,
            searcher,
            ..
        } = self;
        let mut plan = Plan::new(parsed, request, quoted, fields, forward, searcher)?;
        if self.synonyms.is_some() {
            for word in &mut plan.words {
                let typed = parsed.text.get(word.span.clone()).unwrap_or("");
                if vietsearch_text::normalize(typed).to_lowercase() != word.form {
                    word.importance *= synonyms::WEIGHT;
                }
            }
        }
        Ok(plan)
    }

    /// First stage: a flat union of terms, which prunes; second stage: the forward index.
    pub(crate) fn by_relevance(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        statistics: &Statistics<'_>,
        ranker: &mut Ranker<'_>,
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let union = self.union(plan, statistics);
        // Candidates are ranked window by window, so that neither order nor scores depend on how
        // many hits are asked for.
        let window = match plan.scored.len() {
            0 | 1 => WINDOW_OF_ONE_WORD,
            _ => WINDOW,
        };
        let limit = depth.div_ceil(window).max(1) * window;
        let collect = |query: &dyn Query| -> Result<Vec<Candidate>> {
            let top = TopDocs::with_limit(limit + SLACK).order_by_score();
            let found = self
                .searcher
                .search_with_statistics_provider(query, &top, statistics)?;
            Ok(windows_of(found, window, limit))
        };
        let mut any = Vec::new();
        if request.require != Require::All {
            let query: Box<dyn Query> = match plan.condition() {
                Some(condition) => Box::new(BooleanQuery::new(vec![
                    (Occur::Must, condition),
                    (Occur::Should, union.box_clone()),
                ])),
                None => union.box_clone(),
            };
            any = collect(query.as_ref())?;
        }
        let mut all = Vec::new();
        if request.require != Require::Any {
            let must = (Occur::Must, plan.full_condition());
            all = collect(&BooleanQuery::new(vec![must, (Occur::Should, union)]))?;
        }
        let addresses = |found: &[Candidate], last: usize| -> Vec<DocAddress> {
            let near = found.iter().filter(|candidate| candidate.window <= last);
            near.map(|candidate| candidate.address).collect()
        };
        let sample = [addresses(&any, 0), addresses(&all, 0)].concat();
        let mut windows: HashMap<DocAddress, (bool, usize)> = HashMap::new();
        for (full, found) in [(false, &any), (true, &all)] {
            for candidate in found {
                windows.insert(candidate.address, (full, candidate.window));
            }
        }
        let mut scored = {
            let both = [addresses(&any, usize::MAX), addresses(&all, usize::MAX)].concat();
            ranker.score(&self.searcher, &self.forward, both, sample)?
        };
        let adjusting = Adjusting::new(self, request)?;
        for candidate in &mut scored {
            adjusting.apply(candidate)?;
        }
        if request.require == Require::Most && !plan.wanted.is_empty() {
            let occurring: Vec<usize> = plan
                .counted()
                .filter(|word| statistics.occurs(plan, *word))
                .collect();
            let floor = (occurring.len() * FLOOR.0).div_ceil(FLOOR.1).max(1);
            scored.retain(|candidate| {
                let held = occurring
                    .iter()
                    .filter(|word| holds(candidate, **word))
                    .count();
                held >= floor
                    || windows
                        .get(&candidate.address)
                        .is_some_and(|(full, _)| *full)
            });
        }
        if request.require != Require::Any {
            let full = |scored: &&mut Scored| {
                windows
                    .get(&scored.address)
                    .is_some_and(|(full, window)| *full && *window == 0)
            };
            ranker.lift(&mut scored.iter_mut().filter(full).collect::<Vec<_>>());
        }
        let ranked = scored.into_iter().map(|scored| {
            let (full, window) = windows.get(&scored.address).copied().unwrap_or((false, 0));
            Ranked {
                full,
                window,
                key: None,
                id: String::new(),
                scored,
            }
        });
        Ok(ranked.collect())
    }

    /// All words' readings, flat: only such a union is pruned.
    fn union(&self, plan: &Plan, statistics: &Statistics<'_>) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut add = |term: Term, boost: f32| {
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            let query = BoostQuery::new(Box::new(query), boost);
            clauses.push((Occur::Should, Box::new(query)));
        };
        let words = plan
            .scored
            .iter()
            .filter_map(|index| plan.words.get(*index));
        for word in words {
            for reading in &word.readings {
                let field = field_of(&self.fields, reading.tier);
                let term = Term::from_field_text(field, &reading.term);
                if statistics.has_term(&term) {
                    add(
                        term,
                        reading.weight * (1.0 - word.likelihood) * word.importance,
                    );
                }
            }
            for (syllable, share) in &word.likely {
                let term = Term::from_field_text(self.fields.exact, syllable.as_str());
                if statistics.has_term(&term) {
                    add(term, share * word.likelihood * word.importance);
                }
            }
        }
        for (unit, frequency) in plan.units.iter().zip(&statistics.unit_frequencies) {
            if *frequency > 0 {
                add(Term::from_field_text(self.fields.entities, &unit.term), 1.0);
            }
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// By a value. Where no article holds every word, those that the ranking finds.
    fn by_value(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        total: usize,
        sorted: (SortField, Direction),
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let mut ranked = Vec::new();
        if total == 0 && request.require != Require::All && !plan.scored.is_empty() {
            let statistics = self.statistics(plan)?;
            let mut ranker = Ranker::new(plan, &statistics, self.weights);
            ranked = self.by_relevance(plan, request, &statistics, &mut ranker, depth)?;
            for ranked in &mut ranked {
                ranked.full = true;
                ranked.window = 0;
                ranked.scored.score = 0.0;
                ranked.key = sorting::key(&self.searcher, ranked.scored.address, sorted.0)?;
            }
            return Ok(ranked);
        }
        let query = plan.full_condition();
        for (key, address) in sorting::first(&self.searcher, query.as_ref(), sorted, depth)? {
            ranked.push(Ranked {
                full: true,
                window: 0,
                key,
                id: String::new(),
                scored: Scored::unscored(address, plan.words.len()),
            });
        }
        Ok(ranked)
    }

    /// Sorts by value or score, equal ones by id, and fills the ids in.
    pub(crate) fn order(&self, ranked: &mut [Ranked], sorted: Option<Direction>) -> Result<()> {
        for ranked in ranked.iter_mut() {
            let address = ranked.scored.address;
            let segment = self.searcher.segment_reader(address.segment_ord);
            ranked.id = self.forward.of(segment)?.key(address.doc_id).to_string();
        }
        ranked.sort_by(|a, b| a.compare(b, sorted));
        Ok(())
    }
}

/// An article that the first stage has found, and the window that it belongs to.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    address: DocAddress,
    window: usize,
}

/// Cuts the articles of the first stage, the best first, into windows. Equal ones stay together, as
/// far as they are known: which of them come first depends on where they are stored.
fn windows_of(found: Vec<(f32, DocAddress)>, window: usize, limit: usize) -> Vec<Candidate> {
    let mut candidates = Vec::with_capacity(found.len());
    let mut first = (0, f32::INFINITY);
    for (place, (score, address)) in found.into_iter().enumerate() {
        // Sums of equal parts in another order may differ in the last bits.
        if score < first.1 * (1.0 - 1e-5) {
            first = (place, score);
            if place >= limit {
                break;
            }
        }
        candidates.push(Candidate {
            address,
            window: first.0 / window.max(1),
        });
    }
    candidates
}

pub(crate) fn check_limit(request: &SearchRequest) -> Result<()> {
    let (given, most) = (request.limit, SearchRequest::MAX_LIMIT);
    if given <= most {
        return Ok(());
    }
    Err(SearchError::Setting {
        what: "limit",
        reason: format!("{given} given, {most} allowed"),
    })
}

fn holds(scored: &Scored, word: usize) -> bool {
    scored.holds.get(word).copied().unwrap_or(false)
}

/// A hit on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    /// Holds every word, where that goes first.
    pub(crate) full: bool,
    /// Which window of the first stage it comes from.
    pub(crate) window: usize,
    /// The value that hits are sorted by, if they are.
    pub(crate) key: Option<Key>,
    pub(crate) id: String,
    pub(crate) scored: Scored,
}

impl Ranked {
    fn compare(&self, other: &Self, sorted: Option<Direction>) -> Ordering {
        let first = match sorted {
            Some(direction) => compare_keys(&self.key, &other.key, direction),
            None => other
                .full
                .cmp(&self.full)
                .then(self.window.cmp(&other.window))
                .then(other.scored.score.total_cmp(&self.scored.score)),
        };
        first.then_with(|| self.id.cmp(&other.id))
    }
}

/// The words that an article lacks, neighbours together, as typed.
fn missing_words(parsed: &Parsed, plan: &Plan, held: &[bool]) -> Vec<String> {
    let mut missing: Vec<std::ops::Range<usize>> = Vec::new();
    let mut last: Option<usize> = None;
    for index in &plan.wanted {
        if held.get(*index).copied().unwrap_or(true) {
            continue;
        }
        let Some(word) = plan.words.get(*index) else {
            continue;
        };
        match missing.last_mut() {
            Some(range) if last.is_some_and(|last| last + 1 == *index) => range.end = word.span.end,
            _ => missing.push(word.span.clone()),
        }
        last = Some(*index);
    }
    let typed = missing.into_iter().filter_map(|span| parsed.text.get(span));
    typed.map(str::to_string).collect()
}

/// The quoted phrases of a query, as typed.
fn quoted_phrases(parsed: &Parsed) -> Vec<String> {
    let leaves = parsed
        .leaves()
        .filter(|leaf| !leaf.excluded && leaf.field.is_none());
    let phrases = leaves.filter_map(|leaf| match leaf.node {
        parse::Node::Phrase {
            text, exact: false, ..
        } => Some(format!("\"{text}\"")),
        _ => None,
    });
    phrases.collect()
}

/// The names of the extra fields that some article has.
fn extra_field_names(searcher: &Searcher, fields: &Fields) -> Result<Vec<String>> {
    let mut names: BTreeMap<String, ()> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.extra_key)?;
        let mut from: Vec<u8> = Vec::new();
        loop {
            let mut stream = index.terms().range().ge(&from).into_stream()?;
            if !stream.advance() {
                break;
            }
            let key = String::from_utf8_lossy(stream.key()).into_owned();
            let name = key.split('=').next().unwrap_or("").to_string();
            // The next name is the first key that does not begin with `name=`.
            from = format!("{name}>").into_bytes();
            names.insert(name, ());
        }
    }
    Ok(names.into_keys().collect())
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<NewsSearcher>();
};
