//! What a collection costs as it grows: time, memory, space and latency beside tantivy's default
//! tokenizer.
//!
//! ```text
//! scale table     --work DIR [--articles 100000,1000000] [--threads 2] [--memory 256] INPUT...
//! scale feed      --work DIR [--minutes 60] [--articles 100000] [--every 100] INPUT...
//! scale analysis  [--articles 1000] INPUT...
//! scale recombine [--articles 1000] [--seed 1] INPUT... > articles.jsonl
//! ```
//!
//! The articles are made of the sentences of INPUT, drawn by a seed: as many as are asked for, the same
//! on every run and for both engines. `table` makes them while it indexes, in one process for each
//! engine and size, and removes each index; `feed` commits often for long and searches; `analysis`
//! compares one thread that analyses with two; `recombine` writes the articles. Options `--engines`
//! and `--pool` (megabytes of text that sentences are drawn from) narrow a run.
//!
//! Seconds on a machine that does something else say little: compare within a run. Processor time of
//! threads that merge is told apart, by their names.

use std::collections::HashMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand};
use rayon::prelude::*;
use vietsearch::index::Analyzer;
use vietsearch::ingest::{self, Entry, Options};
use vietsearch::text::Scanner;
use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, SearchThreads, WriterOptions};
use vietsearch_benches::rival::Rival;

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Print the table
    Table(TableArguments),
    /// Commit often for long, and search
    Feed(FeedArguments),
    /// Compare one thread that analyses with two
    Analysis(Selection),
    /// Write articles as JSON lines
    Recombine(Selection),
    /// Print one row
    #[command(hide = true)]
    Row(RowArguments),
}

/// What articles are made of.
#[derive(Args, Clone)]
struct Source {
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Megabytes of text to draw sentences from
    #[arg(long, default_value_t = 32)]
    pool: usize,
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
}

/// How many articles, and what they are made of.
#[derive(Args)]
struct Selection {
    /// Articles to make
    #[arg(long, default_value_t = 1000)]
    articles: u64,
    #[command(flatten)]
    source: Source,
}

#[derive(Args)]
struct TableArguments {
    /// Where indexes are written, outside of the repository
    #[arg(long)]
    work: PathBuf,
    #[arg(long, value_delimiter = ',', default_value = "100000")]
    articles: Vec<u64>,
    #[arg(long, value_delimiter = ',', default_value = "vietsearch,default")]
    engines: Vec<String>,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    #[arg(long, default_value_t = 256)]
    memory: usize,
    #[command(flatten)]
    source: Source,
}

#[derive(Args)]
struct FeedArguments {
    /// Where the index is written, outside of the repository
    #[arg(long)]
    work: PathBuf,
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// Articles that a commit makes visible
    #[arg(long, default_value_t = 100)]
    every: usize,
    /// Articles that are there at the beginning
    #[arg(long, default_value_t = 100_000)]
    articles: u64,
    #[command(flatten)]
    source: Source,
}

#[derive(Args)]
struct RowArguments {
    #[arg(long)]
    index: PathBuf,
    #[arg(long)]
    engine: String,
    #[arg(long)]
    threads: usize,
    #[arg(long)]
    memory: usize,
    #[arg(long)]
    articles: u64,
    #[command(flatten)]
    source: Source,
}

fn main() -> Result<(), Failure> {
    match Arguments::parse().command {
        Task::Table(arguments) => table(&arguments),
        Task::Feed(arguments) => feed(&arguments),
        Task::Analysis(arguments) => analysis(&arguments),
        Task::Recombine(arguments) => recombine(&arguments),
        Task::Row(arguments) => row(&arguments),
    }
}

fn table(arguments: &TableArguments) -> Result<(), Failure> {
    println!(
        "| engine | articles | raw MB | s | µs/article, merging apart | merging, µs/article | RssAnon MB | index/raw | \
         open ms | p50 ms | p99 ms | with two threads | worst ms |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    );
    for articles in &arguments.articles {
        for engine in &arguments.engines {
            let index = arguments.work.join(format!("{engine}-{articles}"));
            let mut child = Command::new(std::env::current_exe()?);
            child.arg("row").arg("--index").arg(&index);
            for (name, value) in [
                ("--engine", engine.clone()),
                ("--threads", arguments.threads.to_string()),
                ("--memory", arguments.memory.to_string()),
                ("--articles", articles.to_string()),
                ("--seed", arguments.source.seed.to_string()),
                ("--pool", arguments.source.pool.to_string()),
            ] {
                child.args([name, &value]);
            }
            let status = child.args(&arguments.source.inputs).status()?;
            std::fs::remove_dir_all(&index).ok();
            if !status.success() {
                return Err(format!("{engine} with {articles} articles: {status}").into());
            }
        }
    }
    Ok(())
}

/// Searches after each commit.
const SEARCHES: usize = 10;

fn feed(arguments: &FeedArguments) -> Result<(), Failure> {
    let path = arguments.work.join("feed");
    std::fs::create_dir_all(&path)?;
    let mut articles = Recombined::new(&arguments.source)?;
    let queries = queries(&articles);
    let mut queries = queries.iter().cycle();
    let index = NewsIndex::create(&path)?;
    let mut writer = index.writer(WriterOptions::default())?;
    for article in articles.by_ref().take(arguments.articles as usize) {
        writer.add(article)?;
    }
    writer.commit()?;
    println!(
        "| minute | articles | segments | commits | add and commit ms, p50 and p99 | search ms, p50 and p99 | RssAnon MB |\n\
         |---|---|---|---|---|---|---|"
    );
    for minute in 1..=arguments.minutes {
        let began = Instant::now();
        let (mut commits, mut searches) = (Vec::new(), Vec::new());
        while began.elapsed() < Duration::from_secs(60) {
            let started = Instant::now();
            for article in articles.by_ref().take(arguments.every) {
                writer.add(article)?;
            }
            writer.commit()?;
            commits.push(started.elapsed().as_secs_f64() * 1e3);
            index.reload()?;
            let searcher = NewsSearcher::new(&index)?;
            for query in queries.by_ref().take(SEARCHES) {
                let started = Instant::now();
                searcher.search(&SearchRequest::new(query))?;
                searches.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
        println!(
            "| {minute} | {} | {} | {} | {:.0}, {:.0} | {:.2}, {:.2} | {:.0} |",
            index.num_docs(),
            index.searcher().segment_readers().len(),
            commits.len(),
            share(&mut commits, 0.5),
            share(&mut commits, 0.99),
            share(&mut searches, 0.5),
            share(&mut searches, 0.99),
            anonymous_bytes() as f64 / 1e6,
        );
    }
    drop(writer);
    Ok(std::fs::remove_dir_all(&path)?)
}

/// The value that this share of the values is below.
fn share(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * share) as usize;
    values.get(at).copied().unwrap_or(0.0)
}

/// Rounds of each number of threads, in turn; the median counts.
const ROUNDS: usize = 5;

fn analysis(arguments: &Selection) -> Result<(), Failure> {
    let articles = Recombined::new(&arguments.source)?.take(arguments.articles as usize);
    let articles: Vec<Article> = articles.collect();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let mut pools = [(1, pool(1)?, Vec::new()), (2, pool(2)?, Vec::new())];
    // One for each thread, as a writer has them: what they have learned of the text stays.
    let analyzers: [Mutex<Analyzer>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (_, pool, seconds) in &mut pools {
            let started = Instant::now();
            let bytes: usize = pool.install(|| {
                let sequences = articles.par_iter().map(|article| {
                    let thread = rayon::current_thread_index().unwrap_or(0);
                    let analyzer = analyzers.get(thread).map(Mutex::lock);
                    let analyzer =
                        analyzer.map(|lock| lock.unwrap_or_else(PoisonError::into_inner));
                    analyzer.map_or(0, |mut analyzer| analyzer.terms(article).sequence().len())
                });
                sequences.sum()
            });
            assert!(bytes > 0, "articles have words");
            seconds.push(started.elapsed().as_secs_f64());
        }
    }
    println!("| threads | s | times as fast as one |\n|---|---|---|");
    let mut alone = None;
    for (threads, _, mut seconds) in pools {
        let middle = share(&mut seconds, 0.5);
        let alone = *alone.get_or_insert(middle);
        println!("| {threads} | {middle:.2} | {:.2} |", alone / middle);
    }
    Ok(())
}

fn recombine(arguments: &Selection) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for article in Recombined::new(&arguments.source)?.take(arguments.articles as usize) {
        serde_json::to_writer(&mut out, &article)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Articles of sentences that are drawn.
struct Recombined {
    titles: Vec<String>,
    leads: Vec<String>,
    sentences: Vec<String>,
    /// Sentences of the articles that these come from.
    lengths: Vec<usize>,
    random: fastrand::Rng,
    number: u64,
}

impl Recombined {
    fn new(source: &Source) -> Result<Self, Failure> {
        let mut made = Self {
            titles: Vec::new(),
            leads: Vec::new(),
            sentences: Vec::new(),
            lengths: Vec::new(),
            random: fastrand::Rng::with_seed(source.seed),
            number: 0,
        };
        let mut bytes = 0;
        for entry in ingest::read(source.inputs.clone(), &Options::default()) {
            let Entry::Article { article, .. } = entry else {
                continue;
            };
            bytes += article.text_bytes();
            made.titles.extend(article.title);
            made.leads.extend(article.lead);
            let before = made.sentences.len();
            let body = article.body.unwrap_or_default();
            // A full stop before a capital is near enough to the end of a sentence.
            let mut start = 0;
            for (at, _) in body.match_indices(". ").chain(body.match_indices('\n')) {
                let is_end = body[at..].trim_start_matches(['.', ' ', '\n']);
                if at > start + 20 && is_end.chars().next().is_some_and(char::is_uppercase) {
                    made.sentences.push(body[start..at].trim().to_string());
                    start = at + 1;
                }
            }
            made.sentences.push(body[start..].trim().to_string());
            made.lengths.push(made.sentences.len() - before);
            if bytes > source.pool << 20 {
                break;
            }
        }
        if made.titles.is_empty() || made.sentences.is_empty() {
            return Err("the inputs hold no article with a title and a body".into());
        }
        Ok(made)
    }
}

impl Iterator for Recombined {
    type Item = Article;

    fn next(&mut self) -> Option<Article> {
        let Self {
            titles,
            leads,
            sentences,
            lengths,
            random,
            number,
        } = self;
        let title = random.choice(titles.iter())?.clone();
        let count = *random.choice(lengths.iter())?;
        let mut body = String::new();
        for _ in 0..count {
            body.push_str(random.choice(sentences.iter())?);
            body.push_str(". ");
        }
        let mut article = Article::new(title, body).with_id(format!("s{number}"));
        if let Some(lead) = random.choice(leads.iter()) {
            article = article.with_lead(lead.clone());
        }
        *number += 1;
        Some(article)
    }
}

/// Looks at this process while it works: anonymous memory and the time of threads that merge.
struct Watch {
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: std::thread::JoinHandle<u64>,
}

impl Watch {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let peak = Arc::new(AtomicU64::new(0));
        let (stopped, most) = (Arc::clone(&stop), Arc::clone(&peak));
        let thread = std::thread::spawn(move || {
            let mut merging: HashMap<String, u64> = HashMap::new();
            while !stopped.load(Ordering::Relaxed) {
                most.fetch_max(anonymous_bytes(), Ordering::Relaxed);
                add_merging(&mut merging);
                std::thread::sleep(Duration::from_millis(20));
            }
            merging.values().sum()
        });
        Self { stop, peak, thread }
    }

    /// The peak in bytes and the nanoseconds of merging.
    fn end(self) -> (u64, u64) {
        self.stop.store(true, Ordering::Relaxed);
        let merging = self.thread.join().unwrap_or(0);
        (self.peak.load(Ordering::Relaxed), merging)
    }
}

fn anonymous_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok());
    kilobytes.unwrap_or(0_u64) * 1024
}

/// Notes how long each thread that merges has worked.
fn add_merging(merging: &mut HashMap<String, u64>) {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else {
        return;
    };
    for task in tasks.flatten() {
        let read = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
        if read("comm").starts_with("merge_thread")
            && let Some(Ok(worked)) = read("schedstat").split(' ').next().map(str::parse)
        {
            merging.insert(task.file_name().to_string_lossy().into_owned(), worked);
        }
    }
}

/// Processor time of this process in nanoseconds.
fn worked() -> u64 {
    let tasks = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name: 11 fields on are the ticks in the program and in the system.
    let fields: Vec<u64> = tasks
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    fields.iter().sum::<u64>() * 10_000_000
}

/// The name of what is compared with tokenizers of tantivy.
const OURS: &str = "vietsearch";

fn row(arguments: &RowArguments) -> Result<(), Failure> {
    let articles = Recombined::new(&arguments.source)?;
    let queries = queries(&articles);
    let count = arguments.articles;
    std::fs::create_dir_all(&arguments.index)?;
    let base = anonymous_bytes();
    let (began, before) = (Instant::now(), worked());
    let watch = Watch::start();
    let articles = articles.take(count as usize);
    let memory = arguments.memory * 1_000_000;
    let raw = match arguments.engine.as_str() {
        OURS => with_vietsearch(&arguments.index, articles, arguments.threads, memory)?,
        tokenizer => with_rival(
            &arguments.index,
            tokenizer,
            articles,
            arguments.threads,
            memory,
        )?,
    };
    let seconds = began.elapsed().as_secs_f64();
    let all = worked() - before;
    let (peak, merging) = watch.end();
    let bytes = folder_bytes(&arguments.index)?;
    let opening = Instant::now();
    let mut search = searcher(arguments, None)?;
    let opened = opening.elapsed();
    let [middle, slowest] = latencies(&mut search, &queries)?;
    let mut worst = Vec::new();
    // tantivy takes minutes for some of them: a union of ten thousand lists.
    let is_ours = arguments.engine == OURS;
    let together = match is_ours {
        true => {
            let mut search = searcher(arguments, Some(SearchThreads::new(2)?))?;
            let [middle, slowest] = latencies(&mut search, &queries)?;
            format!("{middle:.2}, {slowest:.2}")
        }
        false => "–".to_string(),
    };
    for query in worst_queries().into_iter().filter(|_| is_ours) {
        let started = Instant::now();
        // Some exceed a limit, which is an answer.
        let _ = search(&query);
        worst.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let worst = worst.into_iter().reduce(f64::max);
    let worst = worst.map_or("–".to_string(), |worst| format!("{worst:.0}"));
    println!(
        "| {} | {count} | {:.0} | {seconds:.1} | {:.0} | {:.0} | {:.0} | {:.3} | {:.1} | {:.2} | {:.2} | {together} | {worst} |",
        arguments.engine,
        raw as f64 / 1e6,
        all.saturating_sub(merging) as f64 / 1e3 / count as f64,
        merging as f64 / 1e3 / count as f64,
        peak.saturating_sub(base) as f64 / 1e6,
        bytes as f64 / raw as f64,
        opened.as_secs_f64() * 1e3,
        middle,
        slowest,
    );
    Ok(())
}

fn with_vietsearch(
    path: &Path,
    articles: impl Iterator<Item = Article>,
    threads: usize,
    memory: usize,
) -> Result<u64, Failure> {
    let index = NewsIndex::create(path)?;
    let options = WriterOptions::default()
        .with_threads(threads)
        .with_memory_bytes(memory);
    let mut writer = index.writer(options)?;
    let mut raw = 0;
    for article in articles {
        raw += article.text_bytes() as u64;
        writer.add(article)?;
    }
    writer.finish()?;
    Ok(raw)
}

fn with_rival(
    path: &Path,
    tokenizer: &str,
    articles: impl Iterator<Item = Article>,
    threads: usize,
    memory: usize,
) -> Result<u64, Failure> {
    let rival = Rival::create(Some(path), tokenizer)?;
    let mut writer = rival.index.writer_with_num_threads(threads, memory)?;
    let mut raw = 0;
    for article in articles {
        raw += article.text_bytes() as u64;
        rival.add(&writer, &article)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(raw)
}

type Search = Box<dyn FnMut(&str) -> Result<(), Failure>>;

/// The latency in milliseconds that half of the queries stay below, and that of 99 in 100.
fn latencies(search: &mut Search, queries: &[String]) -> Result<[f64; 2], Failure> {
    let mut times = Vec::new();
    // The first round brings files into memory.
    for _ in 0..2 {
        times.clear();
        for query in queries {
            let started = Instant::now();
            search(query)?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok([0.5, 0.99].map(|part| share(&mut times, part)))
}

fn searcher(arguments: &RowArguments, threads: Option<SearchThreads>) -> Result<Search, Failure> {
    if arguments.engine == OURS {
        let mut searcher = NewsSearcher::new(&NewsIndex::open(&arguments.index)?)?;
        if let Some(threads) = threads {
            searcher = searcher.with_threads(threads);
        }
        return Ok(Box::new(move |query| {
            searcher.search(&SearchRequest::new(query))?;
            Ok(())
        }));
    }
    let rival = Rival::open(&arguments.index)?;
    let searcher = rival.index.reader()?.searcher();
    Ok(Box::new(move |query| {
        rival.top(&searcher, query, 10)?;
        Ok(())
    }))
}

/// Two to four neighbouring words of headlines.
fn queries(articles: &Recombined) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut scanner = Scanner::new();
    let mut queries = Vec::new();
    while queries.len() < 300 {
        let Some(title) = random.choice(articles.titles.iter()) else {
            break;
        };
        let mut words = Vec::new();
        let mut tokens = scanner.scan(title);
        while let Some(token) = tokens.next() {
            words.push(title.get(token.start..token.end).unwrap_or("").to_string());
        }
        let first = random.usize(0..words.len().max(1));
        let count = random.usize(2..=4);
        queries.push(
            words
                .into_iter()
                .skip(first)
                .take(count)
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    queries
}

/// What nobody means well: single letters, beginnings, the most frequent words, long lists.
fn worst_queries() -> Vec<String> {
    let letters = "a b c d e g h i k l m n o p q r s t u v x y";
    vec![
        letters.to_string(),
        letters.repeat(40),
        "a* b* c* d* e* g* h* i* k* l* m* n* o* p* q* t*".to_string(),
        "t* ".repeat(250),
        "t* ".repeat(10_000),
        "của và là có được cho các trong không một người".to_string(),
        "\"của các\" \"và là\" \"trong một\"".to_string(),
        "cua va la co duoc cho cac trong khong mot nguoi ".repeat(20),
    ]
}

fn folder_bytes(path: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}
