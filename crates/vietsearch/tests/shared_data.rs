//! Tests on real articles, which are no part of the project: they are looked for in
//! `../shared/data` beside the workspace, and without them every test passes and says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use vietsearch::ingest::{self, Entry, Options};
use vietsearch::text::{Scanner, Syllable, TokenKind};
use vietsearch::{Article, NewsIndex, NewsSearcher, Require, SearchRequest, WriterOptions};

fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no shared data");
    None
}

/// The first articles of a file, in which every line must be usable.
fn articles(path: PathBuf, count: usize) -> Vec<Article> {
    let entries = ingest::read([path], &Options::default()).take(count);
    let article = |entry| match entry {
        Entry::Article {
            article, warnings, ..
        } => {
            assert!(warnings.is_empty(), "{warnings:?}");
            *article
        }
        Entry::Skipped(problem) => panic!("{problem}"),
    };
    entries.map(article).collect()
}

fn index(articles: Vec<Article>) -> NewsIndex {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = index.writer(WriterOptions::default()).unwrap();
    writer.add_all(articles).unwrap();
    writer.finish().unwrap();
    index
}

fn decomposed(text: &str) -> String {
    text.nfd().collect()
}

/// Decomposed, with the marks of each Vietnamese letter in the other order.
fn shuffled(text: &str) -> String {
    let mut shuffled = String::with_capacity(text.len() * 2);
    let mut marks: Vec<char> = Vec::new();
    let mut is_vietnamese = false;
    for character in text.nfd() {
        if is_combining_mark(character) {
            marks.push(character);
            continue;
        }
        flush(&mut shuffled, &mut marks, is_vietnamese);
        is_vietnamese = character.is_ascii_alphabetic();
        shuffled.push(character);
    }
    flush(&mut shuffled, &mut marks, is_vietnamese);
    shuffled
}

fn flush(text: &mut String, marks: &mut Vec<char>, is_vietnamese: bool) {
    let known = "\u{300}\u{301}\u{302}\u{303}\u{306}\u{309}\u{31b}\u{323}";
    if is_vietnamese && marks.iter().all(|mark| known.contains(*mark)) {
        marks.reverse();
    }
    text.extend(marks.drain(..));
}

/// The seed line of the first issue.
#[test]
fn the_seed_article() {
    let Some(seed) = data("seed") else { return };
    let file = std::fs::read_dir(&seed).unwrap().next().unwrap().unwrap();
    let original = std::fs::read_to_string(file.path()).unwrap();
    let articles = articles(seed, usize::MAX);
    assert_eq!(articles.len(), 1);
    let searcher = NewsSearcher::new(&index(articles)).unwrap();
    let marked = "phong trào bảo vệ an ninh Tổ quốc";
    let queries = [
        marked.to_string(),
        "phong trao bao ve an ninh".to_string(),
        "phong trao bao ve an ninh to quoc".to_string(),
        "phong trào bao ve an ninh tổ quoc".to_string(),
        "PHONG TRÀO BẢO VỆ".to_string(),
        decomposed(marked),
        shuffled(marked),
    ];
    for query in queries {
        let found = searcher.search(&SearchRequest::new(&query)).unwrap();
        assert_eq!((found.total, found.hits.len()), (1, 1), "{query}");
        assert_eq!(found.relaxed, [""; 0], "{query}");
        let hit = &found.hits[0];
        assert_eq!(hit.author.as_deref(), Some("Hồng Tâm"));
        let published = hit.published_at.map(|at| at.to_string());
        assert_eq!(published.as_deref(), Some("2023-08-10T17:22:00+07:00"));
        assert_eq!(hit.title.as_deref(), original.lines().next());
        let snippet = hit.snippet.trim_matches('…');
        assert!(snippet.chars().count() > 40, "{snippet}");
        assert!(original.contains(snippet), "no original text: {snippet}");
        assert!(!hit.highlights.is_empty(), "{query}");
    }
    let all = SearchRequest::new("\"Hồng Tâm\"").with_require(Require::All);
    assert_eq!(
        searcher.search(&all).unwrap().total,
        0,
        "the byline is not in the body"
    );
}

#[derive(Deserialize)]
struct Query {
    #[serde(rename = "_id")]
    id: String,
    text: String,
}

fn queries(path: &Path, count: usize) -> Vec<Query> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().take(count);
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Queries in another form find the same with the same scores.
fn forms_agree(folder: &Path, searcher: &NewsSearcher, count: usize) {
    let plain = queries(&folder.join("queries.jsonl"), count);
    let answer = |text: &str| {
        let request = SearchRequest::new(text)
            .with_limit(100)
            .with_require(Require::Any);
        searcher.top_ids(&request).unwrap()
    };
    let expected: Vec<_> = plain.iter().map(|query| answer(&query.text)).collect();
    assert!(expected.iter().filter(|hits| hits.is_empty()).count() < 3);
    for form in ["queries.nfd.jsonl", "queries.tone.jsonl"] {
        let other = queries(&folder.join(form), count);
        let mut changed = 0;
        for ((plain, other), expected) in plain.iter().zip(&other).zip(&expected) {
            assert_eq!(plain.id, other.id);
            if plain.text == other.text {
                continue;
            }
            changed += 1;
            let found = answer(&other.text);
            assert!(
                found == *expected,
                "{form}, {}: {:?} and {:?} differ",
                plain.id,
                plain.text,
                other.text
            );
        }
        assert!(changed > 0, "{form} is like the plain queries");
    }
}

#[test]
fn forms_of_questions() {
    let Some(folder) = data("retrieval/xquad-vi") else {
        return;
    };
    let index = index(articles(folder.join("corpus.jsonl"), usize::MAX));
    assert_eq!(index.num_docs(), 240);
    forms_agree(&folder, &NewsSearcher::new(&index).unwrap(), usize::MAX);
}

#[test]
fn forms_of_headlines() {
    let (Some(folder), Some(news)) = (
        data("retrieval/news-title-dev"),
        data("news/vietnews.val.jsonl.gz"),
    ) else {
        return;
    };
    let index = index(articles(news, 3000));
    assert_eq!(index.num_docs(), 3000);
    forms_agree(&folder, &NewsSearcher::new(&index).unwrap(), 200);
}

type Row = (TokenKind, String, String, u32);

fn rows(scanner: &mut Scanner, text: &str) -> Vec<Row> {
    let mut tokens = scanner.scan(text);
    let mut rows = Vec::new();
    while let Some(token) = tokens.next() {
        let (form, folded) = (token.form.to_string(), token.folded.to_string());
        rows.push((token.kind, form, folded, token.sentence));
    }
    rows
}

#[track_caller]
fn assert_same_rows(left: &[Row], right: &[Row], what: &str) {
    let differs = left.iter().zip(right).find(|(left, right)| left != right);
    assert!(
        differs.is_none() && left.len() == right.len(),
        "{what}: {} and {} tokens, {differs:?}",
        left.len(),
        right.len()
    );
}

/// However a text is encoded, the tokens are the same, and the fast path sees what the general
/// one sees.
#[test]
fn forms_of_news_text() {
    for file in ["news/baomoi.jsonl.gz", "news/tuoitre.jsonl.gz"] {
        let Some(path) = data(file) else { return };
        let mut fast = Scanner::new();
        let mut general = Scanner::without_fast_path();
        for article in articles(path, 2000) {
            let texts = [&article.title, &article.lead, &article.body];
            for text in texts.into_iter().flatten() {
                let composed: String = text.nfc().collect();
                let id = article.id.as_deref().unwrap_or_default();
                let expected = rows(&mut fast, &composed);
                for (form, text) in [
                    ("decomposed", decomposed(text)),
                    ("shuffled", shuffled(text)),
                ] {
                    let found = rows(&mut fast, &text);
                    assert_same_rows(&expected, &found, &format!("{id} {form}"));
                }
                let found = rows(&mut general, &composed);
                assert_same_rows(&expected, &found, &format!("{id} general path"));
                if *text != composed {
                    let found = rows(&mut fast, text);
                    assert_same_rows(&expected, &found, &format!("{id} as it is"));
                }
            }
        }
    }
}

/// Tokens that a spelling dictionary lists and that are no Vietnamese syllables; reviewed by hand.
const NO_SYLLABLES: &str = "tp hcm ubnd vn v hđnd đắk internet web lắk lhq email gen tv abc tivi \
                            tw ka gram ping html hk tcvn pdf png gif url";

/// Every syllable of the newspapers that a dictionary knows is one of the grammar.
#[test]
fn syllables_of_the_newspapers() {
    let Some(path) = data("lexicon/syllable_freq.tsv") else {
        return;
    };
    let table = std::fs::read_to_string(path).unwrap();
    let reviewed: Vec<&str> = NO_SYLLABLES.split_whitespace().collect();
    let mut known = 0;
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [token, _, "1"] = columns[..] else {
            continue;
        };
        known += 1;
        let parses = token.parse::<Syllable>().is_ok();
        if parses == reviewed.contains(&token) {
            wrong.push(format!("{token}: {parses}"));
        }
    }
    assert!(known > 5000, "{known} tokens of the dictionary");
    assert!(wrong.is_empty(), "{wrong:?}");
    for rare in ["sỹ", "úc", "cược", "tuýp", "voọc", "đoòng", "quí", "mỳ"] {
        assert!(rare.parse::<Syllable>().is_ok(), "{rare}");
    }
}
