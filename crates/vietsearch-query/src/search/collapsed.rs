//! One hit for each group.

use super::ranked::{Ranked, Run};
use super::searcher::NewsSearcher;
use crate::collapse::{ByGroup, GroupColumns, Members};
use crate::error::Result;
use crate::request::{Collapse, SortField};
use crate::sorting::Key;

impl NewsSearcher {
    /// One article for each group in the order of the best ones, at least `wanted` of them if there
    /// are so many.
    pub(super) fn collapsed(
        &self,
        run: &Run<'_>,
        groups: &ByGroup<Members>,
        wanted: usize,
        rank: &mut dyn FnMut(usize) -> Result<Vec<Ranked>>,
    ) -> Result<Vec<Ranked>> {
        let earliest = run.request.collapse == Some(Collapse::Earliest);
        if let Some((SortField::PublishedAt, direction)) = run.sorted
            && earliest
            && !groups.is_empty()
        {
            let hits = groups.values().map(|members| {
                let key = members.earliest.date.map(Key::Time);
                let words = run.plan.words.len();
                let mut hit = Ranked::by_value(members.earliest.address, key, words);
                hit.duplicates = members.count - 1;
                hit
            });
            let mut ranked: Vec<Ranked> = hits.collect();
            self.order(&mut ranked, Some(direction))?;
            return Ok(ranked);
        }
        let columns = GroupColumns::open(&self.searcher)?;
        let mut depth = wanted;
        let mut known = 0;
        loop {
            let ranked = rank(depth)?;
            let found = ranked.len();
            let mut places: ByGroup<usize> = ByGroup::default();
            let mut kept: Vec<Ranked> = Vec::new();
            for mut ranked in ranked {
                let group = columns.group(ranked.scored.address);
                if let Some(place) = places.get(&group) {
                    if let Some(best) = kept.get_mut(*place).filter(|best| !best.full) {
                        best.duplicates += 1;
                    }
                    continue;
                }
                if let Some(members) = groups.get(&group).filter(|_| ranked.full) {
                    ranked.duplicates = members.count - 1;
                    ranked.shown = earliest.then_some(members.earliest.address);
                }
                places.insert(group, kept.len());
                kept.push(ranked);
            }
            let is_all = found == known || depth as u64 >= self.num_docs();
            if kept.len() >= wanted || is_all {
                return Ok(kept);
            }
            known = found;
            // More than were found: the first stage keeps whole windows.
            depth = 2 * depth.max(found);
        }
    }
}
