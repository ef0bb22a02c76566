//! Finds the article in what a page shows.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::Html;
use scraper::node::{Element, Node};

use super::super::html::{NodeRef, TextBuilder, line_of};
use super::beside::{is_beside, is_hidden};
use super::dates;
use super::metadata::Metadata;
use super::sizes::{MIN_PARAGRAPH_CHARS, Sizes, page_running};

/// A lead of two sentences still fits.
const MAX_LEAD_CHARS: usize = 1500;

/// What is shown of an article.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) body: String,
    pub(super) author: Option<String>,
    /// Texts that are dates, in the order of the page.
    pub(super) dates: Vec<String>,
}

/// Finds title, lead and body.
pub(super) fn find(document: &Html, metadata: &Metadata) -> Content {
    let root = document.tree.root();
    let sizes = Sizes::measure(root);
    let shown = Shown::collect(root, &sizes);
    let mut content = Content {
        title: title(metadata, &shown),
        author: shown.author,
        dates: shown.dates,
        ..Content::default()
    };
    let lead = shown.lead.as_ref().map(|(_, text)| text.clone());
    content.lead = lead
        .or_else(|| metadata.description.clone())
        .unwrap_or_default();
    let lead_node = shown.lead.map(|(node, _)| node);

    if let Some(container) = container(root, &sizes) {
        let total = sizes.of(container).running;
        let mut builder = TextBuilder::default();
        builder.walk(container, &|node, element| {
            node.id() != container.id()
                && (Some(node.id()) == lead_node
                    || is_beside(node, element, &sizes, total)
                    || is_heading_part(node, element, &content.title))
        });
        content.body = builder.finish();
    }
    if let Some(body) = &metadata.body
        && body.chars().count() > 2 * content.body.chars().count()
    {
        content.body.clone_from(body);
    }
    content
}

/// The element that holds the article.
fn container<'a>(root: NodeRef<'a>, sizes: &Sizes) -> Option<NodeRef<'a>> {
    let mut densest: Option<(usize, NodeRef<'a>)> = None;
    let mut marked: Option<((usize, usize), NodeRef<'a>)> = None;
    let mut beside = None;
    let total = page_running(root, sizes);
    for edge in root.traverse() {
        let node = match edge {
            Edge::Open(node) => node,
            Edge::Close(node) => {
                if beside == Some(node.id()) {
                    beside = None;
                }
                continue;
            }
        };
        let Node::Element(element) = node.value() else {
            continue;
        };
        if beside.is_some() {
            continue;
        }
        if is_beside(node, element, sizes, total) {
            beside = Some(node.id());
            continue;
        }
        let size = sizes.of(node);
        let name = element.name();
        let holds = matches!(
            name,
            "div"
                | "section"
                | "article"
                | "main"
                | "td"
                | "body"
                | "center"
                | "form"
                | "blockquote"
        );
        if holds && densest.is_none_or(|(most, _)| size.near > most) {
            densest = Some((size.near, node));
        }
        let rank = mark(element);
        let key = (rank, size.running);
        if rank > 0 && marked.is_none_or(|(best, _)| key > best) {
            marked = Some((key, node));
        }
    }
    let most = densest.map_or(0, |(_, node)| sizes.of(node).running);
    // A mark that holds little of the text marks something else: a card, a teaser.
    let by_mark = marked.filter(|(_, node)| {
        let size = sizes.of(*node);
        size.all > 0 && size.running * 2 >= most
    });
    by_mark
        .map(|(_, node)| node)
        .or(densest.filter(|(near, _)| *near > 0).map(|(_, node)| node))
        .or_else(|| largest(root, sizes))
}

/// The body, for pages without any paragraph.
fn largest<'a>(root: NodeRef<'a>, sizes: &Sizes) -> Option<NodeRef<'a>> {
    let body = root
        .descendants()
        .find(|node| matches!(node.value(), Node::Element(element) if element.name() == "body"))?;
    (sizes.of(body).all > 0).then_some(body)
}

/// How surely an element is marked as the text of an article; 0 if it is not.
fn mark(element: &Element) -> usize {
    let attribute = |name: &str| element.attr(name).unwrap_or_default();
    if attribute("itemprop").eq_ignore_ascii_case("articleBody") {
        return 4;
    }
    let names = format!("{} {}", attribute("class"), attribute("id")).to_ascii_lowercase();
    let known = [
        "fck_detail",
        "detail-content",
        "content-detail",
        "detail__content",
        "article-content",
        "article-body",
        "article__body",
        "article_content",
        "entry-content",
        "post-content",
        "news-content",
        "singular-content",
        "noidung",
        "noi-dung",
        "cms-body",
        "story-body",
    ];
    if known.iter().any(|known| names.contains(known)) {
        return 3;
    }
    match element.name() {
        "article" => 2,
        "main" => 1,
        _ if attribute("role") == "main" => 1,
        _ => 0,
    }
}

/// Says whether an element repeats the headline, or is a date by itself.
fn is_heading_part(node: NodeRef<'_>, element: &Element, title: &str) -> bool {
    match element.name() {
        "h1" => true,
        "h2" => line_of(node) == title,
        "time" => node.parent().is_none_or(
            |parent| !matches!(parent.value(), Node::Element(outer) if outer.name() == "p"),
        ),
        _ => false,
    }
}

/// What stands about an article and is known by its names.
#[derive(Debug, Default)]
struct Shown {
    headings: Vec<String>,
    lead: Option<(NodeId, String)>,
    author: Option<String>,
    dates: Vec<String>,
}

impl Shown {
    fn collect(root: NodeRef<'_>, sizes: &Sizes) -> Shown {
        let mut shown = Shown::default();
        let total = page_running(root, sizes);
        for node in root.descendants() {
            let Node::Element(element) = node.value() else {
                continue;
            };
            let size = sizes.of(node);
            if element.name() == "h1" && size.all > 0 {
                shown.headings.push(line_of(node));
            }
            if size.all == 0 || size.all > MAX_LEAD_CHARS || is_hidden(element) {
                continue;
            }
            let is = |wanted: &[&str]| has_token(element, wanted);
            let holds_text = size.all >= MIN_PARAGRAPH_CHARS && size.links * 2 < size.all;
            let is_lead = is(&[
                "sapo",
                "lead",
                "lede",
                "standfirst",
                "summary",
                "description",
            ]);
            if shown.lead.is_none() && is_lead && holds_text && !within_beside(node, sizes, total) {
                shown.lead = Some((node.id(), line_of(node)));
            }
            if size.all > 150 {
                continue;
            }
            let is_author =
                is(&["author", "byline", "tacgia"]) || element.attr("rel") == Some("author");
            if shown.author.is_none() && is_author {
                shown.author = name(&line_of(node));
            }
            if element.name() == "time" || is(&["date", "time", "datetime", "published", "publish"])
            {
                let text = line_of(node);
                shown.dates.extend(dates::at_end(&text).map(str::to_owned));
            }
        }
        shown
    }
}

/// Looks at the elements around a node.
fn within_beside(node: NodeRef<'_>, sizes: &Sizes, total: usize) -> bool {
    node.ancestors().take(64).any(|outer| match outer.value() {
        Node::Element(element) if element.name() != "header" => {
            is_beside(outer, element, sizes, total)
        }
        _ => false,
    })
}

fn has_token(element: &Element, wanted: &[&str]) -> bool {
    let attribute = |name: &str| element.attr(name).unwrap_or_default().to_ascii_lowercase();
    let names = [attribute("class"), attribute("id")].join(" ");
    let mut tokens = names.split(|letter: char| !letter.is_ascii_alphanumeric());
    tokens.any(|token| wanted.contains(&token))
}

/// The name in a byline such as `Bởi Lê An` or `Lê An - 06:30 01/05/2024`.
fn name(text: &str) -> Option<String> {
    let date = dates::at_end(text).map_or(0, str::len);
    let text = text.get(..text.len().saturating_sub(date))?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || "-–—|,;:/•·(".contains(c));
    let text = ["Tác giả:", "Bởi", "By"]
        .into_iter()
        .find_map(|label| text.strip_prefix(label))
        .unwrap_or(text)
        .trim();
    let is_name = !text.is_empty() && text.chars().count() <= 60;
    is_name.then(|| text.to_owned())
}

/// The headline, without the name of the site that windows are titled with.
fn title(metadata: &Metadata, shown: &Shown) -> String {
    let heading = match shown.headings.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|heading| {
            metadata
                .titles
                .iter()
                .any(|title| title.starts_with(*heading))
        }),
    };
    let Some(first) = metadata.titles.first() else {
        let fallback = || without_site(&metadata.window_title, metadata.source.as_deref());
        let heading = heading.or(shown.headings.first());
        return heading.cloned().unwrap_or_else(fallback);
    };
    // The page shows the headline, other places add the site's name to it.
    match heading {
        Some(heading) if first.starts_with(heading.as_str()) => heading.clone(),
        _ => without_site(first, metadata.source.as_deref()),
    }
}

fn without_site(title: &str, site: Option<&str>) -> String {
    for separator in [" | ", " - ", " – ", " :: "] {
        let Some((before, after)) = title.rsplit_once(separator) else {
            continue;
        };
        let is_site = site.is_some_and(|site| after.eq_ignore_ascii_case(site))
            || after.contains("Báo ")
            || after.starts_with("Báo")
            || (after.contains('.') && !after.contains(' '))
            || separator == " | ";
        if is_site && before.chars().count() >= 10 {
            return before.trim().to_owned();
        }
    }
    title.to_owned()
}
