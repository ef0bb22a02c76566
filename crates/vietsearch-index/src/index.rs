//! An index: create, open, read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::index::SegmentId;
use tantivy::plugin::SegmentPlugin;
use tantivy::schema::{Schema, Value as _};
use tantivy::{
    DocAddress, Index, IndexBuilder, IndexReader, ReloadPolicy, Searcher, SegmentReader,
    TantivyDocument, TantivyError,
};
use vietsearch_text::UserDictionary;

use crate::article::Article;
use crate::checksum::{CheckedFiles, ChecksumDirectory, Damage};
use crate::date::DateTime;
use crate::duplicates::{DuplicatesPlugin, DuplicatesReader};
use crate::error::{IndexError, Result};
use crate::forward::{ForwardPlugin, ForwardReader};
use crate::manifest::{Fingerprint, IndexOptions, Manifest};
use crate::phrases::{PhrasePlugin, PhraseTable};
use crate::schema::{Fields, Region, register};
use crate::union::UnionDirectory;
use crate::writer::{NewsWriter, WriterOptions};
use crate::{duplicates, forward, phrases, segment_file};

/// An index of news articles, in a directory or in RAM. A clone is the same index.
///
/// ```
/// use vietsearch_index::{Article, NewsIndex, WriterOptions};
///
/// let index = NewsIndex::create_in_ram()?;
/// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
/// writer.add(Article::new("Giá vàng tăng", "Sáng nay giá vàng trong nước tăng mạnh."))?;
/// writer.commit()?;
/// assert_eq!(index.num_docs(), 1);
/// # Ok::<(), vietsearch_index::IndexError>(())
/// ```
#[derive(Clone)]
pub struct NewsIndex {
    index: Index,
    reader: IndexReader,
    snapshot: Arc<RwLock<Snapshot>>,
    files: CheckedFiles,
    fields: Arc<Fields>,
    path: Option<PathBuf>,
    options: IndexOptions,
}

/// The articles of one commit: a searcher, and what else its segments have.
#[derive(Clone)]
pub struct Snapshot {
    /// The searcher.
    pub searcher: Searcher,
    /// The forward indexes by segment.
    pub forward: Arc<HashMap<SegmentId, ForwardReader>>,
    /// What near-duplicates are found by, by segment.
    pub(crate) duplicates: Arc<HashMap<SegmentId, DuplicatesReader>>,
    /// The phrases by segment.
    pub phrases: Arc<HashMap<SegmentId, PhraseTable>>,
    /// What was found damaged while these files were read.
    pub damage: Arc<Damage>,
}

/// How often a snapshot is tried: a merge that ends meanwhile takes files away.
const SNAPSHOT_TRIES: usize = 20;

impl NewsIndex {
    /// Creates an index in a directory, which is created too if it is absent.
    ///
    /// # Errors
    ///
    /// [`IndexError::Exists`] if there is one, [`IndexError::NotEmpty`] if the directory holds
    /// something else, [`IndexError::Io`] if the directory cannot be
    /// written.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::create_with(path, &IndexOptions::default())
    }

    /// As [`create`](Self::create), with options.
    ///
    /// # Errors
    ///
    /// As for [`create`](Self::create).
    pub fn create_with(path: impl AsRef<Path>, options: &IndexOptions) -> Result<Self> {
        let path = path.as_ref();
        make_free(path)?;
        let directory = Box::new(open_directory(path)?);
        Self::create_at(directory, path, Some(path), options)
    }

    /// Creates an index in a directory of another kind than a folder of the file system, which holds
    /// none. The index stays its only user: what it writes has checksums at the end.
    ///
    /// ```
    /// use tantivy::directory::RamDirectory;
    /// use vietsearch_index::{IndexOptions, NewsIndex};
    ///
    /// let directory = RamDirectory::create();
    /// NewsIndex::create_in(directory.clone(), &IndexOptions::default())?;
    /// assert_eq!(NewsIndex::open_in(directory)?.num_docs(), 0);
    /// # Ok::<(), vietsearch_index::IndexError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`IndexError::Exists`] if there is an index, and those of the directory.
    pub fn create_in(
        directory: impl Into<Box<dyn Directory>>,
        options: &IndexOptions,
    ) -> Result<Self> {
        let directory = directory.into();
        let name = PathBuf::from(format!("{directory:?}"));
        if Index::exists(&*directory).map_err(TantivyError::from)? {
            return Err(IndexError::Exists { path: name });
        }
        Self::create_at(directory, &name, None, options)
    }

    /// `name` stands in messages.
    fn create_at(
        directory: Box<dyn Directory>,
        name: &Path,
        path: Option<&Path>,
        options: &IndexOptions,
    ) -> Result<Self> {
        let damage = Arc::new(Damage::default());
        let directory = ChecksumDirectory::new(directory, &damage);
        // The manifest goes first: a directory with a manifest alone is still none, and an index
        // never lacks its manifest.
        Manifest::current(options).write(&directory, name)?;
        let (schema, fields) = Fields::build();
        let words = options.user_dictionary();
        let index = builder(schema, words).open_or_create(directory.clone())?;
        let files = CheckedFiles::new(vec![directory], damage);
        Self::new(index, fields, files, path, options.clone())
    }

    /// Creates an index in RAM, for tests and small collections.
    ///
    /// # Errors
    ///
    /// None that is known; tantivy's signature has one.
    pub fn create_in_ram() -> Result<Self> {
        Self::create_in_ram_with(&IndexOptions::default())
    }

    /// As [`create_in_ram`](Self::create_in_ram), with options.
    ///
    /// # Errors
    ///
    /// As for [`create_in_ram`](Self::create_in_ram).
    pub fn create_in_ram_with(options: &IndexOptions) -> Result<Self> {
        let (schema, fields) = Fields::build();
        let words = options.user_dictionary();
        let index = builder(schema, words).create_in_ram()?;
        Self::new(
            index,
            fields,
            CheckedFiles::default(),
            None,
            options.clone(),
        )
    }

    /// Opens an index.
    ///
    /// # Errors
    ///
    /// [`IndexError::NotAnIndex`] if the directory holds none, [`IndexError::Foreign`] if
    /// vietsearch has not made it, [`IndexError::AnalyzerMismatch`] if it was written with another
    /// analysis: see [`reindex`](crate::reindex).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_manifest(path.as_ref(), None)
    }

    /// As [`open`](Self::open), if the index was created with these options.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open); [`IndexError::AnalyzerMismatch`] also for other words.
    pub fn open_with(path: impl AsRef<Path>, options: &IndexOptions) -> Result<Self> {
        Self::open_manifest(path.as_ref(), Some(options))
    }

    fn open_manifest(path: &Path, expected: Option<&IndexOptions>) -> Result<Self> {
        if !has_index(path)? {
            return Err(IndexError::NotAnIndex { path: path.into() });
        }
        Self::open_at(Box::new(open_directory(path)?), path, Some(path), expected)
    }

    /// Opens the index in a directory of another kind: see [`create_in`](Self::create_in).
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_in(directory: impl Into<Box<dyn Directory>>) -> Result<Self> {
        let directory = directory.into();
        let name = PathBuf::from(format!("{directory:?}"));
        if !Index::exists(&*directory).map_err(TantivyError::from)? {
            return Err(IndexError::NotAnIndex { path: name });
        }
        Self::open_at(directory, &name, None, None)
    }

    fn open_at(
        directory: Box<dyn Directory>,
        name: &Path,
        path: Option<&Path>,
        expected: Option<&IndexOptions>,
    ) -> Result<Self> {
        let damage = Arc::new(Damage::default());
        let directory = ChecksumDirectory::new(directory, &damage);
        let manifest = Manifest::read(&directory, name)?;
        let options = manifest.options(name)?;
        manifest.check(&options)?;
        if let Some(expected) = expected {
            manifest.check(expected)?;
        }
        let words = options.user_dictionary();
        let mut index = open_index(directory.clone(), name)?;
        for plugin in plugins(words) {
            index.register_plugin(plugin);
        }
        let fields = Fields::find(&index.schema()).map_err(|field| IndexError::Foreign {
            path: name.into(),
            reason: format!("the field {field:?} is missing or differs"),
        })?;
        let files = CheckedFiles::new(vec![directory], damage);
        Self::new(index, fields, files, path, options)
    }

    /// Opens several indexes to be searched as one: order and scores are those of one index with all
    /// their articles. An article that stands in two of them is found twice. Nothing can be written.
    ///
    /// ```
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    ///
    /// let directory = tempfile::tempdir()?;
    /// let paths = ["a", "b"].map(|name| directory.path().join(name));
    /// for (number, path) in paths.iter().enumerate() {
    ///     let mut writer = NewsIndex::create(path)?.writer(WriterOptions::default())?;
    ///     writer.add(Article::new("Giá vàng", "").with_id(number.to_string()))?;
    ///     writer.finish()?;
    /// }
    /// let both = NewsIndex::open_several(&paths)?;
    /// assert_eq!(both.num_docs(), 2);
    /// assert!(both.writer(WriterOptions::default()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open) for each, [`IndexError::AnalyzerMismatch`] if they were created
    /// with different words, and [`IndexError::Setting`] if none is named.
    pub fn open_several(paths: &[impl AsRef<Path>]) -> Result<Self> {
        let mut parts = Vec::new();
        let mut options = None;
        let damage = Arc::new(Damage::default());
        for path in paths {
            let path = path.as_ref();
            // Whatever is wrong with one of them is told of that one.
            let index = Self::open(path)?;
            let expected = options.get_or_insert((index.fingerprint(), index.options.clone()));
            if index.fingerprint() != expected.0 {
                return Err(IndexError::AnalyzerMismatch {
                    index: index.fingerprint().to_string(),
                    library: expected.0.to_string(),
                });
            }
            let directory = Box::new(open_directory(path)?);
            parts.push(ChecksumDirectory::new(directory, &damage));
        }
        if parts.is_empty() {
            return Err(IndexError::Setting {
                what: "indexes",
                reason: "none is named, at least one is needed".to_string(),
            });
        }
        let mut index = Index::open(UnionDirectory::new(parts.clone()))?;
        let options = options.map(|(_, options)| options).unwrap_or_default();
        for plugin in plugins(options.user_dictionary()) {
            index.register_plugin(plugin);
        }
        // Each of them has these fields.
        let (_, fields) = Fields::build();
        let files = CheckedFiles::new(parts, damage);
        Self::new(index, fields, files, None, options)
    }

    /// Opens the index in a directory, or creates it if there is none.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open) and [`create`](Self::create).
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if path.exists() && has_index(path)? {
            Self::open(path)
        } else {
            Self::create(path)
        }
    }

    /// Opens the index in a directory if it was created with these options, or creates it with them.
    ///
    /// # Errors
    ///
    /// Those of [`open_with`](Self::open_with) and [`create_with`](Self::create_with).
    pub fn open_or_create_with(path: impl AsRef<Path>, options: &IndexOptions) -> Result<Self> {
        let path = path.as_ref();
        if path.exists() && has_index(path)? {
            Self::open_with(path, options)
        } else {
            Self::create_with(path, options)
        }
    }

    fn new(
        index: Index,
        fields: Fields,
        files: CheckedFiles,
        path: Option<&Path>,
        options: IndexOptions,
    ) -> Result<Self> {
        register(&index);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let snapshot = take_snapshot(&reader, &files, None)?;
        Ok(Self {
            index,
            reader,
            snapshot: Arc::new(RwLock::new(snapshot)),
            files,
            fields: Arc::new(fields),
            path: path.map(Into::into),
            options,
        })
    }

    /// The index's only writer.
    ///
    /// # Errors
    ///
    /// [`IndexError::WriterLocked`] if there is a writer already, in this process or another;
    /// [`IndexError::Setting`] if an option is out of range.
    pub fn writer(&self, options: WriterOptions) -> Result<NewsWriter> {
        NewsWriter::new(self.clone(), options)
    }

    /// Makes the last commit visible to the next searcher. A writer's own commits need no reload.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn reload(&self) -> Result<()> {
        self.reader.reload()?;
        let snapshot = take_snapshot(&self.reader, &self.files, Some(&self.snapshot()))?;
        *self
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }

    /// The articles that are visible now, with the order of their words.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        snapshot.clone()
    }

    /// A snapshot of the articles that are visible now.
    #[must_use]
    pub fn searcher(&self) -> Searcher {
        self.snapshot().searcher
    }

    /// Number of visible articles.
    #[must_use]
    pub fn num_docs(&self) -> u64 {
        self.searcher().num_docs()
    }

    /// The fields of the schema.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The tantivy index underneath.
    #[must_use]
    pub fn tantivy(&self) -> &Index {
        &self.index
    }

    /// The files, which have checksums.
    pub(crate) fn files(&self) -> &CheckedFiles {
        &self.files
    }

    /// The directory; `None` in RAM, for several, and for a directory of another kind.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What the terms of this index were analysed with.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::current().with(self.user_dictionary().map(Arc::as_ref))
    }

    /// The words of one's own that the index was created with.
    #[must_use]
    pub fn user_dictionary(&self) -> Option<&Arc<UserDictionary>> {
        self.options.user_dictionary()
    }

    pub(crate) fn options(&self) -> &IndexOptions {
        &self.options
    }

    /// Reads a stored article.
    ///
    /// # Errors
    ///
    /// [`IndexError::Stored`] if it is damaged.
    pub fn article(&self, searcher: &Searcher, address: DocAddress) -> Result<Article> {
        read_article(&self.fields, &searcher.doc(address)?)
    }
}

/// Opens the files of what a reader shows that tantivy does not know; those that are open already
/// stay.
///
/// tantivy opens a segment's own files while nothing can be taken away, but not those of plugins:
/// where a merge has just replaced a segment, the newer state is read.
fn take_snapshot(
    reader: &IndexReader,
    files: &CheckedFiles,
    known: Option<&Snapshot>,
) -> Result<Snapshot> {
    let mut tries = 1;
    loop {
        match open_files(reader.searcher(), files, known) {
            Ok(snapshot) => return Ok(snapshot),
            Err(TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_)))
                if tries < SNAPSHOT_TRIES =>
            {
                tries += 1;
                reader.reload()?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn open_files(
    searcher: Searcher,
    files: &CheckedFiles,
    known: Option<&Snapshot>,
) -> tantivy::Result<Snapshot> {
    let forward = open_all(&searcher, known.map(|known| &*known.forward), |segment| {
        ForwardReader::new(
            segment,
            segment_file::open(files, segment, forward::EXTENSION)?,
        )
    })?;
    let duplicates = open_all(
        &searcher,
        known.map(|known| &*known.duplicates),
        |segment| {
            let bytes = segment_file::open(files, segment, duplicates::EXTENSION)?;
            DuplicatesReader::new(bytes, Some(segment.max_doc()))
        },
    )?;
    let phrases = open_all(&searcher, known.map(|known| &*known.phrases), |segment| {
        PhraseTable::new(segment_file::open(files, segment, phrases::EXTENSION)?)
    })?;
    Ok(Snapshot {
        searcher,
        forward: Arc::new(forward),
        duplicates: Arc::new(duplicates),
        phrases: Arc::new(phrases),
        damage: Arc::clone(files.damage()),
    })
}

fn open_all<R: Clone>(
    searcher: &Searcher,
    known: Option<&HashMap<SegmentId, R>>,
    open: impl Fn(&SegmentReader) -> tantivy::Result<R>,
) -> tantivy::Result<HashMap<SegmentId, R>> {
    let mut readers = HashMap::new();
    for segment in searcher.segment_readers() {
        let id = segment.segment_id();
        let reader = match known.and_then(|known| known.get(&id)) {
            Some(known) => known.clone(),
            None => open(segment)?,
        };
        readers.insert(id, reader);
    }
    Ok(readers)
}

fn builder(schema: Schema, words: Option<&Arc<UserDictionary>>) -> IndexBuilder {
    // The index keeps in mind that it needs the plugins.
    let builder = Index::builder().schema(schema);
    plugins(words)
        .into_iter()
        .fold(builder, IndexBuilder::register_plugin)
}

fn plugins(words: Option<&Arc<UserDictionary>>) -> [Arc<dyn SegmentPlugin>; 3] {
    [
        Arc::new(ForwardPlugin),
        Arc::new(DuplicatesPlugin),
        Arc::new(PhrasePlugin::new(words.cloned())),
    ]
}

/// Turns a stored document into the article that was added.
pub(crate) fn read_article(fields: &Fields, document: &TantivyDocument) -> Result<Article> {
    let text = |field| -> Option<String> {
        document
            .get_first(field)
            .and_then(|value| value.as_str())
            .map(str::to_string)
    };
    let time = |field| -> Option<DateTime> {
        let stored = document
            .get_first(field)
            .and_then(|value| value.as_datetime())?;
        Some(DateTime::from_unix_seconds(stored.into_timestamp_secs()))
    };
    let id = text(fields.id);
    let extra = match text(fields.extra) {
        Some(json) => serde_json::from_str(&json).map_err(|error| IndexError::Stored {
            key: id.clone().unwrap_or_default(),
            reason: error.to_string(),
        })?,
        None => Default::default(),
    };
    let tags = document
        .get_all(fields.tags)
        .filter_map(|value| value.as_str());
    let mut article = Article {
        tags: tags.map(str::to_string).collect(),
        extra,
        ..Article::default()
    };
    article.title = text(fields.text(Region::Title));
    article.lead = text(fields.text(Region::Lead));
    article.body = text(fields.text(Region::Body));
    article.author = text(fields.author);
    article.source = text(fields.source);
    article.section = text(fields.section);
    article.url = text(fields.url);
    article.published_at = time(fields.published_at);
    article.updated_at = time(fields.updated_at);
    article.id = id;
    Ok(article)
}

/// True if a directory holds a tantivy index. A file, or nothing, is none.
pub(crate) fn has_index(path: &Path) -> Result<bool> {
    if !path.is_dir() {
        return Ok(false);
    }
    Ok(Index::exists(&open_directory(path)?).map_err(TantivyError::from)?)
}

/// Makes a directory in which an index can be created, if there is none.
pub(crate) fn make_free(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|source| IndexError::Io {
        action: "create",
        path: path.into(),
        source,
    })?;
    if has_index(path)? {
        return Err(IndexError::Exists { path: path.into() });
    }
    if !is_free(path)? {
        return Err(IndexError::NotEmpty { path: path.into() });
    }
    Ok(())
}

/// True if a directory is empty, or holds what a creation that was killed has left: the manifest
/// goes first. An index is not to be mixed with somebody's files.
fn is_free(path: &Path) -> Result<bool> {
    let io = |source| IndexError::Io {
        action: "read",
        path: path.into(),
        source,
    };
    if Manifest::exists(path) {
        return Ok(true);
    }
    for entry in std::fs::read_dir(path).map_err(io)? {
        let name = entry.map_err(io)?.file_name();
        if !name.to_string_lossy().starts_with('.') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Opens the tantivy index in a directory that holds one.
pub(crate) fn open_index(directory: ChecksumDirectory, name: &Path) -> Result<Index> {
    Index::open(directory).map_err(|error| match error {
        // Its message quotes the whole file.
        TantivyError::DataCorruption(_) => IndexError::Foreign {
            path: name.into(),
            reason: "\"meta.json\" is damaged, restore a copy or index the articles again".into(),
        },
        other => other.into(),
    })
}

pub(crate) fn open_directory(path: &Path) -> Result<MmapDirectory> {
    Ok(MmapDirectory::open(path).map_err(TantivyError::from)?)
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<NewsIndex>();
};
