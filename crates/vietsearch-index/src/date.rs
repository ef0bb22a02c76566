//! Points in time and days, as Vietnamese news writes them.
//!
//! Vietnam has kept UTC+07:00 in every year that news archives cover, so a fixed offset is used
//! and no time-zone data is needed.

mod cursor;
mod parse;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// The offset of Vietnam.
const VIETNAM: Offset = Offset::constant(7);

/// A point in time, to the second.
///
/// It lies between the first second of 1700 and the last second of 2200 in Vietnam time, which
/// is what tantivy's 64-bit nanoseconds can hold, with room. Shown and serialised as RFC 3339 in
/// Vietnam time; read from any form that [`DateTime::parse`] takes.
///
/// ```
/// use vietsearch_index::date::DateTime;
///
/// let published_at = DateTime::parse("17h22 10/8/2023")?;
/// assert_eq!(published_at.to_string(), "2023-08-10T17:22:00+07:00");
/// assert_eq!(published_at.unix_seconds(), 1_691_662_920);
/// assert_eq!(published_at.day().to_string(), "2023-08-10");
/// # Ok::<(), vietsearch_index::date::DateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(i64);

impl DateTime {
    /// The earliest point: `1700-01-01T00:00:00+07:00`.
    pub const MIN: DateTime = DateTime(-8_520_361_200);
    /// The latest point: `2200-12-31T23:59:59+07:00`.
    pub const MAX: DateTime = DateTime(7_289_629_199);

    /// Makes the point `seconds` after 1970-01-01T00:00:00Z. Points out of range become
    /// [`DateTime::MIN`] or [`DateTime::MAX`].
    pub fn from_unix_seconds(seconds: i64) -> DateTime {
        DateTime(seconds.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Returns the present by the clock of the machine.
    pub fn now() -> DateTime {
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
        };
        DateTime::from_unix_seconds(seconds)
    }

    /// Returns the day in Vietnam on which the point lies.
    pub fn day(self) -> Day {
        Day(self.civil().date())
    }

    /// Reads a point in time from one of the forms that Vietnamese sites and feeds use. Where
    /// no offset is written, Vietnam time is meant; where no time is written, the first second
    /// of the day; in dates with slashes, hyphens or dots the day comes first, unless the first
    /// number has four digits.
    ///
    /// - ISO 8601 and RFC 3339: `2024-05-01T06:30:00+07:00`, `2024-05-01 06:30`, `2024-05-01`
    /// - `01/05/2024`, `1-5-2024 07:30`, `1.5.2024`, `ngày 1 tháng 5 năm 2024`
    /// - `06:30, 01/05/2024`, `17h22 10/8/2023`, `01/05/2024 06:30 PM`
    /// - `Thứ Tư, 1/5/2024, 06:30 (GMT+7)`, `Thứ hai, 1/5/2024 | 06:30 GMT+7`; the name of the
    ///   weekday is not checked
    /// - `10/8/23`: years of two digits are those from 1970 to 2069. Ingestion reports them, because
    ///   the century is a guess
    /// - RFC 2822, as in RSS: `Wed, 01 May 2024 06:30:00 +0700`
    /// - Unix seconds (9 or more digits) or milliseconds (12 or more)
    ///
    /// The text may be in any Unicode normal form.
    ///
    /// # Errors
    ///
    /// If the text is none of these forms, or is one but names a day or time that does not
    /// exist or lies out of range. The error quotes the text.
    ///
    /// ```
    /// use vietsearch_index::date::DateTime;
    ///
    /// assert_eq!(DateTime::parse("Thứ Tư, 1/5/2024, 06:30 (GMT+7)")?,
    ///            DateTime::parse("2024-04-30T23:30:00Z")?);
    /// let error = DateTime::parse("32/13/2024").unwrap_err();
    /// assert!(error.to_string().contains("\"32/13/2024\""));
    /// # Ok::<(), vietsearch_index::date::DateError>(())
    /// ```
    pub fn parse(text: &str) -> Result<DateTime, DateError> {
        parse::date_time(text).map_err(|kind| DateError::new(kind, text))
    }

    /// Reads as [`DateTime::parse`]; the second value says what is uncertain about the date.
    pub(crate) fn read(text: &str) -> Result<(DateTime, Option<String>), DateError> {
        let (at, short_year) = parse::read(text).map_err(|kind| DateError::new(kind, text))?;
        Ok((at, short_year.then(|| at.note(text))))
    }

    fn note(self, text: &str) -> String {
        let value = DateError::quoted(text);
        format!("{value:?} has a year of two digits, read as {}", self.day())
    }

    /// Reads a date that text holds for human readers: as [`DateTime::parse`], but without bare
    /// numbers and compact forms, which in text are telephone numbers and codes. `None` if it is
    /// no date at all.
    pub(crate) fn written(text: &str) -> Option<Written> {
        let found = parse::written(text)?;
        let noted = |at: DateTime| (at, found.short_year.then(|| at.note(text)));
        Some(Written {
            at: found
                .at
                .map(noted)
                .map_err(|kind| DateError::new(kind, text)),
            has_time: found.has_time,
        })
    }

    fn civil(self) -> jiff::civil::DateTime {
        VIETNAM.to_datetime(Timestamp::from_second(self.0).unwrap_or_default())
    }

    /// `None` outside of the range.
    fn from_civil(civil: jiff::civil::DateTime, offset: Offset) -> Option<DateTime> {
        let seconds = offset.to_timestamp(civil).ok()?.as_second();
        let in_range = (Self::MIN.0..=Self::MAX.0).contains(&seconds);
        in_range.then_some(DateTime(seconds))
    }
}

/// A date found in text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The point in time, with what is uncertain about it; an error only where the date is
    /// impossible.
    pub(crate) at: Result<(DateTime, Option<String>), DateError>,
    pub(crate) has_time: bool,
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(
            f,
            "{}T{:02}:{:02}:{:02}+07:00",
            Day(civil.date()),
            civil.hour(),
            civil.minute(),
            civil.second()
        )
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
        struct AnyForm;

        impl Visitor<'_> for AnyForm {
            type Value = DateTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as \"2024-05-01T06:30:00+07:00\" or unix seconds")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime, E> {
                DateTime::parse(text).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<DateTime, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<DateTime, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<DateTime, E> {
                self.visit_str(&number.to_string())
            }
        }

        deserializer.deserialize_any(AnyForm)
    }
}

/// A day in Vietnam, between the years 1 and 9999.
///
/// Shown and serialised as `2024-05-01`.
///
/// ```
/// use vietsearch_index::date::Day;
///
/// let day = Day::new(2024, 5, 1).unwrap();
/// assert_eq!(day.start().to_string(), "2024-05-01T00:00:00+07:00");
/// assert_eq!(day.end().to_string(), "2024-05-01T23:59:59+07:00");
/// assert_eq!(Day::new(2024, 2, 31), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// Makes a day, or `None` if the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        if year < 1 {
            return None;
        }
        Date::new(year, month, day).ok().map(Day)
    }

    /// Returns today by the clock of the machine.
    pub fn today() -> Day {
        DateTime::now().day()
    }

    /// Reads a day from any form that [`DateTime::parse`] takes; a time of day is ignored once it
    /// has decided the day in Vietnam.
    ///
    /// # Errors
    ///
    /// As for [`DateTime::parse`].
    pub fn parse(text: &str) -> Result<Day, DateError> {
        parse::day(text).map_err(|kind| DateError::new(kind, text))
    }

    /// Returns the first second of the day in Vietnam, within the range of [`DateTime`].
    pub fn start(self) -> DateTime {
        self.at(Time::midnight())
    }

    /// Returns the last second of the day in Vietnam, within the range of [`DateTime`].
    pub fn end(self) -> DateTime {
        self.at(Time::constant(23, 59, 59, 0))
    }

    /// Returns the day `days` later, or earlier where `days` is negative; the first or the last
    /// day that there is where that lies out of range.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Day {
        let span = jiff::Span::new().try_days(days);
        let moved = span.and_then(|span| self.0.checked_add(span));
        match moved {
            Ok(date) if date.year() >= 1 => Day(date),
            _ if days < 0 => Day(Date::constant(1, 1, 1)),
            _ => Day(Date::MAX),
        }
    }

    /// Returns the first and the last day of a month, or `None` if there is no such month.
    pub fn month_range(year: i16, month: i8) -> Option<(Day, Day)> {
        let first = Day::new(year, month, 1)?;
        Some((first, Day(first.0.last_of_month())))
    }

    /// Returns the year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Returns the month, from 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Returns the day of the month, from 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    fn at(self, time: Time) -> DateTime {
        let below = self.0.year() < 1700;
        let nearest = if below { DateTime::MIN } else { DateTime::MAX };
        DateTime::from_civil(self.0.to_datetime(time), VIETNAM).unwrap_or(nearest)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        let text = String::deserialize(deserializer)?;
        Day::parse(&text).map_err(de::Error::custom)
    }
}

/// Text that is no usable date. The message quotes the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} {kind}")]
pub struct DateError {
    kind: DateErrorKind,
    value: String,
}

impl DateError {
    /// Longer values are cut, so that a message stays a line.
    const QUOTED_CHARS: usize = 60;

    fn new(kind: DateErrorKind, text: &str) -> DateError {
        let value = Self::quoted(text);
        DateError { kind, value }
    }

    fn quoted(text: &str) -> String {
        let mut value: String = text.chars().take(Self::QUOTED_CHARS).collect();
        if value.len() < text.len() {
            value.push('…');
        }
        value
    }

    /// Says whether the text has the form of a date but names a day or time that does not exist
    /// or lies out of range, such as `31/2/2024`.
    pub fn is_impossible(&self) -> bool {
        self.kind != DateErrorKind::Unknown
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateErrorKind {
    Unknown,
    Impossible,
    OutOfRange,
}

impl fmt::Display for DateErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DateErrorKind::Unknown => {
                "is not a date in a known form, write it like 2024-05-01T06:30:00+07:00 or \
                 01/05/2024 06:30"
            }
            DateErrorKind::Impossible => {
                "names a day or time that does not exist, write the day first: 31/12/2024"
            }
            DateErrorKind::OutOfRange => "is out of range, dates go from 1700 to 2200",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_are_what_they_say() {
        assert_eq!(DateTime::MIN.to_string(), "1700-01-01T00:00:00+07:00");
        assert_eq!(DateTime::MAX.to_string(), "2200-12-31T23:59:59+07:00");
        assert_eq!(DateTime::from_unix_seconds(i64::MIN), DateTime::MIN);
        assert_eq!(DateTime::from_unix_seconds(i64::MAX), DateTime::MAX);
    }

    #[test]
    fn days_are_local() {
        let at = DateTime::parse("2024-04-30T23:30:00Z").unwrap();
        let day = Day::new(2024, 5, 1).unwrap();
        assert_eq!(at.day(), day);
        assert!(day.start() <= at && at <= day.end());
        assert_eq!(
            day.end().unix_seconds() + 1,
            day.plus_days(1).start().unix_seconds()
        );
    }

    #[test]
    fn far_days_stay_in_range() {
        let last = Day::new(9999, 12, 31).unwrap();
        assert_eq!(last.start(), DateTime::MAX);
        assert_eq!(last.plus_days(1), last);
        let first = Day::new(1, 1, 1).unwrap();
        assert_eq!(first.end(), DateTime::MIN);
        assert_eq!(first.plus_days(-1), first);
        assert_eq!(first.plus_days(i64::MAX), last);
        assert_eq!(last.plus_days(i64::MIN), first);
        assert_eq!(Day::new(0, 1, 1), None);
        assert_eq!(Day::new(2023, 2, 29), None);
        assert_eq!(
            Day::new(2024, 2, 28).unwrap().plus_days(2).to_string(),
            "2024-03-01"
        );
    }

    #[test]
    fn today_is_in_this_century() {
        assert!((2024..2100).contains(&Day::today().year()));
    }

    #[test]
    fn serde_forms() {
        let at: DateTime = serde_json::from_str(r#""06:30, 01/05/2024""#).unwrap();
        assert_eq!(
            serde_json::to_string(&at).unwrap(),
            r#""2024-05-01T06:30:00+07:00""#
        );
        assert_eq!(serde_json::from_str::<DateTime>("1714519800").unwrap(), at);
        assert_eq!(
            serde_json::from_str::<DateTime>("1714519800000").unwrap(),
            at
        );
        assert_eq!(
            serde_json::from_str::<DateTime>("1714519800.25").unwrap(),
            at
        );
        assert!(serde_json::from_str::<DateTime>("true").is_err());
        let day: Day = serde_json::from_str(r#""01/05/2024""#).unwrap();
        assert_eq!(serde_json::to_string(&day).unwrap(), r#""2024-05-01""#);
    }

    #[test]
    fn errors_quote_and_stay_short() {
        let error = DateTime::parse(&"x\u{0}".repeat(1000)).unwrap_err();
        assert!(!error.is_impossible());
        assert!(
            error.to_string().len() < 400 && !error.to_string().contains('\u{0}'),
            "{error}"
        );
        let error = DateTime::parse("31/2/2024").unwrap_err();
        assert!(error.is_impossible());
        assert!(error.to_string().contains(r#""31/2/2024""#), "{error}");
    }

    proptest! {
        #[test]
        fn display_reads_back(seconds in DateTime::MIN.0..=DateTime::MAX.0) {
            let at = DateTime(seconds);
            prop_assert_eq!(DateTime::parse(&at.to_string()), Ok(at));
            let day = at.day();
            prop_assert!(day.start() <= at && at <= day.end());
            prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }
    }
}
