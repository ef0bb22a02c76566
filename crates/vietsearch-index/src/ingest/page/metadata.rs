//! What a page says of itself to machines.

use ego_tree::iter::Edge;
use scraper::Html;
use scraper::node::Node;

use super::super::html;
use super::json_ld::JsonLd;
use super::plain;

/// What is known without a look at the text.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// The headline without the name of the site, from the most to the least trustworthy.
    pub(super) titles: Vec<String>,
    /// The text of `<title>`.
    pub(super) window_title: String,
    pub(super) description: Option<String>,
    /// The whole text, where JSON-LD has it.
    pub(super) body: Option<String>,
    pub(super) author: Option<String>,
    pub(super) source: Option<String>,
    pub(super) section: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) url: Option<String>,
    /// Texts of dates, the most trustworthy first.
    pub(super) published: Vec<String>,
    pub(super) updated: Vec<String>,
}

/// `<meta>` elements by name, property or itemprop.
#[derive(Default)]
struct Metas(Vec<(String, String)>);

impl Metas {
    /// The values of the first of several names that the page has, in the order of the names.
    fn all(&self, names: &[&str]) -> Vec<String> {
        let values = names.iter().flat_map(|name| {
            let named = self.0.iter().filter(move |(key, _)| key == name);
            named.map(|(_, value)| value.clone())
        });
        values.collect()
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        self.all(names).into_iter().next()
    }
}

impl Metadata {
    pub(super) fn read(document: &Html, warnings: &mut Vec<String>) -> Metadata {
        let mut metas = Metas::default();
        let mut json_ld = JsonLd::default();
        let mut window_title = String::new();
        let mut canonical = None;
        let mut times = Vec::new();
        for edge in document.tree.root().traverse() {
            let Edge::Open(node) = edge else { continue };
            let Node::Element(element) = node.value() else {
                continue;
            };
            let attribute = |name: &str| element.attr(name).unwrap_or_default().trim();
            match element.name() {
                "meta" => {
                    let content = plain(attribute("content"));
                    for key in ["property", "name", "itemprop"] {
                        let name = attribute(key).to_ascii_lowercase();
                        if !name.is_empty() && !content.is_empty() {
                            metas.0.push((name, content.clone()));
                        }
                    }
                }
                "link" if attribute("rel").eq_ignore_ascii_case("canonical") => {
                    canonical = canonical.or(Some(attribute("href").to_owned()));
                }
                "title" if window_title.is_empty() => {
                    window_title = plain(&html::raw_text(node));
                }
                "time" => {
                    times.push(attribute("datetime").to_owned());
                }
                "script" if attribute("type").eq_ignore_ascii_case("application/ld+json") => {
                    if let Err(error) = json_ld.add(&html::raw_text(node)) {
                        warnings.push(format!("the JSON-LD was left out: {error}"));
                    }
                }
                _ if !attribute("itemprop").is_empty() => {
                    let name = attribute("itemprop").to_ascii_lowercase();
                    let value = match attribute("content") {
                        "" => attribute("datetime").to_owned(),
                        content => plain(content),
                    };
                    let value = match (value.is_empty(), name.as_str()) {
                        (true, "headline" | "author" | "datepublished" | "articlesection") => {
                            html::line_of(node)
                        }
                        _ => value,
                    };
                    if !value.is_empty() {
                        metas.0.push((name, value));
                    }
                }
                _ => {}
            }
        }
        times.retain(|time| !time.is_empty());
        Metadata::choose(json_ld, &metas, window_title, canonical, times)
    }

    fn choose(
        json_ld: JsonLd,
        metas: &Metas,
        window_title: String,
        canonical: Option<String>,
        times: Vec<String>,
    ) -> Metadata {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        let mut titles: Vec<String> = filled(json_ld.headline).into_iter().collect();
        titles.extend(metas.all(&["headline", "og:title", "twitter:title"]));
        let mut published: Vec<String> = filled(json_ld.published).into_iter().collect();
        published.extend(metas.all(&[
            "article:published_time",
            "datepublished",
            "pubdate",
            "publishdate",
            "publish_date",
            "date",
            "dc.date",
            "dc.date.issued",
            "dcterms.created",
            "parsely-pub-date",
        ]));
        published.extend(times);
        let mut updated: Vec<String> = filled(json_ld.updated).into_iter().collect();
        updated.extend(metas.all(&[
            "article:modified_time",
            "datemodified",
            "lastmod",
            "last-modified",
            "og:updated_time",
        ]));
        let meta_author = || {
            let names = metas.all(&["author", "article:author", "dc.creator", "byl"]);
            // Open Graph wants the address of a profile there.
            names.into_iter().find(|name| !name.contains("://"))
        };
        let is_address =
            |text: &String| text.starts_with("http://") || text.starts_with("https://");
        let breadcrumb = || {
            // The last one may be the article itself.
            let names = json_ld.breadcrumbs.iter().skip(1);
            names.rev().find(|name| !titles.contains(name)).cloned()
        };
        let section = filled(json_ld.section)
            .or_else(|| metas.first(&["article:section", "articlesection", "section"]))
            .or_else(breadcrumb);
        let mut tags = json_ld.keywords;
        if tags.is_empty() {
            tags = metas.all(&["article:tag"]);
        }
        if tags.is_empty() {
            tags = metas
                .first(&["news_keywords", "keywords"])
                .map(|text| words(&text))
                .unwrap_or_default();
        }
        let mut unique: Vec<String> = Vec::new();
        for tag in tags {
            if !unique.contains(&tag) {
                unique.push(tag);
            }
        }
        Metadata {
            description: filled(json_ld.description)
                .or_else(|| metas.first(&["og:description", "description", "twitter:description"])),
            body: filled(json_ld.body),
            author: filled(json_ld.authors.join(", ")).or_else(meta_author),
            source: filled(json_ld.publisher)
                .or_else(|| metas.first(&["og:site_name", "application-name"])),
            section,
            tags: unique,
            url: canonical
                .filter(is_address)
                .or_else(|| metas.first(&["og:url"]).filter(is_address))
                .or_else(|| filled(json_ld.url).filter(is_address)),
            titles,
            window_title,
            published,
            updated,
        }
    }
}

/// Cuts a list of keywords.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split([',', ';']).map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
