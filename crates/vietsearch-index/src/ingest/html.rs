//! The text of markup: entities decoded, tags as boundaries, scripts left out.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use scraper::node::{Element, Node};
use vietsearch_text::Syllable;

/// A node of a document.
pub(super) type NodeRef<'a> = ego_tree::NodeRef<'a, Node>;

/// Returns the text of a piece of markup, its paragraphs separated by `\n`. Text without tags keeps
/// its own lines.
pub(super) fn text(markup: &str) -> String {
    let has_tags = markup.match_indices('<').any(|(at, _)| {
        let after = markup.as_bytes().get(at + 1);
        after.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
    });
    let mut builder = TextBuilder::default();
    if !has_tags {
        builder.keeps_lines = true;
    }
    if !has_tags && !markup.contains('&') {
        builder.text(markup);
        return builder.finish();
    }
    // Its tags are read, but no tree is built of them: cells without their table are cells, and
    // time is linear whatever the nesting.
    let sink = Fragment {
        state: RefCell::new((builder, None)),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(markup));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let (builder, _) = tokenizer.sink.state.into_inner();
    builder.finish()
}

/// Takes the tokens of a piece of markup.
struct Fragment {
    /// The text, and the name of the silent element that is open.
    state: RefCell<(TextBuilder, Option<String>)>,
}

impl TokenSink for Fragment {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        let (builder, silent) = &mut *state;
        match token {
            Token::CharacterTokens(text) if silent.is_none() => builder.text(&text),
            Token::NullCharacterToken if silent.is_none() => builder.text("\0"),
            Token::TagToken(Tag {
                kind,
                name,
                self_closing,
                ..
            }) => {
                let name: &str = &name;
                if silent.as_deref() == Some(name) && kind == TagKind::EndTag {
                    *silent = None;
                }
                if silent.is_some() {
                    return TokenSinkResult::Continue;
                }
                builder.widen(gap_of(name));
                if kind == TagKind::StartTag && is_silent(name) && !self_closing {
                    *silent = Some(name.to_owned());
                    return raw_text_follows(name);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Returns the text of a piece of markup in one line.
pub(super) fn line(markup: &str) -> String {
    let text = text(markup);
    match text.contains('\n') {
        true => text.replace('\n', " "),
        false => text,
    }
}

/// What the tokenizer is to be told after the beginning of an element: in some, tags are text.
pub(super) fn raw_text_follows(name: &str) -> TokenSinkResult<()> {
    match name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "noscript" | "iframe" => TokenSinkResult::RawData(RawKind::Rawtext),
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

/// What stands between two words.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Nothing,
    /// A tag within a line.
    Tag,
    Space,
    Line,
}

/// Builds text with single spaces and without blank lines.
#[derive(Debug, Default)]
pub(super) struct TextBuilder {
    out: String,
    gap: Gap,
    /// Where a tag stands between two letters.
    tags: Vec<usize>,
    keeps_lines: bool,
}

impl TextBuilder {
    /// Adds the text of a node and of what is in it, but for the elements that `leaves_out` names.
    pub(super) fn walk(
        &mut self,
        root: NodeRef<'_>,
        leaves_out: &dyn Fn(NodeRef<'_>, &Element) -> bool,
    ) {
        // Without recursion: pages may be nested as deeply as their authors like.
        let mut left_out = None;
        for edge in root.traverse() {
            match edge {
                ego_tree::iter::Edge::Open(node) if left_out.is_none() => match node.value() {
                    Node::Text(text) => self.text(text),
                    Node::Element(element) => {
                        if is_silent(element.name()) || leaves_out(node, element) {
                            left_out = Some(node.id());
                        }
                        self.widen(gap_of(element.name()));
                    }
                    _ => {}
                },
                ego_tree::iter::Edge::Close(node) => {
                    if left_out == Some(node.id()) {
                        left_out = None;
                    }
                    if let Node::Element(element) = node.value()
                        && left_out.is_none()
                    {
                        self.widen(gap_of(element.name()));
                    }
                }
                ego_tree::iter::Edge::Open(_) => {}
            }
        }
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    pub(super) fn text(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                let ends_line = self.keeps_lines && matches!(character, '\n' | '\r' | '\u{2029}');
                self.widen(if ends_line { Gap::Line } else { Gap::Space });
                continue;
            }
            match std::mem::take(&mut self.gap) {
                _ if self.out.is_empty() => {}
                Gap::Nothing => {}
                Gap::Tag => self.tags.push(self.out.len()),
                Gap::Space => self.out.push(' '),
                Gap::Line => self.out.push('\n'),
            }
            self.out.push(character);
        }
    }

    pub(super) fn finish(self) -> String {
        let mut places = self
            .tags
            .into_iter()
            .filter(|at| parts_words(&self.out, *at));
        let Some(first) = places.next() else {
            return self.out;
        };
        let mut text = String::with_capacity(self.out.len() + 8);
        let mut done = 0;
        for at in std::iter::once(first).chain(places) {
            text.push_str(self.out.get(done..at).unwrap_or_default());
            text.push(' ');
            done = at;
        }
        text.push_str(self.out.get(done..).unwrap_or_default());
        text
    }
}

/// Says whether a tag between two letters parts two words: in `<b>Hà</b><i>Nội</i>` it does, in
/// `<span>H</span>à Nội` and `m<sup>2</sup>` it does not.
fn parts_words(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let is_letter =
        |letter: &char| letter.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(letter);
    let left: Vec<char> = before
        .chars()
        .rev()
        .take_while(is_letter)
        .take(16)
        .collect();
    let left: String = left.into_iter().rev().collect();
    let right: String = after.chars().take_while(is_letter).take(16).collect();
    let is_syllable = |word: &str| word.to_lowercase().parse::<Syllable>().is_ok();
    is_syllable(&left) && is_syllable(&right) && !is_syllable(&(left + &right))
}

/// Elements whose text nobody reads.
pub(super) fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "object"
            | "svg"
            | "math"
            | "select"
            | "textarea"
            | "button"
            | "canvas"
            | "audio"
            | "video"
            | "title"
    )
}

fn gap_of(name: &str) -> Gap {
    match name {
        "td" | "th" | "option" | "img" | "input" | "label" => Gap::Space,
        _ if is_block(name) => Gap::Line,
        _ => Gap::Tag,
    }
}

/// Elements that begin and end a line.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// The text of an element in one line.
pub(super) fn line_of(node: NodeRef<'_>) -> String {
    let mut builder = TextBuilder::default();
    builder.walk(node, &|_, _| false);
    builder.finish().replace('\n', " ")
}

/// The raw text in an element, such as a script.
pub(super) fn raw_text(node: NodeRef<'_>) -> String {
    let texts = node.children().filter_map(|child| match child.value() {
        Node::Text(text) => Some(&*text.text),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_boundaries() {
        let cases = [
            ("<p>đỗ&nbsp;đại học</p>", "đỗ đại học"),
            ("<p>một</p><p>hai</p>", "một\nhai"),
            ("một<br/>hai<br><br>ba", "một\nhai\nba"),
            ("<td>một</td><td>hai</td>", "một hai"),
            (
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
                "a b\nc",
            ),
            ("<ul><li>một<li>hai</ul>ba", "một\nhai\nba"),
            ("<b>Hà</b><i>Nội</i>", "Hà Nội"),
            ("<span class=\"cap\">H</span>à Nội", "Hà Nội"),
            ("<b>Ô</b>ng Sáu", "Ông Sáu"),
            ("100 m<sup>2</sup>, CO<sub>2</sub>", "100 m2, CO2"),
            ("You<b>Tube</b>, <b>“Tin</b>”", "YouTube, “Tin”"),
            ("<p>a<script>b()</script><style>c{}</style>d</p>", "ad"),
            (
                "  thừa \n\n khoảng\ttrắng <i> ở </i> đây ",
                "thừa khoảng trắng ở đây",
            ),
            (
                "&lt;b&gt; &amp; &quot;c&quot; &#7879; &#x1ec7; &Agrave;",
                "<b> & \"c\" ệ ệ À",
            ),
            ("<p>dở dang <b>đậm", "dở dang đậm"),
            ("", ""),
            ("<>", "<>"),
            ("3 < 5", "3 < 5"),
        ];
        for (markup, expected) in cases {
            assert_eq!(text(markup), expected, "{markup}");
        }
    }

    #[test]
    fn text_without_tags_keeps_its_lines() {
        assert_eq!(text("một\n\n hai \r\nba"), "một\nhai\nba");
        assert_eq!(text("một &amp;\nhai"), "một &\nhai");
        assert_eq!(line("một\nhai"), "một hai");
        assert_eq!(text("<i>một\nhai</i>"), "một hai");
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let markup = format!("{}x", "<div><b>".repeat(200_000));
        assert_eq!(text(&markup), "x");
    }
}
