//! The learned tables of vietsearch, and the container that holds them.
//!
//! - [`SEGMENTATION`] is the file of the word segmenter, [`LANGUAGE`] that of the language model.
//! - [`Container`] reads such a file: it checks magic, version, directory and checksums once, then
//!   lends its sections without copying.
//! - [`Section`] reads one section field by field, little-endian, with errors that name it; arrays
//!   may be [`PackedNumbers`] or [`SortedKeys`], which take fewer bits.
//! - [`ContainerBuilder`] and [`SectionBuilder`] write the same format.
//!
//! Where every table comes from, and under which licence, is in `PROVENANCE.md`.
//!
//! # The format
//!
//! All numbers are little-endian.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | magic: `VIETDATA` |
//! | 4 | version of the format: 1 |
//! | 4 | number of sections |
//! | 40 each | directory: name (16 bytes, ASCII, filled up with zeros), version of the section (4), reserved (4), place of its first byte in the file (4), length in bytes (4), checksum of its bytes (8) |
//! | 8 | checksum of everything before |
//! | … | zeros up to a multiple of 64, then the sections, each filled up in the same way |
//!
//! The file ends with the last section's filling: missing and additional bytes are errors.
//!
//! # Reading a file
//!
//! ```
//! use vietsearch_data::{Container, ContainerBuilder, SectionBuilder};
//!
//! let mut squares = SectionBuilder::new("squares", 1);
//! squares.u16s(&[0, 1, 4, 9]);
//! let bytes = ContainerBuilder::new().with(squares).build()?;
//!
//! let container = Container::read(&bytes)?;
//! let mut section = container.section("squares", 1)?;
//! let table = section.u16s()?;
//! section.finish()?;
//! assert_eq!(table.get(3), Some(9));
//!
//! let damaged = &bytes[..bytes.len() - 1];
//! assert!(Container::read(damaged).is_err());
//! # Ok::<(), vietsearch_data::DataError>(())
//! ```

mod array;
mod build;
mod checksum;
mod container;
mod error;
mod packed;
mod section;
mod sorted;

pub use array::{U16s, U32s};
pub use build::{ContainerBuilder, SectionBuilder};
pub use checksum::checksum;
pub use container::Container;
pub use error::DataError;
pub use packed::PackedNumbers;
pub use section::Section;
pub use sorted::{SortedKeys, SortedKeysFrom};

/// The file of the word segmenter: lexicon and weights, a [`Container`].
pub static SEGMENTATION: &[u8] = &SEGMENTATION_FILE.0;

static SEGMENTATION_FILE: Aligned<[u8; include_bytes!("../data/segmentation.bin").len()]> =
    Aligned(*include_bytes!("../data/segmentation.bin"));

/// Bytes that begin at a cache line, as the sections and their records do within a file.
#[repr(C, align(64))]
struct Aligned<T>(T);

/// The file of the language model: n-grams of syllables, foreign words, abbreviations, a
/// [`Container`].
pub static LANGUAGE: &[u8] = include_bytes!("../data/language.bin");

#[cfg(test)]
mod tests {
    use super::*;

    /// Row A5 of the features.
    #[test]
    fn provenance_names_every_file_section_and_hash() {
        let provenance = include_str!("../PROVENANCE.md");
        for (file, bytes) in [
            ("segmentation.bin", SEGMENTATION),
            ("language.bin", LANGUAGE),
        ] {
            assert!(provenance.contains(&format!("data/{file}")), "{file}");
            let hash = format!("`{:016x}`", checksum(bytes));
            assert!(provenance.contains(&hash), "{file} has the hash {hash}");
            let container = Container::read(bytes).unwrap();
            for (section, _) in container.sections() {
                assert!(
                    provenance.contains(&format!("| `{section}` |")),
                    "{section}"
                );
            }
        }
        assert!(provenance.contains("CC BY-SA 4.0"));
    }

    #[test]
    fn files_are_small_and_aligned() {
        assert!(SEGMENTATION.len() <= 3_000_000);
        assert_eq!(SEGMENTATION.as_ptr().align_offset(64), 0);
    }
}
