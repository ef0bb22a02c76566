//! What a feed says of itself before its first item.

use std::collections::HashMap;

use super::super::html;
use super::element::{Element, elements, local};

/// What a namespace is for, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// RSS, Atom, or none.
    Feed,
    /// Dublin Core: `dc:creator`, `dc:date`.
    DublinCore,
    /// `content:encoded`
    Content,
    /// Of no interest: pictures, counts of comments.
    Ignored,
    /// Any other; the elements become extra fields.
    Other,
}

/// The namespaces by their addresses, with the prefixes that they have by custom.
const NAMESPACES: [(&str, &str, Namespace); 11] = [
    (
        "purl.org/rss/1.0/modules/content",
        "content",
        Namespace::Content,
    ),
    ("purl.org/dc/", "dc", Namespace::DublinCore),
    ("www.w3.org/2005/Atom", "atom", Namespace::Feed),
    ("purl.org/atom/ns", "atom03", Namespace::Feed),
    (
        "purl.org/rss/1.0/modules/slash",
        "slash",
        Namespace::Ignored,
    ),
    ("search.yahoo.com/mrss", "media", Namespace::Ignored),
    ("wellformedweb.org", "wfw", Namespace::Ignored),
    ("purl.org/syndication/thread", "thr", Namespace::Ignored),
    (
        "rssnamespace.org/feedburner",
        "feedburner",
        Namespace::Ignored,
    ),
    ("www.georss.org", "georss", Namespace::Ignored),
    ("purl.org/rss/1.0", "rss", Namespace::Feed),
];

/// The feed as a whole.
#[derive(Debug, Default)]
pub(super) struct Channel {
    pub(super) title: Option<String>,
    pub(super) category: Option<String>,
    prefixes: HashMap<String, Namespace>,
}

impl Channel {
    /// Reads the part of a feed that stands before its first item.
    pub(super) fn read(head: &str) -> Channel {
        let mut channel = Channel::default();
        let rss: &[&[&str]] = &[&["rss", "rdf"], &["channel"]];
        let (declared, mut found, _) = elements(head, rss);
        if found.is_empty() {
            (_, found, _) = elements(head, &[&["feed"]]);
        }
        for (key, address) in &declared {
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                let known = NAMESPACES.iter();
                let known = known
                    .filter(|(part, _, _)| address.contains(part))
                    .max_by_key(|(part, _, _)| part.len());
                let namespace = known.map_or(Namespace::Other, |(_, _, namespace)| *namespace);
                channel.prefixes.insert(prefix.to_owned(), namespace);
            }
        }
        let text = |wanted: &str| {
            let named = |element: &&Element| {
                local(&element.name) == wanted
                    && channel.namespace(&element.name) == Namespace::Feed
            };
            let texts = found.iter().filter(named).map(text_of);
            texts.into_iter().find(|text| !text.is_empty())
        };
        let (title, category) = (text("title"), text("category"));
        Channel {
            title,
            category,
            ..channel
        }
    }

    /// Says to which namespace a name with its prefix belongs.
    pub(super) fn namespace(&self, name: &str) -> Namespace {
        let Some((prefix, _)) = name.split_once(':') else {
            return Namespace::Feed;
        };
        let by_custom = || {
            let known = NAMESPACES.iter().find(|(_, custom, _)| *custom == prefix);
            known.map_or(Namespace::Other, |(_, _, namespace)| *namespace)
        };
        self.prefixes.get(prefix).copied().unwrap_or_else(by_custom)
    }
}

/// The text of an element in one line; of a category in Atom, its label or term.
pub(super) fn text_of(element: &Element) -> String {
    let text = html::line(&element.html);
    let attributes = || element.attribute("label").or(element.attribute("term"));
    match text.is_empty() {
        true => attributes().unwrap_or_default().trim().to_owned(),
        false => text,
    }
}
