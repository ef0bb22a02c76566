//! The command line.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use vietsearch::index::date::Day;
use vietsearch::query::{
    AliasPack, Channel, Collapse, Direction, Matching, NewsSearcher, Recency, Require,
    SearchRequest, Sort, SortField,
};
use vietsearch::text::encoding::{Encoding, UnknownEncoding};
use vietsearch_cluster::Dialect;

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

/// Order of the hits.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SortName {
    /// Best first
    Relevance,
    /// Newest first, articles without a date last
    Date,
    /// Last changed first
    Updated,
    /// By source, A to Z
    Source,
    /// By section, A to Z
    Section,
    /// By author, A to Z
    Author,
    /// By id
    Id,
}

impl From<SortName> for Sort {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Relevance => Self::Relevance,
            SortName::Date => Self::Date,
            SortName::Updated => Self::By(SortField::UpdatedAt, Direction::Descending),
            SortName::Source => Self::By(SortField::Source, Direction::Ascending),
            SortName::Section => Self::By(SortField::Section, Direction::Ascending),
            SortName::Author => Self::By(SortField::Author, Direction::Ascending),
            SortName::Id => Self::By(SortField::Id, Direction::Ascending),
        }
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
    query: String,
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
    prefix: String,
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

/// What narrows and orders a search.
#[derive(Debug, Args)]
pub(crate) struct Narrowing {
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = SortName::Relevance)]
    sort: SortName,
    /// Only articles of this day (Vietnam time) or later: 2024-05-01, 1/5/2024
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    from: Option<Day>,
    /// Only articles of this day or earlier
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    to: Option<Day>,
    /// Only articles of this source, whatever its case and marks; may be repeated
    #[arg(long, value_name = "S")]
    source: Vec<String>,
    /// Only articles of this section; may be repeated
    #[arg(long, value_name = "S")]
    section: Vec<String>,
    /// Only articles by this author
    #[arg(long, value_name = "A")]
    author: Option<String>,
    /// Only articles with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// Only articles with this value in a field of their own; may be repeated
    #[arg(long, value_name = "K=V", value_parser = pair)]
    field: Vec<(String, String)>,
    /// Only articles that hold every word
    #[arg(long)]
    all: bool,
    /// Match every word exactly as typed, bare letters too
    #[arg(long, conflicts_with = "loose")]
    strict: bool,
    /// Match words that differ only in their marks too, below all others
    #[arg(long)]
    loose: bool,
    /// Count the articles by source, section and month
    #[arg(long)]
    facets: bool,
    /// Count them by this: source, section, author, tag, day, month, year, or a field of their own;
    /// may be repeated
    #[arg(long, value_name = "NAME")]
    facet: Vec<String>,
    /// Prefer newer articles: the share of a score that depends on age, 0 to 0.5
    #[arg(long, value_name = "WEIGHT")]
    recency: Option<f32>,
    /// Age in days at which half of that share is lost
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 30.0,
        requires = "recency"
    )]
    half_life: f32,
}

/// Other names for words of a query.
#[derive(Debug, Args)]
pub(crate) struct Aliases {
    /// Take other names of places from a pack, below what was typed: vn-admin-2025, or a file that has
    /// on each line a day, an old name and new ones, separated by TAB; may be repeated
    #[arg(long, value_name = "PACK", value_parser = alias_pack)]
    alias_pack: Vec<AliasPack>,
}

impl Aliases {
    /// A searcher that takes them.
    pub(crate) fn taken_by(&self, searcher: NewsSearcher) -> NewsSearcher {
        let packs = self.alias_pack.iter().cloned();
        packs.fold(searcher, NewsSearcher::with_alias_pack)
    }
}

impl Narrowing {
    /// Writes it into a request.
    pub(crate) fn apply(&self, request: &mut SearchRequest) {
        request.sort = self.sort.into();
        (request.from, request.to) = (self.from, self.to);
        if self.all {
            request.require = Require::All;
        }
        if self.strict {
            request.matching = Matching::Strict;
        } else if self.loose {
            request.matching = Matching::Loose;
        }
        request.sources.clone_from(&self.source);
        request.sections.clone_from(&self.section);
        request.author.clone_from(&self.author);
        request.tag.clone_from(&self.tag);
        request.fields.clone_from(&self.field);
        request.facets = self.facets;
        request.facet_by.clone_from(&self.facet);
        let recency = |weight| Recency::new(weight, self.half_life);
        request.recency = self.recency.map(recency);
    }

    /// The names of the extra fields that are filtered by.
    pub(crate) fn extra_fields(&self) -> impl Iterator<Item = String> + '_ {
        self.field.iter().map(|(name, _)| name.clone())
    }
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
    query: String,
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
    query: String,
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

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_string(), value.to_string()))
        }
        _ => Err("write it as NAME=VALUE".to_string()),
    }
}

fn alias_pack(text: &str) -> Result<AliasPack, String> {
    let shipped = AliasPack::vn_admin_2025();
    if text == shipped.name() {
        return Ok(shipped);
    }
    let lines = std::fs::read_to_string(text)
        .map_err(|error| format!("neither {:?} nor a file: {error}", shipped.name()))?;
    AliasPack::parse(text, &lines).map_err(|error| error.to_string())
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
        assert_eq!(search.narrowing.from, Day::new(2024, 5, 1));
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
