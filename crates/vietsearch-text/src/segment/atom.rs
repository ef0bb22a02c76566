//! Atoms: what a word is made of, and never cut: a token of the scanner, several that are glued by
//! signs (`30/4`, `TP.HCM`, `cà-rem`), or one sign.

use super::glue::{Case, Last, case, dot_belongs, joins};
use super::vocabulary::{Vocabulary, row};
use crate::letter::is_mark;
use crate::scan::{Token, TokenKind};

/// What an atom looks like, which together with its neighbours' looks tells names from words.
///
/// The order puts what can be joined behind what cannot, and capitals last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Shape {
    /// Punctuation, or nothing.
    Sign,
    /// A link or another script.
    Other,
    /// A number.
    Number,
    /// A code, a date, or words glued by signs.
    Compound,
    /// A syllable in lower case.
    Lower,
    /// Another word in lower case.
    LowerWord,
    /// A syllable in a sentence without case.
    Caseless,
    /// Another word in a sentence without case.
    CaselessWord,
    /// A syllable with a capital.
    Title,
    /// Another word with a capital.
    TitleWord,
    /// A syllable with a capital where any word has one.
    StartTitle,
    /// Another word with a capital where any word has one.
    StartTitleWord,
    /// A syllable in capitals.
    Upper,
    /// Another word in capitals: an abbreviation.
    UpperWord,
}

impl Shape {
    /// True for atoms that may be part of a longer word.
    #[inline]
    #[must_use]
    pub fn can_join(self) -> bool {
        self.traits().can_join()
    }

    /// What decides how two atoms may be joined.
    #[inline]
    pub(super) fn traits(self) -> Traits {
        // Four bits for each shape, in one number: nothing to wait for.
        Traits((TRAITS >> (4 * self as u32)) as u8 & 0b111)
    }
}

/// What a shape, or two neighbours both, say about joining: capitals, no case, and whether they may
/// be joined at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits(u8);

/// The traits of all shapes.
const TRAITS: u64 = {
    let mut all = 0;
    let mut shape = 0;
    while shape < SHAPES as u64 {
        let capital = shape >= Shape::Title as u64;
        let caseless = shape >> 1 == Shape::Caseless as u64 >> 1;
        let joins = shape >= Shape::Number as u64;
        all |= (capital as u64 | (caseless as u64) << 1 | (joins as u64) << 2) << (4 * shape);
        shape += 1;
    }
    all
};

impl Traits {
    /// What two neighbours have in common.
    #[inline]
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kind of a gap: 1 between capitals, 2 without case, else 0.
    #[inline]
    pub(super) fn kind(self) -> usize {
        usize::from(self.0 & 0b11)
    }

    /// Whether they may be joined.
    #[inline]
    pub(super) fn can_join(self) -> bool {
        self.0 & 0b100 != 0
    }
}

/// The kind of a gap by the case of its two atoms: 1 between capitals, 2 without case, else 0.
#[inline]
#[must_use]
pub fn gap_kind(left: Shape, right: Shape) -> usize {
    left.traits().and(right.traits()).kind()
}

/// Shapes are below this number.
pub const SHAPES: usize = 16;

/// A piece of text that is never cut.
#[derive(Clone, Copy, Debug)]
pub struct Atom {
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// The row of the weight tables.
    pub row: u16,
    /// What it looks like.
    pub shape: Shape,
    /// How many of the scanner's tokens it holds.
    pub tokens: u16,
}

impl Atom {
    /// True for punctuation, which is a word of its own.
    #[inline]
    #[must_use]
    pub fn is_sign(&self) -> bool {
        self.row < row::SHORT_NUMBER
    }
}

/// Makes atoms of tokens and of what stands between them, a sentence at a time.
#[derive(Clone, Debug, Default)]
pub struct Atoms {
    list: Vec<Atom>,
    /// For each atom the hash of its forms, 0 for signs; only if they are asked for.
    hashes: Vec<u64>,
    wants_hashes: bool,
    last: Option<Last>,
    /// Whether the next token belongs to the last atom.
    glue: bool,
    has_lower: bool,
    has_title: bool,
    has_upper: bool,
}

/// A sentence is cut at punctuation after so many atoms, and anywhere after [`LONGEST`].
const LONG: usize = 512;
const LONGEST: usize = 4096;

impl Atoms {
    /// Forgets the text before.
    pub fn restart(&mut self) {
        self.clear();
        self.last = None;
        self.glue = false;
    }

    /// Forgets the atoms so far; the next token may still be glued to signs before it.
    pub fn clear(&mut self) {
        self.list.clear();
        self.hashes.clear();
        self.has_lower = false;
        self.has_title = false;
        self.has_upper = false;
    }

    /// Whether [`form_hashes`](Self::form_hashes) are kept.
    pub fn hash_forms(&mut self, wanted: bool) {
        self.wants_hashes = wanted;
    }

    /// For each atom of the sentence the hash of its tokens' forms, 0 for signs.
    #[must_use]
    pub fn form_hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The atoms of the sentence; where nothing tells capitals from small letters, they are
    /// without case.
    pub fn finish_sentence(&mut self) -> &[Atom] {
        let both_cases = self.has_lower && self.has_upper;
        if !self.has_title && !both_cases {
            for atom in &mut self.list {
                atom.shape = match atom.shape {
                    Shape::Lower | Shape::Upper => Shape::Caseless,
                    Shape::LowerWord | Shape::UpperWord => Shape::CaselessWord,
                    // Initials.
                    Shape::Title | Shape::StartTitle => Shape::Caseless,
                    Shape::TitleWord | Shape::StartTitleWord => Shape::CaselessWord,
                    other => other,
                };
            }
        }
        &self.list
    }

    /// Adds the signs before a token of the text. Returns true if a sentence ends there: then its
    /// atoms are to be used and cleared before the token is added.
    #[inline]
    pub fn gap(&mut self, text: &str, token: &Token<'_>) -> bool {
        let Some(last) = &self.last else {
            self.signs(text, 0, token.start);
            return false;
        };
        let one_space = token.start == last.end + 1
            && text.as_bytes().get(last.end) == Some(&b' ')
            && token.sentence == last.sentence;
        if one_space {
            return self.list.len() >= LONGEST;
        }
        let last = *last;
        self.other_gap(text, last, token)
    }

    fn other_gap(&mut self, text: &str, last: Last, token: &Token<'_>) -> bool {
        let gap = text.get(last.end..token.start).unwrap_or("");
        let mut characters = gap.chars();
        if let (Some(sign), None) = (characters.next(), characters.next())
            && joins(text, last, sign, token)
            && let Some(atom) = self.list.last_mut()
        {
            let numeric = matches!(atom.shape, Shape::Number)
                || matches!(atom.row, row::COMPOUND_NUMBER | row::CODE);
            atom.row = if numeric {
                row::COMPOUND_NUMBER
            } else {
                row::COMPOUND_WORD
            };
            atom.shape = Shape::Compound;
            self.glue = true;
            return false;
        }
        let mut from = last.end;
        if gap.starts_with('.')
            && !gap.starts_with("..")
            && dot_belongs(text, last, gap, token)
            && let Some(atom) = self.list.last_mut()
        {
            atom.end += 1;
            from += 1;
        }
        self.signs(text, from, token.start);
        let at_sign = self.list.last().is_some_and(Atom::is_sign);
        token.sentence != last.sentence
            || (self.list.len() >= LONG && at_sign)
            || self.list.len() >= LONGEST
    }

    /// Adds a token after its [`gap`](Self::gap).
    #[inline]
    pub fn token(&mut self, text: &str, token: &Token<'_>, vocabulary: &Vocabulary<'_>) {
        let first = text.as_bytes().get(token.start);
        match (token.syllable, first) {
            (Some(syllable), Some(b'a'..=b'z')) if !self.glue && !self.wants_hashes => {
                self.has_lower = true;
                self.last = Some(Last::of(token, Case::Lower));
                self.list.push(Atom {
                    start: token.start,
                    end: token.end,
                    row: vocabulary.syllable(syllable),
                    shape: Shape::Lower,
                    tokens: 1,
                });
            }
            _ => self.other_token(text, token, vocabulary),
        }
    }

    /// Adds any token.
    #[inline(never)]
    fn other_token(&mut self, text: &str, token: &Token<'_>, vocabulary: &Vocabulary<'_>) {
        let case = match text.as_bytes().get(token.start) {
            Some(b'a'..=b'z' | b'0'..=b'9') => Case::Lower,
            _ => case(text.get(token.start..token.end).unwrap_or("")),
        };
        self.last = Some(Last::of(token, case));
        if self.glue {
            self.glue = false;
            if let Some(hash) = self.hashes.last_mut() {
                *hash = join_hash(*hash, form_hash(token.form));
            }
            if let Some(atom) = self.list.last_mut() {
                atom.end = token.end;
                atom.tokens = atom.tokens.saturating_add(1);
                return;
            }
        }
        let (row, shape) = match token.syllable {
            Some(syllable) => (
                vocabulary.syllable(syllable),
                self.cased(case, Shape::Lower),
            ),
            None => self.no_syllable(text, token, case, vocabulary),
        };
        if self.wants_hashes {
            self.hashes.push(form_hash(token.form));
        }
        self.list.push(Atom {
            start: token.start,
            end: token.end,
            row,
            shape,
            tokens: 1,
        });
    }

    fn no_syllable(
        &mut self,
        text: &str,
        token: &Token<'_>,
        case: Case,
        vocabulary: &Vocabulary<'_>,
    ) -> (u16, Shape) {
        match token.kind {
            TokenKind::Number => {
                let digits = text.get(token.start..token.end).unwrap_or("");
                let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
                let row = match digits.len() {
                    1 | 2 if plain => row::SHORT_NUMBER,
                    4 if plain => row::YEAR,
                    _ => row::NUMBER,
                };
                (row, Shape::Number)
            }
            TokenKind::Code => (row::CODE, Shape::Compound),
            TokenKind::Url => (row::URL, Shape::Other),
            TokenKind::Ideograph => (row::IDEOGRAPH, Shape::Other),
            _ => (
                vocabulary.word(token.form),
                self.cased(case, Shape::LowerWord),
            ),
        }
    }

    /// The shape of a syllable or word, given that of its kind in lower case.
    #[inline]
    fn cased(&mut self, case: Case, lower: Shape) -> Shape {
        let word = lower == Shape::LowerWord;
        match case {
            Case::Lower => {
                self.has_lower = true;
                lower
            }
            Case::Upper => {
                self.has_upper = true;
                if word { Shape::UpperWord } else { Shape::Upper }
            }
            Case::Title | Case::Initial => {
                self.has_title |= case == Case::Title;
                match (self.starts(), word) {
                    (true, false) => Shape::StartTitle,
                    (true, true) => Shape::StartTitleWord,
                    (false, false) => Shape::Title,
                    (false, true) => Shape::TitleWord,
                }
            }
        }
    }

    /// True where any word would have a capital.
    fn starts(&self) -> bool {
        self.list
            .last()
            .is_none_or(|atom| atom.is_sign() && !CONTINUES.contains(&atom.row))
    }

    /// Adds the signs of the text after the last token.
    pub fn end(&mut self, text: &str) {
        let from = self.last.map_or(0, |last| last.end);
        self.signs(text, from, text.len());
    }

    /// Adds the signs between two places.
    fn signs(&mut self, text: &str, from: usize, to: usize) {
        let gap = text.get(from..to).unwrap_or("");
        for (place, character) in gap.char_indices() {
            if character.is_whitespace() {
                continue;
            }
            let start = from + place;
            let end = start + character.len_utf8();
            if let Some(atom) = self.list.last_mut()
                && atom.end == start
                && extends(atom, character)
            {
                atom.end = end;
                continue;
            }
            if self.wants_hashes {
                self.hashes.push(0);
            }
            self.list.push(Atom {
                start,
                end,
                row: sign_row(character),
                shape: Shape::Sign,
                tokens: 0,
            });
        }
    }
}

/// Signs after which a capital is not that of a beginning: comma, closing bracket, slash, percent.
const CONTINUES: [u16; 4] = [
    row::FIRST_SIGN + 1,
    row::FIRST_SIGN + 7,
    row::FIRST_SIGN + 9,
    row::FIRST_SIGN + 10,
];

/// The row of a sign.
fn sign_row(sign: char) -> u16 {
    let kind = match sign {
        '.' => 0,
        ',' => 1,
        ':' | ';' => 2,
        '?' | '!' => 3,
        '"' | '“' | '”' | '„' | '«' | '»' => 4,
        '\'' | '‘' | '’' => 5,
        '(' | '[' | '{' => 6,
        ')' | ']' | '}' => 7,
        '-' | '–' | '—' => 8,
        '/' => 9,
        '%' | '&' => 10,
        '…' => return row::ELLIPSIS,
        _ => return row::PUNCTUATION,
    };
    row::FIRST_SIGN + kind
}

/// True if a character belongs to the atom right before it: a mark or what is invisible, a further
/// dot, the percent sign of a number.
fn extends(atom: &mut Atom, character: char) -> bool {
    match character {
        '.' if atom.row == row::ELLIPSIS => true,
        '.' if atom.row == row::FIRST_SIGN => {
            atom.row = row::ELLIPSIS;
            true
        }
        '%' if atom.shape == Shape::Number => {
            atom.row = row::COMPOUND_NUMBER;
            atom.shape = Shape::Compound;
            true
        }
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{1F3FB}'..='\u{1F3FF}' => true,
        _ => is_mark(character),
    }
}

/// The hash of a token's form (FNV-1a, 64 bits), never 0.
pub(super) fn form_hash(form: &str) -> u64 {
    let hash = form.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    hash.max(1)
}

/// The hash of two in a row, never 0.
pub(super) fn join_hash(left: u64, right: u64) -> u64 {
    let hash = (left.rotate_left(5) ^ right).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (hash ^ (hash >> 29)).max(1)
}
