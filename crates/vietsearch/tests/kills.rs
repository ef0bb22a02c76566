//! I4: a process that is killed at any moment, while it creates, adds, replaces, deletes, commits or
//! merges, loses only what it had not committed, and the next one needs no repair.
//!
//! `VIETSEARCH_KILLS` is how many processes are killed (12 if it is not set).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "promises/corpus.rs"]
#[expect(dead_code, reason = "random numbers are all that is needed of it")]
mod corpus;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use corpus::Random;
use vietsearch::{Article, IndexError, NewsIndex, NewsSearcher, SearchRequest, WriterOptions};

/// Where the child writes.
const DIRECTORY: &str = "VIETSEARCH_TEST_KILLED";
/// The commits that are in the index when it starts.
const COMMITS: &str = "VIETSEARCH_TEST_COMMITS";

/// The number of the commit that an article is of, by the number in its id.
type Articles = BTreeMap<u64, u64>;

/// What is done for a commit: the same every time that it is tried.
struct Work {
    add: Vec<u64>,
    delete: Vec<u64>,
    /// Deletes what a query finds: the articles of an earlier commit.
    delete_commit: Option<u64>,
    merge: bool,
}

fn work(commit: u64) -> Work {
    let mut random = Random::new(commit);
    let ids = |random: &mut Random, most: usize| {
        let count = random.below(most);
        (0..count).map(|_| random.below(400) as u64).collect()
    };
    Work {
        add: ids(&mut random, 60),
        delete: ids(&mut random, 12),
        delete_commit: (random.below(8) == 0).then(|| commit.saturating_sub(3)),
        merge: random.below(3) == 0,
    }
}

fn after(commits: u64) -> Articles {
    let mut articles = Articles::new();
    for commit in 0..commits {
        let work = work(commit);
        articles.extend(work.add.iter().map(|id| (*id, commit)));
        for id in &work.delete {
            articles.remove(id);
        }
        if let Some(old) = work.delete_commit {
            articles.retain(|_, of| *of != old);
        }
    }
    articles
}

fn options() -> WriterOptions {
    WriterOptions::default()
        .with_threads(2)
        .with_memory_bytes(30_000_000)
}

/// Not a test by itself: works without end where [`DIRECTORY`] says, and says what it is about to do.
#[test]
fn child_works_without_end() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let first: u64 = std::env::var(COMMITS).unwrap().parse().unwrap();
    let say = |what: &str, number: u64| {
        let mut stdout = std::io::stdout();
        writeln!(stdout, "\nsays {what} {number}").unwrap();
        stdout.flush().unwrap();
    };
    say("create", first);
    let index = NewsIndex::open_or_create(directory).unwrap();
    let mut writer = index.writer(options()).unwrap();
    for commit in first.. {
        let work = work(commit);
        say("add", commit);
        for id in work.add {
            let body =
                format!("Đoạn tin về làng số {id}, lượt {commit}. ").repeat(1 + id as usize % 9);
            let article = Article::new(format!("Bản tin lượt x{commit}"), body);
            writer.add(article.with_id(id.to_string())).unwrap();
        }
        say("delete", commit);
        for id in work.delete {
            writer.delete_id(&id.to_string()).unwrap();
        }
        if let Some(old) = work.delete_commit {
            let searcher = NewsSearcher::new(&index).unwrap();
            let request = SearchRequest::new(format!("\"lượt x{old}\""));
            writer
                .delete_matching(searcher.matching(&request).unwrap())
                .unwrap();
        }
        say("commit", commit);
        writer.commit().unwrap();
        say("committed", commit + 1);
        if work.merge {
            say("merge", commit);
            writer.merge().unwrap();
        }
    }
}

/// What the child said last, and the commits that it said are done.
struct Said {
    phase: String,
    committed: u64,
}

/// When a child is killed: a while after it has said something, or after it was started.
struct Moment {
    phase: Option<&'static str>,
    delay: Duration,
}

/// What a child says, and where it is killed; the first after a start is what it says first.
const PHASES: [&str; 5] = ["create", "add", "delete", "commit", "merge"];

impl Moment {
    fn random(random: &mut Random) -> Self {
        let (phase, millis) = match random.below(7) {
            0 => (None, 1500),
            number => (PHASES.get(number - 1).copied(), 60),
        };
        Self {
            phase,
            delay: Duration::from_micros(random.below(millis * 1000) as u64),
        }
    }

    /// Waits for it; a child that never comes there is killed all the same.
    fn wait(&self, heard: &mpsc::Receiver<String>) {
        let deadline = Instant::now() + Duration::from_secs(8);
        while let Some(phase) = self.phase {
            let left = deadline.saturating_duration_since(Instant::now());
            match heard.recv_timeout(left) {
                Ok(said) if said != phase => {}
                _ => break,
            }
        }
        std::thread::sleep(self.delay);
    }
}

fn kill_at(directory: &Path, commits: u64, moment: &Moment) -> Said {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_works_without_end", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(COMMITS, commits.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (tell, heard) = mpsc::channel();
    let listener = std::thread::spawn(move || {
        let mut said = Said {
            phase: "start".to_string(),
            committed: commits,
        };
        for line in stdout.lines() {
            let line = line.unwrap();
            let Some((phase, number)) = line
                .strip_prefix("says ")
                .and_then(|said| said.split_once(' '))
            else {
                continue;
            };
            said.phase = phase.to_string();
            tell.send(said.phase.clone()).ok();
            if phase == "committed" {
                said.committed = number.parse().unwrap();
            }
        }
        said
    });
    moment.wait(&heard);
    let ended = child.try_wait().unwrap();
    if let Some(status) = ended {
        let mut told = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
        panic!("the child ended by itself: {status}: {told}");
    }
    // On Unix this is SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    listener.join().unwrap()
}

fn articles(index: &NewsIndex) -> Articles {
    let searcher = NewsSearcher::new(index).unwrap();
    let found = searcher.search(&SearchRequest::new("").with_limit(1000));
    let hits = found.unwrap().hits.into_iter().map(|hit| {
        let title = hit.title.unwrap();
        let (_, commit) = title.rsplit_once('x').unwrap();
        (hit.id.parse().unwrap(), commit.parse().unwrap())
    });
    hits.collect()
}

#[test]
fn kills_in_all_phases_lose_nothing_that_is_committed() {
    let kills: usize = std::env::var("VIETSEARCH_KILLS").map_or(12, |given| given.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("bao");
    let mut random = Random::new(2024);
    let mut phases: BTreeMap<String, usize> = BTreeMap::new();
    let mut commits = 0;
    let mut all_commits = 0;
    for kill in 0..kills {
        let moment = Moment::random(&mut random);
        let said = kill_at(&directory, commits, &moment);
        let at = format!(
            "kill {kill}, {:?} after {:?}, in {:?}: {} commits said, {commits} before",
            moment.delay, moment.phase, said.phase, said.committed
        );
        *phases.entry(said.phase).or_default() += 1;
        assert!(said.committed >= commits, "{at}");
        let index = match NewsIndex::open(&directory) {
            Ok(index) => index,
            Err(IndexError::NotAnIndex { .. }) if said.committed == 0 => continue,
            Err(error) => panic!("{at}: {error:?}"),
        };
        let found = articles(&index);
        let reached = [said.committed, said.committed + 1]
            .into_iter()
            .find(|commits| after(*commits) == found);
        let Some(reached) = reached else {
            panic!(
                "{at}: {found:?} is neither {:?} nor the next",
                after(said.committed)
            );
        };
        let verified = index.verify().unwrap();
        assert!(verified.is_sound(), "{at}: {verified:?}");
        all_commits += reached - commits;
        commits = reached;
        // Now and then from the beginning, for creation is a phase too.
        if random.below(8) == 0 {
            std::fs::remove_dir_all(&directory).unwrap();
            commits = 0;
        }
    }
    println!("{kills} kills, {all_commits} commits, killed in {phases:?}");
    // The next writer takes away what the killed ones have left.
    let index = NewsIndex::open_or_create(&directory).unwrap();
    let mut writer = index.writer(options()).unwrap();
    writer.merge().unwrap();
    writer.finish().unwrap();
    let files = std::fs::read_dir(&directory).unwrap().flatten();
    let names: Vec<_> = files.map(|file| file.file_name()).collect();
    assert!(names.len() < 20, "{names:?}");
    let temporary = |name: &&std::ffi::OsString| {
        let name = name.to_string_lossy();
        name.starts_with(".tmp") || name.contains(".recent-")
    };
    assert_eq!(names.iter().find(temporary), None);
}

/// Which articles of a segment are deleted goes to a file that is named by the number of the operation.
/// A commit that is killed leaves that file, and the next commit has the same number.
#[test]
fn what_a_killed_commit_has_left_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let [path, killed] = ["bao", "bi-giet"].map(|name| folder.path().join(name));
    let index = NewsIndex::create(&path).unwrap();
    let mut writer = index.writer(options().with_threads(1)).unwrap();
    // So many that one deleted article is no reason for a merge.
    for id in 0..20 {
        let article = Article::new(format!("Bản tin {id}"), "Nội dung.");
        writer.add(article.with_id(id.to_string())).unwrap();
    }
    writer.finish().unwrap();
    index.back_up(&killed).unwrap();
    let delete = |path: &Path| {
        let index = NewsIndex::open(path).unwrap();
        let mut writer = index.writer(options()).unwrap();
        writer.delete_id("1").unwrap();
        writer.commit().unwrap();
        index.num_docs()
    };
    assert_eq!(delete(&killed), 19);
    let mut left = 0;
    for file in std::fs::read_dir(&killed).unwrap() {
        let name = file.unwrap().file_name();
        let is_left = name.to_string_lossy().ends_with(".del");
        if is_left || name == ".managed.json" {
            std::fs::copy(killed.join(&name), path.join(&name)).unwrap();
            left += usize::from(is_left);
        }
    }
    assert_eq!(left, 1);
    assert_eq!(delete(&path), 19);
}
