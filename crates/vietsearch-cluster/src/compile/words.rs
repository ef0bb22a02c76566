//! A word of a query as a clause: all its readings in all its regions.

use serde_json::Value;
use vietsearch_index::Region;
use vietsearch_query::outline::{Likely, Outline, Tier, Unit, Word};
use vietsearch_text::{Syllable, fold, marks};

use super::clause::{Bool, any, prefix, term, terms};
use crate::schema::tier;

/// What a match counts in title, lead and body when candidates are found.
const BOOSTS: [f32; 3] = [2.0, 1.2, 1.0];
/// More readings of full weight than these are scored together, by their folded form: alone, the
/// rarest would win.
const MAX_SCORED_READINGS: usize = 2;
/// Readings of this weight and more are scored; others only match.
const SCORED_FROM: f32 = 0.5;
/// Of the spellings that a word without its marks probably stands for, so many count, with at least
/// this share.
const MAX_SPELLINGS: usize = 3;
const LEAST_SHARE: f32 = 0.1;
/// What a word without its marks counts at least, however likely its spellings are.
const LEAST_CERTAIN: f32 = 0.1;

/// Everything that stands for a word of the query.
pub(super) fn word(outline: &Outline, index: usize) -> Value {
    let Some(word) = outline.words.get(index) else {
        return any(Vec::new());
    };
    let over = || {
        let units = outline.units.iter();
        units.filter(|unit| unit.words.contains(&index))
    };
    let mut alternatives = Vec::new();
    if over().any(|unit| unit.whole) {
        for unit in over() {
            alternatives.extend(self::unit(unit, &word.regions));
        }
        return any(alternatives);
    }
    for region in &word.regions {
        alternatives.extend(in_region(word, *region));
    }
    alternatives.extend(in_unmarked(word, &word.regions));
    for reading in word
        .readings
        .iter()
        .filter(|known| known.tier == Tier::Entity)
    {
        alternatives.push(term("entities", &reading.term, word.importance));
    }
    for unit in over() {
        alternatives.extend(self::unit(unit, &word.regions));
    }
    any(alternatives)
}

/// A code, date or name that is one term.
pub(super) fn unit(unit: &Unit, regions: &[Region]) -> Vec<Value> {
    let text = unit.term.as_str();
    let mut alternatives = vec![term("entities", text, 1.0)];
    if unit.whole {
        // A day whose year was inferred.
        alternatives.push(term("entities", &format!("{text}?"), 1.0));
    }
    if unit.joined {
        let folded = regions.iter().map(|region| tier(*region, "f"));
        alternatives.extend(folded.map(|field| term(&field, text, 1.0)));
    }
    alternatives
}

/// The spellings that a word without its marks probably stands for, in the regions where it is
/// looked up: they lift the articles that have them.
pub(super) fn likely(word: &Word) -> Vec<Value> {
    let mut favoured = Vec::new();
    for known in spellings(word) {
        for region in &word.regions {
            let boost = BOOSTS.get(*region as usize).copied().unwrap_or(1.0);
            let boost = boost * word.importance * known.share;
            favoured.push(term(&tier(*region, "s"), &known.form, boost));
        }
    }
    favoured
}

/// The likely spellings of a word that count for something.
pub(super) fn spellings(word: &Word) -> impl Iterator<Item = &Likely> {
    let likely = word.likely.iter().take(MAX_SPELLINGS);
    likely.filter(|known| known.share >= LEAST_SHARE)
}

/// What stands for a word in one region, but for what only stands in unmarked articles.
pub(super) fn in_region(word: &Word, region: Region) -> Vec<Value> {
    let (exact, folded) = (tier(region, "s"), tier(region, "f"));
    let boost = BOOSTS.get(region as usize).copied().unwrap_or(1.0) * word.importance;
    if word.prefix {
        return begins(word, &exact, &folded);
    }
    let mut alternatives = Vec::new();
    let of_tier = |tier: Tier| word.readings.iter().filter(move |known| known.tier == tier);
    // The rest of what it counts depends on the spelling.
    let certain = 1.0 - word.likely.iter().map(|known| known.share).sum::<f32>();
    for reading in of_tier(Tier::Folded) {
        let weight = reading.weight * certain.max(LEAST_CERTAIN);
        alternatives.push(term(&folded, &reading.term, boost * weight));
    }
    let (scored, matched): (Vec<_>, Vec<_>) =
        of_tier(Tier::Exact).partition(|reading| reading.weight >= SCORED_FROM);
    if scored.len() > MAX_SCORED_READINGS {
        let together = Bool {
            must: vec![term(&folded, &word.index_key, boost)],
            filter: vec![terms(
                &exact,
                scored.iter().map(|known| known.term.as_str()),
            )],
            ..Bool::default()
        };
        alternatives.push(together.into_clause());
    } else {
        for reading in scored {
            alternatives.push(term(&exact, &reading.term, boost * reading.weight));
        }
    }
    let open = of_tier(Tier::Open).filter(|reading| !is_syllable(&reading.term));
    let matched: Vec<&str> = matched
        .into_iter()
        .chain(open)
        .map(|reading| reading.term.as_str())
        .collect();
    if !matched.is_empty() {
        alternatives.push(terms(&exact, matched));
    }
    alternatives
}

/// What stands for a word in unmarked articles only: syllables that lack marks.
pub(super) fn in_unmarked(word: &Word, regions: &[Region]) -> Option<Value> {
    let open: Vec<&str> = word
        .readings
        .iter()
        .filter(|reading| reading.tier == Tier::Open && is_syllable(&reading.term))
        .map(|reading| reading.term.as_str())
        .collect();
    if open.is_empty() || word.prefix {
        return None;
    }
    let places = regions
        .iter()
        .map(|region| terms(&tier(*region, "s"), open.iter().copied()));
    let clause = Bool {
        must: vec![any(places.collect())],
        filter: vec![term("unmarked", "true", 1.0)],
        ..Bool::default()
    };
    Some(clause.into_clause())
}

/// The forms of a word as they stand in the exact tier of any article.
pub(super) fn exact_forms(word: &Word) -> Vec<&str> {
    let exact = word
        .readings
        .iter()
        .filter(|known| known.tier == Tier::Exact);
    exact.map(|reading| reading.term.as_str()).collect()
}

/// True if every occurrence of a word is found in the folded tier.
pub(super) fn is_folded(word: &Word) -> bool {
    let mut tiers = word.readings.iter().map(|reading| reading.tier);
    !word.prefix && tiers.all(|tier| matches!(tier, Tier::Folded | Tier::Entity))
}

/// True if a word may stand in an article without the marks that it has.
pub(super) fn has_open_forms(word: &Word) -> bool {
    word.readings.iter().any(|known| known.tier == Tier::Open)
}

/// What begins as a word does: by the folded tier if it has no marks, else what the syllable
/// tables say, and any other word by its letters.
fn begins(word: &Word, exact: &str, folded: &str) -> Vec<Value> {
    if word.form == word.folded && !word.strict {
        let mut beginnings = vec![prefix(folded, &word.index_key)];
        if word.folded != word.index_key {
            beginnings.push(prefix(folded, &word.folded));
        }
        return beginnings;
    }
    let syllables: Vec<&str> = Syllable::all()
        .map(Syllable::as_str)
        .filter(|syllable| marks::begins(&word.form, syllable))
        .collect();
    let mut beginnings = vec![prefix(exact, &word.form)];
    if !syllables.is_empty() {
        beginnings.push(terms(exact, syllables));
    }
    beginnings
}

fn is_syllable(form: &str) -> bool {
    Syllable::with_folded(&fold(form)).any(|syllable| syllable.as_str() == form)
}
