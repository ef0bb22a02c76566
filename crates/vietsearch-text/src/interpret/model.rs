//! The language model: how likely a syllable is after two others.

use std::fmt;

use vietsearch_data::{Container, DataError, PackedNumbers, Section, SortedKeys, U16s, checksum};

use super::abbreviation::Abbreviations;
use super::foreign::ForeignWords;
use super::unit::Unit;
use crate::syllable::Syllable;

/// Numbers of units that are no syllables; syllables come after, in ascending order.
pub(super) const START: u16 = 0;
const PAUSE: u16 = 1;
const NUMBER: u16 = 2;
const OTHER: u16 = 3;
const FIRST_SYLLABLE: u16 = 4;

/// Steps per unit of the natural logarithm in numbers of 16 bits.
const STEPS: f32 = 1024.0;
/// The most histories and units whose product numbers an n-gram in 32 bits.
const MAX_KEYS: usize = u32::MAX as usize;

/// Probabilities of syllables after two others, from counts in news, and what else helps to read
/// what a person typed: foreign words, capitals, abbreviations.
///
/// A backoff model of trigrams over syllables and four other [`Unit`]s. The tables stay in the bytes
/// that were given; making a model checks them and takes 60 kB more. All logarithms are natural.
///
/// ```
/// use vietsearch_text::Syllable;
/// use vietsearch_text::interpret::{LanguageModel, Unit};
///
/// let unit = |text: &str| text.parse().map(Unit::Syllable);
/// let model = LanguageModel::shipped();
/// let after_viet = |next| model.log_probability(Unit::Start, unit("việt").unwrap(), next);
/// assert!(after_viet(unit("nam")?) > after_viet(unit("năm")?));
/// # Ok::<(), vietsearch_text::NoSyllable>(())
/// ```
pub struct LanguageModel<'d> {
    /// The number of each syllable by its identifier; [`OTHER`] for those not in the model.
    numbers: Box<[u16]>,
    unigrams: U16s<'d>,
    unigram_backoffs: U16s<'d>,
    /// In 255ths: how often the first letter is a capital within a sentence.
    capitals: &'d [u8],
    bigrams: SortedKeys<'d>,
    bigram_logs: Quantised<'d>,
    bigram_backoffs: Quantised<'d>,
    trigrams: SortedKeys<'d>,
    trigram_logs: Quantised<'d>,
    pub(super) foreign: ForeignWords<'d>,
    pub(super) abbreviations: Abbreviations<'d>,
}

/// Logarithms as codes of few bits.
#[derive(Default)]
struct Quantised<'d> {
    table: [f32; 32],
    codes: PackedNumbers<'d>,
}

impl<'d> Quantised<'d> {
    fn read(section: &mut Section<'d>, length: usize) -> Result<Self, DataError> {
        let values = section.u32s()?;
        let mut table = [0.0; 32];
        for (entry, bits) in table.iter_mut().zip(values.iter()) {
            *entry = f32::from_bits(bits);
        }
        let codes = section.packed()?;
        if values.len() != table.len() || codes.len() != length {
            return Err(section.damaged("logarithms have another length"));
        }
        if !table.iter().all(|entry| entry.is_finite()) {
            return Err(section.damaged("a logarithm is no number"));
        }
        Ok(Self { table, codes })
    }

    #[inline]
    fn get(&self, index: usize) -> f32 {
        let code = self.codes.get(index).unwrap_or(0);
        self.table.get(code as usize & 31).copied().unwrap_or(0.0)
    }
}

/// Two units before another, found in the model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct History {
    /// The index of the bigram, if the model has it.
    bigram: Option<u32>,
    /// The logarithm of the factor for what is not among its trigrams.
    backoff: f32,
}

impl History {
    pub(super) fn backoff(self) -> f32 {
        self.backoff
    }

    /// True if the model may have trigrams with it.
    pub(super) fn is_known(self) -> bool {
        self.bigram.is_some()
    }
}

impl<'d> LanguageModel<'d> {
    /// Reads the model from a file of `vietsearch-data`.
    ///
    /// # Errors
    ///
    /// [`DataError`] if the bytes are damaged or no such file; it names the section.
    pub fn read(bytes: &'d [u8]) -> Result<Self, DataError> {
        let container = Container::read(bytes)?;
        let mut section = container.section("syllables", 1)?;
        let spelled = section.u32()?;
        let syllables = section.u16s()?;
        let unigrams = section.u16s()?;
        let unigram_backoffs = section.u16s()?;
        let capitals = section.bytes()?;
        let size = syllables.len() + usize::from(FIRST_SYLLABLE);
        if [unigrams.len(), unigram_backoffs.len(), capitals.len()] != [size; 3] {
            return Err(section.damaged("the units have different lengths"));
        }
        let mut numbers = vec![OTHER; usize::from(u16::MAX) + 1].into_boxed_slice();
        let mut before = None;
        let mut spellings = String::new();
        let foreign = || section.damaged("its syllables are not those of this library");
        for (id, next) in syllables.iter().zip(FIRST_SYLLABLE..) {
            let syllable = Syllable::from_id(id).filter(|syllable| before < Some(*syllable));
            let syllable = syllable.ok_or_else(foreign)?;
            let number = numbers.get_mut(usize::from(id)).ok_or_else(foreign)?;
            before = Some(syllable);
            spellings.push_str(syllable.as_str());
            *number = next;
        }
        if checksum(spellings.as_bytes()) as u32 != spelled {
            return Err(foreign());
        }
        section.finish()?;

        let mut section = container.section("bigrams", 1)?;
        let bigrams = section.sorted_keys()?;
        let bigram_logs = Quantised::read(&mut section, bigrams.len())?;
        let bigram_backoffs = Quantised::read(&mut section, bigrams.len())?;
        if bigrams
            .len()
            .checked_mul(size)
            .is_none_or(|keys| keys > MAX_KEYS)
        {
            return Err(section.damaged("too many bigrams"));
        }
        section.finish()?;

        let mut section = container.section("trigrams", 1)?;
        let trigrams = section.sorted_keys()?;
        let trigram_logs = Quantised::read(&mut section, trigrams.len())?;
        section.finish()?;

        Ok(Self {
            numbers,
            unigrams,
            unigram_backoffs,
            capitals,
            bigrams,
            bigram_logs,
            bigram_backoffs,
            trigrams,
            trigram_logs,
            foreign: ForeignWords::read(&container)?,
            abbreviations: Abbreviations::read(&container)?,
        })
    }

    /// The natural logarithm of the probability of `next` after `first` and `second`.
    ///
    /// Two or three searches in tables, about a hundred nanoseconds.
    #[must_use]
    pub fn log_probability(&self, first: Unit, second: Unit, next: Unit) -> f32 {
        let (second, next) = (self.number(second), self.number(next));
        let history = self.history(self.number(first), second);
        self.trigram(history, next)
            .unwrap_or_else(|| history.backoff + self.bigram(second, next).0)
    }

    /// True if the model has counts of the syllable of its own.
    #[must_use]
    pub fn knows(&self, syllable: Syllable) -> bool {
        self.number(Unit::Syllable(syllable)) != OTHER
    }

    /// True if the model has counts of the two syllables side by side.
    #[must_use]
    pub fn has_pair(&self, left: Syllable, right: Syllable) -> bool {
        let (left, right) = (Unit::Syllable(left), Unit::Syllable(right));
        self.history(self.number(left), self.number(right))
            .is_known()
    }

    /// The logarithm of the probability of `right` after `left`, whatever came before.
    pub(super) fn pair(&self, left: Unit, right: Unit) -> f32 {
        self.bigram(self.number(left), self.number(right)).0
    }

    /// The number of a unit; that of [`Unit::Other`] for a syllable that the model does not know.
    #[inline]
    pub(super) fn number(&self, unit: Unit) -> u16 {
        match unit {
            Unit::Start => START,
            Unit::Pause => PAUSE,
            Unit::Number => NUMBER,
            Unit::Other => OTHER,
            Unit::Syllable(syllable) => {
                let number = self.numbers.get(usize::from(syllable.id()));
                number.copied().unwrap_or(OTHER)
            }
        }
    }

    /// How often the first letter is a capital, of all occurrences within sentences.
    pub(super) fn capital_share(&self, number: u16) -> f32 {
        let share = self.capitals.get(usize::from(number)).copied();
        f32::from(share.unwrap_or(0).clamp(1, 254)) / 255.0
    }

    pub(super) fn history(&self, first: u16, second: u16) -> History {
        self.bigram(first, second).1
    }

    /// The logarithm of `next` after `second`, and both as a history.
    pub(super) fn bigram(&self, second: u16, next: u16) -> (f32, History) {
        let Some(index) = self.bigrams.find(self.key(second.into(), next)) else {
            return (self.unseen_bigram(second, next), History::default());
        };
        (self.bigram_logs.get(index), self.seen(index))
    }

    fn seen(&self, index: usize) -> History {
        History {
            bigram: Some(index as u32),
            backoff: self.bigram_backoffs.get(index),
        }
    }

    pub(super) fn unseen_bigram(&self, second: u16, next: u16) -> f32 {
        let steps = |table: &U16s<'d>, number: u16| {
            let steps = table.get(usize::from(number)).unwrap_or(0);
            f32::from(steps.cast_signed()) / STEPS
        };
        steps(&self.unigram_backoffs, second) + steps(&self.unigrams, next)
    }

    /// The logarithm of `next` after a history, if the model has that trigram.
    pub(super) fn trigram(&self, history: History, next: u16) -> Option<f32> {
        let key = self.key(history.bigram?, next);
        Some(self.trigram_logs.get(self.trigrams.find(key)?))
    }

    /// The bigrams of `second` with each unit from `least` to `greatest` that the model has.
    pub(super) fn bigrams(
        &self,
        second: u16,
        least: u16,
        greatest: u16,
    ) -> impl Iterator<Item = (u16, f32, History)> {
        let keys = self.keys(&self.bigrams, second.into(), least, greatest);
        keys.map(|(index, next)| (next, self.bigram_logs.get(index), self.seen(index)))
    }

    /// The trigrams of a history with each unit from `least` to `greatest` that the model has.
    pub(super) fn trigrams(
        &self,
        history: History,
        least: u16,
        greatest: u16,
    ) -> impl Iterator<Item = (u16, f32)> {
        let keys = history
            .bigram
            .map(|bigram| self.keys(&self.trigrams, bigram, least, greatest));
        let keys = keys.into_iter().flatten();
        keys.map(|(index, next)| (next, self.trigram_logs.get(index)))
    }

    fn keys(
        &self,
        keys: &SortedKeys<'d>,
        history: u32,
        least: u16,
        greatest: u16,
    ) -> impl Iterator<Item = (usize, u16)> {
        let start = self.key(history, 0);
        let end = self.key(history, greatest);
        let from = keys.from(self.key(history, least));
        let within = from.take_while(move |(_, key)| *key <= end);
        within.map(move |(index, key)| (index, key.wrapping_sub(start) as u16))
    }

    /// The number of a history and what follows it; [`read`](Self::read) has seen to it that it fits.
    fn key(&self, history: u32, next: u16) -> u32 {
        let size = self.unigrams.len() as u32;
        history.wrapping_mul(size).wrapping_add(next.into())
    }
}

#[cfg(feature = "data")]
impl LanguageModel<'static> {
    /// The model that comes with the library, read when it is first asked for, within some
    /// milliseconds.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<LanguageModel<'static>> =
            std::sync::LazyLock::new(|| {
                LanguageModel::read(vietsearch_data::LANGUAGE).unwrap_or_else(|error| {
                    debug_assert!(false, "{error}");
                    LanguageModel::empty()
                })
            });
        &SHIPPED
    }
}

impl Default for LanguageModel<'_> {
    fn default() -> Self {
        Self::empty()
    }
}

impl LanguageModel<'_> {
    /// A model without counts: every text is taken as it was typed.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            numbers: Box::default(),
            unigrams: U16s::default(),
            unigram_backoffs: U16s::default(),
            capitals: &[],
            bigrams: SortedKeys::default(),
            bigram_logs: Quantised::default(),
            bigram_backoffs: Quantised::default(),
            trigrams: SortedKeys::default(),
            trigram_logs: Quantised::default(),
            foreign: ForeignWords::default(),
            abbreviations: Abbreviations::default(),
        }
    }
}

impl fmt::Debug for LanguageModel<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LanguageModel")
            .field("units", &self.unigrams.len())
            .field("bigrams", &self.bigrams.len())
            .field("trigrams", &self.trigrams.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use vietsearch_data::{ContainerBuilder, SectionBuilder};

    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::Syllable(text.parse().unwrap())
    }

    #[test]
    fn what_follows_sums_to_one() {
        let model = LanguageModel::shipped();
        let known = Syllable::all().filter(|syllable| model.knows(*syllable));
        let others = [Unit::Pause, Unit::Number, Unit::Other];
        let units: Vec<Unit> = known.map(Unit::Syllable).chain(others).collect();
        assert!(units.len() > 5000);
        for (first, second) in [
            (Unit::Start, unit("việt")),
            (unit("công"), unit("an")),
            (unit("thành"), unit("phố")),
            (Unit::Other, Unit::Number),
            (unit("ngoằn"), unit("ngoèo")),
            (Unit::Start, Unit::Start),
        ] {
            let shares = units
                .iter()
                .map(|next| model.log_probability(first, second, *next).exp());
            let sum: f32 = shares.sum();
            assert!((0.9..1.1).contains(&sum), "{first:?} {second:?}: {sum}");
        }
    }

    #[test]
    fn pairs_of_words_are_likelier_than_chance() {
        let model = LanguageModel::shipped();
        for (first, second, next, other) in [
            ("hội", "đồng", "nhân", "nhận"),
            ("bộ", "trưởng", "bộ", "bò"),
            ("giá", "xăng", "dầu", "đầu"),
        ] {
            let log = |next| model.log_probability(unit(first), unit(second), unit(next));
            assert!(log(next) > log(other) + 2.0, "{first} {second} {next}");
        }
        assert!(model.has_pair("công".parse().unwrap(), "an".parse().unwrap()));
        assert!(!model.has_pair("ngoẻo".parse().unwrap(), "huơ".parse().unwrap()));
    }

    #[test]
    fn bytes_that_are_no_model_are_errors() {
        let error = LanguageModel::read(b"VIETDATA").unwrap_err();
        assert!(!error.to_string().is_empty());
        let empty = ContainerBuilder::new().build().unwrap();
        let error = LanguageModel::read(&empty).unwrap_err();
        assert!(error.to_string().contains("\"syllables\""), "{error}");
        let mut section = SectionBuilder::new("syllables", 1);
        section.u32(0);
        section.u16s(&[3, 2]);
        section.u16s(&[0; 6]);
        section.u16s(&[0; 6]);
        section.bytes(&[0; 6]);
        let bytes = ContainerBuilder::new().with(section).build().unwrap();
        let error = LanguageModel::read(&bytes).unwrap_err();
        assert!(error.to_string().contains("\"syllables\""), "{error}");
        assert!(
            error.to_string().contains("not those of this library"),
            "{error}"
        );
    }

    #[test]
    fn without_counts_everything_stays() {
        let model = LanguageModel::empty();
        let mut interpreter = crate::interpret::Interpreter::new(&model);
        assert_eq!(interpreter.restore("gia vang hom nay"), "gia vang hom nay");
        assert_eq!(interpreter.suggest("sữa chữa"), None);
        assert_eq!(model.expansions(&[("ubnd", crate::marks::Bare::Open)]), []);
    }
}
