//! Dates, quarters, times of day and amounts, read off a window of tokens.

use super::calendar::{self, Terms};
use super::piece::{Meaning, Piece};
use super::{Entity, amount};
use crate::scan::Token;

/// Tokens that are looked at from one on: `ngày 30 tháng mười hai năm 2024 âm lịch`.
const AHEAD: usize = 12;
/// Tokens that are read before those at the beginning are thrown away.
const KEPT: usize = 48;

/// Reads units that are made of numbers and words beside them.
#[derive(Clone, Debug, Default)]
pub(super) struct MeasuredReader {
    /// The year of the text, which dates without one are of.
    pub(super) year: Option<u16>,
    /// The window is `pieces[start..end]`; what lies outside is kept for its buffers.
    pieces: Vec<Piece>,
    start: usize,
    end: usize,
    /// Number of the first token of the window.
    first: usize,
    /// Whether the token before the window is a number.
    after_number: bool,
    next: Piece,
    terms: Terms,
}

impl MeasuredReader {
    /// Takes token number `count` of `text`.
    pub(super) fn push(
        &mut self,
        text: &str,
        token: &Token<'_>,
        previous_end: usize,
        count: usize,
        sink: &mut impl FnMut(Entity<'_>),
    ) {
        self.next.read(text, token, previous_end);
        let ends_sentence = self
            .window()
            .last()
            .is_some_and(|last| last.sentence != token.sentence);
        if ends_sentence {
            self.flush(sink);
        }
        if self.start == self.end {
            if !can_begin(&self.next) {
                self.after_number = self.next.is_number();
                return;
            }
            self.first = count;
        }
        if self.pieces.len() == self.end {
            self.pieces.push(Piece::default());
        }
        if let Some(slot) = self.pieces.get_mut(self.end) {
            std::mem::swap(slot, &mut self.next);
        }
        self.end += 1;
        while self.end - self.start >= AHEAD || self.is_hopeless() {
            self.step(sink);
        }
        if self.start >= KEPT {
            self.pieces.rotate_left(self.start);
            self.end -= self.start;
            self.start = 0;
        }
    }

    /// Ends a text or a sentence.
    pub(super) fn flush(&mut self, sink: &mut impl FnMut(Entity<'_>)) {
        while self.start < self.end {
            self.step(sink);
        }
        self.after_number = false;
    }

    fn window(&self) -> &[Piece] {
        self.pieces.get(self.start..self.end).unwrap_or(&[])
    }

    /// True if the first token begins nothing: most of those that could are ordinary words.
    fn is_hopeless(&self) -> bool {
        match self.window() {
            [first, second, ..] => match first.meaning {
                Meaning::Cue => !second.is_number() && second.meaning != Meaning::Month,
                Meaning::Other => first.form.len() != 2,
                Meaning::Digits(_) | Meaning::Decimal | Meaning::Suffixed => false,
                Meaning::Month | Meaning::Quarter => false,
                _ => true,
            },
            _ => false,
        }
    }

    /// Reads what begins with the first token of the window, and goes on behind it.
    fn step(&mut self, sink: &mut impl FnMut(Entity<'_>)) {
        let mut terms = std::mem::take(&mut self.terms);
        terms.list.clear();
        let window = self.window();
        let read = match window.first().map(|first| first.meaning) {
            Some(Meaning::Cue) => calendar::date(window, self.year, &mut terms),
            Some(Meaning::Month) => calendar::month(window, self.after_number, &mut terms),
            Some(Meaning::Quarter | Meaning::Other) => calendar::quarter(window, &mut terms),
            Some(Meaning::Digits(_) | Meaning::Decimal | Meaning::Suffixed) => {
                calendar::date(window, self.year, &mut terms)
                    .or_else(|| amount::time(window, &mut terms))
                    .or_else(|| amount::amount(window, &mut terms))
            }
            _ => None,
        };
        let used = match read {
            Some(read) => {
                let pieces = window.iter().take(read.pieces);
                let unmarked = pieces.into_iter().any(Piece::is_unmarked);
                for (term, role) in &terms.list {
                    sink(Entity {
                        term,
                        first_token: self.first,
                        end_token: self.first + read.pieces,
                        role: *role,
                        unmarked,
                    });
                }
                read.used.max(1)
            }
            None => 1,
        };
        let last = window.get(used - 1);
        self.after_number = last.is_some_and(Piece::is_number);
        self.start = (self.start + used).min(self.end);
        self.first += used;
        self.terms = terms;
        while let Some(first) = self.window().first()
            && !can_begin(first)
        {
            self.after_number = first.is_number();
            self.start += 1;
            self.first += 1;
        }
    }
}

/// True if something may begin with the token.
fn can_begin(piece: &Piece) -> bool {
    match piece.meaning {
        Meaning::Cue | Meaning::Month | Meaning::Quarter => true,
        Meaning::Digits(_) | Meaning::Decimal | Meaning::Suffixed => true,
        Meaning::Other => matches!(piece.form.as_str(), "q1" | "q2" | "q3" | "q4"),
        _ => false,
    }
}
