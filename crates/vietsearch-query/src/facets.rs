//! Counting matching articles by source, section, time and other values.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument};
use vietsearch_index::date::DateTime;
use vietsearch_index::{Fields, NewsIndex, extra_term, extra_terms, filter_key};

use crate::error::Result;
use crate::response::FacetCount;

/// What is counted if a request does not say.
const USUAL: [&str; 3] = ["source", "section", "month"];

/// Counts articles, given in ascending order, by facet; most frequent first, times newest first. A name that is none of ours is that of an
/// extra field.
pub(crate) fn count(
    index: &NewsIndex,
    searcher: &Searcher,
    addresses: &[DocAddress],
    names: &[String],
) -> Result<BTreeMap<String, Vec<FacetCount>>> {
    let fields = index.fields();
    let by_key = |column, stored| by_key(searcher, addresses, column, stored);
    let by_time = |length| by_time(searcher, addresses, length);
    let mut facets = BTreeMap::new();
    let usual = USUAL.iter().map(|name| name.to_string());
    let names: Vec<String> = match names {
        [] => usual.collect(),
        names => names.to_vec(),
    };
    for name in names {
        let counts = match name.as_str() {
            "source" => by_key("source_key", fields.source)?,
            "section" => by_key("section_key", fields.section)?,
            "author" => by_key("author_key", fields.author)?,
            "tag" => by_key("tag_key", fields.tags)?,
            "day" => by_time("2024-05-01".len())?,
            "month" => by_time("2024-05".len())?,
            "year" => by_time("2024".len())?,
            extra => by_extra_field(index, searcher, fields, addresses, extra)?,
        };
        facets.insert(name, counts);
    }
    Ok(facets)
}

fn sorted(mut facet: Vec<FacetCount>) -> Vec<FacetCount> {
    facet.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    facet
}

/// Counts by key; the label is the [best](best_label) that articles with the key have.
fn by_key(
    searcher: &Searcher,
    addresses: &[DocAddress],
    column: &str,
    stored: Field,
) -> Result<Vec<FacetCount>> {
    let mut counts: HashMap<String, (usize, Vec<DocAddress>)> = HashMap::new();
    for group in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = group.first() else { continue };
        let reader = searcher.segment_reader(first.segment_ord);
        let Some(column) = reader.fast_fields().str(column)? else {
            continue;
        };
        let mut by_ord: BTreeMap<u64, (usize, DocAddress)> = BTreeMap::new();
        for address in group {
            let mut ords: Vec<u64> = column.term_ords(address.doc_id).collect();
            ords.sort_unstable();
            // Two tags may be one but for their marks.
            ords.dedup();
            for ord in ords {
                by_ord.entry(ord).or_insert((0, *address)).0 += 1;
            }
        }
        for (ord, (count, address)) in by_ord {
            let mut key = String::new();
            column.ord_to_str(ord, &mut key)?;
            let known = counts.entry(key).or_default();
            known.0 += count;
            known.1.push(address);
        }
    }
    let mut facet = Vec::new();
    for (key, (count, addresses)) in counts {
        let mut labels = Vec::new();
        for address in addresses {
            let document: TantivyDocument = searcher.doc(address)?;
            let mut written = document
                .get_all(stored)
                .filter_map(|value| value.as_str())
                .filter(|label| filter_key(label) == key);
            labels.extend(written.next().map(str::to_string));
        }
        let label = best_label(labels);
        facet.push(FacetCount::new(label.unwrap_or(key), count));
    }
    Ok(sorted(facet))
}

/// Counts by the beginnings of days in Vietnam (`2024-05-01`), of so many characters.
fn by_time(
    searcher: &Searcher,
    addresses: &[DocAddress],
    length: usize,
) -> Result<Vec<FacetCount>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for group in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = group.first() else { continue };
        let reader = searcher.segment_reader(first.segment_ord);
        let column = reader.fast_fields().date("published_at")?;
        for address in group {
            if let Some(time) = column.first(address.doc_id) {
                let day = DateTime::from_unix_seconds(time.into_timestamp_secs()).day();
                let mut label = format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
                label.truncate(length);
                *counts.entry(label).or_default() += 1;
            }
        }
    }
    let times = counts.into_iter().rev();
    Ok(times
        .map(|(label, count)| FacetCount { label, count })
        .collect())
}

/// Counts by the values of an extra field, which are terms `name=key`.
fn by_extra_field(
    index: &NewsIndex,
    searcher: &Searcher,
    fields: &Fields,
    addresses: &[DocAddress],
    name: &str,
) -> Result<Vec<FacetCount>> {
    let prefix = format!("{name}=");
    let mut counts: BTreeMap<String, (usize, Vec<DocAddress>)> = BTreeMap::new();
    for group in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = group.first() else { continue };
        let reader = searcher.segment_reader(first.segment_ord);
        let inverted = reader.inverted_index(fields.extra_key)?;
        let mut terms = inverted
            .terms()
            .range()
            .ge(prefix.as_bytes())
            .into_stream()?;
        while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
            let mut postings =
                inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
            let mut count = 0;
            let mut label = None;
            while postings.doc() != TERMINATED {
                let address = DocAddress::new(first.segment_ord, postings.doc());
                if group.binary_search(&address).is_ok() {
                    count += 1;
                    label.get_or_insert(address);
                }
                postings.advance();
            }
            if let Some(address) = label {
                let key = String::from_utf8_lossy(terms.key()).into_owned();
                let known = counts.entry(key).or_default();
                known.0 += count;
                known.1.push(address);
            }
        }
    }
    let mut facet = Vec::new();
    for (term, (count, addresses)) in counts {
        let mut written = Vec::new();
        for address in addresses {
            let article = index.article(searcher, address)?;
            let own = article.extra.get(name).into_iter().flat_map(labels);
            let mut own = own
                .into_iter()
                .filter(|label| extra_term(name, label) == term);
            written.extend(own.next());
            debug_assert!(extra_terms(&article).any(|known| known == term));
        }
        let label = best_label(written);
        let key = term.strip_prefix(&prefix).unwrap_or(&term);
        facet.push(FacetCount::new(label.as_deref().unwrap_or(key), count));
    }
    Ok(sorted(facet))
}

/// The label of a key, of those that its first article in each segment has. Threads share articles
/// out, so that none is the first of all: the one with the most marks, then with the most capitals.
fn best_label(labels: Vec<String>) -> Option<String> {
    let letters = |label: &str, is: fn(char) -> bool| label.chars().filter(|one| is(*one)).count();
    labels.into_iter().min_by_key(|label| {
        let marked = letters(label, |letter| !letter.is_ascii());
        let capitals = letters(label, char::is_uppercase);
        (Reverse(marked), Reverse(capitals), label.clone())
    })
}

/// The values of an extra field as text.
fn labels(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Array(values) => values.iter().flat_map(labels).collect(),
        serde_json::Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
