//! `count`: how often spellings and pairs of neighbours stand in the corpora.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use vietsearch_data::{Container, ContainerBuilder};
use vietsearch_text::segment::atom::{Atom, Atoms, Shape};
use vietsearch_text::segment::vocabulary::{VOCABULARY_VERSION, Vocabulary as Rows};
use vietsearch_text::{Scanner, TokenKind};

use crate::corpus;
use crate::error::{DatagenError, Result};
use crate::lexicon;
use crate::vocabulary::{Count, Vocabulary, own_spelling};

/// Syllables need so many occurrences, unless a lexicon has them; other words more.
const SYLLABLE_LEAST: u32 = 30;
const WORD_LEAST: u32 = 200;

/// A pair of neighbours in the corpora.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PairCount {
    pub(crate) all: u32,
    /// Both with a capital, not at a start.
    pub(crate) capital: u32,
}

/// The files that `count` writes into its folder.
const VOCABULARY: &str = "vocabulary.tsv";
const PAIRS: &str = "pairs.bin";
/// Rarer pairs are not written.
const PAIR_LEAST: u32 = 3;

pub(crate) fn run(lists: &Path, to: &Path, news: &[PathBuf]) -> Result<()> {
    let lexicon = lexicon::read_lists(lists)?;
    println!("{} words of several syllables", lexicon.len());
    let vocabulary = vocabulary(news, &lexicon::spellings(&lexicon))?;
    println!("{} rows", vocabulary.rows());
    let path = to.join(VOCABULARY);
    fs::write(&path, vocabulary.to_text()).map_err(|source| DatagenError::Io {
        action: "write",
        path,
        source,
    })?;
    let pairs = pairs(news, &vocabulary)?;
    println!("{} pairs", pairs.len());
    write_pairs(&to.join(PAIRS), &pairs, PAIR_LEAST)
}

/// What [`run`] wrote.
pub(crate) fn read(folder: &Path) -> Result<(Vocabulary, HashMap<u32, PairCount>)> {
    let path = folder.join(VOCABULARY);
    let text = fs::read_to_string(&path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.clone(),
        source,
    })?;
    let vocabulary = Vocabulary::from_text(&text).ok_or(DatagenError::Line {
        path,
        line: 1,
        content: "lines that are not a spelling and two counts".to_string(),
    })?;
    Ok((vocabulary, read_pairs(&folder.join(PAIRS))?))
}

/// Counts spellings. `kept` are always part of the vocabulary.
fn vocabulary(corpora: &[PathBuf], kept: &HashSet<String>) -> Result<Vocabulary> {
    let mut scanner = Scanner::new();
    let mut syllables: HashMap<u16, (Count, &'static str)> = HashMap::new();
    let mut words: HashMap<String, Count> = HashMap::new();
    for path in corpora {
        corpus::texts(path, |text| {
            let mut tokens = scanner.scan(text);
            let mut sentence = u32::MAX;
            while let Some(token) = tokens.next() {
                let start = token.sentence != sentence;
                sentence = token.sentence;
                let first = text.get(token.start..).and_then(|rest| rest.chars().next());
                let capital = !start && first.is_some_and(char::is_uppercase);
                let count = match token.syllable {
                    Some(syllable) => {
                        let spelling = own_spelling(syllable);
                        &mut syllables
                            .entry(syllable.id())
                            .or_insert((Count::default(), spelling))
                            .0
                    }
                    None if token.kind == TokenKind::Word => {
                        if !words.contains_key(token.form) {
                            words.insert(token.form.to_string(), Count::default());
                        }
                        match words.get_mut(token.form) {
                            Some(count) => count,
                            None => continue,
                        }
                    }
                    None => continue,
                };
                count.all += 1;
                count.capital += u32::from(capital);
            }
        })?;
    }
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (count, spelling) in syllables.into_values() {
        let sum = counts.entry(spelling.to_string()).or_default();
        sum.all += count.all;
        sum.capital += count.capital;
    }
    counts.retain(|spelling, count| count.all >= SYLLABLE_LEAST || kept.contains(spelling));
    for (word, count) in words {
        if count.all >= WORD_LEAST || kept.contains(&word) {
            counts.insert(word, count);
        }
    }
    for spelling in kept {
        counts.entry(spelling.clone()).or_default();
    }
    Ok(Vocabulary::new(&counts))
}

/// Calls `use_sentence` with the atoms of every sentence of the corpora.
fn sentences(
    corpora: &[PathBuf],
    vocabulary: &Vocabulary,
    mut use_sentence: impl FnMut(&[Atom]),
) -> Result<()> {
    let bytes = ContainerBuilder::new().with(vocabulary.section()).build()?;
    let container = Container::read(&bytes)?;
    let rows = Rows::read(container.section("vocabulary", VOCABULARY_VERSION)?)?;
    let mut scanner = Scanner::new();
    let mut atoms = Atoms::default();
    for path in corpora {
        corpus::texts(path, |text| {
            each_sentence(&mut scanner, &mut atoms, &rows, text, &mut use_sentence);
        })?;
    }
    Ok(())
}

/// Calls `use_sentence` with the atoms of every sentence of a text.
pub(crate) fn each_sentence(
    scanner: &mut Scanner,
    atoms: &mut Atoms,
    rows: &Rows<'_>,
    text: &str,
    mut use_sentence: impl FnMut(&[Atom]),
) {
    atoms.restart();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        if atoms.gap(text, &token) {
            use_sentence(atoms.finish_sentence());
            atoms.clear();
        }
        atoms.token(text, &token, rows);
    }
    atoms.end(text);
    use_sentence(atoms.finish_sentence());
}

/// Counts pairs of neighbouring atoms.
fn pairs(corpora: &[PathBuf], vocabulary: &Vocabulary) -> Result<HashMap<u32, PairCount>> {
    let mut counts: HashMap<u32, PairCount> = HashMap::new();
    sentences(corpora, vocabulary, |atoms| {
        for (left, right) in atoms.iter().zip(atoms.iter().skip(1)) {
            if left.is_sign() || right.is_sign() {
                continue;
            }
            let count = counts.entry(key(left.row, right.row)).or_default();
            count.all += 1;
            count.capital += u32::from(is_capital(left) && is_capital(right));
        }
    })?;
    Ok(counts)
}

fn is_capital(atom: &Atom) -> bool {
    matches!(
        atom.shape,
        Shape::Title | Shape::TitleWord | Shape::StartTitle | Shape::StartTitleWord
    )
}

/// Two rows as one number.
pub(crate) fn key(left: u16, right: u16) -> u32 {
    u32::from(left) << 16 | u32::from(right)
}

/// Writes pairs that occur at least `least` times: 12 bytes each, in the order of their keys.
fn write_pairs(path: &Path, counts: &HashMap<u32, PairCount>, least: u32) -> Result<()> {
    let mut sorted: Vec<_> = counts
        .iter()
        .filter(|(_, count)| count.all >= least)
        .collect();
    sorted.sort_unstable_by_key(|(key, _)| **key);
    let mut bytes = Vec::with_capacity(sorted.len() * 12);
    for (key, count) in sorted {
        for number in [*key, count.all, count.capital] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
    fs::write(path, bytes).map_err(|source| DatagenError::Io {
        action: "write",
        path: path.into(),
        source,
    })
}

fn read_pairs(path: &Path) -> Result<HashMap<u32, PairCount>> {
    let bytes = fs::read(path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.into(),
        source,
    })?;
    let (numbers, _) = bytes.as_chunks::<4>();
    let number = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
    let entries = numbers.chunks_exact(3).filter_map(|entry| match entry {
        [key, all, capital] => Some((
            number(key),
            PairCount {
                all: number(all),
                capital: number(capital),
            },
        )),
        _ => None,
    });
    Ok(entries.collect())
}
