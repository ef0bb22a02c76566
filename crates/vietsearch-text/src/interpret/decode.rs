//! Raw Telex and VNI: text of keystrokes that no input method has turned into letters.
//!
//! A query is read as keystrokes if that is far likelier than the text as it stands; each word of it
//! is decoded only if that is likelier than the word, so that `Paris` stays among keystrokes.

use super::Interpreter;
use super::keystrokes::{InputMethod, Keyed, readings};
use super::lattice::Candidate;
use super::model::LanguageModel;
use super::passage::Passage;
use super::restore::RARE;
use super::unit::Unit;
use crate::scan::{Token, TokenKind};

/// Cost of one step of a detour.
const DETOUR: f32 = 1.2;
/// Cost of a word that is no keystrokes, though it could be, where keystrokes are certain.
const AMONG_KEYSTROKES: f32 = 3.0;
/// Cost of a word in which a key takes back the mark of the one before, if it does not: `class`.
const NOT_TAKEN_BACK: f32 = 8.0;
/// Cost of a whole word with marks among keystrokes: who switched the input method off has none.
const WHOLE: f32 = 3.0;
/// Cost of keystrokes in the case of an abbreviation or a brand: `AS`, `MoMo`.
const ODD_CASE: f32 = 4.0;
/// Cost of keystrokes in what is a syllable as it stands: `boong`.
const SYLLABLE: f32 = 3.0;
/// How much rarer queries of raw keystrokes are than others, as a logarithm.
const RARITY: f32 = 5.5;

/// A text of keystrokes with what it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// How the keys are read.
    pub method: InputMethod,
    /// What they write; as many texts as were given.
    pub texts: Vec<String>,
}

/// What is known of a text before it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Belief {
    /// It may be keystrokes.
    Perhaps,
    /// It is keystrokes, of someone who did not see what they write.
    Unseen,
    /// It is keystrokes, of someone who takes marks back by typing a key twice.
    Exact,
}

/// The candidates of words of keystrokes.
struct Keystrokes<'a> {
    model: &'a LanguageModel<'a>,
    text: &'a str,
    method: InputMethod,
    belief: Belief,
    /// No letter of the text is small.
    all_capitals: bool,
}

impl<'a> Keystrokes<'a> {
    fn new(
        model: &'a LanguageModel<'a>,
        text: &'a str,
        method: InputMethod,
        belief: Belief,
    ) -> Self {
        Self {
            model,
            text,
            method,
            belief,
            all_capitals: !text.contains(char::is_lowercase),
        }
    }

    /// The tags are places among the readings of the word, from 1; 0 is the word as it stands.
    fn write(&self, token: &Token<'_>, candidates: &mut Vec<Candidate>) {
        if matches!(token.kind, TokenKind::Number | TokenKind::Url) {
            return;
        }
        let word = self.text.get(token.start..token.end).unwrap_or("");
        let mut unlikely = 0.0;
        if !self.all_capitals && has_odd_case(word) {
            unlikely += ODD_CASE;
        }
        if token.syllable.is_some() && self.belief == Belief::Perhaps {
            unlikely += SYLLABLE;
        }
        for (tag, keyed) in (1..).zip(readings(word, self.method)) {
            if keyed.syllable.is_none() && self.belief != Belief::Exact {
                continue;
            }
            let (number, cost) = self.cost(&keyed);
            candidates.push(Candidate {
                number,
                tag,
                cost: cost + unlikely,
            });
        }
        let marked = token.syllable.is_some() && !token.is_bare();
        let unusual = match self.belief {
            Belief::Perhaps if marked => WHOLE,
            Belief::Unseen if !candidates.is_empty() => AMONG_KEYSTROKES,
            Belief::Exact => leaving(word),
            _ => 0.0,
        };
        candidates.push(Candidate {
            number: self.model.number(Unit::of(token)),
            tag: 0,
            cost: unusual + as_it_stands(self.model, token),
        });
    }

    fn cost(&self, keyed: &Keyed) -> (u16, f32) {
        let detours = f32::from(keyed.detours) * DETOUR;
        let other = self.model.number(Unit::Other);
        match keyed.syllable {
            Some(syllable) if self.model.knows(syllable) => {
                (self.model.number(Unit::Syllable(syllable)), detours)
            }
            Some(_) => (other, RARE + detours),
            None => {
                let mut written = String::new();
                keyed.push_to(&mut written);
                let likely = self.model.foreign.log_probability(&written.to_lowercase());
                (other, detours - likely)
            }
        }
    }

    /// Writes the text with the keystrokes that were chosen.
    fn decoded(&self, passage: &Passage) -> String {
        let mut decoded = String::with_capacity(self.text.len() + self.text.len() / 4);
        let mut done = 0;
        for choice in &passage.choices {
            let Some(place) = usize::from(choice.tag).checked_sub(1) else {
                continue;
            };
            let word = self.text.get(choice.start..choice.end).unwrap_or("");
            if let Some(keyed) = readings(word, self.method).get(place) {
                decoded.push_str(self.text.get(done..choice.start).unwrap_or(""));
                keyed.push_to(&mut decoded);
                done = choice.end;
            }
        }
        decoded.push_str(self.text.get(done..).unwrap_or(""));
        decoded
    }
}

/// Cost of leaving a word among exact keystrokes of either method: with one of them alone, the one
/// that reads less would be the likelier one.
fn leaving(word: &str) -> f32 {
    let of_method = |method: &InputMethod| {
        let readings = readings(word, *method);
        match readings.iter().any(|keyed| keyed.syllable.is_none()) {
            true => NOT_TAKEN_BACK,
            false if readings.is_empty() => 0.0,
            false => AMONG_KEYSTROKES,
        }
    };
    InputMethod::ALL.iter().map(of_method).fold(0.0, f32::max)
}

/// True for `AS`, `CaSO`, `MoMo`; false for `Paris`, `W`.
fn has_odd_case(word: &str) -> bool {
    word.chars().skip(1).any(char::is_uppercase)
}

/// Cost of a word beyond that of its unit.
pub(super) fn as_it_stands(model: &LanguageModel<'_>, token: &Token<'_>) -> f32 {
    match token.syllable {
        Some(syllable) if model.knows(syllable) => 0.0,
        Some(_) => RARE,
        None => -model.foreign.log_probability(token.form),
    }
}

impl Interpreter<'_> {
    /// Writes what `text` of raw keystrokes stands for. Words that are likelier as they stand, words
    /// that no keys write, and everything else stay; so does the case.
    ///
    /// Telex or VNI, whichever is likelier for the whole text. Linear; for text that is known to be
    /// keystrokes: for queries ask [`decode_query`](Self::decode_query).
    ///
    /// ```
    /// use vietsearch_text::interpret::Interpreter;
    ///
    /// let mut interpreter = Interpreter::shipped();
    /// assert_eq!(interpreter.decode("Ddaij hojc Paris"), "Đại học Paris");
    /// assert_eq!(interpreter.decode("TRUO7NG2 d9a5i ho5c"), "TRƯỜNG đại học");
    /// assert_eq!(interpreter.decode("mass"), "mas");
    /// ```
    #[must_use]
    pub fn decode(&mut self, text: &str) -> String {
        let mut best = (String::new(), f32::NEG_INFINITY);
        for method in InputMethod::ALL {
            let (decoded, worth) = self.decode_as(&[text], method, Belief::Exact);
            if worth > best.1 {
                best = (decoded.concat(), worth);
            }
        }
        best.0
    }

    /// What the texts of one query stand for, if they are raw keystrokes; `None` if they are likelier
    /// to be meant as they stand.
    ///
    /// Decided for all texts together by their likelihood, never by what an index holds. Linear.
    ///
    /// ```
    /// use vietsearch_text::interpret::{InputMethod, Interpreter};
    ///
    /// let mut interpreter = Interpreter::shipped();
    /// let decoded = interpreter.decode_query(&["teen truongf ddaij hocj"]).unwrap();
    /// assert_eq!(decoded.method, InputMethod::Telex);
    /// assert_eq!(decoded.texts, ["tên trường đại học"]);
    /// assert_eq!(interpreter.decode_query(&["teen idol"]), None);
    /// ```
    #[must_use]
    pub fn decode_query(&mut self, texts: &[&str]) -> Option<Decoded> {
        let mut best = None;
        for method in InputMethod::ALL {
            let (decoded, worth) = self.decode_as(texts, method, Belief::Perhaps);
            let changed = decoded
                .iter()
                .zip(texts)
                .any(|(decoded, text)| decoded != text);
            let known = best.map_or(f32::NEG_INFINITY, |(_, known)| known);
            if changed && worth > known {
                best = Some((method, worth));
            }
        }
        let (method, worth) = best?;
        if worth - RARITY <= self.worth_as_typed(texts) {
            return None;
        }
        let (texts, _) = self.decode_as(texts, method, Belief::Unseen);
        Some(Decoded { method, texts })
    }

    /// The texts as keystrokes, and what that is worth.
    fn decode_as(
        &mut self,
        texts: &[&str],
        method: InputMethod,
        belief: Belief,
    ) -> (Vec<String>, f32) {
        let mut worth = 0.0;
        let mut decoded = Vec::with_capacity(texts.len());
        for text in texts {
            let keystrokes = Keystrokes::new(self.model, text, method, belief);
            worth += self.passage.read(self.model, text, |token, candidates| {
                keystrokes.write(token, candidates);
            });
            decoded.push(keystrokes.decoded(&self.passage));
        }
        (decoded, worth)
    }

    fn worth_as_typed(&mut self, texts: &[&str]) -> f32 {
        texts.iter().map(|text| self.likeliest(text).1).sum()
    }
}
