//! Phrases as units: a syllable is its number, any other word is written out.

use vietsearch_text::Syllable;

/// A word that is no syllable follows, as its form and its key.
const SPELLED: u16 = 0xFFFF;
/// The most units of a phrase: their number has four bits.
pub(super) const MAX_UNITS: usize = 15;

/// Writes one phrase after another; what a phrase shares with the one before is left out.
#[derive(Debug, Default)]
pub(super) struct UnitWriter {
    /// The words of the phrase before, as form and key.
    before: Vec<(String, String)>,
}

impl UnitWriter {
    /// The next phrase shares nothing.
    pub(super) fn restart(&mut self) {
        self.before.clear();
    }

    /// Writes a phrase; false if it is too long.
    pub(super) fn push(&mut self, key: &str, text: &str, articles: u32, out: &mut Vec<u8>) -> bool {
        let words = || text.split(' ').zip(key.split(' '));
        let count = words().count();
        let fits = |(form, key): (&str, &str)| form.len().max(key.len()) <= 255;
        if count > MAX_UNITS || !words().all(fits) {
            return false;
        }
        let known = self.before.iter();
        let shared = words()
            .zip(known)
            .take_while(|((form, key), before)| *form == before.0 && *key == before.1)
            .count();
        out.push((shared << 4 | (count - shared)) as u8);
        self.before.truncate(shared);
        for (form, key) in words().skip(shared) {
            push_word(form, key, out);
            self.before.push((form.to_string(), key.to_string()));
        }
        push_number(articles, out);
        true
    }
}

fn push_word(form: &str, key: &str, out: &mut Vec<u8>) {
    let syllable: Option<Syllable> = form.parse().ok();
    let is_told = |syllable: &Syllable| syllable.as_str() == form && syllable.index_key() == key;
    if let Some(syllable) = syllable.filter(is_told) {
        out.extend(syllable.id().to_le_bytes());
        return;
    }
    out.extend(SPELLED.to_le_bytes());
    out.push(form.len() as u8);
    out.extend(form.as_bytes());
    let key = if key == form { "" } else { key };
    out.push(key.len() as u8);
    out.extend(key.as_bytes());
}

/// Seven bits a byte, the lowest first (LEB128).
fn push_number(mut number: u32, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A word of a phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit<'a> {
    Syllable(u16),
    Spelled { form: &'a str, key: &'a str },
}

/// Reads one phrase after another. Its text and key are made when they are asked for: most phrases
/// are passed by.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitReader<'a> {
    rest: &'a [u8],
    units: Vec<Unit<'a>>,
    articles: u32,
}

impl<'a> UnitReader<'a> {
    /// Goes on with other bytes; the first phrase there shares nothing.
    pub(super) fn restart(&mut self, bytes: &'a [u8]) {
        self.rest = bytes;
        self.units.clear();
    }

    /// Appends the key of the phrase that was read last.
    pub(super) fn push_key_to(&self, key: &mut String) {
        for (number, unit) in self.units.iter().enumerate() {
            if number > 0 {
                key.push(' ');
            }
            key.push_str(match unit {
                Unit::Syllable(id) => Syllable::from_id(*id).map_or("", Syllable::index_key),
                Unit::Spelled { form, key: "" } => form,
                Unit::Spelled { key, .. } => key,
            });
        }
    }

    /// Appends its text.
    pub(super) fn push_text_to(&self, text: &mut String) {
        for (number, unit) in self.units.iter().enumerate() {
            if number > 0 {
                text.push(' ');
            }
            text.push_str(match unit {
                Unit::Syllable(id) => Syllable::from_id(*id).map_or("", Syllable::as_str),
                Unit::Spelled { form, .. } => form,
            });
        }
    }

    /// True if its text is this.
    pub(super) fn is(&self, text: &str) -> bool {
        let mut words = text.split(' ');
        let same = |unit: &Unit<'_>| match unit {
            Unit::Syllable(id) => {
                let syllable = Syllable::from_id(*id).map(Syllable::as_str);
                syllable.is_some() && words.next() == syllable
            }
            Unit::Spelled { form, .. } => words.next() == Some(*form),
        };
        self.units.iter().all(same) && words.next().is_none()
    }

    pub(super) fn articles(&self) -> u32 {
        self.articles
    }

    /// Reads the next phrase; false at the end, or where the bytes are damaged.
    pub(super) fn advance(&mut self) -> bool {
        self.read().is_some()
    }

    fn read(&mut self) -> Option<()> {
        let header = self.byte()?;
        let (shared, new) = (header >> 4, header & 15);
        self.units.truncate(shared as usize);
        for _ in 0..new {
            let (low, high) = (self.byte()?, self.byte()?);
            let unit = match u16::from_le_bytes([low, high]) {
                SPELLED => Unit::Spelled {
                    form: self.spelled()?,
                    key: self.spelled()?,
                },
                id => Unit::Syllable(id),
            };
            self.units.push(unit);
        }
        self.articles = self.number()?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn spelled(&mut self) -> Option<&'a str> {
        let length = self.byte()? as usize;
        let (word, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(word).ok()
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phrases_come_back() {
        let phrases = [
            ("ki thuat", "kỹ thuật", 3),
            ("ki thuat so", "kĩ thuật số", 200),
            ("dak lak", "đăk lăk", 1),
            ("covid 19", "covid 19", u32::MAX),
        ];
        let mut bytes = Vec::new();
        let mut writer = UnitWriter::default();
        for (key, text, articles) in phrases {
            assert!(writer.push(key, text, articles, &mut bytes));
        }
        assert!(!writer.push(&"a ".repeat(16), &"a ".repeat(16), 1, &mut bytes));
        let mut reader = UnitReader::default();
        reader.restart(&bytes);
        for phrase in phrases {
            assert!(reader.advance());
            let (mut key, mut text) = (String::new(), String::new());
            reader.push_key_to(&mut key);
            reader.push_text_to(&mut text);
            assert_eq!((key.as_str(), text.as_str(), reader.articles()), phrase);
            assert!(reader.is(&text) && !reader.is(&format!("{text} x")) && !reader.is(""));
        }
        assert!(!reader.advance());
    }

    proptest! {
        #[test]
        fn damage_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = UnitReader::default();
        reader.restart(&bytes);
            let mut text = String::new();
            while reader.advance() {
                reader.push_text_to(&mut text);
                reader.push_key_to(&mut text);
            }
        }
    }
}
