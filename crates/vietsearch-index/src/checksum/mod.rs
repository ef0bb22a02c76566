//! Checksums: what is read from an index is what was written, or an error.
//!
//! tantivy gives each file one checksum, to be asked for; what it decodes without asking may be
//! anything, and damaged bytes make it panic. Reading every file when an index is opened would cost
//! as much as reading the index. So files have a checksum for each [block](blocks::BLOCK), and a block
//! is checked when it is first read: a search pays for what it touches, once.
//!
//! - [`blocks`] is the format of the checksums, which stand at the end of the file;
//! - [`CheckedFile`] checks blocks, [`CheckedBytes`] reads in place where no error can be returned;
//! - [`seal`] is for the small files of JSON;
//! - [`ChecksumDirectory`] is the directory that writes and reads them.

mod blocks;
mod damage;
mod directory;
mod file;
mod seal;

pub use damage::Damage;
pub(crate) use damage::DamagedFile;
pub(crate) use directory::{CheckedFiles, ChecksumDirectory, MANAGED, META, State};
pub(crate) use file::CheckedBytes;
