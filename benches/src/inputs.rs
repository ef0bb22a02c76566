//! Texts and articles of a known size.

use std::path::{Path, PathBuf};

use fastrand::Rng;
use unicode_normalization::UnicodeNormalization;
use vietsearch::ingest::{self, Entry, Options};
use vietsearch::{Article, demo, fold};

use crate::reference;

/// Names a file of articles to measure on: JSON lines or plain text, also compressed (`.gz`).
pub const NEWS_VARIABLE: &str = "VIETSEARCH_BENCH_NEWS";

/// Texts that belong together, with what every engine must find in them.
#[derive(Debug)]
pub struct Input {
    /// The last part of a benchmark's name.
    pub name: &'static str,
    /// The texts, each to be scanned by itself: the lines of articles, or queries.
    pub texts: Vec<String>,
    /// Bytes of all texts.
    pub bytes: usize,
    /// Number of tokens that every scan must give, counted by the oracle.
    pub tokens: usize,
    /// Number of words that tantivy's chains must give, counted the plain way.
    pub words: usize,
}

impl Input {
    fn new(name: &'static str, texts: Vec<String>) -> Self {
        let tokens = |text: &String| vietsearch_oracle::analyse(text).len();
        Self {
            name,
            bytes: texts.iter().map(String::len).sum(),
            tokens: texts.iter().map(tokens).sum(),
            words: texts.iter().map(|text| reference::count_words(text)).sum(),
            texts,
        }
    }
}

/// Foreign names, codes, numbers and other scripts: what the fast path does not read.
const FOREIGN: &str = "Tổng giám đốc Microsoft Satya Nadella gặp Jürgen Müller (São Paulo) lúc \
    17h22 ngày 30/4/1975, theo https://vidu.vn/tin?a=1 và toasoan@vidu.vn. Nghị định \
    168/2024/NĐ-CP: 1.000.000đ, 3,5%, Covid-19, U23, GD&ĐT. Путин, 東京都, 한국; H’Mông, K’Ho, \
    O'Brien, El Niño, Łódź; ＣＯＶＩＤ－１９, 100 m². ";

/// Queries of two to six syllables, typed in every way.
const QUERIES: &[&str] = &[
    "an ninh to quoc",
    "giá vàng",
    "bão số 3",
    "nguyễn thị minh khai",
    "Hoà Bình",
    "tp.hcm",
    "tieng việt",
    "NĐ-CP 168/2024",
];

/// The text inputs, of about `bytes` bytes each: news composed, decomposed and without marks,
/// foreign text, and short queries.
///
/// News are real ones if there are any (see [`NEWS_VARIABLE`]), else made from the demo articles.
#[must_use]
pub fn texts(bytes: usize) -> Vec<Input> {
    let news = real_news(bytes).unwrap_or_else(|| demo_news(bytes));
    let decomposed = news.iter().map(|text| text.nfd().collect()).collect();
    let unmarked = news.iter().map(|text| fold(text)).collect();
    let mut random = Rng::with_seed(2);
    let foreign = repeated(bytes, || shuffled(&mut random, FOREIGN));
    let mut queries = QUERIES.iter().cycle();
    let queries = repeated(bytes / 10, || queries.next().map(ToString::to_string));
    vec![
        Input::new("news", news),
        Input::new("news-nfd", decomposed),
        Input::new("news-unmarked", unmarked),
        Input::new("foreign", foreign),
        Input::new("queries", queries),
    ]
}

/// The lines of the articles of the file that the variable names, else of those that stand beside
/// the workspace; composed.
fn real_news(bytes: usize) -> Option<Vec<String>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/news");
    let named = std::env::var_os(NEWS_VARIABLE).map(PathBuf::from);
    let path = named.or_else(|| beside.exists().then_some(beside))?;
    let mut texts = Vec::new();
    let mut left = bytes;
    for entry in ingest::read([path], &Options::default()) {
        let Entry::Article { article, .. } = entry else {
            continue;
        };
        for line in lines(&article) {
            left = left.saturating_sub(line.len());
            texts.push(line.nfc().collect());
        }
        if left == 0 {
            break;
        }
    }
    (!texts.is_empty()).then_some(texts)
}

fn lines(article: &Article) -> impl Iterator<Item = &str> {
    let parts = [&article.title, &article.lead, &article.body];
    let lines = parts.into_iter().flatten().flat_map(|part| part.lines());
    lines.filter(|line| !line.trim().is_empty())
}

/// The lines of the demo articles over and over, each time with other sentences side by side and
/// some words exchanged, so that nothing is learnt by heart.
fn demo_news(bytes: usize) -> Vec<String> {
    let articles = demo::articles();
    let all: Vec<String> = articles
        .iter()
        .flat_map(lines)
        .map(|line| line.nfc().collect())
        .collect();
    let words: Vec<&str> = all.iter().flat_map(|line| line.split(' ')).collect();
    let mut random = Rng::with_seed(1);
    let mut cycle = all.iter().cycle();
    repeated(bytes, || {
        let line = shuffled(&mut random, cycle.next()?)?;
        let varied = line.split(' ').map(|word| match random.u8(..12) {
            0 => words
                .get(random.usize(..words.len()))
                .copied()
                .unwrap_or(word),
            _ => word,
        });
        Some(varied.collect::<Vec<_>>().join(" "))
    })
}

/// The sentences of a text in another order.
fn shuffled(random: &mut Rng, text: &str) -> Option<String> {
    let mut sentences: Vec<&str> = text.split_inclusive(". ").collect();
    random.shuffle(&mut sentences);
    Some(sentences.concat())
}

fn repeated(bytes: usize, mut next: impl FnMut() -> Option<String>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut length = 0;
    while length < bytes {
        let Some(text) = next() else { break };
        length += text.len();
        texts.push(text);
    }
    texts
}

/// The demo articles `times` times, each with an id of its own.
#[must_use]
pub fn articles(times: usize) -> Vec<Article> {
    let mut articles = Vec::new();
    for copy in 0..times {
        for article in demo::articles() {
            let id = format!("{}-{copy}", article.key());
            articles.push(article.with_id(id));
        }
    }
    articles
}

/// Bytes of all titles, leads and bodies.
#[must_use]
pub fn text_bytes(articles: &[Article]) -> u64 {
    articles
        .iter()
        .map(|article| article.text_bytes() as u64)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_forms_have_the_same_tokens() {
        let texts = texts(50_000);
        assert!(texts[0].bytes >= 50_000);
        assert_eq!(texts[0].tokens, texts[1].tokens);
        assert!(texts.iter().all(|input| input.tokens > 500));
    }

    #[test]
    fn demo_news_are_varied() {
        let lines = demo_news(50_000);
        let different: std::collections::HashSet<&String> = lines.iter().collect();
        assert!(lines.iter().map(String::len).sum::<usize>() >= 50_000);
        assert!(different.len() * 10 > lines.len() * 9);
    }
}
