//! Everything that reads text into tokens, behind one face: ours, our rivals, and two bounds.

use std::fmt;
use std::hint::black_box;

use charabia::Tokenize;
use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use tantivy::tokenizer::{TextAnalyzer, Tokenizer};
use unicode_segmentation::UnicodeSegmentation;
use vietsearch::text::{Scanner, Segmenter, Token};
use vietsearch::tokenizer::ViTokenizer;

use crate::inputs::Input;
use crate::reference;

/// What all figures are ratios to: tantivy's SimpleTokenizer, LowerCaser and AsciiFoldingFilter.
pub const REFERENCE: &str = "stream/tantivy-folding";

/// How many tokens an engine must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Those of the oracle.
    Tokens,
    /// Those of words cut at every sign.
    Words,
    /// One for each byte.
    Bytes,
    /// Its own: as many as it found the first time.
    Own,
}

/// A way to read a text.
pub struct Engine {
    /// The first two parts of a benchmark's name: operation/engine.
    pub name: &'static str,
    /// What the number of its tokens is checked against.
    pub count: Count,
    read: Box<dyn FnMut(&str) -> usize>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Engine {
    fn new(name: &'static str, count: Count, read: impl FnMut(&str) -> usize + 'static) -> Self {
        let read = Box::new(read);
        Self { name, count, read }
    }

    /// Reads all texts of the input; the number of tokens.
    pub fn run(&mut self, input: &Input) -> usize {
        self.read(&input.texts)
    }

    /// Reads some texts; the number of tokens.
    pub fn read(&mut self, texts: &[String]) -> usize {
        texts.iter().map(|text| (self.read)(black_box(text))).sum()
    }

    /// The number of tokens that [`run`](Self::run) must return.
    pub fn expected(&mut self, input: &Input) -> usize {
        match self.count {
            Count::Tokens => input.tokens,
            Count::Words => input.words,
            Count::Bytes => input.bytes,
            Count::Own => self.run(input),
        }
    }
}

/// All engines that make tokens; those of one operation follow each other.
#[must_use]
pub fn all() -> Vec<Engine> {
    let mut engines = ours();
    engines.extend(rivals());
    engines.extend(bounds());
    engines
}

/// The scanner and the token streams above it.
#[must_use]
pub fn ours() -> Vec<Engine> {
    let tokens = Count::Tokens;
    let mut form = String::new();
    let mut folded = String::new();
    let mut copying = Scanner::new();
    let copied = move |text: &str| {
        form.clear();
        folded.clear();
        let count = scan(&mut copying, text, |token| {
            token.push_form_to(&mut form);
            form.push(' ');
            token.push_folded_to(&mut folded);
            folded.push(' ');
        });
        black_box((&form, &folded));
        count
    };
    vec![
        scanning("scan/spans", |token| {
            black_box((token.start, token.end));
        }),
        scanning("scan/canonical", |token| {
            black_box((token.start, token.end, token.form));
        }),
        scanning("scan/folded", |token| {
            black_box((token.start, token.end, token.folded));
        }),
        scanning("scan/index-key", |token| {
            black_box((token.start, token.end, token.index_key()));
        }),
        scanning("scan/canonical+folded", |token| {
            black_box((token.start, token.end, token.form, token.folded));
        }),
        Engine::new("scan/canonical+folded-copied", tokens, copied),
        streaming("stream/syllables", tokens, ViTokenizer::syllables()),
        streaming("stream/folded", tokens, ViTokenizer::folded()),
    ]
}

/// The word segmenter, with the scan that it stands on; none if its tables cannot be read. It is
/// no part of [`all`]: its tables would take the caches from those that are measured with it.
#[must_use]
pub fn segmenter() -> Option<Engine> {
    let mut segmenter = Segmenter::new().ok()?;
    let segment = move |text: &str| {
        let words = segmenter.segment(text);
        words.map(|word| black_box(word).tokens).sum()
    };
    Some(Engine::new("words/segmenter", Count::Tokens, segment))
}

/// What others offer for the same work, and our naive version.
#[must_use]
pub fn rivals() -> Vec<Engine> {
    let oracle = |text: &str| black_box(vietsearch_oracle::analyse(text)).len();
    let charabia = |text: &str| {
        let words = text.tokenize().filter(charabia::Token::is_word);
        words
            .inspect(|word| {
                black_box(word.lemma().len());
            })
            .count()
    };
    let unicode = |text: &str| {
        let words = text.unicode_words();
        words.fold(0, |count, word| {
            count + usize::from(black_box(!word.is_empty()))
        })
    };
    let icu = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let icu_words = move |text: &str| {
        let edges = icu.segment_str(text).iter_with_word_type();
        edges
            .filter(|(edge, kind)| kind.is_word_like() && black_box(*edge) > 0)
            .count()
    };
    vec![
        streaming(
            "stream/tantivy-lower",
            Count::Words,
            reference::lower_chain(),
        ),
        streaming(REFERENCE, Count::Words, reference::folding_chain()),
        Engine::new("words/oracle", Count::Tokens, oracle),
        Engine::new("words/charabia", Count::Own, charabia),
        Engine::new("words/unicode-segmentation", Count::Own, unicode),
        Engine::new("words/icu4x", Count::Own, icu_words),
    ]
}

/// What reading the bytes alone costs.
#[must_use]
pub fn bounds() -> Vec<Engine> {
    let mut copy = Vec::new();
    let memcpy = move |text: &str| {
        copy.clear();
        copy.extend_from_slice(text.as_bytes());
        black_box(&copy).len()
    };
    let validate = |text: &str| {
        let checked = std::str::from_utf8(black_box(text.as_bytes()));
        checked.map_or(0, str::len)
    };
    vec![
        Engine::new("bytes/from_utf8", Count::Bytes, validate),
        Engine::new("bytes/memcpy", Count::Bytes, memcpy),
    ]
}

fn scanning(name: &'static str, use_token: fn(&Token<'_>)) -> Engine {
    let mut scanner = Scanner::new();
    let read = move |text: &str| scan(&mut scanner, text, use_token);
    Engine::new(name, Count::Tokens, read)
}

#[inline]
fn scan(scanner: &mut Scanner, text: &str, mut use_token: impl FnMut(&Token<'_>)) -> usize {
    let mut tokens = scanner.scan(text);
    let mut count = 0;
    while let Some(token) = tokens.next() {
        use_token(&token);
        count += 1;
    }
    count
}

/// A tokenizer that is known, as a program calls it that has chosen one.
trait Stream: 'static {
    fn drain(&mut self, text: &str) -> usize;
}

impl Stream for ViTokenizer {
    fn drain(&mut self, text: &str) -> usize {
        reference::drain(&mut self.token_stream(text)).0
    }
}

impl Stream for TextAnalyzer {
    fn drain(&mut self, text: &str) -> usize {
        reference::drain(&mut self.token_stream(text)).0
    }
}

fn streaming(name: &'static str, count: Count, mut tokenizer: impl Stream) -> Engine {
    Engine::new(name, count, move |text: &str| tokenizer.drain(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::texts;

    #[test]
    fn every_engine_finds_its_tokens_every_time() {
        for input in texts(20_000) {
            for mut engine in all() {
                let expected = engine.expected(&input);
                for _ in 0..2 {
                    assert_eq!(engine.run(&input), expected, "{engine:?} {}", input.name);
                }
                assert!(expected > 100, "{engine:?} {}", input.name);
            }
        }
    }
}
