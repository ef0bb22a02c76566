//! What a page tells search engines in JSON-LD (schema.org).

use serde_json::{Map, Value};

use super::plain;

/// The values that an article is made of; empty where there is none.
#[derive(Debug, Default)]
pub(super) struct JsonLd {
    pub(super) headline: String,
    pub(super) description: String,
    pub(super) body: String,
    pub(super) authors: Vec<String>,
    pub(super) publisher: String,
    pub(super) section: String,
    pub(super) keywords: Vec<String>,
    pub(super) url: String,
    pub(super) published: String,
    pub(super) updated: String,
    /// The names of the breadcrumbs, from the outermost.
    pub(super) breadcrumbs: Vec<String>,
}

impl JsonLd {
    /// Takes what a script says; values that were found before stay.
    pub(super) fn add(&mut self, script: &str) -> Result<(), serde_json::Error> {
        // Many sites leave line feeds unescaped.
        let json = match serde_json::from_str::<Value>(script) {
            Ok(json) => json,
            Err(error) => {
                let cleaned: String = script
                    .chars()
                    .map(|letter| if letter.is_control() { ' ' } else { letter })
                    .collect();
                serde_json::from_str(&cleaned).map_err(|_| error)?
            }
        };
        // An article may stand in a list, in a graph, or in the page that it is the main part of.
        let mut waiting = vec![&json];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(object) => {
                    if let Some(graph) = object.get("@graph").or_else(|| object.get("mainEntity")) {
                        waiting.push(graph);
                    }
                    self.object(object);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn object(&mut self, object: &Map<String, Value>) {
        let is = |wanted: &dyn Fn(&str) -> bool| {
            let types = list(object.get("@type"));
            types.iter().any(|name| wanted(name))
        };
        if is(&|name| name == "BreadcrumbList") && self.breadcrumbs.is_empty() {
            if let Some(Value::Array(items)) = object.get("itemListElement") {
                let named = |item: &Value| {
                    let item = item.as_object()?;
                    let own = text(item.get("name"));
                    let inner = item.get("item").map(name);
                    Some(own).filter(|name| !name.is_empty()).or(inner)
                };
                self.breadcrumbs = items.iter().filter_map(named).collect();
            }
            return;
        }
        if !is(&|name| name.ends_with("Article") || name.ends_with("Posting") || name == "Report") {
            return;
        }
        let fill = |slot: &mut String, value: String| {
            if slot.is_empty() {
                *slot = value;
            }
        };
        fill(&mut self.headline, text(object.get("headline")));
        fill(&mut self.headline, text(object.get("name")));
        fill(&mut self.description, text(object.get("description")));
        if let Some(Value::String(body)) = object.get("articleBody") {
            fill(&mut self.body, super::html::text(body));
        }
        fill(&mut self.published, text(object.get("datePublished")));
        fill(&mut self.updated, text(object.get("dateModified")));
        fill(
            &mut self.publisher,
            object.get("publisher").map(name).unwrap_or_default(),
        );
        let section = list(object.get("articleSection")).into_iter().next();
        fill(&mut self.section, section.unwrap_or_default());
        fill(&mut self.url, address(object.get("mainEntityOfPage")));
        fill(&mut self.url, address(object.get("url")));
        if self.authors.is_empty() {
            let authors = match object.get("author") {
                Some(Value::Array(authors)) => authors.iter().map(name).collect(),
                Some(author) => vec![name(author)],
                None => Vec::new(),
            };
            self.authors = authors
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect();
        }
        if self.keywords.is_empty() {
            self.keywords = match object.get("keywords") {
                Some(Value::String(words)) => super::metadata::words(words),
                words => list(words),
            };
        }
    }
}

/// A text, or the first of several.
fn text(value: Option<&Value>) -> String {
    list(value).into_iter().next().unwrap_or_default()
}

fn list(value: Option<&Value>) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(plain(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let found: Vec<String> = match value {
        Some(Value::Array(values)) => values.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    };
    found.into_iter().filter(|text| !text.is_empty()).collect()
}

/// The name of a person or organisation, which may be a name alone.
fn name(value: &Value) -> String {
    match value {
        Value::Object(object) => text(object.get("name")),
        Value::Array(values) => values
            .first()
            .map(|_| text(Some(value)))
            .unwrap_or_default(),
        other => text(Some(other)),
    }
}

fn address(value: Option<&Value>) -> String {
    match value {
        Some(Value::Object(object)) => text(object.get("@id").or_else(|| object.get("url"))),
        other => text(other),
    }
}
