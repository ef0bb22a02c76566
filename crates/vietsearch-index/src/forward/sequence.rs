//! The words of one article as units.

use std::sync::LazyLock;

use vietsearch_text::{Syllable, Token};

/// First half of the key of a word that is no syllable: 14 bits.
pub(super) const KEY_HIGH: u16 = 0x8000;
/// Second half: 14 bits.
pub(super) const KEY_LOW: u16 = 0xC000;
/// The first unit that tells the form of the word before.
pub(super) const FORM: u16 = 0x6000;
/// How many units tell forms.
const FORMS: u64 = 0x1F00;
/// The article is written without marks.
pub(super) const UNMARKED: u16 = 0x7FFC;
/// The title ends.
pub(super) const TITLE_END: u16 = 0x7FFD;
/// The lead ends.
pub(super) const LEAD_END: u16 = 0x7FFE;
/// A sentence ends.
pub(super) const SENTENCE_END: u16 = 0x7FFF;

/// The words of one article, lent by a reader or a writer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequence<'a> {
    bytes: &'a [u8],
}

impl<'a> Sequence<'a> {
    /// Reads what [`Terms::sequence`](crate::Terms::sequence) gave, or a reader lends.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The units in order.
    #[inline]
    pub(super) fn units(self) -> impl ExactSizeIterator<Item = u16> + Clone + 'a {
        let (pairs, _) = self.bytes.as_chunks::<2>();
        pairs.iter().map(|pair| u16::from_le_bytes(*pair))
    }

    /// The keys of all words without their marks, in order: words with one index key have one key.
    pub(crate) fn folded_words(self) -> Vec<u32> {
        let mut words = Vec::with_capacity(self.bytes.len() / 2);
        let mut high = 0;
        for unit in self.units() {
            match unit {
                ..FORM => words.extend(FOLDED_SYLLABLES.get(usize::from(unit))),
                KEY_LOW.. => words.push(word_key([high, unit])),
                KEY_HIGH.. => high = unit,
                _ => {}
            }
        }
        words
    }

    /// The syllables around a unit, as long as nothing else stands between them: at most `before` in
    /// front of it and `after` behind it, and where the unit is among them. None if it is none.
    pub fn syllables_around(
        self,
        unit: u32,
        before: usize,
        after: usize,
    ) -> (impl Iterator<Item = Syllable> + 'a, usize) {
        let (pairs, _) = self.bytes.as_chunks::<2>();
        let at = (unit as usize).min(pairs.len());
        let (front, rest) = pairs.split_at(at);
        let is_syllable = |pair: &&[u8; 2]| u16::from_le_bytes(**pair) < FORM;
        let reach = front.iter().rev().take(before);
        let reach = reach.take_while(is_syllable).count();
        let row = front.get(at - reach..).unwrap_or(&[]).iter();
        let row = row.chain(rest.iter().take(after + 1).take_while(is_syllable));
        let syllables = row.filter_map(|pair| Syllable::from_id(u16::from_le_bytes(*pair)));
        (syllables, reach)
    }

    /// The bytes as they are stored.
    pub(crate) fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }
}

/// Writes the words of one article.
#[derive(Clone, Debug, Default)]
pub(crate) struct SequenceWriter {
    bytes: Vec<u8>,
    sentence: u32,
}

impl SequenceWriter {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.sentence = 0;
    }

    /// Adds the next word of a region.
    #[inline]
    pub(crate) fn push(&mut self, token: &Token<'_>) {
        if token.sentence != self.sentence {
            self.unit(SENTENCE_END);
            self.sentence = token.sentence;
        }
        match token.syllable {
            Some(syllable) => self.unit(syllable.id()),
            None => self.word(token.form, token.folded),
        }
    }

    fn word(&mut self, form: &str, index_key: &str) {
        let [high, low] = key_units(index_key);
        self.unit(high);
        self.unit(low);
        if form != index_key {
            self.unit(form_unit(form));
        }
    }

    pub(crate) fn end_title(&mut self) {
        self.unit(TITLE_END);
        self.sentence = 0;
    }

    pub(crate) fn end_lead(&mut self) {
        self.unit(LEAD_END);
        self.sentence = 0;
    }

    /// The bytes to store.
    pub(crate) fn finish(&self, unmarked: bool) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes.len() + 2);
        if unmarked {
            bytes.extend(UNMARKED.to_le_bytes());
        }
        bytes.extend(&self.bytes);
        bytes
    }

    #[inline]
    fn unit(&mut self, unit: u16) {
        self.bytes.extend_from_slice(&unit.to_le_bytes());
    }
}

/// The key of each syllable without its marks, by its number.
static FOLDED_SYLLABLES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut keys = vec![0; usize::from(FORM)];
    for syllable in Syllable::all() {
        if let Some(key) = keys.get_mut(usize::from(syllable.id())) {
            *key = word_key(key_units(syllable.index_key()));
        }
    }
    keys
});

/// The key of a word by its two units.
pub(super) fn word_key([high, low]: [u16; 2]) -> u32 {
    u32::from(high) << 16 | u32::from(low)
}

/// The two units of a word that is no syllable.
pub(super) fn key_units(index_key: &str) -> [u16; 2] {
    let hash = hash(index_key);
    [
        KEY_HIGH | (hash >> 14) as u16 & 0x3FFF,
        KEY_LOW | hash as u16 & 0x3FFF,
    ]
}

/// The unit that tells a form from others with its key.
pub(super) fn form_unit(form: &str) -> u16 {
    FORM + (hash(form) % FORMS) as u16
}

/// 64-bit FNV-1a (Fowler, Noll and Vo), its halves mixed.
fn hash(text: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use vietsearch_text::Scanner;

    use super::*;

    #[test]
    fn syllables_are_one_unit_and_other_words_two_or_three() {
        let mut writer = SequenceWriter::default();
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan("Hoà. Paris Đăk");
        while let Some(token) = tokens.next() {
            writer.push(&token);
        }
        let bytes = writer.finish(false);
        let units: Vec<u16> = Sequence::new(&bytes).units().collect();
        let hoa: Syllable = "hòa".parse().unwrap();
        let [high, low] = key_units("paris");
        let [dak_high, dak_low] = key_units("dak");
        let expected = [
            hoa.id(),
            SENTENCE_END,
            high,
            low,
            dak_high,
            dak_low,
            form_unit("đăk"),
        ];
        assert_eq!(units, expected);
    }

    #[test]
    fn words_have_one_folded_key_however_they_are_marked() {
        let folded = |text: &str| {
            let mut writer = SequenceWriter::default();
            let mut scanner = Scanner::new();
            let mut tokens = scanner.scan(text);
            while let Some(token) = tokens.next() {
                writer.push(&token);
            }
            writer.end_title();
            Sequence::new(&writer.finish(true)).folded_words()
        };
        let marked = folded("Hoà Bình. Việt Nam kỹ thuật, Đăk Lăk 2024");
        assert_eq!(marked.len(), 9);
        assert_eq!(marked, folded("hoa binh viet nam, ki thuat. dak lak 2024"));
        assert_ne!(marked, folded("hoa binh viet nam, ki thuat. dak lak 2025"));
    }

    #[test]
    fn kinds_of_units_are_apart() {
        assert!(Syllable::all().all(|syllable| syllable.id() < FORM));
        for number in 0..100_000 {
            let text = number.to_string();
            let [high, low] = key_units(&text);
            assert!((KEY_HIGH..KEY_LOW).contains(&high) && low >= KEY_LOW);
            assert!((FORM..UNMARKED).contains(&form_unit(&text)));
        }
    }
}
