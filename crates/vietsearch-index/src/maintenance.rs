//! Looking after an index: statistics, verification, a new index from the stored articles.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tantivy::directory::Directory;
use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentComponent;
use tantivy::schema::Value as _;
use tantivy::{TantivyDocument, TantivyError};

use crate::agreement::Agreement;
use crate::analysis::Analyzer;
use crate::checksum::{ChecksumDirectory, MANAGED, META, State};
use crate::error::{IndexError, Result};
use crate::index::{NewsIndex, has_index, open_directory, open_index, read_article};
use crate::manifest::{FILE as MANIFEST, IndexOptions, Manifest};
use crate::schema::{Fields, register};
use crate::segment_list::SegmentList;
use crate::writer::WriterOptions;
use crate::{duplicates, forward, phrases};

/// Sizes of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Visible articles.
    pub articles: u64,
    /// Articles that are deleted but still take space.
    pub deleted: u64,
    /// Segments.
    pub segments: usize,
    /// Bytes of all segments.
    pub bytes: u64,
    /// Bytes by component: `terms`, `postings`, `norms`, `forward`, `duplicates`, `phrases`,
    /// `fast`, `store`, `deletes`.
    pub components: BTreeMap<&'static str, u64>,
    /// What the index was analysed with.
    pub fingerprint: String,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Articles read.
    pub articles: u64,
    /// Names of the files whose bytes are not those that were written, or that are missing.
    pub damaged: Vec<String>,
    /// Everything else that is wrong.
    pub problems: Vec<String>,
}

impl Verification {
    /// True if nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.problems.is_empty()
    }
}

impl NewsIndex {
    /// Counts articles and bytes.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn stats(&self) -> Result<Stats> {
        let searcher = self.searcher();
        let usage = searcher
            .space_usage()
            .map_err(tantivy::TantivyError::from)?;
        let mut components: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut deleted = 0;
        for segment in usage.segments() {
            let custom = |extension: &str| {
                let component = SegmentComponent::Custom(extension.to_string());
                segment.component(component).total()
            };
            for (name, bytes) in [
                ("terms", segment.termdict().total()),
                ("postings", segment.postings().total()),
                ("forward", custom(forward::EXTENSION)),
                ("duplicates", custom(duplicates::EXTENSION)),
                ("phrases", custom(phrases::EXTENSION)),
                ("norms", segment.fieldnorms().total()),
                ("fast", segment.fast_fields().total()),
                ("store", segment.store().total()),
                ("deletes", segment.deletes()),
            ] {
                *components.entry(name).or_default() += bytes.get_bytes();
            }
        }
        for segment in searcher.segment_readers() {
            deleted += u64::from(segment.num_deleted_docs());
        }
        Ok(Stats {
            articles: searcher.num_docs(),
            deleted,
            segments: searcher.segment_readers().len(),
            bytes: usage.total().get_bytes(),
            components,
            fingerprint: self.fingerprint().to_string(),
        })
    }

    /// Reads every file and every stored article, and names what is damaged. Each article is analysed
    /// again and compared with what is indexed of it, in every tier: that takes somewhat less time than
    /// indexing it did, on one thread.
    ///
    /// An index that cannot be opened cannot be asked: see [`verify`].
    ///
    /// # Errors
    ///
    /// Only if the index cannot be read at all; damage is in the result.
    pub fn verify(&self) -> Result<Verification> {
        let mut found = Verification::default();
        for directory in self.files().directories() {
            found.add_files(directory)?;
        }
        // Damaged bytes are not to be decoded.
        if found.damaged.is_empty() {
            self.read_articles(&mut found)?;
        }
        Ok(found)
    }

    /// Reads every stored article.
    fn read_articles(&self, found: &mut Verification) -> Result<()> {
        let snapshot = self.snapshot();
        let searcher = &snapshot.searcher;
        for segment in searcher.segment_readers() {
            let Some(forward) = snapshot.forward.get(&segment.segment_id()) else {
                debug_assert!(false, "a snapshot has the files of its segments");
                continue;
            };
            let analyzer = Analyzer::new(self.user_dictionary().cloned());
            let mut agreement = Agreement::new(segment, forward, self.fields(), analyzer);
            let store = segment.get_store_reader(8)?;
            let documents = store.iter::<TantivyDocument>(segment.alive_bitset());
            for (document, doc) in documents.zip(segment.doc_ids_alive()) {
                let read = document.map_err(IndexError::from);
                match read.and_then(|document| read_article(self.fields(), &document)) {
                    Ok(article) if article.id.is_none() => {
                        found.problems.push("an article without id".to_string());
                    }
                    Ok(article) => {
                        found.articles += 1;
                        if !agreement.add(doc, &article) {
                            let key = article.key();
                            let problem = format!("the order of words differs in article {key:?}");
                            found.problems.push(problem);
                        }
                    }
                    Err(error) => found.problems.push(error.to_string()),
                }
            }
            for doc in agreement.differing()? {
                let key = forward.key(doc);
                let problem = format!("other words are indexed than stored in article {key:?}");
                found.problems.push(problem);
            }
        }
        let expected = searcher.num_docs();
        if found.articles != expected && found.problems.is_empty() {
            let problem = format!("{expected} articles indexed, {} stored", found.articles);
            found.problems.push(problem);
        }
        Ok(())
    }
}

impl Verification {
    /// Compares the files of a directory with their checksums. Those that the index does not need,
    /// which a killed process has left, are not looked at.
    fn add_files(&mut self, directory: &ChecksumDirectory) -> Result<()> {
        for name in [MANIFEST, META, MANAGED] {
            let state = directory.state_of_json(Path::new(name));
            self.add_file(name.to_string(), state)?;
        }
        let Ok(meta) = directory.atomic_read(Path::new(META)) else {
            // It is on the list.
            return Ok(());
        };
        let Ok(meta) = serde_json::from_slice::<SegmentList>(&meta) else {
            self.damaged.push(META.to_string());
            return Ok(());
        };
        for name in meta.files() {
            let state = directory.state(Path::new(&name));
            self.add_file(name, state)?;
        }
        self.damaged.sort();
        Ok(())
    }

    fn add_file(&mut self, name: String, state: Result<State, OpenReadError>) -> Result<()> {
        match state {
            Ok(State::Sound) => {}
            Ok(State::Damaged) => self.damaged.push(name),
            Ok(State::WithoutSums) => self.problems.push(format!(
                "the file {name:?} has no checksums of its own: `vietsearch reindex` writes them"
            )),
            Err(OpenReadError::FileDoesNotExist(_)) => self.damaged.push(name),
            Err(error) => return Err(TantivyError::from(error).into()),
        }
        Ok(())
    }
}

/// Reads every file of the index in a directory, also of one that cannot be opened, and every stored
/// article of one that can.
///
/// # Errors
///
/// [`IndexError::NotAnIndex`] if the directory holds none, and those of the disk. An index that is
/// sound but was written with another analysis is an [`IndexError::AnalyzerMismatch`].
pub fn verify(path: &Path) -> Result<Verification> {
    if !has_index(path)? {
        return Err(IndexError::NotAnIndex { path: path.into() });
    }
    let mut found = Verification::default();
    found.add_files(&checked(path)?)?;
    if found.damaged.is_empty() {
        NewsIndex::open(path)?.read_articles(&mut found)?;
    }
    Ok(found)
}

fn checked(path: &Path) -> Result<ChecksumDirectory> {
    let directory = Box::new(open_directory(path)?);
    Ok(ChecksumDirectory::new(directory, &Arc::default()))
}

/// Makes a new index from the stored articles of another, whatever analysis that was written with.
/// Groups of near-duplicates stay, and so do words of one's own.
///
/// `progress` is called now and then with the articles done and the articles there are. Returns the
/// number of articles.
///
/// # Errors
///
/// [`IndexError::NotAnIndex`] if `from` holds none, [`IndexError::Foreign`] if it holds other
/// fields, [`IndexError::Exists`] if `to` holds an index, and those of the disk.
pub fn reindex(
    from: &Path,
    to: &Path,
    options: WriterOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64> {
    if !has_index(from)? {
        return Err(IndexError::NotAnIndex { path: from.into() });
    }
    let words = Manifest::read(&checked(from)?, from)?.options(from)?;
    reindex_with(from, to, &words, options, progress)
}

/// As [`reindex`], with other words of one's own than those of the old index, or with none.
///
/// # Errors
///
/// As for [`reindex`].
pub fn reindex_with(
    from: &Path,
    to: &Path,
    words: &IndexOptions,
    options: WriterOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64> {
    if !has_index(from)? {
        return Err(IndexError::NotAnIndex { path: from.into() });
    }
    let old = open_index(checked(from)?, from)?;
    register(&old);
    let fields = Fields::find_stored(&old.schema()).map_err(|field| IndexError::Foreign {
        path: from.into(),
        reason: format!("the stored field {field:?} is missing"),
    })?;
    let searcher = old.reader()?.searcher();
    let total = searcher.num_docs();
    let mut writer = NewsIndex::create_with(to, words)?.writer(options)?;
    let mut done = 0;
    for segment in searcher.segment_readers() {
        let store = segment.get_store_reader(8)?;
        // Indexes of the first schemas have none.
        let groups = segment.fast_fields().column_opt::<u64>("group")?;
        let documents = store.iter::<TantivyDocument>(segment.alive_bitset());
        for (document, doc) in documents.zip(segment.doc_ids_alive()) {
            let document = document?;
            let group = groups.as_ref().and_then(|groups| groups.first(doc));
            let id = document
                .get_first(fields.id)
                .and_then(|id| id.as_str().map(str::to_string));
            writer
                .add_to_group(read_article(&fields, &document)?, group)
                .map_err(|error| IndexError::Stored {
                    key: id.unwrap_or_default(),
                    reason: error.to_string(),
                })?;
            done += 1;
            if done % 256 == 0 {
                progress(done, total);
            }
        }
    }
    writer.finish()?;
    progress(done, total);
    Ok(done)
}
