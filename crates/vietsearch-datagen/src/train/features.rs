//! Features of the gap between two atoms, as indices of a weight vector.

use std::collections::HashMap;

use vietsearch_text::segment::atom::{Atom, SHAPES, Shape, gap_kind};
use vietsearch_text::segment::tables::{COVERS, KINDS, PAIR_CLASSES, ROW_WEIGHTS};
use vietsearch_text::segment::vocabulary::row;

use super::table::{Pair, Table};
use crate::count::key;
use crate::lexicon::source;

/// Columns of a row's weights.
pub(crate) const COLUMNS: usize = ROW_WEIGHTS;
/// Columns of a pair's weights: at its gap in three kinds of case, at the gap after it, before it.
pub(crate) const PAIR_COLUMNS: usize = 5;
/// Classes of three atoms for the weight of two joins in a row.
pub(crate) const JOINTS: usize = 2 * KINDS * KINDS;
/// What is known of a pair falls into so many buckets.
pub(crate) const BUCKETS: usize = 256;

/// Where the groups of features lie in the weight vector.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) rows: usize,
    pub(crate) shapes: usize,
    pub(crate) classes: usize,
    pub(crate) statistics: usize,
    pub(crate) joints: usize,
    pub(crate) turns: usize,
    pub(crate) pairs: usize,
    pub(crate) len: usize,
    pub(crate) bias: usize,
    /// Pairs with weights of their own.
    pub(crate) pair_index: HashMap<u32, u32>,
}

impl Layout {
    pub(crate) fn new(row_count: usize, pair_index: HashMap<u32, u32>) -> Self {
        let rows = 0;
        let shapes = rows + row_count * COLUMNS;
        let classes = shapes + 2 * SHAPES * SHAPES * SHAPES;
        let statistics = classes + PAIR_CLASSES * PAIR_CLASSES * PAIR_CLASSES * COVERS * KINDS;
        let joints = statistics + BUCKETS * PAIR_COLUMNS;
        let turns = joints + JOINTS;
        let bias = turns + 2;
        let pairs = bias + 1;
        let len = pairs + pair_index.len() * PAIR_COLUMNS;
        Self {
            rows,
            shapes,
            classes,
            statistics,
            joints,
            turns,
            pairs,
            len,
            bias,
            pair_index,
        }
    }
}

/// The class of a pair, that the classes of its neighbours are read with.
pub(crate) fn class(pair: Option<&Pair>) -> usize {
    let Some(pair) = pair else { return 0 };
    let words = pair.sources & (source::RDR | source::PYVI);
    let all = pair.count.all.max(1) as f32;
    let capital = pair.count.capital as f32 / all;
    if words == 0 {
        return match () {
            () if capital > 0.6 && pair.association > 3.0 => 3,
            () if pair.sources & source::PLACE != 0 && capital > 0.3 => 3,
            () if pair.prefix || pair.inside => 2,
            () if pair.association > 4.0 => 4,
            () => 1,
        };
    }
    match () {
        () if pair.association > 5.0 => 7,
        () if pair.association > 2.0 => 6,
        () => 5,
    }
}

/// The buckets of what is known of a pair: below [`BUCKETS`].
pub(crate) fn buckets(pair: Option<&Pair>, out: &mut Vec<usize>) {
    out.clear();
    let Some(pair) = pair else {
        out.push(0);
        return;
    };
    let words = match pair.sources & (source::RDR | source::PYVI) {
        0 => 0,
        source::RDR => 1,
        source::PYVI => 2,
        _ => 3,
    };
    let place = usize::from(pair.sources & source::PLACE != 0);
    let long = usize::from(pair.prefix) + 2 * usize::from(pair.inside);
    let all = pair.count.all.max(1) as f32;
    let frequency = match pair.count.all {
        0 => 0,
        count => (count.ilog2() as usize / 2).clamp(1, 7),
    };
    let association = ((pair.association + 3.0) / 1.5).clamp(0.0, 11.0) as usize;
    let capital = (pair.count.capital as f32 / all * 4.99) as usize;
    out.push(1 + words + 4 * long + 16 * place);
    out.push(64 + words + 4 * association);
    out.push(128 + words + 4 * frequency);
    out.push(192 + words + 4 * capital);
}

/// True if the gap after an atom may be joined at all.
pub(crate) fn joinable(left: &Atom, right: &Atom) -> bool {
    left.shape.can_join() && right.shape.can_join()
}

/// A gap's features.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gap {
    /// Features of joining.
    pub(crate) features: Vec<u32>,
    /// Feature of joining here and at the gap before.
    pub(crate) joint: u32,
    /// Whether the gap may be joined.
    pub(crate) joinable: bool,
}

/// The features of all gaps of a sentence: gap `i` is between atoms `i` and `i + 1`.
pub(crate) fn extract(atoms: &[Atom], table: &Table, layout: &Layout) -> Vec<Gap> {
    let mut covers = vec![0usize; atoms.len()];
    for start in 0..atoms.len() {
        let rows = atoms.get(start..).unwrap_or(&[]);
        let run = rows
            .iter()
            .take_while(|atom| !atom.is_sign())
            .map(|atom| atom.row);
        if let Some((length, cover)) = table.tree.longest(run) {
            let cover = usize::from(cover);
            for gap in start..start + length - 1 {
                if let Some(slot) = covers.get_mut(gap) {
                    *slot = (*slot).max(cover);
                }
            }
        }
    }
    let row = |index: Option<usize>| {
        let atom = index.and_then(|index| atoms.get(index));
        atom.map_or(row::EDGE, |atom| atom.row)
    };
    let shape = |index: Option<usize>| {
        let atom = index.and_then(|index| atoms.get(index));
        atom.map_or(Shape::Sign, |atom| atom.shape) as usize
    };
    let known = |left: Option<usize>, right: usize| {
        let (Some(left), Some(right)) = (left.and_then(|left| atoms.get(left)), atoms.get(right))
        else {
            return None;
        };
        table
            .pairs
            .get(&key(left.row, right.row))
            .filter(|_| joinable(left, right))
    };
    let mut gaps = Vec::new();
    let mut statistics = Vec::new();
    for (index, (left, right)) in atoms.iter().zip(atoms.iter().skip(1)).enumerate() {
        let before = index.checked_sub(1);
        let mut gap = Gap {
            joinable: joinable(left, right),
            ..Gap::default()
        };
        if !gap.joinable {
            gaps.push(gap);
            continue;
        }
        let kind = gap_kind(left.shape, right.shape);
        let rows = [row(before), left.row, right.row, row(Some(index + 2))];
        let mut add = |feature: usize| gap.features.push(feature as u32);
        add(layout.bias);
        let mut add_row =
            |row: u16, column: usize| add(layout.rows + usize::from(row) * COLUMNS + column);
        for (column, row) in rows.iter().enumerate() {
            add_row(*row, column);
        }
        let pairs = [
            known(before, index),
            known(Some(index), index + 1),
            known(Some(index + 1), index + 2),
        ];
        let classes = pairs.map(class);
        let [before_class, own_class, after_class] = classes;
        let shapes = [
            shape(before),
            shape(Some(index)),
            shape(Some(index + 1)),
            shape(Some(index + 2)),
        ];
        let three = |at: usize| {
            shapes
                .iter()
                .skip(at)
                .take(3)
                .fold(0, |sum, shape| sum * SHAPES + shape)
        };
        add(layout.shapes + three(0));
        add(layout.shapes + SHAPES * SHAPES * SHAPES + three(1));
        let cover = covers.get(index).copied().unwrap_or(0);
        let config = ((before_class * PAIR_CLASSES + own_class) * PAIR_CLASSES + after_class)
            * COVERS
            + cover;
        add(layout.classes + config * KINDS + kind);
        for (pair, column) in pairs.iter().zip([3, kind, 4]) {
            buckets(*pair, &mut statistics);
            for bucket in &statistics {
                add(layout.statistics + bucket * PAIR_COLUMNS + column);
            }
        }
        let rows = [
            (rows.first(), rows.get(1), 3),
            (rows.get(1), rows.get(2), kind),
            (rows.get(2), rows.get(3), 4),
        ];
        for (left, right, column) in rows {
            if let (Some(left), Some(right)) = (left, right)
                && let Some(pair) = layout.pair_index.get(&key(*left, *right))
            {
                add(layout.pairs + *pair as usize * PAIR_COLUMNS + column);
            }
        }
        let cover_before = before
            .and_then(|before| covers.get(before))
            .copied()
            .unwrap_or(0);
        let kind_before = before
            .and_then(|before| atoms.get(before))
            .map_or(0, |atom| gap_kind(atom.shape, left.shape));
        let covered = (cover > 0 && cover_before > 0) as usize;
        gap.joint = (layout.joints + (covered * KINDS + kind) * KINDS + kind_before) as u32;
        gaps.push(gap);
    }
    gaps
}
