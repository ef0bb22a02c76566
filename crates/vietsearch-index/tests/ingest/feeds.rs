//! RSS and Atom, whole and broken.

use vietsearch_index::article::Article;
use vietsearch_index::date::DateTime;
use vietsearch_index::ingest::{FieldMap, Options};

use super::{Folder, Found, gzip, read, read_with};

fn feed(text: impl AsRef<[u8]>) -> Found {
    let folder = Folder::new();
    let path = folder.write("a.xml", text);
    read(&[&path])
}

fn at(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

/// In the form of a newspaper's feed of a section.
const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
  <channel>
    <title>Thời sự - Báo Thử RSS</title>
    <description>Báo Thử RSS</description>
    <image><url>https://bao.example/logo.png</url><title>Tin nhanh</title></image>
    <pubDate>Wed, 01 May 2024 07:00:00 +0700</pubDate>
    <link>https://bao.example/rss/thoi-su.rss</link>
    <item>
      <title>Cầu Suối Đá thông xe &amp; miễn phí</title>
      <description><![CDATA[<a href="https://bao.example/1"><img src="1.jpg" ></a></br>Cầu dài <b>120 m</b>&nbsp;nối hai xã.]]></description>
      <pubDate>Wed, 01 May 2024 06:30:00 +0700</pubDate>
      <link>https://bao.example/1?a=1&amp;b=2</link>
      <guid isPermaLink="true">bao-1</guid>
      <slash:comments>0</slash:comments>
    </item>
    <item>
      <title><![CDATA[Xã Đá mở hội & chợ]]></title>
      <description>Hội kéo dài &lt;i&gt;ba&lt;/i&gt; ngày.</description>
      <pubDate>30/4/2024 18:00</pubDate>
      <link>https://bao.example/2</link>
      <category>Văn hóa</category>
      <category><![CDATA[lễ hội]]></category>
      <author>an@bao.example (Lê An)</author>
      <source url="https://bao.example/vh">Báo Thử Văn Hóa</source>
      <doc_type>phóng sự</doc_type>
    </item>
  </channel>
</rss>
"#;

#[test]
fn rss_of_a_newspaper() {
    let first = Article::new(
        "Cầu Suối Đá thông xe & miễn phí",
        "Cầu dài 120 m nối hai xã.",
    )
    .with_id("bao-1")
    .with_source("Thời sự - Báo Thử RSS")
    .with_url("https://bao.example/1?a=1&b=2")
    .with_published_at(at("2024-05-01T06:30:00+07:00"));
    let second = Article::new("Xã Đá mở hội & chợ", "Hội kéo dài ba ngày.")
        .with_source("Báo Thử Văn Hóa")
        .with_section("Văn hóa")
        .with_tags(["lễ hội"])
        .with_author("Lê An")
        .with_url("https://bao.example/2")
        .with_published_at(at("2024-04-30T18:00:00+07:00"))
        .with_extra("doc_type", "phóng sự");
    let expected = [first, second];
    for (name, bytes) in [
        ("a.xml", RSS.as_bytes().to_vec()),
        ("a.rss", RSS.replace('\n', "\r\n").into_bytes()),
        ("a.xml.gz", gzip(RSS)),
        ("b.xml", format!("\u{feff}{RSS}").into_bytes()),
    ] {
        let folder = Folder::new();
        let path = folder.write(name, bytes);
        let found = read(&[&path]);
        assert_eq!(found.skipped, [], "{name}");
        assert_eq!(found.warnings, [], "{name}");
        assert_eq!(found.articles, expected, "{name}");
    }
}

#[test]
fn content_is_the_body_and_the_description_the_lead() {
    let found = feed(
        r#"<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
             xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Blog</title><item>
           <title>Chợ nổi</title><description>Sáng sớm ở chợ.</description>
           <content:encoded><![CDATA[<p>Ghe xuồng về bến.</p><script>x()</script><p>Trái cây.</p>]]></content:encoded>
           <dc:creator>Lê An</dc:creator><dc:creator>Hà Bình</dc:creator>
           <dc:date>2024-05-01T06:30:00+07:00</dc:date></item>
           <item><title>Lặp</title><description>Ghe xuồng…</description>
           <content:encoded>Ghe xuồng về bến.</content:encoded></item></channel></rss>"#,
    );
    let expected = Article::new("Chợ nổi", "Ghe xuồng về bến.\nTrái cây.")
        .with_lead("Sáng sớm ở chợ.")
        .with_author("Lê An, Hà Bình")
        .with_source("Blog")
        .with_published_at(at("2024-05-01T06:30:00+07:00"));
    assert_eq!(found.articles[0], expected);
    assert_eq!(found.articles[1].lead, None);
}

#[test]
fn atom() {
    let found = feed(
        r#"<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">
  <title type="text">Báo Thử</title><id>urn:bao</id><updated>2024-05-02T00:00:00Z</updated>
  <entry>
    <title type="html">Cầu &amp;amp; đường</title>
    <link rel="self" href="https://bao.example/api/1"/><link href="https://bao.example/1"/>
    <id>urn:1</id><published>2024-04-30T23:30:00Z</published><updated>2024-05-01T00:00:00Z</updated>
    <author><name>Lê An</name><email>an@bao.example</email></author>
    <category term="giao-thong" label="Giao thông"/><category term="cầu"/>
    <summary>Tóm tắt.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Một &lt; hai.</p><p>Ba.</p></div></content>
  </entry>
  <entry><title>Chỉ có tít</title><id>urn:2</id><updated>2024-05-01T00:00:00Z</updated></entry>
</feed>"#,
    );
    let first = Article::new("Cầu & đường", "Một < hai.\nBa.")
        .with_id("urn:1")
        .with_lead("Tóm tắt.")
        .with_author("Lê An")
        .with_source("Báo Thử")
        .with_section("Giao thông")
        .with_tags(["cầu"])
        .with_url("https://bao.example/1")
        .with_published_at(at("2024-05-01T06:30:00+07:00"))
        .with_updated_at(at("2024-05-01T07:00:00+07:00"));
    assert_eq!(found.articles[0], first);
    assert_eq!(
        found.articles[1].published_at,
        Some(at("2024-05-01T07:00:00+07:00"))
    );
    assert_eq!((found.skipped.len(), found.warnings.len()), (0, 0));
}

#[test]
fn rss_1_and_other_prefixes() {
    let found = feed(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
   xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://bao.example/"><title>Báo Thử</title><items/></channel>
  <item rdf:about="https://bao.example/1"><title>Cầu mới</title><d:creator>Lê An</d:creator>
  <link>https://bao.example/1</link></item></rdf:RDF>"#,
    );
    let expected = Article::default()
        .with_title("Cầu mới")
        .with_id("https://bao.example/1")
        .with_url("https://bao.example/1")
        .with_author("Lê An")
        .with_source("Báo Thử");
    assert_eq!(found.articles, [expected]);
}

#[test]
fn mapped_elements() {
    let folder = Folder::new();
    let path = folder.write(
        "a.xml",
        "<rss><channel><item><title>A</title><bao:muc>Thể thao</bao:muc><tt>Tít thật</tt></item>\
         </channel></rss>",
    );
    let map = FieldMap::parse(["section=bao:muc", "title=tt"]).unwrap();
    let found = read_with(&[&path], &Options::default().with_field_map(map));
    assert_eq!(found.articles[0].section.as_deref(), Some("Thể thao"));
    assert_eq!(found.titles(), ["Tít thật"]);
}

#[test]
fn a_broken_feed_loses_only_what_is_broken() {
    let text = "<rss><channel>\n\
        <item><title>Một & hai</title><description>a <b>đậm</description></item>\n\
        <item><title>Ba</title><description><![CDATA[không đóng</description></item>\n\
        <item><title>Bốn</title>\n\
        <item><title>Năm</title></item>\n\
        <item><title>Sáu</title><description>x</wrong></description><pubDate>31/2/2024</pubDate></item>\n\
        <item><link>https://bao.example/7</link></item>\n\
        <item><title>Tám</title><description>nửa ch";
    let found = feed(text);
    assert_eq!(
        found.titles(),
        ["Một & hai", "Ba", "Bốn", "Năm", "Sáu", "Tám"]
    );
    let warnings: Vec<(Option<u64>, &str)> = found
        .warnings
        .iter()
        .map(|warning| (warning.place.line, warning.reason.as_str()))
        .collect();
    let told = |line: u64, part: &str| {
        let found = warnings
            .iter()
            .any(|(at, reason)| *at == Some(line) && reason.contains(part));
        assert!(found, "{line} {part}: {warnings:?}");
    };
    told(3, "not closed");
    told(4, "the item is not closed");
    told(6, "31/2/2024");
    told(8, "the item is not closed");
    let [(Some(7), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert!(reason.contains("neither title nor body"));
    assert!(
        found.articles[5]
            .body
            .as_deref()
            .is_some_and(|body| body.starts_with("nửa"))
    );
}

#[test]
fn feeds_that_end_between_items() {
    let found = feed("<rss><channel>\n<item><title>Một</title></item>\n");
    assert_eq!(found.titles(), ["Một"]);
    let [(Some(3), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert_eq!(reason, "the feed is not closed, it may be cut off");
}

#[test]
fn bytes_that_are_no_text() {
    let found =
        feed(b"<rss><channel>\n<item><title>M\xe1\xbb\x99t \xff</title></item></channel></rss>");
    assert_eq!(found.titles(), ["Một \u{fffd}"]);
    assert_eq!(found.warnings[0].place.line, Some(2));
    assert!(
        found.warnings[0]
            .reason
            .starts_with("byte 34 of the file, 0xff, means nothing in utf-8")
    );
}

#[test]
fn items_above_the_limit_are_passed_over() {
    let long = "x".repeat(3000);
    let text = format!(
        "<rss><channel><item><title>Một</title></item>\n<item><title>{long}</title></item>\n\
         <item><title>Ba</title></item></channel></rss>"
    );
    let folder = Folder::new();
    let path = folder.write("a.xml", text);
    let found = read_with(&[&path], &Options::default().with_max_line_bytes(1000));
    assert_eq!(found.titles(), ["Một", "Ba"]);
    let [(Some(2), reason)] = found.reasons()[..] else {
        panic!("{:?}", found.skipped);
    };
    assert!(reason.starts_with("item is longer than 1000 bytes"));
}

#[test]
fn comments_and_cdata_hide_tags() {
    let found = feed(
        "<rss><channel><!-- <item><title>Ẩn</title></item> --><item><title>Một</title>\
         <description><![CDATA[</item> & <item>]]></description></item></channel></rss>",
    );
    assert_eq!(found.titles(), ["Một"]);
    assert_eq!(found.articles[0].body.as_deref(), Some("&"));
}
