//! Expanding a typed beginning (`vin*`) to the terms that begin so.

use std::collections::HashMap;

use tantivy::{Searcher, Term};
use vietsearch_index::Fields;
use vietsearch_text::Syllable;
use vietsearch_text::marks::begins;

use crate::cursor::field_of;
use crate::error::Result;
use crate::word::{Reading, Tier, Word};

/// The most terms that a prefix stands for: those in the most documents.
const MAX_EXPANSIONS: usize = 64;
/// The most terms of a dictionary that are looked at per segment.
const MAX_SCANNED: usize = 50_000;

/// Replaces the readings of a prefix by the terms that begin with it.
///
/// A beginning without marks is open: folded terms. Typed marks are constraints: syllables that
/// carry them from the tables, other words from the dictionary.
pub(crate) fn expand(word: &mut Word, fields: &Fields, searcher: &Searcher) -> Result<()> {
    let bare = word.form == word.folded;
    let (tier, mut counts) = if bare && !word.strict {
        let found = dictionary(
            fields,
            searcher,
            Tier::Folded,
            &word.index_key,
            &word.folded,
        )?;
        (Tier::Folded, found)
    } else {
        let mut found = dictionary(fields, searcher, Tier::Exact, &word.form, &word.form)?;
        for syllable in Syllable::all() {
            if begins(&word.form, syllable.as_str()) {
                let term = Term::from_field_text(fields.exact, syllable.as_str());
                let count = searcher.doc_freq(&term)?;
                if count > 0 {
                    found.insert(syllable.as_str().to_string(), count);
                }
            }
        }
        (Tier::Exact, found)
    };
    let mut ranked: Vec<(String, u64)> = counts.drain().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(MAX_EXPANSIONS);
    let reading = |(term, _)| Reading {
        tier,
        term,
        weight: 1.0,
    };
    word.readings = ranked.into_iter().map(reading).collect();
    word.literal = None;
    Ok(())
}

/// Terms that begin with either text, with the number of documents.
fn dictionary(
    fields: &Fields,
    searcher: &Searcher,
    tier: Tier,
    prefix: &str,
    other: &str,
) -> Result<HashMap<String, u64>> {
    let mut counts = HashMap::new();
    let prefixes = if prefix == other {
        vec![prefix]
    } else {
        vec![prefix, other]
    };
    for prefix in prefixes {
        for segment in searcher.segment_readers() {
            let index = segment.inverted_index(field_of(fields, tier))?;
            let mut stream = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
            let mut scanned = 0;
            while stream.advance() && scanned < MAX_SCANNED {
                scanned += 1;
                if !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    let count = u64::from(stream.value().doc_freq);
                    *counts.entry(term.to_string()).or_insert(0) += count;
                }
            }
        }
    }
    Ok(counts)
}
