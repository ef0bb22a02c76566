//! O3: damaged files: whatever is flipped, cut, overwritten or taken away, an answer is the right one or a
//! typed error, in bounded time and memory, and `verify` names the file.
//!
//! `VIETSEARCH_DAMAGES` is how many damages are tried (60 if it is not set), `VIETSEARCH_SEED` where
//! they begin.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../promises/corpus.rs"]
mod corpus;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use corpus::Random;
use vietsearch::index::verify;
use vietsearch::{Article, Collapse, NewsIndex, NewsSearcher, SearchRequest, Sort, WriterOptions};

/// A damage whose answers take longer hangs. A sound index takes a fraction of a second in a debug
/// build.
const HANG: Duration = Duration::from_secs(120);
/// The most bytes that answers may ask for at a time; a sound index asks for less than a tenth.
const MOST_BYTES: u64 = 400 << 20;

/// Panics of all threads: those of tantivy are not ours to join.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |given| given.parse().unwrap())
}

fn options() -> WriterOptions {
    WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(30_000_000)
}

/// Several segments, deleted articles, copies, words of one's own names, all kinds of files.
fn write_index(path: &Path) {
    let index = NewsIndex::create(path).unwrap();
    let mut writer = index.writer(options()).unwrap();
    for part in 0..4 {
        let mut articles = corpus::articles(700, part);
        for (number, article) in articles.iter_mut().enumerate() {
            article.id = Some(format!("{part}-{number}"));
        }
        let copy = articles[0].clone().with_id(format!("{part}-copy"));
        writer.add_all(articles).unwrap();
        writer.add(copy).unwrap();
        writer.commit().unwrap();
    }
    for part in 0..3 {
        writer.delete_id(&format!("{part}-5")).unwrap();
        writer.delete_id(&format!("{part}-17")).unwrap();
    }
    writer.finish().unwrap();
    assert!(index.stats().unwrap().segments > 1);
}

/// What readers ask, and the answers in words; errors as they are.
fn answers(path: &Path) -> Result<Vec<Result<String, String>>, String> {
    let index = NewsIndex::open(path).map_err(|error| error.to_string())?;
    let searcher = NewsSearcher::new(&index).map_err(|error| error.to_string())?;
    let mut answers = Vec::new();
    let plain = |query: &str| SearchRequest::new(query).with_limit(20);
    for request in [
        plain("gia vang"),
        plain("giá vàng -xăng").with_facets(["none"]),
        plain("\"hôm nay\" bão"),
        plain("bão -\"thành phố\""),
        plain("kỹ thu*"),
        plain("Covid-19 nguời").with_sort(Sort::Date),
        plain("đường").with_collapse(Collapse::Best),
        plain("nguồn:\"báo mẫu\" hà nội"),
        plain(""),
    ] {
        let found = searcher.search(&request);
        answers.push(found.map(|found| format!("{found:?}")).map_err(told));
    }
    let found = searcher.suggest("gi", 10);
    answers.push(found.map(|found| format!("{found:?}")).map_err(told));
    let found = searcher.similar("1-3", 5);
    answers.push(found.map(|found| format!("{found:?}")).map_err(told));
    let found = searcher.related(&plain("bão"), 5);
    answers.push(found.map(|found| format!("{found:?}")).map_err(told));
    let stats = index.stats();
    answers.push(stats.map(|stats| stats.articles.to_string()).map_err(told));
    Ok(answers)
}

fn told(error: impl std::error::Error) -> String {
    let message = error.to_string();
    assert!(message.len() < 2000, "a message, not a file: {message}");
    message
}

/// Writes on: whether it goes well or not, nothing may panic.
fn write_on(path: &Path) -> Result<(), String> {
    let index = NewsIndex::open(path).map_err(told)?;
    let mut writer = index.writer(options()).map_err(told)?;
    let article = Article::new("Giá vàng hôm nay", "Giá vàng tăng mạnh.").with_id("0-3");
    writer.add(article).map_err(told)?;
    writer.commit().map_err(told)?;
    let searcher = NewsSearcher::new(&index).map_err(told)?;
    let matching = searcher.matching(&SearchRequest::new("\"hôm nay\" -\"giá vàng\""));
    writer
        .delete_matching(matching.map_err(told)?)
        .map_err(told)?;
    writer.merge().map_err(told)?;
    writer.finish().map_err(told)
}

/// A damage of one file, and in words.
fn damage(bytes: &[u8], random: &mut Random) -> (Option<Vec<u8>>, String) {
    let mut damaged = bytes.to_vec();
    let at = random.below(bytes.len());
    match random.below(20) {
        0 => return (None, "taken away".to_string()),
        1 | 2 => {
            damaged.truncate(at);
            return (Some(damaged), format!("cut at {at} of {}", bytes.len()));
        }
        3 => {
            let length = 1 + random.below(4096.min(bytes.len() - at));
            damaged[at..at + length].fill(0);
            return (Some(damaged), format!("{length} zeros at {at}"));
        }
        4 => {
            let length = 1 + random.below(64.min(bytes.len() - at));
            damaged[at..at + length].fill_with(|| random.below(256) as u8);
            return (Some(damaged), format!("{length} random bytes at {at}"));
        }
        5 => {
            damaged.drain(at..(at + 1 + random.below(16)).min(bytes.len()));
            return (Some(damaged), format!("bytes taken out at {at}"));
        }
        _ => damaged[at] ^= 1 << random.below(8),
    }
    (Some(damaged), format!("a bit at {at} of {}", bytes.len()))
}

/// Runs in a thread of its own, so that what hangs is told.
fn bounded<T: Send + 'static>(at: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut result = None;
        let memory = allocation_counter::measure(|| result = Some(work()));
        send.send((result, memory.bytes_max)).ok();
    });
    let (result, bytes) = match receive.recv_timeout(HANG) {
        Ok(got) => got,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("hangs: {at}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("panicked: {at}"),
    };
    assert!(bytes < MOST_BYTES, "{bytes} bytes allocated: {at}");
    result.unwrap()
}

#[test]
fn damage_is_an_error_or_the_right_answer() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        hook(panic);
    }));
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("bao");
    write_index(&sound);
    let mut files: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(&sound)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    files.sort();
    let whole: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let expected = answers(&sound).unwrap();
    assert!(expected.iter().all(Result::is_ok), "{expected:?}");
    assert!(verify(&sound).unwrap().is_sound());

    let count = number("VIETSEARCH_DAMAGES", 60);
    let first = number("VIETSEARCH_SEED", 0);
    let (mut noticed, mut refused, mut right) = (0, 0, 0);
    let mut unnoticed = Vec::new();
    for seed in first..first + count {
        let mut random = Random::new(seed);
        // By bytes, as damage comes; but small files get their share.
        let chosen = match random.below(3) {
            0 => random.below(files.len()),
            _ => {
                let mut at = random.below(whole);
                let inside = |(_, bytes): &(PathBuf, Vec<u8>)| {
                    let is_inside = at < bytes.len();
                    at = at.wrapping_sub(bytes.len());
                    is_inside
                };
                files.iter().position(inside).unwrap()
            }
        };
        let (path, bytes) = &files[chosen];
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (damaged, what) = loop {
            let tried = damage(bytes, &mut random);
            // Zeros over zeros are no damage.
            if tried.0.as_ref() != Some(bytes) {
                break tried;
            }
        };
        let at = format!("seed {seed}: {name}, {what}");
        // A file of its own: what is mapped still is not changed.
        fs::remove_file(path).unwrap();
        if let Some(damaged) = &damaged {
            fs::write(path, damaged).unwrap();
        }
        let index = sound.clone();
        let verified = bounded(&at, move || verify(&index).map_err(told));
        match &verified {
            Ok(found) if found.is_sound() => unnoticed.push(at.clone()),
            Ok(found) => {
                let named = found.damaged.iter().chain(&found.problems);
                assert!(
                    named.clone().any(|told| told.contains(&name)),
                    "{at}: {found:?} does not name it"
                );
                noticed += 1;
            }
            Err(_) => noticed += 1,
        }
        let index = sound.clone();
        match bounded(&at, move || answers(&index)) {
            Err(_) => refused += 1,
            Ok(answers) => {
                for (answer, expected) in answers.iter().zip(&expected) {
                    match answer {
                        Ok(answer) => {
                            assert_eq!(Ok(answer), expected.as_ref(), "{at}");
                            right += 1;
                        }
                        Err(_) => refused += 1,
                    }
                }
            }
        }
        if seed % 8 == 0 {
            let copy = folder.path().join("ban-sao");
            fs::create_dir(&copy).unwrap();
            for (path, bytes) in &files {
                fs::write(copy.join(path.file_name().unwrap()), bytes).unwrap();
            }
            let place = copy.join(&name);
            fs::remove_file(&place).unwrap();
            if let Some(damaged) = &damaged {
                fs::write(place, damaged).unwrap();
            }
            let index = copy.clone();
            let _ = bounded(&at, move || write_on(&index));
            fs::remove_dir_all(&copy).unwrap();
        }
        assert_eq!(PANICS.load(Ordering::SeqCst), 0, "panicked: {at}");
        fs::remove_file(path).ok();
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(
        answers(&sound).unwrap(),
        expected,
        "the index is sound again"
    );
    println!(
        "{count} damages: verify noticed {noticed}; {refused} answers refused, {right} right; \
         not noticed: {unnoticed:#?}"
    );
    assert!(
        noticed * 100 >= count * 99,
        "of {count} damages verify noticed {noticed}: {unnoticed:#?}"
    );
}
