//! From files, folders or the built-in samples to an index.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use vietsearch::ingest::{self, Entry, Options};
use vietsearch::{IndexError, NewsIndex, NewsWriter, WriterOptions, demo};

use crate::show::decimal;

/// Opens an index in a folder, or makes one in memory, and adds the articles of the inputs.
pub(crate) fn open(folder: Option<&Path>, inputs: &[PathBuf]) -> Result<NewsIndex, Box<dyn Error>> {
    let index = match folder {
        // Nothing to add: only an index that exists is of use.
        Some(folder) if inputs.is_empty() => {
            let index = NewsIndex::open(folder)?;
            eprintln!("Mở chỉ mục {}: {} bài.", folder.display(), index.num_docs());
            return Ok(index);
        }
        Some(folder) => NewsIndex::open_or_create(folder)?,
        None => NewsIndex::create_in_ram()?,
    };

    let started = Instant::now();
    let mut writer = index.writer(WriterOptions::default())?;
    if inputs.is_empty() {
        writer.add_all(demo::articles())?;
    } else if add_inputs(&mut writer, inputs)? == 0 {
        return Err("không đọc được bài nào: hãy đưa tệp .jsonl, .json, .csv, .xml, .html, .txt hoặc thư mục".into());
    }
    // Commits, waits for merges in the background, and frees the index for other writers.
    writer.finish()?;
    eprintln!(
        "Chỉ mục có {} bài, xong sau {} giây.",
        index.num_docs(),
        decimal(started.elapsed().as_secs_f64(), 1)
    );
    Ok(index)
}

/// Adds every article that can be read and tells of everything that cannot. Returns the number of
/// articles added.
fn add_inputs(writer: &mut NewsWriter, inputs: &[PathBuf]) -> Result<u64, IndexError> {
    let mut added = 0;
    // The reader holds one article at a time, however large the files are.
    for entry in ingest::read(inputs.to_vec(), &Options::default()) {
        match entry {
            Entry::Article {
                article,
                place,
                warnings,
            } => {
                for warning in warnings {
                    eprintln!("lưu ý: {warning}");
                }
                match writer.add(*article) {
                    Ok(()) => added += 1,
                    // Punctuation only: nothing in it could be found.
                    Err(error @ IndexError::EmptyArticle { .. }) => {
                        eprintln!("bỏ qua: {place}: {error}");
                    }
                    Err(error) => return Err(error),
                }
            }
            Entry::Skipped(problem) => eprintln!("bỏ qua: {problem}"),
        }
    }
    Ok(added)
}
