//! On a real engine, if `VIETSEARCH_CLUSTER_URL` gives one, such as `http://localhost:7280`;
//! `VIETSEARCH_CLUSTER_DIALECT` says which (quickwit if it is not set), and
//! `VIETSEARCH_CLUSTER_ARTICLES` how many articles are indexed (500 if it is not set). An index is
//! created for the test and deleted in the end.

use std::time::Duration;

use vietsearch_cluster::{Client, Dialect, Transport};
#[cfg(feature = "client")]
use vietsearch_cluster::{HttpOptions, HttpTransport};
use vietsearch_index::date::Day;
use vietsearch_query::{SearchRequest, SearchResponse, Sort};

use crate::common::collections::{invented, local};
use crate::common::server::Server;

/// The most hits that are compared one by one; of queries with more, the ten best are.
const LIMIT: usize = 1_000;

fn articles(default: usize) -> usize {
    let given = std::env::var("VIETSEARCH_CLUSTER_ARTICLES");
    given.map_or(default, |count| count.parse().unwrap())
}

fn ids(response: &SearchResponse) -> Vec<&str> {
    let mut ids: Vec<&str> = response.hits.iter().map(|hit| hit.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// What a reader sees of each hit.
fn shown(response: &SearchResponse) -> Vec<(&str, &str, &[[usize; 2]])> {
    let mut shown: Vec<_> = response
        .hits
        .iter()
        .map(|hit| (&*hit.id, &*hit.snippet, &*hit.highlights))
        .collect();
    shown.sort_unstable();
    shown
}

/// What is expected of a real engine holds of the one of the tests.
#[test]
fn the_engine_of_the_tests_answers_as_the_local_index() {
    for dialect in [Dialect::Quickwit, Dialect::Elasticsearch] {
        let server = Server::new(dialect, "vi-news", 3);
        let client = Client::new(server, dialect, "vi-news")
            .unwrap()
            .with_extra_fields(["doc_type".to_string()]);
        compare(&client, articles(120));
    }
}

#[cfg(feature = "client")]
#[test]
fn a_real_engine_answers_as_the_local_index() {
    let Ok(url) = std::env::var("VIETSEARCH_CLUSTER_URL") else {
        println!("skipped: VIETSEARCH_CLUSTER_URL is not set");
        return;
    };
    let dialect = std::env::var("VIETSEARCH_CLUSTER_DIALECT");
    let dialect: Dialect = dialect.as_deref().unwrap_or("quickwit").parse().unwrap();
    let index = format!("vietsearch-test-{}", std::process::id());
    let options = HttpOptions::default().with_timeout(Duration::from_secs(60));
    let transport = HttpTransport::new(&url, options).unwrap();
    let client = Client::new(transport, dialect, &index)
        .unwrap()
        .with_extra_fields(["doc_type".to_string()]);
    assert!(client.create_index().unwrap(), "{index} is there already");
    assert!(!client.create_index().unwrap(), "its mapping is ours");
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        compare(&client, articles(500));
    }));
    client.delete_index().unwrap();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

fn compare<T: Transport>(client: &Client<T>, count: usize) {
    let articles = invented(count);
    let report = client.index(articles.clone()).unwrap();
    assert_eq!(report.acknowledged, count as u64, "{:?}", report.rejected);
    let visible = client.wait_for(count as u64, Duration::from_secs(300));
    assert_eq!(visible.unwrap(), count as u64);
    let local = local(&articles);
    let check = |request: &SearchRequest| {
        let expected = local.search(request).unwrap();
        let found = client.search(request).unwrap();
        assert!(!found.hits.is_empty(), "{:?}", request.query);
        assert_eq!(found.total, expected.total, "{:?}", request.query);
        assert_eq!(found.facets, expected.facets, "{:?}", request.query);
        if expected.hits.len() < LIMIT {
            assert_eq!(ids(&found), ids(&expected), "{:?}", request.query);
            assert_eq!(shown(&found), shown(&expected), "{:?}", request.query);
        } else {
            // Many of them are equal but for their ids.
            let titles = |response: &SearchResponse| -> Vec<Option<String>> {
                let best = response.hits.iter().take(10);
                best.map(|hit| hit.title.clone()).collect()
            };
            assert_eq!(titles(&found), titles(&expected), "{:?}", request.query);
        }
        found
    };
    for query in [
        "giá vàng SJC",
        "gia vang sjc",
        "=\"giá xăng\" dầu",
        "viêt nam",
        "\"giá xăng dầu\"",
        "\"gia xang dau\"",
        "168/2024/nd-cp",
        "kĩ sư -bão",
        "source:\"bao mau\" bão",
        "doc_type:\"phong su\" đắk lắk",
        "covi*",
        "title:(bão OR lũ)",
    ] {
        let mut request = SearchRequest::new(query).with_limit(LIMIT);
        request.facets = true;
        check(&request);
    }
    let month = SearchRequest::new("giá")
        .with_limit(LIMIT)
        .with_days(Day::new(2024, 2, 1), Day::new(2024, 2, 29));
    assert!(check(&month).total > 0);
    let by_date = month.with_sort(Sort::Date);
    let whole: Vec<String> = check(&by_date).hits.into_iter().map(|hit| hit.id).collect();
    let mut page = by_date.with_limit(7);
    let mut paged: Vec<String> = Vec::new();
    loop {
        let found = client.search(&page).unwrap();
        paged.extend(found.hits.into_iter().map(|hit| hit.id));
        match found.cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(paged, whole, "pages of seven");
}
