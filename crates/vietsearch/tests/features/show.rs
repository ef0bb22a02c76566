//! How hits are shown: highlights, snippets, feeds.

use serde::Deserialize;
use vietsearch::ingest::{Entry, Options};
use vietsearch::{Article, Channel, NewsSearcher, SearchRequest, to_html};

use crate::{Failure, Report, index};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HighlightCase {
    id: String,
    doc: Article,
    query: String,
    max_chars: Option<usize>,
    html: Option<String>,
    #[serde(default)]
    contains: Vec<String>,
    #[serde(default)]
    not_contains: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedCase {
    id: String,
    docs: Vec<Article>,
    query: String,
    limit: Option<usize>,
    /// The ids of the items.
    items: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
}

pub(crate) fn run_highlight(case: &HighlightCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(std::slice::from_ref(&case.doc))?;
    let searcher = NewsSearcher::new(&index)?;
    let mut request = SearchRequest::new(case.query.as_str());
    if let Some(max_chars) = case.max_chars {
        request.snippet_chars = max_chars;
    }
    let at = format!("{} {:?}", case.id, case.query);
    let found = searcher.search(&request)?;
    let Some(hit) = found.hits.first() else {
        report.check(false, || format!("{at}: nothing found"));
        return Ok(());
    };
    let html = to_html(&hit.snippet, &hit.highlights, "<em>", "</em>");
    if let Some(expected) = &case.html {
        report.check(html == *expected, || {
            format!("{at}: {html:?}, expected {expected:?}")
        });
    }
    for part in &case.contains {
        report.check(html.contains(part), || {
            format!("{at}: {html:?} lacks {part:?}")
        });
    }
    for part in &case.not_contains {
        report.check(!html.contains(part), || {
            format!("{at}: {html:?} has {part:?}")
        });
    }
    if let Some(max_chars) = case.max_chars {
        check_cut(case, &hit.snippet, max_chars, &at, report);
    }
    Ok(())
}

/// The snippet is short enough, cut at word edges, and shows where it is cut.
fn check_cut(case: &HighlightCase, snippet: &str, max_chars: usize, at: &str, report: &mut Report) {
    let length = snippet.chars().count();
    report.check(length <= max_chars, || {
        format!("{at}: {length} characters: {snippet:?}")
    });
    let piece = snippet.trim_matches('…');
    let texts = [&case.doc.body, &case.doc.lead, &case.doc.title];
    let text = texts
        .into_iter()
        .flatten()
        .find(|text| text.contains(piece));
    let Some(text) = text else {
        report.check(false, || format!("{at}: {snippet:?} is not in the text"));
        return;
    };
    let places = text.match_indices(piece).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + piece.len()..]);
        let is_edge = |inside: Option<char>, outside: Option<char>| {
            !(inside.is_some_and(char::is_alphanumeric)
                && outside.is_some_and(char::is_alphanumeric))
        };
        is_edge(piece.chars().next(), before.chars().next_back())
            && is_edge(piece.chars().next_back(), after.chars().next())
            && snippet.starts_with('…') != before.trim().is_empty()
            && snippet.ends_with('…') != after.trim().is_empty()
    });
    report.check(places, || format!("{at}: {snippet:?} is cut badly"));
}

/// The feed is one that our own reader takes, with these articles.
pub(crate) fn run_feed(case: &FeedCase, report: &mut Report) -> Result<(), Failure> {
    let searcher = NewsSearcher::new(&index(&case.docs)?)?;
    let limit = case.limit.unwrap_or(Channel::ITEMS);
    let request = SearchRequest::new(case.query.as_str()).with_limit(limit);
    let feed = Channel::new("Thử", "https://mau.example/").feed(&searcher, &request)?;
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("feed.rss");
    std::fs::write(&path, &feed)?;
    let mut read = Vec::new();
    for entry in vietsearch::ingest::read([path], &Options::default()) {
        match entry {
            Entry::Article { article, .. } => read.push(*article),
            Entry::Skipped(problem) => {
                report.check(case.items.is_empty(), || format!("{}: {problem}", case.id))
            }
        }
    }
    let items: Vec<String> = read.iter().map(Article::key).collect();
    report.check(items == case.items, || {
        format!("{}: {items:?}, expected {:?}", case.id, case.items)
    });
    for article in &read {
        let original = case.docs.iter().find(|known| known.key() == article.key());
        let same = original.is_some_and(|known| {
            (&known.title, known.published_at) == (&article.title, article.published_at)
        });
        report.check(same, || {
            format!("{}: {article:?}, from {original:?}", case.id)
        });
    }
    for part in &case.contains {
        report.check(feed.contains(part), || {
            format!("{}: {feed} lacks {part:?}", case.id)
        });
    }
    Ok(())
}
