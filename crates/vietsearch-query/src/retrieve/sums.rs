//! What the documents of a window have so far.

use tantivy::DocId;

use super::list::List;

/// Documents that are summed up at a time: their sums stay in the cache.
pub(super) const WINDOW: u32 = 1 << 14;

/// The sums of a window.
pub(super) struct Sums {
    first: DocId,
    end: DocId,
    sums: Vec<i32>,
    /// True if few documents get something: then they are noted.
    sparse: bool,
    touched: Vec<DocId>,
}

impl Sums {
    pub(super) fn new() -> Self {
        Self {
            first: 0,
            end: 0,
            sums: vec![0; WINDOW as usize],
            sparse: true,
            touched: Vec::new(),
        }
    }

    /// Clears the last window and begins another one, in which few documents get something if it is
    /// sparse.
    pub(super) fn begin(&mut self, first: DocId, end: DocId, sparse: bool) {
        if self.sparse {
            for doc in &self.touched {
                if let Some(sum) = self.sums.get_mut(doc.wrapping_sub(self.first) as usize) {
                    *sum = 0;
                }
            }
        } else {
            let used = self.sums.iter_mut().take((self.end - self.first) as usize);
            used.for_each(|sum| *sum = 0);
        }
        self.touched.clear();
        (self.first, self.end) = (first, end);
        self.sparse = sparse;
    }

    /// Adds a list, for documents to which it adds more than a bound. The bound is for sparse
    /// windows. Lengths are those of the segment.
    pub(super) fn add(&mut self, list: &mut List<'_>, above: i32, lengths: Option<&[u8]>) {
        let window = (self.first, self.end);
        let first = self.first;
        let lengths = lengths.map(|lengths| {
            let within = lengths.get(self.first as usize..self.end as usize);
            within.unwrap_or(&[])
        });
        let size = (self.end - self.first) as usize;
        let sums = self.sums.get_mut(..size).unwrap_or(&mut []);
        let touched = &mut self.touched;
        if self.sparse {
            list.each(window, lengths, |place, impact| {
                if impact > above
                    && let Some(sum) = sums.get_mut(place)
                {
                    if *sum == 0 {
                        touched.push(first + place as DocId);
                    }
                    *sum = sum.wrapping_add(impact);
                }
            });
        } else {
            list.each(window, lengths, |place, impact| {
                if let Some(sum) = sums.get_mut(place) {
                    *sum = sum.wrapping_add(impact);
                }
            });
        }
    }

    /// Adds to one document.
    #[inline]
    pub(super) fn add_to(&mut self, doc: DocId, impact: i32) {
        if let Some(sum) = self.sums.get_mut(doc.wrapping_sub(self.first) as usize) {
            *sum = sum.wrapping_add(impact);
        }
    }

    /// Notes that these documents may get something, one by one.
    pub(super) fn touch(&mut self, docs: &[DocId]) {
        self.touched.extend(docs);
    }

    /// Takes the window for one that is not sparse any more.
    pub(super) fn sweep(&mut self) {
        self.sparse = false;
    }

    /// The sum of a document.
    #[inline]
    pub(super) fn of(&self, doc: DocId) -> i32 {
        let sum = self.sums.get(doc.wrapping_sub(self.first) as usize);
        sum.copied().unwrap_or(0)
    }

    /// The documents with more than this, in ascending order.
    pub(super) fn above(&mut self, bound: i32, found: &mut Vec<DocId>) {
        found.clear();
        if self.sparse {
            found.extend(self.touched.iter().filter(|doc| self.of(**doc) > bound));
            found.sort_unstable();
            found.dedup();
            return;
        }
        let used = self.sums.get(..(self.end - self.first) as usize);
        let chunks = used.unwrap_or(&[]).chunks(32);
        for (chunk, first) in chunks.zip((self.first..).step_by(32)) {
            // A plain fold over a chunk: many at a time.
            if chunk.iter().fold(false, |any, sum| any | (*sum > bound)) {
                for (sum, doc) in chunk.iter().zip(first..) {
                    if *sum > bound {
                        found.push(doc);
                    }
                }
            }
        }
    }
}
