//! I7: the memory of a writer is its budget and a fixed part, however many articles there are.
//!
//! A program of its own: the memory of the whole process is looked at. Larger budgets and collections:
//! `scale table` in `benches/`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "promises/corpus.rs"]
#[expect(dead_code, reason = "random numbers are all that is needed of it")]
mod corpus;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use corpus::Random;
use vietsearch::text::Syllable;
use vietsearch::{Article, NewsIndex, WriterOptions};

/// The least for one thread: a quarter of it is soon full of near-duplicates, which go to files then.
const BUDGET: usize = 15_000_000;
/// What a writer of one thread takes besides: tables, memos of words, articles on their way, and what
/// the allocator keeps.
const FIXED: usize = 120_000_000;
/// A quarter of the articles.
const QUARTER: usize = 6_000;

/// Anonymous memory of this process in bytes.
fn anonymous_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<usize>().unwrap() * 1024
}

fn article(number: usize, syllables: &[Syllable], random: &mut Random) -> Article {
    let mut body = String::new();
    for _ in 0..125 {
        // Some syllables are far more frequent than others.
        let among = random.below(syllables.len()).max(1);
        body.push_str(syllables[random.below(among)].as_str());
        body.push(' ');
    }
    Article::new(format!("Bản tin số {number}"), body).with_id(number.to_string())
}

/// Whether near-duplicates have gone to files.
fn has_files_of_duplicates(folder: &Path) -> bool {
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let mut names = files.map(|file| file.file_name().into_string().unwrap());
    names.any(|name| name.ends_with(".recent-bands"))
}

#[test]
fn a_writer_keeps_its_budget_however_many_articles_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let index = NewsIndex::create(folder.path()).unwrap();
    let options = WriterOptions::default()
        .with_threads(1)
        .with_memory_bytes(BUDGET);
    let mut writer = index.writer(options).unwrap();
    let syllables: Vec<Syllable> = Syllable::all().collect();
    let mut random = Random::new(1);
    let before = anonymous_bytes();
    // The most while each quarter is added, and at the end.
    let peaks: [AtomicUsize; 5] = Default::default();
    let part = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while let Some(peak) = peaks.get(part.load(Ordering::Relaxed)) {
                let bytes = anonymous_bytes().saturating_sub(before);
                peak.fetch_max(bytes, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        for number in 0..4 * QUARTER {
            part.store(number / QUARTER, Ordering::Relaxed);
            let article = article(number, &syllables, &mut random);
            writer.add(article).unwrap();
        }
        assert!(has_files_of_duplicates(folder.path()));
        part.store(4, Ordering::Relaxed);
        writer.finish().unwrap();
        part.store(5, Ordering::Relaxed);
    });
    let peaks = peaks.map(AtomicUsize::into_inner);
    println!("{peaks:?} bytes");
    assert_eq!(index.num_docs(), 4 * QUARTER as u64);
    assert!(peaks.iter().all(|peak| *peak < BUDGET + FIXED), "{peaks:?}");
    let [_, second, _, last, _] = peaks;
    assert!(last < second * 5 / 4, "{peaks:?}");
}
