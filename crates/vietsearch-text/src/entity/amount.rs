//! Times of day, money and measures.

use super::EntityRole;
use super::calendar::{Read, Terms};
use super::piece::{Meaning, Piece};

/// `17h22`, `17 giờ 22`, `17:22`, `5h30 chiều`.
pub(super) fn time(pieces: &[Piece], terms: &mut Terms) -> Option<Read> {
    let first = pieces.first()?;
    let (hour, minute, length) = match first.meaning {
        Meaning::Suffixed => suffixed_time(first)?,
        Meaning::Digits(1 | 2) => {
            let next = pieces
                .get(1)
                .filter(|next| next.sentence == first.sentence)?;
            let after = pieces.get(2);
            let minutes = |piece: &Piece| match piece.meaning {
                Meaning::Digits(2) => piece.small(0, 59),
                _ => None,
            };
            match next.meaning {
                Meaning::Digits(2) if next.gap == ':' => (first.number, minutes(next)?, 2),
                Meaning::Hour if matches!(next.gap, ' ' | '\0') => {
                    match after.filter(|after| matches!(after.gap, ' ' | '\0')) {
                        Some(half) if half.meaning == Meaning::Half => (first.number, 30, 3),
                        Some(after) if after.small(0, 59).is_some() => {
                            let last = pieces.get(3);
                            let named = last.is_some_and(|last| last.meaning == Meaning::Minute);
                            (first.number, after.small(0, 59)?, 3 + usize::from(named))
                        }
                        _ => (first.number, 0, 2),
                    }
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    if hour > 24 || minute > 59 {
        return None;
    }
    let part_of_day = pieces.get(length).filter(|part| part.gap == ' ');
    let later = part_of_day.is_some_and(|part| {
        let afternoon = (part.is("chiều") || part.is("tối")) && hour < 12;
        let noon = part.is("trưa") && hour < 5;
        let night = part.is("đêm") && (6..12).contains(&hour);
        afternoon || noon || night
    });
    if later {
        terms.add(
            EntityRole::Whole,
            format_args!("t{:02}:{minute:02}", hour + 12),
        );
        terms.add(EntityRole::Implied, format_args!("t{hour:02}:{minute:02}"));
        return Some(Read {
            pieces: length + 1,
            used: length,
        });
    }
    terms.add(EntityRole::Whole, format_args!("t{hour:02}:{minute:02}"));
    Read::all(length)
}

/// `17h22`, `17g22`, `17h`; a `g` alone is a gram or a network.
fn suffixed_time(piece: &Piece) -> Option<(u64, u8, usize)> {
    let rest = piece.form.strip_prefix(['h', 'g'])?;
    let rest = rest.strip_suffix(['p', '\'']).unwrap_or(rest);
    let minute = match rest {
        "" if piece.form == "h" => 0,
        _ if rest.len() <= 2 => rest.parse().ok()?,
        _ => return None,
    };
    (piece.number <= 24).then_some((piece.number, minute, 1))
}

/// A number as digits times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Decimal {
    digits: u128,
    exponent: i32,
}

impl Decimal {
    fn of(piece: &Piece) -> Self {
        Self {
            digits: u128::from(piece.number),
            exponent: -i32::from(piece.decimals),
        }
    }

    fn scaled(self, exponent: u8) -> Self {
        Self {
            digits: self.digits,
            exponent: self.exponent + i32::from(exponent),
        }
    }

    /// The sum, if it can be told exactly.
    fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let raised = |one: Self| {
            let factor = 10_u128.checked_pow((one.exponent - exponent).unsigned_abs())?;
            one.digits.checked_mul(factor)
        };
        Some(Self {
            digits: raised(self)?.checked_add(raised(other)?)?,
            exponent,
        })
    }

    /// The digits without zeros at the end, and the power of ten: one writing of each number.
    fn normal(mut self) -> Self {
        while self.digits != 0 && self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }
}

/// What an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unit {
    name: &'static str,
    /// The power of ten of the unit that amounts are written in.
    exponent: i32,
    is_money: bool,
}

const fn money(name: &'static str) -> Unit {
    Unit {
        name,
        exponent: 0,
        is_money: true,
    }
}

const fn measure(name: &'static str, exponent: i32) -> Unit {
    Unit {
        name,
        exponent,
        is_money: false,
    }
}

/// Units by their words.
const UNITS: [(&[&str], Unit); 46] = [
    (&["đô", "la", "mỹ"], money("usd")),
    (&["đô", "la"], money("usd")),
    (&["đô", "mỹ"], money("usd")),
    (&["đô"], money("usd")),
    (&["đôla"], money("usd")),
    (&["usd"], money("usd")),
    (&["nhân", "dân", "tệ"], money("cny")),
    (&["tệ"], money("cny")),
    (&["euro"], money("eur")),
    (&["eur"], money("eur")),
    (&["bảng", "anh"], money("gbp")),
    (&["yên", "nhật"], money("jpy")),
    (&["yên"], money("jpy")),
    (&["yen"], money("jpy")),
    (&["đồng"], money("vnd")),
    (&["đ"], money("vnd")),
    (&["vnd"], money("vnd")),
    (&["vnđ"], money("vnd")),
    (&["phần", "trăm"], measure("%", 0)),
    (&["ki", "lô", "mét", "vuông"], measure("m2", 6)),
    (&["kilômét", "vuông"], measure("m2", 6)),
    (&["km", "vuông"], measure("m2", 6)),
    (&["mét", "vuông"], measure("m2", 0)),
    (&["mét", "khối"], measure("m3", 0)),
    (&["héc", "ta"], measure("m2", 4)),
    (&["hecta"], measure("m2", 4)),
    (&["hécta"], measure("m2", 4)),
    (&["ha"], measure("m2", 4)),
    (&["cây", "số"], measure("m", 3)),
    (&["ki", "lô", "mét"], measure("m", 3)),
    (&["kilômét"], measure("m", 3)),
    (&["kilomet"], measure("m", 3)),
    (&["km"], measure("m", 3)),
    (&["mét"], measure("m", 0)),
    (&["m"], measure("m", 0)),
    (&["cm"], measure("m", -2)),
    (&["mm"], measure("m", -3)),
    (&["tấn"], measure("kg", 3)),
    (&["tạ"], measure("kg", 2)),
    (&["ki", "lô", "gam"], measure("kg", 0)),
    (&["kilôgam"], measure("kg", 0)),
    (&["kilogam"], measure("kg", 0)),
    (&["kg"], measure("kg", 0)),
    (&["gam"], measure("kg", -3)),
    (&["gram"], measure("kg", -3)),
    (&["lít"], measure("l", 0)),
];

/// Units that are written in one with their number or with a digit of their own.
fn suffix(form: &str) -> Option<(u8, Option<Unit>)> {
    Some(match form {
        "k" => (3, Some(money("vnd"))),
        "tr" => (6, None),
        "usd" => (0, Some(money("usd"))),
        "d" | "vnd" => (0, Some(money("vnd"))),
        "m2" => (0, Some(measure("m2", 0))),
        "m3" => (0, Some(measure("m3", 0))),
        "km2" => (0, Some(measure("m2", 6))),
        "ha" => (0, Some(measure("m2", 4))),
        "km" => (0, Some(measure("m", 3))),
        "m" => (0, Some(measure("m", 0))),
        "cm" => (0, Some(measure("m", -2))),
        "mm" => (0, Some(measure("m", -3))),
        "kg" => (0, Some(measure("kg", 0))),
        _ => return None,
    })
}

/// The unit at the first piece, and how many pieces it has.
fn unit_at(pieces: &[Piece]) -> Option<(Unit, usize)> {
    let first = pieces
        .first()
        .filter(|first| matches!(first.gap, ' ' | '\0'))?;
    if let Some((_, Some(unit))) = suffix(&first.form).filter(|_| first.form.ends_with(['2', '3']))
    {
        return Some((unit, 1));
    }
    let meant = |(words, _): &&(&[&str], Unit)| {
        let mut pairs = words.iter().zip(pieces);
        // Marks are left out of all words or of none: `đô la`, `do la`.
        words.len() <= pieces.len() && pairs.all(|(word, piece)| piece.is(word))
    };
    let (words, unit) = UNITS.iter().find(meant)?;
    Some((*unit, words.len()))
}

/// `1,5 tỷ đồng`, `1.5 tỉ`, `1 tỷ 500 triệu`, `$5 triệu`, `20.000 đồng`, `10km`, `3,5%`.
pub(super) fn amount(pieces: &[Piece], terms: &mut Terms) -> Option<Read> {
    let first = pieces.first()?;
    let mut value = Decimal::of(first);
    let mut length = 1;
    let mut scaled = false;
    let mut unit = None;
    match first.meaning {
        Meaning::Suffixed => {
            let (exponent, known) = suffix(&first.form)?;
            if first.form == "k" && first.number < 10 {
                // `4k` is a picture.
                return None;
            }
            value = value.scaled(exponent);
            scaled = exponent > 0;
            unit = known;
        }
        Meaning::Digits(_) | Meaning::Decimal => {
            // `1.5 tỉ`: with a dot these are two tokens.
            if first.meaning != Meaning::Decimal
                && let Some(decimals) = pieces.get(1).filter(|next| next.gap == '.')
                && let Meaning::Digits(count @ (1 | 2)) = decimals.meaning
            {
                let factor = 10_u128.pow(u32::from(count));
                value.digits = value.digits * factor + u128::from(decimals.number);
                value.exponent -= i32::from(count);
                length = 2;
            }
        }
        _ => return None,
    }
    let mut smallest = u8::MAX;
    while let Some(Meaning::Scale(exponent)) = piece_after(pieces, length).map(|one| one.meaning)
        && unit.is_none()
    {
        value = value.scaled(exponent);
        smallest = exponent;
        scaled = true;
        length += 1;
    }
    // `1 tỷ 500 triệu`, `2 triệu rưỡi`
    if smallest < u8::MAX {
        let next = piece_after(pieces, length);
        let after = piece_after(pieces, length + 1);
        match (next, after.map(|after| after.meaning)) {
            (Some(half), _) if half.meaning == Meaning::Half => {
                let half = Decimal {
                    digits: 5,
                    exponent: i32::from(smallest) - 1,
                };
                value = value.plus(half)?;
                length += 1;
            }
            (Some(more), Some(Meaning::Scale(exponent)))
                if more.is_number() && exponent < smallest =>
            {
                value = value.plus(Decimal::of(more).scaled(exponent))?;
                length += 2;
            }
            _ => {}
        }
    }
    if unit.is_none()
        && let Some((known, more)) = unit_at(pieces.get(length..).unwrap_or(&[]))
    {
        unit = Some(known);
        length += more;
    }
    let before_last = pieces.get(length.checked_sub(1)?)?;
    if unit.is_none() && before_last.is_percent {
        unit = Some(measure("%", 0));
    }
    if unit.is_none() && first.gap == '$' {
        unit = Some(money("usd"));
    }
    if !scaled && unit.is_none() || value.digits == 0 {
        return None;
    }
    write(value, unit, terms);
    Read::all(length)
}

/// The piece at a place, if only a space or nothing is before it.
fn piece_after(pieces: &[Piece], place: usize) -> Option<&Piece> {
    pieces
        .get(place)
        .filter(|piece| matches!(piece.gap, ' ' | '\0'))
}

fn write(mut value: Decimal, unit: Option<Unit>, terms: &mut Terms) {
    value.exponent += unit.map_or(0, |unit| unit.exponent);
    let Decimal { digits, exponent } = value.normal();
    match unit {
        Some(Unit { name, is_money, .. }) => {
            terms.add(
                EntityRole::Whole,
                format_args!("#{digits}e{exponent}:{name}"),
            );
            if is_money {
                terms.add(EntityRole::Implied, format_args!("#{digits}e{exponent}"));
            }
        }
        None => {
            terms.add(EntityRole::Whole, format_args!("#{digits}e{exponent}"));
            // Money without its name is mostly in đồng.
            terms.add(
                EntityRole::Implied,
                format_args!("#{digits}e{exponent}:vnd"),
            );
        }
    }
}
