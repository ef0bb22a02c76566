//! The engines and how their interfaces differ.

use std::fmt;
use std::str::FromStr;

use crate::error::ClusterError;
use crate::http::{Method, Request};

/// An engine that is spoken to.
///
/// Queries are the same JSON for all three; mappings, paths and bulk actions differ.
///
/// ```
/// use vietsearch_cluster::Dialect;
///
/// assert_eq!("quickwit".parse::<Dialect>()?, Dialect::Quickwit);
/// assert!(!Dialect::Quickwit.replaces() && Dialect::OpenSearch.replaces());
/// # Ok::<(), vietsearch_cluster::ClusterError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Quickwit 0.9 through its Elasticsearch-compatible interface.
    Quickwit,
    /// OpenSearch 2 or newer.
    OpenSearch,
    /// Elasticsearch 7.10 or newer.
    Elasticsearch,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 3] = [Self::Quickwit, Self::OpenSearch, Self::Elasticsearch];

    /// The most leaves of a query. Elasticsearch and OpenSearch refuse more than 1,024 clauses by
    /// default.
    pub const MAX_CLAUSES: usize = 1_000;

    /// The most hits of one answer.
    pub const MAX_SIZE: usize = 10_000;

    /// The longest term in characters: the whitespace tokenizer of Elasticsearch and OpenSearch
    /// cuts longer ones.
    pub const MAX_TERM_CHARS: usize = 255;

    /// The name on command lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quickwit => "quickwit",
            Self::OpenSearch => "opensearch",
            Self::Elasticsearch => "elasticsearch",
        }
    }

    /// True if a document with a known id takes the place of the one before. Quickwit keeps both:
    /// there a document is to be sent once.
    #[must_use]
    pub fn replaces(self) -> bool {
        self != Self::Quickwit
    }

    /// The longest whole value (id, address, key of a label) that can be looked up, in bytes:
    /// Quickwit's tokenizer `raw` leaves longer ones out, Lucene takes no longer terms.
    pub(crate) fn max_keyword_bytes(self) -> usize {
        match self {
            Self::Quickwit => 254,
            Self::OpenSearch | Self::Elasticsearch => 32_766,
        }
    }

    /// Where requests of the Elasticsearch kind go.
    fn prefix(self) -> &'static str {
        match self {
            Self::Quickwit => "/api/v1/_elastic",
            Self::OpenSearch | Self::Elasticsearch => "",
        }
    }

    /// The request that creates an index with a mapping of [`mapping`](crate::mapping).
    #[must_use]
    pub fn create_index(self, index: &str, mapping: &serde_json::Value) -> Request {
        let body = mapping.to_string();
        match self {
            Self::Quickwit => Request::json(Method::Post, "/api/v1/indexes".to_string(), body),
            Self::OpenSearch | Self::Elasticsearch => {
                Request::json(Method::Put, format!("/{index}"), body)
            }
        }
    }

    /// The request that shows an index and its mapping.
    #[must_use]
    pub fn describe_index(self, index: &str) -> Request {
        let path = match self {
            Self::Quickwit => format!("/api/v1/indexes/{index}"),
            Self::OpenSearch | Self::Elasticsearch => format!("/{index}/_mapping"),
        };
        Request::get(path)
    }

    /// The request that sends documents. No answer is waited for until they can be searched:
    /// Quickwit never gives one if it has rejected all of them.
    #[must_use]
    pub fn bulk(self, body: String) -> Request {
        Request::lines(format!("{}/_bulk", self.prefix()), body)
    }

    /// The request that asks several searches at once.
    #[must_use]
    pub fn multi_search(self, body: String) -> Request {
        Request::lines(format!("{}/_msearch", self.prefix()), body)
    }

    /// The request that asks one search.
    #[must_use]
    pub fn search(self, index: &str, body: &serde_json::Value) -> Request {
        let options = match self {
            Self::Quickwit => "",
            Self::OpenSearch | Self::Elasticsearch => "?search_type=dfs_query_then_fetch",
        };
        let path = format!("{}/{index}/_search{options}", self.prefix());
        Request::json(Method::Post, path, body.to_string())
    }

    /// The line before each search of a [`multi_search`](Self::multi_search).
    pub(crate) fn search_header(self, index: &str) -> serde_json::Value {
        match self {
            Self::Quickwit => serde_json::json!({ "index": index }),
            // Statistics of all shards, not of each.
            Self::OpenSearch | Self::Elasticsearch => {
                serde_json::json!({ "index": index, "search_type": "dfs_query_then_fetch" })
            }
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = ClusterError;

    fn from_str(name: &str) -> Result<Self, ClusterError> {
        let known = Self::ALL.into_iter().find(|dialect| dialect.name() == name);
        known.ok_or_else(|| ClusterError::Setting {
            what: "dialect",
            reason: format!("{name:?} is none: give quickwit, opensearch or elasticsearch"),
        })
    }
}

/// An error unless `name` is one that all engines take for an index.
pub(crate) fn check_index_name(name: &str) -> Result<(), ClusterError> {
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
    let fits = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || "-_.".contains(character)
    };
    if starts_well && (3..=200).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    Err(ClusterError::Setting {
        what: "index name",
        reason: format!(
            "{name:?} does not suit all engines: use 3 to 200 of a-z, 0-9, '-', '_', '.', a letter first"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse::<Dialect>().unwrap(), dialect);
        }
        let error = "solr".parse::<Dialect>().unwrap_err().to_string();
        assert!(error.contains("\"solr\"") && error.contains("give quickwit"));
    }

    #[test]
    fn paths() {
        let body = serde_json::json!({});
        let quickwit = Dialect::Quickwit.search("tin", &body);
        assert_eq!(quickwit.path, "/api/v1/_elastic/tin/_search");
        let other = Dialect::OpenSearch.search("tin", &body);
        assert_eq!(other.path, "/tin/_search?search_type=dfs_query_then_fetch");
        assert_eq!(Dialect::Elasticsearch.bulk(String::new()).path, "/_bulk");
        assert_eq!(
            Dialect::Quickwit.bulk(String::new()).path,
            "/api/v1/_elastic/_bulk"
        );
    }

    #[test]
    fn index_names() {
        for good in ["vi-news", "tin_2024", "abc"] {
            assert!(check_index_name(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ab",
            "Tin",
            "-tin",
            "tin/../x",
            "tin tức",
            "tin,bao",
            "*",
        ] {
            assert!(check_index_name(bad).is_err(), "{bad}");
        }
    }
}
