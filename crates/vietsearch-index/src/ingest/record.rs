//! Turns named values into an article: those of a JSON object, in one pass over its text, and those
//! of a CSV row or a feed item.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::field_map::Target;
use super::{Field, FieldMap};
use crate::article::Article;
use crate::date::DateTime;

/// Why an object is no article, and on which line of its text (from 1) that shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RecordError {
    pub(super) reason: String,
    pub(super) line: usize,
}

impl RecordError {
    fn new(reason: &str) -> RecordError {
        RecordError {
            reason: reason.to_owned(),
            line: 1,
        }
    }

    fn from_json(error: &serde_json::Error) -> RecordError {
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&place).unwrap_or(&message);
        RecordError {
            reason: format!(
                "no usable JSON object: {message} (column {})",
                error.column()
            ),
            line: error.line().max(1),
        }
    }
}

/// Reads an object. The second value lists what was left out of the article, and why.
pub(super) fn parse(text: &str, map: &FieldMap) -> Result<(Article, Vec<String>), RecordError> {
    let values = read_values(text, map).or_else(|error| {
        // Control characters must be escaped in JSON, but real exports hold NULs and tabs.
        match escape_control_characters(text) {
            Some(escaped) => read_values(&escaped, map).map_err(|_| error),
            None => Err(error),
        }
    });
    let values = values.map_err(|error| RecordError::from_json(&error))?;
    let mut warnings = Vec::new();
    let article = values.into_article(&mut warnings);
    match unusable(&article) {
        Some(reason) => Err(RecordError::new(reason)),
        None => Ok((article, warnings)),
    }
}

/// Says why an article cannot be indexed.
pub(super) fn unusable(article: &Article) -> Option<&'static str> {
    if article.is_empty() {
        return Some("has neither title nor body, map other keys to them as in title=KEY");
    }
    let key = article.given_key();
    key.is_some_and(|key| key.len() > Article::MAX_KEY_BYTES)
        .then_some(
            "the id or URL is too long for a key, shorten it or map another key as in id=KEY",
        )
}

fn read_values(text: &str, map: &FieldMap) -> Result<Values, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let values = deserializer.deserialize_map(ValuesVisitor { map })?;
    deserializer.end()?;
    Ok(values)
}

/// The values of an object by field, still as JSON.
#[derive(Default)]
pub(super) struct Values {
    /// The field, the rank of the key that gave the value, the key and the value.
    fields: Vec<(Target, String, Value)>,
    extra: BTreeMap<String, Value>,
    nested_extra: BTreeMap<String, Value>,
}

impl Values {
    /// Keeps the value of a key: for its field, or among the others if it has none.
    pub(super) fn add(&mut self, target: Option<Target>, key: String, value: Value) {
        match target {
            _ if value.is_null() => {}
            // An empty value must not hide a full one under another key.
            Some(_) if value.as_str().is_some_and(|text| text.trim().is_empty()) => {}
            Some(target) => self.put(target, key, value),
            None => self.put_extra(key, value),
        }
    }

    /// Keeps a value for a field if no better key gave one; the loser goes among the others.
    fn put(&mut self, target: Target, key: String, value: Value) {
        let taken = self
            .fields
            .iter_mut()
            .find(|(earlier, _, _)| earlier.field == target.field);
        let Some(entry) = taken else {
            self.fields.push((target, key, value));
            return;
        };
        let (loser_key, loser) = if target.rank <= entry.0.rank {
            let (_, loser_key, loser) = std::mem::replace(entry, (target, key, value));
            (loser_key, loser)
        } else {
            (key, value)
        };
        if entry.1 != loser_key {
            self.put_extra(loser_key, loser);
        }
    }

    fn put_extra(&mut self, key: String, value: Value) {
        match value {
            Value::Object(values) if key == "extra" => self.nested_extra.extend(values),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
            scalar => {
                self.extra.insert(key, scalar);
            }
        }
    }

    pub(super) fn into_article(self, warnings: &mut Vec<String>) -> Article {
        let mut article = Article::default();
        for (target, key, value) in self.fields {
            set_field(&mut article, target.field, &key, value, warnings);
        }
        article.extra = self.extra;
        for (key, value) in self.nested_extra {
            if !value.is_null() {
                article.extra.entry(key).or_insert(value);
            }
        }
        article
    }
}

fn set_field(
    article: &mut Article,
    field: Field,
    key: &str,
    value: Value,
    warnings: &mut Vec<String>,
) {
    let slot = match field {
        Field::Id => &mut article.id,
        Field::Title => &mut article.title,
        Field::Lead => &mut article.lead,
        Field::Body => &mut article.body,
        Field::Author => &mut article.author,
        Field::Source => &mut article.source,
        Field::Section => &mut article.section,
        Field::Url => &mut article.url,
        Field::Tags => {
            article.tags = tags(value);
            return;
        }
        Field::PublishedAt => {
            article.published_at = date(key, &value, warnings);
            return;
        }
        Field::UpdatedAt => {
            article.updated_at = date(key, &value, warnings);
            return;
        }
    };
    // Bodies come as lists of paragraphs, authors as lists of names.
    let separator = match field {
        Field::Title | Field::Lead | Field::Body => "\n",
        _ => ", ",
    };
    *slot = match value {
        Value::Array(values) => {
            let parts: Vec<_> = values.into_iter().filter_map(scalar_text).collect();
            Some(parts.join(separator)).filter(|text| !text.is_empty())
        }
        Value::Object(_) => {
            warnings.push(format!(
                "{key:?} is an object and was left out, expected text"
            ));
            None
        }
        scalar => scalar_text(scalar),
    };
}

/// Blank text counts as absent.
fn scalar_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn tags(value: Value) -> Vec<String> {
    let trimmed = |tag: &str| Some(tag.trim().to_owned()).filter(|tag| !tag.is_empty());
    match value {
        Value::String(list) => list.split([',', ';']).filter_map(trimmed).collect(),
        Value::Array(values) => values
            .into_iter()
            .filter_map(scalar_text)
            .filter_map(|tag| trimmed(&tag))
            .collect(),
        other => scalar_text(other).into_iter().collect(),
    }
}

fn date(key: &str, value: &Value, warnings: &mut Vec<String>) -> Option<DateTime> {
    let read = match value {
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => DateTime::read(text),
        other => DateTime::read(&other.to_string()),
    };
    match read {
        Ok((at, note)) => {
            warnings.extend(note);
            Some(at)
        }
        Err(error) => {
            warnings.push(format!("{key} was left out: {error}"));
            None
        }
    }
}

struct ValuesVisitor<'m> {
    map: &'m FieldMap,
}

impl<'de> Visitor<'de> for ValuesVisitor<'_> {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Values, A::Error> {
        let mut values = Values::default();
        while let Some((target, key)) = access.next_key_seed(KeySeed { map: self.map })? {
            values.add(target, key, access.next_value()?);
        }
        Ok(values)
    }
}

struct KeySeed<'m> {
    map: &'m FieldMap,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = (Option<Target>, String);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = (Option<Target>, String);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok((self.map.target(key), key.to_owned()))
    }
}

/// Escapes the control characters inside the strings of a JSON text, or returns `None` if it has
/// none.
fn escape_control_characters(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte < 0x20) {
        return None;
    }
    let mut escaped = String::with_capacity(text.len() + 32);
    let mut in_string = false;
    let mut after_backslash = false;
    for letter in text.chars() {
        if in_string && letter < ' ' {
            escaped.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            escaped.push(letter);
        }
        if letter == '"' && !after_backslash {
            in_string = !in_string;
        }
        after_backslash = in_string && letter == '\\' && !after_backslash;
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str) -> Article {
        let (article, warnings) = parse(text, &FieldMap::default()).unwrap();
        assert_eq!(warnings, Vec::<String>::new(), "{text}");
        article
    }

    #[test]
    fn every_field() {
        let article = article(
            r#"{"id": 12, "title": "Cầu mới", "sapo": "Thông xe.", "content": "Sáng nay...",
                "author": ["An", "Bình"], "source": "Báo Thử", "category": "Giao thông",
                "tags": "cầu, đường; Huế,", "link": "https://bao.example/12",
                "pubDate": "17:22, 10/08/2023", "updated_at": 1691662920,
                "views": 7, "hot": true, "images": ["a.jpg"], "note": null}"#,
        );
        let expected = Article::new("Cầu mới", "Sáng nay...")
            .with_id("12")
            .with_lead("Thông xe.")
            .with_author("An, Bình")
            .with_source("Báo Thử")
            .with_section("Giao thông")
            .with_tags(["cầu", "đường", "Huế"])
            .with_url("https://bao.example/12")
            .with_published_at(DateTime::from_unix_seconds(1_691_662_920))
            .with_updated_at(DateTime::from_unix_seconds(1_691_662_920))
            .with_extra("views", 7)
            .with_extra("hot", true);
        assert_eq!(article, expected);
    }

    #[test]
    fn beir_keys() {
        let article = article(r#"{"_id": "d1", "title": "", "text": "Nội dung", "metadata": {}}"#);
        assert_eq!(
            article,
            Article::default().with_id("d1").with_body("Nội dung")
        );
    }

    #[test]
    fn earlier_keys_win_whatever_their_order() {
        for text in [
            r#"{"body": "b", "text": "t", "lead": " ", "summary": "s"}"#,
            r#"{"summary": "s", "lead": null, "text": "t", "body": "b"}"#,
        ] {
            let expected = Article::default()
                .with_body("b")
                .with_lead("s")
                .with_extra("text", "t");
            assert_eq!(article(text), expected, "{text}");
        }
    }

    #[test]
    fn mapped_keys() {
        let map = FieldMap::parse(["title=tieu_de", "body=noi_dung", "lead=text"]).unwrap();
        let text = r#"{"title": "x", "tieu_de": "T", "noi_dung": ["B", "C"], "text": "L"}"#;
        let expected = Article::new("T", "B\nC")
            .with_lead("L")
            .with_extra("title", "x");
        assert_eq!(parse(text, &map), Ok((expected, Vec::new())));
    }

    #[test]
    fn extra_objects_are_merged() {
        let article = article(r#"{"title": "T", "extra": {"a": [1], "b": 2, "c": null}, "b": 3}"#);
        let expected = Article::default()
            .with_title("T")
            .with_extra("a", vec![1])
            .with_extra("b", 3);
        assert_eq!(article, expected);
    }

    #[test]
    fn own_serialisation_reads_back() {
        let article = Article::new("T", "B")
            .with_tags(["có, phẩy"])
            .with_published_at(DateTime::from_unix_seconds(0))
            .with_extra("list", vec![1, 2]);
        let text = serde_json::to_string(&article).unwrap();
        assert_eq!(
            parse(&text, &FieldMap::default()),
            Ok((article, Vec::new()))
        );
    }

    #[test]
    fn bad_dates_keep_the_article() {
        let text = r#"{"title": "T", "date": "32/13/2024", "updated_at": {}}"#;
        let (article, warnings) = parse(text, &FieldMap::default()).unwrap();
        assert_eq!(article, Article::default().with_title("T"));
        assert_eq!(warnings.len(), 2);
        assert!(
            warnings[0].starts_with("date was left out: \"32/13/2024\""),
            "{warnings:?}"
        );
    }

    #[test]
    fn years_of_two_digits_are_told() {
        let text = r#"{"title": "T", "date": "10/8/23"}"#;
        let (article, warnings) = parse(text, &FieldMap::default()).unwrap();
        let day = article.published_at.map(|at| at.day().to_string());
        assert_eq!(day.as_deref(), Some("2023-08-10"));
        assert_eq!(
            warnings,
            ["\"10/8/23\" has a year of two digits, read as 2023-08-10"]
        );
    }

    #[test]
    fn objects_where_text_is_expected() {
        let text = r#"{"title": "T", "author": {"name": "An"}}"#;
        let (article, warnings) = parse(text, &FieldMap::default()).unwrap();
        assert_eq!(article.author, None);
        assert_eq!(
            warnings,
            ["\"author\" is an object and was left out, expected text"]
        );
    }

    #[test]
    fn refusals() {
        let reason = |text: &str| parse(text, &FieldMap::default()).unwrap_err().reason;
        for text in [
            "[1]",
            "\"a\"",
            "12",
            "null",
            "{",
            "{\"title\": \"a\"} x",
            "tin mới",
            "{'a': 1}",
        ] {
            let reason = reason(text);
            assert!(
                reason.starts_with("no usable JSON object: "),
                "{text}: {reason}"
            );
            assert!(
                reason.contains("(column ") && !reason.contains(" line "),
                "{reason}"
            );
        }
        for text in [
            "{}",
            r#"{"title": " ", "views": 3}"#,
            r#"{"title": "...", "body": "\u0301"}"#,
        ] {
            assert!(
                reason(text).starts_with("has neither title nor body"),
                "{text}"
            );
        }
        let deep = format!("{{\"title\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
        assert!(reason(&deep).contains("recursion"));
        assert!(reason(r#"{"title": "\ud83d"}"#).contains("escape"));
        let error = parse("{\n\"title\":\n}", &FieldMap::default()).unwrap_err();
        assert_eq!(error.line, 3);
    }

    #[test]
    fn control_characters_are_kept() {
        let text = "{\"title\": \"a\u{0}b\\\"\tc\\\\\", \"body\": \"\\u0000\"}\t";
        assert_eq!(article(text), Article::new("a\u{0}b\"\tc\\", "\u{0}"));
    }
}
