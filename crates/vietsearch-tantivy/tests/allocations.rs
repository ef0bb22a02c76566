//! A tokenizer that is warm allocates nothing: a token costs one copy into its string.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(unreachable_pub, reason = "the texts are shared with other tests")]

#[path = "../../vietsearch-text/tests/support/prose.rs"]
mod prose;

use allocation_counter::measure;
use fastrand::Rng;
use tantivy_tokenizer_api::{TokenStream, Tokenizer};
use vietsearch_tantivy::ViTokenizer;

const WORDS: usize = 20_000;

fn drain(tokenizer: &mut ViTokenizer, text: &str) -> (usize, usize) {
    let mut stream = tokenizer.token_stream(text);
    let (mut count, mut bytes) = (0, 0);
    while stream.advance() {
        count += 1;
        bytes += stream.token().text.len();
    }
    (count, bytes)
}

#[test]
fn streams_allocate_nothing() {
    let kinds = [
        prose::news,
        prose::decomposed,
        prose::unmarked,
        prose::foreign,
    ];
    for (kind, prose) in kinds.into_iter().enumerate() {
        for mut tokenizer in [ViTokenizer::syllables(), ViTokenizer::folded()] {
            let mut random = Rng::with_seed(1);
            for _ in 0..12 {
                drain(&mut tokenizer, &prose(&mut random, WORDS));
            }
            let text = prose(&mut random, WORDS);
            let mut tokens = 0;
            let counted = measure(|| tokens = drain(&mut tokenizer, &text).0);
            assert!(tokens >= WORDS, "{tokens} tokens");
            assert_eq!(counted.count_total, 0, "kind {kind}, {tokens} tokens");
        }
    }
}
