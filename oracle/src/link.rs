//! URLs, e-mail addresses and domain names.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::class::{Class, class};
use crate::letter::clusters;

/// Nothing longer is looked through for a host name: RFC 5321 allows 64 + 1 + 255 bytes.
const MAX_HOST: usize = 320;

const SCHEMES: [&str; 3] = ["http://", "https://", "ftp://"];

/// Endings that make a bare host name a link. Few, for the space after a full stop is often
/// missing.
const TOP_LEVEL: &str = "vn com net org edu gov info biz asia io app dev xyz";

/// The link at the beginning of `rest`, if an ASCII letter or digit stands there.
pub(crate) fn at_start(rest: &str) -> Option<&str> {
    if !rest.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(url) = url(rest) {
        return Some(url);
    }
    // What stands before an @ is an address or nothing.
    let name = prefix_of(rest, "._+-");
    match rest.get(name.len()..)?.strip_prefix('@') {
        Some(host) => address(rest, name, host),
        None => domain(rest),
    }
}

fn url(rest: &str) -> Option<&str> {
    let begin = SCHEMES.iter().find(|begin| {
        let front = rest.get(..begin.len());
        front.is_some_and(|front| front.eq_ignore_ascii_case(begin))
    })?;
    let path = path(rest.get(begin.len()..)?);
    if path.is_empty() {
        return None;
    }
    rest.get(..begin.len() + path.len())
}

fn address<'a>(rest: &'a str, name: &str, tail: &str) -> Option<&'a str> {
    let letters = prefix_of(tail, ".-");
    let host = letters.trim_end_matches(['.', '-']);
    let (_, last) = host.rsplit_once('.')?;
    let has_end = last.len() >= 2 && last.chars().all(|letter| letter.is_ascii_alphabetic());
    if !has_end || goes_on(tail, letters.len()) {
        return None;
    }
    rest.get(..name.len() + 1 + host.len())
}

fn domain(rest: &str) -> Option<&str> {
    let letters = prefix_of(rest, ".-");
    let host = letters.trim_end_matches(['.', '-']);
    let (labels, top) = host.rsplit_once('.')?;
    let known = TOP_LEVEL
        .split(' ')
        .any(|known| top.eq_ignore_ascii_case(known));
    // `Nội.Vn` is two words: an ending is written small, unless all is in capitals.
    let has_capital = |text: &str| text.contains(|letter: char| letter.is_ascii_uppercase());
    let has_small = |text: &str| text.contains(|letter: char| letter.is_ascii_lowercase());
    let case_fits = !has_capital(top) || !has_small(host);
    let has_empty_label = labels.split('.').any(str::is_empty);
    if !known || !case_fits || has_empty_label || goes_on(rest, letters.len()) {
        return None;
    }
    let tail = rest.get(host.len()..)?;
    if tail.starts_with(['/', '?', '#']) && goes_on(tail, 1) {
        return rest.get(..host.len() + path(tail).len());
    }
    Some(host)
}

/// The longest beginning of ASCII letters, digits and the given signs.
fn prefix_of<'a>(text: &'a str, signs: &str) -> &'a str {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || signs.contains(letter);
    let end = text.find(|letter| !allowed(letter)).unwrap_or(text.len());
    text.get(..end.min(MAX_HOST)).unwrap_or("")
}

/// True if the word goes on at this place, so that it is longer than its ASCII part.
fn goes_on(text: &str, place: usize) -> bool {
    let next = text.get(place..).and_then(|tail| tail.chars().next());
    next.is_some_and(|next| class(next) != Class::Separator)
}

/// What stands up to white space or a quote, without the punctuation at its end.
fn path(tail: &str) -> &str {
    // Signs that decompose (≮ is < with a stroke) stop like the sign that they are made from.
    let stops = |character: char| {
        let base = std::iter::once(character).nfd().next().unwrap_or(character);
        base.is_whitespace() || base.is_control() || "<>\"“”«»|\\^`".contains(base)
    };
    let path = tail.split(stops).next().unwrap_or(tail);
    let mut signs = clusters(path);
    while let Some((base, _)) = signs.last() {
        if *base == '/' || is_combining_mark(*base) || class(*base) != Class::Separator {
            break;
        }
        signs.pop();
    }
    let length: usize = signs
        .iter()
        .map(|(base, marks)| base.len_utf8() + marks.len())
        .sum();
    path.get(..length).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::at_start;

    #[test]
    fn finds_links_and_leaves_words_alone() {
        for link in [
            "https://vidu.vn/tin-tuc?id=1",
            "vidu.com.vn",
            "VIDU.VN",
            "toa.soan@vidu.vn",
            "vidu.vn/the-thao",
        ] {
            for tail in ["", " sau", ". Sau", ") sau", "” sau"] {
                assert_eq!(at_start(&format!("{link}{tail}")), Some(link), "{tail}");
            }
        }
        for text in [
            "TP.HCM",
            "Covid-19",
            "xong.Theo",
            "a.b",
            "http://",
            "ba@",
            "Nội.Vn",
            "a@b",
            "vidu.vnă",
        ] {
            assert_eq!(at_start(text), None, "{text}");
        }
    }
}
