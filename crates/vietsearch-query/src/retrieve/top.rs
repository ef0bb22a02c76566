//! The best documents so far.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicI32, Ordering};

use super::Promising;

/// The best documents so far, and some more.
pub(super) struct Top<'a> {
    limit: usize,
    /// What a document must have.
    pub(super) least: i32,
    /// What the last of the best has at least, wherever it was found.
    bound: &'a AtomicI32,
    found: Vec<Promising>,
}

impl<'a> Top<'a> {
    /// `bound` is what a document must have.
    pub(super) fn new(limit: usize, bound: &'a AtomicI32) -> Self {
        Self {
            limit,
            least: bound.load(Ordering::Relaxed),
            bound,
            found: Vec::with_capacity(limit.min(1 << 10) * 2),
        }
    }

    /// True if nothing has been found yet, here or elsewhere.
    pub(super) fn is_unbounded(&self) -> bool {
        self.found.is_empty() && self.bound.load(Ordering::Relaxed) <= 1
    }

    /// Documents come in the order of their addresses.
    pub(super) fn push(&mut self, promising: Promising) {
        if promising.sum < self.least {
            return;
        }
        self.found.push(promising);
        if self.found.len() >= self.limit.saturating_mul(2) {
            self.prune();
        }
    }

    fn prune(&mut self) {
        let key = |known: &Promising| (Reverse(known.sum), known.address);
        if self.found.len() >= self.limit {
            self.found
                .select_nth_unstable_by_key(self.limit.saturating_sub(1), key);
            self.found.truncate(self.limit);
            // Later ones that are no better are stored behind.
            let worst = self.found.last().map_or(0, |known| known.sum);
            self.least = self.least.max(worst.saturating_add(1));
            // Elsewhere there may be ones that are as good and are stored before.
            self.bound.fetch_max(worst, Ordering::Relaxed);
        }
    }

    /// Takes note of what others have found meanwhile.
    pub(super) fn renew(&mut self) {
        self.least = self.least.max(self.bound.load(Ordering::Relaxed));
    }

    /// Adds what was found elsewhere.
    pub(super) fn extend(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    pub(super) fn finish(mut self) -> Vec<Promising> {
        self.prune();
        self.found
            .sort_unstable_by_key(|known| (Reverse(known.sum), known.address));
        self.found
    }
}
