//! What could not be used, where it stands, and why.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A place in the input, shown and serialised as `path:line`, `path:byte N`, or the path alone.
///
/// ```
/// use std::path::Path;
/// use vietsearch_index::ingest::Place;
///
/// let place = Place::new(Path::new("tin.jsonl"));
/// assert_eq!(place.to_string(), "tin.jsonl");
/// assert_eq!(place.clone().with_byte(7).to_string(), "tin.jsonl:byte 7");
/// assert_eq!(place.with_line(3).to_string(), "tin.jsonl:3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The file or folder, as it was given or found.
    pub path: Arc<Path>,
    /// The line, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// The byte, counted from 0 and after decompression, where one byte is at fault.
    pub byte: Option<u64>,
}

impl Place {
    /// Names a whole file or folder.
    pub fn new(path: impl Into<Arc<Path>>) -> Place {
        Place {
            path: path.into(),
            line: None,
            byte: None,
        }
    }

    /// Sets the line.
    #[must_use]
    pub fn with_line(mut self, line: u64) -> Place {
        self.line = Some(line);
        self
    }

    /// Sets the byte.
    #[must_use]
    pub fn with_byte(mut self, byte: u64) -> Place {
        self.byte = Some(byte);
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match (self.line, self.byte) {
            (Some(line), _) => write!(f, "{path}:{line}"),
            (None, Some(byte)) => write!(f, "{path}:byte {byte}"),
            (None, None) => write!(f, "{path}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One thing in the input that could not be used, or not wholly.
///
/// Serialised as `{"place": "tin.jsonl:3", "reason": "..."}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Why: one line, lower-case, without final period.
    pub reason: String,
}

impl Problem {
    /// Makes a problem.
    pub fn new(place: Place, reason: impl Into<String>) -> Problem {
        Problem {
            place,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serialised_form() {
        let place = Place::new(Path::new("a/tin.jsonl"))
            .with_line(3)
            .with_byte(40);
        let problem = Problem::new(place, "has neither title nor body");
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"place":"a/tin.jsonl:3","reason":"has neither title nor body"}"#
        );
        assert_eq!(
            problem.to_string(),
            "a/tin.jsonl:3: has neither title nor body"
        );
    }
}
