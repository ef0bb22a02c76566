//! Completing what a reader types, from the phrases of the segments.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocSet, TERMINATED};
use vietsearch_index::phrases::{PhraseTable, TopPhrases};
use vietsearch_text::marks::{self, Bare};
use vietsearch_text::{Scanner, Syllable};

use crate::error::Result;
use crate::interpret;
use crate::parse::{Node, Parsed};
use crate::plan::Phrases;
use crate::request::SearchRequest;
use crate::search::NewsSearcher;

/// The longest beginning that is completed, in bytes: no phrase is longer.
const MAX_BYTES: usize = 200;
/// How many phrases of a segment are read at first.
const FIRST: usize = 24;

/// A phrase that begins as the reader typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Completion {
    /// The phrase, with its marks.
    pub text: String,
    /// Number of articles that have it in their headline or begin with it, as far as it is kept.
    pub articles: u64,
}

impl NewsSearcher {
    /// Completes what a reader has typed to the most frequent phrases of headlines and of the
    /// beginnings of texts: by the number of their articles, then shorter ones first.
    ///
    /// Typed marks are constraints, bare letters wildcards. Where nothing begins as typed, the letters
    /// are read as Telex or VNI keystrokes. A phrase that goes on from another one is left out if only
    /// one article has it. Counts may lag behind deletions, and rare phrases of large collections are
    /// not kept: see [`vietsearch_index::phrases`]. What no article is left of is never suggested.
    ///
    /// Costs some hundred microseconds, at the first letter as well.
    ///
    /// ```
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    /// use vietsearch_query::NewsSearcher;
    ///
    /// let index = NewsIndex::create_in_ram()?;
    /// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    /// writer.add(Article::new("Giá vàng", "").with_id("1"))?;
    /// writer.add(Article::new("Giá vàng", "").with_id("2"))?;
    /// writer.add(Article::new("Gia vị", "").with_id("3"))?;
    /// writer.commit()?;
    /// let searcher = NewsSearcher::new(&index)?;
    /// let texts = |typed: &str| -> Result<Vec<String>, vietsearch_query::SearchError> {
    ///     Ok(searcher.suggest(typed, 10)?.into_iter().map(|one| one.text).collect())
    /// };
    /// assert_eq!(texts("gia v")?, ["giá vàng", "gia vị"]);
    /// assert_eq!(texts("giá v")?, ["giá vàng"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        self.guarded(|| self.completions(typed, limit))
    }

    fn completions(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        let deleted: u64 = self
            .searcher
            .segment_readers()
            .iter()
            .map(|segment| u64::from(segment.num_deleted_docs()))
            .sum();
        let is_alive = |one: &Completion| Ok(one.articles > deleted || self.holds(&one.text)?);
        let found = complete(&self.phrases, typed, limit, is_alive)?;
        if !found.is_empty() {
            return Ok(found);
        }
        match interpret::keystrokes(typed) {
            Some(meant) => complete(&self.phrases, &meant, limit, is_alive),
            None => Ok(found),
        }
    }

    /// True if an article holds a phrase exactly so.
    fn holds(&self, phrase: &str) -> Result<bool> {
        let span = 0..phrase.len();
        let node = Node::Phrase {
            text: phrase.to_string(),
            span,
            slop: 0,
            ordered: true,
            exact: true,
        };
        let parsed = Parsed::of(phrase, node);
        let request = SearchRequest::default();
        let plan = self.plan(&parsed, &request, Phrases::Required)?;
        let scoring = EnableScoring::disabled_from_searcher(&self.searcher);
        let weight = plan.full_condition().weight(scoring)?;
        for segment in self.searcher.segment_readers() {
            let mut scorer = weight.scorer(segment, 1.0)?;
            while scorer.doc() != TERMINATED {
                if !segment.is_deleted(scorer.doc()) {
                    return Ok(true);
                }
                scorer.advance();
            }
        }
        Ok(false)
    }
}

/// The beginning of a phrase, as typed.
struct Typed {
    /// Canonical forms of its words; the last may be a beginning.
    words: Vec<String>,
    /// True if the last word is whole.
    is_whole: bool,
    /// True if no mark was typed.
    is_bare: bool,
    /// How keys begin that may fit.
    prefixes: Vec<String>,
}

impl Typed {
    /// `None` if there is no word, or more than a phrase has.
    fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut words = Vec::new();
        let mut before = String::new();
        let mut is_bare = true;
        let mut last: Option<(String, String, usize)> = None;
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            if let Some((_, key, _)) = last.take() {
                before.push_str(&key);
                before.push(' ');
            }
            words.push(token.form.to_string());
            is_bare &= token.is_bare();
            let key = token.index_key().to_string();
            last = Some((token.folded.to_string(), key, token.end));
        }
        let (folded, key, end) = last?;
        let is_whole = end < text.len();
        let mut prefixes = match is_whole {
            true => vec![format!("{before}{key} ")],
            false => vec![format!("{before}{folded}"), format!("{before}{key}")],
        };
        prefixes.dedup();
        Some(Self {
            words,
            is_whole,
            is_bare,
            prefixes,
        })
    }

    /// True if a phrase whose key begins with a prefix has every mark that was typed.
    fn fits(&self, phrase: &str) -> bool {
        if self.is_bare && self.prefixes.len() == 1 {
            return true;
        }
        let mut words = phrase.split(' ');
        let last = self.words.len() - 1;
        self.words.iter().enumerate().all(|(number, typed)| {
            let is_beginning = number == last && !self.is_whole;
            words.next().is_some_and(|word| match is_beginning {
                true => begins(typed, word),
                false => is_meant(typed, word),
            })
        })
    }
}

/// True if `word`, or its twin in i or y, has the marks of `typed`.
fn is_meant(typed: &str, word: &str) -> bool {
    let agrees = |word: &str| marks::agree(typed, Bare::Open, word, Bare::Literal);
    agrees(word) || twin(word).is_some_and(agrees)
}

/// True if `word`, or its twin in i or y, begins with `typed`.
fn begins(typed: &str, word: &str) -> bool {
    let begins = |word: &str| word.starts_with(typed) || marks::begins(typed, word);
    begins(word) || twin(word).is_some_and(begins)
}

fn twin(word: &str) -> Option<&'static str> {
    let syllable: Syllable = word.parse().ok()?;
    Some(syllable.spelling_twin()?.as_str())
}

/// A phrase that was found in some segment.
struct Candidate {
    key: String,
    text: String,
    /// Its articles in the segments where they are known.
    articles: u64,
    known: Vec<bool>,
}

impl Candidate {
    /// The most articles that it may have, if the segments where it was not found have at most
    /// `rests`.
    fn most(&self, rests: &[u64]) -> u64 {
        let unknown = self.known.iter().zip(rests).filter(|(known, _)| !**known);
        self.articles + unknown.map(|(_, rest)| rest).sum::<u64>()
    }

    fn order(&self) -> (Reverse<u64>, usize, &str, &str) {
        let words = self.key.matches(' ').count();
        (Reverse(self.articles), words, &self.key, &self.text)
    }
}

/// The most frequent phrases that begin as typed, the best first: by the number of their articles,
/// then shorter ones first, then by their keys. `is_alive` tells whether an article that is not
/// deleted holds a phrase.
///
/// A phrase that only one article has is left out where it goes on from another one.
pub(crate) fn complete(
    tables: &[PhraseTable],
    typed: &str,
    limit: usize,
    is_alive: impl Fn(&Completion) -> Result<bool>,
) -> Result<Vec<Completion>> {
    let Some(typed) = Typed::read(typed).filter(|_| limit > 0) else {
        return Ok(Vec::new());
    };
    let mut wanted = limit.saturating_add(6);
    loop {
        let found = most_frequent(tables, &typed, wanted);
        let is_all = found.len() < wanted;
        let mut completions: Vec<Completion> = Vec::new();
        for candidate in found {
            let goes_on = |shorter: &Completion| {
                let rest = candidate.text.strip_prefix(&shorter.text);
                rest.is_some_and(|rest| rest.starts_with(' ')) && shorter.text.contains(' ')
            };
            if candidate.articles < 2 && completions.iter().any(goes_on) {
                continue;
            }
            let completion = Completion {
                text: candidate.text,
                articles: candidate.articles,
            };
            if is_alive(&completion)? {
                completions.push(completion);
            }
            if completions.len() == limit {
                return Ok(completions);
            }
        }
        if is_all {
            return Ok(completions);
        }
        wanted = wanted.saturating_mul(4);
    }
}

/// The `wanted` most frequent phrases of all tables, in order. Exact: each table is read until what
/// it has left cannot matter (as in the threshold algorithm of Fagin, Lotem and Naor 2003).
fn most_frequent(tables: &[PhraseTable], typed: &Typed, wanted: usize) -> Vec<Candidate> {
    let mut depth = FIRST.max(wanted);
    loop {
        let mut candidates: HashMap<String, Candidate> = HashMap::new();
        let mut rests = vec![0; tables.len()];
        for (number, table) in tables.iter().enumerate() {
            for prefix in &typed.prefixes {
                let TopPhrases { found, rest, .. } =
                    table.top(prefix, depth, |text| typed.fits(text));
                if let Some(known) = rests.get_mut(number) {
                    *known = u64::from(rest).max(*known);
                }
                for phrase in found {
                    let candidate = match candidates.entry(phrase.text) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(free) => {
                            let text = free.key().clone();
                            free.insert(Candidate {
                                key: phrase.key,
                                text,
                                articles: 0,
                                known: vec![false; tables.len()],
                            })
                        }
                    };
                    if let Some(known) = candidate.known.get_mut(number).filter(|known| !**known) {
                        *known = true;
                        candidate.articles += u64::from(phrase.articles);
                    }
                }
            }
        }
        let mut candidates: Vec<Candidate> = candidates.into_values().collect();
        candidates.sort_by_cached_key(|one| Reverse(one.most(&rests)));
        let mut best: Vec<Candidate> = Vec::new();
        // The counts of the best ones that are known exactly, the greatest first.
        let mut counts: Vec<u64> = Vec::new();
        let least = |counts: &[u64]| match wanted.checked_sub(1) {
            Some(last) => counts.get(last).copied().unwrap_or(0),
            None => u64::MAX,
        };
        for mut candidate in candidates {
            if least(&counts) > candidate.most(&rests) {
                break;
            }
            for (table, known) in tables.iter().zip(&mut candidate.known) {
                if !std::mem::replace(known, true) {
                    candidate.articles +=
                        u64::from(table.articles(&candidate.key, &candidate.text));
                }
            }
            let place = counts.partition_point(|count| *count >= candidate.articles);
            counts.insert(place, candidate.articles);
            best.push(candidate);
        }
        let unseen: u64 = rests.iter().sum();
        if unseen == 0 || least(&counts) > unseen {
            best.sort_by(|a, b| a.order().cmp(&b.order()));
            best.truncate(wanted);
            return best;
        }
        depth = depth.saturating_mul(4);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vietsearch_index::{Article, NewsIndex, WriterOptions};

    use super::*;

    /// An index with a segment for each list of headlines.
    fn tables(segments: &[Vec<String>]) -> Vec<PhraseTable> {
        let index = NewsIndex::create_in_ram().unwrap();
        let mut writer = index
            .writer(WriterOptions::default().with_threads(1))
            .unwrap();
        for (number, headlines) in segments.iter().enumerate() {
            for (place, headline) in headlines.iter().enumerate() {
                let id = format!("{number}-{place}");
                writer
                    .add(Article::new(headline.as_str(), "").with_id(id))
                    .unwrap();
            }
            writer.commit().unwrap();
        }
        let tables: Vec<PhraseTable> = index.snapshot().phrases.values().cloned().collect();
        tables
    }

    fn texts(tables: &[PhraseTable], typed: &str) -> Vec<String> {
        let found = complete(tables, typed, 10, |_| Ok(true)).unwrap();
        found.into_iter().map(|one| one.text).collect()
    }

    fn headlines(counted: &[(&str, usize)]) -> Vec<String> {
        let repeated = counted
            .iter()
            .flat_map(|(text, count)| std::iter::repeat_n(text.to_string(), *count));
        repeated.collect()
    }

    #[test]
    fn marks_filter_and_frequency_orders() {
        let tables = tables(&[
            headlines(&[("Giá vàng", 5), ("giá vé", 3)]),
            headlines(&[("giá vàng", 4), ("Gia vị", 1)]),
        ]);
        assert_eq!(texts(&tables, "gia v"), ["giá vàng", "giá vé", "gia vị"]);
        assert_eq!(texts(&tables, "GIA V"), ["giá vàng", "giá vé", "gia vị"]);
        assert_eq!(texts(&tables, "giá v"), ["giá vàng", "giá vé"]);
        assert_eq!(texts(&tables, "gia\u{301} v"), ["giá vàng", "giá vé"]);
        assert_eq!(texts(&tables, "gia "), ["giá vàng", "giá vé", "gia vị"]);
        assert_eq!(texts(&tables, "giá và"), ["giá vàng"]);
        for nothing in ["", " ", "?!", "giạ v", "vàn vàn", "gia vang x"] {
            assert_eq!(texts(&tables, nothing), [""; 0], "{nothing:?}");
        }
    }

    #[test]
    fn one_article_completes_to_its_phrases() {
        let tables = tables(&[headlines(&[("Kỹ thuật trồng tiêu ở Krông Năng", 1)])]);
        assert_eq!(texts(&tables, "ky th"), texts(&tables, "kĩ th"));
        assert_eq!(texts(&tables, "ki thu")[0], "kỹ thuật");
        assert_eq!(texts(&tables, "kro")[0], "krông năng");
    }

    /// Looks at every phrase of every table.
    fn naive(tables: &[PhraseTable], typed: &Typed) -> Vec<(String, u64)> {
        let mut counts: HashMap<(String, String), u64> = HashMap::new();
        for table in tables {
            for phrase in table.top("", usize::MAX, |_| true).found {
                let fits = typed
                    .prefixes
                    .iter()
                    .any(|prefix| phrase.key.starts_with(prefix));
                if fits && typed.fits(&phrase.text) {
                    let count = counts.entry((phrase.key, phrase.text)).or_default();
                    *count += u64::from(phrase.articles);
                }
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|((key, text), count)| {
            let words = key.matches(' ').count();
            (Reverse(*count), words, key.clone(), text.clone())
        });
        let counts = counts.into_iter();
        counts.map(|((_, text), count)| (text, count)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn equals_a_look_at_every_phrase(
            segments in prop::collection::vec(
                prop::collection::vec("(má|mà|ma|mơ|đa|đá|kỹ|kĩ|ki)( (má|ma|đá|kỹ|thuật)){0,3}", 1..40),
                1..4,
            ),
            typed in "(m|ma|má|đ|d|k|ki|kỹ|ma |ma m|kỹ th|ma đ)",
            wanted in 1_usize..20,
        ) {
            let tables = tables(&segments);
            let typed = Typed::read(&typed).unwrap();
            let found: Vec<(String, u64)> = most_frequent(&tables, &typed, wanted)
                .into_iter()
                .map(|one| (one.text, one.articles))
                .collect();
            let mut expected = naive(&tables, &typed);
            expected.truncate(wanted);
            prop_assert_eq!(found, expected);
        }
    }
}
