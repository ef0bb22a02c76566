//! The count files: what `count` writes into sources/ and `build` reads.
//!
//! Text, so that they can be read and compared: packed with gzip where they are long.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use vietsearch_text::Syllable;

use crate::error::{DatagenError, Result};

/// Numbers of units that are no syllables, in the order of [`NAMES`]; syllables come after.
pub(crate) const START: u16 = 0;
pub(crate) const PAUSE: u16 = 1;
pub(crate) const NUMBER: u16 = 2;
pub(crate) const OTHER: u16 = 3;
pub(crate) const FIRST_SYLLABLE: u16 = 4;
/// How those units are written in the files.
const NAMES: [&str; 4] = ["^", ",", "1", "x"];

const NGRAMS: &str = "ngrams.txt.gz";

/// A unit of the vocabulary with what is counted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) syllable: Option<Syllable>,
    pub(crate) count: u32,
    /// Within sentences: in lower case, with a capital first letter.
    pub(crate) small: u32,
    pub(crate) capital: u32,
}

/// Counts of n-grams: those that matter, with the numbers of their units as keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ngrams {
    /// By number: first what is no syllable, then syllables in ascending order.
    pub(crate) vocabulary: Vec<Word>,
    /// Ascending.
    pub(crate) bigrams: Vec<([u16; 2], u32)>,
    /// Ascending; the first two units of each are among the bigrams.
    pub(crate) trigrams: Vec<([u16; 3], u32)>,
}

impl Ngrams {
    fn name(&self, number: u16) -> &'static str {
        let word = self.vocabulary.get(usize::from(number));
        match word.and_then(|word| word.syllable) {
            Some(syllable) => syllable.as_str(),
            None => NAMES.get(usize::from(number)).copied().unwrap_or(""),
        }
    }

    /// Writes the file: a line for each unit, an empty line, a line for each first unit of bigrams
    /// with what follows it, an empty line, and the same for trigrams.
    pub(crate) fn write(&self, sources: &Path) -> Result<()> {
        let mut text = String::new();
        for (number, word) in self.vocabulary.iter().enumerate() {
            text += self.name(number as u16);
            text += &format!(" {} {} {}\n", word.count, word.small, word.capital);
        }
        let line = |text: &mut String, history: &[u16], next: u16, count: u32, new: bool| {
            if new {
                text.push('\n');
                let names: Vec<_> = history.iter().map(|number| self.name(*number)).collect();
                text.push_str(&names.join(" "));
                text.push(':');
            }
            *text += &format!(" {} {count}", self.name(next));
        };
        let mut before = None;
        for ([first, next], count) in &self.bigrams {
            line(&mut text, &[*first], *next, *count, before != Some(*first));
            before = Some(*first);
        }
        text += "\n";
        let mut before = None;
        for ([first, second, next], count) in &self.trigrams {
            let history = [*first, *second];
            line(&mut text, &history, *next, *count, before != Some(history));
            before = Some(history);
        }
        text += "\n";
        write_packed(&sources.join(NGRAMS), &text)
    }

    pub(crate) fn read(sources: &Path) -> Result<Self> {
        let path = sources.join(NGRAMS);
        let text = read_packed(&path)?;
        let failed = |line: usize, reason: &str| DatagenError::Invalid {
            path: path.clone(),
            line: line + 1,
            reason: reason.to_string(),
        };
        let mut ngrams = Self::default();
        let mut numbers = std::collections::HashMap::new();
        let mut part = 0;
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() {
                part += 1;
                continue;
            }
            let unknown = || failed(index, "unknown unit or no count");
            if part == 0 {
                let mut fields = line.split(' ');
                let name = fields.next().unwrap_or("");
                let mut count = || fields.next()?.parse().ok();
                let counts = (|| Some((count()?, count()?, count()?)))();
                let (count, small, capital) = counts.ok_or_else(unknown)?;
                numbers.insert(name.to_string(), ngrams.vocabulary.len() as u16);
                ngrams.vocabulary.push(Word {
                    syllable: name.parse().ok(),
                    count,
                    small,
                    capital,
                });
                continue;
            }
            let number = |name: &str| numbers.get(name).copied();
            let (history, rest) = line.split_once(": ").ok_or_else(unknown)?;
            let history: Option<Vec<u16>> = history.split(' ').map(number).collect();
            let history = history.ok_or_else(unknown)?;
            let fields: Vec<&str> = rest.split(' ').collect();
            for pair in fields.chunks(2) {
                let [name, count] = pair else {
                    return Err(unknown());
                };
                let next = number(name).ok_or_else(unknown)?;
                let count = count.parse().map_err(|_| unknown())?;
                match history.as_slice() {
                    [first] => ngrams.bigrams.push(([*first, next], count)),
                    [first, second] => ngrams.trigrams.push(([*first, *second, next], count)),
                    _ => return Err(unknown()),
                }
            }
        }
        Ok(ngrams)
    }
}

pub(crate) fn write_packed(path: &Path, text: &str) -> Result<()> {
    let failed = |source| DatagenError::Io {
        action: "write",
        path: path.to_path_buf(),
        source,
    };
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(text.as_bytes()).map_err(failed)?;
    let bytes = packer.finish().map_err(failed)?;
    fs::write(path, bytes).map_err(failed)
}

pub(crate) fn read_packed(path: &Path) -> Result<String> {
    let failed = |source| DatagenError::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    };
    let file = fs::File::open(path).map_err(failed)?;
    let mut text = String::new();
    let mut unpacker = MultiGzDecoder::new(file);
    unpacker.read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = std::env::temp_dir().join("vietsearch-datagen-counts");
        fs::create_dir_all(&folder).unwrap();
        let mut vocabulary: Vec<Word> = (0..4)
            .map(|count| Word {
                syllable: None,
                count,
                small: 0,
                capital: 0,
            })
            .collect();
        for name in ["an", "công"] {
            vocabulary.push(Word {
                syllable: name.parse().ok(),
                count: 9,
                small: 5,
                capital: 2,
            });
        }
        let ngrams = Ngrams {
            vocabulary,
            bigrams: vec![([START, 5], 2), ([5, 4], 7), ([5, OTHER], 1)],
            trigrams: vec![([START, 5, 4], 2)],
        };
        ngrams.write(&folder).unwrap();
        assert_eq!(Ngrams::read(&folder).unwrap(), ngrams);
        fs::remove_dir_all(&folder).unwrap();
    }
}
