//! `vietsearch-datagen`: makes the data that vietsearch ships. Never published.
//!
//! The way of a table: `count` and `train` read corpora that are not in the repository and write
//! reviewed, compact files into `sources/`; `build` turns those into the binary files of
//! `vietsearch-data`; `check` builds again and compares byte for byte. Everything is deterministic.

mod error;
mod files;
mod language;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the data files from sources/
    Build,
    /// Builds the data files and compares them with those in the repository
    Check,
    /// Counts and measures the language model
    #[command(subcommand)]
    Language(language::LanguageCommand),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
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

fn report(error: &dyn std::error::Error) {
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        eprintln!("  because: {source}");
        cause = source.source();
    }
}
