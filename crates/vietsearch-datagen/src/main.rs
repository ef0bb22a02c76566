//! `vietsearch-datagen`: makes the data that vietsearch ships. Never published.
//!
//! The way of a table: `count` and `train` read corpora that are not in the repository and write
//! reviewed, compact files into `sources/`; `build` turns those into the binary files of
//! `vietsearch-data`; `check` builds again and compares byte for byte; `evaluate` measures what was
//! built; `tune` compares settings of training. `ranking` measures and fits the weights of
//! `vietsearch-query`. Everything is deterministic.

#![allow(
    clippy::indexing_slicing,
    reason = "a tool of the authors: a wrong index is a mistake of its own to stop at"
)]

mod corpus;
mod count;
mod error;
mod evaluate;
mod files;
mod gold;
mod language;
mod lexicon;
mod random;
mod ranking;
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
    /// Measures and fits the weights of the ranking
    #[command(subcommand)]
    Ranking(ranking::RankingCommand),
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
        Command::Language(command) => language::run(&command),
        Command::Ranking(command) => ranking::run(&command),
    }
}

fn report(error: &dyn Error) {
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        eprintln!("  because: {source}");
        cause = source.source();
    }
}
