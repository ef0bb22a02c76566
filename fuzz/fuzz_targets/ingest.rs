#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use vietsearch_fuzz::checks;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| TempDir::new().expect("a temporary folder can be made"));

fuzz_target!(|bytes: &[u8]| checks::ingest::check(FOLDER.path(), bytes));
