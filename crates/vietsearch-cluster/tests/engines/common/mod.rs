//! What the tests share: an engine that executes the compiled JSON, a validator of the
//! dialect, a server over both, and collections.

pub(crate) mod collections;
pub(crate) mod engine;
pub(crate) mod server;
pub(crate) mod validator;
