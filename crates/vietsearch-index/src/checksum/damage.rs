//! What is known of damaged files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};

/// The error of reading a damaged file; it travels inside of [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("the file {file:?} is damaged")]
pub(crate) struct DamagedFile {
    pub(crate) file: PathBuf,
}

impl DamagedFile {
    pub(crate) fn error(file: &Path) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { file: file.into() })
    }

    /// The file that an error is about.
    pub(crate) fn of_io(error: &io::Error) -> Option<&Path> {
        let damaged = error.get_ref()?.downcast_ref::<Self>()?;
        Some(&damaged.file)
    }

    /// The file that an error of tantivy is about.
    pub(crate) fn of(error: &TantivyError) -> Option<&Path> {
        match error {
            TantivyError::IoError(error)
            | TantivyError::OpenReadError(OpenReadError::IoError {
                io_error: error, ..
            })
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError {
                io_error: error,
                ..
            }) => Self::of_io(error),
            _ => None,
        }
    }
}

/// Counts how often damaged bytes were read where no error could be returned: ranking reads the words
/// of an article as it goes. Whoever searches compares the count before and after.
#[derive(Debug, Default)]
pub struct Damage {
    reads: AtomicU64,
    file: Mutex<Option<PathBuf>>,
}

impl Damage {
    /// How often damaged bytes were read.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Acquire)
    }

    /// The first file in which damaged bytes were read.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.clone()
    }

    pub(super) fn note(&self, file: &Path) {
        let mut known = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_or_insert_with(|| file.into());
        self.reads.fetch_add(1, Ordering::Release);
    }
}
