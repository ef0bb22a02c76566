//! `vietsearch batch`: a file of queries answered as a TREC run, and timed.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};

use serde::Serialize;
use vietsearch::index::NewsIndex;
use vietsearch::query::{NewsSearcher, Require, SearchRequest};

use crate::arguments::BatchArguments;
use crate::error::{Failure, Result};
use crate::output::say;
use crate::queries::QueryFile;

/// What is told of the run on stderr.
#[derive(Serialize)]
struct Summary {
    queries: usize,
    p50_us: f64,
    p99_us: f64,
}

pub(crate) fn run(arguments: &BatchArguments) -> Result<()> {
    let index = NewsIndex::open(&arguments.index)?;
    let searcher = NewsSearcher::new(&index)?;
    searcher.warm_up()?;
    let mut queries = QueryFile::open(&arguments.queries)?;
    if let (Ok(queries), Ok(run)) = (
        arguments.queries.canonicalize(),
        arguments.run.canonicalize(),
    ) && queries == run
    {
        let message = "--run would overwrite --queries: name another file";
        return Err(Failure::Usage(message.to_string()));
    }
    let failed = |error| Failure::file("write", &arguments.run, &error);
    let run = File::create(&arguments.run).map_err(failed)?;
    let mut run = BufWriter::with_capacity(1 << 16, run);
    let tag = column(&arguments.tag);
    let mut times = Vec::new();
    while let Some(query) = queries.next()? {
        let request = SearchRequest::new(query.text)
            .with_limit(arguments.hits)
            .with_require(Require::Any);
        let start = Instant::now();
        match searcher.top_ids(&request) {
            Ok(hits) => {
                times.push(start.elapsed());
                write_hits(&mut run, &column(&query.id), &hits, &tag).map_err(failed)?;
            }
            Err(error) => queries.reject(&error.to_string()),
        }
    }
    run.flush().map_err(failed)?;
    let finished = queries.finish(times.len());
    times.sort_unstable();
    let summary = Summary {
        queries: times.len(),
        p50_us: percentile(&times, 50),
        p99_us: percentile(&times, 99),
    };
    let summary = serde_json::to_string(&summary)?;
    say(format_args!("{summary}"));
    finished
}

/// A TREC line is split at white space: in a column it is percent-encoded.
fn column(text: &str) -> String {
    let mut column = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            for byte in character.encode_utf8(&mut buffer).bytes() {
                column.push_str(&format!("%{byte:02X}"));
            }
        } else {
            column.push(character);
        }
    }
    column
}

fn write_hits(
    run: &mut dyn Write,
    query: &str,
    hits: &[(String, f32)],
    tag: &str,
) -> io::Result<()> {
    for (position, (id, score)) in hits.iter().enumerate() {
        let rank = position + 1;
        writeln!(run, "{query} Q0 {} {rank} {score:.6} {tag}", column(id))?;
    }
    Ok(())
}

/// The nearest-rank percentile of sorted times, in microseconds to one decimal.
fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    let time = sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default();
    (time.as_secs_f64() * 1e7).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_one_column() {
        assert_eq!(column("bài số 7\n%"), "bài%20số%207%0A%");
        let mut run = Vec::new();
        write_hits(&mut run, "q1", &[("a b".to_string(), 1.5)], "thử").unwrap();
        assert_eq!(
            String::from_utf8(run).unwrap(),
            "q1 Q0 a%20b 1 1.500000 thử\n"
        );
    }

    #[test]
    fn percentiles_by_nearest_rank() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_micros).collect();
        assert_eq!(
            (percentile(&times, 50), percentile(&times, 99)),
            (100.0, 198.0)
        );
        assert_eq!(percentile(&times[..1], 99), 1.0);
        assert_eq!(percentile(&[], 50), 0.0);
    }
}
