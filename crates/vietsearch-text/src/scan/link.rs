//! URLs, domain names and e-mail addresses.

use super::class::{Class, class};
use crate::letter::is_mark;

/// How far a domain name or a local part is looked for: RFC 5321 allows 64 + 1 + 255 bytes. The
/// bound keeps a long chain of dots linear.
const MAX_HOST: usize = 320;

/// Top-level domains that make a bare host name a link. A short list on purpose: Vietnamese text
/// often lacks the space after a full stop (`Hà Nội.Theo`).
const TOP_LEVEL: [&str; 13] = [
    "vn", "com", "net", "org", "edu", "gov", "info", "biz", "asia", "io", "app", "dev", "xyz",
];

/// The outcome of looking for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A link up to (not including) a byte.
    Link {
        /// The byte after the link.
        end: usize,
    },
    /// No link, neither here nor at any letter or digit before the given byte: whoever reads
    /// `a.b.c.d` need not look ahead again at each part.
    NoneBefore(usize),
}

/// Looks for a link that begins at `start`, where an ASCII letter or digit stands.
///
/// The caller has seen that the word at `start` ends at one of `. : @ - _ +`.
pub(super) fn find(text: &str, start: usize) -> Found {
    match end(text, start) {
        Some(end) => Found::Link { end },
        None => Found::NoneBefore(none_before(text, start)),
    }
}

/// How far no link begins, given that none begins at `start`.
///
/// A part further on sees the same top-level domain and the same end of the word as this one. With
/// an `@`, a scheme, or signs that only a local part may hold, it may see something else.
fn none_before(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or("");
    let (host, run) = host_lengths(rest.as_bytes());
    let other_link = matches!(rest.as_bytes().get(run), Some(b'@' | b':' | b'_' | b'+'));
    if other_link || run == MAX_HOST {
        return start;
    }
    let top = rest
        .get(..host)
        .and_then(|host| host.rsplit_once('.'))
        .map(|(_, top)| top);
    if top.is_some_and(is_top_level) && !continues_word(rest, run) {
        return start;
    }
    start + run
}

/// The end of a link that begins at `start`.
fn end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let bytes = rest.as_bytes();
    let scheme = bytes
        .iter()
        .take(8)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let after_scheme = bytes.get(scheme..scheme + 3);
    if after_scheme == Some(b"://") {
        let known = rest.get(..scheme).is_some_and(|scheme| {
            ["http", "https", "ftp"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known))
        });
        let length = path_length(rest, scheme + 3);
        return (known && length > scheme + 3).then_some(start + length);
    }
    let name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let local = bytes
        .iter()
        .take(MAX_HOST)
        .take_while(|byte| name(byte))
        .count();
    if bytes.get(local) == Some(&b'@') {
        let host_start = local + 1;
        let (host, run) = host_lengths(bytes.get(host_start..)?);
        let host_text = rest.get(host_start..host_start + host)?;
        let ends_word = !continues_word(rest, host_start + run);
        let last = host_text.rsplit('.').next()?;
        let valid = host_text.contains('.')
            && last.len() >= 2
            && last.bytes().all(|byte| byte.is_ascii_alphabetic());
        return (valid && ends_word).then_some(start + host_start + host);
    }
    let (host, run) = host_lengths(bytes);
    let host_text = rest.get(..host)?;
    if !is_domain(host_text) || continues_word(rest, run) {
        return None;
    }
    let has_path =
        matches!(bytes.get(host), Some(b'/' | b'?' | b'#')) && continues_word(rest, host + 1);
    Some(
        start
            + if has_path {
                path_length(rest, host)
            } else {
                host
            },
    )
}

/// Length of a host name (labels of letters, digits and hyphens, no dot or hyphen at the end), and
/// of the run of such bytes.
fn host_lengths(bytes: &[u8]) -> (usize, usize) {
    let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let run = bytes
        .iter()
        .take(MAX_HOST)
        .take_while(|byte| host(byte))
        .count();
    let mut length = run;
    while length > 0 && matches!(bytes.get(length - 1), Some(b'.' | b'-')) {
        length -= 1;
    }
    (length, run)
}

fn is_domain(host: &str) -> bool {
    let Some((labels, top)) = host.rsplit_once('.') else {
        return false;
    };
    let all_capital = !host.bytes().any(|byte| byte.is_ascii_lowercase());
    let case_fits = all_capital || !top.bytes().any(|byte| byte.is_ascii_uppercase());
    is_top_level(top) && case_fits && labels.split('.').all(|label| !label.is_empty())
}

fn is_top_level(label: &str) -> bool {
    TOP_LEVEL
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
}

/// True if a letter, digit or mark follows, so that the word is longer than the ASCII part.
fn continues_word(rest: &str, at: usize) -> bool {
    let next = rest.get(at..).and_then(|tail| tail.chars().next());
    next.is_some_and(|next| class(next) != Class::Separator)
}

/// Length of a URL from its beginning, when its path starts at `from`: up to white space or a
/// quote, without closing punctuation.
fn path_length(rest: &str, from: usize) -> usize {
    let tail = rest.get(from..).unwrap_or("");
    let stops = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(
                character,
                '<' | '>'
                    | '\u{226E}'
                    | '\u{226F}'
                    | '"'
                    | '“'
                    | '”'
                    | '«'
                    | '»'
                    | '|'
                    | '\\'
                    | '^'
                    | '`'
                    | '\u{1FEF}'
            )
    };
    let link = tail
        .find(stops)
        .map_or(tail, |stop| tail.get(..stop).unwrap_or(tail));
    let mut trimmed = link;
    loop {
        // A sign with its marks: `≠` may be written `=` and a stroke.
        let base = trimmed.trim_end_matches(is_mark);
        match base.chars().next_back() {
            Some(sign) if sign != '/' && class(sign) == Class::Separator => {
                trimmed = base.strip_suffix(sign).unwrap_or(base);
            }
            _ => break,
        }
    }
    from + trimmed.len()
}

#[cfg(test)]
mod tests {
    use super::{end, none_before};

    #[test]
    fn a_search_without_result_holds_for_the_parts_behind() {
        let pieces = [
            "a", "b1", "Theo", "vn", "com", ".", ".", "-", "_", "@", "+", "ế", " ", "://",
        ];
        // All texts of five pieces, numbered.
        for number in 0..pieces.len().pow(5) {
            let mut text = String::from("x");
            let mut rest = number;
            for _ in 0..5 {
                text.push_str(pieces[rest % pieces.len()]);
                rest /= pieces.len();
            }
            if end(&text, 0).is_some() {
                continue;
            }
            for start in 1..none_before(&text, 0) {
                let stands = text.as_bytes()[start].is_ascii_alphanumeric();
                assert!(!stands || end(&text, start).is_none(), "{text} at {start}");
            }
        }
    }

    #[test]
    fn finds_links() {
        for link in [
            "https://vidu.vn/tin-tuc?id=1",
            "vidu.com.vn",
            "VIDU.VN",
            "toa.soan@vidu.vn",
            "vidu.vn/the-thao",
        ] {
            for tail in ["", " sau", ". Sau", ") sau", "” sau"] {
                let text = format!("{link}{tail}");
                assert_eq!(end(&text, 0), Some(link.len()), "{text}");
            }
        }
    }

    #[test]
    fn leaves_words_alone() {
        for text in [
            "TP.HCM",
            "Covid-19",
            "xong.Theo",
            "a.b",
            "http://",
            "ba@",
            "Nội.Vn",
            "a@b",
        ] {
            assert_eq!(end(text, 0), None, "{text}");
        }
    }
}
