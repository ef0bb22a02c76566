//! The order of hits: stable, explained, the same for every layout and over pages.

use vietsearch::query::Explanation;
use vietsearch::{
    Article, DateTime, Day, NewsIndex, NewsSearcher, Require, SearchRequest, SearchThreads, Sort,
};

use crate::corpus::articles;
use crate::{ids, in_ram, one_thread, scores, search, writer};

const QUERIES: [&str; 16] = [
    "giá vàng",
    "gia vang",
    "gia vàng",
    "giá vàng tăng mạnh hôm nay",
    "\"giá vàng\"",
    "\"gia vang\"~3",
    "+vàng giá -xăng",
    "title:vàng giá",
    "giá OR bão",
    "vin*",
    "đư*",
    "covid 19",
    "duong kĩ thuat",
    "và của là",
    "=gia bão số 3",
    "giá \"hôm nay\" -\"hà nội\"",
];

/// Equal order, scores to 1e-5 of the score.
#[track_caller]
fn assert_same(left: &[(String, f32)], right: &[(String, f32)], what: &str) {
    assert_eq!(left.len(), right.len(), "{what}");
    for (place, (left, right)) in left.iter().zip(right).enumerate() {
        let close = (left.1 - right.1).abs() <= 1e-5 * left.1.abs().max(1.0);
        assert!(
            left.0 == right.0 && close,
            "{what}, place {place}: {left:?} and {right:?}"
        );
    }
}

/// The same articles as one segment and as `parts`.
fn layouts(count: usize, parts: usize) -> [NewsIndex; 2] {
    let articles = articles(count, 42);
    let whole = in_ram(articles.clone());
    assert_eq!(whole.stats().unwrap().segments, 1);
    let split = NewsIndex::create_in_ram().unwrap();
    let mut writer = writer(&split);
    for part in articles.chunks(count.div_ceil(parts)) {
        writer.add_all(part.iter().cloned()).unwrap();
        writer.commit().unwrap();
    }
    assert!(split.stats().unwrap().segments >= parts);
    [whole, split]
}

/// R6: scores do not depend on how the articles lie in segments.
#[test]
fn the_layout_of_segments_does_not_show() {
    // Eight segments of one size would be merged at once. The larger number is above what the
    // first stage keeps.
    for (count, limit) in [(150, 100), (1200, 30)] {
        let [whole, split] = layouts(count, 7);
        let mut merged = Vec::new();
        for query in QUERIES {
            let of = |index: &NewsIndex| {
                let request = SearchRequest::new(query).with_limit(limit);
                let searcher = NewsSearcher::new(index).unwrap();
                let found = searcher.search(&request).unwrap();
                let mut any = request.clone();
                any.require = Require::Any;
                (found.total, scores(&found), searcher.top_ids(&any).unwrap())
            };
            let (left, right) = (of(&whole), of(&split));
            let what = format!("{count} articles, {limit} hits, {query:?}");
            assert!(!left.1.is_empty(), "{what}");
            assert_eq!(left.0, right.0, "{what}");
            assert_same(&left.1, &right.1, &what);
            assert_same(&left.2, &right.2, &format!("{what}, any"));
            merged.push((query, right));
        }
        writer(&split).merge().unwrap();
        assert_eq!(split.stats().unwrap().segments, 1);
        for (query, before) in merged {
            let request = SearchRequest::new(query).with_limit(limit);
            let searcher = NewsSearcher::new(&split).unwrap();
            let found = searcher.search(&request).unwrap();
            assert_same(&before.1, &scores(&found), &format!("merged, {query:?}"));
        }
    }
}

/// The same search gives the same answer, in every run and from every thread.
#[test]
fn every_run_is_the_same() {
    let index = in_ram(articles(200, 1));
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in QUERIES {
        for sort in [Sort::Relevance, Sort::Date] {
            let mut request = SearchRequest::new(query).with_limit(50).with_sort(sort);
            request.facets = true;
            request.explain = true;
            let first = searcher.search(&request).unwrap();
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        for _ in 0..3 {
                            assert_eq!(searcher.search(&request).unwrap(), first, "{query}");
                        }
                    });
                }
            });
        }
    }
}

#[test]
fn equal_scores_are_ordered_by_id() {
    let mut twins: Vec<Article> = ["07", "3", "a", "B", "đ", "10", "1", "é"]
        .map(|id| Article::new("Giá vàng", "Giá vàng hôm nay.").with_id(id))
        .into();
    let expected = ["07", "1", "10", "3", "B", "a", "é", "đ"];
    for round in 0..4 {
        twins.rotate_left(round);
        let index = NewsIndex::create_in_ram().unwrap();
        let mut writer = writer(&index);
        for article in &twins {
            writer.add(article.clone()).unwrap();
            if round % 2 == 1 {
                writer.commit().unwrap();
            }
        }
        writer.finish().unwrap();
        for query in ["giá vàng", "gia", "\"hôm nay\"", "giá OR vàng"] {
            let found = search(&index, query);
            assert_eq!(ids(&found), expected, "{query:?}");
            assert!(
                found
                    .hits
                    .iter()
                    .all(|hit| hit.score == found.hits[0].score)
            );
        }
    }
}

/// R5: newest first, equal dates by id, no date last.
#[test]
fn dates_sort_newest_first_and_missing_ones_last() {
    let at = |day: i64| DateTime::from_unix_seconds(1_700_000_000 + day * 86_400);
    let article = |id: &str| Article::new("Tin giá vàng", "").with_id(id);
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = writer(&index);
    for article in [
        article("b").with_published_at(at(1)),
        article("z"),
        article("a").with_published_at(at(1)),
        article("old").with_published_at(DateTime::MIN),
        article("y"),
        article("1969").with_published_at(DateTime::from_unix_seconds(-1)),
        article("new").with_published_at(at(2)),
        article("future").with_published_at(DateTime::MAX),
    ] {
        writer.add(article).unwrap();
        writer.commit().unwrap();
    }
    let expected = ["future", "new", "a", "b", "1969", "old", "y", "z"];
    let by_date = |query: &str| SearchRequest::new(query).with_sort(Sort::Date);
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in [
        "giá vàng",
        "gia",
        "",
        "\"giá vàng\"",
        "-xăng",
        "vàng giá xyzzy",
    ] {
        assert_eq!(
            ids(&searcher.search(&by_date(query)).unwrap()),
            expected,
            "{query:?}"
        );
    }
    for limit in 1..=expected.len() {
        let found = searcher.search(&by_date("tin").with_limit(limit)).unwrap();
        assert_eq!(ids(&found), expected[..limit], "{limit}");
    }
}

#[test]
fn filters_meet() {
    let index = in_ram(articles(300, 9));
    let searcher = NewsSearcher::new(&index).unwrap();
    let all = articles(300, 9);
    let from = Day::new(2023, 11, 20).unwrap();
    let to = Day::new(2023, 12, 20).unwrap();
    for query in ["", "giá", "gia vang"] {
        let mut request = SearchRequest::new(query)
            .with_limit(300)
            .with_require(Require::All)
            .with_days(Some(from), Some(to));
        request.sources = vec!["bao mau".to_string(), "Tin thử".to_string()];
        request.sections = vec!["KINH-TE".to_string()];
        let found = searcher.search(&request).unwrap();
        let mut unfiltered = request.clone().with_days(None, None);
        unfiltered.sources.clear();
        unfiltered.sections.clear();
        let unfiltered = searcher.search(&unfiltered).unwrap();
        let expected: Vec<&str> = ids(&unfiltered)
            .into_iter()
            .filter(|id| {
                let number: usize = id[1..].parse().unwrap();
                let article = &all[number];
                article.section.as_deref() == Some("Kinh tế")
                    && article.source.as_deref() != Some("Bản Tin")
                    && article
                        .published_at
                        .is_some_and(|at| (from..=to).contains(&at.day()))
            })
            .collect();
        let mut found_ids = ids(&found);
        assert!(!expected.is_empty());
        assert_eq!(found.total, expected.len(), "{query:?}");
        if query.is_empty() {
            assert_eq!(found_ids, expected);
        }
        found_ids.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found_ids, expected, "{query:?}");
    }
}

/// All pages of a search, and the same as one page.
fn pages(searcher: &NewsSearcher, request: &SearchRequest) -> (Vec<String>, Vec<String>) {
    let whole = request.clone().with_limit(SearchRequest::MAX_LIMIT);
    let whole = searcher.search(&whole).unwrap();
    let mut pages = Vec::new();
    let mut next = request.clone().with_limit(37);
    loop {
        let page = searcher.search(&next).unwrap();
        assert_eq!(page.total, whole.total);
        pages.extend(page.hits.iter().map(|hit| hit.id.clone()));
        assert!(pages.len() as u64 <= searcher.num_docs(), "no end");
        let Some(cursor) = page.cursor else { break };
        assert_eq!(page.hits.len(), 37);
        next.cursor = Some(cursor);
    }
    let whole = whole.hits.into_iter().map(|hit| hit.id).collect();
    (pages, whole)
}

/// P7: all pages together are one big page, without repeats and without gaps.
#[test]
fn pages_make_up_the_whole() {
    let index = in_ram(articles(250, 8));
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in ["gia vang hom nay", "giá vàng", "\"giá vàng\"", "", "vin*"] {
        for sort in [Sort::Relevance, Sort::Date] {
            let request = SearchRequest::new(query).with_sort(sort);
            let (pages, whole) = pages(&searcher, &request);
            assert_eq!(pages, whole, "{query:?} {sort:?}");
        }
    }
}

/// With more matches than the first stage keeps for a page, nothing comes twice.
#[test]
fn deep_pages_repeat_nothing() {
    let index = in_ram(articles(1000, 8));
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in ["gia vang hom nay", "giá vàng"] {
        let (pages, whole) = pages(&searcher, &SearchRequest::new(query));
        let mut unique = pages.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), pages.len(), "{query:?}");
        assert!(unique.iter().all(|id| whole.contains(id)), "{query:?}");
    }
    let by_date = SearchRequest::new("giá").with_sort(Sort::Date);
    let (pages, whole) = pages(&searcher, &by_date);
    assert!(pages == whole, "by date no page is cut off");
}

/// The number of hits asked for changes no score.
#[test]
fn scores_do_not_depend_on_the_limit() {
    let index = in_ram(articles(1000, 3));
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in QUERIES {
        let few = SearchRequest::new(query).with_limit(5);
        let few = scores(&searcher.search(&few).unwrap());
        let many = SearchRequest::new(query).with_limit(500);
        let many = scores(&searcher.search(&many).unwrap());
        for (id, score) in few {
            let other = many.iter().find(|(other, _)| *other == id);
            assert_eq!(other, Some(&(id, score)), "{query:?}");
        }
    }
}

/// The counts of a facet make up the total.
#[test]
fn facets_sum_to_the_total() {
    let index = in_ram(articles(200, 2));
    let searcher = NewsSearcher::new(&index).unwrap();
    let odd = ["\"nay hôm mưa giá\"", "\"vàng xăng bão lớn\" giá", ""];
    for query in QUERIES.into_iter().chain(odd) {
        for require in [Require::Most, Require::All] {
            let mut request = SearchRequest::new(query).with_require(require);
            request.facets = true;
            let found = searcher.search(&request).unwrap();
            for name in ["source", "section"] {
                let counts = &found.facets.as_ref().unwrap()[name];
                let sum: usize = counts.iter().map(|count| count.count).sum();
                assert_eq!(sum, found.total, "{query:?} {require:?} {name}");
            }
        }
    }
}

/// R7: the parts of an explanation add up to the score.
#[test]
fn explanations_add_up() {
    fn check(explanation: &Explanation) {
        if explanation.details.is_empty() {
            return;
        }
        let sum: f32 = explanation.details.iter().map(|part| part.value).sum();
        let value = explanation.value;
        assert!(
            (sum - value).abs() <= 1e-5 * value.abs().max(1.0),
            "{explanation:?}"
        );
        explanation.details.iter().for_each(check);
    }
    let index = in_ram(articles(300, 4));
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in QUERIES {
        let mut request = SearchRequest::new(query).with_limit(50);
        request.explain = true;
        let found = searcher.search(&request).unwrap();
        assert!(!found.hits.is_empty(), "{query:?}");
        for hit in &found.hits {
            let explanation = hit.explanation.as_ref().expect("an explanation");
            assert_eq!(explanation.value, hit.score, "{query:?}");
            assert!(!explanation.details.is_empty(), "{query:?}");
            check(explanation);
        }
        request.explain = false;
        let plain = searcher.search(&request).unwrap();
        assert_eq!(scores(&plain), scores(&found), "{query:?}");
        assert!(plain.hits.iter().all(|hit| hit.explanation.is_none()));
    }
}

/// With several threads articles land in any segment: the answers stay.
#[test]
fn threads_do_not_show() {
    let articles = articles(400, 6);
    let one = in_ram(articles.clone());
    let several = NewsIndex::create_in_ram().unwrap();
    let mut writer = several.writer(one_thread().with_threads(4)).unwrap();
    writer.add_all(articles).unwrap();
    writer.finish().unwrap();
    for query in QUERIES {
        assert_same(
            &scores(&search(&one, query)),
            &scores(&search(&several, query)),
            query,
        );
    }
    // Nor do those of a single search.
    let threads = SearchThreads::new(3).unwrap();
    assert!(several.searcher().segment_readers().len() > 1);
    let searcher = NewsSearcher::new(&several).unwrap();
    let parallel = searcher.clone().with_threads(threads);
    for query in QUERIES {
        for require in [Require::Any, Require::Most, Require::All] {
            let mut request = SearchRequest::new(query).with_require(require);
            request.facets = true;
            let [alone, together] =
                [&searcher, &parallel].map(|searcher| searcher.search(&request).unwrap());
            let shown = |found| serde_json::to_string(found).unwrap();
            assert_eq!(shown(&alone), shown(&together), "{query}");
        }
    }
}
