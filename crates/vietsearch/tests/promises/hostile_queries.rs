//! Q7, O5: any query gets an answer or a typed error, soon, and nothing panics.

use vietsearch::query::parse::{Limits, ParseError};
use vietsearch::{
    Article, Day, Matching, NewsIndex, NewsSearcher, Require, SearchError, SearchRequest,
    SearchResponse, Sort,
};

use crate::corpus::{Random, articles};
use crate::{SOON, Stopwatch, ids, in_ram, search};

const MAX_QUERY_BYTES: usize = 64 * 1024;

fn index() -> NewsIndex {
    in_ram(articles(80, 7))
}

/// Runs a query in every mode and sort; every answer must come soon.
#[track_caller]
fn answers(searcher: &NewsSearcher, query: &str) -> Result<SearchResponse, SearchError> {
    let shown: String = query.chars().take(40).collect();
    let mut last = None;
    for (require, matching, sort) in [
        (Require::All, Matching::Loose, Sort::Relevance),
        (Require::Any, Matching::Strict, Sort::Date),
        (Require::Most, Matching::Default, Sort::Relevance),
    ] {
        let mut request = SearchRequest::new(query)
            .with_require(require)
            .with_matching(matching)
            .with_sort(sort);
        request.facets = true;
        request.explain = true;
        let start = Stopwatch::start();
        let found = searcher.search(&request);
        let took = start.elapsed();
        assert!(
            took < SOON,
            "{} bytes of {shown:?} took {took:?} ({require:?}, {matching:?})",
            query.len()
        );
        if let Ok(found) = &found {
            check(found);
        }
        last = Some(found);
    }
    last.unwrap()
}

fn check(found: &SearchResponse) {
    for hit in &found.hits {
        assert!(hit.score.is_finite(), "{hit:?}");
        for (text, ranges) in [
            (hit.snippet.as_str(), &hit.highlights),
            (
                hit.title.as_deref().unwrap_or_default(),
                &hit.title_highlights,
            ),
        ] {
            let mut end = 0;
            for [from, to] in ranges {
                assert!(*from >= end && from < to, "{hit:?}");
                assert!(text.get(*from..*to).is_some(), "{hit:?}");
                end = *to;
            }
        }
    }
}

#[test]
fn too_long_queries_are_typed_errors() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    for query in ["\"".repeat(1 << 20), "á".repeat(MAX_QUERY_BYTES)] {
        let error = answers(&searcher, &query).unwrap_err();
        let SearchError::Query(ParseError::TooLong { bytes, max }) = error else {
            panic!("{error:?}");
        };
        assert_eq!((bytes, max), (query.len(), MAX_QUERY_BYTES));
        let request = SearchRequest::new(query.as_str());
        assert!(searcher.top_ids(&request).is_err());
        assert!(searcher.matching(&request).is_err());
    }
}

#[test]
fn brackets_and_quotes() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    for query in [
        "(".repeat(5_000),
        ")".repeat(5_000),
        "(".repeat(MAX_QUERY_BYTES),
        "\"".repeat(MAX_QUERY_BYTES),
        "()".repeat(MAX_QUERY_BYTES / 2),
        "\" ".repeat(MAX_QUERY_BYTES / 2),
    ] {
        let found = answers(&searcher, &query).unwrap();
        assert_eq!(found.total, 0, "punctuation asks for nothing");
    }
    for query in [
        format!("{}vàng{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("{}vàng", "(a OR ".repeat(5_000)),
        format!("{}vàng", "NOT ".repeat(10_000)),
        format!("vàng{}", " OR".repeat(10_000)),
        "(-a +b OR \"c d\" NOT =e*) ".repeat(2_000),
    ] {
        let _ = answers(&searcher, &query);
    }
}

/// As many of one thing as a query may hold.
#[test]
fn repetitions() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    for piece in [
        "-a ",
        "a* ",
        "á* ",
        "đ* ",
        "+a ",
        "=a ",
        "a OR ",
        "\"a b\" ",
        "\"giá vàng\"~9! ",
        "title:vàng ",
        "source:x ",
        "ngày:hôm nay ",
        "u 23 ",
        "covid-19 ",
        "1.",
        "a-",
        "a/",
        "a@",
        "http://",
        "tieng ",
        "viêt ",
        "\u{301}",
        "a\u{301}\u{323}",
        "\u{1f1fb}",
        "東",
        "\u{0}",
    ] {
        for count in [100, 1_000, MAX_QUERY_BYTES / piece.len()] {
            let _ = answers(&searcher, &piece.repeat(count));
        }
    }
}

/// What a beginning stands for is cut where the searcher is told: the most frequent ones stay.
#[test]
fn limits_are_those_that_are_set() {
    let words = ["vina", "vinb", "vinc", "vind"];
    let articles = words.iter().enumerate().flat_map(|(number, word)| {
        (0..=number).map(move |copy| Article::new(*word, "").with_id(format!("{word}-{copy}")))
    });
    let index = in_ram(articles);
    let total = |limits: Limits| {
        let searcher = NewsSearcher::new(&index).unwrap().with_limits(limits);
        searcher
            .search(&SearchRequest::new("vin*").with_limit(20))
            .map(|found| found.total)
    };
    let with = |max_expansions| Limits {
        max_expansions,
        ..Limits::default()
    };
    assert_eq!(total(with(64)).unwrap(), 10);
    assert_eq!(total(with(2)).unwrap(), 7);
    let scanned = Limits {
        max_scanned_terms: 1,
        ..Limits::default()
    };
    assert_eq!(total(scanned).unwrap(), 1);
    let short = Limits {
        max_bytes: 3,
        ..Limits::default()
    };
    assert!(matches!(total(short), Err(SearchError::Query(_))));
}

/// One word of great length, where every letter is open.
#[test]
fn endless_words() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    for letters in [
        "a", "đ", "ă", "ươ", "uo", "ngh", "oai", "ấ", "o\u{302}", "ﬁ", "９", "İ",
    ] {
        for length in [10, 100, 1_000, MAX_QUERY_BYTES / letters.len() - 8] {
            let word = letters.repeat(length);
            for query in [word.clone(), format!("{word}*"), format!("={word}")] {
                let _ = answers(&searcher, &query);
            }
        }
    }
}

/// Different words, as many as there is room for.
#[test]
fn whole_articles_as_queries() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    let mut random = Random::new(3);
    let onsets = ["b", "đ", "ng", "th", "v", "x", "tr", ""];
    let rimes = ["ang", "ươi", "ông", "iêm", "ất", "oan", "ê", "uy", "ich"];
    for (join, end) in [(" ", ""), (" ", "* "), (" OR ", "")] {
        let mut query = String::new();
        while query.len() < MAX_QUERY_BYTES - 20 {
            query.push_str(random.pick(&onsets));
            query.push_str(random.pick(&rimes));
            if random.below(2) == 0 {
                query.push_str(&random.below(1000).to_string());
            }
            query.push_str(end);
            query.push_str(join);
        }
        let _ = answers(&searcher, &query);
    }
}

#[test]
fn control_characters_and_lone_marks() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    let odd = (0..0x20)
        .chain(0x7f..0xa1)
        .chain([
            0xad, 0x2028, 0x2029, 0x202e, 0xfe0f, 0xfeff, 0xfffd, 0xffff, 0x10_ffff,
        ])
        .chain(0x200b..0x2010)
        .chain(0x300..0x32f);
    for character in odd.filter_map(char::from_u32) {
        for query in [
            character.to_string(),
            format!("{character}vàng"),
            format!("và{character}ng"),
            format!("\"giá{character}vàng\""),
            format!("vàng{character}*"),
            format!("-{character} +{character} title:{character}"),
        ] {
            let _ = answers(&searcher, &query);
        }
    }
}

#[test]
fn random_bytes() {
    let searcher = NewsSearcher::new(&index()).unwrap();
    let mut random = Random::new(11);
    let syntax = "\"()-+=*:~!. \u{a0}'“”„/ANDORT..0123456789giávàng\u{301}đ東";
    let syntax: Vec<char> = syntax.chars().collect();
    for round in 0..600 {
        let length = 1 + random.below(if round % 20 == 0 { 2_000 } else { 60 });
        let query: String = if round % 2 == 0 {
            let bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            (0..length)
                .map(|_| syntax[random.below(syntax.len())])
                .collect()
        };
        let found = answers(&searcher, &query);
        assert!(
            matches!(found, Ok(_) | Err(SearchError::Query(_))),
            "{query:?}: {found:?}"
        );
    }
}

/// O5: nothing asked, nothing found; blank asks for everything.
#[test]
fn little_is_asked() {
    let index = index();
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in ["", " ", "\u{a0}\n\t"] {
        let found = answers(&searcher, query).unwrap();
        assert_eq!(found.total, 80, "{query:?} lists all, for filters");
        assert_eq!(found.hits.len(), 10);
    }
    for query in [
        "...", "\"\"", "\"...\"", "-", "+", "*", "** **", "=", "~2", ":", "?", "-*", "()",
    ] {
        let found = answers(&searcher, query).unwrap();
        assert_eq!(found.total, 0, "{query:?}");
        assert!(found.hits.is_empty(), "{query:?}");
        assert_eq!(searcher.top_ids(&SearchRequest::new(query)).unwrap(), []);
    }
    let word = search(&index, "vàng");
    assert!(word.total > 0);
    for query in [
        "\"vàng\"",
        "(vàng)",
        "\"vàng",
        "vàng*",
        "+vàng",
        "\"vàng\"~5!",
    ] {
        let found = search(&index, query);
        assert_eq!(ids(&found), ids(&word), "{query:?}");
        assert_eq!(found.total, word.total, "{query:?}");
    }
    for prefix in ["v*", "đ*", "1*", "V*", "kĩ*"] {
        assert!(answers(&searcher, prefix).is_ok());
    }
    assert!(search(&index, "v*").total >= word.total);
    let empty = NewsIndex::create_in_ram().unwrap();
    for query in ["", "vàng", "vàng*", "\"giá vàng\"", "-vàng", "ngày:hôm nay"] {
        let found = search(&empty, query);
        assert_eq!((found.total, found.hits.len()), (0, 0), "{query:?}");
    }
}

#[test]
fn limits_of_requests() {
    let index = index();
    let searcher = NewsSearcher::new(&index).unwrap();
    for sort in [Sort::Relevance, Sort::Date] {
        let request = SearchRequest::new("vàng").with_sort(sort);
        let total = searcher.search(&request).unwrap().total;
        let none = searcher.search(&request.clone().with_limit(0)).unwrap();
        assert_eq!((none.total, none.hits.len()), (total, 0));
        let most = request.clone().with_limit(SearchRequest::MAX_LIMIT);
        let most = searcher.search(&most).unwrap();
        assert!(most.hits.len() >= total);
        assert_eq!(most.cursor, None);
        for limit in [SearchRequest::MAX_LIMIT + 1, usize::MAX] {
            let request = request.clone().with_limit(limit);
            let error = searcher.search(&request).unwrap_err();
            assert!(
                matches!(error, SearchError::Setting { what: "limit", .. }),
                "{error:?}"
            );
            let error = searcher.top_ids(&request).unwrap_err();
            assert!(
                matches!(error, SearchError::Setting { what: "limit", .. }),
                "{error:?}"
            );
        }
        let none = request.clone().with_limit(0);
        assert_eq!(searcher.top_ids(&none).unwrap(), []);
        for chars in [0, 1, 2, 3, usize::MAX] {
            let mut request = request.clone();
            request.snippet_chars = chars;
            for hit in searcher.search(&request).unwrap().hits {
                assert!(hit.snippet.chars().count() <= chars, "{chars}: {hit:?}");
            }
        }
        for cursor in [
            "",
            ".",
            "x",
            "-1.a",
            "1",
            "99999999999999999999.a",
            "1000001.0.n.a",
            "0.",
            "1.0.f.a",
            "\0",
        ] {
            let mut request = request.clone();
            request.cursor = Some(cursor.to_string());
            let error = searcher.search(&request).unwrap_err();
            assert!(
                matches!(error, SearchError::Setting { what: "cursor", .. }),
                "{error:?}"
            );
        }
        for cursor in ["0.0.n.", "1000000.0.n.a", "5.f.f0_0.không có", "5.0.tx.y"] {
            let mut request = request.clone();
            request.cursor = Some(cursor.to_string());
            let start = Stopwatch::start();
            searcher.search(&request).unwrap();
            assert!(start.elapsed() < SOON, "{cursor}: {:?}", start.elapsed());
        }
    }
}

#[test]
fn odd_filters() {
    let index = in_ram([
        Article::new("Tin", "").with_id("1").with_source("—"),
        Article::new("Tin", "")
            .with_id("2")
            .with_extra("a=b", "c")
            .with_extra("", "trống")
            .with_extra("tên:lạ \"(", "x"),
        Article::new("Tin", "")
            .with_id("\0")
            .with_tags(["", "\u{301}", "tin"]),
    ]);
    let searcher = NewsSearcher::new(&index).unwrap();
    let request = SearchRequest::new("tin");
    let count = |request: &SearchRequest| searcher.search(request).unwrap().total;
    assert_eq!(count(&request), 3);
    for value in ["", "—", "\0", "không có", &"x".repeat(100_000)] {
        let mut filtered = request.clone();
        filtered.sources = vec![value.to_string()];
        assert_eq!(count(&filtered), 0, "{value:.20}");
        let mut filtered = request.clone();
        filtered.tag = Some(value.to_string());
        assert_eq!(count(&filtered), 0, "{value:.20}");
        let mut filtered = request.clone();
        filtered.fields = vec![(value.to_string(), value.to_string())];
        assert_eq!(count(&filtered), 0, "{value:.20}");
    }
    for (name, value) in [("a=b", "c"), ("", "TRONG"), ("tên:lạ \"(", "X")] {
        let mut filtered = request.clone();
        filtered.fields = vec![(name.to_string(), value.to_string())];
        assert_eq!(count(&filtered), 1, "{name}");
    }
    let day = |year, month, day| Day::new(year, month, day);
    for (from, to) in [
        (day(2024, 5, 2), day(2024, 5, 1)),
        (day(9999, 12, 31), day(1, 1, 1)),
        (day(9999, 12, 31), None),
        (None, day(1, 1, 1)),
    ] {
        assert_eq!(count(&request.clone().with_days(from, to)), 0);
    }
    for query in [
        "ngày:2024-05-02..2024-05-01",
        "từ:9999 đến:0001",
        "năm:0",
        "id:\0",
    ] {
        assert!(
            searcher.search(&SearchRequest::new(query)).is_ok(),
            "{query}"
        );
    }
}
