//! Writes what was found, for a terminal or for a file.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use vietsearch::query::Explanation;
use vietsearch::{Hit, SearchResponse};

/// How found words stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Bold and yellow.
    Coloured,
    /// Between `**`.
    Plain,
}

impl Look {
    /// Coloured in a terminal, unless its user wants none: <https://no-color.org>.
    pub(crate) fn of_stdout() -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if io::stdout().is_terminal() && !no_color {
            Self::Coloured
        } else {
            Self::Plain
        }
    }

    /// A text with its byte ranges highlighted. (For a web page, `vietsearch::to_html` does this.)
    fn highlighted(self, text: &str, ranges: &[[usize; 2]]) -> String {
        let (open, close) = match self {
            Self::Coloured => ("\u{1b}[1;33m", "\u{1b}[0m"),
            Self::Plain => ("**", "**"),
        };
        let mut shown = String::new();
        let mut done = 0;
        for &[start, end] in ranges {
            let (Some(before), Some(found)) = (text.get(done..start), text.get(start..end)) else {
                continue;
            };
            shown.push_str(&harmless(before));
            shown.push_str(open);
            shown.push_str(&harmless(found));
            shown.push_str(close);
            done = end;
        }
        shown.push_str(&harmless(text.get(done..).unwrap_or("")));
        shown
    }
}

/// Text on one line without control characters: an article must not recolour the terminal.
fn harmless(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A number with as many decimals, written as in Vietnamese: `0,42`.
pub(crate) fn decimal(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}").replace('.', ",")
}

/// Writes a page of hits; `shown` hits stood on the pages before.
pub(crate) fn response(
    out: &mut impl Write,
    response: &SearchResponse,
    look: Look,
    shown: usize,
    elapsed: Duration,
) -> io::Result<()> {
    if let Some(reading) = &response.interpreted_as {
        writeln!(out, "Hiểu là: {reading}")?;
    }
    if let Some(suggestion) = &response.suggestion {
        writeln!(out, "Có phải ý bạn là: {suggestion}")?;
    }
    if !response.relaxed.is_empty() {
        writeln!(out, "Bài đầu thiếu: {}", response.relaxed.join(", "))?;
    }
    for (rank, hit) in (shown + 1..).zip(&response.hits) {
        write_hit(out, rank, hit, look)?;
    }
    // `total` counts the articles with every word; articles that lack a word may follow them.
    let time = decimal(elapsed.as_secs_f64() * 1e3, 2);
    let more = match response.cursor {
        Some(_) => " · :next xem tiếp",
        None => "",
    };
    match (response.total, response.hits.is_empty()) {
        (0, true) => writeln!(out, "Không tìm thấy bài nào · {time} ms"),
        (total, _) => writeln!(out, "{total} bài có đủ mọi từ · {time} ms{more}"),
    }
}

fn write_hit(out: &mut impl Write, rank: usize, hit: &Hit, look: Look) -> io::Result<()> {
    let title = match &hit.title {
        Some(title) => look.highlighted(title, &hit.title_highlights),
        None => "(không có tiêu đề)".to_string(),
    };
    // Sorted by date, hits have no score.
    let score = match hit.score {
        0.0 => String::new(),
        score => format!("  ({})", decimal(f64::from(score), 2)),
    };
    writeln!(out, "{rank:>3}. {title}{score}")?;

    // Only what the article has.
    let day = hit.published_at.map(|at| {
        let day = at.day();
        format!("{}/{}/{}", day.day(), day.month(), day.year())
    });
    let known = [&day, &hit.source, &hit.section, &hit.author];
    let known: Vec<String> = known
        .into_iter()
        .flatten()
        .map(|part| harmless(part))
        .collect();
    if !known.is_empty() {
        writeln!(out, "     {}", known.join(" · "))?;
    }
    if !hit.snippet.is_empty() {
        let snippet = look.highlighted(&hit.snippet, &hit.highlights);
        writeln!(out, "     {snippet}")?;
    }
    match &hit.explanation {
        Some(explanation) => write_explanation(out, explanation, 0),
        None => Ok(()),
    }
}

/// The parts of a score, each below the sum that it belongs to.
fn write_explanation(out: &mut impl Write, node: &Explanation, depth: usize) -> io::Result<()> {
    let indent = 2 * depth;
    let value = decimal(f64::from(node.value), 3);
    writeln!(out, "     {:indent$}{value:>8}  {}", "", node.what)?;
    for detail in &node.details {
        write_explanation(out, detail, depth + 1)?;
    }
    Ok(())
}
