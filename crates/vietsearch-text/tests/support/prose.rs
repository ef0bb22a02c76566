//! Running text of each kind, as much as one wants and never the same words twice over.

use fastrand::Rng;
use unicode_normalization::UnicodeNormalization;
use vietsearch_text::{Syllable, fold};

/// News-like text of about so many words: sentences of syllables with names, numbers, codes.
pub fn news(random: &mut Rng, words: usize) -> String {
    let syllables: Vec<Syllable> = Syllable::all().collect();
    let mut text = String::new();
    for word in 0..words {
        if word % 14 == 13 {
            text.push_str(choose(random, &[". ", ". ", "? ", ".\n\n", "… ", ".” “"]));
        } else {
            text.push_str(choose(
                random,
                &[" ", " ", " ", " ", " ", ", ", " – ", " (", ") "],
            ));
        }
        match random.u8(..24) {
            0 => text.push_str(&format!("{}.{:03}", random.u16(1..999), random.u16(..1000))),
            1 => text.push_str(&format!("{}/{}", random.u8(1..31), random.u8(1..13))),
            2 => text.push_str(choose(
                random,
                &["TP.HCM", "ĐH", "U23", "NĐ-CP", "H’Mông", "17h22"],
            )),
            3 => text.push_str(&letters(random)),
            4 | 5 => {
                let name = syllables[random.usize(..syllables.len())].as_str();
                let mut parts = name.chars();
                text.extend(parts.next().into_iter().flat_map(char::to_uppercase));
                text.push_str(parts.as_str());
            }
            _ => text.push_str(syllables[random.usize(..syllables.len())].as_str()),
        }
    }
    text
}

/// The same, decomposed.
pub fn decomposed(random: &mut Rng, words: usize) -> String {
    news(random, words).nfd().collect()
}

/// The same without marks.
pub fn unmarked(random: &mut Rng, words: usize) -> String {
    fold(&news(random, words))
}

/// Names, links and words of other languages and scripts.
pub fn foreign(random: &mut Rng, words: usize) -> String {
    let mut text = String::new();
    for _ in 0..words {
        match random.u8(..16) {
            0 => text.push_str(&format!(
                "https://{}.vn/{}",
                letters(random),
                letters(random)
            )),
            1 => text.push_str(&format!("{}@{}.com", letters(random), letters(random))),
            2 => (0..5).for_each(|_| text.push(random.char('а'..='я'))),
            3 => (0..2).for_each(|_| text.push(random.char('一'..='龥'))),
            4 => (0..3).for_each(|_| text.push(random.char('가'..='힣'))),
            5 => text.push_str(&format!("{}ü{}", letters(random), letters(random))),
            6 => text.push_str(&format!("{}e\u{308}{}", letters(random), letters(random))),
            7 => text.push_str(choose(
                random,
                &["ＣＯＶＩＤ－１９", "m²", "ﬁle", "Guðni", "🙂"],
            )),
            8 => text.push_str(&format!(
                "{}-{}",
                letters(random).to_uppercase(),
                random.u8(..)
            )),
            _ => text.push_str(&letters(random)),
        }
        text.push(' ');
    }
    text
}

fn letters(random: &mut Rng) -> String {
    let length = random.usize(2..12);
    std::iter::repeat_with(|| random.lowercase())
        .take(length)
        .collect()
}

fn choose<'a>(random: &mut Rng, texts: &[&'a str]) -> &'a str {
    texts[random.usize(..texts.len())]
}
