//! A collection: articles, queries in several variants, and what is relevant to them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::thread;

use serde::Deserialize;
use vietsearch_index::{Article, NewsIndex, WriterOptions};
use vietsearch_query::{NewsSearcher, Require, SearchRequest, Weights};

use crate::error::{DatagenError, Result};
use crate::random::Random;

/// Hits that are measured.
const HITS: usize = 10;

/// Which queries are asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// Those to fit on.
    Sample,
    /// Those that no fit has seen.
    Rest,
    All,
}

pub(crate) struct Collection {
    pub(crate) name: String,
    searcher: NewsSearcher,
    /// In random order, those to fit on first.
    queries: Vec<Query>,
    sample: usize,
}

struct Query {
    /// Its text in each variant.
    texts: Vec<String>,
    relevant: HashMap<String, f64>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

impl Collection {
    /// Reads a collection and indexes its articles in memory.
    pub(crate) fn read(
        folder: &Path,
        corpus: &Path,
        variants: &[String],
        sample: usize,
        seed: u64,
    ) -> Result<Self> {
        let index = NewsIndex::create_in_ram()?;
        // One thread: segments, and so ties, are always the same.
        let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
        for_each_line(corpus, |line| {
            let Line { id, title, text } = line;
            Ok(writer.add(Article::new(title, text).with_id(id))?)
        })?;
        writer.commit()?;
        writer.merge()?;
        writer.finish()?;
        let mut relevant = relevant(&folder.join("qrels.tsv"))?;
        let mut queries: Vec<(String, Query)> = Vec::new();
        for (number, variant) in variants.iter().enumerate() {
            let name = match variant.as_str() {
                "asis" => "queries.jsonl".to_string(),
                other => format!("queries.{other}.jsonl"),
            };
            let mut texts = HashMap::new();
            for_each_line(&folder.join(name), |line| {
                if number == 0
                    && let Some(relevant) = relevant.remove(&line.id)
                {
                    let texts = Vec::new();
                    queries.push((line.id.clone(), Query { texts, relevant }));
                }
                texts.insert(line.id, line.text);
                Ok(())
            })?;
            for (id, query) in &mut queries {
                query.texts.push(texts.remove(id).unwrap_or_default());
            }
        }
        let mut queries: Vec<Query> = queries.into_iter().map(|(_, query)| query).collect();
        let mut random = Random::new(seed);
        for place in (1..queries.len()).rev() {
            queries.swap(place, random.below(place + 1));
        }
        let name = folder.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            searcher: NewsSearcher::new(&index)?,
            sample: sample.min(queries.len()),
            queries,
        })
    }

    /// The mean nDCG@10 of each variant; 0 where a part has no queries.
    pub(crate) fn measure(&self, weights: &Weights, part: Part) -> Result<Vec<f64>> {
        let queries = match part {
            Part::Sample => &self.queries[..self.sample],
            Part::Rest => &self.queries[self.sample..],
            Part::All => &self.queries[..],
        };
        let searcher = self.searcher.clone().with_weights(*weights);
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let share = queries.len().div_ceil(threads).max(1);
        let ask = |queries: &[Query]| -> Result<Vec<Vec<f64>>> {
            let gains = queries.iter().map(|query| query.gains(&searcher));
            gains.collect()
        };
        let found = thread::scope(|scope| {
            let running: Vec<_> = queries
                .chunks(share)
                .map(|queries| scope.spawn(move || ask(queries)))
                .collect();
            let mut found = Vec::new();
            for thread in running {
                match thread.join() {
                    Ok(part) => found.extend(part?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok::<_, DatagenError>(found)
        })?;
        let variants = self.queries.first().map_or(0, |query| query.texts.len());
        let mean = |variant: usize| {
            let sum: f64 = found.iter().map(|gains| gains[variant]).sum();
            sum / found.len().max(1) as f64
        };
        Ok((0..variants).map(mean).collect())
    }
}

impl Query {
    /// The nDCG@10 of each variant.
    fn gains(&self, searcher: &NewsSearcher) -> Result<Vec<f64>> {
        let mut gains = Vec::new();
        for text in &self.texts {
            let request = SearchRequest::new(text.as_str())
                .with_limit(HITS)
                .with_require(Require::Any);
            let hits = searcher.top_ids(&request)?;
            let ids: Vec<&str> = hits.iter().map(|(id, _)| id.as_str()).collect();
            gains.push(ndcg(&ids, &self.relevant));
        }
        Ok(gains)
    }
}

/// Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002), with linear
/// gain.
fn ndcg(ids: &[&str], relevant: &HashMap<String, f64>) -> f64 {
    let sum = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        let ranked = gains.take(HITS).enumerate();
        ranked
            .map(|(rank, gain)| gain / (rank as f64 + 2.0).log2())
            .sum()
    };
    let mut best: Vec<f64> = relevant.values().copied().collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let gain = |id: &&str| relevant.get(*id).copied().unwrap_or(0.0);
    sum(&mut ids.iter().map(gain)) / sum(&mut best.into_iter())
}

fn for_each_line(path: &Path, mut use_line: impl FnMut(Line) -> Result<()>) -> Result<()> {
    let io = |source| DatagenError::Io {
        action: "read",
        path: path.into(),
        source,
    };
    for (number, line) in BufReader::new(File::open(path).map_err(io)?)
        .lines()
        .enumerate()
    {
        let line = line.map_err(io)?;
        let read = serde_json::from_str(&line).map_err(|error| DatagenError::Invalid {
            path: path.into(),
            line: number + 1,
            reason: error.to_string(),
        })?;
        use_line(read)?;
    }
    Ok(())
}

/// Query → article → how relevant it is, above 0. A header is skipped.
fn relevant(path: &Path) -> Result<HashMap<String, HashMap<String, f64>>> {
    let text = super::read(path)?;
    let mut relevant: HashMap<String, HashMap<String, f64>> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        let gain = match columns.as_slice() {
            [_, _, gain] => gain.trim().parse::<f64>().ok(),
            _ => None,
        };
        match gain {
            Some(gain) if gain > 0.0 => {
                let of_query = relevant.entry(columns[0].to_string()).or_default();
                of_query.insert(columns[1].to_string(), gain);
            }
            Some(_) => {}
            None if number == 0 => {}
            None => {
                return Err(DatagenError::Line {
                    path: path.into(),
                    line: number + 1,
                    content: line.to_string(),
                });
            }
        }
    }
    Ok(relevant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_by_hand() {
        let relevant = HashMap::from([("a".to_string(), 1.0), ("b".to_string(), 2.0)]);
        let ideal = 2.0 + 1.0 / 3_f64.log2();
        let close = |ids: &[&str], sum: f64| (ndcg(ids, &relevant) - sum / ideal).abs() < 1e-12;
        assert!(close(&["b", "a"], ideal));
        assert!(close(&["a", "b"], 1.0 + 2.0 / 3_f64.log2()));
        assert!(close(&["x", "y", "a"], 1.0 / 2.0));
        assert!(close(&["x"; 10], 0.0) && close(&[], 0.0));
        let eleventh: Vec<&str> = ["x"; 10].into_iter().chain(["b"]).collect();
        assert!(close(&eleventh, 0.0));
    }
}
