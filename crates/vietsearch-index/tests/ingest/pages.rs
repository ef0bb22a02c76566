//! Web pages in the forms that Vietnamese newspapers have, and pages without any form.

use vietsearch_index::article::Article;
use vietsearch_index::date::DateTime;

use super::{Folder, Found, gzip, read};

fn page(text: impl AsRef<[u8]>) -> Found {
    let folder = Folder::new();
    let path = folder.write("trang.html", text);
    read(&[&path])
}

#[track_caller]
fn article(text: &str) -> Article {
    let found = page(text);
    assert_eq!(found.skipped, []);
    assert_eq!(found.warnings, []);
    assert_eq!(found.articles.len(), 1);
    found.articles[0].clone()
}

fn at(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

const PARAGRAPH: &str = "Cầu Suối Đá dài 120 m, rộng 9 m, nối hai bờ của con suối mà mùa mưa nào \
                         học trò cũng phải lội qua.";

#[test]
fn a_newspaper_with_everything_marked() {
    let text = format!(
        r##"<!DOCTYPE html>
<html lang="vi"><head>
<meta charset="utf-8">
<title>Cầu Suối Đá thông xe - Báo Thử</title>
<meta property="og:site_name" content="Báo Thử">
<meta property="og:title" content="Cầu Suối Đá thông xe">
<meta property="og:description" content="Sáng 1/5, người dân hai xã đi qua cầu mới.">
<meta name="keywords" content="cầu, Suối Đá">
<link rel="canonical" href="https://bao.example/cau-suoi-da-1.html">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Cầu Suối Đá thông xe",
 "datePublished": "2024-05-01T06:30:00+07:00", "dateModified": "2024-05-01T08:00:00+07:00",
 "author": {{"@type": "Person", "name": "Lê An"}},
 "publisher": {{"@type": "NewsMediaOrganization", "name": "Báo Thử"}},
 "articleSection": "Giao thông"}}
</script>
<script type="application/ld+json">
{{"@type": "BreadcrumbList", "itemListElement": [{{"name": "Trang chủ"}}, {{"item": {{"name": "Thời sự"}}}}]}}
</script>
</head><body>
<header class="header"><nav><a href="/">Trang chủ</a> <a href="/the-thao">Thể thao</a></nav></header>
<div class="container"><div class="sidebar-1">
 <h1 class="title-detail">Cầu Suối Đá thông xe</h1>
 <span class="date">Thứ Tư, 1/5/2024, 06:30 (GMT+7)</span>
 <p class="description">Sáng 1/5, người dân hai xã đi qua cầu mới, sau mười hai năm chờ đợi.</p>
 <article class="fck_detail">
  <p class="Normal">{PARAGRAPH}</p>
  <figure><img src="a.jpg"><figcaption>Cầu nhìn từ xa.</figcaption></figure>
  <div class="box-tinlienquan"><p>Dự án cầu Suối Đá chậm ba năm vì thiếu vốn và vì mưa lũ liên tục.</p></div>
  <p>{PARAGRAPH} <a href="/xa-da">Xã Đá</a> &amp; vùng lân cận.</p>
  <div class="banner-ads"><script>ads()</script>Quảng cáo</div>
  <p style="text-align:right" class="author"><strong>Lê An</strong></p>
 </article>
 <ul class="list-news"><li><a href="/2">Tin khác thứ nhất</a></li><li><a href="/3">Tin khác thứ hai</a></li></ul>
 <div id="box_comment"><p>Bình luận dài của một người đọc muốn nói rằng cầu đẹp và đường cũng đẹp.</p></div>
</div></div>
<footer><p>Bản quyền thuộc Báo Thử, ghi rõ nguồn khi phát hành lại thông tin từ trang này.</p></footer>
</body></html>"##
    );
    let body = format!("{PARAGRAPH}\nCầu nhìn từ xa.\n{PARAGRAPH} Xã Đá & vùng lân cận.");
    let expected = Article::new("Cầu Suối Đá thông xe", body)
        .with_lead("Sáng 1/5, người dân hai xã đi qua cầu mới, sau mười hai năm chờ đợi.")
        .with_author("Lê An")
        .with_source("Báo Thử")
        .with_section("Giao thông")
        .with_tags(["cầu", "Suối Đá"])
        .with_url("https://bao.example/cau-suoi-da-1.html")
        .with_published_at(at("2024-05-01T06:30:00+07:00"))
        .with_updated_at(at("2024-05-01T08:00:00+07:00"));
    assert_eq!(article(&text), expected);

    let folder = Folder::new();
    folder.write("a.html.gz", gzip(&text));
    folder.write("b.htm", text.replace('\n', "\r\n"));
    let found = read(&[folder.path()]);
    assert_eq!(found.articles, [expected.clone(), expected]);
}

#[test]
fn open_graph_alone() {
    let text = format!(
        r#"<html><head><title>Xã Đá mở hội | Báo Thử</title>
<meta property="og:title" content="Xã Đá mở hội | Báo Thử"/>
<meta property="article:published_time" content="2024-04-30T23:30:00Z">
<meta property="article:section" content="Văn hóa"><meta property="article:tag" content="lễ hội">
<meta property="article:tag" content="xã Đá"><meta property="article:author" content="https://fb.example/an">
<meta name="author" content="Hà Bình"></head>
<body><div id="menu"><a href="/">Trang chủ</a></div>
<div class="main"><h1>Xã Đá mở hội</h1><div class="content"><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></div></div>
</body></html>"#
    );
    let expected = Article::new("Xã Đá mở hội", format!("{PARAGRAPH}\n{PARAGRAPH}"))
        .with_id("trang")
        .with_author("Hà Bình")
        .with_section("Văn hóa")
        .with_tags(["lễ hội", "xã Đá"])
        .with_published_at(at("2024-05-01T06:30:00+07:00"));
    assert_eq!(article(&text), expected);
}

#[test]
fn microdata_and_time() {
    let text = format!(
        r#"<html><body><div itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">Chợ nổi vào mùa</h1><span itemprop="author">Lê An</span>
<time itemprop="datePublished" datetime="2024-05-01T06:30">1/5/2024</time>
<div itemprop="articleBody"><p>{PARAGRAPH}</p><p>{PARAGRAPH}<br>Xuống dòng.</p></div></div></body></html>"#
    );
    let expected = Article::new(
        "Chợ nổi vào mùa",
        format!("{PARAGRAPH}\n{PARAGRAPH}\nXuống dòng."),
    )
    .with_id("trang")
    .with_author("Lê An")
    .with_published_at(at("2024-05-01T06:30:00+07:00"));
    assert_eq!(article(&text), expected);
}

#[test]
fn no_marks_at_all() {
    let text = format!(
        "<html><head><title>Chợ nổi vào mùa nước</title></head><body><table><tr><td>\
         <a href=1>Một</a> <a href=2>Hai</a> <a href=3>Ba</a></td><td><b>Chợ nổi</b><br>\
         <div>{PARAGRAPH}</div><div>{PARAGRAPH}</div></td></tr></table></body></html>"
    );
    let article = article(&text);
    assert_eq!(article.title.as_deref(), Some("Chợ nổi vào mùa nước"));
    let body = article.body.unwrap();
    assert!(
        body.ends_with(&format!("{PARAGRAPH}\n{PARAGRAPH}")),
        "{body}"
    );
    assert!(!body.contains("Một Hai"), "{body}");
}

#[test]
fn visible_dates_and_names() {
    let text = format!(
        "<html><body><h1>Chợ nổi</h1><div class='meta'><span class='author-name'>Lê An</span>\
         <span class='post-date'>Cập nhật: 06:30 | 01/05/2024</span></div><article><p>{PARAGRAPH}</p>\
         </article></body></html>"
    );
    let expected = Article::new("Chợ nổi", PARAGRAPH)
        .with_id("trang")
        .with_author("Lê An")
        .with_published_at(at("2024-05-01T06:30:00+07:00"));
    assert_eq!(article(&text), expected);
}

#[test]
fn the_promised_example() {
    let article = article("<p>đỗ&nbsp;đại học</p>");
    assert_eq!(article.body.as_deref(), Some("đỗ đại học"));
}

#[test]
fn half_a_page() {
    let whole = format!(
        "<html><head><meta property=\"article:published_time\" content=\"31/2/2024\"></head><body>\
         <h1>Chợ nổi</h1>\n<article><p>{PARAGRAPH}</p>\n<p>Ghe xuồng về bến từ ba giờ sáng"
    );
    let found = page(&whole);
    assert_eq!(found.titles(), ["Chợ nổi"]);
    let body = found.articles[0].body.as_deref().unwrap();
    assert!(body.ends_with("ba giờ sáng"), "{body}");
    let reasons: Vec<&str> = found.warnings.iter().map(|w| w.reason.as_str()).collect();
    assert_eq!(
        reasons[0],
        "the page ends in line 3 before </html>, it may be cut off"
    );
    assert!(reasons[1].starts_with("the date was left out: \"31/2/2024\""));
}

#[test]
fn broken_json_ld_is_told() {
    let found = page(format!(
        "<script type='application/ld+json'>{{\"@type\": \"NewsArticle\", </script><h1>Chợ nổi</h1>\
         <p>{PARAGRAPH}</p>"
    ));
    assert_eq!(found.titles(), ["Chợ nổi"]);
    assert!(
        found.warnings[0]
            .reason
            .starts_with("the JSON-LD was left out: ")
    );
    // Line feeds in strings are no fault that anybody would see.
    let found = page(format!(
        "<script type='application/ld+json'>[{{\"@graph\": [{{\"@type\": [\"Thing\", \"NewsArticle\"], \
         \"headline\": \"Chợ &amp;\nphố\"}}]}}]</script><p>{PARAGRAPH}</p>"
    ));
    assert_eq!(found.titles(), ["Chợ & phố"]);
    assert_eq!(found.warnings, []);
}

#[test]
fn the_text_of_json_ld_where_the_page_shows_none() {
    let text = format!(
        "<html><body><div id=root></div><script type='application/ld+json'>{{\"@type\": \
         \"NewsArticle\", \"headline\": \"Chợ nổi\", \"articleBody\": \"{PARAGRAPH}\"}}</script></body></html>"
    );
    assert_eq!(
        article(&text),
        Article::new("Chợ nổi", PARAGRAPH).with_id("trang")
    );
}

#[test]
fn nested_pages_are_no_danger() {
    for opening in [
        "<div>",
        "<b>",
        "<p><b>",
        "<table><tr><td>",
        "<a><i>",
        "<ul><li>",
        "<font>",
    ] {
        let text = format!(
            "<html><title>Tít</title><body>{}{PARAGRAPH}",
            opening.repeat(200_000)
        );
        let found = page(&text);
        assert_eq!(found.titles(), ["Tít"], "{opening}");
        assert_eq!(found.articles[0].body.as_deref(), Some(PARAGRAPH));
        let told = found.warnings.iter();
        assert!(
            told.clone()
                .any(|warning| warning.reason.contains("nested too deeply")),
            "{opening}"
        );
    }
}
