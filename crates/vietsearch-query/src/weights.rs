//! The numbers that the second stage ranks by, and the file they come from.

use std::sync::LazyLock;

use toml::{Table, Value};

/// An occurrence of at least this weight is the word as typed, its twin in i or y, an open place, or
/// a word that differs in its tone only; what has less differs in its marks.
///
/// Classes rank by themselves, whatever a score says, so a weight never leaves its own.
const CLASSES: [f32; 4] = [1.0, 0.9, 0.6, 0.3];
/// How far weights stay below the next class.
const GAP: f32 = 0.001;

/// How far an occurrence of this weight is from the word as typed: 0 for the word itself, 1 for its
/// twin in i or y, 2 for an open place, 3 and 4 for loose matches.
pub(crate) fn distance(weight: f32) -> u8 {
    CLASSES.iter().filter(|least| weight < **least).count() as u8
}

/// The numbers that the second stage ranks by: parameters of BM25F, what pairs and units count, what
/// spellings other than the typed one do.
///
/// Values are always within the bounds of their keys. [`Weights::default`] is the file
/// `data/weights.toml` of this crate, which says what each number does; a file of one's own has the
/// same keys.
///
/// ```
/// use vietsearch_query::Weights;
///
/// let shipped = Weights::default();
/// assert_eq!(shipped.get("title"), Some(3.0));
/// let flat = shipped.with("title", 1.0)?;
/// assert_eq!(flat.get("title"), Some(1.0));
/// let error = shipped.with("title", f32::NAN).unwrap_err();
/// assert_eq!(error.to_string(), "weight \"title\": NaN given, 0 to 100 allowed");
/// # Ok::<(), vietsearch_query::WeightsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    version: u32,
    /// Term frequency saturation.
    pub(crate) k1: f32,
    /// Length normalisation, by region.
    pub(crate) b: [f32; 3],
    /// Bounds of the length normalisation.
    pub(crate) shortest: f32,
    pub(crate) longest: f32,
    /// What an occurrence counts, by region.
    pub(crate) boosts: [f32; 3],
    /// What an occurrence at the very beginning counts more than one at the end, as a share: news
    /// say first what matters, and articles on things what they are.
    pub(crate) opening: f32,
    /// The words after which that has fallen to 1/e.
    pub(crate) opening_words: f32,
    /// Weight of a pair of neighbours.
    pub(crate) pair: f32,
    /// Weight of a unit.
    pub(crate) unit: f32,
    /// Bonus for a word that stands literally, as a share of its weight.
    pub(crate) literal: f32,
    /// Share of the score that depends on how many words are met.
    pub(crate) coverage: f32,
    /// Weight of the other spelling with i or y.
    pub(crate) twin: f32,
    /// Weight of a place of a document that lacks marks.
    pub(crate) open: f32,
    /// Weight of a word that differs in its tone only (loose matching).
    pub(crate) other_tone: f32,
    /// Weight of a word that differs in its marks (loose matching).
    pub(crate) other_marks: f32,
    /// Weight of a name that a pack has for another.
    pub(crate) alias: f32,
    /// Importance of function words.
    pub(crate) function_word: f32,
    /// The share of an open word's weight that depends on how probable the syllable is.
    pub(crate) likelihood: f32,
}

/// What is wrong with weights.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The text is no TOML.
    #[error("weights are no TOML: {reason}")]
    Syntax {
        /// What the parser says, with the line.
        reason: String,
    },
    /// There is no such weight.
    #[error("unknown weight {key:?}: remove it, or see `Weights::keys` for what there is")]
    Unknown {
        /// The key that was given.
        key: String,
    },
    /// A key is not there.
    #[error("weight {key:?} is missing: add it")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// A value is of another type.
    #[error("weight {key:?}: {value} given, {expected} expected")]
    Type {
        /// The key.
        key: &'static str,
        /// The value, as TOML writes its type.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A value is out of range, or not a number at all.
    #[error("weight {key:?}: {value} given, {least} to {most} allowed")]
    Range {
        /// The key.
        key: &'static str,
        /// The value.
        value: f32,
        /// The least value allowed.
        least: f32,
        /// The greatest value allowed.
        most: f32,
    },
}

/// A weight: its name, its bounds, and where it is.
struct Key {
    name: &'static str,
    least: f32,
    most: f32,
    of: fn(&mut Weights) -> &mut f32,
}

const fn key(name: &'static str, least: f32, most: f32, of: fn(&mut Weights) -> &mut f32) -> Key {
    Key {
        name,
        least,
        most,
        of,
    }
}

const KEYS: [Key; 22] = [
    key("k1", 0.0, 100.0, |weights| &mut weights.k1),
    key("b_title", 0.0, 1.0, |weights| &mut weights.b[0]),
    key("b_lead", 0.0, 1.0, |weights| &mut weights.b[1]),
    key("b_body", 0.0, 1.0, |weights| &mut weights.b[2]),
    key("shortest", 0.01, 1.0, |weights| &mut weights.shortest),
    key("longest", 1.0, 1000.0, |weights| &mut weights.longest),
    key("title", 0.0, 100.0, |weights| &mut weights.boosts[0]),
    key("lead", 0.0, 100.0, |weights| &mut weights.boosts[1]),
    key("body", 0.0, 100.0, |weights| &mut weights.boosts[2]),
    key("opening", 0.0, 100.0, |weights| &mut weights.opening),
    key("opening_words", 1.0, 10_000.0, |weights| {
        &mut weights.opening_words
    }),
    key("pair", 0.0, 100.0, |weights| &mut weights.pair),
    key("unit", 0.0, 100.0, |weights| &mut weights.unit),
    key("literal", 0.0, 1.0, |weights| &mut weights.literal),
    key("coverage", 0.0, 1.0, |weights| &mut weights.coverage),
    key("twin", CLASSES[1], CLASSES[0] - GAP, |weights| {
        &mut weights.twin
    }),
    key("open", CLASSES[2], CLASSES[1] - GAP, |weights| {
        &mut weights.open
    }),
    key("other_tone", CLASSES[3], CLASSES[2] - GAP, |weights| {
        &mut weights.other_tone
    }),
    key("other_marks", 0.0, CLASSES[3] - GAP, |weights| {
        &mut weights.other_marks
    }),
    key("alias", 0.0, 1.0, |weights| &mut weights.alias),
    key("function_word", 0.0, 1.0, |weights| {
        &mut weights.function_word
    }),
    key("likelihood", 0.0, 1.0, |weights| &mut weights.likelihood),
];

/// Keys that tell where the weights come from: texts.
const ORIGIN: [&str; 2] = ["date", "made"];

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    let parsed = Weights::parse(Weights::SHIPPED);
    debug_assert!(parsed.is_ok(), "the weights of the library are sound");
    parsed.unwrap_or(Weights::UNSET)
});

impl Default for Weights {
    fn default() -> Self {
        *SHIPPED
    }
}

impl Weights {
    /// The text of the file that [`Weights::default`] comes from: a beginning for a file of one's own.
    pub const SHIPPED: &'static str = include_str!("../data/weights.toml");

    /// Every number 1, before it is read.
    const UNSET: Self = Self {
        version: 0,
        k1: 1.0,
        b: [1.0; 3],
        shortest: 1.0,
        longest: 1.0,
        boosts: [1.0; 3],
        opening: 1.0,
        opening_words: 1.0,
        pair: 1.0,
        unit: 1.0,
        literal: 1.0,
        coverage: 1.0,
        twin: 1.0,
        open: 1.0,
        other_tone: 1.0,
        other_marks: 1.0,
        alias: 1.0,
        function_word: 1.0,
        likelihood: 1.0,
    };

    /// Reads weights from TOML with every key of [`keys`](Self::keys), and `version` (a number), `date`
    /// and `made` (texts).
    ///
    /// ```
    /// use vietsearch_query::{Weights, WeightsError};
    ///
    /// let own = Weights::SHIPPED.replace("pair = 0.6", "pair = 0.5");
    /// assert_eq!(Weights::parse(&own)?.get("pair"), Some(0.5));
    /// let wrong = Weights::SHIPPED.replace("pair = 0.6", "piar = 0.5");
    /// assert_eq!(
    ///     Weights::parse(&wrong),
    ///     Err(WeightsError::Unknown { key: "piar".to_string() })
    /// );
    /// # Ok::<(), WeightsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WeightsError`] names the key that is unknown, missing, of another type or out of range.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let reason = error.to_string().trim_end().to_string();
            WeightsError::Syntax { reason }
        })?;
        let is_known = |name: &str| {
            name == "version" || ORIGIN.contains(&name) || Self::keys().any(|key| key == name)
        };
        if let Some(key) = table.keys().find(|name| !is_known(name)) {
            return Err(WeightsError::Unknown { key: key.clone() });
        }
        let get = |key: &'static str| table.get(key).ok_or(WeightsError::Missing { key });
        let wrong = |key, value: &Value, expected| {
            let value = value.type_str().to_string();
            Err(WeightsError::Type {
                key,
                value,
                expected,
            })
        };
        for key in ORIGIN {
            let value = get(key)?;
            if !value.is_str() {
                return wrong(key, value, "a text in quotes");
            }
        }
        let mut weights = Self::UNSET;
        let version = get("version")?;
        weights.version = match version.as_integer().map(u32::try_from) {
            Some(Ok(version)) => version,
            _ => return wrong("version", version, "a whole number from 0 on"),
        };
        for key in &KEYS {
            let number = match get(key.name)? {
                Value::Float(number) => *number as f32,
                Value::Integer(number) => *number as f32,
                other => return wrong(key.name, other, "a number"),
            };
            weights.set(key, number)?;
        }
        Ok(weights)
    }

    /// The names of all weights, in the order of the file.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|key| key.name)
    }

    /// The version of the file that they were read from.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The value of a key; `None` if there is no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<f32> {
        let key = KEYS.iter().find(|known| known.name == key)?;
        let mut copy = *self;
        Some(*(key.of)(&mut copy))
    }

    /// The least and the greatest value of a key; `None` if there is no such key.
    #[must_use]
    pub fn range(key: &str) -> Option<(f32, f32)> {
        let key = KEYS.iter().find(|known| known.name == key)?;
        Some((key.least, key.most))
    }

    /// The same weights with another value of one key.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Unknown`] and [`WeightsError::Range`].
    pub fn with(mut self, key: &str, value: f32) -> Result<Self, WeightsError> {
        let Some(known) = KEYS.iter().find(|known| known.name == key) else {
            let key = key.to_string();
            return Err(WeightsError::Unknown { key });
        };
        self.set(known, value)?;
        Ok(self)
    }

    fn set(&mut self, key: &Key, value: f32) -> Result<(), WeightsError> {
        let Key {
            name, least, most, ..
        } = *key;
        if !(least..=most).contains(&value) {
            return Err(WeightsError::Range {
                key: name,
                value,
                least,
                most,
            });
        }
        *(key.of)(self) = value;
        Ok(())
    }

    /// All values, for explanations.
    pub(crate) fn described(&self) -> String {
        let Self { k1, b, boosts, .. } = self;
        let mut text = format!("BM25F: k1 {k1}, b {b:?}, boosts {boosts:?}");
        let told = ["k1", "b_title", "b_lead", "b_body", "title", "lead", "body"];
        for key in Self::keys().filter(|key| !told.contains(key)) {
            let value = self.get(key).unwrap_or_default();
            text.push_str(&format!(", {key} {value}"));
        }
        format!("{text}; weights version {}", self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shipped file with another value for a key; without its line for `None`.
    fn changed(key: &str, value: Option<&str>) -> String {
        let begins = format!("{key} = ");
        let mut found = 0;
        let mut text = String::new();
        for line in Weights::SHIPPED.lines() {
            match (line.starts_with(&begins), value) {
                (false, _) => text.push_str(line),
                (true, Some(value)) => text.push_str(&format!("{begins}{value}")),
                (true, None) => {}
            }
            found += usize::from(line.starts_with(&begins));
            text.push('\n');
        }
        assert_eq!(found, 1, "{key}");
        text
    }

    #[test]
    fn the_shipped_file_is_read() {
        let weights = Weights::parse(Weights::SHIPPED).unwrap();
        assert_eq!(weights, Weights::default());
        assert!(weights.version() >= 1);
        for (index, key) in Weights::keys().enumerate() {
            let value = 0.95 - index as f32 / 1000.0;
            let (least, most) = Weights::range(key).unwrap();
            let value = value.clamp(least, most);
            let read = Weights::parse(&changed(key, Some(&value.to_string()))).unwrap();
            assert_eq!(read, weights.with(key, value).unwrap());
            assert_eq!(read.get(key), Some(value), "{key}");
        }
    }

    #[test]
    fn errors_name_the_key() {
        for name in Weights::keys().chain(["version", "date", "made"]) {
            let missing = Weights::parse(&changed(name, None));
            assert_eq!(missing, Err(WeightsError::Missing { key: name }));
            let error = Weights::parse(&changed(name, Some("[1]"))).unwrap_err();
            assert!(matches!(error, WeightsError::Type { key, .. } if key == name));
        }
        for name in Weights::keys() {
            for value in ["nan", "-0.1", "inf", "-inf", "1e9", "1e300", "-1"] {
                let error = Weights::parse(&changed(name, Some(value))).unwrap_err();
                assert!(matches!(error, WeightsError::Range { key, .. } if key == name));
                assert!(error.to_string().contains(name), "{error}");
            }
        }
        let unknown = format!("{}\nboost = 1.0\n", Weights::SHIPPED);
        let error = WeightsError::Unknown {
            key: "boost".to_string(),
        };
        assert_eq!(Weights::parse(&unknown), Err(error.clone()));
        assert_eq!(Weights::default().with("boost", 1.0), Err(error));
        for text in ["k1 = ", "k1 = 1\nk1 = 1", "= 3", "k1: 1"] {
            let error = Weights::parse(text).unwrap_err();
            assert!(matches!(error, WeightsError::Syntax { .. }), "{text}");
        }
        let negative = Weights::parse(&changed("version", Some("-1")));
        assert!(matches!(negative, Err(WeightsError::Type { .. })));
    }

    #[test]
    fn a_weight_stays_in_its_class() {
        let ends = |key| Weights::range(key).unwrap();
        for (key, class) in [
            ("twin", 1),
            ("open", 2),
            ("other_tone", 3),
            ("other_marks", 4),
        ] {
            let (least, most) = ends(key);
            assert_eq!((distance(least), distance(most)), (class, class), "{key}");
        }
        assert_eq!((distance(1.0), distance(0.0)), (0, 4));
    }

    #[test]
    fn explanations_show_every_value() {
        let text = Weights::default().described();
        assert!(
            text.contains("k1 1.5") && text.contains("pair 0.6"),
            "{text}"
        );
        assert!(
            text.contains("twin 0.9") && text.contains("version 1"),
            "{text}"
        );
    }
}
