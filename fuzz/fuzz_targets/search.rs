#![no_main]

use std::collections::HashSet;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use vietsearch::query::Explanation;
use vietsearch::{
    Article, DateTime, Hit, Matching, NewsIndex, NewsSearcher, Require, SearchRequest,
    SearchResponse, Sort, WriterOptions, to_html,
};
use vietsearch_fuzz::{NewsText, QueryText};

#[derive(Arbitrary, Debug)]
struct Input {
    articles: Vec<InputArticle>,
    searches: Vec<InputSearch>,
}

#[derive(Arbitrary, Debug)]
struct InputArticle {
    id: Option<u8>,
    title: Option<NewsText>,
    lead: Option<NewsText>,
    body: Option<NewsText>,
    section: Option<NewsText>,
    published_at: Option<i32>,
}

#[derive(Arbitrary, Debug)]
struct InputSearch {
    query: QueryText,
    limit: u8,
    snippet_chars: u8,
    by_date: bool,
    require: u8,
    matching: u8,
    section: Option<NewsText>,
    cursor: Option<String>,
}

/// More articles make an input slower, not deeper.
const MAX_ARTICLES: usize = 6;
/// Making the index costs most: it is worth several searches.
const MAX_SEARCHES: usize = 12;

fuzz_target!(|input: Input| {
    let index = index(&input.articles);
    let searcher = NewsSearcher::new(&index).expect("an index in memory can be read");
    for given in input.searches.iter().take(MAX_SEARCHES) {
        search(&searcher, given);
    }
});

fn search(searcher: &NewsSearcher, given: &InputSearch) {
    let request = request(given);
    if let Some(cursor) = &given.cursor {
        let mut forged = request.clone();
        forged.cursor = Some(cursor.clone());
        let _ = searcher.search(&forged);
    }
    let Ok(found) = searcher.search(&request) else {
        return;
    };
    check(&found, &request, searcher.num_docs());
    let Some(cursor) = found.cursor.clone() else {
        return;
    };
    let mut next = request.clone();
    next.cursor = Some(cursor);
    let next_page = searcher
        .search(&next)
        .expect("the cursor of a response is accepted");
    check(&next_page, &next, searcher.num_docs());
    let ids: HashSet<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    for hit in &next_page.hits {
        assert!(
            !ids.contains(hit.id.as_str()),
            "{:?} is on both pages",
            hit.id
        );
    }
}

fn index(articles: &[InputArticle]) -> NewsIndex {
    let index = NewsIndex::create_in_ram().expect("an index in memory can be made");
    let options = WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(15_000_000);
    let mut writer = index.writer(options).expect("the settings are allowed");
    for given in articles.iter().take(MAX_ARTICLES) {
        let mut article = Article::default();
        article.id = given.id.map(|id| format!("id-{}", id % 8));
        article.title = given.title.as_ref().map(|text| text.0.clone());
        article.lead = given.lead.as_ref().map(|text| text.0.clone());
        article.body = given.body.as_ref().map(|text| text.0.clone());
        article.section = given.section.as_ref().map(|text| text.0.clone());
        article.published_at = given
            .published_at
            .map(|seconds| DateTime::from_unix_seconds(i64::from(seconds)));
        // An article without text is refused by a typed error.
        let _ = writer.add(article);
    }
    writer.commit().expect("an index in memory can be written");
    index
}

fn request(input: &InputSearch) -> SearchRequest {
    let mut request = SearchRequest::new(input.query.0.clone());
    request.limit = usize::from(input.limit % 5);
    request.snippet_chars = usize::from(input.snippet_chars);
    request.sort = match input.by_date {
        true => Sort::Date,
        false => Sort::Relevance,
    };
    request.require = match input.require % 3 {
        0 => Require::Most,
        1 => Require::All,
        _ => Require::Any,
    };
    request.matching = match input.matching % 3 {
        0 => Matching::Default,
        1 => Matching::Strict,
        _ => Matching::Loose,
    };
    request.sections = input.section.iter().map(|text| text.0.clone()).collect();
    request.facets = true;
    request.explain = true;
    request
}

fn check(found: &SearchResponse, request: &SearchRequest, num_docs: u64) {
    assert!(found.total as u64 <= num_docs, "more hits than articles");
    assert!(
        found.hits.len() <= request.limit,
        "more hits than asked for"
    );
    let mut ids = HashSet::new();
    for hit in &found.hits {
        assert!(ids.insert(hit.id.as_str()), "{:?} is there twice", hit.id);
        check_hit(hit, request);
    }
}

fn check_hit(hit: &Hit, request: &SearchRequest) {
    assert!(hit.score.is_finite(), "{hit:?}");
    // One character between two ellipses is the least.
    let most = request.snippet_chars.max(3);
    assert!(
        hit.snippet.chars().count() <= most,
        "a snippet of more than {most} characters: {:?}",
        hit.snippet
    );
    let title = hit.title.as_deref().unwrap_or("");
    check_ranges(title, &hit.title_highlights);
    check_ranges(&hit.snippet, &hit.highlights);
    let html = to_html(&hit.snippet, &hit.highlights, "<em>", "</em>");
    assert_eq!(html.matches("<em>").count(), hit.highlights.len());
    if let Some(explanation) = &hit.explanation {
        check_explanation(explanation);
    }
}

/// Ranges are valid, ascending, disjoint and not empty.
fn check_ranges(text: &str, ranges: &[[usize; 2]]) {
    let mut done = 0;
    for [start, end] in ranges.iter().copied() {
        assert!(
            start >= done && end > start,
            "out of order: {ranges:?} of {text:?}"
        );
        assert!(
            text.get(start..end).is_some(),
            "not on character boundaries: {ranges:?} of {text:?}"
        );
        done = end;
    }
}

fn check_explanation(explanation: &Explanation) {
    if explanation.details.is_empty() {
        return;
    }
    let sum: f32 = explanation.details.iter().map(|detail| detail.value).sum();
    assert!(
        (sum - explanation.value).abs() <= 1e-3 * explanation.value.abs().max(1.0),
        "the details add up to {sum}: {explanation:?}"
    );
    for detail in &explanation.details {
        check_explanation(detail);
    }
}
