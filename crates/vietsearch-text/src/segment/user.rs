//! Words that a user adds or removes at run time.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::atom::{form_hash, join_hash};
use crate::scan::Scanner;

/// What a word weighs unless its line says otherwise, in units of the model's weights: far more
/// than any row of its decisions.
const DEFAULT_WEIGHT: f32 = 30.0;
/// The most that a line may say.
const LARGEST_WEIGHT: f32 = 1000.0;
/// Words are at most so many parts long.
const LONGEST: usize = 12;

/// Words to join and words not to join, whatever the tables say.
///
/// A file has a word a line, in any normal form and case. `-` before a word removes it: it is cut in
/// the middle. A TAB and a number after a word set its weight (30 unless said; about 1 to 5
/// makes a word likelier without forcing it). `#` begins a comment.
///
/// ```
/// use vietsearch_text::UserDictionary;
///
/// let dictionary = UserDictionary::parse("# companies\nVạn Thịnh Phát\n-ra sao\n")?;
/// assert_eq!(dictionary.len(), 2);
/// let error = UserDictionary::parse("Vạn Thịnh Phát\n???\n").unwrap_err();
/// assert_eq!(error.line, 2);
/// # Ok::<(), vietsearch_text::UserDictionaryError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct UserDictionary {
    /// By the hashes of the parts; the weight, negative for words to be removed.
    words: BTreeMap<Vec<u64>, i32>,
    /// The number of parts of the longest word by its first part.
    longest: HashMap<u64, usize>,
}

/// A line of a user dictionary that is no word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserDictionaryError {
    /// The number of the line, from 1.
    pub line: usize,
    reason: String,
}

impl fmt::Display for UserDictionaryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for UserDictionaryError {}

impl UserDictionary {
    /// A dictionary without words.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the text of a dictionary file.
    ///
    /// # Errors
    ///
    /// [`UserDictionaryError`] at the first line that is no word: without letter or digit, with
    /// punctuation that stands alone, with more than 12 parts, or with a weight that is no number
    /// above 0 and up to 1000.
    pub fn parse(text: &str) -> Result<Self, UserDictionaryError> {
        let mut dictionary = Self::new();
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (index, line) in text.lines().enumerate() {
            let content = line.split('#').next().unwrap_or("").trim();
            if content.is_empty() {
                continue;
            }
            dictionary
                .add_line(content)
                .map_err(|reason| UserDictionaryError {
                    line: index + 1,
                    reason,
                })?;
        }
        Ok(dictionary)
    }

    /// Adds a word: it is joined wherever its parts stand side by side.
    ///
    /// # Errors
    ///
    /// [`UserDictionaryError`] with line 1 if it is no word.
    pub fn add(&mut self, word: &str) -> Result<(), UserDictionaryError> {
        self.insert(word, DEFAULT_WEIGHT)
            .map_err(|reason| UserDictionaryError { line: 1, reason })
    }

    /// Removes a word: where its parts stand side by side, they are cut in the middle.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn remove(&mut self, word: &str) -> Result<(), UserDictionaryError> {
        self.insert(word, -DEFAULT_WEIGHT)
            .map_err(|reason| UserDictionaryError { line: 1, reason })
    }

    /// How many words it adds or removes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// True if it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// A number that differs for dictionaries of different words or weights, the same on every
    /// machine, whatever the order of the lines, their case and normal form; 0 for none.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hash = 0;
        for (parts, weight) in &self.words {
            let numbers = parts.iter().copied().chain([*weight as u64]);
            hash = numbers.fold(hash, join_hash);
        }
        hash
    }

    fn add_line(&mut self, content: &str) -> Result<(), String> {
        let (word, weight) = match content.split_once('\t') {
            Some((word, weight)) => {
                let weight = weight.trim();
                let number = weight.parse::<f32>().ok();
                let number = number.filter(|number| *number > 0.0 && *number <= LARGEST_WEIGHT);
                let number = number.ok_or_else(|| {
                    format!("{weight:?} is no weight: give a number above 0, at most 1000")
                })?;
                (word, number)
            }
            None => (content, DEFAULT_WEIGHT),
        };
        match word.strip_prefix('-') {
            Some(removed) => self.insert(removed, -weight),
            None => self.insert(word, weight),
        }
    }

    fn insert(&mut self, word: &str, weight: f32) -> Result<(), String> {
        let word = word.trim();
        let parts = parts(word)?;
        if let Some(first) = parts.first() {
            let longest = self.longest.entry(*first).or_default();
            *longest = (*longest).max(parts.len());
        }
        let weight = (weight * super::tables::SCALE) as i32;
        self.words.insert(parts, weight);
        Ok(())
    }

    /// Writes what the dictionary adds for joining at each gap between parts; a part without letter
    /// is 0. Of words that overlap, the first one counts, and the longest of those that begin at
    /// one place.
    pub(super) fn apply(&self, parts: &[u64], extra: &mut Vec<i32>) {
        extra.clear();
        extra.resize(parts.len().saturating_sub(1), 0);
        let mut start = 0;
        while start < parts.len() {
            let Some((length, weight)) = self.longest_at(parts, start) else {
                start += 1;
                continue;
            };
            self.mark(extra, start, length, weight);
            start += length;
        }
    }

    fn longest_at(&self, parts: &[u64], start: usize) -> Option<(usize, i32)> {
        let longest = *self.longest.get(parts.get(start)?)?;
        (1..=longest).rev().find_map(|length| {
            let word = parts.get(start..start + length)?;
            self.words.get(word).map(|weight| (length, *weight))
        })
    }

    fn mark(&self, extra: &mut [i32], start: usize, length: usize, weight: i32) {
        let mut add = |gap: Option<usize>, weight: i32| {
            if let Some(slot) = gap.and_then(|gap| extra.get_mut(gap)) {
                *slot = slot.saturating_add(weight);
            }
        };
        if weight < 0 && length > 2 {
            // The rest of it is left to the tables.
            add(Some(start + length.div_ceil(2) - 1), weight);
            return;
        }
        for gap in start..start + length - 1 {
            add(Some(gap), weight);
        }
        if weight > 0 {
            add(start.checked_sub(1), -weight);
            add(Some(start + length - 1), -weight);
        }
    }
}

/// The hashes of a word's parts.
fn parts(word: &str) -> Result<Vec<u64>, String> {
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(word);
    let mut parts: Vec<u64> = Vec::new();
    let mut end = 0;
    while let Some(token) = tokens.next() {
        let gap = word.get(end..token.start).unwrap_or("");
        let hash = form_hash(token.form);
        match parts.last_mut() {
            // Glued by signs without a space (`Mát-xcơ-va`), as in the text.
            Some(last) if !gap.is_empty() && !gap.contains(char::is_whitespace) => {
                *last = join_hash(*last, hash);
            }
            _ if gap.trim().is_empty() => parts.push(hash),
            _ => {
                return Err(format!(
                    "{word:?} holds punctuation that stands alone: leave it out"
                ));
            }
        }
        end = token.end;
    }
    let rest = word.get(end..).unwrap_or("").trim();
    if parts.is_empty() {
        return Err(format!("{word:?} is no word: it has no letter or digit"));
    }
    if !rest.is_empty() && rest != "." {
        return Err(format!("{word:?} ends in {rest:?}: leave it out"));
    }
    if parts.len() > LONGEST {
        return Err(format!(
            "{word:?} has more than {LONGEST} parts: shorten it"
        ));
    }
    Ok(parts)
}
