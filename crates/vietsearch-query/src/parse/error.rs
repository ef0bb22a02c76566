//! Why a query is refused.

use thiserror::Error;

/// The reasons to refuse a query. Syntax is never one of them: what is not an
/// operator is text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The query is longer than [`Limits::max_bytes`](super::Limits::max_bytes).
    #[error("query of {bytes} bytes is longer than {max}: shorten it or raise `max_bytes`")]
    TooLong {
        /// Length of the query in bytes.
        bytes: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// The query has more leaves than [`Limits::max_clauses`](super::Limits::max_clauses).
    #[error("query has more than {max} clauses: remove operators or raise `max_clauses`")]
    TooManyClauses {
        /// The limit in leaves of the tree.
        max: usize,
    },
    /// The query has more words than are looked up. No option raises this limit.
    #[error("query has more than {max} words: shorten it")]
    TooManyWords {
        /// The limit in words.
        max: usize,
    },
}
