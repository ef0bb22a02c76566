//! `vietsearch-datagen`: makes the data that vietsearch ships. Never published.
//!
//! The way of a table: `count` and `train` read corpora that are not in the repository and write
//! reviewed, compact files into `sources/`; `build` turns those into the binary files of
//! `vietsearch-data`; `check` builds again and compares byte for byte; `evaluate` measures what was
//! built; `tune` compares settings of training. Everything is deterministic.

mod corpus;
mod count;
mod error;
mod evaluate;
mod files;
mod gold;
mod language;
mod lexicon;
mod random;
mod segmentation;
mod train;
mod tune;
mod vocabulary;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use error::Result;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Counts spellings and pairs of neighbours in news: what `train` and `tune` need
    Count {
        /// Folder with the word lists
        #[arg(long, value_name = "DIR")]
        lexicon: PathBuf,
        /// Folder for the vocabulary and the counts
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// News: JSON lines with title, lead and body, also as .gz
        #[arg(required = true)]
        news: Vec<PathBuf>,
    },
    /// Trains the segmenter and writes its text files
    Train {
        #[command(flatten)]
        inputs: Inputs,
        /// Folder for the text files [default: sources/segmentation of this package]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Compares settings of training on text that is not trained on
    Tune {
        #[command(flatten)]
        inputs: Inputs,
        /// Hand-segmented text to measure on; may be repeated
        #[arg(long, value_name = "FILE", required = true)]
        on: Vec<PathBuf>,
    },
    /// Measures the segmenter on hand-segmented text: variants of it, intervals, kinds of errors
    Evaluate {
        /// Text files to build the segmenter from [default: those of this package]
        #[arg(long, value_name = "DIR")]
        sources: Option<PathBuf>,
        /// Leave out sentences that stand in this file; may be repeated
        #[arg(long, value_name = "FILE")]
        without: Vec<PathBuf>,
        /// List the errors
        #[arg(long)]
        errors: bool,
        /// Hand-segmented text
        #[arg(required = true)]
        gold: Vec<PathBuf>,
    },
    /// Builds the data files from sources/
    Build,
    /// Builds the data files and compares them with those in the repository
    Check,
    /// Counts and measures the language model
    #[command(subcommand)]
    Language(language::LanguageCommand),
}

/// What training reads.
#[derive(Args, Clone, Debug)]
struct Inputs {
    /// Folder with the word lists
    #[arg(long, value_name = "DIR")]
    lexicon: PathBuf,
    /// Folder that `count` wrote
    #[arg(long, value_name = "DIR")]
    counts: PathBuf,
    /// Hand-segmented text to train on: .conllu or .seg.txt; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    gold: Vec<PathBuf>,
    /// News that teaches text without case; may be repeated
    #[arg(long, value_name = "FILE")]
    news: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
    let result = match Arguments::parse().command {
        Command::Count {
            lexicon,
            to,
            corpora,
        } => run_count(&lexicon, &to, &corpora),
        Command::Try {
            data,
            counts,
            epochs,
            rate,
            decay,
            pair_decay,
            drop,
            errors,
            with_dev,
            tag,
            corpora,
        } => run_try(
            &data,
            &counts,
            train::crf::Options {
                epochs,
                rate,
                decay,
                pair_decay,
                drop,
            },
            errors,
            tag,
            with_dev,
            &corpora,
        ),
        Command::Build => files::build(),
        Command::Check => files::check(),
        Command::Language(command) => language::run(&command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Count { lexicon, to, news } => count::run(&lexicon, &to, &news),
        Command::Train { inputs, to } => {
            let to = to.unwrap_or_else(|| files::sources().join("segmentation"));
            train::run(&inputs, &to)
        }
        Command::Tune { inputs, on } => tune::run(&inputs, &on),
        Command::Evaluate {
            sources,
            without,
            errors,
            gold,
        } => {
            let sources = sources.unwrap_or_else(|| files::sources().join("segmentation"));
            evaluate::run(&sources, &gold, &without, errors)
        }
        Command::Build => files::build(),
        Command::Check => files::check(),
    }
}

fn report(error: &dyn Error) {
fn run_count(
    lists: &std::path::Path,
    to: &std::path::Path,
    corpora: &[PathBuf],
) -> error::Result<()> {
    let lexicon = lexicon::read_lists(lists)?;
    eprintln!("{} words", lexicon.len());
    let vocabulary = count::vocabulary(corpora, &{
        let mut k = lexicon::spellings(&lexicon);
        k.insert("lbkt".into());
        k.insert("rbkt".into());
        k
    })?;
    eprintln!("{} rows", vocabulary.rows());
    std::fs::write(to.join("vocabulary.tsv"), vocabulary.to_text()).ok();
    let pairs = count::pairs(corpora, &vocabulary)?;
    eprintln!("{} pairs", pairs.len());
    count::write_pairs(&to.join("pairs.bin"), &pairs, 3)
}

fn run_try(
    data: &std::path::Path,
    counts: &std::path::Path,
    options: train::crf::Options,
    errors: bool,
    tag: Option<PathBuf>,
    with_dev: bool,
    corpora: &[PathBuf],
) -> error::Result<()> {
    let lexicon = lexicon::read_lists(&data.join("lexicon"))?;
    let vocabulary = vocabulary::Vocabulary::from_text(
        &std::fs::read_to_string(counts.join("vocabulary.tsv")).unwrap_or_default(),
    )
    .unwrap_or_default();
    let pairs = count::read_pairs(&counts.join("pairs.bin"))?;
    let table = train::table::Table::new(&vocabulary, &lexicon, &pairs);
    eprintln!("{} pairs in the table", table.pairs.len());
    let mut gold = gold::read(&data.join("wordseg/vi_vtb-ud-train.conllu"))?;
    let dev = gold::read(&data.join("wordseg/vi_vtb-ud-dev.conllu"))?;
    if with_dev {
        gold.extend(dev.iter().cloned());
    }
    let start = std::time::Instant::now();
    let mut model = train::fit(&vocabulary, table.clone(), &gold, &[], 1.0, options)?;
    let every: usize = std::env::var("EVERY")
        .ok()
        .and_then(|x| x.parse().ok())
        .unwrap_or(0);
    let weight: f32 = std::env::var("WEIGHT")
        .ok()
        .and_then(|x| x.parse().ok())
        .unwrap_or(0.2);
    if every > 0 {
        let mut cutter = train::Cutter::new(&vocabulary)?;
        let mut extra = Vec::new();
        let mut n = 0;
        for path in corpora {
            let mut texts = Vec::new();
            corpus::texts(path, |text| {
                n += 1;
                if n % every == 0 {
                    texts.push(text.to_string());
                }
            })?;
            for text in texts {
                for line in text.split(". ").filter(|l| l.len() > 40 && l.len() < 600) {
                    let words = model.words(&mut cutter, line)?;
                    let list: Vec<&str> = words.iter().map(|(a, b)| &line[*a..*b]).collect();
                    extra.push(gold::Sentence::new(list));
                }
            }
        }
        eprintln!("{} extra sentences", extra.len());
        model = train::fit(&vocabulary, table, &gold, &extra, weight, options)?;
    }
    eprintln!("{:?}", start.elapsed());
    if let Some(to) = tag {
        let packed = model.pack(&vocabulary);
        packed.write(&to)?;
        let bytes = packed.container().build()?;
        eprintln!("{} pairs, {} bytes", packed.pairs.len(), bytes.len());
        std::fs::write(to.join("segmentation.bin"), &bytes).ok();
        let mut segmenter = vietsearch_text::Segmenter::from_data(&bytes)?;
        let mut cutter = train::Cutter::new(&vocabulary)?;
        for (name, set) in [("dev", dev.clone()), ("dev-lower", train::caseless(&dev))] {
            let mut sum = train::Score::default();
            let mut same = 0;
            for sentence in &set {
                let words: Vec<_> = segmenter
                    .segment(&sentence.text)
                    .map(|w| (w.start, w.end))
                    .collect();
                same += usize::from(words == model.words(&mut cutter, &sentence.text)?);
                let score = train::score(&words, &sentence.words);
                sum.right += score.right;
                sum.found += score.found;
                sum.gold += score.gold;
            }
            eprintln!("packed {name} {:.2} same {same} of {}", sum.f1(), set.len());
        }
    }
    let known: std::collections::HashSet<String> = gold
        .iter()
        .chain(&dev)
        .map(|s| s.text.replace(' ', ""))
        .collect();
    let vtb: Vec<_> = gold::read(&data.join("wordseg/viettreebank-train.seg.txt"))?
        .into_iter()
        .filter(|s| !known.contains(&s.text.replace(' ', "")))
        .collect();
    let jvn = gold::read(&data.join("wordseg/jvnsegmenter-train.seg.txt"))?;
    let mut cutter = train::Cutter::new(&vocabulary)?;
    for (name, set) in [
        ("train", &gold),
        ("dev", &dev),
        ("dev-lower", &train::caseless(&dev)),
        ("vtb", &vtb),
        ("vtb-lower", &train::caseless(&vtb)),
        ("jvn", &jvn),
    ] {
        let mut sum = train::Score::default();
        for sentence in set.iter() {
            let words = model.words(&mut cutter, &sentence.text)?;
            let score = train::score(&words, &sentence.words);
            if errors
                && name == std::env::var("SET").unwrap_or("dev".into())
                && score.right < score.gold
            {
                let show = |spans: &[(usize, usize)]| {
                    spans
                        .iter()
                        .map(|(a, b)| sentence.text[*a..*b].replace(' ', "_"))
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                let wrong: Vec<_> = words
                    .iter()
                    .filter(|w| !sentence.words.contains(w))
                    .copied()
                    .collect();
                let missed: Vec<_> = sentence
                    .words
                    .iter()
                    .filter(|w| !words.contains(w))
                    .copied()
                    .collect();
                println!("HYP {}   GOLD {}", show(&wrong), show(&missed));
            }
            sum.right += score.right;
            sum.found += score.found;
            sum.gold += score.gold;
        }
        eprintln!(
            "{name:10} F1 {:.2}  P {:.2} R {:.2} ({} sentences)",
            sum.f1(),
            100.0 * sum.right as f64 / sum.found as f64,
            100.0 * sum.right as f64 / sum.gold as f64,
            set.len()
        );
    }
    Ok(())
}

fn report(error: &dyn std::error::Error) {
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        eprintln!("  because: {source}");
        cause = source.source();
    }
}
