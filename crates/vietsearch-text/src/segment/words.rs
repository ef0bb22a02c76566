//! Words and their iterator.

use super::{Segmenter, Work};
use crate::scan::Scan;
use crate::segment::tables::Tables;
use crate::segment::user::UserDictionary;

/// A word (từ) by its place in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// First byte in the segmented text.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// How many of the [`Scanner`](crate::Scanner)'s tokens the word holds; 0 for punctuation. The
    /// tokens of a text are those of its words, in order.
    pub tokens: usize,
}

impl Word {
    /// True for punctuation and other signs.
    #[must_use]
    pub fn is_punctuation(&self) -> bool {
        self.tokens == 0
    }
}

/// The words of a text, a sentence at a time.
#[derive(Debug)]
pub struct Words<'s, 'd> {
    text: &'s str,
    scan: Scan<'s>,
    tables: &'s Tables<'d>,
    user: Option<&'s UserDictionary>,
    work: &'s mut Work,
    ended: bool,
}

impl<'s, 'd> Words<'s, 'd> {
    pub(super) fn new(segmenter: &'s mut Segmenter<'d>, text: &'s str) -> Self {
        let Segmenter {
            tables,
            user,
            scanner,
            work,
        } = segmenter;
        work.atoms.restart();
        work.words.clear();
        work.taken = 0;
        Self {
            text,
            scan: scanner.scan(text),
            tables,
            user: user.as_deref(),
            work,
            ended: false,
        }
    }

    /// Reads on until a sentence has ended.
    fn read_sentence(&mut self) {
        self.work.words.clear();
        self.work.taken = 0;
        // Used where it lies: a copy would wait for the parts that were just written.
        while let Some(token) = &self.scan.next() {
            let sentence_ended = self.work.atoms.gap(self.text, token);
            if sentence_ended {
                self.work.finish_sentence(self.tables, self.user);
            }
            self.work
                .atoms
                .token(self.text, token, &self.tables.vocabulary);
            if sentence_ended {
                return;
            }
        }
        self.work.atoms.end(self.text);
        self.work.finish_sentence(self.tables, self.user);
        self.ended = true;
    }
}

impl Iterator for Words<'_, '_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        loop {
            if let Some(word) = self.work.words.get(self.work.taken) {
                self.work.taken += 1;
                return Some(*word);
            }
            if self.ended {
                return None;
            }
            self.read_sentence();
        }
    }
}

impl Work {
    /// Makes words of the atoms.
    fn finish_sentence(&mut self, tables: &Tables<'_>, user: Option<&UserDictionary>) {
        self.extra.clear();
        if let Some(user) = user {
            user.apply(self.atoms.form_hashes(), &mut self.extra);
        }
        let atoms = self.atoms.finish_sentence();
        self.decoder.decode(tables, atoms, &self.extra);
        // Every atom is written to the place of its word, which moves on where nothing is joined:
        // whether it does cannot be foreseen, and so takes no branch.
        let from = self.words.len();
        self.words.resize(from + atoms.len(), Word::default());
        let mut decisions = self.decoder.joined().iter();
        let mut place = from;
        let mut start = 0;
        let mut tokens = 0;
        let mut joined = true;
        for (index, atom) in atoms.iter().enumerate() {
            let goes_on = joined && index > 0;
            place += usize::from(!goes_on && index > 0);
            start = if goes_on { start } else { atom.start };
            tokens = if goes_on { tokens } else { 0 } + usize::from(atom.tokens);
            if let Some(word) = self.words.get_mut(place) {
                *word = Word {
                    start,
                    end: atom.end,
                    tokens,
                };
            }
            joined = decisions.next().copied().unwrap_or(false);
        }
        let last = usize::from(!atoms.is_empty());
        self.words.truncate(place + last);
        self.atoms.clear();
    }
}
