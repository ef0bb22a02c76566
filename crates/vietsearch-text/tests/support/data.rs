//! Data from outside the project, which stands beside the workspace or is missing.

use std::path::{Path, PathBuf};

/// A file of the shared data; `None`, with a message, if it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no shared data");
    None
}

/// How many inputs a test tries: `usual`, or what the environment variable says.
pub fn amount(variable: &str, usual: usize) -> usize {
    let set = std::env::var(variable).ok();
    set.map_or(usual, |number| {
        number.replace('_', "").parse().expect("a number of inputs")
    })
}
