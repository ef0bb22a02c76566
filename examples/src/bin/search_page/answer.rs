//! Asks the library, and puts what it says into the form in which the templates show it.

use std::collections::BTreeMap;

use vietsearch::query::FacetCount;
use vietsearch::{Hit, NewsSearcher, SearchError, SearchRequest, SearchResponse, to_html};

use crate::histogram::Histogram;
use crate::parameters::{Filter, Parameters};
use crate::words;

/// Values of a facet that are shown at once; the others are one click away.
const FIRST_VALUES: usize = 6;
/// The most values of a facet.
const MAX_VALUES: usize = 40;
/// Words that go with a query.
const RELATED: usize = 6;
/// Hits among which the copies of a page's hits are looked for: they have about the same score.
const COPIES_AMONG: usize = 200;
/// Copies of a hit that are named.
const MAX_COPIES: usize = 8;

/// A link with its text.
pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) address: String,
}

impl Link {
    fn new(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            address: address.into(),
        }
    }
}

/// What a page shows.
#[derive(Default)]
pub(crate) struct Answer {
    /// How much was found, or what the page shows.
    pub(crate) heading: String,
    /// What the query was read as, and the page that reads it as typed.
    pub(crate) read_as: Option<Link>,
    /// What may have been meant.
    pub(crate) suggestion: Option<Link>,
    /// Words that the first hit lacks.
    pub(crate) lacking: Vec<String>,
    /// True if articles came or went since the first page.
    pub(crate) stale: bool,
    /// What the hits are narrowed to, with the pages that are not.
    pub(crate) chosen: Vec<Link>,
    /// The page without any of that.
    pub(crate) widened: Option<String>,
    pub(crate) facets: Vec<Facet>,
    pub(crate) histogram: Option<Histogram>,
    pub(crate) hits: Vec<HitView>,
    /// The number that the first hit has.
    pub(crate) first: usize,
    pub(crate) related: Vec<Link>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) page: usize,
}

/// Values to narrow to.
pub(crate) struct Facet {
    pub(crate) title: &'static str,
    pub(crate) values: Vec<Value>,
    pub(crate) more: Vec<Value>,
}

pub(crate) struct Value {
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) address: String,
}

/// An article as the page shows it. Fields that end in `_html` are safe to write as they are.
pub(crate) struct HitView {
    pub(crate) title_html: String,
    /// Where the article is, if that is a place on the web.
    pub(crate) url: Option<String>,
    pub(crate) snippet_html: String,
    /// Source, section, author.
    pub(crate) origin: Vec<String>,
    /// Day and time in words, and for programs.
    pub(crate) published: Option<(String, String)>,
    /// Number of other copies.
    pub(crate) duplicates: usize,
    pub(crate) copies: Vec<Copy>,
    pub(crate) similar: String,
}

/// Another copy of an article.
pub(crate) struct Copy {
    pub(crate) title: String,
    pub(crate) url: Option<String>,
    pub(crate) origin: Vec<String>,
}

impl HitView {
    fn new(hit: &Hit) -> Self {
        let title_html = match hit.title.as_deref() {
            Some(title) => to_html(title, &hit.title_highlights, "<mark>", "</mark>"),
            None => "(không có tiêu đề)".to_string(),
        };
        Self {
            title_html,
            url: web_address(hit),
            snippet_html: snippet_html(hit),
            origin: origin(hit, true),
            published: hit.published_at.map(|at| (words::time(at), at.to_string())),
            duplicates: hit.duplicates,
            copies: Vec::new(),
            similar: address("/similar", &[("id", &hit.id)]),
        }
    }
}

/// With a space where a snippet ends after a sentence, so that `.…` does not look like four dots.
fn snippet_html(hit: &Hit) -> String {
    let html = to_html(&hit.snippet, &hit.highlights, "<mark>", "</mark>");
    match html.strip_suffix(".…") {
        Some(start) => format!("{start}. …"),
        None => html,
    }
}

/// Only what a browser opens as a page: an article's URL may be anything, `javascript:` too.
fn web_address(hit: &Hit) -> Option<String> {
    let url = hit.url.as_ref()?;
    let is_web = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    (is_web("https://") || is_web("http://")).then(|| url.clone())
}

fn origin(hit: &Hit, with_section: bool) -> Vec<String> {
    let section = hit.section.as_ref().filter(|_| with_section);
    let known = [hit.source.as_ref(), section, hit.author.as_ref()];
    known.into_iter().flatten().cloned().collect()
}

fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{path}?{}", query.finish())
}

/// A page of hits.
pub(crate) fn search(
    searcher: &NewsSearcher,
    parameters: &Parameters,
) -> Result<Answer, SearchError> {
    let request = parameters.request();
    let found = searcher.search(&request)?;
    let counts = found.facets.clone().unwrap_or_default();
    let mut answer = Answer {
        heading: heading(parameters, &found, searcher.num_docs()),
        read_as: found
            .interpreted_as
            .as_ref()
            .map(|text| Link::new(text, parameters.as_typed().address())),
        suggestion: found
            .suggestion
            .as_ref()
            .map(|text| Link::new(text, parameters.with_query(text).address())),
        lacking: found.relaxed.clone(),
        stale: found.stale,
        chosen: chosen(parameters),
        widened: parameters
            .is_narrowed()
            .then(|| parameters.widened().address()),
        facets: facets(&counts, parameters),
        histogram: histogram(&counts, parameters),
        hits: found.hits.iter().map(HitView::new).collect(),
        first: parameters.shown() + 1,
        previous: parameters.previous().map(|page| page.address()),
        page: parameters.page(),
        ..Answer::default()
    };
    let next = found.cursor.as_ref();
    answer.next = next.and_then(|cursor| Some(parameters.next(cursor)?.address()));
    if found.hits.iter().any(|hit| hit.duplicates > 0) {
        name_copies(searcher, &request, &found.hits, &mut answer.hits)?;
    }
    if !found.hits.is_empty() && !parameters.query.trim().is_empty() {
        let related = searcher.related(&request, RELATED)?.into_iter();
        answer.related = related
            .map(|term| Link::new(&term.text, parameters.with_query(&term.text).address()))
            .collect();
    }
    Ok(answer)
}

/// Articles like one.
pub(crate) fn similar(searcher: &NewsSearcher, id: &str) -> Result<Answer, SearchError> {
    let found = searcher.similar(id, 10)?;
    Ok(Answer {
        heading: match found.hits.is_empty() {
            true => "Không có bài tương tự".to_string(),
            false => "Bài tương tự".to_string(),
        },
        hits: found.hits.iter().map(HitView::new).collect(),
        first: 1,
        page: 1,
        ..Answer::default()
    })
}

fn heading(parameters: &Parameters, found: &SearchResponse, articles: u64) -> String {
    let total = words::number(found.total as u64);
    match (found.total, found.hits.is_empty()) {
        _ if parameters.is_home() => format!("Mới nhất trong {} bài", words::number(articles)),
        (0, true) => "Không tìm thấy bài nào".to_string(),
        (0, false) => "Không bài nào có đủ mọi từ".to_string(),
        _ => format!("{total} bài"),
    }
}

fn chosen(parameters: &Parameters) -> Vec<Link> {
    let mut chosen = Vec::new();
    for filter in Filter::ALL {
        if let Some(value) = parameters.get(filter) {
            let text = format!("{}: {value}", filter.title());
            chosen.push(Link::new(text, parameters.with(filter, None).address()));
        }
    }
    if let Some(days) = parameters.days() {
        let text = format!("Ngày đăng: {days}");
        chosen.push(Link::new(text, parameters.with_days(None, None).address()));
    }
    chosen
}

fn facets(counts: &BTreeMap<String, Vec<FacetCount>>, parameters: &Parameters) -> Vec<Facet> {
    let mut facets = Vec::new();
    for filter in Filter::ALL {
        // One value is chosen: the chip says so, and takes it away.
        let open = parameters.get(filter).is_none();
        let values = counts.get(filter.name()).filter(|_| open);
        let values = values.into_iter().flatten().take(MAX_VALUES);
        let mut values: Vec<Value> = values
            .map(|value| Value {
                label: value.label.clone(),
                count: words::number(value.count as u64),
                address: parameters.with(filter, Some(&value.label)).address(),
            })
            .collect();
        if values.is_empty() {
            continue;
        }
        let more = values.split_off(FIRST_VALUES.min(values.len()));
        facets.push(Facet {
            title: filter.title(),
            values,
            more,
        });
    }
    facets
}

fn histogram(
    counts: &BTreeMap<String, Vec<FacetCount>>,
    parameters: &Parameters,
) -> Option<Histogram> {
    let by = |name: &str| counts.get(name).map_or(&[][..], Vec::as_slice);
    Histogram::new(by("year"), by("month"), by("day"), parameters)
}

/// Lists the other articles that collapsed hits stand for.
fn name_copies(
    searcher: &NewsSearcher,
    request: &SearchRequest,
    hits: &[Hit],
    views: &mut [HitView],
) -> Result<(), SearchError> {
    let mut all = request.clone().with_limit(COPIES_AMONG);
    (all.collapse, all.facets, all.cursor) = (None, false, None);
    let found = searcher.search(&all)?;
    for (hit, view) in hits.iter().zip(views) {
        let others = found.hits.iter();
        let others = others.filter(|other| other.group == hit.group && other.id != hit.id);
        let named = hit.duplicates.min(MAX_COPIES);
        view.copies = others
            .take(named)
            .map(|other| Copy {
                title: other.title.clone().unwrap_or_default(),
                url: web_address(other),
                origin: origin(other, false)
                    .into_iter()
                    .chain(other.published_at.map(words::time))
                    .collect(),
            })
            .collect();
    }
    Ok(())
}
