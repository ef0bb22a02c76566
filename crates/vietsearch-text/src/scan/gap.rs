//! What stands between two tokens.

use super::class::{Class, class};
use super::{is_letter_lead, is_plain_punctuation, sentence};

/// The gap after a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// The letter or digit that the next token begins with.
    pub(super) end: usize,
    /// True if a sign that can end a sentence, or the end of a line, is part of it.
    pub(super) may_end_sentence: bool,
}

/// Moves from `at` to the next letter or digit; `None` at the end of the text.
pub(super) fn skip(text: &str, mut at: usize) -> Option<Gap> {
    let bytes = text.as_bytes();
    let mut may_end_sentence = false;
    loop {
        let byte = *bytes.get(at)?;
        if byte < 0x80 {
            if byte.is_ascii_alphanumeric() {
                break;
            }
            may_end_sentence |= is_stop(byte);
            at += 1;
        } else if is_letter_lead(bytes, at, byte) {
            break;
        } else if is_plain_punctuation(bytes, at) {
            may_end_sentence |= bytes.get(at + 2) == Some(&ELLIPSIS_END);
            at += 3;
        } else {
            let character = text.get(at..)?.chars().next()?;
            if matches!(class(character), Class::Latin | Class::Other) {
                break;
            }
            may_end_sentence |= sentence::is_terminator(character);
            at += character.len_utf8();
        }
    }
    Some(Gap {
        end: at,
        may_end_sentence,
    })
}

/// True for the ASCII signs that can end a sentence, and for the end of a line.
pub(super) fn is_stop(byte: u8) -> bool {
    matches!(byte, b'.' | b'!' | b'?' | b'\n')
}

/// The last byte of `…`, U+2026, among the plain punctuation of U+2000 to U+203F.
const ELLIPSIS_END: u8 = 0xA6;
