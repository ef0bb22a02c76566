//! Writing a data file.

use crate::checksum::checksum;
use crate::container::{
    ALIGNMENT, CHECKSUM_BYTES, ENTRY_BYTES, FORMAT_VERSION, HEADER_BYTES, MAGIC, NAME_BYTES,
};
use crate::error::DataError;

/// A section to be written, field by field; [`Section`](crate::Section) reads it in the same order.
#[derive(Clone, Debug)]
pub struct SectionBuilder {
    name: String,
    version: u32,
    bytes: Vec<u8>,
    too_long: bool,
}

impl SectionBuilder {
    /// A section without content. The name is ASCII without NUL, at most 16 bytes; the version is
    /// the content's own.
    #[must_use]
    pub fn new(name: &str, version: u32) -> Self {
        Self {
            name: name.to_string(),
            version,
            bytes: Vec::new(),
            too_long: false,
        }
    }

    /// Writes a number of 32 bits.
    pub fn u32(&mut self, number: u32) {
        self.align(4);
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    /// Writes an array of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes an array of numbers of 16 bits.
    pub fn u16s(&mut self, numbers: &[u16]) {
        self.count(numbers.len());
        for number in numbers {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Writes an array of numbers of 32 bits.
    pub fn u32s(&mut self, numbers: &[u32]) {
        self.count(numbers.len());
        for number in numbers {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Writes an array of records of `N` bytes each; it begins at a multiple of 64 bytes.
    pub fn records<const N: usize>(&mut self, records: &[[u8; N]]) {
        self.count(records.len());
        self.align(ALIGNMENT);
        self.bytes.extend_from_slice(records.as_flattened());
    }

    fn count(&mut self, length: usize) {
        let length = u32::try_from(length).unwrap_or_else(|_| {
            self.too_long = true;
            u32::MAX
        });
        self.u32(length);
    }

    fn align(&mut self, size: usize) {
        self.bytes
            .resize(self.bytes.len().next_multiple_of(size), 0);
    }
}

/// A data file to be written. The same sections in the same order give the same bytes.
#[derive(Clone, Debug, Default)]
pub struct ContainerBuilder {
    sections: Vec<SectionBuilder>,
}

impl ContainerBuilder {
    /// A file without sections.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section at the end.
    #[must_use]
    pub fn with(mut self, section: SectionBuilder) -> Self {
        self.sections.push(section);
        self
    }

    /// The file's bytes.
    ///
    /// # Errors
    ///
    /// [`DataError::Unbuildable`] if a name is not 1 to 16 bytes of ASCII, stands twice, or if the
    /// file passes 4 GiB.
    pub fn build(self) -> Result<Vec<u8>, DataError> {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        head.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        let mut body = Vec::new();
        let head_end = HEADER_BYTES + self.sections.len() * ENTRY_BYTES + CHECKSUM_BYTES;
        let body_start = head_end.next_multiple_of(ALIGNMENT);
        for (index, section) in self.sections.iter().enumerate() {
            let unbuildable = |reason| DataError::Unbuildable {
                section: section.name.clone(),
                reason,
            };
            let name = section.name.as_bytes();
            let named = (1..=NAME_BYTES).contains(&name.len());
            if !named || !name.is_ascii() || name.contains(&0) {
                return Err(unbuildable("its name is not 1 to 16 bytes of ASCII"));
            }
            let mut others = self.sections.iter().take(index);
            if others.any(|other| other.name == section.name) {
                return Err(unbuildable("another section has its name"));
            }
            let too_long = || unbuildable("it is too long");
            if section.too_long {
                return Err(too_long());
            }
            let start = u32::try_from(body_start + body.len()).map_err(|_| too_long())?;
            let length = u32::try_from(section.bytes.len()).map_err(|_| too_long())?;
            let entry = head.len();
            head.extend_from_slice(name);
            head.resize(entry + NAME_BYTES, 0);
            for number in [section.version, 0, start, length] {
                head.extend_from_slice(&number.to_le_bytes());
            }
            head.extend_from_slice(&checksum(&section.bytes).to_le_bytes());
            body.extend_from_slice(&section.bytes);
            body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
        }
        let head_checksum = checksum(&head);
        head.extend_from_slice(&head_checksum.to_le_bytes());
        head.resize(body_start, 0);
        head.append(&mut body);
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_names_that_the_directory_cannot_hold() {
        for name in ["", "a name that is too long", "từ", "nul\0"] {
            let builder = ContainerBuilder::new().with(SectionBuilder::new(name, 1));
            assert!(builder.build().is_err(), "{name:?}");
        }
        let twice = ContainerBuilder::new()
            .with(SectionBuilder::new("words", 1))
            .with(SectionBuilder::new("words", 1));
        assert!(twice.build().is_err());
    }
}
