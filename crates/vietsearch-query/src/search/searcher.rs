//! A snapshot of an index that is searched, and its settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::index::SegmentComponent;
use tantivy::query::Query;
use tantivy::{DocAddress, Searcher};
use vietsearch_index::forward::ForwardReader;
use vietsearch_index::phrases::PhraseTable;
use vietsearch_index::{Damage, Fields, NewsIndex, Region};

use crate::error::{Result, SearchError};
use crate::forward::Forward;
use crate::outline::{Outline, Quoted};
use crate::pack::AliasPack;
use crate::parse::{Limits, Parsed};
use crate::plan::{Phrases, Plan, Settings};
use crate::prefix::IndexDictionary;
use crate::read;
use crate::request::{Matching, SearchRequest};
use crate::retrieve::{Matches, Retriever};
use crate::scorer::Scorer;
use crate::statistics::{CollectionStatistics, Statistics};
use crate::synonyms::{self, Synonyms};
use crate::threads::SearchThreads;
use crate::weights::Weights;

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
    pub(super) retriever: Arc<Retriever>,
    pub(crate) phrases: Arc<[PhraseTable]>,
    extra_fields: Vec<String>,
    pub(crate) weights: Weights,
    whole: Option<Arc<CollectionStatistics>>,
    packs: Vec<AliasPack>,
    pub(crate) scorer: Option<Arc<dyn Scorer>>,
    synonyms: Option<Arc<dyn Synonyms>>,
    pub(crate) threads: Option<SearchThreads>,
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
            threads: None,
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

    /// Lets each search use several threads at once. What is found and how it is ordered does not depend
    /// on them.
    #[must_use]
    pub fn with_threads(mut self, threads: SearchThreads) -> Self {
        self.threads = Some(threads);
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
        // How long the texts of the whole are, compared to these here.
        let length = |averages: [f32; 3]| -> f32 {
            let regions = Region::ALL.into_iter().zip(averages);
            regions
                .map(|(region, length)| region.times() as f32 * length)
                .sum()
        };
        let (told, here) = (whole.average_lengths, self.forward.average_lengths());
        if told.iter().all(|length| *length > 0.0) {
            let ratio = length(told) / length(here);
            self.retriever = Arc::new(self.retriever.with_lengths(ratio));
        }
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
    /// [`SearchResponse::interpreted_as`](crate::SearchResponse::interpreted_as).
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
            whole: self.whole.as_deref(),
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

    /// The articles that a query matches.
    pub(crate) fn matches(&self, query: &dyn Query) -> Result<Matches> {
        Matches::new(&self.searcher, query, self.threads.as_ref())
    }

    pub(super) fn id(&self, address: DocAddress) -> Result<String> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        Ok(self.forward.of(segment)?.key(address.doc_id).to_string())
    }
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
