//! Runs of text through the lattice: what each token is read as.

use super::lattice::{Candidate, Lattice};
use super::model::{LanguageModel, START};
use super::unit::{Unit, each_unit};
use crate::scan::{Scanner, Token};

/// Longer sentences are read in parts of so many places.
const MAX_PLACES: usize = 250;

/// A token with the candidate that the best way takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// Bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) tag: u16,
}

/// A scanner, a lattice and buffers, kept from text to text.
#[derive(Debug, Default)]
pub(super) struct Passage {
    scanner: Scanner,
    lattice: Lattice,
    candidates: Vec<Candidate>,
    /// Bytes of the text by place; none for signs.
    spans: Vec<Option<(usize, usize)>>,
    tags: Vec<u16>,
    pub(super) choices: Vec<Choice>,
}

impl Passage {
    /// Reads `text`, leaves what was chosen in `choices`, and returns what the choice is worth.
    ///
    /// `candidates` writes the readings of a token. Linear in the text.
    pub(super) fn read(
        &mut self,
        model: &LanguageModel<'_>,
        text: &str,
        candidates: impl FnMut(&Token<'_>, &mut Vec<Candidate>),
    ) -> f32 {
        self.run(model, text, candidates, None)
    }

    /// As [`read`](Self::read); and calls `visit` with the index of each choice, the tag of each of
    /// its candidates, and the candidate's share of the probability of all ways.
    pub(super) fn read_shares(
        &mut self,
        model: &LanguageModel<'_>,
        text: &str,
        candidates: impl FnMut(&Token<'_>, &mut Vec<Candidate>),
        visit: &mut dyn FnMut(usize, u16, f32),
    ) -> f32 {
        self.run(model, text, candidates, Some(visit))
    }

    fn run(
        &mut self,
        model: &LanguageModel<'_>,
        text: &str,
        mut candidates_of: impl FnMut(&Token<'_>, &mut Vec<Candidate>),
        mut visit: Option<&mut dyn FnMut(usize, u16, f32)>,
    ) -> f32 {
        let Self {
            scanner,
            lattice,
            candidates,
            spans,
            tags,
            choices,
        } = self;
        choices.clear();
        spans.clear();
        let keeps_arcs = visit.is_some();
        let mut worth = 0.0;
        let mut end = |lattice: &Lattice, spans: &mut Vec<Option<(usize, usize)>>| {
            worth += lattice.best(tags);
            if let Some(visit) = visit.as_deref_mut() {
                // The index of the choice that each place becomes.
                let mut next = choices.len();
                let indexes = spans.iter().map(|span| {
                    let index = next;
                    next += usize::from(span.is_some());
                    span.map(|_| index)
                });
                let indexes: Vec<Option<usize>> = indexes.collect();
                lattice.posteriors(|place, tag, share| {
                    if let Some(Some(index)) = indexes.get(place) {
                        visit(*index, tag, share);
                    }
                });
            }
            for (span, tag) in spans.iter().zip(tags.iter()) {
                if let Some((start, end)) = *span {
                    let tag = *tag;
                    choices.push(Choice { start, end, tag });
                }
            }
            spans.clear();
        };
        lattice.begin(model, [START; 2], keeps_arcs);
        each_unit(scanner, text, |unit, token| {
            let number = model.number(unit);
            if unit == Unit::Start || lattice.len() >= MAX_PLACES {
                end(lattice, spans);
                let history = if unit == Unit::Start {
                    START
                } else {
                    model.number(Unit::Pause)
                };
                lattice.begin(model, [history; 2], keeps_arcs);
            }
            if unit == Unit::Start {
                return;
            }
            candidates.clear();
            if let Some(token) = token {
                candidates_of(token, candidates);
            }
            if candidates.is_empty() {
                candidates.push(Candidate {
                    number,
                    tag: 0,
                    cost: 0.0,
                });
            }
            lattice.push(model, candidates);
            spans.push(token.map(|token| (token.start, token.end)));
        });
        end(lattice, spans);
        worth
    }
}
