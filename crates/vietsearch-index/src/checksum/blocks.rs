//! The checksums of a file's blocks, at its end.
//!
//! What was written, then for each [`BLOCK`] of it a CRC-32 (`u32`), the length of what was written
//! (`u64`), a CRC-32 of these two (`u32`) and [`MAGIC`]. All little-endian.

use std::io::{self, Write};

use crc32fast::Hasher;
use tantivy::directory::{AntiCallToken, TerminatingWrite};

/// Bytes with a checksum of their own: what tantivy compresses together in its store.
pub(super) const BLOCK: usize = 1 << 14;
/// The last bytes of a file with checksums.
const MAGIC: [u8; 4] = *b"VCK1";
/// Bytes after the checksums of the blocks.
const FOOTER: usize = 8 + 4 + 4;

/// What the end of a file tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trailer {
    /// The file was written without checksums for blocks.
    None,
    /// The checksums cannot be those of the file.
    Damaged,
    /// The length of what was written, and the checksums of its blocks.
    Sums(usize, Vec<u32>),
}

impl Trailer {
    pub(super) fn read(file: &[u8]) -> Self {
        match Self::sums(file) {
            Some(found) => found,
            None => Self::None,
        }
    }

    /// `None` if the file ends in something else.
    fn sums(file: &[u8]) -> Option<Self> {
        let (rest, footer) = file.split_at_checked(file.len().checked_sub(FOOTER)?)?;
        let ([length, sum_and_magic], []) = footer.as_chunks::<8>() else {
            return None;
        };
        let [a, b, c, d, magic @ ..] = *sum_and_magic;
        if magic != MAGIC {
            return None;
        }
        let content = u64::from_le_bytes(*length) as usize;
        let blocks = content.div_ceil(BLOCK);
        // Lengths are compared before anything is allocated by them.
        let fits = blocks
            .checked_mul(4)
            .and_then(|table| content.checked_add(table));
        if fits != Some(rest.len()) {
            return Some(Self::Damaged);
        }
        let table = rest.get(content..)?;
        if sum_of(table, content) != u32::from_le_bytes([a, b, c, d]) {
            return Some(Self::Damaged);
        }
        let (sums, _) = table.as_chunks::<4>();
        let sums = sums.iter().map(|sum| u32::from_le_bytes(*sum)).collect();
        Some(Self::Sums(content, sums))
    }
}

/// The checksum of a table of checksums.
fn sum_of(table: &[u8], content: usize) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(table);
    hasher.update(&(content as u64).to_le_bytes());
    hasher.finalize()
}

/// Writes what it is given and, when it is terminated, the checksums.
pub(super) struct SummingWriter<W> {
    inner: W,
    /// Of the block that is being written.
    hasher: Hasher,
    in_block: usize,
    content: usize,
    table: Vec<u8>,
}

impl<W> SummingWriter<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            hasher: Hasher::new(),
            in_block: 0,
            content: 0,
            table: Vec::new(),
        }
    }

    fn end_block(&mut self) {
        let sum = std::mem::take(&mut self.hasher).finalize();
        self.table.extend_from_slice(&sum.to_le_bytes());
        self.in_block = 0;
    }
}

impl<W: Write> Write for SummingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        let mut rest = bytes.get(..written).unwrap_or(bytes);
        while let Some((part, more)) = rest.split_at_checked(rest.len().min(BLOCK - self.in_block))
        {
            if part.is_empty() {
                break;
            }
            self.hasher.update(part);
            self.in_block += part.len();
            self.content += part.len();
            if self.in_block == BLOCK {
                self.end_block();
            }
            rest = more;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: TerminatingWrite> TerminatingWrite for SummingWriter<W> {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        if self.in_block > 0 {
            self.end_block();
        }
        let sum = sum_of(&self.table, self.content);
        self.inner.write_all(&self.table)?;
        self.inner.write_all(&(self.content as u64).to_le_bytes())?;
        self.inner.write_all(&sum.to_le_bytes())?;
        self.inner.write_all(&MAGIC)?;
        self.inner.terminate_ref(token)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // As files do, it takes less than it is given.
            let taken = bytes.len().min(10_007);
            self.0.lock().unwrap().extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl TerminatingWrite for Shared {
        fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(parts: &[Vec<u8>]) -> Vec<u8> {
        let shared = Shared::default();
        let mut writer = SummingWriter::new(shared.clone());
        for part in parts {
            writer.write_all(part).unwrap();
        }
        writer.terminate().unwrap();
        let bytes = shared.0.lock().unwrap();
        bytes.clone()
    }

    proptest! {
        #[test]
        fn sums_are_those_of_the_blocks(lengths in prop::collection::vec(0..40_000_usize, 0..5)) {
            let parts: Vec<Vec<u8>> = lengths
                .iter()
                .map(|length| (0..*length).map(|at| (at * 31 + length) as u8).collect())
                .collect();
            let content = parts.concat();
            let file = written(&parts);
            prop_assert!(file.starts_with(&content));
            let sums: Vec<u32> = content.chunks(BLOCK).map(crc32fast::hash).collect();
            prop_assert_eq!(Trailer::read(&file), Trailer::Sums(content.len(), sums));
        }
    }

    #[test]
    fn whatever_changes_in_the_trailer_is_noticed() {
        let file = written(&[vec![7; BLOCK * 2 + 5]]);
        let content = BLOCK * 2 + 5;
        for at in content..file.len() {
            for bit in 0..8 {
                let mut damaged = file.clone();
                damaged[at] ^= 1 << bit;
                let found = Trailer::read(&damaged);
                let expected = match at + 4 < file.len() {
                    true => Trailer::Damaged,
                    false => Trailer::None,
                };
                assert_eq!(found, expected, "bit {bit} at {at}");
            }
            assert!(!matches!(Trailer::read(&file[..at]), Trailer::Sums(..)));
        }
        assert_eq!(Trailer::read(b""), Trailer::None);
    }
}
