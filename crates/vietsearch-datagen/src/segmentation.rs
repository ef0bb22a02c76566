//! The file of the segmenter: from whole numbers in text files to sections.
//!
//! `sources/segmentation` holds what training made, in a form that people can read and compare:
//! rows, pairs, longer words and contexts with their weights (512 to one).

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use vietsearch_data::{ContainerBuilder, SectionBuilder};
use vietsearch_text::segment::tables::{
    BUCKET_BYTES, BUCKET_PAIRS, COVERS, FILTER_BYTES, KINDS, PAIR_BYTES, PAIR_CLASSES, ROW_BYTES,
    ROW_WEIGHTS, TABLES_VERSION, filter_place, pair_hash,
};

use crate::count::key;
use crate::error::{DatagenError, Result};
use crate::train::table::Tree;
use crate::vocabulary::Vocabulary;

/// A pair's weights; its class, and 8 if longer words begin with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) weights: [i16; 5],
    pub(crate) class: u8,
}

/// All that the segmenter knows, in whole numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    pub(crate) vocabulary: Vocabulary,
    /// By row, its weights.
    pub(crate) rows: Vec<[i16; ROW_WEIGHTS]>,
    pub(crate) other_pair: Pair,
    pub(crate) pairs: BTreeMap<u32, Pair>,
    pub(crate) tree: Tree,
    pub(crate) shapes: Vec<i16>,
    pub(crate) classes: Vec<i16>,
    pub(crate) joints: Vec<i16>,
    pub(crate) turn: i32,
    pub(crate) bias: i32,
}

const VOCABULARY: &str = "vocabulary.tsv";
const ROWS: &str = "rows.tsv.gz";
const PAIRS: &str = "pairs.tsv.gz";
const LONGER_WORDS: &str = "longer-words.tsv.gz";
const CONTEXTS: &str = "contexts.tsv.gz";

impl Packed {
    /// Writes the text files.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        write(
            &folder.join(VOCABULARY),
            self.vocabulary.to_text().as_bytes(),
        )?;
        let mut text = String::new();
        for row in &self.rows {
            text.push_str(&numbers(row));
            text.push('\n');
        }
        write_compressed(&folder.join(ROWS), &text)?;
        let mut text = format!(
            "\t\t{}\t{}\n",
            numbers(&self.other_pair.weights),
            self.other_pair.class
        );
        for (key, pair) in &self.pairs {
            let left = self.vocabulary.name((key >> 16) as u16);
            let right = self.vocabulary.name(*key as u16);
            let weights = numbers(&pair.weights);
            text.push_str(&format!("{left}\t{right}\t{weights}\t{}\n", pair.class));
        }
        write_compressed(&folder.join(PAIRS), &text)?;
        let mut text = String::new();
        for (word, cover) in self.tree.words() {
            let parts: Vec<String> = word.iter().map(|row| self.vocabulary.name(*row)).collect();
            text.push_str(&format!("{}\t{cover}\n", parts.join(" ")));
        }
        write_compressed(&folder.join(LONGER_WORDS), &text)?;
        let mut text = format!("turn\t{}\nbias\t{}\n", self.turn, self.bias);
        for (name, table) in self.contexts() {
            for (index, weight) in table.iter().enumerate().filter(|(_, weight)| **weight != 0) {
                text.push_str(&format!("{name}\t{index}\t{weight}\n"));
            }
        }
        write_compressed(&folder.join(CONTEXTS), &text)
    }

    fn contexts(&self) -> [(&'static str, &Vec<i16>); 3] {
        [
            ("shapes", &self.shapes),
            ("classes", &self.classes),
            ("joints", &self.joints),
        ]
    }

    /// Reads the text files.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        use crate::train::features::JOINTS;
        use vietsearch_text::segment::atom::SHAPES;
        let path = folder.join(VOCABULARY);
        let text = String::from_utf8_lossy(&read(&path)?).into_owned();
        let vocabulary =
            Vocabulary::from_text(&text).ok_or_else(|| malformed(&path, 0, "not three columns"))?;
        let mut packed = Self {
            vocabulary,
            shapes: vec![0; 2 * SHAPES * SHAPES * SHAPES],
            classes: vec![0; PAIR_CLASSES * PAIR_CLASSES * PAIR_CLASSES * COVERS * KINDS],
            joints: vec![0; JOINTS],
            ..Self::default()
        };
        each_line(&folder.join(ROWS), |columns| {
            packed.rows.push(parse_all(columns)?);
            Some(())
        })?;
        each_line(&folder.join(PAIRS), |columns| {
            let [left, right, weights @ .., class] = columns else {
                return None;
            };
            let pair = Pair {
                weights: parse_all(weights)?,
                class: class.parse().ok()?,
            };
            if left.is_empty() {
                packed.other_pair = pair;
            } else {
                let left = packed.vocabulary.named(left)?;
                let right = packed.vocabulary.named(right)?;
                packed.pairs.insert(key(left, right), pair);
            }
            Some(())
        })?;
        each_line(&folder.join(LONGER_WORDS), |columns| {
            let [word, cover] = columns else { return None };
            let rows: Option<Vec<u16>> = word
                .split(' ')
                .map(|part| packed.vocabulary.named(part))
                .collect();
            packed.tree.insert(&rows?, cover.parse().ok()?);
            Some(())
        })?;
        each_line(&folder.join(CONTEXTS), |columns| {
            let table = match columns {
                ["turn", weight] => {
                    packed.turn = weight.parse().ok()?;
                    return Some(());
                }
                ["bias", weight] => {
                    packed.bias = weight.parse().ok()?;
                    return Some(());
                }
                ["shapes", ..] => &mut packed.shapes,
                ["classes", ..] => &mut packed.classes,
                ["joints", ..] => &mut packed.joints,
                _ => return None,
            };
            let index: usize = columns.get(1)?.parse().ok()?;
            *table.get_mut(index)? = columns.get(2)?.parse().ok()?;
            Some(())
        })?;
        Ok(packed)
    }

    /// True for a word of several syllables that the lexicon has.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        let Some(rows) = self.vocabulary.parts(word) else {
            return false;
        };
        match rows.as_slice() {
            [left, right] => {
                let pair = self.pairs.get(&key(*left, *right));
                pair.is_some_and(|pair| pair.class & 7 >= 5)
            }
            rows => self
                .tree
                .longest(rows.iter().copied())
                .is_some_and(|(length, _)| length == rows.len()),
        }
    }

    /// The file's sections.
    pub(crate) fn container(&self) -> ContainerBuilder {
        let mut rows = SectionBuilder::new("rows", TABLES_VERSION);
        let records: Vec<[u8; ROW_BYTES]> = self.rows.iter().map(row_record).collect();
        rows.records(&records);

        let mut pairs = SectionBuilder::new("pairs", TABLES_VERSION);
        pairs.records(&[pair_record(&self.other_pair)]);
        pairs.records(&self.buckets());
        let mut filter = vec![0; FILTER_BYTES];
        for key in self.pairs.keys() {
            let (byte, bit) = filter_place(pair_hash(*key));
            if let Some(slot) = filter.get_mut(byte) {
                *slot |= 1 << bit;
            }
        }
        pairs.bytes(&filter);

        let mut contexts = SectionBuilder::new("contexts", TABLES_VERSION);
        for (_, table) in self.contexts() {
            let records: Vec<[u8; 2]> = table.iter().map(|weight| weight.to_le_bytes()).collect();
            contexts.records(&records);
        }
        contexts.u32(self.turn as u32);
        contexts.u32(self.bias as u32);

        ContainerBuilder::new()
            .with(self.vocabulary.section())
            .with(rows)
            .with(pairs)
            .with(self.longer_words())
            .with(contexts)
    }

    /// Buckets of four pairs, half full.
    fn buckets(&self) -> Vec<[u8; BUCKET_BYTES]> {
        let count = (self.pairs.len() * 4 / 3 / BUCKET_PAIRS)
            .next_power_of_two()
            .max(2);
        let shift = u64::BITS - count.trailing_zeros();
        let mut buckets: Vec<Bucket<'_>> = vec![Bucket::default(); count];
        for (key, pair) in &self.pairs {
            let mut number = (pair_hash(*key) >> shift) as usize;
            while let Some(bucket) = buckets.get_mut(number % count) {
                if bucket.pairs.len() < BUCKET_PAIRS {
                    bucket.pairs.push((*key, pair));
                    break;
                }
                bucket.goes_on = true;
                number += 1;
            }
        }
        buckets.iter().map(Bucket::record).collect()
    }

    fn longer_words(&self) -> SectionBuilder {
        let children = self.tree.children();
        let slots = (children.len() * 2 + 1).next_power_of_two().max(2);
        let mut keys = vec![0u32; slots];
        let mut nodes = vec![0u16; slots];
        for ((node, row), child) in children {
            let key = node << 16 | u32::from(*row);
            let mut slot = (pair_hash(key) >> 32) as usize;
            while keys.get(slot % slots).is_some_and(|taken| *taken != 0) {
                slot += 1;
            }
            if let (Some(free), Some(next)) =
                (keys.get_mut(slot % slots), nodes.get_mut(slot % slots))
            {
                *free = key;
                *next = *child as u16;
            }
        }
        let mut section = SectionBuilder::new("longer words", TABLES_VERSION);
        section.u32s(&keys);
        section.u16s(&nodes);
        section.bytes(&self.tree.covers());
        section
    }
}

fn row_record(weights: &[i16; ROW_WEIGHTS]) -> [u8; ROW_BYTES] {
    let mut bytes = Vec::new();
    push_numbers(&mut bytes, weights);
    record(bytes)
}

fn pair_record(pair: &Pair) -> [u8; PAIR_BYTES] {
    let mut bytes = Vec::new();
    push_numbers(&mut bytes, &pair.weights);
    bytes.push(pair.class);
    record(bytes)
}

/// Pairs of one hash, as many as fit into a cache line.
#[derive(Clone, Debug, Default)]
struct Bucket<'p> {
    pairs: Vec<(u32, &'p Pair)>,
    /// Whether others had to go to the next one.
    goes_on: bool,
}

impl Bucket<'_> {
    fn record(&self) -> [u8; BUCKET_BYTES] {
        let keys = self.pairs.iter().flat_map(|(key, _)| key.to_le_bytes());
        let mut bytes: Vec<u8> = keys.collect();
        bytes.resize(4 * BUCKET_PAIRS, 0);
        bytes.extend(self.pairs.iter().flat_map(|(_, pair)| pair_record(pair)));
        bytes.resize(BUCKET_BYTES - 1, 0);
        bytes.truncate(BUCKET_BYTES - 1);
        bytes.push(u8::from(self.goes_on));
        record(bytes)
    }
}

/// Bytes, filled up with zeros.
fn record<const N: usize>(mut bytes: Vec<u8>) -> [u8; N] {
    bytes.resize(N, 0);
    let mut record = [0; N];
    record.copy_from_slice(&bytes);
    record
}

fn push_numbers(bytes: &mut Vec<u8>, numbers: &[i16]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn numbers(numbers: &[i16]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i16::to_string).collect();
    numbers.join("\t")
}

fn parse_all<const N: usize>(columns: &[&str]) -> Option<[i16; N]> {
    let numbers: Option<Vec<i16>> = columns.iter().map(|column| column.parse().ok()).collect();
    numbers?.try_into().ok()
}

fn each_line(path: &Path, mut read_line: impl FnMut(&[&str]) -> Option<()>) -> Result<()> {
    let mut text = String::new();
    GzDecoder::new(read(path)?.as_slice())
        .read_to_string(&mut text)
        .map_err(|source| io("read", path, source))?;
    for (index, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        read_line(&columns).ok_or_else(|| malformed(path, index + 1, line))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| io("read", path, source))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(|source| io("write", path, source))
}

fn write_compressed(path: &Path, text: &str) -> Result<()> {
    // Without name and time, so that the same text gives the same file.
    let mut writer = GzBuilder::new().write(Vec::new(), Compression::best());
    let compressed = writer
        .write_all(text.as_bytes())
        .and_then(|()| writer.finish());
    write(
        path,
        &compressed.map_err(|source| io("compress", path, source))?,
    )
}

fn io(action: &'static str, path: &Path, source: std::io::Error) -> DatagenError {
    DatagenError::Io {
        action,
        path: path.into(),
        source,
    }
}

fn malformed(path: &Path, line: usize, content: &str) -> DatagenError {
    DatagenError::Line {
        path: path.into(),
        line,
        content: content.to_string(),
    }
}
