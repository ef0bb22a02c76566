//! Several indexes read as one: the segments of all of them.
//!
//! tantivy's own searcher then counts, prunes and merges as for any other index, so that order and
//! scores are those of one index with all articles.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, WatchCallback, WatchHandle,
    WritePtr,
};

use crate::checksum::{ChecksumDirectory, META};

/// The files of several indexes, to be read.
#[derive(Clone)]
pub(crate) struct UnionDirectory {
    parts: Arc<[ChecksumDirectory]>,
}

impl UnionDirectory {
    pub(crate) fn new(parts: Vec<ChecksumDirectory>) -> Self {
        Self {
            parts: parts.into(),
        }
    }

    /// The directory that has a file. Names of segments are unique; those of other files are asked
    /// for in the first.
    fn part(&self, path: &Path) -> Result<&ChecksumDirectory, OpenReadError> {
        for part in self.parts.iter() {
            if part.exists(path)? {
                return Ok(part);
            }
        }
        Err(OpenReadError::FileDoesNotExist(path.into()))
    }

    /// The first index's list of segments with those of the others.
    fn meta(&self) -> Result<Vec<u8>, OpenReadError> {
        let path = Path::new(META);
        let damaged = |error: serde_json::Error| {
            OpenReadError::wrap_io_error(io::Error::from(error), path.into())
        };
        let mut whole: Option<Value> = None;
        for part in self.parts.iter() {
            let bytes = part.atomic_read(path)?;
            let mut meta: Value = serde_json::from_slice(&bytes).map_err(damaged)?;
            let Some(whole) = &mut whole else {
                whole = Some(meta);
                continue;
            };
            let more = meta.get_mut("segments").map(Value::take);
            if let (Some(Value::Array(all)), Some(Value::Array(more))) =
                (whole.get_mut("segments"), more)
            {
                all.extend(more);
            }
        }
        serde_json::to_vec(&whole.unwrap_or_default()).map_err(damaged)
    }
}

impl fmt::Debug for UnionDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("UnionDirectory")
            .field(&self.parts)
            .finish()
    }
}

fn read_only() -> io::Error {
    let message = "several indexes that are read as one cannot be written: open one of them";
    io::Error::new(io::ErrorKind::PermissionDenied, message)
}

impl Directory for UnionDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.part(path)?.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.into(),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        for part in self.parts.iter() {
            if part.exists(path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.into()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        match path == Path::new(META) {
            true => self.meta(),
            false => self.part(path)?.atomic_read(path),
        }
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// All parts are locked while segments are opened; writing is refused.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            return Err(LockError::IoError(Arc::new(read_only())));
        }
        let mut locks = Vec::new();
        for part in self.parts.iter() {
            locks.push(part.acquire_lock(lock)?);
        }
        Ok(DirectoryLock::from(Box::new(locks)))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        // Snapshots are taken by hand.
        Ok(WatchHandle::empty())
    }
}
