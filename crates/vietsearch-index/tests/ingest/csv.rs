//! Tables: delimiters, quotes, and rows that are not as the header says.

use vietsearch_index::article::Article;
use vietsearch_index::date::DateTime;
use vietsearch_index::ingest::{FieldMap, Options};

use super::{Folder, Found, gzip, read, read_with};

fn table(name: &str, text: impl AsRef<[u8]>) -> Found {
    let folder = Folder::new();
    let path = folder.write(name, text);
    read(&[&path])
}

#[test]
fn every_field_and_extra_columns() {
    let found = table(
        "tin.csv",
        "id,title,lead,body,author,source,section,tags,url,published_at,doc_type,\n\
         7,Cầu Suối Đá,Thông xe.,\"Cầu dài 120 m,\nrộng 9 m.\",Lê An,Báo Thử,Giao thông,\
         \"cầu, đường\",https://bao.example/7,01/05/2024 06:30,phóng sự,\n",
    );
    let expected = Article::new("Cầu Suối Đá", "Cầu dài 120 m,\nrộng 9 m.")
        .with_id("7")
        .with_lead("Thông xe.")
        .with_author("Lê An")
        .with_source("Báo Thử")
        .with_section("Giao thông")
        .with_tags(["cầu", "đường"])
        .with_url("https://bao.example/7")
        .with_published_at(DateTime::parse("2024-05-01T06:30:00+07:00").unwrap())
        .with_extra("doc_type", "phóng sự");
    assert_eq!(found.articles, [expected]);
    assert_eq!((found.skipped.len(), found.warnings.len()), (0, 0));
}

#[test]
fn delimiters_line_ends_and_marks() {
    for (name, text) in [
        ("a.csv", "title,body\nMột,\"a, b\"\nHai,c\n"),
        ("a.csv", "title;body\nMột;a, b\nHai;c"),
        ("a.csv", "title|body\r\nMột|a, b\r\n\r\nHai|c\r\n"),
        ("a.tsv", "\u{feff}title\tbody\rMột\ta, b\rHai\tc\r"),
        ("a.csv", "sep=;\r\ntitle;body\nMột;\"a, b\"\r\nHai;c\r"),
        (
            "a.csv",
            "\n\nTiêu đề,Nội dung\nMột,\"a, b\"\n,\n\"Hai\",\"c\"",
        ),
    ] {
        for (name, bytes) in [
            (name.to_owned(), text.as_bytes().to_vec()),
            (format!("{name}.gz"), gzip(text)),
        ] {
            let found = table(&name, bytes);
            assert_eq!(found.titles(), ["Một", "Hai"], "{text:?}");
            assert_eq!(found.articles[0].body.as_deref(), Some("a, b"), "{text:?}");
            assert_eq!(found.skipped, [], "{text:?}");
            assert_eq!(found.warnings, [], "{text:?}");
        }
    }
}

#[test]
fn doubled_quotes_and_lines_in_cells() {
    let found = table(
        "a.csv",
        "title,body\n\"Ông nói: \"\"Không\"\"\",\"một\r\n\r\nba\"\n\"\",\"b\"\n",
    );
    assert_eq!(found.titles(), ["Ông nói: \"Không\"", ""]);
    assert_eq!(found.articles[0].body.as_deref(), Some("một\r\n\r\nba"));
}

#[test]
fn rows_with_other_numbers_of_cells() {
    let found = table(
        "a.csv",
        "id,title,body\n1,Một\n2,Hai,b,c\n3\n4,Bốn,d\n5,,\n",
    );
    assert_eq!(found.titles(), ["Một", "Hai", "Bốn"]);
    let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    assert!(
        warnings[0].ends_with("a.csv:2: has 2 cells, the header names 3"),
        "{warnings:?}"
    );
    assert!(
        warnings[1].ends_with("a.csv:3: has 4 cells, the header names 3"),
        "{warnings:?}"
    );
    assert_eq!(warnings.len(), 2);
    let reasons = found.reasons();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert_eq!(reasons[0].0, Some(4));
    assert!(reasons[0].1.contains("neither title nor body"));
    assert!(reasons[0].1.contains("has 1 cells, the header names 3"));
    assert_eq!(reasons[1].0, Some(6));
}

#[test]
fn quotes_that_are_not_closed_cost_one_row() {
    let rows: String = (3..200).map(|n| format!("Tin {n},\"a, {n}\"\n")).collect();
    let text = format!("title,body\nMột,\"không đóng\nHai,b\n{rows}");
    let found = table("a.csv", &text);
    assert_eq!(found.articles.len(), 1 + 1 + 197);
    assert_eq!(found.titles()[..3], ["Một", "Hai", "Tin 3"]);
    // The row has both its cells, so it is kept and told.
    assert_eq!(found.articles[0].body.as_deref(), Some("không đóng\n"));
    assert_eq!(found.warnings.len(), 1);
    assert_eq!(found.warnings[0].place.line, Some(2));
    assert!(found.warnings[0].reason.contains("quotation mark"));

    let found = table("a.csv", "title,body\n\"Một,b\nHai,c\n\"Ba\"d,e\nBốn,f");
    assert_eq!(found.titles(), ["Hai", "Bad", "Bốn"]);
    let [(Some(2), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert!(
        reason.contains("a quotation mark is not closed"),
        "{reason}"
    );
}

#[test]
fn headers_without_text() {
    let found = table("a.csv", "mã,lượt xem\n1,2\n3,4\n");
    let [(Some(1), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert_eq!(
        reason,
        "the columns \"mã, lượt xem\" hold neither title nor body, map them as in title=COLUMN"
    );
    let folder = Folder::new();
    let path = folder.write("a.csv", "mã,lượt xem\n1,2\n3,4\n");
    let map = FieldMap::parse(["title=lượt xem", "id=mã"]).unwrap();
    let found = read_with(&[&path], &Options::default().with_field_map(map));
    assert_eq!(found.titles(), ["2", "4"]);
    assert_eq!(found.articles[0].id.as_deref(), Some("1"));
}

#[test]
fn rows_that_are_no_text_or_too_long() {
    let text = [
        b"title,body\nM\xe1\xbb\x99t,a\n\xff,b\nHai,".as_slice(),
        &[b'x'; 200],
        b"\nBa,\"",
        &[b'y'; 200],
        b"\ny\"\nB\xe1\xbb\x91n,c\n",
    ]
    .concat();
    let folder = Folder::new();
    let path = folder.write("a.csv", text);
    let found = read_with(&[&path], &Options::default().with_max_line_bytes(100));
    assert_eq!(found.titles(), ["Một", "Bốn"]);
    let reasons = found.reasons();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert_eq!(reasons[0].0, Some(3));
    assert!(
        reasons[0]
            .1
            .starts_with("not UTF-8: byte 19 of the file is 0xff")
    );
    assert_eq!(reasons[1].0, Some(4));
    assert!(reasons[1].1.starts_with("row is longer than 100 bytes"));
    assert_eq!(reasons[2].0, Some(5));
}

#[test]
fn a_cut_table_keeps_what_was_read() {
    let rows: String = (0..3000)
        .map(|n| format!("Tin {n},\"a, {}\"\n", n * 7919 % 1000))
        .collect();
    let whole = gzip(format!("title,body\n{rows}"));
    let folder = Folder::new();
    let path = folder.write("a.csv.gz", &whole[..whole.len() / 2]);
    let found = read(&[&path]);
    assert!(
        (100..3000).contains(&found.articles.len()),
        "{}",
        found.articles.len()
    );
    assert!(
        found
            .reasons()
            .iter()
            .any(|(_, reason)| reason.contains("cut off"))
    );
}

#[test]
fn texts_in_html() {
    let folder = Folder::new();
    let path = folder.write(
        "a.csv",
        "title,body\nA &amp; B,\"<p>đỗ&nbsp;đại học</p><p>hai</p>\"\n",
    );
    let found = read_with(&[&path], &Options::default().with_html(true));
    assert_eq!(found.articles, [Article::new("A & B", "đỗ đại học\nhai")]);
    let found = read(&[&path]);
    assert_eq!(found.titles(), ["A &amp; B"]);
}
