//! Cuts a query into tokens. Decides all but what needs the other tokens:
//! which parentheses group and which AND, OR and NOT have operands.

use std::ops::Range;

use super::ParserOptions;
use super::ast::{Node, Note, Occur};
use super::chars::{is_blank, is_opening_quote, is_quote, is_space, is_word};
use super::names::NameTable;
use super::token::{Kind, Token};
use vietsearch_index::date::Day;

/// Cuts `text` into tokens in text order. Chunks of mere punctuation give none.
pub(super) fn lex(text: &str, options: &ParserOptions, notes: &mut Vec<Note>) -> Vec<Token> {
    let names = options
        .extra_fields
        .iter()
        .map(|name| (name.as_str(), name.as_str()));
    let mut lexer = Lexer {
        text,
        last_quote: text.rfind(is_quote).unwrap_or(0),
        extra: NameTable::new(names),
        today: options.today,
        tokens: Vec::new(),
        notes,
    };
    let mut at = 0;
    while at < text.len() {
        at = lexer.token_at(at);
    }
    lexer.tokens
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    /// Offset of the last quote: one that starts there can never close.
    last_quote: usize,
    pub(super) extra: NameTable<&'a str>,
    pub(super) today: Option<Day>,
    tokens: Vec<Token>,
    pub(super) notes: &'a mut Vec<Note>,
}

/// A closed pair of quotes.
pub(super) struct Quoted {
    /// Inside the quotes, without the space at its edges.
    pub(super) inner: Range<usize>,
    /// After the closing quote.
    pub(super) end: usize,
}

impl Lexer<'_> {
    pub(super) fn slice(&self, span: Range<usize>) -> &str {
        self.text.get(span).unwrap_or("")
    }

    pub(super) fn rest(&self, at: usize) -> &str {
        self.slice(at..self.text.len())
    }

    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        self.rest(at).chars().next()
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.slice(0..at).chars().next_back()
    }

    pub(super) fn push(&mut self, kind: Kind, span: Range<usize>) {
        self.tokens.push(Token { kind, span });
    }

    /// Reads what starts at `at` and returns where it ends, always further on.
    fn token_at(&mut self, at: usize) -> usize {
        let Some(c) = self.char_at(at) else {
            return self.text.len();
        };
        let after = at + c.len_utf8();
        if is_space(c) {
            return after;
        }
        if let Some(kind) = parenthesis(c) {
            self.push(kind, at..after);
            return after;
        }
        // Signs, field names and `=` bind only where a word may begin, not
        // inside `NĐ-CP` or `http://a?b=c`.
        let before = self.char_before(at);
        let may_begin = before.is_none_or(|b| is_space(b) || b == '(');
        if may_begin
            && let Some(occur) = sign(c)
            && self.may_be_signed(after)
        {
            self.push(Kind::Sign(occur), at..after);
            return match self.char_at(after) {
                Some('(') => after,
                _ => self.operand_at(after),
            };
        }
        let may_be_keyword = may_begin || before.is_some_and(|b| is_quote(b) || b == ')');
        if may_be_keyword && let Some(end) = self.keyword_at(at) {
            return end;
        }
        if may_begin {
            return self.operand_at(at);
        }
        self.phrase_or_chunk(at)
    }

    /// Whether what follows a sign can be required or excluded. Digits cannot:
    /// `-5 độ C` and `+84` are text.
    fn may_be_signed(&self, at: usize) -> bool {
        match self.char_at(at) {
            Some('(') => true,
            Some('=') => self.may_be_exact(at + 1),
            Some(c) if is_quote(c) => self.phrase_at(at).is_some(),
            Some(c) => c.is_alphabetic(),
            None => false,
        }
    }

    fn may_be_exact(&self, at: usize) -> bool {
        match self.char_at(at) {
            Some(c) if is_quote(c) => self.phrase_at(at).is_some(),
            Some(c) => c.is_alphanumeric(),
            None => false,
        }
    }

    /// Reads an operand that may have a field or `=` before it.
    fn operand_at(&mut self, at: usize) -> usize {
        match self.exact_at(at).or_else(|| self.field_at(at)) {
            Some(end) => end,
            None => self.phrase_or_chunk(at),
        }
    }

    /// Reads AND, OR or NOT if it stands alone.
    fn keyword_at(&mut self, at: usize) -> Option<usize> {
        let (kind, length) = match self.rest(at).as_bytes() {
            [b'A', b'N', b'D', ..] => (Kind::And, 3),
            [b'O', b'R', ..] => (Kind::Or, 2),
            [b'N', b'O', b'T', ..] => (Kind::Not, 3),
            _ => return None,
        };
        let end = at + length;
        let alone = self
            .char_at(end)
            .is_none_or(|c| is_space(c) || parenthesis(c).is_some() || self.opens(end));
        if !alone {
            return None;
        }
        self.push(kind, at..end);
        Some(end)
    }

    fn phrase_or_chunk(&mut self, at: usize) -> usize {
        if !self.opens(at) {
            return self.chunk_at(at);
        }
        if let Some(end) = self.phrase(at, at, false) {
            return end;
        }
        match self.quoted(at) {
            Some(blank) => blank.end,
            None => self.chunk_at(at),
        }
    }

    pub(super) fn exact_at(&mut self, at: usize) -> Option<usize> {
        if !self.rest(at).starts_with('=') || !self.may_be_exact(at + 1) {
            return None;
        }
        if let Some(end) = self.phrase(at, at + 1, true) {
            return Some(end);
        }
        let end = self.chunk_end(at + 1);
        self.push(Kind::Exact, at..end);
        Some(end)
    }

    /// Reads a plain word or prefix up to the next space, parenthesis or phrase.
    pub(super) fn chunk_at(&mut self, at: usize) -> usize {
        let end = self.chunk_end(at);
        let chunk = self.slice(at..end);
        if is_blank(chunk) {
            return end;
        }
        let kind = match prefix(chunk) {
            Some(start) => Kind::Leaf(Box::new(Node::Prefix {
                text: start.to_owned(),
                span: at..at + start.len(),
            })),
            None => Kind::Word,
        };
        self.push(kind, at..end);
        end
    }

    pub(super) fn chunk_end(&self, at: usize) -> usize {
        let mut before = None;
        for (offset, c) in self.rest(at).char_indices() {
            let ends = is_space(c)
                || parenthesis(c).is_some()
                || (is_quote(c) && before.is_some_and(|b| self.opens_after(b, at + offset)));
            if ends {
                return at + offset;
            }
            before = Some(c);
        }
        self.text.len()
    }

    /// Whether the quote at `at` opens a phrase: it has a partner, and it does
    /// not stand after a letter or digit as in `27"`.
    fn opens(&self, at: usize) -> bool {
        let is_open = |c| is_quote(c) && at < self.last_quote;
        match self.char_before(at) {
            Some(before) => self.char_at(at).is_some_and(is_quote) && self.opens_after(before, at),
            None => self.char_at(at).is_some_and(is_open),
        }
    }

    fn opens_after(&self, before: char, at: usize) -> bool {
        at < self.last_quote && (!is_word(before) || self.char_at(at).is_some_and(is_opening_quote))
    }

    /// Returns the pair of quotes that the quote at `at` starts.
    fn quoted(&self, at: usize) -> Option<Quoted> {
        let open = self.char_at(at).filter(|c| is_quote(*c))?;
        if at >= self.last_quote {
            return None;
        }
        let start = at + open.len_utf8();
        let (offset, close) = self
            .rest(start)
            .char_indices()
            .find(|(_, c)| is_quote(*c))?;
        let inside = self.slice(start..start + offset);
        let from = start + (inside.len() - inside.trim_start_matches(is_space).len());
        Some(Quoted {
            inner: from..from + inside.trim_matches(is_space).len(),
            end: start + offset + close.len_utf8(),
        })
    }

    /// Returns the pair of quotes at `at` if it holds something to search for.
    pub(super) fn phrase_at(&self, at: usize) -> Option<Quoted> {
        self.quoted(at)
            .filter(|quoted| !is_blank(self.slice(quoted.inner.clone())))
    }

    /// Reads a phrase whose quote is at `quote`; the token starts at `at`.
    pub(super) fn phrase(&mut self, at: usize, quote: usize, exact: bool) -> Option<usize> {
        let quoted = self.phrase_at(quote)?;
        let suffix = self.slop_at(quoted.end);
        let node = Node::Phrase {
            text: self.slice(quoted.inner.clone()).to_owned(),
            span: quoted.inner,
            slop: suffix.words,
            ordered: suffix.ordered,
            exact,
        };
        let end = quoted.end + suffix.length;
        self.push(Kind::Leaf(Box::new(node)), at..end);
        Some(end)
    }

    /// Reads `~N` or `~N!`.
    fn slop_at(&self, at: usize) -> Slop {
        let rest = self.rest(at);
        let Some(after) = rest.strip_prefix('~') else {
            return Slop::NONE;
        };
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let tail = after.get(digits..).unwrap_or("");
        if digits == 0 || tail.starts_with(is_word) {
            return Slop::NONE;
        }
        let ordered = !tail.starts_with('!');
        Slop {
            // More digits than a number holds mean any distance.
            words: after
                .get(..digits)
                .and_then(|n| n.parse().ok())
                .unwrap_or(u32::MAX),
            ordered,
            length: 1 + digits + usize::from(!ordered),
        }
    }
}

#[derive(Clone, Copy)]
struct Slop {
    /// How many words may stand between.
    words: u32,
    ordered: bool,
    /// Length of the suffix in bytes.
    length: usize,
}

impl Slop {
    const NONE: Self = Self {
        words: 0,
        ordered: true,
        length: 0,
    };
}

pub(super) fn parenthesis(c: char) -> Option<Kind> {
    match c {
        '(' => Some(Kind::Open),
        ')' => Some(Kind::Close),
        _ => None,
    }
}

/// Typographic dashes are a minus like the ASCII one: people and phones type them unasked.
fn sign(c: char) -> Option<Occur> {
    match c {
        '+' => Some(Occur::Must),
        '-' | '\u{2013}' | '\u{2014}' | '\u{2212}' => Some(Occur::MustNot),
        _ => None,
    }
}

/// Returns what stands before the star of `vin*`. Stars elsewhere, as in
/// `**đậm**`, are text.
fn prefix(chunk: &str) -> Option<&str> {
    let start = chunk.strip_suffix('*')?;
    let is_prefix =
        start.ends_with(is_word) && !start.contains('*') && start.contains(char::is_alphabetic);
    is_prefix.then_some(start)
}
