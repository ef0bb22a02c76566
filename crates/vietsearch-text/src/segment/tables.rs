//! The tables that decide where words end, read from a data file without copying.

use vietsearch_data::{Container, DataError, Section, U16s};

use super::atom::SHAPES;
use super::vocabulary::{VOCABULARY_VERSION, Vocabulary, row};

/// Version of the layout of all sections but the vocabulary.
pub const TABLES_VERSION: u32 = 1;
/// Weights of a row, by what the row is to the gap.
pub const ROW_WEIGHTS: usize = 10;
/// Bytes of a row: its weights, its class in names, filling.
pub const ROW_BYTES: usize = 24;
/// Bytes of a pair: its rows, its five weights, its class and flags.
pub const PAIR_BYTES: usize = 16;
/// Classes of pairs.
pub const PAIR_CLASSES: usize = 8;
/// Kinds of gaps: between small letters (or mixed), between capitals, in text without case.
pub const KINDS: usize = 3;
/// Ways in which a longer word covers a gap; 0 for none.
pub const COVERS: usize = 4;
/// Classes of a row's use in names.
pub const NAME_CLASSES: usize = 8;
/// Weights are stored as whole numbers, so many to one.
pub const SCALE: f32 = 512.0;

/// Flag of a pair: longer words begin with it.
pub(super) const BEGINS_LONGER: u8 = 8;
/// The bits of a pair's class.
pub(super) const CLASS_BITS: u8 = 7;

/// What is known of a syllable or word.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowWeights {
    /// By place: before the gap's left, its left, its right, after its right; then right after a
    /// word, left before a word, left and right between capitals, left and right without case.
    pub(super) weights: [i16; ROW_WEIGHTS],
    pub(super) name: u8,
}

/// What is known of two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// For joining the two, by kind of the gap.
    pub(super) own: [i16; KINDS],
    /// For the gap after them.
    pub(super) after: i16,
    /// For the gap before them.
    pub(super) before: i16,
    /// Class and flags.
    pub(super) class: u8,
}

/// All tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables<'a> {
    pub(super) vocabulary: Vocabulary<'a>,
    rows: &'a [[u8; ROW_BYTES]],
    /// Open addressing by the two rows; rows 0 and 0 for a free slot.
    pairs: &'a [[u8; PAIR_BYTES]],
    pairs_shift: u32,
    /// What holds for pairs that are in no table.
    pub(super) other_pair: Pair,
    /// Longer words as a tree: open addressing by node and row, 0 for a free slot.
    tree_keys: vietsearch_data::U32s<'a>,
    tree_nodes: U16s<'a>,
    /// How a word that ends at a node covers its gaps; 0 if none does.
    tree_covers: &'a [u8],
    /// By the shapes of the atoms before and at the gap, then by those at and after it.
    shapes: U16s<'a>,
    /// By the classes of the pairs before, at and after the gap, its cover and its kind.
    classes: U16s<'a>,
    /// By the classes of four neighbours in names and the kind of the gap.
    names: U16s<'a>,
    /// For joining on both sides of an atom: by cover, kind, and kind of the gap before.
    joints: U16s<'a>,
    /// For joining after a gap that is not joined.
    pub(super) turn: i32,
    /// For joining anywhere.
    pub(super) bias: i32,
    pub(super) fingerprint: u64,
}

impl<'a> Tables<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, DataError> {
        let container = Container::read(bytes)?;
        let vocabulary = Vocabulary::read(container.section("vocabulary", VOCABULARY_VERSION)?)?;

        let mut section = container.section("rows", TABLES_VERSION)?;
        let rows = section.records()?;
        if rows.len() != vocabulary.rows() {
            return Err(section.damaged("its rows are not those of the vocabulary"));
        }
        if rows
            .iter()
            .any(|record| usize::from(record[20]) >= NAME_CLASSES)
        {
            return Err(section.damaged("a class is unknown"));
        }
        section.finish()?;

        let mut section = container.section("pairs", TABLES_VERSION)?;
        let other_pair = match section.records::<PAIR_BYTES>()? {
            [only] => pair(only),
            _ => return Err(section.damaged("it has not one entry for other pairs")),
        };
        let pairs: &[[u8; PAIR_BYTES]] = section.records()?;
        let has_free_slot = pairs.iter().any(|record| pair_key(record) == 0);
        if !pairs.len().is_power_of_two() || pairs.len() < 2 || !has_free_slot {
            return Err(section.damaged("the table has a wrong size or is full"));
        }
        section.finish()?;

        let mut section = container.section("longer words", TABLES_VERSION)?;
        let tree_keys = section.u32s()?;
        let tree_nodes = section.u16s()?;
        let tree_covers = section.bytes()?;
        check_tree(&section, tree_keys, tree_nodes, tree_covers)?;
        section.finish()?;

        let mut section = container.section("contexts", TABLES_VERSION)?;
        let shapes = sized(&mut section, 2 * SHAPES * SHAPES * SHAPES)?;
        let classes = sized(
            &mut section,
            PAIR_CLASSES * PAIR_CLASSES * PAIR_CLASSES * COVERS * KINDS,
        )?;
        let names = sized(&mut section, NAME_CLASSES.pow(4) * KINDS)?;
        let joints = sized(&mut section, 2 * KINDS * KINDS)?;
        let turn = section.u32()? as i32;
        let bias = section.u32()? as i32;
        section.finish()?;

        Ok(Self {
            vocabulary,
            rows,
            pairs,
            pairs_shift: u64::BITS - pairs.len().trailing_zeros(),
            other_pair,
            tree_keys,
            tree_nodes,
            tree_covers,
            shapes,
            classes,
            names,
            joints,
            turn,
            bias,
            fingerprint: container.fingerprint(),
        })
    }

    #[inline]
    pub(super) fn row(&self, row: u16) -> RowWeights {
        match self.rows.get(usize::from(row)) {
            Some(record) => {
                let (words, _) = record.as_chunks::<2>();
                let mut weights = [0; ROW_WEIGHTS];
                for (weight, word) in weights.iter_mut().zip(words) {
                    *weight = i16::from_le_bytes(*word);
                }
                RowWeights {
                    weights,
                    name: record[20],
                }
            }
            None => RowWeights {
                weights: [0; ROW_WEIGHTS],
                name: 0,
            },
        }
    }

    #[inline]
    pub(super) fn pair(&self, left: u16, right: u16) -> Pair {
        let key = u32::from(left) << 16 | u32::from(right);
        if key == 0 {
            return self.other_pair;
        }
        let mask = self.pairs.len() - 1;
        let mut slot = (pair_hash(key) >> self.pairs_shift) as usize;
        loop {
            let Some(record) = self.pairs.get(slot & mask) else {
                return self.other_pair;
            };
            match pair_key(record) {
                0 => return self.other_pair,
                found if found == key => return pair(record),
                _ => slot += 1,
            }
        }
    }

    /// The longest word of more than two parts that begins with the given rows: its length and how
    /// it covers its gaps.
    pub(super) fn longest(&self, rows: impl Iterator<Item = u16>) -> Option<(usize, u8)> {
        let mask = self.tree_keys.len() - 1;
        let mut node = 0;
        let mut longest = None;
        for (index, row) in rows.enumerate() {
            let key = u32::from(node) << 16 | u32::from(row);
            let mut slot = (pair_hash(key) >> 32) as usize;
            node = loop {
                match self.tree_keys.get(slot & mask) {
                    Some(found) if found == key => {
                        break self.tree_nodes.get(slot & mask).unwrap_or(0);
                    }
                    None | Some(0) => return longest,
                    Some(_) => slot += 1,
                }
            };
            let cover = self
                .tree_covers
                .get(usize::from(node))
                .copied()
                .unwrap_or(0);
            if cover != 0 {
                longest = Some((index + 1, cover));
            }
        }
        longest
    }

    #[inline]
    pub(super) fn shapes(&self, half: usize, shapes: usize) -> i32 {
        weight(self.shapes, half * SHAPES * SHAPES * SHAPES + shapes)
    }

    #[inline]
    pub(super) fn classes(&self, classes: usize, cover: usize, kind: usize) -> i32 {
        weight(self.classes, (classes * COVERS + cover) * KINDS + kind)
    }

    #[inline]
    pub(super) fn names(&self, names: usize, kind: usize) -> i32 {
        weight(self.names, names * KINDS + kind)
    }

    #[inline]
    pub(super) fn joint(&self, covered: bool, kind: usize, kind_before: usize) -> i32 {
        let covered = usize::from(covered);
        weight(self.joints, (covered * KINDS + kind) * KINDS + kind_before)
    }
}

/// Where the search for a pair begins: the upper bits of the product.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn pair_hash(key: u32) -> u64 {
    u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline]
fn weight(table: U16s<'_>, index: usize) -> i32 {
    table
        .get(index)
        .map_or(0, |weight| i32::from(weight as i16))
}

#[inline]
fn pair_key(record: &[u8; PAIR_BYTES]) -> u32 {
    u32::from_le_bytes([record[0], record[1], record[2], record[3]])
}

#[inline]
fn pair(record: &[u8; PAIR_BYTES]) -> Pair {
    let weight = |at: usize| {
        let bytes = record.get(at..).and_then(|rest| rest.first_chunk());
        i16::from_le_bytes(bytes.copied().unwrap_or_default())
    };
    Pair {
        own: [weight(4), weight(6), weight(8)],
        after: weight(10),
        before: weight(12),
        class: record[14],
    }
}

fn sized<'a>(section: &mut Section<'a>, length: usize) -> Result<U16s<'a>, DataError> {
    let table = section.u16s()?;
    if table.len() == length {
        return Ok(table);
    }
    Err(section.damaged("a table has a wrong size"))
}

fn check_tree(
    section: &Section<'_>,
    keys: vietsearch_data::U32s<'_>,
    nodes: U16s<'_>,
    covers: &[u8],
) -> Result<(), DataError> {
    let has_free_slot = keys.iter().any(|key| key == 0);
    if !keys.len().is_power_of_two() || keys.len() != nodes.len() || !has_free_slot {
        return Err(section.damaged("the tree has a wrong size or is full"));
    }
    if nodes.iter().any(|node| usize::from(node) >= covers.len()) {
        return Err(section.damaged("a node is beyond the tree"));
    }
    if covers.iter().any(|cover| usize::from(*cover) >= COVERS) {
        return Err(section.damaged("a cover is unknown"));
    }
    Ok(())
}

/// The row of what stands outside of a sentence.
pub(super) const OUTSIDE: u16 = row::EDGE;
