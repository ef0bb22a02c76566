//! `ranking`: measures the weights of the ranking on collections with judged queries, and fits them.

mod collection;
mod fit;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use vietsearch_query::Weights;

use crate::error::{DatagenError, Result};
use collection::{Collection, Part};
use fit::Memo;

#[derive(Subcommand)]
pub(crate) enum RankingCommand {
    /// Measures nDCG@10 of the weights, for each collection and variant of its queries
    Measure {
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Fits weights on samples of queries, and tells what each fit gains on a collection that it has
    /// not seen
    Tune {
        #[command(flatten)]
        inputs: Inputs,
        /// Queries of each collection to fit on
        #[arg(long, value_name = "N", default_value_t = 150)]
        sample: usize,
        /// Which queries these are
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// The weights to fit, by default those that passages and bodies tell something of
        #[arg(long, value_delimiter = ',', value_name = "KEYS")]
        keys: Option<Vec<String>>,
        /// Writes what is recommended to the file of the weights, with this date (YYYY-MM-DD)
        #[arg(long, value_name = "DATE")]
        write: Option<String>,
    },
}

#[derive(Args)]
pub(crate) struct Inputs {
    /// Folder of folders with queries.jsonl, its variants, qrels.tsv and corpus.jsonl
    #[arg(long, value_name = "DIR")]
    collections: PathBuf,
    /// The corpus of a collection that has none in its folder; may be repeated
    #[arg(long, value_name = "NAME=FILE", value_parser = name_and_file)]
    corpus: Vec<(String, PathBuf)>,
    /// The variants of the queries; asis are those of queries.jsonl
    #[arg(long, value_delimiter = ',', default_value = "asis,nodia,half")]
    variants: Vec<String>,
    /// The file of the weights [default: that of vietsearch-query]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

/// Keys that are fitted. The collections have few titles and no leads, and ask for nothing by loose
/// matching.
const FITTED: [&str; 11] = [
    "k1",
    "b_body",
    "opening",
    "opening_words",
    "pair",
    "unit",
    "literal",
    "coverage",
    "open",
    "function_word",
    "likelihood",
];

pub(crate) fn run(command: &RankingCommand) -> Result<()> {
    match command {
        RankingCommand::Measure { inputs } => measure(inputs),
        RankingCommand::Tune {
            inputs,
            sample,
            seed,
            keys,
            write,
        } => {
            let keys = match keys {
                Some(keys) => keys.clone(),
                None => FITTED.map(String::from).to_vec(),
            };
            tune(inputs, (*sample, *seed), &keys, write.as_deref())
        }
    }
}

fn measure(inputs: &Inputs) -> Result<()> {
    let weights = read_weights(&inputs.file())?;
    println!("nDCG@10\t{}", inputs.variants.join("\t"));
    for collection in inputs.collections(usize::MAX, 0)? {
        let found = collection.measure(&weights, Part::Sample)?;
        let figures: Vec<String> = found.iter().map(|mean| format!("{mean:.4}")).collect();
        println!("{}\t{}", collection.name, figures.join("\t"));
    }
    Ok(())
}

fn tune(
    inputs: &Inputs,
    (sample, seed): (usize, u64),
    keys: &[String],
    write: Option<&str>,
) -> Result<()> {
    let path = inputs.file();
    let present = read_weights(&path)?;
    for key in keys {
        let known = present.get(key).unwrap_or(f32::NAN);
        let checked = present.with(key, known);
        checked.map_err(|source| DatagenError::Weights {
            path: path.clone(),
            source,
        })?;
    }
    let collections = inputs.collections(sample, seed)?;
    let mut memo = Memo::new(&collections, present);
    let found = validate::run(&mut memo, keys)?;
    let Some(weights) = found else {
        println!("recommended: keep the weights");
        return Ok(());
    };
    println!("recommended: {}", fit::changes(&present, &weights));
    if let Some(date) = write {
        let names: Vec<&str> = collections.iter().map(|one| one.name.as_str()).collect();
        let made = format!(
            "vietsearch-datagen ranking tune --sample {sample} --seed {seed} --variants {} on {}",
            inputs.variants.join(","),
            names.join(", ")
        );
        let text = read(&path)?;
        let text = rewritten(&text, &present, &weights, date, &made);
        Weights::parse(&text).map_err(|source| DatagenError::Weights {
            path: path.clone(),
            source,
        })?;
        fs::write(&path, text).map_err(|source| DatagenError::Io {
            action: "write",
            path,
            source,
        })?;
    }
    Ok(())
}

impl Inputs {
    fn file(&self) -> PathBuf {
        let shipped =
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../vietsearch-query/data/weights.toml");
        self.weights.clone().unwrap_or_else(shipped)
    }

    /// The collections, in the order of their names.
    fn collections(&self, sample: usize, seed: u64) -> Result<Vec<Collection>> {
        let io = |source| DatagenError::Io {
            action: "read",
            path: self.collections.clone(),
            source,
        };
        let mut folders = Vec::new();
        for entry in fs::read_dir(&self.collections).map_err(io)? {
            let folder = entry.map_err(io)?.path();
            if folder.join("queries.jsonl").is_file() {
                folders.push(folder);
            }
        }
        folders.sort();
        let mut collections = Vec::new();
        for folder in folders {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let other = self.corpus.iter().find(|(known, _)| *known == name);
            let own = folder.join("corpus.jsonl");
            let corpus = other.map_or(&own, |(_, path)| path);
            eprintln!("indexing {name}");
            let read = Collection::read(&folder, corpus, &self.variants, sample, seed);
            collections.push(read?);
        }
        Ok(collections)
    }
}

fn name_and_file(argument: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = argument.split_once('=').ok_or("NAME=FILE expected")?;
    Ok((name.to_string(), PathBuf::from(file)))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.into(),
        source,
    })
}

fn read_weights(path: &Path) -> Result<Weights> {
    Weights::parse(&read(path)?).map_err(|source| DatagenError::Weights {
        path: path.into(),
        source,
    })
}

/// The file of the weights with other values and the next version; its comments stay.
fn rewritten(text: &str, before: &Weights, after: &Weights, date: &str, made: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let mut set = |key: &str, value: String| {
        let is_value = |line: &&mut String| {
            let named = line.split_once('=').map(|(name, _)| name.trim());
            named == Some(key)
        };
        if let Some(line) = lines.iter_mut().find(is_value) {
            *line = format!("{key} = {value}");
        }
    };
    for key in Weights::keys().filter(|key| before.get(key) != after.get(key)) {
        if let Some(value) = after.get(key) {
            set(key, format!("{value:?}"));
        }
    }
    set("version", (before.version() + 1).to_string());
    set("date", format!("{date:?}"));
    set("made", format!("{made:?}"));
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_is_read_again() {
        let before = Weights::default();
        let after = before
            .with("pair", 0.75)
            .unwrap()
            .with("unit", 2.0)
            .unwrap();
        let text = rewritten(Weights::SHIPPED, &before, &after, "2026-01-02", "a test");
        let read = Weights::parse(&text).unwrap();
        assert_eq!(
            (read.get("pair"), read.get("unit")),
            (Some(0.75), Some(2.0))
        );
        assert_eq!(read.get("k1"), before.get("k1"));
        assert_eq!(read.version(), before.version() + 1);
        assert!(
            text.contains("date = \"2026-01-02\"\nmade = \"a test\"\n"),
            "{text}"
        );
        let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(comments(&text), comments(Weights::SHIPPED));
    }
}
