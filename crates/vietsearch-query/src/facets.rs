//! Counting matching articles by source, section and month.

use std::collections::{BTreeMap, HashMap};

use tantivy::collector::DocSetCollector;
use tantivy::query::Query;
use tantivy::schema::{Field, Value as _};
use tantivy::{DocAddress, Searcher, TantivyDocument};
use vietsearch_index::Fields;
use vietsearch_index::date::DateTime;

use crate::error::Result;
use crate::response::FacetCount;

/// Counts by facet; most frequent first, months newest first.
pub(crate) fn count(
    searcher: &Searcher,
    fields: &Fields,
    query: &dyn Query,
) -> Result<BTreeMap<String, Vec<FacetCount>>> {
    let found = searcher.search(query, &DocSetCollector)?;
    let mut addresses: Vec<DocAddress> = found.into_iter().collect();
    addresses.sort_unstable();
    let mut facets = BTreeMap::new();
    for (name, column, stored) in [
        ("source", "source_key", fields.source),
        ("section", "section_key", fields.section),
    ] {
        facets.insert(
            name.to_string(),
            by_key(searcher, &addresses, column, stored)?,
        );
    }
    facets.insert("month".to_string(), by_month(searcher, &addresses)?);
    Ok(facets)
}

/// Counts by key; the label is the one that the first article with the key has.
fn by_key(
    searcher: &Searcher,
    addresses: &[DocAddress],
    column: &str,
    stored: Field,
) -> Result<Vec<FacetCount>> {
    let mut counts: HashMap<String, (usize, DocAddress)> = HashMap::new();
    for group in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = group.first() else { continue };
        let reader = searcher.segment_reader(first.segment_ord);
        let Some(column) = reader.fast_fields().str(column)? else {
            continue;
        };
        let mut by_ord: BTreeMap<u64, (usize, DocAddress)> = BTreeMap::new();
        for address in group {
            for ord in column.term_ords(address.doc_id) {
                by_ord.entry(ord).or_insert((0, *address)).0 += 1;
            }
        }
        for (ord, (count, address)) in by_ord {
            let mut key = String::new();
            column.ord_to_str(ord, &mut key)?;
            counts.entry(key).or_insert((0, address)).0 += count;
        }
    }
    let mut facet = Vec::new();
    for (key, (count, address)) in counts {
        let document: TantivyDocument = searcher.doc(address)?;
        let label = document
            .get_first(stored)
            .and_then(|value| value.as_str().map(str::to_string));
        facet.push(FacetCount {
            label: label.unwrap_or(key),
            count,
        });
    }
    facet.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    Ok(facet)
}

fn by_month(searcher: &Searcher, addresses: &[DocAddress]) -> Result<Vec<FacetCount>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for group in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = group.first() else { continue };
        let reader = searcher.segment_reader(first.segment_ord);
        let column = reader.fast_fields().date("published_at")?;
        for address in group {
            if let Some(time) = column.first(address.doc_id) {
                let day = DateTime::from_unix_seconds(time.into_timestamp_secs()).day();
                let month = format!("{:04}-{:02}", day.year(), day.month());
                *counts.entry(month).or_default() += 1;
            }
        }
    }
    let months = counts.into_iter().rev();
    Ok(months
        .map(|(label, count)| FacetCount { label, count })
        .collect())
}
