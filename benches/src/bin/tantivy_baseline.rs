//! The rival: tantivy as its users get it, over the same title, lead and body fields.
//!
//! ```text
//! tantivy_baseline index  --index DIR --tokenizer default|folded [--threads N] [--memory MB] INPUT...
//! tantivy_baseline batch  --index DIR --queries Q.jsonl --run OUT [-k 100]
//! ```
//!
//! `index` prints one JSON line: articles, seconds, bytes of raw text, bytes of the index, the
//! peak of anonymous memory. `batch` writes a TREC run and prints latencies, as `vietsearch batch`
//! does. Queries are OR queries of the words that the tokenizer gives, over the three fields.

use std::error::Error;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, TokenStream,
};
use tantivy::{Index, TantivyDocument, Term};
use vietsearch::ingest::{self, Entry, Options};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, inputs) = split(arguments.get(1..).unwrap_or(&[]));
    let option = |name: &str| {
        options
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    let required = |name: &str| option(name).cloned().ok_or(format!("{name} is missing"));
    match arguments.first().map(String::as_str) {
        Some("index") => {
            let threads = option("--threads").map_or(Ok(2), |value| value.parse())?;
            let memory: usize = option("--memory").map_or(Ok(256), |value| value.parse())?;
            let tokenizer = option("--tokenizer").map_or("default", String::as_str);
            index(
                &required("--index")?,
                tokenizer,
                threads,
                memory * 1_000_000,
                inputs,
            )
        }
        Some("batch") => {
            let depth = option("-k").map_or(Ok(100), |value| value.parse())?;
            batch(
                &required("--index")?,
                &required("--queries")?,
                &required("--run")?,
                depth,
            )
        }
        _ => Err("usage: tantivy_baseline index|batch …".into()),
    }
}

/// Options (all have a value) and what is left.
fn split(arguments: &[String]) -> (Vec<(String, String)>, Vec<PathBuf>) {
    let mut options = Vec::new();
    let mut inputs = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument.starts_with('-') {
            options.push((argument.clone(), rest.next().cloned().unwrap_or_default()));
        } else {
            inputs.push(PathBuf::from(argument));
        }
    }
    (options, inputs)
}

/// Registers the chain that folds, as its users build it.
fn register(index: &Index) {
    let folded = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build();
    index.tokenizers().register("folded", folded);
}

fn index(
    directory: &str,
    tokenizer: &str,
    threads: usize,
    memory: usize,
    inputs: Vec<PathBuf>,
) -> Result<(), Failure> {
    let text = TextOptions::default().set_stored().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    );
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let fields = ["title", "lead", "body"].map(|name| schema.add_text_field(name, text.clone()));
    std::fs::create_dir_all(directory)?;
    let index = Index::create_in_dir(directory, schema.build())?;
    register(&index);
    let started = Instant::now();
    let mut writer = index.writer_with_num_threads(threads, memory)?;
    let mut raw = 0;
    let mut articles: u64 = 0;
    for entry in ingest::read(inputs, &Options::default()) {
        let Entry::Article { article, .. } = entry else {
            continue;
        };
        raw += article.text_bytes();
        let mut document = TantivyDocument::new();
        document.add_text(id, article.key());
        for (field, value) in fields
            .iter()
            .zip([&article.title, &article.lead, &article.body])
        {
            if let Some(value) = value {
                document.add_text(*field, value);
            }
        }
        writer.add_document(document)?;
        articles += 1;
    }
    writer.commit()?;
    let peak = anonymous_bytes();
    writer.wait_merging_threads()?;
    let seconds = started.elapsed().as_secs_f64();
    let usage = index.reader()?.searcher().space_usage()?;
    let store: u64 = usage
        .segments()
        .iter()
        .map(|segment| segment.store().total().get_bytes())
        .sum();
    let bytes = usage.total().get_bytes();
    println!(
        "{{\"articles\":{articles},\"seconds\":{seconds:.2},\"raw\":{raw},\"bytes\":{bytes},\
         \"without_store\":{},\"per_raw\":{:.3},\"anonymous\":{peak}}}",
        bytes - store,
        (bytes - store) as f64 / raw as f64,
    );
    Ok(())
}

/// Anonymous memory of this process in bytes; 0 where /proc is not there.
fn anonymous_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok());
    kilobytes.unwrap_or(0_u64) * 1024
}

fn batch(directory: &str, queries: &str, run: &str, depth: usize) -> Result<(), Failure> {
    let index = Index::open_in_dir(directory)?;
    register(&index);
    let schema = index.schema();
    let id = schema.get_field("id")?;
    let fields: Vec<Field> = ["title", "lead", "body"]
        .iter()
        .map(|name| schema.get_field(name))
        .collect::<Result<_, _>>()?;
    let searcher = index.reader()?.searcher();
    let mut out = BufWriter::new(std::fs::File::create(run)?);
    let mut latencies = Vec::new();
    for line in BufReader::new(std::fs::File::open(queries)?).lines() {
        let query: serde_json::Value = serde_json::from_str(&line?)?;
        let text = |name: &str| {
            query
                .get(name)
                .and_then(|value| value.as_str())
                .unwrap_or("")
        };
        let started = Instant::now();
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for field in &fields {
            let mut analyzer = index.tokenizer_for_field(*field)?;
            let mut stream = analyzer.token_stream(text("text"));
            while let Some(token) = stream.next() {
                let term = Term::from_field_text(*field, &token.text);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(query)));
            }
        }
        let found = searcher.search(
            &BooleanQuery::new(clauses),
            &TopDocs::with_limit(depth).order_by_score(),
        )?;
        latencies.push(started.elapsed().as_micros());
        for (rank, (score, address)) in found.into_iter().enumerate() {
            let document: TantivyDocument = searcher.doc(address)?;
            let key = document
                .get_first(id)
                .and_then(|value| value.as_str())
                .unwrap_or("");
            writeln!(
                out,
                "{} Q0 {key} {} {score:.6} tantivy",
                text("_id"),
                rank + 1
            )?;
        }
    }
    out.flush()?;
    latencies.sort_unstable();
    let at = |share: f64| {
        let place = (latencies.len() as f64 * share) as usize;
        latencies
            .get(place.min(latencies.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0)
    };
    println!(
        "{{\"queries\":{},\"p50_us\":{},\"p99_us\":{}}}",
        latencies.len(),
        at(0.5),
        at(0.99)
    );
    Ok(())
}
