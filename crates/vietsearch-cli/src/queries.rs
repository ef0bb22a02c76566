//! Files of queries: one JSON object a line, with an id and a text.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Failure, Result};
use crate::output::say;

/// Bad lines that are reported one by one.
const REPORTED: u64 = 20;

/// A query of a file.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) id: String,
    pub(crate) text: String,
    /// What else the object has.
    pub(crate) more: Map<String, Value>,
}

/// The queries of a file; bad lines are reported with their place and left out.
pub(crate) struct QueryFile {
    path: PathBuf,
    lines: BufReader<File>,
    bytes: Vec<u8>,
    number: u64,
    bad: u64,
}

impl QueryFile {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| Failure::file("open", path, &error))?;
        Ok(Self {
            path: path.to_path_buf(),
            lines: BufReader::with_capacity(1 << 16, file),
            bytes: Vec::new(),
            number: 0,
            bad: 0,
        })
    }

    /// The next query; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Query>> {
        loop {
            self.bytes.clear();
            self.lines
                .read_until(b'\n', &mut self.bytes)
                .map_err(|error| Failure::file("read", &self.path, &error))?;
            if self.bytes.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            let line = &self.bytes;
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            if line.trim_ascii().is_empty() {
                continue;
            }
            match read(line) {
                Ok(query) => return Ok(Some(query)),
                Err(reason) => self.reject(&reason),
            }
        }
    }

    /// Reports the last query as a bad line.
    pub(crate) fn reject(&mut self, reason: &str) {
        self.bad += 1;
        if self.bad <= REPORTED {
            let (path, number) = (self.path.display(), self.number);
            say(format_args!("{path}:{number}: {reason}; skipped"));
        }
    }

    /// Tells how many more lines were bad than were reported. An error if no query was good.
    pub(crate) fn finish(self, good: usize) -> Result<()> {
        if self.bad > REPORTED {
            say(format_args!("… and {} more bad lines", self.bad - REPORTED));
        }
        if good == 0 {
            return Err(Failure::Message(format!(
                "no query in {:?}: give one JSON object a line, with \"id\" and \"text\"",
                self.path
            )));
        }
        Ok(())
    }
}

/// Reads `_id` (or `id`) and `text` (or `query`).
fn read(line: &[u8]) -> Result<Query, String> {
    let mut object: Map<String, Value> = serde_json::from_slice(line)
        .map_err(|error| format!("no query in JSON, {{\"id\": …, \"text\": …}}: {error}"))?;
    let ids = [object.remove("_id"), object.remove("id")];
    let id = match ids.into_iter().flatten().find(|id| !id.is_null()) {
        Some(Value::String(id)) if !id.trim().is_empty() => id,
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err("the query has no \"id\" or \"_id\"".to_string()),
    };
    let texts = [object.remove("text"), object.remove("query")];
    let text = match texts.into_iter().flatten().find(|text| !text.is_null()) {
        Some(Value::String(text)) => text,
        Some(_) => return Err(format!("the text of the query {id:?} is no string")),
        None => return Err("the query has no \"text\" or \"query\"".to_string()),
    };
    let more = object;
    Ok(Query { id, text, more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_name_does() {
        for line in [
            r#"{"_id": "q1", "text": "giá vàng", "limit": 3}"#,
            r#"{"id": "q1", "query": "giá vàng", "limit": 3}"#,
            r#"{"_id": null, "id": "q1", "text": "giá vàng", "limit": 3}"#,
        ] {
            let query = read(line.as_bytes()).unwrap();
            assert_eq!((&*query.id, &*query.text), ("q1", "giá vàng"));
            assert_eq!(query.more.into_iter().collect::<Vec<_>>().len(), 1);
        }
        assert_eq!(read(br#"{"id": 7, "text": ""}"#).unwrap().id, "7");
    }

    #[test]
    fn bad_queries_say_why() {
        for (line, reason) in [
            ("{", "JSON"),
            ("[1]", "JSON"),
            (r#"{"text": "x"}"#, "\"_id\""),
            (r#"{"_id": " ", "text": "x"}"#, "\"_id\""),
            (r#"{"_id": "q"}"#, "\"text\""),
            (r#"{"id": "q", "query": 1}"#, "\"q\""),
        ] {
            let error = read(line.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }
}
