//! What is read from files.

use std::collections::BTreeMap;

use serde::Deserialize;
use vietsearch::ingest::{Entry, FieldMap, Options};
use vietsearch::{NewsSearcher, Require, SearchRequest, WriterOptions};

use crate::{Failure, Report, index};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IngestCase {
    id: String,
    /// The name of the file, which tells the format; JSON lines if it is left out.
    file: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    input: Option<String>,
    /// The bytes of the file as hexadecimal digits, in place of `input`.
    bytes: Option<String>,
    indexed: usize,
    #[serde(default)]
    skipped: Vec<u64>,
    /// How many warnings there are.
    #[serde(default)]
    warnings: usize,
    /// The articles that are read, as far as they are described.
    #[serde(default)]
    articles: Vec<BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    totals: BTreeMap<String, usize>,
    /// A query, and the highlighted parts of its first hit.
    #[serde(default)]
    highlights: BTreeMap<String, Vec<String>>,
    /// Whether the file is added twice; the second time adds none.
    #[serde(default)]
    twice: bool,
}

pub(crate) fn run_ingest(case: &IngestCase, report: &mut Report) -> Result<(), Failure> {
    let directory = tempfile::tempdir()?;
    let name = case.file.as_deref().unwrap_or("articles.jsonl");
    let path = directory.path().join(name);
    let digits = case.bytes.as_deref().unwrap_or_default();
    let digits: Vec<char> = digits
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .collect();
    let hex = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    let bytes: Vec<u8> = match &case.input {
        Some(text) => text.clone().into_bytes(),
        None => hex
            .map(|pair| u8::from_str_radix(&pair, 16))
            .collect::<Result<_, _>>()?,
    };
    std::fs::write(&path, bytes)?;
    let map = case.map.iter().map(|(field, key)| format!("{field}={key}"));
    let encoding = case.encoding.as_deref().map(str::parse).transpose()?;
    let options = Options::default()
        .with_field_map(FieldMap::parse(map)?)
        .with_encoding(encoding);
    let mut articles = Vec::new();
    let mut skipped = Vec::new();
    let mut warned = Vec::new();
    for entry in vietsearch::ingest::read([path], &options) {
        match entry {
            Entry::Article {
                article, warnings, ..
            } => {
                articles.push(*article);
                warned.extend(warnings);
            }
            Entry::Skipped(problem) => skipped.extend(problem.place.line),
        }
    }
    let at = &case.id;
    let indexed = articles.len();
    report.check(indexed == case.indexed, || {
        format!("{at}: {indexed} articles, expected {}", case.indexed)
    });
    report.check(skipped == case.skipped, || {
        format!("{at}: skipped {skipped:?}, expected {:?}", case.skipped)
    });
    report.check(warned.len() == case.warnings, || {
        format!("{at}: warnings {warned:?}, expected {}", case.warnings)
    });
    for (article, expected) in articles.iter().zip(&case.articles) {
        let found = serde_json::to_value(article)?;
        for (field, value) in expected {
            report.check(found[field] == *value, || {
                format!("{at}: {field} is {}, expected {value}", found[field])
            });
        }
    }
    let index = index(&articles)?;
    if case.twice {
        let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
        writer.add_all(articles.iter().cloned())?;
        writer.finish()?;
        index.reload()?;
        report.check(index.num_docs() == case.indexed as u64, || {
            format!("{at}: {} articles after the second run", index.num_docs())
        });
    }
    let searcher = NewsSearcher::new(&index)?;
    for (query, expected) in &case.totals {
        let request = SearchRequest::new(query.as_str()).with_require(Require::All);
        let total = searcher.search(&request)?.total;
        report.check(total == *expected, || {
            format!("{at} {query:?}: total {total}, expected {expected}")
        });
    }
    for (query, expected) in &case.highlights {
        let found = searcher.search(&SearchRequest::new(query.as_str()))?;
        let marked: Vec<String> = found.hits.first().map_or(Vec::new(), |hit| {
            let spans = hit.highlights.iter();
            spans
                .map(|span| hit.snippet[span[0]..span[1]].to_owned())
                .collect()
        });
        report.check(marked == *expected, || {
            format!("{at} {query:?}: {marked:?}, expected {expected:?}")
        });
    }
    Ok(())
}
