//! From a stored article to a hit.

use vietsearch_index::{Article, Region};

use crate::highlight::{Highlighter, Marked};
use crate::ranges::{ranges_in_chars, ranges_in_utf16};
use crate::response::Hit;
use crate::snippet;

/// What is shown of an article.
pub(crate) fn hit(article: &Article, highlighter: &Highlighter<'_>, snippet_chars: usize) -> Hit {
    let text = |region: Region| match region {
        Region::Title => article.title.as_deref().unwrap_or(""),
        Region::Lead => article.lead.as_deref().unwrap_or(""),
        Region::Body => article.body.as_deref().unwrap_or(""),
    };
    let unmarked = is_unmarked(Region::ALL.map(text));
    let year = article.published_year();
    let title = highlighter.mark(text(Region::Title), unmarked, year);
    let lead = highlighter.mark(text(Region::Lead), unmarked, year);
    let body = highlighter.mark(text(Region::Body), unmarked, year);
    // The body shows what was found, unless only the lead has it, or there is no body.
    let richest = |marked: &Marked| {
        let mut words: Vec<usize> = marked
            .marks
            .iter()
            .flat_map(|mark| mark.words.clone())
            .collect();
        words.sort_unstable();
        words.dedup();
        words.len()
    };
    let (text_shown, marked) = if text(Region::Body).is_empty() && text(Region::Lead).is_empty() {
        (text(Region::Title), &title)
    } else if text(Region::Body).is_empty()
        || (!text(Region::Lead).is_empty() && richest(&lead) >= richest(&body).max(1))
    {
        (text(Region::Lead), &lead)
    } else {
        (text(Region::Body), &body)
    };
    let snippet = snippet::cut(text_shown, marked, snippet_chars);
    let shown_title = text(Region::Title);
    let marks = title.marks.iter();
    let title_highlights: Vec<[usize; 2]> = marks.map(|mark| [mark.start, mark.end]).collect();
    Hit {
        id: String::new(),
        score: 0.0,
        lift: 0.0,
        title: article.title.clone(),
        title_highlights_chars: ranges_in_chars(shown_title, &title_highlights),
        title_highlights_utf16: ranges_in_utf16(shown_title, &title_highlights),
        title_highlights,
        author: article.author.clone(),
        source: article.source.clone(),
        section: article.section.clone(),
        published_at: article.published_at,
        url: article.url.clone(),
        highlights_chars: ranges_in_chars(&snippet.text, &snippet.highlights),
        highlights_utf16: ranges_in_utf16(&snippet.text, &snippet.highlights),
        snippet: snippet.text,
        highlights: snippet.highlights,
        duplicates: 0,
        group: String::new(),
        explanation: None,
    }
}

/// True if nearly no word carries a mark.
fn is_unmarked(texts: [&str; 3]) -> bool {
    let mut words = 0;
    let mut marked = 0;
    let mut scanner = vietsearch_text::Scanner::new();
    for text in texts {
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            words += 1;
            marked += usize::from(!token.is_bare());
        }
    }
    marked * 5 < words
}
