//! The best way through the readings of a text.
//!
//! Each place of the text has candidates with costs; a way takes one of each. What a way is worth is
//! the logarithm of its probability in the language model less its costs. Viterbi's algorithm over
//! pairs of neighbours, with a beam; and the sums over all ways, for how sure each candidate is.

use super::model::{History, LanguageModel};

/// One reading of one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Its number in the model.
    pub(super) number: u16,
    /// What the caller knows it by.
    pub(super) tag: u16,
    /// Negative logarithm of the probability that what is meant was typed as it was.
    pub(super) cost: f32,
}

/// Ways that are worse than the best one by more than this (a logarithm) are given up.
const BEAM: f32 = 14.0;
/// The most ways that are followed at once.
const MAX_STATES: usize = 48;
/// Candidates whose numbers spread wider than this are looked up one by one.
const NARROW: u16 = 96;

/// The best way to one pair of neighbours.
#[derive(Clone, Copy, Debug)]
struct State {
    /// The candidate of this place, among all.
    candidate: usize,
    /// The best state before it, among all.
    from: usize,
    score: f32,
    /// The unit before with this one.
    history: History,
}

/// A step from state to state.
#[derive(Clone, Copy, Debug)]
struct Arc {
    from: usize,
    to: usize,
    weight: f32,
}

/// Where the parts of a place begin; they end where those of the next begin.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    candidates: usize,
    states: usize,
    arcs: usize,
}

/// Places with their candidates, scored from left to right as they are added. Keeps its buffers.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    candidates: Vec<Candidate>,
    states: Vec<State>,
    arcs: Vec<Arc>,
    columns: Vec<Column>,
    keeps_arcs: bool,
    row: Vec<(f32, History)>,
    logs: Vec<f32>,
    grid: Vec<Option<State>>,
    scores: Vec<f32>,
    places: Vec<usize>,
}

impl Lattice {
    /// Begins anew after the units of `history`, the later one last.
    ///
    /// Steps are kept for [`posteriors`](Self::posteriors) where `keeps_arcs`.
    pub(super) fn begin(&mut self, model: &LanguageModel<'_>, history: [u16; 2], keeps_arcs: bool) {
        self.candidates.clear();
        self.states.clear();
        self.arcs.clear();
        self.columns.clear();
        self.keeps_arcs = keeps_arcs;
        let [first, second] = history;
        self.columns.push(Column::default());
        self.candidates.push(Candidate {
            number: second,
            tag: 0,
            cost: 0.0,
        });
        self.states.push(State {
            candidate: 0,
            from: 0,
            score: 0.0,
            history: model.history(first, second),
        });
    }

    /// How many places were added.
    pub(super) fn len(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    /// Adds a place. Without candidates nothing is added.
    pub(super) fn push(&mut self, model: &LanguageModel<'_>, candidates: &[Candidate]) {
        if candidates.is_empty() {
            return;
        }
        let before = self.columns.last().copied().unwrap_or_default();
        let column = Column {
            candidates: self.candidates.len(),
            states: self.states.len(),
            arcs: self.arcs.len(),
        };
        self.fill_grid(model, candidates, before, column);
        self.candidates.extend_from_slice(candidates);
        self.columns.push(column);
        self.keep_best(column);
    }

    /// Steps from every state of the place before to every candidate: the grid has a row for each
    /// candidate before, in which every candidate keeps its best state.
    fn fill_grid(
        &mut self,
        model: &LanguageModel<'_>,
        candidates: &[Candidate],
        before: Column,
        column: Column,
    ) {
        let width = candidates.len();
        let rows = column.candidates - before.candidates;
        self.grid.clear();
        self.grid.resize(rows * width, None);
        for row in 0..rows {
            let Some(second) = self.candidates.get(before.candidates + row) else {
                continue;
            };
            let second = second.number;
            let mut filled = false;
            for place in before.states..column.states {
                let Some(state) = self.states.get(place).copied() else {
                    continue;
                };
                if state.candidate != before.candidates + row {
                    continue;
                }
                if !filled {
                    fill_bigrams(model, second, candidates, &mut self.row);
                    filled = true;
                }
                fill_logs(model, state.history, candidates, &self.row, &mut self.logs);
                let cells = self.grid.iter_mut().skip(row * width);
                let steps = candidates.iter().zip(&self.logs).zip(&self.row);
                for (index, (((candidate, log), (_, history)), cell)) in
                    steps.zip(cells).enumerate()
                {
                    let weight = log - candidate.cost;
                    let score = state.score + weight;
                    if self.keeps_arcs {
                        self.arcs.push(Arc {
                            from: place,
                            to: row * width + index,
                            weight,
                        });
                    }
                    if cell.is_none_or(|known: State| known.score < score) {
                        *cell = Some(State {
                            candidate: column.candidates + index,
                            from: place,
                            score,
                            history: *history,
                        });
                    }
                }
            }
        }
    }

    /// Moves the best states of the grid to the column, and lets arcs lead to them.
    fn keep_best(&mut self, column: Column) {
        self.scores.clear();
        self.scores
            .extend(self.grid.iter().flatten().map(|state| state.score));
        self.scores
            .sort_unstable_by(|left, right| right.total_cmp(left));
        let best = self.scores.first().copied().unwrap_or(0.0);
        let last = self.scores.get(MAX_STATES - 1).copied();
        let least = last.unwrap_or(f32::NEG_INFINITY).max(best - BEAM);
        self.places.clear();
        for cell in &self.grid {
            let kept = cell.filter(|state| state.score >= least);
            self.places
                .push(kept.map_or(usize::MAX, |_| self.states.len()));
            self.states.extend(kept);
        }
        let places = &self.places;
        let mut index = 0;
        self.arcs.retain_mut(|arc| {
            index += 1;
            if index > column.arcs {
                arc.to = places.get(arc.to).copied().unwrap_or(usize::MAX);
            }
            arc.to != usize::MAX
        });
    }

    /// The tags of the best way, written to `tags` in order; what it is worth.
    pub(super) fn best(&self, tags: &mut Vec<u16>) -> f32 {
        tags.clear();
        let last = self.columns.last().copied().unwrap_or_default();
        let ends = self.states.iter().enumerate().skip(last.states);
        let best = ends.max_by(|left, right| left.1.score.total_cmp(&right.1.score));
        let Some((mut place, end)) = best else {
            return 0.0;
        };
        for _ in 0..self.len() {
            let Some(state) = self.states.get(place) else {
                break;
            };
            let candidate = self.candidates.get(state.candidate);
            tags.push(candidate.map_or(0, |candidate| candidate.tag));
            place = state.from;
        }
        tags.reverse();
        end.score
    }

    /// Calls `visit` with every candidate's place, tag and share of the probability of all ways.
    ///
    /// The shares of a place sum to one.
    pub(super) fn posteriors(&self, mut visit: impl FnMut(usize, u16, f32)) {
        let mut forward = vec![f32::NEG_INFINITY; self.states.len()];
        let mut backward = forward.clone();
        set(&mut forward, 0, 0.0);
        for arc in &self.arcs {
            let through = value(&forward, arc.from) + arc.weight;
            let sum = add_logs(value(&forward, arc.to), through);
            set(&mut forward, arc.to, sum);
        }
        let last = self.columns.last().copied().unwrap_or_default();
        for end in backward.iter_mut().skip(last.states) {
            *end = 0.0;
        }
        for arc in self.arcs.iter().rev() {
            let through = value(&backward, arc.to) + arc.weight;
            let sum = add_logs(value(&backward, arc.from), through);
            set(&mut backward, arc.from, sum);
        }
        let all = value(&backward, 0);
        let ends = self
            .columns
            .iter()
            .skip(2)
            .map(|column| (column.candidates, column.states));
        let ends = ends.chain([(self.candidates.len(), self.states.len())]);
        for (place, (column, end)) in self.columns.iter().skip(1).zip(ends).enumerate() {
            let mut shares = vec![0.0; end.0 - column.candidates];
            for state in column.states..end.1 {
                let Some(candidate) = self.states.get(state).map(|state| state.candidate) else {
                    continue;
                };
                if let Some(share) = shares.get_mut(candidate - column.candidates) {
                    *share += (value(&forward, state) + value(&backward, state) - all).exp();
                }
            }
            let candidates = self.candidates.iter().skip(column.candidates);
            for (candidate, share) in candidates.zip(shares) {
                visit(place, candidate.tag, share);
            }
        }
    }
}

fn value(values: &[f32], index: usize) -> f32 {
    values.get(index).copied().unwrap_or(f32::NEG_INFINITY)
}

fn set(values: &mut [f32], index: usize, value: f32) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}

/// The logarithm of the sum of what two logarithms stand for.
fn add_logs(left: f32, right: f32) -> f32 {
    let (greater, smaller) = if left > right {
        (left, right)
    } else {
        (right, left)
    };
    if smaller == f32::NEG_INFINITY {
        return greater;
    }
    greater + (smaller - greater).exp().ln_1p()
}

/// The numbers of the candidates from the least to the greatest, if they ascend and lie close.
fn narrow(candidates: &[Candidate]) -> Option<(u16, u16)> {
    let (first, last) = (candidates.first()?.number, candidates.last()?.number);
    let ascending = candidates.is_sorted_by(|left, right| left.number < right.number);
    (ascending && candidates.len() > 1 && last - first < NARROW).then_some((first, last))
}

/// The bigrams of `second` with every candidate.
fn fill_bigrams(
    model: &LanguageModel<'_>,
    second: u16,
    candidates: &[Candidate],
    row: &mut Vec<(f32, History)>,
) {
    row.clear();
    let Some((least, greatest)) = narrow(candidates) else {
        row.extend(
            candidates
                .iter()
                .map(|candidate| model.bigram(second, candidate.number)),
        );
        return;
    };
    let mut seen = model.bigrams(second, least, greatest).peekable();
    for candidate in candidates {
        while seen
            .next_if(|(number, ..)| *number < candidate.number)
            .is_some()
        {}
        row.push(match seen.peek() {
            Some((number, log, history)) if *number == candidate.number => (*log, *history),
            _ => (
                model.unseen_bigram(second, candidate.number),
                History::default(),
            ),
        });
    }
}

/// The logarithms of every candidate after a history, of which `row` has the bigrams.
fn fill_logs(
    model: &LanguageModel<'_>,
    history: History,
    candidates: &[Candidate],
    row: &[(f32, History)],
    logs: &mut Vec<f32>,
) {
    logs.clear();
    let lower = row.iter().map(|(log, _)| history.backoff() + log);
    if !history.is_known() {
        logs.extend(lower);
        return;
    }
    let Some((least, greatest)) = narrow(candidates) else {
        let own = candidates
            .iter()
            .map(|candidate| model.trigram(history, candidate.number));
        logs.extend(own.zip(lower).map(|(own, lower)| own.unwrap_or(lower)));
        return;
    };
    let mut seen = model.trigrams(history, least, greatest).peekable();
    for (candidate, lower) in candidates.iter().zip(lower) {
        while seen
            .next_if(|(number, _)| *number < candidate.number)
            .is_some()
        {}
        let own = seen
            .peek()
            .filter(|(number, _)| *number == candidate.number);
        logs.push(own.map_or(lower, |(_, log)| *log));
    }
}
