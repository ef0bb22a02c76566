//! Phrases over words with several readings.
//!
//! tantivy's phrase query takes one term per position in one field; here a word is all its
//! readings, in sibling fields whose positions agree.

use std::fmt;
use std::sync::Arc;

use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};
use vietsearch_index::{Fields, Region};

use crate::cursor::{Cursor, Occurrence};
use crate::word::Reading;

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
    pub(crate) fn find(self, words: &[Vec<Occurrence>]) -> Option<(u32, u32)> {
        if self.ordered {
            self.find_ordered(words, 0)
        } else {
            self.find_any_order(words.len(), &places(words))
        }
    }

    fn find_ordered(self, words: &[Vec<Occurrence>], from: u32) -> Option<(u32, u32)> {
        let (first_word, others) = words.split_first()?;
        let reach = u32::try_from(others.len()).ok()?.saturating_add(self.slop);
        let start = first_word.partition_point(|occurrence| occurrence.position < from);
        for first in first_word.iter().skip(start) {
            let mut last = first.position;
            // The nearest next occurrence is the best one: what follows only gets more room.
            let complete = others.iter().all(|word| {
                let next = word.partition_point(|occurrence| occurrence.position <= last);
                word.get(next).is_some_and(|occurrence| {
                    last = occurrence.position;
                    last - first.position <= reach
                })
            });
            if complete {
                return Some((first.position, last));
            }
        }
        None
    }

    /// The positions (first, last) of all matches, one for each first position.
    pub(crate) fn find_all(self, words: &[Vec<Occurrence>]) -> Vec<(u32, u32)> {
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
            .saturating_add(self.slop);
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
fn places(words: &[Vec<Occurrence>]) -> Vec<(u32, usize)> {
    let mut places: Vec<(u32, usize)> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        places.extend(word.iter().map(|occurrence| (occurrence.position, number)));
    }
    places.sort_unstable();
    places
}

/// Documents that hold a phrase in one of the regions.
#[derive(Clone)]
pub(crate) struct PhraseQuery {
    pub(crate) fields: Arc<Fields>,
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
        Ok(Box::new(PhraseWeight {
            query: self.clone(),
        }))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

struct PhraseWeight {
    query: PhraseQuery,
}

impl Weight for PhraseWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut regions = Vec::new();
        for region in &self.query.regions {
            let mut cursors = Vec::new();
            for readings in &self.query.words {
                let cursor = Cursor::open(reader, &self.query.fields, readings, *region)
                    .map_err(|error| TantivyError::InternalError(error.to_string()))?;
                cursors.extend(cursor);
            }
            if cursors.len() == self.query.words.len() {
                regions.push(RegionPhrase::new(cursors, self.query.shape));
            }
        }
        if regions.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let mut docs = PhraseDocs { regions, doc: 0 };
        docs.seek_from(0);
        Ok(Box::new(ConstScorer::new(docs, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("phrase", 1.0))
    }
}

/// The phrase in one region.
struct RegionPhrase {
    cursors: Vec<Cursor>,
    /// Cursors, the rarest first.
    order: Vec<usize>,
    shape: Shape,
    occurrences: Vec<Vec<Occurrence>>,
    doc: DocId,
}

impl RegionPhrase {
    fn new(cursors: Vec<Cursor>, shape: Shape) -> Self {
        let mut order: Vec<usize> = (0..cursors.len()).collect();
        order.sort_by_key(|index| cursors.get(*index).map_or(0, Cursor::size_hint));
        let occurrences = vec![Vec::new(); cursors.len()];
        Self {
            cursors,
            order,
            shape,
            occurrences,
            doc: 0,
        }
    }

    /// The first document from `target` on with the phrase.
    fn seek(&mut self, target: DocId) -> DocId {
        let mut target = target;
        'candidates: while target != TERMINATED {
            for index in &self.order {
                let Some(cursor) = self.cursors.get_mut(*index) else {
                    continue;
                };
                let doc = cursor.seek(target);
                if doc != target {
                    target = doc;
                    continue 'candidates;
                }
            }
            for (cursor, occurrences) in self.cursors.iter_mut().zip(&mut self.occurrences) {
                cursor.occurrences(target, occurrences);
            }
            if self.shape.find(&self.occurrences).is_some() {
                break;
            }
            target += 1;
        }
        self.doc = target;
        target
    }
}

/// The union over regions.
struct PhraseDocs {
    regions: Vec<RegionPhrase>,
    doc: DocId,
}

impl PhraseDocs {
    fn seek_from(&mut self, target: DocId) -> DocId {
        for region in &mut self.regions {
            if region.doc < target || target == 0 {
                region.seek(target);
            }
        }
        self.doc = self
            .regions
            .iter()
            .map(|region| region.doc)
            .min()
            .unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for PhraseDocs {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.seek_from(self.doc + 1)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.seek_from(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let hints = self.regions.iter().map(|region| {
            let rarest = region
                .order
                .first()
                .and_then(|index| region.cursors.get(*index));
            rarest.map_or(0, Cursor::size_hint)
        });
        hints.fold(0, u32::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(positions: &[u32]) -> Vec<Occurrence> {
        positions
            .iter()
            .map(|position| Occurrence {
                position: *position,
                weight: 1.0,
            })
            .collect()
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
