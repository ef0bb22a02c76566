//! The first stage: the articles that the terms of a query promise most of, by BM25.
//!
//! Lists of postings are added up one after the other over a window of documents, in integers, so
//! that sums are equal in whatever order and in whatever segments. Lists that together cannot bring
//! a document into the best so far are asked for the documents only that the other lists have
//! brought near (MaxScore: Turtle and Flood 1995; over windows, as Lucene does). Queries of many
//! words, and unmarked ones of many spellings, have lists that are long and much alike: there a
//! document at a time (block-max WAND) spends its time on deciding what to skip.

use std::cmp::Reverse;
use std::collections::HashMap;

use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::Query;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED};
use vietsearch_index::Fields;

use crate::error::Result;
use crate::statistics::Known;

/// Saturation of term frequencies and normalisation by length, as in tantivy.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Documents that are summed up at a time: their sums stay in the cache.
const WINDOW: u32 = 1 << 14;
/// The first of them.
const FIRST_WINDOW: u32 = 1 << 10;
/// A window with fewer postings than this share of its documents is not swept through.
const SPARSE: usize = 16;
/// Looking a document up in a list costs as much as adding so many postings.
const LOOKUP: usize = 48;
/// Higher frequencies count like this one.
const HIGHEST_FREQUENCY: usize = 32;
/// Different lengths that are told apart.
const LENGTHS: usize = 256;

/// What an occurrence in a document of some length counts, in 1/65535 of the most.
#[derive(Clone)]
struct Impacts(Box<[u16; HIGHEST_FREQUENCY * LENGTHS]>);

impl Impacts {
    /// For a field of a certain average length in tokens.
    fn new(average_length: f32) -> Self {
        let mut impacts = Box::new([0; HIGHEST_FREQUENCY * LENGTHS]);
        for (row, frequency) in impacts.chunks_exact_mut(LENGTHS).zip(1_u16..) {
            for (impact, length) in row.iter_mut().zip(0..=u8::MAX) {
                let length = FieldNormReader::id_to_fieldnorm(length) as f32;
                let norm = K1 * (1.0 - B + B * length / average_length.max(1.0));
                let frequency = f32::from(frequency);
                *impact = (frequency / (frequency + norm) * f32::from(u16::MAX)) as u16;
            }
        }
        Self(impacts)
    }

    fn of(&self, frequency: u32, length: u8) -> u64 {
        let row = (frequency.saturating_sub(1) as usize).min(HIGHEST_FREQUENCY - 1);
        let impact = self.0.get(row * LENGTHS + usize::from(length));
        impact.copied().map_or(0, u64::from)
    }
}

/// What the first stage knows of a snapshot before there is a query.
#[derive(Clone)]
pub(crate) struct Retriever {
    exact: (Field, Impacts),
    folded: (Field, Impacts),
    /// For fields that keep no lengths.
    others: Impacts,
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
        let impacts = |field: Field| -> Result<(Field, Impacts)> {
            let (mut documents, mut tokens) = (0, 0);
            for segment in searcher.segment_readers() {
                documents += u64::from(segment.max_doc());
                tokens += segment.inverted_index(field)?.total_num_tokens();
            }
            let average = tokens as f32 / documents.max(1) as f32;
            Ok((field, Impacts::new(average)))
        };
        Ok(Self {
            exact: impacts(fields.exact)?,
            folded: impacts(fields.folded)?,
            others: Impacts::new(f32::INFINITY),
        })
    }

    fn impacts(&self, field: Field) -> &Impacts {
        [&self.exact, &self.folded]
            .into_iter()
            .find(|known| known.0 == field)
            .map_or(&self.others, |known| &known.1)
    }

    /// The `limit` best documents of a snapshot, the best first: of all that hold a term, or of
    /// those given, whether they hold one or not. Of equal ones those that are stored first.
    pub(crate) fn best(
        &self,
        searcher: &Searcher,
        terms: &[Scoring<'_>],
        among: Option<&Matches>,
        limit: usize,
    ) -> Result<Vec<Promising>> {
        let heaviest = terms.iter().map(|term| term.weight).fold(0.0, f32::max);
        if (heaviest <= 0.0 && among.is_none()) || limit == 0 {
            return Ok(Vec::new());
        }
        // The sum of all weights must fit 31 bits.
        let bits = (terms.len() + 1).next_power_of_two().ilog2();
        let scale = f64::from(i32::MAX >> bits) / f64::from(heaviest.max(f32::MIN_POSITIVE));
        let mut top = Top::new(limit, i32::from(among.is_none()));
        let mut sums = Sums::new();
        for (ordinal, segment) in (0_u32..).zip(searcher.segment_readers()) {
            let mut lists = Vec::new();
            let mut lengths = HashMap::new();
            for term in terms {
                let info = term
                    .known
                    .infos
                    .get(ordinal as usize)
                    .and_then(Option::as_ref);
                let Some(info) = info else { continue };
                let weight = (f64::from(term.weight) * scale) as u64;
                let index = segment.inverted_index(term.field)?;
                let option = IndexRecordOption::WithFreqs;
                let postings = index.read_block_postings_from_terminfo(info, option)?;
                if !lengths.contains_key(&term.field) {
                    lengths.insert(term.field, lengths_of(segment, term.field)?);
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
                lists,
                lengths,
            };
            match among {
                None => pass.union(&mut sums, &mut top),
                Some(matches) => pass.among(matches.of(ordinal), &mut sums, &mut top),
            }
        }
        Ok(top.finish())
    }
}

/// Documents that meet a condition, deleted ones left out.
pub(crate) struct Matches {
    segments: Vec<Vec<DocId>>,
}

impl Matches {
    pub(crate) fn new(searcher: &Searcher, query: &dyn Query) -> Result<Self> {
        use tantivy::query::EnableScoring;
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let mut segments = Vec::new();
        for segment in searcher.segment_readers() {
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
            segments.push(found);
        }
        Ok(Self { segments })
    }

    /// Number of documents.
    pub(crate) fn count(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// Those of one segment, in ascending order.
    fn of(&self, ordinal: u32) -> &[DocId] {
        self.segments
            .get(ordinal as usize)
            .map_or(&[], Vec::as_slice)
    }
}

fn window_len((first, end): (DocId, DocId)) -> usize {
    (end - first) as usize
}

fn lengths_of(segment: &SegmentReader, field: Field) -> Result<Option<OwnedBytes>> {
    let file = segment.fieldnorms_readers().get_inner_file();
    let bytes = file.open_read(field).map(|slice| slice.read_bytes());
    Ok(bytes.transpose().map_err(tantivy::TantivyError::from)?)
}

fn impact(weight: u64, impact: u64) -> i32 {
    (weight * impact / (u64::from(u16::MAX) + 1)) as i32
}

/// The postings of a term in a segment.
struct List<'a> {
    field: Field,
    impacts: &'a Impacts,
    weight: u64,
    /// The most that it adds to a document.
    most: i32,
    postings: BlockSegmentPostings,
}

impl List<'_> {
    fn impact(&self, frequency: u32, length: u8) -> i32 {
        impact(self.weight, self.impacts.of(frequency, length))
    }

    /// Goes through the documents of a window, with what each gets.
    #[inline]
    fn each(
        &mut self,
        (first, end): (DocId, DocId),
        lengths: Option<&[u8]>,
        mut found: impl FnMut(DocId, i32),
    ) {
        let mut from = self.postings.seek(first);
        loop {
            let docs = self.postings.docs();
            let Some(last) = docs.last() else { return };
            let to = match *last < end {
                true => docs.len(),
                false => docs.partition_point(|doc| *doc < end),
            };
            let docs = docs.get(from..to).unwrap_or(&[]);
            let frequencies = self.postings.freqs().get(from..to);
            match (frequencies, lengths) {
                (Some(frequencies), Some(lengths)) => {
                    for (doc, frequency) in docs.iter().zip(frequencies) {
                        let length = lengths.get(*doc as usize).copied().unwrap_or(0);
                        found(*doc, self.impact(*frequency, length));
                    }
                }
                _ => {
                    for (place, doc) in docs.iter().enumerate() {
                        let frequency = frequencies.and_then(|known| known.get(place));
                        found(*doc, self.impact(frequency.copied().unwrap_or(1), 0));
                    }
                }
            }
            if to < self.postings.block_len() {
                return;
            }
            self.postings.advance();
            from = 0;
        }
    }

    /// What one document holds. Documents come in ascending order.
    fn look_up(&mut self, doc: DocId, lengths: Option<&[u8]>) -> i32 {
        let place = self.postings.seek(doc);
        if self.postings.docs().get(place) != Some(&doc) {
            return 0;
        }
        let length = lengths.and_then(|lengths| lengths.get(doc as usize));
        self.impact(self.postings.freq(place), length.copied().unwrap_or(0))
    }
}

/// The sums of a window.
struct Sums {
    first: DocId,
    end: DocId,
    sums: Vec<i32>,
    /// The documents that have got something, if they are few.
    touched: Option<Vec<DocId>>,
}

impl Sums {
    fn new() -> Self {
        Self {
            first: 0,
            end: 0,
            sums: vec![0; WINDOW as usize],
            touched: None,
        }
    }

    fn begin(&mut self, first: DocId, end: DocId, sparse: bool) {
        match self.touched.take() {
            Some(touched) => {
                for doc in touched {
                    if let Some(sum) = self.sums.get_mut((doc - self.first) as usize) {
                        *sum = 0;
                    }
                }
            }
            None => {
                let used = self.sums.iter_mut().take((self.end - self.first) as usize);
                used.for_each(|sum| *sum = 0);
            }
        }
        (self.first, self.end) = (first, end);
        self.touched = sparse.then(Vec::new);
    }

    /// Adds a list, for documents to which it adds more than a bound.
    fn add(&mut self, list: &mut List<'_>, above: i32, lengths: Option<&[u8]>) {
        let window = (self.first, self.end);
        let (first, sums) = (self.first, &mut self.sums);
        match &mut self.touched {
            None => list.each(window, lengths, |doc, impact| {
                if let Some(sum) = sums.get_mut((doc - first) as usize) {
                    *sum += impact;
                }
            }),
            Some(touched) => list.each(window, lengths, |doc, impact| {
                if impact > above
                    && let Some(sum) = sums.get_mut((doc - first) as usize)
                {
                    if *sum == 0 {
                        touched.push(doc);
                    }
                    *sum += impact;
                }
            }),
        }
    }

    fn of(&self, doc: DocId) -> i32 {
        let place = doc.checked_sub(self.first);
        let sum = place.and_then(|place| self.sums.get(place as usize));
        sum.copied().unwrap_or(0)
    }

    /// The documents with more than this, in ascending order.
    fn above(&mut self, bound: i32, found: &mut Vec<DocId>) {
        found.clear();
        if let Some(touched) = &mut self.touched {
            touched.sort_unstable();
            let sums = &self.sums;
            let of = |doc: DocId| sums.get((doc - self.first) as usize).copied().unwrap_or(0);
            found.extend(touched.iter().filter(|doc| of(**doc) > bound));
            found.dedup();
            return;
        }
        let used = self.sums.get(..(self.end - self.first) as usize);
        let chunks = used.unwrap_or(&[]).chunks(32);
        for (chunk, first) in chunks.zip((self.first..).step_by(32)) {
            // A plain fold over a chunk: many at a time.
            if chunk.iter().fold(false, |any, sum| any | (*sum > bound)) {
                for (sum, doc) in chunk.iter().zip(first..) {
                    if *sum > bound {
                        found.push(doc);
                    }
                }
            }
        }
    }
}

/// One segment.
struct Pass<'a> {
    segment: &'a SegmentReader,
    ordinal: u32,
    /// Those that add most come first.
    lists: Vec<List<'a>>,
    lengths: HashMap<Field, Option<OwnedBytes>>,
}

impl Pass<'_> {
    /// The documents of the segment in windows. As long as nothing is found they are small: what
    /// they yield bounds the rest.
    fn windows(&self, top: &Top) -> impl Iterator<Item = (DocId, DocId)> + use<> {
        let (mut first, mut size) = (0_u32, WINDOW);
        if top.found.is_empty() {
            size = FIRST_WINDOW;
        }
        let end = self.segment.max_doc();
        std::iter::from_fn(move || {
            let window = (first, end.min(first.saturating_add(size)));
            first = window.1;
            size = (size * 2).min(WINDOW);
            (window.0 < window.1).then_some(window)
        })
    }

    /// Number of postings of a list in a window, if they are spread evenly.
    fn postings_within(&self, list: &List<'_>, (first, end): (DocId, DocId)) -> usize {
        let all = u64::from(list.postings.doc_freq());
        let share = all * u64::from(end - first) / u64::from(self.segment.max_doc().max(1));
        share as usize + 1
    }

    /// Adds one list for all documents of the window to which it adds more than a bound.
    fn add(&mut self, list: usize, above: i32, sums: &mut Sums) {
        let Some(list) = self.lists.get_mut(list) else {
            return;
        };
        let lengths = self.lengths.get(&list.field).and_then(Option::as_ref);
        sums.add(list, above, lengths.map(|bytes| bytes.as_slice()));
    }

    /// All documents that hold a term.
    fn union(&mut self, sums: &mut Sums, top: &mut Top) {
        let mut near = Vec::new();
        let alive = self.segment.alive_bitset();
        for window in self.windows(top) {
            // Lists from `split` on cannot make up a good document by themselves.
            let (mut split, mut rest) = (self.lists.len(), 0_i32);
            while let Some(list) = split.checked_sub(1).and_then(|last| self.lists.get(last))
                && rest + list.most < top.least
            {
                rest += list.most;
                split -= 1;
            }
            if split == 0 {
                return;
            }
            let leading = self.lists.get(..split).unwrap_or(&[]);
            let postings = leading
                .iter()
                .map(|list| self.postings_within(list, window));
            let sparse = split == 1 || postings.sum::<usize>() * SPARSE < window_len(window);
            sums.begin(window.0, window.1, sparse);
            let bound = top.least - rest - 1;
            for list in 0..split {
                // What one list adds is all that there is to be had from it.
                self.add(list, if split == 1 { bound } else { 0 }, sums);
            }
            sums.above(bound, &mut near);
            if let Some(alive) = alive {
                near.retain(|doc| alive.is_alive(*doc));
            }
            self.complete(split, rest, window, &mut near, sums, top);
        }
    }

    /// Documents of a list, in ascending order.
    fn among(&mut self, docs: &[DocId], sums: &mut Sums, top: &mut Top) {
        let rest = self.lists.iter().map(|list| list.most).sum();
        let mut docs = docs;
        for window in self.windows(top) {
            let (within, after) = docs.split_at(docs.partition_point(|doc| *doc < window.1));
            docs = after;
            if within.is_empty() {
                continue;
            }
            sums.begin(
                window.0,
                window.1,
                within.len() * SPARSE < window_len(window),
            );
            let mut near = within.to_vec();
            if let Some(touched) = &mut sums.touched {
                touched.extend(within);
            }
            self.complete(0, rest, window, &mut near, sums, top);
        }
    }

    /// Adds the lists from one on, which together add at most `rest`, for documents that may still
    /// be good, and hands those over.
    fn complete(
        &mut self,
        from: usize,
        mut rest: i32,
        window: (DocId, DocId),
        near: &mut Vec<DocId>,
        sums: &mut Sums,
        top: &mut Top,
    ) {
        for index in from..self.lists.len() {
            let Some(list) = self.lists.get(index) else {
                break;
            };
            let postings = self.postings_within(list, window);
            rest -= list.most;
            if near.len() * LOOKUP < postings {
                let Some(list) = self.lists.get_mut(index) else {
                    break;
                };
                let lengths = self.lengths.get(&list.field).and_then(Option::as_ref);
                let lengths = lengths.map(|bytes| bytes.as_slice());
                for doc in near.iter() {
                    let impact = list.look_up(*doc, lengths);
                    if let Some(sum) = sums.sums.get_mut((*doc - sums.first) as usize) {
                        *sum += impact;
                    }
                }
            } else {
                sums.touched = None;
                self.add(index, 0, sums);
            }
            near.retain(|doc| sums.of(*doc).saturating_add(rest) >= top.least);
            if near.is_empty() {
                return;
            }
        }
        for doc in near.iter() {
            top.push(Promising {
                sum: sums.of(*doc),
                address: DocAddress::new(self.ordinal, *doc),
            });
        }
    }
}

/// The best documents so far, and some more.
struct Top {
    limit: usize,
    /// What a document must have.
    least: i32,
    found: Vec<Promising>,
}

impl Top {
    fn new(limit: usize, least: i32) -> Self {
        Self {
            limit,
            least,
            found: Vec::with_capacity(limit.min(1 << 10) * 2),
        }
    }

    /// Documents come in the order of their addresses.
    fn push(&mut self, promising: Promising) {
        if promising.sum < self.least {
            return;
        }
        self.found.push(promising);
        if self.found.len() >= self.limit.saturating_mul(2) {
            self.prune();
        }
    }

    fn prune(&mut self) {
        let key = |known: &Promising| (Reverse(known.sum), known.address);
        if self.found.len() >= self.limit {
            self.found
                .select_nth_unstable_by_key(self.limit.saturating_sub(1), key);
            self.found.truncate(self.limit);
            // Later ones that are no better are stored behind.
            let worst = self.found.last().map_or(0, |known| known.sum);
            self.least = self.least.max(worst.saturating_add(1));
        }
    }

    fn finish(mut self) -> Vec<Promising> {
        self.prune();
        self.found
            .sort_unstable_by_key(|known| (Reverse(known.sum), known.address));
        self.found
    }
}
