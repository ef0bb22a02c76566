//! The routes, asked without a browser.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt;
use vietsearch::{Article, DateTime, demo};

use super::*;

/// What a route answered.
struct Got {
    status: StatusCode,
    policy: String,
    body: String,
}

/// A server, asked route by route.
struct Site(Router);

impl Site {
    fn of(articles: impl IntoIterator<Item = Article>) -> Self {
        Self(router(Library::of(articles).unwrap()))
    }

    async fn get(&self, address: &str) -> Got {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let response = self.0.clone().oneshot(request).await.unwrap();
        let policy = &response.headers()[header::CONTENT_SECURITY_POLICY];
        let policy = policy.to_str().unwrap().to_string();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Got {
            status,
            policy,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// A page that there is.
    async fn page(&self, address: &str) -> String {
        let got = self.get(address).await;
        assert_eq!(got.status, StatusCode::OK, "{address}: {}", got.body);
        got.body
    }
}

fn search_for(query: &str) -> String {
    Parameters::default().with_query(query).address()
}

/// The address of the link whose element holds a text.
#[track_caller]
fn link(html: &str, text: &str) -> String {
    let at = html
        .find(text)
        .unwrap_or_else(|| panic!("no {text:?} in {html}"));
    let before = &html[..at];
    let start = before.rfind("<a ").unwrap();
    let href = before[start..].split("href=\"").nth(1).unwrap();
    unescaped(href.split('"').next().unwrap())
}

/// The address of the link with this name for those who do not see it.
#[track_caller]
fn labelled(html: &str, label: &str) -> String {
    let named = format!("aria-label=\"{label}\"");
    link(html, &named)
}

fn unescaped(html: &str) -> String {
    html.replace("&#38;", "&").replace("&amp;", "&")
}

/// Texts of the headlines, with their marks.
fn titles(html: &str) -> Vec<String> {
    let articles = html.split("<article>").skip(1);
    articles
        .map(|article| {
            let title = article
                .split("<h2>")
                .nth(1)
                .unwrap()
                .split("</h2>")
                .next()
                .unwrap();
            let title = title
                .split_once("nofollow\">")
                .map_or(title, |(_, title)| title);
            title.trim_end_matches("</a>").to_string()
        })
        .collect()
}

fn at(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

/// Thirty articles on rice prices, one each fortnight, in two sections.
fn rice() -> Vec<Article> {
    let articles = (0..30).map(|number| {
        let section = ["Kinh tế", "Nông nghiệp"][number % 2];
        let day = 14 * number as i64;
        let published = at("2023-01-01T08:00").unix_seconds() + day * 86_400;
        Article::new(
            format!("Giá lúa kỳ {number}"),
            format!("Thương lái thứ {number} chốt giá lúa."),
        )
        .with_id(format!("{number:02}"))
        .with_section(section)
        .with_published_at(DateTime::from_unix_seconds(published))
    });
    articles.collect()
}

/// One report in four papers, and another one.
fn copies() -> Vec<Article> {
    let text = "Sáng nay cầu treo bản Lác được thông xe sau tám tháng sửa chữa, bà con hai bờ \
                không còn phải đi vòng mười cây số. Mặt cầu rộng hai mét, chịu được xe máy chở \
                nông sản, lan can đan bằng thép mạ. Trưởng bản nói ngày thông xe vui như hội, cả \
                trường mầm non ra đứng bên đầu cầu hát.";
    let mut articles: Vec<Article> = (1..=4)
        .map(|number| {
            Article::new("Thông xe cầu treo bản Lác", text)
                .with_id(format!("{number}"))
                .with_source(format!("Báo thứ {number}"))
                .with_published_at(at(&format!("2024-05-0{number}")))
        })
        .collect();
    articles.push(
        Article::new(
            "Cầu treo cũ được tháo dỡ",
            "Cầu treo xã bên đã hết hạn dùng.",
        )
        .with_id("5"),
    );
    articles
}

#[tokio::test]
async fn home_shows_the_newest() {
    let html = Site::of(demo::articles()).page("/").await;
    assert!(html.contains("Mới nhất trong 66 bài"), "{html}");
    assert_eq!(titles(&html).len(), 10);
    let times: Vec<&str> = html.split("<time datetime=\"").skip(1).collect();
    let times: Vec<&str> = times.iter().map(|rest| &rest[..25]).collect();
    assert!(
        times.is_sorted_by(|newer, older| newer >= older),
        "{times:?}"
    );
    assert!(
        !html.contains("http://www.w3.org"),
        "nothing from elsewhere"
    );
}

#[tokio::test]
async fn a_search_is_highlighted_and_counted() {
    let html = Site::of(demo::articles()).page("/?q=an+ninh+to+quoc").await;
    let titles = titles(&html);
    assert!(
        titles[0].contains("<mark>an ninh Tổ quốc</mark>"),
        "{titles:?}"
    );
    let snippet = html.split("<p class=\"snippet\">").nth(1).unwrap();
    assert!(
        snippet.split("</p>").next().unwrap().contains("<mark>"),
        "{snippet}"
    );
    assert!(html.contains("value=\"an ninh to quoc\""));
    let suggested = link(&html, "<strong>an ninh tổ quốc</strong>");
    assert_eq!(suggested, search_for("an ninh tổ quốc"));
}

#[tokio::test]
async fn what_was_understood_is_told_and_can_be_refused() {
    let site = Site::of(rice());
    let html = site.page(&search_for("gias luas")).await;
    assert!(html.contains("Hiểu là <strong>giá lúa</strong>"), "{html}");
    assert_eq!(titles(&html).len(), 10);
    let html = site.page(&link(&html, "Tìm đúng như đã gõ")).await;
    assert!(html.contains("Không tìm thấy bài nào"), "{html}");
    let html = site.page(&link(&html, "Tìm như thường")).await;
    assert!(html.contains("30 bài"), "{html}");
    let html = site.page(&search_for("giá lúa xuất khẩu")).await;
    assert!(!html.contains("<h1>30 bài"), "{html}");
}

#[tokio::test]
async fn completion_is_json() {
    let site = Site::of(rice());
    let got = site.get("/suggest?q=gia+l").await;
    let json: Value = serde_json::from_str(&got.body).unwrap();
    assert_eq!(json[0]["text"], "giá lúa");
    assert_eq!(json[0]["articles"], 30);
    for nothing in [
        "/suggest",
        "/suggest?q=",
        "/suggest?q=%FF%00",
        "/suggest?q=xyzzy",
    ] {
        let got = site.get(nothing).await;
        assert_eq!(
            (got.status, got.body.as_str()),
            (StatusCode::OK, "[]"),
            "{nothing}"
        );
    }
}

#[tokio::test]
async fn a_facet_narrows_and_its_chip_widens() {
    let site = Site::of(rice());
    let html = site.page(&search_for("giá lúa")).await;
    let narrowed = link(&html, "<span>Nông nghiệp</span>");
    let html = site.page(&narrowed).await;
    assert!(html.contains("<h1>15 bài"), "{html}");
    let articles: Vec<&str> = html.split("<article>").skip(1).collect();
    assert!(
        articles
            .iter()
            .all(|article| article.contains("Nông nghiệp"))
    );
    // Another search keeps what is chosen.
    assert!(html.contains("<input type=\"hidden\" name=\"section\" value=\"Nông nghiệp\">"));
    assert_eq!(
        link(&html, "Chuyên mục: Nông nghiệp"),
        search_for("giá lúa")
    );
}

#[tokio::test]
async fn a_bar_of_the_histogram_narrows_to_its_days_in_vietnam() {
    let articles = [
        // In Vietnam it is May already.
        Article::new("Giá lúa một", "")
            .with_id("1")
            .with_published_at(at("2024-04-30T23:30:00Z")),
        Article::new("Giá lúa hai", "")
            .with_id("2")
            .with_published_at(at("2024-05-31T16:59:59Z")),
        Article::new("Giá lúa ba", "")
            .with_id("3")
            .with_published_at(at("2024-05-31T17:00:00Z")),
        Article::new("Giá lúa bốn", "").with_id("4"),
    ];
    let site = Site::of(articles);
    let html = site.page(&search_for("giá lúa")).await;
    let html = site.page(&labelled(&html, "tháng 5/2024: 2 bài")).await;
    assert_eq!(titles(&html).len(), 2, "{html}");
    assert!(html.contains("Ngày đăng: tháng 5/2024"), "{html}");
    let html = site.page(&labelled(&html, "ngày 31/5/2024: 1 bài")).await;
    assert_eq!(titles(&html), ["<mark>Giá lúa</mark> hai"], "{html}");
    assert!(
        !html.contains("class=\"histogram\""),
        "nothing is left to choose"
    );
}

#[tokio::test]
async fn pages_go_on_and_back_without_gaps() {
    let site = Site::of(rice());
    let first = site.page(&search_for("giá lúa")).await;
    let mut found = titles(&first);
    let second = site.page(&link(&first, "Trang sau")).await;
    assert!(
        second.contains("<ol class=\"hits\" start=\"11\">"),
        "{second}"
    );
    found.extend(titles(&second));
    let third = site.page(&link(&second, "Trang sau")).await;
    assert!(!third.contains("Trang sau"), "{third}");
    found.extend(titles(&third));
    assert_eq!(found.len(), 30);
    assert_eq!(
        titles(&site.page(&link(&third, "Trang trước")).await),
        titles(&second)
    );
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 30);
}

#[tokio::test]
async fn copies_are_one_hit_that_names_the_others() {
    let html = Site::of(copies()).page(&search_for("cầu treo")).await;
    assert_eq!(titles(&html).len(), 2, "{html}");
    assert!(html.contains("<summary>3 bản khác</summary>"), "{html}");
    let copies = html.split("class=\"copies\"").nth(1).unwrap();
    let copies = copies.split("</details>").next().unwrap();
    let named = (1..=4).filter(|number| copies.contains(&format!("Báo thứ {number}")));
    assert_eq!(named.count(), 3, "{copies}");
}

#[tokio::test]
async fn articles_like_one() {
    let site = Site::of(rice());
    let html = site.page(&search_for("giá lúa")).await;
    let html = site.page(&link(&html, "Bài tương tự")).await;
    assert!(html.contains("<h1>Bài tương tự</h1>"), "{html}");
    let got = site.get("/similar?id=nowhere").await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert!(
        got.body.contains("Không có bài nào mang mã này"),
        "{}",
        got.body
    );
}

#[tokio::test]
async fn nothing_found_says_what_to_do() {
    let site = Site::of(rice());
    let html = site.page("/?q=giá+lúa&section=Thể+thao").await;
    assert!(html.contains("Không tìm thấy bài nào"), "{html}");
    assert_eq!(
        link(&html, "bỏ các điều kiện thu hẹp"),
        search_for("giá lúa")
    );
    let html = site.page(&search_for("!?")).await;
    assert!(html.contains("Không có bài nào khớp"), "{html}");
}

#[tokio::test]
async fn a_bad_question_is_told_apart_from_our_failure() {
    let site = Site::of(rice());
    let many = "a ".repeat(10_000);
    for (address, told) in [
        (
            "/?from=32/13/2024".to_string(),
            "“32/13/2024” không phải là một ngày",
        ),
        ("/?q=a&after=abc".to_string(), "Hãy tìm lại từ đầu"),
        (search_for(&many), "Câu tìm"),
        (search_for(&"(a OR b) ".repeat(2_000)), "Câu tìm"),
    ] {
        let got = site.get(&address).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{told}");
        assert!(got.body.contains(told), "{told}: {}", got.body);
        assert!(got.body.contains("role=\"alert\""));
    }
    assert_eq!(site.get("/nowhere").await.status, StatusCode::NOT_FOUND);
}

/// What an article or a reader writes stays text, and no link runs anything.
#[tokio::test]
async fn hostile_input_stays_text() {
    let hostile = "\"><script>alert(1)</script><img src=x onerror='a()'> &amp; lúa";
    let article = Article::new(format!("Giá lúa {hostile}"), format!("giá lúa {hostile}"))
        .with_id(hostile)
        .with_source(hostile)
        .with_section("'><b>")
        .with_author("<i>Lê</i>")
        .with_tags(["</span><u>"])
        .with_url("JavaScript:alert(1)");
    let data = Article::new("Giá lúa hai", "")
        .with_id("2")
        .with_url("data:text/html,<b>");
    let site = Site::of([article, data]);
    let address = format!("/?q=gi%C3%A1+l%C3%BAa&source={}", "%22%3E%3Cscript%3E");
    for address in [
        "/".to_string(),
        search_for("giá lúa"),
        search_for("giá lúa <script>alert(1)</script>"),
        search_for("\"' autofocus onfocus=a() x='"),
        search_for(hostile),
        address,
        "/?q=%3Cscript%3E&from=%3Cscript%3E".to_string(),
        "/similar?id=%3Cscript%3E".to_string(),
    ] {
        let got = site.get(&address).await;
        let html = got.body;
        assert_eq!(html.matches("<script").count(), 1, "{address}: {html}");
        for markup in [
            "<img",
            "<b>",
            "<i>",
            "<u>",
            "'><",
            "onfocus=a() x='\"",
            "=\"javascript:",
            "=\"JavaScript:",
            "=\"data:",
        ] {
            assert!(!html.contains(markup), "{address}: {markup}: {html}");
        }
        // Every value of an attribute ends where it should: the quotes are even in each tag.
        for tag in html.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert_eq!(tag.matches('"').count() % 2, 0, "{address}: {tag}");
        }
        assert_eq!(got.policy, POLICY);
        assert!(!got.policy.contains("unsafe") && got.policy.contains("default-src 'none'"));
    }
    let html = site.page(&search_for("giá lúa")).await;
    let narrowed = site.page(&link(&html, "<span>&#34;&#62;&#60;script")).await;
    assert!(narrowed.contains("<h1>1 bài"), "{narrowed}");
    let narrowed = site.page(&link(&html, "<span>&#60;i&#62;Lê")).await;
    assert!(narrowed.contains("<h1>1 bài"), "{narrowed}");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_answered() {
    let site = Site::of(rice());
    for address in [
        "/?q=%FF%FE%00",
        "/?%FF=%FF",
        "/?q",
        "/?&&&=",
        "/?q=%",
        "/?q=gi%E1",
    ] {
        let got = site.get(address).await;
        assert!(got.status == StatusCode::OK, "{address}: {}", got.status);
    }
}

#[tokio::test]
async fn everything_comes_from_this_server() {
    let site = Site::of(rice());
    for (address, kind) in [
        ("/style.css", "{"),
        ("/script.js", "combobox"),
        ("/icon.svg", "<svg"),
    ] {
        let text = site.page(address).await;
        assert!(text.contains(kind), "{address}");
        assert!(
            !text.contains("url(") && !text.contains("@import"),
            "{address}"
        );
    }
    let html = site.page("/").await;
    for attribute in ["src=\"", "href=\""] {
        for value in html.split(attribute).skip(1) {
            assert!(
                value.starts_with('/') || value.starts_with('#'),
                "{}",
                &value[..40]
            );
        }
    }
    assert!(!html.contains(" style=") && !html.contains("<style"));
}
