//! How long a completion takes: types headlines of an index letter by letter, with and without marks,
//! and prints the times of all keystrokes and of each number of letters.
//!
//! ```text
//! cargo run --release -p vietsearch-benches --bin completion -- DIR
//! ```

#![allow(
    clippy::indexing_slicing,
    reason = "a developer's tool that is to stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use vietsearch::{NewsIndex, NewsSearcher, SearchRequest, fold};

/// Headlines that are typed.
const HEADLINES: usize = 400;
/// Letters that are typed of each.
const LETTERS: usize = 24;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args()
        .nth(1)
        .ok_or("give the directory of an index")?;
    let opening = Instant::now();
    let index = NewsIndex::open(directory)?;
    let searcher = NewsSearcher::new(&index)?;
    println!("opening      {:>9.1?}", opening.elapsed());
    let first = Instant::now();
    let found = searcher.suggest("h", 10)?;
    println!(
        "first letter {:>9.1?} ({} found)",
        first.elapsed(),
        found.len()
    );

    let mut times: Vec<Duration> = Vec::new();
    let mut by_letters: BTreeMap<usize, Vec<Duration>> = BTreeMap::new();
    for headline in headlines(&searcher)? {
        for typed in [headline.clone(), fold(&headline).to_lowercase()] {
            let ends = typed
                .char_indices()
                .map(|(at, letter)| at + letter.len_utf8());
            for (letters, end) in ends.take(LETTERS).enumerate() {
                let start = Instant::now();
                let found = searcher.suggest(&typed[..end], 10)?;
                let took = start.elapsed();
                assert!(found.len() <= 10);
                times.push(took);
                by_letters.entry(letters + 1).or_default().push(took);
            }
        }
    }
    println!("keystrokes   {:>9}", times.len());
    println!("{:>12} {:>9} {:>9} {:>9}", "letters", "p50", "p99", "most");
    line("all", &mut times);
    for (letters, times) in &mut by_letters {
        line(&letters.to_string(), times);
    }
    Ok(())
}

fn line(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name:>12} {:>9.1?} {:>9.1?} {:>9.1?}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// Headlines of the index, the first by their ids.
fn headlines(searcher: &NewsSearcher) -> Result<Vec<String>, Box<dyn Error>> {
    let request = SearchRequest::new("").with_limit(HEADLINES);
    let hits = searcher.search(&request)?.hits;
    Ok(hits.into_iter().filter_map(|hit| hit.title).collect())
}
