//! Files in the folder of an index that nobody needs.
//!
//! tantivy collects the files that are on a list of its own. It reads that list when an index is opened
//! and writes all of it, so that a handle that was opened before another process has written knows
//! nothing of those files, and takes them off the list. And it keeps what is remembered anywhere in the
//! process. Whoever has the writer's lock and has written nothing yet knows better: what the list of
//! segments does not name is not needed.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use tantivy::directory::META_LOCK;
use tantivy::{Directory, Index};

use crate::duplicates::is_temporary;
use crate::error::Result;
use crate::segment_list::SegmentList;

/// Temporary files: of small files, and of near-duplicates. Only a writer makes any, so whoever gets the
/// lock after he has seen them may take them away.
pub(crate) fn temporary(folder: &Path) -> Vec<PathBuf> {
    files(folder, |name| {
        let random = name.strip_prefix(".tmp");
        is_temporary(name)
            || random.is_some_and(|random| {
                random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })
    })
}

/// Takes away the files of segments that are not part of the last commit. The caller has the writer's
/// lock and has written nothing yet.
pub(crate) fn remove(index: &Index, folder: &Path) -> Result<()> {
    // Readers hold it from reading the list until they have opened what it names.
    let lock = index.directory().acquire_lock(&META_LOCK);
    let lock = lock.map_err(|error| tantivy::TantivyError::LockFailure(error, None))?;
    let list = index.directory().atomic_read(Path::new("meta.json"));
    let list = list.map_err(tantivy::TantivyError::from)?;
    let Ok(list) = serde_json::from_slice::<SegmentList>(&list) else {
        return Ok(());
    };
    let needed: HashSet<String> = list.files().collect();
    drop(lock);
    for file in files(folder, |name| {
        is_of_a_segment(name) && !needed.contains(name)
    }) {
        // What cannot be removed is in nobody's way.
        std::fs::remove_file(file).ok();
    }
    Ok(())
}

/// Whether a file has the name of a segment's: its number, a dot, and what it holds.
fn is_of_a_segment(name: &str) -> bool {
    let number = name.split_once('.').map_or("", |(number, _)| number);
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    number.len() == 32 && number.bytes().all(is_digit)
}

fn files(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_meant = |entry: &DirEntry| {
        let name = entry.file_name();
        OsStr::to_str(&name).is_some_and(&is_meant)
    };
    let files = entries.flatten().filter(is_meant);
    files.map(|entry| entry.path()).collect()
}
