//! Writing and merging the file with its segment.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use tantivy::indexer::doc_id_mapping::DocIdMapping;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::Schema;
use tantivy::schema::document::ErasedDocument;
use tantivy::{DocId, Segment, SegmentReader, TantivyDocument, TantivyError};
use vietsearch_text::UserDictionary;

use super::EXTENSION;
use super::counter::{PhraseCounter, Ranks, hash};
use super::table::{PhraseTable, TableCursor, TableWriter};
use crate::analysis::Analyzer;
use crate::index::read_article;
use crate::schema::Fields;
use crate::segment_file::queued;

/// Writes and merges the file.
#[derive(Clone, Debug)]
pub(crate) struct PhrasePlugin {
    user_dictionary: Option<Arc<UserDictionary>>,
}

impl PhrasePlugin {
    /// For an index with words of one's own.
    pub(crate) fn new(user_dictionary: Option<Arc<UserDictionary>>) -> Self {
        Self { user_dictionary }
    }
}

impl SegmentPlugin for PhrasePlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(PhraseWriter {
            counter: PhraseCounter::default(),
        }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        let tables: Vec<PhraseTable> = context
            .readers
            .iter()
            .map(PhraseTable::open)
            .collect::<tantivy::Result<_>>()?;
        let analyzer = Analyzer::new(self.user_dictionary.clone());
        let deleted = deleted_phrases(context.readers, context.schema, analyzer)?;
        let articles: usize = context
            .readers
            .iter()
            .map(|reader| reader.num_docs() as usize)
            .sum();
        let mut ranks = Ranks::default();
        each_merged(&tables, &deleted, |key, _, articles| {
            ranks.add(key, articles);
            Ok(())
        })?;
        let least = ranks.least(articles);
        let mut writer = TableWriter::create(context.target_segment)?;
        each_merged(&tables, &deleted, |key, text, articles| {
            match least.keeps(key, articles) {
                true => writer.push(key, text, articles),
                false => Ok(()),
            }
        })?;
        writer.finish()
    }
}

/// Counts the phrases of what is deleted, from the stored texts.
fn deleted_phrases(
    readers: &[SegmentReader],
    schema: &Schema,
    mut analyzer: Analyzer,
) -> tantivy::Result<HashMap<u64, u32>> {
    let mut deleted = PhraseCounter::default();
    let missing = |field| TantivyError::SchemaError(format!("the field {field:?} is missing"));
    let fields = Fields::find(schema).map_err(missing)?;
    for reader in readers {
        let Some(alive) = reader.alive_bitset() else {
            continue;
        };
        let store = reader.get_store_reader(8)?;
        for doc in (0..reader.max_doc()).filter(|doc| alive.is_deleted(*doc)) {
            let stored: TantivyDocument = store.get(doc)?;
            // What cannot be read cannot be counted; its phrases stay.
            if let Ok(article) = read_article(&fields, &stored) {
                deleted.add(&analyzer.phrases(&article));
            }
        }
    }
    Ok(deleted.counts())
}

/// Goes through the phrases of all tables in order, their counts added up, without what is deleted.
fn each_merged(
    tables: &[PhraseTable],
    deleted: &HashMap<u64, u32>,
    mut each: impl FnMut(&str, &str, u32) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    let mut cursors: Vec<TableCursor<'_>> = Vec::new();
    for table in tables {
        let mut cursor = table.cursor();
        if cursor.advance() {
            cursors.push(cursor);
        }
    }
    let (mut key, mut text) = (String::new(), String::new());
    while let Some(first) = cursors.iter().map(|one| (one.key(), one.text())).min() {
        key.clear();
        key.push_str(first.0);
        text.clear();
        text.push_str(first.1);
        let mut articles = 0_u32;
        cursors.retain_mut(|cursor| {
            if (cursor.key(), cursor.text()) != (&key, &text) {
                return true;
            }
            articles = articles.saturating_add(cursor.articles());
            cursor.advance()
        });
        let gone = deleted.get(&hash(&text)).copied().unwrap_or(0);
        let alive = articles.saturating_sub(gone);
        if alive > 0 {
            each(&key, &text, alive)?;
        }
    }
    Ok(())
}

/// The phrases of a segment that is being written.
struct PhraseWriter {
    counter: PhraseCounter,
}

impl PluginWriter for PhraseWriter {
    fn add_document(
        &mut self,
        _: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        self.counter.add(&queued(document)?.phrases);
        Ok(())
    }

    fn serialize(
        mut self: Box<Self>,
        segment: &Segment,
        _: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        let mut writer = TableWriter::create(segment)?;
        for (key, text, articles) in self.counter.kept() {
            writer.push(key, text, articles)?;
        }
        writer.finish()
    }

    fn mem_usage(&self) -> usize {
        self.counter.mem_usage()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
