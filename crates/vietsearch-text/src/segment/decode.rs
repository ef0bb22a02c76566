//! Where words end: the best row of decisions for a sentence of atoms.

use super::atom::{Atom, SHAPES, Shape, gap_kind};
use super::tables::{OUTSIDE, PAIR_CLASSES, Pair, PairPlace, Tables};

/// The score of what cannot be.
const NEVER: i32 = i32::MIN / 2;

/// Buffers of the decoder, and its result.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    /// For each gap, what is known of its two atoms, and how a longer word covers it.
    pairs: Vec<Pair>,
    places: Vec<PairPlace>,
    /// For each gap, whether the gap before is best joined: if this one is not, and if it is.
    back: Vec<[bool; 2]>,
    /// For each gap, whether it is joined. Gap `i` is between atoms `i` and `i + 1`.
    joined: Vec<bool>,
}

impl Decoder {
    /// The decisions of the last sentence: for each gap, whether it is joined.
    pub(super) fn joined(&self) -> &[bool] {
        &self.joined
    }

    /// Decides for every gap of a sentence. `extra` is what a user dictionary adds for joining at
    /// each gap; empty for nothing.
    pub(super) fn decode(&mut self, tables: &Tables<'_>, atoms: &[Atom], extra: &[i32]) {
        self.look_up(tables, atoms);
        let last = self.search(tables, atoms, extra);
        self.trace_back(last);
    }

    /// Looks all pairs up before the first is used, so that the waits for memory overlap.
    fn look_up(&mut self, tables: &Tables<'_>, atoms: &[Atom]) {
        let neighbours = atoms.iter().zip(atoms.iter().skip(1));
        self.places.clear();
        self.places.extend(neighbours.map(|(left, right)| {
            // No row of what cannot be joined is in a pair.
            let joins = left.shape.can_join() && right.shape.can_join();
            match joins {
                true => tables.pair_place(left.row, right.row),
                false => tables.pair_place(0, 0),
            }
        }));
        self.pairs.clear();
        self.pairs
            .extend(self.places.iter().map(|place| tables.pair(*place)));
        for start in 0..self.pairs.len() {
            let pair = self.pairs.get(start);
            if pair.is_some_and(|pair| pair.begins_longer()) {
                self.cover(tables, atoms, start);
            }
        }
    }

    /// Viterbi's algorithm over two states: whether the gap before is joined. Returns the last
    /// gap's.
    fn search(&mut self, tables: &Tables<'_>, atoms: &[Atom], extra: &[i32]) -> bool {
        self.back.clear();
        self.back.resize(self.pairs.len(), [false; 2]);
        let outside = (tables.row(OUTSIDE), Shape::Sign);
        let mut ahead = atoms.iter().map(|atom| (tables.row(atom.row), atom.shape));
        let (mut before, _) = outside;
        let (mut left, mut left_shape) = ahead.next().unwrap_or(outside);
        let (mut right, mut right_shape) = ahead.next().unwrap_or(outside);
        // The shapes before, left and right of the gap, as digits.
        let mut shapes = left_shape as usize * SHAPES + right_shape as usize;
        let mut pair_before = tables.other_pair;
        let mut pairs_ahead = self.pairs.iter().skip(1);
        let mut extra = extra.iter();
        let mut cover_before = 0;
        let mut kind_before = 0;
        let (mut split, mut joined) = (0, NEVER);
        for (pair, back) in self.pairs.iter().zip(&mut self.back) {
            let (after, after_shape) = ahead.next().unwrap_or(outside);
            let pair_after = pairs_ahead.next().unwrap_or(&tables.other_pair);
            let shapes_after =
                (shapes * SHAPES + after_shape as usize) % (SHAPES * SHAPES * SHAPES);
            let kind = gap_kind(left_shape, right_shape);
            let cover = pair.cover();
            let classes = (pair_before.class() * PAIR_CLASSES + pair.class()) * PAIR_CLASSES
                + pair_after.class();
            let join = tables.bias
                + before.weight::<0>()
                + left.weight::<1>()
                + right.weight::<2>()
                + after.weight::<3>()
                + pair_before.after()
                + pair.own(kind)
                + pair_after.before()
                + tables.shapes(0, shapes)
                + tables.shapes(1, shapes_after)
                + tables.classes(classes, cover, kind)
                + extra.next().copied().unwrap_or(0);
            let covered = cover.min(cover_before) != 0;
            let after_split = split + join + tables.turn;
            let after_joined = joined + join + tables.joint(covered, kind, kind_before);
            *back = [joined > split, after_joined > after_split];
            split = split.max(joined);
            joined = if left_shape.can_join() && right_shape.can_join() {
                after_split.max(after_joined)
            } else {
                NEVER
            };
            before = left;
            (left, left_shape) = (right, right_shape);
            (right, right_shape) = (after, after_shape);
            shapes = shapes_after;
            pair_before = *pair;
            cover_before = cover;
            kind_before = kind;
        }
        joined > split
    }

    #[cold]
    fn cover(&mut self, tables: &Tables<'_>, atoms: &[Atom], start: usize) {
        let rest = atoms.get(start..).unwrap_or(&[]);
        let run = rest.iter().take_while(|atom| !atom.is_sign());
        if let Some((length, cover)) = tables.longest(run.map(|atom| atom.row)) {
            for pair in self.pairs.iter_mut().skip(start).take(length - 1) {
                pair.set_cover(cover);
            }
        }
    }

    fn trace_back(&mut self, last: bool) {
        self.joined.clear();
        self.joined.resize(self.back.len(), false);
        let mut state = last;
        for (joined, back) in self.joined.iter_mut().zip(&self.back).rev() {
            *joined = state;
            let [from_split, from_joined] = *back;
            state = if state { from_joined } else { from_split };
        }
    }
}
