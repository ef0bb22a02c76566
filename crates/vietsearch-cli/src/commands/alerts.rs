//! `vietsearch alerts`: articles on stdin, matched with a file of saved queries.

use std::io::{self, BufReader, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use vietsearch::index::ingest::{Entry, Options, read_json_lines};
use vietsearch::query::{Alerts, SearchRequest};

use crate::arguments::AlertsArguments;
use crate::error::Result;
use crate::output::say;
use crate::queries::{Query, QueryFile};

/// Bad articles that are reported one by one.
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
    let mut queries = QueryFile::open(path)?;
    let mut alerts = Alerts::new();
    while let Some(query) = queries.next()? {
        let saved = read_query(query).and_then(|(id, request)| {
            let saved = alerts.save(id, request);
            saved.map_err(|error| error.to_string())
        });
        if let Err(reason) = saved {
            queries.reject(&reason);
        }
    }
    queries.finish(alerts.len())?;
    Ok(alerts)
}

/// A saved query may have what else a request has.
fn read_query(query: Query) -> Result<(String, SearchRequest), String> {
    let (id, mut object) = (query.id, query.more);
    object.insert("query".to_string(), query.text.into());
    let request = serde_json::from_value(Value::Object(object))
        .map_err(|error| format!("the query {id:?} cannot be read: {error}"))?;
    Ok((id, request))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(more: &Value) -> Query {
        let more = more.as_object().unwrap().clone();
        let (id, text) = ("7".to_string(), "bão".to_string());
        Query { id, text, more }
    }

    #[test]
    fn queries_may_have_filters() {
        let more = json!({"sources": ["Báo Mẫu"], "from": "2024-05-01"});
        let (id, request) = read_query(query(&more)).unwrap();
        assert_eq!((id.as_str(), request.query.as_str()), ("7", "bão"));
        assert_eq!(request.sources, ["Báo Mẫu"]);
        assert!(request.from.is_some());
    }

    #[test]
    fn bad_filters_say_why() {
        let error = read_query(query(&json!({"from": "32/13"}))).unwrap_err();
        assert!(
            error.contains("\"7\"") && error.contains("32/13"),
            "{error}"
        );
    }

    #[test]
    fn ids_stay_one_column() {
        let mut out = Vec::new();
        write_line(&mut out, "bài\t7", &["q 1", "q\n2"]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "bài%097\tq 1\tq%0A2\n");
    }
}
