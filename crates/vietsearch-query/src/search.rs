//! Searching a snapshot.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tantivy::collector::Count;
use tantivy::index::SegmentComponent;
use tantivy::query::Query;
use tantivy::schema::Field;
use tantivy::{DocAddress, Searcher, Term};
use vietsearch_index::forward::ForwardReader;
use vietsearch_index::phrases::PhraseTable;
use vietsearch_index::{Damage, Fields, NewsIndex};
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
use crate::paging::{self, Cursor, compare_keys};
use crate::parse::{self, Limits, Parsed};
use crate::plan::{Phrases, Plan, Settings};
use crate::prefix::IndexDictionary;
use crate::present::hit;
use crate::rank::{Ranker, Scored};
use crate::read;
use crate::request::{Collapse, Direction, Matching, Require, SearchRequest, Sort, SortField};
use crate::response::SearchResponse;
use crate::retrieve::{Matches, Promising, Retriever, Scoring};
use crate::scorer::{Adjusting, Scorer};
use crate::sorting::{self, Key};
use crate::statistics::{CollectionStatistics, Statistics};
use crate::synonyms::{self, Synonyms};
use crate::weights::Weights;

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
    pub(crate) index: NewsIndex,
    pub(crate) searcher: Searcher,
    pub(crate) fields: Arc<Fields>,
    pub(crate) forward: Forward,
    pub(crate) damage: Arc<Damage>,
    retriever: Arc<Retriever>,
    pub(crate) phrases: Arc<[PhraseTable]>,
    extra_fields: Vec<String>,
    pub(crate) weights: Weights,
    whole: Option<Arc<CollectionStatistics>>,
    packs: Vec<AliasPack>,
    pub(crate) scorer: Option<Arc<dyn Scorer>>,
    synonyms: Option<Arc<dyn Synonyms>>,
    limits: Limits,
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
        let damage = snapshot.damage;
        let searcher = snapshot.searcher;
        let fields = Arc::new(index.fields().clone());
        let retriever = Arc::new(Retriever::new(&searcher, &fields)?);
        let extra_fields = extra_field_names(&searcher, &fields)?;
        Ok(Self {
            index: index.clone(),
            searcher,
            fields,
            forward,
            damage,
            retriever,
            phrases,
            extra_fields,
            weights: Weights::default(),
            whole: None,
            packs: Vec::new(),
            scorer: None,
            synonyms: None,
            limits: Limits::default(),
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

    /// Sets how long and how rich queries may be.
    ///
    /// ```
    /// use vietsearch_index::NewsIndex;
    /// use vietsearch_query::{NewsSearcher, SearchRequest, parse::Limits};
    ///
    /// let limits = Limits { max_bytes: 1_000, ..Limits::default() };
    /// let searcher = NewsSearcher::new(&NewsIndex::create_in_ram()?)?.with_limits(limits);
    /// assert!(searcher.search(&SearchRequest::new("x".repeat(1_000))).is_ok());
    /// assert!(searcher.search(&SearchRequest::new("x".repeat(1_001))).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
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

    /// Ranks by other weights; they are set before [`with_bm25`](Self::with_bm25), which changes some
    /// of them. Explanations show all.
    ///
    /// ```
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    /// use vietsearch_query::{NewsSearcher, SearchRequest, Weights};
    ///
    /// let index = NewsIndex::create_in_ram()?;
    /// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    /// writer.add(Article::new("Giá vàng", "Giá vàng lên ba phiên liền.").with_id("1"))?;
    /// writer.commit()?;
    ///
    /// let mut request = SearchRequest::new("giá vàng");
    /// request.explain = true;
    /// let usual = NewsSearcher::new(&index)?;
    /// let own = usual.clone().with_weights(Weights::default().with("pair", 1.2)?);
    /// let (before, after) = (usual.search(&request)?, own.search(&request)?);
    /// assert!(after.hits[0].score > before.hits[0].score);
    /// let told = after.hits[0].explanation.as_ref().map(|told| told.what.as_str());
    /// assert!(told.is_some_and(|told| told.contains("pair 1.2")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// The weights that searches rank by.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
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
        self.guarded(|| self.find(request))
    }

    fn find(&self, request: &SearchRequest) -> Result<SearchResponse> {
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
        let run = Run {
            plan: &plan,
            request,
            statistics: &statistics,
            matches: &matches,
            sorted,
        };
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let mut before = 0;
        let (ranked, start) = loop {
            let mut rank = |depth| self.ranked(&run, &mut ranker, depth);
            // One more tells whether there is another page.
            let ranked = match &groups {
                Some(groups) => self.collapsed(&run, groups, depth + 1, &mut rank)?,
                None => rank(depth + 1)?,
            };
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
            suggestion: self.suggestion(request, &parsed, articles)?,
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
        self.guarded(|| self.find_ids(request))
    }

    fn find_ids(&self, request: &SearchRequest) -> Result<Vec<(String, f32)>> {
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
        // The query runs later, where nobody asks what was found damaged: each segment's order of
        // words is opened for it, and checked whole, so that damage is an error there.
        let later = Self {
            forward: Forward::empty(),
            ..self.clone()
        };
        let plan = later.plan(&parsed, request, Phrases::Required)?;
        if plan.wanted.is_empty() && plan.required.is_empty() {
            return Ok(Box::new(tantivy::query::EmptyQuery));
        }
        Ok(plan.full_condition())
    }

    /// Brings into memory what queries read, so that the first ones do not wait for it. A server
    /// calls it before it takes a new snapshot into use; compares what it reads with its checksums,
    /// which costs some ten milliseconds for 100 MB that the system has in its cache, and as much
    /// memory of that cache.
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
        read::parse(request, &self.extra_fields, self.limits)
    }

    /// Reads a query as it was meant; the text of that, if it is another.
    pub(crate) fn read(&self, request: &SearchRequest) -> Result<(Parsed, Option<String>)> {
        let (mut parsed, meant) = read::read(request, &self.extra_fields, self.limits)?;
        if let Some(source) = self
            .synonyms
            .as_ref()
            .filter(|_| request.matching != Matching::Strict)
        {
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

    pub(crate) fn statistics(&self, plan: &Plan) -> Result<Statistics> {
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
            packs,
            weights,
            ..
        } = self;
        let settings = Settings { packs, weights };
        let dictionary = IndexDictionary {
            fields,
            searcher,
            limits: self.limits,
        };
        let mut plan = Plan::new(
            parsed,
            request,
            quoted,
            settings,
            fields,
            forward,
            Some(&dictionary),
        )?;
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

    /// The best or newest articles in order, at least `depth` of them if there are so many.
    fn ranked(&self, run: &Run<'_>, ranker: &mut Ranker<'_>, depth: usize) -> Result<Vec<Ranked>> {
        let Run {
            plan,
            request,
            matches,
            ..
        } = *run;
        let mut ranked = match run.sorted {
            Some(sorted) => self.by_value(plan, request, matches, sorted, depth)?,
            None => {
                let statistics = run.statistics;
                self.by_relevance(plan, request, statistics, ranker, Some(matches), depth)?
            }
        };
        self.order(&mut ranked, run.sorted.map(|(_, direction)| direction))?;
        Ok(ranked)
    }

    /// One article for each group in the order of the best ones, at least `wanted` of them if there
    /// are so many.
    fn collapsed(
        &self,
        run: &Run<'_>,
        groups: &ByGroup<Members>,
        wanted: usize,
        rank: &mut dyn FnMut(usize) -> Result<Vec<Ranked>>,
    ) -> Result<Vec<Ranked>> {
        let earliest = run.request.collapse == Some(Collapse::Earliest);
        if let Some((SortField::PublishedAt, direction)) = run.sorted
            && earliest
            && !groups.is_empty()
        {
            let hits = groups.values().map(|members| Ranked {
                full: true,
                window: 0,
                key: members.earliest.date.map(Key::Time),
                id: String::new(),
                scored: Scored::unscored(members.earliest.address, run.plan.words.len()),
                duplicates: members.count - 1,
                shown: None,
            });
            let mut ranked: Vec<Ranked> = hits.collect();
            self.order(&mut ranked, Some(direction))?;
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

    /// First stage: the postings of all terms; second stage: the forward index.
    pub(crate) fn by_relevance(
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

    /// By a value. Where no article holds every word, those that the ranking finds.
    fn by_value(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        matches: &Matches,
        sorted: (SortField, Direction),
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let mut ranked = Vec::new();
        if matches.count() == 0 && request.require != Require::All && !plan.scored.is_empty() {
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
                duplicates: 0,
                shown: None,
            });
        }
        Ok(ranked)
    }

    /// Sorts by value or score, equal ones by id, and fills the ids in.
    pub(crate) fn order(&self, ranked: &mut [Ranked], sorted: Option<Direction>) -> Result<()> {
        for ranked in ranked.iter_mut() {
            ranked.id = self.id(ranked.scored.address)?;
        }
        ranked.sort_by(|a, b| a.compare(b, sorted));
        Ok(())
    }

    fn id(&self, address: DocAddress) -> Result<String> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        Ok(self.forward.of(segment)?.key(address.doc_id).to_string())
    }
}

/// What one search runs with.
#[derive(Clone, Copy)]
struct Run<'a> {
    plan: &'a Plan,
    request: &'a SearchRequest,
    statistics: &'a Statistics,
    /// The articles that hold every word and meet every condition.
    matches: &'a Matches,
    sorted: Option<(SortField, Direction)>,
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
    /// Other articles of its group, if it stands for them.
    pub(crate) duplicates: usize,
    /// The article of its group that is shown in its place.
    pub(crate) shown: Option<DocAddress>,
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
