//! Arguments of what makes, changes, checks and copies an index.

use std::path::PathBuf;

use clap::Args;
use vietsearch::text::encoding::Encoding;

use super::encoding;

#[derive(Debug, Args)]
#[command(after_help = "\
Files, each also as .gz, and folders of them:
  .jsonl .ndjson .json   articles as objects, one a line or in an array
  .csv .tsv              a header, one article a row
  .xml .rss .atom        RSS or Atom; the guid is the id
  .html .htm             one article as a web page
  .txt                   one article: headline, byline with HH:MM, DD/MM/YYYY, paragraphs

What cannot be used is reported with its place and reason, and the rest is indexed. An article with
the id (or URL) of one that is there already replaces it. UTF-16 is known by its byte order mark;
other encodings must be named, and are never guessed.

Examples:
  vietsearch index --index bao tin-tuc.jsonl.gz thu-muc/
  vietsearch index --index bao --map title=headline --map section=muc bang.csv
  vietsearch index --index bao --encoding tcvn3 luu-tru/")]
pub(crate) struct IndexArguments {
    /// Directory of the index; made if absent
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// Files and folders to read
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Read FIELD of the article (title, body, …) from this key, column or element; may be repeated
    #[arg(long, value_name = "FIELD=KEY")]
    pub(crate) map: Vec<String>,
    /// Encoding of the files: utf-8, utf-16, windows-1258, tcvn3, vni, viscii, vps, viqr
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,
    /// Read the texts in JSON and CSV as HTML
    #[arg(long)]
    pub(crate) html: bool,
    /// Threads that analyse and write [default: all cores, at most 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Memory of the writer in megabytes, over all threads
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) memory: Option<u32>,
    /// Words of one's own, one a line; the index keeps them
    #[arg(long, value_name = "FILE")]
    pub(crate) user_dict: Option<PathBuf>,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A query deletes the articles that hold every one of its words.

Examples:
  vietsearch delete --index bao --id bai-123
  vietsearch delete --index bao --query 'source:\"Báo Mẫu\"'")]
pub(crate) struct DeleteArguments {
    /// Directory of the index
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) which: Which,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// Delete the article with this id (its URL, if it came without an id)
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) id: Option<String>,
    /// Delete every article that matches this query
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    pub(crate) query: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// Directory of the index
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The copy is an index: search it, or put it in the place of a damaged one.

Example:
  vietsearch backup --index bao --to sao-luu/2024-06-01")]
pub(crate) struct BackupArguments {
    /// Directory of the index to copy
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// Directory of the copy, empty or absent
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Needed when another version of vietsearch has written the index. The old one is only read.

Example:
  vietsearch reindex --index bao --to bao-moi")]
pub(crate) struct ReindexArguments {
    /// Directory of the index to read
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// Directory of the index to make
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Words of one's own, one a line, instead of those of the old index
    #[arg(long, value_name = "FILE")]
    pub(crate) user_dict: Option<PathBuf>,
}
