//! Requests, saved queries and cursors, as JSON that anybody may send.

use std::sync::OnceLock;

use vietsearch::{Alerts, Article, NewsIndex, NewsSearcher, SearchRequest, WriterOptions, demo};

fn searcher() -> &'static NewsSearcher {
    static SEARCHER: OnceLock<NewsSearcher> = OnceLock::new();
    SEARCHER.get_or_init(|| {
        let index = NewsIndex::create_in_ram().unwrap();
        let options = WriterOptions::default().with_threads(1);
        let mut writer = index.writer(options).unwrap();
        writer.add_all(demo::articles()).unwrap();
        writer.finish().unwrap();
        NewsSearcher::new(&index).unwrap()
    })
}

/// Checks every promise on some bytes.
pub fn check(input: &[u8]) {
    // Short input is a cursor or the beginning of a word.
    if let Ok(text) = std::str::from_utf8(input) {
        let _ = searcher().search(&SearchRequest::new("giá").with_cursor(text));
        assert!(searcher().suggest(text, 5).unwrap().len() <= 5);
        let _ = searcher().similar(text, 3);
    }
    let Ok(mut request) = serde_json::from_slice::<SearchRequest>(input) else {
        return;
    };
    // As many as there are would make an input slower, not deeper.
    request.limit = request.limit.min(50);
    if let Ok(found) = searcher().search(&request) {
        assert!(found.hits.len() <= request.limit);
        assert!(found.total as u64 <= searcher().num_docs());
        assert!(found.hits.iter().all(|hit| hit.score.is_finite()));
        if let Some(cursor) = found.cursor {
            let next = request.clone().with_cursor(cursor);
            searcher().search(&next).unwrap();
        }
    }
    let _ = searcher().related(&request, 5);
    // What is read is written and read again.
    let json = serde_json::to_vec(&request).unwrap();
    let again: SearchRequest = serde_json::from_slice(&json).unwrap();
    assert_eq!(again, request);
    let mut alerts = Alerts::new();
    if alerts.save("một", request).is_ok() {
        let article = Article::new("Giá vàng tăng", "Giá vàng trong nước tăng mạnh ở Hà Nội.");
        let fired = alerts.matcher().matches(&article).unwrap().len();
        assert!(fired <= 1);
    }
}
