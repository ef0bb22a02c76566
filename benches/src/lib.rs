//! What the benchmarks measure on, and what they measure against.
//!
//! Every input is made from the demo articles or written here, so that a run needs no files.

pub mod inputs;
pub mod reference;
