//! Files of the time before UTF-8.

use vietsearch_index::article::Article;
use vietsearch_index::ingest::Options;
use vietsearch_text::encoding::Encoding;

use super::{Folder, gzip, read, read_with};

fn utf16(text: &str) -> Vec<u8> {
    let mark = std::iter::once(0xfeff);
    let units = mark.chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn utf16_by_its_mark_in_every_format() {
    let folder = Folder::new();
    for (name, text) in [
        (
            "a.jsonl",
            "{\"title\": \"Một\", \"body\": \"Việt Nam\"}\r\n",
        ),
        ("b.json", "[{\"title\": \"Một\", \"body\": \"Việt Nam\"}]"),
        ("c.csv", "title\tbody\r\nMột\tViệt Nam\r\n"),
        (
            "d.xml",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?><rss><channel><item><title>Một</title>\
             <description>Việt Nam</description></item></channel></rss>",
        ),
        ("e.html", "<html><h1>Một</h1><p>Việt Nam</p></html>"),
        ("f.txt", "Một\n\nViệt Nam\n"),
    ] {
        folder.write(name, utf16(text));
        folder.write(&format!("{name}.gz"), gzip(utf16(text)));
    }
    let found = read(&[folder.path()]);
    assert_eq!(found.skipped, []);
    assert_eq!(found.warnings, []);
    assert_eq!(found.articles.len(), 12);
    for article in &found.articles {
        assert_eq!(article.title.as_deref(), Some("Một"), "{article:?}");
        assert_eq!(article.body.as_deref(), Some("Việt Nam"), "{article:?}");
    }
}

#[test]
fn chosen_encodings() {
    let folder = Folder::new();
    let cases: [(Encoding, &[u8]); 6] = [
        (
            Encoding::Tcvn3,
            b"Ti\xd5ng Vi\xd6t\n\nH\xe9i ngh\xde \xab n\xad\xedc.",
        ),
        (
            Encoding::Vni,
            b"Tie\xe1ng Vie\xe4t\n\nHo\xe4i ngh\xf2 o\xe2 n\xf6\xf4\xf9c.",
        ),
        (
            Encoding::Viscii,
            b"Ti\xaang Vi\xaet\n\nH\xb5i ngh\xb8 \xf4 n\xdf\xbec.",
        ),
        (
            Encoding::Vps,
            b"Ti\x89ng Vi\x8ct\n\nH\xb6i ngh\xce \xf4 n\xdc\xa7c.",
        ),
        (
            Encoding::Windows1258,
            b"Ti\xea\xecng Vi\xea\xf2t\n\nH\xf4\xf2i nghi\xf2 \xf4 n\xfd\xf5\xecc.",
        ),
        (
            Encoding::Viqr,
            b"Tie^'ng Vie^.t\n\nHo^.i nghi. o^ nu+o+'c\\.",
        ),
    ];
    for (encoding, bytes) in cases {
        let path = folder.write("a.txt", bytes);
        let options = Options::default().with_encoding(Some(encoding));
        let found = read_with(&[&path], &options);
        let expected = Article::new("Tiếng Việt", "Hội nghị ô nước.").with_id("a");
        assert_eq!(found.articles, [expected], "{encoding}");
        assert_eq!(found.warnings, []);
    }
}

#[test]
fn a_mark_goes_before_the_chosen_encoding() {
    let folder = Folder::new();
    let path = folder.write("a.txt", "\u{feff}Tiếng Việt");
    let options = Options::default().with_encoding(Some(Encoding::Tcvn3));
    assert_eq!(read_with(&[&path], &options).titles(), ["Tiếng Việt"]);
}

#[test]
fn viqr_in_json_is_that_of_the_texts() {
    let folder = Folder::new();
    let path = folder.write(
        "a.jsonl",
        r#"{"title": "Tie^'ng \"Vie^.t\"", "body": "mo^.t\nhai", "url": "https://a.example/a.b?c=e'", "date": "1.5.2024", "loai": "pho'ng su+."}"#,
    );
    let options = Options::default().with_encoding(Some(Encoding::Viqr));
    let found = read_with(&[&path], &options);
    let article = &found.articles[0];
    assert_eq!(article.title.as_deref(), Some("Tiếng \"Việt\""));
    assert_eq!(article.body.as_deref(), Some("một\nhai"));
    assert_eq!(article.url.as_deref(), Some("https://a.example/a.b?c=e'"));
    assert!(article.published_at.is_some());
    assert_eq!(article.extra["loai"], "phóng sự");
}

#[test]
fn bytes_that_mean_nothing_are_told_with_their_place() {
    let folder = Folder::new();
    let path = folder.write(
        "a.jsonl",
        b"{\"title\": \"M\xf4\xf2t\"}\n{\"title\": \"Hai \x9d\"}\n{\"title\": \"Ba\"}\n",
    );
    let options = Options::default().with_encoding(Some(Encoding::Windows1258));
    let found = read_with(&[&path], &options);
    assert_eq!(found.titles(), ["Một", "Hai \u{fffd}", "Ba"]);
    let [warning] = found.warnings.as_slice() else {
        panic!("{:?}", found.warnings);
    };
    assert_eq!(
        (warning.place.line, warning.place.byte),
        (Some(2), Some(33))
    );
    assert_eq!(
        warning.reason,
        "byte 33 of the file, 0x9d, means nothing in windows-1258 and was read as U+FFFD"
    );

    let path = folder.write("b.txt", [b"T\xedt\n".as_slice(), &[0x9d; 100]].concat());
    let found = read_with(&[&path], &options);
    assert_eq!(found.articles.len(), 1);
    assert_eq!(found.warnings.len(), 21);
    assert!(
        found.warnings[20]
            .reason
            .starts_with("80 more bytes mean nothing")
    );
}

#[test]
fn declared_encodings() {
    let folder = Folder::new();
    folder.write(
        "a.html",
        b"<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; \
          charset=windows-1258\"></head><body><h1>Vi\xea\xf2t Nam</h1><p>M\xf4\xf2t.</p></body></html>",
    );
    folder.write(
        "b.xml",
        b"<?xml version=\"1.0\" encoding=\"viscii\"?><rss><channel><item><title>Vi\xaet Nam\
          </title></item></channel></rss>",
    );
    let found = read(&[folder.path()]);
    assert_eq!(found.titles(), ["Việt Nam", "Việt Nam"]);
    assert_eq!(found.warnings, []);

    let path = folder.write(
        "c.html",
        "<meta charset=koi8-r><h1>Việt Nam</h1><p>Một.</p>",
    );
    let found = read(&[&path]);
    assert_eq!(found.titles(), ["Việt Nam"]);
    assert!(
        found.warnings[0]
            .reason
            .contains("unknown encoding \"koi8-r\"")
    );
    assert!(found.warnings[0].reason.contains("read as utf-8"));

    // What is chosen goes before what a page says.
    let path = folder.write("d.html", b"<meta charset=utf-8><h1>Vi\xd6t Nam</h1>");
    let options = Options::default().with_encoding(Some(Encoding::Tcvn3));
    assert_eq!(read_with(&[&path], &options).titles(), ["Việt Nam"]);
}
