//! Choosing the piece of a text that shows what was found.

use unicode_segmentation::UnicodeSegmentation;

use crate::highlight::{Mark, Marked};

/// A piece of a text with byte ranges to highlight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snippet {
    pub(crate) text: String,
    pub(crate) highlights: Vec<[usize; 2]>,
}

/// The most marks that are tried as the beginning of a snippet.
const MAX_ANCHORS: usize = 200;
const ELLIPSIS: char = '…';
/// A character between two ellipses.
const MIN_CHARS: usize = 3;

/// Cuts a snippet of at most `max_chars` characters, ellipses included.
///
/// It begins and ends at the edge of a word, at that of a sentence where there is room, stays
/// within one paragraph, and holds as many different words of the query as possible.
pub(crate) fn cut(text: &str, marked: &Marked, max_chars: usize) -> Snippet {
    if text.chars().count() <= max_chars {
        return Snippet {
            text: text.to_string(),
            highlights: marked
                .marks
                .iter()
                .map(|mark| [mark.start, mark.end])
                .collect(),
        };
    }
    if max_chars < MIN_CHARS {
        return Snippet {
            text: ELLIPSIS.to_string().repeat(max_chars.min(1)),
            highlights: Vec::new(),
        };
    }
    let mut best: Option<(usize, usize, usize)> = None;
    let anchors = marked
        .marks
        .iter()
        .take(MAX_ANCHORS)
        .map(|mark| (mark.start, mark.end));
    let anchors: Vec<(usize, usize)> = if marked.marks.is_empty() {
        vec![(0, 0)]
    } else {
        anchors.collect()
    };
    for (anchor_start, anchor_end) in anchors {
        let (start, end) = window(text, marked, anchor_start, anchor_end, max_chars);
        let value = value(&marked.marks, start, end);
        if best.is_none_or(|(known, ..)| value > known) {
            best = Some((value, start, end));
        }
    }
    let (_, start, end) = best.unwrap_or((0, 0, 0));
    render(text, marked, start, end)
}

/// What a piece shows: different words first, then marks.
fn value(marks: &[Mark], start: usize, end: usize) -> usize {
    let first = marks.partition_point(|mark| mark.start < start);
    let from_first = marks.get(first..).unwrap_or(&[]).iter();
    let inside = from_first.take_while(|mark| mark.end <= end);
    let mut words: Vec<usize> = Vec::new();
    let mut count = 0;
    for mark in inside {
        words.extend(&mark.words);
        count += 1;
    }
    words.sort_unstable();
    words.dedup();
    words.len() * 100 + count
}

/// A piece around an anchor.
fn window(
    text: &str,
    marked: &Marked,
    anchor_start: usize,
    anchor_end: usize,
    max_chars: usize,
) -> (usize, usize) {
    let chars =
        |from: usize, to: usize| text.get(from..to).map_or(0, |piece| piece.chars().count());
    let before = text.get(..anchor_start).unwrap_or("");
    let paragraph_start = before.rfind('\n').map_or(0, |line_end| line_end + 1);
    let after = text.get(anchor_end..).unwrap_or("");
    let paragraph_end = after
        .find('\n')
        .map_or(text.len(), |line_end| anchor_end + line_end);
    // Ellipses may be needed on both sides.
    let budget = max_chars.saturating_sub(2);

    let first = marked
        .tokens
        .partition_point(|token| token.1 <= paragraph_start);
    let anchor = marked
        .tokens
        .partition_point(|token| token.1 <= anchor_start);
    let sentence = marked.tokens.get(anchor).map_or(0, |token| token.2);
    let in_paragraph = marked.tokens.get(first..=anchor).unwrap_or(&[]);
    let room_before = budget * 6 / 10;
    // The sentence's beginning if the anchor is near it, else as many words as have room. From the
    // anchor backwards: a paragraph may be as long as a book.
    let mut start = anchor_start;
    let mut lead = anchor_start;
    let mut reached = anchor_start;
    let mut length = chars(anchor_start, anchor_end);
    for token in in_paragraph.iter().rev() {
        if token.2 != sentence {
            break;
        }
        length += chars(token.0, reached);
        reached = token.0;
        if length > room_before {
            start = lead;
            break;
        }
        start = token.0;
        if length <= room_before / 2 {
            lead = token.0;
        }
    }
    start = widen_left(text, start, paragraph_start);
    let mut end = start;
    let mut length = 0;
    let after_start = marked.tokens.partition_point(|token| token.1 <= start);
    for token in marked.tokens.get(after_start..).unwrap_or(&[]) {
        length += chars(end, token.1);
        if token.1 > paragraph_end || length > budget {
            break;
        }
        end = token.1;
    }
    if end == start {
        // One word longer than the snippet: cut between graphemes.
        let rest = text.get(start..paragraph_end).unwrap_or("");
        let mut count = 0;
        for grapheme in rest.graphemes(true) {
            count += grapheme.chars().count();
            if count > budget {
                break;
            }
            end += grapheme.len();
        }
        return (start, end);
    }
    // Signs right after the last word belong to it.
    let next_token = marked.tokens.partition_point(|token| token.0 < end);
    let next_token = marked.tokens.get(next_token).map(|token| token.0);
    let tail_end = next_token.unwrap_or(paragraph_end).min(paragraph_end);
    let tail = text.get(end..tail_end).unwrap_or("");
    let signs = match tail.find(char::is_whitespace) {
        Some(signs) => signs,
        None if tail_end == paragraph_end => tail.len(),
        // The next word is joined to this one.
        None => 0,
    };
    if chars(start, end + signs) <= budget {
        end += signs;
    }
    (start, end)
}

/// Takes opening quotes and brackets before the first word along.
fn widen_left(text: &str, start: usize, limit: usize) -> usize {
    let before = text.get(limit..start).unwrap_or("");
    let opening = |character: char| matches!(character, '“' | '"' | '\'' | '(' | '[' | '«' | '‘');
    let kept = before.trim_end_matches(opening);
    limit + kept.len()
}

fn render(text: &str, marked: &Marked, start: usize, end: usize) -> Snippet {
    let mut snippet = Snippet::default();
    if text
        .get(..start)
        .is_some_and(|before| !before.trim().is_empty())
    {
        snippet.text.push(ELLIPSIS);
    }
    let offset = snippet.text.len();
    snippet.text.push_str(text.get(start..end).unwrap_or(""));
    if text
        .get(end..)
        .is_some_and(|after| !after.trim().is_empty())
    {
        snippet.text.push(ELLIPSIS);
    }
    for mark in &marked.marks {
        if mark.start >= start && mark.end <= end {
            snippet
                .highlights
                .push([mark.start - start + offset, mark.end - start + offset]);
        }
    }
    snippet
}
