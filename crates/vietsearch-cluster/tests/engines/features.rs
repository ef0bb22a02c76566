//! The rows X1 to X3 of the features.

use vietsearch_cluster::{Client, Compiler, Dialect, Documents, mapping};
use vietsearch_index::Article;
use vietsearch_query::{SearchRequest, to_html};
use vietsearch_text::Segmenter;

use crate::common::collections::local;
use crate::common::server::Server;
use crate::common::validator::Validator;

#[test]
fn x1_documents_are_analysed_for_other_engines() {
    let mut documents = Documents::new().with_words(Segmenter::new().unwrap());
    let article = Article::new("", "Giá vàng hôm nay tăng").with_id("D1");
    let source = documents.document(&article).unwrap().source;
    assert_eq!(source["body_w"], "giá vàng hôm_nay tăng");
    assert_eq!(source["body_f"], "gia vang hom nay tang");
    assert_eq!(source["body_s"], "giá vàng hôm nay tăng");
    assert_eq!(source["body"], "Giá vàng hôm nay tăng");
}

#[test]
fn x2_one_dialect_for_all_engines() {
    let validator = Validator::new(&mapping(Dialect::Quickwit, "vi-news").unwrap());
    let bodies = Dialect::ALL.map(|dialect| {
        let compiler = Compiler::new(dialect).unwrap();
        let compiled = compiler.compile(&SearchRequest::new("gia vang")).unwrap();
        compiled.body().unwrap()
    });
    validator.search(&bodies[0]).unwrap();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0], bodies[2]);
    assert_eq!(bodies[0]["sort"][0]["_score"], "desc");
    let query = bodies[0]["query"].to_string();
    for kind in ["\"term\"", "\"match_phrase\"", "\"bool\""] {
        assert!(query.contains(kind), "{query}");
    }
    assert!(!query.contains("\"match\""), "{query}");
}

#[test]
fn x3_remote_hits_are_shown_as_local_ones() {
    let articles = [
        Article::new(
            "Giá vàng lập đỉnh mới",
            "Sáng nay, giá vàng SJC vượt mốc cũ. Người mua xếp hàng từ sớm.",
        )
        .with_id("D1"),
        Article::new(
            "Đỗ đại học ở tuổi 60",
            "<b>Ông Tư & bà Năm</b> cùng đi thi.",
        )
        .with_id("D2"),
        Article::new("Tie\u{302}\u{301}ng Vie\u{323}\u{302}t", "Sách dạy đọc.").with_id("D3"),
    ];
    let local = local(&articles);
    for dialect in Dialect::ALL {
        let server = Server::new(dialect, "vi-news", 2);
        let remote = Client::new(server, dialect, "vi-news").unwrap();
        remote.index(articles.clone()).unwrap();
        for query in [
            "gia vang",
            "giá vàng SJC",
            "dai hoc",
            "ông tư",
            "tiếng việt",
        ] {
            let request = SearchRequest::new(query);
            let expected = local.search(&request).unwrap();
            let found = remote.search(&request).unwrap();
            assert_eq!(expected.total, 1, "{query}");
            assert_eq!(found.total, 1, "{query}");
            let (expected, found) = (&expected.hits[0], &found.hits[0]);
            assert_eq!(found.id, expected.id);
            let html = |hit: &vietsearch_query::Hit| {
                to_html(&hit.snippet, &hit.highlights, "<em>", "</em>")
            };
            assert_eq!(html(found), html(expected), "{query}");
            assert_eq!(found.title_highlights, expected.title_highlights);
        }
    }
}
