//! Where words end: the best row of decisions for a sentence of atoms.

use super::atom::{Atom, SHAPES, Shape, gap_kind};
use super::tables::{NAME_CLASSES, OUTSIDE, PAIR_CLASSES, Pair, RowWeights, Tables};

/// From this class on a pair is a word of the lexicon.
pub(super) const FIRST_WORD_CLASS: usize = 5;
/// The score of what cannot be.
const NEVER: i32 = i32::MIN / 2;

/// Buffers of the decoder, and its result.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    /// For each gap, how a longer word covers it.
    covers: Vec<u8>,
    /// For each gap, whether the gap before is best joined: if this one is not, and if it is.
    back: Vec<[bool; 2]>,
    /// For each gap, whether it is joined. Gap `i` is between atoms `i` and `i + 1`.
    joined: Vec<bool>,
}

/// What goes from one gap to the next.
struct Window<'t> {
    before: RowWeights<'t>,
    left: RowWeights<'t>,
    right: RowWeights<'t>,
    left_shape: Shape,
    right_shape: Shape,
    pair_before: Pair,
    pair: Pair,
    cover_before: u8,
    kind_before: usize,
    /// The shapes before, left and right of the gap, as digits.
    shapes: usize,
    /// The classes in names of the four rows up to the one after the right, as digits.
    names: usize,
}

impl Decoder {
    /// The decisions of the last sentence: for each gap, whether it is joined.
    pub(super) fn joined(&self) -> &[bool] {
        &self.joined
    }

    /// Decides for every gap of a sentence by Viterbi's algorithm over two states: whether the gap
    /// before is joined. `extra` is what a user dictionary adds for joining at each gap; empty for
    /// nothing.
    pub(super) fn decode(&mut self, tables: &Tables<'_>, atoms: &[Atom], extra: &[i32]) {
        let count = atoms.len().saturating_sub(1);
        self.covers.clear();
        self.covers.resize(count, 0);
        self.back.clear();
        self.back.resize(count, [false; 2]);
        let (Some(first), Some(second)) = (atoms.first(), atoms.get(1)) else {
            self.joined.clear();
            return;
        };
        let outside = tables.row(OUTSIDE);
        let (left, right) = (tables.row(first.row), tables.row(second.row));
        let mut window = Window {
            before: outside,
            left,
            right,
            left_shape: first.shape,
            right_shape: second.shape,
            pair_before: tables.other_pair,
            pair: self.pair(tables, atoms, 0, first, second),
            cover_before: 0,
            kind_before: 0,
            shapes: first.shape as usize * SHAPES + second.shape as usize,
            names: (outside.name() * NAME_CLASSES + left.name()) * NAME_CLASSES + right.name(),
        };
        let mut split = 0;
        let mut joined = NEVER;
        let mut ahead = atoms.iter().skip(1).zip(atoms.iter().skip(2));
        let mut extra = extra.iter();
        for index in 0..count {
            let extra = extra.next().copied().unwrap_or(0);
            let (after, after_shape, pair_after) = match ahead.next() {
                Some((right, after)) => (
                    tables.row(after.row),
                    after.shape,
                    self.pair(tables, atoms, index + 1, right, after),
                ),
                None => (outside, Shape::Sign, tables.other_pair),
            };
            let cover = self.covers.get(index).copied().unwrap_or(0);
            let kind = gap_kind(window.left_shape, window.right_shape);
            let shapes_after =
                (window.shapes * SHAPES + after_shape as usize) % (SHAPES * SHAPES * SHAPES);
            window.names = (window.names * NAME_CLASSES + after.name()) % NAME_CLASSES.pow(4);
            let from_joined = joined > split;
            let mut back = [from_joined, false];
            let best = split.max(joined);
            if window.left_shape.can_join() && window.right_shape.can_join() {
                let join = extra
                    + window.score(tables, after, pair_after, cover, kind)
                    + tables.shapes(1, shapes_after);
                let covered = cover != 0 && window.cover_before != 0;
                let after_split = split + join + tables.turn;
                let after_joined = joined + join + tables.joint(covered, kind, window.kind_before);
                back = [from_joined, after_joined > after_split];
                joined = after_split.max(after_joined).max(NEVER);
            } else {
                joined = NEVER;
            }
            split = best;
            if let Some(slot) = self.back.get_mut(index) {
                *slot = back;
            }
            window = Window {
                before: window.left,
                left: window.right,
                right: after,
                left_shape: window.right_shape,
                right_shape: after_shape,
                pair_before: window.pair,
                pair: pair_after,
                cover_before: cover,
                kind_before: kind,
                shapes: shapes_after,
                names: window.names,
            };
        }
        self.trace_back(joined > split);
    }

    /// What is known of the atoms of a gap. If longer words begin with them, marks the gaps that
    /// the longest of those covers.
    #[inline(always)]
    fn pair(
        &mut self,
        tables: &Tables<'_>,
        atoms: &[Atom],
        gap: usize,
        left: &Atom,
        right: &Atom,
    ) -> Pair {
        if !left.shape.can_join() || !right.shape.can_join() {
            return tables.other_pair;
        }
        let pair = tables.pair(left.row, right.row);
        if pair.begins_longer() {
            self.cover(tables, atoms, gap);
        }
        pair
    }

    #[cold]
    fn cover(&mut self, tables: &Tables<'_>, atoms: &[Atom], start: usize) {
        let rest = atoms.get(start..).unwrap_or(&[]);
        let run = rest.iter().take_while(|atom| !atom.is_sign());
        if let Some((length, cover)) = tables.longest(run.map(|atom| atom.row)) {
            for slot in self.covers.iter_mut().skip(start).take(length - 1) {
                *slot = (*slot).max(cover);
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

impl Window<'_> {
    /// The score of joining the gap, but for the shapes after it and the gap before.
    #[inline]
    fn score(
        &self,
        tables: &Tables<'_>,
        after: RowWeights<'_>,
        pair_after: Pair,
        cover: u8,
        kind: usize,
    ) -> i32 {
        let (before_class, after_class) = (self.pair_before.class(), pair_after.class());
        let classes =
            (before_class * PAIR_CLASSES + self.pair.class()) * PAIR_CLASSES + after_class;
        let score = tables.bias
            + self.before.weight::<0>()
            + self.left.weight::<1>()
            + self.right.weight::<2>()
            + after.weight::<3>()
            + self.pair_before.after()
            + self.pair.own(kind)
            + pair_after.before()
            + tables.shapes(0, self.shapes)
            + tables.classes(classes, usize::from(cover), kind)
            + tables.names(self.names, kind)
            + if_true(before_class >= FIRST_WORD_CLASS, self.right.weight::<4>())
            + if_true(after_class >= FIRST_WORD_CLASS, self.left.weight::<5>());
        match kind {
            0 => score,
            1 => score + self.left.weight::<6>() + self.right.weight::<7>(),
            _ => score + self.left.weight::<8>() + self.right.weight::<9>(),
        }
    }
}

/// The number if the condition holds, else 0; without a branch, because it cannot be foreseen.
#[inline]
fn if_true(condition: bool, number: i32) -> i32 {
    number & i32::from(condition).wrapping_neg()
}
