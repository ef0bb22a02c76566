//! What must hold of any input. The fuzz targets call these functions on random input, the test
//! `kept_inputs` on the inputs that once failed.
//!
//! Each function panics, and says what does not hold.

pub mod data_file;
pub mod decode;
pub mod ingest;
pub mod metadata;
pub mod normalize;
pub mod parse_query;
pub mod request;
pub mod scan;
