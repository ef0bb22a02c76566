//! The directory that writes checksums and reads with them.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr,
};

use super::blocks::SummingWriter;
use super::damage::{Damage, DamagedFile};
use super::file::{CheckedBytes, CheckedFile};
use super::seal::{Seal, seal, unseal};

/// The file that lists the segments.
pub(crate) const META: &str = "meta.json";
/// The file that lists what tantivy has written.
pub(crate) const MANAGED: &str = ".managed.json";

/// A directory whose files have checksums. A clone is the same directory.
#[derive(Clone)]
pub(crate) struct ChecksumDirectory {
    inner: Box<dyn Directory>,
    /// The files that somebody reads: what was checked once is not checked again.
    files: Arc<Mutex<HashMap<PathBuf, Weak<CheckedFile>>>>,
    damage: Arc<Damage>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Sound,
    Damaged,
    /// Sound, as far as the one checksum of tantivy tells; no blocks have one.
    WithoutSums,
}

impl ChecksumDirectory {
    pub(crate) fn new(inner: Box<dyn Directory>, damage: &Arc<Damage>) -> Self {
        Self {
            inner,
            files: Arc::default(),
            damage: Arc::clone(damage),
        }
    }

    fn open(&self, path: &Path) -> Result<Arc<CheckedFile>, OpenReadError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(path).and_then(Weak::upgrade) {
            return Ok(known);
        }
        let file = self.read(path)?;
        files.retain(|_, file| file.strong_count() > 0);
        files.insert(path.into(), Arc::downgrade(&file));
        Ok(file)
    }

    fn read(&self, path: &Path) -> Result<Arc<CheckedFile>, OpenReadError> {
        let wrap = |error| OpenReadError::wrap_io_error(error, path.into());
        let bytes = self.inner.open_read(path)?.read_bytes().map_err(wrap)?;
        let file = CheckedFile::open(path, bytes, &self.damage).map_err(wrap)?;
        Ok(Arc::new(file))
    }

    /// Reads a file of a segment whole.
    pub(crate) fn state(&self, path: &Path) -> Result<State, OpenReadError> {
        match self.read(path) {
            Ok(file) if !file.check_all() => Ok(State::Damaged),
            Ok(file) if !file.has_sums() => Ok(State::WithoutSums),
            Ok(_) => Ok(State::Sound),
            Err(OpenReadError::IoError { io_error, .. })
                if DamagedFile::of_io(&io_error).is_some() =>
            {
                Ok(State::Damaged)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads a file of JSON.
    pub(crate) fn state_of_json(&self, path: &Path) -> Result<State, OpenReadError> {
        Ok(match unseal(&self.inner.atomic_read(path)?) {
            Seal::None => State::WithoutSums,
            Seal::Broken => State::Damaged,
            Seal::Sound(_) => State::Sound,
        })
    }
}

fn is_list(json: &[u8]) -> bool {
    unseal(json) != Seal::Broken && serde_json::from_slice::<Vec<PathBuf>>(json).is_ok()
}

/// The files of all directories that an index is in: none in RAM, several if they are read as one.
#[derive(Clone, Default)]
pub(crate) struct CheckedFiles {
    directories: Arc<[ChecksumDirectory]>,
    damage: Arc<Damage>,
}

impl CheckedFiles {
    pub(crate) fn new(directories: Vec<ChecksumDirectory>, damage: Arc<Damage>) -> Self {
        Self {
            directories: directories.into(),
            damage,
        }
    }

    pub(crate) fn directories(&self) -> &[ChecksumDirectory] {
        &self.directories
    }

    pub(crate) fn damage(&self) -> &Arc<Damage> {
        &self.damage
    }

    /// The bytes of a segment's file, to be checked as they are read; `None` if it is not in any of
    /// the directories.
    pub(crate) fn open(&self, path: &Path) -> Result<Option<CheckedBytes>, OpenReadError> {
        for directory in self.directories.iter() {
            if directory.exists(path)? {
                let file = directory.open(path)?;
                let body = CheckedBytes::body(&file)
                    .map_err(|error| OpenReadError::wrap_io_error(error, path.into()))?;
                return Ok(Some(body));
            }
        }
        Ok(None)
    }
}

impl fmt::Debug for ChecksumDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("ChecksumDirectory")
            .field(&self.inner)
            .finish()
    }
}

impl Directory for ChecksumDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(self.open(path)?)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let buffered = self.inner.open_write(path)?;
        let inner = buffered
            .into_inner()
            .map_err(|error| OpenWriteError::wrap_io_error(error.into_error(), path.into()))?;
        Ok(BufWriter::new(Box::new(SummingWriter::new(inner))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let bytes = self.inner.atomic_read(path)?;
        match unseal(&bytes) {
            Seal::Sound(plain) => Ok(plain),
            // The list only tells what may be deleted once nothing needs it: what is not on it stays.
            _ if path == Path::new(MANAGED) && !is_list(&bytes) => Ok(b"[]\n".to_vec()),
            Seal::None => Ok(bytes),
            Seal::Broken => {
                let error = DamagedFile::error(path);
                Err(OpenReadError::wrap_io_error(error, path.into()))
            }
        }
    }

    fn atomic_write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, &seal(bytes))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}
