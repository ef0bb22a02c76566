//! A cursor over the text of a date: numbers, words and marks, one after the other.

#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    /// Saturates; more than nine digits only occur in compact dates.
    pub(super) value: u32,
    pub(super) value64: u64,
    pub(super) digits: usize,
}

pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn bump(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    pub(super) fn eat(&mut self, expected: char) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    pub(super) fn skip_any(&mut self, marks: &str) {
        self.rest = self
            .rest
            .trim_start_matches(|c: char| c.is_whitespace() || marks.contains(c));
    }

    pub(super) fn take_while(&mut self, holds: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !holds(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    pub(super) fn number(&mut self) -> Option<Number> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return None;
        }
        let value64: u64 = digits.parse().unwrap_or(u64::MAX);
        let value = u32::try_from(value64).unwrap_or(u32::MAX);
        Some(Number {
            value,
            value64,
            digits: digits.len(),
        })
    }

    /// Letters with the marks on them.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let word = self.take_while(|c| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c));
        (!word.is_empty()).then_some(word)
    }
}

pub(super) fn is_english_weekday(plain: &str) -> bool {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    plain.len() >= 3 && days.iter().any(|day| day.starts_with(plain))
}

pub(super) fn english_month(word: &str) -> Option<Number> {
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let plain = folded(word);
    if plain.len() < 3 {
        return None;
    }
    let position = months.iter().position(|month| month.starts_with(&plain))?;
    let value = u32::try_from(position).ok()? + 1;
    Some(Number {
        value,
        value64: u64::from(value),
        digits: 2,
    })
}

/// Lower case without marks, for the few letters that the words of dates have. A full fold would
/// be the text crate's, at the price of a dependency in the wrong place.
pub(super) fn folded(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter(|letter| !('\u{300}'..='\u{36f}').contains(letter))
        .map(|letter| match letter {
            'à' | 'á' | 'ả' | 'ă' | 'â' | 'ậ' => 'a',
            'ư' | 'ứ' | 'ú' | 'ủ' => 'u',
            'ờ' => 'o',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words() {
        let mut cursor = Cursor {
            rest: "08tha\u{301}ng\u{a0}2024!",
        };
        let number = cursor.number().unwrap();
        assert_eq!((number.value, number.digits), (8, 2));
        assert!(cursor.number().is_none());
        assert_eq!(cursor.word().map(folded).as_deref(), Some("thang"));
        assert!(cursor.word().is_none());
        cursor.skip_spaces();
        assert_eq!(cursor.number().map(|number| number.value), Some(2024));
        assert!(!cursor.eat('?') && cursor.eat('!'));
        assert_eq!(cursor.peek(), None);
    }

    #[test]
    fn long_numbers_saturate() {
        let digits = "9".repeat(40);
        let number = Cursor { rest: &digits }.number().unwrap();
        assert_eq!(
            (number.value, number.value64, number.digits),
            (u32::MAX, u64::MAX, 40)
        );
    }

    #[test]
    fn english_names() {
        assert_eq!(english_month("Aug").map(|month| month.value), Some(8));
        assert_eq!(english_month("may").map(|month| month.value), Some(5));
        assert!(english_month("ma").is_none() && english_month("mays").is_none());
        assert!(is_english_weekday("thu") && !is_english_weekday("th"));
    }
}
