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
use std::path::{Path, PathBuf};
use std::time::Instant;

use vietsearch::ingest::{self, Entry, Options};
use vietsearch_benches::rival::Rival;

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

fn index(
    directory: &str,
    tokenizer: &str,
    threads: usize,
    memory: usize,
    inputs: Vec<PathBuf>,
) -> Result<(), Failure> {
    std::fs::create_dir_all(directory)?;
    let rival = Rival::create(Some(Path::new(directory)), tokenizer)?;
    let started = Instant::now();
    let mut writer = rival.index.writer_with_num_threads(threads, memory)?;
    let mut raw = 0;
    let mut articles: u64 = 0;
    for entry in ingest::read(inputs, &Options::default()) {
        let Entry::Article { article, .. } = entry else {
            continue;
        };
        raw += article.text_bytes();
        rival.add(&writer, &article)?;
        articles += 1;
    }
    writer.commit()?;
    let peak = anonymous_bytes();
    writer.wait_merging_threads()?;
    let seconds = started.elapsed().as_secs_f64();
    let usage = rival.index.reader()?.searcher().space_usage()?;
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
    let rival = Rival::open(Path::new(directory))?;
    let searcher = rival.index.reader()?.searcher();
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
        let found = rival.top(&searcher, text("text"), depth)?;
        latencies.push(started.elapsed().as_micros());
        for (rank, (score, address)) in found.into_iter().enumerate() {
            let key = rival.key(&searcher, address)?;
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
