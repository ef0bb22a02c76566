#![no_main]

use libfuzzer_sys::fuzz_target;
use vietsearch_fuzz::{Text, checks};

fuzz_target!(|text: Text| checks::normalize::check(&text.0));
