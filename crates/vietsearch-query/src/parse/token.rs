//! Tokens between lexer and tree.

use std::ops::Range;

use super::ast::{Node, Occur, TextField};

/// A piece of the query with its byte span.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a token is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A chunk of plain text.
    Word,
    /// `=word`; the text starts after the sign.
    Exact,
    /// `field:word`.
    Filter {
        field: String,
        /// Byte offset of the value.
        value: usize,
    },
    /// A leaf that is complete as it stands.
    Leaf(Box<Node>),
    /// `field:` before the token that it holds of.
    Field(TextField),
    /// `+` or `-` before the token that it holds of.
    Sign(Occur),
    And,
    Or,
    Not,
    /// `(`; in pairs with `Close` once resolved.
    Open,
    /// `)`.
    Close,
    /// A parenthesis or sign that turned out to be text.
    Punctuation,
}

impl Kind {
    /// Whether something to search for starts here.
    pub(super) fn starts_operand(&self) -> bool {
        !matches!(
            self,
            Self::And | Self::Or | Self::Not | Self::Close | Self::Punctuation
        )
    }

    /// Whether something to search for ends here.
    pub(super) fn ends_operand(&self) -> bool {
        matches!(
            self,
            Self::Word | Self::Exact | Self::Filter { .. } | Self::Leaf(_) | Self::Close
        )
    }

    /// Whether the token is AND, OR or NOT.
    pub(super) fn is_keyword(&self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Not)
    }
}
