//! Disks that fail: each error is typed, the index is as of the last commit, and a new writer goes on.
//!
//! `VIETSEARCH_FAULTS=all` fails every call of every kind once, `VIETSEARCH_FAULTS=disk` too, on a disk;
//! otherwise a part of them, in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod directory;
mod folders;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use directory::{Fault, FaultDirectory, Point};
use tantivy::directory::{MmapDirectory, RamDirectory};
use vietsearch::index::IndexOptions;
use vietsearch::{Article, IndexError, NewsIndex, NewsSearcher, SearchRequest, WriterOptions};

/// What a fault makes wait longer than this hangs.
const HANG: Duration = Duration::from_secs(120);

/// The articles of a commit: titles by id.
type Articles = BTreeMap<String, String>;

static PANICS: AtomicUsize = AtomicUsize::new(0);

fn options() -> WriterOptions {
    WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(20_000_000)
}

fn article(number: usize, version: &str) -> Article {
    let body = format!("Đoạn {number} kể chuyện làng nghề ven sông {version}.");
    Article::new(format!("Bản tin số {number} {version}"), body).with_id(format!("n{number}"))
}

/// What is to be done between two commits.
struct Step {
    name: &'static str,
    add: Vec<(usize, &'static str)>,
    delete: Vec<usize>,
    merge: bool,
}

fn steps() -> Vec<Step> {
    let step = |name, add: Vec<(usize, &'static str)>, delete: Vec<usize>, merge| Step {
        name,
        add,
        delete,
        merge,
    };
    vec![
        step("add", (0..12).map(|n| (n, "đầu")).collect(), vec![], false),
        step(
            "add more",
            (12..20).map(|n| (n, "đầu")).collect(),
            vec![],
            false,
        ),
        step(
            "upsert",
            (5..15).map(|n| (n, "sau")).collect(),
            vec![],
            false,
        ),
        step("delete", vec![], vec![1, 2, 13], false),
        step("merge", vec![(30, "mới")], vec![7], true),
        step("add after", vec![(31, "mới"), (0, "mới")], vec![30], false),
    ]
}

/// What the articles are after a step.
fn after(before: &Articles, step: &Step) -> Articles {
    let mut articles = before.clone();
    for (number, version) in &step.add {
        let article = article(*number, version);
        articles.insert(article.id.unwrap(), article.title.unwrap());
    }
    for number in &step.delete {
        articles.remove(&format!("n{number}"));
    }
    articles
}

/// How far it came: what is committed for sure, and what may be.
struct Reached {
    committed: Articles,
    tried: Articles,
    error: Option<(&'static str, IndexError)>,
}

fn carry_out(directory: &FaultDirectory) -> Reached {
    let mut reached = Reached {
        committed: Articles::new(),
        tried: Articles::new(),
        error: None,
    };
    let index = match NewsIndex::create_in(directory.clone(), &IndexOptions::default()) {
        Ok(index) => index,
        Err(error) => {
            reached.error = Some(("create", error));
            return reached;
        }
    };
    let mut writer = match index.writer(options()) {
        Ok(writer) => writer,
        Err(error) => {
            reached.error = Some(("writer", error));
            return reached;
        }
    };
    for step in steps() {
        reached.tried = after(&reached.committed, &step);
        let mut all = || -> Result<(), IndexError> {
            for (number, version) in &step.add {
                writer.add(article(*number, version))?;
            }
            for number in &step.delete {
                writer.delete_id(&format!("n{number}"))?;
            }
            match step.merge {
                true => writer.merge(),
                false => writer.commit(),
            }
        };
        if let Err(error) = all() {
            // What has failed does not become whole by another commit.
            let again = writer.commit();
            assert!(again.is_err(), "a commit after {error:?} in {}", step.name);
            reached.error = Some((step.name, error));
            return reached;
        }
        reached.committed = reached.tried.clone();
    }
    if let Err(error) = writer.finish() {
        reached.error = Some(("finish", error));
    }
    reached
}

fn articles(index: &NewsIndex) -> Articles {
    let searcher = NewsSearcher::new(index).unwrap();
    let found = searcher.search(&SearchRequest::new("").with_limit(1000));
    let hits = found.unwrap().hits.into_iter();
    hits.map(|hit| (hit.id, hit.title.unwrap())).collect()
}

/// The index after a fault, read by somebody else, and written on.
fn is_as_of_the_last_commit(directory: &FaultDirectory, reached: &Reached, at: &str) {
    directory.set(None);
    let index = match NewsIndex::open_in(directory.clone()) {
        Ok(index) => index,
        Err(IndexError::NotAnIndex { .. }) if reached.committed.is_empty() => {
            NewsIndex::create_in(directory.clone(), &IndexOptions::default()).expect(at)
        }
        Err(error) => panic!("{at}: {error:?}"),
    };
    let found = articles(&index);
    assert!(
        found == reached.committed || found == reached.tried,
        "{at}: {found:?} is neither {:?} nor {:?}",
        reached.committed,
        reached.tried
    );
    let verified = index.verify().expect(at);
    assert!(verified.is_sound(), "{at}: {verified:?}");
    let mut writer = index.writer(options()).expect(at);
    writer.add(article(99, "cuối")).expect(at);
    writer.merge().expect(at);
    writer.finish().expect(at);
    let mut expected = found;
    let last = article(99, "cuối");
    expected.insert(last.id.unwrap(), last.title.unwrap());
    assert_eq!(articles(&index), expected, "{at}");
    assert!(index.verify().expect(at).is_sound(), "{at}");
}

fn bounded(at: &str, work: impl FnOnce() + Send + 'static) {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        work();
        send.send(()).ok();
    });
    match receive.recv_timeout(HANG) {
        Ok(()) => {}
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("hangs: {at}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("panicked: {at}"),
    }
}

#[test]
fn each_fault_is_an_error_and_loses_nothing() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        hook(panic);
    }));
    let folder = tempfile::tempdir().unwrap();
    let given = std::env::var("VIETSEARCH_FAULTS").unwrap_or_default();
    let is_on_disk = given == "disk";
    let is_full = is_on_disk || given == "all";
    let open = |name: &str| {
        if !is_on_disk {
            return FaultDirectory::new(RamDirectory::create());
        }
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        FaultDirectory::new(MmapDirectory::open(path).unwrap())
    };
    let all = open("tron-ven");
    let reached = carry_out(&all);
    assert!(reached.error.is_none(), "{:?}", reached.error);
    let counts = Point::ALL.map(|point| (point, all.count(point)));
    is_as_of_the_last_commit(&all, &reached, "no fault");

    println!("calls: {counts:?}");
    let (mut faults, mut errors) = (0, BTreeMap::new());
    for (point, count) in counts {
        assert!(
            count > 0 || matches!(point, Point::Flush),
            "{point:?} is never called"
        );
        // The first calls are those of creation; then a part of all.
        let stride = if is_full { 1 } else { (count / 6).max(1) };
        for number in (0..count).step_by(stride) {
            for (kind, lasting) in [(ErrorKind::StorageFull, true), (ErrorKind::Other, false)] {
                let fault = Fault {
                    point,
                    number,
                    kind,
                    lasting,
                };
                let at = format!("{fault:?}");
                let name = format!("{point:?}-{number}-{lasting}");
                let directory = open(&name);
                let told = std::sync::Arc::new(std::sync::Mutex::new(None));
                let tell = std::sync::Arc::clone(&told);
                let given = at.clone();
                let shared = directory.clone();
                bounded(&at, move || {
                    shared.set(Some(fault));
                    let reached = carry_out(&shared);
                    let failed = shared.has_failed();
                    is_as_of_the_last_commit(&shared, &reached, &given);
                    *tell.lock().unwrap() = Some((reached.error, failed));
                });
                assert_eq!(PANICS.load(Ordering::SeqCst), 0, "panicked: {at}");
                let (error, failed) = told.lock().unwrap().take().unwrap();
                // The order of threads decides how often something is called.
                if failed {
                    faults += 1;
                }
                let answer = match error {
                    Some((step, error)) => {
                        let message = error.to_string();
                        assert!(
                            !message.is_empty() && message.len() < 1000,
                            "{at}: {message}"
                        );
                        format!("{point:?}: error in {step}")
                    }
                    None => format!("{point:?}: went on"),
                };
                *errors.entry(answer).or_insert(0) += 1;
                if is_on_disk {
                    std::fs::remove_dir_all(folder.path().join(name)).unwrap();
                }
            }
        }
    }
    println!("{faults} faults: {errors:#?}");
    assert!(faults > 60);
}
