//! Says whether the tree of a page may be built.
//!
//! The standard of HTML wants open elements searched for most tags, and open letters (`<b>`) opened
//! again in every paragraph: time and memory of a tree are the square of the nesting, which a page
//! of a few megabytes can make a matter of hours. So the tags are counted first, in linear time.

use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::super::html;

/// What browsers build as well.
const MAX_DEPTH: usize = 512;

/// Real pages have some ten thousand nodes.
const MAX_NODES: usize = 2_000_000;

/// Says whether a tree of the page has a bounded size and depth.
pub(super) fn is_buildable(markup: &str) -> bool {
    let tokenizer = Tokenizer::new(Counter::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(markup));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let counts = tokenizer.sink.0.into_inner();
    counts.most_open <= MAX_DEPTH && counts.nodes <= MAX_NODES
}

#[derive(Default)]
struct Counter(RefCell<Counts>);

#[derive(Default)]
struct Counts {
    open: HashMap<LocalName, usize>,
    open_count: usize,
    most_open: usize,
    /// Open elements that the standard opens again.
    formatting: usize,
    /// The most nodes that there can be.
    nodes: usize,
}

impl TokenSink for Counter {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        let mut counts = self.0.borrow_mut();
        let name: &str = &tag.name;
        counts.nodes = counts.nodes.saturating_add(2 + counts.formatting);
        let is_formatting = usize::from(is_formatting(name));
        if tag.kind == TagKind::StartTag {
            if !closes_itself(name) {
                *counts.open.entry(tag.name.clone()).or_default() += 1;
                counts.open_count += 1;
                counts.formatting += is_formatting;
                counts.most_open = counts.most_open.max(counts.open_count);
            }
            return html::raw_text_follows(name);
        }
        if let Some(open) = counts.open.get_mut(&tag.name)
            && *open > 0
        {
            *open -= 1;
            counts.open_count -= 1;
            counts.formatting -= is_formatting;
        }
        TokenSinkResult::Continue
    }
}

fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

/// Elements without an end, and those that the next one of their kind ends.
fn closes_itself(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "body"
            | "br"
            | "col"
            | "dd"
            | "dt"
            | "embed"
            | "head"
            | "hr"
            | "html"
            | "img"
            | "input"
            | "li"
            | "link"
            | "meta"
            | "option"
            | "p"
            | "param"
            | "source"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "track"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_pages_are_buildable() {
        let list = format!("<ul>{}</ul>", "<li><a href=x>một</a>".repeat(20_000));
        assert!(is_buildable(&list));
        let paragraphs = "<p>một <b>hai</b><br>ba".repeat(20_000);
        assert!(is_buildable(&paragraphs));
        assert!(is_buildable(
            "<script>document.write('<div>'.repeat(9))</script>"
        ));
        assert!(is_buildable(""));
    }

    #[test]
    fn deep_and_growing_pages_are_not() {
        for opening in [
            "<div>",
            "<b>",
            "<p><b id=",
            "<ul><li>",
            "<a><i>",
            "<table><tr><td>",
        ] {
            let text: String = (0..1000).map(|n| format!("{opening}{n}>")).collect();
            assert!(!is_buildable(&text), "{opening}");
        }
        let letters: String = (0..100).map(|n| format!("<b id={n}>")).collect();
        let grown = format!("{letters}{}", "<p>a</p>".repeat(20_000));
        assert!(!is_buildable(&grown));
    }
}
