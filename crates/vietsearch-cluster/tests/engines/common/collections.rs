//! Articles and queries: own ones, and the collections beside the workspace if they are there.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use vietsearch_index::date::DateTime;
use vietsearch_index::ingest::{self, Entry, Options};
use vietsearch_index::{Article, NewsIndex, WriterOptions};
use vietsearch_query::NewsSearcher;

/// One amount for every run, another, as large as it should be, where `CLUSTER_ALL` is set.
pub(crate) fn amount(usual: usize, all: usize) -> usize {
    match std::env::var_os("CLUSTER_ALL") {
        Some(_) => all,
        None => usual,
    }
}

/// A file of the shared collections, if they are beside the workspace.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(path);
    path.exists().then_some(path)
}

/// The articles of a file.
pub(crate) fn read(path: PathBuf) -> Vec<Article> {
    let entries = ingest::read([path], &Options::default());
    let articles = entries.filter_map(|entry| match entry {
        Entry::Article { article, .. } if !article.is_empty() => Some(*article),
        _ => None,
    });
    articles.collect()
}

/// The queries of a file of JSON lines.
pub(crate) fn queries(path: PathBuf) -> Vec<String> {
    #[derive(Deserialize)]
    struct Query {
        text: String,
    }
    let file = std::fs::read_to_string(path).unwrap();
    file.lines()
        .map(|line| serde_json::from_str::<Query>(line).unwrap().text)
        .collect()
}

/// A local index of articles.
pub(crate) fn local(articles: &[Article]) -> NewsSearcher {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = index.writer(WriterOptions::default()).unwrap();
    writer.add_all(articles.to_vec()).unwrap();
    writer.finish().unwrap();
    index.reload().unwrap();
    NewsSearcher::new(&index).unwrap()
}

/// Articles of our own: some hundred, from a few words of each kind, with every field.
pub(crate) fn invented(count: usize) -> Vec<Article> {
    const SUBJECTS: [&str; 12] = [
        "Giá vàng SJC",
        "Giá xăng dầu",
        "Đội tuyển Việt Nam",
        "Bão số 3",
        "Công an Hà Nội",
        "Đường sắt Bắc - Nam",
        "Học sinh lớp 12",
        "Ngân hàng Nhà nước",
        "Bệnh viện Bạch Mai",
        "Thủ tướng Chính phủ",
        "Khí tượng thủy văn",
        "Kỹ sư cầu đường",
    ];
    const ACTIONS: [&str; 10] = [
        "tăng mạnh phiên sáng nay",
        "giảm nhẹ cuối tuần",
        "gặp khó vì mưa lớn",
        "thông báo kế hoạch năm 2024",
        "khởi công dự án mới",
        "cảnh báo lũ quét ở vùng núi",
        "thắng 2-0 trên sân nhà",
        "hoàn thành đúng hạn",
        "họp khẩn trong đêm",
        "công bố nghị định 168/2024/NĐ-CP",
    ];
    const PLACES: [&str; 8] = [
        "Hà Nội",
        "TP.HCM",
        "Đà Nẵng",
        "Đắk Lắk",
        "Hoà Bình",
        "Quảng Ninh",
        "Cần Thơ",
        "Lào Cai",
    ];
    const SECTIONS: [&str; 4] = ["Kinh tế", "Thể thao", "Thời sự", "Giáo dục"];
    let pick = |list: &[&'static str], seed: usize| list[seed % list.len()];
    let start = DateTime::parse("2024-01-01 00:30").unwrap().unix_seconds();
    let mut articles = Vec::new();
    for number in 0..count {
        let seed = number.wrapping_mul(2_654_435_761) >> 7;
        let (subject, action) = (pick(&SUBJECTS, number), pick(&ACTIONS, seed));
        let place = pick(&PLACES, seed / 11);
        let title = format!("{subject} {action}");
        let mut body = format!(
            "Tại {place}, {} {}. ",
            subject.to_lowercase(),
            pick(&ACTIONS, seed / 3)
        );
        for sentence in 0..(seed / 5) % 6 {
            body.push_str(&format!(
                "{} {} ở {}, theo tin của Covid-{sentence}. ",
                pick(&SUBJECTS, seed / 7 + sentence),
                pick(&ACTIONS, seed / 13 + sentence),
                pick(&PLACES, seed / 17 + sentence)
            ));
        }
        let at = start + (number as i64) * 7_919 * 3;
        let mut article = Article::new(title, body)
            .with_id(format!("bai-{number}"))
            .with_source(if number % 3 == 0 {
                "Báo Mẫu"
            } else {
                "Tin Thử"
            })
            .with_section(pick(&SECTIONS, number / 2))
            .with_author(["Lê Thảo", "Trần An"][number % 2])
            .with_tags([place])
            .with_url(format!("https://bao.example/{number}"))
            .with_extra("doc_type", ["phóng sự", "tin ngắn"][number % 2]);
        if number % 4 == 0 {
            article = article.with_lead(format!("{place}: {action}."));
        }
        if number % 10 != 0 {
            article = article.with_published_at(DateTime::from_unix_seconds(at));
        }
        if number % 17 == 0 {
            // Written without marks.
            let fold = vietsearch_text::fold;
            article.title = article.title.as_deref().map(fold);
            article.lead = article.lead.as_deref().map(fold);
            article.body = article.body.as_deref().map(fold);
        }
        articles.push(article);
    }
    articles
}
