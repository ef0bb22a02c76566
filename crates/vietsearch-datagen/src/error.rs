//! What can go wrong in making data.

use std::io;
use std::path::PathBuf;

use vietsearch_data::DataError;

pub(crate) type Result<T> = std::result::Result<T, DatagenError>;

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
    #[error(
        "{path:?} differs from what its sources give: run `vietsearch-datagen build` and commit"
    )]
    Stale { path: PathBuf },
}
