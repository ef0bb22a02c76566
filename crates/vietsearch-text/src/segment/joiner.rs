//! Words of syllables that have no text.

use super::DataError;
use super::atom::{Atom, Shape};
use super::decode::Decoder;
use super::tables::Tables;
use crate::syllable::Syllable;

/// Decides which syllables in a row belong together, for callers that have no text.
///
/// A [`Segmenter`](crate::Segmenter) reads text and knows its case and signs; here the syllables are
/// read as in text without case, and the ends of the row as those of a sentence. Costs some ten
/// nanoseconds a syllable, and allocates nothing after warm-up.
///
/// ```
/// use vietsearch_text::{Joiner, Syllable};
///
/// let mut joiner = Joiner::new()?;
/// let row: Vec<Syllable> = "học sinh học bài".split(' ').map(str::parse).collect::<Result<_, _>>()?;
/// // học sinh, học, bài
/// assert_eq!(joiner.joined(row), [true, false, false]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Joiner {
    tables: Tables<'static>,
    decoder: Decoder,
    atoms: Vec<Atom>,
}

impl Joiner {
    /// With the tables of the library.
    ///
    /// # Errors
    ///
    /// [`DataError`] if the library's own tables are damaged.
    pub fn new() -> Result<Self, DataError> {
        Ok(Self {
            tables: super::shipped()?,
            decoder: Decoder::default(),
            atoms: Vec::new(),
        })
    }

    /// For each gap between neighbours, whether it is inside a word: one fewer than syllables.
    pub fn joined(&mut self, syllables: impl IntoIterator<Item = Syllable>) -> &[bool] {
        self.atoms.clear();
        let vocabulary = &self.tables.vocabulary;
        self.atoms
            .extend(syllables.into_iter().map(|syllable| Atom {
                start: 0,
                end: 0,
                row: vocabulary.syllable(syllable),
                shape: Shape::Caseless,
                tokens: 1,
            }));
        self.decoder.decode(&self.tables, &self.atoms, &[]);
        self.decoder.joined()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Segmenter;

    /// A row of syllables is cut as the same text in small letters is.
    #[test]
    fn equals_the_segmenter_on_text_without_case() {
        let mut joiner = Joiner::new().unwrap();
        let mut segmenter = Segmenter::new().unwrap();
        for text in [
            "học sinh học bài",
            "thi môn sinh học",
            "giá vàng hôm nay tăng mạnh",
            "công nghệ thông tin",
            "bảo vệ an ninh tổ quốc",
            "nước mắm cá cơm",
            "ông",
            "",
        ] {
            let syllables: Vec<Syllable> = text
                .split_whitespace()
                .map(|word| word.parse().unwrap())
                .collect();
            let mut expected = Vec::new();
            for word in segmenter.segment(text) {
                if !expected.is_empty() || word.start > 0 {
                    expected.push(false);
                }
                expected.extend((1..word.tokens).map(|_| true));
            }
            assert_eq!(joiner.joined(syllables), expected, "{text}");
        }
    }
}
