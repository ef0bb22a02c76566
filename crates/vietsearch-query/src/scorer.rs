//! What changes the scores of candidates: age, and a scorer of one's own.

use tantivy::Searcher;
use vietsearch_index::date::DateTime;

use crate::error::Result;
use crate::forward::Forward;
use crate::rank::Scored;
use crate::recency::Recency;
use crate::request::{SearchRequest, SortField};
use crate::search::NewsSearcher;
use crate::sorting::{self, Key};

/// An article that is being ranked.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Candidate<'a> {
    /// The article's id.
    pub id: &'a str,
    /// Publication time.
    pub published_at: Option<DateTime>,
    /// The score by the words of the query, and by age if that was asked for.
    pub score: f32,
}

/// Changes the scores of candidates, by what the caller knows of articles: clicks, trust in a source.
///
/// It is called for the candidates of the first stage, some hundreds a query. Articles that are
/// spelled as typed still go before others.
///
/// ```
/// use std::sync::Arc;
/// use vietsearch_index::{Article, NewsIndex, WriterOptions};
/// use vietsearch_query::{Candidate, NewsSearcher, Scorer, SearchRequest};
///
/// struct Favourite(&'static str);
///
/// impl Scorer for Favourite {
///     fn score(&self, candidate: &Candidate<'_>) -> f32 {
///         if candidate.id == self.0 { candidate.score * 2.0 } else { candidate.score }
///     }
/// }
///
/// let index = NewsIndex::create_in_ram()?;
/// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
/// writer.add(Article::new("Giá vàng", "").with_id("1"))?;
/// writer.add(Article::new("Giá vàng", "").with_id("2"))?;
/// writer.commit()?;
/// let searcher = NewsSearcher::new(&index)?.with_scorer(Arc::new(Favourite("2")));
/// assert_eq!(searcher.search(&SearchRequest::new("giá vàng"))?.hits[0].id, "2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Scorer: Send + Sync {
    /// The score in place of [`Candidate::score`]. What is not a finite number changes nothing.
    fn score(&self, candidate: &Candidate<'_>) -> f32;
}

/// Changes the scores of one search.
pub(crate) struct Adjusting<'a> {
    searcher: &'a Searcher,
    forward: &'a Forward,
    scorer: Option<&'a dyn Scorer>,
    recency: Option<Recency>,
}

impl<'a> Adjusting<'a> {
    pub(crate) fn new(searcher: &'a NewsSearcher, request: &SearchRequest) -> Result<Self> {
        Ok(Self {
            searcher: &searcher.searcher,
            forward: &searcher.forward,
            scorer: searcher.scorer.as_deref(),
            recency: request.recency.map(Recency::check).transpose()?,
        })
    }

    pub(crate) fn apply(&self, scored: &mut Scored) -> Result<()> {
        if self.scorer.is_none() && self.recency.is_none() {
            return Ok(());
        }
        let time = sorting::key(self.searcher, scored.address, SortField::PublishedAt)?;
        let published_at = match time {
            Some(Key::Time(seconds)) => Some(DateTime::from_unix_seconds(seconds)),
            _ => None,
        };
        let before = scored.score;
        if let Some(recency) = self.recency {
            scored.score *= recency.factor(published_at);
        }
        if let Some(scorer) = self.scorer {
            let segment = self.searcher.segment_reader(scored.address.segment_ord);
            let forward = self.forward.of(segment)?;
            let score = scorer.score(&Candidate {
                id: forward.key(scored.address.doc_id),
                published_at,
                score: scored.score,
            });
            if score.is_finite() {
                scored.score = score;
            }
        }
        scored.adjusted = scored.score - before;
        Ok(())
    }
}
