//! Days and ranges of days as people write them in a query.

use std::sync::LazyLock;

use super::chars::is_dash;
use super::names::NameTable;
use vietsearch_index::date::Day;

/// How the name before the colon uses its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayField {
    /// `từ:`, the first day.
    From,
    /// `đến:`, the last day.
    To,
    /// `ngày:`, one day, month, year or `A..B`.
    On,
}

/// What a value means as a range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayValue {
    /// Inclusive bounds, at least one of which is set.
    Range(Option<Day>, Option<Day>),
    /// Has the form of a date, but the calendar lacks it.
    Impossible,
    /// Not a date.
    Text,
}

#[derive(Debug, Clone, Copy)]
enum Relative {
    Today,
    Yesterday,
}

static RELATIVE: LazyLock<NameTable<Relative>> = LazyLock::new(|| {
    NameTable::new([
        ("hôm_nay", Relative::Today),
        ("today", Relative::Today),
        ("hôm_qua", Relative::Yesterday),
        ("yesterday", Relative::Yesterday),
    ])
});

/// The word that with the next one names a day: `hôm nay`, `hôm qua`.
static FIRST_OF_TWO: LazyLock<NameTable<()>> = LazyLock::new(|| NameTable::new([("hôm", ())]));

/// Whether `word` may name a day together with the word after it.
pub(super) fn starts_relative_day(word: &str) -> bool {
    FIRST_OF_TWO.get(word).is_some()
}

/// Whether `text` names a day by its distance from today.
pub(super) fn is_relative_day(text: &str) -> bool {
    RELATIVE.get(text).is_some()
}

/// Reads the value after a day field.
pub(super) fn read_days(field: DayField, value: &str, today: Option<Day>) -> DayValue {
    if field == DayField::On
        && let Some((first, last)) = value.split_once("..")
    {
        return read_range(first, last, today);
    }
    match (field, read_day(value, today)) {
        (DayField::From, DayValue::Range(first, _)) => DayValue::Range(first, None),
        (DayField::To, DayValue::Range(_, last)) => DayValue::Range(None, last),
        (_, other) => other,
    }
}

fn read_range(first: &str, last: &str, today: Option<Day>) -> DayValue {
    let first_days = read_bound(first, today);
    let last_days = read_bound(last, today);
    match (first_days, last_days) {
        (DayValue::Range(None, _), DayValue::Range(_, None))
        | (DayValue::Text, _)
        | (_, DayValue::Text) => DayValue::Text,
        (DayValue::Impossible, _) | (_, DayValue::Impossible) => DayValue::Impossible,
        (DayValue::Range(from, _), DayValue::Range(_, to)) => DayValue::Range(from, to),
    }
}

/// One side of `A..B`; an empty side is open.
fn read_bound(value: &str, today: Option<Day>) -> DayValue {
    if value.is_empty() {
        return DayValue::Range(None, None);
    }
    read_day(value, today)
}

fn read_day(value: &str, today: Option<Day>) -> DayValue {
    if let Some(relative) = RELATIVE.get(value) {
        let day = match relative {
            Relative::Today => today,
            Relative::Yesterday => today.map(|day| day.plus_days(-1)),
        };
        return match day {
            Some(day) => DayValue::Range(Some(day), Some(day)),
            None => DayValue::Text,
        };
    }
    let Some(numbers) = Numbers::read(value) else {
        return DayValue::Text;
    };
    match numbers.days() {
        Some((first, last)) => DayValue::Range(Some(first), Some(last)),
        None => DayValue::Impossible,
    }
}

/// The numbers of a written date, put in order, not yet checked.
enum Numbers {
    Day(i16, i8, i8),
    Month(i16, i8),
    Year(i16),
}

impl Numbers {
    fn read(value: &str) -> Option<Self> {
        let mut separator = None;
        let mut parts = Vec::with_capacity(3);
        let mut rest = value;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
            let kind = if is_dash(c) { '-' } else { c };
            if !matches!(kind, '-' | '/' | '.')
                || separator.is_some_and(|s| s != kind)
                || parts.len() == 2
            {
                return None;
            }
            separator = Some(kind);
            parts.push(rest.get(..at)?);
            rest = rest.get(at + c.len_utf8()..)?;
        }
        parts.push(rest);
        let is_year = |part: &str| part.len() == 4;
        let is_short = |part: &str| matches!(part.len(), 1 | 2);
        Some(match *parts.as_slice() {
            [day, month, year] if is_short(day) && is_short(month) && is_year(year) => {
                Self::Day(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
            }
            [year, month, day] if is_year(year) && is_short(month) && is_short(day) => {
                Self::Day(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
            }
            [month, year] | [year, month] if is_short(month) && is_year(year) => {
                Self::Month(year.parse().ok()?, month.parse().ok()?)
            }
            [year] if is_year(year) => Self::Year(year.parse().ok()?),
            _ => return None,
        })
    }

    fn days(&self) -> Option<(Day, Day)> {
        match *self {
            Self::Day(year, month, day) => Day::new(year, month, day).map(|d| (d, d)),
            Self::Month(year, month) => Day::month_range(year, month),
            Self::Year(year) => Some((Day::new(year, 1, 1)?, Day::new(year, 12, 31)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(field: DayField, value: &str) -> String {
        match read_days(field, value, Day::new(2024, 3, 1)) {
            DayValue::Range(from, to) => {
                let text = |day: Option<Day>| day.map_or(String::new(), |d| d.to_string());
                format!("{}..{}", text(from), text(to))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn forms_of_one_day() {
        for value in [
            "01/05/2024",
            "1/5/2024",
            "1-5-2024",
            "1.5.2024",
            "1\u{2013}5\u{2013}2024",
            "2024-05-01",
            "2024-5-1",
        ] {
            assert_eq!(
                show(DayField::On, value),
                "2024-05-01..2024-05-01",
                "{value}"
            );
        }
    }

    #[test]
    fn months_and_years_are_whole() {
        assert_eq!(show(DayField::On, "02/2024"), "2024-02-01..2024-02-29");
        assert_eq!(show(DayField::On, "2024-02"), "2024-02-01..2024-02-29");
        assert_eq!(show(DayField::From, "2024"), "2024-01-01..");
        assert_eq!(show(DayField::To, "2024"), "..2024-12-31");
    }

    #[test]
    fn relative_days_follow_the_given_clock() {
        assert_eq!(show(DayField::On, "hôm nay"), "2024-03-01..2024-03-01");
        assert_eq!(show(DayField::On, "HOM_QUA"), "2024-02-29..2024-02-29");
        assert_eq!(show(DayField::From, "yesterday"), "2024-02-29..");
        assert_eq!(read_days(DayField::On, "hôm nay", None), DayValue::Text);
    }

    #[test]
    fn ranges() {
        assert_eq!(
            show(DayField::On, "1.5.2024..06/2024"),
            "2024-05-01..2024-06-30"
        );
        assert_eq!(
            show(DayField::On, "2023..hôm_nay"),
            "2023-01-01..2024-03-01"
        );
        assert_eq!(show(DayField::On, "2023.."), "2023-01-01..");
        assert_eq!(show(DayField::On, "..2023"), "..2023-12-31");
        assert_eq!(show(DayField::On, ".."), "Text");
        assert_eq!(show(DayField::On, "1/1/2024..31/2/2024"), "Impossible");
        assert_eq!(show(DayField::From, "2023..2024"), "Text");
    }

    #[test]
    fn impossible_dates_and_no_dates() {
        for value in ["31/2/2024", "32/13/2024", "13/2024", "0/1/2024", "0000"] {
            assert_eq!(show(DayField::On, value), "Impossible", "{value}");
        }
        for value in [
            "",
            "/",
            "1/5",
            "24",
            "1/5/24",
            "1-5/2024",
            "1/2/3/2024",
            "a",
            "12345",
            "1//2024",
            "2024-05-01T07:30",
        ] {
            assert_eq!(show(DayField::On, value), "Text", "{value}");
        }
    }
}
