//! Other engines: what is sent to them, and what becomes of their answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod agreement;
mod common;
mod delivery;
mod features;
mod live;
mod queries;
mod recorded;
mod sizing;
