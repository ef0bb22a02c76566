//! Reads a query as people type or paste it into a tree.
//!
//! No text is a syntax error: what is not exactly an operator is text, so a
//! pasted headline such as `U23 Việt Nam: tỉ số 2-1` loses no word.
//!
//! | written | meaning |
//! |---|---|
//! | `giá vàng` | plain words |
//! | `"giá vàng"`, `“giá vàng”` | phrase; `"…"~2` with up to two words between, `"…"~2!` in any order |
//! | `+vàng`, `-SJC` | required, excluded; the sign follows a space and touches a letter, quote, parenthesis or `=` |
//! | `AND`, `OR`, `NOT` | in capitals, with operands on the proper sides; `NOT` binds first, `OR` last |
//! | `( … )` | groups if it holds an operator or stands beside one, else punctuation |
//! | `title:`, `lead:`, `body:` (`tiêu_đề:`, `sapo:`, `nội_dung:`) | word, phrase or group in one field |
//! | `id:`, `url:`, `author:`, `source:`, `section:`, `tag:` (`tác_giả:`, `nguồn:`, `mục:`, `chuyên_mục:`, `thẻ:`) | filter by one word or a quoted value |
//! | `từ:01/05/2024`, `đến:31/05/2024`, `ngày:hôm nay` (`from:`, `to:`, `day:`, `date:`) | days, also `mm/yyyy`, `yyyy`, ISO and `ngày:A..B` |
//! | `vin*` | start of a word |
//! | `=má`, `="má tôi"` | accents as typed |
//!
//! Names before a colon have any case, and all their marks or none. `+` and `-`
//! take one word, `AND`, `OR` and `NOT` a whole run of plain words, because a
//! Vietnamese word is often several syllables: `bóng đá NOT ngoại hạng`.
//!
//! Time and memory grow linearly with the length of the query.

mod ast;
mod chars;
mod days;
mod error;
mod fields;
mod lexer;
pub(crate) mod names;
mod parser;
mod structure;
mod token;

pub use ast::{Clause, Leaf, Leaves, Node, Note, Occur, OtherForm, Parsed, TextField};
pub use error::ParseError;
pub use vietsearch_index::date::Day;

/// Limits on the input and on what it stands for, against hostile queries.
///
/// Fixed are: 1,024 words of a query that are looked for (the first ones), 16
/// beginnings, 64 spellings of a word.
///
/// ```
/// use vietsearch_query::parse::{Limits, ParseError, ParserOptions, parse};
///
/// let limits = Limits { max_bytes: 4, ..Limits::default() };
/// let options = ParserOptions::default().with_limits(limits);
/// assert_eq!(parse("vàng", &options), Err(ParseError::TooLong { bytes: 5, max: 4 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest query in bytes; 65,536 by default.
    pub max_bytes: usize,
    /// The number of groups that may lie in each other; 16 by default, never
    /// more than 128. Parentheses below are text.
    pub max_depth: usize,
    /// The number of leaves of a tree; 256 by default. A run of plain words
    /// is one leaf.
    pub max_clauses: usize,
    /// The number of terms that a beginning (`vin*`) stands for: those in the
    /// most articles; 64 by default. The parser itself does not look.
    pub max_expansions: usize,
    /// The number of terms with such a beginning that are looked at in each
    /// segment; 50,000 by default.
    pub max_scanned_terms: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 65_536,
            max_depth: 16,
            max_clauses: 256,
            max_expansions: 64,
            max_scanned_terms: 50_000,
        }
    }
}

/// What the parser knows besides the query.
///
/// ```
/// use vietsearch_query::parse::{Day, ParserOptions, parse};
///
/// let options = ParserOptions::default()
///     .with_today(Day::new(2024, 5, 1))
///     .with_extra_fields(["tỉnh"]);
/// let parsed = parse("bão ngày:hôm nay tinh:\"Hà Giang\"", &options)?;
/// assert_eq!(
///     parsed.root.to_string(),
///     "all(words(\"bão\") days(2024-05-01..2024-05-01) filter(tỉnh=\"Hà Giang\"))"
/// );
/// # Ok::<(), vietsearch_query::parse::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ParserOptions {
    /// The limits.
    pub limits: Limits,
    /// The day that `hôm nay` and `today` mean, in the reader's time zone. If
    /// `None`, relative days are text.
    pub today: Option<Day>,
    /// Names of further filters. A built-in name has precedence, and a name
    /// with a colon, quote or parenthesis cannot be written.
    pub extra_fields: Vec<String>,
}

impl ParserOptions {
    /// Returns the options with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Returns the options with another day for `hôm nay`.
    #[must_use]
    pub fn with_today(mut self, today: impl Into<Option<Day>>) -> Self {
        self.today = today.into();
        self
    }

    /// Returns the options with these further filters.
    #[must_use]
    pub fn with_extra_fields<S: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        self.extra_fields = names.into_iter().map(Into::into).collect();
        self
    }
}

/// Parses a query, in time linear in its length.
///
/// ```
/// use vietsearch_query::parse::{ParserOptions, parse};
///
/// let show = |query| parse(query, &ParserOptions::default()).map(|p| p.root.to_string());
/// assert_eq!(show("giá vàng -SJC")?, "all(words(\"giá vàng\") -words(\"SJC\"))");
/// assert_eq!(show("hôm nay - 24/7")?, "all(words(\"hôm nay - 24/7\"))");
/// # Ok::<(), vietsearch_query::parse::ParseError>(())
/// ```
///
/// # Errors
///
/// [`ParseError`] if the query exceeds [`Limits::max_bytes`] or
/// [`Limits::max_clauses`]; never because of its syntax.
pub fn parse(query: &str, options: &ParserOptions) -> Result<Parsed, ParseError> {
    let limits = options.limits;
    if query.len() > limits.max_bytes {
        return Err(ParseError::TooLong {
            bytes: query.len(),
            max: limits.max_bytes,
        });
    }
    let mut notes = Vec::new();
    let tokens = lexer::lex(query, options, &mut notes);
    let tokens = structure::resolve(tokens, limits.max_depth.min(HARD_MAX_DEPTH), &mut notes);
    let clauses = parser::build(query, tokens, limits.max_clauses)?;
    notes.sort_by_key(|note| note.span().start);
    Ok(Parsed {
        lacking: Vec::new(),
        text: query.to_owned(),
        root: Node::All(clauses),
        notes,
    })
}

/// The parser, and whatever walks its tree, recurses on groups: this keeps any
/// stack safe, whatever the caller's limit.
const HARD_MAX_DEPTH: usize = 128;

#[cfg(test)]
mod tests;
