//! Reading a section field by field.

use crate::array::{U16s, U32s};
use crate::container::ALIGNMENT;
use crate::error::DataError;

/// A section under reading: fields come in the order in which they were written.
///
/// Arrays carry their length before them (32 bits) and begin at a multiple of their numbers' size.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    name: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Section<'a> {
    pub(crate) fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes, at: 0 }
    }

    /// The section's name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// An error that says what is wrong with the content of this section.
    #[must_use]
    pub fn damaged(&self, reason: &'static str) -> DataError {
        DataError::DamagedSection {
            section: self.name.to_string(),
            reason,
        }
    }

    /// The next number of 32 bits.
    ///
    /// # Errors
    ///
    /// [`DataError::DamagedSection`] if the section ends before; the same for all fields.
    pub fn u32(&mut self) -> Result<u32, DataError> {
        let bytes = self.take(4, 1)?;
        let chunk = bytes.first_chunk().copied().unwrap_or_default();
        Ok(u32::from_le_bytes(chunk))
    }

    /// The next array of bytes.
    ///
    /// # Errors
    ///
    /// As [`u32`](Self::u32).
    pub fn bytes(&mut self) -> Result<&'a [u8], DataError> {
        let length = self.u32()?;
        self.take(1, length as usize)
    }

    /// The next array of numbers of 16 bits.
    ///
    /// # Errors
    ///
    /// As [`u32`](Self::u32).
    pub fn u16s(&mut self) -> Result<U16s<'a>, DataError> {
        let length = self.u32()?;
        Ok(U16s::new(self.take(2, length as usize)?))
    }

    /// The next array of numbers of 32 bits.
    ///
    /// # Errors
    ///
    /// As [`u32`](Self::u32).
    pub fn u32s(&mut self) -> Result<U32s<'a>, DataError> {
        let length = self.u32()?;
        Ok(U32s::new(self.take(4, length as usize)?))
    }

    /// The next array of records of `N` bytes each. It begins at a multiple of 64 bytes of the file.
    ///
    /// # Errors
    ///
    /// As [`u32`](Self::u32).
    pub fn records<const N: usize>(&mut self) -> Result<&'a [[u8; N]], DataError> {
        let count = self.u32()? as usize;
        let length = count
            .checked_mul(N)
            .ok_or_else(|| self.damaged("a field is cut"))?;
        self.at = self.at.next_multiple_of(ALIGNMENT);
        Ok(self.take(1, length)?.as_chunks().0)
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// [`DataError::DamagedSection`] if fields are left.
    pub fn finish(self) -> Result<(), DataError> {
        if self.at == self.bytes.len() {
            return Ok(());
        }
        Err(self.damaged("fields are left over"))
    }

    /// `count` numbers of `size` bytes, from the next multiple of `size` on.
    fn take(&mut self, size: usize, count: usize) -> Result<&'a [u8], DataError> {
        let start = self.at.next_multiple_of(size);
        let end = count
            .checked_mul(size)
            .and_then(|length| length.checked_add(start));
        let field = end.and_then(|end| self.bytes.get(start..end));
        let field = field.ok_or_else(|| self.damaged("a field is cut"))?;
        self.at = start + field.len();
        Ok(field)
    }
}
