//! How fast articles are matched with saved queries, and whether each fires where a search finds.
//!
//! ```text
//! cargo run --release -p vietsearch-benches --bin alerts -- FILE [QUERIES [ARTICLES [CHECKED]]]
//! ```
//!
//! Saves QUERIES (10,000) made of headlines of a file: two to five neighbouring words, in turn with
//! their marks, without them, as a phrase, with a word excluded, with a beginning. Then ARTICLES
//! (2,000) other ones of the file are matched on one thread. For CHECKED (20) of them each query is
//! searched in an index that holds only the article, which must give the same.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a developer's tool that is to stop at the first surprise"
)]

use std::error::Error;
use std::time::Instant;

use vietsearch::ingest::{self, Entry, Options};
use vietsearch::{
    Alerts, Article, NewsIndex, NewsSearcher, Require, SearchRequest, WriterOptions, fold,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, usual: usize| match arguments.get(place) {
        Some(argument) => argument.parse(),
        None => Ok(usual),
    };
    let Some(file) = arguments.first() else {
        return Err("usage: alerts FILE [QUERIES [ARTICLES [CHECKED]]]".into());
    };
    let (count, matched, checked) = (number(1, 10_000)?, number(2, 2_000)?, number(3, 20)?);
    let mut articles =
        ingest::read([file.into()], &Options::default()).filter_map(|entry| match entry {
            Entry::Article { article, .. } => Some(*article),
            Entry::Skipped(_) => None,
        });
    let mut random = fastrand::Rng::with_seed(3);
    let mut queries: Vec<String> = Vec::new();
    while queries.len() < count {
        let Some(article) = articles.next() else {
            return Err("the file has too few articles".into());
        };
        queries.extend(query(&article, queries.len(), &mut random));
    }
    let articles: Vec<Article> = articles.take(matched).collect();

    let began = Instant::now();
    let mut alerts = Alerts::new();
    for (number, query) in queries.iter().enumerate() {
        alerts.save(number.to_string(), SearchRequest::new(query.as_str()))?;
    }
    let saving = began.elapsed();
    println!(
        "{} queries saved, {:.1} µs each",
        alerts.len(),
        saving.as_secs_f64() * 1e6 / count.max(1) as f64
    );
    let mut matcher = alerts.matcher();
    let began = Instant::now();
    let mut fired = 0;
    for article in &articles {
        fired += matcher.matches(article)?.len();
    }
    let time = began.elapsed().as_secs_f64();
    println!(
        "{} articles, {fired} alerts, {:.0} articles a second on one thread",
        articles.len(),
        articles.len() as f64 / time
    );
    let step = (articles.len() / checked.max(1)).max(1);
    let mut compared = 0;
    for article in articles.iter().step_by(step).take(checked) {
        let index = NewsIndex::create_in_ram()?;
        let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
        writer.add(article.clone())?;
        writer.finish()?;
        let searcher = NewsSearcher::new(&index)?;
        let mut found = Vec::new();
        for (number, query) in queries.iter().enumerate() {
            let request = SearchRequest::new(query.as_str()).with_require(Require::All);
            if searcher.search(&request)?.total > 0 {
                found.push(number.to_string());
            }
        }
        let alerts = matcher.matches(article)?;
        if found != alerts {
            panic!("{}: searches {found:?}, alerts {alerts:?}", article.key());
        }
        compared += 1;
    }
    println!("{compared} articles: every query fires where its search finds");
    Ok(())
}

/// A query of neighbouring words of the headline.
fn query(article: &Article, number: usize, random: &mut fastrand::Rng) -> Option<String> {
    let title = article.title.as_deref()?;
    let words: Vec<&str> = title.split_whitespace().collect();
    let length = random.usize(2..6).min(words.len());
    let start = random.usize(..=words.len() - length);
    let piece = words.get(start..start + length)?.join(" ");
    Some(match number % 8 {
        1 => fold(&piece).to_lowercase(),
        3 => format!("\"{piece}\""),
        5 => format!("{piece} -{}", words.last()?),
        7 => format!("{piece}*"),
        _ => piece,
    })
}
