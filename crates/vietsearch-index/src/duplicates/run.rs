//! The articles that are not committed yet, in files.

use std::io::Write;
use std::path::PathBuf;

use tantivy::directory::{Directory, ManagedDirectory, OwnedBytes, TerminatingWrite};
use tantivy::index::SegmentId;
use tantivy::{DocId, TantivyError};

use super::format::{Part, merged, write};
use super::reader::{DuplicatesReader, damaged};
use crate::checksum::CheckedBytes;
use crate::forward::Sequence;

/// So many runs of a size become one, so that an article is looked for in a few runs however many
/// there are before it: at most three of each size.
const MERGED_AT_ONCE: usize = 4;

/// Adds a run; merges those of its size if these are enough, and so on.
pub(super) fn push(runs: &mut Vec<Run>, run: Run) -> tantivy::Result<()> {
    let mut run = run;
    while let Some(first) = runs.len().checked_sub(MERGED_AT_ONCE - 1)
        && let Some(same) = runs.get(first..)
        && same.iter().all(|other| other.level == run.level)
    {
        let bands = Run::merged_bands(same, &run)?;
        run = Run::of(bands, runs.drain(first..).chain([run]));
    }
    runs.push(run);
    Ok(())
}

/// Articles in files, numbered from 0. The files go with it; what a process that was killed has left in
/// a folder, the next writer takes away, as [`is_temporary`] tells.
pub(super) struct Run {
    bands: Bands,
    words: Vec<Words>,
    /// How often it was merged.
    level: u32,
}

/// The bands of a run.
struct Bands {
    reader: DuplicatesReader,
    file: Temporary,
}

/// The words and groups of articles that were written together.
struct Words {
    /// The number of the first of these articles in the run.
    first: DocId,
    articles: DocId,
    bytes: OwnedBytes,
    /// Where the words end, in bytes.
    words_end: usize,
    _file: Temporary,
}

/// Bytes after the words for each article: where they end, and the group.
const TAIL: usize = 16;

impl Run {
    /// Writes articles: their bands in order, the hashes of their contents, their words, and where
    /// the words of each end and which group it has.
    pub(super) fn write(
        directory: &ManagedDirectory,
        entries: impl Iterator<Item = (u32, DocId)>,
        contents: &[u64],
        words: &[u8],
        tails: impl Iterator<Item = (usize, u64)>,
    ) -> tantivy::Result<Self> {
        let bands = Bands::write(directory, entries, contents)?;
        let file = Temporary::new(directory, WORDS);
        let bytes = file.write(|out| {
            out.write_all(words)?;
            for (end, group) in tails {
                out.write_all(&(end as u64).to_le_bytes())?;
                out.write_all(&group.to_le_bytes())?;
            }
            Ok(())
        })?;
        if bytes.len() != words.len() + contents.len() * TAIL {
            return Err(damaged("a temporary file is too short"));
        }
        let words = Words {
            first: 0,
            articles: contents.len() as DocId,
            bytes,
            words_end: words.len(),
            _file: file,
        };
        Ok(Self {
            bands,
            words: vec![words],
            level: 0,
        })
    }

    /// Writes the bands of the articles of several runs, numbered one run after the other.
    fn merged_bands(runs: &[Self], last: &Self) -> tantivy::Result<Bands> {
        let mut contents = Vec::new();
        let mut parts = Vec::new();
        for run in runs.iter().chain([last]) {
            let reader = run.bands.reader.clone();
            parts.push(Part::new(reader, 0..run.articles(), &mut contents));
        }
        let directory = &last.bands.file.directory;
        Bands::write(directory, merged(parts, &contents), &contents)
    }

    /// The run of the articles of several runs. Their words stay where they are.
    fn of(bands: Bands, runs: impl Iterator<Item = Self>) -> Self {
        let (mut words, mut level, mut before) = (Vec::new(), 0, 0);
        for run in runs {
            level = level.max(run.level + 1);
            let first = before;
            before += run.articles();
            words.extend(run.words.into_iter().map(|words| Words {
                first: first + words.first,
                ..words
            }));
        }
        Self {
            bands,
            words,
            level,
        }
    }

    fn articles(&self) -> DocId {
        let last = self.words.last();
        last.map_or(0, |words| words.first + words.articles)
    }

    #[cfg(test)]
    pub(super) fn files(&self) -> usize {
        self.words.len() + 1
    }

    pub(super) fn bands(&self) -> &DuplicatesReader {
        &self.bands.reader
    }

    /// The words of an article; none if there is no such article.
    pub(super) fn sequence(&self, doc: DocId) -> Sequence<'_> {
        let words = self.words_of(doc);
        Sequence::new(words.map_or(&[], |(words, place)| words.of(place)))
    }

    pub(super) fn group(&self, doc: DocId) -> u64 {
        let words = self.words_of(doc);
        words.map_or(0, |(words, place)| words.u64_at(place * TAIL + 8))
    }

    /// The words that an article's are among, and its place there.
    fn words_of(&self, doc: DocId) -> Option<(&Words, usize)> {
        let after = self.words.partition_point(|words| words.first <= doc);
        let words = self.words.get(after.checked_sub(1)?)?;
        let place = doc - words.first;
        (place < words.articles).then_some((words, place as usize))
    }
}

impl Bands {
    fn write(
        directory: &ManagedDirectory,
        entries: impl Iterator<Item = (u32, DocId)>,
        contents: &[u64],
    ) -> tantivy::Result<Self> {
        let file = Temporary::new(directory, BANDS);
        let bytes = file.write(|out| write(out, entries, contents))?;
        Ok(Self {
            reader: DuplicatesReader::new(CheckedBytes::sound(bytes), None)?.with_radix_table(),
            file,
        })
    }
}

impl Words {
    fn of(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.end(before));
        self.bytes.get(start..self.end(place)).unwrap_or(&[])
    }

    fn end(&self, place: usize) -> usize {
        (self.u64_at(place * TAIL) as usize).min(self.words_end)
    }

    fn u64_at(&self, at: usize) -> u64 {
        let bytes = self
            .bytes
            .get(self.words_end + at..)
            .and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// What the names of the files end with.
const BANDS: &str = ".recent-bands";
const WORDS: &str = ".recent-words";

/// Whether a file has the name of one that a writer has for itself.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && [BANDS, WORDS].iter().any(|ending| name.ends_with(ending))
}

/// A file in the directory of the index, which is deleted when this is dropped.
///
/// Its name begins with a dot: tantivy, which collects the files that no segment needs at the end of
/// each merge, leaves it alone.
struct Temporary {
    directory: ManagedDirectory,
    path: PathBuf,
}

impl Temporary {
    fn new(directory: &ManagedDirectory, ending: &str) -> Self {
        let name = SegmentId::generate_random().uuid_string();
        Self {
            directory: directory.clone(),
            path: PathBuf::from(format!(".{name}{ending}")),
        }
    }

    /// Writes the file, and gives its bytes.
    fn write(
        &self,
        fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> tantivy::Result<OwnedBytes> {
        let mut file = self.directory.open_write(&self.path)?;
        fill(&mut file)?;
        file.terminate()?;
        let written = self.directory.open_read(&self.path);
        Ok(written.map_err(TantivyError::from)?.read_bytes()?)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be deleted now the next writer takes away.
        let _ = self.directory.delete(&self.path);
    }
}
