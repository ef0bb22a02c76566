//! Sample articles, for demonstrations and tests.
//!
//! All of them are written by the project's authors: real in form, invented in content. See
//! `demo/README.md`.

use vietsearch_index::Article;

/// The articles as JSON lines, in the form that `vietsearch index` reads.
pub const JSON_LINES: &str = include_str!("../demo/articles.jsonl");

/// The sample articles.
///
/// ```
/// let articles = vietsearch::demo::articles();
/// assert!(articles.len() >= 60);
/// assert!(articles.iter().all(|article| !article.is_empty()));
/// ```
#[must_use]
pub fn articles() -> Vec<Article> {
    let lines = JSON_LINES.lines();
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_line_is_an_article() {
        assert_eq!(super::articles().len(), super::JSON_LINES.lines().count());
    }
}
