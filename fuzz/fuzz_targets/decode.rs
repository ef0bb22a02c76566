#![no_main]

use libfuzzer_sys::fuzz_target;
use vietsearch_fuzz::checks;

fuzz_target!(|bytes: &[u8]| checks::decode::check(bytes));
