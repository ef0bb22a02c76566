//! Errors of remote engines.

use vietsearch_query::SearchError;

use crate::bulk::Rejection;
use crate::dialect::Dialect;
use crate::http::TransportError;

/// What went wrong with a remote engine.
///
/// `ids` names the documents that were on their way and were not acknowledged: they may or may not
/// be in the index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// The query cannot be read, or the local ranking failed.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The dialect has no way to say it.
    #[error("{dialect} cannot {what}: {instead}")]
    Unsupported {
        /// The dialect.
        dialect: Dialect,
        /// What was asked for.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// The query has more clauses than engines take.
    #[error("the query has {count} clauses, {max} are allowed: shorten it")]
    TooManyClauses {
        /// Clauses of the query.
        count: usize,
        /// The most that are allowed.
        max: usize,
    },
    /// A setting is out of range.
    #[error("{what}: {reason}")]
    Setting {
        /// The setting.
        what: &'static str,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// An article cannot be sent.
    #[error("article {:?}: {}", .0.id, .0.reason)]
    Article(Rejection),
    /// The engine takes no more at present: its queue is full, or it limits the rate.
    #[error(
        "the engine is busy (status {status}) after {attempts} attempts; {} not acknowledged: send them again later",
        documents(ids)
    )]
    Busy {
        /// The HTTP status.
        status: u16,
        /// How often the request was sent.
        attempts: u32,
        /// Documents that were not acknowledged.
        ids: Vec<String>,
    },
    /// There was no answer.
    #[error("{error}; {} not acknowledged{}", documents(ids), doubt(error))]
    Transport {
        /// What happened.
        error: TransportError,
        /// Documents that were not acknowledged.
        ids: Vec<String>,
    },
    /// The engine refused a request.
    #[error(
        "the engine refused (status {status}): {reason:?}; {} not acknowledged",
        documents(ids)
    )]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The engine's reason.
        reason: String,
        /// Documents that were not acknowledged.
        ids: Vec<String>,
    },
    /// The answer is incomplete or no answer of this interface.
    #[error("half an answer: {reason}; {} not acknowledged", documents(ids))]
    HalfAnswer {
        /// What is missing.
        reason: String,
        /// Documents that were not acknowledged.
        ids: Vec<String>,
    },
    /// The index exists with another mapping.
    #[error(
        "field {field:?} of the index has {found}, not {expected}: \
         create an index with the mapping of `vietsearch export`"
    )]
    WrongMapping {
        /// The field.
        field: String,
        /// What this library needs.
        expected: String,
        /// What the index has.
        found: String,
    },
    /// A document was analysed by another version: its terms may not be found.
    #[error(
        "document {id:?} was analysed by version {found}, this library is version {library}: \
         send the articles again into a new index"
    )]
    AnalysisMismatch {
        /// The document.
        id: String,
        /// The version that wrote it.
        found: u64,
        /// The version of this library.
        library: u64,
    },
}

/// The result of speaking to a remote engine.
pub(crate) type Result<T, E = ClusterError> = std::result::Result<T, E>;

/// `2 documents ("a", "b")`; long lists are cut.
fn documents(ids: &[String]) -> String {
    const SHOWN: usize = 5;
    if ids.is_empty() {
        return "no document".to_string();
    }
    let shown: Vec<String> = ids.iter().take(SHOWN).map(|id| format!("{id:?}")).collect();
    let more = if ids.len() > SHOWN { ", …" } else { "" };
    let plural = if ids.len() == 1 { "" } else { "s" };
    format!(
        "{} document{plural} ({}{more})",
        ids.len(),
        shown.join(", ")
    )
}

fn doubt(error: &TransportError) -> &'static str {
    match error {
        TransportError::NotSent(_) => ": check the address",
        _ => ": count them before sending them again",
    }
}

impl ClusterError {
    /// The documents concerned, which were not acknowledged.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        match self {
            Self::Busy { ids, .. }
            | Self::Transport { ids, .. }
            | Self::Refused { ids, .. }
            | Self::HalfAnswer { ids, .. } => ids,
            Self::Article(rejection) => std::slice::from_ref(&rejection.id),
            Self::AnalysisMismatch { id, .. } => std::slice::from_ref(id),
            _ => &[],
        }
    }

    /// The same error about these documents.
    pub(crate) fn about(mut self, concerned: &[String]) -> Self {
        if let Self::Busy { ids, .. }
        | Self::Transport { ids, .. }
        | Self::Refused { ids, .. }
        | Self::HalfAnswer { ids, .. } = &mut self
        {
            *ids = concerned.to_vec();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_documents() {
        let ids: Vec<String> = (1..=7).map(|number| number.to_string()).collect();
        let error = ClusterError::Transport {
            error: TransportError::Timeout,
            ids,
        };
        assert_eq!(
            error.to_string(),
            "no answer in time; 7 documents (\"1\", \"2\", \"3\", \"4\", \"5\", …) not acknowledged: \
             count them before sending them again"
        );
        assert_eq!(error.ids().len(), 7);
    }
}
