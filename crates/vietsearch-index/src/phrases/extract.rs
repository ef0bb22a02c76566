//! Reading the phrases of an article.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use vietsearch_text::{Segmenter, UserDictionary};

use super::counter::hash;
use crate::feed::Feed;

/// How far phrases are read in the headline, in bytes.
const HEADLINE_BYTES: usize = 400;
/// How far phrases are read in the text, in bytes: about the first two lines of a newspaper column.
const OPENING_BYTES: usize = 240;
/// The most words of a phrase.
const MAX_WORDS: usize = 3;
/// The most tokens of a phrase.
const MAX_TOKENS: usize = 10;
/// The most bytes of a token in a phrase; addresses have more.
const MAX_TOKEN_BYTES: usize = 24;

/// The phrases of one article.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phrases {
    /// Canonical forms, each with a space after it.
    pub(super) text: String,
    /// Index keys likewise.
    pub(super) keys: String,
    pub(super) phrases: Vec<Phrase>,
}

#[derive(Clone, Debug)]
struct Span {
    text: Range<u32>,
    key: Range<u32>,
}

/// A phrase of an article.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// The hash of its text.
    pub(super) hash: u64,
    /// Bytes of [`Phrases::text`].
    pub(super) text: Range<u32>,
    /// Bytes of [`Phrases::keys`].
    pub(super) key: Range<u32>,
}

impl Phrases {
    /// Text and key of each phrase, in no order.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let phrases = self.phrases.iter();
        phrases.map(|one| (part(&self.text, &one.text), part(&self.keys, &one.key)))
    }

    fn push(&mut self, span: Span) {
        let Span { text, key } = span;
        let hash = hash(part(&self.text, &text));
        self.phrases.push(Phrase { hash, text, key });
    }

    /// Leaves one of each phrase.
    pub(crate) fn finish(&mut self) {
        self.phrases.sort_unstable_by_key(|one| one.hash);
        self.phrases.dedup_by_key(|one| one.hash);
    }
}

fn part<'a>(text: &'a str, range: &Range<u32>) -> &'a str {
    text.get(range.start as usize..range.end as usize)
        .unwrap_or("")
}

/// What a word may be in a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It may stand anywhere.
    Content,
    /// It cannot begin one.
    Number,
    /// It can neither begin nor end one.
    Boundary,
}

/// A word of the clause that is being read.
#[derive(Clone, Debug)]
struct Unit {
    span: Span,
    tokens: usize,
    role: Role,
}

/// Reads phrases; holds the buffers.
#[derive(Debug)]
pub(crate) struct PhraseExtractor {
    /// `None` only if the library's own tables are damaged: there are no phrases then.
    segmenter: Option<Segmenter<'static>>,
    clause: Vec<Unit>,
}

impl PhraseExtractor {
    /// With words of one's own.
    pub(crate) fn new(user_dictionary: Option<Arc<UserDictionary>>) -> Self {
        let segmenter = Segmenter::new();
        debug_assert!(segmenter.is_ok(), "the tables of the library are sound");
        let segmenter = segmenter.ok().map(|segmenter| match user_dictionary {
            Some(words) => segmenter.with_user_dictionary(words),
            None => segmenter,
        });
        Self {
            segmenter,
            clause: Vec::new(),
        }
    }

    /// Reads a headline. The feeds are those of the whole text.
    pub(crate) fn headline(&mut self, text: &str, exact: &Feed, folded: &Feed, into: &mut Phrases) {
        self.read(beginning(text, HEADLINE_BYTES), exact, folded, true, into);
    }

    /// Reads the beginning of a lead or a body.
    pub(crate) fn opening(&mut self, text: &str, exact: &Feed, folded: &Feed, into: &mut Phrases) {
        self.read(beginning(text, OPENING_BYTES), exact, folded, false, into);
    }

    fn read(&mut self, text: &str, exact: &Feed, folded: &Feed, clauses: bool, into: &mut Phrases) {
        let Some(segmenter) = &mut self.segmenter else {
            return;
        };
        let clause = &mut self.clause;
        clause.clear();
        // The feeds have the tokens of the words in the same order.
        let mut terms = exact.terms().zip(folded.terms());
        for word in segmenter.segment(text) {
            if word.is_punctuation() {
                finish(clause, clauses, into);
                continue;
            }
            let text_start = into.text.len() as u32;
            let key_start = into.keys.len() as u32;
            let mut is_long = false;
            for number in 0..word.tokens {
                let Some((form, key)) = terms.next() else {
                    break;
                };
                if number == 0 && form.begins_sentence {
                    finish(clause, clauses, into);
                }
                is_long |= form.text.len() > MAX_TOKEN_BYTES;
                into.text.push_str(form.text);
                into.text.push(' ');
                into.keys.push_str(key.text);
                into.keys.push(' ');
            }
            if is_long {
                finish(clause, clauses, into);
                continue;
            }
            let text_end = (into.text.len() as u32).saturating_sub(1).max(text_start);
            let key_end = (into.keys.len() as u32).saturating_sub(1).max(key_start);
            let form = into.text.get(text_start as usize..text_end as usize);
            clause.push(Unit {
                role: role(form.unwrap_or("")),
                span: Span {
                    text: text_start..text_end,
                    key: key_start..key_end,
                },
                tokens: word.tokens,
            });
        }
        finish(clause, clauses, into);
    }
}

/// Adds the phrases of a clause, and the clause itself where it is wanted.
fn finish(clause: &mut Vec<Unit>, whole: bool, into: &mut Phrases) {
    let joined = |units: &[Unit]| -> Option<Span> {
        let (first, last) = (units.first()?, units.last()?);
        let tokens: usize = units.iter().map(|unit| unit.tokens).sum();
        (tokens <= MAX_TOKENS).then_some(Span {
            text: first.span.text.start..last.span.text.end,
            key: first.span.key.start..last.span.key.end,
        })
    };
    for start in 0..clause.len() {
        for length in 1..=MAX_WORDS {
            let Some(units) = clause.get(start..start + length) else {
                break;
            };
            let [first, .., last] = units else {
                // One word.
                let [only] = units else { continue };
                let letters = only.span.text.end - only.span.text.start;
                if only.role == Role::Content
                    && letters > 1
                    && let Some(span) = joined(units)
                {
                    into.push(span);
                }
                continue;
            };
            if first.role == Role::Content
                && last.role != Role::Boundary
                && let Some(span) = joined(units)
            {
                into.push(span);
            }
        }
    }
    if whole
        && clause.len() > MAX_WORDS
        && let Some(span) = joined(clause)
    {
        into.push(span);
    }
    clause.clear();
}

fn role(form: &str) -> Role {
    if BOUNDARY_WORDS.contains(form) {
        Role::Boundary
    } else if form.starts_with(char::is_alphabetic) {
        Role::Content
    } else {
        Role::Number
    }
}

/// The first whole words of a text, of up to `limit` bytes.
fn beginning(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or("");
    let whole = head.rfind(char::is_whitespace).unwrap_or(0);
    head.get(..whole).unwrap_or("")
}

static BOUNDARY_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("../../data/boundary_words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

#[cfg(test)]
mod tests {
    use crate::analysis::Analyzer;
    use crate::article::Article;

    fn phrases(title: &str, body: &str) -> Vec<String> {
        let mut analyzer = Analyzer::default();
        let found = analyzer.phrases(&Article::new(title, body));
        found.iter().map(|(text, _)| text.to_string()).collect()
    }

    #[test]
    fn words_and_neighbours_within_a_clause() {
        let found = phrases("Giá vàng của SJC. Công nghệ thông tin", "");
        let expected = [
            "giá",
            "giá vàng",
            "vàng",
            "vàng của sjc",
            "sjc",
            "giá vàng của sjc",
            "công nghệ",
            "công nghệ thông tin",
            "thông tin",
        ];
        for phrase in expected {
            assert!(
                found.iter().any(|known| known == phrase),
                "{phrase}: {found:?}"
            );
        }
        for phrase in ["của", "giá vàng của", "sjc công nghệ"] {
            assert!(!found.iter().any(|known| known == phrase), "{phrase}");
        }
    }

    #[test]
    fn numbers_end_phrases_and_do_not_begin_them() {
        let found = phrases("SEA Games 29 khai mạc", "");
        assert!(
            found.iter().any(|known| known == "sea games 29"),
            "{found:?}"
        );
        assert!(!found.iter().any(|known| known.starts_with("29")));
    }

    #[test]
    fn long_texts_are_read_at_their_beginning() {
        let long = "chợ nổi ".repeat(100) + "kết thúc";
        let found = phrases("", &long);
        assert!(found.iter().any(|known| known == "chợ nổi"));
        assert!(!found.iter().any(|known| known.contains("kết thúc")));
        assert!(phrases("", &"x".repeat(1000)).is_empty());
    }
}
