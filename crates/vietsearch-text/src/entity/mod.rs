//! Units that span several tokens or several spellings: legal document numbers, dates, product
//! names.
//!
//! A unit is written in one canonical form however it stands in the text, so that an index can
//! keep it as a term of its own beside the tokens.

mod amount;
mod calendar;
mod measured;
mod piece;

use measured::MeasuredReader;

use crate::letter;
use crate::scan::{Token, TokenKind};
use crate::syllable::Syllable;

/// The most tokens that a unit spans.
const MAX_PARTS: usize = 12;
/// The most bytes that a unit has; longer chains are no units.
const MAX_BYTES: usize = 80;

/// How a unit stands for what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityRole {
    /// A code or a name, beside the words that it is made of.
    Name,
    /// A date, a time or an amount, whatever its writing: the words alone say something else.
    Whole,
    /// What a [`Whole`](Self::Whole) is an instance of: the month of a day.
    Implied,
    /// A day whose year was taken from the time of publication.
    Inferred,
}

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
    /// How it stands for what was written.
    pub role: EntityRole,
    /// True if marks are left out (`thang tu`): it stands there only if the text is written without
    /// marks.
    pub unmarked: bool,
}

impl<'a> Entity<'a> {
    fn name(term: &'a str, first_token: usize, end_token: usize) -> Self {
        Self {
            term,
            first_token,
            end_token,
            role: EntityRole::Name,
            unmarked: false,
        }
    }
}

/// Reads units off the tokens of one text. Keep it to keep its buffers.
///
/// Found are
/// - codes: parts joined by `/` and `-`, with letters and digits (`168/2024/NĐ-CP`);
/// - days (`30/4/1975`, `30 tháng 4 năm 1975`: `1975-04-30`; `ngày 2/9`, `mùng 2-9`: `--09-02`),
///   months (`tháng Tư`: `--04`; `tháng Chạp`: `lunar--12`) and quarters (`quý III/2023`:
///   `2023-q3`), with what they imply;
/// - times of day (`17h22`, `17 giờ 22`: `t17:22`);
/// - amounts of money and measures (`1,5 tỷ đồng`, `1.500 triệu`: `#15e8:vnd`);
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
/// assert_eq!(found, ["168/2024/nd-cp", "covid19", "1975-04-30", "--04-30", "1975-04"]);
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
    /// Whether the first part of the chain has a capital, and all others are small.
    begins_with_capital: bool,
    goes_on_small: bool,
    slashes: usize,
    hyphens: usize,
    dots: usize,
    measured: MeasuredReader,
    previous_end: usize,
    previous_is_foreign: bool,
    previous_word: String,
    count: usize,
    joined: String,
}

impl EntityReader {
    /// A reader before the first token.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells the year in which the next texts were published: days without a year are of that one
    /// too ([`EntityRole::Inferred`]).
    pub fn set_year(&mut self, year: Option<u16>) {
        self.measured.year = year;
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
        self.note_case(text, token);
        self.extend(token);
        self.measured
            .push(text, token, self.previous_end, self.count, sink);
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
        self.measured.flush(sink);
        self.previous_end = 0;
        self.previous_is_foreign = false;
        self.count = 0;
    }

    fn note_case(&mut self, text: &str, token: &Token<'_>) {
        let written = text.get(token.start..token.end).unwrap_or("");
        let is_capital = written.starts_with(char::is_uppercase);
        if self.parts == 0 {
            self.begins_with_capital = is_capital;
            self.goes_on_small = true;
        } else {
            self.goes_on_small &= !is_capital;
        }
    }

    /// True for the syllables of a foreign name: `Oa-sinh-tơn`.
    fn is_transliterated(&self) -> bool {
        let is_name = self.begins_with_capital || self.parts > 2;
        self.digits == 0 && self.goes_on_small && is_name
    }

    /// Adds a token to the chain.
    fn extend(&mut self, token: &Token<'_>) {
        match token.kind {
            TokenKind::Number => self.digits += 1,
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
            let hyphen_only = self.slashes == 0 && self.dots == 0;
            if self.digits > 0 && self.letters > 0 && self.slashes > 0 && self.dots == 0 {
                sink(Entity::name(&self.chain, first_token, end_token));
            } else if hyphen_only
                && (self.unknown_words > 0
                    || self.digits > 0 && self.parts == 2
                    || self.is_transliterated())
            {
                let is_name = self.letters > 0;
                if is_name {
                    self.joined.clear();
                    self.joined
                        .extend(self.chain.chars().filter(|joint| *joint != '-'));
                    sink(Entity::name(&self.joined, first_token, end_token));
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
            let first = self.count.saturating_sub(1);
            sink(Entity::name(&self.joined, first, self.count + 1));
        }
    }

    /// A token that is a unit by itself.
    fn emit_token(&self, term: &str, sink: &mut impl FnMut(Entity<'_>)) {
        if term.len() <= MAX_BYTES {
            sink(Entity::name(term, self.count, self.count + 1));
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

    /// The units that are dates, times and amounts, with their roles.
    fn measured(text: &str, year: Option<u16>) -> Vec<(String, EntityRole)> {
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(text);
        let mut reader = EntityReader::new();
        reader.set_year(year);
        let mut found = Vec::new();
        let mut sink = |entity: Entity<'_>| {
            if entity.role != EntityRole::Name {
                found.push((entity.term.to_string(), entity.role));
            }
        };
        while let Some(token) = tokens.next() {
            reader.push(text, &token, &mut sink);
        }
        reader.finish(&mut sink);
        found
    }

    fn wholes(text: &str) -> Vec<String> {
        let found = measured(text, None).into_iter();
        let whole = found.filter(|(_, role)| *role == EntityRole::Whole);
        whole.map(|(term, _)| term).collect()
    }

    #[test]
    fn reads_dates_in_every_writing() {
        for text in [
            "30/4/1975",
            "30-04-1975",
            "30.4.1975",
            "ngày 30 tháng 4 năm 1975",
            "sáng 30 tháng Tư năm 1975",
            "ngày 30/4 năm 1975",
            "ngay 30 thang 4 nam 1975",
        ] {
            assert_eq!(wholes(text), ["1975-04-30"], "{text}");
        }
        for text in [
            "31/2/2024",
            "24/7",
            "2013-2023",
            "tỉ số 3-0",
            "điểm 9/10",
            "gió cấp 9-10",
            "1.2.3",
            "30/4-1975",
            "ngày 31/4",
            "tối 3-0",
            "ngày 5",
        ] {
            assert_eq!(wholes(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn reads_days_without_a_year() {
        for text in [
            "mùng 2-9",
            "ngày 2/9",
            "ngày 2 tháng 9",
            "hôm nay (2-9)",
            "lễ 2.9",
            "dịp 02/09",
        ] {
            assert_eq!(wholes(text), ["--09-02"], "{text}");
        }
        assert_eq!(wholes("thua 2-9"), [""; 0]);
        assert_eq!(wholes("Chiều 10-8, đội thắng 2-1"), ["--08-10"]);
        assert_eq!(
            wholes("nghỉ lễ 30/4 - 1/5 và 2/9"),
            ["--04-30", "--05-01", "--09-02"]
        );
        assert_eq!(wholes("từ 1-3/9"), ["--09-01", "--09-02", "--09-03"]);
        assert_eq!(wholes("từ 9-10"), [""; 0]);
        let inferred = ("2023-08-10?".to_string(), EntityRole::Inferred);
        assert!(measured("Chiều 10-8", Some(2023)).contains(&inferred));
        assert!(
            !measured("ngày 29/2", Some(2023))
                .iter()
                .any(|(_, role)| *role == EntityRole::Inferred)
        );
    }

    #[test]
    fn reads_months_and_quarters() {
        for (text, term) in [
            ("tháng 4", "--04"),
            ("tháng Tư", "--04"),
            ("tháng mười hai", "--12"),
            ("tháng 4/1975", "1975-04"),
            ("tháng Chạp", "lunar--12"),
            ("tháng 12 âm lịch", "lunar--12"),
            ("23 tháng Chạp", "lunar--12"),
            ("ngày 23 tháng Chạp", "lunar--12-23"),
            ("rằm tháng Bảy", "lunar--07-15"),
            ("quý III/2023", "2023-q3"),
            ("quý 3 năm 2023", "2023-q3"),
            ("Q3/2023", "2023-q3"),
            ("quý 4", "--q4"),
        ] {
            assert_eq!(wholes(text), [term], "{text}");
        }
        for text in [
            "quý khách",
            "tháng tư vấn",
            "mỗi tháng hai lần",
            "Q3",
            "3 tháng 10 ngày",
            "tháng 13",
        ] {
            assert_eq!(wholes(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn reads_times_of_day() {
        for text in [
            "17h22",
            "17g22",
            "17 giờ 22",
            "17:22",
            "17 giờ 22 phút",
            "5h22 chiều",
            "17h22'",
        ] {
            assert_eq!(wholes(text), ["t17:22"], "{text}");
        }
        for text in ["17h", "17 giờ", "17h00", "5 giờ chiều"] {
            assert_eq!(wholes(text), ["t17:00"], "{text}");
        }
        for text in ["5kg22", "25h10", "16:9", "5G", "U23"] {
            assert_eq!(wholes(text), [""; 0], "{text}");
        }
        assert_eq!(wholes("17h chiều 10-8"), ["t17:00", "--08-10"]);
    }

    #[test]
    fn reads_amounts() {
        let first = |text: &str| {
            measured(text, None)
                .into_iter()
                .next()
                .map(|(term, _)| term)
        };
        for text in [
            "1,5 tỷ đồng",
            "1.5 tỉ đồng",
            "1.500 triệu đồng",
            "1 tỷ 500 triệu đồng",
            "1,5tỷ VNĐ",
            "1 tỷ rưỡi đồng",
            "1.500.000.000 đồng",
        ] {
            assert_eq!(first(text).as_deref(), Some("#15e8:vnd"), "{text}");
        }
        let of = |text: &str| -> Vec<String> {
            measured(text, None)
                .into_iter()
                .map(|(term, _)| term)
                .collect()
        };
        for text in ["1,5 tỷ", "1.5 tỉ", "1.500 triệu"] {
            assert_eq!(of(text), ["#15e8", "#15e8:vnd"], "{text}");
        }
        assert!(!of("15 tỷ").contains(&"#15e8".to_string()));
        assert!(!of("1,5 triệu").contains(&"#15e8".to_string()));
        for (text, term) in [
            ("5 triệu USD", "#5e6:usd"),
            ("5 triệu đô la", "#5e6:usd"),
            ("$5 triệu", "#5e6:usd"),
            ("500k", "#5e5:vnd"),
            ("20.000đ", "#2e4:vnd"),
            ("3,5%", "#35e-1:%"),
            ("3,5 phần trăm", "#35e-1:%"),
            ("10 km", "#1e4:m"),
            ("10km", "#1e4:m"),
            ("5 tấn", "#5e3:kg"),
            ("100 m²", "#1e2:m2"),
            ("2 ha", "#2e4:m2"),
            ("20.000 m2", "#2e4:m2"),
        ] {
            assert_eq!(first(text).as_deref(), Some(term), "{text}");
        }
        for text in ["4k", "5 người", "3 tỉnh", "0 đồng"] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn joins_split_names() {
        for text in ["Covid-19", "covid 19", "COVID19"] {
            assert_eq!(terms(text), ["covid19"], "{text}");
        }
        assert_eq!(terms("U23 và U-23"), ["u23", "u23"]);
        assert_eq!(terms("Mát-xcơ-va"), ["matxcova"]);
        assert_eq!(
            terms("Oa-sinh-tơn, Pa-ri và Lin-côn"),
            ["oasinhton", "pari", "lincon"]
        );
        assert_eq!(terms("nhà – xe, cao-su, Việt-Nam"), [""; 0]);
        assert_eq!(terms("xem https://tin.vidumoi.vn/a"), ["vidumoi"]);
    }
}
