//! Pages while writing goes on, order by any value, recency, several indexes, hooks, sizes: P2, P7,
//! R1, R4, R5, Q11, X4, A4, O4.

use std::sync::Arc;

use vietsearch::query::{ranges_in_chars, ranges_in_utf16};
use vietsearch::{
    Article, Candidate, DateTime, Direction, NewsIndex, NewsSearcher, Recency, Scorer,
    SearchRequest, Sort, SortField, Synonyms,
};

use super::{ids, in_ram, on_disk, scores, search, writer};

fn at(day: u32, number: usize) -> DateTime {
    let seconds = i64::from(day) * 86_400 + number as i64;
    DateTime::from_unix_seconds(1_700_000_000 + seconds)
}

#[test]
fn p2_ranges_in_bytes_characters_and_utf16() {
    let index = in_ram([Article::new("Tiếng Việt", "")]);
    let found = search(&index, "việt");
    let hit = &found.hits[0];
    assert_eq!(hit.title_highlights, [[8, 14]]);
    assert_eq!(hit.title_highlights_chars, [[6, 10]]);
    assert_eq!(hit.title_highlights_utf16, [[6, 10]]);
    let text = "🌾 Tie\u{302}\u{301}ng Vie\u{323}\u{302}t";
    let index = in_ram([Article::new("", text)]);
    let found = search(&index, "việt");
    let hit = &found.hits[0];
    assert_eq!(hit.highlights, [[15, 23]]);
    assert_eq!(hit.highlights_chars, [[10, 16]]);
    assert_eq!(hit.highlights_utf16, [[11, 17]]);
    assert_eq!(ranges_in_chars(text, &hit.highlights), hit.highlights_chars);
    assert_eq!(ranges_in_utf16(text, &hit.highlights), hit.highlights_utf16);
}

/// Pages through everything while `between` writes after each page; what was found, and whether some
/// page was stale.
fn pages(
    index: &NewsIndex,
    request: &SearchRequest,
    mut between: impl FnMut(usize),
) -> (Vec<String>, bool) {
    let mut request = request.clone();
    let (mut found, mut stale) = (Vec::new(), false);
    for page in 0.. {
        assert!(page < 1_000, "pages end");
        // A new searcher for each page, as a server has.
        let searcher = NewsSearcher::new(index).unwrap();
        let response = searcher.search(&request).unwrap();
        stale |= response.stale;
        found.extend(response.hits.into_iter().map(|hit| hit.id));
        let Some(cursor) = response.cursor else { break };
        request = request.with_cursor(cursor);
        between(page);
    }
    (found, stale)
}

#[test]
fn p7_pages_by_date_have_no_gaps_and_no_repeats_while_writing_goes_on() {
    let article = |number: usize| {
        Article::new(format!("Tin số {number}"), "giá lúa")
            .with_id(format!("{number:04}"))
            .with_published_at(at((number / 3) as u32, 0))
    };
    let index = in_ram((0..60).map(article));
    let mut writer = writer(&index);
    let request = SearchRequest::new("giá lúa")
        .with_limit(7)
        .with_sort(Sort::Date);
    let (found, stale) = pages(&index, &request, |page| {
        // Newer ones come, one that was shown and one that was not go.
        writer
            .add_all((0..20).map(|number| article(100 + page * 20 + number)))
            .unwrap();
        writer.delete_id(&format!("{:04}", 59 - page)).unwrap();
        writer.commit().unwrap();
    });
    assert!(stale);
    let mut once = found.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), found.len(), "repeats: {found:?}");
    // Whatever was there all the time is found, in order.
    for number in 0..50 {
        assert!(
            found.contains(&format!("{number:04}")),
            "{number} is missing"
        );
    }
    let days: Vec<usize> = found
        .iter()
        .map(|id| id.parse::<usize>().unwrap() / 3)
        .collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
}

#[test]
fn p7_pages_by_score_go_on_while_writing_goes_on() {
    let article = |number: usize| {
        let words = "nước ".repeat(number % 9 + 1);
        Article::new(format!("Tin {number}"), format!("giá lúa {words}"))
            .with_id(format!("{number:04}"))
    };
    let index = in_ram((0..50).map(article));
    let whole = {
        let request = SearchRequest::new("lúa").with_limit(100);
        let found = NewsSearcher::new(&index).unwrap().search(&request).unwrap();
        assert!(!found.stale);
        found.hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    let request = SearchRequest::new("lúa").with_limit(6);
    assert_eq!(pages(&index, &request, |_| {}), (whole.clone(), false));
    let mut writer = writer(&index);
    let (found, stale) = pages(&index, &request, |page| {
        let other = Article::new("Chuyện khác", "bóng đá").with_id(format!("x{page}"));
        writer.add(other).unwrap();
        writer.commit().unwrap();
    });
    assert!(stale);
    assert_eq!(found, whole);
}

#[test]
fn r1_parameters_are_used_and_shown() {
    let index = in_ram([
        Article::new("", "mưa mưa mưa mưa mưa trên phố").with_id("1"),
        Article::new("", "mưa").with_id("2"),
    ]);
    let mut request = SearchRequest::new("mưa");
    request.explain = true;
    let usual = NewsSearcher::new(&index).unwrap();
    let own = usual.clone().with_bm25(0.9, [0.4; 3]).unwrap();
    let shown = |searcher: &NewsSearcher| {
        let found = searcher.search(&request).unwrap();
        let explained = found.hits[0].explanation.clone().unwrap();
        let sum: f32 = explained.details.iter().map(|part| part.value).sum();
        assert!((sum - explained.value).abs() <= 1e-5 * sum);
        (explained.what, found.hits[0].score)
    };
    let ((before, score), (after, own_score)) = (shown(&usual), shown(&own));
    assert!(
        before.contains("k1 1.5") && before.contains("0.75"),
        "{before}"
    );
    assert!(
        after.contains("k1 0.9") && after.contains("[0.4, 0.4, 0.4]"),
        "{after}"
    );
    assert_ne!(score, own_score);
    for (k1, b) in [
        (f32::NAN, 0.5),
        (-1.0, 0.5),
        (1.0, 1.5),
        (1.0, f32::INFINITY),
    ] {
        assert!(usual.clone().with_bm25(k1, [b; 3]).is_err());
    }
}

#[test]
fn r4_recency_is_bounded_and_its_clock_injected() {
    let now = at(100, 0);
    let article = |id: &str, at| {
        Article::new("Giá vàng", "")
            .with_id(id)
            .with_published_at(at)
    };
    let index = in_ram([
        article("month old", at(70, 0)),
        article("new", now),
        article("of the future", at(200, 0)),
        Article::new("Giá vàng", "").with_id("undated"),
    ]);
    let searcher = NewsSearcher::new(&index).unwrap();
    let request = |weight| {
        let recency = Recency::new(weight, 30.0).with_now(now);
        let mut request = SearchRequest::new("giá vàng").with_recency(recency);
        request.explain = true;
        request
    };
    let found = searcher.search(&request(0.5)).unwrap();
    assert_eq!(
        ids(&found),
        ["new", "of the future", "month old", "undated"]
    );
    let best = found.hits[0].score;
    let shares: Vec<f32> = found.hits.iter().map(|hit| hit.score / best).collect();
    for (share, expected) in shares.iter().zip([1.0, 1.0, 0.75, 0.5]) {
        assert!((share - expected).abs() < 1e-5, "{shares:?}");
    }
    for hit in &found.hits {
        let explained = hit.explanation.as_ref().unwrap();
        let sum: f32 = explained.details.iter().map(|part| part.value).sum();
        assert!((sum - hit.score).abs() <= 1e-5 * best, "{explained:?}");
    }
    let found = searcher.search(&request(0.0)).unwrap();
    assert_eq!(
        ids(&found),
        ["month old", "new", "of the future", "undated"]
    );
    assert!(searcher.search(&request(0.6)).is_err());
    assert!(searcher.search(&request(f32::NAN)).is_err());
}

#[test]
fn r5_any_value_sorts() {
    let article = |id: &str, source: &str| Article::new("Tin", "").with_id(id).with_source(source);
    let index = in_ram([
        article("b", "Báo Núi").with_updated_at(at(3, 0)),
        article("a", "báo sông").with_updated_at(at(9, 0)),
        article("c", "Bao Nui"),
        Article::new("Tin", "").with_id("d"),
    ]);
    let searcher = NewsSearcher::new(&index).unwrap();
    let sorted = |field, direction| {
        let request = SearchRequest::new("tin").with_sort(Sort::By(field, direction));
        let whole = searcher.search(&request).unwrap();
        let whole: Vec<String> = ids(&whole).into_iter().map(str::to_string).collect();
        let (paged, stale) = pages(&index, &request.with_limit(1), |_| {});
        assert_eq!((&paged, stale), (&whole, false));
        whole
    };
    use Direction::{Ascending, Descending};
    assert_eq!(sorted(SortField::Source, Ascending), ["b", "c", "a", "d"]);
    assert_eq!(sorted(SortField::Source, Descending), ["a", "b", "c", "d"]);
    assert_eq!(
        sorted(SortField::UpdatedAt, Descending),
        ["a", "b", "c", "d"]
    );
    assert_eq!(
        sorted(SortField::UpdatedAt, Ascending),
        ["b", "a", "c", "d"]
    );
    assert_eq!(sorted(SortField::Id, Descending), ["d", "c", "b", "a"]);
}

#[test]
fn q11_a_query_is_echoed_as_it_was_read() {
    let index = in_ram([Article::new("TP.HCM mưa lớn", "")]);
    let mut request = SearchRequest::new("tphcm -\"bình dương\"");
    request.explain = true;
    let found = NewsSearcher::new(&index).unwrap().search(&request).unwrap();
    let parsed = serde_json::to_value(found.parsed).unwrap();
    let clauses = &parsed["root"]["all"];
    assert_eq!(clauses[0]["occur"], "plain");
    let synonyms = &clauses[0]["node"]["synonyms"];
    assert_eq!(synonyms["text"], "tphcm");
    assert_eq!(
        synonyms["span"],
        serde_json::json!({ "start": 0, "end": 5 })
    );
    let forms = synonyms["forms"].as_array().unwrap();
    let spelled = "thành phố hồ chí minh";
    assert!(
        forms.iter().any(|form| form["text"] == spelled),
        "{forms:?}"
    );
    assert_eq!(clauses[1]["occur"], "must_not");
    let phrase = &clauses[1]["node"]["phrase"];
    assert_eq!(phrase["text"], "bình dương");
    assert_eq!(phrase["span"]["start"], 8);
}

#[test]
fn x4_several_indexes_are_searched_as_one() {
    let articles: Vec<Article> = (0..90)
        .map(|number| {
            let words = ["lúa", "gạo", "cá tra", "tôm", "mưa lũ", "hạn mặn", "giá"];
            let body: Vec<&str> = (0..number % 13 + 3)
                .map(|place| words[(number * 7 + place * place) % words.len()])
                .collect();
            Article::new(format!("Miền Tây {}", words[number % 7]), body.join(" "))
                .with_id(format!("{number:03}"))
                .with_source(if number % 2 == 0 {
                    "Báo Sông"
                } else {
                    "Báo Đồng"
                })
                .with_published_at(at((number % 17) as u32, number))
        })
        .collect();
    let directory = tempfile::tempdir().unwrap();
    let paths = ["a", "b", "c"].map(|name| directory.path().join(name));
    for (part, path) in paths.iter().enumerate() {
        let own = articles.iter().enumerate();
        let own = own.filter(|(number, _)| number * number % 5 % 3 == part);
        on_disk(path, own.map(|(_, article)| article.clone()));
    }
    let several = NewsIndex::open_several(&paths).unwrap();
    let one = in_ram(articles.iter().cloned());
    assert_eq!(several.num_docs(), one.num_docs());
    for query in [
        "giá lúa gạo",
        "gia ca tra",
        "\"mưa lũ\" -tôm",
        "hạn mặn source:\"bao dong\"",
    ] {
        for sort in [Sort::Relevance, Sort::Date] {
            let request = SearchRequest::new(query)
                .with_limit(100)
                .with_sort(sort)
                .with_facets(["source", "day"]);
            let of =
                |index: &NewsIndex| NewsSearcher::new(index).unwrap().search(&request).unwrap();
            let (parts, whole) = (of(&several), of(&one));
            assert_eq!(ids(&parts), ids(&whole), "{query}");
            assert_eq!((parts.total, &parts.facets), (whole.total, &whole.facets));
            for ((_, part), (_, whole)) in scores(&parts).iter().zip(scores(&whole)) {
                assert!((part - whole).abs() <= 1e-5 * whole.abs(), "{query}");
            }
        }
    }
    let suggest = |index: &NewsIndex| NewsSearcher::new(index).unwrap().suggest("m", 10).unwrap();
    assert_eq!(suggest(&several), suggest(&one));
    // What one of them gets is seen after a reload.
    let first = NewsIndex::open(&paths[0]).unwrap();
    let mut writer = writer(&first);
    writer.add(Article::new("Sếu đầu đỏ về tổ", "")).unwrap();
    writer.finish().unwrap();
    several.reload().unwrap();
    assert_eq!(search(&several, "sếu đầu đỏ").total, 1);
    let missing = directory.path().join("d");
    let error = NewsIndex::open_several(&[&paths[1], &missing])
        .err()
        .unwrap();
    assert!(
        error.to_string().contains("\"d\"") || error.to_string().contains("/d\""),
        "{error}"
    );
}

struct Own;

impl Synonyms for Own {
    fn synonyms(&self, expression: &str) -> Vec<String> {
        match expression {
            "ô tô" => vec!["xe hơi".to_string(), "xế hộp".to_string()],
            "heo" => vec!["lợn".to_string()],
            _ => Vec::new(),
        }
    }
}

impl Scorer for Own {
    fn score(&self, candidate: &Candidate<'_>) -> f32 {
        match candidate.id {
            "promoted" => candidate.score * 10.0,
            "odd" => f32::NAN,
            _ => candidate.score,
        }
    }
}

#[test]
fn a4_synonyms_and_scorers_of_ones_own() {
    let index = in_ram([
        Article::new("Giá ô tô giảm", "").with_id("1"),
        Article::new("Giá xe hơi giảm", "").with_id("2"),
        Article::new("Hơi nóng, xe cộ", "giá giảm").with_id("3"),
        Article::new("Dịch tả lợn", "").with_id("4"),
        Article::new("Dịch tả heo", "").with_id("5"),
    ]);
    let searcher = NewsSearcher::new(&index).unwrap();
    let own = searcher.clone().with_synonyms(Arc::new(Own));
    let found = |searcher: &NewsSearcher, query: &str| {
        let found = searcher.search(&SearchRequest::new(query)).unwrap();
        (found.total, ids(&found).join(" "))
    };
    assert_eq!(found(&searcher, "giá ô tô giảm").0, 1);
    assert_eq!(found(&own, "giá ô tô giảm"), (2, "1 2".to_string()));
    assert_eq!(found(&own, "Ô TÔ"), (2, "1 2".to_string()));
    assert_eq!(found(&own, "dịch tả heo"), (2, "5 4".to_string()));
    assert_eq!(found(&own, "dịch tả lợn").0, 1, "no synonym of that");
    assert_eq!(found(&own, "giá -\"ô tô\"").0, 2);

    let index = in_ram(["a", "odd", "promoted"].map(|id| Article::new("Giá vàng", "").with_id(id)));
    let searcher = NewsSearcher::new(&index)
        .unwrap()
        .with_scorer(Arc::new(Own));
    assert_eq!(
        found(&searcher, "giá vàng"),
        (3, "promoted a odd".to_string())
    );
}

#[test]
fn o4_sizes_add_up() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let index = on_disk(
        &path,
        (0..20).map(|number| Article::new(format!("Tin {number}"), "mưa")),
    );
    let mut writer = writer(&index);
    writer
        .delete_matching(
            NewsSearcher::new(&index)
                .unwrap()
                .matching(&SearchRequest::new("3"))
                .unwrap(),
        )
        .unwrap();
    writer.commit().unwrap();
    let stats = index.stats().unwrap();
    assert_eq!((stats.articles, stats.deleted, stats.segments), (19, 1, 1));
    let sum: u64 = stats.components.values().sum();
    assert_eq!(sum, stats.bytes);
    for component in [
        "terms", "postings", "forward", "phrases", "store", "fast", "deletes",
    ] {
        assert!(stats.components[component] > 0, "{component}");
    }
}
