//! What several test programs share: an engine that executes the compiled JSON, a validator of the
//! dialect, a server over both, and collections.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test programs use different parts; a test fails by panicking"
)]

pub(crate) mod collections;
pub(crate) mod engine;
pub(crate) mod server;
pub(crate) mod validator;
