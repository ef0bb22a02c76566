//! How the forward index takes part in writing and merging segments.
//!
//! The file: for each article its sequence and its key, one after the other; then for each article
//! where its sequence and where its key ends (two `u64`); then the number of words of title, lead and
//! body, and of articles that have any (`u64` each); the number of articles (`u32`) and [`MAGIC`]. All
//! little-endian; tantivy adds a checksum.

use std::any::Any;
use std::io::Write;

use tantivy::directory::WritePtr;
use tantivy::indexer::doc_id_mapping::{DocIdMapping, MappingType};
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{DocId, Segment, TantivyError};

use super::EXTENSION;
use super::reader::{ForwardReader, Totals};
use super::sequence::Sequence;
use crate::segment_file::{cannot_be_sorted, create, queued};

/// The last bytes of the file.
pub(super) const MAGIC: [u8; 4] = *b"VFW1";

/// Writes and merges the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForwardPlugin;

impl SegmentPlugin for ForwardPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(ForwardWriter {
            bytes: Vec::new(),
            ends: Vec::new(),
            totals: Totals::default(),
        }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        if matches!(context.doc_id_mapping.mapping_type(), MappingType::Shuffled) {
            return Err(cannot_be_sorted(EXTENSION));
        }
        let mut file = create(context.target_segment, EXTENSION)?;
        let mut ends = Vec::new();
        let mut totals = Totals::default();
        let mut end = 0;
        for segment in context.readers {
            let reader = ForwardReader::open(segment)?;
            for doc in segment.doc_ids_alive() {
                let sequence = reader.sequence(doc);
                totals.add(sequence);
                for bytes in [sequence.as_bytes(), reader.key(doc).as_bytes()] {
                    file.write_all(bytes)?;
                    end += bytes.len() as u64;
                    ends.push(end);
                }
            }
        }
        finish(file, &ends, &totals)
    }
}

/// The articles of a segment that is being written.
struct ForwardWriter {
    bytes: Vec<u8>,
    ends: Vec<u64>,
    totals: Totals,
}

impl PluginWriter for ForwardWriter {
    fn add_document(
        &mut self,
        _: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        let queued = queued(document)?;
        self.totals.add(Sequence::new(&queued.sequence));
        for bytes in [queued.sequence.as_slice(), queued.key.as_bytes()] {
            self.bytes.extend_from_slice(bytes);
            self.ends.push(self.bytes.len() as u64);
        }
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        doc_id_map: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        if doc_id_map.is_some() {
            return Err(cannot_be_sorted(EXTENSION));
        }
        let mut file = create(segment, EXTENSION)?;
        file.write_all(&self.bytes)?;
        finish(file, &self.ends, &self.totals)
    }

    fn mem_usage(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u64>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn finish(mut file: WritePtr, ends: &[u64], totals: &Totals) -> tantivy::Result<()> {
    use tantivy::directory::TerminatingWrite;
    for end in ends {
        file.write_all(&end.to_le_bytes())?;
    }
    for number in totals.words.iter().chain(&totals.articles) {
        file.write_all(&number.to_le_bytes())?;
    }
    let count = u32::try_from(ends.len() / 2).map_err(|error| {
        TantivyError::InvalidArgument(format!("too many articles in a segment: {error}"))
    })?;
    file.write_all(&count.to_le_bytes())?;
    file.write_all(&MAGIC)?;
    Ok(file.terminate()?)
}
