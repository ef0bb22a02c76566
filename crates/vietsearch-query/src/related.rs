//! Words that go with a query.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use tantivy::Term;
use vietsearch_text::{Scanner, Segmenter, TokenKind};

use crate::error::Result;
use crate::parse::Parsed;
use crate::plan::{Phrases, Plan};
use crate::rank::Ranker;
use crate::request::{Require, SearchRequest};
use crate::search::NewsSearcher;

/// How many articles are read.
const ARTICLES: usize = 60;
/// How much of an article is read, in bytes.
const MAX_BYTES: usize = 4_000;
/// The most syllables of a word.
const MAX_TOKENS: usize = 5;

/// A word of several syllables that is more frequent in the best articles of a query than elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RelatedTerm {
    /// The word, with its marks.
    pub text: String,
    /// The logarithm of how much likelier it is that the word goes with the query than that it does
    /// not (Dunning 1993); comparable within one answer.
    pub score: f32,
    /// Number of the articles read that hold it.
    pub articles: usize,
}

impl NewsSearcher {
    /// The words that go with a query: those that tell its 60 best articles from all others. Words of
    /// one syllable, and those that hold the query or are held by it, are left out.
    ///
    /// How often a word stands elsewhere is not counted but bounded, by its rarest syllable. Costs
    /// some milliseconds, for the texts are read.
    ///
    /// ```
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    /// use vietsearch_query::{NewsSearcher, SearchRequest};
    ///
    /// let index = NewsIndex::create_in_ram()?;
    /// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    /// writer.add(Article::new("Bão gây lũ lụt", "Dân làng đi sơ tán.").with_id("1"))?;
    /// writer.add(Article::new("Tin bão", "Lũ lụt lên nhanh, phải sơ tán.").with_id("2"))?;
    /// writer.add(Article::new("Giá vàng", "Thị trường đi ngang.").with_id("3"))?;
    /// writer.commit()?;
    /// let related = NewsSearcher::new(&index)?.related(&SearchRequest::new("bão"), 2)?;
    /// let texts: Vec<&str> = related.iter().map(|term| term.text.as_str()).collect();
    /// assert_eq!(texts, ["lũ lụt", "sơ tán"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`search`](Self::search).
    pub fn related(&self, request: &SearchRequest, limit: usize) -> Result<Vec<RelatedTerm>> {
        self.guarded(|| self.related_terms(request, limit))
    }

    fn related_terms(&self, request: &SearchRequest, limit: usize) -> Result<Vec<RelatedTerm>> {
        let (parsed, _) = self.read(request)?;
        let texts = self.best_texts(&parsed, request)?;
        let Ok(mut segmenter) = Segmenter::new() else {
            debug_assert!(false, "the tables of the library are sound");
            return Ok(Vec::new());
        };
        if let Some(words) = self.index.user_dictionary() {
            segmenter = segmenter.with_user_dictionary(Arc::clone(words));
        }
        let mut articles: HashMap<String, usize> = HashMap::new();
        for text in &texts {
            for word in words(&mut segmenter, text) {
                *articles.entry(word).or_default() += 1;
            }
        }
        let mut scanner = Scanner::new();
        let mut asked = HashSet::new();
        let mut tokens = scanner.scan(&parsed.text);
        while let Some(token) = tokens.next() {
            asked.insert(token.folded.to_string());
        }
        let least = if texts.len() < 4 { 1 } else { 2 };
        let mut related = Vec::new();
        for (text, count) in articles {
            let folded = vietsearch_text::fold(&text);
            let own: HashSet<&str> = folded.split(' ').collect();
            let held = own.iter().filter(|word| asked.contains(**word)).count();
            if count < least || held == own.len() || (held > 0 && held == asked.len()) {
                continue;
            }
            let elsewhere = self.bound(&text)?.saturating_sub(count as u64);
            let others = self.num_docs().saturating_sub(texts.len() as u64);
            let score = likelihood_ratio(
                (count as f64, texts.len() as f64),
                (elsewhere.min(others) as f64, others as f64),
            );
            if score > 0.0 {
                related.push(RelatedTerm {
                    text,
                    score: score as f32,
                    articles: count,
                });
            }
        }
        related.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.text.cmp(&b.text))
        });
        related.truncate(limit);
        Ok(related)
    }

    /// The beginnings of the best articles.
    fn best_texts(&self, parsed: &Parsed, request: &SearchRequest) -> Result<Vec<String>> {
        let mut plan: Plan = self.plan(parsed, request, Phrases::Required)?;
        if plan.scored.is_empty() {
            return Ok(Vec::new());
        }
        let statistics = self.statistics(&plan)?;
        plan.keep_rarest(&statistics.frequencies);
        let mut request = request.clone();
        request.require = Require::All;
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let matches = self.matches(plan.full_condition().as_ref())?;
        let full = Some(&matches);
        let mut ranked =
            self.by_relevance(&plan, &request, &statistics, &mut ranker, full, ARTICLES)?;
        self.order(&mut ranked, None)?;
        let mut texts = Vec::new();
        for hit in ranked.iter().take(ARTICLES) {
            let article = self.index.article(&self.searcher, hit.scored.address)?;
            let parts = [article.title, article.lead, article.body];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            let mut text = parts.join("\n\n");
            let mut end = MAX_BYTES.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            texts.push(text);
        }
        Ok(texts)
    }

    /// The most articles that can hold a phrase.
    fn bound(&self, phrase: &str) -> Result<u64> {
        let mut least = u64::MAX;
        for word in phrase.split(' ') {
            let term = Term::from_field_text(self.fields.exact, word);
            least = least.min(self.searcher.doc_freq(&term)?);
        }
        Ok(least)
    }
}

/// The words of several syllables of a text, each once, in canonical forms.
fn words(segmenter: &mut Segmenter<'_>, text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut scanner = Scanner::new();
    for word in segmenter.segment(text) {
        if !(2..=MAX_TOKENS).contains(&word.tokens) {
            continue;
        }
        let mut forms = Vec::with_capacity(word.tokens);
        let mut tokens = scanner.scan(text.get(word.start..word.end).unwrap_or(""));
        while let Some(token) = tokens.next() {
            if matches!(token.kind, TokenKind::Syllable | TokenKind::Word) {
                forms.push(token.form.to_string());
            }
        }
        if forms.len() == word.tokens {
            found.insert(forms.join(" "));
        }
    }
    found
}

/// Dunning's −2 log λ for two counts out of two totals, negative if the first share is the smaller.
fn likelihood_ratio((k1, n1): (f64, f64), (k2, n2): (f64, f64)) -> f64 {
    let term = |count: f64, expected: f64| match count > 0.0 && expected > 0.0 {
        true => count * (count / expected).ln(),
        false => 0.0,
    };
    let share = (k1 + k2) / (n1 + n2).max(1.0);
    let sum = term(k1, n1 * share)
        + term(n1 - k1, n1 * (1.0 - share))
        + term(k2, n2 * share)
        + term(n2 - k2, n2 * (1.0 - share));
    let is_more = k1 * n2 > k2 * n1;
    if is_more { 2.0 * sum } else { -2.0 * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_dunnings() {
        // By hand: 2·(10·ln(10/5.5) + 1·ln(1/5.5) + 90·ln(90/94.5) + 99·ln(99/94.5)) with shares of
        // 100 articles each.
        let expected = 2.0
            * (10.0 * (10.0_f64 / 5.5).ln()
                + (1.0_f64 / 5.5).ln()
                + 90.0 * (90.0_f64 / 94.5).ln()
                + 99.0 * (99.0_f64 / 94.5).ln());
        let found = likelihood_ratio((10.0, 100.0), (1.0, 100.0));
        assert!((found - expected).abs() < 1e-9);
        assert!(likelihood_ratio((1.0, 100.0), (10.0, 100.0)) < 0.0);
        assert!(likelihood_ratio((5.0, 50.0), (10.0, 100.0)).abs() < 1e-9);
    }
}
