//! Ascending numbers in little more bits than they carry, searched without unpacking.

use crate::array::U32s;
use crate::build::SectionBuilder;
use crate::error::DataError;
use crate::packed::{MAX_WIDTH, PackedNumbers};
use crate::section::Section;

/// Every so many buckets the place of one is noted.
const SAMPLE: usize = 64;

/// Strictly ascending numbers of 32 bits, in the form of Elias and Fano.
///
/// The low bits of each number stand side by side; the high bits are a row of buckets, a set bit for
/// each number and a clear bit after each bucket. That takes at most two bits above the logarithm of
/// the mean distance. Lookup is a jump to the bucket and a walk within it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SortedKeys<'a> {
    low: PackedNumbers<'a>,
    low_bits: u32,
    /// Set bits are numbers, clear bits end buckets.
    high: U32s<'a>,
    /// Places of the clear bits that end the buckets `SAMPLE - 1`, `2 * SAMPLE - 1`, …
    samples: U32s<'a>,
}

impl<'a> SortedKeys<'a> {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// The index of a number, if it is there. Some ten loads.
    #[inline]
    #[must_use]
    pub fn find(&self, key: u32) -> Option<usize> {
        let (index, found) = self.from(key).next()?;
        (found == key).then_some(index)
    }

    /// The numbers from `key` on with their indexes, in ascending order.
    #[inline]
    #[must_use]
    pub fn from(&self, key: u32) -> SortedKeysFrom<'a> {
        let bucket = key >> self.low_bits;
        let start = self.bucket_start(bucket as usize);
        SortedKeysFrom {
            keys: *self,
            at: start.unwrap_or(usize::MAX),
            bucket,
            index: start.map_or(0, |start| start - bucket as usize),
            least: key,
        }
    }

    /// The place after the clear bit that ends the bucket before.
    fn bucket_start(&self, bucket: usize) -> Option<usize> {
        let mut at = match (bucket / SAMPLE).checked_sub(1) {
            Some(sample) => self.samples.get(sample)? as usize + 1,
            None => 0,
        };
        let mut left = bucket % SAMPLE;
        while left > 0 {
            let clear = !self.high.get(at / 32)? >> (at % 32);
            let count = clear.count_ones() as usize;
            if count < left {
                left -= count;
                at = (at / 32 + 1) * 32;
                continue;
            }
            let mut rest = clear;
            for _ in 1..left {
                rest &= rest - 1;
            }
            return Some(at + rest.trailing_zeros() as usize + 1);
        }
        Some(at)
    }
}

/// Numbers from some point on; see [`SortedKeys::from`].
#[derive(Clone, Debug)]
pub struct SortedKeysFrom<'a> {
    keys: SortedKeys<'a>,
    at: usize,
    bucket: u32,
    index: usize,
    least: u32,
}

impl Iterator for SortedKeysFrom<'_> {
    type Item = (usize, u32);

    #[inline]
    fn next(&mut self) -> Option<(usize, u32)> {
        loop {
            let low = self.keys.low.get(self.index)?;
            let word = self.keys.high.get(self.at / 32)? >> (self.at % 32);
            if word == 0 {
                let skipped = 32 - self.at % 32;
                self.bucket = self.bucket.wrapping_add(skipped as u32);
                self.at += skipped;
                continue;
            }
            let clear = word.trailing_zeros();
            self.bucket = self.bucket.wrapping_add(clear);
            self.at += clear as usize + 1;
            let index = self.index;
            self.index += 1;
            let key = self.bucket.wrapping_shl(self.keys.low_bits) | low;
            if key >= self.least {
                return Some((index, key));
            }
        }
    }
}

impl<'a> Section<'a> {
    /// The next array of ascending numbers.
    ///
    /// # Errors
    ///
    /// As [`u32`](Self::u32).
    pub fn sorted_keys(&mut self) -> Result<SortedKeys<'a>, DataError> {
        let low_bits = self.u32()?;
        let keys = SortedKeys {
            low: self.packed()?,
            low_bits,
            high: self.u32s()?,
            samples: self.u32s()?,
        };
        let count: u32 = keys.high.iter().map(u32::count_ones).sum();
        if low_bits > MAX_WIDTH || count as usize != keys.len() {
            return Err(self.damaged("ascending numbers do not fit together"));
        }
        Ok(keys)
    }
}

impl SectionBuilder {
    /// Writes strictly ascending numbers.
    pub fn sorted_keys(&mut self, keys: &[u32]) {
        debug_assert!(keys.is_sorted_by(|left, right| left < right));
        let greatest = keys.last().copied().unwrap_or(0);
        let distance = u64::from(greatest) / keys.len().max(1) as u64;
        let low_bits = distance.checked_ilog2().unwrap_or(0).min(MAX_WIDTH);
        let buckets = (greatest >> low_bits) as usize + 1;
        let mut high = vec![0_u32; (keys.len() + buckets).div_ceil(32)];
        for (index, key) in keys.iter().enumerate() {
            let place = (key >> low_bits) as usize + index;
            if let Some(word) = high.get_mut(place / 32) {
                *word |= 1 << (place % 32);
            }
        }
        let mut samples = Vec::new();
        let mut ended = 0;
        for place in 0..keys.len() + buckets {
            let set = high
                .get(place / 32)
                .is_some_and(|word| word >> (place % 32) & 1 == 1);
            if !set {
                ended += 1;
                if ended % SAMPLE == 0 {
                    samples.push(place as u32);
                }
            }
        }
        self.u32(low_bits);
        self.packed(keys.iter().copied(), low_bits);
        self.u32s(&high);
        self.u32s(&samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Container, ContainerBuilder};

    /// Numbers that look random, with clusters and wide gaps.
    fn keys(count: usize, spread: u32) -> Vec<u32> {
        let mut state = 7_u64;
        let mut keys: Vec<u32> = (0..count)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let number = (state >> 33) as u32;
                (number >> (number % 13)) % spread
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    #[test]
    fn finds_what_a_sorted_list_finds() {
        for (count, spread) in [
            (0, 1),
            (1, u32::MAX),
            (50, 60),
            (3000, 5000),
            (3000, u32::MAX),
        ] {
            let list = keys(count, spread);
            let mut builder = SectionBuilder::new("keys", 1);
            builder.sorted_keys(&list);
            let bytes = ContainerBuilder::new().with(builder).build().unwrap();
            let container = Container::read(&bytes).unwrap();
            let mut section = container.section("keys", 1).unwrap();
            let sorted = section.sorted_keys().unwrap();
            section.finish().unwrap();
            assert_eq!(sorted.len(), list.len());
            let near = list
                .iter()
                .flat_map(|key| [key.saturating_sub(1), *key, key.saturating_add(1)]);
            for key in near
                .chain([0, 1, spread, u32::MAX])
                .chain(keys(500, u32::MAX))
            {
                assert_eq!(sorted.find(key), list.binary_search(&key).ok(), "{key}");
                let first = list.partition_point(|known| *known < key);
                let after: Vec<_> = sorted.from(key).take(3).collect();
                let wanted: Vec<_> = list
                    .iter()
                    .copied()
                    .enumerate()
                    .skip(first)
                    .take(3)
                    .collect();
                assert_eq!(after, wanted, "{key}");
            }
        }
    }

    #[test]
    fn damaged_fields_are_errors() {
        let mut builder = SectionBuilder::new("keys", 1);
        builder.u32(3);
        builder.packed([1, 2, 3], 3);
        builder.u32s(&[0b1]);
        builder.u32s(&[]);
        let bytes = ContainerBuilder::new().with(builder).build().unwrap();
        let container = Container::read(&bytes).unwrap();
        let error = container
            .section("keys", 1)
            .unwrap()
            .sorted_keys()
            .unwrap_err();
        assert!(error.to_string().contains("\"keys\""), "{error}");
    }
}
