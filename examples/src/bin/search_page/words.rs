//! How numbers, days and errors are told to Vietnamese readers.

use vietsearch::query::parse::ParseError;
use vietsearch::{DateTime, Day, SearchError};

/// A number with a dot between thousands: `12.345`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push('.');
        }
        written.push(digit);
    }
    written
}

/// `1/5/2024`.
pub(crate) fn day(day: Day) -> String {
    format!("{}/{}/{}", day.day(), day.month(), day.year())
}

/// `1/5/2024, 06:30`; the day alone for articles that tell no more.
pub(crate) fn time(at: DateTime) -> String {
    let written = at.to_string();
    match written.get(11..16) {
        Some("00:00") | None => day(at.day()),
        Some(clock) => format!("{}, {clock}", day(at.day())),
    }
}

/// A span of days, as short as it can be told: `tháng 5/2024`, `2023`.
pub(crate) fn days(from: Option<Day>, to: Option<Day>) -> Option<String> {
    let (Some(first), Some(last)) = (from, to) else {
        let since = from.map(|from| format!("từ {}", day(from)));
        return since.or_else(|| to.map(|to| format!("đến {}", day(to))));
    };
    if first == last {
        return Some(format!("ngày {}", day(first)));
    }
    if Day::month_range(first.year(), first.month()) == Some((first, last)) {
        return Some(format!("tháng {}/{}", first.month(), first.year()));
    }
    let year = Day::new(first.year(), 1, 1).zip(Day::new(first.year(), 12, 31));
    if year == Some((first, last)) {
        return Some(format!("năm {}", first.year()));
    }
    Some(format!("{} – {}", day(first), day(last)))
}

/// What went wrong, and what to do; `None` if the reader can do nothing about it.
pub(crate) fn error(error: &SearchError) -> Option<String> {
    match error {
        SearchError::Query(ParseError::TooLong { bytes, max }) => Some(format!(
            "Câu tìm dài {} byte, nhiều nhất là {}. Hãy rút ngắn lại.",
            number(*bytes as u64),
            number(*max as u64)
        )),
        SearchError::Query(ParseError::TooManyClauses { max }) => Some(format!(
            "Câu tìm có hơn {} vế. Hãy bỏ bớt ngoặc, AND, OR.",
            number(*max as u64)
        )),
        SearchError::Query(ParseError::TooManyWords { max }) => Some(format!(
            "Câu tìm có hơn {} từ. Hãy rút ngắn lại.",
            number(*max as u64)
        )),
        SearchError::Query(_) => Some("Không đọc được câu tìm này.".to_string()),
        SearchError::Setting { what: "cursor", .. } => {
            Some("Địa chỉ của trang này không còn dùng được. Hãy tìm lại từ đầu.".to_string())
        }
        SearchError::UnknownArticle { .. } => Some("Không có bài nào mang mã này.".to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_dots() {
        let written = [0, 999, 1_000, 20_739, 1_234_567].map(number);
        assert_eq!(written, ["0", "999", "1.000", "20.739", "1.234.567"]);
    }

    #[test]
    fn days_are_told_shortly() {
        let day = |text: &str| Day::parse(text).ok();
        for (from, to, told) in [
            ("2024-02-01", "2024-02-29", Some("tháng 2/2024")),
            ("2024-02-01", "2024-02-28", Some("1/2/2024 – 28/2/2024")),
            ("2024-01-01", "2024-12-31", Some("năm 2024")),
            ("2024-05-01", "2024-05-01", Some("ngày 1/5/2024")),
            ("2024-05-01", "", Some("từ 1/5/2024")),
            ("", "2024-05-01", Some("đến 1/5/2024")),
            ("", "", None),
        ] {
            assert_eq!(days(day(from), day(to)).as_deref(), told, "{from} {to}");
        }
    }

    #[test]
    fn times_are_those_of_vietnam() {
        let at = |text: &str| time(DateTime::parse(text).unwrap());
        assert_eq!(at("2024-04-30T23:30:00Z"), "1/5/2024, 06:30");
        assert_eq!(at("2024-05-01"), "1/5/2024");
    }
}
