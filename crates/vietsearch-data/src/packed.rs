//! Arrays of numbers of few bits within a section, read without copying.

use crate::array::U32s;
use crate::build::SectionBuilder;
use crate::error::DataError;
use crate::section::Section;

/// The most bits of a number.
pub(crate) const MAX_WIDTH: u32 = 24;

/// Numbers of a fixed width of at most 24 bits, side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackedNumbers<'a> {
    words: U32s<'a>,
    width: u32,
    length: usize,
}

impl PackedNumbers<'_> {
    /// The number at `index`, if there are so many. Two loads.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<u32> {
        if index >= self.length {
            return None;
        }
        let bit = index * self.width as usize;
        // Numbers of no bits have no words.
        let low = self.words.get(bit / 32).map_or(0, u64::from);
        let high = self.words.get(bit / 32 + 1).map_or(0, u64::from);
        let bits = (low | (high << 32)) >> (bit % 32);
        Some(bits as u32 & ((1 << self.width) - 1))
    }

    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl<'a> Section<'a> {
    /// The next array of packed numbers.
    ///
    /// # Errors
    ///
    /// As [`u32`](Self::u32).
    pub fn packed(&mut self) -> Result<PackedNumbers<'a>, DataError> {
        let width = self.u32()?;
        let length = self.u32()? as usize;
        let words = self.u32s()?;
        let bits = length.checked_mul(width as usize);
        if width > MAX_WIDTH || bits.map(|bits| bits.div_ceil(32)) != Some(words.len()) {
            return Err(self.damaged("packed numbers have another length"));
        }
        Ok(PackedNumbers {
            words,
            width,
            length,
        })
    }
}

impl SectionBuilder {
    /// Writes numbers of `width` bits each, of which the higher bits are cut off.
    pub fn packed(&mut self, numbers: impl IntoIterator<Item = u32>, width: u32) {
        let width = width.min(MAX_WIDTH);
        let mut words = Vec::new();
        let mut length = 0;
        let (mut bits, mut filled) = (0_u64, 0);
        for number in numbers {
            bits |= u64::from(number & ((1 << width) - 1)) << filled;
            filled += width;
            length += 1;
            if filled >= 32 {
                words.push(bits as u32);
                bits >>= 32;
                filled -= 32;
            }
        }
        if filled > 0 {
            words.push(bits as u32);
        }
        self.u32(width);
        self.u32(length);
        self.u32s(&words);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Container, ContainerBuilder, SectionBuilder};

    #[test]
    fn numbers_of_every_width_come_back() {
        for width in 0..=24 {
            let numbers: Vec<u32> = (0..300_u32)
                .map(|number| number.wrapping_mul(0x9E37_79B9) >> 8 & ((1 << width) - 1))
                .collect();
            let mut builder = SectionBuilder::new("numbers", 1);
            builder.packed(numbers.iter().copied(), width);
            let bytes = ContainerBuilder::new().with(builder).build().unwrap();
            let container = Container::read(&bytes).unwrap();
            let mut section = container.section("numbers", 1).unwrap();
            let packed = section.packed().unwrap();
            section.finish().unwrap();
            let read: Vec<_> = (0..packed.len()).map(|index| packed.get(index)).collect();
            let wanted: Vec<_> = numbers.into_iter().map(Some).collect();
            assert_eq!(read, wanted);
            assert_eq!(packed.get(packed.len()), None);
        }
    }
}
