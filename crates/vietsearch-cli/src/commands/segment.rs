//! `vietsearch segment`: the words of each line.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use vietsearch::index::IndexOptions;
use vietsearch::text::{Segmenter, UserDictionary, Word};

use crate::arguments::{SegmentArguments, WordFormat};
use crate::error::{Failure, Result};
use crate::lines;

/// A word as programs read it.
#[derive(Serialize)]
struct Entry<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    tokens: usize,
}

pub(crate) fn run(arguments: &SegmentArguments) -> Result<()> {
    let mut segmenter = Segmenter::new().map_err(|error| Failure::Error(Box::new(error)))?;
    if let Some(path) = &arguments.user_dict {
        segmenter = segmenter.with_user_dictionary(Arc::new(read_user_dictionary(path)?));
    }
    let format = arguments.format;
    lines::filter(|out, line, ended| {
        write_words(out, &mut segmenter, line, format)?;
        if ended { out.write_all(b"\n") } else { Ok(()) }
    })
}

/// Reads a file of words of one's own.
pub(crate) fn read_user_dictionary(path: &Path) -> Result<UserDictionary> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    UserDictionary::parse(&text)
        .map_err(|error| Failure::Message(format!("user dictionary {path:?}, {error}")))
}

/// Reads the same for an index.
pub(crate) fn read_index_options(path: &Path) -> Result<IndexOptions> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    IndexOptions::default()
        .with_user_dictionary(&text)
        .map_err(|error| Failure::Message(format!("user dictionary {path:?}, {error}")))
}

fn write_words(
    out: &mut dyn Write,
    segmenter: &mut Segmenter<'_>,
    line: &str,
    format: WordFormat,
) -> io::Result<()> {
    let words = segmenter.segment(line);
    let (between, within) = match format {
        WordFormat::Underscore => (" ", "_"),
        WordFormat::Tab => ("\t", " "),
        WordFormat::Json => return write_json(out, words, line),
    };
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.write_all(between.as_bytes())?;
        }
        let text = line.get(word.start..word.end).unwrap_or("");
        for (index, part) in text.split_whitespace().enumerate() {
            if index > 0 {
                out.write_all(within.as_bytes())?;
            }
            out.write_all(part.as_bytes())?;
        }
    }
    Ok(())
}

fn write_json(
    out: &mut dyn Write,
    words: impl Iterator<Item = Word>,
    line: &str,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let entry = Entry {
            start: word.start,
            end: word.end,
            text: line.get(word.start..word.end).unwrap_or(""),
            tokens: word.tokens,
        };
        serde_json::to_writer(&mut *out, &entry)?;
    }
    out.write_all(b"]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &str, format: WordFormat) -> String {
        let mut out = Vec::new();
        let mut segmenter = Segmenter::new().unwrap();
        write_words(&mut out, &mut segmenter, line, format).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_character_but_white_space_is_kept() {
        let line = "Giá vàng  hôm nay: 20.000 (tăng 3%)…";
        assert_eq!(
            written(line, WordFormat::Underscore),
            "Giá vàng hôm_nay : 20.000 ( tăng 3% ) …"
        );
        assert_eq!(
            written(line, WordFormat::Tab),
            "Giá\tvàng\thôm nay\t:\t20.000\t(\ttăng\t3%\t)\t…"
        );
    }

    #[test]
    fn json_has_bytes_of_the_line() {
        let expected = concat!(
            r#"[{"start":0,"end":10,"text":"học sinh","tokens":2},"#,
            r#"{"start":10,"end":11,"text":"!","tokens":0}]"#,
        );
        assert_eq!(written("học sinh!", WordFormat::Json), expected);
        assert_eq!(written(" ", WordFormat::Json), "[]");
    }
}
