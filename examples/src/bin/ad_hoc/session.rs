//! One line in, one answer out: a query, or a command that changes how the next queries run.

use std::io::{self, Write};
use std::time::Instant;

use vietsearch::{Matching, NewsSearcher, SearchRequest, Sort};

use crate::show::{self, Look};

const HELP: &str = "  gia vang             không dấu: dấu nào cũng khớp
  giá vàng             có dấu: đúng dấu đã gõ
  \"an ninh mạng\"       cụm từ liền nhau
  giá vàng -SJC        bỏ bài có từ SJC
  :n 20                số bài mỗi lần
  :next                các bài tiếp theo
  :sort date           mới nhất trước (:sort relevance: sát nhất trước)
  :strict              từ không dấu chỉ khớp chữ không dấu
  :loose               khớp cả từ khác dấu, xếp sau
  :default             trở lại cách khớp ban đầu
  :explain on          giải thích điểm (:explain off: thôi)
  :quit                thoát";

/// What comes after a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    GoOn,
    Quit,
}

/// A searcher and how it is used at the moment.
pub(crate) struct Session {
    searcher: NewsSearcher,
    look: Look,
    /// The last query with all settings: a request is a plain value and serves again and again.
    request: SearchRequest,
    /// Where the next page begins, if there is one.
    cursor: Option<String>,
    /// Number of hits on the pages before.
    shown: usize,
}

impl Session {
    pub(crate) fn new(searcher: NewsSearcher, look: Look) -> Self {
        Self {
            searcher,
            look,
            request: SearchRequest::new("").with_limit(5),
            cursor: None,
            shown: 0,
        }
    }

    /// Answers one line. Fails only if the answer cannot be written.
    pub(crate) fn answer(&mut self, line: &str, out: &mut impl Write) -> io::Result<Next> {
        let Some(command) = line.strip_prefix(':') else {
            self.request.query = line.to_string();
            self.request.cursor = None;
            self.shown = 0;
            self.search(out)?;
            return Ok(Next::GoOn);
        };
        let (name, value) = command.split_once(' ').unwrap_or((command, ""));
        match (name, value.trim()) {
            ("quit" | "q", "") => return Ok(Next::Quit),
            ("help" | "h", "") => writeln!(out, "{HELP}")?,
            ("next", "") => match self.cursor.take() {
                Some(cursor) => {
                    self.request.cursor = Some(cursor);
                    self.search(out)?;
                }
                None => writeln!(out, "Không còn bài nào nữa.")?,
            },
            _ => match self.set(name, value.trim()) {
                Some(done) => writeln!(out, "{done}")?,
                None => writeln!(out, "Không hiểu lệnh {line:?}; :help xem các lệnh.")?,
            },
        }
        Ok(Next::GoOn)
    }

    /// Changes a setting and says what holds from now on; `None` if there is no such setting.
    fn set(&mut self, name: &str, value: &str) -> Option<String> {
        let request = &mut self.request;
        let done = match (name, value) {
            ("n", count) => {
                let count = count.parse().ok();
                request.limit =
                    count.filter(|count| (1..=SearchRequest::MAX_LIMIT).contains(count))?;
                format!("Mỗi lần {} bài.", request.limit)
            }
            ("sort", "date") => {
                request.sort = Sort::Date;
                "Mới nhất trước.".to_string()
            }
            ("sort", "relevance") => {
                request.sort = Sort::Relevance;
                "Sát nhất trước.".to_string()
            }
            ("strict", "") => {
                request.matching = Matching::Strict;
                "Khớp đúng từng chữ đã gõ.".to_string()
            }
            ("loose", "") => {
                request.matching = Matching::Loose;
                "Khớp cả từ khác dấu.".to_string()
            }
            ("default", "") => {
                request.matching = Matching::Default;
                "Dấu đã gõ phải đúng, chữ không dấu thì tùy.".to_string()
            }
            ("explain", "on" | "off") => {
                request.explain = value == "on";
                format!(
                    "{} giải thích điểm.",
                    if request.explain { "Có" } else { "Không" }
                )
            }
            _ => return None,
        };
        // A cursor belongs to the settings that it was made with.
        self.cursor = None;
        Some(done)
    }

    fn search(&mut self, out: &mut impl Write) -> io::Result<()> {
        let started = Instant::now();
        let response = match self.searcher.search(&self.request) {
            Ok(response) => response,
            // Such as a query of a million words: said, and the next one is waited for.
            Err(error) => {
                eprintln!("lỗi: {error}");
                return Ok(());
            }
        };
        let elapsed = started.elapsed();
        show::response(out, &response, self.look, self.shown, elapsed)?;
        self.shown += response.hits.len();
        self.cursor = response.cursor;
        Ok(())
    }
}
