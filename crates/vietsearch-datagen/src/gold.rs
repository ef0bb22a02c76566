//! Hand-segmented text: `.conllu`, or one sentence a line with syllables joined by `_`.

use std::collections::HashSet;
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
        Self::spaced(words, |_, _| true)
    }

    /// `is_spaced` says whether a space stands between two words.
    fn spaced<'a>(
        words: impl IntoIterator<Item = &'a str>,
        mut is_spaced: impl FnMut(&str, &str) -> bool,
    ) -> Self {
        let mut text = String::new();
        let mut spans = Vec::new();
        let mut before = "";
        for word in words {
            if !text.is_empty() && is_spaced(before, word) {
                text.push(' ');
            }
            before = word;
            spans.push((text.len(), text.len() + word.len()));
            text.push_str(word);
        }
        Self { text, words: spans }
    }

    /// The same sentence with other letters, for example in lower case.
    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let words: Vec<String> = self.word_texts().map(change).collect();
        Self::new(words.iter().map(String::as_str))
    }

    /// The same sentence as people write it: punctuation attached to words, quotes to what they
    /// hold.
    pub(crate) fn detokenised(&self) -> Self {
        let mut quoted = false;
        let mut opens = false;
        Self::spaced(self.word_texts(), |before, word| {
            if before == "\"" {
                quoted = !quoted;
                opens = quoted;
            }
            let after_opening =
                matches!(before, "(" | "[" | "“" | "‘") || (before == "\"" && opens);
            let closes = matches!(
                word,
                "." | "," | ";" | ":" | "?" | "!" | "..." | "…" | ")" | "]" | "”" | "’" | "%"
            ) || (word == "\"" && quoted);
            !after_opening && !closes
        })
    }

    fn word_texts(&self) -> impl Iterator<Item = &str> {
        let text = |(start, end): &(usize, usize)| self.text.get(*start..*end).unwrap_or("");
        self.words.iter().map(text)
    }
}

/// The sentences in lower case.
pub(crate) fn lower(sentences: &[Sentence]) -> Vec<Sentence> {
    let lower = |sentence: &Sentence| sentence.map(str::to_lowercase);
    sentences.iter().map(lower).collect()
}

/// The sentences that are not among others, whatever their case, marks and spaces.
pub(crate) fn without(sentences: Vec<Sentence>, others: &[Sentence]) -> Vec<Sentence> {
    let letters = |sentence: &Sentence| -> String {
        let bare = vietsearch_text::fold(&sentence.text).to_lowercase();
        // The treebank writes brackets as words in one of its files.
        let bare = bare.replace("lbkt", "").replace("rbkt", "");
        bare.chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect()
    };
    let known: HashSet<String> = others.iter().map(letters).collect();
    let mut kept = sentences;
    kept.retain(|sentence| !known.contains(&letters(sentence)));
    kept
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(words: &str) -> Sentence {
        let words: Vec<String> = words
            .split(' ')
            .map(|word| word.replace('_', " "))
            .collect();
        Sentence::new(words.iter().map(String::as_str))
    }

    #[test]
    fn conllu_words_keep_their_spaces() {
        let text = "# text = Hà Nội mưa .\n1\tHà Nội\t_\n1-2\tx\t_\n2\tmưa\t_\n3\t.\t_\n";
        assert_eq!(read_conllu(text), [sentence("Hà_Nội mưa .")]);
    }

    #[test]
    fn detokenised_sentences_have_the_same_words() {
        let tokens = sentence("Ông nói : \" Mưa ( to ) . \"");
        let plain = tokens.detokenised();
        assert_eq!(plain.text, "Ông nói: \"Mưa (to).\"");
        let words: Vec<&str> = plain.word_texts().collect();
        assert_eq!(words, tokens.word_texts().collect::<Vec<_>>());
    }

    #[test]
    fn known_sentences_are_left_out_however_they_are_written() {
        let all = vec![sentence("Hà_Nội mưa ."), sentence("Huế nắng .")];
        let left = without(all, &[sentence("ha noi MƯA")]);
        assert_eq!(left, [sentence("Huế nắng .")]);
    }
}
