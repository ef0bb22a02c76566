//! A client that indexes and searches over any transport.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;
use vietsearch_index::Article;
use vietsearch_query::{CollectionStatistics, SearchRequest, SearchResponse};

use crate::bulk::{
    Bulk, BulkBuilder, BulkReport, Rejection, check_status, is_busy, read_bulk_response, read_items,
};
use crate::compile::{Compiler, Recency, collection_body};
use crate::dialect::{Dialect, check_index_name};
use crate::document::Documents;
use crate::error::{ClusterError, Result};
use crate::http::{Method, Request, Response, Transport, TransportError};
use crate::retry::Retry;
use crate::schema::{check_mapping, mapping};
use crate::search::{Finisher, Search};

/// Delays of 0.2 s to 10 s between them are 33 s in all.
const BATCH_ATTEMPTS: u32 = 9;

/// What became of the articles that were indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IndexReport {
    /// Number of articles that the engine has taken. They can be searched a little later.
    pub acknowledged: u64,
    /// Articles that were not taken, by the engine or because they cannot be sent.
    pub rejected: Vec<Rejection>,
}

/// Indexing ended before all articles were sent.
#[derive(Debug, thiserror::Error)]
#[error("{error}; {} articles were acknowledged before", report.acknowledged)]
#[non_exhaustive]
pub struct IndexFailure {
    /// What became of the batches before.
    pub report: IndexReport,
    /// Why, with the documents of the batch that was on its way.
    #[source]
    pub error: ClusterError,
}

/// A remote index: articles in, ranked hits out.
///
/// It is `Send` and `Sync` if its transport is. The counts that the ranking needs are kept for ten
/// minutes, so that most searches take one request.
pub struct Client<T> {
    transport: T,
    dialect: Dialect,
    index: String,
    compiler: Compiler,
    finisher: Finisher,
    retry: Retry,
    batch_retry: Retry,
    candidates: Option<usize>,
    statistics: Mutex<Known>,
    keep_statistics: Duration,
}

/// Counts of the collection, and when the oldest was taken.
#[derive(Default)]
struct Known {
    statistics: Arc<CollectionStatistics>,
    since: Option<Instant>,
}

impl<T: Transport> Client<T> {
    /// A client of one index.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if the index's name does not suit all engines.
    pub fn new(transport: T, dialect: Dialect, index: &str) -> Result<Self> {
        check_index_name(index)?;
        Ok(Self {
            transport,
            dialect,
            index: index.to_string(),
            compiler: Compiler::new(dialect)?,
            finisher: Finisher::new(),
            retry: Retry::default(),
            batch_retry: Retry::default().with_attempts(BATCH_ATTEMPTS),
            candidates: None,
            statistics: Mutex::default(),
            keep_statistics: Duration::from_secs(600),
        })
    }

    /// Sets how searches and other small requests are repeated; somebody waits for their answer.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets how batches of documents are repeated: nine attempts unless set, so that a full queue has
    /// half a minute to empty.
    #[must_use]
    pub fn with_batch_retry(mut self, retry: Retry) -> Self {
        self.batch_retry = retry;
        self
    }

    /// Sets how many candidates are ranked at a time, from 10 to 500; 300 unless set.
    #[must_use]
    pub fn with_candidates(mut self, candidates: usize) -> Self {
        self.candidates = Some(candidates);
        self
    }

    /// Reads `name:value` as a filter for these names of extra fields.
    #[must_use]
    pub fn with_extra_fields(mut self, names: impl IntoIterator<Item = String>) -> Self {
        let names: Vec<String> = names.into_iter().collect();
        self.compiler = self.compiler.with_extra_fields(names.clone());
        self.finisher = self.finisher.with_extra_fields(names);
        self
    }

    /// Prefers newer articles.
    #[must_use]
    pub fn with_recency(mut self, recency: Recency) -> Self {
        self.compiler = self.compiler.with_recency(recency);
        self.finisher = self.finisher.with_recency(self.compiler.recency());
        self
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The transport.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Creates the index, or makes sure that the one there has the mapping of this library.
    /// Returns true if it was created.
    ///
    /// # Errors
    ///
    /// [`ClusterError::WrongMapping`] if it has another, [`ClusterError::Refused`] if the engine
    /// does not create it.
    pub fn create_index(&self) -> Result<bool> {
        let described = self.ask(&self.dialect.describe_index(&self.index))?;
        if described.status == 404 {
            let mapping = mapping(self.dialect, &self.index)?;
            let request = self.dialect.create_index(&self.index, &mapping);
            check_status(&self.ask(&request)?)?;
            return Ok(true);
        }
        check_status(&described)?;
        check_mapping(self.dialect, &self.index, &read_json(&described)?)?;
        Ok(false)
    }

    /// Deletes the index with all that is in it.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Refused`] if there is none.
    pub fn delete_index(&self) -> Result<()> {
        let path = match self.dialect {
            Dialect::Quickwit => format!("/api/v1/indexes/{}", self.index),
            _ => format!("/{}", self.index),
        };
        let request = Request {
            method: Method::Delete,
            ..Request::get(path)
        };
        check_status(&self.ask(&request)?)
    }

    /// Sends articles in batches. One that cannot be sent, or that the engine rejects, is reported
    /// and stops nothing.
    ///
    /// With Quickwit an article that is there already is there twice afterwards.
    ///
    /// # Errors
    ///
    /// [`IndexFailure`] if a batch cannot be delivered: what was acknowledged before is told.
    pub fn index(
        &self,
        articles: impl IntoIterator<Item = Article>,
    ) -> Result<IndexReport, IndexFailure> {
        self.index_with(&mut Documents::new(), articles)
    }

    /// As [`index`](Self::index), with a maker of documents of one's own.
    ///
    /// # Errors
    ///
    /// As [`index`](Self::index).
    pub fn index_with(
        &self,
        documents: &mut Documents,
        articles: impl IntoIterator<Item = Article>,
    ) -> Result<IndexReport, IndexFailure> {
        let mut report = IndexReport::default();
        let mut batches = BulkBuilder::new(self.dialect, &self.index);
        for article in articles {
            let pushed = documents
                .document(&article)
                .and_then(|document| batches.push(&document));
            let full = match pushed {
                Ok(full) => full,
                Err(ClusterError::Article(rejection)) => {
                    report.rejected.push(rejection);
                    continue;
                }
                Err(error) => return Err(IndexFailure { report, error }),
            };
            if let Some(batch) = full {
                self.send_into(&mut report, &batch)?;
            }
        }
        if let Some(batch) = batches.finish() {
            self.send_into(&mut report, &batch)?;
        }
        Ok(report)
    }

    fn send_into(&self, report: &mut IndexReport, batch: &Bulk) -> Result<(), IndexFailure> {
        let mut sent = BulkReport::default();
        let delivered = self.deliver(batch, &mut sent);
        report.acknowledged += sent.acknowledged.len() as u64;
        report.rejected.extend(sent.rejected);
        delivered.map_err(|error| IndexFailure {
            report: std::mem::take(report),
            error,
        })
    }

    /// Sends one batch. Documents for which the engine is too busy are sent again; a batch whose
    /// fate is unknown only where a document replaces itself.
    ///
    /// # Errors
    ///
    /// [`IndexFailure`] with what became of the documents before, and with
    /// [`ClusterError::Busy`], [`ClusterError::Transport`], [`ClusterError::Refused`] or
    /// [`ClusterError::HalfAnswer`], each with the ids of the documents that were not acknowledged.
    pub fn send(&self, batch: &Bulk) -> Result<BulkReport, IndexFailure> {
        let mut report = BulkReport::default();
        match self.deliver(batch, &mut report) {
            Ok(()) => Ok(report),
            Err(error) => Err(IndexFailure {
                report: IndexReport {
                    acknowledged: report.acknowledged.len() as u64,
                    rejected: report.rejected,
                },
                error,
            }),
        }
    }

    /// Sends one batch; `report` tells of every document whose fate is known, however it ends.
    fn deliver(&self, batch: &Bulk, report: &mut BulkReport) -> Result<()> {
        let mut pending = batch.clone();
        let mut attempt = 1;
        loop {
            let request = self.dialect.bulk(pending.body.clone());
            let last = attempt >= self.batch_retry.attempts;
            let wait = match self.transport.send(&request) {
                Ok(response) if last => {
                    let rest = read_bulk_response(&pending, &response)
                        .map_err(|error| attempted(error, attempt))?;
                    report.acknowledged.extend(rest.acknowledged);
                    report.rejected.extend(rest.rejected);
                    return Ok(());
                }
                Ok(response) if self.may_ask_again(response.status) => response.retry_after,
                Ok(response) => {
                    let again = settle(report, &pending, read_items(&pending, &response)?);
                    if again.is_empty() {
                        return Ok(());
                    }
                    pending = pending.only(&again);
                    response.retry_after
                }
                Err(error) if !last && self.may_repeat(&error) => None,
                Err(error) => {
                    return Err(ClusterError::Transport {
                        error,
                        ids: pending.ids,
                    });
                }
            };
            self.transport.pause(self.batch_retry.delay(attempt, wait));
            attempt += 1;
        }
    }

    /// True if a batch that was answered so may be sent again whole. A gateway that lost the answer
    /// does not know what became of it.
    fn may_ask_again(&self, status: u16) -> bool {
        is_busy(status) || (self.dialect.replaces() && is_temporary(status))
    }

    /// A batch that may have arrived is sent again only where that does no harm.
    fn may_repeat(&self, error: &TransportError) -> bool {
        self.dialect.replaces() || matches!(error, TransportError::NotSent(_))
    }

    /// Deletes an article.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Unsupported`] on Quickwit, which deletes in tasks of its own time.
    pub fn delete_id(&self, id: &str) -> Result<()> {
        if !self.dialect.replaces() {
            return Err(ClusterError::Unsupported {
                dialect: self.dialect,
                what: "delete one document at once",
                instead: "create a delete task, or use OpenSearch or Elasticsearch",
            });
        }
        let path = format!("/{}/_doc/{}", self.index, percent_encoded(id));
        let request = Request {
            method: Method::Delete,
            ..Request::get(path)
        };
        let response = self.ask(&request)?;
        if response.status == 404 {
            // There is none, as it is to be.
            return Ok(());
        }
        check_status(&response)
    }

    /// Number of documents that can be searched.
    ///
    /// # Errors
    ///
    /// Those of the engine and of the connection.
    pub fn count(&self) -> Result<u64> {
        let request = self.dialect.search(&self.index, &collection_body());
        let response = self.ask(&request)?;
        check_status(&response)?;
        let total = read_json(&response)?;
        let total = total.pointer("/hits/total");
        let total = total.and_then(|total| total.get("value").unwrap_or(total).as_u64());
        total.ok_or_else(|| ClusterError::HalfAnswer {
            reason: "a search has no total".to_string(),
            ids: Vec::new(),
        })
    }

    /// Waits until so many documents can be searched, at most `timeout`; returns how many can.
    /// Counts are taken anew afterwards.
    ///
    /// # Errors
    ///
    /// As [`count`](Self::count).
    pub fn wait_for(&self, documents: u64, timeout: Duration) -> Result<u64> {
        const STEP: Duration = Duration::from_millis(500);
        let start = Instant::now();
        loop {
            let count = self.count()?;
            if count >= documents || start.elapsed() >= timeout {
                self.forget_statistics();
                return Ok(count);
            }
            self.transport.pause(STEP);
        }
    }

    /// Finds articles as a local search does.
    ///
    /// # Errors
    ///
    /// Those of [`Search`] and of the connection.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        let known = self.known_statistics();
        let mut search = Search::new(&self.compiler, &self.index, request, known)?;
        if let Some(candidates) = self.candidates {
            search = search.with_candidates(candidates);
        }
        while let Some(question) = search.next_request()? {
            search.accept(&self.ask(&question)?)?;
        }
        self.keep_statistics(search.statistics());
        search.finish(&self.finisher)
    }

    /// Takes the counts of the collection anew with the next search.
    pub fn forget_statistics(&self) {
        *self.lock() = Known::default();
    }

    fn known_statistics(&self) -> Arc<CollectionStatistics> {
        let mut known = self.lock();
        let is_old = known
            .since
            .is_some_and(|since| since.elapsed() >= self.keep_statistics);
        if is_old || known.statistics.frequencies.len() > MAX_KEPT_COUNTS {
            *known = Known::default();
        }
        Arc::clone(&known.statistics)
    }

    fn keep_statistics(&self, statistics: Arc<CollectionStatistics>) {
        let mut known = self.lock();
        // Another search may have learned other words meanwhile: they are asked for again.
        if statistics.frequencies.len() >= known.statistics.frequencies.len() {
            known.statistics = statistics;
        }
        known.since.get_or_insert_with(Instant::now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        // Counts are replaced whole, so a thread that panicked has left them whole.
        self.statistics
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request that does no harm if it is carried out twice.
    fn ask(&self, request: &Request) -> Result<Response> {
        let mut attempt = 1;
        loop {
            let answer = self.transport.send(request);
            let last = attempt >= self.retry.attempts;
            let wait = match answer {
                Ok(response) if is_temporary(response.status) && !last => response.retry_after,
                Ok(response) if is_busy(response.status) => {
                    return Err(ClusterError::Busy {
                        status: response.status,
                        attempts: attempt,
                        ids: Vec::new(),
                    });
                }
                Ok(response) => return Ok(response),
                Err(error) if last => {
                    return Err(ClusterError::Transport {
                        error,
                        ids: Vec::new(),
                    });
                }
                Err(_) => None,
            };
            self.transport.pause(self.retry.delay(attempt, wait));
            attempt += 1;
        }
    }
}

impl<T> std::fmt::Debug for Client<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Client")
            .field("dialect", &self.dialect)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

/// Counts of so many words are kept: some megabytes.
const MAX_KEPT_COUNTS: usize = 50_000;

/// Notes what became of documents; returns the places of those that are to be sent again.
fn settle(report: &mut BulkReport, batch: &Bulk, results: Vec<Option<Rejection>>) -> Vec<usize> {
    let mut again = Vec::new();
    for (place, (id, result)) in batch.ids.iter().zip(results).enumerate() {
        match result {
            None => report.acknowledged.push(id.clone()),
            Some(rejection) if rejection.is_temporary() => again.push(place),
            Some(rejection) => report.rejected.push(rejection),
        }
    }
    again
}

fn attempted(error: ClusterError, times: u32) -> ClusterError {
    match error {
        ClusterError::Busy { status, ids, .. } => ClusterError::Busy {
            status,
            attempts: times,
            ids,
        },
        other => other,
    }
}

/// True if asking again may help; gateways say so too.
fn is_temporary(status: u16) -> bool {
    is_busy(status) || matches!(status, 502 | 504)
}

fn read_json(response: &Response) -> Result<Value> {
    serde_json::from_str(&response.body).map_err(|error| ClusterError::HalfAnswer {
        reason: format!("it is no JSON: {error}"),
        ids: Vec::new(),
    })
}

/// An id as a part of a path.
fn percent_encoded(id: &str) -> String {
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_safe_in_paths() {
        assert_eq!(
            percent_encoded("https://bao.example/1?a=ê"),
            "https%3A%2F%2Fbao.example%2F1%3Fa%3D%C3%AA"
        );
    }
}
