//! Typed marks as constraints, bare letters as wildcards.
//!
//! A written word is a sequence of slots: one per letter (bare or with hat, breve, horn, stroke)
//! and one for the tone. A typed mark must be met; a bare slot may be a wildcard. See
//! `DESIGN.md`, "The idea that everything hangs on".

use crate::letter::{self, is_vowel_code};
use crate::syllable::Syllable;

/// How a bare slot of a word is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bare {
    /// A bare letter stands for itself only.
    Literal,
    /// A bare letter stands for itself and for every marked letter over it.
    Open,
}

/// The most letters of words whose marks are compared slot by slot.
const MAX_SLOTS: usize = 24;

/// Slots from here on hold letters that no Vietnamese syllable has.
const FOREIGN_SLOTS: u8 = 32;

#[derive(Clone, Copy)]
struct Slots {
    /// Packed letter codes without tone.
    codes: [u8; MAX_SLOTS],
    count: usize,
    tone: u8,
}

fn slots(form: &str) -> Option<Slots> {
    let mut slots = Slots {
        codes: [0; MAX_SLOTS],
        count: 0,
        tone: 0,
    };
    for character in form.chars() {
        let packed = letter::packed(character);
        if packed == 0 {
            return None;
        }
        let code = if packed & 31 == letter::FOREIGN {
            // f, j, w, z have one code in spellings; here they must differ.
            FOREIGN_SLOTS + character.to_ascii_lowercase() as u8
        } else {
            packed & 31
        };
        *slots.codes.get_mut(slots.count)? = code;
        slots.count += 1;
        let tone = packed >> 5;
        if tone != 0 {
            if slots.tone != 0 {
                return None;
            }
            slots.tone = tone;
        }
    }
    Some(slots)
}

/// True if two canonical forms can be one word: no slot contradicts, where a bare slot of either
/// side agrees with every mark if that side is [`Bare::Open`].
///
/// Forms with letters outside the alphabet agree only if they are equal. Cost: linear, no
/// allocation.
///
/// ```
/// use vietsearch_text::marks::{Bare, agree};
///
/// // A query word and a word of a marked document:
/// assert!(agree("tieng", Bare::Open, "tiếng", Bare::Literal));
/// assert!(!agree("viêt", Bare::Open, "viẹt", Bare::Literal));
/// assert!(!agree("đường", Bare::Literal, "dương", Bare::Literal));
/// // A marked query word and an unmarked document:
/// assert!(agree("đường", Bare::Literal, "duong", Bare::Open));
/// ```
#[must_use]
pub fn agree(left: &str, left_bare: Bare, right: &str, right_bare: Bare) -> bool {
    if left == right {
        return true;
    }
    let (Some(a), Some(b)) = (slots(left), slots(right)) else {
        return false;
    };
    if a.count != b.count {
        return false;
    }
    let fits = |left_marked: bool, right_marked: bool| match (left_marked, right_marked) {
        (true, false) => right_bare == Bare::Open,
        (false, true) => left_bare == Bare::Open,
        // Both marked, but differently.
        _ => false,
    };
    let letters = a.codes.iter().zip(&b.codes).take(a.count);
    let letters_agree = letters.into_iter().all(|(x, y)| {
        x == y || (base(*x).is_some() && base(*x) == base(*y) && fits(is_marked(*x), is_marked(*y)))
    });
    letters_agree && (a.tone == b.tone || fits(a.tone != 0, b.tone != 0))
}

/// True if `word` begins with the letters of `prefix`, whose typed marks are constraints and whose
/// bare letters are wildcards; a typed tone must be the word's tone, wherever either carries it.
///
/// ```
/// use vietsearch_text::marks::begins;
///
/// assert!(begins("hộ", "hội") && begins("nguye", "nguyễn") && begins("tòa", "toàn"));
/// assert!(!begins("hộ", "hoi") && !begins("hộ", "hồi"));
/// ```
#[must_use]
pub fn begins(prefix: &str, word: &str) -> bool {
    let (Some(typed), Some(whole)) = (slots(prefix), slots(word)) else {
        return false;
    };
    if typed.count > whole.count || (typed.tone != 0 && typed.tone != whole.tone) {
        return false;
    }
    typed
        .codes
        .iter()
        .zip(&whole.codes)
        .take(typed.count)
        .all(|(typed, whole)| {
            typed == whole
                || (!is_marked(*typed) && base(*typed).is_some() && base(*typed) == base(*whole))
        })
}

/// The bare letter of a slot; `None` for f, j, w, z, which bear no marks.
fn base(code: u8) -> Option<char> {
    (code < FOREIGN_SLOTS).then(|| letter::bare(code)).flatten()
}

fn is_marked(code: u8) -> bool {
    code < FOREIGN_SLOTS && letter::bare(code) != letter::unpacked(code)
}

/// True if `form` is no complete syllable but becomes one by adding marks: `tieng`, `hoc`, `viêt`;
/// and marked forms outside the tables that end in a stop without tone (`Đăk`).
///
/// ```
/// use vietsearch_text::marks::is_unfinished;
///
/// assert!(is_unfinished("tieng") && is_unfinished("viêt") && is_unfinished("đăk"));
/// assert!(!is_unfinished("economist") && !is_unfinished("web"));
/// ```
#[must_use]
pub fn is_unfinished(form: &str) -> bool {
    let folded = &crate::fold::fold(form);
    if Syllable::with_folded(folded).any(|whole| whole.as_str() == form) {
        return false;
    }
    let becomes_syllable = Syllable::with_folded(folded)
        .any(|whole| agree(form, Bare::Open, whole.as_str(), Bare::Literal));
    if becomes_syllable {
        return true;
    }
    let Some(slots) = slots(form) else {
        return false;
    };
    let toneless = slots.tone == 0;
    let marked = form != folded;
    let stop = folded.ends_with(['p', 't', 'c', 'k']) || folded.ends_with("ch");
    marked && toneless && stop
}

/// All well-formed syllables that agree with every mark of `form`, when its bare slots are open;
/// `form` itself first if it is one. Empty if there is none. No allocation, no dictionary.
///
/// ```
/// use vietsearch_text::marks::readings;
///
/// let spelled: Vec<_> = readings("viêt").map(|syllable| syllable.as_str()).collect();
/// assert_eq!(spelled, ["viết", "việt"]);
/// ```
pub fn readings(form: &str) -> impl Iterator<Item = Syllable> + '_ {
    let mut folded = [0u8; 8];
    let mut length = 0;
    for character in form.chars() {
        let base = letter::bare(letter::packed(character)).unwrap_or('\0');
        if let Some(slot) = folded.get_mut(length) {
            *slot = base as u8;
        }
        length += 1;
    }
    let key = folded
        .get(..length)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .unwrap_or("");
    let own = Syllable::with_folded(key).find(|syllable| syllable.as_str() == form);
    let others = Syllable::with_folded(key).filter(move |syllable| {
        Some(*syllable) != own && agree(form, Bare::Open, syllable.as_str(), Bare::Literal)
    });
    own.into_iter().chain(others)
}

/// Every way to write `form` with some or all of its marks left out, itself first; and, where
/// `open`, with marks added to bare vowels too. At most `limit` forms.
///
/// These are the spellings under which an open place of a document may stand in the index.
#[must_use]
pub fn spellings(form: &str, open: bool, limit: usize) -> Vec<String> {
    let Some(slots) = slots(form) else {
        // Letters of other alphabets lose their marks together: niño, nino.
        let folded = crate::fold::fold(form);
        let bare = (folded != form).then_some(folded);
        return std::iter::once(form.to_string()).chain(bare).collect();
    };
    let mut partial: Vec<(String, bool)> = vec![(String::new(), slots.tone == 0)];
    for character in form.chars() {
        let packed = letter::packed(character);
        let mut letters = vec![packed & 31];
        if let Some(bare) = letter::bare(packed)
            && packed & 31 != letter::FOREIGN
        {
            let bare_code = letter::packed(bare);
            if bare_code != packed & 31 {
                letters.push(bare_code);
            } else if open {
                letters.extend(marked_codes(bare));
            }
        }
        let tones: &[u8] = match packed >> 5 {
            0 if open && slots.tone == 0 && is_vowel_code(packed & 31) => &[0, 1, 2, 3, 4, 5],
            0 => &[0],
            1 => &[1, 0],
            2 => &[2, 0],
            3 => &[3, 0],
            4 => &[4, 0],
            _ => &[5, 0],
        };
        let mut next = Vec::new();
        for (prefix, toneless) in &partial {
            for code in &letters {
                for tone in tones {
                    // A word has one tone at most.
                    let adds_tone = *tone != 0 && slots.tone == 0;
                    if adds_tone && !toneless {
                        continue;
                    }
                    let written = if *code == letter::FOREIGN {
                        Some(character)
                    } else {
                        letter::unpacked(code | (tone << 5))
                    };
                    let Some(written) = written else { continue };
                    let mut word = prefix.clone();
                    word.push(written);
                    next.push((word, *toneless && !adds_tone));
                    if next.len() >= limit {
                        break;
                    }
                }
            }
        }
        next.truncate(limit);
        partial = next;
    }
    partial.into_iter().map(|(word, _)| word).collect()
}

fn marked_codes(bare: char) -> impl Iterator<Item = u8> {
    let marked: &[char] = match bare {
        'a' => &['ă', 'â'],
        'd' => &['đ'],
        'e' => &['ê'],
        'o' => &['ô', 'ơ'],
        'u' => &['ư'],
        _ => &[],
    };
    marked.iter().map(|letter| letter::packed(*letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_letters_are_only_themselves() {
        assert!(!agree("wan", Bare::Open, "san", Bare::Open));
        assert!(!agree("fan", Bare::Open, "jan", Bare::Open));
        assert!(agree("wan", Bare::Open, "wán", Bare::Literal));
    }

    #[test]
    fn finished_and_unfinished() {
        for word in [
            "tieng", "hoc", "duong", "viêt", "đăk", "nguoi", "quoc", "lăk",
        ] {
            assert!(is_unfinished(word), "{word}");
        }
        for word in [
            "economist",
            "covid",
            "web",
            "hcm",
            "iphone",
            "krông",
            "pelé",
            "book",
        ] {
            assert!(!is_unfinished(word), "{word}");
        }
    }

    #[test]
    fn spellings_leave_marks_out() {
        let forms = spellings("đường", false, 64);
        assert_eq!(forms.len(), 16);
        assert_eq!(forms.first().map(String::as_str), Some("đường"));
        for form in ["duong", "đuong", "dương", "dường", "đương"] {
            assert!(forms.iter().any(|known| known == form), "{form}");
        }
        assert_eq!(spellings("đắk", false, 64).len(), 8);
        let open = spellings("viêt", true, 64);
        assert!(open.iter().any(|form| form == "viết") && open.iter().any(|form| form == "viet"));
        assert!(!open.iter().any(|form| form == "viẹt́"));
    }

    #[test]
    fn every_reading_agrees_and_folds_alike() {
        for form in ["duong", "viêt", "tieng", "hoa", "nam", "đa"] {
            let mut count = 0;
            for syllable in readings(form) {
                assert_eq!(syllable.folded(), crate::fold::fold(form));
                assert!(agree(form, Bare::Open, syllable.as_str(), Bare::Literal));
                count += 1;
            }
            assert!(count > 1, "{form}");
        }
        assert_eq!(readings("economist").count(), 0);
    }
}
