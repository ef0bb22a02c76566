//! The data files and what they are built from.

use std::fs;
use std::path::{Path, PathBuf};

use vietsearch_data::{ContainerBuilder, checksum};

use crate::error::{DatagenError, Result};
use crate::language;
use crate::segmentation::Packed;

/// A file of `vietsearch-data/data` and the function that builds it from the folder `sources`.
///
/// To add a table to a file, add its section to the file's function; to add a file, add a line here
/// and a constant to `vietsearch-data`. Then say in PROVENANCE.md where it comes from.
struct File {
    name: &'static str,
    build: fn(&Path) -> Result<ContainerBuilder>,
}

const FILES: [File; 2] = [
    File {
        name: "segmentation.bin",
        build: |sources| Ok(Packed::read(&sources.join("segmentation"))?.container()),
    },
    File {
        name: "language.bin",
        build: |sources| language::build(&sources.join("language")),
    },
];

/// Builds all files and writes them.
pub(crate) fn build() -> Result<()> {
    for (path, bytes) in built()? {
        fs::write(&path, &bytes).map_err(|source| DatagenError::Io {
            action: "write",
            path: path.clone(),
            source,
        })?;
        println!("{}", described(&path, &bytes));
    }
    Ok(())
}

/// Builds all files and compares them with those in the repository.
pub(crate) fn check() -> Result<()> {
    for (path, bytes) in built()? {
        let present = fs::read(&path).map_err(|source| DatagenError::Io {
            action: "read",
            path: path.clone(),
            source,
        })?;
        if present != bytes {
            return Err(DatagenError::Stale { path });
        }
        println!("{}", described(&path, &bytes));
    }
    Ok(())
}

/// The folder of the text files that the data files are built from.
pub(crate) fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sources")
}

fn built() -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let sources = sources();
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vietsearch-data/data");
    let mut files = Vec::new();
    for file in &FILES {
        let bytes = (file.build)(&sources)?.build()?;
        files.push((target.join(file.name), bytes));
    }
    Ok(files)
}

fn described(path: &Path, bytes: &[u8]) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "{name}: {} bytes, checksum {:016x}",
        bytes.len(),
        checksum(bytes)
    )
}
