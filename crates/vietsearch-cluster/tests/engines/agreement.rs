//! The engine's answers against the local ones: the compiled JSON is executed over parts of a
//! collection, each with its own statistics, and finished on the client.

use std::time::{Duration, Instant};

use vietsearch_cluster::{Client, Compiler, Dialect, Retry};
use vietsearch_index::Article;
use vietsearch_query::{NewsSearcher, SearchRequest, SearchResponse};

use crate::common::collections::{amount, invented, local, queries, read, shared};
use crate::common::server::Server;

const INDEX: &str = "vi-news";

const COLLECTIONS: [&str; 4] = ["xquad-vi", "viquad-dev", "zalo-person-qa", "news-title-dev"];

fn client(articles: &[Article], parts: usize) -> Client<Server> {
    let server = Server::new(Dialect::Quickwit, INDEX, parts);
    let client = Client::new(server, Dialect::Quickwit, INDEX)
        .unwrap()
        .with_extra_fields(["doc_type".to_string()])
        .with_retry(Retry::default().with_attempts(1));
    let report = client.index(articles.to_vec()).unwrap();
    assert_eq!(report.acknowledged, articles.len() as u64);
    client
}

fn ids(response: &SearchResponse) -> Vec<String> {
    response.hits.iter().map(|hit| hit.id.clone()).collect()
}

/// Share of the ten best that both have.
fn overlap(left: &[String], right: &[String]) -> f64 {
    let both = left.iter().filter(|id| right.contains(id)).count();
    let most = left.len().max(right.len());
    if most == 0 {
        1.0
    } else {
        both as f64 / most as f64
    }
}

/// The ten best of the engine itself, without finishing.
fn raw(client: &Client<Server>, compiler: &Compiler, request: &SearchRequest) -> Vec<String> {
    let body = compiler.compile(request).unwrap().body().unwrap();
    let answer = client.transport().search(&body);
    let hits = answer["hits"]["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["_source"]["id"].as_str().unwrap().to_string())
        .collect()
}

#[derive(Default)]
struct Agreement {
    queries: usize,
    overlap: f64,
    first: usize,
    same: usize,
    totals: usize,
    raw: f64,
    local_time: Duration,
    finish_time: Duration,
}

impl Agreement {
    fn measure(local: &NewsSearcher, client: &Client<Server>, queries: &[String]) -> Self {
        let compiler = Compiler::new(Dialect::Quickwit).unwrap();
        let mut agreement = Self::default();
        for query in queries {
            let request = SearchRequest::new(query);
            let start = Instant::now();
            let expected = local.search(&request).unwrap();
            agreement.local_time += start.elapsed();
            client.transport().time.take();
            let start = Instant::now();
            let found = client.search(&request).unwrap();
            agreement.finish_time += start.elapsed() - client.transport().time.take();
            let (expected_ids, found_ids) = (ids(&expected), ids(&found));
            agreement.queries += 1;
            agreement.overlap += overlap(&expected_ids, &found_ids);
            agreement.first += usize::from(expected_ids.first() == found_ids.first());
            agreement.same += usize::from(expected_ids == found_ids);
            agreement.totals += usize::from(expected.total == found.total);
            agreement.raw += overlap(&expected_ids, &raw(client, &compiler, &request));
        }
        agreement
    }

    fn share(&self, value: f64) -> f64 {
        value / self.queries.max(1) as f64
    }
}

fn report(name: &str, parts: usize, agreement: &Agreement) {
    println!(
        "{name:32} {parts:3} parts: overlap {:.3}, first {:.3}, same order {:.3}, totals {:.3}, engine alone {:.3} ({} queries; {:.1} ms local, {:.1} ms on the client)",
        agreement.share(agreement.overlap),
        agreement.share(agreement.first as f64),
        agreement.share(agreement.same as f64),
        agreement.share(agreement.totals as f64),
        agreement.share(agreement.raw),
        agreement.queries,
        1e3 * agreement.share(agreement.local_time.as_secs_f64()),
        1e3 * agreement.share(agreement.finish_time.as_secs_f64())
    );
}

#[test]
fn own_articles_are_found_as_locally() {
    let articles = invented(amount(120, 400));
    let searcher = local(&articles);
    let queries: Vec<String> = [
        "giá vàng",
        "gia vang",
        "giá vàng SJC tăng mạnh",
        "duong sat bac nam",
        "bão",
        "bao so 3",
        "đắk lắk",
        "dak lak",
        "công an hà nội họp khẩn",
        "nghị định 168/2024/NĐ-CP",
        "168/2024/nd-cp",
        "covid 2",
        "covid2",
        "hòa bình",
        "hoà bình",
        "kĩ sư",
        "viêt nam",
        "học sinh lớp 12 thắng 2-0",
        "ngân hàng giảm nhẹ hôm qua",
        "thủ tướng",
        "zzz giá vàng",
    ]
    .map(str::to_string)
    .to_vec();
    for parts in [1, 4, 16, 64].into_iter().take(amount(2, 4)) {
        let client = client(&articles, parts);
        let agreement = Agreement::measure(&searcher, &client, &queries);
        report("invented", parts, &agreement);
        let overlap = agreement.share(agreement.overlap);
        assert!(overlap >= 0.95, "{parts} parts: {overlap}");
        assert_eq!(agreement.totals, queries.len(), "totals of {parts} parts");
    }
}

/// The collections beside the workspace, in full too slow for every run:
/// `CLUSTER_COLLECTIONS=all` or names of them, `CLUSTER_PARTS=1,4,16,64`, `CLUSTER_QUERIES=100` of
/// each file, `CLUSTER_VARIANTS=queries,queries.nodia`.
#[test]
fn shared_collections_are_found_as_locally() {
    let setting = |name: &str| std::env::var(name).ok();
    let Some(only) = setting("CLUSTER_COLLECTIONS") else {
        println!("skipped: CLUSTER_COLLECTIONS is not set");
        return;
    };
    let most: usize = setting("CLUSTER_QUERIES").map_or(100, |most| most.parse().unwrap());
    let parts = setting("CLUSTER_PARTS").unwrap_or("1,4,16,64".to_string());
    let parts: Vec<usize> = parts.split(',').map(|part| part.parse().unwrap()).collect();
    let variants = setting("CLUSTER_VARIANTS").unwrap_or("queries,queries.nodia".to_string());
    let is_wanted = |name: &str| only == "all" || only.split(',').any(|known| known == name);
    for name in COLLECTIONS.into_iter().filter(|name| is_wanted(name)) {
        let corpus = match name {
            "news-title-dev" => "news/vietnews.val.jsonl.gz".to_string(),
            other => format!("retrieval/{other}/corpus.jsonl"),
        };
        let Some(corpus) = shared(&corpus) else {
            println!("skipped: {name} is not beside the workspace");
            continue;
        };
        let articles = read(corpus);
        let searcher = local(&articles);
        for parts in &parts {
            let client = client(&articles, *parts);
            for variant in variants.split(',') {
                let file = format!("retrieval/{name}/{variant}.jsonl");
                let all = queries(shared(&file).unwrap_or_else(|| panic!("{file} is missing")));
                let step = (all.len() / most).max(1);
                let asked: Vec<String> = all.into_iter().step_by(step).take(most).collect();
                let agreement = Agreement::measure(&searcher, &client, &asked);
                let name = format!("{name}/{variant}");
                report(&name, *parts, &agreement);
                let overlap = agreement.share(agreement.overlap);
                assert!(*parts > 1 || overlap >= 0.95, "{name}: {overlap}");
            }
        }
    }
}
