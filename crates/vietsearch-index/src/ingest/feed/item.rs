//! One item of a feed as an article.

use serde_json::Value;

use super::super::field_map::{Field, FieldMap, Target};
use super::super::html;
use super::super::record::Values;
use super::channel::{Channel, Namespace, text_of};
use super::element::{Element, elements, local};
use crate::article::Article;

/// Longer values of elements that are not known are no fields but texts.
const MAX_EXTRA_BYTES: usize = 1000;

/// Something to be reported.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// Counted from the line on which the item begins.
    pub(super) lines_below: u64,
    pub(super) reason: String,
}

impl Note {
    pub(super) fn new(lines_below: u64, reason: impl Into<String>) -> Note {
        Note {
            lines_below,
            reason: reason.into(),
        }
    }
}

/// The parts of an item before they are put into fields.
#[derive(Default)]
struct Parts {
    title: String,
    description: String,
    content: String,
    links: Vec<(Option<String>, String)>,
    id: String,
    published: String,
    updated: String,
    authors: Vec<String>,
    categories: Vec<String>,
    source: String,
}

/// Reads an item with its tags. What is missing stays `None`.
pub(super) fn read(text: &str, channel: &Channel, map: &FieldMap) -> (Article, Vec<Note>) {
    let (own, found, broken) = elements(text, &[&["item", "entry"]]);
    let mut notes = Vec::new();
    if let Some(broken) = broken {
        let before = text.as_bytes().get(..broken.byte.min(text.len()));
        let lines = before.unwrap_or_default().iter();
        let lines_below = lines.filter(|byte| **byte == b'\n').count() as u64;
        notes.push(Note::new(lines_below, broken.reason));
    }
    let mut parts = Parts::default();
    let mut values = Values::default();
    for element in &found {
        let mapped = map
            .mapped(&element.name)
            .or_else(|| map.mapped(local(&element.name)));
        match mapped {
            Some(target) => values.add(
                Some(target),
                element.name.clone(),
                Value::String(html::text(&element.html)),
            ),
            None => parts.take(element, channel, &mut values),
        }
    }
    // RSS 1.0 names its items by an attribute.
    if parts.id.is_empty()
        && let Some((_, about)) = own.iter().find(|(key, _)| local(key) == "about")
    {
        parts.id.clone_from(about);
    }
    parts.put(channel, &mut values);
    let mut warnings = Vec::new();
    let article = values.into_article(&mut warnings);
    notes.extend(warnings.into_iter().map(|reason| Note::new(0, reason)));
    (article, notes)
}

impl Parts {
    fn take(&mut self, element: &Element, channel: &Channel, values: &mut Values) {
        let namespace = channel.namespace(&element.name);
        let name = local(&element.name);
        let first = |slot: &mut String, value: String| {
            if slot.is_empty() {
                *slot = value;
            }
        };
        match (namespace, name) {
            (Namespace::Ignored, _) => {}
            (Namespace::Feed, "title") => first(&mut self.title, html::line(&element.html)),
            (Namespace::Feed, "description" | "summary") => {
                first(&mut self.description, html::text(&element.html));
            }
            (Namespace::Content, "encoded") | (Namespace::Feed, "content" | "fulltext") => {
                first(&mut self.content, html::text(&element.html));
            }
            (Namespace::Feed, "link") => {
                let relation = element.attribute("rel").map(str::to_owned);
                let address = element.attribute("href").unwrap_or(&element.html);
                self.links.push((relation, decoded(address)));
            }
            (Namespace::Feed, "guid" | "id") => first(&mut self.id, decoded(&element.html)),
            (Namespace::Feed, "pubDate" | "published" | "issued")
            | (Namespace::DublinCore, "date") => {
                first(&mut self.published, decoded(&element.html));
            }
            (Namespace::Feed, "updated" | "modified" | "lastBuildDate")
            | (Namespace::DublinCore, "modified") => {
                first(&mut self.updated, decoded(&element.html));
            }
            (Namespace::Feed, "author" | "creator") | (Namespace::DublinCore, "creator") => {
                let name = element.child("name").map(html::line);
                let name = name.unwrap_or_else(|| author(&html::line(&element.html)));
                if !name.is_empty() && !self.authors.contains(&name) {
                    self.authors.push(name);
                }
            }
            (Namespace::Feed, "category") | (Namespace::DublinCore, "subject") => {
                let name = text_of(element);
                if !name.is_empty() && !self.categories.contains(&name) {
                    self.categories.push(name);
                }
            }
            (Namespace::Feed, "source") | (Namespace::DublinCore, "publisher") => {
                let title = element.child("title").unwrap_or(&element.html);
                first(&mut self.source, html::line(title));
            }
            (Namespace::Feed, "comments" | "enclosure" | "image" | "contributor") => {}
            _ if element.children.is_empty() && element.html.len() <= MAX_EXTRA_BYTES => {
                let text = html::line(&element.html);
                if !text.is_empty() {
                    values.add(None, element.name.clone(), Value::String(text));
                }
            }
            _ => {}
        }
    }

    fn put(mut self, channel: &Channel, values: &mut Values) {
        if self.content.is_empty() {
            self.content = std::mem::take(&mut self.description);
        }
        // Many feeds repeat the beginning of the article as its summary.
        let summary = self.description.trim_end_matches(['.', '…', ' ']);
        if self.content.starts_with(summary) {
            self.description.clear();
        }
        if self.published.is_empty() {
            self.published.clone_from(&self.updated);
        }
        if self.source.is_empty() {
            self.source = channel.title.clone().unwrap_or_default();
        }
        if self.categories.is_empty() {
            self.categories.extend(channel.category.clone());
        }
        let alternate = self.links.iter().find(|(relation, address)| {
            !address.is_empty() && relation.as_deref().is_none_or(|rel| rel == "alternate")
        });
        let url = alternate.map(|(_, address)| address.clone());
        let mut categories = self.categories.into_iter();
        let section = categories.next();
        let tags: Vec<Value> = categories.map(Value::String).collect();
        let texts = [
            (Field::Id, "guid", self.id),
            (Field::Title, "title", self.title),
            (Field::Lead, "description", self.description),
            (Field::Body, "content", self.content),
            (Field::Author, "author", self.authors.join(", ")),
            (Field::Source, "source", self.source),
            (Field::Section, "category", section.unwrap_or_default()),
            (Field::Url, "link", url.unwrap_or_default()),
            (Field::PublishedAt, "pubDate", self.published),
            (Field::UpdatedAt, "updated", self.updated),
        ];
        let target = |field| {
            // Whatever was mapped wins.
            let rank = usize::MAX;
            Some(Target { field, rank })
        };
        for (field, key, text) in texts {
            values.add(target(field), key.to_owned(), Value::String(text));
        }
        if !tags.is_empty() {
            values.add(target(Field::Tags), "tags".to_owned(), Value::Array(tags));
        }
    }
}

/// An address, id or date: no markup, and entities only where somebody escaped it twice.
fn decoded(text: &str) -> String {
    let text = text.trim();
    match text.contains('&') && text.contains(';') {
        true => html::line(text),
        false => text.to_owned(),
    }
}

/// `an@bao.example (Lê An)` names Lê An.
fn author(text: &str) -> String {
    let name = text
        .split_once('(')
        .filter(|(address, _)| address.contains('@'))
        .and_then(|(_, name)| name.strip_suffix(')'));
    name.unwrap_or(text).trim().to_owned()
}
