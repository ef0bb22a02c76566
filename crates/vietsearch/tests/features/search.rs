//! What a search finds.

use std::collections::BTreeMap;

use serde::Deserialize;
use vietsearch::{
    AliasPack, Article, Collapse, Day, Matching, NewsSearcher, Require, SearchRequest,
    SearchResponse, Sort, WriterOptions,
};

use crate::{Failure, Report, index};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchCase {
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

pub(crate) fn run_search(case: &SearchCase, report: &mut Report) -> Result<(), Failure> {
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
