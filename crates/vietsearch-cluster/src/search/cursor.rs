//! Where the next page begins.

use std::fmt;

use serde_json::Value;

use crate::error::{ClusterError, Result};

/// The lists that hits come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Articles with every word.
    Full,
    /// Articles with some of the words.
    Partial,
}

/// A window of a list that is ranked here, and how many of its hits were shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cursor {
    pub(super) list: List,
    /// The order of the last hit before the window; empty for the first window.
    pub(super) after: Vec<Value>,
    pub(super) shown: usize,
    /// Quoted phrases were given up.
    pub(super) gave_up: bool,
}

impl Cursor {
    pub(super) const START: Self = Self {
        list: List::Full,
        after: Vec::new(),
        shown: 0,
        gave_up: false,
    };

    /// True in the window from which hits are chosen at first.
    pub(super) fn is_first_window(&self) -> bool {
        self.list == List::Full && self.after.is_empty()
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let invalid = || ClusterError::Setting {
            what: "cursor",
            reason: format!("{text:?} is none: pass on the one of the last response"),
        };
        let (place, after) = text.split_once('~').unwrap_or((text, "[]"));
        let (list, gave_up) = match place.get(..1) {
            Some("f") => (List::Full, false),
            Some("F") => (List::Full, true),
            Some("p") => (List::Partial, false),
            Some("P") => (List::Partial, true),
            _ => return Err(invalid()),
        };
        let shown = place.get(1..).and_then(|shown| shown.parse().ok());
        let after: Option<Vec<Value>> = serde_json::from_str(after).ok();
        match (shown, after) {
            (Some(shown), Some(after))
                if shown <= 1_000_000
                    && matches!(after.len(), 0 | 2)
                    && after.iter().all(|value| value.is_number()) =>
            {
                Ok(Self {
                    list,
                    after,
                    shown,
                    gave_up,
                })
            }
            _ => Err(invalid()),
        }
    }

    pub(super) fn after(&self) -> Option<&[Value]> {
        (!self.after.is_empty()).then_some(self.after.as_slice())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = match (self.list, self.gave_up) {
            (List::Full, false) => 'f',
            (List::Full, true) => 'F',
            (List::Partial, false) => 'p',
            (List::Partial, true) => 'P',
        };
        write!(formatter, "{list}{}", self.shown)?;
        if self.after.is_empty() {
            return Ok(());
        }
        write!(formatter, "~{}", Value::from(self.after.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip() {
        for text in [
            "f0",
            "f10~[9.620000839233398,4611686018427387904]",
            "p0~[1714519800000,33]",
            "P20",
            "F0~[1.5,2]",
        ] {
            assert_eq!(Cursor::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_cursor_is_an_error() {
        for text in [
            "",
            "10",
            "x1",
            "f",
            "f1~",
            "f1~[1]",
            "f1~[\"a\",2]",
            "f1~{}",
            "é1",
            "20.abc",
        ] {
            let error = Cursor::parse(text).unwrap_err();
            assert!(error.to_string().contains("is none"), "{text}");
        }
    }
}
