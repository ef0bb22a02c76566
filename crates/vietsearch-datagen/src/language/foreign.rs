//! Words that are no syllables: how often they are written, and of which letters they are made.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::counts::{read_packed, write_packed};
use crate::error::{DatagenError, Result};

/// Words that are listed by hand.
const ENGLISH: &str = "english.txt";
/// What those count at least.
const LEAST_ENGLISH: u32 = 300;
const FILE: &str = "foreign.txt.gz";
/// Rarer words are left out of the file: slips, codes, names of one article.
const LEAST: u32 = 8;

/// Foreign words, abbreviations and codes of ASCII letters and digits with their counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ForeignWords {
    /// All, those that are not in the list too.
    pub(crate) total: u64,
    pub(crate) counts: HashMap<String, u32>,
}

impl ForeignWords {
    pub(crate) fn count(&mut self, form: &str) {
        self.total += 1;
        if form.is_ascii() {
            if let Some(count) = self.counts.get_mut(form) {
                *count += 1;
            } else {
                self.counts.insert(form.to_string(), 1);
            }
        }
    }

    /// Writes the total, then a word with its count on each line, the most frequent first.
    pub(crate) fn write(&self, sources: &Path) -> Result<()> {
        let mut list: Vec<(&str, u32)> = self
            .counts
            .iter()
            .filter(|(word, count)| **count >= LEAST && word.chars().all(char::is_alphanumeric))
            .map(|(word, count)| (word.as_str(), *count))
            .collect();
        list.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        let mut text = format!("{}\n", self.total);
        for (word, count) in list {
            text += &format!("{word} {count}\n");
        }
        write_packed(&sources.join(FILE), &text)
    }

    pub(crate) fn read(sources: &Path) -> Result<Self> {
        let path = sources.join(FILE);
        let text = read_packed(&path)?;
        let failed = |line: usize| DatagenError::Invalid {
            path: path.clone(),
            line: line + 1,
            reason: "no word with its count".to_string(),
        };
        let mut lines = text.lines().enumerate();
        let total = lines.next().and_then(|(_, total)| total.parse().ok());
        let mut words = Self {
            total: total.ok_or_else(|| failed(0))?,
            counts: HashMap::new(),
        };
        for (index, line) in lines {
            let pair = line.split_once(' ');
            let pair = pair.and_then(|(word, count)| Some((word, count.parse().ok()?)));
            let (word, count) = pair.ok_or_else(|| failed(index))?;
            words.counts.insert(word.to_string(), count);
        }
        for word in english(sources)? {
            let count = words.counts.entry(word).or_default();
            *count = LEAST_ENGLISH.max(*count);
        }
        Ok(words)
    }
}

/// The English words that are listed by hand.
pub(super) fn english(sources: &Path) -> Result<HashSet<String>> {
    let path = sources.join(ENGLISH);
    let english = fs::read_to_string(&path).map_err(|source| DatagenError::Io {
        action: "read",
        path,
        source,
    })?;
    let lines = english.lines().filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(str::split_whitespace);
    Ok(words.map(str::to_string).collect())
}
