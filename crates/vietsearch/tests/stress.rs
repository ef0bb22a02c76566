//! O2: many readers beside one writer that adds, replaces, deletes, commits and merges: each reader
//! sees whole commits in order, and in the end the index is that of a serial replay.
//!
//! `VIETSEARCH_STRESS_SECONDS` is how long it takes (5 if it is not set).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "promises/corpus.rs"]
mod corpus;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use corpus::Random;
use vietsearch::index::verify;
use vietsearch::{
    Article, IndexError, NewsIndex, NewsSearcher, NewsWriter, SearchRequest, WriterOptions,
};

/// The article that tells how many commits there are.
const MARK: &str = "so-luot";
/// The article that comes after all commits.
const LAST: &str = "cuoi";
const QUERIES: [&str; 6] = [
    "gia vang",
    "giá vàng",
    "\"hôm nay\" -xăng",
    "kỹ thuật",
    "bao",
    "nguồn:\"báo mẫu\" đường",
];

/// The commits that each article is of, by id.
type State = BTreeMap<String, u64>;

struct Work {
    add: Vec<Article>,
    delete: Vec<String>,
    merge: bool,
}

fn work(commit: u64) -> Work {
    let mut random = Random::new(commit);
    let count = random.below(40);
    let mut add = corpus::articles(count, commit);
    for article in &mut add {
        article.id = Some(format!("a{}", random.below(900)));
        article.url = Some(format!("https://mau.example/{commit}"));
    }
    let mark = Article::new(format!("Lượt {commit}"), "").with_id(MARK);
    add.push(mark.with_url(format!("https://mau.example/{commit}")));
    let count = random.below(20);
    let delete = (0..count)
        .map(|_| format!("a{}", random.below(900)))
        .collect();
    Work {
        add,
        delete,
        merge: random.below(12) == 0,
    }
}

fn apply(state: &mut State, work: &Work, commit: u64) {
    for article in &work.add {
        state.insert(article.id.clone().unwrap(), commit);
    }
    for id in &work.delete {
        state.remove(id);
    }
}

fn carry_out(writer: &mut NewsWriter, work: Work) {
    writer.add_all(work.add).unwrap();
    for id in work.delete {
        writer.delete_id(&id).unwrap();
    }
    writer.commit().unwrap();
    if work.merge {
        writer.merge().unwrap();
    }
}

fn options() -> WriterOptions {
    WriterOptions::default()
        .with_threads(2)
        .with_memory_bytes(40_000_000)
}

/// What a snapshot holds, as a reader finds out.
fn seen(searcher: &NewsSearcher) -> State {
    let found = searcher.search(&SearchRequest::new("").with_limit(2000));
    let commit = |url: Option<String>| url.unwrap().rsplit_once('/').unwrap().1.parse().unwrap();
    let hits = found.unwrap().hits.into_iter();
    let mut state: State = hits.map(|hit| (hit.id, commit(hit.url))).collect();
    assert_eq!(searcher.num_docs() as usize, state.len());
    state.remove(LAST);
    state
}

/// Everything that threads share.
struct Shared<'a> {
    path: &'a Path,
    index: NewsIndex,
    /// The states after each commit, the one that is being made too.
    states: Mutex<Vec<State>>,
    committed: AtomicU64,
    done: AtomicBool,
    searches: AtomicU64,
}

/// Reads until all is done; some through the writer's own index, some as another process does.
fn read(shared: &Shared<'_>, number: usize) {
    let own = number
        .is_multiple_of(2)
        .then(|| NewsIndex::open(shared.path).unwrap());
    let mut last = 0;
    let mut random = Random::new(number as u64);
    while !shared.done.load(Ordering::Acquire) {
        let least = shared.committed.load(Ordering::Acquire);
        if let Some(own) = &own {
            own.reload().unwrap();
        }
        let searcher = NewsSearcher::new(own.as_ref().unwrap_or(&shared.index)).unwrap();
        let state = seen(&searcher);
        let Some(commit) = state.get(MARK) else {
            assert_eq!(least, 0, "commits are visible");
            continue;
        };
        let expected = shared.states.lock().unwrap()[*commit as usize].clone();
        assert_eq!(state, expected, "commit {commit} as a whole");
        assert!(
            *commit + 1 >= least,
            "{commit} is seen, {least} are committed"
        );
        assert!(*commit >= last, "{commit} after {last}");
        last = *commit;
        let query = random.pick(&QUERIES);
        let found = searcher.search(&SearchRequest::new(query).with_facets(["none"]));
        let again = searcher.search(&SearchRequest::new(query).with_facets(["none"]));
        assert_eq!(found.unwrap(), again.unwrap(), "a snapshot stays");
        searcher.suggest("gi", 5).unwrap();
        shared.searches.fetch_add(4, Ordering::Relaxed);
        // Nobody takes a new snapshot all the time, and the writer needs some of the machine.
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Copies the index now and then; a copy is a whole commit.
fn back_up(shared: &Shared<'_>) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut copies = 0;
    while !shared.done.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(300));
        let to = folder.path().join("ban-sao");
        shared.index.back_up(&to).unwrap();
        assert!(verify(&to).unwrap().is_sound());
        let copy = NewsIndex::open(&to).unwrap();
        let state = seen(&NewsSearcher::new(&copy).unwrap());
        if let Some(commit) = state.get(MARK) {
            let expected = shared.states.lock().unwrap()[*commit as usize].clone();
            assert_eq!(state, expected, "the copy of commit {commit}");
        }
        std::fs::remove_dir_all(&to).unwrap();
        copies += 1;
    }
    copies
}

fn write(shared: &Shared<'_>, time: Duration) -> u64 {
    let started = Instant::now();
    let mut writer = shared.index.writer(options()).unwrap();
    let mut commit = 0;
    while started.elapsed() < time {
        let work = work(commit);
        let mut states = shared.states.lock().unwrap();
        let mut state = states.last().cloned().unwrap_or_default();
        apply(&mut state, &work, commit);
        states.push(state);
        drop(states);
        carry_out(&mut writer, work);
        commit += 1;
        shared.committed.store(commit, Ordering::Release);
        if commit.is_multiple_of(10) {
            for index in [&shared.index, &NewsIndex::open(shared.path).unwrap()] {
                let second = index.writer(options()).map(|_| ()).unwrap_err();
                assert!(matches!(second, IndexError::WriterLocked { .. }));
            }
        }
    }
    end(writer);
    commit
}

/// One article more, so that there is something to merge: then no deleted article counts.
fn end(mut writer: NewsWriter) {
    let last = Article::new("Tin cuối", "").with_id(LAST);
    writer.add(last.with_url("https://mau.example/0")).unwrap();
    writer.merge().unwrap();
    writer.finish().unwrap();
}

/// Ids and scores; those of a replay have the same counts.
fn answers(index: &NewsIndex) -> Vec<(usize, Vec<(String, f32)>)> {
    let searcher = NewsSearcher::new(index).unwrap();
    let answer = |query: &str| {
        let found = searcher.search(&SearchRequest::new(query).with_limit(50));
        let found = found.unwrap();
        let hits = found.hits.into_iter();
        (found.total, hits.map(|hit| (hit.id, hit.score)).collect())
    };
    QUERIES.into_iter().map(answer).collect()
}

fn stress(time: Duration) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bao");
    let shared = Shared {
        path: &path,
        index: NewsIndex::create(&path).unwrap(),
        states: Mutex::default(),
        committed: AtomicU64::new(0),
        done: AtomicBool::new(false),
        searches: AtomicU64::new(0),
    };
    let (commits, copies) = std::thread::scope(|scope| {
        for number in 0..8 {
            let shared = &shared;
            scope.spawn(move || read(shared, number));
        }
        let copies = scope.spawn(|| back_up(&shared));
        let commits = write(&shared, time);
        shared.done.store(true, Ordering::Release);
        (commits, copies.join().unwrap())
    });

    let replay = NewsIndex::create_in_ram().unwrap();
    let mut writer = replay.writer(options().with_threads(1)).unwrap();
    for commit in 0..commits {
        let mut work = work(commit);
        work.merge = false;
        carry_out(&mut writer, work);
    }
    end(writer);
    assert_eq!(answers(&shared.index), answers(&replay));
    assert!(shared.index.verify().unwrap().is_sound());
    let searches = shared.searches.load(Ordering::Relaxed);
    format!("{commits} commits, {searches} searches, {copies} copies in {time:?}")
}

#[test]
fn readers_beside_a_writer_equal_a_serial_replay() {
    let seconds = std::env::var("VIETSEARCH_STRESS_SECONDS");
    let seconds = seconds.map_or(5, |given| given.parse().unwrap());
    let time = Duration::from_secs(seconds);
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(stress(time)));
    // Who waits for another for ever is found out.
    match receive.recv_timeout(time * 3 + Duration::from_secs(180)) {
        Ok(told) => println!("{told}"),
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("the threads wait for each other"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("a thread panicked"),
    }
}
