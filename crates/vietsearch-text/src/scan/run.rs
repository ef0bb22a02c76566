//! The general path: any letters, marks and digits, in any normal form, one run at a time.
//!
//! The fast path in [`super`] handles composed Vietnamese and ASCII words; this one handles
//! everything else and gives the same tokens for what both can read.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::class::{Class, class, is_apostrophe, is_ideographic, joins_apostrophe};
use super::token::TokenKind;
use crate::fold::push_folded;
use crate::letter::{self, Spelling, is_mark};
use crate::syllable::Syllable;

/// Forms are cut at this many bytes: longer "words" are encoded data, and an index that refuses
/// terms over 64 KiB must still find them by the same rule.
pub(super) const MAX_FORM_BYTES: usize = 240;
/// What is read of a run for its forms: enough for the longest form however it is decomposed.
const MAX_READ_BYTES: usize = 16 * MAX_FORM_BYTES;

/// Buffers for the forms of tokens that are not found in a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    pub(super) form: String,
    pub(super) folded: String,
    letters: String,
    cluster: String,
}

/// A run that was read; its forms are in the scratch unless it is a syllable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) end: usize,
    pub(super) kind: TokenKind,
    pub(super) syllable: Option<Syllable>,
}

/// Reads the run at `start`, where a letter or digit stands.
pub(super) fn read(text: &str, start: usize, scratch: &mut Scratch) -> Run {
    let rest = text.get(start..).unwrap_or("");
    let first = rest.chars().next().unwrap_or(' ');
    if class(first) == Class::Other {
        return read_other(rest, start, scratch);
    }
    let Collected {
        length,
        has_digit,
        has_letter,
        has_small,
    } = collect(rest, &mut scratch.letters);
    let end = start + length;
    if !has_digit && let Some(syllable) = syllable(&scratch.letters) {
        return Run {
            end,
            kind: TokenKind::Syllable,
            syllable: Some(syllable),
        };
    }
    let kind = match (has_digit, has_letter) {
        (true, true) => TokenKind::Code,
        (true, false) => TokenKind::Number,
        _ => TokenKind::Word,
    };
    write_forms(scratch, has_small);
    Run {
        end,
        kind,
        syllable: None,
    }
}

/// What a run is made of, all of it, however much of it was copied.
#[derive(Default)]
struct Collected {
    /// Bytes of the text.
    length: usize,
    has_digit: bool,
    has_letter: bool,
    /// True if a letter is lower-case.
    has_small: bool,
}

/// Copies the run's characters without what is dropped.
fn collect(rest: &str, letters: &mut String) -> Collected {
    letters.clear();
    let mut run = Collected::default();
    let mut bases = 0;
    let mut last_base = ' ';
    for (place, character) in rest.char_indices() {
        let kept = match class(character) {
            Class::Latin => {
                bases += 1;
                last_base = character;
                true
            }
            Class::Mark => true,
            Class::Ignorable => continue,
            Class::Separator if bases == 1 && is_apostrophe(character) => {
                let after = rest.get(place + character.len_utf8()..).unwrap_or("");
                if !joins_apostrophe(last_base, after) {
                    break;
                }
                continue;
            }
            Class::Separator | Class::Other => break,
        };
        if kept {
            if letters.len() < MAX_READ_BYTES {
                letters.push(character);
            }
            run.length = place + character.len_utf8();
            if character.is_numeric() {
                run.has_digit = true;
            } else if !is_mark(character) {
                run.has_letter = true;
            }
            // Roman numerals are numbers with case.
            run.has_small |= is_small(character);
        }
    }
    run
}

/// Reads letters as one syllable.
fn syllable(letters: &str) -> Option<Syllable> {
    let mut spelling = Spelling::default();
    let mut rest = letters;
    while let Some((base, marks, tail)) = next_cluster(rest) {
        let packed = match base {
            _ if is_eth(base) && marks.is_empty() => letter::packed('đ'),
            'Ƣ' | 'ƣ' => letter::packed_cluster('ư', marks),
            _ => letter::packed_cluster(base, marks),
        };
        spelling.push(packed);
        if packed == 0 || !spelling.fits() {
            return None;
        }
        rest = tail;
    }
    Syllable::from_spelling(&spelling)
}

/// True for lower-case letters. Marks are none, though Unicode has a lower-case one.
pub(crate) fn is_small(character: char) -> bool {
    character.is_lowercase() && !is_mark(character)
}

/// Cuts a form that is too long, between characters.
fn cut(form: &mut String) {
    if form.len() > MAX_FORM_BYTES {
        let starts = form.char_indices().map(|(start, _)| start);
        let end = starts
            .take_while(|start| *start <= MAX_FORM_BYTES)
            .last()
            .unwrap_or(0);
        form.truncate(end);
    }
}

/// True for the letters that look like đ or Đ.
pub(crate) fn is_eth(letter: char) -> bool {
    matches!(letter, 'Ð' | 'ð' | 'Ɖ' | 'ɖ')
}

/// Splits off a base character and its marks: the character, the marks, what follows.
pub(super) fn next_cluster(rest: &str) -> Option<(char, &str, &str)> {
    let base = rest.chars().next()?;
    let after = rest.get(base.len_utf8()..)?;
    let marks_end = after.find(|next| !is_mark(next)).unwrap_or(after.len());
    Some((base, after.get(..marks_end)?, after.get(marks_end..)?))
}

/// Writes the canonical and the folded form of `scratch.letters`; `has_small` if the word that
/// they begin has a lower-case letter.
fn write_forms(scratch: &mut Scratch, has_small: bool) {
    let Scratch {
        form,
        folded,
        letters,
        cluster,
    } = scratch;
    form.clear();
    folded.clear();
    if letters.is_ascii() {
        form.push_str(letters);
        form.make_ascii_lowercase();
        cut(form);
        folded.push_str(form);
        return;
    }
    // In an abbreviation all in capitals an eth is a mistyped Đ: NÐ-CP, QÐ-TTg. At the beginning of
    // a word too: Ðắk Nông, Ðakrông; the languages that have the letter begin no word with it.
    let all_capital = !has_small;
    let mut first = true;
    let mut only_known = true;
    let mut rest = letters.as_str();
    while let Some((base, marks, tail)) = next_cluster(rest) {
        let packed = letter::packed_cluster(base, marks);
        if let Some(character) = letter::unpacked(packed) {
            form.push(character);
            folded.extend(letter::bare(packed));
        } else if base.is_ascii() && marks.is_empty() {
            form.push(base.to_ascii_lowercase());
            folded.push(base.to_ascii_lowercase());
        } else if (first || all_capital) && is_eth(base) && marks.is_empty() {
            form.push('đ');
            folded.push('d');
        } else {
            only_known = false;
            form.extend(base.to_lowercase());
            if !base.is_numeric() {
                form.push_str(marks);
            }
        }
        rest = tail;
        first = false;
    }
    if !only_known {
        cluster.clear();
        cluster.extend(form.nfc());
        std::mem::swap(form, cluster);
        write_folded(form, folded, cluster);
    }
    cut(form);
    cut(folded);
}

/// Writes the forms of a word that is made of composed letters of the alphabet, ASCII letters and
/// ASCII digits.
pub(super) fn write_known_forms(written: &str, scratch: &mut Scratch) {
    let Scratch { form, folded, .. } = scratch;
    form.clear();
    folded.clear();
    if written.is_ascii() {
        form.push_str(written);
        form.make_ascii_lowercase();
        folded.push_str(form);
        return;
    }
    for character in written.chars() {
        let packed = letter::packed(character);
        form.push(letter::unpacked(packed).unwrap_or(character.to_ascii_lowercase()));
        folded.push(letter::bare(packed).unwrap_or(character.to_ascii_lowercase()));
    }
}

/// Folds a form; what capitals compatibility forms stand for (`ᴱ`, `𝐀`) becomes small too.
fn write_folded(form: &str, folded: &mut String, buffer: &mut String) {
    folded.clear();
    push_folded(form, folded);
    if folded.chars().any(char::is_uppercase) {
        buffer.clear();
        buffer.extend(folded.chars().flat_map(char::to_lowercase));
        std::mem::swap(folded, buffer);
    }
}

/// Writes the forms of a link, whole.
pub(super) fn write_link(link: &str, scratch: &mut Scratch) {
    scratch.letters.clear();
    for character in link.chars() {
        if class(character) != Class::Ignorable && scratch.letters.len() < MAX_READ_BYTES {
            scratch.letters.push(character);
        }
    }
    let has_small = link.chars().any(is_small);
    write_forms(scratch, has_small);
}

/// True for the punctuation that UAX #29 extends words by (`Pc`, ExtendNumLet), for the semicolon
/// between numbers and for the quote between Hebrew letters.
fn is_connector(character: char) -> bool {
    matches!(
        character,
        '_' | ';'
            | '"'
            | '\u{203F}'
            | '\u{2040}'
            | '\u{2054}'
            | '\u{FE33}'
            | '\u{FE34}'
            | '\u{FE4D}'..='\u{FE4F}' | '\u{FF3F}'
    )
}

/// Reads a word of another script by the default word boundaries of UAX #29, but for connectors,
/// semicolons and quotes after it: they separate here as they do in Latin.
fn read_other(rest: &str, start: usize, scratch: &mut Scratch) -> Run {
    let word = rest.split_word_bounds().next().unwrap_or(rest);
    let word = word.split(is_connector).next().unwrap_or(word);
    let word = word.trim_end_matches('\'');
    // Marks belong to the letter before them, those too that the boundary rules do not know yet.
    let after = rest.get(word.len()..).unwrap_or("");
    let marks = after.find(|next| !is_mark(next)).unwrap_or(after.len());
    let word = rest.get(..word.len() + marks).unwrap_or(word);
    let first = word.chars().next().unwrap_or(' ');
    let kind = if first.is_numeric() {
        TokenKind::Number
    } else if is_ideographic(first) {
        TokenKind::Ideograph
    } else {
        TokenKind::Word
    };
    scratch.letters.clear();
    for character in word.chars() {
        if class(character) != Class::Ignorable && scratch.letters.len() < MAX_READ_BYTES {
            scratch.letters.extend(character.to_lowercase());
        }
    }
    scratch.form.clear();
    scratch.form.extend(scratch.letters.nfc());
    write_folded(&scratch.form, &mut scratch.folded, &mut scratch.cluster);
    if scratch.folded.is_empty() {
        // A letter that decomposes into a mark alone: the half-width voiced sound mark.
        scratch.folded.push_str(&scratch.form);
    }
    cut(&mut scratch.form);
    cut(&mut scratch.folded);
    Run {
        end: start + word.len(),
        kind,
        syllable: None,
    }
}
