//! One segment: lists are added window by window.

use std::collections::HashMap;

use smallvec::SmallVec;
use tantivy::directory::OwnedBytes;
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, SegmentReader};

use super::Promising;
use super::list::List;
use super::sums::{Sums, WINDOW};
use super::top::Top;

/// The first window.
const FIRST_WINDOW: u32 = 1 << 10;
/// A window with fewer postings than this share of its documents is not swept through.
const SPARSE: usize = 16;
/// Looking a document up in a list costs as much as adding so many postings.
const LOOKUP: usize = 48;
/// A list with at most this share of a window's documents is added in any case.
const FEW: usize = 64;

/// How the lists are treated in a window, by their places in the order of what they add.
struct Parts {
    /// Number of the lists that lead: the first ones.
    leading: usize,
    /// Of the others, those with few postings.
    few: SmallVec<[usize; 16]>,
    /// The rest, which is looked up.
    trailing: SmallVec<[usize; 16]>,
}

/// One segment.
pub(super) struct Pass<'a> {
    pub(super) segment: &'a SegmentReader,
    pub(super) ordinal: u32,
    /// The first document that is looked at, and the one after the last.
    pub(super) docs: (DocId, DocId),
    /// Those that add most come first.
    pub(super) lists: Vec<List<'a>>,
    pub(super) lengths: HashMap<Field, Option<OwnedBytes>>,
}

impl Pass<'_> {
    /// The documents in windows. As long as nothing is found anywhere they are small: what they yield
    /// bounds the rest.
    fn windows(&self, top: &Top<'_>) -> impl Iterator<Item = (DocId, DocId)> + use<> {
        let ((mut first, end), mut size) = (self.docs, WINDOW);
        if top.is_unbounded() {
            size = FIRST_WINDOW;
        }
        std::iter::from_fn(move || {
            let window = (first, end.min(first.saturating_add(size)));
            first = window.1;
            size = (size * 2).min(WINDOW);
            (window.0 < window.1).then_some(window)
        })
    }

    /// Number of postings of a list in a window, if they are spread evenly.
    fn postings_within(&self, list: &List<'_>, (first, end): (DocId, DocId)) -> usize {
        let all = u64::from(list.postings.doc_freq());
        let share = all * u64::from(end - first) / u64::from(self.segment.max_doc().max(1));
        share as usize + 1
    }

    /// Adds one list for all documents of the window to which it adds more than a bound.
    fn add(&mut self, list: usize, above: i32, sums: &mut Sums) {
        let Some(list) = self.lists.get_mut(list) else {
            return;
        };
        let lengths = self.lengths.get(&list.field).and_then(Option::as_ref);
        sums.add(list, above, lengths.map(|bytes| bytes.as_slice()));
    }

    /// The lists that are added for all documents of a window, and those that are left for the
    /// documents that the others bring near: together they cannot make up a good one. A list with
    /// few postings costs less to add than the documents that it might lift cost to complete.
    fn parts(&self, window: (DocId, DocId), least: i32) -> Parts {
        let (mut leading, mut rest) = (self.lists.len(), 0_i32);
        while let Some(list) = leading.checked_sub(1).and_then(|last| self.lists.get(last))
            && rest + list.most < least
        {
            rest += list.most;
            leading -= 1;
        }
        let few = window_len(window) / FEW;
        let (few, trailing) = (leading..self.lists.len()).partition(|index| {
            let list = self.lists.get(*index);
            list.is_none_or(|list| self.postings_within(list, window) <= few)
        });
        Parts {
            leading,
            few,
            trailing,
        }
    }

    /// All documents that hold a term.
    pub(super) fn union(&mut self, sums: &mut Sums, top: &mut Top<'_>) {
        let mut near = Vec::new();
        let alive = self.segment.alive_bitset();
        for window in self.windows(top) {
            top.renew();
            let parts = self.parts(window, top.least);
            if parts.leading == 0 {
                return;
            }
            let added = (0..parts.leading).chain(parts.few.iter().copied());
            let postings = added
                .filter_map(|list| self.lists.get(list))
                .map(|list| self.postings_within(list, window));
            // Only sparse windows leave documents out. With one list that leads a document gets at most
            // `few` from the others that are added, so that too little of the one is too little in all.
            let alone = parts.leading == 1;
            let sparse = alone || postings.sum::<usize>() * SPARSE < window_len(window);
            sums.begin(window.0, window.1, sparse);
            let bound = top.least - self.most_of(&parts.trailing) - 1;
            for list in &parts.few {
                self.add(*list, 0, sums);
            }
            let few = self.most_of(&parts.few);
            for list in 0..parts.leading {
                let above = if alone { (bound - few).max(0) } else { 0 };
                self.add(list, above, sums);
            }
            sums.above(bound, &mut near);
            if let Some(alive) = alive {
                near.retain(|doc| alive.is_alive(*doc));
            }
            self.complete(&parts.trailing, window, &mut near, sums, top);
        }
    }

    /// The most that some lists add together.
    fn most_of(&self, lists: &[usize]) -> i32 {
        let lists = lists.iter().filter_map(|list| self.lists.get(*list));
        lists.map(|list| list.most).sum()
    }

    /// Documents of a list, in ascending order.
    pub(super) fn among(&mut self, docs: &[DocId], sums: &mut Sums, top: &mut Top<'_>) {
        let all: Vec<usize> = (0..self.lists.len()).collect();
        let mut docs = docs;
        for window in self.windows(top) {
            let (within, after) = docs.split_at(docs.partition_point(|doc| *doc < window.1));
            docs = after;
            top.renew();
            if within.is_empty() {
                continue;
            }
            sums.begin(
                window.0,
                window.1,
                within.len() * SPARSE < window_len(window),
            );
            let mut near = within.to_vec();
            sums.touch(within);
            self.complete(&all, window, &mut near, sums, top);
        }
    }

    /// Adds the lists that are left, for documents that may still be good, and hands those over.
    fn complete(
        &mut self,
        trailing: &[usize],
        window: (DocId, DocId),
        near: &mut Vec<DocId>,
        sums: &mut Sums,
        top: &mut Top<'_>,
    ) {
        let mut rest = self.most_of(trailing);
        for index in trailing.iter().copied() {
            let Some(list) = self.lists.get(index) else {
                break;
            };
            let postings = self.postings_within(list, window);
            rest -= list.most;
            if near.len() * LOOKUP < postings {
                let Some(list) = self.lists.get_mut(index) else {
                    break;
                };
                let lengths = self.lengths.get(&list.field).and_then(Option::as_ref);
                let lengths = lengths.map(|bytes| bytes.as_slice());
                for doc in near.iter() {
                    let impact = list.look_up(*doc, lengths);
                    sums.add_to(*doc, impact);
                }
            } else {
                // What else it touches is not asked for.
                sums.sweep();
                self.add(index, 0, sums);
            }
            near.retain(|doc| sums.of(*doc).saturating_add(rest) >= top.least);
            if near.is_empty() {
                return;
            }
        }
        for doc in near.iter() {
            top.push(Promising {
                sum: sums.of(*doc),
                address: DocAddress::new(self.ordinal, *doc),
            });
        }
    }
}

fn window_len((first, end): (DocId, DocId)) -> usize {
    (end - first) as usize
}
