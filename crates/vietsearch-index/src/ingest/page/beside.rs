//! What stands beside an article: menus, advertisements, links to other articles.

use scraper::node::Element;

use super::super::html::NodeRef;
use super::sizes::{Size, Sizes};

/// Says whether an element stands beside the text: menus, advertisements, links to other articles.
/// One that holds most of the running text does not, whatever its name.
pub(super) fn is_beside(node: NodeRef<'_>, element: &Element, sizes: &Sizes, total: usize) -> bool {
    let name = element.name();
    if matches!(name, "html" | "body" | "main" | "article") {
        return false;
    }
    if is_hidden(element) {
        return true;
    }
    let size = sizes.of(node);
    if size.running > 0 && size.running * 5 >= total * 2 {
        return false;
    }
    let is_part = matches!(
        name,
        "nav" | "aside" | "footer" | "form" | "dialog" | "menu" | "header"
    );
    is_part || is_list_of_links(name, size) || is_named_beside(element)
}

pub(super) fn is_hidden(element: &Element) -> bool {
    let style = element.attr("style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// Paragraphs and lists that hold nothing but links lead to other articles.
fn is_list_of_links(name: &str, size: Size) -> bool {
    match name {
        "ul" | "ol" | "dl" => size.all > 0 && size.links * 5 >= size.all * 4,
        "p" | "div" | "h3" | "h4" => size.links >= 15 && size.links * 20 >= size.all * 19,
        _ => false,
    }
}

fn is_named_beside(element: &Element) -> bool {
    let role = element.attr("role").unwrap_or_default();
    if matches!(
        role,
        "navigation" | "complementary" | "banner" | "contentinfo" | "search" | "menu"
    ) {
        return true;
    }
    let attribute = |name: &str| element.attr(name).unwrap_or_default().to_ascii_lowercase();
    let names = [attribute("class"), attribute("id")].join(" ");
    let parts = [
        "related",
        "lienquan",
        "lien-quan",
        "quangcao",
        "quang-cao",
        "advert",
        "comment",
        "binhluan",
        "binh-luan",
        "breadcrumb",
        "share",
        "sharing",
        "social",
        "sidebar",
        "newsletter",
        "subscribe",
        "popup",
        "docnhieu",
        "doc-nhieu",
        "xemnhieu",
        "tinmoi",
        "tin-moi",
        "tinkhac",
        "tin-khac",
        "recommend",
        "most-view",
        "mostview",
        "readmore",
        "xemthem",
        "xem-them",
        "toolbar",
        "pagination",
        "copyright",
        "box-tag",
        "list-tag",
        "cookie",
        "banner",
    ];
    let tokens = [
        "ad",
        "ads",
        "adv",
        "adsbygoogle",
        "tag",
        "tags",
        "nav",
        "menu",
        "footer",
        "header",
        "author",
        "byline",
        "tacgia",
        "date",
        "time",
        "datetime",
        "rating",
        "zalo",
    ];
    names
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|token| tokens.contains(&token))
        || parts.iter().any(|part| names.contains(part))
}
