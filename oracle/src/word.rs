//! Words: runs of Latin letters and digits, and words of other scripts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::class::{Class, class, is_ideographic, is_ignorable};
use crate::fold::fold;
use crate::letter::{clusters, vietnamese};
use crate::{Reading, grammar};

/// Forms are cut here: longer words are encoded data.
const MAX_FORM_BYTES: usize = 240;

/// The letters of French elisions: `l'homme` is two words, `H'Mông` is one.
const ELIDED: &str = "ldjcnst";

pub(crate) fn at_start(rest: &str) -> Reading {
    if rest.starts_with(|first| class(first) == Class::Other) {
        return other_script(rest);
    }
    let (written, letters) = run(rest);
    let has_digit = letters.contains(char::is_numeric);
    let has_letter = letters.contains(|part: char| !part.is_numeric() && !is_combining_mark(part));
    if !has_digit && let Some(syllable) = grammar::read(&letters) {
        return Reading {
            length: written.len(),
            kind: "syllable",
            folded: fold(&syllable),
            index_key: grammar::index_key(&syllable),
            form: syllable,
        };
    }
    let kind = match (has_digit, has_letter) {
        (true, true) => "code",
        (true, false) => "number",
        (false, _) => "word",
    };
    forms_of(kind, written, &letters)
}

/// The run of letters, digits and marks at the beginning: as written, and without what is dropped.
fn run(rest: &str) -> (&str, String) {
    let mut letters = String::new();
    let mut end = 0;
    for (place, character) in rest.char_indices() {
        match class(character) {
            Class::Latin | Class::Mark => {
                letters.push(character);
                end = place + character.len_utf8();
            }
            Class::Ignorable => {}
            Class::Separator if is_apostrophe(character) => {
                let after = rest.get(place + character.len_utf8()..).unwrap_or("");
                if !joins(&letters, after) {
                    break;
                }
            }
            Class::Separator | Class::Other => break,
        }
    }
    (rest.get(..end).unwrap_or(rest), letters)
}

/// The signs that are written as an apostrophe, and their canonical equivalents.
pub(crate) fn is_apostrophe(character: char) -> bool {
    "'\u{2018}\u{2019}\u{2BC}`\u{B4}\u{1FEF}\u{1FFD}".contains(character)
}

/// True if an apostrophe joins the only letter before it with the letter after it.
fn joins(before: &str, after: &str) -> bool {
    let next = after.trim_start_matches(is_ignorable).chars().next();
    let letter_follows =
        next.is_some_and(|next| class(next) == Class::Latin && next.is_alphabetic());
    let before = clusters(before);
    let [(only, _)] = before.as_slice() else {
        return false;
    };
    let bare = std::iter::once(*only).nfd().next().unwrap_or(*only);
    let elides = ELIDED.contains(bare.to_ascii_lowercase());
    letter_follows && only.is_alphabetic() && !elides
}

/// A token of letters that form no syllable: lower-case, NFC, marks of Vietnamese letters in any
/// order, eth read as đ where Vietnamese writers mean đ.
pub(crate) fn forms_of(kind: &'static str, written: &str, letters: &str) -> Reading {
    let letters = letters.replace(is_ignorable, "");
    let all_capital = !letters.contains(is_small);
    let mut form = String::new();
    for (place, (base, marks)) in clusters(&letters).into_iter().enumerate() {
        if let Some(letter) = vietnamese(base, &marks) {
            form.push_str(&letter.composed());
        } else if is_eth(base) && marks.is_empty() && (place == 0 || all_capital) {
            form.push('đ');
        } else {
            form.extend(base.to_lowercase());
            // The enclosing marks of keycaps and the like are no part of a number.
            if !base.is_numeric() {
                form.push_str(&marks);
            }
        }
    }
    reading(kind, written.len(), &form)
}

/// Lower-case letters; marks are none, though Unicode has a lower-case one.
pub(crate) fn is_small(letter: char) -> bool {
    letter.is_lowercase() && !is_combining_mark(letter)
}

/// The letters that look like đ or Đ.
pub(crate) fn is_eth(letter: char) -> bool {
    matches!(letter, 'Ð' | 'ð' | 'Ɖ' | 'ɖ')
}

/// The underscore and its kin (Pc, ExtendNumLet): UAX #29 joins words by them, here they separate.
const CONNECTORS: [char; 12] = [
    '_', ';', '"', '\u{203F}', '\u{2040}', '\u{2054}', '\u{FE33}', '\u{FE34}', '\u{FE4D}',
    '\u{FE4E}', '\u{FE4F}', '\u{FF3F}',
];

/// A word of another script: the first one by the default word boundaries of UAX #29, with all
/// marks that follow.
fn other_script(rest: &str) -> Reading {
    let word = rest.split_word_bounds().next().unwrap_or(rest);
    let word = word.split(CONNECTORS).next().unwrap_or(word);
    let word = word.trim_end_matches('\'');
    let after = rest.get(word.len()..).unwrap_or("");
    let marks = after.len() - after.trim_start_matches(is_combining_mark).len();
    let word = rest.get(..word.len() + marks).unwrap_or(word);
    let first = word.chars().next().unwrap_or(' ');
    let kind = if first.is_numeric() {
        "number"
    } else if is_ideographic(first) {
        "ideograph"
    } else {
        "word"
    };
    let visible = word.chars().filter(|character| !is_ignorable(*character));
    let form: String = visible.flat_map(char::to_lowercase).collect();
    reading(kind, word.len(), &form)
}

fn reading(kind: &'static str, length: usize, form: &str) -> Reading {
    let form: String = form.nfc().collect();
    // Small once more: what is compatible with a capital may have no small letter of its own.
    let mut folded: String = fold(&form).chars().flat_map(char::to_lowercase).collect();
    if folded.is_empty() {
        // A letter that is compatible with a mark alone: the half-width voiced sound mark.
        folded.clone_from(&form);
    }
    let (form, folded) = (cut(&form), cut(&folded));
    Reading {
        length,
        kind,
        index_key: folded.clone(),
        form,
        folded,
    }
}

/// The whole characters within the bound.
fn cut(form: &str) -> String {
    let mut short = String::new();
    for character in form.chars() {
        if short.len() + character.len_utf8() > MAX_FORM_BYTES {
            break;
        }
        short.push(character);
    }
    short
}
