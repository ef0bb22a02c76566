//! What several test programs share: an engine that executes the compiled JSON, a validator of the
//! dialect, a server over both, and collections.

#![allow(dead_code, reason = "each test program takes what it needs")]

pub(crate) mod collections;
pub(crate) mod engine;
pub(crate) mod server;
pub(crate) mod validator;
