//! Reading what engines answer.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use vietsearch_index::date::DateTime;
use vietsearch_index::{Article, filter_key};
use vietsearch_query::FacetCount;

use crate::bulk::{check_status, reason_of};
use crate::document::Documents;
use crate::error::{ClusterError, Result};
use crate::http::Response;

/// A hit of an engine: the article and where it stands in the engine's order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteHit {
    /// The article, as it was sent.
    pub article: Article,
    /// Its group of near-duplicates.
    pub dup_group: u64,
    /// Its values in the order of the search: where the next page begins after it.
    pub order: Vec<Value>,
}

/// What one search was answered with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) total: u64,
    pub(crate) hits: Vec<RemoteHit>,
    pub(crate) aggregations: Value,
}

fn half(reason: impl Into<String>) -> ClusterError {
    ClusterError::HalfAnswer {
        reason: reason.into(),
        ids: Vec::new(),
    }
}

/// Reads the answers to several searches at once.
pub(crate) fn read_multi(response: &Response, expected: usize) -> Result<Vec<Answer>> {
    check_status(response)?;
    let answer: Value = serde_json::from_str(&response.body)
        .map_err(|error| half(format!("it is no JSON: {error}")))?;
    let answers = answer.get("responses").and_then(Value::as_array);
    let answers = answers.ok_or_else(|| half("it has no \"responses\""))?;
    if answers.len() != expected {
        let found = answers.len();
        return Err(half(format!("{found} of {expected} searches are answered")));
    }
    answers.iter().map(read_one).collect()
}

/// Reads the answer to one search.
pub(crate) fn read_one(answer: &Value) -> Result<Answer> {
    if let Some(status) = answer.get("status").and_then(Value::as_u64)
        && !(200..300).contains(&status)
    {
        let status = u16::try_from(status).unwrap_or(0);
        check_status(&Response::new(status, answer.to_string()))?;
    }
    if answer.get("error").is_some_and(|error| !error.is_null()) {
        return Err(half(reason_of(&answer.to_string())));
    }
    if answer.get("timed_out") == Some(&Value::Bool(true)) {
        return Err(half("the engine's own time limit was reached"));
    }
    let failed = answer.pointer("/_shards/failed").and_then(Value::as_u64);
    if let Some(failed) = failed.filter(|failed| *failed > 0) {
        return Err(half(format!("{failed} shards have failed")));
    }
    let total = answer.pointer("/hits/total");
    // A number in older versions; {"value": …, "relation": "eq"} otherwise.
    let total = total.and_then(|total| total.get("value").unwrap_or(total).as_u64());
    let total = total.ok_or_else(|| half("a search has no total"))?;
    let hits = answer.pointer("/hits/hits").and_then(Value::as_array);
    let hits: Result<Vec<RemoteHit>> = hits.into_iter().flatten().map(read_hit).collect();
    Ok(Answer {
        total,
        hits: hits?,
        aggregations: answer.get("aggregations").cloned().unwrap_or_default(),
    })
}

fn read_hit(hit: &Value) -> Result<RemoteHit> {
    let source = hit.get("_source");
    let source = source.ok_or_else(|| half("a hit has no \"_source\""))?;
    let text = |name: &str| source.get(name).and_then(Value::as_str).map(str::to_string);
    let number = |name: &str| source.get(name).and_then(Value::as_u64);
    let id = text("id").ok_or_else(|| half("a hit has no \"id\""))?;
    let library = Documents::version();
    let found = number("analysis").unwrap_or(0);
    if found != library {
        return Err(ClusterError::AnalysisMismatch { id, found, library });
    }
    let time = |name: &str| text(name).and_then(|time| DateTime::parse(&time).ok());
    let tags = match source.get("tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(tag)) => vec![tag.as_str()],
        _ => Vec::new(),
    };
    let extra = text("extra").and_then(|json| serde_json::from_str(&json).ok());
    let article = Article {
        title: text("title"),
        lead: text("lead"),
        body: text("body"),
        author: text("author"),
        source: text("source"),
        section: text("section"),
        tags: tags.into_iter().map(str::to_string).collect(),
        url: text("url"),
        published_at: time("published_at"),
        updated_at: time("updated_at"),
        extra: extra.unwrap_or_default(),
        id: Some(id),
    };
    let order = hit.get("sort").and_then(Value::as_array).cloned();
    Ok(RemoteHit {
        article,
        dup_group: number("dup_group").unwrap_or(0),
        order: order.unwrap_or_default(),
    })
}

/// Facets as a local search counts them: labels by key, months newest first.
pub(crate) fn facets(aggregations: &Value) -> BTreeMap<String, Vec<FacetCount>> {
    let mut facets = BTreeMap::new();
    for name in ["source", "section"] {
        facets.insert(name.to_string(), by_key(aggregations, name));
    }
    facets.insert("month".to_string(), by_month(aggregations));
    facets
}

fn buckets<'a>(aggregations: &'a Value, name: &str) -> impl Iterator<Item = (&'a Value, usize)> {
    let buckets = aggregations
        .get(name)
        .and_then(|facet| facet.get("buckets"))
        .and_then(Value::as_array);
    buckets.into_iter().flatten().filter_map(|bucket| {
        let count = bucket.get("doc_count")?.as_u64()?;
        Some((bucket.get("key")?, usize::try_from(count).ok()?))
    })
}

/// `Thể thao` and `thể thao` are one value; the most frequent label is shown.
fn by_key(aggregations: &Value, name: &str) -> Vec<FacetCount> {
    // By key: all articles, the most frequent label and how many have that.
    let mut counts: HashMap<String, (usize, &str, usize)> = HashMap::new();
    for (label, count) in buckets(aggregations, name) {
        let Some(label) = label.as_str() else {
            continue;
        };
        let known = counts.entry(filter_key(label)).or_insert((0, label, 0));
        known.0 += count;
        if count > known.2 {
            (known.1, known.2) = (label, count);
        }
    }
    let mut facet: Vec<FacetCount> = counts
        .into_values()
        .map(|(count, label, _)| FacetCount::new(label, count))
        .collect();
    facet.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    facet
}

fn by_month(aggregations: &Value) -> Vec<FacetCount> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (start, count) in buckets(aggregations, "day") {
        let Some(milliseconds) = start.as_f64().filter(|_| count > 0) else {
            continue;
        };
        let day = DateTime::from_unix_seconds((milliseconds / 1_000.0) as i64).day();
        let month = format!("{:04}-{:02}", day.year(), day.month());
        *counts.entry(month).or_default() += count;
    }
    let newest_first = counts.into_iter().rev();
    newest_first
        .map(|(month, count)| FacetCount::new(month, count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(answer: &str) -> Result<Answer> {
        read_one(&serde_json::from_str(answer).unwrap())
    }

    #[test]
    fn totals_of_both_kinds() {
        assert_eq!(one(r#"{"hits":{"total":3,"hits":[]}}"#).unwrap().total, 3);
        let newer = r#"{"hits":{"total":{"value":3,"relation":"eq"},"hits":[]}}"#;
        assert_eq!(one(newer).unwrap().total, 3);
    }

    #[test]
    fn half_answers_are_errors() {
        for (answer, reason) in [
            (
                r#"{"timed_out":true,"hits":{"total":3,"hits":[]}}"#,
                "time limit",
            ),
            (
                r#"{"_shards":{"failed":2},"hits":{"total":3,"hits":[]}}"#,
                "2 shards",
            ),
            (r#"{"hits":{"hits":[]}}"#, "no total"),
            (
                r#"{"hits":{"total":1,"hits":[{"sort":[1]}]}}"#,
                "\"_source\"",
            ),
            (
                r#"{"hits":{"total":1,"hits":[{"_source":{}}]}}"#,
                "no \"id\"",
            ),
        ] {
            let error = one(answer).unwrap_err();
            assert!(matches!(error, ClusterError::HalfAnswer { .. }), "{answer}");
            assert!(error.to_string().contains(reason), "{error}");
        }
        let answers = Response::new(200, r#"{"responses":[]}"#);
        let error = read_multi(&answers, 2).unwrap_err();
        assert!(error.to_string().contains("0 of 2"), "{error}");
    }

    #[test]
    fn other_analyses_are_errors() {
        let answer = r#"{"hits":{"total":1,"hits":[{"_source":{"id":"7","analysis":1}}]}}"#;
        let error = one(answer).unwrap_err();
        assert!(matches!(error, ClusterError::AnalysisMismatch { .. }));
        assert_eq!(error.ids(), ["7"]);
    }

    #[test]
    fn a_refused_search_has_its_reason() {
        let refused = r#"{"status":400,"error":{"reason":"unknown field `collapse`"}}"#;
        let error = one(refused).unwrap_err();
        assert!(error.to_string().contains("collapse"), "{error}");
    }

    #[test]
    fn facets_join_spellings_and_days() {
        let aggregations = json!({
            "source": { "buckets": [{ "key": "Báo A", "doc_count": 2 }] },
            "section": { "buckets": [
                { "key": "Thể thao", "doc_count": 3 }, { "key": "thể thao", "doc_count": 1 },
                { "key": "Kinh tế", "doc_count": 4 },
            ] },
            // 2024-04-30T17:00Z is the first of May in Vietnam.
            "day": { "buckets": [
                { "key": 1_714_410_000_000.0, "doc_count": 1 },
                { "key": 1_714_496_400_000.0, "doc_count": 2 },
                { "key": 1_714_582_800_000.0, "doc_count": 5 },
            ] },
        });
        let facets = facets(&aggregations);
        assert_eq!(
            facets["section"],
            [
                FacetCount::new("Kinh tế", 4),
                FacetCount::new("Thể thao", 4)
            ]
        );
        assert_eq!(
            facets["month"],
            [FacetCount::new("2024-05", 7), FacetCount::new("2024-04", 1)]
        );
        assert_eq!(facets["source"].len(), 1);
    }
}
