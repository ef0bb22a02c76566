//! How bands take part in writing and merging segments.

use std::any::Any;

use tantivy::directory::TerminatingWrite;
use tantivy::indexer::doc_id_mapping::{DocIdMapping, MappingType};
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{DocId, Segment};

use super::format::{Part, merged, sort, write};
use super::reader::DuplicatesReader;
use crate::segment_file::{cannot_be_sorted, create, queued};

/// The extension of the file.
pub(crate) const EXTENSION: &str = "duplicates";

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
            parts.push(Part::new(reader, segment.doc_ids_alive(), &mut contents));
        }
        let mut file = create(context.target_segment, EXTENSION)?;
        write(&mut file, merged(parts, &contents), &contents)?;
        Ok(file.terminate()?)
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
