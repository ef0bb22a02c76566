//! Ingestion of real articles in forms that are made here. The articles are no part of the project:
//! they are looked for in `../shared/data` beside the workspace, and without them every test passes
//! and says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use vietsearch::ingest::{self, Entry, Options};
use vietsearch::{
    Article, DateTime, NewsIndex, NewsSearcher, Require, SearchRequest, WriterOptions,
};

fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no shared data");
    None
}

fn articles(path: PathBuf) -> impl Iterator<Item = Article> {
    ingest::read([path], &Options::default()).filter_map(|entry| match entry {
        Entry::Article { article, .. } => Some(*article),
        Entry::Skipped(_) => None,
    })
}

/// A sequence that is the same on every machine (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % count as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The parts that an article was rendered from; what is missing is `None`.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    title: Option<String>,
    author: Option<String>,
    published_at: Option<DateTime>,
    body: Option<String>,
}

/// A time in the forms of Vietnamese sites, and what it says.
fn written_time(random: &mut Random) -> (String, DateTime) {
    let (day, month) = (random.below(28) + 1, random.below(12) + 1);
    let (year, hour, minute) = (2005 + random.below(20), random.below(24), random.below(60));
    let weekdays = [
        "Thứ Hai",
        "Thứ ba",
        "Thứ 4",
        "Thứ Năm",
        "THỨ SÁU",
        "Thứ bảy",
        "Chủ nhật",
    ];
    let weekday = random.pick(&weekdays);
    let iso = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00+07:00");
    let at = DateTime::parse(&iso).unwrap();
    let midnight = at.day().start();
    match random.below(12) {
        0..=3 => (
            format!("{hour:02}:{minute:02}, {day:02}/{month:02}/{year}"),
            at,
        ),
        4 => (
            format!("{hour:02}:{minute:02} | {day:02}/{month:02}/{year}"),
            at,
        ),
        5 => (
            format!("{weekday}, {day}/{month}/{year}, {hour:02}:{minute:02} (GMT+7)"),
            at,
        ),
        6 => (format!("{day}-{month}-{year} {hour:02}:{minute:02}"), at),
        7 => (format!("{hour}h{minute:02} ngày {day}/{month}/{year}"), at),
        8 => (format!("ngày {day} tháng {month} năm {year}"), midnight),
        9 => (format!("{day}.{month}.{year}"), midnight),
        10 => (
            format!("{day:02}/{month:02}/{year} {hour:02}:{minute:02} GMT+7"),
            at,
        ),
        _ => (iso, at),
    }
}

/// Renders an article as plain text in the form that the project began with.
fn render(article: &Article, author: &str, random: &mut Random) -> (String, Parts) {
    let mut paragraphs: Vec<String> = [&article.lead, &article.body]
        .into_iter()
        .flatten()
        .flat_map(|text| text.lines())
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    // A photograph has its caption, and often the same one twice.
    if random.below(3) == 0 && paragraphs.len() > 2 {
        let words: Vec<&str> = paragraphs[1].split_whitespace().take(18).collect();
        let caption = format!(
            "{}.",
            words.join(" ").trim_end_matches(['.', ',', ':', ';'])
        );
        let at = 1 + random.below(paragraphs.len() - 1);
        for _ in 0..1 + random.below(2) {
            paragraphs.insert(at, caption.clone());
        }
    }
    let title = article
        .title
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let (time, at) = written_time(random);
    let mut parts = Parts {
        title: Some(title.clone()),
        author: Some(author.to_owned()),
        published_at: Some(at),
        body: Some(paragraphs.join("\n")),
    };
    let separator = *random.pick(&[" ", " ", " ", " - ", " | ", ", ", " – "]);
    let mut byline = format!("{author}{separator}{time}");
    match random.below(20) {
        0 | 1 => {
            parts.author = None;
            byline = time;
        }
        2 => {
            parts.published_at = None;
            byline = author.to_owned();
        }
        3 => {
            (parts.author, parts.published_at) = (None, None);
            byline.clear();
        }
        4 => parts.title = None,
        5 => {
            parts.body = None;
            paragraphs.clear();
        }
        6 => byline = format!("{author}\n{time}"),
        _ => {}
    }
    let end = *random.pick(&["\n", "\n", "\r\n"]);
    let gap = format!("{end}{end}");
    let mut text = String::new();
    let shown = [parts.title.clone().unwrap_or_default(), byline];
    for part in shown.iter().filter(|part| !part.is_empty()) {
        let _ = write!(text, "{}{gap}", part.replace('\n', end));
    }
    for paragraph in &paragraphs {
        let after = if random.below(8) == 0 { end } else { &gap };
        let _ = write!(text, "{paragraph}{after}");
    }
    (text.trim_end().to_owned(), parts)
}

fn is_sentence(title: &Option<String>) -> bool {
    title
        .as_ref()
        .is_some_and(|title| title.trim_end().ends_with('.'))
}

/// The seed's form at scale: every deviation is shown, and 99 of 100 of each part are exact.
#[test]
fn a_thousand_articles_in_plain_text() {
    let (Some(tuoitre), Some(vietnews), Some(dantri)) = (
        data("news/tuoitre.jsonl.gz"),
        data("news/vietnews.train.jsonl.gz"),
        data("news/unc-dantri.jsonl.gz"),
    ) else {
        return;
    };
    let mut random = Random(20_230_810);
    let mut authors: Vec<String> = articles(tuoitre.clone())
        .filter_map(|article| article.author)
        .filter(|author| !author.starts_with('(') && author.chars().count() <= 60)
        .collect();
    authors.sort_unstable();
    authors.dedup();
    assert!(authors.len() > 2000);
    let chosen: Vec<Article> = articles(tuoitre)
        .step_by(20)
        .take(400)
        .chain(articles(vietnews).step_by(7).take(400))
        // Many titles of this collection are the leads of their articles.
        .chain(
            articles(dantri)
                .filter(|article| !is_sentence(&article.title))
                .step_by(3)
                .take(200),
        )
        .collect();
    assert_eq!(chosen.len(), 1000);

    let folder = tempfile::tempdir().unwrap();
    let mut expected: BTreeMap<String, Parts> = BTreeMap::new();
    for (number, article) in chosen.iter().enumerate() {
        let author = random.pick(&authors).clone();
        let (text, parts) = render(article, &author, &mut random);
        let id = format!("{number:04}");
        fs::write(folder.path().join(format!("{id}.txt")), text).unwrap();
        expected.insert(id, parts);
    }
    let mut found = 0;
    let mut wrong: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in ingest::read([folder.path().to_owned()], &Options::default()) {
        let Entry::Article {
            article, warnings, ..
        } = entry
        else {
            panic!("{entry:?}");
        };
        assert!(warnings.is_empty(), "{warnings:?}");
        found += 1;
        let id = article.id.clone().unwrap();
        let parts = &expected[&id];
        for (part, read, rendered) in [
            ("title", &article.title, &parts.title),
            ("author", &article.author, &parts.author),
            ("body", &article.body, &parts.body),
        ] {
            if read != rendered {
                *wrong.entry(part).or_default() += 1;
                let start = |text: &Option<String>| -> Option<String> {
                    Some(text.as_ref()?.chars().take(90).collect())
                };
                eprintln!(
                    "{id} {part}: {:?}, rendered {:?}",
                    start(read),
                    start(rendered)
                );
            }
        }
        if article.published_at != parts.published_at {
            *wrong.entry("time").or_default() += 1;
            let (read, rendered) = (article.published_at, parts.published_at);
            eprintln!("{id} time: {read:?}, rendered {rendered:?}");
        }
    }
    assert_eq!(found, 1000);
    eprintln!("deviations among 1,000 articles: {wrong:?}");
    for (part, count) in wrong {
        assert!(count <= 10, "{count} of 1,000 have another {part}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Renders an article as a page: as a newspaper with marks, with names of classes alone, or in a
/// table without any.
fn page(article: &Article, form: usize, others: &[Article], random: &mut Random) -> String {
    let text = |text: &Option<String>| escaped(&text.clone().unwrap_or_default());
    let (title, lead) = (text(&article.title), text(&article.lead));
    let body = text(&article.body);
    let paragraphs = |open: &str, close: &str| -> String {
        let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| format!("{open}{line}{close}\n")).collect()
    };
    let mut related = String::from("<ul>");
    for _ in 0..8 {
        let other = text(&random.pick(others).title);
        let _ = write!(related, "<li><a href=\"/tin\">{other}</a></li>");
    }
    related.push_str("</ul>");
    let menu = "<div class=\"menu-top\"><ul><li><a href=/1>Thời sự</a></li><li><a href=/2>Thể \
                thao</a></li></ul></div>";
    match form {
        0 => format!(
            "<!DOCTYPE html><html><head><title>{title} - Báo Thử</title><meta property=\"og:title\" \
             content=\"{title}\"></head><body>{menu}<div class=\"sidebar-1\"><h1>{title}</h1>\
             <p class=\"description\">{lead}</p><article class=\"fck_detail\">{}</article>\
             <div class=\"box-tinlienquan\">{related}</div></div><footer>Bản quyền thuộc Báo Thử, \
             ghi rõ nguồn khi phát hành lại thông tin từ trang này.</footer></body></html>",
            paragraphs("<p class=\"Normal\">", "</p>")
        ),
        1 => format!(
            "<html><head><title>{title}</title></head><body>{menu}<div id=wrapper><h1>{title}</h1>\
             <h2 class=\"detail-sapo\">{lead}</h2><div class=\"detail-cmain\"><div \
             class=\"afcbc-body\">{}</div></div>{related}</div><div class=\"sidebar\">{related}</div>\
             </body></html>",
            paragraphs("<p>", "</p>")
        ),
        _ => format!(
            "<html><body><table><tr><td>{menu}</td><td><h1>{title}</h1><div>{}</div></td></tr>\
             </table></body></html>",
            paragraphs("", "<br><br>")
        ),
    }
}

/// The text of web pages: every deviation is shown, and 98 of 100 bodies are exact.
#[test]
fn articles_as_web_pages() {
    let (Some(tuoitre), Some(vietnews)) = (
        data("news/tuoitre.jsonl.gz"),
        data("news/vietnews.train.jsonl.gz"),
    ) else {
        return;
    };
    let mut random = Random(1);
    let chosen: Vec<Article> = articles(tuoitre)
        .step_by(40)
        .take(150)
        .chain(articles(vietnews).step_by(11).take(150))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for (number, article) in chosen.iter().enumerate() {
        let page = page(article, number % 3, &chosen, &mut random);
        fs::write(folder.path().join(format!("{number:03}.html")), page).unwrap();
    }
    let words = |text: &Option<String>| -> String {
        let text = text.clone().unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let found: Vec<Article> = articles(folder.path().to_owned()).collect();
    assert_eq!(found.len(), chosen.len());
    let mut wrong = 0;
    for (number, (read, original)) in found.iter().zip(&chosen).enumerate() {
        assert_eq!(words(&read.title), words(&original.title));
        let (read, rendered) = (words(&read.body), words(&original.body));
        if read != rendered {
            wrong += 1;
            let differs = read.bytes().zip(rendered.bytes());
            let same = differs.take_while(|(a, b)| a == b).count();
            let near = |text: &str| -> String {
                let start = (0..=same).rev().find(|at| text.is_char_boundary(*at));
                text[start.unwrap_or_default()..].chars().take(60).collect()
            };
            eprintln!(
                "{number}: {} and {} bytes, {:?}, rendered {:?}",
                read.len(),
                rendered.len(),
                near(&read),
                near(&rendered)
            );
        }
    }
    eprintln!("deviations among 300 pages: {wrong}");
    assert!(wrong <= 6, "{wrong} of 300 bodies differ");
}

/// As RSS of newspapers have it: half in CDATA, dates as in mail.
fn rss(articles: &[Article]) -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Tin</title>\n",
    );
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    for (number, article) in articles.iter().enumerate() {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        feed.push_str("<item>");
        let _ = write!(
            feed,
            "<guid isPermaLink=\"false\">{}</guid>",
            text(&article.id)
        );
        let title = text(&article.title);
        if number % 2 == 0 {
            let _ = write!(feed, "<title>{}</title>", escaped(&escaped(&title)));
            let lead = escaped(&escaped(&text(&article.lead)));
            let _ = write!(feed, "<description>&lt;p&gt;{lead}&lt;/p&gt;</description>");
        } else {
            let _ = write!(feed, "<title><![CDATA[{}]]></title>", escaped(&title));
            let _ = write!(
                feed,
                "<description><![CDATA[<a href=\"x\"><img src=\"y.jpg\"></a></br>{}]]></description>",
                escaped(&text(&article.lead))
            );
        }
        if let Some(at) = article.published_at {
            let day = at.day();
            let clock = at.to_string();
            let month = months[usize::try_from(day.month()).unwrap() - 1];
            let _ = write!(
                feed,
                "<pubDate>{:02} {month} {} {} +0700</pubDate>",
                day.day(),
                day.year(),
                &clock[11..19]
            );
        }
        let _ = write!(feed, "<link>{}</link>", escaped(&text(&article.url)));
        let _ = write!(
            feed,
            "<source url=\"x\">{}</source>",
            escaped(&text(&article.source))
        );
        let _ = writeln!(
            feed,
            "<category>{}</category></item>",
            escaped(&text(&article.section))
        );
    }
    feed.push_str("</channel></rss>\n");
    feed
}

/// Reads all of a file into the index; the number of articles read.
fn add(index: &NewsIndex, path: &Path) -> usize {
    let mut writer = index.writer(WriterOptions::default()).unwrap();
    let mut count = 0;
    for entry in ingest::read([path.to_owned()], &Options::default()) {
        match entry {
            Entry::Article {
                article, warnings, ..
            } => {
                assert!(warnings.is_empty(), "{warnings:?}");
                writer.add(*article).unwrap();
                count += 1;
            }
            Entry::Skipped(problem) => panic!("{problem}"),
        }
    }
    writer.finish().unwrap();
    index.reload().unwrap();
    count
}

/// The headlines of two years as JSON lines and as RSS: the same articles. None is added twice, and
/// there are as many in each month as are counted here. `VIETSEARCH_HEADLINES` is how many are
/// indexed, or `all`, which takes minutes without optimisation (10,000 if it is not set).
#[test]
fn headlines_as_rss() {
    let indexed = match std::env::var("VIETSEARCH_HEADLINES").as_deref() {
        Ok("all") => usize::MAX,
        Ok(given) => given.parse().unwrap(),
        Err(_) => 10_000,
    };
    let Some(path) = data("news/rss-headlines-to-2026-03.jsonl.gz") else {
        return;
    };
    let all: Vec<Article> = articles(path).collect();
    assert!(all.len() > 100_000, "{}", all.len());
    let folder = tempfile::tempdir().unwrap();
    let feed = folder.path().join("tin.xml");
    fs::write(&feed, rss(&all)).unwrap();

    let from_feed: Vec<Article> = articles(feed.clone()).collect();
    assert_eq!(from_feed.len(), all.len());
    let mut differing = 0;
    for (read, original) in from_feed.iter().zip(&all) {
        assert_eq!(read.id, original.id);
        assert_eq!(read.published_at, original.published_at, "{:?}", read.id);
        assert_eq!(read.url, original.url);
        let plain = |text: &Option<String>| -> String {
            let text = text.clone().unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        // A headline is a line, whatever white space is in it.
        if plain(&read.title) != plain(&original.title)
            || plain(&read.body) != plain(&original.lead)
        {
            differing += 1;
            eprintln!("{:?}: {:?} {:?}", read.id, read.title, original.title);
        }
    }
    assert_eq!(differing, 0);

    let all: Vec<Article> = all.into_iter().take(indexed).collect();
    fs::write(&feed, rss(&all)).unwrap();
    let lines = folder.path().join("tin.jsonl");
    let json = |article| serde_json::to_string(article).unwrap();
    let json: Vec<String> = all.iter().map(json).collect();
    fs::write(&lines, json.join("\n")).unwrap();
    let mut months: BTreeMap<String, usize> = BTreeMap::new();
    for article in &all {
        let month = article
            .published_at
            .map(|at| at.to_string()[..7].to_owned());
        *months.entry(month.unwrap_or_default()).or_default() += 1;
    }
    for path in [&lines, &feed] {
        let index = NewsIndex::create_in_ram().unwrap();
        for run in 0..2 {
            assert_eq!(add(&index, path), all.len());
            assert_eq!(index.num_docs(), all.len() as u64, "run {run}");
        }
        let mut request = SearchRequest::new("tu:2000-01-01").with_require(Require::All);
        request.facets = true;
        let searcher = NewsSearcher::new(&index).unwrap();
        let found = searcher.search(&request).unwrap();
        let total = found.total;
        let counted: BTreeMap<String, usize> = found.facets.unwrap()["month"]
            .iter()
            .map(|count| (count.label.clone(), count.count))
            .collect();
        assert_eq!(counted, months);
        assert_eq!(total, all.len());
    }
}
