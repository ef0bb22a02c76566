//! The words of a query and how each may be written in the index.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use vietsearch_text::entity::{Entity, EntityReader, EntityRole, may_be_unit};
use vietsearch_text::marks::{self, is_unfinished};
use vietsearch_text::{Scanner, Syllable, TokenKind};

use crate::interpret;
use crate::request::Matching;
use crate::weights::Weights;

/// The most words of a query: each is looked up in every segment. Pasted articles mostly have
/// fewer.
pub(crate) const MAX_WORDS: usize = 1024;
/// The most ways of writing one word that are looked up.
const MAX_SPELLINGS: usize = 64;
/// From this probability on a bare word may be meant as typed.
const LIKELY_AS_TYPED: f32 = 0.05;
/// Less probable syllables are not looked for by themselves.
const LEAST_SHARE: f32 = 0.02;

/// The fields in which a way of writing is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// Canonical forms.
    Exact,
    /// Folded index keys.
    Folded,
    /// Open places of documents.
    Open,
    /// Codes, dates, joined names: they stand nowhere in the text.
    Entity,
}

/// One way in which a word may stand in the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Where it is looked up.
    pub tier: Tier,
    /// The term there.
    pub term: String,
    /// What an occurrence counts, 1 for the word itself.
    pub weight: f32,
}

impl Reading {
    /// The form as typed.
    pub(crate) fn exact(form: &str) -> Self {
        Self {
            tier: Tier::Exact,
            term: form.to_string(),
            weight: 1.0,
        }
    }
}

/// A word of the query.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Bytes of the query.
    pub(crate) span: Range<usize>,
    /// Canonical form.
    pub(crate) form: String,
    pub(crate) folded: String,
    pub(crate) index_key: String,
    pub(crate) kind: TokenKind,
    /// Typed in capitals, in a query that is not.
    pub(crate) capitals: bool,
    /// True if bare letters are wildcards.
    pub(crate) open: bool,
    /// Meant exactly as typed.
    pub(crate) strict: bool,
    /// Ways of writing, the best first.
    pub(crate) readings: Vec<Reading>,
    /// The literal form, if the readings hold it only among others: it ranks first.
    pub(crate) literal: Option<String>,
    /// For an open word with a twin in i or y: the forms that are spelled as typed.
    pub(crate) own: Vec<Reading>,
    /// The syllables that an open word probably stands for, with their probabilities.
    pub(crate) likely: Vec<(Syllable, f32)>,
    /// The share of an occurrence's weight that depends on its probability: 0 if none is known.
    pub(crate) likelihood: f32,
    /// Importance: 1, less for function words.
    pub(crate) importance: f32,
    /// Sentence within the leaf.
    pub(crate) sentence: u32,
    /// True if the reader typed only a beginning.
    pub(crate) prefix: bool,
}

/// A name, code or date that spans words of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) words: Range<usize>,
    pub(crate) term: String,
    /// A date, a time or an amount: its words alone say something else.
    pub(crate) whole: bool,
    /// Its words lack marks.
    pub(crate) unmarked: bool,
}

/// Reads the text of one leaf into words, numbered from `first`; units are appended.
///
/// It stops after one word more than [`MAX_WORDS`], by which the plan knows that there are too
/// many.
pub(crate) fn scan(
    text: &str,
    offset: usize,
    first: usize,
    words: &mut Vec<Word>,
    units: &mut Vec<Unit>,
) {
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(text);
    let mut reader = EntityReader::new();
    let mut found: Vec<Unit> = Vec::new();
    let mut keep = |entity: Entity<'_>| {
        if matches!(entity.role, EntityRole::Name | EntityRole::Whole) {
            found.push(Unit {
                words: first + entity.first_token..first + entity.end_token,
                term: entity.term.to_string(),
                whole: entity.role == EntityRole::Whole,
                unmarked: entity.unmarked,
            });
        }
    };
    let mut previous: Option<(usize, String, TokenKind)> = None;
    let mut count = first;
    let mut joined: Vec<Unit> = Vec::new();
    let has_case = text.chars().any(char::is_lowercase) || !text.trim().contains(' ');
    while words.len() <= MAX_WORDS
        && let Some(token) = tokens.next()
    {
        reader.push(text, &token, &mut keep);
        // `u 23` may be written U23: joined names are looked up whatever the first part is.
        if let Some((end, folded, kind)) = &previous
            && token.kind == TokenKind::Number
            && matches!(kind, TokenKind::Syllable | TokenKind::Word)
            && matches!(text.get(*end..token.start), Some(" " | "-" | "\u{A0}"))
        {
            let term = format!("{folded}{}", token.folded);
            joined.push(Unit {
                words: count - 1..count + 1,
                term,
                whole: false,
                unmarked: false,
            });
        }
        previous = Some((token.end, token.folded.to_string(), token.kind));
        words.push(Word {
            span: offset + token.start..offset + token.end,
            form: token.form.to_string(),
            folded: token.folded.to_string(),
            index_key: token.index_key().to_string(),
            kind: token.kind,
            capitals: has_case && is_in_capitals(text.get(token.start..token.end)),
            open: false,
            strict: false,
            readings: Vec::new(),
            literal: None,
            own: Vec::new(),
            likely: Vec::new(),
            likelihood: 0.0,
            importance: 1.0,
            sentence: token.sentence,
            prefix: false,
        });
        count += 1;
    }
    reader.finish(&mut keep);
    for unit in found.into_iter().chain(joined) {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
}

fn is_in_capitals(word: Option<&str>) -> bool {
    let mut letters = word.unwrap_or("").chars().filter(|one| one.is_alphabetic());
    letters.clone().nth(1).is_some() && letters.all(char::is_uppercase)
}

/// Decides which words are open, and writes their readings.
///
/// Where no word has a mark, every word is open. Where some word is unfinished, bare words are
/// open, but for those that stand among foreign words. Otherwise bare words are meant as typed.
pub(crate) fn interpret(words: &mut [Word], matching: Matching, weights: &Weights) {
    let letters = |word: &Word| matches!(word.kind, TokenKind::Syllable | TokenKind::Word);
    let unfinished: Vec<bool> = words
        .iter()
        .map(|word| word.kind == TokenKind::Word && is_unfinished(&word.form))
        .collect();
    let any_mark = words
        .iter()
        .any(|word| letters(word) && word.form != word.folded);
    let any_unfinished = unfinished.contains(&true);
    let foreign: Vec<bool> = words
        .iter()
        .zip(&unfinished)
        .map(|(word, unfinished)| word.kind == TokenKind::Word && !unfinished)
        .collect();
    for index in 0..words.len() {
        let is_unfinished = unfinished.get(index).copied().unwrap_or(false);
        let is_foreign = foreign.get(index).copied().unwrap_or(false);
        let before = index
            .checked_sub(1)
            .and_then(|before| foreign.get(before).copied());
        let after = foreign.get(index + 1).copied();
        let among_foreign = match (before, after) {
            (Some(before), Some(after)) => before && after,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => false,
        };
        let Some(word) = words.get_mut(index) else {
            continue;
        };
        let bare = word.form == word.folded;
        let open = is_unfinished
            || is_foreign
            || (bare && (!any_mark || (any_unfinished && !among_foreign)));
        word.strict |= matching == Matching::Strict;
        word.open = open && letters(word) && !word.strict;
        word.importance = importance(word, weights);
        write_readings(word, matching, weights);
    }
}

/// Opens words that probably lack marks, given by their bytes.
pub(crate) fn open(
    words: &mut [Word],
    lacking: &[Range<usize>],
    matching: Matching,
    weights: &Weights,
) {
    for word in words {
        let is_typed = !word.prefix && !word.strict;
        if is_typed && lacking.contains(&word.span) {
            word.open = true;
            word.importance = importance(word, weights);
            write_readings(word, matching, weights);
        }
    }
}

/// Notes for the open words of one leaf what they probably stand for. Where some are open, a writer
/// leaves marks out: words that probably lack some (`ủng họ` for `ủng hộ`) are open too.
pub(crate) fn weigh(words: &mut [Word], text: &str, matching: Matching, weights: &Weights) {
    // One word alone says nothing of what it stands for.
    if words.len() < 2 {
        return;
    }
    let is_typed = |word: &Word| !word.prefix && !word.strict;
    if !words.iter().any(|word| word.open && is_typed(word)) {
        return;
    }
    for (word, read) in words.iter_mut().zip(interpret::readings(text)) {
        if !word.open && is_typed(word) && read.restored.is_some() {
            word.open = true;
            write_readings(word, matching, weights);
        }
        if word.open && is_typed(word) && !read.readings.is_empty() {
            word.likely = read.readings;
            word.likely.retain(|(_, share)| *share >= LEAST_SHARE);
            prefer_literal(word);
            word.likelihood = weights.likelihood;
        }
    }
}

/// What was typed counts no less than what is likelier, if it is likely at all: of `thợ may` and
/// `thợ máy` the first is nearer to `tho may`.
fn prefer_literal(word: &mut Word) {
    let best = word
        .likely
        .iter()
        .map(|(_, share)| *share)
        .fold(0.0, f32::max);
    let form = word.form.as_str();
    let typed = word
        .likely
        .iter_mut()
        .find(|(syllable, _)| syllable.as_str() == form);
    if let Some((_, share)) = typed.filter(|(_, share)| *share >= LIKELY_AS_TYPED) {
        *share = best;
    }
}

/// Function words weigh less.
fn importance(word: &Word, weights: &Weights) -> f32 {
    let (marked, unmarked) = &*FUNCTION_WORDS;
    let bare = word.form == word.folded;
    let known = if word.open && bare {
        unmarked.contains(word.folded.as_str())
    } else {
        marked.contains(word.form.as_str())
    };
    if known { weights.function_word } else { 1.0 }
}

static FUNCTION_WORDS: LazyLock<(HashSet<&str>, HashSet<&str>)> = LazyLock::new(|| {
    let list = include_str!("../data/function_words.txt");
    let (marked, unmarked) = list.split_once("[unmarked]").unwrap_or((list, ""));
    let words = |part: &'static str| {
        part.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    (words(marked).collect(), words(unmarked).collect())
});

fn write_readings(word: &mut Word, matching: Matching, weights: &Weights) {
    let mut readings = Readings::default();
    let bare = word.form == word.folded;
    let has_letters = matches!(word.kind, TokenKind::Syllable | TokenKind::Word);
    if word.strict {
        readings.add(Tier::Exact, &word.form, 1.0);
    } else if !has_letters || (word.open && bare) {
        // Wholly open, or a form that marks do not concern: the folded tier holds every match.
        readings.add(Tier::Folded, &word.index_key, 1.0);
        word.literal = Some(word.form.clone());
        let spelled = || Syllable::with_folded(&word.folded);
        // Of the syllables in `vy` only vỹ is kept under `vi`, with vĩ.
        for syllable in spelled().filter(|one| one.index_key() != word.index_key) {
            readings.add(Tier::Exact, syllable.as_str(), 1.0);
            if let Some(twin) = syllable.spelling_twin() {
                readings.add(Tier::Exact, twin.as_str(), weights.twin);
            }
        }
        if spelled().any(|syllable| syllable.spelling_twin().is_some()) {
            word.own = spelled()
                .map(|syllable| Reading::exact(syllable.as_str()))
                .collect();
            // Without marks the folded form itself is spelled as typed.
            if !word.own.iter().any(|own| own.term == word.form) {
                word.own.push(Reading::exact(&word.form));
            }
        }
    } else {
        readings.add(Tier::Exact, &word.form, 1.0);
        let twin = syllable(&word.form)
            .and_then(Syllable::spelling_twin)
            .map(Syllable::as_str);
        if let Some(twin) = twin {
            readings.add(Tier::Exact, twin, weights.twin);
        }
        if word.open {
            for reading in marks::readings(&word.form) {
                readings.add(Tier::Exact, reading.as_str(), 1.0);
            }
            if !marks::readings(&word.form).any(|_| true) {
                for spelling in marks::spellings(&word.form, true, MAX_SPELLINGS) {
                    if keeps_marks(&word.form, &spelling) {
                        readings.add(Tier::Exact, &spelling, 1.0);
                    }
                }
            }
        }
        // A bare word in a document without marks is in the exact tier as typed.
        if !bare {
            for form in [Some(word.form.as_str()), twin].into_iter().flatten() {
                for spelling in marks::spellings(form, word.open, MAX_SPELLINGS) {
                    if spelling != word.form {
                        readings.add(Tier::Open, &spelling, weights.open);
                    }
                }
            }
        }
        if matching == Matching::Loose {
            for other in Syllable::with_folded(&word.folded) {
                let same_letters = syllable(&word.form)
                    .is_some_and(|own| own.onset() == other.onset() && own.rime() == other.rime());
                let weight = if same_letters {
                    weights.other_tone
                } else {
                    weights.other_marks
                };
                readings.add(Tier::Exact, other.as_str(), weight);
            }
        }
    }
    let joined: Option<String> = match word.kind {
        _ if word.strict => None,
        TokenKind::Code => Some(word.folded.clone()),
        TokenKind::Word if may_be_unit(&word.folded) => Some(word.folded.clone()),
        _ => None,
    };
    if let Some(joined) = joined {
        readings.add(Tier::Entity, &joined, 1.0);
    }
    word.readings = readings.list;
}

/// True if every mark of `form` stands in `spelling` too.
fn keeps_marks(form: &str, spelling: &str) -> bool {
    marks::agree(form, marks::Bare::Open, spelling, marks::Bare::Literal)
}

fn syllable(form: &str) -> Option<Syllable> {
    Syllable::with_folded(&vietsearch_text::fold(form)).find(|syllable| syllable.as_str() == form)
}

/// Readings without repetition; the first weight of a term stays.
#[derive(Default)]
struct Readings {
    list: Vec<Reading>,
}

impl Readings {
    fn add(&mut self, tier: Tier, term: &str, weight: f32) {
        let known = self
            .list
            .iter()
            .any(|known| known.tier == tier && known.term == term);
        if !known && self.list.len() < 3 * MAX_SPELLINGS {
            self.list.push(Reading {
                tier,
                term: term.to_string(),
                weight,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(query: &str) -> Vec<Word> {
        let (mut words, mut units) = (Vec::new(), Vec::new());
        scan(query, 0, 0, &mut words, &mut units);
        interpret(&mut words, Matching::Default, &Weights::default());
        words
    }

    fn open(query: &str) -> Vec<bool> {
        words(query).iter().map(|word| word.open).collect()
    }

    #[test]
    fn openness_follows_the_whole_query() {
        assert_eq!(open("viet nam"), [true, true]);
        assert_eq!(open("việt nam"), [false, false]);
        assert_eq!(open("tieng việt nam"), [true, false, true]);
        assert_eq!(open("viêt nam"), [true, true]);
        assert_eq!(open("báo the economist"), [false, false, true]);
        assert_eq!(open("u23 3-0"), [false, false, false]);
    }

    #[test]
    fn marked_words_find_open_places_and_partly_marked_ones_all_readings() {
        let terms = |query: &str, tier: Tier| -> Vec<String> {
            let words = words(query);
            let readings = words
                .first()
                .map(|word| word.readings.clone())
                .unwrap_or_default();
            let of_tier = readings.into_iter().filter(|reading| reading.tier == tier);
            of_tier.map(|reading| reading.term).collect()
        };
        assert_eq!(terms("kĩ", Tier::Exact), ["kĩ", "kỹ"]);
        assert!(terms("đường", Tier::Open).contains(&"duong".to_string()));
        assert!(!terms("đường", Tier::Exact).contains(&"dường".to_string()));
        assert_eq!(terms("viêt", Tier::Exact), ["viêt", "viết", "việt"]);
        assert_eq!(terms("duong", Tier::Folded), ["duong"]);
        assert!(terms("đăk", Tier::Exact).contains(&"đắk".to_string()));
    }

    #[test]
    fn units_span_words() {
        let (mut words, mut units) = (Vec::new(), Vec::new());
        scan("số 168/2024/nd-cp covid 19", 0, 0, &mut words, &mut units);
        let found: Vec<_> = units
            .iter()
            .map(|unit| (unit.words.clone(), &*unit.term))
            .collect();
        assert!(found.contains(&(1..5, "168/2024/nd-cp")), "{found:?}");
        assert!(found.contains(&(5..7, "covid19")), "{found:?}");
    }
}
