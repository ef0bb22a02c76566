//! Replays the inputs of `fuzz/kept`, each of which failed once, and the seeds of the fuzz targets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails by panicking"
)]
#![allow(
    unreachable_pub,
    reason = "the fuzz targets share the module of the checks"
)]

mod checks;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Hands every file of a target to `check`; names those that fail.
fn replay(target: &str, check: impl Fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    if !fuzz.join("Cargo.toml").is_file() {
        eprintln!("skipped: packaged without the fuzz targets");
        return;
    }
    let mut failed = Vec::new();
    let mut count = 0;
    for folder in ["kept", "seeds"] {
        let folder = fuzz.join(folder).join(target);
        for entry in fs::read_dir(&folder).expect("fuzz/kept and fuzz/seeds have every target") {
            let path = entry.expect("a readable folder").path();
            let bytes = fs::read(&path).expect("a readable file");
            if catch_unwind(AssertUnwindSafe(|| check(&bytes))).is_err() {
                failed.push(path);
            }
            count += 1;
        }
    }
    assert!(failed.is_empty(), "these inputs fail: {failed:?}");
    assert!(count > 0, "no input was found");
}

#[test]
fn scan() {
    replay("scan", |bytes| {
        checks::scan::check(&String::from_utf8_lossy(bytes))
    });
}

#[test]
fn normalize() {
    replay("normalize", |bytes| {
        checks::normalize::check(&String::from_utf8_lossy(bytes))
    });
}

#[test]
fn parse_query() {
    replay("parse_query", |bytes| {
        checks::parse_query::check(&String::from_utf8_lossy(bytes))
    });
}

#[test]
fn ingest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    replay("ingest", |bytes| {
        checks::ingest::check(folder.path(), bytes)
    });
}

#[test]
fn decode() {
    replay("decode", checks::decode::check);
}

#[test]
fn data_file() {
    replay("data_file", checks::data_file::check);
}

#[test]
fn metadata() {
    replay("metadata", checks::metadata::check);
}

#[test]
fn request() {
    replay("request", checks::request::check);
}
