//! Words that no article has: what was probably meant by them.
//!
//! Only letters that are no syllable as typed, with or without marks, are taken for slips: `chó` and
//! `chò` are two words, and a mark that was typed stays a constraint. Everything is looked for in the
//! dictionary of the index, among words that begin with the same letter.

use tantivy::{Searcher, Term};
use vietsearch_index::Fields;
use vietsearch_text::marks::is_unfinished;
use vietsearch_text::{Syllable, TokenKind};

use crate::cursor::field_of;
use crate::error::Result;
use crate::outline;
use crate::prefix::IndexDictionary;
use crate::word::{Reading, Tier, Word};

/// The fewest letters of a word that may hold a slip.
const LEAST_LETTERS: usize = 4;
/// From so many letters on there may be two.
const TWO_SLIPS_FROM: usize = 7;
/// The longest word that is compared.
const MAX_LETTERS: usize = 24;
/// The most words of a query that are looked for so.
const MAX_WORDS: usize = 4;
/// The most words that one is taken for.
const MAX_MEANT: usize = 8;
/// The most terms of a dictionary that are looked at per segment.
const MAX_SCANNED: usize = 50_000;
/// A word is hardly in the index if it is in less than one of so many articles,
const HARDLY: u64 = 50_000;
/// and if what was meant is in so many times as many.
const TIMES_AS_MANY: u64 = 100;
/// Weight of a word that was probably meant.
const SLIP: f32 = 0.5;

/// Costs, in quarters of a letter.
const TONE: u8 = 1;
const SHAPE: u8 = 2;
const LETTER: u8 = 4;

/// Vowels by letter and tone.
const VOWELS: [&str; 12] = [
    "aàáảãạ",
    "ăằắẳẵặ",
    "âầấẩẫậ",
    "eèéẻẽẹ",
    "êềếểễệ",
    "iìíỉĩị",
    "oòóỏõọ",
    "ôồốổỗộ",
    "ơờớởỡợ",
    "uùúủũụ",
    "ưừứửữự",
    "yỳýỷỹỵ",
];

/// Adds to words that are not, or hardly, in the index the readings that were probably meant.
pub(crate) fn expand<'w>(
    words: impl Iterator<Item = &'w mut Word>,
    dictionary: &IndexDictionary<'_>,
) -> Result<()> {
    let IndexDictionary {
        fields, searcher, ..
    } = *dictionary;
    let mut looked_for = 0;
    for word in words.filter(|word| may_be_slip(word)) {
        let mut known = 0;
        for reading in &word.readings {
            let term = Term::from_field_text(field_of(fields, reading.tier), &reading.term);
            known += searcher.doc_freq(&term)?;
        }
        let told = dictionary.whole.and_then(|whole| {
            let key = outline::key_of(word);
            whole.frequencies.get(&key).copied()
        });
        let documents = searcher.num_docs();
        let documents = dictionary
            .whole
            .map_or(documents, |whole| whole.documents.max(documents));
        known = told.unwrap_or(known).max(known);
        if known > documents / HARDLY {
            continue;
        }
        looked_for += 1;
        if looked_for > MAX_WORDS {
            break;
        }
        let meant = meant_by(word, known.saturating_mul(TIMES_AS_MANY), fields, searcher)?;
        word.readings.extend(meant);
    }
    Ok(())
}

/// True for letters that are no syllable and would be none with further marks.
fn may_be_slip(word: &Word) -> bool {
    let letters = word.folded.chars().count();
    word.kind == TokenKind::Word
        && !word.strict
        && !word.prefix
        && (LEAST_LETTERS..=MAX_LETTERS).contains(&letters)
        && word.folded.bytes().all(|byte| byte.is_ascii_lowercase())
        && !is_unfinished(&word.form)
        && Syllable::with_folded(&word.folded).next().is_none()
}

/// The nearest words in more than `floor` articles.
fn meant_by(word: &Word, floor: u64, fields: &Fields, searcher: &Searcher) -> Result<Vec<Reading>> {
    let typed: Vec<char> = word.form.chars().collect();
    let folded: Vec<char> = word.folded.chars().collect();
    let slips = if folded.len() >= TWO_SLIPS_FROM { 2 } else { 1 };
    let limit = slips * LETTER;
    // By cost, then the most frequent.
    let mut found: Vec<(u8, u64, Reading)> = Vec::new();
    for key in keys_near(&folded, limit, fields, searcher)? {
        let bare = word.form == word.folded;
        let forms: Vec<String> = match bare {
            true => Vec::new(),
            false => Syllable::with_folded(&key)
                .map(|one| one.to_string())
                .collect(),
        };
        if forms.is_empty() {
            let cost = cost(&folded, &key, limit);
            let count = frequency(Tier::Folded, &key, fields, searcher)?;
            found.extend(cost.map(|cost| (cost, count, reading(Tier::Folded, key))));
            continue;
        }
        for form in forms {
            if let Some(cost) = cost(&typed, &form, limit) {
                let count = frequency(Tier::Exact, &form, fields, searcher)?;
                found.push((cost, count, reading(Tier::Exact, form)));
            }
        }
    }
    found.retain(|(_, count, _)| *count > floor);
    let least = found.iter().map(|(cost, ..)| *cost).min();
    found.retain(|(cost, ..)| Some(*cost) == least);
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.term.cmp(&b.2.term)));
    found.truncate(MAX_MEANT);
    Ok(found.into_iter().map(|(.., reading)| reading).collect())
}

fn reading(tier: Tier, term: String) -> Reading {
    Reading {
        tier,
        term,
        weight: SLIP,
    }
}

fn frequency(tier: Tier, term: &str, fields: &Fields, searcher: &Searcher) -> Result<u64> {
    let term = Term::from_field_text(field_of(fields, tier), term);
    Ok(searcher.doc_freq(&term)?)
}

/// The index keys with the same first letter that are near.
fn keys_near(
    folded: &[char],
    limit: u8,
    fields: &Fields,
    searcher: &Searcher,
) -> Result<Vec<String>> {
    let Some(first) = folded.first() else {
        return Ok(Vec::new());
    };
    let mut prefix = [0; 4];
    let prefix = first.encode_utf8(&mut prefix).as_bytes();
    let most = usize::from(limit / LETTER);
    let wanted = letters(
        folded
            .iter()
            .filter_map(|letter| u8::try_from(*letter).ok()),
    );
    let mut keys = Vec::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.folded)?;
        let mut stream = index.terms().range().ge(prefix).into_stream()?;
        let mut scanned = 0;
        while stream.advance() && scanned < MAX_SCANNED && stream.key().starts_with(prefix) {
            scanned += 1;
            let length = stream.key().len();
            if length < LEAST_LETTERS || length.abs_diff(folded.len()) > most {
                continue;
            }
            // Nearly all keys end here.
            if !may_be_near(letters(stream.key().iter().copied()), wanted, most) {
                continue;
            }
            if let Ok(key) = std::str::from_utf8(stream.key())
                && key.bytes().all(|byte| byte.is_ascii_lowercase())
                && cost(folded, key, limit).is_some()
                && !keys.iter().any(|known| known == key)
            {
                keys.push(key.to_string());
            }
        }
    }
    Ok(keys)
}

/// Which letters of the alphabet a word has, a bit for each; one more for all other bytes.
fn letters(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0, |letters, byte| {
        letters | 1 << byte.wrapping_sub(b'a').min(b'z' - b'a' + 1)
    })
}

/// False if so many slips cannot make one set of letters of another: each brings and takes one
/// letter at most.
fn may_be_near(letters: u32, others: u32, slips: usize) -> bool {
    let beyond = |some: u32, others: u32| (some & !others).count_ones() as usize;
    beyond(letters, others) <= slips && beyond(others, letters) <= slips
}

/// What it costs to write one word for another, if that is no more than the limit: letters added,
/// left out, swapped with their neighbours or replaced; a tone or a shape is less than a letter.
fn cost(typed: &[char], meant: &str, limit: u8) -> Option<u8> {
    const WIDTH: usize = MAX_LETTERS + 4;
    let meant: Vec<char> = meant.chars().collect();
    if meant.len() >= WIDTH || typed.len() >= WIDTH {
        return None;
    }
    // Three rows of the table of costs, the newest last.
    let mut rows = [[0_u8; WIDTH]; 3];
    let get = |row: &[u8; WIDTH], at: usize| row.get(at).copied().unwrap_or(u8::MAX);
    let [_, _, first] = &mut rows;
    for (at, cell) in first.iter_mut().enumerate().take(meant.len() + 1) {
        *cell = at as u8 * LETTER;
    }
    for (i, from) in typed.iter().enumerate() {
        rows.rotate_left(1);
        let [earlier, before, now] = &mut rows;
        let mut least = (i as u8 + 1) * LETTER;
        if let Some(cell) = now.first_mut() {
            *cell = least;
        }
        for (j, to) in meant.iter().enumerate() {
            let replaced = get(before, j).saturating_add(replacing(*from, *to));
            let left_out = get(before, j + 1).saturating_add(LETTER);
            let added = get(now, j).saturating_add(LETTER);
            let mut best = replaced.min(left_out).min(added);
            let is_swapped =
                i > 0 && j > 0 && typed.get(i - 1) == Some(to) && meant.get(j - 1) == Some(from);
            if is_swapped {
                best = best.min(get(earlier, j - 1).saturating_add(LETTER));
            }
            if let Some(cell) = now.get_mut(j + 1) {
                *cell = best;
            }
            least = least.min(best);
        }
        if least > limit {
            return None;
        }
    }
    let [_, _, last] = &rows;
    Some(get(last, meant.len())).filter(|cost| *cost <= limit)
}

fn replacing(from: char, to: char) -> u8 {
    if from == to {
        return 0;
    }
    match (vowel(from), vowel(to)) {
        (Some((a, tone)), Some((b, other))) => {
            let base = |group: usize| match group {
                0..=2 => 'a',
                3..=4 => 'e',
                5 => 'i',
                6..=8 => 'o',
                9..=10 => 'u',
                _ => 'y',
            };
            if base(a) != base(b) {
                return LETTER;
            }
            let shape = if a == b { 0 } else { SHAPE };
            shape + if tone == other { 0 } else { TONE }
        }
        _ if matches!((from, to), ('d', 'đ') | ('đ', 'd')) => SHAPE,
        _ => LETTER,
    }
}

/// Which vowel a letter is, and its tone.
fn vowel(letter: char) -> Option<(usize, usize)> {
    let mut groups = VOWELS.iter().enumerate();
    groups.find_map(|(group, letters)| {
        let tone = letters.chars().position(|known| known == letter)?;
        Some((group, tone))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(typed: &str, meant: &str) -> Option<u8> {
        cost(&typed.chars().collect::<Vec<_>>(), meant, 8)
    }

    #[test]
    fn marks_cost_less_than_letters() {
        assert_eq!(of("chó", "chò"), Some(TONE));
        assert_eq!(of("viêt", "viet"), Some(SHAPE));
        assert_eq!(of("viết", "viẹt"), Some(SHAPE + TONE));
        assert_eq!(of("đường", "duong"), Some(3 * SHAPE + TONE));
        assert_eq!(of("nguyễm", "nguyễn"), Some(LETTER));
        assert_eq!(of("vinfats", "vinfast"), Some(LETTER));
        assert_eq!(of("gogle", "google"), Some(LETTER));
        assert_eq!(of("facebok", "faceboook"), Some(2 * LETTER));
        assert_eq!(of("samsung", "toyota"), None);
    }

    /// The whole table, by the definition.
    fn naive(typed: &[char], meant: &[char]) -> u32 {
        match (typed.split_last(), meant.split_last()) {
            (None, _) => meant.len() as u32 * 4,
            (_, None) => typed.len() as u32 * 4,
            (Some((a, typed_rest)), Some((b, meant_rest))) => {
                let replaced = naive(typed_rest, meant_rest) + u32::from(replacing(*a, *b));
                let added = naive(typed, meant_rest) + 4;
                let left_out = naive(typed_rest, meant) + 4;
                let mut best = replaced.min(added).min(left_out);
                if let (Some((c, typed_rest)), Some((d, meant_rest))) =
                    (typed_rest.split_last(), meant_rest.split_last())
                    && (a, c) == (d, b)
                {
                    best = best.min(naive(typed_rest, meant_rest) + 4);
                }
                best
            }
        }
    }

    proptest! {
        #[test]
        fn equals_the_definition(typed in "[abđdễẽ]{0,5}", meant in "[abđdễẽ]{0,5}", limit in 0_u8..20) {
            let letters: Vec<char> = typed.chars().collect();
            let whole: Vec<char> = meant.chars().collect();
            let expected = naive(&letters, &whole);
            let expected = (expected <= u32::from(limit)).then_some(expected as u8);
            prop_assert_eq!(cost(&letters, &meant, limit), expected);
        }

        #[test]
        fn what_is_near_has_nearly_the_same_letters(
            typed in "[a-e]{3,9}", meant in "[a-e]{3,9}", slips in 1_u8..3,
        ) {
            let whole: Vec<char> = typed.chars().collect();
            if cost(&whole, &meant, slips * LETTER).is_some() {
                let (typed, meant) = (letters(typed.bytes()), letters(meant.bytes()));
                prop_assert!(may_be_near(meant, typed, usize::from(slips)));
            }
        }
    }
}
