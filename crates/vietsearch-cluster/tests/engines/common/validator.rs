//! The narrow dialect, strictly: what Quickwit 0.9 was seen to accept and OpenSearch and
//! Elasticsearch define. Anything else is a violation, an unknown key too.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// What a field can be used for, as its mapping says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Keyword,
    Terms { positions: bool },
    Stored,
    Number,
    Time,
}

/// Validates search bodies against a mapping of Quickwit.
pub(crate) struct Validator {
    fields: HashMap<String, Field>,
}

type Verdict = Result<(), String>;

impl Validator {
    /// Reads the fields of a mapping; the mapping itself must be one that scores and finds phrases.
    pub(crate) fn new(mapping: &Value) -> Self {
        let mut fields = HashMap::new();
        for field in mapping["doc_mapping"]["field_mappings"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap().to_string();
            let text = |key: &str| field.get(key).and_then(Value::as_str).unwrap_or("");
            let kind = match (text("type"), text("tokenizer")) {
                _ if field.get("indexed") == Some(&Value::Bool(false)) => Field::Stored,
                ("text" | "array<text>", "raw") => Field::Keyword,
                ("text", "whitespace") => {
                    assert!(
                        text("record") != "position" || field["fieldnorms"] == true,
                        "{name}: BM25 needs norms"
                    );
                    Field::Terms {
                        positions: text("record") == "position",
                    }
                }
                ("u64", _) => Field::Number,
                ("datetime", _) => Field::Time,
                other => panic!("{name}: {other:?}"),
            };
            fields.insert(name, kind);
        }
        Self { fields }
    }

    /// Checks a search body.
    pub(crate) fn search(&self, body: &Value) -> Verdict {
        let body = object(body, "body")?;
        known_keys(
            body,
            &[
                "query",
                "size",
                "sort",
                "aggs",
                "search_after",
                "track_total_hits",
            ],
        )?;
        let query = body.get("query").ok_or("no query")?;
        self.query(query)?;
        let leaves = leaves(query);
        if leaves > 1_024 {
            return Err(format!("{leaves} clauses"));
        }
        let size = body.get("size").and_then(Value::as_u64).ok_or("no size")?;
        if size > 10_000 {
            return Err(format!("size {size}"));
        }
        let keys = match body.get("sort") {
            Some(sort) => self.sort(sort)?,
            // Without an order Quickwit gives documents in the order of their numbers.
            None if size > 0 => return Err("no sort".to_string()),
            None => 0,
        };
        if let Some(after) = body.get("search_after") {
            let after = after.as_array().ok_or("search_after is no array")?;
            if after.len() != keys || !after.iter().all(Value::is_number) {
                return Err(format!("search_after {after:?}"));
            }
        }
        match body.get("aggs") {
            Some(aggregations) => self.aggregations(aggregations),
            None => Ok(()),
        }
    }

    fn sort(&self, sort: &Value) -> Result<usize, String> {
        let keys = sort.as_array().ok_or("sort is no array")?;
        if keys.is_empty() || keys.len() > 2 {
            return Err(format!("{} sort keys", keys.len()));
        }
        for key in keys {
            let (field, order) = only_entry(key, "sort")?;
            if !matches!(order.as_str(), Some("asc" | "desc")) {
                return Err(format!("order {order}"));
            }
            let sortable = matches!(self.fields.get(field), Some(Field::Number | Field::Time));
            if field != "_score" && !sortable {
                return Err(format!("sort by {field}"));
            }
        }
        Ok(keys.len())
    }

    fn aggregations(&self, aggregations: &Value) -> Verdict {
        for (name, aggregation) in object(aggregations, "aggs")? {
            let (kind, options) = only_entry(aggregation, name)?;
            let options = object(options, name)?;
            let field = text(options, "field")?;
            let field = self
                .fields
                .get(field)
                .ok_or(format!("unknown field {field}"))?;
            let (keys, fits): (&[&str], bool) = match kind {
                "terms" => (&["field", "size"], *field == Field::Keyword),
                "date_histogram" => (
                    &["field", "fixed_interval", "offset", "min_doc_count"],
                    *field == Field::Time,
                ),
                "avg" => (&["field"], *field == Field::Number),
                other => return Err(format!("aggregation {other}")),
            };
            known_keys(options, keys)?;
            if !fits {
                return Err(format!("{kind} over {field:?}"));
            }
        }
        Ok(())
    }

    fn query(&self, query: &Value) -> Verdict {
        let (kind, body) = only_entry(query, "query")?;
        match kind {
            "match_all" => known_keys(object(body, kind)?, &[]),
            "bool" => self.bool(object(body, kind)?),
            "terms" => {
                let (field, values) = only_entry(body, kind)?;
                self.has_terms(field)?;
                let values = values.as_array().ok_or("terms are no array")?;
                if values.is_empty() {
                    return Err("no terms".to_string());
                }
                values
                    .iter()
                    .try_for_each(|value| self.is_term(field, value))
            }
            "term" | "prefix" | "match_phrase" | "range" => {
                let (field, options) = only_entry(body, kind)?;
                let options = object(options, kind)?;
                match kind {
                    "term" => {
                        known_keys(options, &["value", "boost"])?;
                        self.has_terms(field)?;
                        is_boost(options)?;
                        self.is_term(field, options.get("value").ok_or("no value")?)
                    }
                    "prefix" => {
                        known_keys(options, &["value"])?;
                        self.has_terms(field)?;
                        self.is_term(field, options.get("value").ok_or("no value")?)
                    }
                    "match_phrase" => {
                        known_keys(options, &["query", "slop"])?;
                        if self.fields.get(field) != Some(&Field::Terms { positions: true }) {
                            return Err(format!("phrase in {field}"));
                        }
                        let terms: Vec<&str> = text(options, "query")?.split(' ').collect();
                        if terms.len() < 2 {
                            return Err(format!("phrase {terms:?}"));
                        }
                        for term in terms {
                            self.is_term(field, &term.into())?;
                        }
                        match options.get("slop") {
                            None => Ok(()),
                            Some(slop) if slop.as_u64().is_some_and(|slop| slop < 100) => Ok(()),
                            Some(slop) => Err(format!("slop {slop}")),
                        }
                    }
                    _ => {
                        known_keys(options, &["gte", "lte", "boost"])?;
                        if self.fields.get(field) != Some(&Field::Time) {
                            return Err(format!("range of {field}"));
                        }
                        is_boost(options)?;
                        let mut bounds = 0;
                        for bound in ["gte", "lte"] {
                            if options.contains_key(bound) {
                                is_time(text(options, bound)?)?;
                                bounds += 1;
                            }
                        }
                        if bounds == 0 {
                            return Err("range without bounds".to_string());
                        }
                        Ok(())
                    }
                }
            }
            other => Err(format!("query {other}")),
        }
    }

    fn bool(&self, body: &Map<String, Value>) -> Verdict {
        let lists = ["must", "filter", "must_not", "should"];
        known_keys(body, &[&lists[..], &["minimum_should_match"]].concat())?;
        for list in lists {
            let Some(clauses) = body.get(list) else {
                continue;
            };
            let clauses = clauses.as_array().ok_or(format!("{list} is no array"))?;
            if clauses.is_empty() {
                return Err(format!("{list} is empty"));
            }
            clauses.iter().try_for_each(|clause| self.query(clause))?;
        }
        let should = body.get("should").and_then(Value::as_array).map(Vec::len);
        match (body.get("minimum_should_match"), should) {
            (None, None) => {}
            // Engines differ in what they take for the default beside a filter.
            (None, Some(_)) if body.contains_key("must") || body.contains_key("filter") => {}
            (None, Some(_)) => return Err("should without minimum_should_match".to_string()),
            (Some(least), Some(count)) => {
                let least = least.as_u64().ok_or("minimum_should_match is no number")?;
                if least == 0 || least > count as u64 {
                    return Err(format!("minimum_should_match {least} of {count}"));
                }
            }
            (Some(_), None) => return Err("minimum_should_match without should".to_string()),
        }
        Ok(())
    }

    /// A term goes in as it is: composed, in one piece, and no longer than engines keep.
    fn is_term(&self, field: &str, value: &Value) -> Verdict {
        let term = value.as_str().ok_or("a term is no text")?;
        if term.is_empty() {
            return Err("an empty term".to_string());
        }
        if self.fields.get(field) == Some(&Field::Keyword) {
            // Ids and addresses are compared byte by byte; the tokenizer `raw` of Quickwit leaves
            // out what is longer.
            return match term.len() {
                ..=254 => Ok(()),
                bytes => Err(format!("a value of {bytes} bytes")),
            };
        }
        if !unicode_normalization::is_nfc(term) {
            return Err(format!("decomposed term {term:?}"));
        }
        if term.encode_utf16().count() > 255 || term.contains(char::is_whitespace) {
            return Err(format!("term {term:?}, which a tokenizer would cut"));
        }
        Ok(())
    }

    fn has_terms(&self, field: &str) -> Verdict {
        match self.fields.get(field) {
            Some(Field::Keyword | Field::Terms { .. }) => Ok(()),
            Some(other) => Err(format!("term in {field}, which is {other:?}")),
            None => Err(format!("unknown field {field}")),
        }
    }
}

/// Clauses as engines count them.
fn leaves(query: &Value) -> usize {
    match query.get("bool").and_then(Value::as_object) {
        Some(parts) => {
            let clauses = parts.values().filter_map(Value::as_array).flatten();
            clauses.map(leaves).sum()
        }
        None => 1,
    }
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or(format!("{what} is no object"))
}

fn only_entry<'a>(value: &'a Value, what: &str) -> Result<(&'a str, &'a Value), String> {
    let object = object(value, what)?;
    match object.iter().next() {
        Some((key, value)) if object.len() == 1 => Ok((key, value)),
        _ => Err(format!("{what} has {} keys, not 1", object.len())),
    }
}

fn known_keys(object: &Map<String, Value>, known: &[&str]) -> Verdict {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("unknown key {key}")),
        None => Ok(()),
    }
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<&'a str, String> {
    let value = object.get(key).and_then(Value::as_str);
    value.ok_or(format!("{key} is no text"))
}

fn is_boost(options: &Map<String, Value>) -> Verdict {
    match options.get("boost") {
        None => Ok(()),
        Some(boost) if boost.as_f64().is_some_and(|boost| boost > 0.0) => Ok(()),
        Some(boost) => Err(format!("boost {boost}")),
    }
}

/// RFC 3339 with an offset: anything less means UTC midnight to some engines.
fn is_time(time: &str) -> Verdict {
    let shape: String = time
        .chars()
        .map(|character| {
            if character.is_ascii_digit() {
                '0'
            } else {
                character
            }
        })
        .collect();
    match shape.as_str() {
        "0000-00-00T00:00:00Z" | "0000-00-00T00:00:00+00:00" => Ok(()),
        _ => Err(format!("time {time}")),
    }
}
