//! What the benchmarks measure on, and what they measure against.
//!
//! Every input can be made from the demo articles or is written here, so that a run needs no files;
//! where there are real news, they are taken.

pub mod collection;
pub mod engines;
pub mod inputs;
pub mod judged;
pub mod judgements;
pub mod reference;
pub mod rival;
pub mod variants;
