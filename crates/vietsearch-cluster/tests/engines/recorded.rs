//! Exchanges in the form that a Quickwit 0.9 node was seen to use: hits without `_score` and `_id`,
//! scores in `sort`, times in UTC, errors for single documents.

use std::cell::RefCell;

use serde_json::{Value, json};
use vietsearch_cluster::{
    Client, ClusterError, Dialect, Documents, Request, Response, Retry, Transport, TransportError,
};
use vietsearch_index::Article;
use vietsearch_query::{SearchRequest, Sort, to_html};

/// Answers a row of requests, each of which it checks.
struct Recorded {
    exchanges: RefCell<Vec<(&'static str, Response)>>,
    requests: RefCell<Vec<Request>>,
}

impl Recorded {
    fn new(exchanges: Vec<(&'static str, Response)>) -> Self {
        Self {
            exchanges: RefCell::new(exchanges),
            requests: RefCell::default(),
        }
    }
}

impl Transport for Recorded {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let (path, response) = self.exchanges.borrow_mut().remove(0);
        assert_eq!(request.path, path);
        self.requests.borrow_mut().push(request.clone());
        Ok(response)
    }
}

fn client(exchanges: Vec<(&'static str, Response)>) -> Client<Recorded> {
    Client::new(Recorded::new(exchanges), Dialect::Quickwit, "vi-news")
        .unwrap()
        .with_retry(Retry::default().with_attempts(1))
}

fn source(article: &Article) -> Value {
    let mut source = Documents::new().document(article).unwrap().source;
    // Analysed terms are not stored.
    let unstored = |name: &str| {
        ["_s", "_f", "_w"].iter().any(|tier| name.ends_with(tier)) || name == "entities"
    };
    source
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !unstored(name));
    source
}

fn answer(total: u64, hits: Vec<Value>) -> Value {
    json!({
        "took": 12, "timed_out": false,
        "_shards": { "total": 0, "successful": 0, "skipped": 0, "failed": 0 },
        "hits": { "total": { "value": total, "relation": "eq" }, "max_score": null, "hits": hits },
        "status": 200,
    })
}

fn responses(answers: Vec<Value>) -> Response {
    Response::new(200, json!({ "responses": answers }).to_string())
}

const SEARCH: &str = "/api/v1/_elastic/_msearch";

#[test]
fn an_unmarked_query() {
    let first = Article::new("Giá vàng hôm nay", "Giá vàng SJC tăng mạnh.").with_id("D1");
    let third = Article::new("Chợ Mới", "Giá rau tăng, người bán vàng mã vẫn vắng.").with_id("D3");
    let hit = |article: &Article, score: f64| {
        let source = source(article);
        let hash = source["id_hash"].clone();
        json!({ "_index": "vi-news", "_source": source, "sort": [score, hash] })
    };
    let mut collection = answer(3, Vec::new());
    collection["aggregations"] = json!({
        "title_length": { "value": 3.0 }, "lead_length": { "value": null },
        "body_length": { "value": 6.5 },
    });
    let found = answer(2, vec![hit(&first, 9.62), hit(&third, 1.98)]);
    let client = client(vec![(
        SEARCH,
        responses(vec![
            found,
            collection,
            // Each word, and the spelling that it probably stands for.
            answer(2, Vec::new()),
            answer(2, Vec::new()),
            answer(2, Vec::new()),
            answer(2, Vec::new()),
        ]),
    )]);
    let response = client.search(&SearchRequest::new("gia vang")).unwrap();
    assert_eq!(response.total, 2);
    let ids: Vec<&str> = response.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, ["D1", "D3"]);
    let hit = &response.hits[0];
    assert_eq!(
        to_html(&hit.snippet, &hit.highlights, "<em>", "</em>"),
        "<em>Giá vàng</em> SJC tăng mạnh."
    );
    let requests = client.transport().requests.borrow();
    let lines: Vec<Value> = requests[0]
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 12, "a header and a body for each search");
    let of_spelling = json!({ "term": { "title_s": { "value": "giá" } } });
    assert_eq!(lines[7]["query"]["bool"]["should"][0], of_spelling);
    assert_eq!(lines[0], json!({ "index": "vi-news" }));
    assert_eq!(
        lines[1]["sort"],
        json!([{ "_score": "desc" }, { "id_hash": "asc" }])
    );
}

#[test]
fn newest_first_with_the_next_page() {
    let article = Article::new("Giá vàng", "").with_id("1");
    let article = article
        .with_published_at(vietsearch_index::date::DateTime::parse("01/05/2024 06:30").unwrap());
    let mut first = source(&article);
    first["id_hash"] = json!(11);
    assert_eq!(first["published_at"], "2024-04-30T23:30:00Z");
    let second = source(&Article::new("Giá vàng xưa", "").with_id("2"));
    let hits = vec![
        json!({ "_source": first, "sort": [1_714_519_800_000_u64, 11] }),
        json!({ "_source": second, "sort": [0, 33] }),
    ];
    let client = client(vec![
        (SEARCH, responses(vec![answer(2, hits)])),
        (SEARCH, responses(vec![answer(2, Vec::new())])),
    ]);
    let mut request = SearchRequest::new("giá vàng")
        .with_sort(Sort::Date)
        .with_limit(1);
    let page = client.search(&request).unwrap();
    assert_eq!(page.hits.len(), 1);
    assert_eq!(
        page.hits[0].published_at.unwrap().to_string(),
        "2024-05-01T06:30:00+07:00"
    );
    request.cursor = page.cursor;
    assert_eq!(request.cursor.as_deref(), Some("f0~[1714519800000,11]"));
    assert!(client.search(&request).unwrap().hits.is_empty());
    let requests = client.transport().requests.borrow();
    assert!(
        requests[1]
            .body
            .contains("\"search_after\":[1714519800000,11]")
    );
}

#[test]
fn a_batch_with_a_document_that_does_not_parse() {
    let answer = json!({ "took": 4, "errors": true, "items": [
        { "create": { "_index": "vi-news", "_id": null, "status": 201, "error": null } },
        { "index": { "_index": "vi-news", "_id": null, "status": 400, "error": {
            "index": "vi-news", "type": "document_parsing_exception",
            "reason": "the document contains an unexpected field" } } },
    ]});
    let client = client(vec![(
        "/api/v1/_elastic/_bulk",
        Response::new(200, answer.to_string()),
    )]);
    let articles = ["1", "2"].map(|id| Article::new("Mưa", "").with_id(id));
    let report = client.index(articles).unwrap();
    assert_eq!(report.acknowledged, 1);
    assert_eq!(report.rejected[0].id, "2");
    assert_eq!(report.rejected[0].kind, "document_parsing_exception");
    let requests = client.transport().requests.borrow();
    assert!(
        !requests[0].path.contains("refresh"),
        "a batch that is rejected whole would hang"
    );
    assert!(requests[0].body.starts_with("{\"create\""));
}

#[test]
fn an_internal_error_has_its_reason() {
    let refused = json!({ "status": 500, "error": {
        "reason": "StorageDirectory only supports async reads: Error with path: x.pos" } });
    let client = client(vec![(SEARCH, responses(vec![refused; 3]))]);
    let error = client.search(&SearchRequest::new("giá")).unwrap_err();
    let ClusterError::Refused { status, reason, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*status, 500);
    assert!(reason.contains("async reads"), "{error}");
}
