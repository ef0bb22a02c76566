//! Other forms of the query's words: `ubnd` for `ủy ban nhân dân`, and back.
//!
//! A form of several words is one term in the index (`~ủy_ban_nhân_dân`), so that neither the first
//! stage nor a condition reads phrases; the second stage finds its words side by side.

use std::ops::Range;

use vietsearch_index::date::Day;
use vietsearch_text::interpret::{LanguageModel, form_term};
use vietsearch_text::marks::{Bare, agree, is_unfinished};
use vietsearch_text::{Syllable, TokenKind, fold};

use crate::pack::AliasPack;
use crate::weights::Weights;
use crate::word::{Reading, Tier, Word};

/// The most words of a leaf that are looked up; pasted texts mean what they say.
const MAX_WORDS: usize = 64;
/// The most other forms of a query.
const MAX_ALTERNATIVES: usize = 48;
/// Tokens that are looked at from one word on.
const MAX_TOKENS: usize = 10;
/// Forms of less weight are other names: an exclusion does not mean them.
pub(crate) const SAME_THING: f32 = 0.7;

/// Another form for some words of a query.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    /// The words of the query that it stands for.
    pub(crate) words: Range<usize>,
    /// What an occurrence counts beside the words as typed.
    pub(crate) weight: f32,
    /// How it is looked up in the postings.
    pub(crate) terms: Vec<Reading>,
    /// Its words, each in all ways in which it may stand in a text.
    pub(crate) parts: Vec<Vec<Reading>>,
    /// Only articles of this day and later mean it; then it is no term of the index, but a phrase.
    pub(crate) since: Option<Day>,
}

/// Words that belong together and may be written otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Expandable {
    pub(crate) words: Range<usize>,
    /// What has the words is not wanted.
    pub(crate) excluded: bool,
}

/// The other forms for the words of the query.
pub(crate) fn find(
    words: &[Word],
    leaves: &[Expandable],
    packs: &[AliasPack],
    weights: &Weights,
) -> Vec<Alternative> {
    let model = LanguageModel::shipped();
    let mut found = Vec::new();
    for leaf in leaves.iter().filter(|leaf| leaf.words.len() <= MAX_WORDS) {
        let of_leaf = words.get(leaf.words.clone()).unwrap_or(&[]);
        for (start, first) in of_leaf.iter().enumerate() {
            let rest = of_leaf.get(start..).unwrap_or(&[]);
            let together = rest.iter().take_while(|word| {
                word.sentence == first.sentence && !word.strict && !word.prefix && !is_number(word)
            });
            let tokens: Vec<(&str, Bare)> = together
                .take(MAX_TOKENS)
                .map(|word| (word.form.as_str(), bare(word)))
                .collect();
            let before = start.checked_sub(1).and_then(|before| of_leaf.get(before));
            let is_place_below = before.is_some_and(is_small_place);
            let aliases = packs.iter().flat_map(|pack| &pack.aliases);
            for alias in aliases.filter(|_| !is_place_below && !leaf.excluded) {
                if !begins_with(&tokens, &alias.from) {
                    continue;
                }
                let first = leaf.words.start + start;
                for form in &alias.to {
                    let words = first..first + alias.from.len();
                    let mut other = Alternative::new(words, form, weights.alias, weights);
                    other.terms.clear();
                    other.since = Some(alias.since);
                    found.push(other);
                }
            }
            for expansion in model.expansions(&tokens) {
                let is_meant = expansion.tokens > 1 || is_abbreviation(first);
                let counts = !leaf.excluded || expansion.weight >= SAME_THING;
                if is_meant && counts && found.len() < MAX_ALTERNATIVES {
                    let first = leaf.words.start + start;
                    let words = first..first + expansion.tokens;
                    let form = expansion.form;
                    found.push(Alternative::new(words, form, expansion.weight, weights));
                }
            }
        }
    }
    found
}

/// True before names of wards and communes, which may be those of former provinces.
fn is_small_place(word: &Word) -> bool {
    matches!(
        word.form.as_str(),
        "phường" | "xã" | "phuong" | "xa" | "thôn" | "ấp" | "p"
    )
}

fn begins_with(tokens: &[(&str, Bare)], name: &[String]) -> bool {
    let mut pairs = tokens.iter().zip(name);
    tokens.len() >= name.len()
        && pairs.all(|((form, bare), known)| agree(form, *bare, known, Bare::Literal))
}

fn is_number(word: &Word) -> bool {
    !matches!(word.kind, TokenKind::Syllable | TokenKind::Word)
}

fn bare(word: &Word) -> Bare {
    if word.open { Bare::Open } else { Bare::Literal }
}

/// True if a word can be an abbreviation: no syllable (`ca`), nor the letters of one (`vat`), unless
/// capitals say so.
fn is_abbreviation(word: &Word) -> bool {
    word.capitals || (word.kind == TokenKind::Word && !is_unfinished(&word.form))
}

impl Alternative {
    pub(crate) fn new(words: Range<usize>, form: &str, weight: f32, weights: &Weights) -> Self {
        let parts = form.split(' ').map(|word| spellings(word, weights));
        let parts: Vec<Vec<Reading>> = parts.collect();
        let terms = match parts.as_slice() {
            [only] => only
                .iter()
                .map(|reading| Reading {
                    weight: reading.weight * weight,
                    ..reading.clone()
                })
                .collect(),
            _ => vec![Reading {
                tier: Tier::Entity,
                term: form_term(form),
                weight,
            }],
        };
        Self {
            words,
            weight,
            terms,
            parts,
            since: None,
        }
    }

    /// Its words as a reader would write them.
    pub(crate) fn text(&self) -> String {
        let words = self.parts.iter().filter_map(|spellings| spellings.first());
        let words: Vec<&str> = words.map(|spelling| spelling.term.as_str()).collect();
        words.join(" ")
    }
}

/// The ways in which a word of a form may stand in a text: as it is, with its twin in i or y, and
/// without marks where the text has none.
fn spellings(word: &str, weights: &Weights) -> Vec<Reading> {
    let mut spellings = vec![Reading::exact(word)];
    let syllable = word.parse::<Syllable>().ok();
    if let Some(twin) = syllable.and_then(Syllable::spelling_twin) {
        spellings.push(Reading::exact(twin.as_str()));
    }
    let bare = fold(word);
    if bare != word {
        spellings.push(Reading {
            tier: Tier::Open,
            term: bare,
            weight: weights.open,
        });
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Matching;
    use crate::word;

    fn alternatives(query: &str) -> Vec<(Range<usize>, String)> {
        let (mut words, mut units) = (Vec::new(), Vec::new());
        word::scan(query, 0, 0, &mut words, &mut units);
        word::interpret(&mut words, Matching::Default, &Weights::default());
        let leaf = Expandable {
            words: 0..words.len(),
            excluded: false,
        };
        let found = find(&words, &[leaf], &[], &Weights::default()).into_iter();
        found
            .map(|one| {
                let term = one.terms.first().map(|reading| reading.term.clone());
                (one.words, term.unwrap_or_default())
            })
            .collect()
    }

    fn has(query: &str, words: Range<usize>, term: &str) -> bool {
        alternatives(query).contains(&(words, term.to_string()))
    }

    #[test]
    fn both_ways_and_in_the_middle_of_a_query() {
        assert!(has("kẹt xe tphcm", 2..3, "~thành_phố_hồ_chí_minh"));
        assert!(has("họp ủy ban nhân dân tỉnh", 1..5, "ubnd"));
        assert!(has("hop uy ban nhan dan tinh", 1..5, "ubnd"));
        assert!(has("tp hcm", 0..2, "tphcm"));
        assert!(!has("ủy bán nhân dân", 0..4, "ubnd"));
        assert!(!has("tphcm", 0..1, "~hồ_chí_minh"));
    }

    #[test]
    fn words_are_no_abbreviations_unless_capitals_say_so() {
        assert!(has("CA Hà Nội", 0..1, "~công_an"));
        assert!(!has("ca Hà Nội", 0..1, "~công_an"));
        assert!(!has("CA HÀ NỘI", 0..1, "~công_an"));
        assert!(!has("dong vat", 1..2, "~giá_trị_gia_tăng"));
        assert!(has("thuế VAT", 1..2, "~giá_trị_gia_tăng"));
    }

    #[test]
    fn exclusions_leave_other_names_out() {
        let (mut words, mut units) = (Vec::new(), Vec::new());
        word::scan("tphcm", 0, 0, &mut words, &mut units);
        word::interpret(&mut words, Matching::Default, &Weights::default());
        let leaf = Expandable {
            words: 0..1,
            excluded: true,
        };
        let found = find(&words, &[leaf], &[], &Weights::default());
        let has = |term: &str| found.iter().any(|one| one.terms[0].term == term);
        assert!(has("~tp_hcm") && !has("~sài_gòn"));
    }
}
