//! What the benchmarks measure on, and what they measure against.
//!
//! Every input can be made from the demo articles or is written here, so that a run needs no files;
//! where there are real news, they are taken.

pub mod engines;
pub mod inputs;
pub mod reference;
