//! Arguments of what asks an index, or holds articles against queries.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use vietsearch::query::{Channel, Collapse, SearchRequest};

use super::shared::{Aliases, Narrowing};
use super::{joined, limit};

#[derive(Debug, Args)]
#[command(after_help = "\
In a query: \"a phrase\", +word (must), -word (must not), =word (exactly so), word* (beginning),
field:word, AND OR NOT. Anything else is text. A query that begins with -- goes after a lone --.

Examples:
  vietsearch search --index bao 'gia vang'
  vietsearch search --index bao '\"Hồ Chí Minh\" -thanh' --from 1/5/2024 --sort date
  vietsearch search --index bao 'bão số 3' --section 'thoi su' --facets --json

Highlights are coloured in a terminal and stand between ** elsewhere; programs read --json.")]
pub(crate) struct SearchArguments {
    /// Directory of the index; several are searched as one
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) index: Vec<PathBuf>,
    /// What to look for; several words are joined by spaces
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) query: String,
    /// Further words of the query
    #[arg(value_name = "WORD", hide = true)]
    words: Vec<String>,
    /// The most hits
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10, value_parser = limit)]
    pub(crate) limit: usize,
    /// Go on where the page before ended: its cursor
    #[arg(long, value_name = "C", allow_hyphen_values = true)]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) narrowing: Narrowing,
    #[command(flatten)]
    pub(crate) aliases: Aliases,
    /// Show one of each group of near-duplicates: the best, or the earliest
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "best"
    )]
    pub(crate) collapse: Option<CollapseName>,
    /// Explain every score
    #[arg(long)]
    pub(crate) explain: bool,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

impl SearchArguments {
    /// The whole query.
    pub(crate) fn query(&self) -> String {
        joined(&self.query, &self.words)
    }
}

/// Which article stands for a group of near-duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CollapseName {
    /// The first in the order of the hits
    Best,
    /// The one that was published first
    Earliest,
}

impl From<CollapseName> for Collapse {
    fn from(name: CollapseName) -> Self {
        match name {
            CollapseName::Best => Self::Best,
            CollapseName::Earliest => Self::Earliest,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Marks that are typed must be met, letters without marks are open. Completions are phrases of headlines
and of the beginnings of texts, those of most articles first.

Examples:
  vietsearch suggest --index bao 'gia v'
  vietsearch suggest --index bao --related 'bão'")]
pub(crate) struct SuggestArguments {
    /// Directory of the index
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// What was typed so far; several words are joined by spaces
    #[arg(value_name = "PREFIX", allow_hyphen_values = true)]
    pub(super) prefix: String,
    /// Further words
    #[arg(value_name = "WORD", hide = true)]
    words: Vec<String>,
    /// The most lines
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10, value_parser = limit)]
    pub(crate) limit: usize,
    /// Read PREFIX as a whole query, and name words that go with it
    #[arg(long)]
    pub(crate) related: bool,
    /// Print a JSON array of objects with the number of articles
    #[arg(long)]
    pub(crate) json: bool,
}

impl SuggestArguments {
    /// What was typed.
    pub(crate) fn typed(&self) -> String {
        joined(&self.prefix, &self.words)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  vietsearch similar --index bao bai-123")]
pub(crate) struct SimilarArguments {
    /// Directory of the index
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// The id of an article (its URL, if it came without an id)
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    pub(crate) id: String,
    /// The most hits
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = 10, value_parser = limit)]
    pub(crate) limit: usize,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Queries: one JSON object a line, {\"_id\": \"q1\", \"text\": \"giá vàng\"} (or \"id\").
Run: one line per hit, `qid Q0 docid rank score tag`; spaces in ids are written %20.
On stderr, at the end: {\"queries\":…,\"p50_us\":…,\"p99_us\":…}

Example:
  vietsearch batch --index bao --queries cau-hoi.jsonl --run ket-qua.trec -k 10")]
pub(crate) struct BatchArguments {
    /// Directory of the index
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// File of queries
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// File to write
    #[arg(long, value_name = "OUT")]
    pub(crate) run: PathBuf,
    /// The most hits per query
    #[arg(short = 'k', value_name = "K", default_value_t = 100, value_parser = limit)]
    pub(crate) hits: usize,
    /// Name of the run, its last column
    #[arg(long, value_name = "T", default_value = "vietsearch")]
    pub(crate) tag: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Queries: one JSON object a line, {\"id\": \"q1\", \"query\": \"giá vàng\"} (or \"_id\", \"text\"); filters
beside the query: \"sources\", \"sections\", \"author\", \"tag\", \"fields\", \"from\", \"to\", \"matching\".
Articles: JSON lines, as for `index`. A query matches an article that holds every word of it.
Out, a line per article: its id and the ids of the queries, separated by TAB; with --json
{\"id\": …, \"alerts\": […]}.

Example:
  vietsearch alerts --queries luu.jsonl < tin-moi.jsonl")]
pub(crate) struct AlertsArguments {
    /// File of saved queries
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Print one JSON object per article
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The articles hold every word of the query. --sort and --facets do nothing here: a feed begins with
the newest article.

Example:
  vietsearch feed --index bao 'bão' --link https://bao.example/ > bao.rss")]
pub(crate) struct FeedArguments {
    /// Directory of the index
    #[arg(long, value_name = "DIR")]
    pub(crate) index: PathBuf,
    /// What to look for; several words are joined by spaces
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(super) query: String,
    /// Further words of the query
    #[arg(value_name = "WORD", hide = true)]
    words: Vec<String>,
    /// The most articles
    #[arg(short = 'n', long = "limit", value_name = "N", default_value_t = Channel::ITEMS, value_parser = limit)]
    limit: usize,
    #[command(flatten)]
    pub(crate) narrowing: Narrowing,
    #[command(flatten)]
    pub(crate) aliases: Aliases,
    /// Name of the feed [default: the query]
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Page that the feed belongs to
    #[arg(long, value_name = "URL", default_value = "http://localhost/")]
    pub(crate) link: String,
}

impl FeedArguments {
    /// The request.
    pub(crate) fn request(&self) -> SearchRequest {
        let query = joined(&self.query, &self.words);
        let mut request = SearchRequest::new(query);
        self.narrowing.apply(&mut request);
        request.facets = false;
        request.limit = self.limit;
        request
    }
}
