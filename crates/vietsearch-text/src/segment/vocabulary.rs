//! Vocabulary: syllables and words as row numbers of the weight tables.

use vietsearch_data::{DataError, Section, U16s, U32s};

use crate::syllable::Syllable;

/// Version of the section's layout.
pub const VOCABULARY_VERSION: u32 = 1;

/// The rows below [`FIRST_ROW`], which stand for kinds of atoms rather than for spellings.
#[doc(hidden)]
pub mod row {
    /// Before the first and after the last atom.
    pub const EDGE: u16 = 0;
    /// Punctuation of no kind of its own.
    pub const PUNCTUATION: u16 = 1;
    /// Dots in a row, and the ellipsis.
    pub const ELLIPSIS: u16 = 2;
    /// The first of eleven rows of signs: dot, comma, colon, question mark, quotes, apostrophe,
    /// brackets, dashes, slash, percent.
    pub const FIRST_SIGN: u16 = 3;
    /// A number of one or two digits.
    pub const SHORT_NUMBER: u16 = 16;
    /// A number of four digits: mostly a year.
    pub const YEAR: u16 = 17;
    /// Any other number.
    pub const NUMBER: u16 = 18;
    /// Letters and digits in one.
    pub const CODE: u16 = 19;
    /// Digits with signs: dates, ranges, shares.
    pub const COMPOUND_NUMBER: u16 = 20;
    /// Words with signs between them.
    pub const COMPOUND_WORD: u16 = 21;
    /// A link.
    pub const URL: u16 = 22;
    /// An ideograph or a piece of another script.
    pub const IDEOGRAPH: u16 = 23;
    /// A word that the vocabulary has not.
    pub const WORD: u16 = 24;
    /// A syllable that the vocabulary has not.
    pub const SYLLABLE: u16 = 25;
}

/// The first row of a spelling.
pub const FIRST_ROW: u16 = 32;

/// Syllables and frequent other words as rows of the weight tables. Spellings of one syllable with
/// y and i (`kỹ`, `kĩ`) share a row.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// The row of a syllable, by its number.
    syllables: U16s<'a>,
    /// Open addressing by the hash of a form; 0 for a free slot.
    word_hashes: U32s<'a>,
    word_rows: U16s<'a>,
    rows: usize,
}

impl<'a> Vocabulary<'a> {
    /// Reads the section `vocabulary`.
    ///
    /// # Errors
    ///
    /// [`DataError::DamagedSection`] if the fields do not fit together.
    pub fn read(mut section: Section<'a>) -> Result<Self, DataError> {
        let rows = section.u32()? as usize;
        let syllables = section.u16s()?;
        let word_hashes = section.u32s()?;
        let word_rows = section.u16s()?;
        let in_range = |row: u16| usize::from(row) < rows;
        if !word_hashes.len().is_power_of_two() || word_hashes.len() != word_rows.len() {
            return Err(section.damaged("the table of words has a wrong size"));
        }
        if !word_hashes.iter().any(|hash| hash == 0) {
            return Err(section.damaged("the table of words is full"));
        }
        if !syllables.iter().all(in_range) || !word_rows.iter().all(in_range) {
            return Err(section.damaged("a row is beyond the table"));
        }
        section.finish()?;
        Ok(Self {
            syllables,
            word_hashes,
            word_rows,
            rows,
        })
    }

    /// How many rows there are, those of kinds included.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The row of a syllable.
    #[inline]
    #[must_use]
    pub fn syllable(&self, syllable: Syllable) -> u16 {
        let row = self.syllables.get(usize::from(syllable.id()));
        row.filter(|row| *row != 0).unwrap_or(row::SYLLABLE)
    }

    /// The row of a word that is no syllable, by its canonical form.
    #[must_use]
    pub fn word(&self, form: &str) -> u16 {
        let hash = word_hash(form);
        let mask = self.word_hashes.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.word_hashes.get(slot) {
                Some(found) if found == hash => {
                    return self.word_rows.get(slot).unwrap_or(row::WORD);
                }
                None | Some(0) => return row::WORD,
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }
}

/// The hash of a word's form, never 0. Two words with one hash share a row, which costs nothing but
/// a little accuracy.
#[doc(hidden)]
#[must_use]
pub fn word_hash(form: &str) -> u32 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in form.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    ((hash >> 32) as u32 ^ hash as u32).max(1)
}
