//! One article in plain text: headline, byline, paragraphs.

use std::io::Read;

use super::json_lines::{not_utf8, too_long};
use super::problem::{Place, Problem};
use super::source::{Source, unreadable};
use super::{Entry, Options, byline};
use crate::article::Article;

/// A longer first line is a paragraph; real headlines stay below 200 characters.
const MAX_HEADLINE_CHARS: usize = 250;

/// Below a byline, paragraphs are likelier than headlines.
const MAX_LOWER_HEADLINE_CHARS: usize = 120;

/// A byline further down belongs to something else.
const BYLINE_LINES: usize = 5;

/// Reads the article of a file: one entry, and a second one if the file cannot be read to its end.
pub(super) fn entries(
    mut source: Source,
    file: Place,
    id: String,
    options: &Options,
) -> Vec<Entry> {
    let limit = options.max_line_bytes;
    let mut bytes = Vec::new();
    let most = (limit as u64).saturating_add(1);
    let read = source.reader.by_ref().take(most).read_to_end(&mut bytes);
    let cut = read.err().map(|error| unreadable(&error));
    if bytes.len() > limit {
        return vec![Entry::Skipped(Problem::new(
            file,
            too_long("article", limit),
        ))];
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        // The cut may go through a character.
        Err(error) if cut.is_some() && error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(error) => {
            let problem = not_utf8(file, source.offset, &bytes, error);
            return vec![Entry::Skipped(problem)];
        }
    };

    let mut warnings = Vec::new();
    let article = parse(text, &mut warnings).with_id(id);
    let mut entries = Vec::new();
    if !article.is_empty() {
        let place_problem = |reason| Problem::new(file.clone(), reason);
        entries.push(Entry::Article {
            article: Box::new(article),
            place: file.clone(),
            warnings: warnings.into_iter().map(place_problem).collect(),
        });
    } else if cut.is_none() {
        let reason = match text.trim().is_empty() {
            true => "the file is empty",
            false => "the file has neither letters nor digits",
        };
        entries.push(Entry::Skipped(Problem::new(file.clone(), reason)));
    }
    if let Some(reason) = cut {
        entries.push(Entry::Skipped(Problem::new(file, reason)));
    }
    entries
}

/// Reads an article; parts that are missing stay `None`.
fn parse(text: &str, warnings: &mut Vec<String>) -> Article {
    let mut lines: Vec<&str> = text
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut article = Article::default();
    // Some files have the byline above the headline.
    let headline = match lines.get(1) {
        Some(second) if begins_with_byline(&lines) => {
            let is_short = chars(second) <= MAX_LOWER_HEADLINE_CHARS;
            let goes_on = second.ends_with([':', ';', ',']);
            (lines.len() > 2 && is_short && !goes_on && is_headline(second)).then_some(1)
        }
        _ => has_headline(&lines).then_some(0),
    };
    if let Some(at) = headline {
        article.title = Some(lines.remove(at).to_owned());
    }
    let byline = lines
        .iter()
        .take(BYLINE_LINES)
        .enumerate()
        .find_map(|(at, line)| Some((at, byline::parse(line)?)));
    if let Some((at, byline)) = byline {
        lines.remove(at);
        article.author = byline.author;
        match byline.published_at {
            Ok((published_at, note)) => {
                article.published_at = Some(published_at);
                warnings.extend(note);
            }
            Err(error) => warnings.push(format!("the date of the byline was left out: {error}")),
        }
        // Author and time may have a line each.
        if article.author.is_none() && article.title.is_some() {
            let beside = [at.checked_sub(1), Some(at)].into_iter().flatten();
            article.author = beside
                .filter(|at| *at == 0)
                .find_map(|at| take_author(&mut lines, at));
        }
    } else if article.title.is_some() {
        article.author = take_author(&mut lines, 0);
    }
    if !lines.is_empty() {
        article.body = Some(lines.join("\n"));
    }
    article
}

/// Takes the line `at` if it is an author's, and text follows it.
fn take_author(lines: &mut Vec<&str>, at: usize) -> Option<String> {
    let line = *lines.get(at)?;
    let next = lines.get(at + 1)?;
    let is_text = next.len() > line.len() && !byline::is_author_line(next);
    (is_text && byline::is_author_line(line)).then(|| lines.remove(at).to_owned())
}

/// Says whether the first line is a byline: `Kết quả bóng đá 10/8/2023` is none, but a headline.
fn begins_with_byline(lines: &[&str]) -> bool {
    let first = lines.first().and_then(|line| byline::parse(line));
    first.is_some_and(|byline| match byline.author {
        None => true,
        Some(author) => byline.has_time || byline::begins_with_name(&author),
    })
}

/// Says whether the first line is a headline, rather than a byline or the first paragraph.
fn has_headline(lines: &[&str]) -> bool {
    let Some((first, rest)) = lines.split_first() else {
        return false;
    };
    if begins_with_byline(lines) {
        return false;
    }
    // What stands above a byline is a headline, however long it is and whatever it ends in.
    match rest.first() {
        Some(second) => {
            let is_author = || byline::is_author_line(second) && byline::begins_with_name(second);
            is_headline(first) || byline::parse(second).is_some() || is_author()
        }
        None => chars(first) <= MAX_HEADLINE_CHARS,
    }
}

/// Headlines are short and end in no period, but may trail off in three dots.
fn is_headline(line: &str) -> bool {
    let ends_sentence = line.ends_with('.') && !line.ends_with("...");
    chars(line) <= MAX_HEADLINE_CHARS && !ends_sentence
}

/// The length as it is read, without combining marks.
fn chars(text: &str) -> usize {
    let is_mark = |letter: &char| ('\u{300}'..='\u{36f}').contains(letter);
    text.chars().filter(|letter| !is_mark(letter)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::DateTime;
    use std::io::Cursor;
    use std::path::Path;

    fn article(text: &str) -> Article {
        let mut warnings = Vec::new();
        let article = parse(text, &mut warnings);
        assert_eq!(warnings, Vec::<String>::new());
        article
    }

    #[test]
    fn all_parts() {
        let text = "Khánh thành cầu Suối Đá\r\n\r\nLê Thảo 17:22, 10/08/2023\r\n\r\n\
                    Sáng 10-8, cầu Suối Đá thông xe.\r\nCầu Suối Đá nhìn từ xa.\r\n\r\n  Cầu dài 120 m.";
        let expected = Article::new(
            "Khánh thành cầu Suối Đá",
            "Sáng 10-8, cầu Suối Đá thông xe.\nCầu Suối Đá nhìn từ xa.\nCầu dài 120 m.",
        )
        .with_author("Lê Thảo")
        .with_published_at(DateTime::from_unix_seconds(1_691_662_920));
        assert_eq!(article(text), expected);
    }

    #[test]
    fn missing_parts() {
        assert_eq!(
            article("Chỉ có tít"),
            Article::default().with_title("Chỉ có tít")
        );
        assert_eq!(
            article("Chỉ có tít."),
            Article::default().with_title("Chỉ có tít.")
        );
        assert_eq!(article("Tít\nĐoạn một."), Article::new("Tít", "Đoạn một."));
        assert_eq!(
            article("Đoạn một dài.\n\nĐoạn hai."),
            Article::default().with_body("Đoạn một dài.\nĐoạn hai.")
        );
        assert_eq!(
            article("Và rồi...\nĐoạn."),
            Article::new("Và rồi...", "Đoạn.")
        );
        let long = "từ ".repeat(90);
        assert_eq!(article(&long), Article::default().with_body(long.trim()));
        let decomposed = "e\u{302}\u{301}".repeat(250);
        assert_eq!(
            article(&decomposed).title.as_deref(),
            Some(decomposed.as_str())
        );
        let at = DateTime::from_unix_seconds(1_691_662_920);
        assert_eq!(
            article("17:22, 10/08/2023\nĐoạn một."),
            Article::default()
                .with_body("Đoạn một.")
                .with_published_at(at)
        );
        let results = article("Kết Quả Xổ Số 10/08/2023\nĐoạn một.");
        assert_eq!(results.title.as_deref(), Some("Kết Quả Xổ Số 10/08/2023"));
    }

    #[test]
    fn authors_and_times_in_any_place() {
        let at = DateTime::from_unix_seconds(1_691_662_920);
        let text = "Sáng 10-8, cầu Suối Đá thông xe sau ba năm xây dựng.";
        let expected = Article::new("Khánh thành cầu Suối Đá", text).with_author("Lê Thảo");
        let timed = expected.clone().with_published_at(at);
        for (form, expected) in [
            ("@\n\nLê Thảo\n\n#", &expected),
            ("@\nLê Thảo\n17:22, 10/08/2023\n#", &timed),
            ("@\n17:22, 10/08/2023\nLê Thảo\n#", &timed),
            ("17:22 | 10/08/2023\n\n@\n\nLê Thảo\n\n#", &timed),
            ("Lê Thảo 17:22 | 10/08/2023\n\n@\n\n#", &timed),
            ("@\r\rLê Thảo 17:22, 10/08/2023\r\r#\r", &timed),
            (
                "\u{a0}@\u{a0}\n \n\tLê Thảo - 17:22 - 10/08/2023\n#",
                &timed,
            ),
        ] {
            let title = "Khánh thành cầu Suối Đá";
            let form = form.replace('@', title).replace('#', text);
            assert_eq!(&article(&form), expected, "{form:?}");
        }
        let untitled = article(&format!("Lê Thảo 17:22, 10/08/2023\n\n{text}"));
        assert_eq!(
            untitled,
            Article {
                title: None,
                ..timed
            }
        );
        // A headline that ends like a sentence, above its byline.
        let dotted = article(&format!("Cầu đã xong.\n17:22, 10/08/2023\n{text}"));
        assert_eq!(dotted.title.as_deref(), Some("Cầu đã xong."));
    }

    #[test]
    fn bylines_stand_near_the_headline() {
        let lines = "Tít\na\nb\nc\nd\n";
        let near = article(&format!("{lines}Lê Thảo 17:22, 10/08/2023\ne"));
        assert_eq!(near.author.as_deref(), Some("Lê Thảo"));
        assert_eq!(near.body.as_deref(), Some("a\nb\nc\nd\ne"));
        let far = article(&format!("{lines}e\nLê Thảo 17:22, 10/08/2023"));
        assert_eq!(far.author, None);
    }

    #[test]
    fn impossible_dates_are_warnings() {
        let mut warnings = Vec::new();
        let article = parse("Tít\nLê Thảo 17:22, 31/2/2023\nĐoạn.", &mut warnings);
        assert_eq!(article, Article::new("Tít", "Đoạn.").with_author("Lê Thảo"));
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("\"17:22, 31/2/2023\""), "{warnings:?}");
    }

    fn read(bytes: &'static [u8]) -> Vec<Entry> {
        let source = Source {
            reader: Box::new(Cursor::new(bytes)),
            offset: 0,
            losses: None,
            warning: None,
        };
        let options = Options::default().with_max_line_bytes(20);
        entries(
            source,
            Place::new(Path::new("a.txt")),
            "a".to_owned(),
            &options,
        )
    }

    #[test]
    fn unusable_files() {
        let reason = |bytes| match read(bytes).as_slice() {
            [Entry::Skipped(problem)] => problem.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(b""), "a.txt: the file is empty");
        assert_eq!(reason(b"\n \r\n"), "a.txt: the file is empty");
        assert_eq!(
            reason(b"***\n"),
            "a.txt: the file has neither letters nor digits"
        );
        assert!(reason(b"abc\xe1\xba").starts_with("a.txt:byte 3: not UTF-8"));
        assert!(reason(&[b'x'; 21]).contains("longer than 20 bytes"));
    }

    #[test]
    fn hostile_text_is_kept() {
        let entries = read(b"a\0\x01\xcc\x81\n\xcc\x81b");
        let [Entry::Article { article, .. }] = entries.as_slice() else {
            panic!("{entries:?}");
        };
        let expected = Article::new("a\0\u{1}\u{301}", "\u{301}b").with_id("a");
        assert_eq!(**article, expected);
    }
}
