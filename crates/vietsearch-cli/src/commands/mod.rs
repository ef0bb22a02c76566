//! The commands, one a file.

mod alerts;
mod backup;
mod batch;
mod decode;
mod decode_bytes;
mod delete;
mod demo;
mod export;
mod feed;
mod fold;
mod index;
mod normalize;
mod reindex;
mod restore;
mod search;
mod segment;
mod similar;
mod stats;
mod suggest;
mod tokens;
mod verify;

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use crate::arguments::Command;
use crate::error::Result;

/// Carries a command out.
pub(crate) fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Index(arguments) => index::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Suggest(arguments) => suggest::run(&arguments),
        Command::Similar(arguments) => similar::run(&arguments),
        Command::Batch(arguments) => batch::run(&arguments),
        Command::Alerts(arguments) => alerts::run(&arguments),
        Command::Feed(arguments) => feed::run(&arguments),
        Command::Segment(arguments) => segment::run(&arguments),
        Command::Tokens => tokens::run(),
        Command::Normalize => normalize::run(),
        Command::Fold => fold::run(),
        Command::Restore => restore::run(),
        Command::Decode(arguments) => match arguments.encoding {
            Some(encoding) => decode_bytes::run(encoding),
            None => decode::run(),
        },
        Command::Delete(arguments) => delete::run(&arguments),
        Command::Stats(arguments) => stats::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Reindex(arguments) => reindex::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
    }
}

/// Writes one JSON object and a line feed to stdout.
fn print_json(value: &impl Serialize) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}
