//! Arguments of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use vietsearch::query::SearchRequest;
use vietsearch_cluster::Dialect;

use super::shared::Narrowing;
use super::{joined, limit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vietsearch export --dialect quickwit mapping
  vietsearch export --dialect quickwit docs tin-tuc.jsonl.gz
  vietsearch export --dialect opensearch docs --bulk thu-muc/
  vietsearch export --dialect elasticsearch query 'gia vang' --section 'kinh te'")]
pub(crate) struct ExportArguments {
    /// Engine: quickwit, opensearch or elasticsearch
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Dialect,
    /// Name of the index there
    #[arg(long, value_name = "NAME", default_value = "vi-news")]
    pub(crate) name: String,
    #[command(subcommand)]
    pub(crate) what: ExportWhat,
}

/// What is written.
#[derive(Debug, Subcommand)]
pub(crate) enum ExportWhat {
    /// The mapping that an index is created with
    Mapping,
    /// The documents of articles, one a line
    Docs(ExportDocuments),
    /// A query as a search body
    Query(ExportQuery),
}

#[derive(Debug, Args)]
pub(crate) struct ExportDocuments {
    /// Files and folders to read
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Read FIELD of the article (title, body, …) from KEY of the JSON; may be repeated
    #[arg(long, value_name = "FIELD=KEY")]
    pub(crate) map: Vec<String>,
    /// Write a bulk action before each document
    #[arg(long)]
    pub(crate) bulk: bool,
    /// Leave out the words (title_w, …), which only queries of one's own use
    #[arg(long)]
    pub(crate) no_words: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportQuery {
    /// What to look for; several words are joined by spaces
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) query: String,
    /// Further words of the query
    #[arg(value_name = "WORD", hide = true)]
    words: Vec<String>,
    /// The most hits
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10, value_parser = limit)]
    limit: usize,
    #[command(flatten)]
    pub(crate) narrowing: Narrowing,
}

impl ExportQuery {
    /// The request.
    pub(crate) fn request(&self) -> SearchRequest {
        let query = joined(&self.query, &self.words);
        let mut request = SearchRequest::new(query).with_limit(self.limit);
        self.narrowing.apply(&mut request);
        request
    }
}
