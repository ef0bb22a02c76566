//! Reads articles from files and folders, one at a time.
//!
//! [`read`] takes any number of paths and gives a [`Reader`], an iterator of [`Entry`]s: an
//! article with its place and what was left out of it, or the place and the reason of something
//! that could not be used. Nothing stops the iterator before the end of the input: a line, file
//! or folder that cannot be used is one entry, and its neighbours are read.
//!
//! The format is told by the extension, in any case, and each may be compressed (`.gz`):
//!
//! - `.jsonl`, `.ndjson`: one JSON object a line. The keys are those of [`Field`], and others by a
//!   [`FieldMap`]. Other keys with plain values go to [`extra`](crate::article::Article::extra).
//! - `.json`: an array of such objects, one object, or one object a line.
//! - `.csv`, `.tsv`: a header and one article a row; cells are parted by whichever of comma,
//!   semicolon, tab and bar the header has most of.
//! - `.xml`, `.rss`, `.atom`: the items of an RSS or Atom feed. The `guid` is the id, and where there
//!   is no `content:encoded` the description is the body.
//! - `.html`, `.htm`: one article as a web page, from its metadata and its text; the key is its
//!   address, or else the file name.
//! - `.txt`: one article in plain text. A headline; then, if it has one, a byline such as
//!   `Lê Thảo 17:22, 10/08/2023`; then paragraphs. The file name is the id.
//! - folders: all files of these formats in them and in their folders, in the order of their
//!   names. Hidden files and other formats are passed over.
//!
//! A byte order mark says which of UTF-8 and UTF-16 a file is; other encodings are named in
//! [`Options::encoding`] or declared by a feed or page itself, and never guessed.
//!
//! Memory is bounded by the longest article and [`Options::max_line_bytes`], not by the size of
//! the files; beside that the reader holds the list of the files.
//!
//! ```
//! use vietsearch_index::ingest::{self, Entry, Options};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("tin.jsonl");
//! std::fs::write(&path, "{\"title\": \"Bão số 3\"}\n{\"views\": 7}\n")?;
//!
//! let mut reader = ingest::read([path], &Options::default());
//! let Some(Entry::Article { article, place, .. }) = reader.next() else { unreachable!() };
//! assert_eq!(article.title.as_deref(), Some("Bão số 3"));
//! assert_eq!(place.line, Some(1));
//!
//! let Some(Entry::Skipped(problem)) = reader.next() else { unreachable!() };
//! assert!(problem.to_string().contains("tin.jsonl:2: has neither title nor body"));
//! assert!(reader.next().is_none());
//! # Ok::<(), std::io::Error>(())
//! ```

mod byline;
mod charset;
mod csv;
mod error;
mod feed;
mod field_map;
mod html;
mod json;
mod json_lines;
mod lines;
mod page;
mod plain_text;
mod problem;
mod reader;
mod record;
mod source;
mod transcode;
mod walk;
mod window;

use vietsearch_text::encoding::Encoding;

pub use error::FieldMapError;
pub use field_map::{Field, FieldMap};
pub use json_lines::read_json_lines;
pub use problem::{Place, Problem};
pub use reader::{Entry, Progress, Reader, read};

/// How input is read.
///
/// ```
/// use vietsearch_index::ingest::{FieldMap, Options};
///
/// let options = Options::default()
///     .with_field_map(FieldMap::parse(["title=tieu_de"])?)
///     .with_max_line_bytes(1024 * 1024);
/// assert_eq!(options.max_line_bytes, 1 << 20);
/// # Ok::<(), vietsearch_index::ingest::FieldMapError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The keys, columns and elements that are read beside the common ones.
    pub field_map: FieldMap,
    /// The longest line, JSON object, row, item, page or plain-text file in bytes (decompressed).
    /// Longer ones are reported and passed over without being held. 16 MiB unless set.
    pub max_line_bytes: usize,
    /// The encoding of files that have no byte order mark; UTF-8 if `None`. In VIQR, addresses and
    /// ids are left as they are.
    pub encoding: Option<Encoding>,
    /// Whether title, lead and body in JSON and CSV are HTML, to be read as text. False unless set:
    /// in plain text `<` is a sign.
    pub html: bool,
}

impl Options {
    /// Sets the mapping of keys.
    #[must_use]
    pub fn with_field_map(mut self, field_map: FieldMap) -> Options {
        self.field_map = field_map;
        self
    }

    /// Sets the encoding of files without byte order mark.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Option<Encoding>) -> Options {
        self.encoding = encoding;
        self
    }

    /// Sets whether texts in JSON and CSV are HTML.
    #[must_use]
    pub fn with_html(mut self, html: bool) -> Options {
        self.html = html;
        self
    }

    /// Sets the longest line, object, row, item, page or plain-text file, in bytes.
    #[must_use]
    pub fn with_max_line_bytes(mut self, max_line_bytes: usize) -> Options {
        self.max_line_bytes = max_line_bytes;
        self
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            field_map: FieldMap::default(),
            max_line_bytes: 16 * 1024 * 1024,
            encoding: None,
            html: false,
        }
    }
}
