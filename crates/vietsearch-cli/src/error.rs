//! Failures and the exit codes that they end with.

use std::error::Error;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use vietsearch::index::IndexError;
use vietsearch::query::SearchError;
use vietsearch_cluster::ClusterError;

use crate::output::say;

/// Why a command ends without having done its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Stdout takes no more: quiet if its reader has gone (`| head`), else a failure.
    Output(io::Error),
    /// The command line cannot be carried out as written.
    Usage(String),
    /// The work failed; the message says what to do.
    Message(String),
    /// The work failed, with its cause.
    Error(Box<dyn Error>),
}

/// The result of a command.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A failure to do something with a file.
    pub(crate) fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        Self::Message(format!("cannot {action} {path:?}: {error}"))
    }

    /// Writes the reason to stderr and returns the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Output(error) => {
                say(format_args!("vietsearch: cannot write to stdout: {error}"));
                ExitCode::from(1)
            }
            Self::Usage(message) => {
                say(format_args!("vietsearch: {message}"));
                ExitCode::from(2)
            }
            Self::Message(message) => {
                say(format_args!("vietsearch: {message}"));
                ExitCode::from(1)
            }
            Self::Error(error) => {
                say(format_args!("vietsearch: {}", with_causes(error.as_ref())));
                ExitCode::from(1)
            }
        }
    }
}

/// A message with the causes that it does not quote itself.
fn with_causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        cause = error.source();
    }
    message
}

/// Files are wrapped by [`Failure::file`], so a bare I/O error is that of stdout.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// JSON is only ever written to stdout with `?`.
impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Setting { .. } => Self::Usage(error.to_string()),
            _ => Self::Error(Box::new(error)),
        }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Setting { .. } => Self::Usage(error.to_string()),
            _ => Self::Error(Box::new(error)),
        }
    }
}

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Setting { .. } => Self::Usage(error.to_string()),
            ClusterError::Search(error) => error.into(),
            _ => Self::Error(Box::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_named_once() {
        let cause = io::Error::other("the disk is full");
        let error = io::Error::other(cause);
        assert_eq!(with_causes(&error), "the disk is full");
    }

    #[test]
    fn a_serialiser_passes_a_broken_pipe_on() {
        struct Closed;
        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let failure = Failure::from(serde_json::to_writer(Closed, &1).unwrap_err());
        assert!(matches!(
            failure,
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe
        ));
    }
}
