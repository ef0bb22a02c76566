//! The manifest: what an index was analysed with.
//!
//! tantivy keeps the names of tokenizers only, so the index keeps a small file of its own.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{IndexError, Result};

/// The file's name in the index directory.
const FILE: &str = "vietsearch.json";
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
}

impl Fingerprint {
    /// The fingerprint of this library.
    #[must_use]
    pub fn current() -> Self {
        Self {
            analysis: vietsearch_text::ANALYSIS_VERSION,
            schema: SCHEMA_VERSION,
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "analysis {} schema {}",
            self.analysis, self.schema
        )
    }
}

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    fingerprint: Fingerprint,
    /// The library's version, for people; not compared.
    written_by: String,
}

impl Manifest {
    pub(crate) fn current() -> Self {
        let written_by = format!("vietsearch {}", env!("CARGO_PKG_VERSION"));
        Self {
            fingerprint: Fingerprint::current(),
            written_by,
        }
    }

    /// Writes the file: whole or not at all.
    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(FILE);
        let temporary = directory.join(".vietsearch.json.new");
        let io = |source| IndexError::Io {
            action: "write",
            path: path.clone(),
            source,
        };
        let json = serde_json::to_string_pretty(self)
            .map_err(std::io::Error::from)
            .map_err(io)?;
        std::fs::write(&temporary, json + "\n").map_err(io)?;
        std::fs::File::open(&temporary)
            .and_then(|file| file.sync_all())
            .map_err(io)?;
        std::fs::rename(&temporary, &path).map_err(io)
    }

    /// True if the directory has a manifest, readable or not.
    pub(crate) fn exists(directory: &Path) -> bool {
        directory.join(FILE).exists()
    }

    pub(crate) fn read(directory: &Path) -> Result<Self> {
        let foreign = |reason: String| IndexError::Foreign {
            path: directory.into(),
            reason,
        };
        let json = std::fs::read_to_string(directory.join(FILE))
            .map_err(|error| foreign(format!("cannot read {FILE:?}: {error}")))?;
        serde_json::from_str(&json).map_err(|error| foreign(format!("{FILE:?}: {error}")))
    }

    /// An error unless this library analyses as the index was analysed.
    pub(crate) fn check(&self) -> Result<()> {
        let library = Fingerprint::current();
        if self.fingerprint == library {
            return Ok(());
        }
        Err(IndexError::AnalyzerMismatch {
            index: self.fingerprint.to_string(),
            library: library.to_string(),
        })
    }
}
