//! Articles of a corpus, as the language model sees them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::error::{DatagenError, Result};

/// The parts of an article that are counted and measured, each a text of its own.
pub(crate) const PARTS: [&str; 3] = ["title", "lead", "body"];

/// Calls `visit` with every part of every article of a file of JSON lines, packed or not.
pub(crate) fn each_part(path: &Path, mut visit: impl FnMut(&str)) -> Result<()> {
    each_line(path, |article| {
        for part in PARTS {
            if let Some(text) = article.get(part).and_then(Value::as_str) {
                visit(text);
            }
        }
    })
}

/// Calls `visit` with every line of a file of JSON lines, packed or not.
pub(crate) fn each_line(path: &Path, mut visit: impl FnMut(&Value)) -> Result<()> {
    let failed = |source| DatagenError::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let lines: Box<dyn BufRead> = if path.extension().is_some_and(|extension| extension == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    for (index, line) in lines.lines().enumerate() {
        let line = line.map_err(failed)?;
        let value: Value = serde_json::from_str(&line).map_err(|source| DatagenError::Invalid {
            path: path.to_path_buf(),
            line: index + 1,
            reason: source.to_string(),
        })?;
        visit(&value);
    }
    Ok(())
}
