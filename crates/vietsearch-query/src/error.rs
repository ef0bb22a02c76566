//! Errors of searching.

use vietsearch_index::IndexError;

use crate::parse::ParseError;
use crate::weights::WeightsError;

/// What went wrong with a search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The query exceeds a limit.
    #[error(transparent)]
    Query(#[from] ParseError),
    /// A request's setting is out of range.
    #[error("{what}: {reason}")]
    Setting {
        /// The setting's name.
        what: &'static str,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// Weights are not usable.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// No article has this id.
    #[error("no article has the id {id:?}")]
    UnknownArticle {
        /// The id that was asked for.
        id: String,
    },
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// tantivy refused.
    #[error("tantivy: {0}")]
    Tantivy(#[source] tantivy::TantivyError),
}

impl From<tantivy::TantivyError> for SearchError {
    /// Damaged files are told apart from what else tantivy cannot read.
    fn from(error: tantivy::TantivyError) -> Self {
        match IndexError::from(error) {
            IndexError::Tantivy(error) => Self::Tantivy(error),
            other => Self::Index(other),
        }
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        tantivy::TantivyError::from(error).into()
    }
}

/// The result of a search.
pub(crate) type Result<T, E = SearchError> = std::result::Result<T, E>;
