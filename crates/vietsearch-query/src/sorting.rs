//! Sorting by a stored value in place of a score.

use tantivy::collector::TopDocs;
use tantivy::collector::sort_key::{SortByStaticFastValue, SortByString};
use tantivy::query::Query;
use tantivy::{DateTime, DocAddress, Order, Searcher};

use crate::error::Result;
use crate::request::{Direction, Sort, SortField};

/// A value that articles are sorted by; values of one field are of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Seconds since the epoch.
    Time(i64),
    Text(String),
}

/// What a request sorts by; `None` for relevance.
pub(crate) fn field_of(sort: Sort) -> Option<(SortField, Direction)> {
    match sort {
        Sort::Relevance => None,
        Sort::Date => Some((SortField::PublishedAt, Direction::Descending)),
        Sort::By(field, direction) => Some((field, direction)),
    }
}

/// The first articles that meet a query, those without a value last, equal ones by id.
pub(crate) fn first(
    searcher: &Searcher,
    query: &dyn Query,
    (field, direction): (SortField, Direction),
    depth: usize,
) -> Result<Vec<(Option<Key>, DocAddress)>> {
    let order = match direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let top = TopDocs::with_limit(depth.max(1));
    let id = || (SortByString::for_field("id"), Order::Asc);
    if field.is_time() {
        let time = SortByStaticFastValue::<DateTime>::for_field(field.column());
        let found = searcher.search(query, &top.order_by(((time, order), id())))?;
        let keys = found.into_iter();
        let seconds = |time: DateTime| Key::Time(time.into_timestamp_secs());
        return Ok(keys
            .map(|((time, _), address)| (time.map(seconds), address))
            .collect());
    }
    let text = SortByString::for_field(field.column());
    let found = searcher.search(query, &top.order_by(((text, order), id())))?;
    let keys = found.into_iter();
    Ok(keys
        .map(|((text, _), address)| (text.map(Key::Text), address))
        .collect())
}

/// The value of one article.
pub(crate) fn key(
    searcher: &Searcher,
    address: DocAddress,
    field: SortField,
) -> Result<Option<Key>> {
    let columns = searcher.segment_reader(address.segment_ord).fast_fields();
    if field.is_time() {
        let time = columns.date(field.column())?.first(address.doc_id);
        return Ok(time.map(|time| Key::Time(time.into_timestamp_secs())));
    }
    let Some(column) = columns.str(field.column())? else {
        return Ok(None);
    };
    let Some(number) = column.term_ords(address.doc_id).next() else {
        return Ok(None);
    };
    let mut text = String::new();
    column.ord_to_str(number, &mut text)?;
    Ok(Some(Key::Text(text)))
}
