//! Texts and articles of a known size.

use unicode_normalization::UnicodeNormalization;
use vietsearch::text::Scanner;
use vietsearch::{Article, demo, fold};

/// A text with the number of its tokens, counted on the scanner's general path.
#[derive(Debug)]
pub struct Input {
    /// The last part of a benchmark's name.
    pub name: &'static str,
    /// The text.
    pub text: String,
    /// Number of tokens that every scan must give.
    pub tokens: usize,
}

impl Input {
    fn new(name: &'static str, text: String) -> Self {
        let mut scanner = Scanner::without_fast_path();
        let mut tokens = scanner.scan(&text);
        let mut count = 0;
        while tokens.next().is_some() {
            count += 1;
        }
        Self {
            name,
            text,
            tokens: count,
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

/// The text inputs: news of about `bytes` bytes composed, decomposed and without marks, foreign
/// text, and short queries (one a line).
#[must_use]
pub fn texts(bytes: usize) -> Vec<Input> {
    let mut articles = String::new();
    for article in demo::articles() {
        let parts = [article.title, article.lead, article.body];
        for part in parts.into_iter().flatten() {
            articles.push_str(&part);
            articles.push('\n');
        }
    }
    let composed: String = articles.nfc().collect();
    let news = repeated(&composed, bytes);
    let decomposed: String = news.nfd().collect();
    let unmarked = fold(&news);
    let mut queries = QUERIES.join("\n");
    queries.push('\n');
    vec![
        Input::new("news", news),
        Input::new("news-nfd", decomposed),
        Input::new("news-unmarked", unmarked),
        Input::new("foreign", repeated(FOREIGN, bytes)),
        Input::new("queries", repeated(&queries, bytes / 10)),
    ]
}

fn repeated(text: &str, bytes: usize) -> String {
    text.repeat(bytes.div_ceil(text.len().max(1)))
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
        assert!(texts[0].text.len() >= 50_000);
        assert_eq!(texts[0].tokens, texts[1].tokens);
        assert!(texts.iter().all(|input| input.tokens > 500));
    }
}
