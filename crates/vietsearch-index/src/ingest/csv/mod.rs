//! `.csv` and `.tsv`: a header, then one article a row.
//!
//! The rows are cut here, so that a quote which is never closed costs one row and not the rest of
//! the file; the cells of a row are read by `csv-core`.

mod rows;

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use super::field_map::Target;
use super::json_lines::{not_utf8, too_long};
use super::problem::{Place, Problem};
use super::record::{Values, unusable};
use super::source::{Source, unreadable};
use super::window::Window;
use super::{Entry, Options};
use rows::{Row, Rows};

/// The articles of a file, row by row.
pub(super) struct Csv {
    rows: Rows,
    file: Place,
    options: Arc<Options>,
    header: Option<Header>,
    any: bool,
    done: bool,
    queue: VecDeque<Entry>,
}

struct Header {
    /// The keys with the fields that they fill.
    columns: Vec<(String, Option<Target>)>,
}

impl Csv {
    pub(super) fn new(source: Source, file: Place, options: Arc<Options>) -> Csv {
        Csv {
            rows: Rows::new(
                Window::new(source.reader, source.offset),
                options.max_line_bytes,
            ),
            file,
            options,
            header: None,
            any: false,
            done: false,
            queue: VecDeque::new(),
        }
    }

    fn place(&self) -> Place {
        self.file.clone().with_line(self.rows.line)
    }

    fn skipped(&self, reason: impl Into<String>) -> Entry {
        Entry::Skipped(Problem::new(self.place(), reason))
    }

    /// Reads the first row; `Err` if nothing below it can be understood.
    fn read_header(&mut self) -> Result<Header, String> {
        let cells = self.rows.cells()?;
        let column = |key: &str| {
            (
                key.trim().to_owned(),
                self.options.field_map.target(key.trim()),
            )
        };
        let columns: Vec<_> = cells.iter().map(|cell| column(cell)).collect();
        let has_text = columns.iter().any(|(_, target)| {
            let field = target.map(|target| target.field);
            matches!(field, Some(super::Field::Title | super::Field::Body))
        });
        if has_text {
            return Ok(Header { columns });
        }
        let mut names = cells.join(", ");
        if let Some((cut, _)) = names.char_indices().nth(80) {
            names.truncate(cut);
            names.push('…');
        }
        Err(format!(
            "the columns {names:?} hold neither title nor body, map them as in title=COLUMN"
        ))
    }

    fn article(&self, cells: &[String], header: &Header, loose_quote: bool) -> Option<Entry> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let mut warnings = Vec::new();
        let (found, expected) = (cells.len(), header.columns.len());
        if found != expected {
            warnings.push(format!("has {found} cells, the header names {expected}"));
        }
        if loose_quote {
            warnings.push("a quotation mark is neither closed nor doubled".to_owned());
        }
        let mut values = Values::default();
        for ((key, target), cell) in header.columns.iter().zip(cells) {
            if target.is_some() || !(key.is_empty() || cell.trim().is_empty()) {
                values.add(*target, key.clone(), Value::String(cell.clone()));
            }
        }
        let article = values.into_article(&mut warnings);
        let place = self.place();
        if let Some(reason) = unusable(&article) {
            let noted = match warnings.first() {
                Some(first) if loose_quote || found != expected => format!("{reason}; it {first}"),
                _ => reason.to_owned(),
            };
            return Some(Entry::Skipped(Problem::new(place, noted)));
        }
        let problem = |reason| Problem::new(place.clone(), reason);
        Some(Entry::Article {
            article: Box::new(article),
            warnings: warnings.into_iter().map(problem).collect(),
            place,
        })
    }

    /// Turns what was cut into an entry; `None` for blank rows and the header.
    fn entry(&mut self, row: Row) -> Option<Entry> {
        match row {
            Row::End => None,
            Row::TooLong => Some(self.skipped(too_long("row", self.options.max_line_bytes))),
            Row::Whole | Row::LooseQuote => {
                if let Err(error) = std::str::from_utf8(self.rows.bytes()) {
                    let bytes = self.rows.bytes();
                    return Some(Entry::Skipped(not_utf8(
                        self.place(),
                        self.rows.offset,
                        bytes,
                        error,
                    )));
                }
                let Some(header) = self.header.take() else {
                    return self.begin();
                };
                let cells = self.rows.cells();
                let entry = match cells {
                    Ok(cells) => {
                        let loose = row == Row::LooseQuote;
                        if loose && cells.len() != header.columns.len() {
                            let reason = "a quotation mark is not closed, the row was left out";
                            Some(self.skipped(reason))
                        } else {
                            self.article(&cells, &header, loose)
                        }
                    }
                    Err(reason) => Some(self.skipped(reason)),
                };
                self.header = Some(header);
                entry
            }
        }
    }

    fn begin(&mut self) -> Option<Entry> {
        match self.read_header() {
            Ok(header) => {
                self.header = Some(header);
                None
            }
            Err(reason) => {
                self.done = true;
                Some(self.skipped(reason))
            }
        }
    }
}

impl Iterator for Csv {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        while !self.done {
            let found = match self.rows.next() {
                Ok(Row::End) => {
                    self.done = true;
                    let reason = match self.header {
                        Some(_) => "the file has a header and no rows",
                        None => "the file is empty",
                    };
                    (!self.any).then(|| Entry::Skipped(Problem::new(self.file.clone(), reason)))
                }
                Ok(row) => self.entry(row),
                Err(error) => {
                    // The row may be whole, and only its end is missing.
                    let last = self.entry(Row::Whole);
                    self.done = true;
                    let problem = self.skipped(unreadable(&error));
                    self.queue.extend(last);
                    self.queue.push_back(problem);
                    None
                }
            };
            if found.is_some() {
                self.any = true;
                return found;
            }
        }
        self.queue.pop_front()
    }
}
