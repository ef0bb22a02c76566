//! Where words end: the best row of decisions for a sentence of atoms.

use super::atom::{Atom, SHAPES, Shape};
use super::tables::{
    BEGINS_LONGER, CLASS_BITS, NAME_CLASSES, OUTSIDE, PAIR_CLASSES, Pair, RowWeights, Tables,
};

/// From this class on a pair is a word of the lexicon.
pub(super) const FIRST_WORD_CLASS: usize = 5;
/// The score of what cannot be.
const NEVER: i32 = i32::MIN / 2;

/// Buffers of the decoder, and its result.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    /// For each gap: what is known of its two atoms, how longer words cover it.
    gaps: Vec<Gap>,
    /// For each gap, the states before it that are best for not joining and for joining.
    back: Vec<[bool; 2]>,
    /// For each gap, whether it is joined. Gap `i` is between atoms `i` and `i + 1`.
    joined: Vec<bool>,
}

#[derive(Clone, Copy, Debug)]
struct Gap {
    pair: Pair,
    cover: u8,
    /// Added for joining: what a user dictionary says.
    extra: i32,
}

/// What the loop over the gaps carries from one to the next.
struct Window {
    row_before: RowWeights,
    row_left: RowWeights,
    row_right: RowWeights,
    pair_before: Pair,
    cover_before: u8,
    kind_before: usize,
    shapes: usize,
    names: usize,
}

impl Decoder {
    /// The decisions of the last sentence: for each gap, whether it is joined.
    pub(super) fn joined(&self) -> &[bool] {
        &self.joined
    }

    /// Decides for every gap of a sentence. `extra` gives what a user dictionary adds for joining.
    pub(super) fn decode(&mut self, tables: &Tables<'_>, atoms: &[Atom], extra: &[i32]) {
        self.look_up(tables, atoms, extra);
        self.search(tables, atoms);
    }

    fn look_up(&mut self, tables: &Tables<'_>, atoms: &[Atom], extra: &[i32]) {
        self.gaps.clear();
        let mut extra = extra.iter();
        for (left, right) in atoms.iter().zip(atoms.iter().skip(1)) {
            let pair = if joinable(left, right) {
                tables.pair(left.row, right.row)
            } else {
                tables.other_pair
            };
            self.gaps.push(Gap {
                pair,
                cover: 0,
                extra: extra.next().copied().unwrap_or(0),
            });
        }
        for start in 0..self.gaps.len() {
            let begins = self
                .gaps
                .get(start)
                .is_some_and(|gap| gap.pair.class & BEGINS_LONGER != 0);
            if begins {
                self.cover(tables, atoms, start);
            }
        }
    }

    /// Marks the gaps that the longest word from an atom on covers.
    fn cover(&mut self, tables: &Tables<'_>, atoms: &[Atom], start: usize) {
        let rest = atoms.get(start..).unwrap_or(&[]);
        let run = rest.iter().take_while(|atom| !atom.is_sign());
        if let Some((length, cover)) = tables.longest(run.map(|atom| atom.row)) {
            for gap in self.gaps.iter_mut().skip(start).take(length - 1) {
                gap.cover = gap.cover.max(cover);
            }
        }
    }

    /// Viterbi over two states: whether the gap before is joined.
    fn search(&mut self, tables: &Tables<'_>, atoms: &[Atom]) {
        self.back.clear();
        let shape = |index: usize| atoms.get(index).map_or(Shape::Sign, |atom| atom.shape);
        let row = |index: usize| tables.row(atoms.get(index).map_or(OUTSIDE, |atom| atom.row));
        let mut window = Window {
            row_before: tables.row(OUTSIDE),
            row_left: row(0),
            row_right: row(1),
            pair_before: tables.other_pair,
            cover_before: 0,
            kind_before: 0,
            shapes: (shape(0) as usize) * SHAPES + shape(1) as usize,
            names: 0,
        };
        window.names = [&window.row_before, &window.row_left, &window.row_right]
            .iter()
            .fold(0, |sum, row| sum * NAME_CLASSES + usize::from(row.name));
        let mut split = 0;
        let mut joined = NEVER;
        for index in 0..self.gaps.len() {
            let Some(gap) = self.gaps.get(index).copied() else {
                break;
            };
            let row_after = row(index + 2);
            let pair_after = self
                .gaps
                .get(index + 1)
                .map_or(tables.other_pair, |gap| gap.pair);
            let shape_after = shape(index + 2) as usize;
            let three = SHAPES * SHAPES * SHAPES;
            let shapes_after = (window.shapes * SHAPES + shape_after) % three;
            let names =
                (window.names * NAME_CLASSES + usize::from(row_after.name)) % NAME_CLASSES.pow(4);
            let kind = kind(shape(index), shape(index + 1));
            let from_joined = joined > split;
            let best = split.max(joined);
            if can_join(shape(index)) && can_join(shape(index + 1)) {
                let classes = [window.pair_before, gap.pair, pair_after]
                    .map(|pair| usize::from(pair.class & CLASS_BITS));
                let [before_class, own_class, after_class] = classes;
                let config = (before_class * PAIR_CLASSES + own_class) * PAIR_CLASSES + after_class;
                let mut join = tables.bias
                    + gap.extra
                    + i32::from(window.row_before.weights[0])
                    + i32::from(window.row_left.weights[1])
                    + i32::from(window.row_right.weights[2])
                    + i32::from(row_after.weights[3])
                    + i32::from(window.pair_before.after)
                    + i32::from(gap.pair.own.get(kind).copied().unwrap_or(0))
                    + i32::from(pair_after.before)
                    + tables.shapes(0, window.shapes)
                    + tables.shapes(1, shapes_after)
                    + tables.classes(config, usize::from(gap.cover), kind)
                    + tables.names(names, kind);
                if before_class >= FIRST_WORD_CLASS {
                    join += i32::from(window.row_right.weights[4]);
                }
                if after_class >= FIRST_WORD_CLASS {
                    join += i32::from(window.row_left.weights[5]);
                }
                if kind == 1 {
                    join += i32::from(window.row_left.weights[6])
                        + i32::from(window.row_right.weights[7]);
                } else if kind == 2 {
                    join += i32::from(window.row_left.weights[8])
                        + i32::from(window.row_right.weights[9]);
                }
                let covered = gap.cover != 0 && window.cover_before != 0;
                let after_split = split + join + tables.turn;
                let after_joined = joined + join + tables.joint(covered, kind, window.kind_before);
                self.back.push([from_joined, after_joined > after_split]);
                joined = after_split.max(after_joined);
            } else {
                self.back.push([from_joined, false]);
                joined = NEVER;
            }
            split = best;
            window = Window {
                row_before: window.row_left,
                row_left: window.row_right,
                row_right: row_after,
                pair_before: gap.pair,
                cover_before: gap.cover,
                kind_before: kind,
                shapes: shapes_after,
                names,
            };
        }
        self.trace_back(joined > split);
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

/// True for atoms that may be part of a longer word.
#[inline]
pub(super) fn can_join(shape: Shape) -> bool {
    !matches!(shape, Shape::Sign | Shape::Other)
}

#[inline]
fn joinable(left: &Atom, right: &Atom) -> bool {
    can_join(left.shape) && can_join(right.shape)
}

/// The kind of a gap by the case of its two atoms.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn kind(left: Shape, right: Shape) -> usize {
    match (letters(left), letters(right)) {
        (Letters::Capital, Letters::Capital) => 1,
        (Letters::Caseless, Letters::Caseless) => 2,
        _ => 0,
    }
}

#[derive(PartialEq, Eq)]
enum Letters {
    Capital,
    Caseless,
    Rest,
}

#[inline]
fn letters(shape: Shape) -> Letters {
    match shape {
        Shape::Title
        | Shape::TitleWord
        | Shape::StartTitle
        | Shape::StartTitleWord
        | Shape::Upper
        | Shape::UpperWord => Letters::Capital,
        Shape::Caseless | Shape::CaselessWord => Letters::Caseless,
        _ => Letters::Rest,
    }
}
