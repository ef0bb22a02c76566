use proptest::prelude::*;
use vietsearch_index::date::DateTime;
use vietsearch_index::{NewsIndex, WriterOptions};

use super::*;
use crate::{Matching, NewsSearcher, Require};

/// The obviously right way: searching an index that holds only the article.
fn searched(alerts: &[(String, SearchRequest)], article: &Article) -> Vec<String> {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = index
        .writer(WriterOptions::default().with_threads(1))
        .unwrap();
    writer.add(article.clone()).unwrap();
    writer.commit().unwrap();
    let searcher = NewsSearcher::new(&index).unwrap();
    let mut found = Vec::new();
    for (id, request) in alerts {
        let request = request.clone().with_require(Require::All);
        if searcher.search(&request).unwrap().total > 0 {
            found.push(id.clone());
        }
    }
    found
}

fn matched(queries: &[(String, SearchRequest)], article: &Article) -> Vec<String> {
    let mut alerts = Alerts::new();
    for (id, request) in queries {
        alerts.save(id.clone(), request.clone()).unwrap();
    }
    let mut matcher = alerts.matcher();
    let found = matcher.matches(article).unwrap();
    found.into_iter().map(str::to_string).collect()
}

/// A word as articles and queries have them: with marks, with some or none, foreign, codes.
fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "bão",
        "bao",
        "Bao",
        "giá",
        "gia",
        "vàng",
        "vang",
        "SJC",
        "sjc",
        "Hà",
        "Nội",
        "ha",
        "noi",
        "đường",
        "duong",
        "dương",
        "tiếng",
        "tieng",
        "Việt",
        "viet",
        "viêt",
        "Nam",
        "năm",
        "nam",
        "kỹ",
        "kĩ",
        "ky",
        "thuật",
        "Đăk",
        "Đắk",
        "Lắk",
        "Lak",
        "Covid-19",
        "covid19",
        "U23",
        "u",
        "23",
        "30/4/1975",
        "168/2024/NĐ-CP",
        "VinFast",
        "Vingroup",
        "vin",
        "2024",
        "3,5%",
        "là",
        "của",
        "hoà",
        "hòa",
        "bi\u{300}nh",
        "tieengs",
        "vieetj",
        "teen",
        "tp",
        "tphcm",
        ".",
        "?",
    ])
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..most).prop_map(|words| words.join(" "))
}

fn clause() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "source:", "nguồn:", "section:", "tag:", "author:", "id:", "url:", "title:", "lead:",
        "body:", "loai:", "loại:", "khac:",
    ]);
    let days = prop::sample::select(vec![
        "từ:1/5/2024",
        "đến:31/5/2024",
        "ngày:2/5/2024",
        "ngày:hôm nay",
        "(bão OR",
        ")",
        "AND",
        "OR",
        "NOT",
        "*",
        "\"",
    ]);
    prop_oneof![
        6 => text(4),
        2 => text(4).prop_map(|text| format!("\"{text}\"")),
        1 => (text(3), 0..4_u8).prop_map(|(text, slop)| format!("\"{text}\"~{slop}")),
        1 => text(3).prop_map(|text| format!("\"{text}\"~2!")),
        2 => word().prop_map(|word| format!("-{word}")),
        1 => word().prop_map(|word| format!("+{word}")),
        1 => word().prop_map(|word| format!("={word}")),
        2 => word().prop_map(|word| format!("{word}*")),
        1 => (word(), word()).prop_map(|(one, other)| format!("\"{one} {other}*\"")),
        1 => (word(), word()).prop_map(|(one, other)| format!("({one} OR -{other})")),
        1 => (word(), word()).prop_map(|(one, other)| format!("{one}-{other}*")),
        2 => (name, word()).prop_map(|(name, word)| format!("{name}{word}")),
        1 => days.prop_map(str::to_string),
    ]
}

fn request() -> impl Strategy<Value = SearchRequest> {
    let query = prop::collection::vec(clause(), 0..4).prop_map(|clauses| clauses.join(" "));
    let matching = prop_oneof![
        6 => Just(Matching::Default),
        1 => Just(Matching::Strict),
        1 => Just(Matching::Loose),
    ];
    let filters = (
        prop::option::weighted(0.1, word()),
        prop::option::weighted(0.1, word()),
        prop::option::weighted(0.1, 1..28_i8),
    );
    (query, matching, filters).prop_map(|(query, matching, (source, field, day))| {
        let mut request = SearchRequest::new(query).with_matching(matching);
        request.sources = source.into_iter().map(str::to_string).collect();
        request.fields = field
            .into_iter()
            .map(|value| ("loai".to_string(), value.to_string()))
            .collect();
        request.from = day.and_then(|day| Day::new(2024, 5, day));
        request
    })
}

fn article() -> impl Strategy<Value = Article> {
    let label = || prop::option::of(word().prop_map(str::to_string));
    let texts = (text(6), prop::option::of(text(6)), text(30));
    let labels = (label(), label(), label(), label(), label());
    (texts, labels, prop::option::of(1..30_i64)).prop_map(
        |((title, lead, body), (source, section, tag, author, kind), day)| {
            let mut article = Article::new(format!("Tin {title}"), body).with_id("bão");
            (article.lead, article.source) = (lead, source);
            (article.section, article.author) = (section, author);
            article.tags = tag.into_iter().collect();
            if let Some(kind) = kind {
                article = article.with_extra("loai", kind);
            }
            let start = DateTime::parse("2024-04-30T00:00:00+07:00").unwrap();
            article.published_at =
                day.map(|day| DateTime::from_unix_seconds(start.unix_seconds() + day * 40_000));
            article
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn an_alert_fires_where_a_search_finds(
        requests in prop::collection::vec(request(), 1..40),
        article in article(),
    ) {
        let queries: Vec<(String, SearchRequest)> = requests
            .into_iter()
            .enumerate()
            .map(|(number, request)| (number.to_string(), request))
            .collect();
        let (found, expected) = (matched(&queries, &article), searched(&queries, &article));
        let odd: Vec<&(String, SearchRequest)> = queries
            .iter()
            .filter(|(id, _)| found.contains(id) != expected.contains(id))
            .collect();
        prop_assert_eq!(&found, &expected, "{:#?}", odd);
    }
}

#[test]
fn queries_are_replaced_and_removed() {
    let mut alerts = Alerts::new();
    for round in 0..200 {
        alerts.save("1", SearchRequest::new("bão")).unwrap();
        alerts.save("2", SearchRequest::new("lũ")).unwrap();
        assert_eq!(alerts.len(), 2, "round {round}");
        assert!(alerts.saved.len() < 100, "round {round}");
    }
    let article = Article::new("Bão gây lũ", "");
    assert_eq!(alerts.matcher().matches(&article).unwrap(), ["1", "2"]);
    alerts.save("1", SearchRequest::new("hạn hán")).unwrap();
    assert_eq!(alerts.matcher().matches(&article).unwrap(), ["2"]);
    assert!(alerts.remove("2"));
    assert!(!alerts.remove("2"));
    assert!(alerts.matcher().matches(&article).unwrap().is_empty());
    assert_eq!(alerts.len(), 1);
}

#[test]
fn a_query_that_exceeds_a_limit_is_refused() {
    let mut alerts = Alerts::new();
    alerts.save("1", SearchRequest::new("bão")).unwrap();
    let long = "từ ".repeat(5_000);
    assert!(alerts.save("1", SearchRequest::new(long)).is_err());
    let article = Article::new("Bão", "");
    assert_eq!(alerts.matcher().matches(&article).unwrap(), ["1"]);
}

#[test]
fn days_are_those_of_the_matching() {
    let mut alerts = Alerts::new();
    alerts
        .save("today", SearchRequest::new("bão ngày:hôm nay"))
        .unwrap();
    let now = Article::new("Bão", "").with_published_at(DateTime::now());
    assert_eq!(alerts.matcher().matches(&now).unwrap(), ["today"]);
    // As if it had been saved before.
    for saved in alerts.saved.iter_mut().flatten() {
        saved.read_on = Some(Day::today().plus_days(-7));
        saved.test = alerts_test_of_a_week_ago();
    }
    assert_eq!(alerts.matcher().matches(&now).unwrap(), ["today"]);
}

fn alerts_test_of_a_week_ago() -> Option<Test> {
    let mut request = SearchRequest::new("bão ngày:hôm nay");
    request.today = Some(Day::today().plus_days(-7));
    let alerts = Alerts::new();
    let (test, _) = alerts.test(&request, &[], Day::today()).unwrap();
    test
}

#[test]
fn fields_that_only_an_article_has_are_filters() {
    let mut alerts = Alerts::new();
    alerts
        .save("kind", SearchRequest::new("loai:phóng-sự"))
        .unwrap();
    let with = Article::new("Chuyện chợ", "").with_extra("loai", "Phóng sự");
    assert_eq!(alerts.matcher().matches(&with).unwrap(), ["kind"]);
    let text = Article::new("Mục loai phóng sự", "");
    assert_eq!(alerts.matcher().matches(&text).unwrap(), ["kind"]);
    let other = Article::new("Mục loai phóng sự", "").with_extra("Lo_ai", "tin");
    assert!(alerts.matcher().matches(&other).unwrap().is_empty());
    let mut declared = Alerts::with_extra_fields(["loai".to_string()]);
    declared
        .save("kind", SearchRequest::new("loai:phóng-sự"))
        .unwrap();
    assert_eq!(declared.matcher().matches(&with).unwrap(), ["kind"]);
    assert!(declared.matcher().matches(&text).unwrap().is_empty());
}
