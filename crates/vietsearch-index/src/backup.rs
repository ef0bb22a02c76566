//! A consistent copy of an index, also while somebody writes.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tantivy::directory::error::DeleteError;
use tantivy::directory::{Directory, FileSlice, META_LOCK, ManagedDirectory, TerminatingWrite};
use tantivy::{HasLen, TantivyError};

use crate::checksum::{ChecksumDirectory, META};
use crate::error::{IndexError, Result};
use crate::index::{NewsIndex, make_free, open_directory};
use crate::manifest::Manifest;
use crate::segment_list::SegmentList;

/// Bytes that are copied at a time.
const PIECE: usize = 1 << 20;

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Backup {
    /// Files of segments.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// The list of segments, and the files that it needs.
struct LastCommit {
    meta: Vec<u8>,
    files: Vec<(PathBuf, FileSlice)>,
}

impl NewsIndex {
    /// Copies the index as of its last commit into a directory, which is created if it is absent.
    /// The copy is an index: open it, or put it in the place of a damaged one.
    ///
    /// A writer may add, commit and merge meanwhile. Every byte is compared with its checksum, so that
    /// damage is not copied. A copy that is killed leaves a directory that holds no index, in which it
    /// works again. An index in RAM can be copied too.
    ///
    /// ```
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let index = NewsIndex::create(folder.path().join("bao"))?;
    /// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    /// writer.add(Article::new("Giá vàng", ""))?;
    /// writer.commit()?;
    /// writer.add(Article::new("Giá xăng", ""))?;
    /// let copy = folder.path().join("ban-sao");
    /// index.back_up(&copy)?;
    /// assert_eq!(NewsIndex::open(&copy)?.num_docs(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`IndexError::Exists`] and [`IndexError::NotEmpty`] as for [`create`](Self::create),
    /// [`IndexError::Damaged`] if a file is damaged, and those of the disk.
    pub fn back_up(&self, to: impl AsRef<Path>) -> Result<Backup> {
        let to = to.as_ref();
        let LastCommit { meta, files } = self.open_last_commit()?;
        make_free(to)?;
        let checked = ChecksumDirectory::new(Box::new(open_directory(to)?), self.files().damage());
        // As when an index is created: the manifest goes first, and what makes it an index last.
        Manifest::current(self.options()).write(&checked, to)?;
        let copy = ManagedDirectory::wrap(Box::new(checked))?;
        let mut backup = Backup::default();
        for (name, file) in &files {
            match copy.delete(name) {
                // What a copy that was killed has left.
                Ok(()) | Err(DeleteError::FileDoesNotExist(_)) => {}
                Err(DeleteError::IoError { io_error, .. }) => {
                    return Err(TantivyError::IoError(io_error).into());
                }
            }
            copy_file(file, &copy, name)?;
            backup.files += 1;
            backup.bytes += file.len() as u64;
        }
        let io = |source| IndexError::Io {
            action: "write",
            path: to.into(),
            source,
        };
        copy.sync_directory().map_err(io)?;
        copy.atomic_write(Path::new(META), &meta).map_err(io)?;
        copy.sync_directory().map_err(io)?;
        Ok(backup)
    }

    /// The list of segments and the files that it needs, opened while none can be taken away. What is
    /// open stays readable.
    fn open_last_commit(&self) -> Result<LastCommit> {
        let directory = self.tantivy().directory();
        let _lock = directory
            .acquire_lock(&META_LOCK)
            .map_err(TantivyError::from)?;
        let meta = directory
            .atomic_read(Path::new(META))
            .map_err(TantivyError::from)?;
        let list: SegmentList = serde_json::from_slice(&meta)
            .map_err(|error| IndexError::from(std::io::Error::from(error)))?;
        let mut files = Vec::new();
        for name in list.files().map(PathBuf::from) {
            let file = directory.open_read(&name).map_err(TantivyError::from)?;
            files.push((name, file));
        }
        Ok(LastCommit { meta, files })
    }
}

fn copy_file(file: &FileSlice, copy: &ManagedDirectory, name: &Path) -> Result<()> {
    let mut target = copy.open_write(name).map_err(TantivyError::from)?;
    let mut at = 0;
    while at < file.len() {
        let end = (at + PIECE).min(file.len());
        target.write_all(&file.read_bytes_slice(at..end)?)?;
        at = end;
    }
    Ok(target.terminate()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, IndexOptions, WriterOptions, verify};

    fn fill(index: &NewsIndex) {
        let mut writer = index
            .writer(WriterOptions::default().with_threads(1))
            .unwrap();
        for part in 0..3 {
            for number in 0..20 {
                let title = format!("Bản tin {part} số {number}");
                let article = Article::new(title, "Chuyện làng bên.");
                writer
                    .add(article.with_id(format!("{part}-{number}")))
                    .unwrap();
            }
            writer.commit().unwrap();
        }
        writer.delete_id("1-7").unwrap();
        writer.finish().unwrap();
    }

    #[test]
    fn a_copy_is_the_same_index() {
        let folder = tempfile::tempdir().unwrap();
        let options = IndexOptions::default()
            .with_user_dictionary("Vạn Thịnh Phát")
            .unwrap();
        let on_disk = NewsIndex::create_with(folder.path().join("bao"), &options).unwrap();
        let in_ram = NewsIndex::create_in_ram_with(&options).unwrap();
        for (index, name) in [(on_disk, "a"), (in_ram, "b")] {
            fill(&index);
            let to = folder.path().join(name);
            let backup = index.back_up(&to).unwrap();
            let copy = NewsIndex::open_with(&to, &options).unwrap();
            assert_eq!(copy.stats().unwrap(), index.stats().unwrap());
            assert!(backup.files > 8 && backup.bytes > 1000, "{backup:?}");
            let verified = verify(&to).unwrap();
            assert!(
                verified.is_sound() && verified.articles == 59,
                "{verified:?}"
            );
            // The copy can be written, and garbage is collected there.
            let mut writer = copy.writer(WriterOptions::default()).unwrap();
            writer.add(Article::new("Tin mới", "")).unwrap();
            writer.merge().unwrap();
            writer.finish().unwrap();
            let files = std::fs::read_dir(&to).unwrap().count();
            assert!(files < 20, "{files} files");
            assert!(verify(&to).unwrap().is_sound());
            let again = index.back_up(&to).unwrap_err();
            assert!(matches!(again, IndexError::Exists { .. }), "{again:?}");
        }
    }

    #[test]
    fn a_copy_that_was_killed_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let index = NewsIndex::create(folder.path().join("bao")).unwrap();
        fill(&index);
        let to = folder.path().join("ban-sao");
        index.back_up(&to).unwrap();
        // Half of it: the list of segments and one file are missing, another file is cut.
        std::fs::remove_file(to.join(META)).unwrap();
        let mut files = std::fs::read_dir(&to)
            .unwrap()
            .map(|file| file.unwrap().path());
        let store = files.find(|path| path.extension().is_some_and(|end| end == "store"));
        std::fs::write(store.unwrap(), "").unwrap();
        assert!(NewsIndex::open(&to).is_err());
        index.back_up(&to).unwrap();
        assert!(verify(&to).unwrap().is_sound());
    }

    #[test]
    fn damage_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bao");
        let index = NewsIndex::create(&path).unwrap();
        fill(&index);
        drop(index);
        let mut files = std::fs::read_dir(&path)
            .unwrap()
            .map(|file| file.unwrap().path());
        let store = files.find(|path| path.extension().is_some_and(|end| end == "store"));
        let store = store.unwrap();
        let mut bytes = std::fs::read(&store).unwrap();
        bytes[10] ^= 4;
        std::fs::write(&store, bytes).unwrap();
        let to = folder.path().join("ban-sao");
        let copied = NewsIndex::open(&path).and_then(|index| index.back_up(&to));
        let error = copied.unwrap_err();
        let IndexError::Damaged { file } = &error else {
            panic!("{error:?}");
        };
        assert!(store.ends_with(file));
        assert!(!to.join(META).exists());
    }
}
