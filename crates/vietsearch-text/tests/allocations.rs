//! A scanner that is warm allocates nothing, whatever it reads.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(unreachable_pub, reason = "the texts are shared with other tests")]

#[path = "support/prose.rs"]
mod prose;

use allocation_counter::measure;
use fastrand::Rng;
use vietsearch_text::Scanner;

const WORDS: usize = 20_000;

/// Counts tokens, and bytes of all forms so that they are made.
fn scan(scanner: &mut Scanner, text: &str) -> (usize, usize) {
    let mut tokens = scanner.scan(text);
    let (mut count, mut bytes) = (0, 0);
    while let Some(token) = tokens.next() {
        count += 1;
        bytes += token.form.len() + token.folded.len() + token.index_key().len();
    }
    (count, bytes)
}

/// Reads texts of one kind until warm; then further texts, of other words, cost no allocation.
fn allocates_nothing(prose: fn(&mut Rng, usize) -> String) {
    let mut random = Rng::with_seed(1);
    let mut scanner = Scanner::new();
    for _ in 0..12 {
        scan(&mut scanner, &prose(&mut random, WORDS));
    }
    let text = prose(&mut random, WORDS);
    for which in ["of words that are new", "that was read before"] {
        let mut tokens = 0;
        let counted = measure(|| tokens = scan(&mut scanner, &text).0);
        assert!(tokens >= WORDS, "{tokens} tokens");
        assert_eq!(
            counted.count_total, 0,
            "in {tokens} tokens of a text {which}"
        );
    }
}

#[test]
fn news() {
    allocates_nothing(prose::news);
}

#[test]
fn decomposed_news() {
    allocates_nothing(prose::decomposed);
}

#[test]
fn unmarked_news() {
    allocates_nothing(prose::unmarked);
}

#[test]
fn foreign_words() {
    allocates_nothing(prose::foreign);
}

/// Short texts too, each a scan of its own.
#[test]
fn queries() {
    let mut random = Rng::with_seed(2);
    let queries: Vec<String> = (0..2_000).map(|_| prose::news(&mut random, 4)).collect();
    let mut scanner = Scanner::new();
    for text in
        [prose::news, prose::decomposed, prose::foreign].map(|make| make(&mut random, WORDS))
    {
        scan(&mut scanner, &text);
    }
    for query in &queries {
        scan(&mut scanner, query);
    }
    let mut tokens = 0;
    let counted = measure(|| {
        for query in &queries {
            tokens += scan(&mut scanner, query).0;
        }
    });
    assert!(tokens >= 8_000, "{tokens} tokens");
    assert_eq!(counted.count_total, 0, "in {tokens} tokens");
}

/// The counter counts: a new scanner is not free.
#[test]
fn warming_up_is_seen() {
    let text = prose::decomposed(&mut Rng::with_seed(3), WORDS);
    let counted = measure(|| assert!(scan(&mut Scanner::new(), &text).0 > 0));
    assert!(counted.count_total > 0);
}
