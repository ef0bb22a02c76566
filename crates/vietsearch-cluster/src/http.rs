//! Requests and answers, whatever carries them.

use std::time::Duration;

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

/// A request without address and credentials: those are the carrier's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query, from the slash on.
    pub path: String,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The body; empty if there is none.
    pub body: String,
}

impl Request {
    pub(crate) fn get(path: String) -> Self {
        Self::json(Method::Get, path, String::new())
    }

    pub(crate) fn json(method: Method, path: String, body: String) -> Self {
        Self {
            method,
            path,
            content_type: "application/json",
            body,
        }
    }

    pub(crate) fn lines(path: String, body: String) -> Self {
        Self {
            method: Method::Post,
            path,
            content_type: "application/x-ndjson",
            body,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// How long the server asks to wait before the next attempt.
    pub retry_after: Option<Duration>,
}

impl Response {
    /// An answer without a wish to wait.
    #[must_use]
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            body: body.into(),
            retry_after: None,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The request was not sent.
    #[error("cannot connect: {0}")]
    NotSent(String),
    /// No answer came in time; whether the request was carried out is unknown.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke; whether the request was carried out is unknown.
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// Carries requests to a server and answers back.
///
/// Implement it on the HTTP client that a program has already; the feature `client` brings one.
pub trait Transport {
    /// Sends a request and waits for the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// If no answer comes.
    fn send(&self, request: &Request) -> Result<Response, TransportError>;

    /// Waits before the next attempt.
    fn pause(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
