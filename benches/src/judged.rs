//! The project's own judged queries over the demo articles, `judged.toml`.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::judgements::Judgements;

/// The file, for whoever extends it.
pub const FILE: &str = include_str!("../judged.toml");

/// A query and its grades: 3 is what was looked for, 2 answers in part, 1 is on the matter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// As a reader types it.
    pub text: String,
    /// Ids of demo articles and their grades.
    pub grades: BTreeMap<String, u32>,
}

/// All queries; their ids are their numbers, from `001`.
///
/// # Errors
///
/// Where the file is no TOML or has other keys.
pub fn queries() -> Result<Vec<Query>, toml::de::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        query: Vec<Query>,
    }
    toml::from_str::<File>(FILE).map(|file| file.query)
}

/// The id of the query at a place of the file.
#[must_use]
pub fn id(place: usize) -> String {
    format!("{:03}", place + 1)
}

/// What was judged of them.
#[must_use]
pub fn judgements(queries: &[Query]) -> Judgements {
    let mut judgements = Judgements::default();
    for (place, query) in queries.iter().enumerate() {
        for (article, grade) in &query.grades {
            judgements.add(&id(place), article, *grade);
        }
    }
    judgements
}
