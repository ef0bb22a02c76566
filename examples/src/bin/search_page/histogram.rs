//! How the articles that were found lie in time, as bars that narrow to their days.

use vietsearch::Day;
use vietsearch::query::FacetCount;

use crate::parameters::Parameters;
use crate::words;

/// More months than this are shown as years.
const MAX_MONTHS: i32 = 24;
/// More years than this are shown without those in which nothing was published.
const MAX_YEARS: i32 = 30;
/// More bars than this are not all named: there is room for so many names.
const MAX_NAMES: usize = 8;

/// Bars in the order of time.
#[derive(Debug, PartialEq)]
pub(crate) struct Histogram {
    pub(crate) bars: Vec<Bar>,
}

/// A year, a month or a day in Vietnam.
#[derive(Debug, PartialEq)]
pub(crate) struct Bar {
    /// What it is, for people who do not see it: `tháng 5/2024`.
    pub(crate) title: String,
    /// What stands below it; empty if there is no room.
    pub(crate) name: String,
    pub(crate) count: usize,
    /// Its height in percent of the highest, at least 4 if there is anything.
    pub(crate) height: usize,
    /// The page with these days alone.
    pub(crate) address: String,
}

/// A span of time and how many articles it has.
type Span = (Day, Day, usize);

impl Histogram {
    /// From counts by year, month and day: days within one month, months up to two years, years
    /// beyond that. `None` if there is nothing to choose.
    pub(crate) fn new(
        years: &[FacetCount],
        months: &[FacetCount],
        days: &[FacetCount],
        parameters: &Parameters,
    ) -> Option<Self> {
        let month_numbers = || months.iter().filter_map(|month| month_number(&month.label));
        let (first, last) = (month_numbers().min()?, month_numbers().max()?);
        let spans: Vec<Span> = if first == last {
            days_of(first, days)
        } else if last - first < MAX_MONTHS {
            months_between(first, last, months)
        } else {
            years_between(first.div_euclid(12), last.div_euclid(12), years)
        };
        if spans.iter().filter(|span| span.2 > 0).count() < 2 {
            return None;
        }
        let highest = spans.iter().map(|span| span.2).max()?;
        let one_month = first == last;
        // `11/24` takes more room than `11`.
        let room = match one_month {
            true => MAX_NAMES,
            false => MAX_NAMES - 2,
        };
        let every = match spans.len() <= MAX_NAMES {
            true => 1,
            false => spans.len().div_ceil(room),
        };
        let bars = spans.iter().enumerate().map(|(index, &(from, to, count))| {
            let title = words::days(Some(from), Some(to)).unwrap_or_default();
            let name = match index % every {
                0 if one_month => from.day().to_string(),
                0 if last - first < MAX_MONTHS => {
                    format!("{}/{:02}", from.month(), from.year() % 100)
                }
                0 => from.year().to_string(),
                _ => String::new(),
            };
            Bar {
                title,
                name,
                count,
                height: match count {
                    0 => 0,
                    count => (count * 100 / highest).max(4),
                },
                address: parameters.with_days(Some(from), Some(to)).address(),
            }
        });
        Some(Self {
            bars: bars.collect(),
        })
    }
}

/// Months since the year 0: `2024-05` is 2024 · 12 + 4.
fn month_number(label: &str) -> Option<i32> {
    let (year, month) = label.split_once('-')?;
    Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
}

fn count_of(counts: &[FacetCount], label: &str) -> usize {
    let known = counts.iter().find(|known| known.label == label);
    known.map_or(0, |known| known.count)
}

fn month(number: i32) -> Option<(Day, Day)> {
    let year = i16::try_from(number.div_euclid(12)).ok()?;
    Day::month_range(year, i8::try_from(number.rem_euclid(12) + 1).ok()?)
}

fn days_of(number: i32, counts: &[FacetCount]) -> Vec<Span> {
    let Some((first, last)) = month(number) else {
        return Vec::new();
    };
    let days = (0..31).map(|days| first.plus_days(days));
    let days = days.take_while(|day| *day <= last);
    days.map(|day| (day, day, count_of(counts, &day.to_string())))
        .collect()
}

fn months_between(first: i32, last: i32, counts: &[FacetCount]) -> Vec<Span> {
    let months = (first..=last).filter_map(month);
    months
        .map(|(from, to)| {
            let label = format!("{:04}-{:02}", from.year(), from.month());
            (from, to, count_of(counts, &label))
        })
        .collect()
}

fn years_between(first: i32, last: i32, counts: &[FacetCount]) -> Vec<Span> {
    let years = (first..=last).filter_map(|year| {
        let year = i16::try_from(year).ok()?;
        let (from, to) = Day::new(year, 1, 1).zip(Day::new(year, 12, 31))?;
        Some((from, to, count_of(counts, &format!("{year:04}"))))
    });
    // A single wrong date must not make a thousand bars.
    years
        .filter(|span| span.2 > 0 || last - first < MAX_YEARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, usize)]) -> Vec<FacetCount> {
        of.iter()
            .map(|(label, count)| FacetCount::new(*label, *count))
            .collect()
    }

    /// From counts by day.
    fn histogram(days: &[(&str, usize)]) -> Option<Histogram> {
        let cut = |length: usize| {
            let mut cut: Vec<FacetCount> = Vec::new();
            for (day, count) in days {
                let label = &day[..length];
                match cut.iter_mut().find(|known| known.label == label) {
                    Some(known) => known.count += count,
                    None => cut.push(FacetCount::new(label, *count)),
                }
            }
            cut
        };
        Histogram::new(&cut(4), &cut(7), &counts(days), &Parameters::default())
    }

    fn shown(days: &[(&str, usize)]) -> Vec<(String, usize, usize)> {
        let bars = histogram(days).unwrap().bars.into_iter();
        bars.map(|bar| (bar.title, bar.count, bar.height)).collect()
    }

    #[test]
    fn months_without_articles_are_shown() {
        let bars = shown(&[("2023-11-30", 1), ("2024-01-01", 3), ("2024-01-31", 5)]);
        let expected = [
            ("tháng 11/2023", 1, 12),
            ("tháng 12/2023", 0, 0),
            ("tháng 1/2024", 8, 100),
        ];
        assert_eq!(
            bars,
            expected.map(|(title, count, height)| (title.to_string(), count, height))
        );
    }

    #[test]
    fn one_month_is_shown_by_days_and_many_by_years() {
        let days = shown(&[("2024-02-01", 1), ("2024-02-29", 2)]);
        assert_eq!(days.len(), 29);
        assert_eq!(days[28], ("ngày 29/2/2024".to_string(), 2, 100));
        let years = shown(&[("2021-05-01", 1), ("2024-02-29", 200)]);
        assert_eq!(years.len(), 4);
        assert_eq!(years[0], ("năm 2021".to_string(), 1, 4));
    }

    #[test]
    fn a_wrong_date_makes_no_thousand_bars() {
        let years = shown(&[("1700-01-01", 1), ("2024-02-29", 2)]);
        assert_eq!(years.len(), 2);
    }

    #[test]
    fn bars_narrow_to_their_days() {
        let bars = histogram(&[("2024-05-03", 1), ("2024-06-01", 1)])
            .unwrap()
            .bars;
        assert_eq!(bars[0].address, "/?from=2024-05-01&to=2024-05-31");
        assert_eq!(
            (bars[0].name.as_str(), bars[1].name.as_str()),
            ("5/24", "6/24")
        );
    }

    #[test]
    fn nothing_to_choose_is_not_shown() {
        assert_eq!(histogram(&[]), None);
        assert_eq!(histogram(&[("2024-05-03", 7)]), None);
    }
}
