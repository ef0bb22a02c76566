//! Batches of documents, and reading what became of them.

use serde::Serialize;
use serde_json::{Value, json};

use crate::dialect::Dialect;
use crate::document::Document;
use crate::error::{ClusterError, Result};
use crate::http::Response;

/// A document that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rejection {
    /// The document.
    pub id: String,
    /// The engine's status for it; 0 if it was not sent.
    pub status: u16,
    /// The engine's name of the error, such as `document_parsing_exception`; may be empty.
    pub kind: String,
    /// Why.
    pub reason: String,
}

impl Rejection {
    pub(crate) fn local(id: String, reason: &str) -> Self {
        Self {
            id,
            status: 0,
            kind: String::new(),
            reason: reason.to_string(),
        }
    }

    /// True if the engine was only too busy for it: it may be sent again.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        is_busy(self.status)
    }
}

/// True if a status says that the same request may succeed later, and was not carried out.
pub(crate) fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// Documents on their way, in the form of a bulk request.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Bulk {
    /// The body of the request: an action and a document a line.
    pub body: String,
    /// The ids of the documents, in order.
    pub ids: Vec<String>,
    /// The bytes of each action and document, to send some of them again.
    lengths: Vec<usize>,
}

/// What became of the documents of one batch. Every document is in exactly one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BulkReport {
    /// Documents that the engine has taken.
    pub acknowledged: Vec<String>,
    /// Documents that it has not taken.
    pub rejected: Vec<Rejection>,
}

/// Collects documents into batches of bounded size.
///
/// ```
/// use vietsearch_cluster::{BulkBuilder, Dialect, Documents};
/// use vietsearch_index::Article;
///
/// let mut batches = BulkBuilder::new(Dialect::OpenSearch, "vi-news");
/// let document = Documents::new().document(&Article::new("Mưa", "").with_id("1"))?;
/// assert_eq!(batches.push(&document)?, None);
/// let batch = batches.finish().unwrap();
/// let action: serde_json::Value = serde_json::from_str(batch.body.lines().next().unwrap())?;
/// assert_eq!(action["index"]["_id"], "1");
/// assert_eq!(batch.ids, ["1"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BulkBuilder {
    dialect: Dialect,
    index: String,
    max_bytes: usize,
    max_documents: usize,
    bulk: Bulk,
}

impl BulkBuilder {
    /// The most bytes of a batch that any builder makes: engines take 10 MiB.
    pub const MAX_BYTES: usize = 10 * 1024 * 1024;

    /// A builder of batches of 4 MiB and 1,000 documents.
    #[must_use]
    pub fn new(dialect: Dialect, index: &str) -> Self {
        Self {
            dialect,
            index: index.to_string(),
            max_bytes: 4 * 1024 * 1024,
            max_documents: 1_000,
            bulk: Bulk::default(),
        }
    }

    /// Sets the most bytes of a batch, at most [`MAX_BYTES`](Self::MAX_BYTES). A larger document
    /// has a batch of its own, up to that bound.
    #[must_use]
    pub fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes.min(Self::MAX_BYTES);
        self
    }

    /// Sets the most documents of a batch, at least 1.
    #[must_use]
    pub fn with_max_documents(mut self, documents: usize) -> Self {
        self.max_documents = documents.max(1);
        self
    }

    /// Adds a document; returns the batch before it if that is full.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Article`] if the document alone is larger than engines take. It is left
    /// out, and the batch goes on.
    pub fn push(&mut self, document: &Document) -> Result<Option<Bulk>> {
        let lines = self.lines(document);
        if lines.len() > Self::MAX_BYTES {
            let reason = format!(
                "{} bytes as a document, {} allowed: shorten the text",
                lines.len(),
                Self::MAX_BYTES
            );
            let rejection = Rejection::local(document.id.clone(), &reason);
            return Err(ClusterError::Article(rejection));
        }
        let is_full = self.bulk.ids.len() >= self.max_documents
            || self.bulk.body.len() + lines.len() > self.max_bytes;
        let full = if is_full { self.finish() } else { None };
        self.bulk.body.push_str(&lines);
        self.bulk.ids.push(document.id.clone());
        self.bulk.lengths.push(lines.len());
        Ok(full)
    }

    /// Returns the batch that is left, if it has a document.
    pub fn finish(&mut self) -> Option<Bulk> {
        let bulk = std::mem::take(&mut self.bulk);
        (!bulk.ids.is_empty()).then_some(bulk)
    }

    fn lines(&self, document: &Document) -> String {
        let action = if self.dialect.replaces() {
            json!({ "index": { "_index": self.index, "_id": document.id } })
        } else {
            json!({ "create": { "_index": self.index } })
        };
        format!("{action}\n{}\n", document.source)
    }
}

impl Bulk {
    /// The documents with these places in the batch, as a batch of their own.
    pub(crate) fn only(&self, places: &[usize]) -> Self {
        let mut part = Self::default();
        let mut start = 0;
        for (place, (id, length)) in self.ids.iter().zip(&self.lengths).enumerate() {
            let end = start + length;
            if places.contains(&place) {
                part.body.push_str(self.body.get(start..end).unwrap_or(""));
                part.ids.push(id.clone());
                part.lengths.push(*length);
            }
            start = end;
        }
        part
    }
}

/// Reads the answer to a batch.
///
/// # Errors
///
/// [`ClusterError::Busy`] if the engine takes no more at present, [`ClusterError::Refused`] if it
/// refuses the whole batch, and [`ClusterError::HalfAnswer`] if the answer does not tell what
/// became of every document: then none counts as acknowledged.
pub fn read_bulk_response(bulk: &Bulk, response: &Response) -> Result<BulkReport> {
    let results = read_items(bulk, response)?;
    let mut report = BulkReport::default();
    for (id, result) in bulk.ids.iter().zip(results) {
        match result {
            None => report.acknowledged.push(id.clone()),
            Some(rejection) => report.rejected.push(rejection),
        }
    }
    Ok(report)
}

/// What became of each document: `None` if it was taken.
pub(crate) fn read_items(bulk: &Bulk, response: &Response) -> Result<Vec<Option<Rejection>>> {
    check_status(response).map_err(|error| error.about(&bulk.ids))?;
    let half = |reason: String| ClusterError::HalfAnswer {
        reason,
        ids: bulk.ids.clone(),
    };
    let answer: Value = serde_json::from_str(&response.body)
        .map_err(|error| half(format!("it is no JSON: {error}")))?;
    let items = answer.get("items").and_then(Value::as_array);
    let Some(items) = items else {
        return Err(half("it has no \"items\"".to_string()));
    };
    if items.len() != bulk.ids.len() {
        return Err(half(format!(
            "it names {} of {} documents",
            items.len(),
            bulk.ids.len()
        )));
    }
    let mut results = Vec::with_capacity(items.len());
    for (id, item) in bulk.ids.iter().zip(items) {
        // {"index": {"status": 201}}, whatever the action is called.
        let outcome = item.as_object().and_then(|item| item.values().next());
        let status = outcome
            .and_then(|outcome| outcome.get("status"))
            .and_then(Value::as_u64);
        let Some(status) = status else {
            return Err(half(format!("no status for document {id:?}")));
        };
        let error = outcome
            .and_then(|outcome| outcome.get("error"))
            .filter(|error| !error.is_null());
        let taken = (200..300).contains(&status) && error.is_none();
        results.push((!taken).then(|| {
            let text = |key: &str| {
                let value = error.and_then(|error| error.get(key));
                value.and_then(Value::as_str).unwrap_or("").to_string()
            };
            Rejection {
                id: id.clone(),
                status: u16::try_from(status).unwrap_or(0),
                kind: text("type"),
                reason: text("reason"),
            }
        }));
    }
    Ok(results)
}

/// An error unless the status is one of success.
pub(crate) fn check_status(response: &Response) -> Result<()> {
    let status = response.status;
    if (200..300).contains(&status) {
        return Ok(());
    }
    if is_busy(status) {
        return Err(ClusterError::Busy {
            status,
            attempts: 1,
            ids: Vec::new(),
        });
    }
    Err(ClusterError::Refused {
        status,
        reason: reason_of(&response.body),
        ids: Vec::new(),
    })
}

/// The reason that an engine gives: `{"error": {"reason": …}}` or `{"message": …}`, else the
/// beginning of the body.
pub(crate) fn reason_of(body: &str) -> String {
    const SHOWN: usize = 300;
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    let places = ["/error/reason", "/message", "/error"];
    let reason = places
        .iter()
        .find_map(|place| answer.pointer(place)?.as_str());
    reason.unwrap_or(body).chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Documents;
    use vietsearch_index::Article;

    fn batch(dialect: Dialect, ids: &[&str]) -> Bulk {
        let mut builder = BulkBuilder::new(dialect, "vi-news");
        let mut documents = Documents::new();
        for id in ids {
            let document = documents.document(&Article::new("Mưa", "to").with_id(*id));
            assert_eq!(builder.push(&document.unwrap()).unwrap(), None);
        }
        builder.finish().unwrap()
    }

    #[test]
    fn batches_are_bounded() {
        let mut documents = Documents::new();
        let body = "mưa lớn ".repeat(100);
        let mut builder = BulkBuilder::new(Dialect::Quickwit, "vi-news").with_max_bytes(10_000);
        let mut batches = Vec::new();
        for number in 0..20 {
            let article = Article::new("Mưa", body.as_str()).with_id(number.to_string());
            let document = documents.document(&article).unwrap();
            batches.extend(builder.push(&document).unwrap());
        }
        batches.extend(builder.finish());
        let ids: Vec<String> = batches.iter().flat_map(|batch| batch.ids.clone()).collect();
        let expected: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        assert_eq!(ids, expected);
        assert!(batches.len() > 3);
        assert!(batches.iter().all(|batch| batch.body.len() <= 10_000));
        let huge = Article::new("Mưa", "mưa ".repeat(2_000_000)).with_id("huge");
        let error = builder
            .push(&documents.document(&huge).unwrap())
            .unwrap_err();
        assert_eq!(error.ids(), ["huge"]);
        assert!(builder.finish().is_none());
    }

    #[test]
    fn every_line_is_json_and_actions_fit_the_dialect() {
        for dialect in Dialect::ALL {
            let bulk = batch(dialect, &["a", "b\n\"c"]);
            let lines: Vec<Value> = bulk
                .body
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            assert_eq!(lines.len(), 4);
            let id = lines[2].pointer("/index/_id").cloned();
            assert_eq!(id.is_some(), dialect.replaces());
            assert_eq!(lines[3]["id"], "b\n\"c");
        }
    }

    #[test]
    fn parts_of_a_batch_can_be_sent_again() {
        let bulk = batch(Dialect::OpenSearch, &["a", "b", "c"]);
        let part = bulk.only(&[0, 2]);
        assert_eq!(part.ids, ["a", "c"]);
        assert_eq!(part, batch(Dialect::OpenSearch, &["a", "c"]));
    }

    #[test]
    fn partial_failures_are_told_by_document() {
        let bulk = batch(Dialect::Quickwit, &["a", "b", "c"]);
        let answer = r#"{"took":3,"errors":true,"items":[
            {"create":{"_index":"vi-news","status":201}},
            {"index":{"_index":"vi-news","status":400,"error":{"type":"document_parsing_exception",
             "reason":"unknown field"}}},
            {"index":{"_index":"vi-news","status":429,"error":{"type":"rate_limited_exception",
             "reason":"shard rate limiting"}}}]}"#;
        let report = read_bulk_response(&bulk, &Response::new(200, answer)).unwrap();
        assert_eq!(report.acknowledged, ["a"]);
        let told: Vec<_> = report
            .rejected
            .iter()
            .map(|rejection| (rejection.id.as_str(), rejection.is_temporary()))
            .collect();
        assert_eq!(told, [("b", false), ("c", true)]);
        assert_eq!(report.rejected[0].kind, "document_parsing_exception");
    }

    #[test]
    fn nothing_is_acknowledged_by_half_an_answer() {
        let bulk = batch(Dialect::Quickwit, &["a", "b"]);
        for body in [
            "",
            "{\"took\":3,\"errors\":false,\"items\":[{\"create\":{\"status\":201}}",
            "{\"took\":3,\"errors\":false,\"items\":[]}",
            "{\"took\":3,\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}",
            "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{}}]}",
            "{\"acknowledged\":true}",
        ] {
            let error = read_bulk_response(&bulk, &Response::new(200, body)).unwrap_err();
            assert!(matches!(error, ClusterError::HalfAnswer { .. }), "{error}");
            assert_eq!(error.ids(), ["a", "b"], "{body}");
        }
    }

    #[test]
    fn refusals_have_their_reason() {
        let bulk = batch(Dialect::Quickwit, &["a"]);
        let body = r#"{"status":400,"error":{"reason":"Malformed action/metadata line [1]"}}"#;
        let error = read_bulk_response(&bulk, &Response::new(400, body)).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("Malformed action") && message.contains("\"a\""),
            "{message}"
        );
        let error = read_bulk_response(&bulk, &Response::new(429, "")).unwrap_err();
        assert!(matches!(error, ClusterError::Busy { status: 429, .. }));
        assert_eq!(error.ids(), ["a"]);
    }
}
