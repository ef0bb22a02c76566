//! Errors of indexing.

use std::path::PathBuf;

use crate::article::Article;
use crate::checksum::DamagedFile;

/// What went wrong with an index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The directory holds no index.
    #[error("no index in {path:?}: create one with `vietsearch index --index {} INPUT`", path.display())]
    NotAnIndex {
        /// The directory that was opened.
        path: PathBuf,
    },
    /// The directory holds a tantivy index that this library has not made, or its manifest is
    /// damaged.
    #[error("{path:?} is no index of vietsearch: {reason}")]
    Foreign {
        /// The directory that was opened.
        path: PathBuf,
        /// What is missing or unreadable.
        reason: String,
    },
    /// The index was written with another analysis: its terms would not be found.
    #[error(
        "the index was analysed as {index:?}, this library analyses as {library:?}: \
         run `vietsearch reindex --to DIR`, or use the version that wrote it"
    )]
    AnalyzerMismatch {
        /// The fingerprint kept with the index.
        index: String,
        /// The fingerprint of this library.
        library: String,
    },
    /// An index exists where one was to be created.
    #[error("an index exists in {path:?}: open it, or choose another directory")]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// The directory in which an index was to be created holds other files.
    #[error("{path:?} holds other files and no index: choose an empty or a new directory")]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// Another writer holds the index.
    #[error("another writer has the index {path:?} open: close it, or wait until it is done")]
    WriterLocked {
        /// The directory; `None` in RAM.
        path: Option<PathBuf>,
    },
    /// An earlier call of this writer failed: what was added since the last commit may be lost.
    #[error(
        "the writer failed before: drop it, open another, and add again what was not committed; \
         the index is as of the last commit"
    )]
    WriterFailed,
    /// The article has neither a title nor a body.
    #[error("the article {key:?} has neither a title nor a body")]
    EmptyArticle {
        /// The article's key.
        key: String,
    },
    /// The article's key is too long to be found again.
    #[error(
        "the key {start:?}… has {bytes} bytes, {} allowed: give the article a shorter id",
        Article::MAX_KEY_BYTES
    )]
    LongKey {
        /// The first characters of the key.
        start: String,
        /// The length of the key in bytes.
        bytes: usize,
    },
    /// The article is longer than the writer allows.
    #[error(
        "the article {key:?} has {bytes} bytes of text, {max} allowed: cut it, or raise \
         `WriterOptions::max_article_bytes`"
    )]
    LongArticle {
        /// The article's key.
        key: String,
        /// Bytes of title, lead and body.
        bytes: usize,
        /// The most that are allowed.
        max: usize,
    },
    /// A setting is out of range.
    #[error("{what}: {reason}")]
    Setting {
        /// The setting's name.
        what: &'static str,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// A file of the index cannot be read or written.
    #[error("cannot {action} {path:?}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A stored article cannot be read back.
    #[error("the stored article {key:?} cannot be read: {reason}")]
    Stored {
        /// The article's id, or what is known of it.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The bytes of a file are not those that were written.
    #[error(
        "the file {file:?} of the index is damaged: `vietsearch verify` names all that are, \
         restore a copy or index the articles again"
    )]
    Damaged {
        /// The file, in the index directory.
        file: PathBuf,
    },
    /// tantivy refused.
    #[error("tantivy: {0}")]
    Tantivy(#[source] tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for IndexError {
    /// Damaged files are told apart from what else tantivy cannot read.
    fn from(error: tantivy::TantivyError) -> Self {
        match DamagedFile::of(&error) {
            Some(file) => Self::Damaged { file: file.into() },
            None => Self::Tantivy(error),
        }
    }
}

impl From<std::io::Error> for IndexError {
    /// What was read or written is not known here.
    fn from(error: std::io::Error) -> Self {
        tantivy::TantivyError::from(error).into()
    }
}

/// The result of an operation on an index.
pub(crate) type Result<T, E = IndexError> = std::result::Result<T, E>;
