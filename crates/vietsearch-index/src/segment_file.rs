//! What the files that are written next to a segment have in common.

use tantivy::directory::WritePtr;
use tantivy::index::SegmentComponent;
use tantivy::schema::document::ErasedDocument;
use tantivy::{Segment, TantivyError};

use crate::writer::Queued;

/// The document that the writer has queued.
pub(crate) fn queued(document: &dyn ErasedDocument) -> tantivy::Result<&Queued> {
    document.as_any().downcast_ref().ok_or_else(|| {
        let message = "documents are added by the writer of vietsearch only".to_string();
        TantivyError::InvalidArgument(message)
    })
}

/// Creates the file of a segment.
pub(crate) fn create(segment: &Segment, extension: &str) -> tantivy::Result<WritePtr> {
    Ok(segment.open_write(SegmentComponent::Custom(extension.to_string()))?)
}

/// The error for a segment whose articles are to change places: the files keep them by number.
pub(crate) fn cannot_be_sorted(extension: &str) -> TantivyError {
    TantivyError::InvalidArgument(format!(
        "the file {extension:?} of a segment cannot be sorted"
    ))
}
