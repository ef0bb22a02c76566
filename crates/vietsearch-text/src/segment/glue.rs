//! What signs do between two tokens: glue them into one atom, belong to the one before, or stand
//! alone.

use crate::letter::{is_mark, packed};
use crate::scan::{Token, TokenKind};

/// How a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Title,
    Upper,
    /// One capital letter, which text in capitals and other text write alike.
    Initial,
}

/// The token before, as far as it decides what is glued to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    pub(super) kind: TokenKind,
    pub(super) case: Case,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) sentence: u32,
}

impl Last {
    #[inline]
    pub(super) fn of(token: &Token<'_>, case: Case) -> Self {
        Self {
            kind: token.kind,
            case,
            start: token.start,
            end: token.end,
            sentence: token.sentence,
        }
    }
}

/// True if one sign between two tokens makes them one atom.
pub(super) fn joins(text: &str, last: Last, sign: char, token: &Token<'_>) -> bool {
    let next = |kinds: &[TokenKind]| kinds.contains(&token.kind);
    let numbers = last.kind == TokenKind::Number && next(&[TokenKind::Number]);
    let letters = |kind| matches!(kind, TokenKind::Syllable | TokenKind::Word);
    let next_text = text.get(token.start..token.end).unwrap_or("");
    let next_case = case(next_text);
    match sign {
        '@' | '_' | '+' => true,
        '\'' | '\u{2019}' => letters(last.kind) && letters(token.kind),
        '-' | '\u{2010}' | '\u{2011}' => {
            // Two names: `Bà Rịa-Vũng Tàu`.
            let syllables = last.kind == TokenKind::Syllable && next(&[TokenKind::Syllable]);
            !(syllables && last.case != Case::Lower && next_case != Case::Lower)
        }
        '\u{2013}' | ':' => numbers,
        '/' => {
            let numeric = matches!(last.kind, TokenKind::Number | TokenKind::Code);
            numbers || (numeric && next(&[TokenKind::Word]) && next_case == Case::Upper)
        }
        '&' => {
            let capitals = [Case::Upper, Case::Initial];
            capitals.contains(&last.case) && capitals.contains(&next_case)
        }
        '.' => {
            let abbreviated = is_abbreviation(last, text.get(last.start..last.end).unwrap_or(""));
            let goes_on = next(&[TokenKind::Number, TokenKind::Code])
                || single_letter(next_text)
                || (next(&[TokenKind::Word]) && next_case == Case::Upper);
            numbers || (abbreviated && goes_on)
        }
        _ => false,
    }
}

/// True if the dot after a token is part of its abbreviation rather than the end of a sentence.
pub(super) fn dot_belongs(text: &str, last: Last, gap: &str, token: &Token<'_>) -> bool {
    let last_text = text.get(last.start..last.end).unwrap_or("");
    let next_text = text.get(token.start..token.end).unwrap_or("");
    let rest = gap.get(1..).unwrap_or("");
    if rest.is_empty() {
        // `TP.Hồ Chí Minh`, but not `ở Hà Nội.Theo`.
        return is_abbreviation(last, last_text)
            && matches!(case(next_text), Case::Title | Case::Initial);
    }
    if !matches!(last.kind, TokenKind::Word | TokenKind::Syllable) {
        return false;
    }
    let initial = single_letter(last_text) || is_title(last_text);
    let lower = next_text.chars().next().is_some_and(char::is_lowercase);
    if lower || !rest.chars().all(char::is_whitespace) {
        return initial;
    }
    if initial && token.kind == TokenKind::Number {
        return true;
    }
    // The scanner ends sentences at all other dots.
    token.sentence == last.sentence
}

/// Abbreviations of titles and places that are written with a dot in any case.
const TITLES: [&str; 12] = [
    "tp", "tx", "tt", "gs", "pgs", "ts", "ths", "bs", "ks", "kts", "tskh", "mr",
];

/// True for one of [`TITLES`].
fn is_title(text: &str) -> bool {
    TITLES.iter().any(|title| title.eq_ignore_ascii_case(text))
}

/// True for a token that a dot may abbreviate: one letter, or up to four that are no syllable.
fn is_abbreviation(last: Last, text: &str) -> bool {
    let short = text
        .chars()
        .filter(|character| !is_mark(*character))
        .count()
        <= 4;
    single_letter(text) || (last.kind == TokenKind::Word && last.case == Case::Upper && short)
}

/// True for one letter with its marks.
fn single_letter(text: &str) -> bool {
    let mut bases = text.chars().filter(|character| !is_mark(*character));
    let first = bases.next();
    first.is_some_and(char::is_alphabetic) && bases.next().is_none()
}

/// How a token is written. Marks have no case, so that every normal form gives the same.
#[inline]
pub(super) fn case(token: &str) -> Case {
    let mut characters = token.chars();
    if !characters.next().is_some_and(is_capital) {
        return Case::Lower;
    }
    capital_case(characters)
}

fn capital_case(rest: std::str::Chars<'_>) -> Case {
    let mut letters = 0;
    for character in rest {
        if is_capital(character) {
            letters += 1;
        } else if packed(character) != 0 || (!is_mark(character) && character.is_alphabetic()) {
            return Case::Title;
        }
    }
    if letters == 0 {
        Case::Initial
    } else {
        Case::Upper
    }
}

/// `char::is_uppercase`, without its table for the letters of the alphabet.
#[inline]
fn is_capital(character: char) -> bool {
    match character {
        '\0'..='\u{7F}' => character.is_ascii_uppercase(),
        'đ' | 'ư' | '\u{E0}'..='\u{FF}' => false,
        // Capitals are even, small letters odd.
        '\u{1EA0}'..='\u{1EF9}' => u32::from(character) & 1 == 0,
        _ => character.is_uppercase(),
    }
}
