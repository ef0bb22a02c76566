//! The language model: n-grams of syllables, foreign words, abbreviations.

#![allow(
    clippy::indexing_slicing,
    reason = "a tool for developers: a wrong index is a bug that must stop it"
)]

mod abbreviations;
mod build;
mod count;
mod counts;
mod evaluate;
mod foreign;
mod letters;
mod relevance;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use vietsearch_data::ContainerBuilder;

use crate::error::Result;

#[derive(Subcommand)]
pub(crate) enum LanguageCommand {
    /// Counts n-grams and foreign words in corpora (.jsonl.gz with title, lead, body) and writes
    /// what matters into sources/
    Count {
        /// Files to be counted; never those that measure
        #[arg(required = true)]
        corpora: Vec<PathBuf>,
    },
    /// Measures how many syllables of a corpus are restored after their marks were stripped
    Restoration {
        /// A file that was not counted
        corpus: PathBuf,
        /// Takes every Nth text only
        #[arg(long, default_value_t = 1)]
        every: usize,
        /// Strips capitals too
        #[arg(long)]
        small: bool,
    },
    /// Measures decoding on queries.telex.jsonl and queries.vni.jsonl of collections
    Decoding {
        /// Folders with queries.jsonl and its variants
        #[arg(required = true)]
        collections: Vec<PathBuf>,
    },
    /// Measures restoration on queries of collections and their variants
    Marks {
        /// Folders with queries.jsonl and its variants
        #[arg(required = true)]
        collections: Vec<PathBuf>,
    },
    /// Lists what is suggested for the queries of collections
    Suggestions {
        /// Folders with queries.jsonl
        #[arg(required = true)]
        collections: Vec<PathBuf>,
    },
    /// Asks queries of one frequent foreign word each and lists those that are read as keystrokes
    Harm {
        /// Lines of word, count and 0 for foreign words, separated by tabs
        frequencies: PathBuf,
        /// How many words are asked
        #[arg(long, default_value_t = 2000)]
        count: usize,
    },
}

pub(crate) fn run(command: &LanguageCommand) -> Result<()> {
    match command {
        LanguageCommand::Count { corpora } => count::run(corpora),
        LanguageCommand::Restoration {
            corpus,
            every,
            small,
        } => evaluate::restoration(corpus, (*every).max(1), !small),
        LanguageCommand::Decoding { collections } => evaluate::decoding(collections),
        LanguageCommand::Marks { collections } => evaluate::marks(collections),
        LanguageCommand::Suggestions { collections } => evaluate::suggestions(collections),
        LanguageCommand::Harm { frequencies, count } => evaluate::harm(frequencies, *count),
    }
}

/// The file `language.bin`.
pub(crate) fn build(sources: &Path) -> Result<ContainerBuilder> {
    build::container(sources)
}
