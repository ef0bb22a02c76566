//! Reading a file whose blocks have checksums.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tantivy::HasLen;
use tantivy::directory::footer::Footer;
use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};

use super::blocks::{BLOCK, Trailer};
use super::damage::{Damage, DamagedFile};

/// The bytes at the end of tantivy's footer, which it reads without looking whether they are there.
const FOOTER_NUMBERS: usize = 8;

/// A file; a block is checked before its bytes are handed out for the first time.
pub(crate) struct CheckedFile {
    path: PathBuf,
    /// What was written, without the checksums.
    content: OwnedBytes,
    sums: Vec<u32>,
    /// A bit for each block that was found sound.
    sound: Vec<AtomicU64>,
    damage: Arc<Damage>,
}

impl CheckedFile {
    /// Reads the checksums, and nothing else of a file that has them.
    ///
    /// A file that was written without, by an earlier version, is read whole and compared with the
    /// one checksum that tantivy gave it.
    pub(super) fn open(path: &Path, bytes: OwnedBytes, damage: &Arc<Damage>) -> io::Result<Self> {
        let (content, sums) = match Trailer::read(&bytes) {
            Trailer::Sums(length, sums) => (bytes.slice(0..length), sums),
            Trailer::Damaged => return Err(DamagedFile::error(path)),
            Trailer::None if is_sound_by_footer(&bytes) => (bytes, Vec::new()),
            Trailer::None => return Err(DamagedFile::error(path)),
        };
        let sound = (0..sums.len().div_ceil(64)).map(|_| AtomicU64::new(0));
        Ok(Self {
            path: path.into(),
            content,
            sound: sound.collect(),
            sums,
            damage: Arc::clone(damage),
        })
    }

    /// True if each block of the file has a checksum.
    pub(super) fn has_sums(&self) -> bool {
        !self.sums.is_empty() || self.content.is_empty()
    }

    /// Checks the blocks of a range that were not checked before.
    pub(super) fn check(&self, range: Range<usize>) -> io::Result<()> {
        if range.is_empty() || self.sums.is_empty() {
            return Ok(());
        }
        for number in range.start / BLOCK..=(range.end - 1) / BLOCK {
            let bit = 1 << (number % 64);
            let known = self.sound.get(number / 64);
            if known.is_some_and(|known| known.load(Ordering::Relaxed) & bit != 0) {
                continue;
            }
            if !self.is_sound(number) {
                return Err(DamagedFile::error(&self.path));
            }
            if let Some(known) = known {
                known.fetch_or(bit, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    #[cold]
    fn is_sound(&self, number: usize) -> bool {
        let start = number * BLOCK;
        let end = (start + BLOCK).min(self.content.len());
        match (self.content.get(start..end), self.sums.get(number)) {
            (Some(block), Some(sum)) => crc32fast::hash(block) == *sum,
            _ => false,
        }
    }

    /// Checks the whole file, what was checked before too.
    pub(super) fn check_all(&self) -> bool {
        (0..self.sums.len()).all(|number| self.is_sound(number))
            && is_sound_by_footer(&self.content)
    }
}

/// Compares a file with the one checksum that tantivy gives it.
fn is_sound_by_footer(bytes: &OwnedBytes) -> bool {
    if bytes.len() < FOOTER_NUMBERS {
        return false;
    }
    let file = FileSlice::new(Arc::new(bytes.clone()));
    let Ok((footer, body)) = Footer::extract_footer(file) else {
        return false;
    };
    body.read_bytes()
        .is_ok_and(|body| crc32fast::hash(&body) == footer.crc)
}

impl fmt::Debug for CheckedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("CheckedFile")
            .field(&self.path)
            .finish()
    }
}

impl HasLen for CheckedFile {
    fn len(&self) -> usize {
        self.content.len()
    }
}

impl FileHandle for CheckedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.content.len() {
            return Err(DamagedFile::error(&self.path));
        }
        self.check(range.clone())?;
        Ok(self.content.slice(range))
    }
}

/// Bytes that are read in place. Where they lie in a file with checksums, they are checked as they are
/// asked for; damage is [noted](Damage), and nothing is there.
#[derive(Clone)]
pub(crate) struct CheckedBytes {
    bytes: OwnedBytes,
    /// `None` if the bytes are known to be sound.
    file: Option<Arc<CheckedFile>>,
}

impl CheckedBytes {
    /// Bytes that were checked, or that lie in memory.
    pub(crate) fn sound(bytes: OwnedBytes) -> Self {
        Self { bytes, file: None }
    }

    /// What tantivy has put into a file, without its footer.
    pub(super) fn body(file: &Arc<CheckedFile>) -> io::Result<Self> {
        let whole = FileSlice::new(Arc::clone(file) as Arc<dyn FileHandle>);
        let (_, body) = Footer::extract_footer(whole)?;
        Ok(Self {
            bytes: file.content.slice(0..body.len()),
            file: Some(Arc::clone(file)),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of a range; `None` if it is beyond the end, or damaged.
    #[inline]
    pub(crate) fn get(&self, range: Range<usize>) -> Option<&[u8]> {
        let bytes = self.bytes.get(range.clone())?;
        match &self.file {
            Some(file) if file.check(range).is_err() => {
                file.damage.note(&file.path);
                None
            }
            _ => Some(bytes),
        }
    }

    /// As many bytes as are asked for.
    #[inline]
    pub(crate) fn chunk<const N: usize>(&self, at: usize) -> Option<&[u8; N]> {
        self.get(at..at.checked_add(N)?)?.first_chunk()
    }
}
