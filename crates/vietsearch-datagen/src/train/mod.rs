//! `train`: weights of the segmenter from hand-segmented text, lexicons and counts.

pub(crate) mod crf;
pub(crate) mod features;
pub(crate) mod table;

use std::collections::{BTreeSet, HashMap};

use vietsearch_data::{Container, ContainerBuilder};
use vietsearch_text::Scanner;
use vietsearch_text::segment::atom::{Atom, Atoms, SHAPES};
use vietsearch_text::segment::tables::{COVERS, KINDS, PAIR_CLASSES, SCALE};
use vietsearch_text::segment::vocabulary::{VOCABULARY_VERSION, Vocabulary as Rows, row};

use std::path::{Path, PathBuf};

use crate::Inputs;
use crate::corpus;
use crate::count::{self, PairCount, each_sentence, key};
use crate::error::Result;
use crate::gold::{self, Sentence};
use crate::lexicon::{self, Lexicon};
use crate::segmentation::{Packed, Pair};
use crate::vocabulary::Vocabulary;
use crf::Example;
use features::{COLUMNS, Gap, JOINTS, Layout, PAIR_COLUMNS};
use table::Table;

/// How training goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// How often all examples are seen.
    pub(crate) epochs: usize,
    /// The rate of AdaGrad.
    pub(crate) rate: f32,
    /// How strongly weights are drawn to 0.
    pub(crate) decay: f32,
    /// Share of the weights of single pairs that an example leaves out.
    pub(crate) drop: f32,
    /// What a sentence of news counts, of which the segmenter itself said where words end.
    pub(crate) news_weight: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 12,
            rate: 0.05,
            decay: 30.0,
            drop: 0.5,
            news_weight: 0.1,
        }
    }
}

/// What training reads, in memory.
pub(crate) struct Prepared {
    vocabulary: Vocabulary,
    table: Table,
    /// Sentences that people segmented.
    pub(crate) gold: Vec<Sentence>,
    /// Sentences of news, not segmented.
    news: Vec<String>,
}

/// Every so manieth text of the news teaches text without case.
const NEWS_EVERY: usize = 30;

impl Prepared {
    pub(crate) fn read(inputs: &Inputs) -> Result<Self> {
        let lexicon: Lexicon = lexicon::read_lists(&inputs.lexicon)?;
        let (vocabulary, pairs): (_, HashMap<u32, PairCount>) = count::read(&inputs.counts)?;
        let mut gold = Vec::new();
        for path in &inputs.gold {
            gold.append(&mut gold::read(path)?);
        }
        Ok(Self {
            table: Table::new(&vocabulary, &lexicon, &pairs),
            vocabulary,
            gold,
            news: news_sentences(&inputs.news)?,
        })
    }

    /// Trains on hand-segmented text; segments news with the result, where capitals tell names;
    /// trains again with that news in lower case, so that names are known without capitals too.
    pub(crate) fn train(&self, settings: Settings) -> Result<Packed> {
        let first = fit(&self.vocabulary, &self.table, &self.gold, &[], settings)?;
        let mut cutter = Cutter::new(&self.vocabulary)?;
        let mut news = Vec::new();
        for line in &self.news {
            let words = first.words(&mut cutter, line)?;
            let texts = words
                .iter()
                .filter_map(|(start, end)| line.get(*start..*end));
            news.push(Sentence::new(texts));
        }
        let model = fit(&self.vocabulary, &self.table, &self.gold, &news, settings)?;
        Ok(model.pack(&self.vocabulary))
    }
}

/// Sentences of some texts of the news.
fn news_sentences(paths: &[PathBuf]) -> Result<Vec<String>> {
    let mut sentences = Vec::new();
    let mut number = 0;
    for path in paths {
        corpus::texts(path, |text| {
            number += 1;
            if number % NEWS_EVERY == 0 {
                let lines = text
                    .split(". ")
                    .filter(|line| (40..600).contains(&line.len()));
                sentences.extend(lines.map(str::to_string));
            }
        })?;
    }
    Ok(sentences)
}

pub(crate) fn run(inputs: &Inputs, to: &Path) -> Result<()> {
    let prepared = Prepared::read(inputs)?;
    println!(
        "{} sentences, {} of news, {} pairs known before training",
        prepared.gold.len(),
        prepared.news.len(),
        prepared.table.pairs.len()
    );
    let packed = prepared.train(Settings::default())?;
    println!("{} pairs with weights", packed.pairs.len());
    packed.write(to)
}

/// A trained model before it is packed.
pub(crate) struct Model {
    pub(crate) table: Table,
    pub(crate) layout: Layout,
    pub(crate) weights: Vec<f32>,
}

/// Cuts text into sentences of atoms.
pub(crate) struct Cutter {
    bytes: Vec<u8>,
    scanner: Scanner,
    atoms: Atoms,
}

impl Cutter {
    pub(crate) fn new(vocabulary: &Vocabulary) -> Result<Self> {
        let bytes = ContainerBuilder::new().with(vocabulary.section()).build()?;
        Ok(Self {
            bytes,
            scanner: Scanner::new(),
            atoms: Atoms::default(),
        })
    }

    pub(crate) fn cut(&mut self, text: &str, use_sentence: impl FnMut(&[Atom])) -> Result<()> {
        let container = Container::read(&self.bytes)?;
        let rows = Rows::read(container.section("vocabulary", VOCABULARY_VERSION)?)?;
        each_sentence(
            &mut self.scanner,
            &mut self.atoms,
            &rows,
            text,
            use_sentence,
        );
        Ok(())
    }
}

/// The labels of gaps that people's words give.
pub(crate) fn labels(atoms: &[Atom], sentence: &Sentence) -> Vec<bool> {
    let mut words = sentence.words.iter().peekable();
    let mut labels = Vec::new();
    for (left, right) in atoms.iter().zip(atoms.iter().skip(1)) {
        while words.next_if(|(_, end)| *end <= left.start).is_some() {}
        let joined = words.peek().is_some_and(|(_, end)| *end > right.start);
        labels.push(joined);
    }
    labels
}

/// The treebank writes brackets as signs in one of its files and as words in the other; copies of
/// sentences with the words.
fn with_bracket_words(sentences: &[Sentence]) -> Vec<Sentence> {
    let bracketed = sentences
        .iter()
        .filter(|sentence| sentence.text.contains(['(', ')']));
    let copies = bracketed.map(|sentence| {
        sentence.map(|word| match word {
            "(" => "LBKT".to_string(),
            ")" => "RBKT".to_string(),
            other => other.to_string(),
        })
    });
    copies.collect()
}

fn fit(
    vocabulary: &Vocabulary,
    table: &Table,
    gold: &[Sentence],
    news: &[Sentence],
    settings: Settings,
) -> Result<Model> {
    let mut cutter = Cutter::new(vocabulary)?;
    let mut cut: Vec<(Vec<Atom>, Vec<bool>, f32)> = Vec::new();
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let mut gold = gold.to_vec();
    gold.append(&mut with_bracket_words(&gold));
    for (sentences, weight) in [
        (gold.as_slice(), 1.0),
        (&gold::lower(&gold), 1.0),
        (&gold::lower(news), settings.news_weight),
    ] {
        for sentence in sentences {
            cutter.cut(&sentence.text, |atoms| {
                let labels = labels(atoms, sentence);
                for (left, right) in atoms.iter().zip(atoms.iter().skip(1)) {
                    if weight == 1.0 && features::joinable(left, right) {
                        seen.insert(key(left.row, right.row));
                    }
                }
                cut.push((atoms.to_vec(), labels, weight));
            })?;
        }
    }
    let pair_index: HashMap<u32, u32> = seen.into_iter().zip(0..).collect();
    let layout = Layout::new(vocabulary.rows(), pair_index);
    let examples: Vec<Example> = cut
        .into_iter()
        .map(|(atoms, mut labels, weight)| {
            let gaps = features::extract(&atoms, table, &layout);
            for (label, gap) in labels.iter_mut().zip(&gaps) {
                *label &= gap.joinable;
            }
            Example {
                gaps,
                labels,
                weight,
            }
        })
        .collect();
    let weights = crf::train(&examples, &layout, settings);
    Ok(Model {
        table: table.clone(),
        layout,
        weights,
    })
}

impl Model {
    /// The words of a text.
    pub(crate) fn words(&self, cutter: &mut Cutter, text: &str) -> Result<Vec<(usize, usize)>> {
        let mut words: Vec<(usize, usize)> = Vec::new();
        cutter.cut(text, |atoms| {
            let gaps: Vec<Gap> = features::extract(atoms, &self.table, &self.layout);
            let scores = crf::score(&gaps, &self.weights, |_| false);
            let turn = self.weights.get(self.layout.turns).copied().unwrap_or(0.0);
            let labels = crf::decode(&gaps, &scores, turn);
            let mut joined = false;
            for (index, atom) in atoms.iter().enumerate() {
                match words.last_mut() {
                    Some(last) if joined => last.1 = atom.end,
                    _ => words.push((atom.start, atom.end)),
                }
                joined = labels.get(index).copied().unwrap_or(false);
            }
        })?;
        Ok(words)
    }
}

impl Model {
    /// The model in whole numbers, without what changes nothing.
    pub(crate) fn pack(&self, vocabulary: &Vocabulary) -> Packed {
        let weight = |index: usize| self.weights.get(index).copied().unwrap_or(0.0);
        let whole = |weight: f32| (weight * SCALE).round() as i16;
        let table = |from: usize, length: usize| -> Vec<i16> {
            (from..from + length)
                .map(|index| whole(weight(index)))
                .collect()
        };
        let layout = &self.layout;
        let rows = (0..vocabulary.rows())
            .map(|row| {
                let mut weights = [0; COLUMNS];
                for (column, slot) in weights.iter_mut().enumerate() {
                    *slot = whole(weight(layout.rows + row * COLUMNS + column));
                }
                weights
            })
            .collect();
        let mut buckets = Vec::new();
        let mut pair_of = |key: Option<u32>| {
            let known = key.and_then(|key| self.table.pairs.get(&key));
            let own = key.and_then(|key| layout.pair_index.get(&key));
            features::buckets(known, &mut buckets);
            let mut weights = [0; PAIR_COLUMNS];
            for (column, slot) in weights.iter_mut().enumerate() {
                let mut sum: f32 = buckets
                    .iter()
                    .map(|bucket| weight(layout.statistics + bucket * PAIR_COLUMNS + column))
                    .sum();
                if let Some(own) = own {
                    sum += weight(layout.pairs + *own as usize * PAIR_COLUMNS + column);
                }
                *slot = whole(sum);
            }
            let begins_longer = known.is_some_and(|pair| pair.prefix);
            Pair {
                weights,
                class: features::class(known) as u8 + if begins_longer { 8 } else { 0 },
            }
        };
        let other_pair = pair_of(None);
        let keys: BTreeSet<u32> = self
            .table
            .pairs
            .keys()
            .chain(layout.pair_index.keys())
            .copied()
            .collect();
        let pairs = keys
            .into_iter()
            .map(|key| (key, pair_of(Some(key))))
            .filter(|(key, pair)| {
                let words = [(key >> 16) as u16, *key as u16]
                    .iter()
                    .all(|part| !matches!(*part, row::URL | row::IDEOGRAPH));
                words && differs(pair, &other_pair)
            })
            .collect();
        let cube = SHAPES * SHAPES * SHAPES;
        Packed {
            vocabulary: vocabulary.clone(),
            rows,
            other_pair,
            pairs,
            tree: self.table.tree.clone(),
            shapes: table(layout.shapes, 2 * cube),
            classes: table(
                layout.classes,
                PAIR_CLASSES * PAIR_CLASSES * PAIR_CLASSES * COVERS * KINDS,
            ),
            joints: table(layout.joints, JOINTS),
            turn: i32::from(whole(weight(layout.turns))),
            bias: i32::from(whole(weight(layout.bias))),
        }
    }
}

/// True if a pair is worth a place.
fn differs(pair: &Pair, other: &Pair) -> bool {
    const LEAST: u16 = 20;
    let far = |(a, b): (&i16, &i16)| a.abs_diff(*b) >= LEAST;
    pair.class != other.class || pair.weights.iter().zip(&other.weights).any(far)
}
