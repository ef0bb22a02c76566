//! The letters of a reading under way, and what a key does to them.

use super::{FOREIGN_ASCII, InputMethod, Key, Keyed, MAX_LETTERS, code_of, letter_of};
use crate::letter::{self, FOREIGN, Spelling, is_vowel_code};
use crate::syllable::Syllable;

/// The letters of a reading under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Codes of letters without tone; foreign ones as [`FOREIGN_ASCII`] plus the character.
    letters: [u8; MAX_LETTERS],
    length: u8,
    capitals: u16,
    tone: u8,
    /// Place of the last letter before the tone: `gija` is `gịa`, `giaj` is `giạ`.
    tone_letter: usize,
    detours: u8,
    cancelled: Cancelled,
    /// The key before, if it made a mark or a letter of its own (`w`); 0 if not.
    made_by: u8,
    /// Some key was no letter of its own.
    marked: bool,
}

/// Whether a mark was taken back by typing its key again: what follows stands for itself, but for
/// the tone if it was not the tone that was taken back (`vooocj` is `voọc`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cancelled {
    Nothing,
    Shape,
    Tone,
}

/// The tone that a key makes; 0 for the one that takes it away.
fn tone_of(key: u8, method: InputMethod) -> Option<u8> {
    let keys = match method {
        InputMethod::Telex => b"zsfrxj",
        InputMethod::Vni => b"012345",
    };
    let tone = keys.iter().position(|tone_key| *tone_key == key)?;
    u8::try_from(tone).ok()
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            letters: [0; MAX_LETTERS],
            length: 0,
            capitals: 0,
            tone: 0,
            tone_letter: 0,
            detours: 0,
            cancelled: Cancelled::Nothing,
            made_by: 0,
            marked: false,
        }
    }

    /// Writes the states that the key leads to.
    pub(super) fn press(&self, key: Key, method: InputMethod, next: &mut Vec<Self>) {
        let before = next.len();
        if let Some(tone) = tone_of(key.ascii, method) {
            if self.cancelled != Cancelled::Tone {
                self.press_tone(tone, key, next);
            }
        } else if self.cancelled == Cancelled::Nothing {
            match method {
                InputMethod::Telex => self.press_telex(key, next),
                InputMethod::Vni => self.press_vni(key, next),
            }
        }
        for state in next.iter_mut().skip(before) {
            state.made_by = key.ascii;
        }
        if let Some(mut literal) = self.with_letter(key) {
            // A key that could have made a mark rarely stands for itself: xoong is typed xooong.
            literal.detours += 4 * u8::from(next.len() > before);
            next.push(literal);
        }
    }

    fn press_telex(&self, key: Key, next: &mut Vec<Self>) {
        match key.ascii {
            b'w' => self.press_horn(key, next),
            b'a' => self.press_hat(&['a'], true, key, next),
            b'e' => self.press_hat(&['e'], true, key, next),
            b'o' => self.press_hat(&['o'], true, key, next),
            b'd' => self.press_stroke(key, next),
            _ => {}
        }
    }

    fn press_vni(&self, key: Key, next: &mut Vec<Self>) {
        match key.ascii {
            b'6' => self.press_hat(&['a', 'e', 'o'], false, key, next),
            b'7' => self.press_shape(&[('o', 'ơ'), ('u', 'ư')], key, next),
            b'8' => self.press_shape(&[('a', 'ă')], key, next),
            b'9' => self.press_stroke(key, next),
            _ => {}
        }
    }

    /// A tone key; the same one again takes the tone back and stands for itself.
    fn press_tone(&self, tone: u8, key: Key, next: &mut Vec<Self>) {
        if !self.written().iter().any(|code| is_vowel_code(*code)) {
            return;
        }
        if tone == 0 {
            if self.tone != 0 {
                next.push(self.marking(2, |state| state.tone = 0));
            }
        } else if tone == self.tone {
            next.extend(self.cancelling(Cancelled::Tone, key, |state| state.tone = 0));
        } else {
            let corrects = self.tone != 0;
            next.push(self.marking(3 * u8::from(corrects), |state| {
                state.tone = tone;
                state.tone_letter = usize::from(state.length).saturating_sub(1);
            }));
        }
    }

    /// A key that hats one of `vowels`; where `doubles`, the key is the vowel itself.
    fn press_hat(&self, vowels: &[char], doubles: bool, key: Key, next: &mut Vec<Self>) {
        for vowel in vowels {
            let hatted = match vowel {
                'a' => 'â',
                'e' => 'ê',
                _ => 'ô',
            };
            let other = match vowel {
                'a' => 'ă',
                'o' => 'ơ',
                _ => '\0',
            };
            let last = usize::from(self.length).wrapping_sub(1);
            if let Some(place) = self.last(code_of(*vowel)) {
                let far = 2 * u8::from(doubles && place != last);
                next.push(self.shaping(place, hatted, far));
            } else if let Some(place) = self.last(code_of(hatted)) {
                next.extend(self.unshaping(place, *vowel, key));
            } else if let Some(place) = self.last(code_of(other)) {
                next.push(self.shaping(place, hatted, 3));
            }
        }
    }

    /// `w`: horn or breve on a letter, or ư itself; typed twice it stands for itself.
    fn press_horn(&self, key: Key, next: &mut Vec<Self>) {
        if self.made_by == b'w' {
            let last = usize::from(self.length).wrapping_sub(1);
            let bare = match self.written().get(last).map(|code| letter_of(*code)) {
                Some('ă') => Some('a'),
                Some('ơ') => Some('o'),
                Some('ư') => Some('u'),
                _ => None,
            };
            if let Some(bare) = bare {
                next.extend(self.unshaping(last, bare, key));
                return;
            }
        }
        self.press_shape(&[('o', 'ơ'), ('u', 'ư'), ('a', 'ă')], key, next);
        let vowels = self.written().iter().any(|code| is_vowel_code(*code));
        if !vowels && let Some(mut alone) = self.with_code(code_of('ư'), key.capital) {
            alone.marked = true;
            next.push(alone);
        }
    }

    /// A horn or a breve on a bare letter, on u and o together, or in place of a hat.
    fn press_shape(&self, shapes: &[(char, char)], key: Key, next: &mut Vec<Self>) {
        let horns = shapes.len() > 1;
        let pair = self
            .written()
            .windows(2)
            .position(|pair| matches!(pair, [u, o] if *u == code_of('u') && *o == code_of('o')));
        if horns && let Some(place) = pair {
            next.push(self.marking(0, |state| {
                state.set(place, code_of('ư'));
                state.set(place + 1, code_of('ơ'));
            }));
        }
        let mut any = pair.is_some();
        for (bare, shaped) in shapes {
            let hatted = match bare {
                'a' => 'â',
                'o' => 'ô',
                _ => '\0',
            };
            // `buuw` is `bưu`: it need not be the last u.
            let bare = code_of(*bare);
            for (place, _) in self.places(bare) {
                next.push(self.shaping(place, *shaped, 0));
                any = true;
            }
            if self.last(bare).is_none()
                && let Some(place) = self.last(code_of(hatted))
            {
                next.push(self.shaping(place, *shaped, 3));
                any = true;
            }
        }
        if any || key.ascii == b'w' {
            return;
        }
        for (bare, shaped) in shapes {
            if let Some(place) = self.last(code_of(*shaped)) {
                next.extend(self.unshaping(place, *bare, key));
            }
        }
    }

    fn press_stroke(&self, key: Key, next: &mut Vec<Self>) {
        let first = self.written().first().copied();
        if first == Some(code_of('d')) {
            let doubles = key.ascii == b'd';
            let far = 2 * u8::from(doubles && self.length > 1);
            next.push(self.shaping(0, 'đ', far));
        } else if first == Some(code_of('đ')) && self.length == 1 {
            next.extend(self.unshaping(0, 'd', key));
        }
    }

    fn written(&self) -> &[u8] {
        self.letters.get(..self.length.into()).unwrap_or(&[])
    }

    /// How many runs of vowels there are.
    fn vowel_groups(&self) -> usize {
        let written = self.written();
        let groups = written.chunk_by(|left, right| is_vowel_code(*left) == is_vowel_code(*right));
        groups
            .filter(|group| group.first().is_some_and(|code| is_vowel_code(*code)))
            .count()
    }

    /// The place of the last letter with this code.
    fn last(&self, code: u8) -> Option<usize> {
        self.written()
            .iter()
            .rposition(|written| *written == code && code != 0)
    }

    fn places(&self, code: u8) -> impl Iterator<Item = (usize, &u8)> {
        let written = self.written().iter().enumerate();
        written.filter(move |(_, written)| **written == code)
    }

    fn set(&mut self, place: usize, code: u8) {
        if let Some(letter) = self.letters.get_mut(place) {
            *letter = code;
        }
    }

    fn marking(&self, detours: u8, mark: impl FnOnce(&mut Self)) -> Self {
        let mut state = *self;
        state.detours += detours;
        state.marked = true;
        state.made_by = 0;
        mark(&mut state);
        state
    }

    fn shaping(&self, place: usize, letter: char, detours: u8) -> Self {
        self.marking(detours, |state| state.set(place, code_of(letter)))
    }

    /// The mark at `place`, which this key made just now, is taken back, and the key stands for
    /// itself.
    fn unshaping(&self, place: usize, bare: char, key: Key) -> Option<Self> {
        self.cancelling(Cancelled::Shape, key, |state| {
            state.set(place, code_of(bare));
        })
    }

    fn cancelling(
        &self,
        what: Cancelled,
        key: Key,
        restore: impl FnOnce(&mut Self),
    ) -> Option<Self> {
        // Input methods mark only what can be a syllable: Nanterre keeps its letters.
        if self.made_by != key.ascii || self.vowel_groups() > 1 {
            return None;
        }
        let mut state = self.marking(4, restore).with_letter(key)?;
        state.cancelled = what;
        Some(state)
    }

    fn with_letter(&self, key: Key) -> Option<Self> {
        let code = key.packed & 31;
        let code = if code == 0 || code == FOREIGN {
            FOREIGN_ASCII | key.ascii
        } else {
            code
        };
        let mut state = self.with_code(code, key.capital)?;
        let tone = key.packed >> 5;
        if tone != 0 {
            if self.tone != 0 && self.tone != tone {
                state.detours += 3;
            }
            state.tone = tone;
            state.tone_letter = usize::from(self.length);
        }
        Some(state)
    }

    fn with_code(&self, code: u8, capital: bool) -> Option<Self> {
        let mut state = *self;
        let place = usize::from(state.length);
        *state.letters.get_mut(place)? = code;
        state.capitals |= u16::from(capital) << place;
        state.length += 1;
        state.made_by = 0;
        Some(state)
    }

    /// The reading, if the keys make a mark and their letters a syllable, or if a mark was taken
    /// back.
    pub(super) fn finish(&self) -> Option<Keyed> {
        if !self.marked {
            return None;
        }
        let mut spelling = Spelling::default();
        for code in self.written() {
            spelling.push(if *code >= FOREIGN_ASCII { 0 } else { *code });
        }
        // The tone is read apart from the letters; any letter may bring it.
        if self.tone != 0 {
            spelling.tone = self.tone;
            spelling.tones = 1;
            spelling.tone_letter = self.tone_letter;
        }
        let length = usize::from(self.length);
        let syllable = Syllable::from_spelling(&spelling)
            .filter(|syllable| syllable.as_str().chars().count() == length);
        let taken_back = self.cancelled != Cancelled::Nothing && self.tone == 0;
        (syllable.is_some() || taken_back).then(|| self.reading(syllable, 0))
    }

    /// The readings in which the keys of some marks were left out: `truongf`.
    pub(super) fn finish_open(&self, keep: &mut impl FnMut(Keyed)) {
        if !self.marked || self.cancelled != Cancelled::Nothing {
            return;
        }
        let mut bare = [0; MAX_LETTERS];
        for (place, letter) in bare.iter_mut().zip(self.written()) {
            let base = letter::bare(*letter).filter(|_| *letter < FOREIGN_ASCII);
            let Some(base) = base else {
                return;
            };
            *place = base as u8;
        }
        let bare = bare.get(..self.length.into()).unwrap_or(&[]);
        let Ok(bare) = std::str::from_utf8(bare) else {
            return;
        };
        for syllable in Syllable::with_folded(bare) {
            if self.is_part_of(syllable) {
                keep(self.reading(Some(syllable), 3));
            }
        }
    }

    /// True if the syllable has every mark of this one.
    fn is_part_of(&self, syllable: Syllable) -> bool {
        let mut letters = syllable.as_str().chars().zip(self.written());
        let tone = syllable.tone().number();
        (self.tone == 0 || self.tone == tone)
            && letters.all(|(whole, own)| {
                let whole = letter::packed(whole) & 31;
                whole == *own || letter::bare(*own) == letter::unpacked(*own)
            })
    }

    fn reading(&self, syllable: Option<Syllable>, detours: u8) -> Keyed {
        Keyed {
            syllable,
            detours: self.detours + detours,
            letters: self.letters,
            length: self.length,
            capitals: self.capitals,
        }
    }
}
