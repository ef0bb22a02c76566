//! Which spellings are one syllable: onset × nucleus × coda × tone.
//!
//! The lists are those of the descriptions of the orthography, with what newspapers write besides
//! (`boong`, `séc`, `tuýp`, `voọc`), set out by nucleus.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::fold::fold;
use crate::letter::{Letter, TONE_MARKS, VOWELS, clusters, vietnamese};
use crate::word::is_eth;

/// Onsets as they are written before a rime; `-` is none.
const ONSETS: &str = "- b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x";

/// The vowels of a rime, and what can close each; `-` is nothing.
const RIMES: &str = "
    a: - i o u y m n ng nh p t c ch
    ă: m n ng p t c
    â: u y m n ng p t c
    e: - o m n ng p t c
    ê: - u m n ng nh p t ch
    i: - a u m n nh p t ch
    iê: u m n ng p t c
    o: - a e i m n ng p t c
    oa: i o y m n ng nh p t c ch
    oă: m n ng p t c
    oe: - o n p t
    oo: ng c
    ô: - i m n ng p t c
    ơ: - i m n p t
    u: - a i m n ng p t c
    uâ: y n ng t
    uê: - u nh ch
    uô: i m n ng t c
    uơ: -
    uy: - a u n nh p t ch
    uyê: n t
    ư: - a i u m n ng t c
    ươ: i u m n ng p t c
    y: - nh t ch
    yê: u m n ng t";

/// The tones that a rime ending in a stop bears: sắc and nặng.
const STOP_TONES: [char; 2] = ['\u{301}', '\u{323}'];

/// A toneless syllable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The onset, `gi` also where `gì` is spelled with one i.
    pub onset: &'static str,
    /// The rime.
    pub rime: &'static str,
    /// Both as they are written together.
    pub spelled: String,
}

impl Base {
    /// True if the rime ends in p, t, c or ch.
    #[must_use]
    pub fn ends_in_stop(&self) -> bool {
        self.rime.ends_with(['p', 't', 'c']) || self.rime.ends_with("ch")
    }

    /// The canonical spelling with a tone; `None` if the syllable does not bear it.
    #[must_use]
    pub fn with_tone(&self, tone: Option<char>) -> Option<String> {
        let Some(mark) = tone else {
            return (!self.ends_in_stop()).then(|| self.spelled.clone());
        };
        if self.ends_in_stop() && !STOP_TONES.contains(&mark) {
            return None;
        }
        let place = self.spelled.chars().count() - self.rime.chars().count() + self.tone_place();
        let mut toned = String::new();
        for (index, letter) in self.spelled.chars().enumerate() {
            toned.push(letter);
            if index == place {
                toned.push(mark);
            }
        }
        Some(toned.nfc().collect())
    }

    /// The letter of the rime that the tone is written on, in the style of newspapers.
    fn tone_place(&self) -> usize {
        let letters: Vec<char> = self.rime.chars().collect();
        let find = |wanted: &str| letters.iter().position(|letter| wanted.contains(*letter));
        // On a vowel with a mark of its own: iê, oă, uyê; ươ has two, and takes it on the second.
        if let Some(place) = find("ăâêôơ").or_else(|| find("ư")) {
            return place;
        }
        let vowels = letters
            .iter()
            .filter(|letter| VOWELS.contains(**letter))
            .count();
        let is_closed = vowels < letters.len();
        match vowels {
            // On the last before a consonant: toán, quỳnh.
            _ if is_closed => vowels - 1,
            // On the middle of three: ngoài, khuỷu.
            3 => 1,
            // On the first of two: hòa, thủy, của.
            _ => 0,
        }
    }
}

/// All toneless syllables by their spelling.
static BASES: LazyLock<HashMap<String, Base>> = LazyLock::new(|| {
    let mut bases = HashMap::new();
    for base in all_bases() {
        bases.entry(base.spelled.clone()).or_insert(base);
    }
    bases
});

/// `gịa` of `giặt gịa`: the one gi + ia, told from gi + a by the place of its tone.
const LONE_GIA: &str = "gịa";

/// The canonical spellings of all syllables, in no order.
#[must_use]
pub fn all() -> Vec<String> {
    let mut all = vec![LONE_GIA.to_string()];
    for base in BASES.values() {
        let tones = std::iter::once(None).chain(TONE_MARKS.map(Some));
        all.extend(tones.filter_map(|tone| base.with_tone(tone)));
    }
    all
}

fn all_bases() -> Vec<Base> {
    let mut bases = Vec::new();
    for onset in ONSETS.split(' ').map(|onset| onset.trim_matches('-')) {
        for rime in rimes() {
            // What would be gi + ia and gi + iu is gi + a and gi + u: già, giù.
            if onset == "gi" && ["ia", "iu"].contains(&rime) {
                continue;
            }
            if is_written(onset, rime) {
                // gi + i is written once: gì, gìn, giếng.
                let one_i = onset == "gi" && rime.starts_with('i');
                let first = if one_i { "g" } else { onset };
                let spelled = format!("{first}{rime}");
                bases.push(Base {
                    onset,
                    rime,
                    spelled,
                });
            }
        }
    }
    bases
}

fn rimes() -> impl Iterator<Item = &'static str> {
    static RIME_LIST: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut rimes = Vec::new();
        for line in RIMES.lines().filter(|line| line.contains(':')) {
            let (nucleus, codas) = line.split_once(':').unwrap_or((line, ""));
            for coda in codas.split_whitespace() {
                rimes.push(format!("{}{}", nucleus.trim(), coda.trim_matches('-')));
            }
        }
        rimes
    });
    RIME_LIST.iter().map(String::as_str)
}

/// The rules that keep an onset from a rime.
fn is_written(onset: &str, rime: &str) -> bool {
    let is_front = rime.starts_with(['e', 'ê', 'i', 'y']);
    match onset {
        // One sound, written by what follows: ca, kẻ; ga, ghe; nga, nghe.
        "c" | "g" | "ng" if is_front => return false,
        "k" | "gh" | "ngh" if !is_front => return false,
        // The glide is written by the u of qu: no quoa, no quuy.
        "qu" if rime.starts_with(['u', 'ư', 'o']) => return false,
        _ => {}
    }
    if rime == "y" {
        return ["", "d", "h", "k", "l", "m", "n", "qu", "s", "t", "th", "v"].contains(&onset);
    }
    if rime.starts_with("yê") {
        return ["", "qu"].contains(&onset);
    }
    if rime.starts_with('y') {
        return onset == "qu";
    }
    // iê is yê where nothing stands before it, and after qu: yên, quyên.
    !(rime.starts_with("iê") && ["", "qu"].contains(&onset))
}

/// Reads letters in any case, normal form and order of marks as one syllable: its canonical
/// spelling. A tone on another vowel is put where it belongs, a missing horn is added.
#[must_use]
pub fn read(letters: &str) -> Option<String> {
    let letters: Vec<Letter> = clusters(letters)
        .iter()
        .map(|(base, marks)| letter(*base, marks))
        .collect::<Option<_>>()?;
    let mut toned = letters.iter().filter(|letter| letter.tone.is_some());
    let tone = toned.next().and_then(|letter| letter.tone);
    if toned.next().is_some() {
        return None;
    }
    let plain: String = letters.iter().map(|letter| letter.plain).collect();
    if plain == "gia" && tone == Some('\u{323}') && letters.get(1)?.tone.is_some() {
        return Some(LONE_GIA.to_string());
    }
    let base = BASES.get(&plain).or_else(|| repair_horn(&plain))?;
    base.with_tone(tone)
}

/// A letter, or what stands for one inside a Vietnamese syllable: eth for đ, U+01A3 for ư.
fn letter(base: char, marks: &str) -> Option<Letter> {
    match base {
        'Ƣ' | 'ƣ' => vietnamese('ư', marks),
        eth if is_eth(eth) && marks.is_empty() => vietnamese('đ', marks),
        other => vietnamese(other, marks),
    }
}

/// The syllable that a spelling becomes with a horn more or less: `nguoi` with one horn has both,
/// `thươ` has one. The u of qu bears none.
fn repair_horn(plain: &str) -> Option<&'static Base> {
    let repairs = [("uơ", "ươ"), ("ưo", "ươ"), ("ươ", "uơ")];
    let candidates = repairs.iter().filter_map(|(wrong, right)| {
        let repaired = plain.contains(wrong).then(|| plain.replace(wrong, right))?;
        BASES.get(&repaired)
    });
    candidates.into_iter().find(|base| base.onset != "qu")
}

/// The folded form of a syllable with `y` as `i` where both are written for one word: y is the
/// whole rime after h, k, l, m, s, t, qu; in `vỹ` and `quýt`. Never in `thy`, `Vy`, `tay`.
#[must_use]
pub fn index_key(syllable: &str) -> String {
    let folded = fold(syllable);
    let is_whole_rime = ["hy", "ky", "ly", "my", "sy", "ty", "quy", "quyt"];
    if syllable == "vỹ" || is_whole_rime.contains(&folded.as_str()) {
        return folded.replace('y', "i");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{all, read};

    #[test]
    fn tones_are_placed_and_horns_repaired() {
        for (written, expected) in [
            ("hoà", "hòa"),
            ("thuỳên", "thuyền"),
            ("vịêt", "việt"),
            ("tóan", "toán"),
            ("nứơc", "nước"),
            ("qúy", "quý"),
            ("gía", "giá"),
            ("gịa", "gịa"),
            ("giạ", "giạ"),
            ("gì", "gì"),
            ("gìn", "gìn"),
            ("giếng", "giếng"),
            ("nguời", "người"),
            ("ngưòi", "người"),
            ("đựơc", "được"),
            ("thưở", "thuở"),
            ("quở", "quở"),
            ("huơ", "huơ"),
            ("khuỷu", "khuỷu"),
            ("ngƣời", "người"),
            ("Ðà", "đà"),
        ] {
            assert_eq!(read(written).as_deref(), Some(expected), "{written}");
        }
        for written in [
            "tp",
            "web",
            "ñ",
            "hoc",
            "tieng",
            "máà",
            "qươ",
            "nghiêngg",
            "",
        ] {
            assert_eq!(read(written), None, "{written}");
        }
    }

    #[test]
    fn every_syllable_is_read_as_itself() {
        let all = all();
        for syllable in &all {
            assert_eq!(read(syllable).as_ref(), Some(syllable));
        }
        assert_eq!(all.len(), 17_747);
    }
}
