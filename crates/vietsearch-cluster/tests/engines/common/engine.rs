//! An engine that does what the compiled JSON means, as Quickwit does it: every part (split, shard)
//! is an index of its own with statistics of its own.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use serde_json::{Value, json};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{
    DateOptions, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{DateTime, Index, Searcher, TantivyDocument, Term};
use vietsearch_index::date;

const MEMORY: usize = 100_000_000;

/// The part that documents go to next, and all parts.
pub(crate) struct Engine {
    schema: Schema,
    fields: HashMap<String, Field>,
    stored: Vec<String>,
    parts: Vec<Part>,
    pending: Vec<Vec<Value>>,
    next: usize,
    is_changed: bool,
}

struct Part {
    searcher: Searcher,
    /// By number of the document.
    documents: Vec<Value>,
}

/// A hit of one part.
struct Found {
    part: usize,
    document: usize,
    order: f64,
    hash: u64,
}

impl Engine {
    /// An engine with a mapping of Quickwit.
    pub(crate) fn new(mapping: &Value, parts: usize) -> Self {
        let mut schema = Schema::builder();
        let mut fields = HashMap::new();
        let mut stored = Vec::new();
        for field in mapping["doc_mapping"]["field_mappings"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            let text = |key: &str| field.get(key).and_then(Value::as_str).unwrap_or("");
            if field.get("stored") != Some(&Value::Bool(false)) {
                stored.push(name.to_string());
            }
            if field.get("indexed") == Some(&Value::Bool(false)) {
                continue;
            }
            let added = match text("type") {
                "text" | "array<text>" => {
                    let record = match text("record") {
                        "position" => IndexRecordOption::WithFreqsAndPositions,
                        "freq" => IndexRecordOption::WithFreqs,
                        _ => IndexRecordOption::Basic,
                    };
                    let indexing = TextFieldIndexing::default()
                        .set_tokenizer(text("tokenizer"))
                        .set_fieldnorms(field.get("fieldnorms") == Some(&Value::Bool(true)))
                        .set_index_option(record);
                    let options = TextOptions::default().set_indexing_options(indexing);
                    schema.add_text_field(name, options)
                }
                "datetime" => {
                    schema.add_date_field(name, DateOptions::default().set_fast().set_indexed())
                }
                // Numbers are only sorted by and averaged: read off the documents.
                "u64" => continue,
                other => panic!("{name}: {other}"),
            };
            fields.insert(name.to_string(), added);
        }
        Self {
            schema: schema.build(),
            fields,
            stored,
            parts: Vec::new(),
            pending: vec![Vec::new(); parts],
            next: 0,
            is_changed: true,
        }
    }

    /// Adds a document; an error, as Quickwit words it, if it does not fit the mapping.
    pub(crate) fn add(&mut self, document: &Value) -> Result<(), String> {
        let object = document.as_object().ok_or("document is no object")?;
        let known = |name: &String| self.fields.contains_key(name) || self.stored.contains(name);
        if let Some(name) = object.keys().find(|name| !known(name)) {
            return Err(format!(
                "the document contains an unexpected field `{name}`"
            ));
        }
        if !object.contains_key("timestamp") {
            return Err("timestamp field is required".to_string());
        }
        let part = self.next % self.pending.len();
        self.next += 1;
        self.is_changed = true;
        self.pending[part].push(document.clone());
        Ok(())
    }

    /// Takes the place of a document with the same id, as Elasticsearch does.
    pub(crate) fn replace(&mut self, document: &Value) -> Result<(), String> {
        self.delete(document["id"].as_str().unwrap_or(""));
        self.add(document)
    }

    pub(crate) fn delete(&mut self, id: &str) {
        self.is_changed = true;
        for documents in &mut self.pending {
            documents.retain(|known| known["id"] != id);
        }
    }

    /// Makes visible what was added.
    pub(crate) fn commit(&mut self) {
        if !std::mem::take(&mut self.is_changed) {
            return;
        }
        let pending = self.pending.clone();
        self.parts = pending
            .into_iter()
            .filter(|documents| !documents.is_empty())
            .map(|documents| self.part(documents))
            .collect();
    }

    fn part(&self, documents: Vec<Value>) -> Part {
        let mut writer = Index::builder()
            .schema(self.schema.clone())
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), MEMORY)
            .unwrap();
        for source in &documents {
            let mut document = TantivyDocument::new();
            for (name, value) in source.as_object().unwrap() {
                let Some(field) = self.fields.get(name) else {
                    continue;
                };
                let is_date = self.schema.get_field_entry(*field).field_type().is_date();
                let values = match value {
                    Value::Array(values) => values.as_slice(),
                    other => std::slice::from_ref(other),
                };
                for value in values {
                    let text = value.as_str().unwrap();
                    if is_date {
                        document.add_date(*field, DateTime::from_timestamp_secs(seconds(text)));
                    } else {
                        document.add_text(*field, text);
                    }
                }
            }
            writer.add_document(document).unwrap();
        }
        let index = writer.finalize().unwrap();
        let searcher = index.reader().unwrap().searcher();
        Part {
            searcher,
            documents,
        }
    }

    /// Number of visible documents.
    pub(crate) fn count(&self) -> usize {
        self.parts.iter().map(|part| part.documents.len()).sum()
    }

    /// Bytes of each field: dictionary, postings, positions, lengths, columns.
    pub(crate) fn bytes_by_field(&self) -> BTreeMap<String, u64> {
        let mut bytes: BTreeMap<String, u64> = BTreeMap::new();
        for part in &self.parts {
            let usage = part.searcher.space_usage().unwrap();
            for segment in usage.segments() {
                for component in [
                    segment.termdict(),
                    segment.postings(),
                    segment.positions(),
                    segment.fieldnorms(),
                ] {
                    for usage in component.fields() {
                        let name = usage.field_name().to_string();
                        *bytes.entry(name).or_default() += usage.total().get_bytes();
                    }
                }
            }
        }
        bytes
    }

    /// Answers a search body that the validator accepts.
    pub(crate) fn search(&self, body: &Value) -> Value {
        let query = self.query(&body["query"]);
        let size = body["size"].as_u64().unwrap() as usize;
        let after: Option<(f64, u64)> = body
            .get("search_after")
            .map(|after| (after[0].as_f64().unwrap(), after[1].as_u64().unwrap()));
        let by_date = body
            .get("sort")
            .is_some_and(|sort| sort[0].get("timestamp").is_some());
        let mut found = Vec::new();
        let mut total = 0;
        let mut matching: Vec<&Value> = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let count = part.searcher.search(query.as_ref(), &Count).unwrap();
            total += count;
            if count == 0 || (size == 0 && body.get("aggs").is_none()) {
                continue;
            }
            let hit = |document: usize, value: f64| Found {
                part: number,
                document,
                order: value,
                hash: part.documents[document]["id_hash"].as_u64().unwrap(),
            };
            if size > 0 && !by_date {
                // All of them where a page begins later; scores may be equal at its end.
                let most = if after.is_some() {
                    count
                } else {
                    count.min(4 * size)
                };
                let best = TopDocs::with_limit(most).order_by_score();
                let scored = part.searcher.search(query.as_ref(), &best).unwrap();
                let scored = scored.into_iter();
                found.extend(
                    scored.map(|(score, address)| hit(address.doc_id as usize, score.into())),
                );
            }
            if by_date || body.get("aggs").is_some() {
                let documents = part
                    .searcher
                    .search(query.as_ref(), &DocSetCollector)
                    .unwrap();
                for document in documents.iter().map(|address| address.doc_id as usize) {
                    matching.push(&part.documents[document]);
                    if by_date && size > 0 {
                        let time = part.documents[document]["timestamp"].as_str().unwrap();
                        found.push(hit(document, seconds(time) as f64 * 1_000.0));
                    }
                }
            }
        }
        found.sort_by(|a, b| b.order.total_cmp(&a.order).then(a.hash.cmp(&b.hash)));
        if let Some((value, hash)) = after {
            found.retain(|hit| hit.order < value || (hit.order == value && hit.hash > hash));
        }
        found.truncate(size);
        let hits: Vec<Value> = found.iter().map(|hit| self.hit(hit, by_date)).collect();
        let mut answer = json!({
            "took": 1,
            "timed_out": false,
            "_shards": { "total": self.parts.len(), "successful": self.parts.len(), "failed": 0 },
            "hits": { "total": { "value": total, "relation": "eq" }, "hits": hits },
        });
        if let Some(aggregations) = body.get("aggs").and_then(Value::as_object) {
            let counted = aggregations
                .iter()
                .map(|(name, aggregation)| (name.clone(), aggregate(aggregation, &matching)));
            answer["aggregations"] = counted.collect();
        }
        answer
    }

    fn hit(&self, hit: &Found, by_date: bool) -> Value {
        let mut source = self.parts[hit.part].documents[hit.document].clone();
        let stored = |name: &str| self.stored.iter().any(|known| known == name);
        source
            .as_object_mut()
            .unwrap()
            .retain(|name, _| stored(name));
        let value = if by_date {
            json!(hit.order as i64)
        } else {
            json!(hit.order)
        };
        json!({ "_source": source, "sort": [value, hit.hash] })
    }

    fn field(&self, name: &str) -> Field {
        self.fields[name]
    }

    fn query(&self, query: &Value) -> Box<dyn Query> {
        let (kind, body) = query.as_object().unwrap().iter().next().unwrap();
        if kind == "match_all" {
            return Box::new(AllQuery);
        }
        if kind == "bool" {
            return self.bool(body);
        }
        let (name, options) = body.as_object().unwrap().iter().next().unwrap();
        let field = self.field(name);
        let boost = options.get("boost").and_then(Value::as_f64).unwrap_or(1.0) as f32;
        let boosted = |query: Box<dyn Query>| Box::new(BoostQuery::new(query, boost));
        let term = |text: &str| Term::from_field_text(field, text);
        match kind.as_str() {
            "term" => {
                let option = IndexRecordOption::WithFreqs;
                let value = options["value"].as_str().unwrap();
                boosted(Box::new(TermQuery::new(term(value), option)))
            }
            "terms" => {
                let values = options.as_array().unwrap().iter();
                let terms = values.map(|value| term(value.as_str().unwrap()));
                let set = Box::new(TermSetQuery::new(terms));
                Box::new(ConstScoreQuery::new(set, 1.0))
            }
            "prefix" => {
                let value = options["value"].as_str().unwrap();
                let lower = Bound::Included(term(value));
                let upper = Bound::Excluded(term(&format!("{value}\u{10ffff}")));
                let range = Box::new(RangeQuery::new(lower, upper));
                Box::new(ConstScoreQuery::new(range, 1.0))
            }
            "match_phrase" => {
                let terms: Vec<Term> = options["query"]
                    .as_str()
                    .unwrap()
                    .split(' ')
                    .map(term)
                    .collect();
                let slop = options.get("slop").and_then(Value::as_u64).unwrap_or(0);
                let mut phrase = PhraseQuery::new(terms);
                phrase.set_slop(slop as u32);
                Box::new(phrase)
            }
            "range" => {
                let bound = |key: &str| match options.get(key) {
                    Some(time) => {
                        let time = DateTime::from_timestamp_secs(seconds(time.as_str().unwrap()));
                        Bound::Included(Term::from_field_date(field, time))
                    }
                    None => Bound::Unbounded,
                };
                let range = Box::new(RangeQuery::new(bound("gte"), bound("lte")));
                boosted(Box::new(ConstScoreQuery::new(range, 1.0)))
            }
            other => panic!("{other}"),
        }
    }

    fn bool(&self, body: &Value) -> Box<dyn Query> {
        let list = |name: &str| -> Vec<Box<dyn Query>> {
            let clauses = body.get(name).and_then(Value::as_array);
            let clauses = clauses.into_iter().flatten();
            clauses.map(|clause| self.query(clause)).collect()
        };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let (must, filter) = (list("must"), list("filter"));
        let only_should = must.is_empty() && filter.is_empty();
        clauses.extend(must.into_iter().map(|query| (Occur::Must, query)));
        for query in filter {
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(query, 0.0))));
        }
        for query in list("must_not") {
            // tantivy 0.27 asserts, in debug builds, that what a phrase excludes is asked for in
            // order, and then asks otherwise; a union of two does not mind.
            let twice = BooleanQuery::union(vec![query.box_clone(), query]);
            clauses.push((Occur::MustNot, Box::new(twice)));
        }
        let should = list("should");
        if only_should && should.is_empty() {
            return Box::new(EmptyQuery);
        }
        clauses.extend(should.into_iter().map(|query| (Occur::Should, query)));
        let least = body.get("minimum_should_match").and_then(Value::as_u64);
        let least = least.unwrap_or(u64::from(only_should)) as usize;
        Box::new(BooleanQuery::with_minimum_required_clauses(clauses, least))
    }
}

fn aggregate(aggregation: &Value, matching: &[&Value]) -> Value {
    let (kind, options) = aggregation.as_object().unwrap().iter().next().unwrap();
    let field = options["field"].as_str().unwrap();
    let values = matching.iter().filter_map(|source| source.get(field));
    if kind == "avg" {
        let values: Vec<f64> = values.filter_map(Value::as_f64).collect();
        let sum: f64 = values.iter().sum();
        let average = (!values.is_empty()).then(|| sum / values.len() as f64);
        return json!({ "value": average });
    }
    let mut buckets: Vec<Value> = Vec::new();
    if kind == "terms" {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for value in values.filter_map(Value::as_str) {
            *counts.entry(value).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let size = options["size"].as_u64().unwrap() as usize;
        for (key, count) in counts.into_iter().take(size) {
            buckets.push(json!({ "key": key, "doc_count": count }));
        }
    } else {
        assert_eq!(options["offset"], "-7h");
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for value in values.filter_map(Value::as_str) {
            let local = seconds(value) + 7 * 3_600;
            let start = local.div_euclid(86_400) * 86_400 - 7 * 3_600;
            *counts.entry(start).or_default() += 1;
        }
        for (start, count) in counts {
            buckets.push(json!({ "key": start as f64 * 1_000.0, "doc_count": count }));
        }
    }
    json!({ "buckets": buckets })
}

fn seconds(time: &str) -> i64 {
    date::DateTime::parse(time).unwrap().unix_seconds()
}
