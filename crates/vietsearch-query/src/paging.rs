//! Cursors: where a page ended, and where the next one begins.

use std::cmp::Ordering;
use std::fmt;

use tantivy::Searcher;

use crate::error::{Result, SearchError};
use crate::request::Direction;
use crate::search::Ranked;
use crate::sorting::Key;

/// The most hits that a cursor may lie behind.
const MAX_SEEN: usize = 1_000_000;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cursor {
    /// Hits up to there.
    pub(crate) seen: usize,
    /// The [`generation`] of the snapshot that it is of.
    generation: u64,
    place: Place,
    id: String,
}

/// Where a hit stands in the order.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Score {
        full: bool,
        window: usize,
        score: f32,
    },
    Value(Option<Key>),
}

impl Cursor {
    pub(crate) fn after(last: &Ranked, seen: usize, by_value: bool, generation: u64) -> Self {
        let place = match by_value {
            true => Place::Value(last.key.clone()),
            false => Place::Score {
                full: last.full,
                window: last.window,
                score: last.scored.score,
            },
        };
        Self {
            seen,
            generation,
            place,
            id: last.id.clone(),
        }
    }

    /// Reads what [`Display`](fmt::Display) wrote: `seen.generation.place.id`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| SearchError::Setting {
            what: "cursor",
            reason: format!("{text:?} is none: pass on the one of the last response"),
        })
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let seen = parts
            .next()?
            .parse()
            .ok()
            .filter(|seen| *seen <= MAX_SEEN)?;
        let generation = u64::from_str_radix(parts.next()?, 16).ok()?;
        let place = parts.next()?;
        let id = parts.next()?.to_string();
        let mut characters = place.chars();
        let kind = characters.next()?;
        let value = characters.as_str();
        let place = match kind {
            'f' | 'p' => {
                let (window, score) = value.split_once('_')?;
                Place::Score {
                    full: kind == 'f',
                    window: window.parse().ok()?,
                    score: f32::from_bits(u32::from_str_radix(score, 16).ok()?),
                }
            }
            'd' => Place::Value(Some(Key::Time(value.parse().ok()?))),
            't' => Place::Value(Some(Key::Text(value.to_string()))),
            'n' => Place::Value(None),
            _ => return None,
        };
        Some(Self {
            seen,
            generation,
            place,
            id,
        })
    }

    /// True if articles have come or gone since the page before.
    pub(crate) fn is_stale(&self, generation: u64) -> bool {
        self.generation != generation
    }

    /// Where the next page begins. In the same snapshot that is after the last hit, in a later one
    /// after its place in the order, whether it is still there or not.
    pub(crate) fn position(
        &self,
        ranked: &[Ranked],
        sorted: Option<Direction>,
        generation: u64,
    ) -> usize {
        let known = ranked.iter().position(|ranked| ranked.id == self.id);
        if let Some(known) = known {
            // Its score may have changed with the others'.
            return known + 1;
        }
        if !self.is_stale(generation) {
            return self.seen;
        }
        let behind = ranked
            .iter()
            .position(|ranked| self.compare(ranked, sorted) == Ordering::Less);
        behind.unwrap_or(ranked.len())
    }

    /// How the place compares to that of a hit.
    fn compare(&self, hit: &Ranked, sorted: Option<Direction>) -> Ordering {
        let first = match (&self.place, sorted) {
            (Place::Value(key), Some(direction)) => compare_keys(key, &hit.key, direction),
            (
                Place::Score {
                    full,
                    window,
                    score,
                },
                None,
            ) => hit
                .full
                .cmp(full)
                .then(window.cmp(&hit.window))
                .then(hit.scored.score.total_cmp(score)),
            // The cursor of another order.
            _ => Ordering::Equal,
        };
        first.then_with(|| self.id.cmp(&hit.id))
    }
}

/// Compares values in a direction; none comes last in either.
pub(crate) fn compare_keys(a: &Option<Key>, b: &Option<Key>, direction: Direction) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => match direction {
            Direction::Ascending => a.cmp(b),
            Direction::Descending => b.cmp(a),
        },
        _ => b.is_some().cmp(&a.is_some()),
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:x}.", self.seen, self.generation)?;
        match &self.place {
            Place::Score {
                full,
                window,
                score,
            } => {
                let kind = if *full { 'f' } else { 'p' };
                write!(formatter, "{kind}{window}_{:x}", score.to_bits())?;
            }
            Place::Value(Some(Key::Time(seconds))) => write!(formatter, "d{seconds}")?,
            // Filter keys have no dot; an id has no article after it.
            Place::Value(Some(Key::Text(text))) => {
                write!(formatter, "t{}", text.replace('.', "_"))?
            }
            Place::Value(None) => formatter.write_str("n")?,
        }
        write!(formatter, ".{}", self.id)
    }
}

/// A number that tells one snapshot from another: its segments and how many articles of each are
/// deleted (64-bit FNV-1a, Fowler, Noll and Vo).
pub(crate) fn generation(searcher: &Searcher) -> u64 {
    let mut parts: Vec<String> = searcher
        .segment_readers()
        .iter()
        .map(|segment| {
            let id = segment.segment_id().uuid_string();
            format!("{id} {}", segment.num_deleted_docs())
        })
        .collect();
    parts.sort_unstable();
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_written() {
        let places = [
            Place::Score {
                full: true,
                window: 3,
                score: 1.25,
            },
            Place::Value(Some(Key::Time(-1))),
            Place::Value(Some(Key::Text("the-thao".to_string()))),
            Place::Value(None),
        ];
        for place in places {
            let cursor = Cursor {
                seen: 20,
                generation: u64::MAX,
                place,
                id: "https://bao.example/a.b".to_string(),
            };
            assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), cursor);
        }
        for none in [
            "",
            "1",
            "1.x",
            "1.2.f",
            "x.1.n.id",
            "2000000.1.n.id",
            "1.1.q.id",
        ] {
            assert!(Cursor::parse(none).is_err(), "{none:?}");
        }
    }
}
