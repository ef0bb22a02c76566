//! The two stages of ranking by relevance.

use std::collections::HashMap;

use tantivy::schema::Field;
use tantivy::{DocAddress, Term};

use super::ranked::Ranked;
use super::searcher::NewsSearcher;
use crate::cursor::field_of;
use crate::error::Result;
use crate::plan::Plan;
use crate::rank::{Ranker, Scored};
use crate::request::{Require, SearchRequest};
use crate::retrieve::{Matches, Promising, Scoring};
use crate::scorer::Adjusting;
use crate::statistics::Statistics;

/// Candidates that the first stage hands to the second at a time.
const WINDOW: usize = 150;
/// A window is asked for with this share of it more, so that equal ones are not parted.
const SLACK: usize = 4;
/// So many windows are looked through for articles with enough of the words.
const MAX_WINDOWS: usize = 4;
/// The window for a query of one word, where the first stage ranks nearly as the second does.
const WINDOW_OF_ONE_WORD: usize = 48;
/// Of the words that occur in the index, a relaxed hit holds at least this share, rounded up.
const FLOOR: (usize, usize) = (3, 5);

impl NewsSearcher {
    /// First stage: the postings of all terms; second stage: the forward index.
    pub(crate) fn by_relevance(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        statistics: &Statistics,
        ranker: &mut Ranker<'_>,
        full: Option<&Matches>,
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let terms = self.terms(plan, statistics);
        // Candidates are ranked window by window, so that neither order nor scores depend on how
        // many hits are asked for.
        let window = match plan.scored.len() {
            0 | 1 => WINDOW_OF_ONE_WORD,
            _ => WINDOW,
        };
        let mut limit = depth.div_ceil(window).max(1) * window;
        // Conditions alone: the articles that meet them are known, and hold every word that is wanted.
        let only_conditions =
            full.is_some() && request.require == Require::Most && plan.is_only_conditions();
        let condition = match request.require {
            Require::All => None,
            Require::Most if only_conditions => None,
            _ => plan.condition(),
        };
        let condition = condition.map(|query| self.matches(query.as_ref()));
        let condition = condition.transpose()?;
        loop {
            let collect = |among: Option<&Matches>| -> Result<Vec<Candidate>> {
                let most = limit + window / SLACK;
                let threads = self.threads.as_ref();
                let found = self
                    .retriever
                    .best(&self.searcher, &terms, among, most, threads)?;
                Ok(windows_of(found, window, limit))
            };
            let all = match full {
                Some(full) if request.require != Require::Any => collect(Some(full))?,
                _ => Vec::new(),
            };
            let any = match request.require {
                Require::All => Vec::new(),
                Require::Most if only_conditions => all.clone(),
                _ => collect(condition.as_ref())?,
            };
            let ranked = self.rank(plan, request, statistics, ranker, &any, &all)?;
            let is_enough = request.require != Require::Most || ranked.len() >= depth;
            if is_enough || any.len() < limit || limit >= window * MAX_WINDOWS {
                return Ok(ranked);
            }
            // Many have too few of the words.
            limit *= 2;
        }
    }

    /// The second stage, of articles with some of the words and of some with all.
    fn rank(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        statistics: &Statistics,
        ranker: &mut Ranker<'_>,
        any: &[Candidate],
        all: &[Candidate],
    ) -> Result<Vec<Ranked>> {
        let addresses = |found: &[Candidate], last: usize| -> Vec<DocAddress> {
            let near = found.iter().filter(|candidate| candidate.window <= last);
            near.map(|candidate| candidate.address).collect()
        };
        let sample = [addresses(any, 0), addresses(all, 0)].concat();
        let mut windows: HashMap<DocAddress, (bool, usize)> = HashMap::new();
        for (full, found) in [(false, any), (true, all)] {
            for candidate in found {
                windows.insert(candidate.address, (full, candidate.window));
            }
        }
        let mut scored = {
            let both = [addresses(any, usize::MAX), addresses(all, usize::MAX)].concat();
            ranker.score(self, both, sample)?
        };
        let adjusting = Adjusting::new(self, request)?;
        for candidate in &mut scored {
            adjusting.apply(candidate)?;
        }
        if request.require == Require::Most && !plan.wanted.is_empty() {
            let occurring: Vec<usize> = plan
                .counted()
                .filter(|word| statistics.occurs(plan, *word))
                .collect();
            let floor = (occurring.len() * FLOOR.0).div_ceil(FLOOR.1).max(1);
            scored.retain(|candidate| {
                let held = occurring
                    .iter()
                    .filter(|word| holds(candidate, **word))
                    .count();
                held >= floor
                    || windows
                        .get(&candidate.address)
                        .is_some_and(|(full, _)| *full)
            });
        }
        if request.require != Require::Any {
            let full = |scored: &&mut Scored| {
                windows
                    .get(&scored.address)
                    .is_some_and(|(full, window)| *full && *window == 0)
            };
            ranker.lift(&mut scored.iter_mut().filter(full).collect::<Vec<_>>());
        }
        let ranked = scored.into_iter().map(|scored| {
            let (full, window) = windows.get(&scored.address).copied().unwrap_or((false, 0));
            Ranked {
                full,
                window,
                key: None,
                id: String::new(),
                scored,
                duplicates: 0,
                shown: None,
            }
        });
        Ok(ranked.collect())
    }

    /// All words' readings, and units.
    fn terms<'s>(&self, plan: &Plan, statistics: &'s Statistics) -> Vec<Scoring<'s>> {
        let mut terms = Vec::new();
        let mut add = |field: Field, text: &str, boost: f32, idf: Option<f32>| {
            if let Some(known) = statistics.term(&Term::from_field_text(field, text)) {
                let weight = boost * idf.unwrap_or_else(|| statistics.idf(known.frequency));
                terms.push(Scoring {
                    field,
                    known,
                    weight,
                });
            }
        };
        let words = plan
            .scored
            .iter()
            .filter_map(|index| plan.words.get(*index));
        for word in words {
            let certain = (1.0 - word.likelihood) * word.importance;
            for reading in &word.readings {
                let field = field_of(&self.fields, reading.tier);
                add(field, &reading.term, reading.weight * certain, None);
            }
            for (syllable, share) in &word.likely {
                let weight = share * word.likelihood * word.importance;
                add(self.fields.exact, syllable.as_str(), weight, None);
            }
        }
        for (_, other) in plan.scored_alternatives() {
            // As much as its words together.
            let importance = statistics.weight_of(plan, other);
            for reading in &other.terms {
                let field = field_of(&self.fields, reading.tier);
                add(field, &reading.term, reading.weight, Some(importance));
            }
        }
        for unit in &plan.units {
            for (field, text) in plan.unit_terms(unit) {
                if field == self.fields.entities {
                    add(field, &text, 1.0, None);
                }
            }
        }
        terms
    }
}

/// An article that the first stage has found, and the window that it belongs to.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    address: DocAddress,
    window: usize,
}

/// Cuts the articles of the first stage, the best first, into windows. Equal ones stay together, as
/// far as they are known: which of them come first depends on where they are stored.
fn windows_of(found: Vec<Promising>, window: usize, limit: usize) -> Vec<Candidate> {
    let mut candidates = Vec::with_capacity(found.len());
    let mut first = (0, i32::MAX);
    for (place, Promising { sum, address }) in found.into_iter().enumerate() {
        if sum < first.1 {
            first = (place, sum);
            if place >= limit {
                break;
            }
        }
        candidates.push(Candidate {
            address,
            window: first.0 / window.max(1),
        });
    }
    candidates
}

fn holds(scored: &Scored, word: usize) -> bool {
    scored.holds.get(word).copied().unwrap_or(false)
}
