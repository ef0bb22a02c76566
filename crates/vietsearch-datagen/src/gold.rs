//! Hand-segmented text: `.conllu`, or one sentence a line with syllables joined by `_`.

use std::fs;
use std::path::Path;

use crate::error::{DatagenError, Result};

/// A sentence as people cut it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// The words, joined by spaces.
    pub(crate) text: String,
    /// Byte ranges of the words in the text.
    pub(crate) words: Vec<(usize, usize)>,
}

impl Sentence {
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut text = String::new();
        let mut spans = Vec::new();
        for word in words {
            if !text.is_empty() {
                text.push(' ');
            }
            spans.push((text.len(), text.len() + word.len()));
            text.push_str(word);
        }
        Self { text, words: spans }
    }

    /// The same sentence with other letters, for example in lower case.
    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|(start, end)| change(self.text.get(*start..*end).unwrap_or("")))
            .collect();
        Self::new(words.iter().map(String::as_str))
    }
}

/// Reads a file of sentences.
pub(crate) fn read(path: &Path) -> Result<Vec<Sentence>> {
    let text = fs::read_to_string(path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.into(),
        source,
    })?;
    if path
        .extension()
        .is_some_and(|extension| extension == "conllu")
    {
        return Ok(read_conllu(&text));
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let sentences = lines.map(|line| {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.replace('_', " "))
            .collect();
        Sentence::new(words.iter().map(|word| word.trim()))
    });
    Ok(sentences.collect())
}

fn read_conllu(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.is_empty() {
            if !words.is_empty() {
                sentences.push(Sentence::new(words.drain(..)));
            }
            continue;
        }
        let mut columns = line.split('\t');
        let number = columns.next().unwrap_or("");
        // Comments, multi-word tokens and empty nodes have no plain number.
        if !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(form) = columns.next()
        {
            words.push(form);
        }
    }
    sentences
}
