//! What an occurrence counts, in integers.

use tantivy::fieldnorm::FieldNormReader;

/// Saturation of term frequencies and normalisation by length, as in tantivy.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Higher frequencies count like this one.
const HIGHEST_FREQUENCY: usize = 32;
/// Different lengths that are told apart.
const LENGTHS: usize = 256;

/// Rows of the table: a frequency each, from 0.
const ROWS: usize = HIGHEST_FREQUENCY + 1;

/// What an occurrence in a document of some length counts, in 1/65535 of the most.
#[derive(Clone)]
pub(super) struct Impacts(Box<[u16; ROWS * LENGTHS]>);

impl Impacts {
    /// For a field of a certain average length in tokens; `None` if it keeps no lengths:
    /// all are taken for average.
    pub(super) fn new(average_length: Option<f32>) -> Self {
        let mut impacts = Box::new([0; ROWS * LENGTHS]);
        for (row, frequency) in impacts.chunks_exact_mut(LENGTHS).zip(0_u16..) {
            for (impact, length) in row.iter_mut().zip(0..=u8::MAX) {
                let length = (FieldNormReader::id_to_fieldnorm(length) as f32).max(1.0);
                let average = average_length.unwrap_or(length).max(1.0);
                let norm = K1 * (1.0 - B + B * length / average);
                // What is found occurs.
                let frequency = f32::from(frequency.max(1));
                *impact = (frequency / (frequency + norm) * f32::from(u16::MAX)) as u16;
            }
        }
        Self(impacts)
    }

    /// The table, lent.
    #[inline]
    pub(super) fn table(&self) -> Table<'_> {
        Table(&self.0)
    }
}

/// [`Impacts`], lent.
#[derive(Clone, Copy)]
pub(super) struct Table<'a>(&'a [u16; ROWS * LENGTHS]);

impl Table<'_> {
    #[inline]
    pub(super) fn of(self, frequency: u32, length: u8) -> u64 {
        let row = (frequency as usize).min(HIGHEST_FREQUENCY);
        let impact = self.0.get(row * LENGTHS + usize::from(length));
        impact.copied().map_or(0, u64::from)
    }
}
