//! The tables that decide where words end, read from a data file without copying.

use std::hint::select_unpredictable;

use vietsearch_data::{Container, DataError, Section, U16s};

use super::atom::SHAPES;
use super::vocabulary::{VOCABULARY_VERSION, Vocabulary, row};

/// Version of the layout of all sections but the vocabulary.
pub const TABLES_VERSION: u32 = 1;
/// Weights of a row: for the gap after the one that follows it, for the gap that follows it, for the
/// gap before it, for the one before that.
pub const ROW_WEIGHTS: usize = 4;
/// Bytes of a row.
pub const ROW_BYTES: usize = 2 * ROW_WEIGHTS;
/// Pairs of a bucket: four keys of 32 bits, then four times five weights, class and flags.
pub const BUCKET_PAIRS: usize = 4;
/// Bytes of a bucket of pairs: a cache line.
pub const BUCKET_BYTES: usize = 64;
/// Bits of the filter of pairs.
pub const FILTER_BITS: u32 = 19;
/// Bytes of the filter of pairs.
pub const FILTER_BYTES: usize = 1 << (FILTER_BITS - 3);
/// Bytes of a pair without its key: its five weights, its class and flags; in the last place of a
/// bucket, 1 if pairs of this bucket had to go to the next one.
pub const PAIR_BYTES: usize = 12;
/// Classes of pairs.
pub const PAIR_CLASSES: usize = 8;
/// Kinds of gaps: between small letters (or mixed), between capitals, in text without case; one
/// more is never used, so that the tables' sizes are powers of two.
pub const KINDS: usize = 4;
/// Ways in which a longer word covers a gap; 0 for none.
pub const COVERS: usize = 4;
/// Weights are stored as whole numbers, so many to one.
pub const SCALE: f32 = 512.0;

/// Flag beside a pair's class: longer words begin with it.
const BEGINS_LONGER: u32 = 8;

/// What is known of a syllable or word: four weights of 16 bits in one number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row(u64);

impl Row {
    /// A weight by the row's place: 0 before the gap's left, 1 its left, 2 its right, 3 after its
    /// right.
    #[inline]
    pub(super) fn weight<const PLACE: usize>(self) -> i32 {
        i32::from((self.0 >> (16 * PLACE)) as i16)
    }
}

/// What is known of two neighbours, as the file has it: four weights of 16 bits in the one number,
/// a weight, class and flags in the other. Numbers, so that choosing one of two takes no branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair(u64, u32);

impl Pair {
    #[inline]
    fn read(value: &[u8; PAIR_BYTES]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, _] = *value;
        Self(
            u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            // The last byte is not the pair's own.
            u32::from_le_bytes([i, j, k, 0]),
        )
    }

    /// For joining the two, by kind of the gap.
    #[inline]
    pub(super) fn own(self, kind: usize) -> i32 {
        i32::from((self.0 >> (16 * kind)) as i16)
    }

    /// For the gap after them.
    #[inline]
    pub(super) fn after(self) -> i32 {
        i32::from((self.0 >> 48) as i16)
    }

    /// For the gap before them.
    #[inline]
    pub(super) fn before(self) -> i32 {
        i32::from(self.1 as i16)
    }

    /// The class.
    #[inline]
    pub(super) fn class(self) -> usize {
        (self.1 >> 16) as usize & (PAIR_CLASSES - 1)
    }

    /// How a longer word covers the gap between the two, as [`set_cover`](Self::set_cover) said.
    #[inline]
    pub(super) fn cover(self) -> usize {
        (self.1 >> 24) as usize & (COVERS - 1)
    }

    /// Says that a longer word covers the gap; of two covers the greater one holds.
    #[inline]
    pub(super) fn set_cover(&mut self, cover: u8) {
        let cover = self.cover().max(usize::from(cover)) as u32;
        self.1 = (self.1 & 0x00FF_FFFF) | cover << 24;
    }

    /// Whether longer words begin with them.
    #[inline]
    pub(super) fn begins_longer(self) -> bool {
        self.1 & BEGINS_LONGER << 16 != 0
    }

    /// This pair, or another one; takes no branch.
    #[inline]
    fn or_else(self, is_this: bool, other: Self) -> Self {
        Self(
            select_unpredictable(is_this, self.0, other.0),
            select_unpredictable(is_this, self.1, other.1),
        )
    }
}

/// All tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables<'a> {
    pub(super) vocabulary: Vocabulary<'a>,
    rows: &'a [[u8; ROW_BYTES]],
    /// Buckets by the hash of the two rows; key 0 for a free place. What finds its bucket full is
    /// in the next one that is not; the bucket's last byte says so.
    pairs: &'a [[u8; BUCKET_BYTES]],
    pairs_shift: u32,
    /// A bit for each hash of a pair. Most neighbours in text are in no table; without this each of
    /// them would wait for a bucket from afar.
    filter: &'a [u8; FILTER_BYTES],
    /// What holds for pairs that are in no table.
    pub(super) other_pair: Pair,
    /// Longer words as a tree: open addressing by node and row, 0 for a free slot.
    tree_keys: vietsearch_data::U32s<'a>,
    tree_nodes: U16s<'a>,
    /// How a word that ends at a node covers its gaps; 0 if none does.
    tree_covers: &'a [u8],
    /// By the shapes of the atoms before and at the gap, then by those at and after it.
    shapes: &'a Weights<{ 2 * SHAPES * SHAPES * SHAPES }>,
    /// By the classes of the pairs before, at and after the gap, its cover and its kind.
    classes: &'a Weights<{ PAIR_CLASSES * PAIR_CLASSES * PAIR_CLASSES * COVERS * KINDS }>,
    /// For joining on both sides of an atom: by cover, kind, and kind of the gap before.
    joints: &'a Weights<{ 2 * KINDS * KINDS }>,
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
        section.finish()?;

        let mut section = container.section("pairs", TABLES_VERSION)?;
        let other_pair = match section.records()? {
            [only] => Pair::read(only),
            _ => return Err(section.damaged("it has not one entry for other pairs")),
        };
        let pairs = section.records()?;
        if !pairs.len().is_power_of_two() || pairs.len() < 2 {
            return Err(section.damaged("the table has a wrong size"));
        }
        if !pairs
            .iter()
            .any(|bucket: &[u8; BUCKET_BYTES]| bucket[BUCKET_BYTES - 1] == 0)
        {
            return Err(section.damaged("the table has no end"));
        }
        let filter = section.bytes()?.first_chunk();
        let filter = filter.ok_or_else(|| section.damaged("the filter has a wrong size"))?;
        section.finish()?;

        let mut section = container.section("longer words", TABLES_VERSION)?;
        let tree_keys = section.u32s()?;
        let tree_nodes = section.u16s()?;
        let tree_covers = section.bytes()?;
        check_tree(&section, tree_keys, tree_nodes, tree_covers)?;
        section.finish()?;

        let mut section = container.section("contexts", TABLES_VERSION)?;
        let shapes = sized(&mut section)?;
        let classes = sized(&mut section)?;
        let joints = sized(&mut section)?;
        let turn = small(&mut section)?;
        let bias = small(&mut section)?;
        section.finish()?;

        Ok(Self {
            vocabulary,
            rows,
            pairs,
            pairs_shift: u64::BITS - pairs.len().trailing_zeros(),
            filter,
            other_pair,
            tree_keys,
            tree_nodes,
            tree_covers,
            shapes,
            classes,
            joints,
            turn,
            bias,
            fingerprint: container.fingerprint(),
        })
    }

    #[inline]
    pub(super) fn row(&self, row: u16) -> Row {
        let record = self.rows.get(usize::from(row)).copied();
        Row(record.map_or(0, u64::from_le_bytes))
    }

    /// Where two neighbours are looked up.
    #[inline]
    pub(super) fn pair_place(&self, left: u16, right: u16) -> PairPlace {
        let key = u32::from(left) << 16 | u32::from(right);
        let hash = pair_hash(key);
        let (byte, bit) = filter_place(hash);
        let may_be_known = self.filter.get(byte).copied().unwrap_or(0) >> bit & 1;
        // What is unknown reads the first bucket, which is always near, instead of a branch.
        let near = usize::from(may_be_known).wrapping_neg();
        let bucket = (hash >> self.pairs_shift) as usize & near;
        let goes_on = self
            .pairs
            .get(bucket)
            .map_or(0, |bucket| bucket[BUCKET_BYTES - 1]);
        PairPlace {
            key,
            bucket: bucket as u32,
            goes_on,
        }
    }

    /// What is known of two neighbours.
    #[inline]
    pub(super) fn pair(&self, place: PairPlace) -> Pair {
        let key = place.key;
        let mask = self.pairs.len() - 1;
        let mut number = place.bucket as usize;
        let mut goes_on = place.goes_on != 0;
        loop {
            let Some(bucket) = self.pairs.get(number & mask) else {
                return self.other_pair;
            };
            let (_, values) = bucket.split_at(BUCKET_PAIRS * 4);
            let found = places(bucket, key);
            let value = values.as_chunks().0;
            let value = value.get(found.trailing_zeros() as usize % BUCKET_PAIRS);
            let value = value.map_or(self.other_pair, Pair::read);
            // One condition that nearly always holds, rather than two that cannot be foreseen.
            if (found != 0) | !goes_on {
                return value.or_else((found != 0) & (key != 0), self.other_pair);
            }
            number += 1;
            goes_on = self
                .pairs
                .get(number & mask)
                .is_some_and(|next| next[BUCKET_BYTES - 1] != 0);
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
    pub(super) fn joint(&self, covered: bool, kind: usize, kind_before: usize) -> i32 {
        let covered = usize::from(covered);
        weight(self.joints, (covered * KINDS + kind) * KINDS + kind_before)
    }
}

/// Where two neighbours are looked up: reading it from afar begins what reading the pair ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PairPlace {
    key: u32,
    bucket: u32,
    /// 1 if pairs of this bucket had to go to the next one.
    goes_on: u8,
}

/// Where the search for a pair begins: the upper bits of the product.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn pair_hash(key: u32) -> u64 {
    u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The byte and the bit of a hash in the filter of pairs.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn filter_place(hash: u64) -> (usize, u32) {
    let place = hash >> (u64::BITS - FILTER_BITS);
    ((place >> 3) as usize, place as u32 & 7)
}

/// A table of weights of 16 bits. Its size is a power of two.
type Weights<const N: usize> = [[u8; 2]; N];

#[inline]
fn weight<const N: usize>(table: &Weights<N>, index: usize) -> i32 {
    // Every index is below N; saying so spares the check.
    let bytes = table.get(index & (N - 1)).copied().unwrap_or_default();
    i32::from(i16::from_le_bytes(bytes))
}

/// Where a bucket has a key, a bit for each place.
#[inline]
fn places(bucket: &[u8; BUCKET_BYTES], key: u32) -> u32 {
    let (keys, _) = bucket.as_chunks::<4>();
    let mut found = 0;
    for (place, bytes) in keys.iter().take(BUCKET_PAIRS).enumerate() {
        found |= u32::from(u32::from_le_bytes(*bytes) == key) << place;
    }
    found
}

fn sized<'a, const N: usize>(section: &mut Section<'a>) -> Result<&'a Weights<N>, DataError> {
    let table = section.records()?.first_chunk();
    table.ok_or_else(|| section.damaged("a table has a wrong size"))
}

/// A weight that stands by itself; no larger than those of the tables, whose sums fit 32 bits.
fn small(section: &mut Section<'_>) -> Result<i32, DataError> {
    let weight = section.u32()? as i32;
    match i16::try_from(weight) {
        Ok(weight) => Ok(weight.into()),
        Err(_) => Err(section.damaged("a weight is too large")),
    }
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
