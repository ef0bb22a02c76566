//! What the files that are written next to a segment have in common.

use std::path::PathBuf;

use tantivy::directory::WritePtr;
use tantivy::index::SegmentComponent;
use tantivy::schema::document::ErasedDocument;
use tantivy::{Segment, SegmentReader, TantivyError};

use crate::checksum::{CheckedBytes, CheckedFiles};
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

/// Opens the file of a segment; its bytes are checked as they are read.
pub(crate) fn open(
    files: &CheckedFiles,
    segment: &SegmentReader,
    extension: &str,
) -> tantivy::Result<CheckedBytes> {
    let name = format!("{}.{extension}", segment.segment_id().uuid_string());
    match files.open(&PathBuf::from(name))? {
        Some(bytes) => Ok(bytes),
        // An index in RAM; or a file that was taken away, which is told.
        None => open_whole(segment, extension),
    }
}

/// Opens the file of a segment and checks all of it.
pub(crate) fn open_whole(
    segment: &SegmentReader,
    extension: &str,
) -> tantivy::Result<CheckedBytes> {
    let file = segment.open_read(SegmentComponent::Custom(extension.to_string()))?;
    Ok(CheckedBytes::sound(file.read_bytes()?))
}

/// The error for a segment whose articles are to change places: the files keep them by number.
pub(crate) fn cannot_be_sorted(extension: &str) -> TantivyError {
    TantivyError::InvalidArgument(format!(
        "the file {extension:?} of a segment cannot be sorted"
    ))
}
