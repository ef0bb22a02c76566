//! `vietsearch alerts`: articles on stdin, matched with a file of saved queries.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};
use vietsearch::index::ingest::{Entry, Options, read_json_lines};
use vietsearch::query::{Alerts, SearchRequest};

use crate::arguments::AlertsArguments;
use crate::error::{Failure, Result};
use crate::output::say;

/// Bad lines that are reported one by one.
const REPORTED: u64 = 20;

/// What is told of an article.
#[derive(Serialize)]
struct Fired<'a> {
    id: &'a str,
    alerts: &'a [&'a str],
}

pub(crate) fn run(arguments: &AlertsArguments) -> Result<()> {
    let alerts = read_queries(&arguments.queries)?;
    let mut matcher = alerts.matcher();
    let stdin = BufReader::with_capacity(1 << 16, io::stdin());
    // Line by line: whoever feeds us articles waits for what they fire.
    let mut out = io::stdout().lock();
    let mut skipped = 0_u64;
    for entry in read_json_lines(stdin, "stdin", &Options::default()) {
        let article = match entry {
            Entry::Article { article, .. } => article,
            Entry::Skipped(problem) => {
                skipped += 1;
                if skipped <= REPORTED {
                    say(format_args!("{problem}; skipped"));
                }
                continue;
            }
        };
        let (id, fired) = (article.key(), matcher.matches(&article)?);
        if arguments.json {
            let fired = Fired {
                id: &id,
                alerts: &fired,
            };
            serde_json::to_writer(&mut out, &fired)?;
            out.write_all(b"\n")?;
        } else {
            write_line(&mut out, &id, &fired)?;
        }
    }
    out.flush()?;
    if skipped > REPORTED {
        say(format_args!("… and {} more skipped", skipped - REPORTED));
    }
    Ok(())
}

/// The id of the article and those of the queries, separated by TAB.
fn write_line(out: &mut dyn Write, id: &str, fired: &[&str]) -> io::Result<()> {
    write!(out, "{}", column(id))?;
    for query in fired {
        write!(out, "\t{}", column(query))?;
    }
    writeln!(out)
}

/// An id without the characters that part columns and lines: these are percent-encoded.
fn column(id: &str) -> String {
    let mut written = String::with_capacity(id.len());
    for character in id.chars() {
        match character {
            control if control.is_ascii_control() => {
                written.push_str(&format!("%{:02X}", u32::from(control)));
            }
            other => written.push(other),
        }
    }
    written
}

fn read_queries(path: &Path) -> Result<Alerts> {
    let file = File::open(path).map_err(|error| Failure::file("open", path, &error))?;
    let mut lines = BufReader::with_capacity(1 << 16, file);
    let mut alerts = Alerts::new();
    let mut bytes = Vec::new();
    let (mut number, mut bad) = (0_u64, 0_u64);
    loop {
        bytes.clear();
        lines
            .read_until(b'\n', &mut bytes)
            .map_err(|error| Failure::file("read", path, &error))?;
        if bytes.is_empty() {
            break;
        }
        number += 1;
        let line = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        if line.trim_ascii().is_empty() {
            continue;
        }
        let saved = read_query(line).and_then(|(id, request)| {
            let saved = alerts.save(id, request);
            saved.map_err(|error| error.to_string())
        });
        if let Err(reason) = saved {
            bad += 1;
            if bad <= REPORTED {
                say(format_args!(
                    "{}:{number}: {reason}; skipped",
                    path.display()
                ));
            }
        }
    }
    if bad > REPORTED {
        say(format_args!("… and {} more bad lines", bad - REPORTED));
    }
    if alerts.is_empty() {
        return Err(Failure::Message(format!(
            "no query in {path:?}: give one JSON object a line, with \"id\" and \"query\""
        )));
    }
    Ok(alerts)
}

/// A saved query: `id` (or `_id`), `query` (or `text`), and what else a request has.
fn read_query(line: &[u8]) -> Result<(String, SearchRequest), String> {
    let mut object: Map<String, Value> = serde_json::from_slice(line)
        .map_err(|error| format!("no query in JSON, {{\"id\": …, \"query\": …}}: {error}"))?;
    let id = match object.remove("_id").or_else(|| object.remove("id")) {
        Some(Value::String(id)) if !id.trim().is_empty() => id,
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err("the query has no \"id\" or \"_id\"".to_string()),
    };
    if let Some(text) = object.remove("text") {
        object.entry("query").or_insert(text);
    }
    if !object.contains_key("query") {
        return Err("the query has no \"query\" or \"text\"".to_string());
    }
    let request = serde_json::from_value(Value::Object(object))
        .map_err(|error| format!("the query {id:?} cannot be read: {error}"))?;
    Ok((id, request))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_may_have_filters() {
        let line = r#"{"id": 7, "query": "bão", "sources": ["Báo Mẫu"], "from": "2024-05-01"}"#;
        let (id, request) = read_query(line.as_bytes()).unwrap();
        assert_eq!((id.as_str(), request.query.as_str()), ("7", "bão"));
        assert_eq!(request.sources, ["Báo Mẫu"]);
        assert!(request.from.is_some());
        let (id, request) = read_query(r#"{"_id": "a", "text": "lũ"}"#.as_bytes()).unwrap();
        assert_eq!((id.as_str(), request.query.as_str()), ("a", "lũ"));
    }

    #[test]
    fn bad_queries_say_why() {
        for (line, reason) in [
            ("{", "JSON"),
            ("[]", "JSON"),
            (r#"{"query": "x"}"#, "\"id\""),
            (r#"{"id": "q"}"#, "\"query\""),
            (r#"{"id": "q", "query": 1}"#, "\"q\""),
            (r#"{"id": "q", "query": "x", "from": "32/13"}"#, "\"q\""),
        ] {
            let error = read_query(line.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }

    #[test]
    fn ids_stay_one_column() {
        let mut out = Vec::new();
        write_line(&mut out, "bài\t7", &["q 1", "q\n2"]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "bài%097\tq 1\tq%0A2\n");
    }
}
