//! Telex and VNI: what a word of raw keystrokes writes.
//!
//! Input methods rewrite the word under the cursor at every key. Where a key may do several things
//! (a second `o` is a hat or a letter), they decide by what has been typed so far; here all ways are
//! followed at once, and those that end in no well-formed syllable fall away. So every order of keys
//! is read: `dduowcj`, `duocdwj`, `ddwowcj`.

mod state;

use crate::letter::{self, PackedLetter, is_mark};
use crate::syllable::Syllable;
use state::State;

/// How marks are typed on an ASCII keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InputMethod {
    /// Letters are marks: `s f r x j` the tones, `aa ee oo` hats, `w` horn and breve, `dd`; `z`
    /// takes the tone away.
    Telex,
    /// Digits are marks: `1` to `5` the tones, `6` hat, `7` horn, `8` breve, `9` stroke; `0` takes
    /// the tone away.
    Vni,
}

impl InputMethod {
    /// Both, in order.
    pub const ALL: [Self; 2] = [Self::Telex, Self::Vni];
}

/// Longest word that is read, in keys: `nghieengs` with corrections.
const MAX_KEYS: usize = 16;
/// Most letters of a reading: a syllable has seven, a cancelled word may have more.
const MAX_LETTERS: usize = 12;
/// Most readings that are followed at once.
const MAX_STATES: usize = 24;

/// One way to read a word of keystrokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keyed {
    /// The syllable; `None` for a word whose marks the writer took back (`mass` is `mas`).
    pub(crate) syllable: Option<Syllable>,
    /// How unusual the way is: corrections, keys far from their letter. 0 is the plain way.
    pub(crate) detours: u8,
    letters: [u8; MAX_LETTERS],
    length: u8,
    /// Bit per letter: written as a capital.
    capitals: u16,
}

impl Keyed {
    /// Appends what was written, in the case of its keys.
    pub(crate) fn push_to(&self, text: &mut String) {
        let mut push = |place: usize, letter: char| {
            if self.capitals >> place & 1 == 1 {
                text.extend(letter.to_uppercase());
            } else {
                text.push(letter);
            }
        };
        if let Some(syllable) = self.syllable {
            for (place, letter) in syllable.as_str().chars().enumerate() {
                push(place, letter);
            }
            return;
        }
        for (place, code) in self.letters.iter().enumerate().take(self.length.into()) {
            push(place, letter_of(*code));
        }
    }
}

/// From here on a letter code is this plus an ASCII character that no Vietnamese syllable has.
const FOREIGN_ASCII: u8 = 128;

fn letter_of(code: u8) -> char {
    if code >= FOREIGN_ASCII {
        return char::from(code - FOREIGN_ASCII);
    }
    letter::unpacked(code).unwrap_or(' ')
}

fn code_of(letter: char) -> u8 {
    letter::packed(letter)
}

/// One keystroke or letter of the input.
#[derive(Clone, Copy)]
struct Key {
    /// Lower case; with marks if it was typed by an input method.
    packed: PackedLetter,
    ascii: u8,
    capital: bool,
}

/// What `word` may be as raw keystrokes, the plainest reading first: syllables, and words whose marks
/// were taken back by typing a key twice. Empty if the keys make no mark, or nothing well-formed.
///
/// Case is kept. Cost: linear; words of more than 16 keys have no reading.
///
/// ```
/// use vietsearch_text::interpret::{InputMethod, keystroke_readings};
///
/// assert_eq!(keystroke_readings("Dduowcj", InputMethod::Telex), ["Được"]);
/// assert_eq!(keystroke_readings("vie65t", InputMethod::Vni), ["việt"]);
/// assert_eq!(keystroke_readings("mass", InputMethod::Telex), ["mas"]);
/// assert!(keystroke_readings("destroy", InputMethod::Telex).is_empty());
/// ```
#[must_use]
pub fn keystroke_readings(word: &str, method: InputMethod) -> Vec<String> {
    let write = |keyed: Keyed| {
        let mut text = String::new();
        keyed.push_to(&mut text);
        text
    };
    readings(word, method).into_iter().map(write).collect()
}

/// All ways to read `word` as keystrokes in which some key makes a mark, the plainest first; none if
/// the keys make no syllable and take nothing back.
///
/// Letters that bear marks already are taken as they are: an input method that was switched off half
/// way leaves `tiêngs`. Cost: linear in the word, which may have 16 keys; longer ones have no reading.
pub(crate) fn readings(word: &str, method: InputMethod) -> Vec<Keyed> {
    let mut found: Vec<Keyed> = Vec::new();
    let Some(keys) = keys(word) else {
        return found;
    };
    let mut states = vec![State::new()];
    let mut next = Vec::new();
    for key in &keys {
        for state in &states {
            state.press(*key, method, &mut next);
        }
        std::mem::swap(&mut states, &mut next);
        next.clear();
        states.truncate(MAX_STATES);
    }
    let mut keep = |reading: Keyed| {
        let known = found.iter_mut().find(|known| {
            known.syllable == reading.syllable && known.syllable.is_some() || **known == reading
        });
        match known {
            Some(known) if known.detours <= reading.detours => {}
            Some(known) => *known = reading,
            None => found.push(reading),
        }
    };
    for state in &states {
        match state.finish() {
            Some(reading) => keep(reading),
            None => state.finish_open(&mut keep),
        }
    }
    found.sort_by_key(|reading| reading.detours);
    found
}

fn keys(word: &str) -> Option<Vec<Key>> {
    // Letters and marks take at most ten bytes a key.
    if word.len() > 10 * MAX_KEYS {
        return None;
    }
    let mut keys = Vec::with_capacity(MAX_KEYS);
    let mut rest = word;
    while let Some(base) = rest.chars().next() {
        if keys.len() == MAX_KEYS {
            return None;
        }
        let after = rest.get(base.len_utf8()..).unwrap_or("");
        let end = after.find(|next| !is_mark(next)).unwrap_or(after.len());
        let marks = after.get(..end).unwrap_or("");
        rest = after.get(end..).unwrap_or("");
        let packed = letter::packed_cluster(base, marks);
        let ascii = if base.is_ascii_alphanumeric() && marks.is_empty() {
            base.to_ascii_lowercase() as u8
        } else {
            0
        };
        if packed == 0 && ascii == 0 {
            return None;
        }
        keys.push(Key {
            packed,
            ascii,
            capital: base.is_uppercase(),
        });
    }
    Some(keys)
}

#[cfg(test)]
mod tests;
