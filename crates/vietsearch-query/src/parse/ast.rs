//! The tree of a parsed query.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use vietsearch_index::date::Day;

/// A parsed query: the text, its tree and what the reader should know.
///
/// It serialises for display and logs. `serde_json` refuses by default to read
/// back what nests 128 levels deep, which 17 groups in each other never do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Parsed {
    /// The query as given; every span counts bytes of it.
    pub text: String,
    /// The tree; always [`Node::All`], without clauses if nothing can be searched.
    pub root: Node,
    /// What was read in another way than the writer may expect, in text order.
    pub notes: Vec<Note>,
    /// Words that probably lack marks, which are open though others have theirs. Empty from
    /// [`parse`](super::parse()): [`NewsSearcher::search`](crate::NewsSearcher::search) finds them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<Range<usize>>,
}

/// A part of a query.
///
/// Spans are half-open byte ranges of the query on character boundaries. Of
/// `Words`, `Phrase`, `Prefix` and `Exact`, `text` equals the query at `span`:
/// quotes, signs and stars lie outside. Other spans cover all that was written.
///
/// In normal form no `All` or `Any` has a single member, except the root and an
/// alternative that is only an exclusion, such as the second of `a OR NOT b`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Node {
    /// Plain words, one or more, with the punctuation between them.
    Words {
        /// The words as written.
        text: String,
        /// Where they are.
        span: Range<usize>,
    },
    /// Plain words that may be written otherwise. Parsing makes none: the echo of a search has them,
    /// [`SearchResponse::parsed`](crate::SearchResponse::parsed).
    Synonyms {
        /// The words as written.
        text: String,
        /// Where they are.
        span: Range<usize>,
        /// How they, or some of them, may be written too.
        forms: Vec<OtherForm>,
    },
    /// A quoted phrase.
    Phrase {
        /// The words between the quotes.
        text: String,
        /// Where the words are, without the quotes.
        span: Range<usize>,
        /// The number of other words that may stand between.
        slop: u32,
        /// Whether the words come in this order.
        ordered: bool,
        /// Whether accents must be as typed.
        exact: bool,
    },
    /// The start of a word, written `vin*`.
    Prefix {
        /// The start, without the star; has a letter, may hold punctuation.
        text: String,
        /// Where the start is.
        span: Range<usize>,
    },
    /// A word whose accents must be as typed, written `=má`.
    Exact {
        /// The word, without the sign.
        text: String,
        /// Where the word is.
        span: Range<usize>,
    },
    /// A part searched in one text field only. An inner field has precedence.
    InField {
        /// The field.
        field: TextField,
        /// What is searched there.
        node: Box<Node>,
        /// From the field's name to the end of the value.
        span: Range<usize>,
    },
    /// A condition on a stored value; a document must meet it even if the
    /// clause is [`Occur::Plain`].
    Filter {
        /// `id`, `url`, `author`, `source`, `section`, `tag` or the name of an
        /// extra field as the caller declared it.
        field: String,
        /// The value as written, without quotes.
        value: String,
        /// From the field's name to the end of the value.
        span: Range<usize>,
    },
    /// A condition on the day of publication, both bounds inclusive; a document
    /// must meet it even if the clause is [`Occur::Plain`].
    Days {
        /// The first day, if bounded.
        from: Option<Day>,
        /// The last day, if bounded.
        to: Option<Day>,
        /// From the field's name to the end of the value.
        span: Range<usize>,
    },
    /// Clauses that hold together.
    All(Vec<Clause>),
    /// Alternatives.
    Any(Vec<Node>),
}

/// Another form for words of a query: what an abbreviation stands for, an alias, a synonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OtherForm {
    /// The form, its words separated by spaces.
    pub text: String,
    /// The words of the query that it stands for.
    pub span: Range<usize>,
    /// For an alias of a pack: it is meant in articles of this day and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
}

/// A member of [`Node::All`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// How the clause counts.
    pub occur: Occur,
    /// What it looks for.
    pub node: Node,
}

/// How a clause counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Occur {
    /// Written without an operator: wanted, and required first.
    Plain,
    /// Required by `+` or `AND`.
    Must,
    /// Excluded by `-` or `NOT`.
    MustNot,
}

/// A field of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextField {
    /// The headline.
    Title,
    /// The summary above the body, in Vietnamese newsrooms *sapo*.
    Lead,
    /// The article itself.
    Body,
}

/// Something that was read in another way than the writer may expect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// A day that no calendar has, such as `ngày:31/2/2024`; it was read as text.
    ImpossibleDate {
        /// The value as written.
        text: String,
        /// From the field's name to the end of the value.
        span: Range<usize>,
    },
    /// A range whose last day is before its first; it matches nothing.
    ReversedDays {
        /// From the field's name to the end of the value.
        span: Range<usize>,
    },
    /// A group deeper than [`Limits::max_depth`](super::Limits::max_depth); its
    /// parentheses were read as text. Only the first is noted.
    TooDeep {
        /// The opening parenthesis.
        span: Range<usize>,
    },
}

/// A leaf of the tree with what holds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leaf<'a> {
    /// The leaf; never `All`, `Any` or `InField`.
    pub node: &'a Node,
    /// The field that it is searched in, or `None` for all.
    pub field: Option<TextField>,
    /// Whether an odd number of exclusions lies above the leaf.
    pub excluded: bool,
}

/// The leaves of a tree in text order, made by [`Parsed::leaves`].
#[derive(Debug, Clone)]
pub struct Leaves<'a> {
    pending: Vec<Leaf<'a>>,
}

impl Parsed {
    /// A query that is one node and was not read from text.
    pub(crate) fn of(text: &str, node: Node) -> Self {
        let occur = Occur::Plain;
        Self {
            lacking: Vec::new(),
            text: text.to_string(),
            root: Node::All(vec![Clause { occur, node }]),
            notes: Vec::new(),
        }
    }

    /// Returns the leaves in text order.
    ///
    /// ```
    /// use vietsearch_query::parse::{ParserOptions, parse};
    ///
    /// let parsed = parse("tphcm -\"bình dương\"", &ParserOptions::default())?;
    /// let excluded: Vec<_> = parsed.leaves().filter(|leaf| leaf.excluded).collect();
    /// assert_eq!(excluded[0].node.text(), Some("bình dương"));
    /// # Ok::<(), vietsearch_query::parse::ParseError>(())
    /// ```
    #[must_use]
    pub fn leaves(&self) -> Leaves<'_> {
        let root = Leaf {
            node: &self.root,
            field: None,
            excluded: false,
        };
        Leaves {
            pending: vec![root],
        }
    }
}

impl<'a> Iterator for Leaves<'a> {
    type Item = Leaf<'a>;

    fn next(&mut self) -> Option<Leaf<'a>> {
        while let Some(leaf) = self.pending.pop() {
            match leaf.node {
                Node::All(clauses) => {
                    let members = clauses.iter().rev().map(|clause| Leaf {
                        node: &clause.node,
                        excluded: leaf.excluded != (clause.occur == Occur::MustNot),
                        ..leaf
                    });
                    self.pending.extend(members);
                }
                Node::Any(nodes) => {
                    let members = nodes.iter().rev().map(|node| Leaf { node, ..leaf });
                    self.pending.extend(members);
                }
                Node::InField { field, node, .. } => self.pending.push(Leaf {
                    node,
                    field: Some(*field),
                    ..leaf
                }),
                _ => return Some(leaf),
            }
        }
        None
    }
}

impl Note {
    /// Returns the half-open byte range of the query that the note is about.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::ImpossibleDate { span, .. }
            | Self::ReversedDays { span }
            | Self::TooDeep { span } => span.clone(),
        }
    }
}

impl Node {
    /// Returns the searched text of a leaf, or `None` for filters, days and
    /// inner nodes.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Words { text, .. }
            | Self::Synonyms { text, .. }
            | Self::Phrase { text, .. }
            | Self::Prefix { text, .. }
            | Self::Exact { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the half-open byte range of the query that the node covers, from
    /// its first leaf to its last; `0..0` without leaves.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Words { span, .. }
            | Self::Synonyms { span, .. }
            | Self::Phrase { span, .. }
            | Self::Prefix { span, .. }
            | Self::Exact { span, .. }
            | Self::InField { span, .. }
            | Self::Filter { span, .. }
            | Self::Days { span, .. } => span.clone(),
            Self::All(clauses) => {
                join(clauses.first(), clauses.last(), |clause| clause.node.span())
            }
            Self::Any(nodes) => join(nodes.first(), nodes.last(), Self::span),
        }
    }
}

fn join<T>(first: Option<&T>, last: Option<&T>, span: impl Fn(&T) -> Range<usize>) -> Range<usize> {
    match (first, last) {
        (Some(first), Some(last)) => span(first).start..span(last).end,
        _ => 0..0,
    }
}

/// Prints the tree in a compact notation for people:
/// `all(words("giá vàng") -phrase("bình dương")~2)`.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words { text, .. } => write!(f, "words({text:?})"),
            Self::Synonyms { text, forms, .. } => {
                write!(f, "syn({text:?}")?;
                for form in forms {
                    write!(f, " | {:?}", form.text)?;
                }
                f.write_str(")")
            }
            Self::Phrase {
                text,
                slop,
                ordered,
                exact,
                ..
            } => {
                let sign = if *exact { "=" } else { "" };
                write!(f, "{sign}phrase({text:?})")?;
                if *slop > 0 || !ordered {
                    write!(f, "~{slop}")?;
                }
                f.write_str(if *ordered { "" } else { "!" })
            }
            Self::Prefix { text, .. } => write!(f, "prefix({text:?})"),
            Self::Exact { text, .. } => write!(f, "exact({text:?})"),
            Self::InField { field, node, .. } => write!(f, "{field}({node})"),
            Self::Filter { field, value, .. } => write!(f, "filter({field}={value:?})"),
            Self::Days { from, to, .. } => {
                f.write_str("days(")?;
                write_day(f, *from)?;
                f.write_str("..")?;
                write_day(f, *to)?;
                f.write_str(")")
            }
            Self::All(clauses) => write_list(f, "all", clauses),
            Self::Any(nodes) => write_list(f, "any", nodes),
        }
    }
}

fn write_day(f: &mut fmt::Formatter<'_>, day: Option<Day>) -> fmt::Result {
    match day {
        Some(day) => write!(f, "{day}"),
        None => Ok(()),
    }
}

fn write_list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    members: &[T],
) -> fmt::Result {
    write!(f, "{name}(")?;
    for (index, member) in members.iter().enumerate() {
        let gap = if index == 0 { "" } else { " " };
        write!(f, "{gap}{member}")?;
    }
    f.write_str(")")
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.occur {
            Occur::Plain => "",
            Occur::Must => "+",
            Occur::MustNot => "-",
        };
        write!(f, "{sign}{}", self.node)
    }
}

impl fmt::Display for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Body => "body",
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::{ParserOptions, TextField, parse};

    #[test]
    fn leaves_come_in_text_order_with_their_context() {
        let query = "a -(title:(b -c) OR section:d) e*";
        let parsed = parse(query, &ParserOptions::default()).unwrap();
        let leaves: Vec<_> = parsed
            .leaves()
            .map(|leaf| (leaf.node.to_string(), leaf.field, leaf.excluded))
            .collect();
        let title = Some(TextField::Title);
        let expected = [
            ("words(\"a\")", None, false),
            ("words(\"b\")", title, true),
            ("words(\"c\")", title, false),
            ("filter(section=\"d\")", None, true),
            ("prefix(\"e\")", None, false),
        ]
        .map(|(text, field, excluded)| (text.to_owned(), field, excluded));
        assert_eq!(leaves, expected);
    }

    #[test]
    fn inner_spans_reach_from_first_to_last_leaf() {
        let parsed = parse("+giá OR \"vàng\"~2!", &ParserOptions::default()).unwrap();
        assert_eq!(parsed.text.get(parsed.root.span()), Some("giá OR \"vàng"));
        let empty = parse(" ?! ", &ParserOptions::default()).unwrap();
        assert_eq!(empty.root.span(), 0..0);
    }
}
