//! Arguments of what reads text.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use vietsearch::text::encoding::Encoding;

use super::encoding;

/// How words are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WordFormat {
    /// Words separated by spaces, the parts of a word joined by _
    Underscore,
    /// Words separated by TAB, the parts of a word by a space
    Tab,
    /// One JSON array a line: start, end (bytes of the line), text, tokens (0 for punctuation)
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  $ echo 'Học sinh học bài.' | vietsearch segment
  Học_sinh học bài .

A file of words of one's own has a word a line; - before a word removes it; a TAB and a number
after a word set its weight (30 unless said); # begins a comment.")]
pub(crate) struct SegmentArguments {
    /// How words are written
    #[arg(long, value_enum, default_value = "underscore")]
    pub(crate) format: WordFormat,
    /// Words of one's own
    #[arg(long, value_name = "FILE")]
    pub(crate) user_dict: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without --encoding, a line is read as Telex or as VNI, whichever is likelier; words that no keys
write stay. With it, bytes that mean nothing are written as U+FFFD and reported with their place.

Examples:
  echo 'tieengs Vieetj' | vietsearch decode
  echo 'tie61ng Vie65t' | vietsearch decode
  vietsearch decode --encoding tcvn3 < cu.txt > moi.txt
  printf \"Tie^'ng Vie^.t\" | vietsearch decode --encoding viqr")]
pub(crate) struct DecodeArguments {
    /// Encoding of stdin: utf-8, utf-16, windows-1258, tcvn3, vni, viscii, vps, viqr
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,
}
