//! The iterator over all entries of all inputs.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::vec;

use serde_json::Value;
use vietsearch_text::encoding::Encoding;

use super::csv::Csv;
use super::feed::Feed;
use super::json_lines::JsonLines;
use super::problem::{Place, Problem};
use super::walk::{Format, Found, InputFile, walk};
use super::{Options, html, json, page, plain_text, record, source, transcode};
use crate::article::Article;

/// One thing that was found in the input.
///
/// There will be no third kind: whoever matches both has lost nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// An article that can be indexed.
    Article {
        /// The article. It has a title or a body.
        article: Box<Article>,
        /// Where it begins.
        place: Place,
        /// What was left out of it, such as a date that does not exist.
        warnings: Vec<Problem>,
    },
    /// Something that could not be used: a line, a file or a folder.
    Skipped(Problem),
}

/// Reads the articles of files and folders.
///
/// The folders are walked before the first article is read, so that the total size is known.
/// Problems of any kind are entries; this function never fails.
pub fn read(inputs: impl IntoIterator<Item = PathBuf>, options: &Options) -> Reader {
    let found = walk(inputs);
    let bytes_total = found
        .iter()
        .map(|found| match found {
            Found::File(file) => file.bytes,
            Found::Problem(_) => 0,
        })
        .sum();
    Reader {
        found: found.into_iter(),
        current: None,
        finished_bytes: 0,
        progress: Progress {
            bytes_read: Arc::default(),
            bytes_total,
        },
        options: Arc::new(options.clone()),
    }
}

/// The entries of all inputs in order, made by [`read`].
///
/// It can be sent to another thread; [`progress`](Reader::progress) gives a handle that stays.
pub struct Reader {
    found: vec::IntoIter<Found>,
    current: Option<Current>,
    finished_bytes: u64,
    progress: Progress,
    options: Arc<Options>,
}

struct Current {
    entries: Entries,
    bytes: u64,
}

pub(super) type Entries = Box<dyn Iterator<Item = Entry> + Send>;

impl Reader {
    /// Returns how many bytes of the files have been read, as they are on the disk (compressed).
    pub fn bytes_read(&self) -> u64 {
        self.progress.bytes_read()
    }

    /// Returns how many bytes the files have on the disk.
    pub fn bytes_total(&self) -> u64 {
        self.progress.bytes_total()
    }

    /// Returns a handle that tells the progress of this reader from anywhere.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn open(&self, file: &InputFile) -> Entries {
        let place = Place::new(file.path.as_path());
        let skipped = |reason: String| -> Entries {
            Box::new(std::iter::once(Entry::Skipped(Problem::new(
                place.clone(),
                reason,
            ))))
        };
        let encoding = self.options.encoding;
        let source = match source::open(file, encoding, Arc::clone(&self.progress.bytes_read)) {
            Ok(source) => source,
            Err(_) if file.bytes == 0 => return skipped("the file is empty".to_owned()),
            Err(reason) => return skipped(reason),
        };
        let options = Arc::clone(&self.options);
        let losses = source.losses.clone();
        let declared = source.warning.clone();
        let mut entries: Entries = match file.format {
            Format::JsonLines => Box::new(JsonLines::new(
                source.reader,
                place.clone(),
                options,
                1,
                source.offset,
            )),
            Format::Json => json::entries(source, place.clone(), options),
            Format::Csv => Box::new(Csv::new(source, place.clone(), options)),
            Format::Feed => Box::new(Feed::new(source, place.clone(), options)),
            Format::Page => {
                let id = file.article_id();
                Box::new(page::entries(source, place.clone(), id, &options).into_iter())
            }
            Format::PlainText => {
                let id = file.article_id();
                Box::new(plain_text::entries(source, place.clone(), id, &options).into_iter())
            }
        };
        if let Some(reason) = declared {
            let mut warning = Some(Problem::new(place.clone(), reason));
            entries = Box::new(entries.map(move |mut entry| {
                if let Entry::Article { warnings, .. } = &mut entry {
                    warnings.extend(warning.take());
                }
                entry
            }));
        }
        if let Some(losses) = losses {
            entries = transcode::report(entries, losses, place);
        }
        let by_value = encoding.filter(|encoding| source::by_value(*encoding, file.format));
        let is_data = matches!(file.format, Format::JsonLines | Format::Json | Format::Csv);
        let is_html = self.options.html && is_data;
        if by_value.is_some() || is_html {
            entries = Box::new(entries.map(move |mut entry| {
                if let Entry::Article { article, place, .. } = &mut entry {
                    rewrite(article, by_value, is_html);
                    if let Some(reason) = record::unusable(article) {
                        return Entry::Skipped(Problem::new(place.clone(), reason));
                    }
                }
                entry
            }));
        }
        entries
    }
}

/// Decodes the texts of an article, and reads them as HTML.
fn rewrite(article: &mut Article, encoding: Option<Encoding>, is_html: bool) {
    let decode = |text: &mut String| {
        if let Some(encoding) = encoding {
            *text = encoding.decode(text.as_bytes()).text;
        }
    };
    for (slot, one_line) in [
        (&mut article.title, true),
        (&mut article.lead, false),
        (&mut article.body, false),
    ] {
        if let Some(text) = slot {
            decode(text);
            if is_html {
                *text = if one_line {
                    html::line(text)
                } else {
                    html::text(text)
                };
            }
        }
    }
    let names = [
        &mut article.author,
        &mut article.source,
        &mut article.section,
    ];
    names.into_iter().flatten().for_each(decode);
    article.tags.iter_mut().for_each(decode);
    for value in article.extra.values_mut() {
        if let Value::String(text) = value {
            decode(text);
        }
    }
}

impl Iterator for Reader {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(current) = &mut self.current {
                if let Some(entry) = current.entries.next() {
                    return Some(entry);
                }
                // A file that was left early, or has shrunk, counts as read.
                self.finished_bytes += current.bytes;
                self.progress
                    .bytes_read
                    .store(self.finished_bytes, Ordering::Relaxed);
                self.current = None;
            }
            match self.found.next()? {
                Found::Problem(problem) => return Some(Entry::Skipped(problem)),
                Found::File(file) => {
                    self.current = Some(Current {
                        entries: self.open(&file),
                        bytes: file.bytes,
                    });
                }
            }
        }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("files_left", &self.found.len())
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

/// How far a [`Reader`] has come. Clones tell the same.
#[derive(Debug, Clone)]
pub struct Progress {
    bytes_read: Arc<AtomicU64>,
    bytes_total: u64,
}

impl Progress {
    /// Returns how many bytes of the files have been read, as they are on the disk (compressed).
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Returns how many bytes the files have on the disk.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }
}

const _: () = {
    const fn is_send<T: Send>() {}
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send::<Reader>();
    is_send_and_sync::<Progress>();
    is_send_and_sync::<Entry>();
};
