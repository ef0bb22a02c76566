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
const BEAM: f32 = 10.0;
/// Steps of ways that are worse by more than this count for nothing in shares.
const ARC_BEAM: f32 = 9.0;
/// The most ways that are followed at once.
const MAX_STATES: usize = 24;
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
}

/// Places with their candidates, scored from left to right as they are added. Keeps its buffers.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    candidates: Vec<Candidate>,
    states: Vec<State>,
    arcs: Vec<Arc>,
    /// Steps to the place that is being added; they lead to places of the grid.
    steps: Vec<Arc>,
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
        };
        self.fill_grid(model, candidates, before, column);
        self.candidates.extend_from_slice(candidates);
        self.columns.push(column);
        self.keep_best();
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
                        self.steps.push(Arc {
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

    /// Moves the best states of the grid to the column, and keeps the steps that lead to them.
    fn keep_best(&mut self) {
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
        for step in self.steps.drain(..) {
            let to = self.places.get(step.to).copied().unwrap_or(usize::MAX);
            let from = self.states.get(step.from);
            let score = from.map_or(f32::NEG_INFINITY, |state| state.score) + step.weight;
            if to != usize::MAX && score > best - ARC_BEAM {
                self.arcs.push(Arc { to, ..step });
            }
        }
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

/// Splits the candidates after those whose numbers ascend and lie close, which one walk finds.
fn split_near(candidates: &[Candidate]) -> (&[Candidate], &[Candidate]) {
    let Some(first) = candidates.first() else {
        return (&[], &[]);
    };
    let pairs = candidates.iter().zip(candidates.iter().skip(1));
    let near = pairs.take_while(|(before, next)| {
        before.number < next.number && next.number - first.number < NARROW
    });
    candidates
        .split_at_checked(1 + near.count())
        .unwrap_or((candidates, &[]))
}

/// The least and the greatest number of ascending candidates.
fn ends(near: &[Candidate]) -> (u16, u16) {
    let number = |candidate: Option<&Candidate>| candidate.map_or(0, |found| found.number);
    (number(near.first()), number(near.last()))
}

/// The bigrams of `second` with every candidate.
fn fill_bigrams(
    model: &LanguageModel<'_>,
    second: u16,
    candidates: &[Candidate],
    row: &mut Vec<(f32, History)>,
) {
    row.clear();
    let (near, far) = split_near(candidates);
    let (least, greatest) = ends(near);
    let mut seen = model.bigrams(second, least, greatest).peekable();
    for candidate in near {
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
    row.extend(
        far.iter()
            .map(|candidate| model.bigram(second, candidate.number)),
    );
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
    let mut lower = row.iter().map(|(log, _)| history.backoff() + log);
    if !history.is_known() {
        logs.extend(lower);
        return;
    }
    let (near, far) = split_near(candidates);
    let (least, greatest) = ends(near);
    let mut seen = model.trigrams(history, least, greatest).peekable();
    for (candidate, lower) in near.iter().zip(lower.by_ref()) {
        while seen
            .next_if(|(number, _)| *number < candidate.number)
            .is_some()
        {}
        let own = seen
            .peek()
            .filter(|(number, _)| *number == candidate.number);
        logs.push(own.map_or(lower, |(_, log)| *log));
    }
    let own = far
        .iter()
        .map(|candidate| model.trigram(history, candidate.number));
    logs.extend(own.zip(lower).map(|(own, lower)| own.unwrap_or(lower)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::model::START;
    use crate::interpret::unit::Unit;
    use crate::syllable::Syllable;

    /// Every way with its worth, one after another.
    fn every_way(model: &LanguageModel<'_>, places: &[Vec<Candidate>]) -> Vec<(Vec<u16>, f32)> {
        let mut ways = vec![(Vec::new(), [START; 2], 0.0)];
        for candidates in places {
            let mut longer = Vec::new();
            for (tags, [first, second], worth) in &ways {
                for candidate in candidates {
                    let history = model.history(*first, *second);
                    let log = model.trigram(history, candidate.number).unwrap_or_else(|| {
                        history.backoff() + model.bigram(*second, candidate.number).0
                    });
                    let mut tags: Vec<u16> = tags.clone();
                    tags.push(candidate.tag);
                    longer.push((
                        tags,
                        [*second, candidate.number],
                        worth + log - candidate.cost,
                    ));
                }
            }
            ways = longer;
        }
        ways.into_iter()
            .map(|(tags, _, worth)| (tags, worth))
            .collect()
    }

    fn places(model: &LanguageModel<'_>, folded: &[&str], seed: u64) -> Vec<Vec<Candidate>> {
        let mut state = seed;
        let mut random = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as u16
        };
        let place = |word: &&str| {
            let known = Syllable::with_folded(word).filter(|syllable| model.knows(*syllable));
            let mut candidates: Vec<Candidate> = known
                .take(5)
                .map(|syllable| Candidate {
                    number: model.number(Unit::Syllable(syllable)),
                    tag: random(),
                    cost: f32::from(random() % 5),
                })
                .collect();
            if random() % 3 == 0 {
                // Far numbers in no order are looked up one by one.
                candidates.reverse();
                candidates.push(Candidate {
                    number: model.number(Unit::Other),
                    tag: random(),
                    cost: 1.0,
                });
            }
            candidates
        };
        folded.iter().map(place).collect()
    }

    #[test]
    fn the_best_way_is_the_best_of_all() {
        let model = LanguageModel::shipped();
        for (seed, folded) in [
            &["cong", "an", "ha", "noi"][..],
            &["giao", "thong", "duong", "sat"],
            &["hoa", "hong", "ban"],
            &["nam"],
            &["thu", "tuong", "chinh", "phu"],
            &["tieng", "viet", "hay"],
        ]
        .iter()
        .enumerate()
        {
            let places = places(model, folded, seed as u64);
            let mut lattice = Lattice::default();
            lattice.begin(model, [START; 2], true);
            for candidates in &places {
                lattice.push(model, candidates);
            }
            let ways = every_way(model, &places);
            let best = ways
                .iter()
                .max_by(|left, right| left.1.total_cmp(&right.1))
                .unwrap();
            let mut tags = Vec::new();
            let worth = lattice.best(&mut tags);
            assert_eq!(&tags, &best.0);
            assert!((worth - best.1).abs() < 1e-3, "{worth} {}", best.1);

            let all: f32 = ways.iter().map(|(_, worth)| (worth - best.1).exp()).sum();
            lattice.posteriors(|place, tag, share| {
                let with = ways.iter().filter(|(tags, _)| tags[place] == tag);
                let naive: f32 = with.map(|(_, worth)| (worth - best.1).exp()).sum::<f32>() / all;
                assert!(
                    (share - naive).abs() < 0.01,
                    "{place} {tag}: {share} {naive}"
                );
            });
        }
    }

    #[test]
    fn no_places() {
        let model = LanguageModel::shipped();
        let mut lattice = Lattice::default();
        let mut tags = vec![7];
        assert_eq!(lattice.best(&mut tags), 0.0);
        lattice.begin(model, [START; 2], true);
        lattice.push(model, &[]);
        assert_eq!((lattice.best(&mut tags), lattice.len()), (0.0, 0));
        assert_eq!(tags, []);
        lattice.posteriors(|_, _, _| panic!("there is nothing"));
    }
}
