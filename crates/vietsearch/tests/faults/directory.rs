//! A directory that fails when it is told to.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

/// What may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Point {
    Create,
    Write,
    /// Half of the bytes are written, then it fails.
    TornWrite,
    Flush,
    Terminate,
    AtomicWrite,
    Sync,
    Delete,
    Lock,
    OpenRead,
    AtomicRead,
}

impl Point {
    pub(crate) const ALL: [Self; 11] = [
        Self::Create,
        Self::Write,
        Self::TornWrite,
        Self::Flush,
        Self::Terminate,
        Self::AtomicWrite,
        Self::Sync,
        Self::Delete,
        Self::Lock,
        Self::OpenRead,
        Self::AtomicRead,
    ];
}

/// Which call fails: the `number`th at a point, and all after it at any point where something is
/// written if it is `lasting`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) point: Point,
    pub(crate) number: usize,
    pub(crate) kind: io::ErrorKind,
    pub(crate) lasting: bool,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    counts: [usize; Point::ALL.len()],
    failed: bool,
}

#[derive(Clone)]
pub(crate) struct FaultDirectory {
    inner: Box<dyn Directory>,
    state: Arc<Mutex<State>>,
}

impl FaultDirectory {
    pub(crate) fn new(inner: impl Into<Box<dyn Directory>>) -> Self {
        Self {
            inner: inner.into(),
            state: Arc::default(),
        }
    }

    pub(crate) fn set(&self, fault: Option<Fault>) {
        let mut state = self.state.lock().unwrap();
        *state = State {
            fault,
            ..State::default()
        };
    }

    /// How often something was called since the fault was set.
    pub(crate) fn count(&self, point: Point) -> usize {
        self.state.lock().unwrap().counts[point as usize]
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.state.lock().unwrap().failed
    }

    fn pass(&self, point: Point) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        let number = state.counts[point as usize];
        state.counts[point as usize] += 1;
        let Some(fault) = state.fault else {
            return Ok(());
        };
        let reads = matches!(point, Point::OpenRead | Point::AtomicRead | Point::Delete);
        let is_due = (fault.point == point && fault.number == number)
            || (fault.lasting && state.failed && !reads);
        if is_due {
            state.failed = true;
            return Err(io::Error::new(fault.kind, "a fault that was asked for"));
        }
        Ok(())
    }
}

impl fmt::Debug for FaultDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FaultDirectory")
    }
}

struct FaultWriter {
    inner: WritePtr,
    directory: FaultDirectory,
}

impl Write for FaultWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.directory.pass(Point::Write)?;
        if let Err(error) = self.directory.pass(Point::TornWrite) {
            self.inner.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.directory.pass(Point::Flush)?;
        self.inner.flush()
    }
}

impl TerminatingWrite for FaultWriter {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.directory.pass(Point::Terminate)?;
        self.inner.terminate_ref(token)
    }
}

impl Directory for FaultDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.pass(Point::OpenRead)
            .map_err(|error| OpenReadError::wrap_io_error(error, path.into()))?;
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.pass(Point::Delete)
            .map_err(|error| DeleteError::IoError {
                io_error: Arc::new(error),
                filepath: path.into(),
            })?;
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.pass(Point::Create)
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.into()))?;
        Ok(BufWriter::new(Box::new(FaultWriter {
            inner: self.inner.open_write(path)?,
            directory: self.clone(),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.pass(Point::AtomicRead)
            .map_err(|error| OpenReadError::wrap_io_error(error, path.into()))?;
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.pass(Point::AtomicWrite)?;
        self.inner.atomic_write(path, bytes)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.pass(Point::Sync)?;
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.pass(Point::Lock).map_err(LockError::wrap_io_error)?;
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}
