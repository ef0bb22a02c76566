//! The fields of a remote index and its mapping in each dialect.

use serde_json::{Value, json};
use vietsearch_index::Region;

use crate::dialect::Dialect;
use crate::error::{ClusterError, Result};

/// What a field holds and how it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whole values: looked up and counted.
    Keyword,
    /// Several whole values.
    Keywords,
    /// Analysed terms between spaces, with positions and lengths.
    Terms,
    /// Analysed terms without positions.
    Bag,
    /// Text that is only shown.
    Stored,
    /// A number for sorting and aggregating; looked up too.
    Number,
    /// A point in time.
    Time,
}

/// A field of the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// The tier of whole words, their syllables joined by `_`.
pub(crate) const WORDS: &str = "w";

/// The name of a tier of a region: `title_s`.
pub(crate) fn tier(region: Region, tier: &str) -> String {
    format!("{}_{tier}", region.name())
}

/// The field with the number of tokens of a region.
pub(crate) fn length(region: Region) -> String {
    format!("{}_length", region.name())
}

/// All fields, in the order of the mapping.
pub(crate) fn fields() -> Vec<Field> {
    let mut fields = Vec::new();
    let mut add = |kind: Kind, names: &[&str]| {
        fields.extend(names.iter().map(|name| Field {
            name: (*name).to_string(),
            kind,
        }));
    };
    add(Kind::Keyword, &["id"]);
    add(Kind::Number, &["id_hash", "dup_group", "analysis"]);
    add(Kind::Time, &["timestamp", "published_at", "updated_at"]);
    add(
        Kind::Stored,
        &["title", "lead", "body", "published_local", "extra"],
    );
    add(Kind::Keyword, &["url", "author", "source", "section"]);
    add(Kind::Keyword, &["author_key", "source_key", "section_key"]);
    add(Kind::Keywords, &["tags", "tag_key", "extra_key"]);
    add(Kind::Keyword, &["unmarked"]);
    add(Kind::Bag, &["entities"]);
    for region in Region::ALL {
        let names = ["s", "f", WORDS].map(|name| tier(region, name));
        add(Kind::Terms, &names.each_ref().map(String::as_str));
        add(Kind::Number, &[&length(region)]);
    }
    fields
}

/// The mapping of an index, ready to be sent with
/// [`create_index`](Dialect::create_index); Quickwit's holds the index's name.
///
/// # Errors
///
/// [`ClusterError::Setting`] if the name does not suit all engines.
///
/// ```
/// use vietsearch_cluster::{Dialect, mapping};
///
/// let mapping = mapping(Dialect::OpenSearch, "vi-news")?;
/// assert_eq!(mapping["mappings"]["properties"]["body_s"]["analyzer"], "vi_ws");
/// # Ok::<(), vietsearch_cluster::ClusterError>(())
/// ```
pub fn mapping(dialect: Dialect, index: &str) -> Result<Value> {
    crate::dialect::check_index_name(index)?;
    Ok(match dialect {
        Dialect::Quickwit => quickwit(index),
        Dialect::OpenSearch | Dialect::Elasticsearch => elastic(),
    })
}

fn quickwit(index: &str) -> Value {
    let field_mappings: Vec<Value> = fields()
        .iter()
        .map(|field| {
            let mut mapping = quickwit_field(field.kind);
            if let Some(mapping) = mapping.as_object_mut() {
                mapping.insert("name".into(), field.name.as_str().into());
            }
            mapping
        })
        .collect();
    json!({
        "version": "0.8",
        "index_id": index,
        "doc_mapping": {
            "mode": "strict",
            // Splits outside of a range of days are passed over. Every document has the field.
            "timestamp_field": "timestamp",
            "tag_fields": ["source_key"],
            "field_mappings": field_mappings,
        },
        "indexing_settings": { "commit_timeout_secs": 10 },
    })
}

fn quickwit_field(kind: Kind) -> Value {
    match kind {
        Kind::Keyword => json!({ "type": "text", "tokenizer": "raw", "fast": true }),
        Kind::Keywords => json!({ "type": "array<text>", "tokenizer": "raw", "fast": true }),
        // Without norms there is no BM25, without positions no phrase.
        Kind::Terms => json!({
            "type": "text", "tokenizer": "whitespace", "record": "position",
            "fieldnorms": true, "stored": false,
        }),
        Kind::Bag => json!({
            "type": "text", "tokenizer": "whitespace", "record": "freq", "stored": false,
        }),
        Kind::Stored => json!({ "type": "text", "indexed": false }),
        Kind::Number => json!({ "type": "u64", "fast": true }),
        Kind::Time => json!({
            "type": "datetime", "input_formats": ["rfc3339"], "output_format": "rfc3339",
            "fast": true, "fast_precision": "seconds",
        }),
    }
}

fn elastic() -> Value {
    let mut properties = serde_json::Map::new();
    let mut unstored = Vec::new();
    for field in fields() {
        if matches!(field.kind, Kind::Terms | Kind::Bag) {
            unstored.push(field.name.clone());
        }
        properties.insert(field.name, elastic_field(field.kind));
    }
    json!({
        "settings": {
            "analysis": { "analyzer": { "vi_ws": { "type": "custom", "tokenizer": "whitespace" } } },
            "index": { "similarity": { "default": { "type": "BM25", "k1": 1.2, "b": 0.75 } } },
        },
        "mappings": {
            "dynamic": "strict",
            "_source": { "excludes": unstored },
            "properties": properties,
        },
    })
}

fn elastic_field(kind: Kind) -> Value {
    match kind {
        Kind::Keyword | Kind::Keywords => json!({ "type": "keyword" }),
        Kind::Terms => json!({ "type": "text", "analyzer": "vi_ws" }),
        Kind::Bag => json!({ "type": "text", "analyzer": "vi_ws", "index_options": "freqs" }),
        Kind::Stored => json!({ "type": "text", "index": false }),
        Kind::Number => json!({ "type": "long" }),
        Kind::Time => json!({ "type": "date" }),
    }
}

/// Compares the mapping that an engine describes with the one that this library needs.
///
/// Fields beyond those are not minded, and the name may be an alias. `description` is the answer to
/// [`describe_index`](Dialect::describe_index).
///
/// # Errors
///
/// [`ClusterError::WrongMapping`] for the first field that is missing or differs.
pub fn check_mapping(dialect: Dialect, index: &str, description: &Value) -> Result<()> {
    let wrong = |field: &str, expected: &Value, found: &Value| ClusterError::WrongMapping {
        field: field.to_string(),
        expected: expected.to_string(),
        found: match found {
            Value::Null => "nothing".to_string(),
            other => other.to_string(),
        },
    };
    for field in fields() {
        let (expected, found) = match dialect {
            Dialect::Quickwit => {
                let known = find_quickwit_field(description, &field.name);
                (quickwit_field(field.kind), known)
            }
            Dialect::OpenSearch | Dialect::Elasticsearch => {
                // By an alias an index is asked for, but by its own name it is described.
                let described = description.get(index).or_else(|| {
                    let indexes = description.as_object()?;
                    indexes.values().next().filter(|_| indexes.len() == 1)
                });
                let pointer = format!("/mappings/properties/{}", field.name);
                let known = described.and_then(|described| described.pointer(&pointer));
                (elastic_field(field.kind), known)
            }
        };
        let found = found.unwrap_or(&Value::Null);
        // Engines add their defaults: what we ask for is to be there.
        let Value::Object(wanted) = &expected else {
            continue;
        };
        for (key, value) in wanted {
            if found.get(key) != Some(value) && !is_default(key, value, found.get(key)) {
                return Err(wrong(&field.name, &expected, found));
            }
        }
    }
    Ok(())
}

/// True if an engine may leave the setting out, and has done so.
fn is_default(key: &str, value: &Value, found: Option<&Value>) -> bool {
    let left_out = match key {
        "indexed" | "index" => Some(Value::Bool(true)),
        "stored" => Some(Value::Bool(true)),
        _ => None,
    };
    // Quickwit writes formats as it names them itself, and `"fast": true` of texts as what it means.
    let is_format = matches!(key, "input_formats" | "output_format") && found.is_some();
    let is_fast = key == "fast" && found == Some(&json!({ "normalizer": "raw" }));
    (found.is_none() && left_out.as_ref() == Some(value)) || is_format || is_fast
}

fn find_quickwit_field<'a>(description: &'a Value, name: &str) -> Option<&'a Value> {
    let places = [
        "/index_config/doc_mapping/field_mappings",
        "/doc_mapping/field_mappings",
    ];
    let fields = places
        .iter()
        .find_map(|place| description.pointer(place)?.as_array())?;
    fields
        .iter()
        .find(|field| field.get("name").and_then(Value::as_str) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn term_fields_have_norms_and_positions() {
        let mapping = mapping(Dialect::Quickwit, "vi-news").unwrap();
        let body = find_quickwit_field(&mapping, "body_f").unwrap();
        assert_eq!(body["fieldnorms"], true);
        assert_eq!(body["record"], "position");
        assert_eq!(body["tokenizer"], "whitespace");
        assert_eq!(body["stored"], false);
        assert_eq!(mapping["doc_mapping"]["mode"], "strict");
    }

    #[test]
    fn analysed_terms_are_not_stored_twice() {
        let mapping = mapping(Dialect::Elasticsearch, "vi-news").unwrap();
        let excluded = mapping["mappings"]["_source"]["excludes"]
            .as_array()
            .unwrap();
        assert_eq!(excluded.len(), 10);
        assert!(excluded.contains(&Value::from("lead_w")) && excluded.contains(&"entities".into()));
    }

    /// As Quickwit's source writes a field mapping: every option, defaults too.
    fn as_quickwit_writes(field: &Value) -> Value {
        let mut written = field.clone();
        let options = written.as_object_mut().unwrap();
        let kind = options["type"].as_str().unwrap().to_string();
        let is_indexed = options.get("indexed") != Some(&Value::Bool(false));
        options.entry("indexed").or_insert(true.into());
        options.entry("stored").or_insert(true.into());
        match kind.as_str() {
            "text" | "array<text>" => {
                options.entry("fieldnorms").or_insert(false.into());
                if is_indexed {
                    options.entry("record").or_insert("basic".into());
                }
                let fast = match options.get("fast") {
                    Some(_) => json!({ "normalizer": "raw" }),
                    None => false.into(),
                };
                options.insert("fast".into(), fast);
            }
            "u64" => {
                options.insert("coerce".into(), true.into());
                options.insert("output_format".into(), "number".into());
            }
            _ => {}
        }
        written
    }

    #[test]
    fn mappings_are_known_again_as_engines_describe_them() {
        let mut own = mapping(Dialect::Quickwit, "vi-news").unwrap();
        let fields = &mut own["doc_mapping"]["field_mappings"];
        let written = fields.as_array().unwrap().iter().map(as_quickwit_writes);
        *fields = written.collect::<Vec<_>>().into();
        own["doc_mapping"]["doc_mapping_uid"] = "00000000000000000000000000".into();
        let described = json!({ "version": "0.9", "index_uid": "vi-news:01", "index_config": own });
        check_mapping(Dialect::Quickwit, "vi-news", &described).unwrap();
        let text = described.to_string();
        let slow: Value =
            serde_json::from_str(&text.replace(r#"{"normalizer":"raw"}"#, "false")).unwrap();
        assert!(check_mapping(Dialect::Quickwit, "vi-news", &slow).is_err());

        let own = mapping(Dialect::OpenSearch, "tin").unwrap();
        let behind_alias = json!({ "tin-000001": { "mappings": own["mappings"] } });
        check_mapping(Dialect::OpenSearch, "tin", &behind_alias).unwrap();
        assert!(check_mapping(Dialect::OpenSearch, "tin", &json!({})).is_err());
    }

    #[test]
    fn own_mappings_pass_the_check_and_others_do_not() {
        for dialect in Dialect::ALL {
            let own = mapping(dialect, "vi-news").unwrap();
            let described = match dialect {
                Dialect::Quickwit => json!({ "index_config": own }),
                _ => json!({ "vi-news": own }),
            };
            check_mapping(dialect, "vi-news", &described).unwrap();
            let text = described.to_string();
            for (from, to, field) in [
                ("\"body_s\"", "\"body_x\"", "body_s"),
                ("\"position\"", "\"basic\"", "title_s"),
                (
                    "\"analyzer\":\"vi_ws\"",
                    "\"analyzer\":\"standard\"",
                    "entities",
                ),
            ] {
                if !text.contains(from) {
                    continue;
                }
                let damaged: Value = serde_json::from_str(&text.replace(from, to)).unwrap();
                let error = check_mapping(dialect, "vi-news", &damaged).unwrap_err();
                let ClusterError::WrongMapping { field: named, .. } = &error else {
                    panic!("{error}");
                };
                assert_eq!(named, field, "{dialect}: {error}");
            }
        }
    }
}
