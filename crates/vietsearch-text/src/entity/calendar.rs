//! Days, months and quarters.

use std::fmt::Write;

use super::EntityRole;
use super::piece::{Meaning, Piece};

/// What was read from the first piece on: how many pieces it has.
pub(super) struct Read {
    pub(super) pieces: usize,
    /// How many of them are used up: a part of the day may begin a date (`17h chiều 10-8`).
    pub(super) used: usize,
}

impl Read {
    pub(super) fn all(pieces: usize) -> Option<Self> {
        Some(Self {
            pieces,
            used: pieces,
        })
    }
}

/// Terms that stand for one piece of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub(super) list: Vec<(String, EntityRole)>,
}

impl Terms {
    pub(super) fn add(&mut self, role: EntityRole, term: std::fmt::Arguments<'_>) {
        let mut text = String::new();
        if text.write_fmt(term).is_ok() {
            self.list.push((text, role));
        }
    }
}

/// A day, of a year or of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    day: u8,
    month: u8,
    year: Option<u16>,
    is_lunar: bool,
}

impl Day {
    fn exists(self) -> bool {
        let leap = |year: u16| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let days = match self.month {
            _ if self.is_lunar => 30,
            4 | 6 | 9 | 11 => 30,
            2 if self.year.is_none_or(leap) => 29,
            2 => 28,
            _ => 31,
        };
        (1..=12).contains(&self.month) && (1..=days).contains(&self.day)
    }

    /// The terms of a day; `year` is that of the text, if it is known.
    fn write(self, text_year: Option<u16>, terms: &mut Terms) {
        let Self {
            day,
            month,
            year,
            is_lunar,
        } = self;
        if is_lunar {
            terms.add(
                EntityRole::Whole,
                format_args!("lunar--{month:02}-{day:02}"),
            );
            terms.add(EntityRole::Implied, format_args!("lunar--{month:02}"));
            return;
        }
        let Some(year) = year else {
            terms.add(EntityRole::Whole, format_args!("--{month:02}-{day:02}"));
            let inferred = text_year.filter(|year| {
                let year = Some(*year);
                Self { year, ..self }.exists()
            });
            if let Some(year) = inferred {
                terms.add(
                    EntityRole::Inferred,
                    format_args!("{year:04}-{month:02}-{day:02}?"),
                );
            }
            return;
        };
        terms.add(
            EntityRole::Whole,
            format_args!("{year:04}-{month:02}-{day:02}"),
        );
        terms.add(EntityRole::Implied, format_args!("--{month:02}-{day:02}"));
        terms.add(EntityRole::Implied, format_args!("{year:04}-{month:02}"));
    }
}

/// `ngày 2/9`, `30 tháng 4 năm 1975`, `1-5/9`.
pub(super) fn date(pieces: &[Piece], text_year: Option<u16>, terms: &mut Terms) -> Option<Read> {
    let first = pieces.first()?;
    if first.meaning != Meaning::Cue {
        // Without a word before it a date needs its year.
        let (day, length) = day_at(pieces)?;
        day.year?;
        day.write(text_year, terms);
        return Read::all(length);
    }
    let rest = pieces.get(1..)?;
    let next = rest.first()?;
    if next.sentence != first.sentence {
        return None;
    }
    let mut length = 1 + span_at(rest, text_year, terms).or_else(|| {
        // `rằm tháng Bảy`
        let full_moon = first.is("rằm").then(|| month_at(rest)).flatten()?;
        let day = Day {
            day: 15,
            month: full_moon.month,
            year: None,
            is_lunar: true,
        };
        day.write(None, terms);
        Some(full_moon.length)
    })?;
    if first.is("từ") && length < 4 {
        // `từ 9-10` may be anything; `từ 1-5/9` is a range of days.
        terms.list.clear();
        return None;
    }
    // `30/4 - 1/5`, `30/4 và 1/5`
    while let Some(rest) = pieces.get(length..) {
        let joined = match rest.first() {
            Some(next) if next.meaning == Meaning::And => 1,
            Some(next) if matches!(next.gap, '-' | '\u{2013}' | ',') => 0,
            _ => break,
        };
        let Some(more) = rest
            .get(joined..)
            .and_then(|rest| span_at(rest, text_year, terms))
        else {
            break;
        };
        length += joined + more;
    }
    Read::all(length)
}

/// A day or a range of days of one month at the first piece; how many pieces it has.
fn span_at(pieces: &[Piece], text_year: Option<u16>, terms: &mut Terms) -> Option<usize> {
    if let [first, last, month, ..] = pieces
        && (last.gap, month.gap) == ('-', '/')
        && let (Some(from), Some(to)) = (first.small(1, 31), last.small(1, 31))
        && let Some(month) = month.small(1, 12)
        && from < to
    {
        let days = (from..=to).map(|day| Day {
            day,
            month,
            year: None,
            is_lunar: false,
        });
        days.filter(|day| day.exists())
            .for_each(|day| day.write(text_year, terms));
        return Some(3);
    }
    let (day, length) = day_at(pieces)?;
    day.write(text_year, terms);
    Some(length)
}

/// A day at the first piece, and how many pieces it has.
fn day_at(pieces: &[Piece]) -> Option<(Day, usize)> {
    let day = pieces.first()?.small(1, 31)?;
    let next = pieces.get(1)?;
    let (month, year, mut is_lunar, mut length) = if next.meaning == Meaning::Month {
        let month = month_at(pieces.get(1..)?)?;
        (month.month, month.year, month.is_lunar, 1 + month.length)
    } else {
        let joint = next.gap;
        if !matches!(joint, '/' | '-' | '.') {
            return None;
        }
        let month = next.small(1, 12)?;
        let third = pieces.get(2).filter(|third| third.is_number());
        match third {
            Some(third) if third.gap == joint => (month, Some(third.year()?), false, 3),
            // A longer list of numbers.
            Some(third) if matches!(third.gap, '/' | '.') => return None,
            _ => {
                let year = year_in_words(pieces.get(2..).unwrap_or(&[]));
                (
                    month,
                    year.map(|(year, _)| year),
                    false,
                    2 + year.map_or(0, |(_, more)| more),
                )
            }
        }
    };
    if let Some(more) = lunar_calendar(pieces.get(length..).unwrap_or(&[])) {
        is_lunar = true;
        length += more;
    }
    let day = Day {
        day,
        month,
        year,
        is_lunar,
    };
    day.exists().then_some((day, length))
}

/// `năm 1975`
fn year_in_words(pieces: &[Piece]) -> Option<(u16, usize)> {
    let [word, year, ..] = pieces else {
        return None;
    };
    let is_year = word.meaning == Meaning::Year && year.gap == ' ';
    Some((year.year().filter(|_| is_year)?, 2))
}

/// `âm lịch`
fn lunar_calendar(pieces: &[Piece]) -> Option<usize> {
    match pieces {
        [first, ..] if matches!(first.form.as_str(), "âl") && first.gap == ' ' => Some(1),
        [first, second, ..] if first.is("âm") && second.is("lịch") => Some(2),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug)]
struct Month {
    month: u8,
    year: Option<u16>,
    is_lunar: bool,
    length: usize,
}

/// A month at its word `tháng`.
fn month_at(pieces: &[Piece]) -> Option<Month> {
    let (word, name) = (pieces.first()?, pieces.get(1)?);
    if word.meaning != Meaning::Month || name.sentence != word.sentence || name.gap != ' ' {
        return None;
    }
    let (month, mut is_lunar, mut length) = match name.small(1, 12) {
        Some(month) => (month, false, 2),
        None => named_month(pieces)?,
    };
    let rest = pieces.get(length..).unwrap_or(&[]);
    let year = match rest.first() {
        Some(year) if matches!(year.gap, '/' | '-' | '.' | ' ') && year.year().is_some() => {
            Some((year.year()?, 1))
        }
        // `tháng 9/10`: no year, and no month either.
        Some(other) if other.gap == '/' && other.is_number() => return None,
        _ => year_in_words(rest),
    };
    length += year.map_or(0, |(_, more)| more);
    if let Some(more) = lunar_calendar(pieces.get(length..).unwrap_or(&[])) {
        is_lunar = true;
        length += more;
    }
    Some(Month {
        month,
        year: year.map(|(year, _)| year),
        is_lunar,
        length,
    })
}

/// Months by name; the first and the last of the lunar year have names of their own.
const NAMES: [(&str, u8); 13] = [
    ("giêng", 1),
    ("hai", 2),
    ("ba", 3),
    ("tư", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("bẩy", 7),
    ("tám", 8),
    ("chín", 9),
    ("mười", 10),
    ("chạp", 12),
    ("một", 1),
];

/// After a number in small letters these tell that something is counted, or that the number is the
/// beginning of another word (`tháng tư vấn`).
const NO_MONTH: [&str; 44] = [
    "lần", "triệu", "nghìn", "ngàn", "trăm", "tỷ", "tỉ", "chục", "mươi", "kỳ", "kì", "ngày",
    "buổi", "đồng", "người", "con", "cái", "chiếc", "suất", "giờ", "tuần", "tháng", "phần", "đợt",
    "vấn", "nhân", "pháp", "tưởng", "duy", "liệu", "thục", "cách", "bản", "sản", "lợi", "thế",
    "lệnh", "thương", "tình", "đứa", "bài", "vụ", "chuyến", "bộ",
];

/// `tháng Tư`, `tháng mười hai`: number, whether it is lunar, pieces.
fn named_month(pieces: &[Piece]) -> Option<(u8, bool, usize)> {
    let (word, name) = (pieces.first()?, pieces.get(1)?);
    let (spelled, mut month) = NAMES.into_iter().find(|(spelled, _)| name.is(spelled))?;
    // A name without marks needs a month without marks.
    if name.form != spelled && !word.lacks_marks {
        return None;
    }
    let mut length = 2;
    if month == 10
        && let Some(unit) = pieces.get(2).filter(|unit| unit.gap == ' ')
    {
        let more = [("một", 1), ("hai", 2)]
            .into_iter()
            .find(|(spelled, _)| unit.is(spelled));
        month += more.map_or(0, |(_, more)| more);
        length += usize::from(more.is_some());
    }
    let is_lunar = matches!(spelled, "giêng" | "chạp");
    let after = pieces.get(length).filter(|after| after.gap == ' ');
    let is_word = after.is_some_and(|after| NO_MONTH.iter().any(|known| after.is(known)));
    if is_word && !is_lunar && !name.is_capitalised {
        return None;
    }
    Some((month, is_lunar, length))
}

/// `tháng Tư`, `tháng 4/1975`, `tháng 9-10`, `tháng Chạp`. `after_number`: months may be counted.
pub(super) fn month(pieces: &[Piece], after_number: bool, terms: &mut Terms) -> Option<Read> {
    let read = month_at(pieces)?;
    if after_number && read.year.is_none() && !read.is_lunar {
        return None;
    }
    let Month {
        month,
        year,
        is_lunar,
        mut length,
    } = read;
    match year {
        _ if is_lunar => terms.add(EntityRole::Whole, format_args!("lunar--{month:02}")),
        Some(year) => {
            terms.add(EntityRole::Whole, format_args!("{year:04}-{month:02}"));
            terms.add(EntityRole::Implied, format_args!("--{month:02}"));
        }
        None => {
            terms.add(EntityRole::Whole, format_args!("--{month:02}"));
            let next = pieces.get(length).filter(|next| next.gap == '-');
            if let Some(next) = next.and_then(|next| next.small(1, 12)) {
                terms.add(EntityRole::Whole, format_args!("--{next:02}"));
                length += 1;
            }
        }
    }
    Read::all(length)
}

/// `quý III/2023`, `quý 3 năm 2023`, `Q3/2023`.
pub(super) fn quarter(pieces: &[Piece], terms: &mut Terms) -> Option<Read> {
    let first = pieces.first()?;
    let (number, mut length) = if first.meaning == Meaning::Quarter {
        let name = pieces.get(1)?;
        if name.gap != ' ' || name.sentence != first.sentence {
            return None;
        }
        let number = match name.form.as_str() {
            "i" | "một" => 1,
            "ii" | "hai" => 2,
            "iii" | "ba" => 3,
            "iv" | "bốn" | "tư" => 4,
            _ => name.small(1, 4)?,
        };
        (number, 2)
    } else if let Some(number) = ["q1", "q2", "q3", "q4"]
        .iter()
        .position(|code| first.form == *code)
    {
        (number as u8 + 1, 1)
    } else {
        return None;
    };
    let rest = pieces.get(length..).unwrap_or(&[]);
    let joined = rest
        .first()
        .filter(|year| matches!(year.gap, '/' | '-' | '.' | ' '));
    let year = joined.and_then(Piece::year).map(|year| (year, 1));
    match year.or_else(|| year_in_words(rest)) {
        Some((year, more)) => {
            length += more;
            terms.add(EntityRole::Whole, format_args!("{year:04}-q{number}"));
            terms.add(EntityRole::Implied, format_args!("--q{number}"));
        }
        // `Q3` may be a part of a town.
        None if length == 1 => return None,
        None => terms.add(EntityRole::Whole, format_args!("--q{number}")),
    }
    Read::all(length)
}
