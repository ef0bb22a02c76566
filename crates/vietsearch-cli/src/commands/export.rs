//! `vietsearch export`: mappings, documents and queries for other engines.

use std::io::{self, BufWriter, Write};

use vietsearch::index::ingest::{self, Entry, FieldMap, Options};
use vietsearch::text::Segmenter;
use vietsearch_cluster::{BulkBuilder, ClusterError, Compiler, Dialect, Documents, mapping};

use super::print_json;
use crate::arguments::{ExportArguments, ExportDocuments, ExportQuery, ExportWhat};
use crate::error::{Failure, Result};
use crate::output::{counted, say};

pub(crate) fn run(arguments: &ExportArguments) -> Result<()> {
    match &arguments.what {
        ExportWhat::Mapping => {
            let mapping = mapping(arguments.dialect, &arguments.name)?;
            print_json(&mapping)
        }
        ExportWhat::Docs(documents) => docs(arguments, documents),
        ExportWhat::Query(query) => self::query(arguments.dialect, query),
    }
}

/// One document a line, or bulk actions and documents by turns.
fn docs(arguments: &ExportArguments, what: &ExportDocuments) -> Result<()> {
    let field_map =
        FieldMap::parse(&what.map).map_err(|error| Failure::Usage(error.to_string()))?;
    let options = Options::default().with_field_map(field_map);
    let mut documents = Documents::new();
    if !what.no_words {
        let segmenter = Segmenter::new().map_err(|error| Failure::Error(Box::new(error)))?;
        documents = documents.with_words(segmenter);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut batches = BulkBuilder::new(arguments.dialect, &arguments.name).with_max_documents(1);
    let (mut written, mut skipped) = (0_u64, 0_u64);
    for entry in ingest::read(what.inputs.iter().cloned(), &options) {
        let (article, place) = match entry {
            Entry::Article { article, place, .. } => (article, place),
            Entry::Skipped(problem) => {
                say(format_args!("skipped: {problem}"));
                skipped += 1;
                continue;
            }
        };
        let document = documents.document(&article);
        let lines = document.and_then(|document| {
            if !what.bulk {
                return Ok(format!("{}\n", document.source));
            }
            batches.push(&document)?;
            Ok(batches
                .finish()
                .map_or_else(String::new, |batch| batch.body))
        });
        match lines {
            Ok(lines) => {
                out.write_all(lines.as_bytes())?;
                written += 1;
            }
            Err(error @ ClusterError::Article(_)) => {
                say(format_args!("skipped: {place}: {error}"));
                skipped += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    out.flush()?;
    say(format_args!(
        "{}, {skipped} skipped",
        counted(written, "document")
    ));
    if written == 0 {
        return Err(Failure::Message(
            "no article found: give .jsonl or .txt files (or .gz of them), or folders of them"
                .to_string(),
        ));
    }
    Ok(())
}

fn query(dialect: Dialect, query: &ExportQuery) -> Result<()> {
    let compiler = Compiler::new(dialect)?.with_extra_fields(query.narrowing.extra_fields());
    let compiled = compiler.compile(&query.request())?;
    if !compiled.is_exact() {
        say(format_args!(
            "the engine may find more than a local search: rank its hits with vietsearch-cluster"
        ));
    }
    print_json(&compiled.body()?)
}
