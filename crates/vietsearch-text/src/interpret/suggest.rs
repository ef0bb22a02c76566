//! Suggestions: a query with its marks, or in the spelling that was probably meant.

use super::Interpreter;
use super::confusion;
use super::habit::{Case, Style};
use super::lattice::Candidate;
use super::model::LanguageModel;
use super::restore::RARE;
use super::unit::Unit;
use crate::normalize::push_cased;
use crate::scan::Token;
use crate::syllable::Syllable;

/// Cost of a name that is spelled otherwise, besides that of the confusion.
const NAME: f32 = 4.0;
/// Marks are suggested if the words are as sure as this on average (geometric mean).
const LEAST_SURE: f32 = 0.8;

/// What a suggestion changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SuggestionKind {
    /// Marks that were left out.
    Marks,
    /// Letters or tones: `sữa chữa` for `sửa chữa`.
    Spelling,
}

/// A query that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The text as it should be written; case and punctuation are kept.
    pub text: String,
    /// What it changes.
    pub kind: SuggestionKind,
}

/// Writes each syllable as typed with those that are taken for it.
struct Confusions<'a> {
    model: &'a LanguageModel<'a>,
    text: &'a str,
    style: Style,
    sentence: Option<u32>,
}

impl Confusions<'_> {
    fn write(&mut self, token: &Token<'_>, candidates: &mut Vec<Candidate>) {
        let starts = self.sentence.replace(token.sentence) != Some(token.sentence);
        let Some(typed) = token.syllable else {
            return;
        };
        let name = Case::of(self.text, token) != Case::Small && !starts && self.style.capitals;
        let mut push = |syllable: Syllable, cost: f32| {
            candidates.push(Candidate {
                number: self.model.number(Unit::Syllable(syllable)),
                tag: syllable.id(),
                cost,
            });
        };
        push(typed, if self.model.knows(typed) { 0.0 } else { RARE });
        confusion::each(typed, |other, cost| {
            if self.model.knows(other) {
                push(other, if name { cost + NAME } else { cost });
            }
        });
    }
}

impl Interpreter<'_> {
    /// What the writer of a query probably meant, if that is another text: the marks of an unmarked
    /// or half-marked query, or the spelling that its pairs of words speak for.
    ///
    /// A word alone is never corrected: `giành` and `dành` are both words. Raw keystrokes are to be
    /// decoded first. Linear; some twenty microseconds a word.
    ///
    /// ```
    /// use vietsearch_text::interpret::{Interpreter, SuggestionKind};
    ///
    /// let mut interpreter = Interpreter::shipped();
    /// let marks = interpreter.suggest("gia vang hom nay").unwrap();
    /// assert_eq!((&*marks.text, marks.kind), ("giá vàng hôm nay", SuggestionKind::Marks));
    /// let spelling = interpreter.suggest("sữa chữa xe máy").unwrap();
    /// assert_eq!((&*spelling.text, spelling.kind), ("sửa chữa xe máy", SuggestionKind::Spelling));
    /// assert_eq!(interpreter.suggest("chung cư"), None);
    /// ```
    #[must_use]
    pub fn suggest(&mut self, text: &str) -> Option<Suggestion> {
        let style = Style::of(&mut self.scanner, text);
        if style.is_foreign() {
            return None;
        }
        self.suggest_marks(text)
            .or_else(|| self.suggest_spelling(text, style))
    }

    fn suggest_marks(&mut self, text: &str) -> Option<Suggestion> {
        let words = self.readings(text);
        if !words.iter().any(|word| word.restored.is_some()) {
            return None;
        }
        let (mut sum, mut count) = (0.0, 0.0_f32);
        let mut written = Writer::new(text);
        for word in &words {
            let Some(chosen) = word
                .restored
                .or_else(|| word.readings.first().map(|best| best.0))
            else {
                continue;
            };
            let share = word.readings.iter().find(|reading| reading.0 == chosen);
            sum += share.map_or(0.0, |reading| reading.1).max(1e-3).ln();
            count += 1.0;
            if let Some(restored) = word.restored {
                written.replace(word.start, word.end, restored);
            }
        }
        let sure = (sum / count.max(1.0)).exp();
        (sure >= LEAST_SURE).then(|| Suggestion {
            text: written.finish(),
            kind: SuggestionKind::Marks,
        })
    }

    fn suggest_spelling(&mut self, text: &str, style: Style) -> Option<Suggestion> {
        let mut confusions = Confusions {
            model: self.model,
            text,
            style,
            sentence: None,
        };
        let write = |token: &Token<'_>, list: &mut Vec<Candidate>| confusions.write(token, list);
        self.passage.read(self.model, text, write);
        let mut written = Writer::new(text);
        let mut changed = false;
        let choices = &self.passage.choices;
        for (index, choice) in choices.iter().enumerate() {
            let typed = text.get(choice.start..choice.end).unwrap_or("");
            let Some(chosen) = Syllable::from_id(choice.tag) else {
                continue;
            };
            if typed.parse() == Ok(chosen) {
                continue;
            }
            let neighbour = |index: Option<usize>| {
                let choice = index.and_then(|index| choices.get(index));
                choice.and_then(|choice| Syllable::from_id(choice.tag))
            };
            let before = neighbour(index.checked_sub(1));
            let after = neighbour(Some(index + 1));
            let Ok(typed) = typed.parse() else {
                continue;
            };
            if self.speaks_for(before, typed, chosen, after) {
                written.replace(choice.start, choice.end, chosen);
                changed = true;
            }
        }
        changed.then(|| Suggestion {
            text: written.finish(),
            kind: SuggestionKind::Spelling,
        })
    }
}

/// A pair of words may become less likely by as much (a logarithm) if the other one speaks for it.
const TOLERATED: f32 = 3.0;

impl Interpreter<'_> {
    /// True if the pairs with the neighbours speak for `chosen` in place of `typed`: one is known,
    /// and none becomes far less likely.
    fn speaks_for(
        &self,
        before: Option<Syllable>,
        typed: Syllable,
        chosen: Syllable,
        after: Option<Syllable>,
    ) -> bool {
        let model = self.model;
        let pair = |left: Syllable, right: Syllable| {
            model.pair(Unit::Syllable(left), Unit::Syllable(right))
        };
        let gain_before = before.map(|before| pair(before, chosen) - pair(before, typed));
        let gain_after = after.map(|after| pair(chosen, after) - pair(typed, after));
        let known = before.is_some_and(|before| model.has_pair(before, chosen))
            || after.is_some_and(|after| model.has_pair(chosen, after));
        known
            && gain_before
                .into_iter()
                .chain(gain_after)
                .all(|gain| gain > -TOLERATED)
    }
}

/// Writes a text with some of its words replaced, in their case.
struct Writer<'t> {
    text: &'t str,
    written: String,
    done: usize,
}

impl<'t> Writer<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            written: String::with_capacity(text.len() + text.len() / 2),
            done: 0,
        }
    }

    fn replace(&mut self, start: usize, end: usize, syllable: Syllable) {
        self.written
            .push_str(self.text.get(self.done..start).unwrap_or(""));
        let typed = self.text.get(start..end).unwrap_or("");
        push_cased(syllable.as_str(), typed, &mut self.written);
        self.done = end;
    }

    fn finish(mut self) -> String {
        self.written
            .push_str(self.text.get(self.done..).unwrap_or(""));
        self.written
    }
}
