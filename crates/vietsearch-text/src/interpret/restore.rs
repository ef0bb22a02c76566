//! Restoration of marks: the spelling that was meant where marks were left out.
//!
//! A typed mark is a constraint, a bare letter is open, and the language model chooses. How easily
//! marks are added depends on the writer: where nothing is marked they cost nothing; else the text is
//! read as one of a careful writer and as one of a careless writer, and the likelier reading is kept.

use super::Interpreter;
use super::decode::as_it_stands;
use super::habit::{Case, Habit, Style};
use super::lattice::Candidate;
use super::model::LanguageModel;
use super::unit::Unit;
use crate::marks::{self, Bare};
use crate::normalize::push_cased;
use crate::scan::{Token, TokenKind};
use crate::syllable::Syllable;

/// Cost of a syllable that the model does not know.
pub(super) const RARE: f32 = 13.5;
/// Cost of marks on a word in capitals among others: mostly it is an abbreviation.
const ABBREVIATED: f32 = 4.0;
/// Readings with a smaller share are not reported.
const LEAST_SHARE: f32 = 0.001;

/// Bit of a tag: the syllable is what was typed.
const OWN: u16 = 1 << 15;

/// A word of a text with its readings.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RestoredWord {
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// The syllable that was meant, if it has more marks than what was typed.
    pub restored: Option<Syllable>,
    /// Possible syllables with their probabilities, which sum to at most 1, the likeliest first.
    /// Empty for what is no Vietnamese word.
    pub readings: Vec<(Syllable, f32)>,
}

/// Writes the candidates of one token after another.
struct Candidates<'a> {
    model: &'a LanguageModel<'a>,
    text: &'a str,
    style: Style,
    habit: Habit,
    sentence: Option<u32>,
}

impl<'a> Candidates<'a> {
    fn new(model: &'a LanguageModel<'a>, text: &'a str, style: Style, habit: Habit) -> Self {
        Self {
            model,
            text,
            style,
            habit,
            sentence: None,
        }
    }

    fn write(&mut self, token: &Token<'_>, candidates: &mut Vec<Candidate>) {
        let starts = self.sentence.replace(token.sentence) != Some(token.sentence);
        if matches!(token.kind, TokenKind::Number | TokenKind::Url) {
            return;
        }
        if token.kind != TokenKind::Code {
            self.write_syllables(token, starts, candidates);
        }
        if token.syllable.is_none() || candidates.is_empty() {
            candidates.push(Candidate {
                number: self.model.number(Unit::of(token)),
                tag: 0,
                cost: as_it_stands(self.model, token),
            });
        }
    }

    /// The syllables that agree with what was typed.
    fn write_syllables(&self, token: &Token<'_>, starts: bool, candidates: &mut Vec<Candidate>) {
        let case = Case::of(self.text, token);
        let abbreviated = case == Case::AllCapitals && !self.style.all_capitals;
        let abbreviated = if abbreviated { ABBREVIATED } else { 0.0 };
        let meant = self.style.capitals && !starts;
        let bare = token.is_bare();
        let half_marked = !bare && token.syllable.is_some();
        for syllable in Syllable::with_folded(token.folded) {
            let own = Some(syllable) == token.syllable;
            let number = self.model.number(Unit::Syllable(syllable));
            let known = self.model.knows(syllable);
            let agrees = || marks::agree(token.form, Bare::Open, syllable.as_str(), Bare::Literal);
            if !own && (!known || !(bare || agrees())) {
                continue;
            }
            let typing = match own {
                true if !known => RARE,
                true if bare => 0.0,
                true => self.habit.keeping(),
                false => self.habit.omitting(half_marked) + abbreviated,
            };
            let share = self.model.capital_share(number);
            let case = match case {
                Case::Capital if meant => -share.ln(),
                Case::Small if meant => -(1.0 - share).ln(),
                _ => 0.0,
            };
            candidates.push(Candidate {
                number,
                tag: syllable.id() | if own { OWN } else { 0 },
                cost: typing + case,
            });
        }
    }
}

impl Interpreter<'_> {
    /// Writes `text` with the marks that were left out. Typed marks, case, punctuation, foreign
    /// words, names and codes stay; text in another language stays as it is.
    ///
    /// Where the text has marks, unmarked words get some only if that is far likelier. Linear; about
    /// ten microseconds a word.
    ///
    /// ```
    /// use vietsearch_text::interpret::Interpreter;
    ///
    /// let mut interpreter = Interpreter::shipped();
    /// assert_eq!(interpreter.restore("Gia vang hom nay tang manh"), "Giá vàng hôm nay tăng mạnh");
    /// assert_eq!(interpreter.restore("cong an hà nội"), "công an hà nội");
    /// assert_eq!(interpreter.restore("hoa hồng"), "hoa hồng");
    /// ```
    #[must_use]
    pub fn restore(&mut self, text: &str) -> String {
        let (habit, _) = self.likeliest(text);
        if habit.is_none() {
            return text.to_string();
        }
        let mut restored = String::with_capacity(text.len() + text.len() / 2);
        let mut done = 0;
        for choice in &self.passage.choices {
            let written = text.get(choice.start..choice.end).unwrap_or("");
            if let Some(syllable) = added(choice.tag) {
                restored.push_str(text.get(done..choice.start).unwrap_or(""));
                push_cased(syllable.as_str(), written, &mut restored);
                done = choice.end;
            }
        }
        restored.push_str(text.get(done..).unwrap_or(""));
        restored
    }

    /// Reads the text by each habit that the writer may have, the likeliest last; that habit,
    /// `None` for text in another language, and what the reading is worth.
    pub(super) fn likeliest(&mut self, text: &str) -> (Option<Habit>, f32) {
        let style = Style::of(&mut self.scanner, text);
        let mut best = None;
        let mut last = None;
        for habit in style.habits() {
            let worth = self.read(text, style, *habit) - habit.rarity();
            last = Some(*habit);
            if best.is_none_or(|(_, known)| known < worth) {
                best = Some((*habit, worth));
            }
        }
        let (habit, worth) = best.unwrap_or((Habit::Unmarked, 0.0));
        if last != Some(habit) {
            self.read(text, style, habit);
        }
        let habit = (!style.is_foreign()).then_some(habit);
        (habit, worth)
    }

    fn read(&mut self, text: &str, style: Style, habit: Habit) -> f32 {
        let mut candidates = Candidates::new(self.model, text, style, habit);
        let write = |token: &Token<'_>, list: &mut Vec<Candidate>| candidates.write(token, list);
        self.passage.read(self.model, text, write)
    }

    /// The words of `text` with their readings: what was meant where marks were left out, and how
    /// sure that is. One for each token of the scanner, in order.
    ///
    /// Cost: some ten microseconds a word, and allocations.
    ///
    /// ```
    /// use vietsearch_text::interpret::Interpreter;
    ///
    /// let words = Interpreter::shipped().readings("tin tuc SJC");
    /// let (syllable, probability) = words[1].readings[0];
    /// assert_eq!(syllable.as_str(), "tức");
    /// assert!(probability > 0.9);
    /// assert!(words[2].readings.is_empty());
    /// ```
    #[must_use]
    pub fn readings(&mut self, text: &str) -> Vec<RestoredWord> {
        let style = Style::of(&mut self.scanner, text);
        let foreign = style.is_foreign();
        let habit = match style.habits() {
            [habit] => *habit,
            _ => self.likeliest(text).0.unwrap_or(Habit::Careful),
        };
        let mut readings: Vec<Vec<(Syllable, f32)>> = Vec::new();
        let mut candidates = Candidates::new(self.model, text, style, habit);
        let write = |token: &Token<'_>, list: &mut Vec<Candidate>| candidates.write(token, list);
        let mut visit = |index: usize, tag: u16, share: f32| {
            if readings.len() <= index {
                readings.resize(index + 1, Vec::new());
            }
            let list = readings.get_mut(index).filter(|_| share >= LEAST_SHARE);
            if let (Some(list), Some(syllable)) = (list, Syllable::from_id(tag & !OWN)) {
                list.push((syllable, share));
            }
        };
        self.passage
            .read_shares(self.model, text, write, &mut visit);
        let mut words = Vec::new();
        for (choice, mut list) in self.passage.choices.iter().zip(readings) {
            list.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
            let restored = added(choice.tag).filter(|_| !foreign);
            words.push(RestoredWord {
                start: choice.start,
                end: choice.end,
                restored,
                readings: list,
            });
        }
        words
    }
}

/// The syllable of a tag, if it is not what was typed.
fn added(tag: u16) -> Option<Syllable> {
    Syllable::from_id(tag).filter(|_| tag & OWN == 0)
}

const _: () = assert!(
    crate::syllable::MAX_ID < OWN,
    "tags have room for every syllable"
);
