//! Syllables that writers take for each other, because they sound alike somewhere in the country.

use crate::syllable::{Syllable, Tone};

/// Cost (a negative logarithm) of writing hỏi for ngã or the other way round.
const TONE: f32 = 3.7;
/// Cost of writing a rime for another.
const RIME: f32 = 5.5;

/// Onsets that merge, with the cost of writing one for another: s/x and ch/tr in the north, d/gi/r
/// in most places, l/n in parts of the Red River delta, v/d in the south.
const ONSETS: [(&[&str], f32); 6] = [
    (&["s", "x"], 4.5),
    (&["ch", "tr"], 4.5),
    (&["d", "gi", "r"], 4.5),
    (&["l", "n"], 10.0),
    (&["v", "d"], 9.0),
    (&["ng", "ngh", "g", "gh"], 8.0),
];

/// Rimes that merge: final n/ng, t/c, n/nh, t/ch in the centre and the south, and vowels that do.
const RIMES: [&[&str]; 38] = [
    &["an", "ang"],
    &["ăn", "ăng"],
    &["ân", "âng"],
    &["en", "eng"],
    &["iên", "iêng"],
    &["on", "ong"],
    &["un", "ung"],
    &["ưn", "ưng"],
    &["uôn", "uông"],
    &["ươn", "ương"],
    &["oan", "oang"],
    &["oăn", "oăng"],
    &["in", "inh"],
    &["ên", "ênh"],
    &["at", "ac"],
    &["ăt", "ăc"],
    &["ât", "âc"],
    &["et", "ec"],
    &["iêt", "iêc"],
    &["ot", "oc"],
    &["ut", "uc"],
    &["ưt", "ưc"],
    &["uôt", "uôc"],
    &["ươt", "ươc"],
    &["oat", "oac"],
    &["it", "ich"],
    &["êt", "êch"],
    &["ai", "ay"],
    &["ao", "au"],
    &["ui", "uy"],
    &["ăm", "âm"],
    &["ăp", "âp"],
    &["iu", "iêu"],
    &["ưu", "ươu"],
    &["im", "iêm"],
    &["ip", "iêp"],
    &["om", "ôm"],
    &["i", "y"],
];

/// Calls `visit` with every syllable that differs from `syllable` by one confusion, and with its
/// cost: the tones hỏi and ngã, an onset, or a rime. Spellings of one word (`kĩ`, `kỹ`) are none.
pub(super) fn each(syllable: Syllable, mut visit: impl FnMut(Syllable, f32)) {
    let (onset, rime, tone) = (syllable.onset(), syllable.rime(), syllable.tone());
    let mut visit = |other: Option<Syllable>, cost| {
        if let Some(other) = other.filter(|other| Some(*other) != syllable.spelling_twin()) {
            visit(other, cost);
        }
    };
    match tone {
        Tone::Hoi => visit(syllable.with_tone(Tone::Nga), TONE),
        Tone::Nga => visit(syllable.with_tone(Tone::Hoi), TONE),
        _ => {}
    }
    for (onsets, cost) in ONSETS.iter().filter(|(onsets, _)| onsets.contains(&onset)) {
        for other in onsets.iter().filter(|other| **other != onset) {
            visit(spelled(other, rime, tone), *cost);
        }
    }
    for rimes in RIMES.iter().filter(|rimes| rimes.contains(&rime)) {
        for other in rimes.iter().filter(|other| **other != rime) {
            visit(spelled(onset, other, tone), RIME);
        }
    }
}

/// The syllable of exactly these parts: `giêm` is gi with iêm, not with êm.
fn spelled(onset: &str, rime: &str, tone: Tone) -> Option<Syllable> {
    let syllable = Syllable::from_parts(onset, rime, tone)?;
    (syllable.onset() == onset && syllable.rime() == rime).then_some(syllable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_confusion_each() {
        let of = |text: &str| {
            let mut others = Vec::new();
            each(text.parse().unwrap(), |other, _| {
                others.push(other.as_str())
            });
            others
        };
        assert_eq!(of("sẽ"), ["sẻ", "xẽ"]);
        assert_eq!(of("dành"), ["giành", "rành", "vành"]);
        assert_eq!(of("lan"), ["nan", "lang"]);
        assert_eq!(of("việc"), ["diệc", "việt"]);
        assert_eq!(of("kỹ"), ["kỷ"], "kĩ is the same word");
    }

    #[test]
    fn confusions_are_mutual() {
        for syllable in Syllable::all() {
            each(syllable, |other, cost| {
                let mut back = false;
                each(other, |again, same| {
                    back |= again == syllable && same == cost
                });
                assert!(back, "{syllable} {other}");
            });
        }
    }
}
