//! Every kind of request, executed by the engine and compared with the local search, and every
//! query there is, held against the validator.

use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::json;
use vietsearch_cluster::{Client, ClusterError, Compiler, Dialect, mapping};
use vietsearch_index::Article;
use vietsearch_index::date::{DateTime, Day};
use vietsearch_query::{
    Matching, NewsSearcher, Require, SearchRequest, SearchResponse, Sort, to_html,
};

use crate::common::collections::{amount, invented, local, queries, shared};
use crate::common::server::Server;
use crate::common::validator::Validator;

const INDEX: &str = "vi-news";

struct Pair {
    local: NewsSearcher,
    remote: Client<Server>,
}

impl Pair {
    fn new(count: usize, parts: usize) -> Self {
        let articles = invented(count);
        let server = Server::new(Dialect::OpenSearch, INDEX, parts);
        let remote = Client::new(server, Dialect::OpenSearch, INDEX)
            .unwrap()
            .with_extra_fields(["doc_type".to_string()]);
        let report = remote.index(articles.clone()).unwrap();
        assert_eq!(report.acknowledged, count as u64);
        Self {
            local: local(&articles),
            remote,
        }
    }

    fn both(&self, request: &SearchRequest) -> (SearchResponse, SearchResponse) {
        let local = self.local.search(request).unwrap();
        let remote = self
            .remote
            .search(request)
            .unwrap_or_else(|error| panic!("{:?}: {error}", request.query));
        (local, remote)
    }
}

fn today() -> Option<Day> {
    Day::new(2024, 6, 1)
}

fn request(query: &str) -> SearchRequest {
    let mut request = SearchRequest::new(query).with_limit(10_000);
    request.today = today();
    request
}

fn sorted_ids(response: &SearchResponse) -> Vec<&str> {
    let mut ids: Vec<&str> = response.hits.iter().map(|hit| hit.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// Queries of every kind, all of them with fewer hits than candidates.
const QUERIES: [&str; 34] = [
    "giá vàng",
    "gia vang",
    "=gia",
    "\"giá vàng sjc\"",
    "\"gia vang sjc\"",
    "\"kĩ sư cầu\"",
    "\"lớp 12\"",
    "\"đắk lắk\"",
    "\"dak lak\"",
    "\"hà nội đường sắt\"",
    "\"giá tăng\"~3",
    "\"tăng giá\"~3!",
    "\"học 12\"~2!",
    "=\"giá vàng\"",
    "vàng -SJC",
    "giá -\"giá xăng\"",
    "giá -\"gia xang\"",
    "-\"giá vàng\" +giá",
    "giá AND (vàng OR xăng) NOT bão",
    "bão OR \"đội tuyển\"",
    "title:bão",
    "title:\"giá vàng\" body:lũ",
    "body:(bão lũ)",
    "cầu*",
    "covi*",
    "\"kỹ sư cầ*\"",
    "hộ*",
    "source:\"bao mau\" bão",
    "section:\"the thao\" tag:\"ha noi\" giá",
    "author:\"le thao\" từ:01/03/2024 đến:30/04/2024",
    "ngày:02/2024 bão",
    "doc_type:\"phong su\" giá vàng",
    "nghị định 168/2024/nd-cp",
    "id:bai-7",
];

#[test]
fn the_same_articles_are_found() {
    let pair = Pair::new(amount(60, 240), 3);
    let compiler = Compiler::new(Dialect::OpenSearch).unwrap();
    for query in QUERIES {
        for require in [Require::All, Require::Most] {
            let request = request(query).with_require(require);
            let (local, remote) = pair.both(&request);
            assert_eq!(
                sorted_ids(&remote),
                sorted_ids(&local),
                "{query} {require:?}"
            );
            if compiler.compile(&request).unwrap().is_exact() {
                assert_eq!(remote.total, local.total, "{query}");
            } else {
                assert!(remote.total >= local.total, "{query}");
            }
        }
    }
}

#[test]
fn matching_modes() {
    let pair = Pair::new(amount(120, 240), 2);
    for query in ["đường sắt", "gia vang", "dự án", "hoà bình", "viêt nam"] {
        for matching in [Matching::Default, Matching::Strict, Matching::Loose] {
            let request = request(query).with_matching(matching);
            let (local, remote) = pair.both(&request);
            assert_eq!(
                sorted_ids(&remote),
                sorted_ids(&local),
                "{query} {matching:?}"
            );
            assert_eq!(remote.total, local.total, "{query} {matching:?}");
        }
    }
}

#[test]
fn the_same_is_shown_of_hits() {
    let pair = Pair::new(120, 2);
    for query in [
        "gia vang",
        "\"giá xăng dầu\"",
        "168/2024/NĐ-CP",
        "hoà bình",
        "covid 2",
    ] {
        let (local, remote) = pair.both(&request(query));
        assert!(!local.hits.is_empty(), "{query}");
        for expected in &local.hits {
            let found = remote.hits.iter().find(|hit| hit.id == expected.id);
            let found = found.unwrap();
            assert_eq!(found.snippet, expected.snippet, "{query}");
            assert_eq!(found.highlights, expected.highlights, "{query}");
            assert_eq!(found.title_highlights, expected.title_highlights, "{query}");
            assert_eq!(found.published_at, expected.published_at);
            let html = |hit: &vietsearch_query::Hit| {
                to_html(&hit.snippet, &hit.highlights, "<em>", "</em>")
            };
            assert_eq!(html(found), html(expected));
        }
        assert_eq!(remote.relaxed, local.relaxed, "{query}");
    }
}

#[test]
fn filters_and_days_of_the_request() {
    let pair = Pair::new(240, 2);
    let mut narrowed = request("giá");
    narrowed.sources = vec!["Báo Mẫu".to_string(), "không có".to_string()];
    narrowed.sections = vec!["kinh-te".to_string()];
    narrowed.author = Some("lê thảo".to_string());
    narrowed.from = Day::new(2024, 2, 1);
    narrowed.to = Day::new(2024, 2, 29);
    narrowed.fields = vec![("doc_type".to_string(), "phóng sự".to_string())];
    let (local, remote) = pair.both(&narrowed);
    assert!(local.total > 0);
    assert_eq!(sorted_ids(&remote), sorted_ids(&local));
    // A day begins at midnight in Vietnam, not in Greenwich.
    let mut day = request("");
    let first = DateTime::parse("2024-01-01 00:30").unwrap();
    (day.from, day.to) = (Some(first.day()), Some(first.day()));
    let (local, remote) = pair.both(&day);
    assert_eq!(sorted_ids(&remote), sorted_ids(&local));
    let reversed = request("").with_days(Day::new(2024, 3, 1), Day::new(2024, 2, 1));
    assert_eq!(pair.remote.search(&reversed).unwrap().total, 0);
}

#[test]
fn newest_first_and_pages_of_it() {
    let pair = Pair::new(amount(100, 240), 3);
    for query in ["giá", "", "source:\"tin thu\"", "bão giá vàng ngân hàng"] {
        let by_date = request(query).with_sort(Sort::Date);
        let (local, remote) = pair.both(&by_date);
        let dates = |response: &SearchResponse| -> Vec<_> {
            response.hits.iter().map(|hit| hit.published_at).collect()
        };
        assert_eq!(dates(&remote), dates(&local), "{query}");
        assert_eq!(sorted_ids(&remote), sorted_ids(&local), "{query}");
        let whole: Vec<String> = remote.hits.iter().map(|hit| hit.id.clone()).collect();
        assert_eq!(pages(&pair.remote, by_date, 7), whole, "{query}");
    }
}

#[test]
fn pages_by_score_have_neither_gaps_nor_repeats() {
    let count = amount(60, 240);
    let pair = Pair::new(count, 3);
    // Windows of 27 candidates (three pages), so that pages cross them.
    let server = Server::new(Dialect::OpenSearch, INDEX, 3);
    let narrow = Client::new(server, Dialect::OpenSearch, INDEX)
        .unwrap()
        .with_candidates(25);
    narrow.index(invented(count)).unwrap();
    for query in [
        "giá",
        "giá vàng tăng mạnh",
        "bão số 3 hà nội",
        "zzz giá xăng dầu",
    ] {
        let (local, remote) = pair.both(&request(query));
        let whole: Vec<String> = remote.hits.iter().map(|hit| hit.id.clone()).collect();
        assert_eq!(pages(&pair.remote, request(query), 9), whole, "{query}");
        let mut in_windows = pages(&narrow, request(query), 9);
        in_windows.sort_unstable();
        assert_eq!(in_windows, sorted_ids(&local), "{query}");
    }
}

/// The ids of all pages, each of `limit` hits.
fn pages(client: &Client<Server>, mut request: SearchRequest, limit: usize) -> Vec<String> {
    request.limit = limit;
    let mut ids = Vec::new();
    let mut total = None;
    for _ in 0..200 {
        let page = client.search(&request).unwrap();
        assert!(page.hits.len() <= limit);
        assert_eq!(*total.get_or_insert(page.total), page.total);
        ids.extend(page.hits.into_iter().map(|hit| hit.id));
        match page.cursor {
            Some(cursor) => request.cursor = Some(cursor),
            None => return ids,
        }
    }
    panic!("{:?} does not end", request.query)
}

#[test]
fn facets_are_those_of_all_matching_articles() {
    let pair = Pair::new(240, 3);
    for query in ["giá", "bão", "source:\"bao mau\""] {
        let mut asked = request(query);
        asked.facets = true;
        let (local, remote) = pair.both(&asked);
        assert_eq!(remote.facets, local.facets, "{query}");
        let months: usize = remote.facets.unwrap()["month"]
            .iter()
            .map(|month| month.count)
            .sum();
        assert!(months > 0 && months <= remote.total);
    }
}

#[test]
fn recency_puts_newer_articles_first() {
    use vietsearch_cluster::Recency;
    let articles = invented(240);
    let now = DateTime::parse("2024-06-01").unwrap();
    let server = Server::new(Dialect::Quickwit, INDEX, 2);
    let client = Client::new(server, Dialect::Quickwit, INDEX)
        .unwrap()
        .with_recency(Recency::new(0.5, 10.0).unwrap().with_now(now));
    client.index(articles).unwrap();
    let found = client.search(&SearchRequest::new("title:bão")).unwrap();
    let newest = found.hits[0].published_at;
    let plain = Pair::new(240, 2).remote;
    let without = plain.search(&SearchRequest::new("title:bão")).unwrap();
    assert!(newest > without.hits[0].published_at);
}

#[test]
fn what_cannot_be_said_is_an_error() {
    let compiler = Compiler::new(Dialect::Quickwit).unwrap();
    let mut explained = SearchRequest::new("giá");
    explained.explain = true;
    let error = compiler.compile(&explained).unwrap_err();
    assert!(matches!(error, ClusterError::Unsupported { .. }), "{error}");
    let error = compiler
        .compile(&SearchRequest::new("giá").with_limit(10_001))
        .unwrap_err();
    assert!(matches!(error, ClusterError::Setting { .. }), "{error}");
    let words: Vec<String> = (0..900).map(|number| format!("từ{number}")).collect();
    let long = compiler
        .compile(&SearchRequest::new(words.join(" ")))
        .unwrap();
    let error = long.body().unwrap_err();
    assert!(
        matches!(error, ClusterError::TooManyClauses { .. }),
        "{error}"
    );
    let error = compiler
        .compile(&SearchRequest::new("giá ".repeat(5_000)))
        .unwrap_err();
    assert!(matches!(error, ClusterError::Search(_)), "{error}");
}

#[test]
fn punctuation_finds_nothing_and_an_empty_query_everything() {
    let pair = Pair::new(20, 1);
    for query in ["?!", "…", "\"\""] {
        assert_eq!(pair.remote.search(&request(query)).unwrap().total, 0);
        let body = Compiler::new(Dialect::Quickwit)
            .unwrap()
            .compile(&request(query))
            .unwrap()
            .body()
            .unwrap();
        assert_eq!(
            pair.remote.transport().search(&body)["hits"]["total"]["value"],
            0
        );
    }
    assert_eq!(pair.remote.search(&request("")).unwrap().total, 20);
}

#[test]
fn words_that_occur_nowhere_do_not_raise_the_floor() {
    let pair = Pair::new(amount(48, 120), 2);
    for query in [
        "giá qqqq",
        "vàng qqqq zzzz",
        "giá vàng qqqq zzzz xxxx",
        "bão qqqq lũ",
    ] {
        for sort in [Sort::Relevance, Sort::Date] {
            let (local, remote) = pair.both(&request(query).with_sort(sort));
            assert!(!local.hits.is_empty(), "{query}");
            assert_eq!(sorted_ids(&remote), sorted_ids(&local), "{query}");
            assert_eq!((remote.total, &remote.relaxed), (0, &local.relaxed));
            let mut paged = pages(&pair.remote, request(query).with_sort(sort), 3);
            paged.sort_unstable();
            assert_eq!(paged, sorted_ids(&local), "{query} in pages");
        }
    }
}

#[test]
fn a_phrase_that_no_article_has_is_given_up() {
    let pair = Pair::new(120, 2);
    for query in [
        "\"vàng giá\" SJC",
        "\"bão vàng\" tăng mạnh",
        "\"giá vàng\" qqqq",
    ] {
        let (local, remote) = pair.both(&request(query));
        assert_eq!(sorted_ids(&remote), sorted_ids(&local), "{query}");
        assert_eq!(remote.relaxed, local.relaxed, "{query}");
        let whole: Vec<String> = remote.hits.iter().map(|hit| hit.id.clone()).collect();
        assert_eq!(pages(&pair.remote, request(query), 4), whole, "{query}");
    }
}

/// Holds all bodies of a request against the validator. False if the query exceeds a limit of the
/// query language, in which case a local search refuses it too.
fn check(validator: &Validator, compiler: &Compiler, request: &SearchRequest) -> bool {
    let compiled = match compiler.compile(request) {
        Ok(compiled) => compiled,
        Err(ClusterError::Search(_)) => return false,
        Err(error) => panic!("{:?}: {error}", request.query),
    };
    let mut bodies = vec![
        compiled.body().unwrap(),
        compiled.full_body(300, None).unwrap(),
        compiled.condition_body().unwrap(),
    ];
    if !compiled.asks_nothing() {
        bodies.push(compiled.partial_body(1, 300, None).unwrap());
        bodies.push(compiled.any_body(300, None).unwrap());
    }
    bodies.extend(compiled.counts().into_iter().map(|count| count.body));
    for body in bodies {
        if let Err(violation) = validator.search(&body) {
            panic!("{violation}: {:?}\n{body:#}", request.query);
        }
    }
    true
}

/// Compiles queries for every dialect, in the ways that a request may ask for.
struct Checker {
    validator: Validator,
    compilers: [Compiler; 3],
    queries: HashSet<String>,
}

impl Checker {
    fn new() -> Self {
        let compilers = Dialect::ALL.map(|dialect| {
            Compiler::new(dialect)
                .unwrap()
                .with_extra_fields(["doc_type".to_string()])
        });
        Self {
            validator: Validator::new(&mapping(Dialect::Quickwit, INDEX).unwrap()),
            compilers,
            queries: HashSet::new(),
        }
    }

    /// False if the query is refused; one that was checked before is not checked again.
    fn check(&mut self, query: &str) -> bool {
        if !self.queries.insert(query.to_string()) {
            return true;
        }
        let typed = SearchRequest::new(query);
        let mut loose = SearchRequest::new(query)
            .with_matching(Matching::Loose)
            .with_require(Require::Any);
        loose.facets = true;
        let mut newest = SearchRequest::new(query)
            .with_matching(Matching::Strict)
            .with_require(Require::All)
            .with_sort(Sort::Date)
            .with_days(Day::new(2024, 1, 1), None);
        newest.sources = vec!["Báo Mẫu".to_string()];
        let mut compiles = true;
        for compiler in &self.compilers {
            compiles &= check(&self.validator, compiler, &typed);
        }
        for request in [loose, newest].iter().take(amount(0, 2)) {
            compiles &= check(&self.validator, &self.compilers[0], request);
        }
        compiles
    }

    fn must(&mut self, query: &str) {
        assert!(self.check(query), "{query:?} is refused");
    }
}

#[test]
fn every_query_of_the_feature_cases_compiles() {
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        search: Vec<Case>,
        #[serde(default)]
        highlight: Vec<Highlight>,
    }
    #[derive(Deserialize)]
    struct Case {
        queries: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Highlight {
        query: String,
    }
    let mut checker = Checker::new();
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vietsearch/tests/features");
    for entry in std::fs::read_dir(features).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let file: File = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for case in file.search {
            case.queries.iter().for_each(|query| {
                checker.check(query);
            });
        }
        file.highlight
            .iter()
            .for_each(|case| checker.must(&case.query));
    }
    QUERIES.iter().for_each(|query| checker.must(query));
    println!(
        "{} different queries of the feature cases",
        checker.queries.len()
    );
    assert!(checker.queries.len() > 150, "{}", checker.queries.len());
}

#[test]
fn hostile_queries_compile_or_are_refused() {
    let mut checker = Checker::new();
    let hostile = [
        "(".repeat(500),
        "\"".repeat(1_001),
        "a\u{0}b \u{200b}\u{feff}x \u{1F600}*".to_string(),
        "ba\u{301}o gia\u{302}\u{301} =E\u{301}*".to_string(),
        "x".repeat(3_000),
        "-a -b -\"c d\"~9! NOT (e OR f*)".to_string(),
    ];
    for query in hostile {
        checker.check(&query);
    }
}

/// Whatever stands between back-quotes in the list of features: its queries are among it.
#[test]
fn every_example_of_the_feature_list_compiles() {
    let Some(list) = shared("../FEATURES.md") else {
        println!("skipped: no list of features beside the workspace");
        return;
    };
    let mut checker = Checker::new();
    let list = std::fs::read_to_string(list).unwrap();
    for row in list.lines().filter(|line| line.starts_with('|')) {
        for example in row.split('`').skip(1).step_by(2) {
            checker.must(example);
        }
    }
    println!("{} examples of the list of features", checker.queries.len());
    assert!(checker.queries.len() > 300, "{}", checker.queries.len());
}

/// One query of 499 in each file; all of them with `CLUSTER_ALL=1`.
#[test]
fn every_query_of_the_collections_compiles() {
    let Some(root) = shared("retrieval") else {
        println!("skipped: no collections beside the workspace");
        return;
    };
    let step = amount(499, 1);
    let mut checker = Checker::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        let folder = folder.unwrap().path();
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                name.starts_with("queries") && name.ends_with(".jsonl")
            })
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{folder:?}");
        for file in files {
            let queries = queries(file.clone());
            let asked = queries.iter().step_by(step);
            let place = file.strip_prefix(&root).unwrap().display();
            println!("{place}: {} of {} queries", asked.len(), queries.len());
            asked.for_each(|query| checker.must(query));
        }
    }
    println!(
        "{} different queries of collections compile",
        checker.queries.len()
    );
    assert!(!checker.queries.is_empty());
}

#[test]
fn whole_values_are_looked_up_as_they_are() {
    let server = Server::new(Dialect::Quickwit, INDEX, 2);
    let client = Client::new(server, Dialect::Quickwit, INDEX).unwrap();
    let long = "https://bao.example/".to_string() + &"a".repeat(300);
    let articles = [
        Article::new("Mưa lớn", "").with_id("bai so 7"),
        Article::new("Nắng to", "")
            .with_id("8")
            .with_url(long.as_str())
            .with_extra("loai bai", "phóng sự"),
    ];
    let local = local(&articles);
    client.index(articles).unwrap();
    let asked = request("id:\"bai so 7\"");
    let found = client.search(&asked).unwrap();
    assert_eq!(sorted_ids(&found), ["bai so 7"]);
    assert_eq!(sorted_ids(&local.search(&asked).unwrap()), ["bai so 7"]);
    let mut asked = request("");
    asked.fields = vec![("loai bai".to_string(), "phong su".to_string())];
    assert_eq!(sorted_ids(&client.search(&asked).unwrap()), ["8"]);
    // Quickwit indexes no whole value of more than 254 bytes: not silently nothing, but an error.
    let asked = request(&format!("url:\"{long}\""));
    let error = client.search(&asked).unwrap_err();
    assert!(matches!(error, ClusterError::Unsupported { .. }), "{error}");
    let other = Compiler::new(Dialect::OpenSearch).unwrap();
    assert!(other.compile(&asked).is_ok());
}

#[test]
fn what_is_told_of_a_query_does_not_depend_on_hits() {
    let pair = Pair::new(20, 1);
    for query in ["giá vàng", "zzzz qqqq", "teen truongf", "sửa chửa", "?!"] {
        let (local, remote) = pair.both(&request(query));
        assert_eq!(remote.interpreted_as, local.interpreted_as, "{query}");
        assert_eq!(remote.suggestion, local.suggestion, "{query}");
        assert_eq!(remote.relaxed, local.relaxed, "{query}");
    }
}

#[test]
fn what_engines_refuse_is_a_violation() {
    let validator = Validator::new(&mapping(Dialect::Quickwit, INDEX).unwrap());
    let sort = json!([{ "_score": "desc" }]);
    let good = json!({ "term": { "body_f": { "value": "gia" } } });
    assert!(
        validator
            .search(&json!({ "query": good, "size": 1, "sort": sort }))
            .is_ok()
    );
    for query in [
        json!({ "match": { "body_f": { "query": "gia vang" } } }),
        json!({ "match_phrase": { "body_f": { "query": "gia vang", "boost": 2.0 } } }),
        json!({ "match_phrase": { "entities": { "query": "gia vang" } } }),
        json!({ "function_score": {} }),
        json!({ "constant_score": { "filter": good } }),
        json!({ "dis_max": { "queries": [good] } }),
        json!({ "term": { "body": { "value": "gia" } } }),
        json!({ "term": { "nowhere": { "value": "gia" } } }),
        json!({ "term": { "body_s": { "value": "gia\u{301}" } } }),
        json!({ "term": { "body_s": { "value": "giá vàng" } } }),
        json!({ "terms": { "body_s": ["giá", "x".repeat(256)] } }),
        json!({ "term": { "url": { "value": "x".repeat(255) } } }),
        json!({ "match_phrase": { "body_f": { "query": "gia  vang" } } }),
        json!({ "bool": { "must": vec![good.clone(); 1_025] } }),
        json!({ "term": { "a": { "value": "x" }, "b": { "value": "y" } } }),
        json!({ "range": { "published_at": { "gte": "2024-05-01" } } }),
        json!({ "bool": { "should": [good] } }),
        json!({ "bool": { "must": [] } }),
        json!({ "bool": { "must": [good], "_name": "x" } }),
    ] {
        let body = json!({ "query": query, "size": 1, "sort": sort });
        assert!(validator.search(&body).is_err(), "{query}");
    }
    for body in [
        json!({ "query": good, "size": 1 }),
        json!({ "query": good, "size": 20_000, "sort": sort }),
        json!({ "query": good, "size": 1, "sort": [{ "title": "asc" }] }),
        json!({ "query": good, "size": 1, "sort": sort, "collapse": { "field": "id" } }),
        json!({ "query": good, "size": 1, "sort": sort, "search_after": [1, 2] }),
        json!({ "query": good, "size": 0, "aggs": { "x": { "top_hits": { "field": "id" } } } }),
        json!({ "query": good, "size": 0, "aggs": { "x": { "date_histogram":
            { "field": "published_at", "calendar_interval": "1M" } } } }),
    ] {
        assert!(validator.search(&body).is_err(), "{body}");
    }
}

static QUICKWIT: LazyLock<(Validator, Compiler)> = LazyLock::new(|| {
    let validator = Validator::new(&mapping(Dialect::Quickwit, INDEX).unwrap());
    (validator, Compiler::new(Dialect::Quickwit).unwrap())
});

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn any_text_compiles_to_the_dialect(query in "[ a-zđăâêôơưáàảãạéíóú0-9\"*~!()+:./=¶\u{301}\u{302}\u{a0}-]{0,60}") {
        let (validator, compiler) = &*QUICKWIT;
        let mut request = request(&query);
        check(validator, compiler, &request);
        request.facets = true;
        request.matching = Matching::Loose;
        request.sort = Sort::Date;
        check(validator, compiler, &request);
    }
}
