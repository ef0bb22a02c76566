//! The part of tantivy's list of segments that names files.

use serde::Deserialize;

use crate::{duplicates, forward, phrases};

#[derive(Deserialize)]
pub(crate) struct SegmentList {
    segments: Vec<Segment>,
}

#[derive(Deserialize)]
struct Segment {
    segment_id: String,
    #[serde(default)]
    deletes: Option<Deletes>,
}

#[derive(Deserialize)]
struct Deletes {
    opstamp: u64,
}

impl SegmentList {
    /// The files that the index needs.
    pub(crate) fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.segments.iter().flat_map(|segment| {
            let id = segment.segment_id.replace('-', "");
            let deletes = segment.deletes.as_ref();
            let deletes = deletes.map(|deletes| format!("{id}.{}.del", deletes.opstamp));
            let extensions = SEGMENT_FILES.iter();
            let files = extensions.map(move |extension| format!("{id}.{extension}"));
            files.chain(deletes)
        })
    }
}

/// The extensions of the files that each segment has.
const SEGMENT_FILES: [&str; 9] = [
    "term",
    "idx",
    "pos",
    "fieldnorm",
    "fast",
    "store",
    forward::EXTENSION,
    duplicates::EXTENSION,
    phrases::EXTENSION,
];
