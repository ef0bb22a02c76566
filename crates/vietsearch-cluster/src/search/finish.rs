//! What engines cannot do, done here: ranking, snippets and highlights, recency, duplicates.
//!
//! The hits become a small index in memory, which is searched by the very code that searches local
//! indexes, with the counts of the whole collection.

use std::collections::HashMap;
use std::sync::Arc;

use vietsearch_index::{Duplicates, NewsIndex, WriterOptions};
use vietsearch_query::{
    Collapse, CollectionStatistics, Hit, NewsSearcher, Require, SearchError, SearchRequest,
    SearchResponse, Sort,
};

use super::answer::RemoteHit;
use crate::compile::Recency;
use crate::error::Result;

/// Finishes searches on the client.
#[derive(Clone, Debug, Default)]
pub struct Finisher {
    extra_fields: Vec<String>,
    recency: Option<Recency>,
}

impl Finisher {
    /// A finisher without recency.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `name:value` as a filter for these names of extra fields.
    #[must_use]
    pub fn with_extra_fields(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.extra_fields.extend(names);
        self
    }

    /// Prefers newer articles.
    #[must_use]
    pub fn with_recency(mut self, recency: Option<Recency>) -> Self {
        self.recency = recency;
        self
    }

    /// Ranks hits of an engine as a local search would, by the counts of the whole collection, and
    /// shows what was found in them. Hits that do not match are dropped. Total, facets and cursor
    /// are those of the hits alone.
    ///
    /// Costs the analysis of the hits: about as much as indexing them locally.
    ///
    /// # Errors
    ///
    /// Those of [`NewsSearcher::search`].
    pub fn finish(
        &self,
        request: &SearchRequest,
        hits: &[RemoteHit],
        statistics: &Arc<CollectionStatistics>,
    ) -> Result<SearchResponse> {
        let index = NewsIndex::create_in_ram().map_err(SearchError::from)?;
        fill(&index, hits).map_err(SearchError::from)?;
        let searcher = NewsSearcher::new(&index)?
            .with_extra_fields(self.extra_fields.iter().cloned())
            .with_collection_statistics(Arc::clone(statistics));
        let mut local = request.clone();
        local.cursor = None;
        local.facets = false;
        // Groups are those of the engine.
        local.collapse = None;
        // These change the order, or what is in it, so that all hits are needed.
        let by_score = request.sort == Sort::Relevance;
        let recency = self.recency.filter(|_| by_score);
        if recency.is_some() || request.collapse.is_some() {
            local.limit = SearchRequest::MAX_LIMIT.min(hits.len());
        }
        let mut response = searcher.search(&local)?;
        if let Some(recency) = recency {
            prefer_new(&mut response, recency, request.require);
        }
        if let Some(shown) = request.collapse {
            collapse(&mut response.hits, hits, shown);
        }
        response.hits.truncate(request.limit);
        Ok(response)
    }
}

fn fill(index: &NewsIndex, hits: &[RemoteHit]) -> Result<(), vietsearch_index::IndexError> {
    // One thread: starting more takes longer than what they would save.
    let options = WriterOptions::default()
        .with_threads(1)
        .with_duplicates(Duplicates::Ignore);
    let mut writer = index.writer(options)?;
    for hit in hits.iter().filter(|hit| !hit.article.is_empty()) {
        writer.add(hit.article.clone())?;
    }
    writer.finish()?;
    index.reload()
}

/// Multiplies scores. What goes before the score (all words, the spelling as typed) still does.
fn prefer_new(response: &mut SearchResponse, recency: Recency, require: Require) {
    let with_all_words = match require {
        Require::Any => 0,
        _ => response.total.min(response.hits.len()),
    };
    for hit in &mut response.hits {
        hit.score = hit.lift + (hit.score - hit.lift) * recency.factor(hit.published_at);
    }
    let best_first = |hits: &mut [Hit]| {
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    };
    let (full, partial) = response.hits.split_at_mut(with_all_words);
    for level in full.chunk_by_mut(|a, b| a.lift == b.lift) {
        best_first(level);
    }
    best_first(partial);
}

/// Leaves one of each group of near-duplicates where the best is, with the number of the others.
fn collapse(shown: &mut Vec<Hit>, hits: &[RemoteHit], which: Collapse) {
    let groups: HashMap<&str, u64> = hits
        .iter()
        .filter_map(|hit| Some((hit.article.id.as_deref()?, hit.dup_group)))
        .collect();
    let mut first: HashMap<u64, usize> = HashMap::new();
    let mut kept: Vec<Hit> = Vec::with_capacity(shown.len());
    for hit in shown.drain(..) {
        let group = groups.get(hit.id.as_str()).copied();
        match group.and_then(|group| first.get(&group)) {
            Some(place) => {
                if let Some(best) = kept.get_mut(*place) {
                    let key = |hit: &Hit| (hit.published_at.is_none(), hit.published_at);
                    let is_earlier = (key(&hit), &hit.id) < (key(best), &best.id);
                    let duplicates = best.duplicates + 1;
                    if which == Collapse::Earliest && is_earlier {
                        let score = best.score;
                        *best = hit;
                        best.score = score;
                    }
                    best.duplicates = duplicates;
                }
            }
            None => {
                if let Some(group) = group {
                    first.insert(group, kept.len());
                }
                kept.push(hit);
            }
        }
    }
    *shown = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use vietsearch_index::Article;
    use vietsearch_index::date::DateTime;

    fn hit(article: Article, dup_group: u64) -> RemoteHit {
        RemoteHit {
            article,
            dup_group,
            order: Vec::new(),
        }
    }

    fn ids(response: &SearchResponse) -> Vec<&str> {
        response.hits.iter().map(|hit| hit.id.as_str()).collect()
    }

    #[test]
    fn recency_has_the_promised_ratio() {
        let now = DateTime::parse("2024-05-31").unwrap();
        let at = |day: &str| DateTime::parse(day).unwrap();
        let article = |id: &str, day: &str| {
            Article::new("Giá vàng tăng", "")
                .with_id(id)
                .with_published_at(at(day))
        };
        let hits = [
            hit(article("old", "2024-05-01"), 1),
            hit(article("new", "2024-05-31"), 2),
            hit(article("future", "2024-07-01"), 3),
        ];
        let recency = Recency::new(0.5, 30.0).unwrap().with_now(now);
        let finisher = Finisher::new().with_recency(Some(recency));
        let request = SearchRequest::new("giá vàng");
        let statistics = Arc::default();
        let response = finisher.finish(&request, &hits, &statistics).unwrap();
        assert_eq!(ids(&response), ["future", "new", "old"]);
        let [future, new, old] = response.hits.as_slice() else {
            panic!("three hits");
        };
        assert_eq!(future.score, new.score);
        let ratio = (old.score - old.lift) / (new.score - new.lift);
        assert!((ratio - 0.75).abs() < 1e-4, "{ratio}");
    }

    #[test]
    fn spelling_stays_before_recency() {
        let at = |day: &str| DateTime::parse(day).unwrap();
        let old = Article::new("đường", "").with_id("marked");
        let new = Article::new("duong", "").with_id("unmarked");
        let hits = [
            hit(old.with_published_at(at("2001-01-01")), 1),
            hit(new.with_published_at(at("2024-05-30")), 2),
        ];
        let recency = Recency::new(0.5, 1.0).unwrap().with_now(at("2024-05-31"));
        let finisher = Finisher::new().with_recency(Some(recency));
        let response = finisher
            .finish(&SearchRequest::new("đường"), &hits, &Arc::default())
            .unwrap();
        assert_eq!(ids(&response), ["marked", "unmarked"]);
    }

    #[test]
    fn copies_collapse_to_the_best() {
        let copy = |id: &str, title: &str| Article::new(title, "Mưa lớn").with_id(id);
        let hits = [
            hit(copy("1", "Bão Yagi"), 7),
            hit(copy("2", "Bão Yagi"), 7),
            hit(copy("3", "Bão"), 9),
            hit(copy("4", "Bão Yagi vào bờ hôm nay"), 7),
        ];
        let mut request = SearchRequest::new("bão");
        request.collapse = Some(Collapse::Best);
        let response = Finisher::new()
            .finish(&request, &hits, &Arc::default())
            .unwrap();
        let shown: Vec<_> = response
            .hits
            .iter()
            .map(|hit| (hit.id.as_str(), hit.duplicates))
            .collect();
        assert_eq!(shown, [("3", 0), ("1", 2)]);
    }

    #[test]
    fn hits_that_do_not_match_are_dropped() {
        let hits = [
            hit(Article::new("Hà Nội mới", "").with_id("1"), 1),
            hit(Article::new("Hà nói với Nội: mới", "").with_id("2"), 2),
        ];
        let response = Finisher::new()
            .finish(
                &SearchRequest::new("\"hà nội mới\""),
                &hits,
                &Arc::default(),
            )
            .unwrap();
        assert_eq!(ids(&response), ["1"]);
    }
}
