//! Follows feeds: reads RSS and Atom files into an index and tells which saved queries each new
//! article answers.
//!
//! ```sh
//! curl -s https://bao.example/rss > feeds/bao.xml   # by cron, from each paper that is followed
//! cargo run -p vietsearch-examples --bin follow_feeds -- --index tin --alerts cau-tim.txt feeds/
//! ```
//!
//! A feed holds mostly what it held an hour ago. The `guid` of an item is the key of the article: what
//! is in the index already is passed over, what a paper has corrected replaces what was there, and
//! only what is new is told. Alerts go to stdout, everything else to stderr.

use std::collections::HashSet;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tantivy::collector::TopDocs;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};
use vietsearch::ingest::{self, Entry, Options};
use vietsearch::{Alerts, Article, IndexError, NewsIndex, SearchRequest, WriterOptions};

const USAGE: &str = "\
Cách dùng: follow_feeds --index THƯ_MỤC --alerts TỆP TỆP_TIN_HOẶC_THƯ_MỤC...

  --index THƯ_MỤC   chỉ mục, tạo mới nếu chưa có
  --alerts TỆP      mỗi dòng một câu tìm; dòng bắt đầu bằng # là ghi chú
  còn lại           tệp RSS, Atom (.xml, .rss, .atom, có thể nén .gz) hoặc thư mục";

/// What the command line asks for.
struct Arguments {
    index: PathBuf,
    alerts: PathBuf,
    feeds: Vec<PathBuf>,
}

impl Arguments {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let (mut index, mut alerts, mut feeds) = (None, None, Vec::new());
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().map(PathBuf::from);
            match argument.to_str() {
                Some("--index") => index = value(),
                Some("--alerts") => alerts = value(),
                Some(option) if option.starts_with('-') => {
                    return Err(format!("không có tùy chọn {option:?}"));
                }
                _ => feeds.push(argument.into()),
            }
        }
        match (index, alerts, feeds.is_empty()) {
            (Some(index), Some(alerts), false) => Ok(Self {
                index,
                alerts,
                feeds,
            }),
            _ => Err("cần --index, --alerts và ít nhất một tệp tin".to_string()),
        }
    }
}

/// What a run did.
#[derive(Default)]
struct Tally {
    new: u64,
    changed: u64,
    known: u64,
    skipped: u64,
}

/// The queries of a file; each is its own name.
fn read_alerts(path: &Path) -> Result<Alerts, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut alerts = Alerts::new();
    for line in text.lines().map(str::trim) {
        if !line.is_empty() && !line.starts_with('#') {
            alerts.save(line, SearchRequest::new(line))?;
        }
    }
    Ok(alerts)
}

/// The article with a key that was there when the run began.
fn stored(
    index: &NewsIndex,
    searcher: &Searcher,
    key: &str,
) -> Result<Option<Article>, Box<dyn Error>> {
    let term = Term::from_field_text(index.fields().id, key);
    let query = TermQuery::new(term, IndexRecordOption::Basic);
    let found = searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
    let article = found
        .first()
        .map(|(_, address)| index.article(searcher, *address));
    Ok(article.transpose()?)
}

fn tell(article: &Article, queries: &[&str]) {
    let title = article.title.as_deref().unwrap_or("(không có tiêu đề)");
    println!("{title}");
    let day = article.published_at.map(|at| at.day().to_string());
    let known = [day.as_ref(), article.source.as_ref(), article.url.as_ref()];
    let known: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
    if !known.is_empty() {
        println!("  {}", known.join(" · "));
    }
    println!("  ← {}", queries.join(", "));
}

fn follow(arguments: &Arguments) -> Result<Tally, Box<dyn Error>> {
    let alerts = read_alerts(&arguments.alerts)?;
    let mut matcher = alerts.matcher();
    let index = NewsIndex::open_or_create(&arguments.index)?;
    let before = index.searcher();
    let mut writer = index.writer(WriterOptions::default())?;
    let mut tally = Tally::default();
    // Papers carry each other's items, and a paper has several feeds.
    let mut seen = HashSet::new();
    let mut fired = Vec::new();

    for entry in ingest::read(arguments.feeds.clone(), &Options::default()) {
        let (mut article, place) = match entry {
            Entry::Article {
                article,
                place,
                warnings,
            } => {
                for warning in warnings {
                    eprintln!("lưu ý: {warning}");
                }
                (*article, place)
            }
            Entry::Skipped(problem) => {
                eprintln!("bỏ qua: {problem}");
                tally.skipped += 1;
                continue;
            }
        };
        let key = article.key();
        if !seen.insert(key.clone()) {
            tally.known += 1;
            continue;
        }
        // As it is stored, so that the two can be compared.
        article.id = Some(key.clone());
        let known = stored(&index, &before, &key)?;
        if known.as_ref() == Some(&article) {
            tally.known += 1;
            continue;
        }
        match writer.add(article.clone()) {
            Ok(()) => {}
            // Punctuation only: nothing in it could be found.
            Err(error @ IndexError::EmptyArticle { .. }) => {
                eprintln!("bỏ qua: {place}: {error}");
                tally.skipped += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        if known.is_some() {
            tally.changed += 1;
            continue;
        }
        tally.new += 1;
        let queries = matcher.matches(&article)?;
        if !queries.is_empty() {
            fired.push((article, queries));
        }
    }
    // What is told is in the index: a run that fails before tells the same once more.
    writer.finish()?;
    for (article, queries) in &fired {
        tell(article, queries);
    }
    Ok(tally)
}

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(reason) => {
            eprintln!("{reason}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match follow(&arguments) {
        Ok(tally) => {
            let Tally {
                new,
                changed,
                known,
                skipped,
            } = tally;
            eprintln!("{new} bài mới, {changed} bài sửa, {known} bài đã có, {skipped} mục bỏ qua");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("lỗi: {error}");
            ExitCode::FAILURE
        }
    }
}
