//! Hits in their order: by relevance or by a value.

use std::cmp::Ordering;

use tantivy::DocAddress;

use super::searcher::NewsSearcher;
use crate::collapse::{ByGroup, Members};
use crate::error::Result;
use crate::paging::compare_keys;
use crate::plan::Plan;
use crate::rank::{Ranker, Scored};
use crate::request::{Direction, Require, SearchRequest, SortField};
use crate::retrieve::Matches;
use crate::sorting::{self, Key};
use crate::statistics::Statistics;

/// A hit on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    /// Holds every word, where that goes first.
    pub(crate) full: bool,
    /// Which window of the first stage it comes from.
    pub(crate) window: usize,
    /// The value that hits are sorted by, if they are.
    pub(crate) key: Option<Key>,
    pub(crate) id: String,
    pub(crate) scored: Scored,
    /// Other articles of its group, if it stands for them.
    pub(crate) duplicates: usize,
    /// The article of its group that is shown in its place.
    pub(crate) shown: Option<DocAddress>,
}

impl Ranked {
    /// One that is not ranked by its score.
    pub(super) fn by_value(address: DocAddress, key: Option<Key>, words: usize) -> Self {
        Self {
            full: true,
            window: 0,
            key,
            id: String::new(),
            scored: Scored::unscored(address, words),
            duplicates: 0,
            shown: None,
        }
    }

    fn compare(&self, other: &Self, sorted: Option<Direction>) -> Ordering {
        let first = match sorted {
            Some(direction) => compare_keys(&self.key, &other.key, direction),
            None => other
                .full
                .cmp(&self.full)
                .then(self.window.cmp(&other.window))
                .then(other.scored.score.total_cmp(&self.scored.score)),
        };
        first.then_with(|| self.id.cmp(&other.id))
    }
}

/// What one search runs with.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) request: &'a SearchRequest,
    pub(super) statistics: &'a Statistics,
    /// The articles that hold every word and meet every condition.
    pub(super) matches: &'a Matches,
    /// The groups that hits stand for.
    pub(super) groups: Option<&'a ByGroup<Members>>,
    pub(super) sorted: Option<(SortField, Direction)>,
}

impl NewsSearcher {
    /// The best or newest articles in order, at least `depth` of them if there are so many.
    pub(super) fn ranked(
        &self,
        run: &Run<'_>,
        ranker: &mut Ranker<'_>,
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let Run {
            plan,
            request,
            matches,
            ..
        } = *run;
        let mut ranked = match run.sorted {
            Some(sorted) => self.by_value(plan, request, matches, sorted, depth)?,
            None => {
                let statistics = run.statistics;
                self.by_relevance(plan, request, statistics, ranker, Some(matches), depth)?
            }
        };
        self.order(&mut ranked, run.sorted.map(|(_, direction)| direction))?;
        Ok(ranked)
    }

    /// By a value. Where no article holds every word, those that the ranking finds.
    fn by_value(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        matches: &Matches,
        sorted: (SortField, Direction),
        depth: usize,
    ) -> Result<Vec<Ranked>> {
        let mut ranked = Vec::new();
        if matches.count() == 0 && request.require != Require::All && !plan.scored.is_empty() {
            let statistics = self.statistics(plan)?;
            let mut ranker = Ranker::new(plan, &statistics, self.weights);
            ranked = self.by_relevance(
                plan,
                request,
                &statistics,
                &mut ranker,
                Some(matches),
                depth,
            )?;
            for ranked in &mut ranked {
                ranked.full = true;
                ranked.window = 0;
                ranked.scored.score = 0.0;
                ranked.key = sorting::key(&self.searcher, ranked.scored.address, sorted.0)?;
            }
            return Ok(ranked);
        }
        let query = plan.full_condition();
        for (key, address) in sorting::first(&self.searcher, query.as_ref(), sorted, depth)? {
            ranked.push(Ranked::by_value(address, key, plan.words.len()));
        }
        Ok(ranked)
    }

    /// Sorts by value or score, equal ones by id, and fills the ids in.
    pub(crate) fn order(&self, ranked: &mut [Ranked], sorted: Option<Direction>) -> Result<()> {
        for ranked in ranked.iter_mut() {
            ranked.id = self.id(ranked.scored.address)?;
        }
        ranked.sort_by(|a, b| a.compare(b, sorted));
        Ok(())
    }
}
