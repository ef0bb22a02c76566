//! Collection statistics for one query: document frequencies that the readings of a word share.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tantivy::postings::TermInfo;
use tantivy::{Searcher, Term};

use crate::alternative::Alternative;
use crate::cursor::field_of;
use crate::error::Result;
use crate::outline;
use crate::plan::Plan;
use crate::word::Tier;

/// Counts of a whole collection, with which a part of it is ranked as the whole would be.
///
/// What is not known here is counted in the part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CollectionStatistics {
    /// Number of articles; 0 if it is not known.
    pub documents: u64,
    /// Average length in tokens of title, lead and body, over the articles that have one; 0 if it
    /// is not known.
    pub average_lengths: [f32; 3],
    /// Number of articles that hold a word or a unit, by its
    /// [`statistics_key`](crate::outline::Word::statistics_key).
    pub frequencies: HashMap<String, u64>,
}

/// Statistics of a snapshot and of a plan's words.
pub(crate) struct Statistics {
    /// Articles, deleted ones included, as tantivy counts.
    pub(crate) documents: u64,
    /// Average length in tokens, by region.
    pub(crate) average_lengths: [f32; 3],
    /// Document frequency of each word: of all its readings together.
    pub(crate) frequencies: Vec<u64>,
    /// Inverse document frequency of each word.
    pub(crate) idfs: Vec<f32>,
    /// Document frequency of each unit.
    pub(crate) unit_frequencies: Vec<u64>,
    terms: HashMap<Term, Known>,
}

/// What is known of a term of the query.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The document frequency that it is weighed by: that of its word.
    pub(crate) frequency: u64,
    /// Where its postings are, for each segment that holds it.
    pub(crate) infos: Vec<Option<TermInfo>>,
}

impl Known {
    /// Looks a term up in all segments.
    pub(crate) fn look_up(searcher: &Searcher, term: &Term) -> Result<Self> {
        let mut known = Self {
            frequency: 0,
            infos: Vec::with_capacity(searcher.segment_readers().len()),
        };
        for segment in searcher.segment_readers() {
            let info = segment.inverted_index(term.field())?.get_term_info(term)?;
            known.frequency += info.as_ref().map_or(0, |info| u64::from(info.doc_freq));
            known.infos.push(info);
        }
        Ok(known)
    }
}

impl Statistics {
    /// Counts in a snapshot; what `whole` knows goes before.
    pub(crate) fn new(
        searcher: &Searcher,
        plan: &Plan,
        average_lengths: [f32; 3],
        whole: Option<&CollectionStatistics>,
    ) -> Result<Self> {
        let documents: u64 = searcher
            .segment_readers()
            .iter()
            .map(|segment| u64::from(segment.max_doc()))
            .sum();
        let mut statistics = Self {
            documents,
            average_lengths,
            frequencies: Vec::new(),
            idfs: Vec::new(),
            unit_frequencies: Vec::new(),
            terms: HashMap::new(),
        };
        if let Some(whole) = whole {
            statistics.documents = documents.max(whole.documents);
            let averages = statistics.average_lengths.iter_mut();
            for (average, known) in averages.zip(whole.average_lengths) {
                if known > 0.0 {
                    *average = known;
                }
            }
        }
        for (index, word) in plan.words.iter().enumerate() {
            if plan.same_as.get(index) != Some(&index) {
                statistics.frequencies.push(0);
                statistics.idfs.push(0.0);
                continue;
            }
            let (mut together, mut entities) = (0, 0);
            let mut terms = Vec::new();
            for reading in &word.readings {
                let field = field_of(&plan.fields, reading.tier);
                let term = Term::from_field_text(field, &reading.term);
                let known = Known::look_up(searcher, &term)?;
                let count = known.frequency;
                if count > 0 {
                    terms.push((term, known));
                }
                // What stands in the text joined is an entity too.
                match reading.tier {
                    Tier::Entity => entities = entities.max(count),
                    _ => together += count,
                }
            }
            for other in plan.other_forms_of(index) {
                for reading in &other.terms {
                    let field = field_of(&plan.fields, reading.tier);
                    let term = Term::from_field_text(field, &reading.term);
                    let known = Known::look_up(searcher, &term)?;
                    together += known.frequency;
                    if known.frequency > 0 {
                        terms.push((term, known));
                    }
                }
            }
            let counted = together.max(entities).min(documents);
            let known_frequency = whole.and_then(|whole| {
                let key = outline::word_key(plan, index);
                let told = whole.frequencies.get(&key).copied();
                // What was meant by a slip is counted here only.
                told.filter(|told| *told > 0 || counted == 0)
            });
            let frequency = known_frequency.unwrap_or(counted);
            let mut idf = statistics.idf(frequency);
            let (mut expected, mut sure) = (0.0, 0.0);
            for (syllable, share) in &word.likely {
                let term = Term::from_field_text(plan.fields.exact, syllable.as_str());
                let known = Known::look_up(searcher, &term)?;
                let count = known.frequency;
                let key = outline::spelling_key(syllable.as_str());
                let told = whole.and_then(|whole| whole.frequencies.get(&key).copied());
                let in_whole = match (told, known_frequency) {
                    (Some(told), _) => told,
                    // Spellings share the occurrences in the whole as they do here.
                    (None, Some(whole)) => whole.saturating_mul(count) / counted.max(1),
                    (None, None) => count,
                };
                if count > 0 || told.is_some_and(|told| told > 0) {
                    expected += share * statistics.idf(in_whole.max(1));
                    sure += share;
                }
                if count > 0 {
                    let frequency = in_whole.max(1);
                    let known = Known { frequency, ..known };
                    statistics.terms.insert(term, known);
                }
            }
            idf = idf * (1.0 - word.likelihood * sure) + word.likelihood * expected;
            statistics.idfs.push(idf);
            for (term, known) in terms {
                let known = Known { frequency, ..known };
                statistics.terms.insert(term, known);
            }
            statistics.frequencies.push(frequency);
        }
        for other in plan.alternatives.iter().filter(|one| one.words.len() > 1) {
            for reading in &other.terms {
                let field = field_of(&plan.fields, reading.tier);
                let term = Term::from_field_text(field, &reading.term);
                let known = Known::look_up(searcher, &term)?;
                if known.frequency > 0 {
                    statistics.terms.entry(term).or_insert(known);
                }
            }
        }
        for unit in &plan.units {
            let mut counted = 0;
            let mut terms = Vec::new();
            for (field, text) in plan.unit_terms(unit) {
                let term = Term::from_field_text(field, &text);
                let known = Known::look_up(searcher, &term)?;
                counted += known.frequency;
                if known.frequency > 0 && field == plan.fields.entities {
                    terms.push((term, known));
                }
            }
            let told = whole.and_then(|whole| {
                let key = outline::unit_key(&unit.term);
                whole.frequencies.get(&key).copied()
            });
            for (term, known) in terms {
                let frequency = told.unwrap_or(known.frequency).max(known.frequency);
                let known = Known { frequency, ..known };
                statistics.terms.entry(term).or_insert(known);
            }
            let frequency = told.unwrap_or(counted.min(documents));
            statistics.unit_frequencies.push(frequency);
        }
        Ok(statistics)
    }

    /// Inverse document frequency as in BM25 (Robertson and Zaragoza 2009, with Lucene's + 1).
    pub(crate) fn idf(&self, frequency: u64) -> f32 {
        let frequency = frequency.min(self.documents) as f32;
        (1.0 + (self.documents as f32 - frequency + 0.5) / (frequency + 0.5)).ln()
    }

    /// What the words of another form weigh together.
    pub(crate) fn weight_of(&self, plan: &Plan, other: &Alternative) -> f32 {
        let weights = other.words.clone().map(|word| {
            let importance = plan.words.get(word).map_or(1.0, |word| word.importance);
            importance * self.idfs.get(plan.first(word)).copied().unwrap_or(0.0)
        });
        weights.sum()
    }

    /// A term of the query, if the index holds it.
    pub(crate) fn term(&self, term: &Term) -> Option<&Known> {
        self.terms.get(term)
    }

    fn has_any(&self, plan: &Plan, other: &Alternative) -> bool {
        let mut terms = other.terms.iter().map(|reading| {
            Term::from_field_text(field_of(&plan.fields, reading.tier), &reading.term)
        });
        terms.any(|term| self.terms.contains_key(&term))
    }

    /// True if the word occurs in the index, itself or within a unit.
    pub(crate) fn occurs(&self, plan: &Plan, word: usize) -> bool {
        let is_part = plan.wholes_over(word).next().is_some();
        let frequency = self.frequencies.get(word).copied();
        let frequency = frequency.filter(|_| !is_part).unwrap_or(0);
        let units = plan.units.iter().zip(&self.unit_frequencies);
        frequency > 0
            || plan
                .alternatives_over(word)
                .any(|other| self.has_any(plan, other))
            || units.into_iter().any(|(unit, count)| {
                *count > 0
                    && unit
                        .words
                        .clone()
                        .any(|part| plan.same_as.get(part) == Some(&word))
            })
    }
}
