//! The first stage: the articles that the terms of a query promise most of, by BM25.
//!
//! Lists of postings are added up one after the other over a window of documents, in integers, so
//! that sums are equal in whatever order and in whatever segments. Lists that together cannot bring
//! a document into the best so far are asked for the documents only that the other lists have
//! brought near (MaxScore: Turtle and Flood 1995; over windows, as Lucene does), but for those with
//! few postings, which are added at once. Queries of many words, and unmarked ones of many
//! spellings, have lists that are long and much alike: there a document at a time (block-max WAND)
//! spends its time on deciding what to skip.

mod impacts;
mod list;
mod pass;
mod sums;
#[cfg(test)]
mod tests;
mod top;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::atomic::AtomicI32;

use tantivy::directory::OwnedBytes;
use tantivy::error::DataCorruption;
use tantivy::query::Query;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED};
use vietsearch_index::Fields;

use crate::error::Result;
use crate::statistics::Known;
use crate::threads::{self, Part, SearchThreads};

use self::impacts::{Impacts, Table};
use self::list::{List, impact};
use self::pass::Pass;
use self::sums::Sums;
use self::top::Top;

/// What the first stage knows of a snapshot before there is a query.
#[derive(Clone)]
pub(crate) struct Retriever {
    exact: Averaged,
    folded: Averaged,
    /// For fields that keep no lengths.
    others: Impacts,
}

/// A field with lengths.
#[derive(Clone)]
struct Averaged {
    field: Field,
    /// Average length in tokens.
    average: f32,
    impacts: Impacts,
}

impl Averaged {
    fn new(field: Field, average: f32) -> Self {
        Self {
            field,
            average,
            impacts: Impacts::new(Some(average)),
        }
    }
}

/// A term that counts, with its weight, which has its inverse document frequency in it.
#[derive(Clone, Debug)]
pub(crate) struct Scoring<'a> {
    pub(crate) field: Field,
    pub(crate) known: &'a Known,
    pub(crate) weight: f32,
}

/// A document that the first stage has found. Sums of one query can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Promising {
    pub(crate) sum: i32,
    pub(crate) address: DocAddress,
}

impl Retriever {
    pub(crate) fn new(searcher: &Searcher, fields: &Fields) -> Result<Self> {
        let averaged = |field: Field| -> Result<Averaged> {
            let (mut documents, mut tokens) = (0, 0);
            for segment in searcher.segment_readers() {
                documents += u64::from(segment.max_doc());
                tokens += segment.inverted_index(field)?.total_num_tokens();
            }
            Ok(Averaged::new(
                field,
                tokens as f32 / documents.max(1) as f32,
            ))
        };
        Ok(Self {
            exact: averaged(fields.exact)?,
            folded: averaged(fields.folded)?,
            others: Impacts::new(None),
        })
    }

    /// For a part of a collection whose documents are so many times as long on average.
    pub(crate) fn with_lengths(&self, ratio: f32) -> Self {
        let averaged = |known: &Averaged| Averaged::new(known.field, known.average * ratio);
        Self {
            exact: averaged(&self.exact),
            folded: averaged(&self.folded),
            others: self.others.clone(),
        }
    }

    fn impacts(&self, field: Field) -> Table<'_> {
        [&self.exact, &self.folded]
            .into_iter()
            .find(|known| known.field == field)
            .map_or(&self.others, |known| &known.impacts)
            .table()
    }

    /// The `limit` best documents of a snapshot, the best first: of all that hold a term, or of
    /// those given, whether they hold one or not. Of equal ones those that are stored first.
    pub(crate) fn best(
        &self,
        searcher: &Searcher,
        terms: &[Scoring<'_>],
        among: Option<&Matches>,
        limit: usize,
        threads: Option<&SearchThreads>,
    ) -> Result<Vec<Promising>> {
        let heaviest = terms.iter().map(|term| term.weight).fold(0.0, f32::max);
        if (heaviest <= 0.0 && among.is_none()) || limit == 0 {
            return Ok(Vec::new());
        }
        // The sum of all weights must fit 31 bits.
        let bits = (terms.len() + 1).next_power_of_two().ilog2();
        let scale = f64::from(i32::MAX >> bits) / f64::from(heaviest.max(f32::MIN_POSITIVE));
        let bound = AtomicI32::new(i32::from(among.is_none()));
        let search = Search {
            terms,
            scale,
            among,
        };
        let parts = threads::parts(threads, searcher);
        let mut top = Top::new(limit, &bound);
        if threads.is_none() {
            let mut sums = Sums::new();
            for part in &parts {
                self.add_part(&search, part, &mut sums, &mut top)?;
            }
            return Ok(top.finish());
        }
        let found = threads::map(threads, &parts, |part| {
            let mut top = Top::new(limit, &bound);
            self.add_part(&search, part, &mut Sums::new(), &mut top)?;
            Ok(top)
        })?;
        for other in found {
            top.extend(other);
        }
        Ok(top.finish())
    }

    /// Adds what some documents of a segment have.
    fn add_part(
        &self,
        search: &Search<'_>,
        part: &Part<'_>,
        sums: &mut Sums,
        top: &mut Top<'_>,
    ) -> Result<()> {
        let Part {
            ordinal,
            segment,
            docs,
        } = part.clone();
        let mut lists = Vec::new();
        let mut lengths = HashMap::new();
        for term in search.terms {
            let info = term
                .known
                .infos
                .get(ordinal as usize)
                .and_then(Option::as_ref);
            let Some(info) = info else { continue };
            let weight = (f64::from(term.weight) * search.scale) as u64;
            let index = segment.inverted_index(term.field)?;
            let option = IndexRecordOption::WithFreqs;
            let postings = index.read_block_postings_from_terminfo(info, option)?;
            if let Entry::Vacant(vacant) = lengths.entry(term.field) {
                vacant.insert(lengths_of(segment, term.field)?);
            }
            lists.push(List {
                field: term.field,
                impacts: self.impacts(term.field),
                weight,
                most: impact(weight, u64::from(u16::MAX)),
                postings,
            });
        }
        lists.sort_by_key(|list| (Reverse(list.most), list.postings.doc_freq()));
        let mut pass = Pass {
            segment,
            ordinal,
            docs: (docs.start, docs.end),
            lists,
            lengths,
        };
        match search.among {
            None => pass.union(sums, top),
            Some(matches) => pass.among(matches.within(ordinal, docs), sums, top),
        }
        Ok(())
    }
}

/// What is looked for.
struct Search<'a> {
    terms: &'a [Scoring<'a>],
    /// What a weight is multiplied by to be an integer.
    scale: f64,
    among: Option<&'a Matches>,
}

/// Documents that meet a condition, deleted ones left out.
pub(crate) struct Matches {
    segments: Vec<Vec<DocId>>,
}

impl Matches {
    pub(crate) fn new(
        searcher: &Searcher,
        query: &dyn Query,
        threads: Option<&SearchThreads>,
    ) -> Result<Self> {
        use tantivy::query::EnableScoring;
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let of_segment = |segment: &SegmentReader| {
            let mut scorer = weight.scorer(segment, 1.0)?;
            let alive = segment.alive_bitset();
            let mut found = Vec::new();
            let mut doc = scorer.doc();
            while doc != TERMINATED {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    found.push(doc);
                }
                doc = scorer.advance();
            }
            Ok(found)
        };
        let segments = threads::map(threads, searcher.segment_readers(), of_segment)?;
        Ok(Self { segments })
    }

    /// Number of documents.
    pub(crate) fn count(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// All, in ascending order.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = DocAddress> + '_ {
        let segments = (0_u32..).zip(&self.segments);
        segments
            .flat_map(|(ordinal, docs)| docs.iter().map(move |doc| DocAddress::new(ordinal, *doc)))
    }

    /// Those of some documents of a segment, in ascending order.
    fn within(&self, ordinal: u32, docs: Range<DocId>) -> &[DocId] {
        let all = self.of(ordinal);
        let place = |doc: DocId| all.partition_point(|known| *known < doc);
        all.get(place(docs.start)..place(docs.end)).unwrap_or(&[])
    }

    /// Those of one segment, in ascending order.
    pub(crate) fn of(&self, ordinal: u32) -> &[DocId] {
        self.segments
            .get(ordinal as usize)
            .map_or(&[], Vec::as_slice)
    }
}

fn lengths_of(segment: &SegmentReader, field: Field) -> Result<Option<OwnedBytes>> {
    let file = segment.fieldnorms_readers().get_inner_file();
    let bytes = file.open_read(field).map(|slice| slice.read_bytes());
    let bytes = bytes.transpose().map_err(tantivy::TantivyError::from)?;
    if let Some(bytes) = &bytes
        && bytes.len() != segment.max_doc() as usize
    {
        let damaged = "field norms: one length for each document is expected";
        let damaged = DataCorruption::comment_only(damaged.to_string());
        return Err(tantivy::TantivyError::DataCorruption(damaged).into());
    }
    Ok(bytes)
}
