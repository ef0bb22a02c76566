//! Tokens as the readers of dates, times and amounts see them.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::letter;
use crate::marks::{Bare, agree};
use crate::scan::{Token, TokenKind};

/// What a word means beside numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Meaning {
    #[default]
    Other,
    /// Digits without separators, and how many.
    Digits(u8),
    /// A number with decimals.
    Decimal,
    /// Letters and digits in one: `17h22`, `5km`; what follows the number.
    Suffixed,
    /// Before a day: `ngày`, `sáng`, `mùng`.
    Cue,
    Month,
    Year,
    Quarter,
    Hour,
    Minute,
    /// A power of ten: `nghìn`, `triệu`, `tỷ`.
    Scale(u8),
    /// `rưỡi`
    Half,
    /// `và`, `đến`
    And,
}

/// What is noted while a piece is only looked at. Atomic so that readers can be shared.
#[derive(Debug, Default)]
struct Noted(AtomicBool);

impl Noted {
    fn set(&self, noted: bool) {
        self.0.store(noted, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clone for Noted {
    fn clone(&self) -> Self {
        Self(AtomicBool::new(self.get()))
    }
}

/// One token.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub(super) meaning: Meaning,
    /// The digits as one number, if they are not too many.
    pub(super) number: u64,
    /// How many of the digits are decimals.
    pub(super) decimals: u8,
    /// The sign between the token before and this one; a space if there is nothing else.
    pub(super) gap: char,
    pub(super) is_percent: bool,
    /// A keyword without the marks that it has.
    pub(super) lacks_marks: bool,
    pub(super) is_capitalised: bool,
    pub(super) sentence: u32,
    /// Canonical form; of a suffixed number what follows it.
    pub(super) form: String,
    pub(super) is_bare: bool,
    /// Whether it was read as a word with marks that it lacks.
    taken_bare: Noted,
}

impl Piece {
    /// Reads a token of `text` behind the byte `previous_end`; buffers stay.
    pub(super) fn read(&mut self, text: &str, token: &Token<'_>, previous_end: usize) {
        let gap = text.get(previous_end..token.start).unwrap_or("");
        self.gap = sign(gap);
        self.sentence = token.sentence;
        self.number = 0;
        self.decimals = 0;
        self.lacks_marks = false;
        self.is_percent = false;
        self.is_bare = token.is_bare();
        self.taken_bare.set(false);
        let written = text.get(token.start..token.end).unwrap_or("");
        self.is_capitalised = written.starts_with(char::is_uppercase);
        self.form.clear();
        match token.kind {
            TokenKind::Number => {
                self.meaning = self.digits(token.folded);
                let after = text.get(token.end..).unwrap_or("");
                self.is_percent = after.trim_start_matches([' ', '\u{A0}']).starts_with('%');
            }
            TokenKind::Code => {
                let digits = token.folded.bytes().take_while(u8::is_ascii_digit).count();
                let (number, rest) = token.folded.split_at_checked(digits).unwrap_or(("", ""));
                self.meaning = Meaning::Other;
                self.meaning = match digits {
                    0 => {
                        self.form.push_str(token.folded);
                        return;
                    }
                    _ => {
                        self.digits(number);
                        Meaning::Suffixed
                    }
                };
                self.form.push_str(rest);
            }
            TokenKind::Syllable | TokenKind::Word => {
                // Full-width letters are written as others.
                let is_plain = |letter: char| letter::packed(letter) != 0;
                let form = match token.syllable.is_some() || token.form.chars().all(is_plain) {
                    true => token.form,
                    false => token.folded,
                };
                self.form.push_str(form);
                let (meaning, lacks_marks) = keyword(form);
                self.meaning = meaning;
                self.lacks_marks = lacks_marks;
            }
            _ => self.meaning = Meaning::Other,
        }
    }

    /// Reads a canonical number.
    fn digits(&mut self, form: &str) -> Meaning {
        let mut count = 0_u8;
        let mut has_comma = false;
        for digit in form.chars() {
            match digit.to_digit(10) {
                Some(digit) if count < 15 => {
                    self.number = self.number * 10 + u64::from(digit);
                    count += 1;
                    self.decimals += u8::from(has_comma);
                }
                None if digit == ',' => has_comma = true,
                _ => return Meaning::Other,
            }
        }
        if has_comma {
            Meaning::Decimal
        } else {
            Meaning::Digits(count)
        }
    }

    /// The number, if it has one or two digits and lies within bounds.
    pub(super) fn small(&self, least: u64, greatest: u64) -> Option<u8> {
        let is_small = matches!(self.meaning, Meaning::Digits(1 | 2));
        let fits = is_small && (least..=greatest).contains(&self.number);
        fits.then_some(self.number as u8)
    }

    /// The number as a year.
    pub(super) fn year(&self) -> Option<u16> {
        let fits = self.meaning == Meaning::Digits(4) && (1000..=2999).contains(&self.number);
        fits.then_some(self.number as u16)
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.meaning, Meaning::Digits(_) | Meaning::Decimal)
    }

    /// True if the token is a word in one of its spellings, with its marks or with none.
    pub(super) fn is(&self, word: &str) -> bool {
        if self.form == word {
            return true;
        }
        let lacks_marks = self.is_bare
            && !word.is_ascii()
            && self.form.len() < word.len()
            && agree(&self.form, Bare::Open, word, Bare::Literal);
        if lacks_marks {
            self.taken_bare.set(true);
        }
        lacks_marks
    }

    /// True if it was read as a word with marks that it lacks.
    pub(super) fn is_unmarked(&self) -> bool {
        self.lacks_marks || self.taken_bare.get()
    }
}

/// The sign of a gap: a joint without spaces, or else the first sign; a space if there is none, and
/// `\0` if there is nothing at all.
fn sign(gap: &str) -> char {
    let sign = match gap {
        "" => Some('\0'),
        "/" | "-" | "." | ":" => gap.chars().next(),
        "\u{2010}" | "\u{2011}" | "\u{2013}" | "\u{FF0D}" => Some('-'),
        _ => None,
    };
    sign.unwrap_or_else(|| {
        let mut signs = gap.chars().filter(|sign| !sign.is_whitespace());
        match signs.next_back() {
            None => ' ',
            // Not a joint: there is a space.
            Some('-' | '\u{2013}') => '\u{2013}',
            Some('/') => '\u{2044}',
            Some(other) => other,
        }
    })
}

/// What a form means, and whether it lacks the marks of its keyword.
fn keyword(form: &str) -> (Meaning, bool) {
    let meaning = match form {
        "ngày" | "hôm" | "nay" | "qua" | "mai" | "sáng" | "trưa" | "chiều" | "tối" | "đêm"
        | "mùng" | "mồng" | "dịp" | "lễ" | "rằm" | "từ" => Meaning::Cue,
        "tháng" => Meaning::Month,
        "năm" => Meaning::Year,
        "quý" | "quí" => Meaning::Quarter,
        "giờ" | "h" => Meaning::Hour,
        "phút" => Meaning::Minute,
        "nghìn" | "ngàn" => Meaning::Scale(3),
        "triệu" | "tr" => Meaning::Scale(6),
        "tỷ" | "tỉ" => Meaning::Scale(9),
        "rưỡi" => Meaning::Half,
        "và" | "đến" => Meaning::And,
        "ngay" | "hom" | "sang" | "trua" | "chieu" | "toi" | "dem" | "mung" | "mong" | "dip"
        | "le" | "tu" => return (Meaning::Cue, true),
        "thang" => return (Meaning::Month, true),
        "nam" => return (Meaning::Year, true),
        "quy" | "qui" => return (Meaning::Quarter, true),
        "gio" => return (Meaning::Hour, true),
        "phut" => return (Meaning::Minute, true),
        "nghin" | "ngan" => return (Meaning::Scale(3), true),
        "trieu" => return (Meaning::Scale(6), true),
        "ty" | "ti" => return (Meaning::Scale(9), true),
        "ruoi" => return (Meaning::Half, true),
        "va" | "den" => return (Meaning::And, true),
        _ => Meaning::Other,
    };
    (meaning, false)
}
