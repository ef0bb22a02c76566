//! Searching a snapshot.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tantivy::collector::sort_key::{SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, TopDocs};
use tantivy::index::SegmentComponent;
use tantivy::query::Query;
use tantivy::schema::Field;
use tantivy::{DocAddress, Order, Searcher, Term};
use vietsearch_index::forward::ForwardReader;
use vietsearch_index::{Fields, NewsIndex};
use vietsearch_text::interpret::SuggestionKind;

use crate::collapse::{ByGroup, GroupColumns, Groups, Members};
use crate::cursor::field_of;
use crate::error::{Result, SearchError};
use crate::facets;
use crate::forward::Forward;
use crate::highlight::Highlighter;
use crate::interpret;
use crate::outline::{Outline, Quoted};
use crate::pack::AliasPack;
use crate::parse::{self, Parsed};
use crate::plan::{Phrases, Plan};
use crate::prefix::IndexDictionary;
use crate::present::hit;
use crate::rank::{Ranker, Scored, Weights};
use crate::read;
use crate::request::{Collapse, Matching, Require, SearchRequest, Sort};
use crate::response::SearchResponse;
use crate::retrieve::{Matches, Promising, Retriever, Scoring};
use crate::statistics::{CollectionStatistics, Statistics};

/// Candidates that the first stage hands to the second at a time.
const WINDOW: usize = 150;
/// A window is asked for with this share of it more, so that equal ones are not parted.
const SLACK: usize = 4;
/// The window for a query of one word, where the first stage ranks nearly as the second does.
const WINDOW_OF_ONE_WORD: usize = 48;
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
    index: NewsIndex,
    searcher: Searcher,
    fields: Arc<Fields>,
    forward: Forward,
    retriever: Arc<Retriever>,
    extra_fields: Vec<String>,
    weights: Weights,
    whole: Option<Arc<CollectionStatistics>>,
    packs: Vec<AliasPack>,
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
        let searcher = snapshot.searcher;
        let fields = Arc::new(index.fields().clone());
        let retriever = Arc::new(Retriever::new(&searcher, &fields)?);
        let extra_fields = extra_field_names(&searcher, &fields)?;
        Ok(Self {
            index: index.clone(),
            searcher,
            fields,
            forward,
            retriever,
            extra_fields,
            weights: Weights::default(),
            whole: None,
            packs: Vec::new(),
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

    /// Takes other names from a pack: they rank below what was typed.
    #[must_use]
    pub fn with_alias_pack(mut self, pack: AliasPack) -> Self {
        self.packs.push(pack);
        self
    }

    /// Ranks by the counts of a collection of which the index is a part, such as the candidates
    /// that another engine has found.
    #[must_use]
    pub fn with_collection_statistics(mut self, whole: Arc<CollectionStatistics>) -> Self {
        self.whole = Some(whole);
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
        let mut matches = Matches::new(&self.searcher, full.as_ref())?;
        let groups = match request.collapse {
            Some(_) => {
                let collector = Groups::new(&self.searcher, &self.forward)?;
                Some(self.searcher.search(&full, &collector)?)
            }
            None => None,
        };
        let articles = matches.count();
        let total = groups.as_ref().map_or(articles, HashMap::len);
        let mut given_up = Vec::new();
        let has_more = !plan.wanted.is_empty();
        if total == 0 && request.require == Require::Most && has_more && !plan.phrases.is_empty() {
            // No article has the phrase with everything else: its words are relaxed like others.
            let strict = plan.condition();
            let met = strict.map_or(Ok(1), |strict| self.searcher.search(&strict, &Count))?;
            if met == 0 {
                plan = self.plan(&parsed, request, Phrases::Wanted)?;
                matches = Matches::new(&self.searcher, plan.full_condition().as_ref())?;
                given_up = quoted_phrases(&parsed);
            }
        }
        let cursor = request.cursor.as_deref().map(Cursor::parse).transpose()?;
        let depth = request.limit + cursor.as_ref().map_or(0, |cursor| cursor.seen);
        let statistics = self.statistics(&plan)?;
        plan.keep_rarest(&statistics.frequencies);
        let by_date = request.sort == Sort::Date || plan.scored.is_empty();
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        // One more tells whether there is another page.
        let ranked = match &groups {
            Some(groups) => {
                let mut rank =
                    |depth| self.ranked(&plan, request, &statistics, &mut ranker, &matches, depth);
                self.collapsed(&plan, request, groups, depth + 1, &mut rank)?
            }
            None => self.ranked(
                &plan,
                request,
                &statistics,
                &mut ranker,
                &matches,
                depth + 1,
            )?,
        };
        let mut response = SearchResponse {
            total,
            suggestion: self.suggestion(request, &parsed, articles)?,
            interpreted_as,
            ..SearchResponse::default()
        };
        let start = cursor.as_ref().map_or(0, |cursor| cursor.position(&ranked));
        let page: Vec<&Ranked> = ranked.iter().skip(start).take(request.limit).collect();
        if let Some(first) = ranked.first().filter(|_| cursor.is_none()) {
            response.relaxed = given_up;
            response
                .relaxed
                .extend(missing_words(&parsed, &plan, &first.scored.holds));
        }
        let more = ranked.len() > start + page.len();
        if let Some(last) = page.last().filter(|_| more) {
            response.cursor = Some(Cursor::after(last, start + page.len()).to_string());
        }
        let highlighter = Highlighter::new(&plan);
        let columns = GroupColumns::open(&self.searcher)?;
        for ranked in page {
            let shown = ranked.shown.unwrap_or(ranked.scored.address);
            let article = self.index.article(&self.searcher, shown)?;
            let mut hit = hit(&article, &highlighter, request.snippet_chars);
            hit.id = self.id(shown)?;
            hit.group = format!("{:016x}", columns.group(shown));
            hit.duplicates = ranked.duplicates;
            hit.score = ranked.scored.score;
            hit.lift = ranked.scored.lift;
            if request.explain && !by_date {
                hit.explanation = Some(ranker.explain(&ranked.scored));
            }
            response.hits.push(hit);
        }
        if request.facets {
            response.facets = Some(facets::count(&self.searcher, &self.fields, full.as_ref())?);
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
        let full = match request.require {
            Require::Any => None,
            Require::Most | Require::All => Some(Matches::new(
                &self.searcher,
                plan.full_condition().as_ref(),
            )?),
        };
        let mut ranked = self.by_relevance(
            &plan,
            request,
            &statistics,
            &mut ranker,
            full.as_ref(),
            request.limit,
        )?;
        self.order(&mut ranked, false)?;
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

    /// Brings into memory what queries read, so that the first ones do not wait for it. A server
    /// calls it before it takes a new snapshot into use; costs some milliseconds for 100 MB that
    /// the system has in its cache, and as much memory of that cache.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn warm_up(&self) -> Result<()> {
        /// As much as the system maps at a time, at least.
        const PAGE: usize = 4096;
        for segment in self.searcher.segment_readers() {
            let components = [
                SegmentComponent::Terms,
                SegmentComponent::Postings,
                SegmentComponent::FieldNorms,
                ForwardReader::component(),
            ];
            for component in components {
                let file = segment.open_read(component);
                let file = file.map_err(tantivy::TantivyError::from)?;
                let bytes = file.read_bytes().map_err(tantivy::TantivyError::from)?;
                let firsts = bytes.iter().step_by(PAGE);
                std::hint::black_box(firsts.fold(0_u8, |sum, byte| sum.wrapping_add(*byte)));
            }
        }
        Ok(())
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
        read::parse(request, &self.extra_fields)
    }

    /// Reads a query as it was meant; the text of that, if it is another.
    fn read(&self, request: &SearchRequest) -> Result<(Parsed, Option<String>)> {
        read::read(request, &self.extra_fields)
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

    fn statistics(&self, plan: &Plan) -> Result<Statistics> {
        let lengths = self.forward.average_lengths();
        Statistics::new(&self.searcher, plan, lengths, self.whole.as_deref())
    }

    fn plan(&self, parsed: &Parsed, request: &SearchRequest, quoted: Phrases) -> Result<Plan> {
        let Self {
            fields,
            forward,
            searcher,
            packs,
            ..
        } = self;
        let dictionary = IndexDictionary { fields, searcher };
        Plan::new(
            parsed,
            request,
            quoted,
            packs,
            fields,
            forward,
            Some(&dictionary),
        )
    }

    /// The best or newest articles in order, at least `depth` of them if there are so many.
    fn ranked(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        statistics: &Statistics,
        ranker: &mut Ranker<'_>,
        matches: &Matches,
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let by_date = request.sort == Sort::Date || plan.scored.is_empty();
        let mut ranked = if by_date {
            self.by_date(plan, request, matches, matches.count(), depth)?
        } else {
            self.by_relevance(plan, request, statistics, ranker, Some(matches), depth)?
        };
        self.order(&mut ranked, by_date)?;
        Ok(ranked)
    }

    /// One article for each group in the order of the best ones, at least `wanted` of them if there
    /// are so many.
    fn collapsed(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        groups: &ByGroup<Members>,
        wanted: usize,
        rank: &mut dyn FnMut(usize) -> Result<Vec<Ranked>>,
    ) -> Result<Vec<Ranked>> {
        let earliest = request.collapse == Some(Collapse::Earliest);
        let by_date = request.sort == Sort::Date || plan.scored.is_empty();
        if by_date && earliest && !groups.is_empty() {
            let hits = groups.values().map(|members| Ranked {
                full: true,
                window: 0,
                date: members.earliest.date,
                id: String::new(),
                scored: Scored::unscored(members.earliest.address, plan.words.len()),
                duplicates: members.count - 1,
                shown: None,
            });
            let mut ranked: Vec<Ranked> = hits.collect();
            self.order(&mut ranked, true)?;
            return Ok(ranked);
        }
        let columns = GroupColumns::open(&self.searcher)?;
        let mut depth = wanted;
        let mut known = 0;
        loop {
            let ranked = rank(depth)?;
            let found = ranked.len();
            let mut places: ByGroup<usize> = ByGroup::default();
            let mut kept: Vec<Ranked> = Vec::new();
            for mut ranked in ranked {
                let group = columns.group(ranked.scored.address);
                if let Some(place) = places.get(&group) {
                    if let Some(best) = kept.get_mut(*place).filter(|best| !best.full) {
                        best.duplicates += 1;
                    }
                    continue;
                }
                if let Some(members) = groups.get(&group).filter(|_| ranked.full) {
                    ranked.duplicates = members.count - 1;
                    ranked.shown = earliest.then_some(members.earliest.address);
                }
                places.insert(group, kept.len());
                kept.push(ranked);
            }
            let is_all = found == known || depth as u64 >= self.num_docs();
            if kept.len() >= wanted || is_all {
                return Ok(kept);
            }
            known = found;
            // More than were found: the first stage keeps whole windows.
            depth = 2 * depth.max(found);
        }
    }

    /// First stage: a flat union of terms, which prunes; second stage: the forward index.
    fn by_relevance(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        statistics: &Statistics,
        ranker: &mut Ranker<'_>,
        full: Option<&Matches>,
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let terms = self.terms(plan, statistics);
        // Candidates are ranked window by window, so that neither order nor scores depend on how
        // many hits are asked for.
        let window = match plan.scored.len() {
            0 | 1 => WINDOW_OF_ONE_WORD,
            _ => WINDOW,
        };
        let limit = depth.div_ceil(window).max(1) * window;
        let collect = |among: Option<&Matches>| -> Result<Vec<Candidate>> {
            let found =
                self.retriever
                    .best(&self.searcher, &terms, among, limit + window / SLACK)?;
            Ok(windows_of(found, window, limit))
        };
        let mut any = Vec::new();
        if request.require != Require::All {
            let condition = plan.condition();
            let met = condition.map(|condition| Matches::new(&self.searcher, condition.as_ref()));
            any = collect(met.transpose()?.as_ref())?;
        }
        let all = match full {
            Some(full) if request.require != Require::Any => collect(Some(full))?,
            _ => Vec::new(),
        };
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
                date: None,
                id: String::new(),
                scored,
                duplicates: 0,
                shown: None,
            }
        });
        Ok(ranked.collect())
    }

    /// All words' readings, and units.
    fn terms<'s>(&self, plan: &Plan, statistics: &'s Statistics) -> Vec<Scoring<'s>> {
        let mut terms = Vec::new();
        let mut add = |field: Field, text: &str, boost: f32, idf: Option<f32>| {
            if let Some(known) = statistics.term(&Term::from_field_text(field, text)) {
                let weight = boost * idf.unwrap_or_else(|| statistics.idf(known.frequency));
                terms.push(Scoring {
                    field,
                    known,
                    weight,
                });
            }
        };
        let words = plan
            .scored
            .iter()
            .filter_map(|index| plan.words.get(*index));
        for word in words {
            let certain = (1.0 - word.likelihood) * word.importance;
            for reading in &word.readings {
                let field = field_of(&self.fields, reading.tier);
                add(field, &reading.term, reading.weight * certain, None);
            }
            for (syllable, share) in &word.likely {
                let weight = share * word.likelihood * word.importance;
                add(self.fields.exact, syllable.as_str(), weight, None);
            }
        }
        for (_, other) in plan.scored_alternatives() {
            // As much as its words together.
            let importance = statistics.weight_of(plan, other);
            for reading in &other.terms {
                let field = field_of(&self.fields, reading.tier);
                add(field, &reading.term, reading.weight, Some(importance));
            }
        }
        for unit in &plan.units {
            for (field, text) in plan.unit_terms(unit) {
                if field == self.fields.entities {
                    add(field, &text, 1.0, None);
                }
            }
        }
        terms
    }

    /// Newest first. Where no article holds every word, those that the ranking finds.
    fn by_date(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        matches: &Matches,
        total: usize,
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let mut ranked = Vec::new();
        if total == 0 && request.require != Require::All && !plan.scored.is_empty() {
            let statistics = self.statistics(plan)?;
            let mut ranker = Ranker::new(plan, &statistics, self.weights);
            ranked = self.by_relevance(
                plan,
                request,
                &statistics,
                &mut ranker,
                Some(matches),
                depth,
            )?;
            for ranked in &mut ranked {
                ranked.full = true;
                ranked.window = 0;
                ranked.scored.score = 0.0;
                ranked.date = self.date(ranked.scored.address)?;
            }
            return Ok(ranked);
        }
        let date = SortByStaticFastValue::<tantivy::DateTime>::for_field("published_at");
        let id = SortByString::for_field("id");
        let order = ((date, Order::Desc), (id, Order::Asc));
        let top = TopDocs::with_limit(depth.max(1)).order_by(order);
        for ((date, _), address) in self.searcher.search(&plan.full_condition(), &top)? {
            ranked.push(Ranked {
                full: true,
                window: 0,
                date: date.map(tantivy::DateTime::into_timestamp_secs),
                id: String::new(),
                scored: Scored::unscored(address, plan.words.len()),
                duplicates: 0,
                shown: None,
            });
        }
        Ok(ranked)
    }

    fn date(&self, address: DocAddress) -> Result<Option<i64>> {
        let reader = self.searcher.segment_reader(address.segment_ord);
        let column = reader.fast_fields().date("published_at")?;
        Ok(column
            .first(address.doc_id)
            .map(tantivy::DateTime::into_timestamp_secs))
    }

    /// Sorts by date or score, equal ones by id, and fills the ids in.
    fn order(&self, ranked: &mut [Ranked], by_date: bool) -> Result<()> {
        for ranked in ranked.iter_mut() {
            ranked.id = self.id(ranked.scored.address)?;
        }
        ranked.sort_by(|a, b| a.compare(b, by_date));
        Ok(())
    }

    fn id(&self, address: DocAddress) -> Result<String> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        Ok(self.forward.of(segment)?.key(address.doc_id).to_string())
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
fn windows_of(found: Vec<Promising>, window: usize, limit: usize) -> Vec<Candidate> {
    let mut candidates = Vec::with_capacity(found.len());
    let mut first = (0, i32::MAX);
    for (place, Promising { sum, address }) in found.into_iter().enumerate() {
        if sum < first.1 {
            first = (place, sum);
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

fn check_limit(request: &SearchRequest) -> Result<()> {
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
struct Ranked {
    /// Holds every word, where that goes first.
    full: bool,
    /// Which window of the first stage it comes from.
    window: usize,
    /// Seconds since the epoch, when sorting by date.
    date: Option<i64>,
    id: String,
    scored: Scored,
    /// Other articles of its group, if it stands for them.
    duplicates: usize,
    /// The article of its group that is shown in its place.
    shown: Option<DocAddress>,
}

impl Ranked {
    fn compare(&self, other: &Self, by_date: bool) -> Ordering {
        let first = if by_date {
            other.date.cmp(&self.date)
        } else {
            other
                .full
                .cmp(&self.full)
                .then(self.window.cmp(&other.window))
                .then(other.scored.score.total_cmp(&self.scored.score))
        };
        first.then_with(|| self.id.cmp(&other.id))
    }
}

/// Where a page ended.
struct Cursor {
    seen: usize,
    id: String,
}

impl Cursor {
    fn parse(text: &str) -> Result<Self> {
        let parts = text.split_once('.');
        let seen = parts.and_then(|(seen, _)| seen.parse().ok());
        match (seen, parts) {
            (Some(seen), Some((_, id))) if seen <= 1_000_000 => Ok(Self {
                seen,
                id: id.to_string(),
            }),
            _ => Err(SearchError::Setting {
                what: "cursor",
                reason: format!("{text:?} is none: pass on the one of the last response"),
            }),
        }
    }

    fn after(last: &Ranked, seen: usize) -> Self {
        Self {
            seen,
            id: last.id.clone(),
        }
    }

    /// Where the next page begins: after the last hit of the page before, if it is still there.
    fn position(&self, ranked: &[Ranked]) -> usize {
        let known = ranked.iter().position(|ranked| ranked.id == self.id);
        known.map_or(self.seen, |known| known + 1)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.seen, self.id)
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
