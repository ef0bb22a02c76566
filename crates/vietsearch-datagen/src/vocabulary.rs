//! The vocabulary: spellings with their counts, as a reviewed list and as a section.

use std::collections::{BTreeMap, HashMap};

use vietsearch_data::SectionBuilder;
use vietsearch_text::segment::vocabulary::{FIRST_ROW, VOCABULARY_VERSION, word_hash};
use vietsearch_text::{Scanner, Syllable, Token};

/// How often a spelling stands in the corpora.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) all: u32,
    /// Within sentences that have small letters too, not at their start.
    pub(crate) capital: u32,
}

/// Spellings (canonical forms) in the order of their rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    pub(crate) spellings: Vec<(String, Count)>,
    rows: HashMap<String, u16>,
}

impl Vocabulary {
    pub(crate) fn new(counts: &BTreeMap<String, Count>) -> Self {
        let mut spellings: Vec<_> = counts
            .iter()
            .map(|(spelling, count)| (spelling.clone(), *count))
            .collect();
        spellings.sort_by(|a, b| b.1.all.cmp(&a.1.all).then_with(|| a.0.cmp(&b.0)));
        spellings.truncate(usize::from(u16::MAX - FIRST_ROW));
        Self::of(spellings)
    }

    fn of(spellings: Vec<(String, Count)>) -> Self {
        let rows = spellings
            .iter()
            .enumerate()
            .map(|(index, (spelling, _))| (spelling.clone(), FIRST_ROW + index as u16))
            .collect();
        Self { spellings, rows }
    }

    /// How many rows the tables have.
    pub(crate) fn rows(&self) -> usize {
        usize::from(FIRST_ROW) + self.spellings.len()
    }

    pub(crate) fn row(&self, spelling: &str) -> Option<u16> {
        self.rows.get(spelling).copied()
    }

    pub(crate) fn spelling(&self, row: u16) -> &str {
        let index = usize::from(row).checked_sub(usize::from(FIRST_ROW));
        index
            .and_then(|index| self.spellings.get(index))
            .map_or("", |(spelling, _)| spelling)
    }

    /// A row as text: its spelling, or `#` and the number of a row of a kind.
    pub(crate) fn name(&self, row: u16) -> String {
        match self.spelling(row) {
            "" => format!("#{row}"),
            spelling => spelling.to_string(),
        }
    }

    /// The row of a [`name`](Self::name).
    pub(crate) fn named(&self, name: &str) -> Option<u16> {
        match name.strip_prefix('#') {
            Some(number) => number.parse().ok(),
            None => self.row(name),
        }
    }

    pub(crate) fn count(&self, row: u16) -> Count {
        let index = usize::from(row).checked_sub(usize::from(FIRST_ROW));
        index
            .and_then(|index| self.spellings.get(index))
            .map_or_else(Count::default, |(_, count)| *count)
    }

    /// The rows of a word's parts; `None` if the vocabulary lacks one.
    pub(crate) fn parts(&self, word: &str) -> Option<Vec<u16>> {
        let mut scanner = Scanner::new();
        let mut parts = Vec::new();
        let mut tokens = scanner.scan(word);
        while let Some(token) = tokens.next() {
            let spelling = own_form(&token);
            parts.push(self.row(spelling)?);
        }
        Some(parts)
    }

    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for (spelling, count) in &self.spellings {
            text.push_str(&format!("{spelling}\t{}\t{}\n", count.all, count.capital));
        }
        text
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut spellings = Vec::new();
        for line in text.lines() {
            let mut columns = line.split('\t');
            let spelling = columns.next()?.to_string();
            let all = columns.next()?.parse().ok()?;
            let capital = columns.next()?.parse().ok()?;
            spellings.push((spelling, Count { all, capital }));
        }
        Some(Self::of(spellings))
    }

    /// The section that `vietsearch-text` reads.
    pub(crate) fn section(&self) -> SectionBuilder {
        let mut syllables = Vec::new();
        for syllable in Syllable::all() {
            let id = usize::from(syllable.id());
            syllables.resize(id + 1, 0);
            if let Some(row) = self.row(own_spelling(syllable))
                && let Some(slot) = syllables.get_mut(id)
            {
                *slot = row;
            }
        }
        let words: Vec<(u32, u16)> = self
            .spellings
            .iter()
            .enumerate()
            .filter(|(_, (spelling, _))| spelling.parse::<Syllable>().is_err())
            .map(|(index, (spelling, _))| (word_hash(spelling), FIRST_ROW + index as u16))
            .collect();
        let slots = (words.len() * 2).next_power_of_two().max(2);
        let mut hashes = vec![0; slots];
        let mut rows = vec![0; slots];
        for (hash, row) in words {
            let mut slot = hash as usize % slots;
            while hashes
                .get(slot)
                .is_some_and(|taken| *taken != 0 && *taken != hash)
            {
                slot = (slot + 1) % slots;
            }
            if let (Some(key @ 0), Some(value)) = (hashes.get_mut(slot), rows.get_mut(slot)) {
                *key = hash;
                *value = row;
            }
        }
        let mut section = SectionBuilder::new("vocabulary", VOCABULARY_VERSION);
        section.u32(self.rows() as u32);
        section.u16s(&syllables);
        section.u32s(&hashes);
        section.u16s(&rows);
        section
    }
}

/// The spelling under which the vocabulary has a syllable: of `kỹ` and `kĩ` the one with i.
pub(crate) fn own_spelling(syllable: Syllable) -> &'static str {
    match syllable.spelling_twin() {
        Some(twin) if syllable.index_key() != syllable.folded() => twin.as_str(),
        _ => syllable.as_str(),
    }
}

/// The spelling under which the vocabulary has a token.
pub(crate) fn own_form<'a>(token: &Token<'a>) -> &'a str {
    match token.syllable {
        Some(syllable) => own_spelling(syllable),
        None => token.form,
    }
}
