//! VIQR: marks are ASCII signs after the vowel (RFC 1456).

use super::compose::{Case, Composer};

/// Where a VIQR text stands.
#[derive(Debug, Default)]
pub(super) struct Viqr {
    mode: Mode,
    after_backslash: bool,
    /// What a sign that comes next may belong to.
    open: Open,
}

/// Which letters compose.
#[derive(Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Vietnamese,
    /// Only those after a backslash.
    English,
    /// None.
    Literal,
}

/// The letter before, if a sign could still change it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    /// A d, held back.
    D(char),
    /// A vowel that may take a shape and a tone.
    Vowel(char),
    /// A vowel with its shape, which may take a tone.
    Shaped,
}

impl Viqr {
    /// Reads a character.
    pub(super) fn push(&mut self, character: char, composer: &mut Composer, out: &mut String) {
        if std::mem::take(&mut self.after_backslash) {
            self.escaped(character, composer, out);
        } else if character == '\\' {
            self.close(composer, out);
            self.after_backslash = true;
        } else if !self.mark(character, composer, out) {
            self.close(composer, out);
            self.letter(character, self.mode == Mode::Vietnamese, composer, out);
        }
    }

    /// Gives out what is held.
    pub(super) fn finish(&mut self, composer: &mut Composer, out: &mut String) {
        self.close(composer, out);
        if std::mem::take(&mut self.after_backslash) {
            composer.push('\\', Case::Given, out);
        }
    }

    fn close(&mut self, composer: &mut Composer, out: &mut String) {
        if let Open::D(letter) = std::mem::take(&mut self.open) {
            composer.push(letter, Case::Given, out);
        }
    }

    fn letter(&mut self, letter: char, composes: bool, composer: &mut Composer, out: &mut String) {
        if composes && matches!(letter, 'd' | 'D') {
            self.open = Open::D(letter);
            return;
        }
        if composes && "aeiouyAEIOUY".contains(letter) {
            self.open = Open::Vowel(letter);
        }
        composer.push(letter, Case::Given, out);
    }

    /// What follows a backslash: a change of mode, or a character as it is. In English text, a
    /// letter that composes.
    fn escaped(&mut self, character: char, composer: &mut Composer, out: &mut String) {
        match character {
            'V' | 'v' => self.mode = Mode::Vietnamese,
            'M' | 'm' => self.mode = Mode::English,
            'L' | 'l' => self.mode = Mode::Literal,
            _ if self.mode == Mode::Literal => {
                composer.push('\\', Case::Given, out);
                composer.push(character, Case::Given, out);
            }
            _ => self.letter(character, self.mode == Mode::English, composer, out),
        }
    }

    /// Adds a mark to the letter before; false if it is none there.
    fn mark(&mut self, sign: char, composer: &mut Composer, out: &mut String) -> bool {
        let vowel = match self.open {
            Open::Nothing => return false,
            Open::D(letter) => {
                if !matches!(sign, 'd' | 'D') {
                    return false;
                }
                let stroke = if letter == 'D' { 'Đ' } else { 'đ' };
                self.open = Open::Nothing;
                composer.push(stroke, Case::Given, out);
                return true;
            }
            Open::Vowel(vowel) => Some(vowel.to_ascii_lowercase()),
            Open::Shaped => None,
        };
        let shape = match (vowel, sign) {
            (Some('a' | 'e' | 'o'), '^') => Some('\u{302}'),
            (Some('a'), '(') => Some('\u{306}'),
            (Some('o' | 'u'), '+') => Some('\u{31b}'),
            _ => None,
        };
        if let Some(shape) = shape {
            composer.push(shape, Case::Given, out);
            self.open = Open::Shaped;
            return true;
        }
        let tone = match sign {
            '\'' => '\u{301}',
            '`' => '\u{300}',
            '?' => '\u{309}',
            '~' => '\u{303}',
            '.' => '\u{323}',
            _ => return false,
        };
        composer.push(tone, Case::Given, out);
        self.open = Open::Nothing;
        true
    }
}
