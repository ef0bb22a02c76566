//! Synonyms of one's own, written into the query.

use vietsearch_text::Scanner;

use crate::parse::{Clause, Node, Occur, Parsed};

/// The most words of an expression that is asked for.
const MAX_WORDS: usize = 4;
/// The most expressions of a query that get synonyms.
const MAX_EXPANDED: usize = 16;
/// The most synonyms of one expression.
const MAX_SYNONYMS: usize = 8;
/// What a word counts that stands in a synonym.
pub(crate) const WEIGHT: f32 = 0.8;

/// Names other expressions for an expression: `xe hơi` for `ô tô`.
///
/// Plain words of a query are looked up, the longest expression first, up to four words. Where there
/// are synonyms, an article must hold the expression or one of them, next to each other if it has
/// several words; words of synonyms count somewhat less.
///
/// ```
/// use std::sync::Arc;
/// use vietsearch_index::{Article, NewsIndex, WriterOptions};
/// use vietsearch_query::{NewsSearcher, SearchRequest, Synonyms};
///
/// struct Cars;
///
/// impl Synonyms for Cars {
///     fn synonyms(&self, expression: &str) -> Vec<String> {
///         match expression {
///             "ô tô" => vec!["xe hơi".to_string()],
///             _ => Vec::new(),
///         }
///     }
/// }
///
/// let index = NewsIndex::create_in_ram()?;
/// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
/// writer.add(Article::new("Giá xe hơi giảm", "").with_id("1"))?;
/// writer.add(Article::new("Giá ô tô giảm", "").with_id("2"))?;
/// writer.add(Article::new("Giá xe đạp giảm", "").with_id("3"))?;
/// writer.commit()?;
/// let searcher = NewsSearcher::new(&index)?.with_synonyms(Arc::new(Cars));
/// let found = searcher.search(&SearchRequest::new("giá ô tô"))?;
/// let ids: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
/// assert_eq!(ids, ["2", "1"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Synonyms: Send + Sync {
    /// Other expressions for one; it is given in canonical forms (small letters, tones in place) with
    /// single spaces.
    fn synonyms(&self, expression: &str) -> Vec<String>;
}

/// Writes synonyms of plain words into a query as alternatives.
pub(crate) fn expand(parsed: &mut Parsed, source: &dyn Synonyms) {
    let Node::All(clauses) = &mut parsed.root else {
        return;
    };
    let mut left = MAX_EXPANDED;
    let mut expanded = Vec::with_capacity(clauses.len());
    for clause in clauses.drain(..) {
        match clause {
            Clause {
                occur: Occur::Plain,
                node: Node::Words { text, span },
            } => expand_words(&text, span.start, source, &mut left, &mut expanded),
            other => expanded.push(other),
        }
    }
    *clauses = expanded;
}

fn expand_words(
    text: &str,
    offset: usize,
    source: &dyn Synonyms,
    left: &mut usize,
    into: &mut Vec<Clause>,
) {
    let mut words: Vec<(usize, usize, String)> = Vec::new();
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        words.push((token.start, token.end, token.form.to_string()));
    }
    let plain = |from: usize, to: usize, into: &mut Vec<Clause>| {
        let rest = text.get(from..to).unwrap_or("");
        let trimmed = rest.trim();
        if !trimmed.is_empty() {
            let start = from + (rest.len() - rest.trim_start().len());
            into.push(Clause {
                occur: Occur::Plain,
                node: words_at(trimmed, offset + start),
            });
        }
    };
    let (mut word, mut done) = (0, 0);
    while word < words.len() && *left > 0 {
        let longest = (1..=MAX_WORDS).rev().find_map(|length| {
            let expression = words.get(word..word + length)?;
            let forms: Vec<&str> = expression.iter().map(|(.., form)| form.as_str()).collect();
            let found = source.synonyms(&forms.join(" "));
            let (start, end) = (expression.first()?.0, expression.last()?.1);
            (!found.is_empty()).then_some((length, start, end, found))
        });
        let Some((length, start, end, synonyms)) = longest else {
            word += 1;
            continue;
        };
        plain(done, start, into);
        let typed = text.get(start..end).unwrap_or("");
        let mut alternatives = vec![words_at(typed, offset + start)];
        for synonym in synonyms.into_iter().take(MAX_SYNONYMS) {
            let span = offset + start..offset + end;
            alternatives.push(Node::Phrase {
                text: synonym,
                span,
                slop: 0,
                ordered: true,
                exact: false,
            });
        }
        into.push(Clause {
            occur: Occur::Plain,
            node: Node::Any(alternatives),
        });
        *left -= 1;
        word += length;
        done = end;
    }
    plain(done, text.len(), into);
}

fn words_at(text: &str, start: usize) -> Node {
    Node::Words {
        text: text.to_string(),
        span: start..start + text.len(),
    }
}
