//! Writing: add, replace, delete, commit.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rayon::prelude::*;
use tantivy::directory::error::LockError;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::query::Query;
use tantivy::schema::Field;
use tantivy::schema::document::{CompactDocValue, Document};
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

use crate::analysis::{Analysed, Analyzer};
use crate::article::Article;
use crate::duplicates::{Grouper, Match, Signature};
use crate::error::{IndexError, Result};
use crate::forward::Sequence;
use crate::index::NewsIndex;
use crate::phrases::Phrases;
use crate::unneeded;

/// How often the same segments are tried to be merged, and how long to wait in between.
const MERGE_ATTEMPTS: u32 = 200;
const MERGE_PAUSE: Duration = Duration::from_millis(10);
/// The least memory that tantivy works with, per thread.
const MIN_BYTES_PER_THREAD: usize = 15_000_000;
/// The most memory that tantivy allows per thread.
const MAX_BYTES_PER_THREAD: usize = 4_000_000_000;
/// Articles are analysed in batches of about this many bytes of text.
const BATCH_BYTES: usize = 2 << 20;
/// The share of the memory in which near-duplicates among articles that are not committed are found;
/// what does not fit goes to files.
const DUPLICATES_PART: usize = 4;
/// Analysed articles may wait for an indexing thread up to this many bytes of text.
const QUEUE_BYTES: usize = 4 << 20;

/// Settings of a writer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WriterOptions {
    /// Threads that index, and as many that analyse.
    pub threads: usize,
    /// Memory for what is not written yet, over all threads, in bytes: postings, and a quarter for
    /// what near-duplicates are found by; below 20 MB a thread that quarter is not taken off. On top
    /// comes a fixed part of some 100 MB: articles on their way, tables, what is being written.
    pub memory_bytes: usize,
    /// What is done about near-duplicates.
    pub duplicates: Duplicates,
    /// The longest article: title, lead and body together, in bytes; 64 MiB by default.
    pub max_article_bytes: usize,
}

/// What is done about near-duplicates when articles are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicates {
    /// Copies share a group: syndicated and edited ones too.
    #[default]
    Group,
    /// Only articles with the same words share a group: somewhat faster.
    Ignore,
}

impl WriterOptions {
    /// Sets the number of threads.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets the memory budget in bytes; at least 15 MB and less than 4 GB per thread.
    #[must_use]
    pub fn with_memory_bytes(mut self, memory_bytes: usize) -> Self {
        self.memory_bytes = memory_bytes;
        self
    }

    /// Sets what is done about near-duplicates.
    #[must_use]
    pub fn with_duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Sets the longest article in bytes of title, lead and body.
    #[must_use]
    pub fn with_max_article_bytes(mut self, bytes: usize) -> Self {
        self.max_article_bytes = bytes;
        self
    }

    fn check(self) -> Result<Self> {
        if self.threads == 0 || self.threads > 256 {
            return Err(IndexError::Setting {
                what: "threads",
                reason: format!("{} given, 1 to 256 allowed", self.threads),
            });
        }
        let per_thread = self.memory_bytes / self.threads;
        if !(MIN_BYTES_PER_THREAD..MAX_BYTES_PER_THREAD).contains(&per_thread) {
            return Err(IndexError::Setting {
                what: "memory",
                reason: format!(
                    "{} bytes for {} threads given, 15 MB to 4 GB per thread allowed",
                    self.memory_bytes, self.threads
                ),
            });
        }
        Ok(self)
    }
}

impl Default for WriterOptions {
    /// Up to eight threads, one per core, and 256 MB.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads: cores.min(8),
            memory_bytes: 256_000_000,
            duplicates: Duplicates::default(),
            max_article_bytes: 64 << 20,
        }
    }
}

/// The writer of an index; there is one at a time.
///
/// Nothing is visible or durable before [`commit`](Self::commit). An article replaces the one with
/// the same [key](Article::key). Dropping the writer loses what is not committed.
///
/// After an error of the disk a writer refuses everything with [`IndexError::WriterFailed`], so that
/// no half of what was added is committed: drop it, open another, and add again what was not committed.
pub struct NewsWriter {
    writer: IndexWriter<Queued>,
    index: NewsIndex,
    pool: rayon::ThreadPool,
    /// One for each thread of the pool: what they have learned of the text stays.
    analyzers: Vec<Mutex<Analyzer>>,
    gate: Arc<Gate>,
    /// `None` if near-duplicates are not grouped.
    grouper: Option<Grouper>,
    /// Articles and their groups, where these are known.
    batch: Vec<(Article, Option<u64>)>,
    batch_bytes: usize,
    /// Hashes of the keys added since the last commit.
    added: HashSet<u64>,
    hasher: RandomState,
    max_article_bytes: usize,
    /// Something since the last commit is lost.
    failed: bool,
}

impl NewsWriter {
    pub(crate) fn new(index: NewsIndex, options: WriterOptions) -> Result<Self> {
        let options = options.check()?;
        let left = index.path().map(unneeded::temporary).unwrap_or_default();
        let for_duplicates = match options.duplicates {
            Duplicates::Group => options.memory_bytes / DUPLICATES_PART,
            Duplicates::Ignore => 0,
        };
        let least = MIN_BYTES_PER_THREAD * options.threads;
        let for_postings = (options.memory_bytes - for_duplicates).max(least);
        let writer = index
            .tantivy()
            .writer_with_num_threads(options.threads, for_postings)
            .map_err(|error| lock_error(error, &index))?;
        for file in left {
            // What cannot be removed is in nobody's way.
            std::fs::remove_file(file).ok();
        }
        // A killed process may have written which articles are deleted, under a number that is given
        // again: the file would be in the way of the first commit.
        collect_files(&index, &writer)?;
        writer.set_merge_policy(Box::new(merge_policy()));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.threads)
            .thread_name(|number| format!("vietsearch-analysis-{number}"))
            .build()
            .map_err(|error| IndexError::Setting {
                what: "threads",
                reason: error.to_string(),
            })?;
        index.reload()?;
        let grouper = match options.duplicates {
            Duplicates::Group => {
                let directory = index.tantivy().directory();
                Some(Grouper::new(&index.snapshot(), directory, for_duplicates)?)
            }
            Duplicates::Ignore => None,
        };
        let words = index.user_dictionary();
        let analyzer = || Mutex::new(Analyzer::new(words.cloned()));
        let analyzers = (0..options.threads).map(|_| analyzer()).collect();
        Ok(Self {
            writer,
            index,
            pool,
            grouper,
            analyzers,
            gate: Arc::new(Gate::default()),
            batch: Vec::new(),
            batch_bytes: 0,
            added: HashSet::new(),
            hasher: RandomState::new(),
            max_article_bytes: options.max_article_bytes,
            failed: false,
        })
    }

    /// Adds an article, in place of the one with the same key.
    ///
    /// Articles are analysed in batches: an article is on its way to the index when the batch is
    /// full, and at [`commit`](Self::commit) at the latest.
    ///
    /// # Errors
    ///
    /// An article with neither title nor body, with a key above [`Article::MAX_KEY_BYTES`], or longer
    /// than [`WriterOptions::max_article_bytes`] is refused; the others are not affected. Other errors are those of the disk, and the writer is
    /// of no further use.
    pub fn add(&mut self, article: Article) -> Result<()> {
        self.add_to_group(article, None)
    }

    /// Adds an article to a group of near-duplicates, if that is known.
    pub(crate) fn add_to_group(&mut self, article: Article, group: Option<u64>) -> Result<()> {
        if article.is_empty() {
            return Err(IndexError::EmptyArticle { key: article.key() });
        }
        if let Some(key) = article.given_key()
            && key.len() > Article::MAX_KEY_BYTES
        {
            return Err(IndexError::LongKey {
                start: key.chars().take(60).collect(),
                bytes: key.len(),
            });
        }
        if article.text_bytes() > self.max_article_bytes {
            return Err(IndexError::LongArticle {
                key: article.key(),
                bytes: article.text_bytes(),
                max: self.max_article_bytes,
            });
        }
        self.batch_bytes += article.text_bytes();
        self.batch.push((article, group));
        if self.batch_bytes >= BATCH_BYTES || self.batch.len() >= 4096 {
            self.flush()?;
        }
        Ok(())
    }

    /// Adds articles; stops at the first that is refused.
    ///
    /// # Errors
    ///
    /// As for [`add`](Self::add).
    pub fn add_all(&mut self, articles: impl IntoIterator<Item = Article>) -> Result<()> {
        articles
            .into_iter()
            .try_for_each(|article| self.add(article))
    }

    /// Deletes the article with this key, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn delete_id(&mut self, id: &str) -> Result<()> {
        self.flush()?;
        self.writer
            .delete_term(Term::from_field_text(self.index.fields().id, id));
        Ok(())
    }

    /// Deletes every article that a query matches.
    ///
    /// # Errors
    ///
    /// Those of the query and of the disk.
    pub fn delete_matching(&mut self, query: Box<dyn Query>) -> Result<()> {
        self.flush()?;
        self.attempt(|writer| Ok(writer.writer.delete_query(query).map(|_| ())?))
    }

    /// Makes everything done so far durable, and visible to the index's next searcher.
    ///
    /// # Errors
    ///
    /// Those of the disk; the index is then as of the commit before, or as of this one if only
    /// reading it back has failed.
    pub fn commit(&mut self) -> Result<()> {
        self.flush()?;
        self.attempt(|writer| {
            writer.writer.commit()?;
            writer.added = HashSet::new();
            writer.index.reload()?;
            if let Some(grouper) = &mut writer.grouper {
                grouper.begin(&writer.index.snapshot())?;
            }
            Ok(())
        })
    }

    /// Does something that may fail half-way: nothing is done after that.
    fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.failed {
            return Err(IndexError::WriterFailed);
        }
        // Also if the work panics.
        self.failed = true;
        let done = work(self)?;
        self.failed = false;
        Ok(done)
    }

    /// Merges all segments into one. Takes a while on a large index.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn merge(&mut self) -> Result<()> {
        self.commit()?;
        self.attempt(|writer| {
            // Merges under way take their segments from under ours; no new ones begin meanwhile.
            writer.writer.set_merge_policy(Box::new(NoMergePolicy));
            let merged = writer.merge_what_is_left();
            writer.writer.set_merge_policy(Box::new(merge_policy()));
            merged?;
            writer.index.reload()
        })
    }

    fn merge_what_is_left(&mut self) -> Result<()> {
        let mut unchanged = 0;
        let mut before = Vec::new();
        loop {
            let mut segments = self.index.tantivy().searchable_segment_ids()?;
            if segments.len() < 2 {
                return Ok(());
            }
            match self.writer.merge(&segments).wait() {
                Ok(_) => return Ok(()),
                // The error for segments that another merge has replaced. The list of segments is
                // written a moment after that.
                Err(TantivyError::InvalidArgument(_)) if unchanged < MERGE_ATTEMPTS => {}
                Err(error) => return Err(error.into()),
            }
            segments.sort_unstable();
            unchanged = if segments == before { unchanged + 1 } else { 0 };
            before = segments;
            std::thread::sleep(MERGE_PAUSE);
        }
    }

    /// Commits, waits for merges under way, takes away the files that they have replaced, and closes
    /// the writer.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn finish(mut self) -> Result<()> {
        self.commit()?;
        self.writer.wait_merging_threads()?;
        self.index.reload()?;
        let index = self.index.tantivy();
        match index.writer_with_num_threads(1, MIN_BYTES_PER_THREAD) {
            Ok(writer) => collect_files(&self.index, &writer),
            // Whoever has the lock now takes them away.
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Analyses the batch and hands it to the indexing threads.
    fn flush(&mut self) -> Result<()> {
        self.attempt(|writer| match writer.batch.is_empty() {
            true => Ok(()),
            false => writer.index_batch(),
        })
    }

    fn index_batch(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let fields = self.index.fields();
        let grouper = self.grouper.as_ref();
        let analyzers = &self.analyzers;
        let words = self.index.user_dictionary();
        let damage = Arc::clone(self.index.files().damage());
        let known = damage.reads();
        let prepared: Vec<Prepared> = self.pool.install(|| {
            batch
                .par_iter()
                .map(|(article, group)| {
                    let thread = rayon::current_thread_index().unwrap_or(0);
                    let mut spare = None;
                    let mut kept = analyzers
                        .get(thread)
                        .map(|one| one.lock().unwrap_or_else(PoisonError::into_inner));
                    let analyzer = match &mut kept {
                        Some(kept) => &mut **kept,
                        None => spare.insert(Analyzer::new(words.cloned())),
                    };
                    let key = article.key();
                    let analysed = analyzer.document(fields, article, &key);
                    let phrases = analyzer.read_phrases(article);
                    let words = Sequence::new(&analysed.sequence);
                    let matches = match (grouper, group) {
                        (Some(grouper), None) => grouper.find(&analysed.signature, words),
                        _ => Vec::new(),
                    };
                    Prepared {
                        key,
                        bytes: article.text_bytes(),
                        analysed,
                        phrases,
                        matches,
                        group: *group,
                    }
                })
                .collect()
        });
        if damage.reads() != known {
            // Copies were looked for in damaged bytes.
            let file = damage.file().unwrap_or_default();
            return Err(IndexError::Damaged { file });
        }
        let group_field = fields.group;
        drop(batch);
        for mut prepared in prepared {
            let group = self.group_of(&mut prepared);
            let Prepared {
                key,
                bytes,
                analysed,
                phrases,
                ..
            } = prepared;
            let mut document = analysed.document;
            document.add_u64(group_field, group);
            self.replace(&key)?;
            let permit = Permit::new(&self.gate, bytes);
            self.writer.add_document(Queued {
                document,
                key,
                sequence: analysed.sequence,
                signature: analysed.signature,
                phrases,
                _permit: permit,
            })?;
        }
        match &mut self.grouper {
            Some(grouper) => grouper.keep_budget(),
            None => Ok(()),
        }
    }

    /// The group of near-duplicates that an article belongs to: articles come one after the other.
    fn group_of(&mut self, prepared: &mut Prepared) -> u64 {
        let Prepared {
            analysed,
            matches,
            group,
            ..
        } = prepared;
        let Some(grouper) = &mut self.grouper else {
            return group.unwrap_or(analysed.signature.content);
        };
        let words = Sequence::new(&analysed.sequence);
        match *group {
            Some(group) => {
                grouper.add(&analysed.signature, words, group);
                group
            }
            None => grouper.assign(&analysed.signature, words, std::mem::take(matches)),
        }
    }

    /// Deletes the article that the next one replaces, if there may be one.
    ///
    /// Deleting costs a lookup in every segment at commit; a first load needs none.
    fn replace(&mut self, key: &str) -> Result<()> {
        let is_new = self.added.insert(self.hasher.hash_one(key));
        let term = Term::from_field_text(self.index.fields().id, key);
        let searcher = self.index.searcher();
        let committed = searcher.num_docs() > 0 && searcher.doc_freq(&term)? > 0;
        if committed || !is_new {
            self.writer.delete_term(term);
        }
        Ok(())
    }
}

/// Takes away the files that nobody needs, before the writer has written any.
fn collect_files(index: &NewsIndex, writer: &IndexWriter<Queued>) -> Result<()> {
    writer.garbage_collect_files().wait()?;
    match index.path() {
        Some(folder) => unneeded::remove(index.tantivy(), folder),
        None => Ok(()),
    }
}

fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(0.2);
    policy
}

fn lock_error(error: TantivyError, index: &NewsIndex) -> IndexError {
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::WriterLocked {
            path: index.path().map(Into::into),
        },
        other => other.into(),
    }
}

/// Bytes of analysed text on their way to the indexing threads.
///
/// tantivy's own queue holds up to 10,000 documents, whatever their size.
#[derive(Debug, Default)]
struct Gate {
    waiting: Mutex<usize>,
    freed: Condvar,
}

/// A document's share of the queue; given back when an indexing thread takes the document.
#[derive(Debug)]
struct Permit {
    gate: Arc<Gate>,
    bytes: usize,
}

impl Permit {
    /// Waits until the queue has room. One document always has.
    fn new(gate: &Arc<Gate>, bytes: usize) -> Self {
        let mut waiting = gate.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while *waiting > 0 && *waiting + bytes > QUEUE_BYTES {
            waiting = gate
                .freed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *waiting += bytes;
        drop(waiting);
        Self {
            gate: Arc::clone(gate),
            bytes,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut waiting = self
            .gate
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *waiting = waiting.saturating_sub(self.bytes);
        self.gate.freed.notify_all();
    }
}

/// An analysed article, and its copies among those in files.
struct Prepared {
    key: String,
    bytes: usize,
    analysed: Analysed,
    phrases: Phrases,
    matches: Vec<Match>,
    group: Option<u64>,
}

/// A document in tantivy's queue.
pub(crate) struct Queued {
    document: TantivyDocument,
    pub(crate) key: String,
    pub(crate) sequence: Vec<u8>,
    pub(crate) signature: Signature,
    pub(crate) phrases: Phrases,
    _permit: Permit,
}

impl Document for Queued {
    type Value<'a> = CompactDocValue<'a>;
    type FieldsValuesIter<'a> = Box<dyn Iterator<Item = (Field, CompactDocValue<'a>)> + 'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        Box::new(self.document.iter_fields_and_values())
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<NewsWriter>();
};
