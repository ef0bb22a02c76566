//! The command line.

mod export;
mod index;
mod search;
mod shared;
mod text;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use vietsearch::query::SearchRequest;
use vietsearch::text::encoding::{Encoding, UnknownEncoding};

pub(crate) use export::{ExportArguments, ExportDocuments, ExportQuery, ExportWhat};
pub(crate) use index::{
    BackupArguments, DeleteArguments, IndexArguments, InspectArguments, ReindexArguments,
};
pub(crate) use search::{
    AlertsArguments, BatchArguments, FeedArguments, SearchArguments, SimilarArguments,
    SuggestArguments,
};
pub(crate) use text::{DecodeArguments, SegmentArguments, WordFormat};

/// Index and search Vietnamese news: typed marks are constraints, bare letters are wildcards.
#[derive(Debug, Parser)]
#[command(
    name = "vietsearch",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  vietsearch demo 'an ninh to quoc'
  vietsearch index --index bao tin-tuc.jsonl.gz thu-muc/
  vietsearch search --index bao 'giá vàng' --sort date
  echo 'Đường sắt Bắc - Nam' | vietsearch tokens

Results go to stdout, everything else to stderr. Exit status: 0 done, 1 failed, 2 usage."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Search built-in sample articles; no files needed
    Demo(DemoArguments),
    /// Add articles from files and folders to an index
    Index(IndexArguments),
    /// Search an index
    Search(SearchArguments),
    /// Complete what a reader types, or name words that go with a query; one a line
    Suggest(SuggestArguments),
    /// Find articles like one
    Similar(SimilarArguments),
    /// Answer a file of queries with a TREC run, one thread, and time them
    Batch(BatchArguments),
    /// Tell which saved queries each article on stdin matches
    Alerts(AlertsArguments),
    /// Write the newest articles of a query as RSS
    Feed(FeedArguments),
    /// Show the tokens of each line of stdin as a JSON array
    #[command(after_help = "\
Example:
  $ echo 'Hoà Bình' | vietsearch tokens
  [{\"start\":0,\"end\":4,\"kind\":\"syllable\",\"form\":\"hòa\",\"folded\":\"hoa\",\"sentence\":0},…]

start and end are bytes of the line.")]
    Tokens,
    /// Write the words of each line of stdin, punctuation as words of its own
    Segment(SegmentArguments),
    /// Write each line of stdin in canonical spelling (NFC, tone place, look-alikes)
    #[command(after_help = "\
Example:
  $ echo 'Hoà Bình, nguời, vịêt' | vietsearch normalize
  Hòa Bình, người, việt")]
    Normalize,
    /// Write each line of stdin without marks
    #[command(after_help = "\
Example:
  $ echo 'Đường sắt' | vietsearch fold
  Duong sat")]
    Fold,
    /// Write each line of stdin with the marks that were left out
    #[command(after_help = "\
Example:
  $ echo 'Gia vang hom nay' | vietsearch restore
  Giá vàng hôm nay

Typed marks, case, punctuation and foreign words stay. In a line that has marks, words get more of
them only where that is far likelier.")]
    Restore,
    /// Write stdin as text: raw Telex or VNI keystrokes line by line, or another encoding
    Decode(DecodeArguments),
    /// Delete articles from an index
    Delete(DeleteArguments),
    /// Show the size of an index and of its parts
    Stats(InspectArguments),
    /// Check every file of an index; exit 1 if one is damaged
    Verify(InspectArguments),
    /// Copy an index as of its last commit, also while it is written
    Backup(BackupArguments),
    /// Write the articles of an index into a new one, analysed by this version
    Reindex(ReindexArguments),
    /// Write mappings, documents and queries for Quickwit, OpenSearch and Elasticsearch
    Export(ExportArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  vietsearch demo
  vietsearch demo 'an ninh to quoc'
  vietsearch demo tieng việt")]
pub(crate) struct DemoArguments {
    /// What to look for; without it a few telling queries are shown
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    /// Further words of the query
    #[arg(value_name = "WORD", hide = true)]
    words: Vec<String>,
}

impl DemoArguments {
    /// The whole query.
    pub(crate) fn query(&self) -> Option<String> {
        self.query.as_ref().map(|first| joined(first, &self.words))
    }
}

/// Reads the command line; ends the process with a message (and 2) if it cannot be understood.
pub(crate) fn parse() -> Arguments {
    let arguments = Arguments::parse();
    let query = match &arguments.command {
        Command::Demo(demo) => demo.query.as_deref(),
        Command::Search(search) => Some(search.query.as_str()),
        Command::Feed(feed) => Some(feed.query.as_str()),
        Command::Suggest(suggest) => Some(suggest.prefix.as_str()),
        Command::Similar(similar) => Some(similar.id.as_str()),
        Command::Export(ExportArguments {
            what: ExportWhat::Query(export),
            ..
        }) => Some(export.query.as_str()),
        _ => None,
    };
    // QUERY may begin with a hyphen, so clap takes a misspelt option for it.
    if let Some(query) = query
        && query.starts_with("--")
        && !std::env::args_os().any(|argument| argument == "--")
    {
        let message = format!(
            "unexpected argument '{query}' found: put a query that begins with -- after a lone --"
        );
        Arguments::command()
            .error(ErrorKind::UnknownArgument, message)
            .exit();
    }
    arguments
}

fn joined(first: &str, words: &[String]) -> String {
    let mut query = first.to_string();
    for word in words {
        query.push(' ');
        query.push_str(word);
    }
    query
}

fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit) if limit <= SearchRequest::MAX_LIMIT => Ok(limit),
        _ => Err(format!(
            "give a number from 0 to {}",
            SearchRequest::MAX_LIMIT
        )),
    }
}

fn encoding(name: &str) -> Result<Encoding, String> {
    name.parse()
        .map_err(|error: UnknownEncoding| error.to_string())
}

#[cfg(test)]
mod tests {
    use vietsearch::index::date::Day;

    use super::search::CollapseName;
    use super::*;

    fn search(words: &[&str]) -> Result<SearchArguments, clap::Error> {
        let line = ["vietsearch", "search", "--index", "bao"]
            .iter()
            .chain(words);
        match Arguments::try_parse_from(line)?.command {
            Command::Search(search) => Ok(search),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn clap_accepts_the_definition() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn words_of_a_query_are_joined() {
        assert_eq!(search(&["giá", "vàng"]).unwrap().query(), "giá vàng");
    }

    #[test]
    fn a_query_may_begin_with_a_hyphen() {
        assert_eq!(search(&["-SJC vàng"]).unwrap().query(), "-SJC vàng");
        let after = search(&["--json", "--", "--", "-n"]).unwrap();
        assert_eq!(after.query(), "-- -n");
        assert!(after.json);
    }

    #[test]
    fn collapse_takes_a_value_or_none() {
        let collapse = |words: &[&str]| search(words).unwrap().collapse;
        assert_eq!(collapse(&["vàng"]), None);
        assert_eq!(collapse(&["--collapse", "vàng"]), Some(CollapseName::Best));
        assert_eq!(
            collapse(&["vàng", "--collapse=earliest"]),
            Some(CollapseName::Earliest)
        );
        assert!(search(&["vàng", "--collapse=newest"]).is_err());
    }

    #[test]
    fn options_may_follow_the_query() {
        let search = search(&["vàng", "--json", "-n", "3", "--from", "1/5/2024"]).unwrap();
        assert!(search.json);
        assert_eq!(search.limit, 3);
        let mut request = SearchRequest::default();
        search.narrowing.apply(&mut request);
        assert_eq!(request.from, Day::new(2024, 5, 1));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for words in [
            &["vàng", "--jsn"][..],
            &["vàng", "--strict", "--loose"],
            &["vàng", "-n", "10001"],
            &["vàng", "--from", "32/13/2024"],
            &["vàng", "--field", "loại"],
            &["vàng", "--sort", "size"],
            &[],
        ] {
            assert!(search(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(encoding("UTF-8"), Ok(Encoding::Utf8));
        assert_eq!(encoding("tcvn3"), Ok(Encoding::Tcvn3));
        let error = encoding("koi8-r").unwrap_err();
        assert!(error.contains("known are utf-8, utf-16"), "{error}");
    }
}
