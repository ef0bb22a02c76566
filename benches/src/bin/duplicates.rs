//! How well near-duplicates are found, and what that costs.
//!
//! ```text
//! cargo run --release -p vietsearch-benches --bin duplicates -- FILE [ARTICLES [PLANTED [ROUNDS]]]
//! ```
//!
//! Takes ARTICLES (100,000) of a file, plants PLANTED (5,000) copies among them in a random order,
//! and indexes them. Each copy is of an article of its own, in one of five kinds: another byline; 1 %,
//! 5 % or 20 % of the words replaced by other words of the collection; the lead dropped. A pair of
//! one group is right if the Jaccard similarity of its folded runs of three words (of two, if both
//! articles have fewer than 120 words), computed exactly, is at least 0.7. The collection has copies of its own: all pairs that similar are found by an
//! exact join (prefix filtering, Chaudhuri, Ganti and Kaushik 2006), and counted too. ROUNDS (3) is
//! how often indexing with and without groups is timed.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a developer's tool that is to stop at the first surprise"
)]

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use vietsearch::Article;
use vietsearch::index::{Duplicates, NewsIndex, WriterOptions};
use vietsearch::ingest::{self, Entry, Options};
use vietsearch::text::Scanner;

/// From here on a pair is right.
const RIGHT: f64 = 0.7;

/// What was done to a copy.
const KINDS: [&str; 5] = ["byline", "1 %", "5 %", "20 %", "no lead"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, usual: usize| match arguments.get(place) {
        Some(argument) => argument.parse(),
        None => Ok(usual),
    };
    let Some(file) = arguments.first() else {
        return Err("usage: duplicates FILE [ARTICLES [PLANTED [ROUNDS]]]".into());
    };
    let (count, planted, rounds) = (number(1, 100_000)?, number(2, 5_000)?, number(3, 3)?);
    let mut articles: Vec<Article> = ingest::read([file.into()], &Options::default())
        .filter_map(|entry| match entry {
            Entry::Article { article, .. } => Some(*article),
            Entry::Skipped(_) => None,
        })
        .take(count)
        .collect();
    for (number, article) in articles.iter_mut().enumerate() {
        article.id = Some(number.to_string());
    }
    let mut random = fastrand::Rng::with_seed(7);
    let plants = plant(&mut articles, planted, &mut random);
    random.shuffle(&mut articles);
    println!(
        "{} articles, {} of them planted",
        articles.len(),
        plants.len()
    );

    let mut times = [Vec::new(), Vec::new()];
    let mut groups = HashMap::new();
    for _ in 0..rounds.max(1) {
        for (times, duplicates) in times
            .iter_mut()
            .zip([Duplicates::Ignore, Duplicates::Group])
        {
            let options = WriterOptions::default().with_duplicates(duplicates);
            let (index, time) = build(&articles, options)?;
            times.push(time);
            groups = groups_of(&index)?;
        }
    }
    let [without, with] = times.map(median);
    println!(
        "indexing: {without:.1?} without groups, {with:.1?} with them: {:.3} times as long",
        with.as_secs_f64() / without.as_secs_f64()
    );

    println!("\n| copy | planted | found | recall |\n|---|---|---|---|");
    for (kind, name) in KINDS.iter().enumerate() {
        let pairs = || plants.iter().filter(|plant| plant.kind == kind);
        let found = pairs().filter(|plant| {
            groups.contains_key(&plant.copy)
                && groups.get(&plant.copy) == groups.get(&plant.original)
        });
        let (found, all) = (found.count(), pairs().count());
        println!("| {name} | {all} | {found} | {:.4} |", share(found, all));
    }

    let sets: Vec<(String, Vec<u64>)> = {
        let mut scanner = Scanner::new();
        let set = |article: &Article| (article.key(), shingles(&mut scanner, article, 3));
        articles.iter().map(set).collect()
    };
    let by_id: HashMap<&str, usize> = sets
        .iter()
        .enumerate()
        .map(|(place, (id, _))| (id.as_str(), place))
        .collect();
    let mut members: HashMap<u64, Vec<&str>> = HashMap::new();
    for (id, group) in &groups {
        members.entry(*group).or_default().push(id);
    }
    let (mut pairs, mut right, mut of_three, mut largest) = (0, 0, 0, 0);
    let mut scanner = Scanner::new();
    for ids in members.values() {
        largest = largest.max(ids.len());
        for (place, a) in ids.iter().enumerate() {
            for b in &ids[place + 1..] {
                let places = [by_id[a], by_id[b]];
                let [x, y] = places.map(|place| &sets[place].1);
                let by_three = jaccard(x, y) >= RIGHT;
                let [x, y] = places.map(|place| shingles(&mut scanner, &articles[place], 2));
                let is_short = x.len().max(y.len()) < 119;
                pairs += 1;
                of_three += usize::from(by_three);
                right += usize::from(by_three || is_short && jaccard(&x, &y) >= RIGHT);
            }
        }
    }
    println!(
        "\npairs of one group: {pairs}, right: {right}, precision {:.4} (by runs of three words \
         alone {:.4}); the largest group has {largest}",
        share(right, pairs),
        share(of_three, pairs)
    );
    let similar = join(&sets);
    let found = similar
        .iter()
        .filter(|(a, b)| groups[&sets[*a].0] == groups[&sets[*b].0]);
    let found = found.count();
    println!(
        "pairs of similarity 0.7 and more by runs of three: {}, of one group: {found}, recall {:.4}",
        similar.len(),
        share(found, similar.len())
    );
    Ok(())
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn build(
    articles: &[Article],
    options: WriterOptions,
) -> Result<(NewsIndex, Duration), Box<dyn Error>> {
    let index = NewsIndex::create_in_ram()?;
    let mut copies = articles.to_vec();
    let began = Instant::now();
    let mut writer = index.writer(options)?;
    writer.add_all(copies.drain(..))?;
    writer.finish()?;
    Ok((index, began.elapsed()))
}

fn groups_of(index: &NewsIndex) -> Result<HashMap<String, u64>, Box<dyn Error>> {
    let mut groups = HashMap::new();
    for segment in index.searcher().segment_readers() {
        let column = segment.fast_fields().u64("group")?;
        let ids = segment.fast_fields().str("id")?.expect("a column of ids");
        for doc in segment.doc_ids_alive() {
            let mut id = String::new();
            ids.ord_to_str(ids.term_ords(doc).next().expect("an id"), &mut id)?;
            groups.insert(id, column.first(doc).expect("a group"));
        }
    }
    Ok(groups)
}

struct Plant {
    original: String,
    copy: String,
    kind: usize,
}

/// Adds copies of articles that are long enough to be edited.
fn plant(articles: &mut Vec<Article>, planted: usize, random: &mut fastrand::Rng) -> Vec<Plant> {
    let is_long = |article: &Article| {
        let body = article.body.as_deref().unwrap_or("");
        body.split_whitespace().nth(100).is_some() && article.lead.is_some()
    };
    let mut originals: Vec<usize> = (0..articles.len())
        .filter(|place| is_long(&articles[*place]))
        .collect();
    random.shuffle(&mut originals);
    let mut plants = Vec::new();
    for (number, original) in originals.into_iter().take(planted).enumerate() {
        let kind = number % KINDS.len();
        let other = random.usize(..articles.len());
        let pool: Vec<String> = {
            let text = articles[other].body.as_deref().unwrap_or("tin");
            text.split_whitespace().map(str::to_string).collect()
        };
        let mut copy = articles[original].clone();
        let id = format!("copy-{number}");
        plants.push(Plant {
            original: articles[original].key(),
            copy: id.clone(),
            kind,
        });
        copy.id = Some(id);
        copy.url = None;
        copy.source = Some("Báo Khác".to_string());
        let part = match kind {
            0 => {
                copy.author = Some("Người Khác".to_string());
                let body = copy.body.get_or_insert_default();
                body.push_str("\n\nNgười Khác (tổng hợp)");
                0.0
            }
            1 => 0.01,
            2 => 0.05,
            3 => 0.2,
            _ => {
                copy.lead = None;
                0.0
            }
        };
        for text in [&mut copy.title, &mut copy.lead, &mut copy.body]
            .into_iter()
            .flatten()
        {
            *text = edited(text, part, &pool, random);
        }
        articles.push(copy);
    }
    plants
}

/// A share of the words replaced by others.
fn edited(text: &str, part: f64, pool: &[String], random: &mut fastrand::Rng) -> String {
    if part == 0.0 || pool.is_empty() {
        return text.to_string();
    }
    let mut words: Vec<&str> = text.split(' ').collect();
    let mut places: Vec<usize> = (0..words.len()).collect();
    random.shuffle(&mut places);
    let changed = (words.len() as f64 * part).round() as usize;
    for place in places.into_iter().take(changed) {
        words[place] = &pool[random.usize(..pool.len())];
    }
    words.join(" ")
}

/// The distinct runs of folded words, hashed, ascending.
fn shingles(scanner: &mut Scanner, article: &Article, run: usize) -> Vec<u64> {
    let mut words = Vec::new();
    for text in [&article.title, &article.lead, &article.body]
        .into_iter()
        .flatten()
    {
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            words.push(token.index_key().to_string());
        }
    }
    let hash = |run: &[String]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    let mut set: Vec<u64> = words
        .windows(run.min(words.len().max(1)))
        .map(hash)
        .collect();
    set.sort_unstable();
    set.dedup();
    set
}

fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        common += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    share(common, a.len() + b.len() - common)
}

/// All pairs that are right. Two such sets share one of their rarest elements.
fn join(sets: &[(String, Vec<u64>)]) -> Vec<(usize, usize)> {
    const BITS: u32 = 27;
    let bucket = |element: u64| (element >> (64 - BITS)) as usize;
    // How rare an element is, roughly: any order serves, as long as it is one for all.
    let mut counts = vec![0_u16; 1 << BITS];
    for element in sets.iter().flat_map(|(_, set)| set) {
        let count = &mut counts[bucket(*element)];
        *count = count.saturating_add(1);
    }
    let mut prefixes: Vec<(u64, u32)> = Vec::new();
    for (number, (_, set)) in sets.iter().enumerate() {
        let mut rarest = set.clone();
        rarest.sort_unstable_by_key(|element| (counts[bucket(*element)], *element));
        let length = set.len() - (set.len() as f64 * RIGHT).ceil() as usize + 1;
        let shared = rarest
            .iter()
            .take(length)
            .filter(|element| counts[bucket(**element)] > 1);
        prefixes.extend(shared.map(|element| (*element, number as u32)));
    }
    prefixes.sort_unstable();
    let mut pairs = HashSet::new();
    for same in prefixes.chunk_by(|a, b| a.0 == b.0) {
        for (place, (_, a)) in same.iter().enumerate() {
            for (_, b) in &same[place + 1..] {
                let (x, y) = (sets[*a as usize].1.len(), sets[*b as usize].1.len());
                if x.min(y) as f64 >= RIGHT * x.max(y) as f64 {
                    pairs.insert((*a as usize, *b as usize));
                }
            }
        }
    }
    let right = |(a, b): &(usize, usize)| jaccard(&sets[*a].1, &sets[*b].1) >= RIGHT;
    pairs.into_iter().filter(right).collect()
}
