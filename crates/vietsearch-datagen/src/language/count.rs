//! `count`: from corpora to count files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use vietsearch_text::interpret::{Unit, each_unit};
use vietsearch_text::{Scanner, Syllable, TokenKind};

use super::counts::{FIRST_SYLLABLE, NUMBER, Ngrams, OTHER, PAUSE, START, Word};
use super::foreign::ForeignWords;
use super::relevance::{self, Counted};
use crate::error::Result;
use crate::{corpus, files};

/// Rarer syllables are mostly slips.
const LEAST_SYLLABLES: u32 = 8;
/// Rarer trigrams are noise.
const LEAST_TRIGRAMS: u32 = 3;
const BIGRAMS: usize = 400_000;
const TRIGRAMS: usize = 700_000;

/// Reads everything, counts, chooses, writes.
pub(crate) fn run(corpora: &[PathBuf]) -> Result<()> {
    let mut text = Text::default();
    for path in corpora {
        text.read(path)?;
        println!("{}: {} units so far", path.display(), text.units.len());
    }
    let sources = files::sources().join("language");
    text.foreign.write(&sources)?;
    text.ngrams().write(&sources)
}

/// Everything that was read, a number for each unit: below [`FIRST_SYLLABLE`] what is no syllable,
/// else the syllable's own number and that.
#[derive(Default)]
struct Text {
    scanner: Scanner,
    units: Vec<u16>,
    foreign: ForeignWords,
    /// Occurrences within sentences by the syllable's number: in lower case, capital.
    cases: HashMap<Syllable, (u32, u32)>,
}

impl Text {
    fn read(&mut self, path: &Path) -> Result<()> {
        let Self {
            scanner,
            units,
            foreign,
            cases,
        } = self;
        corpus::texts(path, |text| {
            let mut starts = true;
            each_unit(scanner, text, |unit, token| {
                units.push(match unit {
                    Unit::Start => START,
                    Unit::Pause => PAUSE,
                    Unit::Number => NUMBER,
                    Unit::Other => OTHER,
                    Unit::Syllable(syllable) => FIRST_SYLLABLE + syllable.id(),
                });
                let Some(token) = token else {
                    starts = unit == Unit::Start;
                    return;
                };
                let written = text.get(token.start..token.end).unwrap_or("");
                if let Unit::Syllable(syllable) = unit
                    && !starts
                {
                    let (small, capital) = cases.entry(syllable).or_default();
                    if !written.starts_with(char::is_uppercase) {
                        *small += 1;
                    } else if written.chars().count() == 1 || written.contains(char::is_lowercase) {
                        *capital += 1;
                    }
                }
                if matches!(token.kind, TokenKind::Word | TokenKind::Code) {
                    foreign.count(token.form);
                }
                starts = false;
            });
        })
    }

    fn ngrams(self) -> Ngrams {
        let mut counts = vec![0_u32; usize::from(u16::MAX) + 1];
        for unit in &self.units {
            counts[usize::from(*unit)] += 1;
        }
        // Rare syllables are read as other words.
        let mut numbers: Vec<u16> = (0..=u16::MAX).map(|unit| unit.min(OTHER)).collect();
        let mut syllables = Vec::new();
        for syllable in Syllable::all() {
            let unit = usize::from(FIRST_SYLLABLE + syllable.id());
            if counts[unit] >= LEAST_SYLLABLES {
                numbers[unit] = FIRST_SYLLABLE + syllables.len() as u16;
                syllables.push(syllable);
            }
        }
        let units: Vec<u64> = self
            .units
            .iter()
            .map(|unit| u64::from(numbers[usize::from(*unit)]))
            .collect();
        drop(self.units);
        let mut unigrams = vec![0; syllables.len() + usize::from(FIRST_SYLLABLE)];
        for unit in &units {
            unigrams[*unit as usize] += 1;
        }
        // What follows the beginning of a sentence depends on nothing before it.
        let start = u64::from(START);
        let pairs = units.windows(2).filter(|pair| pair[1] != start);
        let bigrams = runs(pairs.map(|pair| pair[0] << 16 | pair[1]).collect());
        let triples = units.windows(3);
        let triples = triples.filter(|triple| triple[1] != start && triple[2] != start);
        let trigrams = runs(
            triples
                .map(|triple| triple[0] << 32 | triple[1] << 16 | triple[2])
                .collect(),
        );
        println!("{} bigrams, {} trigrams", bigrams.len(), trigrams.len());
        let counted = Counted {
            syllables,
            unigrams,
            bigrams,
            trigrams,
        };
        chosen(&counted, &self.cases)
    }
}

/// Counts equal keys; ascending.
fn runs(mut keys: Vec<u64>) -> Vec<(u64, u32)> {
    keys.sort_unstable();
    let groups = keys.chunk_by(|left, right| left == right);
    groups.map(|group| (group[0], group.len() as u32)).collect()
}

fn chosen(counted: &Counted, cases: &HashMap<Syllable, (u32, u32)>) -> Ngrams {
    let trigrams = relevance::trigrams(counted, TRIGRAMS, LEAST_TRIGRAMS);
    let mut needed: Vec<u64> = trigrams.iter().map(|(key, _)| key >> 16).collect();
    needed.dedup();
    let bigrams = relevance::bigrams(counted, BIGRAMS, &needed);
    let names = std::iter::repeat_n(None, usize::from(FIRST_SYLLABLE));
    let names = names.chain(counted.syllables.iter().copied().map(Some));
    let vocabulary = names.zip(&counted.unigrams).map(|(syllable, count)| {
        let case = syllable.and_then(|syllable| cases.get(&syllable));
        let (small, capital) = case.copied().unwrap_or_default();
        Word {
            syllable,
            count: *count,
            small,
            capital,
        }
    });
    Ngrams {
        vocabulary: vocabulary.collect(),
        bigrams: bigrams
            .into_iter()
            .map(|(key, count)| ([(key >> 16) as u16, key as u16], count))
            .collect(),
        trigrams: trigrams
            .into_iter()
            .map(|(key, count)| ([(key >> 32) as u16, (key >> 16) as u16, key as u16], count))
            .collect(),
    }
}
