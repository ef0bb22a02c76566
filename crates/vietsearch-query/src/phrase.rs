//! Phrases over words with several readings.
//!
//! tantivy's phrase query takes one term per position in one field; here a word is all its
//! readings. Documents that hold all words are found in the postings, and where the words stand in
//! the forward index.

use std::fmt;
use std::sync::Arc;

use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};
use vietsearch_index::forward::{ForwardReader, Matcher, Sequence};
use vietsearch_index::{Fields, Region};

use crate::cursor::Cursor;
use crate::forward::{Forward, add_reading};
use crate::word::Reading;

/// Positions of one region are so far from those of the next that nothing reaches across.
const REGION_GAP: u32 = 1 << 30;
/// Words between others are counted up to here.
const MAX_SLOP: u32 = 1 << 29;

/// The positions of a word, ascending.
pub(crate) type Positions = Vec<u32>;

/// Whether occurrences make a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Other words allowed between, in all.
    pub(crate) slop: u32,
    /// Whether the order of the words counts.
    pub(crate) ordered: bool,
}

impl Shape {
    /// The positions (first, last) of the first match.
    pub(crate) fn find(self, words: &[Positions]) -> Option<(u32, u32)> {
        if self.ordered {
            self.find_ordered(words, 0)
        } else {
            self.find_any_order(words.len(), &places(words))
        }
    }

    fn find_ordered(self, words: &[Positions], from: u32) -> Option<(u32, u32)> {
        let (first_word, others) = words.split_first()?;
        let reach = u32::try_from(others.len())
            .ok()?
            .saturating_add(self.slop.min(MAX_SLOP));
        let start = first_word.partition_point(|position| *position < from);
        for first in first_word.iter().copied().skip(start) {
            let mut last = first;
            // The nearest next occurrence is the best one: what follows only gets more room.
            let complete = others.iter().all(|word| {
                let next = word.partition_point(|position| *position <= last);
                word.get(next).is_some_and(|position| {
                    last = *position;
                    last - first <= reach
                })
            });
            if complete {
                return Some((first, last));
            }
        }
        None
    }

    /// The positions (first, last) of all matches, one for each first position.
    pub(crate) fn find_all(self, words: &[Positions]) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        if self.ordered {
            let mut from = 0;
            while let Some((first, last)) = self.find_ordered(words, from) {
                found.push((first, last));
                from = first + 1;
            }
            return found;
        }
        let places = places(words);
        let mut rest = places.as_slice();
        while let Some((first, last)) = self.find_any_order(words.len(), rest) {
            found.push((first, last));
            let next = rest.partition_point(|(position, _)| *position <= first);
            rest = rest.get(next..).unwrap_or(&[]);
        }
        found
    }

    fn find_any_order(self, words: usize, places: &[(u32, usize)]) -> Option<(u32, u32)> {
        let reach = u32::try_from(words)
            .ok()?
            .saturating_sub(1)
            .saturating_add(self.slop.min(MAX_SLOP));
        for (index, (start, _)) in places.iter().enumerate() {
            // One position serves one word only: assign greedily within the window.
            let mut taken = vec![false; words];
            let mut missing = words;
            let mut last_position = None;
            for (position, number) in places.iter().skip(index) {
                if position - start > reach {
                    break;
                }
                let free = taken.get_mut(*number).filter(|taken| !**taken);
                if last_position == Some(*position) {
                    continue;
                }
                if let Some(slot) = free {
                    *slot = true;
                    missing -= 1;
                    last_position = Some(*position);
                    if missing == 0 {
                        return Some((*start, *position));
                    }
                }
            }
        }
        None
    }
}

/// All occurrences by position, each with the number of its word.
fn places(words: &[Positions]) -> Vec<(u32, usize)> {
    let mut places: Vec<(u32, usize)> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        places.extend(word.iter().map(|position| (*position, number)));
    }
    // Each word's positions ascend: what is to be done is a merge, which this sort notices.
    places.sort();
    places
}

/// Documents that hold a phrase, or a word, in one of the regions.
#[derive(Clone)]
pub(crate) struct PhraseQuery {
    pub(crate) fields: Arc<Fields>,
    pub(crate) forward: Forward,
    pub(crate) words: Vec<Vec<Reading>>,
    pub(crate) regions: Vec<Region>,
    pub(crate) shape: Shape,
}

impl fmt::Debug for PhraseQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PhraseQuery")
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}

impl Query for PhraseQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut matcher = Matcher::default();
        for (number, readings) in self.words.iter().enumerate() {
            for reading in readings {
                add_reading(&mut matcher, reading, number as u32);
            }
        }
        Ok(Box::new(PhraseWeight {
            query: self.clone(),
            matcher,
        }))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

struct PhraseWeight {
    query: PhraseQuery,
    matcher: Matcher,
}

impl Weight for PhraseWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let PhraseQuery {
            fields,
            forward,
            words,
            regions,
            shape,
        } = &self.query;
        let mut cursors = Vec::new();
        for readings in words {
            cursors.extend(Cursor::open(reader, fields, readings)?);
        }
        if cursors.len() < words.len() || words.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        // The rarest first.
        cursors.sort_by_key(Cursor::size_hint);
        let mut docs = PhraseDocs {
            cursors,
            matcher: self.matcher.clone(),
            forward: forward.of(reader)?,
            regions: regions.clone(),
            shape: *shape,
            positions: vec![Vec::new(); words.len()],
            doc: 0,
        };
        docs.go_to(0);
        Ok(Box::new(ConstScorer::new(docs, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("phrase", 1.0))
    }
}

/// The documents of one segment.
struct PhraseDocs {
    cursors: Vec<Cursor>,
    matcher: Matcher,
    forward: ForwardReader,
    regions: Vec<Region>,
    shape: Shape,
    /// Positions of each word in the document that is looked at.
    positions: Vec<Positions>,
    doc: DocId,
}

impl PhraseDocs {
    /// Goes to the first document from `target` on with the phrase.
    fn go_to(&mut self, target: DocId) -> DocId {
        let mut target = target;
        'candidates: while target != TERMINATED {
            for cursor in &mut self.cursors {
                let doc = cursor.seek(target);
                if doc != target {
                    target = doc;
                    continue 'candidates;
                }
            }
            if self.holds(target) {
                break;
            }
            target += 1;
        }
        self.doc = target;
        target
    }

    fn holds(&mut self, doc: DocId) -> bool {
        let sequence = self.forward.sequence(doc);
        stand_together(
            &self.matcher,
            sequence,
            &self.regions,
            self.shape,
            &mut self.positions,
        )
    }
}

/// True if the words of a matcher, numbered from 0, stand in a shape in one of the regions.
/// `positions` has a place for each word.
pub(crate) fn stand_together(
    matcher: &Matcher,
    sequence: Sequence<'_>,
    regions: &[Region],
    shape: Shape,
    positions: &mut [Positions],
) -> bool {
    positions.iter_mut().for_each(Vec::clear);
    matcher.find(sequence, |at| {
        if !regions.contains(&at.region) {
            return;
        }
        let position = at.position.min(REGION_GAP / 2) + at.region as u32 * REGION_GAP;
        if let Some(positions) = positions.get_mut(at.number as usize)
            && positions.last() != Some(&position)
        {
            positions.push(position);
        }
    });
    shape.find(positions).is_some()
}

impl DocSet for PhraseDocs {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.go_to(self.doc + 1)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.go_to(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.cursors.first().map_or(0, Cursor::size_hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(positions: &[u32]) -> Positions {
        positions.to_vec()
    }

    #[test]
    fn adjacency_slop_and_order() {
        let exact = Shape {
            slop: 0,
            ordered: true,
        };
        assert_eq!(exact.find(&[at(&[0, 5]), at(&[3, 6])]), Some((5, 6)));
        let twice = [at(&[0, 5, 8]), at(&[3, 6, 9])];
        assert_eq!(exact.find_all(&twice), [(5, 6), (8, 9)]);
        let loose = Shape {
            slop: 2,
            ordered: true,
        };
        assert_eq!(loose.find(&[at(&[0]), at(&[3])]), Some((0, 3)));
        assert_eq!(
            Shape {
                slop: 1,
                ordered: true
            }
            .find(&[at(&[0]), at(&[3])]),
            None
        );
        assert_eq!(loose.find(&[at(&[3]), at(&[0])]), None);
        let any = Shape {
            slop: 0,
            ordered: false,
        };
        assert_eq!(any.find(&[at(&[3]), at(&[2])]), Some((2, 3)));
        let twice = [at(&[3, 7]), at(&[2, 8])];
        assert_eq!(any.find_all(&twice), [(2, 3), (7, 8)]);
        assert_eq!(
            any.find(&[at(&[2]), at(&[2])]),
            None,
            "one place is one word"
        );
    }
}
