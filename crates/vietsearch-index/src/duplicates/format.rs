//! The files of bands: of segments, and of articles that are not committed yet.
//!
//! For each band of each article the band and the article (`u32` each), by band, then by the hash
//! of the content, then by article; then the hash of the content of each article (`u64`); the number
//! of articles (`u32`) and [`MAGIC`]. All little-endian; checksums follow.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};

use tantivy::DocId;

use super::reader::DuplicatesReader;

/// The last bytes of the file.
pub(super) const MAGIC: [u8; 4] = *b"VDU1";

/// Brings entries into the order of the file.
pub(super) fn sort(entries: &mut [(u32, DocId)], contents: &[u64]) {
    let content = |doc: DocId| contents.get(doc as usize).copied().unwrap_or(0);
    entries.sort_unstable_by(|(a, one), (b, other)| {
        a.cmp(b)
            .then_with(|| content(*one).cmp(&content(*other)))
            .then_with(|| one.cmp(other))
    });
}

/// Writes entries that are in order, and what follows them.
pub(super) fn write(
    file: &mut dyn Write,
    entries: impl Iterator<Item = (u32, DocId)>,
    contents: &[u64],
) -> io::Result<()> {
    for (band, doc) in entries {
        file.write_all(&band.to_le_bytes())?;
        file.write_all(&doc.to_le_bytes())?;
    }
    for content in contents {
        file.write_all(&content.to_le_bytes())?;
    }
    let count = u32::try_from(contents.len()).map_err(io::Error::other)?;
    file.write_all(&count.to_le_bytes())?;
    file.write_all(&MAGIC)
}

/// A file that is merged.
pub(super) struct Part {
    reader: DuplicatesReader,
    places: Vec<DocId>,
    next: usize,
}

impl Part {
    /// The articles that stay go behind those whose contents are there already.
    pub(super) fn new(
        reader: DuplicatesReader,
        stay: impl Iterator<Item = DocId>,
        contents: &mut Vec<u64>,
    ) -> Self {
        let mut places = Vec::new();
        for doc in stay {
            // Those in between go nowhere.
            places.resize(doc as usize, DocId::MAX);
            places.push(contents.len() as DocId);
            contents.push(reader.content(doc));
        }
        Self {
            reader,
            places,
            next: 0,
        }
    }

    /// The next band of an article that stays, with the hash of its content.
    fn next(&mut self, contents: &[u64]) -> Option<(u32, u64, DocId)> {
        while let Some((band, doc)) = self.reader.entry(self.next) {
            self.next += 1;
            let place = self.places.get(doc as usize).copied();
            if let Some((place, content)) =
                place.and_then(|place| Some((place, *contents.get(place as usize)?)))
            {
                return Some((band, content, place));
            }
        }
        None
    }
}

/// The entries of several files in order, given the hashes of the contents at the new places.
pub(super) fn merged(
    mut parts: Vec<Part>,
    contents: &[u64],
) -> impl Iterator<Item = (u32, DocId)> + '_ {
    let mut heap = BinaryHeap::new();
    for (number, part) in parts.iter_mut().enumerate() {
        heap.extend(part.next(contents).map(|entry| Reverse((entry, number))));
    }
    std::iter::from_fn(move || {
        let Reverse(((band, _, doc), number)) = heap.pop()?;
        if let Some(next) = parts.get_mut(number)?.next(contents) {
            heap.push(Reverse((next, number)));
        }
        Some((band, doc))
    })
}
