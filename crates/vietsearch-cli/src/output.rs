//! What a person reads: hits, facets, explanations.

use std::fmt;
use std::io::{self, BufWriter, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use vietsearch::index::date::DateTime;
use vietsearch::query::{Explanation, Hit, SearchResponse};

/// Writes a line to stderr. Never fails: there is nowhere left to report to.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// `1 article`, `2 articles`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Bytes as a person reads them.
pub(crate) fn size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// How parts of the output stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Colours of the terminal.
    Coloured,
    /// No colours; highlights stand between `**`.
    Plain,
}

impl Look {
    /// Coloured if stdout is a terminal and its reader wants colours (`NO_COLOR`).
    fn of_stdout() -> Self {
        match AutoStream::choice(&io::stdout()) {
            ColorChoice::Never => Self::Plain,
            _ => Self::Coloured,
        }
    }

    fn styled(self, style: Style, text: impl fmt::Display) -> String {
        match self {
            Self::Coloured => format!("{style}{text}{style:#}"),
            Self::Plain => text.to_string(),
        }
    }

    fn faint(self, text: impl fmt::Display) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    fn bold(self, text: impl fmt::Display) -> String {
        self.styled(Style::new().bold(), text)
    }

    fn highlighted(self, text: &str) -> String {
        match self {
            Self::Coloured => self.styled(AnsiColor::Yellow.on_default().bold(), text),
            Self::Plain => format!("**{text}**"),
        }
    }

    /// `text` with its byte ranges highlighted and the rest in `style`.
    fn with_highlights(self, text: &str, ranges: &[[usize; 2]], style: Style) -> String {
        let mut shown = String::with_capacity(text.len() + 16 * ranges.len());
        let mut done = 0;
        for &[start, end] in ranges {
            let (Some(before), Some(found)) = (text.get(done..start), text.get(start..end)) else {
                continue;
            };
            if !before.is_empty() {
                shown.push_str(&self.styled(style, harmless(before)));
            }
            shown.push_str(&self.highlighted(&harmless(found)));
            done = end;
        }
        let rest = text.get(done..).unwrap_or("");
        if !rest.is_empty() {
            shown.push_str(&self.styled(style, harmless(rest)));
        }
        shown
    }
}

/// Text of an article without control characters: they could move the cursor or recolour the
/// terminal.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            control if control.is_control() => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect()
}

/// Stdout for a person.
pub(crate) struct Page {
    out: BufWriter<AutoStream<io::StdoutLock<'static>>>,
    look: Look,
}

impl Page {
    pub(crate) fn new() -> Self {
        let look = Look::of_stdout();
        let choice = match look {
            Look::Coloured => AutoStream::choice(&io::stdout()),
            Look::Plain => ColorChoice::Never,
        };
        Self {
            out: BufWriter::new(AutoStream::new(io::stdout().lock(), choice)),
            look,
        }
    }

    pub(crate) fn line(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    pub(crate) fn heading(&mut self, text: impl fmt::Display) -> io::Result<()> {
        let heading = self.look.bold(text);
        self.line(heading)
    }

    /// Writes a whole answer.
    pub(crate) fn response(&mut self, response: &SearchResponse) -> io::Result<()> {
        write_response(&mut self.out, response, self.look)
    }

    /// Writes the hits of an answer.
    pub(crate) fn hits(&mut self, response: &SearchResponse) -> io::Result<()> {
        write_hits(&mut self.out, response, self.look)
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_response(out: &mut dyn Write, response: &SearchResponse, look: Look) -> io::Result<()> {
    if let Some(reading) = &response.interpreted_as {
        writeln!(out, "read as: {}", look.bold(harmless(reading)))?;
    }
    if let Some(parsed) = &response.parsed {
        writeln!(out, "query: {}", harmless(&parsed.root.to_string()))?;
    }
    if response.stale {
        writeln!(out, "articles have come or gone since the page before")?;
    }
    if let Some(suggestion) = &response.suggestion {
        writeln!(out, "did you mean: {}", look.bold(harmless(suggestion)))?;
    }
    if !response.relaxed.is_empty() {
        let missing = harmless(&response.relaxed.join(", "));
        writeln!(
            out,
            "not every word is met; the first article lacks: {missing}"
        )?;
    }
    write_hits(out, response, look)?;
    for (name, counts) in response.facets.iter().flatten() {
        writeln!(out, "{}", look.bold(name))?;
        for facet in counts {
            writeln!(out, "{:>8}  {}", facet.count, harmless(&facet.label))?;
        }
        writeln!(out)?;
    }
    if !response.hits.is_empty() {
        let total = counted(response.total as u64, "article");
        let verb = if response.total == 1 {
            "matches"
        } else {
            "match"
        };
        writeln!(
            out,
            "{}",
            look.faint(format_args!("{total} {verb} every word"))
        )?;
    }
    if let Some(cursor) = &response.cursor {
        writeln!(
            out,
            "{}",
            look.faint(format_args!("next page: --cursor {cursor}"))
        )?;
    }
    Ok(())
}

fn write_hits(out: &mut dyn Write, response: &SearchResponse, look: Look) -> io::Result<()> {
    for (position, hit) in response.hits.iter().enumerate() {
        write_hit(out, position + 1, hit, look)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_hit(out: &mut dyn Write, rank: usize, hit: &Hit, look: Look) -> io::Result<()> {
    let bold = Style::new().bold();
    let title = match &hit.title {
        Some(title) => look.with_highlights(title, &hit.title_highlights, bold),
        None => look.faint("(no title)"),
    };
    let score = look.faint(format_args!("({:.3})", hit.score));
    writeln!(out, "{rank:>3}. {title}  {score}")?;

    let published_at = hit.published_at.map(day_and_time);
    let parts = [&published_at, &hit.source, &hit.section, &hit.author];
    let byline: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| harmless(part))
        .collect();
    if !byline.is_empty() {
        writeln!(out, "     {}", look.faint(byline.join(" · ")))?;
    }
    if !hit.snippet.is_empty() {
        let snippet = look.with_highlights(&hit.snippet, &hit.highlights, Style::new());
        writeln!(out, "     {snippet}")?;
    }
    let id = Some(&hit.id).filter(|id| hit.url.as_ref() != Some(*id));
    let address: Vec<String> = [hit.url.as_ref(), id]
        .into_iter()
        .flatten()
        .map(|part| harmless(part))
        .collect();
    writeln!(out, "     {}", look.faint(address.join(" · ")))?;
    if hit.duplicates > 0 {
        let others = format_args!("+{} nguồn", hit.duplicates);
        writeln!(out, "     {}", look.faint(others))?;
    }
    match &hit.explanation {
        Some(explanation) => write_explanation(out, explanation, 0),
        None => Ok(()),
    }
}

fn write_explanation(out: &mut dyn Write, node: &Explanation, depth: usize) -> io::Result<()> {
    let indent = 2 * depth;
    writeln!(
        out,
        "     {:indent$}{:9.4}  {}",
        "",
        node.value,
        harmless(&node.what)
    )?;
    for detail in &node.details {
        write_explanation(out, detail, depth + 1)?;
    }
    Ok(())
}

/// `10/08/2023 17:22`; midnight is left out, for most often it stands for an unknown time.
fn day_and_time(at: DateTime) -> String {
    let day = at.day();
    let day = format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
    let written = at.to_string();
    match written.split_once('T').and_then(|(_, time)| time.get(..5)) {
        Some("00:00") | None => day,
        Some(time) => format!("{day} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlights_in_both_looks() {
        let text = "Giá vàng SJC";
        let plain = Look::Plain.with_highlights(text, &[[0, 10]], Style::new());
        assert_eq!(plain, "**Giá vàng** SJC");
        let coloured = Look::Coloured.with_highlights(text, &[[0, 10]], Style::new());
        assert_eq!(coloured, "\u{1b}[1m\u{1b}[33mGiá vàng\u{1b}[0m SJC");
    }

    #[test]
    fn ranges_that_do_not_fit_are_left_out() {
        let shown = Look::Plain.with_highlights("vàng", &[[0, 2], [3, 90]], Style::new());
        assert_eq!(shown, "vàng");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(
            harmless("a\u{1b}[2J\tb\nc\u{9b}"),
            "a\u{fffd}[2J b c\u{fffd}"
        );
    }

    #[test]
    fn dates() {
        let at = DateTime::parse("2023-08-10T17:22:00+07:00").unwrap();
        assert_eq!(day_and_time(at), "10/08/2023 17:22");
        assert_eq!(day_and_time(at.day().start()), "10/08/2023");
    }

    #[test]
    fn counts() {
        assert_eq!(counted(1, "article"), "1 article");
        assert_eq!(counted(0, "article"), "0 articles");
    }
}
