//! `vietsearch`: index and search Vietnamese news from a terminal.
//!
//! Results go to stdout, everything else to stderr. Exit 0: done; 1: failed; 2: usage.

mod arguments;
mod commands;
mod error;
mod lines;
mod output;
mod progress;
mod queries;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = arguments::parse();
    match commands::run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
