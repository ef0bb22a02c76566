//! The table of ratios: how often an engine reads a text while the reference reads it once.
//!
//! ```text
//! cargo run --release -p vietsearch-benches --bin ratios [-- ROUNDS [MEGABYTES [NAME...]]]
//! ```
//!
//! In each round every engine reads each piece of the text (about 20 kB) once, one engine after the
//! other, so that what slows the machine down slows all of them. The time of a piece is the median
//! over the rounds, the time of the text the sum over its pieces: an interruption hits one piece in
//! one round, and leaves the median alone. Before a piece an engine reads the piece before it, which
//! is not timed, so that what others have left in the caches does not count. NAMEs choose engines whose name has one of them in it. The
//! decomposed and the unmarked text hold the same articles as `news`: their ratios are to the
//! reference on `news`. The segmenter is measured afterwards beside the reference alone, for its tables
//! fill the caches.

#![allow(
    clippy::indexing_slicing,
    reason = "a developer's tool that is to stop at the first surprise"
)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use vietsearch_benches::engines::{self, Engine, REFERENCE};
use vietsearch_benches::inputs::{Input, texts};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, usual: usize| match arguments.get(place) {
        Some(argument) => argument.parse().ok().filter(|number| *number > 0),
        None => Some(usual),
    };
    let (Some(rounds), Some(megabytes)) = (number(0, 15), number(1, 4)) else {
        eprintln!("usage: ratios [ROUNDS [MEGABYTES [NAME...]]]");
        return ExitCode::from(2);
    };
    let names = arguments.get(2..).unwrap_or(&[]);
    println!("{rounds} rounds of {megabytes} MB; {}", cpu());
    let (mut on_news, mut again_on_news) = (None, None);
    for input in texts(megabytes * 1_000_000) {
        let chosen = |engine: &Engine| {
            names.is_empty()
                || engine.name == REFERENCE
                || names.iter().any(|name| engine.name.contains(name.as_str()))
        };
        let chosen_of = |engines: Vec<Engine>| engines.into_iter().filter(chosen).collect();
        let times = measure(&input, rounds, chosen_of(engines::all()));
        print(&input, &times, reference_for(&input, &times, &mut on_news));
        // In a run of its own, beside the reference.
        if let Some(segmenter) = engines::segmenter().filter(chosen) {
            let mut engines = vec![segmenter];
            engines.extend(
                engines::all()
                    .into_iter()
                    .filter(|engine| engine.name == REFERENCE),
            );
            let times = measure(&input, rounds, engines);
            print(
                &input,
                &times,
                reference_for(&input, &times, &mut again_on_news),
            );
        }
    }
    ExitCode::SUCCESS
}

/// The reference's time on the input, or on `news` for the other forms of its articles.
fn reference_for(
    input: &Input,
    times: &[(&str, Duration)],
    on_news: &mut Option<Duration>,
) -> Duration {
    let own = times.iter().find(|(name, _)| *name == REFERENCE);
    let own = own.map_or(Duration::ZERO, |(_, time)| *time);
    match input.name.starts_with("news") {
        true => *on_news.get_or_insert(own),
        false => own,
    }
}

/// Bytes that are read by one engine before the next one has its turn: less than the system gives a
/// program before it interrupts it.
const PIECE_BYTES: usize = 20_000;

/// The time that each engine takes for the whole input.
fn measure(
    input: &Input,
    rounds: usize,
    mut engines: Vec<Engine>,
) -> Vec<(&'static str, Duration)> {
    let expected: Vec<usize> = engines
        .iter_mut()
        .map(|engine| engine.expected(input))
        .collect();
    let mut totals = vec![Duration::ZERO; engines.len()];
    let mut counts = vec![0; engines.len()];
    let pieces = pieces(&input.texts);
    let befores = pieces.iter().cycle().skip(pieces.len() - 1);
    for (piece, before) in pieces.iter().zip(befores) {
        let mut times = vec![Vec::with_capacity(rounds); engines.len()];
        for round in 0..=rounds {
            for (place, engine) in engines.iter_mut().enumerate() {
                // In the state in which it comes to the piece: its tables in the cache, not those of
                // the engine before it.
                black_box(engine.read(before));
                let began = Instant::now();
                let count = engine.read(piece);
                let time = began.elapsed();
                // The first round warms up.
                match round {
                    0 => counts[place] += count,
                    _ => times[place].push(time),
                }
            }
        }
        for (total, times) in totals.iter_mut().zip(times) {
            *total += median(times);
        }
    }
    assert_eq!(counts, expected, "tokens of {engines:?} on {}", input.name);
    let names = engines.iter().map(|engine| engine.name);
    names.zip(totals).collect()
}

/// Cuts the texts into pieces of about the same size.
fn pieces(mut texts: &[String]) -> Vec<&[String]> {
    let mut pieces = Vec::new();
    while !texts.is_empty() {
        let mut bytes = 0;
        let fits = |text: &&String| {
            let more = bytes < PIECE_BYTES;
            bytes += text.len();
            more
        };
        let (piece, rest) = texts.split_at(texts.iter().take_while(fits).count());
        pieces.push(piece);
        texts = rest;
    }
    pieces
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn print(input: &Input, times: &[(&str, Duration)], reference: Duration) {
    println!();
    println!(
        "| {} ({} bytes, {} texts, {} tokens) | × reference | MB/s | ns/token |",
        input.name,
        input.bytes,
        input.texts.len(),
        input.tokens
    );
    println!("|---|---|---|---|");
    for (name, time) in times {
        let seconds = time.as_secs_f64().max(1e-9);
        println!(
            "| {name} | {:.2} | {:.0} | {:.1} |",
            reference.as_secs_f64() / seconds,
            input.bytes as f64 / seconds / 1e6,
            seconds * 1e9 / input.tokens.max(1) as f64
        );
    }
}

/// The name of the processor, where the system tells it.
fn cpu() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = information
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.map_or("unknown CPU", |rest| {
        rest.trim_start_matches(['\t', ' ', ':'])
    });
    name.to_string()
}
