//! Where words end: the best row of decisions for a sentence of atoms.

use std::hint::select_unpredictable;

use super::atom::{Atom, SHAPES, Shape};
use super::tables::{KINDS, OUTSIDE, PAIR_CLASSES, Pair, PairPlace, Tables};

/// The score of what cannot be: less than any gap's, and far from the limits of 32 bits.
const NEVER: i32 = i32::MIN / 4;

/// Buffers of the decoder, and its result.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    /// For each gap, where its two atoms are looked up.
    places: Vec<PairPlace>,
    /// For each gap, what is known of its two atoms, and how a longer word covers it.
    pairs: Vec<Pair>,
    /// The gaps where longer words may begin.
    starts: Vec<u32>,
    /// For each gap, what its kind is, and what joining is worth by the atoms around it alone.
    contexts: Vec<Context>,
    scores: Vec<Score>,
    /// For each gap, whether the gap before is best joined: if this one is not, and if it is.
    back: Vec<Back>,
    /// For each gap, whether it is joined. Gap `i` is between atoms `i` and `i + 1`.
    joined: Vec<bool>,
}

/// What the atoms around a gap say about it.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    join: i32,
    kind: u8,
}

/// What joining at a gap is worth.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    after_split: i32,
    after_joined: i32,
}

/// Whether the gap before is best joined: bit 0 if this one is not, bit 1 if it is.
type Back = u8;

impl Decoder {
    /// The decisions of the last sentence: for each gap, whether it is joined.
    pub(super) fn joined(&self) -> &[bool] {
        &self.joined
    }

    /// Asks for all pairs before the first is used, so that the waits for memory overlap.
    fn ask(&mut self, tables: &Tables<'_>, atoms: &[Atom]) {
        self.places.clear();
        self.places
            .resize(atoms.len().saturating_sub(1), PairPlace::default());
        let neighbours = atoms.iter().zip(atoms.iter().skip(1));
        for (place, (left, right)) in self.places.iter_mut().zip(neighbours) {
            // No row of what cannot be joined is in a pair.
            if left.shape.traits().and(right.shape.traits()).can_join() {
                *place = tables.pair_place(left.row, right.row);
            }
        }
    }

    /// Decides for every gap of a sentence. `extra` is what a user dictionary adds for joining at
    /// each gap; empty for nothing.
    pub(super) fn decode(&mut self, tables: &Tables<'_>, atoms: &[Atom], extra: &[i32]) {
        self.ask(tables, atoms);
        self.read(tables);
        self.cover(tables, atoms);
        self.surround(tables, atoms);
        self.score(tables);
        for (score, extra) in self.scores.iter_mut().zip(extra) {
            score.after_split += extra;
            score.after_joined += extra;
        }
        let last = self.search();
        self.trace_back(last);
    }

    /// Reads all pairs, without a branch that cannot be foreseen.
    fn read(&mut self, tables: &Tables<'_>) {
        self.starts.clear();
        self.starts.resize(self.places.len() + 1, 0);
        self.pairs.clear();
        self.pairs.resize(self.places.len(), tables.other_pair);
        let mut found = 0;
        for (gap, (place, slot)) in (0..).zip(self.places.iter().zip(&mut self.pairs)) {
            let pair = tables.pair(*place);
            *slot = pair;
            // Written in any case, kept if it is one.
            if let Some(start) = self.starts.get_mut(found) {
                *start = gap;
            }
            found += usize::from(pair.begins_longer());
        }
        self.starts.truncate(found);
    }

    /// Notes how the longest words that begin somewhere cover their gaps.
    fn cover(&mut self, tables: &Tables<'_>, atoms: &[Atom]) {
        for start in &self.starts {
            let start = *start as usize;
            let rest = atoms.get(start..).unwrap_or(&[]);
            let run = rest.iter().take_while(|atom| !atom.is_sign());
            if let Some((length, cover)) = tables.longest(run.map(|atom| atom.row)) {
                for pair in self.pairs.iter_mut().skip(start).take(length - 1) {
                    pair.set_cover(cover);
                }
            }
        }
    }

    /// What the atoms around each gap say.
    fn surround(&mut self, tables: &Tables<'_>, atoms: &[Atom]) {
        let outside = (tables.row(OUTSIDE), Shape::Sign);
        let mut ahead = atoms.iter().map(|atom| (tables.row(atom.row), atom.shape));
        let (mut before, _) = outside;
        let (mut left, left_shape) = ahead.next().unwrap_or(outside);
        let (mut right, right_shape) = ahead.next().unwrap_or(outside);
        // The shapes before, left and right of the gap, as digits.
        let mut shapes = left_shape as usize * SHAPES + right_shape as usize;
        let mut right_traits = right_shape.traits();
        let mut traits = left_shape.traits().and(right_traits);
        self.contexts.clear();
        self.contexts.resize(self.pairs.len(), Context::default());
        for context in &mut self.contexts {
            let (after, after_shape) = ahead.next().unwrap_or(outside);
            let shapes_after =
                (shapes * SHAPES + after_shape as usize) % (SHAPES * SHAPES * SHAPES);
            let join = before.weight::<0>()
                + left.weight::<1>()
                + right.weight::<2>()
                + after.weight::<3>()
                + tables.shapes(0, shapes)
                + tables.shapes(1, shapes_after);
            let base = select_unpredictable(traits.can_join(), tables.bias, NEVER);
            *context = Context {
                join: base + join,
                kind: traits.kind() as u8,
            };
            (before, left, right) = (left, right, after);
            shapes = shapes_after;
            let after_traits = after_shape.traits();
            traits = right_traits.and(after_traits);
            right_traits = after_traits;
        }
    }

    /// What joining is worth at each gap, which no decision at another gap changes.
    fn score(&mut self, tables: &Tables<'_>) {
        let mut ahead = self.pairs.iter().skip(1);
        // The classes of the pairs before the gap and at it, as digits.
        let first = self.pairs.first().unwrap_or(&tables.other_pair);
        let mut classes = tables.other_pair.class() * PAIR_CLASSES + first.class();
        let mut after_before = tables.other_pair.after();
        let mut kind_before = 0;
        let mut cover_before = 0;
        self.scores.clear();
        self.scores.resize(self.pairs.len(), Score::default());
        let gaps = self.pairs.iter().zip(&self.contexts);
        for (score, (pair, context)) in self.scores.iter_mut().zip(gaps) {
            let after = ahead.next().unwrap_or(&tables.other_pair);
            classes = (classes * PAIR_CLASSES + after.class())
                % (PAIR_CLASSES * PAIR_CLASSES * PAIR_CLASSES);
            let cover = pair.cover();
            let kind = usize::from(context.kind) % KINDS;
            let join = context.join
                + after_before
                + pair.own(kind)
                + after.before()
                + tables.classes(classes, cover, kind);
            let covered = cover.min(cover_before) != 0;
            *score = Score {
                after_split: join + tables.turn,
                after_joined: join + tables.joint(covered, kind, kind_before),
            };
            after_before = pair.after();
            cover_before = cover;
            kind_before = kind;
        }
    }

    /// Viterbi's algorithm over two states: whether the gap before is joined. Returns the last
    /// gap's.
    ///
    /// Of the scores of the two only the difference is kept, which no length of a sentence makes
    /// large.
    fn search(&mut self) -> bool {
        let mut lead = NEVER;
        self.back.clear();
        self.back.resize(self.scores.len(), 0);
        for (back, score) in self.back.iter_mut().zip(&self.scores) {
            let after_joined = lead + score.after_joined;
            *back = Back::from(lead > 0) | Back::from(after_joined > score.after_split) << 1;
            lead = score.after_split.max(after_joined) - lead.max(0);
        }
        lead > 0
    }

    fn trace_back(&mut self, last: bool) {
        self.joined.clear();
        self.joined.resize(self.back.len(), false);
        let mut state = u8::from(last);
        for (joined, back) in self.joined.iter_mut().zip(&self.back).rev() {
            *joined = state != 0;
            state = back >> state & 1;
        }
    }
}
