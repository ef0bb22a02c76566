//! Runs the feature cases of `tests/features/*.toml`; see the README there.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test is to stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vietsearch::ingest::{Entry, FieldMap, Options};
use vietsearch::text::{Scanner, Syllable};
use vietsearch::{
    Alerts, AliasPack, Article, Channel, Collapse, Day, Matching, NewsIndex, NewsSearcher, Require,
    SearchRequest, SearchResponse, Sort, Story, WriterOptions, fold, normalize, to_html,
};

type Failure = Box<dyn Error>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    search: Vec<SearchCase>,
    #[serde(default)]
    normalize: Vec<LineCase>,
    #[serde(default)]
    fold: Vec<LineCase>,
    #[serde(default)]
    tokens: Vec<TokensCase>,
    #[serde(default)]
    highlight: Vec<HighlightCase>,
    #[serde(default)]
    suggest: Vec<SuggestCase>,
    #[serde(default)]
    similar: Vec<SimilarCase>,
    #[serde(default)]
    ingest: Vec<IngestCase>,
    #[serde(default)]
    syllables: Vec<SyllablesCase>,
    #[serde(default)]
    duplicates: Vec<DuplicatesCase>,
    #[serde(default)]
    stories: Vec<StoriesCase>,
    #[serde(default)]
    alerts: Vec<AlertsCase>,
    #[serde(default)]
    feed: Vec<FeedCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchCase {
    id: String,
    docs: Vec<Article>,
    queries: Vec<String>,
    mode: Option<Matching>,
    require: Option<Require>,
    /// Packs of aliases that are taken.
    #[serde(default)]
    packs: Vec<String>,
    sort: Option<Sort>,
    collapse: Option<Collapse>,
    from: Option<Day>,
    to: Option<Day>,
    #[serde(default)]
    delete: Vec<String>,
    #[serde(default)]
    delete_ids: Vec<String>,
    ranked: Option<Vec<String>>,
    hits: Option<Vec<String>>,
    order: Option<Vec<String>>,
    absent: Option<Vec<String>>,
    total: Option<usize>,
    relaxed: Option<Vec<String>>,
    /// What the query is read as; empty: as it is typed.
    interpreted_as: Option<String>,
    /// The other query that is suggested; empty: none.
    suggestion: Option<String>,
    facets: Option<BTreeMap<String, BTreeMap<String, usize>>>,
    fields: Option<BTreeMap<String, BTreeMap<String, String>>>,
    absent_fields: Option<BTreeMap<String, Vec<String>>>,
    /// How many others each hit stands for.
    duplicates: Option<BTreeMap<String, usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineCase {
    id: String,
    cases: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokensCase {
    id: String,
    text: String,
    tokens: Vec<ExpectedToken>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedToken {
    start: Option<usize>,
    end: Option<usize>,
    kind: Option<String>,
    form: Option<String>,
    folded: Option<String>,
    sentence: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HighlightCase {
    id: String,
    doc: Article,
    query: String,
    max_chars: Option<usize>,
    html: Option<String>,
    #[serde(default)]
    contains: Vec<String>,
    #[serde(default)]
    not_contains: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuggestCase {
    id: String,
    docs: Vec<Article>,
    /// How often each of the articles is added, with other ids.
    #[serde(default)]
    times: Vec<usize>,
    /// Articles of a commit; all in one if it is left out.
    commit_every: Option<usize>,
    #[serde(default)]
    delete_ids: Vec<String>,
    /// Whether the segments are merged.
    #[serde(default)]
    merge: bool,
    /// What is typed, and all that is suggested.
    #[serde(default)]
    completions: BTreeMap<String, Vec<String>>,
    /// A query, and the first words that go with it.
    #[serde(default)]
    related: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SimilarCase {
    id: String,
    docs: Vec<Article>,
    /// An id, and the first ids that are like it, ascending.
    first: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    absent: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoriesCase {
    id: String,
    docs: Vec<Article>,
    /// All articles if it is left out.
    #[serde(default)]
    query: String,
    /// The ids of each story, the earliest first; the stories in any order.
    stories: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IngestCase {
    id: String,
    /// The name of the file, which tells the format; JSON lines if it is left out.
    file: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    input: Option<String>,
    /// The bytes of the file as hexadecimal digits, in place of `input`.
    bytes: Option<String>,
    indexed: usize,
    #[serde(default)]
    skipped: Vec<u64>,
    /// How many warnings there are.
    #[serde(default)]
    warnings: usize,
    /// The articles that are read, as far as they are described.
    #[serde(default)]
    articles: Vec<BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    totals: BTreeMap<String, usize>,
    /// A query, and the highlighted parts of its first hit.
    #[serde(default)]
    highlights: BTreeMap<String, Vec<String>>,
    /// Whether the file is added twice; the second time adds none.
    #[serde(default)]
    twice: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SyllablesCase {
    id: String,
    #[serde(default)]
    valid: Vec<String>,
    #[serde(default)]
    invalid: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DuplicatesCase {
    id: String,
    docs: Vec<Article>,
    /// All articles, those of one group together.
    groups: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlertsCase {
    id: String,
    /// Saved queries by their ids.
    queries: BTreeMap<String, String>,
    docs: Vec<Article>,
    /// For each article the ids of the queries that fire.
    fires: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedCase {
    id: String,
    docs: Vec<Article>,
    query: String,
    limit: Option<usize>,
    /// The ids of the items.
    items: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
}

/// Collects what fails, so that one run shows everything.
#[derive(Default)]
struct Report {
    checks: usize,
    failures: Vec<String>,
}

impl Report {
    fn check(&mut self, holds: bool, message: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.failures.push(message());
        }
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features")
}

fn run(file: &str, at_least: usize) -> Result<(), Failure> {
    let text = std::fs::read_to_string(directory().join(file))?;
    let cases: CaseFile = toml::from_str(&text)?;
    let mut report = Report::default();
    for case in &cases.search {
        run_search(case, &mut report)?;
    }
    for (cases, function) in [
        (&cases.normalize, normalize as fn(&str) -> String),
        (&cases.fold, fold),
    ] {
        for case in cases {
            for [input, expected] in &case.cases {
                let found = function(input);
                report.check(found == *expected, || {
                    format!("{}: {input:?} gives {found:?}, not {expected:?}", case.id)
                });
            }
        }
    }
    for case in &cases.tokens {
        run_tokens(case, &mut report);
    }
    for case in &cases.highlight {
        run_highlight(case, &mut report)?;
    }
    for case in &cases.suggest {
        run_suggest(case, &mut report)?;
    }
    for case in &cases.similar {
        run_similar(case, &mut report)?;
    }
    for case in &cases.stories {
        run_stories(case, &mut report)?;
    }
    for case in &cases.ingest {
        run_ingest(case, &mut report)?;
    }
    for case in &cases.alerts {
        run_alerts(case, &mut report)?;
    }
    for case in &cases.feed {
        run_feed(case, &mut report)?;
    }
    for case in &cases.duplicates {
        run_duplicates(case, &mut report)?;
    }
    for case in &cases.syllables {
        for (words, valid) in [(&case.valid, true), (&case.invalid, false)] {
            for word in words {
                let parsed = word.parse::<Syllable>().is_ok();
                report.check(parsed == valid, || {
                    format!(
                        "{}: {word:?} is a syllable: {parsed}, expected {valid}",
                        case.id
                    )
                });
            }
        }
    }
    assert!(
        report.checks >= at_least,
        "{file}: only {} checks ran",
        report.checks
    );
    assert!(
        report.failures.is_empty(),
        "{file}: {} of {} checks fail:\n{}",
        report.failures.len(),
        report.checks,
        report.failures.join("\n")
    );
    Ok(())
}

fn index(articles: &[Article]) -> Result<NewsIndex, Failure> {
    let index = NewsIndex::create_in_ram()?;
    let options = WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(16_000_000);
    let mut writer = index.writer(options)?;
    writer.add_all(articles.iter().cloned())?;
    writer.commit()?;
    drop(writer);
    Ok(index)
}

fn run_search(case: &SearchCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(&case.docs)?;
    if !case.delete.is_empty() || !case.delete_ids.is_empty() {
        let searcher = NewsSearcher::new(&index)?;
        let options = WriterOptions::default()
            .with_threads(1)
            .with_memory_bytes(16_000_000);
        let mut writer = index.writer(options)?;
        for query in &case.delete {
            writer.delete_matching(searcher.matching(&SearchRequest::new(query))?)?;
        }
        for id in &case.delete_ids {
            writer.delete_id(id)?;
        }
        writer.commit()?;
    }
    let mut searcher = NewsSearcher::new(&index)?;
    for name in &case.packs {
        let pack = AliasPack::vn_admin_2025();
        assert_eq!(pack.name(), name, "{}: an unknown pack", case.id);
        searcher = searcher.with_alias_pack(pack);
    }
    for query in &case.queries {
        let mut request = SearchRequest::new(query.as_str())
            .with_limit(100)
            .with_matching(case.mode.unwrap_or_default())
            .with_require(case.require.unwrap_or(Require::All))
            .with_sort(case.sort.unwrap_or_default())
            .with_days(case.from, case.to);
        request.collapse = case.collapse;
        if let Some(facets) = &case.facets {
            request = request.with_facets(facets.keys().cloned());
        }
        let found = searcher.search(&request)?;
        check_response(case, query, &found, report);
    }
    Ok(())
}

fn check_response(case: &SearchCase, query: &str, found: &SearchResponse, report: &mut Report) {
    let at = format!("{} {query:?}", case.id);
    let ids: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    let scores: Vec<(&str, f32)> = found
        .hits
        .iter()
        .map(|hit| (hit.id.as_str(), hit.score))
        .collect();
    if let Some(ranked) = &case.ranked {
        report.check(ids == *ranked, || {
            format!("{at}: {scores:?}, expected {ranked:?}")
        });
    }
    if let Some(hits) = &case.hits {
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        let mut expected: Vec<&str> = hits.iter().map(String::as_str).collect();
        expected.sort_unstable();
        report.check(sorted == expected, || {
            format!("{at}: {scores:?}, expected {hits:?}")
        });
    }
    for relation in case.order.iter().flatten() {
        let parts: Vec<&str> = relation.split_whitespace().collect();
        let [left, sign, right] = parts[..] else {
            panic!("{at}: order {relation:?}")
        };
        let place = |id: &str| scores.iter().position(|(known, _)| *known == id);
        let holds = match (place(left), place(right)) {
            (Some(a), Some(b)) if sign == ">" => a < b && scores[a].1 > scores[b].1,
            (Some(a), Some(b)) => (scores[a].1 - scores[b].1).abs() <= 1e-5 * scores[a].1.abs(),
            _ => false,
        };
        report.check(holds, || format!("{at}: {scores:?}, expected {relation}"));
    }
    for id in case.absent.iter().flatten() {
        report.check(!ids.contains(&id.as_str()), || {
            format!("{at}: {scores:?} without {id}")
        });
    }
    if let Some(total) = case.total {
        report.check(found.total == total, || {
            format!("{at}: total {}, expected {total}", found.total)
        });
    }
    for (name, expected, found) in [
        (
            "interpreted_as",
            &case.interpreted_as,
            &found.interpreted_as,
        ),
        ("suggestion", &case.suggestion, &found.suggestion),
    ] {
        if let Some(expected) = expected {
            let found = found.as_deref().unwrap_or("");
            report.check(found == expected, || {
                format!("{at}: {name} {found:?}, expected {expected:?}")
            });
        }
    }
    if let Some(relaxed) = &case.relaxed {
        report.check(found.relaxed == *relaxed, || {
            format!("{at}: relaxed {:?}, expected {relaxed:?}", found.relaxed)
        });
    }
    if let Some(expected) = &case.duplicates {
        let hits = found.hits.iter();
        let duplicates = hits.map(|hit| (hit.id.clone(), hit.duplicates)).collect();
        report.check(*expected == duplicates, || {
            format!("{at}: duplicates {duplicates:?}, expected {expected:?}")
        });
    }
    for (facet, expected) in case.facets.iter().flatten() {
        let counts: BTreeMap<String, usize> = found
            .facets
            .iter()
            .filter_map(|facets| facets.get(facet))
            .flatten()
            .map(|count| (count.label.clone(), count.count))
            .collect();
        report.check(counts == *expected, || {
            format!("{at}: {counts:?}, expected {expected:?}")
        });
    }
    let json = |id: &str| {
        let hit = found.hits.iter().find(|hit| hit.id == id);
        hit.and_then(|hit| serde_json::to_value(hit).ok())
            .unwrap_or_default()
    };
    for (id, fields) in case.fields.iter().flatten() {
        for (name, expected) in fields {
            let value = json(id).get(name).cloned().unwrap_or_default();
            report.check(value == expected.as_str(), || {
                format!("{at}: {id}.{name} is {value}, expected {expected:?}")
            });
        }
    }
    for (id, names) in case.absent_fields.iter().flatten() {
        for name in names {
            let value = json(id).get(name).cloned().unwrap_or_default();
            report.check(value.is_null(), || format!("{at}: {id}.{name} is {value}"));
        }
    }
}

/// The articles are of these groups: added at once, one commit for each, and written anew.
fn run_duplicates(case: &DuplicatesCase, report: &mut Report) -> Result<(), Failure> {
    let options = WriterOptions::default().with_threads(1);
    let directory = tempfile::tempdir()?;
    let [one_by_one, anew] = ["one-by-one", "anew"].map(|name| directory.path().join(name));
    let indexes = [index(&case.docs)?, NewsIndex::create(&one_by_one)?];
    let mut writer = indexes[1].writer(options)?;
    for article in &case.docs {
        writer.add(article.clone())?;
        writer.commit()?;
    }
    writer.finish()?;
    vietsearch::index::reindex(&one_by_one, &anew, options, &mut |_, _| {})?;
    let [at_once, one_by_one] = indexes;
    let mut known = None;
    for (how, index) in [
        ("at once", at_once),
        ("one by one", one_by_one),
        ("written anew", NewsIndex::open(&anew)?),
    ] {
        let request = SearchRequest::new("").with_limit(100);
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for hit in NewsSearcher::new(&index)?.search(&request)?.hits {
            groups.entry(hit.group).or_default().push(hit.id);
        }
        for ids in groups.values_mut() {
            ids.sort();
        }
        let mut found: Vec<&Vec<String>> = groups.values().collect();
        let mut expected: Vec<&Vec<String>> = case.groups.iter().collect();
        found.sort();
        expected.sort();
        report.check(found == expected, || {
            format!("{} {how}: {found:?}, expected {expected:?}", case.id)
        });
        let known = known.get_or_insert_with(|| groups.clone());
        report.check(*known == groups, || {
            format!("{} {how}: groups {groups:?}, at once {known:?}", case.id)
        });
    }
    Ok(())
}

/// The queries fire as saved ones, and find the article in an index of its own.
fn run_alerts(case: &AlertsCase, report: &mut Report) -> Result<(), Failure> {
    let mut alerts = Alerts::new();
    for (id, query) in &case.queries {
        alerts.save(id, SearchRequest::new(query.as_str()))?;
    }
    let mut matcher = alerts.matcher();
    for article in &case.docs {
        let searcher = NewsSearcher::new(&index(std::slice::from_ref(article))?)?;
        let mut searched = Vec::new();
        for (id, query) in &case.queries {
            let request = SearchRequest::new(query.as_str()).with_require(Require::All);
            if searcher.search(&request)?.total > 0 {
                searched.push(id.as_str());
            }
        }
        let key = article.key();
        let expected = case.fires.get(&key).cloned().unwrap_or_default();
        for (how, found) in [("alerts", matcher.matches(article)?), ("search", searched)] {
            report.check(found == expected, || {
                format!(
                    "{} {key} by {how}: {found:?}, expected {expected:?}",
                    case.id
                )
            });
        }
    }
    Ok(())
}

/// The feed is one that our own reader takes, with these articles.
fn run_feed(case: &FeedCase, report: &mut Report) -> Result<(), Failure> {
    let searcher = NewsSearcher::new(&index(&case.docs)?)?;
    let limit = case.limit.unwrap_or(Channel::ITEMS);
    let request = SearchRequest::new(case.query.as_str()).with_limit(limit);
    let feed = Channel::new("Thử", "https://mau.example/").feed(&searcher, &request)?;
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("feed.rss");
    std::fs::write(&path, &feed)?;
    let mut read = Vec::new();
    for entry in vietsearch::ingest::read([path], &Options::default()) {
        match entry {
            Entry::Article { article, .. } => read.push(*article),
            Entry::Skipped(problem) => {
                report.check(case.items.is_empty(), || format!("{}: {problem}", case.id))
            }
        }
    }
    let items: Vec<String> = read.iter().map(Article::key).collect();
    report.check(items == case.items, || {
        format!("{}: {items:?}, expected {:?}", case.id, case.items)
    });
    for article in &read {
        let original = case.docs.iter().find(|known| known.key() == article.key());
        let same = original.is_some_and(|known| {
            (&known.title, known.published_at) == (&article.title, article.published_at)
        });
        report.check(same, || {
            format!("{}: {article:?}, from {original:?}", case.id)
        });
    }
    for part in &case.contains {
        report.check(feed.contains(part), || {
            format!("{}: {feed} lacks {part:?}", case.id)
        });
    }
    Ok(())
}

fn run_tokens(case: &TokensCase, report: &mut Report) {
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(&case.text);
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        found.push(ExpectedToken {
            start: Some(token.start),
            end: Some(token.end),
            kind: Some(token.kind.to_string()),
            form: Some(token.form.to_string()),
            folded: Some(token.folded.to_string()),
            sentence: Some(token.sentence),
        });
    }
    let agrees = |expected: &ExpectedToken, token: &ExpectedToken| {
        (expected.start.is_none() || expected.start == token.start)
            && (expected.end.is_none() || expected.end == token.end)
            && (expected.kind.is_none() || expected.kind == token.kind)
            && (expected.form.is_none() || expected.form == token.form)
            && (expected.folded.is_none() || expected.folded == token.folded)
            && (expected.sentence.is_none() || expected.sentence == token.sentence)
    };
    let same = found.len() == case.tokens.len()
        && case
            .tokens
            .iter()
            .zip(&found)
            .all(|(expected, token)| agrees(expected, token));
    report.check(same, || {
        format!(
            "{} {:?}: {found:#?}, expected {:#?}",
            case.id, case.text, case.tokens
        )
    });
}

fn run_highlight(case: &HighlightCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(std::slice::from_ref(&case.doc))?;
    let searcher = NewsSearcher::new(&index)?;
    let mut request = SearchRequest::new(case.query.as_str());
    if let Some(max_chars) = case.max_chars {
        request.snippet_chars = max_chars;
    }
    let at = format!("{} {:?}", case.id, case.query);
    let found = searcher.search(&request)?;
    let Some(hit) = found.hits.first() else {
        report.check(false, || format!("{at}: nothing found"));
        return Ok(());
    };
    let html = to_html(&hit.snippet, &hit.highlights, "<em>", "</em>");
    if let Some(expected) = &case.html {
        report.check(html == *expected, || {
            format!("{at}: {html:?}, expected {expected:?}")
        });
    }
    for part in &case.contains {
        report.check(html.contains(part), || {
            format!("{at}: {html:?} lacks {part:?}")
        });
    }
    for part in &case.not_contains {
        report.check(!html.contains(part), || {
            format!("{at}: {html:?} has {part:?}")
        });
    }
    if let Some(max_chars) = case.max_chars {
        check_cut(case, &hit.snippet, max_chars, &at, report);
    }
    Ok(())
}

/// The snippet is short enough, cut at word edges, and shows where it is cut.
fn check_cut(case: &HighlightCase, snippet: &str, max_chars: usize, at: &str, report: &mut Report) {
    let length = snippet.chars().count();
    report.check(length <= max_chars, || {
        format!("{at}: {length} characters: {snippet:?}")
    });
    let piece = snippet.trim_matches('…');
    let texts = [&case.doc.body, &case.doc.lead, &case.doc.title];
    let text = texts
        .into_iter()
        .flatten()
        .find(|text| text.contains(piece));
    let Some(text) = text else {
        report.check(false, || format!("{at}: {snippet:?} is not in the text"));
        return;
    };
    let places = text.match_indices(piece).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + piece.len()..]);
        let is_edge = |inside: Option<char>, outside: Option<char>| {
            !(inside.is_some_and(char::is_alphanumeric)
                && outside.is_some_and(char::is_alphanumeric))
        };
        is_edge(piece.chars().next(), before.chars().next_back())
            && is_edge(piece.chars().next_back(), after.chars().next())
            && snippet.starts_with('…') != before.trim().is_empty()
            && snippet.ends_with('…') != after.trim().is_empty()
    });
    report.check(places, || format!("{at}: {snippet:?} is cut badly"));
}

fn run_suggest(case: &SuggestCase, report: &mut Report) -> Result<(), Failure> {
    let index = NewsIndex::create_in_ram()?;
    let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    let mut added = 0;
    for (number, article) in case.docs.iter().enumerate() {
        let times = case.times.get(number).copied().unwrap_or(1);
        for time in 0..times {
            let mut article = article.clone();
            if times > 1 || article.id.is_none() {
                article.id = Some(format!("{number}.{time}"));
            }
            writer.add(article)?;
            added += 1;
            if case.commit_every.is_some_and(|every| added % every == 0) {
                writer.commit()?;
            }
        }
    }
    writer.commit()?;
    for id in &case.delete_ids {
        writer.delete_id(id)?;
    }
    writer.commit()?;
    if case.merge {
        writer.merge()?;
    }
    writer.finish()?;
    let searcher = NewsSearcher::new(&index)?;
    for (typed, expected) in &case.completions {
        let found = searcher.suggest(typed, 10)?;
        let found: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        report.check(found == *expected, || {
            format!("{} {typed:?}: {found:?}, expected {expected:?}", case.id)
        });
    }
    for (query, expected) in &case.related {
        let found = searcher.related(&SearchRequest::new(query.as_str()), expected.len())?;
        let found: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        report.check(found == *expected, || {
            format!("{} {query:?}: {found:?}, expected {expected:?}", case.id)
        });
    }
    Ok(())
}

fn run_similar(case: &SimilarCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(&case.docs)?;
    let searcher = NewsSearcher::new(&index)?;
    for (id, expected) in &case.first {
        let found = searcher.similar(id, 10)?;
        let ids: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
        let mut first: Vec<&str> = ids.iter().take(expected.len()).copied().collect();
        first.sort_unstable();
        report.check(first == *expected, || {
            format!("{} {id:?}: {ids:?}, expected first {expected:?}", case.id)
        });
        let absent = case.absent.iter().chain([id]);
        for absent in absent {
            report.check(!ids.contains(&absent.as_str()), || {
                format!("{} {id:?}: {ids:?} has {absent:?}", case.id)
            });
        }
    }
    Ok(())
}

fn run_stories(case: &StoriesCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(&case.docs)?;
    let request = SearchRequest::new(&case.query).with_limit(1_000);
    let stories = NewsSearcher::new(&index)?.stories(&request)?;
    let ids = |story: &Story| story.hits.iter().map(|hit| hit.id.clone()).collect();
    let mut found: Vec<Vec<String>> = stories.iter().map(ids).collect();
    let mut expected = case.stories.clone();
    found.sort();
    expected.sort();
    report.check(found == expected, || {
        format!("{}: {found:?}, expected {expected:?}", case.id)
    });
    Ok(())
}

fn run_ingest(case: &IngestCase, report: &mut Report) -> Result<(), Failure> {
    let directory = tempfile::tempdir()?;
    let name = case.file.as_deref().unwrap_or("articles.jsonl");
    let path = directory.path().join(name);
    let digits = case.bytes.as_deref().unwrap_or_default();
    let digits: Vec<char> = digits
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .collect();
    let hex = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    let bytes: Vec<u8> = match &case.input {
        Some(text) => text.clone().into_bytes(),
        None => hex
            .map(|pair| u8::from_str_radix(&pair, 16))
            .collect::<Result<_, _>>()?,
    };
    std::fs::write(&path, bytes)?;
    let map = case.map.iter().map(|(field, key)| format!("{field}={key}"));
    let encoding = case.encoding.as_deref().map(str::parse).transpose()?;
    let options = Options::default()
        .with_field_map(FieldMap::parse(map)?)
        .with_encoding(encoding);
    let mut articles = Vec::new();
    let mut skipped = Vec::new();
    let mut warned = Vec::new();
    for entry in vietsearch::ingest::read([path], &options) {
        match entry {
            Entry::Article {
                article, warnings, ..
            } => {
                articles.push(*article);
                warned.extend(warnings);
            }
            Entry::Skipped(problem) => skipped.extend(problem.place.line),
        }
    }
    let at = &case.id;
    let indexed = articles.len();
    report.check(indexed == case.indexed, || {
        format!("{at}: {indexed} articles, expected {}", case.indexed)
    });
    report.check(skipped == case.skipped, || {
        format!("{at}: skipped {skipped:?}, expected {:?}", case.skipped)
    });
    report.check(warned.len() == case.warnings, || {
        format!("{at}: warnings {warned:?}, expected {}", case.warnings)
    });
    for (article, expected) in articles.iter().zip(&case.articles) {
        let found = serde_json::to_value(article)?;
        for (field, value) in expected {
            report.check(found[field] == *value, || {
                format!("{at}: {field} is {}, expected {value}", found[field])
            });
        }
    }
    let index = index(&articles)?;
    if case.twice {
        let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
        writer.add_all(articles.iter().cloned())?;
        writer.finish()?;
        index.reload()?;
        report.check(index.num_docs() == case.indexed as u64, || {
            format!("{at}: {} articles after the second run", index.num_docs())
        });
    }
    let searcher = NewsSearcher::new(&index)?;
    for (query, expected) in &case.totals {
        let request = SearchRequest::new(query.as_str()).with_require(Require::All);
        let total = searcher.search(&request)?.total;
        report.check(total == *expected, || {
            format!("{at} {query:?}: total {total}, expected {expected}")
        });
    }
    for (query, expected) in &case.highlights {
        let found = searcher.search(&SearchRequest::new(query.as_str()))?;
        let marked: Vec<String> = found.hits.first().map_or(Vec::new(), |hit| {
            let spans = hit.highlights.iter();
            spans
                .map(|span| hit.snippet[span[0]..span[1]].to_owned())
                .collect()
        });
        report.check(marked == *expected, || {
            format!("{at} {query:?}: {marked:?}, expected {expected:?}")
        });
    }
    Ok(())
}

#[test]
fn normalise() -> Result<(), Failure> {
    run("normalise.toml", 250)
}

#[test]
fn folding() -> Result<(), Failure> {
    run("fold.toml", 130)
}

#[test]
fn segment() -> Result<(), Failure> {
    run("segment.toml", 100)
}

#[test]
fn indexing() -> Result<(), Failure> {
    run("index.toml", 15)
}

#[test]
fn schema() -> Result<(), Failure> {
    run("schema.toml", 25)
}

#[test]
fn ingestion() -> Result<(), Failure> {
    run("ingest.toml", 60)
}

#[test]
fn query() -> Result<(), Failure> {
    run("query.toml", 60)
}

#[test]
fn rank() -> Result<(), Failure> {
    run("rank.toml", 20)
}

#[test]
fn present() -> Result<(), Failure> {
    run("present.toml", 25)
}

#[test]
fn suggestions() -> Result<(), Failure> {
    run("suggest.toml", 25)
}

#[test]
fn hard() -> Result<(), Failure> {
    run("hard.toml", 80)
}

#[test]
fn expansion() -> Result<(), Failure> {
    run("expand.toml", 50)
}

#[test]
fn units() -> Result<(), Failure> {
    run("units.toml", 70)
}

#[test]
fn typos() -> Result<(), Failure> {
    run("typos.toml", 25)
}

#[test]
fn duplicates() -> Result<(), Failure> {
    run("duplicates.toml", 40)
}

#[test]
fn alerts() -> Result<(), Failure> {
    run("alerts.toml", 60)
}

#[test]
fn every_file_is_run() -> Result<(), Failure> {
    let mut files = 0;
    for entry in std::fs::read_dir(directory())? {
        files += usize::from(
            entry?
                .path()
                .extension()
                .is_some_and(|ending| ending == "toml"),
        );
    }
    assert_eq!(files, 16, "a new file needs a test above");
    Ok(())
}
