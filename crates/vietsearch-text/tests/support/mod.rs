//! Shared by the integration tests: random text, the comparison with the oracle, outside data.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file compiles the module and uses a part of it"
)]

pub mod compare;
pub mod data;
pub mod random_text;
