//! Articles like one.

use std::collections::HashMap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, TERMINATED, Term};
use vietsearch_index::Article;
use vietsearch_index::forward::resemblance;

use crate::error::{Result, SearchError};
use crate::highlight::Highlighter;
use crate::parse::{Node, Parsed};
use crate::plan::{Phrases, Plan};
use crate::present::{hit, with_scanner};
use crate::rank::Ranker;
use crate::request::{Require, SearchRequest};
use crate::response::SearchResponse;
use crate::search::{NewsSearcher, check_limit};
use crate::statistics::Statistics;

/// How many words of an article others are found by.
const WORDS: usize = 24;
/// The most text that words are taken from, in bytes: with as many words a plan is still small.
const MAX_BYTES: usize = 5_000;
/// From this share of common shingles on two articles are copies of each other.
const COPY: f32 = 0.7;
/// Of the articles found, so many more than are asked for may be copies.
const COPIES: usize = 50;

impl NewsSearcher {
    /// Finds articles on what an article is about: those that hold the most telling words of its
    /// headline and lead, or of its whole text if it has no lead. The article itself and its
    /// near-duplicates are left out.
    ///
    /// A word tells the more the rarer it is and the more often it stands there; of articles with the
    /// same words those where they are neighbours as well come first. The total counts the articles
    /// that were looked at.
    ///
    /// ```
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    /// use vietsearch_query::NewsSearcher;
    ///
    /// let index = NewsIndex::create_in_ram()?;
    /// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    /// writer.add(Article::new("Bão Yagi đổ bộ", "Gió giật mạnh ở Quảng Ninh.").with_id("1"))?;
    /// writer.add(Article::new("Sau bão Yagi", "Người dân dọn cây đổ.").with_id("2"))?;
    /// writer.add(Article::new("Giá vàng tăng", "Vàng miếng lên giá.").with_id("3"))?;
    /// writer.commit()?;
    /// let found = NewsSearcher::new(&index)?.similar("1", 10)?;
    /// assert_eq!(found.hits[0].id, "2");
    /// assert!(found.hits.iter().all(|hit| hit.id != "1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SearchError::UnknownArticle`], [`SearchError::Setting`] if `limit` is too large, and those
    /// of the disk.
    pub fn similar(&self, id: &str, limit: usize) -> Result<SearchResponse> {
        self.guarded(|| self.articles_like(id, limit))
    }

    fn articles_like(&self, id: &str, limit: usize) -> Result<SearchResponse> {
        let request = SearchRequest::default()
            .with_limit(limit)
            .with_require(Require::Any);
        check_limit(&request)?;
        let Some(address) = self.address(id)? else {
            return Err(SearchError::UnknownArticle { id: id.to_string() });
        };
        let article = self.index.article(&self.searcher, address)?;
        let text = telling_text(&article);
        let words = Node::Words {
            text: text.clone(),
            span: 0..text.len(),
        };
        let mut plan = self.plan(&Parsed::of(&text, words), &request, Phrases::Wanted)?;
        let statistics = self.statistics(&plan)?;
        plan.scored = telling_words(&plan, &statistics);
        if plan.scored.is_empty() {
            return Ok(SearchResponse::default());
        }
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let depth = limit + COPIES;
        let mut ranked =
            self.by_relevance(&plan, &request, &statistics, &mut ranker, None, depth)?;
        self.order(&mut ranked, None)?;
        let mut response = SearchResponse {
            total: ranked.len().saturating_sub(1),
            ..SearchResponse::default()
        };
        let own = self.searcher.segment_reader(address.segment_ord);
        let own = self.forward.of(own)?;
        let highlighter = Highlighter::new(&plan);
        for other in ranked {
            if response.hits.len() >= limit {
                break;
            }
            let at = other.scored.address;
            let forward = self
                .forward
                .of(self.searcher.segment_reader(at.segment_ord))?;
            let is_copy = || {
                let (own, other) = (own.sequence(address.doc_id), forward.sequence(at.doc_id));
                resemblance(own, other) >= COPY
            };
            if at == address || is_copy() {
                continue;
            }
            let article = self.index.article(&self.searcher, at)?;
            let mut hit =
                with_scanner(|scanner| hit(&article, &highlighter, scanner, request.snippet_chars));
            hit.id = other.id;
            hit.score = other.scored.score;
            response.hits.push(hit);
        }
        Ok(response)
    }

    /// Where the article with an id is.
    pub(crate) fn address(&self, id: &str) -> Result<Option<DocAddress>> {
        let term = Term::from_field_text(self.fields.id, id);
        for (number, segment) in self.searcher.segment_readers().iter().enumerate() {
            let index = segment.inverted_index(self.fields.id)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(number as u32, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }
}

/// Headline and lead, or headline and body, to their first [`MAX_BYTES`].
fn telling_text(article: &Article) -> String {
    let is_told = |text: &&String| !text.trim().is_empty();
    let lead = article.lead.as_ref().filter(is_told);
    let rest = lead.or(article.body.as_ref());
    let parts = [article.title.as_ref(), rest];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let mut text = parts.join("\n");
    let mut end = MAX_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

/// The words of a plan that tell most, ascending. A word that no other article has finds nothing.
fn telling_words(plan: &Plan, statistics: &Statistics) -> Vec<usize> {
    let mut times: HashMap<usize, f32> = HashMap::new();
    for first in &plan.same_as {
        *times.entry(*first).or_default() += 1.0;
    }
    let mut words: Vec<(usize, f32)> = Vec::new();
    for index in &plan.scored {
        let frequency = statistics.frequencies.get(*index).copied().unwrap_or(0);
        let times = times.get(index).copied().unwrap_or(1.0);
        if let Some(word) = plan.words.get(*index).filter(|_| frequency > 1) {
            // Saturates as in BM25.
            let weight = times * 2.0 / (times + 1.0) * word.importance;
            words.push((*index, weight * statistics.idf(frequency)));
        }
    }
    words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    words.truncate(WORDS);
    words.sort_by_key(|(index, _)| *index);
    words.into_iter().map(|(index, _)| index).collect()
}
