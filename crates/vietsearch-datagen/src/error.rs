//! What can go wrong in making data.

use std::io;
use std::path::PathBuf;

use vietsearch_data::DataError;
use vietsearch_index::IndexError;
use vietsearch_query::{SearchError, WeightsError};

pub(crate) type Result<T, E = DatagenError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum DatagenError {
    #[error("cannot {action} {path:?}")]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{path:?}, line {line}: cannot read {content:?}")]
    Line {
        path: PathBuf,
        line: usize,
        content: String,
    },
    #[error("{path:?}, line {line}: {reason}")]
    Invalid {
        path: PathBuf,
        line: usize,
        reason: String,
    },
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("cannot use the weights of {path:?}")]
    Weights { path: PathBuf, source: WeightsError },
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Search(#[from] SearchError),
    #[error(
        "{path:?} differs from what its sources give: run `vietsearch-datagen build` and commit"
    )]
    Stale { path: PathBuf },
}
