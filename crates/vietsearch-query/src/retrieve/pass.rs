//! One segment: lists are added window by window.

use std::collections::HashMap;

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

/// One segment.
pub(super) struct Pass<'a> {
    pub(super) segment: &'a SegmentReader,
    pub(super) ordinal: u32,
    /// Those that add most come first.
    pub(super) lists: Vec<List<'a>>,
    pub(super) lengths: HashMap<Field, Option<OwnedBytes>>,
}

impl Pass<'_> {
    /// The documents of the segment in windows. As long as nothing is found they are small: what
    /// they yield bounds the rest.
    fn windows(&self, top: &Top) -> impl Iterator<Item = (DocId, DocId)> + use<> {
        let (mut first, mut size) = (0_u32, WINDOW);
        if top.is_empty() {
            size = FIRST_WINDOW;
        }
        let end = self.segment.max_doc();
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

    /// All documents that hold a term.
    pub(super) fn union(&mut self, sums: &mut Sums, top: &mut Top) {
        let mut near = Vec::new();
        let alive = self.segment.alive_bitset();
        for window in self.windows(top) {
            // Lists from `split` on cannot make up a good document by themselves.
            let (mut split, mut rest) = (self.lists.len(), 0_i32);
            while let Some(list) = split.checked_sub(1).and_then(|last| self.lists.get(last))
                && rest + list.most < top.least
            {
                rest += list.most;
                split -= 1;
            }
            if split == 0 {
                return;
            }
            let leading = self.lists.get(..split).unwrap_or(&[]);
            let postings = leading
                .iter()
                .map(|list| self.postings_within(list, window));
            let sparse = split == 1 || postings.sum::<usize>() * SPARSE < window_len(window);
            sums.begin(window.0, window.1, sparse);
            let bound = top.least - rest - 1;
            for list in 0..split {
                // What one list adds is all that there is to be had from it.
                self.add(list, if split == 1 { bound } else { 0 }, sums);
            }
            sums.above(bound, &mut near);
            if let Some(alive) = alive {
                near.retain(|doc| alive.is_alive(*doc));
            }
            self.complete(split, rest, window, &mut near, sums, top);
        }
    }

    /// Documents of a list, in ascending order.
    pub(super) fn among(&mut self, docs: &[DocId], sums: &mut Sums, top: &mut Top) {
        let rest = self.lists.iter().map(|list| list.most).sum();
        let mut docs = docs;
        for window in self.windows(top) {
            let (within, after) = docs.split_at(docs.partition_point(|doc| *doc < window.1));
            docs = after;
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
            self.complete(0, rest, window, &mut near, sums, top);
        }
    }

    /// Adds the lists from one on, which together add at most `rest`, for documents that may still
    /// be good, and hands those over.
    fn complete(
        &mut self,
        from: usize,
        mut rest: i32,
        window: (DocId, DocId),
        near: &mut Vec<DocId>,
        sums: &mut Sums,
        top: &mut Top,
    ) {
        for index in from..self.lists.len() {
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
