//! Groups of near-duplicates do not show how an index came about, and collapsed hits are the hits.

use std::collections::{BTreeMap, HashMap};

use vietsearch::index::{NewsIndex, WriterOptions, reindex};
use vietsearch::{Article, Collapse, NewsSearcher, Require, SearchRequest, Sort};

use crate::corpus::{Random, articles};
use crate::in_ram;

/// Articles, and edited copies among them with dates of their own.
fn with_copies(count: usize) -> Vec<Article> {
    let mut random = Random::new(5);
    let mut all = articles(count, 11);
    for number in 0..count {
        let mut copy = all[random.below(all.len())].clone();
        copy.id = Some(format!("copy-{number:04}"));
        copy.source = Some(random.pick(&["Báo Mẫu", "Tin Thử"]).to_string());
        if random.below(2) == 0 {
            let other = &all[random.below(count)];
            copy.published_at = other.published_at;
        }
        let mut words: Vec<&str> = copy.body.as_deref().unwrap().split(' ').collect();
        let place = random.below(words.len());
        words[place] = "khác";
        copy.body = Some(words.join(" "));
        let place = random.below(all.len());
        all.insert(place, copy);
    }
    all
}

fn groups(index: &NewsIndex) -> BTreeMap<String, String> {
    let request = SearchRequest::new("").with_limit(10_000);
    let hits = NewsSearcher::new(index)
        .unwrap()
        .search(&request)
        .unwrap()
        .hits;
    hits.into_iter().map(|hit| (hit.id, hit.group)).collect()
}

#[test]
fn groups_do_not_depend_on_threads_commits_and_merges() {
    let all = with_copies(150);
    let expected = groups(&in_ram(all.clone()));
    assert_eq!(expected.len(), 300);
    let distinct: std::collections::BTreeSet<&String> = expected.values().collect();
    assert!((100..=160).contains(&distinct.len()), "{}", distinct.len());

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("many");
    let index = NewsIndex::create(&path).unwrap();
    let options = WriterOptions::default()
        .with_threads(4)
        .with_memory_bytes(64_000_000);
    let mut writer = index.writer(options).unwrap();
    for some in all.chunks(37) {
        writer.add_all(some.iter().cloned()).unwrap();
        writer.commit().unwrap();
    }
    assert_eq!(groups(&index), expected, "four threads, nine commits");
    writer.merge().unwrap();
    assert_eq!(groups(&index), expected, "one segment");
    // The same articles again: each finds itself.
    writer.add_all(all.iter().rev().cloned()).unwrap();
    writer.finish().unwrap();
    assert_eq!(groups(&index), expected, "added again");

    let anew = directory.path().join("anew");
    reindex(&path, &anew, options, &mut |_, _| {}).unwrap();
    assert_eq!(
        groups(&NewsIndex::open(&anew).unwrap()),
        expected,
        "written anew"
    );
}

#[test]
fn what_is_deleted_lends_its_group_no_longer() {
    let copies = with_copies(20);
    let first = Article::new(
        "Chợ phiên vùng cao",
        "Ngựa thồ ngô xuống núi từ lúc gà gáy.",
    );
    let index = in_ram(copies);
    let mut writer = crate::writer(&index);
    writer.add(first.clone().with_id("first")).unwrap();
    writer.add(first.clone().with_id("second")).unwrap();
    writer.commit().unwrap();
    let group = groups(&index)["first"].clone();
    writer.delete_id("first").unwrap();
    writer.commit().unwrap();
    writer.add(first.with_id("third")).unwrap();
    writer.finish().unwrap();
    let groups = groups(&index);
    assert_eq!((&groups["second"], &groups["third"]), (&group, &group));
}

/// One hit for each group, from all hits in order: the obviously right way.
fn collapsed(hits: &[vietsearch::Hit], how: Collapse, by_date: bool) -> Vec<(String, usize)> {
    let mut members: HashMap<&str, Vec<&vietsearch::Hit>> = HashMap::new();
    let mut order = Vec::new();
    for hit in hits {
        let group = members.entry(&hit.group).or_default();
        if group.is_empty() {
            order.push(hit.group.as_str());
        }
        group.push(hit);
    }
    let mut shown: Vec<(&vietsearch::Hit, usize)> = order
        .into_iter()
        .map(|group| {
            let group = &members[group];
            let hit = match how {
                Collapse::Earliest => *group
                    .iter()
                    .min_by_key(|hit| (hit.published_at.is_none(), hit.published_at, &hit.id))
                    .unwrap(),
                _ => group[0],
            };
            (hit, group.len() - 1)
        })
        .collect();
    if by_date {
        shown.sort_by_key(|(hit, _)| (std::cmp::Reverse(hit.published_at), hit.id.clone()));
    }
    shown
        .into_iter()
        .map(|(hit, others)| (hit.id.clone(), others))
        .collect()
}

#[test]
fn collapsed_pages_make_up_the_collapsed_whole() {
    let index = in_ram(with_copies(150));
    let searcher = NewsSearcher::new(&index).unwrap();
    for query in [
        "giá",
        "gia vàng",
        "\"hà nội\"",
        "bão OR mưa",
        "source:\"báo mẫu\"",
        "",
        "khác -giá",
    ] {
        for sort in [Sort::Relevance, Sort::Date] {
            let request = SearchRequest::new(query)
                .with_sort(sort)
                .with_require(Require::All);
            let all = searcher
                .search(&request.clone().with_limit(10_000))
                .unwrap()
                .hits;
            for how in [Collapse::Best, Collapse::Earliest] {
                let at = format!("{query:?} {sort:?} {how:?}");
                let by_date = sort == Sort::Date || all.first().is_some_and(|hit| hit.score == 0.0);
                let expected = collapsed(&all, how, by_date);
                let mut request = request.clone().with_limit(7).with_collapse(how);
                let mut found = Vec::new();
                loop {
                    let page = searcher.search(&request).unwrap();
                    assert_eq!(page.total, expected.len(), "{at}");
                    found.extend(page.hits.into_iter().map(|hit| (hit.id, hit.duplicates)));
                    request.cursor = page.cursor;
                    if request.cursor.is_none() {
                        break;
                    }
                }
                assert_eq!(found, expected, "{at}");
            }
        }
    }
}

/// Many more copies than candidates that are looked at at once.
#[test]
fn a_flood_of_copies_hides_nothing() {
    let flood = (0..600).map(|number| {
        Article::new("Giá vàng giá vàng", "Giá vàng hôm nay đứng yên.")
            .with_id(format!("flood-{number}"))
    });
    let others = (0..30).map(|number| {
        let body = format!("Bài thứ {number} nói về một tiệm bán vàng, nơi giá ghi trên bảng đen.");
        Article::new(format!("Tiệm số {number}"), body).with_id(format!("other-{number}"))
    });
    let searcher = NewsSearcher::new(&in_ram(flood.chain(others))).unwrap();
    for sort in [Sort::Relevance, Sort::Date] {
        let request = SearchRequest::new("giá vàng").with_collapse(Collapse::Best);
        let mut request = request.with_sort(sort).with_limit(10);
        let mut found = Vec::new();
        loop {
            let page = searcher.search(&request).unwrap();
            assert_eq!(page.total, 31);
            found.extend(page.hits.into_iter().map(|hit| hit.duplicates));
            request.cursor = page.cursor;
            if request.cursor.is_none() {
                break;
            }
        }
        found.sort_unstable();
        assert_eq!(found, [vec![0; 30], vec![599]].concat(), "{sort:?}");
    }
}
