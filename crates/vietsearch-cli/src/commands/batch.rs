//! `vietsearch batch`: a file of queries answered as a TREC run, and timed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use vietsearch::index::NewsIndex;
use vietsearch::query::{NewsSearcher, Require, SearchRequest};

use crate::arguments::BatchArguments;
use crate::error::{Failure, Result};
use crate::output::say;

/// Bad lines that are reported one by one.
const REPORTED: u64 = 20;

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
    let queries = File::open(&arguments.queries)
        .map_err(|error| Failure::file("open", &arguments.queries, &error))?;
    if let (Ok(queries), Ok(run)) = (
        arguments.queries.canonicalize(),
        arguments.run.canonicalize(),
    ) && queries == run
    {
        let message = "--run would overwrite --queries: name another file";
        return Err(Failure::Usage(message.to_string()));
    }
    let run = File::create(&arguments.run)
        .map_err(|error| Failure::file("write", &arguments.run, &error))?;

    let mut lines = BufReader::with_capacity(1 << 16, queries);
    let mut run = BufWriter::with_capacity(1 << 16, run);
    let tag = column(&arguments.tag);
    let mut times = Vec::new();
    let mut bytes = Vec::new();
    let mut number = 0_u64;
    let mut bad = 0_u64;
    loop {
        bytes.clear();
        lines
            .read_until(b'\n', &mut bytes)
            .map_err(|error| Failure::file("read", &arguments.queries, &error))?;
        if bytes.is_empty() {
            break;
        }
        number += 1;
        let line = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = read_query(line).and_then(|query| {
            let request = SearchRequest::new(query.text)
                .with_limit(arguments.hits)
                .with_require(Require::Any);
            let start = Instant::now();
            let hits = searcher
                .top_ids(&request)
                .map_err(|error| error.to_string())?;
            times.push(start.elapsed());
            Ok((query.id, hits))
        });
        match answer {
            Ok((id, hits)) => write_hits(&mut run, &column(&id), &hits, &tag)
                .map_err(|error| Failure::file("write", &arguments.run, &error))?,
            Err(reason) => {
                bad += 1;
                if bad <= REPORTED {
                    let place = arguments.queries.display();
                    say(format_args!("{place}:{number}: {reason}; skipped"));
                }
            }
        }
    }
    run.flush()
        .map_err(|error| Failure::file("write", &arguments.run, &error))?;
    if bad > REPORTED {
        say(format_args!("… and {} more bad lines", bad - REPORTED));
    }
    times.sort_unstable();
    let summary = Summary {
        queries: times.len(),
        p50_us: percentile(&times, 50),
        p99_us: percentile(&times, 99),
    };
    let summary = serde_json::to_string(&summary)?;
    say(format_args!("{summary}"));
    if times.is_empty() {
        return Err(Failure::Message(format!(
            "no query in {:?}: give one JSON object a line, with \"_id\" and \"text\"",
            arguments.queries
        )));
    }
    Ok(())
}

struct Query {
    id: String,
    text: String,
}

fn read_query(line: &[u8]) -> Result<Query, String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(serde_json::Number),
    }
    #[derive(Deserialize)]
    struct Raw {
        #[serde(rename = "_id")]
        beir_id: Option<Id>,
        id: Option<Id>,
        text: Option<String>,
    }
    let raw: Raw = serde_json::from_slice(line)
        .map_err(|error| format!("no query in JSON, {{\"_id\": …, \"text\": …}}: {error}"))?;
    let id = match raw.beir_id.or(raw.id) {
        Some(Id::Text(id)) if !id.trim().is_empty() => id,
        Some(Id::Number(id)) => id.to_string(),
        _ => return Err("the query has no \"_id\" or \"id\"".to_string()),
    };
    let text = raw.text.ok_or("the query has no \"text\"")?;
    Ok(Query { id, text })
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
    fn queries_are_read_by_either_id() {
        let query = read_query(r#"{"_id": "q1", "text": "giá vàng", "metadata": {}}"#.as_bytes());
        assert_eq!(
            query.map(|query| (query.id, query.text)),
            Ok(("q1".into(), "giá vàng".into()))
        );
        assert_eq!(
            read_query(br#"{"id": 7, "text": ""}"#).map(|query| query.id),
            Ok("7".into())
        );
    }

    #[test]
    fn bad_queries_say_why() {
        for (line, reason) in [
            ("{", "JSON"),
            ("[1]", "JSON"),
            (r#"{"text": "x"}"#, "\"_id\""),
            (r#"{"_id": " ", "text": "x"}"#, "\"_id\""),
            (r#"{"_id": "q"}"#, "\"text\""),
        ] {
            let error = read_query(line.as_bytes()).err().unwrap();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }

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
