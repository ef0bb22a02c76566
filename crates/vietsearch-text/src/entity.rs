//! Units that span several tokens or several spellings: legal document numbers, dates, product
//! names.
//!
//! A unit is written in one canonical form however it stands in the text, so that an index can
//! keep it as a term of its own beside the tokens.

use crate::letter;
use crate::scan::{Token, TokenKind};
use crate::syllable::Syllable;

/// The most tokens that a unit spans.
const MAX_PARTS: usize = 12;
/// The most bytes that a unit has; longer chains are no units.
const MAX_BYTES: usize = 80;

/// A unit found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entity<'a> {
    /// Canonical form: `168/2024/nd-cp`, `1975-04-30`, `covid19`.
    pub term: &'a str,
    /// Number of the first token, counted from 0 in the order they were given.
    pub first_token: usize,
    /// Number of the token after the last.
    pub end_token: usize,
}

/// Reads units off the tokens of one text. Keep it to keep its buffers.
///
/// Found are
/// - codes: parts joined by `/` and `-`, with letters and digits (`168/2024/NĐ-CP`);
/// - dates with a year: `30/4/1975`, `30-04-1975`, `30.4.1975`, `30 tháng 4 năm 1975`, written
///   as `1975-04-30`;
/// - names of letters and digits in joined and split form: `Covid-19`, `covid 19`, `covid19`;
/// - hyphenated foreign names joined: `Mát-xcơ-va` → `matxcova`;
/// - the names in a link's host: `vidu.com.vn` → `vidu`.
///
/// ```
/// use vietsearch_text::{Scanner, entity::EntityReader};
///
/// let text = "Nghị định 168/2024/NĐ-CP, ngày 30 tháng 4 năm 1975, Covid-19";
/// let mut reader = EntityReader::new();
/// let mut found = Vec::new();
/// let mut scanner = Scanner::new();
/// let mut tokens = scanner.scan(text);
/// while let Some(token) = tokens.next() {
///     reader.push(text, &token, &mut |entity| found.push(entity.term.to_string()));
/// }
/// reader.finish(&mut |entity| found.push(entity.term.to_string()));
/// assert_eq!(found, ["168/2024/nd-cp", "1975-04-30", "covid19"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct EntityReader {
    /// Folded parts of the chain of joined tokens, with the joints.
    chain: String,
    parts: usize,
    chain_start: usize,
    letters: usize,
    digits: usize,
    unknown_words: usize,
    slashes: usize,
    hyphens: usize,
    dots: usize,
    numbers: [u32; 3],
    /// The last tokens, for dates in words.
    recent: [Recent; 5],
    previous_end: usize,
    previous_is_foreign: bool,
    previous_word: String,
    count: usize,
    joined: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Recent {
    #[default]
    Other,
    Number(u32),
    Month,
    Year,
}

impl EntityReader {
    /// A reader before the first token.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next token of `text`; units that end before it are given to `sink`.
    pub fn push(&mut self, text: &str, token: &Token<'_>, sink: &mut impl FnMut(Entity<'_>)) {
        let gap = text.get(self.previous_end..token.start).unwrap_or("");
        let joint = if self.parts == 0 { None } else { joint(gap) };
        match joint {
            Some(joint) if self.parts < MAX_PARTS && self.chain.len() < MAX_BYTES => {
                self.chain.push(joint);
                match joint {
                    '/' => self.slashes += 1,
                    '.' => self.dots += 1,
                    _ => self.hyphens += 1,
                }
            }
            _ => {
                self.flush(sink);
                self.split_name(gap, token, sink);
                self.chain_start = self.count;
            }
        }
        self.extend(token);
        self.date_in_words(token, sink);
        match token.kind {
            TokenKind::Code => self.emit_token(token.folded, sink),
            TokenKind::Url => self.hosts(token.folded, sink),
            _ => {}
        }
        self.previous_is_foreign = token.kind == TokenKind::Word && token.folded.len() >= 2;
        if self.previous_is_foreign {
            self.previous_word.clear();
            self.previous_word.push_str(token.folded);
        }
        self.previous_end = token.end;
        self.count += 1;
    }

    /// Ends the text: the last units are given to `sink`, and the reader is as new.
    pub fn finish(&mut self, sink: &mut impl FnMut(Entity<'_>)) {
        self.flush(sink);
        self.recent = [Recent::Other; 5];
        self.previous_end = 0;
        self.previous_is_foreign = false;
        self.count = 0;
    }

    /// Adds a token to the chain.
    fn extend(&mut self, token: &Token<'_>) {
        match token.kind {
            TokenKind::Number => {
                if let Some(slot) = self.numbers.get_mut(self.digits) {
                    *slot = token.form.parse().unwrap_or(u32::MAX);
                }
                self.digits += 1;
            }
            TokenKind::Syllable => self.letters += 1,
            TokenKind::Word => {
                self.letters += 1;
                self.unknown_words += 1;
            }
            TokenKind::Code => {
                // A code is both: `5G`, `CT01`.
                self.letters += 1;
                self.digits += 1;
            }
            _ => self.parts = MAX_PARTS,
        }
        self.chain.push_str(token.folded);
        self.parts += 1;
    }

    /// Decides what the chain is, and begins a new one.
    fn flush(&mut self, sink: &mut impl FnMut(Entity<'_>)) {
        let (first_token, end_token) = (self.chain_start, self.count);
        let fits = self.parts >= 2 && self.parts <= MAX_PARTS && self.chain.len() <= MAX_BYTES;
        if fits {
            let only_numbers = self.letters == 0 && self.digits == self.parts;
            let hyphen_only = self.slashes == 0 && self.dots == 0;
            if only_numbers && self.parts == 3 {
                let one_joint = [self.slashes, self.hyphens, self.dots].contains(&2);
                let [day, month, year] = self.numbers;
                if one_joint && write_date(day, month, year, &mut self.joined) {
                    sink(Entity {
                        term: &self.joined,
                        first_token,
                        end_token,
                    });
                }
            } else if self.digits > 0 && self.letters > 0 && self.slashes > 0 && self.dots == 0 {
                sink(Entity {
                    term: &self.chain,
                    first_token,
                    end_token,
                });
            } else if hyphen_only && (self.unknown_words > 0 || self.digits > 0 && self.parts == 2)
            {
                let is_name = self.letters > 0;
                if is_name {
                    self.joined.clear();
                    self.joined
                        .extend(self.chain.chars().filter(|joint| *joint != '-'));
                    sink(Entity {
                        term: &self.joined,
                        first_token,
                        end_token,
                    });
                }
            }
        }
        self.chain.clear();
        self.parts = 0;
        self.letters = 0;
        self.digits = 0;
        self.unknown_words = 0;
        self.slashes = 0;
        self.hyphens = 0;
        self.dots = 0;
    }

    /// `covid 19`: a foreign word and a short number with one space between.
    fn split_name(&mut self, gap: &str, token: &Token<'_>, sink: &mut impl FnMut(Entity<'_>)) {
        let number = token.kind == TokenKind::Number && token.form.len() <= 4;
        if self.previous_is_foreign && number && matches!(gap, " " | "\u{A0}") {
            self.joined.clear();
            self.joined.push_str(&self.previous_word);
            self.joined.push_str(token.folded);
            sink(Entity {
                term: &self.joined,
                first_token: self.count.saturating_sub(1),
                end_token: self.count + 1,
            });
        }
    }

    /// `30 tháng 4 năm 1975`.
    fn date_in_words(&mut self, token: &Token<'_>, sink: &mut impl FnMut(Entity<'_>)) {
        let read = match token.kind {
            TokenKind::Number => token.form.parse().map_or(Recent::Other, Recent::Number),
            TokenKind::Syllable | TokenKind::Word => match token.folded {
                "thang" => Recent::Month,
                "nam" => Recent::Year,
                _ => Recent::Other,
            },
            _ => Recent::Other,
        };
        self.recent.rotate_left(1);
        if let Some(last) = self.recent.last_mut() {
            *last = read;
        }
        if let [
            Recent::Number(day),
            Recent::Month,
            Recent::Number(month),
            Recent::Year,
            Recent::Number(year),
        ] = self.recent
            && write_date(day, month, year, &mut self.joined)
        {
            sink(Entity {
                term: &self.joined,
                first_token: self.count.saturating_sub(4),
                end_token: self.count + 1,
            });
        }
    }

    /// A token that is a unit by itself.
    fn emit_token(&self, term: &str, sink: &mut impl FnMut(Entity<'_>)) {
        if term.len() <= MAX_BYTES {
            sink(Entity {
                term,
                first_token: self.count,
                end_token: self.count + 1,
            });
        }
    }

    /// The names in the host of a link, without `www` and the top-level domains.
    fn hosts(&self, link: &str, sink: &mut impl FnMut(Entity<'_>)) {
        let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
        let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or("");
        let labels: Vec<&str> = host.split('.').collect();
        let names = labels.len().saturating_sub(1);
        for name in labels.into_iter().take(names) {
            if name.len() > 3 {
                self.emit_token(name, sink);
            }
        }
    }
}

/// The sign that joins two tokens into one chain; none if anything else stands between.
fn joint(gap: &str) -> Option<char> {
    match gap {
        "/" => Some('/'),
        "-" | "\u{2010}" | "\u{2011}" | "\u{2013}" | "\u{FF0D}" => Some('-'),
        "." => Some('.'),
        _ => None,
    }
}

/// Writes `year-month-day` if there is such a day.
fn write_date(day: u32, month: u32, year: u32, date: &mut String) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    if !(1000..=2999).contains(&year) || day == 0 || day > days {
        return false;
    }
    date.clear();
    for (number, separator) in [(year, '-'), (month, '-'), (day, ' ')] {
        if number < 10 {
            date.push('0');
        }
        let mut digits = [0u8; 4];
        let mut count = 0;
        let mut rest = number;
        while rest > 0 && count < digits.len() {
            if let Some(slot) = digits.get_mut(count) {
                *slot = b'0' + (rest % 10) as u8;
            }
            rest /= 10;
            count += 1;
        }
        date.extend(
            digits
                .iter()
                .take(count)
                .rev()
                .map(|digit| char::from(*digit)),
        );
        if separator != ' ' {
            date.push(separator);
        }
    }
    true
}

/// True if a word may be the joined form of a hyphenated or split name, so that a search for it
/// should ask for units too.
#[must_use]
pub fn may_be_unit(word: &str) -> bool {
    let unknown = Syllable::with_folded(word).next().is_none();
    let letters = word
        .chars()
        .filter(|character| letter::packed(*character) != 0)
        .count();
    unknown && letters >= 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    fn entities(text: &str) -> Vec<(String, usize, usize)> {
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(text);
        let mut reader = EntityReader::new();
        let mut found = Vec::new();
        let mut sink = |entity: Entity<'_>| {
            found.push((
                entity.term.to_string(),
                entity.first_token,
                entity.end_token,
            ));
        };
        while let Some(token) = tokens.next() {
            reader.push(text, &token, &mut sink);
        }
        reader.finish(&mut sink);
        found
    }

    fn terms(text: &str) -> Vec<String> {
        entities(text).into_iter().map(|(term, ..)| term).collect()
    }

    #[test]
    fn reads_codes_with_their_span() {
        assert_eq!(
            entities("Nghị định số 168/2024/NÐ-CP."),
            [("168/2024/nd-cp".to_string(), 3, 7)]
        );
        assert_eq!(terms("số 09/CTr-BCA-MTTW về"), ["09/ctr-bca-mttw"]);
    }

    #[test]
    fn reads_dates_in_every_writing() {
        for text in [
            "30/4/1975",
            "30-04-1975",
            "30.4.1975",
            "ngày 30 tháng 4 năm 1975",
        ] {
            assert_eq!(terms(text), ["1975-04-30"], "{text}");
        }
        for text in [
            "31/2/2024",
            "24/7",
            "2013-2023",
            "3-0",
            "9/10",
            "1.2.3",
            "30/4-1975",
        ] {
            assert_eq!(terms(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn joins_split_names() {
        for text in ["Covid-19", "covid 19", "COVID19"] {
            assert_eq!(terms(text), ["covid19"], "{text}");
        }
        assert_eq!(terms("U23 và U-23"), ["u23", "u23"]);
        assert_eq!(terms("Mát-xcơ-va"), ["matxcova"]);
        assert_eq!(terms("nhà – xe, cao-su"), [""; 0]);
        assert_eq!(terms("xem https://tin.vidumoi.vn/a"), ["vidumoi"]);
    }
}
