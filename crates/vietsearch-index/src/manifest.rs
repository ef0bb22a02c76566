//! The manifest: what an index was analysed with.
//!
//! tantivy keeps the names of tokenizers only, so the index keeps a small file of its own.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::directory::Directory;
use tantivy::directory::error::OpenReadError;
use vietsearch_text::{UserDictionary, UserDictionaryError};

use crate::error::{IndexError, Result};

/// The file's name in the index directory.
pub(crate) const FILE: &str = "vietsearch.json";
/// Version of the schema and of what the feeds write.
const SCHEMA_VERSION: u32 = 3;

/// Everything that decides which terms a text gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fingerprint {
    /// Version of the text analysis.
    pub analysis: u32,
    /// Version of the schema.
    pub schema: u32,
    /// The fingerprint of the user dictionary; 0 if there is none.
    #[serde(default)]
    pub user_dictionary: u64,
}

impl Fingerprint {
    /// The fingerprint of this library.
    #[must_use]
    pub fn current() -> Self {
        Self {
            analysis: vietsearch_text::ANALYSIS_VERSION,
            schema: SCHEMA_VERSION,
            user_dictionary: 0,
        }
    }

    /// The same with words of one's own.
    pub(crate) fn with(mut self, words: Option<&UserDictionary>) -> Self {
        self.user_dictionary = words.map_or(0, UserDictionary::fingerprint);
        self
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "analysis {} schema {}",
            self.analysis, self.schema
        )?;
        match self.user_dictionary {
            0 => Ok(()),
            words => write!(formatter, " user dictionary {words:016x}"),
        }
    }
}

/// What an index is created with, and keeps.
///
/// ```
/// use vietsearch_index::{IndexError, IndexOptions, NewsIndex};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("bao");
/// let options = IndexOptions::default().with_user_dictionary("Vạn Thịnh Phát")?;
/// NewsIndex::create_with(&path, &options)?;
/// // The index keeps its words.
/// assert_eq!(NewsIndex::open(&path)?.user_dictionary().map_or(0, |words| words.len()), 1);
/// // Others are refused.
/// let others = IndexOptions::default().with_user_dictionary("Tân Hoàng Minh")?;
/// assert!(matches!(
///     NewsIndex::open_with(&path, &others),
///     Err(IndexError::AnalyzerMismatch { .. })
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct IndexOptions {
    /// The text of the dictionary and what was read from it.
    pub(crate) words: Option<(String, Arc<UserDictionary>)>,
}

impl IndexOptions {
    /// Takes words of one's own for words, in the form of [`UserDictionary`]. They decide which
    /// phrases are offered as completions, and are a part of the index's fingerprint.
    ///
    /// # Errors
    ///
    /// [`UserDictionaryError`] at the first line that is no word.
    pub fn with_user_dictionary(mut self, text: &str) -> Result<Self, UserDictionaryError> {
        let words = UserDictionary::parse(text)?;
        self.words = (!words.is_empty()).then(|| (text.to_string(), Arc::new(words)));
        Ok(self)
    }

    /// What an index is to have, if it is to have any.
    pub(crate) fn user_dictionary(&self) -> Option<&Arc<UserDictionary>> {
        self.words.as_ref().map(|(_, words)| words)
    }
}

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    fingerprint: Fingerprint,
    /// The library's version, for people; not compared.
    written_by: String,
    /// The text of the user dictionary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_dictionary: Option<String>,
}

impl Manifest {
    pub(crate) fn current(options: &IndexOptions) -> Self {
        let written_by = format!("vietsearch {}", env!("CARGO_PKG_VERSION"));
        let words = options.user_dictionary();
        Self {
            fingerprint: Fingerprint::current().with(words.map(Arc::as_ref)),
            written_by,
            user_dictionary: options.words.as_ref().map(|(text, _)| text.clone()),
        }
    }

    /// What the index was created with.
    ///
    /// # Errors
    ///
    /// [`IndexError::Foreign`] if the words cannot be read.
    pub(crate) fn options(&self, directory: &Path) -> Result<IndexOptions> {
        let text = self.user_dictionary.as_deref().unwrap_or("");
        let options = IndexOptions::default().with_user_dictionary(text);
        options.map_err(|error| IndexError::Foreign {
            path: directory.into(),
            reason: format!("{FILE:?}: user dictionary, {error}"),
        })
    }

    /// Writes the file: whole or not at all. `name` of the directory stands in messages.
    pub(crate) fn write(&self, directory: &dyn Directory, name: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self).map_err(std::io::Error::from);
        json.and_then(|json| directory.atomic_write(Path::new(FILE), (json + "\n").as_bytes()))
            .and_then(|()| directory.sync_directory())
            .map_err(|source| IndexError::Io {
                action: "write",
                path: name.join(FILE),
                source,
            })
    }

    /// True if the directory has a manifest, readable or not.
    pub(crate) fn exists(directory: &Path) -> bool {
        directory.join(FILE).exists()
    }

    pub(crate) fn read(directory: &dyn Directory, name: &Path) -> Result<Self> {
        let foreign = |reason: String| IndexError::Foreign {
            path: name.into(),
            reason,
        };
        let json = directory
            .atomic_read(Path::new(FILE))
            .map_err(|error| foreign(cannot_read(error)))?;
        serde_json::from_slice(&json).map_err(|error| foreign(format!("{FILE:?}: {error}")))
    }

    /// An error unless this library, with these options, analyses as the index was analysed.
    pub(crate) fn check(&self, options: &IndexOptions) -> Result<()> {
        let words = options.user_dictionary().map(Arc::as_ref);
        let library = Fingerprint::current().with(words);
        if self.fingerprint == library {
            return Ok(());
        }
        Err(IndexError::AnalyzerMismatch {
            index: self.fingerprint.to_string(),
            library: library.to_string(),
        })
    }
}

fn cannot_read(error: OpenReadError) -> String {
    match error {
        OpenReadError::FileDoesNotExist(_) => format!("it has no {FILE:?}"),
        OpenReadError::IoError { io_error, .. } => format!("cannot read {FILE:?}: {io_error}"),
        other => format!("cannot read {FILE:?}: {other}"),
    }
}
