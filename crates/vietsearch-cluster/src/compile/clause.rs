//! The few kinds of clauses that all engines take alike.
//!
//! Of `bool` clauses no boost is used: Quickwit accepts it, but its query tree has no place for it.

use serde_json::{Value, json};

use crate::term::bounded;

/// A document holds a term; scored by BM25 times the boost.
pub(super) fn term(field: &str, value: &str, boost: f32) -> Value {
    let value = bounded(value);
    if boost == 1.0 {
        return json!({ "term": { field: { "value": value } } });
    }
    json!({ "term": { field: { "value": value, "boost": rounded(boost) } } })
}

/// A document holds one of several terms; scores 1.
pub(super) fn terms<'a>(field: &str, values: impl IntoIterator<Item = &'a str>) -> Value {
    let values: Vec<_> = values.into_iter().map(bounded).collect();
    json!({ "terms": { field: values } })
}

/// A field of whole values has this one, taken as it is; narrows, and is not for scoring.
pub(super) fn keyword(field: &str, value: &str) -> Value {
    json!({ "term": { field: { "value": value } } })
}

/// A field of whole values has one of these.
pub(super) fn keywords(field: &str, values: &[&str]) -> Value {
    json!({ "terms": { field: values } })
}

/// A document holds a term that begins so; scores 1.
pub(super) fn prefix(field: &str, value: &str) -> Value {
    json!({ "prefix": { field: { "value": bounded(value) } } })
}

/// A document holds terms in order, with at most `slop` others between; scored by BM25.
pub(super) fn phrase<'a>(
    field: &str,
    terms: impl IntoIterator<Item = &'a str>,
    slop: u32,
) -> Value {
    let terms: Vec<_> = terms.into_iter().map(bounded).collect();
    let query = terms.join(" ");
    if slop == 0 {
        return json!({ "match_phrase": { field: { "query": query } } });
    }
    json!({ "match_phrase": { field: { "query": query, "slop": slop } } })
}

/// Every document.
pub(super) fn everything() -> Value {
    json!({ "match_all": {} })
}

/// No document.
pub(super) fn nothing() -> Value {
    json!({ "bool": { "must_not": [everything()] } })
}

/// One of the clauses holds at least; the scores of those that hold are added.
pub(super) fn any(clauses: Vec<Value>) -> Value {
    at_least(1, clauses)
}

/// So many of the clauses hold at least.
pub(super) fn at_least(least: usize, mut clauses: Vec<Value>) -> Value {
    match clauses.len() {
        0 => nothing(),
        1 if least == 1 => clauses.pop().unwrap_or_else(nothing),
        _ => object([(
            "bool",
            object([
                ("should", Value::Array(clauses)),
                ("minimum_should_match", least.into()),
            ]),
        )]),
    }
}

/// An object of values that are moved into it; `json!` would copy each of them, and with it all that
/// it holds, at every level.
pub(super) fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries = entries.into_iter();
    Value::Object(
        entries
            .map(|(key, value)| (key.to_string(), value))
            .collect(),
    )
}

/// The parts of a `bool` clause.
#[derive(Clone, Debug, Default)]
pub(super) struct Bool {
    /// Hold and are scored.
    pub(super) must: Vec<Value>,
    /// Hold and are not scored.
    pub(super) filter: Vec<Value>,
    /// Do not hold.
    pub(super) must_not: Vec<Value>,
    /// Are scored where they hold.
    pub(super) should: Vec<Value>,
}

impl Bool {
    /// The clause; parts that are empty are left out.
    pub(super) fn into_clause(mut self) -> Value {
        if self.must.is_empty() && self.filter.is_empty() {
            // Only exclusions would find nothing.
            self.must.push(everything());
        }
        if self.filter.is_empty()
            && self.must_not.is_empty()
            && self.should.is_empty()
            && self.must.len() == 1
        {
            return self.must.pop().unwrap_or_else(everything);
        }
        let parts = [
            ("must", self.must),
            ("filter", self.filter),
            ("must_not", self.must_not),
            ("should", self.should),
        ];
        let filled = parts.into_iter().filter(|(_, clauses)| !clauses.is_empty());
        let parts = filled.map(|(name, clauses)| (name, Value::Array(clauses)));
        object([("bool", object(parts))])
    }
}

/// Boosts are written as people would, not as `0.6000000238`.
fn rounded(boost: f32) -> f64 {
    (f64::from(boost) * 1_000.0).round() / 1_000.0
}

/// Number of leaves of a query: what engines count as clauses.
pub(super) fn leaves(query: &Value) -> usize {
    let Some(parts) = query.get("bool").and_then(Value::as_object) else {
        return 1;
    };
    parts
        .values()
        .filter_map(Value::as_array)
        .flatten()
        .map(leaves)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_as_short_as_they_can_be() {
        assert_eq!(
            term("body_f", "gia", 1.0),
            json!({"term":{"body_f":{"value":"gia"}}})
        );
        assert_eq!(
            term("body_f", "gia", 0.35),
            json!({"term":{"body_f":{"value":"gia","boost":0.35}}})
        );
        assert_eq!(any(vec![everything()]), everything());
        assert_eq!(Bool::default().into_clause(), everything());
        let filtered = Bool {
            filter: vec![everything()],
            ..Bool::default()
        };
        assert_eq!(
            filtered.into_clause(),
            json!({"bool":{"filter":[{"match_all":{}}]}})
        );
        let excluded = Bool {
            must_not: vec![everything()],
            ..Bool::default()
        };
        assert_eq!(leaves(&excluded.into_clause()), 2);
    }
}
