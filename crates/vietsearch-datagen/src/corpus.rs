//! News corpora: JSON lines with title, lead and body, compressed or not.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::error::{DatagenError, Result};

/// Calls `use_text` with every title, lead and body of a file.
pub(crate) fn texts(path: &Path, mut use_text: impl FnMut(&str)) -> Result<()> {
    let io = |source| DatagenError::Io {
        action: "read",
        path: path.into(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    let compressed = path.extension().is_some_and(|extension| extension == "gz");
    let mut lines: Box<dyn BufRead> = if compressed {
        Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut line = String::new();
    while {
        line.clear();
        lines.read_line(&mut line).map_err(io)? > 0
    } {
        let article: Value = serde_json::from_str(&line).map_err(|error| io(error.into()))?;
        for key in ["title", "lead", "body"] {
            if let Some(text) = article.get(key).and_then(Value::as_str)
                && !text.is_empty()
            {
                use_text(text);
            }
        }
    }
    Ok(())
}
