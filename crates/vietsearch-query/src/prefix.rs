//! Expanding a typed beginning (`vin*`) to the terms that begin so.

use std::collections::HashMap;

use tantivy::{Searcher, Term};
use vietsearch_index::Fields;
use vietsearch_text::Syllable;
use vietsearch_text::marks::begins;

use crate::cursor::field_of;
use crate::error::Result;
use crate::parse::Limits;
use crate::statistics::CollectionStatistics;
use crate::word::{Reading, Tier, Word};

/// The terms that there are.
pub(crate) trait Dictionary {
    /// Adds the terms of a tier that begin with a text, with the number of documents.
    fn add_beginning(
        &self,
        tier: Tier,
        text: &str,
        counts: &mut HashMap<String, u64>,
    ) -> Result<()>;

    /// The number of documents with a term of the exact tier.
    fn count(&self, form: &str) -> Result<u64>;
}

/// The beginning of a word that was typed.
///
/// Without marks it is open: folded terms. Typed marks are constraints: syllables that carry them
/// from the tables, other words from the dictionary.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    pub(crate) tier: Tier,
    /// Terms begin with one of these.
    pub(crate) texts: Vec<String>,
    /// These do too, though not letter by letter.
    pub(crate) syllables: Vec<Syllable>,
}

impl Beginning {
    pub(crate) fn of(word: &Word) -> Self {
        if word.form == word.folded && !word.strict {
            let mut texts = vec![word.index_key.clone(), word.folded.clone()];
            texts.dedup();
            return Self {
                tier: Tier::Folded,
                texts,
                syllables: Vec::new(),
            };
        }
        let begins = |syllable: &Syllable| begins(&word.form, syllable.as_str());
        Self {
            tier: Tier::Exact,
            texts: vec![word.form.clone()],
            syllables: Syllable::all().filter(begins).collect(),
        }
    }

    /// The terms of a dictionary that begin so.
    pub(crate) fn readings(
        &self,
        dictionary: &dyn Dictionary,
        max_expansions: usize,
    ) -> Result<Vec<Reading>> {
        let mut counts = HashMap::new();
        for text in &self.texts {
            dictionary.add_beginning(self.tier, text, &mut counts)?;
        }
        for syllable in &self.syllables {
            let count = dictionary.count(syllable.as_str())?;
            if count > 0 {
                counts.insert(syllable.as_str().to_string(), count);
            }
        }
        let mut ranked: Vec<(String, u64)> = counts.into_iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked.truncate(max_expansions);
        let reading = |(term, _)| Reading {
            tier: self.tier,
            term,
            weight: 1.0,
        };
        Ok(ranked.into_iter().map(reading).collect())
    }
}

/// Replaces the readings of a prefix by the terms that begin with it.
pub(crate) fn expand(word: &mut Word, dictionary: &IndexDictionary<'_>) -> Result<()> {
    let most = dictionary.limits.max_expansions;
    word.readings = Beginning::of(word).readings(dictionary, most)?;
    word.literal = None;
    Ok(())
}

/// The terms of a snapshot.
pub(crate) struct IndexDictionary<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) searcher: &'a Searcher,
    /// What is known of the collection of which the snapshot is a part.
    pub(crate) whole: Option<&'a CollectionStatistics>,
    pub(crate) limits: Limits,
}

impl Dictionary for IndexDictionary<'_> {
    fn add_beginning(
        &self,
        tier: Tier,
        text: &str,
        counts: &mut HashMap<String, u64>,
    ) -> Result<()> {
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field_of(self.fields, tier))?;
            let mut stream = index.terms().range().ge(text.as_bytes()).into_stream()?;
            let mut scanned = 0;
            while stream.advance() && scanned < self.limits.max_scanned_terms {
                scanned += 1;
                if !stream.key().starts_with(text.as_bytes()) {
                    break;
                }
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    let count = u64::from(stream.value().doc_freq);
                    *counts.entry(term.to_string()).or_insert(0) += count;
                }
            }
        }
        Ok(())
    }

    fn count(&self, form: &str) -> Result<u64> {
        let term = Term::from_field_text(self.fields.exact, form);
        Ok(self.searcher.doc_freq(&term)?)
    }
}
