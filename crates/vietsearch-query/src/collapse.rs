//! One hit for each group of near-duplicates.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DateTime, DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};
use vietsearch_index::forward::ForwardReader;

use crate::error::Result;
use crate::forward::Forward;

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

/// Collects the groups of what matches.
pub(crate) struct Groups {
    forward: Vec<ForwardReader>,
}

impl Groups {
    pub(crate) fn new(searcher: &Searcher, forward: &Forward) -> Result<Self> {
        let segments = searcher.segment_readers().iter();
        let forward = segments.map(|segment| forward.of(segment));
        Ok(Self {
            forward: forward.collect::<tantivy::Result<_>>()?,
        })
    }

    fn id(&self, address: DocAddress) -> &str {
        let segment = self.forward.get(address.segment_ord as usize);
        segment.map_or("", |forward| forward.key(address.doc_id))
    }
}

impl Collector for Groups {
    type Fruit = ByGroup<Members>;
    type Child = GroupsOfSegment;

    fn for_segment(
        &self,
        ordinal: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<GroupsOfSegment> {
        let Some(forward) = self.forward.get(ordinal as usize) else {
            let message = "the segment is of another snapshot".to_string();
            return Err(tantivy::TantivyError::InvalidArgument(message));
        };
        Ok(GroupsOfSegment {
            ordinal,
            forward: forward.clone(),
            groups: segment.fast_fields().u64("group")?,
            dates: segment.fast_fields().date("published_at")?,
            found: ByGroup::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<ByGroup<Members>>) -> tantivy::Result<ByGroup<Members>> {
        let mut segments = segments.into_iter();
        let mut all = segments.next().unwrap_or_default();
        for (group, members) in segments.flatten() {
            let known = all.get(&group).copied();
            let together = known.map_or(members, |known| Members {
                count: known.count + members.count,
                earliest: known
                    .earliest
                    .or_earlier(members.earliest, |address| self.id(address)),
            });
            all.insert(group, together);
        }
        Ok(all)
    }
}

/// Collects the groups of one segment.
pub(crate) struct GroupsOfSegment {
    ordinal: SegmentOrdinal,
    forward: ForwardReader,
    groups: Column<u64>,
    dates: Column<DateTime>,
    found: ByGroup<Members>,
}

impl SegmentCollector for GroupsOfSegment {
    type Fruit = ByGroup<Members>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let group = self.groups.first(doc).unwrap_or(0);
        let one = Dated {
            date: self.dates.first(doc).map(DateTime::into_timestamp_secs),
            address: DocAddress::new(self.ordinal, doc),
        };
        let forward = &self.forward;
        let members = self.found.entry(group).or_insert(Members {
            count: 0,
            earliest: one,
        });
        members.count += 1;
        members.earliest = members
            .earliest
            .or_earlier(one, |address| forward.key(address.doc_id));
    }

    fn harvest(self) -> ByGroup<Members> {
        self.found
    }
}
