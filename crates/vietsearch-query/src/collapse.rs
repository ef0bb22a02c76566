//! One hit for each group of near-duplicates.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::columnar::Column;
use tantivy::{DateTime, DocAddress, Searcher};
use vietsearch_index::forward::ForwardReader;

use crate::error::Result;
use crate::forward::Forward;
use crate::retrieve::Matches;

/// The numbers of groups are hashes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GroupHasher(u64);

impl Hasher for GroupHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        debug_assert!(false, "only numbers are hashed");
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Something for each group.
pub(crate) type ByGroup<T> = HashMap<u64, T, BuildHasherDefault<GroupHasher>>;

/// The group of each article of a snapshot.
pub(crate) struct GroupColumns(Vec<Column<u64>>);

impl GroupColumns {
    pub(crate) fn open(searcher: &Searcher) -> Result<Self> {
        let segments = searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields().u64("group"));
        Ok(Self(columns.collect::<tantivy::Result<_>>()?))
    }

    pub(crate) fn group(&self, address: DocAddress) -> u64 {
        let column = self.0.get(address.segment_ord as usize);
        column
            .and_then(|column| column.first(address.doc_id))
            .unwrap_or(0)
    }
}

/// The articles of one group that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) count: usize,
    pub(crate) earliest: Dated,
}

/// An article and its time of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dated {
    /// Seconds since the epoch.
    pub(crate) date: Option<i64>,
    pub(crate) address: DocAddress,
}

impl Dated {
    /// The one that was published first; articles without a date come last, equal ones by id.
    fn or_earlier<'i>(self, other: Self, id: impl Fn(DocAddress) -> &'i str) -> Self {
        let key = |one: Self| (one.date.is_none(), one.date);
        let is_earlier = match key(other).cmp(&key(self)) {
            std::cmp::Ordering::Equal => id(other.address) < id(self.address),
            order => order.is_lt(),
        };
        if is_earlier { other } else { self }
    }
}

/// The groups of the articles that match.
pub(crate) fn groups_of(
    searcher: &Searcher,
    forward: &Forward,
    matches: &Matches,
) -> Result<ByGroup<Members>> {
    let segments = searcher.segment_readers();
    let readers = segments.iter().map(|segment| forward.of(segment));
    let readers: Vec<ForwardReader> = readers.collect::<tantivy::Result<_>>()?;
    let id = |address: DocAddress| {
        let segment = readers.get(address.segment_ord as usize);
        segment.map_or("", |forward| forward.key(address.doc_id))
    };
    let mut found: ByGroup<Members> = ByGroup::default();
    for (ordinal, segment) in (0_u32..).zip(segments) {
        let groups = segment.fast_fields().u64("group")?;
        let dates = segment.fast_fields().date("published_at")?;
        for doc in matches.of(ordinal) {
            let one = Dated {
                date: dates.first(*doc).map(DateTime::into_timestamp_secs),
                address: DocAddress::new(ordinal, *doc),
            };
            let members = found
                .entry(groups.first(*doc).unwrap_or(0))
                .or_insert(Members {
                    count: 0,
                    earliest: one,
                });
            members.count += 1;
            members.earliest = members.earliest.or_earlier(one, id);
        }
    }
    Ok(found)
}
