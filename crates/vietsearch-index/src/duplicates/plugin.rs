//! How bands take part in writing and merging segments.
//!
//! The file: for each band of each article the band and the article (`u32` each), by band, then by
//! the hash of the content, then by article; then the hash of the content of each article (`u64`);
//! the number of articles (`u32`) and [`MAGIC`]. All little-endian; tantivy adds a checksum.

use std::any::Any;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};

use tantivy::directory::TerminatingWrite;
use tantivy::indexer::doc_id_mapping::{DocIdMapping, MappingType};
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{DocId, Segment};

use super::reader::DuplicatesReader;
use crate::segment_file::{cannot_be_sorted, create, queued};

/// The extension of the file.
pub(crate) const EXTENSION: &str = "duplicates";
/// The last bytes of the file.
pub(super) const MAGIC: [u8; 4] = *b"VDU1";

/// Writes and merges the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DuplicatesPlugin;

impl SegmentPlugin for DuplicatesPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(DuplicatesWriter {
            entries: Vec::new(),
            contents: Vec::new(),
        }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        if matches!(context.doc_id_mapping.mapping_type(), MappingType::Shuffled) {
            return Err(cannot_be_sorted(EXTENSION));
        }
        let mut parts = Vec::new();
        let mut contents = Vec::new();
        for segment in context.readers {
            let reader = DuplicatesReader::open(segment)?;
            // Where each article goes; deleted ones go nowhere.
            let mut places = vec![DocId::MAX; segment.max_doc() as usize];
            for doc in segment.doc_ids_alive() {
                if let Some(place) = places.get_mut(doc as usize) {
                    *place = contents.len() as DocId;
                }
                contents.push(reader.content(doc));
            }
            parts.push(Part {
                reader,
                places,
                next: 0,
            });
        }
        let mut heap = BinaryHeap::new();
        for (number, part) in parts.iter_mut().enumerate() {
            heap.extend(part.next(&contents).map(|entry| Reverse((entry, number))));
        }
        let entries = std::iter::from_fn(|| {
            let Reverse(((band, _, doc), number)) = heap.pop()?;
            if let Some(next) = parts.get_mut(number)?.next(&contents) {
                heap.push(Reverse((next, number)));
            }
            Some((band, doc))
        });
        let mut file = create(context.target_segment, EXTENSION)?;
        write(&mut file, entries, &contents)?;
        Ok(file.terminate()?)
    }
}

/// A segment that is merged.
struct Part {
    reader: DuplicatesReader,
    places: Vec<DocId>,
    next: usize,
}

impl Part {
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

/// The articles of a segment that is being written.
struct DuplicatesWriter {
    entries: Vec<(u32, DocId)>,
    contents: Vec<u64>,
}

impl PluginWriter for DuplicatesWriter {
    fn add_document(
        &mut self,
        doc: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        let queued = queued(document)?;
        let signature = &queued.signature;
        self.contents.push(signature.content);
        self.entries
            .extend(signature.bands.iter().map(|band| (*band, doc)));
        Ok(())
    }

    fn serialize(
        mut self: Box<Self>,
        segment: &Segment,
        doc_id_map: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        if doc_id_map.is_some() {
            return Err(cannot_be_sorted(EXTENSION));
        }
        sort(&mut self.entries, &self.contents);
        let mut file = create(segment, EXTENSION)?;
        write(&mut file, self.entries.iter().copied(), &self.contents)?;
        Ok(file.terminate()?)
    }

    fn mem_usage(&self) -> usize {
        self.entries.capacity() * size_of::<(u32, DocId)>()
            + self.contents.capacity() * size_of::<u64>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

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
