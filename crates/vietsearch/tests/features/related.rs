//! What is suggested, and what is like something.

use std::collections::BTreeMap;

use serde::Deserialize;
use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, Story, WriterOptions};

use crate::{Failure, Report, index};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuggestCase {
    id: String,
    docs: Vec<Article>,
    /// How often each of the articles is added, with other ids.
    #[serde(default)]
    times: Vec<usize>,
    /// Articles of a commit; all in one if it is left out.
    commit_every: Option<usize>,
    #[serde(default)]
    delete_ids: Vec<String>,
    /// Whether the segments are merged.
    #[serde(default)]
    merge: bool,
    /// What is typed, and all that is suggested.
    #[serde(default)]
    completions: BTreeMap<String, Vec<String>>,
    /// A query, and the first words that go with it.
    #[serde(default)]
    related: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimilarCase {
    id: String,
    docs: Vec<Article>,
    /// An id, and the first ids that are like it, ascending.
    first: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    absent: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoriesCase {
    id: String,
    docs: Vec<Article>,
    /// All articles if it is left out.
    #[serde(default)]
    query: String,
    /// The ids of each story, the earliest first; the stories in any order.
    stories: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DuplicatesCase {
    id: String,
    docs: Vec<Article>,
    /// All articles, those of one group together.
    groups: Vec<Vec<String>>,
}

pub(crate) fn run_suggest(case: &SuggestCase, report: &mut Report) -> Result<(), Failure> {
    let index = NewsIndex::create_in_ram()?;
    let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    let mut added = 0;
    for (number, article) in case.docs.iter().enumerate() {
        let times = case.times.get(number).copied().unwrap_or(1);
        for time in 0..times {
            let mut article = article.clone();
            if times > 1 || article.id.is_none() {
                article.id = Some(format!("{number}.{time}"));
            }
            writer.add(article)?;
            added += 1;
            if case.commit_every.is_some_and(|every| added % every == 0) {
                writer.commit()?;
            }
        }
    }
    writer.commit()?;
    for id in &case.delete_ids {
        writer.delete_id(id)?;
    }
    writer.commit()?;
    if case.merge {
        writer.merge()?;
    }
    writer.finish()?;
    let searcher = NewsSearcher::new(&index)?;
    for (typed, expected) in &case.completions {
        let found = searcher.suggest(typed, 10)?;
        let found: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        report.check(found == *expected, || {
            format!("{} {typed:?}: {found:?}, expected {expected:?}", case.id)
        });
    }
    for (query, expected) in &case.related {
        let found = searcher.related(&SearchRequest::new(query.as_str()), expected.len())?;
        let found: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        report.check(found == *expected, || {
            format!("{} {query:?}: {found:?}, expected {expected:?}", case.id)
        });
    }
    Ok(())
}

pub(crate) fn run_similar(case: &SimilarCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(&case.docs)?;
    let searcher = NewsSearcher::new(&index)?;
    for (id, expected) in &case.first {
        let found = searcher.similar(id, 10)?;
        let ids: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
        let mut first: Vec<&str> = ids.iter().take(expected.len()).copied().collect();
        first.sort_unstable();
        report.check(first == *expected, || {
            format!("{} {id:?}: {ids:?}, expected first {expected:?}", case.id)
        });
        let absent = case.absent.iter().chain([id]);
        for absent in absent {
            report.check(!ids.contains(&absent.as_str()), || {
                format!("{} {id:?}: {ids:?} has {absent:?}", case.id)
            });
        }
    }
    Ok(())
}

pub(crate) fn run_stories(case: &StoriesCase, report: &mut Report) -> Result<(), Failure> {
    let index = index(&case.docs)?;
    let request = SearchRequest::new(&case.query).with_limit(1_000);
    let stories = NewsSearcher::new(&index)?.stories(&request)?;
    let ids = |story: &Story| story.hits.iter().map(|hit| hit.id.clone()).collect();
    let mut found: Vec<Vec<String>> = stories.iter().map(ids).collect();
    let mut expected = case.stories.clone();
    found.sort();
    expected.sort();
    report.check(found == expected, || {
        format!("{}: {found:?}, expected {expected:?}", case.id)
    });
    Ok(())
}

/// The articles are of these groups: added at once, one commit for each, and written anew.
pub(crate) fn run_duplicates(case: &DuplicatesCase, report: &mut Report) -> Result<(), Failure> {
    let options = WriterOptions::default().with_threads(1);
    let directory = tempfile::tempdir()?;
    let [one_by_one, anew] = ["one-by-one", "anew"].map(|name| directory.path().join(name));
    let indexes = [index(&case.docs)?, NewsIndex::create(&one_by_one)?];
    let mut writer = indexes[1].writer(options)?;
    for article in &case.docs {
        writer.add(article.clone())?;
        writer.commit()?;
    }
    writer.finish()?;
    vietsearch::index::reindex(&one_by_one, &anew, options, &mut |_, _| {})?;
    let [at_once, one_by_one] = indexes;
    let mut known = None;
    for (how, index) in [
        ("at once", at_once),
        ("one by one", one_by_one),
        ("written anew", NewsIndex::open(&anew)?),
    ] {
        let request = SearchRequest::new("").with_limit(100);
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for hit in NewsSearcher::new(&index)?.search(&request)?.hits {
            groups.entry(hit.group).or_default().push(hit.id);
        }
        for ids in groups.values_mut() {
            ids.sort();
        }
        let mut found: Vec<&Vec<String>> = groups.values().collect();
        let mut expected: Vec<&Vec<String>> = case.groups.iter().collect();
        found.sort();
        expected.sort();
        report.check(found == expected, || {
            format!("{} {how}: {found:?}, expected {expected:?}", case.id)
        });
        let known = known.get_or_insert_with(|| groups.clone());
        report.check(*known == groups, || {
            format!("{} {how}: groups {groups:?}, at once {known:?}", case.id)
        });
    }
    Ok(())
}
