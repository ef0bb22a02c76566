//! What saved queries tell of articles.

use std::collections::BTreeMap;

use serde::Deserialize;
use vietsearch::{Alerts, Article, NewsSearcher, Require, SearchRequest};

use crate::{Failure, Report, index};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertsCase {
    id: String,
    /// Saved queries by their ids.
    queries: BTreeMap<String, String>,
    docs: Vec<Article>,
    /// For each article the ids of the queries that fire.
    fires: BTreeMap<String, Vec<String>>,
}

/// The queries fire as saved ones, and find the article in an index of its own.
pub(crate) fn run_alerts(case: &AlertsCase, report: &mut Report) -> Result<(), Failure> {
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
