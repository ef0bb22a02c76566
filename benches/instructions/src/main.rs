//! Prints the size of each input, for the tables that are made of instruction counts: its name, its
//! tokens, its bytes; and on the last line how many benchmarks have a baseline with this compiler.

use vietsearch_instructions::{NAMES, compiler, limit, scan, texts};
use vietsearch_text::Scanner;

fn main() {
    for name in NAMES {
        let texts = texts(name);
        let (tokens, _) = scan(&mut Scanner::new(), &texts);
        let bytes: usize = texts.iter().map(String::len).sum();
        println!("{name} {tokens} {bytes}");
    }
    let known = NAMES
        .iter()
        .filter(|name| limit(&format!("scan/{name}")).is_some());
    println!("baselines {} {}", known.count(), compiler());
}
