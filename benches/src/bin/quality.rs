//! How well articles are found: vietsearch and two tantivy baselines on judged collections.
//!
//! ```text
//! cargo run --release -p vietsearch-benches --bin quality -- [FOLDER] [OPTIONS]
//! ```
//!
//! Prints the mean nDCG@10 of each engine on each variant of each collection. `better` is the
//! baseline that is better on that variant; `p` is of a paired two-sided randomization test over
//! the queries' nDCG@10, ours against that baseline, with a fixed seed; `of typed` is ours divided by
//! ours on the queries as typed; `read` counts the queries as typed that were read as something else
//! (`interpreted_as`). The demo articles with the project's own queries always come first.

use std::collections::HashMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde::Serialize;
use vietsearch::index::{NewsIndex, WriterOptions};
use vietsearch::{NewsSearcher, Require, SearchRequest};
use vietsearch_benches::collection::{Collection, Failure, Query, folders};
use vietsearch_benches::judgements::{mean, randomization_test};
use vietsearch_benches::rival::{Rival, TOKENIZERS};
use vietsearch_benches::variants::AS_TYPED;

/// Random signs of the significance test.
const DRAWS: u32 = 10_000;
const SEED: u64 = 8;
/// Memory of a baseline's writer in bytes; it has one thread, so that ties always fall alike.
const MEMORY: usize = 200_000_000;

/// Runs vietsearch and two tantivy baselines on judged collections
#[derive(Debug, Parser)]
struct Arguments {
    /// Folder of collections in BEIR form: queries.jsonl, queries.VARIANT.jsonl, qrels.tsv, corpus.jsonl
    #[arg(default_value = "../shared/data/retrieval")]
    folder: PathBuf,
    /// Collections to run, by their names, separated by commas; all if none is given
    #[arg(long, value_delimiter = ',')]
    collections: Vec<String>,
    /// Variants to run beside the queries as typed; all if none is given
    #[arg(long, value_delimiter = ',')]
    variants: Vec<String>,
    /// Hits that are asked for
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(10..=1000))]
    depth: u16,
    /// Articles of collections without corpus.jsonl, which are searched by headlines
    /// [default: FOLDER/../news/vietnews.val.jsonl.gz]
    #[arg(long)]
    news: Option<PathBuf>,
    /// Prints JSON, one line for each collection and variant
    #[arg(long)]
    json: bool,
    /// Writes TREC runs into this folder: COLLECTION.VARIANT.ENGINE.run
    #[arg(long, value_name = "DIR")]
    runs: Option<PathBuf>,
    /// Lists queries as typed that were read as something else, on stderr
    #[arg(long)]
    list: bool,
    /// Asks nothing of the collections, but one query for each of the 2,000 first foreign words in
    /// lines of word, count and 0 for foreign, separated by tabs; lists those read as something else
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
}

/// One line of the table.
#[derive(Debug, Serialize)]
struct Row {
    collection: String,
    variant: String,
    queries: usize,
    default: f64,
    folded: f64,
    vietsearch: f64,
    /// Ours less the better baseline.
    difference: f64,
    /// Of that difference.
    p: f64,
    /// Ours divided by ours on the queries as typed.
    ratio: f64,
    /// Queries as typed that were read as something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_otherwise: Option<usize>,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    if let Some(path) = &arguments.words {
        return words(path);
    }
    let news = arguments.news.clone();
    let news = news.unwrap_or_else(|| arguments.folder.join("../news/vietnews.val.jsonl.gz"));
    let mut collections = vec![Collection::demo()?];
    if arguments.folder.is_dir() {
        for folder in folders(&arguments.folder)? {
            match Collection::open(&folder, &news) {
                Ok(collection) => collections.push(collection),
                Err(error) => eprintln!("skipped {}: {error}", folder.display()),
            }
        }
    } else {
        eprintln!("skipped {}: no such folder", arguments.folder.display());
    }
    let wanted =
        |name: &str, list: &[String]| list.is_empty() || list.iter().any(|one| one == name);
    collections.retain(|collection| wanted(&collection.name, &arguments.collections));
    for collection in &mut collections {
        collection
            .variants
            .retain(|(name, _)| name == AS_TYPED || wanted(name, &arguments.variants));
    }
    if !arguments.json {
        println!(
            "| collection | variant | queries | default | folded | vietsearch | − better | p | of typed | read |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
    }
    let bar = progress(&collections);
    for collection in &collections {
        for row in run(collection, &arguments, &bar)? {
            bar.suspend(|| print(&row, arguments.json))?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// One step for each index and each variant of each engine.
fn progress(collections: &[Collection]) -> ProgressBar {
    let engines = 1 + TOKENIZERS.len();
    let steps = collections
        .iter()
        .map(|collection| engines * (1 + collection.variants.len()));
    let bar = ProgressBar::new(steps.sum::<usize>() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn print(row: &Row, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string(row)?);
        return Ok(());
    }
    let read = row
        .read_otherwise
        .map_or(String::new(), |count| count.to_string());
    println!(
        "| {} | {} | {} | {:.4} | {:.4} | {:.4} | {:+.4} | {:.4} | {:.4} | {read} |",
        row.collection,
        row.variant,
        row.queries,
        row.default,
        row.folded,
        row.vietsearch,
        row.difference,
        row.p,
        row.ratio,
    );
    Ok(())
}

/// All variants of a collection, ours first: each engine's index is dropped before the next is made.
fn run(
    collection: &Collection,
    arguments: &Arguments,
    bar: &ProgressBar,
) -> Result<Vec<Row>, Failure> {
    let depth = usize::from(arguments.depth);
    let step = |engine: &str, what: &str| {
        bar.set_message(format!("{} {engine} {what}", collection.name));
        bar.inc(1);
    };
    let scores = |engine: &str, variant: &str, queries: &[Query], answer: &Answer<'_>| {
        step(engine, variant);
        let ranked = queries
            .par_iter()
            .map(|(id, text)| Ok((id.clone(), answer(text)?)));
        let rankings: Rankings = ranked.collect::<Result<_, Failure>>()?;
        if let Some(folder) = &arguments.runs {
            let name = format!("{}.{variant}.{engine}.run", collection.name);
            write_run(&folder.join(name), engine, &rankings)?;
        }
        Ok::<_, Failure>(collection.judgements.scores(&rankings))
    };

    step("vietsearch", "index");
    let searcher = searcher(collection.articles())?;
    let mut ours = Vec::new();
    let mut read_otherwise = None;
    for (variant, queries) in &collection.variants {
        let answer = |text: &str| top_ids(&searcher, text, depth);
        ours.push(scores("vietsearch", variant, queries, &answer)?);
        if variant == AS_TYPED {
            let queries = queries.iter().map(|(_, text)| text.as_str());
            let found = otherwise(&searcher, queries)?;
            read_otherwise = Some(found.len());
            if arguments.list {
                bar.suspend(|| list(&found));
            }
        }
    }
    drop(searcher);

    let mut baselines = Vec::new();
    for tokenizer in TOKENIZERS {
        step(tokenizer, "index");
        let rival = Rival::create(None, tokenizer)?;
        let mut writer = rival.index.writer_with_num_threads(1, MEMORY)?;
        for article in collection.articles() {
            rival.add(&writer, &article)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let searcher = rival.index.reader()?.searcher();
        let answer = |text: &str| -> Result<Vec<String>, Failure> {
            let found = rival.top(&searcher, text, depth)?;
            let keys = found.into_iter().map(|(_, at)| rival.key(&searcher, at));
            Ok(keys.collect::<Result<_, _>>()?)
        };
        let mut variants = Vec::new();
        for (variant, queries) in &collection.variants {
            variants.push(scores(tokenizer, variant, queries, &answer)?);
        }
        baselines.push(variants);
    }

    let as_typed = ours.first().map_or(0.0, |scores| mean(scores));
    let mut rows = Vec::new();
    let [default, folded] = &baselines[..] else {
        return Err("want two baselines".into());
    };
    for ((((variant, _), ours), default), folded) in collection
        .variants
        .iter()
        .zip(&ours)
        .zip(default)
        .zip(folded)
    {
        let better = if mean(default) >= mean(folded) {
            default
        } else {
            folded
        };
        rows.push(Row {
            collection: collection.name.clone(),
            variant: variant.clone(),
            queries: ours.len(),
            default: mean(default),
            folded: mean(folded),
            vietsearch: mean(ours),
            difference: mean(ours) - mean(better),
            p: randomization_test(ours, better, DRAWS, SEED),
            ratio: mean(ours) / as_typed,
            read_otherwise: read_otherwise.filter(|_| variant == AS_TYPED),
        });
    }
    Ok(rows)
}

/// The ids of a query's hits, best first, by the id of the query.
type Rankings = HashMap<String, Vec<String>>;

fn write_run(path: &Path, engine: &str, rankings: &Rankings) -> Result<(), Failure> {
    let file = fs::File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut run = BufWriter::new(file);
    for (query, ids) in rankings {
        for (place, id) in ids.iter().enumerate() {
            let rank = place + 1;
            // Scores say the order only.
            writeln!(run, "{query} Q0 {id} {rank} {} {engine}", ids.len() - place)?;
        }
    }
    Ok(run.flush()?)
}

/// Ids of the hits of a query, best first.
type Answer<'a> = dyn Fn(&str) -> Result<Vec<String>, Failure> + Sync + 'a;

fn searcher(articles: impl Iterator<Item = vietsearch::Article>) -> Result<NewsSearcher, Failure> {
    let index = NewsIndex::create_in_ram()?;
    let mut writer = index.writer(WriterOptions::default())?;
    writer.add_all(articles)?;
    writer.finish()?;
    Ok(NewsSearcher::new(&index)?)
}

/// As `vietsearch batch` asks.
fn top_ids(searcher: &NewsSearcher, text: &str, depth: usize) -> Result<Vec<String>, Failure> {
    let request = SearchRequest::new(text)
        .with_limit(depth)
        .with_require(Require::Any);
    let hits = searcher.top_ids(&request)?;
    Ok(hits.into_iter().map(|(id, _)| id).collect())
}

/// Queries that are read as something else, and as what.
fn otherwise<'q>(
    searcher: &NewsSearcher,
    queries: impl Iterator<Item = &'q str>,
) -> Result<Vec<(&'q str, String)>, Failure> {
    let mut found = Vec::new();
    for query in queries {
        let response = searcher.search(&SearchRequest::new(query).with_limit(1))?;
        found.extend(response.interpreted_as.map(|meant| (query, meant)));
    }
    Ok(found)
}

fn list(found: &[(&str, String)]) {
    for (query, meant) in found {
        eprintln!("{query} → {meant}");
    }
}

/// The line "no harm": how a query is read does not depend on what is indexed.
fn words(path: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let words = text.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let (word, _, known) = (columns.next()?, columns.next()?, columns.next()?);
        (known == "0" && word.is_ascii() && word.len() >= 4).then_some(word)
    });
    let words: Vec<&str> = words.take(2000).collect();
    let searcher = searcher(vietsearch::demo::articles().into_iter())?;
    let found = otherwise(&searcher, words.iter().copied())?;
    list(&found);
    println!(
        "{} of {} words read as something else",
        found.len(),
        words.len()
    );
    Ok(())
}
