//! Dates in the metadata and in the text of a page.

use crate::date::DateTime;

/// Reads the first of several texts that is a date. If none is, the first is reported.
pub(super) fn first(
    texts: impl IntoIterator<Item = String>,
    what: &str,
    warnings: &mut Vec<String>,
) -> Option<DateTime> {
    let mut refused = None;
    for text in texts {
        match DateTime::read(&text) {
            Ok((at, note)) => {
                warnings.extend(note);
                return Some(at);
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    if let Some(error) = refused {
        warnings.push(format!("{what} was left out: {error}"));
    }
    None
}

/// Finds a date at the end of a short text such as `Cập nhật: 06:30 | 01/05/2024`.
pub(super) fn at_end(text: &str) -> Option<&str> {
    if text.len() > 160 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let starts_part = |letter: char| letter.is_whitespace() || ",;:|-–—(".contains(letter);
    let starts = text
        .char_indices()
        .filter(|(_, letter)| starts_part(*letter))
        .map(|(at, letter)| at + letter.len_utf8());
    std::iter::once(0)
        .chain(starts)
        .filter_map(|start| text.get(start..))
        .find(|rest| DateTime::written(rest).is_some())
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_at_the_end() {
        let cases = [
            ("Cập nhật: 06:30 | 01/05/2024", Some("06:30 | 01/05/2024")),
            (
                "Thứ Tư, 1/5/2024, 06:30 (GMT+7)",
                Some("Thứ Tư, 1/5/2024, 06:30 (GMT+7)"),
            ),
            ("1/5/2024 06:30", Some("1/5/2024 06:30")),
            ("1/5/2024: hai đội hòa", None),
            ("Bình luận (3)", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(at_end(text), expected, "{text}");
        }
    }

    #[test]
    fn the_first_date_counts() {
        let mut warnings = Vec::new();
        let texts = ["hôm qua", "2024-05-01", "2024-05-02"].map(str::to_owned);
        let at = first(texts, "the date", &mut warnings);
        assert_eq!(at, DateTime::parse("2024-05-01").ok());
        assert_eq!(warnings, [""; 0]);
        let texts = ["31/2/2024", "hôm qua"].map(str::to_owned);
        assert_eq!(first(texts, "the date", &mut warnings), None);
        assert!(warnings[0].starts_with("the date was left out: \"31/2/2024\""));
    }
}
