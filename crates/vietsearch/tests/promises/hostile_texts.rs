//! Articles that nobody writes: they are indexed and found, soon, and harm no neighbour.

use vietsearch::text::Scanner;
use vietsearch::text::entity::EntityReader;
use vietsearch::{Article, IndexError, NewsIndex, NewsSearcher, SearchRequest, fold, normalize};

use crate::{SOON, Stopwatch, ids, in_ram, one_thread, search, writer};

const PIECES: [&str; 23] = [
    "a",
    "a ",
    "a/",
    "1,",
    "1/",
    "a1",
    "http://",
    "@",
    "#a",
    "\u{301}",
    "a\u{301}",
    "e\u{302}\u{323}",
    "đ",
    "ươ",
    "\u{ad}",
    "a\u{ad}",
    "\u{200d}",
    "東",
    "\u{1f1fb}",
    "TP. ",
    "A. ",
    "'a",
    "09/CTr-",
];

/// What may begin a link at every letter takes longest.
const CHAINS: [&str; 7] = ["a-", "a.", "a@", "1.", "1-", "www.", "tp.hcm "];

/// Analysis takes time in proportion to the text: no text of the same length takes much longer.
#[test]
fn analysis_is_linear() {
    const BYTES: usize = 50_000;
    let mut scanner = Scanner::new();
    for piece in PIECES.into_iter().chain(CHAINS) {
        let text = piece.repeat(BYTES / piece.len());
        let start = Stopwatch::start();
        let mut entities = EntityReader::new();
        let mut tokens = scanner.scan(&text);
        let mut keep = |_: vietsearch::text::entity::Entity<'_>| {};
        while let Some(token) = tokens.next() {
            entities.push(&text, &token, &mut keep);
        }
        entities.finish(&mut keep);
        let scanned = start.elapsed();
        let start = Stopwatch::start();
        assert!(!normalize(&text).is_empty());
        let _ = fold(&text);
        let rewritten = start.elapsed();
        assert!(scanned < SOON, "{piece:?}: scanned in {scanned:?}");
        assert!(rewritten < SOON, "{piece:?}: rewritten in {rewritten:?}");
    }
}

/// Long articles are indexed, shown and highlighted soon, wherever the word stands.
#[test]
fn long_texts_are_found_and_shown() {
    let short = PIECES.into_iter().chain(CHAINS);
    let short = short.map(|piece| (piece, 8_000));
    // One sentence, one paragraph, most words in the language.
    for (piece, bytes) in short.chain([("a ", 300_000)]) {
        let rest = piece.repeat(bytes / piece.len());
        let body = format!("{rest} kim cương {rest} đá quý");
        let index = in_ram([
            Article::new("Bài dài", body).with_id("dài"),
            Article::new("Bài bên cạnh", "Có kim cương.").with_id("bên"),
        ]);
        for query in [
            "kim cương",
            "\"kim cuong\"",
            "da quy",
            "a",
            "\"a a\"~3!",
            "1",
        ] {
            let start = Stopwatch::start();
            let found = search(&index, query);
            let took = start.elapsed();
            assert!(took < SOON, "{piece:?}, {query:?}: {took:?}");
            if query.contains("kim") {
                let mut found = ids(&found);
                found.sort_unstable();
                assert_eq!(found, ["bên", "dài"], "{piece:?}");
            }
            for hit in &found.hits {
                assert!(hit.snippet.chars().count() <= 240, "{piece:?}");
            }
        }
    }
}

/// tantivy drops terms above 65,530 bytes; keys must not be among them.
#[test]
fn long_keys_are_keys() {
    for length in [1_000, 65_000, 65_530, 65_531, 70_000, 1_000_000] {
        let id = "x".repeat(length);
        let index = NewsIndex::create_in_ram().unwrap();
        let mut writer = writer(&index);
        for title in ["Tin cũ", "Tin mới"] {
            let added = writer.add(Article::new(title, "").with_id(&id));
            assert_eq!(added.is_ok(), length <= Article::MAX_KEY_BYTES, "{length}");
            if let Err(error) = added {
                assert!(matches!(error, IndexError::LongKey { bytes, .. } if bytes == length));
                assert!(error.to_string().len() < 200, "{error}");
            }
            writer.commit().unwrap();
        }
        writer
            .add(Article::new("Tin bên", "").with_id("bên"))
            .unwrap();
        writer.commit().unwrap();
        assert!(index.num_docs() <= 2, "an id of {length} bytes is no key");
        assert_eq!(search(&index, "cũ").total, 0, "{length}");
        writer.delete_id(&id).unwrap();
        writer.commit().unwrap();
        assert_eq!(ids(&search(&index, "tin")), ["bên"], "{length}");
    }
}

#[test]
fn long_words_and_labels() {
    let long = "x".repeat(100_000);
    let article = Article::new(format!("Tin {long}"), format!("{long} cuối"))
        .with_id("1")
        .with_author(&long)
        .with_source(&long)
        .with_section(&long)
        .with_tags([&long])
        .with_url(&long)
        .with_extra(&long, long.as_str());
    let index = in_ram([article, Article::new("Tin bên", "").with_id("2")]);
    assert_eq!(index.num_docs(), 2);
    let found = search(&index, "tin cuoi");
    assert_eq!(ids(&found), ["1"]);
    assert_eq!(found.hits[0].author.as_deref(), Some(long.as_str()));
    let mut request = SearchRequest::new("tin");
    request.facets = true;
    let searcher = NewsSearcher::new(&index).unwrap();
    assert_eq!(searcher.search(&request).unwrap().total, 2);
    request.sources = vec![long.clone()];
    assert!(searcher.search(&request).is_ok());
    assert!(index.verify().unwrap().is_sound());
}

/// An article that is longer than the writer allows is refused alone.
#[test]
fn too_long_articles_are_refused() {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = index
        .writer(one_thread().with_max_article_bytes(100))
        .unwrap();
    let long = Article::new("Tin dài", "a ".repeat(50)).with_id("long");
    let error = writer.add(long).unwrap_err();
    assert!(
        matches!(&error, IndexError::LongArticle { key, bytes: 108, max: 100 } if key == "long"),
        "{error:?}"
    );
    writer.add(Article::new("Tin ngắn", "a")).unwrap();
    writer.finish().unwrap();
    assert_eq!(index.num_docs(), 1);
}
