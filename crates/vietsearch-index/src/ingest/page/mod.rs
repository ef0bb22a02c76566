//! `.html`: one article as a web page.
//!
//! What machines are told (JSON-LD, Open Graph, `<meta>`) goes before what people are shown. The
//! text is that of the element marked as the article, or, where none is, of the element that holds
//! most running text.

mod beside;
mod content;
mod dates;
mod json_ld;
mod metadata;
mod shape;
mod sizes;

use std::io::Read;

use scraper::Html;

use super::json_lines::too_long;
use super::problem::{Place, Problem};
use super::record::unusable;
use super::source::{Source, unreadable};
use super::{Entry, Options, html};
use crate::article::Article;
use metadata::Metadata;

/// Reads the article of a page: one entry, and a second one if the file cannot be read to its end.
pub(super) fn entries(
    mut source: Source,
    file: Place,
    id: String,
    options: &Options,
) -> Vec<Entry> {
    let limit = options.max_line_bytes;
    let mut bytes = Vec::new();
    let most = (limit as u64).saturating_add(1);
    let read = source.reader.by_ref().take(most).read_to_end(&mut bytes);
    let cut = read.err().map(|error| unreadable(&error));
    let skipped = |reason: String| Entry::Skipped(Problem::new(file.clone(), reason));
    if bytes.len() > limit {
        return vec![skipped(too_long("page", limit))];
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut entries = Vec::new();
    if !text.trim().is_empty() {
        let (article, warnings) = parse(&text, id);
        entries.push(match unusable(&article) {
            Some(_) => skipped("no article text found in the page".to_owned()),
            None => Entry::Article {
                article: Box::new(article),
                warnings: warnings
                    .into_iter()
                    .map(|reason| Problem::new(file.clone(), reason))
                    .collect(),
                place: file.clone(),
            },
        });
    } else if cut.is_none() {
        entries.push(skipped("the file is empty".to_owned()));
    }
    entries.extend(cut.map(skipped));
    entries
}

/// Reads a page. `file_id` is the id of an article that has no address.
fn parse(text: &str, file_id: String) -> (Article, Vec<String>) {
    let mut warnings = Vec::new();
    if is_cut(text) {
        let lines = text.lines().count();
        warnings.push(format!(
            "the page ends in line {lines} before </html>, it may be cut off"
        ));
    }
    if !shape::is_buildable(text) {
        warnings.push("the page is nested too deeply, all of its text was taken".to_owned());
        let article = Article {
            id: Some(file_id),
            title: window_title(text),
            body: Some(html::text(text)),
            ..Article::default()
        };
        return (article, warnings);
    }
    let document = Html::parse_document(text);
    let metadata = Metadata::read(&document, &mut warnings);
    let content = content::find(&document, &metadata);
    let mut article = Article::default();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());

    article.title = filled(content.title);
    article.body = filled(content.body);
    article.lead = filled(content.lead);
    if let (Some(lead), Some(body)) = (&article.lead, &article.body) {
        // Descriptions for search engines repeat the beginning of the text.
        let beginning = lead.trim_end_matches(['.', '…', ' ']);
        if body.starts_with(beginning) {
            article.lead = None;
        }
    }
    article.author = metadata.author.or(content.author);
    article.source = metadata.source;
    article.section = metadata.section;
    article.tags = metadata.tags;
    article.url = metadata.url;
    if article.url.is_none() {
        article.id = Some(file_id);
    }
    let shown = content.dates.iter().map(|text| (*text).to_owned());
    article.published_at = dates::first(
        metadata.published.into_iter().chain(shown),
        "the date",
        &mut warnings,
    );
    article.updated_at = dates::first(
        metadata.updated,
        "the date of the last change",
        &mut warnings,
    );
    (article, warnings)
}

/// Says whether a page that has begun does not end.
fn is_cut(text: &str) -> bool {
    let lower_end: String = {
        let from = text.len().saturating_sub(2000);
        let from = (from..text.len()).find(|at| text.is_char_boundary(*at));
        let end = text.get(from.unwrap_or_default()..).unwrap_or_default();
        end.to_ascii_lowercase()
    };
    let opens = text.char_indices().take(4000).any(|(at, letter)| {
        let name = (letter == '<').then(|| text.get(at + 1..at + 5)).flatten();
        name.is_some_and(|name| {
            name.eq_ignore_ascii_case("html") || name.eq_ignore_ascii_case("body")
        })
    });
    opens && !lower_end.contains("</html") && !lower_end.contains("</body")
}

/// The text of `<title>`, without a tree.
fn window_title(text: &str) -> Option<String> {
    let (_, after) = text.split_once("<title")?;
    let (_, content) = after.split_once('>')?;
    let (title, _) = content.split_once("</title")?;
    Some(plain(title)).filter(|title| !title.is_empty())
}

/// The text of a value that may have been escaped as HTML.
fn plain(value: &str) -> String {
    html::line(value)
}
