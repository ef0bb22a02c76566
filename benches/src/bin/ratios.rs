//! The table of ratios: how often an engine reads a text while the reference reads it once.
//!
//! ```text
//! cargo run --release -p vietsearch-benches --bin ratios [-- ROUNDS [MEGABYTES [NAME...]]]
//! ```
//!
//! In each round every engine reads the text once, one after the other, so that what slows the
//! machine down slows all of them; a figure is the quotient of two medians over the rounds. NAMEs
//! choose engines whose name has one of them in it. The decomposed and the unmarked text hold the
//! same articles as `news`: their ratios are to the reference on `news`.

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
    let mut on_news = None;
    for input in texts(megabytes * 1_000_000) {
        let times = measure(&input, rounds, names);
        let own = times.iter().find(|(name, _)| *name == REFERENCE);
        let own = own.map_or(Duration::ZERO, |(_, time)| *time);
        let reference = match input.name.starts_with("news") {
            true => *on_news.get_or_insert(own),
            false => own,
        };
        print(&input, &times, reference);
    }
    ExitCode::SUCCESS
}

/// The median time of each engine.
fn measure(input: &Input, rounds: usize, names: &[String]) -> Vec<(&'static str, Duration)> {
    let chosen = |engine: &Engine| {
        names.is_empty()
            || engine.name == REFERENCE
            || names.iter().any(|name| engine.name.contains(name.as_str()))
    };
    let mut engines: Vec<Engine> = engines::all().into_iter().filter(chosen).collect();
    let expected: Vec<usize> = engines
        .iter_mut()
        .map(|engine| engine.expected(input))
        .collect();
    let mut times = vec![Vec::with_capacity(rounds); engines.len()];
    for round in 0..=rounds {
        for ((engine, expected), times) in engines.iter_mut().zip(&expected).zip(&mut times) {
            let began = Instant::now();
            let count = engine.run(input);
            let time = began.elapsed();
            assert_eq!(count, *expected, "{engine:?} on {}", input.name);
            // The first round warms up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let names = engines.iter().map(|engine| engine.name);
    names.zip(times.into_iter().map(median)).collect()
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
