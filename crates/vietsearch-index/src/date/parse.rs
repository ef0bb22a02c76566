//! Reading dates: one pass over the text by a cursor that knows no fixed order of the parts.
//!
//! Sites put weekday, date, time and zone in any order and part them by commas, bars and hyphens.
//! So each part is recognised by its own shape, may occur once, and nothing else may occur.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::DateErrorKind::{Impossible, OutOfRange, Unknown};
use super::cursor::{Cursor, Number, english_month, folded, is_english_weekday};
use super::{DateErrorKind, DateTime, Day, VIETNAM};

/// No date is longer; it bounds the work for the byline search, which tries many beginnings.
const MAX_BYTES: usize = 120;

/// Years of two digits are those from 1970 to 2069, as in POSIX.
const FIRST_SHORT_YEAR: u32 = 70;

/// Numbers of this size and above are milliseconds (as seconds: the year 5138).
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

pub(super) fn date_time(text: &str) -> Result<DateTime, DateErrorKind> {
    read(text).map(|(at, _)| at)
}

/// Reads a point in time, and says whether its year was written with two digits.
pub(super) fn read(text: &str) -> Result<(DateTime, bool), DateErrorKind> {
    if let Some(seconds) = unix_seconds(text.trim()) {
        let at = DateTime::from_unix_seconds(seconds);
        return if at.unix_seconds() == seconds {
            Ok((at, false))
        } else {
            Err(OutOfRange)
        };
    }
    let parts = parts(text)?;
    let short_year = parts.short_year;
    let (date, time, offset) = parts.check()?;
    let at = DateTime::from_civil(date.to_datetime(time), offset);
    Ok((at.ok_or(OutOfRange)?, short_year))
}

pub(super) fn day(text: &str) -> Result<Day, DateErrorKind> {
    match date_time(text) {
        // Days reach further than points in time.
        Err(OutOfRange) => {
            let (date, _, _) = parts(text)?.check()?;
            Day::new(date.year(), date.month(), date.day()).ok_or(OutOfRange)
        }
        other => other.map(DateTime::day),
    }
}

/// A date in text.
pub(super) struct Found {
    /// An error only where the date is impossible.
    pub(super) at: Result<DateTime, DateErrorKind>,
    pub(super) has_time: bool,
    pub(super) short_year: bool,
}

/// Reads a date in text. Years that no newspaper prints are taken for something else.
pub(super) fn written(text: &str) -> Option<Found> {
    let parts = match parts(text) {
        Ok(parts) if !parts.compact => parts,
        _ => return None,
    };
    let year = parts.date.map(|[year, _, _]| year)?;
    if !(1850..=2200).contains(&year) {
        return None;
    }
    let has_time = parts.time.is_some();
    let short_year = parts.short_year;
    // `3-0-12` is a date only beside a time.
    if short_year && !has_time && !text.contains('/') {
        return None;
    }
    let at = parts.check().and_then(|(date, time, offset)| {
        DateTime::from_civil(date.to_datetime(time), offset).ok_or(OutOfRange)
    });
    Some(Found {
        at,
        has_time,
        short_year,
    })
}

/// Reads a bare number of seconds or milliseconds. Compact dates (8 or 14 digits) are none.
fn unix_seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(digits) || !all_digits(fraction) || digits.len() < 9 || digits.len() == 14 {
        return None;
    }
    let number: i64 = whole.parse().unwrap_or(i64::MAX);
    Some(
        match number.unsigned_abs() >= FIRST_MILLISECONDS.unsigned_abs() {
            true => number.div_euclid(1000),
            false => number,
        },
    )
}

/// What stands in the text, not yet checked against calendar and clock.
#[derive(Debug, Default)]
struct Parts {
    /// Year, month, day.
    date: Option<[u32; 3]>,
    /// Hour, minute, second.
    time: Option<[u32; 3]>,
    half: Option<Half>,
    offset: Option<i32>,
    /// Whether the date was written without separators.
    compact: bool,
    /// Whether the year was written with two digits.
    short_year: bool,
    /// An English weekday counts only beside an English month: `Thu` is also a given name, which
    /// matters where a byline is split into author and date.
    english_weekday: bool,
    english_month: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

impl Parts {
    fn check(self) -> Result<(Date, Time, Offset), DateErrorKind> {
        let [year, month, day] = self.date.ok_or(Unknown)?;
        let date = Date::new(
            i16::try_from(year).map_err(|_| OutOfRange)?,
            i8::try_from(month).map_err(|_| Impossible)?,
            i8::try_from(day).map_err(|_| Impossible)?,
        )
        .map_err(|_| Impossible)?;

        let [hour, minute, second] = self.time.unwrap_or_default();
        let hour = match (self.half, hour) {
            (Some(Half::Morning), 12) => 0,
            (Some(Half::Afternoon), 1..=11) => hour + 12,
            _ => hour,
        };
        // A leap second counts as the one before.
        let second = if second == 60 { 59 } else { second };
        let small = |number: u32| i8::try_from(number).map_err(|_| Impossible);
        let time =
            Time::new(small(hour)?, small(minute)?, small(second)?, 0).map_err(|_| Impossible)?;

        let offset = match self.offset {
            Some(seconds) => Offset::from_seconds(seconds).map_err(|_| Impossible)?,
            None => VIETNAM,
        };
        Ok((date, time, offset))
    }
}

fn parts(text: &str) -> Result<Parts, DateErrorKind> {
    if text.len() > MAX_BYTES {
        return Err(Unknown);
    }
    let mut cursor = Cursor { rest: text };
    let mut parts = Parts::default();
    while let Some(next) = cursor.peek() {
        if next.is_ascii_digit() {
            number(&mut cursor, &mut parts)?;
        } else if next.is_alphabetic() {
            word(&mut cursor, &mut parts)?;
        } else if matches!(next, '+' | '-') && parts.date.is_some() && parts.time.is_some() {
            zone(&mut cursor, &mut parts)?;
        } else if next.is_whitespace() || ",;|-–—()•·".contains(next) {
            cursor.bump();
        } else {
            return Err(Unknown);
        }
    }
    if parts.date.is_none() || (parts.english_weekday && !parts.english_month) {
        return Err(Unknown);
    }
    Ok(parts)
}

/// A part that begins with a number: a time, a date, or a compact date and time.
fn number(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Result<(), DateErrorKind> {
    let first = cursor.number().ok_or(Unknown)?;
    let next = cursor.peek();
    match next {
        Some(':' | 'h' | 'H' | 'g') if parts.time.is_none() => {
            cursor.bump();
            return time(first, next == Some(':'), cursor, parts);
        }
        Some(separator @ ('/' | '-' | '.')) if parts.date.is_none() => {
            cursor.bump();
            let second = cursor.number().ok_or(Unknown)?;
            if !cursor.eat(separator) {
                return Err(Unknown);
            }
            let third = cursor.number().ok_or(Unknown)?;
            return put_date(first, second, third, parts);
        }
        _ => {}
    }
    if parts.date.is_none() && matches!(first.digits, 8 | 14) {
        return compact(first, parts);
    }
    cursor.skip_spaces();
    let month_word = cursor.word().ok_or(Unknown)?;
    if folded(month_word) == "gio" && parts.time.is_none() {
        return spelled_time(first, cursor, parts);
    }
    cursor.skip_any(",.");
    if parts.date.is_none()
        && let Some(month) = english_month(month_word)
    {
        parts.english_month = true;
        let year = cursor.number().ok_or(Unknown)?;
        return put_date(first, month, year, parts);
    }
    if parts.date.is_some() || folded(month_word) != "thang" {
        return Err(Unknown);
    }
    let month = cursor.number().ok_or(Unknown)?;
    cursor.skip_any(",/-.");
    if cursor.peek().is_some_and(char::is_alphabetic) {
        let year_word = cursor.word().ok_or(Unknown)?;
        if folded(year_word) != "nam" {
            return Err(Unknown);
        }
        cursor.skip_spaces();
    }
    let year = cursor.number().ok_or(Unknown)?;
    put_date(first, month, year, parts)
}

fn time(
    hour: Number,
    colon: bool,
    cursor: &mut Cursor<'_>,
    parts: &mut Parts,
) -> Result<(), DateErrorKind> {
    let minute = match cursor.number() {
        Some(minute) => minute.value,
        None if colon => return Err(Unknown),
        None => 0,
    };
    let mut second = 0;
    if cursor.eat(':') {
        second = cursor.number().ok_or(Unknown)?.value;
        if cursor.peek() == Some('.') {
            cursor.bump();
            cursor.number().ok_or(Unknown)?;
        }
    } else if !colon {
        // 17h22'
        let _minute_mark = cursor.eat('\'') || cursor.eat('’');
    }
    if hour.digits > 2 {
        return Err(Unknown);
    }
    parts.time = Some([hour.value, minute, second]);
    Ok(())
}

/// `6 giờ 30 phút`, `6 giờ`; the hour and its word are read already.
fn spelled_time(
    hour: Number,
    cursor: &mut Cursor<'_>,
    parts: &mut Parts,
) -> Result<(), DateErrorKind> {
    if hour.digits > 2 {
        return Err(Unknown);
    }
    let after_hour = cursor.rest;
    cursor.skip_spaces();
    let minute = cursor.number().filter(|minute| minute.digits <= 2);
    cursor.skip_spaces();
    let is_minute = cursor.word().map(folded).as_deref() == Some("phut");
    let minute = minute.filter(|_| is_minute);
    if minute.is_none() {
        // What follows is the date.
        cursor.rest = after_hour;
    }
    parts.time = Some([hour.value, minute.map_or(0, |minute| minute.value), 0]);
    Ok(())
}

fn put_date(
    first: Number,
    month: Number,
    third: Number,
    parts: &mut Parts,
) -> Result<(), DateErrorKind> {
    let (year, day) = if first.digits == 4 {
        (first, third)
    } else {
        (third, first)
    };
    if !matches!(year.digits, 2 | 4) || month.digits > 2 || day.digits > 2 {
        return Err(Unknown);
    }
    parts.short_year = year.digits == 2;
    let century = match (year.digits, year.value) {
        (2, FIRST_SHORT_YEAR..) => 1900,
        (2, _) => 2000,
        _ => 0,
    };
    parts.date = Some([century + year.value, month.value, day.value]);
    Ok(())
}

/// `20240501` or `20240501063000`.
fn compact(number: Number, parts: &mut Parts) -> Result<(), DateErrorKind> {
    let (date, time) = match number.digits {
        8 => (number.value64, None),
        _ if parts.time.is_some() => return Err(Unknown),
        _ => (number.value64 / 1_000_000, Some(number.value64 % 1_000_000)),
    };
    let split = |value: u64| {
        let part = |part: u64| u32::try_from(part).unwrap_or(u32::MAX);
        [
            part(value / 10_000),
            part(value / 100 % 100),
            part(value % 100),
        ]
    };
    parts.date = Some(split(date));
    parts.compact = true;
    if let Some(time) = time {
        parts.time = Some(split(time));
    }
    Ok(())
}

/// A part that begins with a letter: a weekday, a zone, a month, or a word that says nothing.
fn word(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Result<(), DateErrorKind> {
    let word = cursor.word().ok_or(Unknown)?;
    let plain = folded(word);
    let timed = parts.time.is_some();
    match plain.as_str() {
        "t" if parts.date.is_some() && !timed => {}
        "z" if timed => put_offset(0, parts)?,
        "gmt" | "utc" if timed => {
            cursor.skip_spaces();
            match cursor.peek() {
                Some('+' | '-') => zone(cursor, parts)?,
                _ => put_offset(0, parts)?,
            }
        }
        "ict" if timed => put_offset(7 * 3600, parts)?,
        // The zones that RFC 822 names; feeds made abroad have them.
        "est" | "edt" | "cst" | "cdt" | "mst" | "mdt" | "pst" | "pdt" if timed => {
            let standard = match plain.chars().next() {
                Some('e') => -5,
                Some('c') => -6,
                Some('m') => -7,
                _ => -8,
            };
            let summer = i32::from(plain.chars().nth(1) == Some('d'));
            put_offset((standard + summer) * 3600, parts)?;
        }
        // Windows in Vietnamese writes SA (sáng) and CH (chiều).
        "am" | "sa" if timed && parts.half.is_none() => parts.half = Some(Half::Morning),
        "pm" | "ch" if timed && parts.half.is_none() => parts.half = Some(Half::Afternoon),
        "ngay" | "luc" => {}
        // The unmarked word is a common given name.
        "thu" if !word.is_ascii() => {
            cursor.skip_spaces();
            vietnamese_weekday(cursor)?;
        }
        "chu" => {
            cursor.skip_spaces();
            if cursor.word().map(folded).as_deref() != Some("nhat") {
                return Err(Unknown);
            }
        }
        _ if is_english_weekday(&plain) => parts.english_weekday = true,
        _ => {
            let month = english_month(word).ok_or(Unknown)?;
            return month_first(month, cursor, parts);
        }
    }
    Ok(())
}

fn vietnamese_weekday(cursor: &mut Cursor<'_>) -> Result<(), DateErrorKind> {
    if let Some(number) = cursor.number() {
        let known = number.digits == 1 && (2..=7).contains(&number.value);
        return if known { Ok(()) } else { Err(Unknown) };
    }
    let name = cursor.word().map(folded).unwrap_or_default();
    let known = ["hai", "ba", "tu", "nam", "sau", "bay"].contains(&name.as_str());
    if known { Ok(()) } else { Err(Unknown) }
}

/// `May 1, 2024`
fn month_first(
    month: Number,
    cursor: &mut Cursor<'_>,
    parts: &mut Parts,
) -> Result<(), DateErrorKind> {
    if parts.date.is_some() {
        return Err(Unknown);
    }
    cursor.skip_any(".");
    let day = cursor.number().ok_or(Unknown)?;
    cursor.skip_any(",");
    let year = cursor.number().ok_or(Unknown)?;
    parts.english_month = true;
    put_date(day, month, year, parts)
}

/// `+07:00`, `+0700`, `+7`
fn zone(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Result<(), DateErrorKind> {
    let sign = if cursor.eat('-') { -1 } else { 1 };
    let _plus = sign == 1 && cursor.eat('+');
    let number = cursor.number().ok_or(Unknown)?;
    let (hours, minutes) = match number.digits {
        1 | 2 if cursor.eat(':') => (number.value, cursor.number().ok_or(Unknown)?.value),
        1 | 2 => (number.value, 0),
        4 => (number.value / 100, number.value % 100),
        _ => return Err(Unknown),
    };
    // The offsets in use reach from -12:00 to +14:00.
    if hours > 14 || minutes > 59 {
        return Err(Impossible);
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).map_err(|_| Impossible)?;
    put_offset(sign * seconds, parts)
}

fn put_offset(seconds: i32, parts: &mut Parts) -> Result<(), DateErrorKind> {
    if parts.offset.is_some() {
        return Err(Unknown);
    }
    parts.offset = Some(seconds);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn reads(text: &str, expected: &str) {
        match date_time(text) {
            Ok(at) => assert_eq!(at.to_string(), expected, "{text:?}"),
            Err(kind) => panic!("{text:?} is refused: {kind:?}"),
        }
    }

    #[test]
    fn iso_forms() {
        for text in [
            "2024-05-01T06:30:00+07:00",
            "2024-05-01T06:30:00",
            "2024-05-01T06:30",
            "2024-05-01 06:30",
            "2024-05-01 06:30:00.123456",
            "2024-04-30T23:30:00Z",
            "2024-04-30T23:30:00.000Z",
            "2024-04-30t19:30:00-04:00",
            "2024-04-30 19:30:00 -0400",
            "2024-04-30 23:30:00 UTC",
            "2024-05-01T06:30:00+07",
            "2024/05/01 06:30",
            "20240501063000",
            " 2024-05-01T06:30:00+0700\n",
        ] {
            reads(text, "2024-05-01T06:30:00+07:00");
        }
        reads("2024-05-01", "2024-05-01T00:00:00+07:00");
        reads("20240501", "2024-05-01T00:00:00+07:00");
        reads("2016-12-31T23:59:60Z", "2017-01-01T06:59:59+07:00");
    }

    #[test]
    fn vietnamese_forms() {
        for text in [
            "01/05/2024 06:30",
            "1-5-2024 06:30",
            "1.5.2024 06:30",
            "06:30, 01/05/2024",
            "06:30 - 01/05/2024",
            "6h30 1/5/2024",
            "6h30', ngày 1/5/2024",
            "6h30 ngày 1 tháng 5 năm 2024",
            "1 tháng 5, 2024 6:30",
            "Thứ Tư, 1/5/2024, 06:30 (GMT+7)",
            "Thứ hai, 1/5/2024 | 06:30 GMT+7",
            "Thứ tư, ngày 01/05/2024 - 06:30",
            "thứ 4, 1/5/2024 06:30 AM",
            "THỨ TƯ 1/5/2024 6:30 SA",
            "Chủ Nhật, 1/5/2024 06:30 (GMT +07:00)",
            "chủ nhật\u{a0}01/05/2024\u{a0}06:30",
            "Thu\u{31b}\u{301} Tu\u{31b}, 1/5/2024 06:30",
            "lu\u{301}c 06:30 nga\u{300}y 1/5/2024",
            "06:30 01/05/2024 GMT+7",
        ] {
            reads(text, "2024-05-01T06:30:00+07:00");
        }
        reads("17:22, 10/08/2023", "2023-08-10T17:22:00+07:00");
        reads("17h22 10/8/2023", "2023-08-10T17:22:00+07:00");
        reads("17h, 10/8/2023", "2023-08-10T17:00:00+07:00");
        reads("06:30 | 01/05/2024", "2024-05-01T06:30:00+07:00");
        reads("6 giờ 30 phút, ngày 1/5/2024", "2024-05-01T06:30:00+07:00");
        reads("6 giờ ngày 1/5/2024", "2024-05-01T06:00:00+07:00");
        reads("1/5/2024, 6 giờ 30 phút", "2024-05-01T06:30:00+07:00");
        reads("01/05/2024", "2024-05-01T00:00:00+07:00");
        reads("1.5.2024", "2024-05-01T00:00:00+07:00");
    }

    #[test]
    fn years_of_two_digits() {
        reads("10/8/23", "2023-08-10T00:00:00+07:00");
        reads("17:22 10-08-23", "2023-08-10T17:22:00+07:00");
        reads("1.5.99", "1999-05-01T00:00:00+07:00");
        reads("1/5/69", "2069-05-01T00:00:00+07:00");
        reads("1/5/70", "1970-05-01T00:00:00+07:00");
        assert_eq!(read("1/5/24").map(|(_, short)| short), Ok(true));
        assert_eq!(read("1/5/2024").map(|(_, short)| short), Ok(false));
        assert_eq!(date_time("32/8/23"), Err(Impossible));
        assert_eq!(date_time("1/5/024"), Err(Unknown));
        assert!(written("10/8/23").is_some());
        assert!(written("17:22 10-8-23").is_some());
        assert!(written("3-0-12").is_none());
    }

    #[test]
    fn morning_and_afternoon() {
        reads("1/5/2024 6:30 PM", "2024-05-01T18:30:00+07:00");
        reads("1/5/2024 12:30 am", "2024-05-01T00:30:00+07:00");
        reads("1/5/2024 12:30 CH", "2024-05-01T12:30:00+07:00");
        reads("1/5/2024 17:22 PM", "2024-05-01T17:22:00+07:00");
    }

    #[test]
    fn feed_forms() {
        reads("Thu, 10 Aug 2023 10:22:00 GMT", "2023-08-10T17:22:00+07:00");
        reads(
            "Thu, 10 Aug 2023 17:22:00 +0700",
            "2023-08-10T17:22:00+07:00",
        );
        reads("Thu, 10 Aug 2023 06:22:00 EDT", "2023-08-10T17:22:00+07:00");
        reads("Thu, 10 Aug 23 17:22 +0700", "2023-08-10T17:22:00+07:00");
        reads("August 10, 2023 5:22 pm", "2023-08-10T17:22:00+07:00");
    }

    #[test]
    fn numbers() {
        reads("1691662920", "2023-08-10T17:22:00+07:00");
        reads("1691662920000", "2023-08-10T17:22:00+07:00");
        reads("1691662920.75", "2023-08-10T17:22:00+07:00");
        reads("-315619200", "1960-01-01T07:00:00+07:00");
        assert_eq!(date_time("9999999999999999999999"), Err(OutOfRange));
        assert_eq!(date_time("2024"), Err(Unknown));
        assert_eq!(date_time("0"), Err(Unknown));
    }

    #[test]
    fn impossible_dates() {
        for text in [
            "32/13/2024",
            "31/2/2024",
            "29/02/2023",
            "0/1/2024",
            "24:00, 1/5/2024",
            "12:60 1/5/2024",
            "2024-13-01",
            "20241301",
            "1/5/2024 06:30 GMT+15",
        ] {
            assert_eq!(date_time(text), Err(Impossible), "{text:?}");
        }
        assert_eq!(date_time("0001-01-01T00:00:00"), Err(OutOfRange));
        assert_eq!(date_time("1/1/2201"), Err(OutOfRange));
        assert_eq!(
            day("31/12/9999").map(|day| day.to_string()).as_deref(),
            Ok("9999-12-31")
        );
    }

    #[test]
    fn other_text_is_no_date() {
        for text in [
            "",
            " ",
            "hôm qua",
            "Hồng Tâm 17:22, 10/08/2023",
            "10-8",
            "17:22",
            "6 giờ 30 phút",
            "5 giờ trước",
            "2013-2023",
            "1/5/2024 2/5/2024",
            "06:30 07:30 1/5/2024",
            "1/5-2024",
            "1/5/2024 và",
            "Thứ, 1/5/2024",
            "Thu, 10/8/2023",
            "Năm 10/8/2023",
            "+07:00",
            "1:2:3:4 1/5/2024",
            "thứ 8, 1/5/2024",
            "Z 1/5/2024",
        ] {
            assert_eq!(date_time(text), Err(Unknown), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,60}", dateish in "[0-9/:.,hT+-]{0,24}( [A-Za-z]{1,4})?") {
            let _ = date_time(&text);
            let _ = date_time(&dateish);
            let _ = day(&dateish);
        }

        #[test]
        fn day_first_and_year_first_agree(y in 1700i16..=2200, m in 0i8..=14, d in 0i8..=33) {
            let first = day(&format!("{d}/{m}/{y}"));
            prop_assert_eq!(first, day(&format!("{y}-{m:02}-{d:02}")));
            prop_assert_eq!(first.ok(), Day::new(y, m, d));
        }
    }
}
