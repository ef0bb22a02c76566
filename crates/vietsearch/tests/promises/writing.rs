//! Adding, replacing, deleting, committing; writers and readers side by side.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use vietsearch::index::reindex;
use vietsearch::ingest::{self, Entry, Options};
use vietsearch::{Article, IndexError, NewsIndex, NewsSearcher, SearchRequest};

use crate::{fill, ids, in_ram, on_disk, one_thread, scores, search, writer};

/// I3: what is committed is visible to the next searcher, every time.
#[test]
fn a_commit_is_visible_a_thousand_times() {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = writer(&index);
    for round in 0..1000 {
        let slot = format!("slot-{}", round % 7);
        let article = Article::new(format!("Bản tin x{round}"), "Nội dung.").with_id(&slot);
        writer.add(article).unwrap();
        writer.commit().unwrap();
        let found = search(&index, &format!("x{round}"));
        assert_eq!(ids(&found), [slot.as_str()], "round {round}");
        assert_eq!(found.total, 1, "round {round}");
        assert_eq!(index.num_docs(), (round + 1).min(7));
        if let Some(replaced) = round.checked_sub(7) {
            let old = search(&index, &format!("x{replaced}"));
            assert_eq!(old.total, 0, "round {round} replaced {replaced}");
        }
    }
}

/// I3 on a disk, where commits go through files, and with all threads.
#[test]
fn a_commit_is_visible_on_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    let index = NewsIndex::create(folder.path()).unwrap();
    let reader = NewsIndex::open(folder.path()).unwrap();
    let options = one_thread().with_threads(4);
    let mut writer = index.writer(options).unwrap();
    for round in 0..30 {
        let article = Article::new(format!("Bản tin x{round}"), "").with_id(round.to_string());
        writer.add(article).unwrap();
        writer.commit().unwrap();
        assert_eq!(search(&index, &format!("x{round}")).total, 1);
        reader.reload().unwrap();
        assert_eq!(search(&reader, &format!("x{round}")).total, 1);
        assert_eq!(reader.num_docs(), round + 1);
    }
}

#[test]
fn nothing_is_visible_before_the_commit_and_a_snapshot_stays() {
    let index = in_ram([Article::new("Tin cũ", "").with_id("1")]);
    let before = NewsSearcher::new(&index).unwrap();
    let mut writer = writer(&index);
    let request = SearchRequest::new("tin");
    writer
        .add(Article::new("Tin mới", "").with_id("2"))
        .unwrap();
    writer
        .add(Article::new("Tin thay", "").with_id("1"))
        .unwrap();
    index.reload().unwrap();
    assert_eq!(ids(&search(&index, "tin")), ["1"]);
    assert_eq!(search(&index, "mới").total, 0);
    writer.commit().unwrap();
    assert_eq!(search(&index, "tin").total, 2);
    assert_eq!(search(&index, "cũ").total, 0);

    writer.delete_id("1").unwrap();
    writer.delete_id("không có").unwrap();
    assert_eq!(search(&index, "tin").total, 2);
    writer.commit().unwrap();
    assert_eq!(ids(&search(&index, "tin")), ["2"]);

    let found = before.search(&request).unwrap();
    assert_eq!(ids(&found), ["1"], "the snapshot is as it was");
    assert_eq!(found.hits[0].title.as_deref(), Some("Tin cũ"));
}

#[test]
fn delete_by_query_takes_what_holds_every_word() {
    let article = |id: &str, title: &str, source: &str| {
        Article::new(title, "").with_id(id).with_source(source)
    };
    let index = in_ram([
        article("1", "Giá vàng tăng", "Báo Mẫu"),
        article("2", "Giá xăng tăng", "Báo Mẫu"),
        article("3", "Giá vàng giảm", "Tin Thử"),
    ]);
    let delete = |query: &str| {
        let searcher = NewsSearcher::new(&index).unwrap();
        let matching = searcher.matching(&SearchRequest::new(query)).unwrap();
        let mut writer = writer(&index);
        writer.delete_matching(matching).unwrap();
        assert_eq!(search(&index, query).total > 0, !query.contains("..."));
        writer.commit().unwrap();
        index.num_docs()
    };
    for nothing in ["...", "\"...\"", "( ... )"] {
        assert_eq!(delete(nothing), 3, "{nothing:?} asks for nothing");
    }
    assert_eq!(delete("gia vang source:\"báo mẫu\""), 2);
    assert_eq!(ids(&search(&index, "giá")), ["2", "3"]);
    assert_eq!(delete("source:\"bao mau\""), 1);
    assert_eq!(ids(&search(&index, "giá")), ["3"]);
}

#[test]
fn a_dropped_writer_loses_only_what_is_not_committed() {
    let folder = tempfile::tempdir().unwrap();
    let index = on_disk(folder.path(), [Article::new("Tin một", "").with_id("1")]);
    let mut dropped = writer(&index);
    dropped
        .add(Article::new("Tin hai", "").with_id("2"))
        .unwrap();
    dropped.commit().unwrap();
    dropped
        .add(Article::new("Tin ba", "").with_id("3"))
        .unwrap();
    dropped.delete_id("1").unwrap();
    drop(dropped);
    let opened = NewsIndex::open(folder.path()).unwrap();
    assert_eq!(opened.num_docs(), 2);
    assert_eq!(ids(&search(&opened, "tin")), ["1", "2"]);
    fill(&opened, [Article::new("Tin bốn", "").with_id("4")]);
    assert_eq!(opened.num_docs(), 3);
    assert!(opened.verify().unwrap().is_sound());
}

/// O2: one writer at a time, and the error names the index.
#[test]
fn a_second_writer_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let index = NewsIndex::create(folder.path()).unwrap();
    let same = NewsIndex::open(folder.path()).unwrap();
    let first = writer(&index);
    for index in [&index, &same] {
        let error = index.writer(one_thread()).map(|_| ()).unwrap_err();
        let IndexError::WriterLocked { path: Some(path) } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(path, folder.path());
        let message = error.to_string();
        assert!(
            message.contains(&*folder.path().to_string_lossy()),
            "{message}"
        );
    }
    assert_eq!(search(&same, "tin").total, 0, "readers are not locked out");
    drop(first);
    writer(&same).commit().unwrap();

    let in_ram = NewsIndex::create_in_ram().unwrap();
    let _first = writer(&in_ram);
    let error = in_ram.writer(one_thread()).map(|_| ()).unwrap_err();
    assert!(matches!(error, IndexError::WriterLocked { path: None }));
}

#[test]
fn writer_options_out_of_range_are_errors() {
    let index = NewsIndex::create_in_ram().unwrap();
    for options in [
        one_thread().with_threads(0),
        one_thread().with_threads(usize::MAX),
        one_thread().with_memory_bytes(0),
        one_thread().with_memory_bytes(usize::MAX),
        one_thread().with_threads(200),
    ] {
        let error = index.writer(options).map(|_| ()).unwrap_err();
        assert!(matches!(error, IndexError::Setting { .. }), "{error:?}");
    }
    writer(&index).commit().unwrap();
}

/// O2: a reader beside a writer sees whole commits, in order.
#[test]
fn readers_beside_a_writer_see_whole_commits() {
    const BATCH: u64 = 20;
    const COMMITS: u64 = 25;
    let folder = tempfile::tempdir().unwrap();
    let index = NewsIndex::create(folder.path()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let reader = NewsIndex::open(folder.path()).unwrap();
                    let mut last = 0;
                    loop {
                        let is_last = done.load(Ordering::Acquire);
                        reader.reload().unwrap();
                        let searcher = NewsSearcher::new(&reader).unwrap();
                        let request = SearchRequest::new("bản tin").with_limit(3);
                        let found = searcher.search(&request).unwrap();
                        let seen = searcher.num_docs();
                        assert_eq!(seen % BATCH, 0, "half a commit");
                        assert_eq!(found.total as u64, seen);
                        assert!(seen >= last, "{seen} after {last}");
                        last = seen;
                        if is_last {
                            return last;
                        }
                    }
                })
            })
            .collect();
        let mut writer = index.writer(one_thread().with_threads(2)).unwrap();
        for number in 0..BATCH * COMMITS {
            let article = Article::new(format!("Bản tin số {number}"), "Nội dung bản tin.");
            writer.add(article.with_id(number.to_string())).unwrap();
            if (number + 1) % BATCH == 0 {
                writer.commit().unwrap();
            }
        }
        writer.finish().unwrap();
        done.store(true, Ordering::Release);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), BATCH * COMMITS);
        }
    });
}

/// Merging on demand meets the merges that commits start by themselves.
#[test]
fn merge_while_merges_are_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let index = NewsIndex::create(folder.path()).unwrap();
    let mut writer = writer(&index);
    for round in 0..8 {
        // As many as the policy merges at a time: the merge has just begun, or has just ended.
        for number in 0..8 {
            let id = format!("{round}-{number}");
            writer
                .add(Article::new(format!("Bản tin {id}"), "Nội dung.").with_id(id))
                .unwrap();
            writer.commit().unwrap();
        }
        writer.merge().unwrap();
        assert_eq!(index.num_docs(), (round + 1) * 8);
        assert_eq!(index.stats().unwrap().segments, 1);
    }
    writer.finish().unwrap();
    assert!(index.verify().unwrap().is_sound());
}

/// I5: an index of another analysis is refused, and a new one can be made of it.
#[test]
fn another_analysis_is_refused_and_reindexed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bao");
    let articles = crate::corpus::articles(60, 5);
    let index = on_disk(&path, articles);
    let queries = ["gia vang", "giá vàng", "\"hôm nay\" -xăng", "kỹ thuật", ""];
    let before: Vec<_> = queries.map(|query| scores(&search(&index, query))).into();
    let current = index.fingerprint().to_string();
    drop(index);

    let manifest = path.join("vietsearch.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    for key in ["analysis", "schema"] {
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let version = json["fingerprint"][key].as_u64().unwrap();
        json["fingerprint"][key] = (version + 1).into();
        std::fs::write(&manifest, json.to_string()).unwrap();
        for result in [NewsIndex::open(&path), NewsIndex::open_or_create(&path)] {
            let error = result.map(|_| ()).unwrap_err();
            let IndexError::AnalyzerMismatch { index, library } = &error else {
                panic!("{error:?}");
            };
            assert_eq!(*library, current);
            assert_ne!(index, library);
            assert!(error.to_string().contains("reindex"), "{error}");
        }
        let copy = folder.path().join(key);
        let written = reindex(&path, &copy, one_thread(), &mut |_, _| {}).unwrap();
        assert_eq!(written, 60);
        let copy = NewsIndex::open(&copy).unwrap();
        for (query, before) in queries.iter().zip(&before) {
            assert_eq!(&scores(&search(&copy, query)), before, "{query:?}");
        }
        assert!(copy.verify().unwrap().is_sound());
    }
}

#[test]
fn a_damaged_manifest_is_told_apart_from_no_index() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bao");
    drop(on_disk(&path, [Article::new("Tin", "").with_id("1")]));
    let manifest = path.join("vietsearch.json");
    for content in ["", "{", "[]", "{\"fingerprint\":{\"analysis\":-1}}", "\0"] {
        std::fs::write(&manifest, content).unwrap();
        let error = NewsIndex::open(&path).map(|_| ()).unwrap_err();
        assert!(
            matches!(error, IndexError::Foreign { .. }),
            "{content:?}: {error:?}"
        );
    }
    std::fs::remove_file(&manifest).unwrap();
    let error = NewsIndex::open(&path).map(|_| ()).unwrap_err();
    assert!(matches!(error, IndexError::Foreign { .. }), "{error:?}");
    let error = NewsIndex::create(&path).map(|_| ()).unwrap_err();
    assert!(matches!(error, IndexError::Exists { .. }), "{error:?}");
    for nothing in ["none", ""] {
        let error = NewsIndex::open(folder.path().join(nothing))
            .map(|_| ())
            .unwrap_err();
        assert!(matches!(error, IndexError::NotAnIndex { .. }), "{error:?}");
    }
}

/// I6: what cannot be used is one report; its neighbours are indexed, odd bytes and all.
#[test]
fn bad_input_is_isolated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tin.jsonl");
    let lines = concat!(
        r#"{"id":"1","title":"Bản tin sáng","body":"Trời se lạnh."}"#,
        "\n",
        r#"{"id":"2","lead":"Không tít, không bài"}"#,
        "\n",
        r#"{"id":"3","title":"Bản\u0000tin chiều","published_at":"32/13/2024"}"#,
        "\n",
    );
    std::fs::write(&path, lines).unwrap();
    let mut articles = Vec::new();
    let mut skipped = Vec::new();
    let mut warned = Vec::new();
    for entry in ingest::read([path.clone()], &Options::default()) {
        match entry {
            Entry::Article {
                article, warnings, ..
            } => {
                articles.push(*article);
                warned.extend(warnings);
            }
            Entry::Skipped(problem) => skipped.push(problem),
        }
    }
    assert_eq!((articles.len(), skipped.len(), warned.len()), (2, 1, 1));
    assert_eq!(skipped[0].place.line, Some(2));
    assert_eq!(&*skipped[0].place.path, path);
    assert!(!skipped[0].reason.is_empty());
    assert_eq!(warned[0].place.line, Some(3));
    assert!(warned[0].reason.contains("32/13/2024"), "{}", warned[0]);

    let index = in_ram(articles);
    let found = search(&index, "tin chiều");
    assert_eq!(ids(&found)[0], "3");
    let hit = &found.hits[0];
    assert_eq!(hit.title.as_deref(), Some("Bản\0tin chiều"));
    assert_eq!(hit.published_at, None);
    assert_eq!(ids(&search(&index, "se lanh")), ["1"]);
}

/// One bad article in a batch is refused alone.
#[test]
fn an_empty_article_is_refused_alone() {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = writer(&index);
    writer
        .add(Article::new("Tin một", "").with_id("1"))
        .unwrap();
    for (title, body) in [("", ""), ("...", "\u{301}\0"), (" ", "\u{feff}\u{200b}")] {
        let error = writer.add(Article::new(title, body).with_id("bad"));
        let error = error.unwrap_err();
        assert!(
            matches!(&error, IndexError::EmptyArticle { key } if key == "bad"),
            "{error:?}"
        );
    }
    writer
        .add(Article::new("Tin hai", "").with_id("2"))
        .unwrap();
    writer.commit().unwrap();
    assert_eq!(ids(&search(&index, "tin")), ["1", "2"]);
}

/// The folder of an index holds what its list of segments names, and what every index has.
fn assert_tidy(folder: &Path, at: &str) {
    let list = std::fs::read_to_string(folder.join("meta.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let segments = list["segments"].as_array().unwrap().iter();
    let segments: Vec<String> = segments
        .map(|segment| segment["segment_id"].as_str().unwrap().replace('-', ""))
        .collect();
    let always = [
        "meta.json",
        "vietsearch.json",
        ".managed.json",
        ".tantivy-meta.lock",
        ".tantivy-writer.lock",
    ];
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let (stem, _) = name.split_once('.').unwrap();
        let is_needed = always.contains(&name.as_str()) || segments.iter().any(|id| id == stem);
        assert!(is_needed, "{at}: {name}");
    }
}

/// What merges have replaced goes when the writer is closed, not when the next one is opened.
#[test]
fn a_closed_writer_leaves_no_file_that_nobody_needs() {
    for round in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let index = NewsIndex::create(folder.path()).unwrap();
        let mut first = writer(&index);
        for commit in 0..12 {
            for number in 0..4 {
                let article = Article::new(format!("Bản tin {commit}"), "Nội dung.");
                let id = commit * 2 + number;
                first.add(article.with_id(id.to_string())).unwrap();
            }
            first.commit().unwrap();
        }
        first.finish().unwrap();
        assert_tidy(folder.path(), &format!("round {round}, after commits"));
        drop(index);

        let index = NewsIndex::open(folder.path()).unwrap();
        let mut second = index.writer(one_thread().with_threads(2)).unwrap();
        // So many that a merge takes them away, which begins with the commit.
        for id in 0..12 {
            second.delete_id(&id.to_string()).unwrap();
        }
        second.merge().unwrap();
        second.finish().unwrap();
        assert_tidy(folder.path(), &format!("round {round}, after a merge"));
    }
}

/// A killed writer leaves files of its own: a file that was not renamed yet, and near-duplicates that
/// were not committed. The next writer takes them away, and nothing else.
#[test]
fn the_next_writer_takes_away_what_a_killed_one_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let index = NewsIndex::create(folder.path()).unwrap();
    let left = [".tmpAb12Cd", ".0f3a.recent-bands", ".0f3a.recent-words"];
    let others = [".gitignore", ".tmp", "ghi-chu.txt"];
    for name in left.iter().chain(&others) {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    writer(&index).finish().unwrap();
    let is_there = |name: &&str| folder.path().join(name).exists();
    assert_eq!(left.iter().find(|name| is_there(name)), None);
    assert_eq!(others.iter().find(|name| !is_there(name)), None);
}

/// An index that was opened before another one has written to the folder knows nothing of those files.
#[test]
fn files_of_another_process_are_taken_away_too() {
    let folder = tempfile::tempdir().unwrap();
    let ours = NewsIndex::create(folder.path()).unwrap();
    let other = NewsIndex::open(folder.path()).unwrap();
    let article = |id: &str| Article::new(format!("Bản tin {id}"), "Nội dung.").with_id(id);
    for id in ["1", "2"] {
        let mut writer = writer(&other);
        writer.add(article(id)).unwrap();
        writer.finish().unwrap();
    }
    let mut ours = writer(&ours);
    ours.add(article("3")).unwrap();
    ours.merge().unwrap();
    ours.finish().unwrap();
    assert_tidy(folder.path(), "after a merge");
    assert_eq!(NewsIndex::open(folder.path()).unwrap().num_docs(), 3);
}
