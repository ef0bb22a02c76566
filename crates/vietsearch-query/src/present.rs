//! From a stored article to a hit.

use std::sync::{Mutex, PoisonError};

use vietsearch_index::{Article, Region};
use vietsearch_text::Scanner;

use crate::highlight::{Highlighter, Marked};
use crate::ranges::{ranges_in_chars, ranges_in_utf16};
use crate::response::Hit;
use crate::snippet;

/// The most scanners that are kept, of somewhat over a megabyte each.
const MAX_KEPT: usize = 8;

/// Scanners that have read articles, for those that come next.
static KEPT: Mutex<Vec<Scanner>> = Mutex::new(Vec::new());

/// Lends a scanner that has read articles before, if none of the others needs it.
pub(crate) fn with_scanner<T>(run: impl FnOnce(&mut Scanner) -> T) -> T {
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let mut scanner = kept().pop().unwrap_or_default();
    let result = run(&mut scanner);
    let mut kept = kept();
    if kept.len() < MAX_KEPT {
        kept.push(scanner);
    }
    result
}

/// What is shown of an article.
///
/// The scanner is one that has read such texts before, if possible: what it remembers takes longer to
/// make than most texts take to scan.
pub(crate) fn hit(
    article: &Article,
    highlighter: &Highlighter<'_>,
    scanner: &mut Scanner,
    snippet_chars: usize,
) -> Hit {
    let text = |region: Region| match region {
        Region::Title => article.title.as_deref().unwrap_or(""),
        Region::Lead => article.lead.as_deref().unwrap_or(""),
        Region::Body => article.body.as_deref().unwrap_or(""),
    };
    let year = article.published_year();
    let mut mark = |unmarked: bool| {
        [Region::Title, Region::Lead, Region::Body]
            .map(|region| highlighter.mark(scanner, text(region), unmarked, year))
    };
    let mut regions = mark(false);
    if is_unmarked(&regions) {
        regions = mark(true);
    }
    let [title, lead, body] = regions;
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
fn is_unmarked(regions: &[Marked]) -> bool {
    let words: usize = regions.iter().map(|region| region.tokens.len()).sum();
    let marked: usize = regions.iter().map(|region| region.with_marks).sum();
    marked * 5 < words
}
