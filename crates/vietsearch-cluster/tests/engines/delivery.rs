//! Indexing and searching over a server that fails: nothing is reported as indexed that was not
//! acknowledged, and every error names the documents concerned.

use std::time::Duration;

use vietsearch_cluster::{
    BulkBuilder, Client, ClusterError, Dialect, Documents, Response, Retry, TransportError,
};
use vietsearch_index::Article;
use vietsearch_query::SearchRequest;

use crate::common::collections::invented;
use crate::common::server::{Fault, Server};

const INDEX: &str = "vi-news";

fn client(dialect: Dialect) -> Client<Server> {
    Client::new(Server::new(dialect, INDEX, 2), dialect, INDEX).unwrap()
}

fn articles(count: usize) -> Vec<Article> {
    invented(count)
}

#[test]
fn an_index_is_created_once_and_checked_afterwards() {
    for dialect in Dialect::ALL {
        let client = client(dialect);
        assert!(client.create_index().unwrap());
        assert!(!client.create_index().unwrap());
        client.delete_index().unwrap();
        assert!(client.create_index().unwrap());
    }
}

#[test]
fn another_mapping_is_an_error_that_names_the_field() {
    let client = client(Dialect::OpenSearch);
    let other = r#"{"vi-news":{"mappings":{"properties":{"id":{"type":"text"}}}}}"#;
    client
        .transport()
        .fail(Fault::Answer(Response::new(200, other)));
    let error = client.create_index().unwrap_err();
    assert!(
        matches!(&error, ClusterError::WrongMapping { field, .. } if field == "id"),
        "{error}"
    );
}

#[test]
fn rejected_articles_are_named_and_the_others_indexed() {
    let client = client(Dialect::Quickwit);
    let mut sent = articles(5);
    sent.insert(2, Article::new("…", "").with_id("empty"));
    let report = client.index(sent).unwrap();
    assert_eq!(report.acknowledged, 5);
    let rejected: Vec<_> = report.rejected.iter().map(|known| &*known.id).collect();
    assert_eq!(rejected, ["empty"]);
    assert_eq!(client.transport().count(), 5);
}

#[test]
fn a_full_queue_is_waited_for() {
    for dialect in Dialect::ALL {
        let client = client(dialect);
        let mut busy = Response::new(429, r#"{"error":{"reason":"queue is full"}}"#);
        busy.retry_after = Some(Duration::from_secs(2));
        client.transport().fail(Fault::Answer(busy));
        // Then it takes two of five.
        client.transport().fail(Fault::BusyFrom(2));
        let report = client.index(articles(5)).unwrap();
        assert_eq!((report.acknowledged, report.rejected.len()), (5, 0));
        assert_eq!(client.transport().count(), 5, "{dialect}: each once");
        assert_eq!(client.transport().requests.get(), 3);
        assert!(client.transport().waited.get() >= Duration::from_secs(2));
    }
}

#[test]
fn a_queue_that_stays_full_is_an_error_with_all_ids() {
    let client = client(Dialect::Quickwit).with_batch_retry(Retry::default().with_attempts(3));
    for _ in 0..3 {
        client
            .transport()
            .fail(Fault::Answer(Response::new(503, "")));
    }
    let failure = client.index(articles(2)).unwrap_err();
    assert!(
        matches!(failure.error, ClusterError::Busy { attempts: 3, .. }),
        "{failure}"
    );
    assert_eq!(failure.error.ids(), ["bai-0", "bai-1"]);
    assert_eq!(failure.report.acknowledged, 0);
    assert_eq!(client.transport().count(), 0);
}

#[test]
fn documents_that_stay_too_many_are_rejected_one_by_one() {
    let client = client(Dialect::Quickwit).with_batch_retry(Retry::default().with_attempts(2));
    client.transport().fail(Fault::BusyFrom(3));
    client.transport().fail(Fault::BusyFrom(1));
    let report = client.index(articles(5)).unwrap();
    assert_eq!(report.acknowledged, 4);
    assert_eq!(report.rejected.len(), 1);
    assert!(report.rejected[0].is_temporary());
    assert_eq!(report.rejected[0].id, "bai-4");
    assert_eq!(client.transport().count(), 4);
}

#[test]
fn a_batch_of_unknown_fate_is_sent_again_only_where_it_replaces_itself() {
    let replacing = client(Dialect::Elasticsearch);
    replacing.transport().fail(Fault::Timeout);
    let report = replacing.index(articles(3)).unwrap();
    assert_eq!(report.acknowledged, 3);
    assert_eq!(replacing.transport().count(), 3, "not twice");

    let appending = client(Dialect::Quickwit);
    appending.transport().fail(Fault::Timeout);
    let failure = appending.index(articles(3)).unwrap_err();
    assert!(matches!(
        failure.error,
        ClusterError::Transport {
            error: TransportError::Timeout,
            ..
        }
    ));
    assert_eq!(failure.error.ids().len(), 3);
    assert!(
        failure.to_string().contains("count them before"),
        "{failure}"
    );
    assert_eq!(appending.transport().requests.get(), 1);
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    let client = client(Dialect::Quickwit);
    client.transport().fail(Fault::NotSent);
    assert_eq!(client.index(articles(2)).unwrap().acknowledged, 2);
    assert_eq!(client.transport().count(), 2);
}

#[test]
fn half_an_answer_acknowledges_nothing() {
    let client = client(Dialect::Quickwit);
    let half = r#"{"took":1,"errors":false,"items":[{"create":{"status":201}}]}"#;
    client
        .transport()
        .fail(Fault::Answer(Response::new(200, half)));
    let failure = client.index(articles(2)).unwrap_err();
    assert!(
        matches!(failure.error, ClusterError::HalfAnswer { .. }),
        "{failure}"
    );
    assert_eq!(failure.error.ids(), ["bai-0", "bai-1"]);
    assert_eq!(failure.report.acknowledged, 0);
}

#[test]
fn what_a_batch_had_settled_before_it_failed_is_told() {
    let client = client(Dialect::OpenSearch);
    client.transport().fail(Fault::BusyFrom(2));
    client.transport().fail(Fault::Answer(Response::new(
        500,
        r#"{"error":{"reason":"disk is full"}}"#,
    )));
    let failure = client.index(articles(5)).unwrap_err();
    assert_eq!(failure.report.acknowledged, 2);
    assert_eq!(failure.error.ids(), ["bai-2", "bai-3", "bai-4"]);
    assert!(failure.to_string().contains("disk is full"), "{failure}");
    assert_eq!(client.transport().count(), 2);

    let mut batches = BulkBuilder::new(Dialect::OpenSearch, INDEX);
    let mut documents = Documents::new();
    for article in articles(3) {
        batches
            .push(&documents.document(&article).unwrap())
            .unwrap();
    }
    client.transport().fail(Fault::BusyFrom(1));
    client
        .transport()
        .fail(Fault::Answer(Response::new(403, "")));
    let failure = client.send(&batches.finish().unwrap()).unwrap_err();
    assert_eq!(failure.report.acknowledged, 1);
    assert_eq!(failure.error.ids(), ["bai-1", "bai-2"]);
}

#[test]
fn a_gateway_that_lost_the_answer_is_asked_again_only_where_that_is_safe() {
    for (dialect, sent_again) in [(Dialect::Elasticsearch, true), (Dialect::Quickwit, false)] {
        let client = client(dialect);
        client
            .transport()
            .fail(Fault::Answer(Response::new(504, "gateway time-out")));
        let outcome = client.index(articles(2));
        assert_eq!(outcome.is_ok(), sent_again, "{dialect}");
        if let Err(failure) = outcome {
            assert_eq!(failure.error.ids(), ["bai-0", "bai-1"]);
        }
    }
}

#[test]
fn what_was_acknowledged_before_a_failure_is_told() {
    let client = client(Dialect::OpenSearch).with_batch_retry(Retry::default().with_attempts(1));
    // 1,000 documents a batch: the second one fails.
    client.transport().fail(Fault::BusyFrom(usize::MAX));
    client.transport().fail(Fault::Answer(Response::new(
        403,
        r#"{"error":{"reason":"no permission"}}"#,
    )));
    let failure = client.index(articles(1_200)).unwrap_err();
    assert_eq!(failure.report.acknowledged, 1_000);
    assert_eq!(failure.error.ids().len(), 200);
    assert!(failure.to_string().contains("no permission"), "{failure}");
    assert_eq!(client.transport().count(), 1_000);
}

#[test]
fn searches_are_tried_again_and_half_answers_are_errors() {
    let client = client(Dialect::Quickwit);
    client.index(articles(30)).unwrap();
    client.transport().fail(Fault::NotSent);
    client.transport().fail(Fault::Timeout);
    client
        .transport()
        .fail(Fault::Answer(Response::new(502, "bad gateway")));
    let request = SearchRequest::new("giá vàng");
    assert!(client.search(&request).unwrap().total > 0);
    client
        .transport()
        .fail(Fault::Answer(Response::new(200, r#"{"responses":[]}"#)));
    let error = client.search(&request).unwrap_err();
    assert!(matches!(error, ClusterError::HalfAnswer { .. }), "{error}");
}

#[test]
fn documents_replace_and_delete_where_the_engine_can() {
    let elastic = client(Dialect::Elasticsearch);
    elastic
        .index([Article::new("tin cũ", "").with_id("1")])
        .unwrap();
    elastic
        .index([Article::new("tin mới", "").with_id("1")])
        .unwrap();
    assert_eq!(elastic.count().unwrap(), 1);
    let total = |query: &str| elastic.search(&SearchRequest::new(query)).unwrap().total;
    assert_eq!((total("cũ"), total("mới")), (0, 1));
    elastic.delete_id("1").unwrap();
    assert_eq!(elastic.count().unwrap(), 0);

    let quickwit = client(Dialect::Quickwit);
    let error = quickwit.delete_id("1").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("quickwit cannot delete one document at once: create a delete task"),
        "{error}"
    );
}

#[test]
fn counts_are_learned_once() {
    let client = client(Dialect::Quickwit);
    client.index(articles(50)).unwrap();
    let server = client.transport();
    let request = SearchRequest::new("giá vàng tăng");
    client.search(&request).unwrap();
    let first = server.searches.take();
    client.search(&request).unwrap();
    let second = server.searches.take();
    assert_eq!(
        (first, second),
        (6, 2),
        "the collection, three words, and the hits"
    );
    client.forget_statistics();
    client.search(&request).unwrap();
    assert_eq!(server.searches.take(), 6);
}
