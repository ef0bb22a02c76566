//! Random text from pieces that meet every rule of the scanner.

use std::sync::LazyLock;

use fastrand::Rng;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use vietsearch_text::Syllable;

static SYLLABLES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| Syllable::all().map(Syllable::as_str).collect());

const GAPS: &[&str] = &[
    " ", " ", " ", " ", " ", " ", " ", " ", "", "", ", ", ". ", ". ", ".", "! ", "? ", "?! ", "… ",
    "... ", "…", "\n", "\n\n", "\r\n\r\n", "\n \n", ".\n", "-", " - ", " – ", "—", "/", ":", ": ",
    "; ", "(", ") ", ".) ", " “", "” ", ".” ", "\"", " «", "» ", "’ ", "'", "‘", "`", "+", "_",
    "@", "#", "?", "&", "%", "=", "\\", "<", ">", "\u{A0}", "\u{200B}", "\u{3000}", "\t", "。",
    "、", "·", "・", "،", "\u{2028}", "\u{85}", "|", "~", "*", "'’", "..", ",", ".,",
];

const IGNORABLES: &[char] = &[
    '\u{AD}', '\u{200C}', '\u{200D}', '\u{FEFF}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{2060}',
    '\u{34F}', '\u{FE0F}',
];

const MARKS: &[char] = &[
    '\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}', '\u{302}', '\u{306}', '\u{31B}',
    '\u{308}', '\u{327}', '\u{340}', '\u{341}', '\u{20E3}', '\u{338}', '\u{345}', '\u{304}',
];

const APOSTROPHES: &[char] = &[
    '\'', '’', '‘', '`', '\u{B4}', '\u{2BC}', '\u{1FEF}', '\u{1FFD}', '\u{2032}',
];

const FOREIGN: &[&str] = &[
    "web",
    "Facebook",
    "Müller",
    "São",
    "Niño",
    "Łódź",
    "Guðni",
    "Þór",
    "Straße",
    "ø",
    "æ",
    "Œuvre",
    "İstanbul",
    "ﬁle",
    "naïve",
    "Ångström",
    "\u{212A}im",
    "\u{212B}",
    "Ĳ",
    "ǅ",
    "ẞ",
    "ſ",
    "ŉ",
    "Đăk",
    "Krông",
    "Ðakrông",
    "Ƣ",
    "ƣ",
    "đ",
    "Đ",
    "ð",
    "Ð",
    "Ɖ",
    "ɖ",
    "Qa\u{1A3}an",
    "ñ",
    "ẃ",
    "Ĥ",
];

const OTHER_SCRIPTS: &[&str] = &[
    "Путин",
    "ПУТИН",
    "Ελλάδα",
    "Σίσυφος",
    "東京都",
    "习近平",
    "ひらがな",
    "カタカナ",
    "ｶﾞｷﾞ",
    "한국",
    "\u{1112}\u{1161}\u{11AB}",
    "ไทย",
    "עִברִית",
    "العربية",
    "٣٫٥",
    "१२३",
    "हिन्दी",
    "ქართული",
    "ᏣᎳᎩ",
    "\u{1FBE}",
    "ά",
    "\u{1F71}",
    "Ω",
    "\u{2126}",
    "ﾞ",
    "\u{10DC0}\u{1FA0A}",
    "й",
    "и\u{306}",
    "𠀀",
    "\u{FA1E}",
    "ー",
];

const EMOJI: &[&str] = &[
    "🙂",
    "🇻🇳",
    "👨\u{200D}👩\u{200D}👧",
    "👍🏽",
    "1\u{FE0F}\u{20E3}",
    "❤\u{FE0F}",
    "Ⓜ\u{FE0F}",
];

const COMPATIBLE: &[&str] = &[
    "ＣＯＶＩＤ",
    "１９",
    "ｖｎ",
    "ＴＰ",
    "m²",
    "km³",
    "①",
    "Ⅷ",
    "½",
    "ﬂ",
    "ª",
    "ℎ",
    "𝐀",
    "𝟗",
    "ⓐ",
    "㎡",
    "№",
    "™",
];

const ABBREVIATIONS: &[&str] = &[
    "TP", "Tp", "tp", "PGS", "TS", "ThS", "Q", "P", "ĐH", "ÐH", "NĐ", "NÐ", "CĐ", "Tr", "BS", "Dr",
    "UBND", "HCM", "NSƯT", "ĐT", "TSKH", "St",
];

const TOP_LEVELS: &[&str] = &[
    "vn", "com", "VN", "Vn", "net", "org", "xyz", "io", "uk", "gov.vn",
];
const SCHEMES: &[&str] = &[
    "http://", "https://", "HTTP://", "ftp://", "mailto:", "vn://",
];
const PATHS: &[&str] = &[
    "",
    "/",
    "/tin-tuc",
    "/a?b=1&c=2",
    "?q=x",
    "#moi",
    "/đường",
    "/du\u{31B}o\u{31B}\u{300}ng",
    "/(a)",
    "/a.",
    "?",
    "/?x",
    "/=\u{338}",
    "?é",
    ":8080/x",
];

/// A text of a few pieces.
pub fn structured(random: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(1..12) {
        push_piece(random, &mut text);
        text.push_str(choose(random, GAPS));
    }
    if random.u8(..) == 0 {
        // Long enough for the rules on long words, and for whatever begins at some length.
        text = text.repeat(random.usize(2..60));
    }
    text
}

/// A text of random code points: of all, and of the blocks where the rules are.
pub fn uniform(random: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(0..24) {
        let most = match random.u8(..8) {
            0 | 1 => 0x7F,
            2 => 0x24F,
            3 => 0x1FFF,
            4 => 0x33FF,
            5 => 0xFFFF,
            _ => 0x10_FFFF,
        };
        text.extend(char::from_u32(random.u32(..=most)));
    }
    text
}

fn push_piece(random: &mut Rng, text: &mut String) {
    match random.u8(..40) {
        0..=15 => text.push_str(&syllable(random)),
        16..=18 => push_letters(random, text),
        19..=21 => push_number(random, text),
        22 => push_code(random, text),
        23..=25 => push_link(random, text),
        26 | 27 => {
            text.push_str(choose(random, ABBREVIATIONS));
            text.push_str(if random.bool() { ". " } else { "." });
        }
        28 | 29 => {
            text.push(random.alphabetic());
            if random.u8(..8) == 0 {
                text.push(*pick(random, MARKS));
            }
            text.push(*pick(random, APOSTROPHES));
            text.push_str(&syllable(random));
        }
        30 | 31 => text.push_str(choose(random, FOREIGN)),
        32 | 33 => text.push_str(choose(random, OTHER_SCRIPTS)),
        34 => text.push_str(choose(random, EMOJI)),
        35 => text.push_str(choose(random, COMPATIBLE)),
        36 => text.push(*pick(random, MARKS)),
        37 => text.push(*pick(random, IGNORABLES)),
        38 => text.push(random.char('\0'..'\u{20}')),
        _ => text.push(random.char(..)),
    }
}

/// A syllable as someone might write it.
fn syllable(random: &mut Rng) -> String {
    let mut written = (*pick(random, &SYLLABLES)).to_string();
    if random.u8(..4) == 0 {
        written = with_tone_elsewhere(random, &written);
    }
    match random.u8(..24) {
        0 => written = written.replace('ư', "ƣ"),
        1 => written = written.replace('đ', "ð"),
        2 => written = written.replace("ươ", "uơ"),
        3 => written = written.replace("ươ", "ưo"),
        4 => {
            written = written
                .nfd()
                .filter(|part| !is_combining_mark(*part))
                .collect()
        }
        _ => {}
    }
    written = match random.u8(..6) {
        0 => written.to_uppercase(),
        1 => capitalized(&written),
        2 => random_case(random, &written),
        _ => written,
    };
    written = match random.u8(..8) {
        0 => written.nfd().collect(),
        1 | 2 => shuffled(random, &written),
        _ => written,
    };
    if random.u8(..16) == 0 {
        insert(random, &mut written, IGNORABLES);
    }
    if random.u8(..32) == 0 {
        insert(random, &mut written, MARKS);
    }
    written
}

/// The tone on any letter, or twice.
fn with_tone_elsewhere(random: &mut Rng, written: &str) -> String {
    let is_tone = |part: &char| {
        matches!(
            part,
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'
        )
    };
    let parts: Vec<char> = written.nfd().collect();
    let plain: String = parts
        .iter()
        .copied()
        .filter(|part| !is_tone(part))
        .nfc()
        .collect();
    let tone = parts.iter().copied().find(is_tone);
    let place = random.usize(..plain.chars().count());
    let mut toned = String::new();
    for (index, letter) in plain.chars().enumerate() {
        toned.push(letter);
        if index == place || random.u8(..64) == 0 {
            toned.extend(tone);
        }
    }
    toned.nfc().collect()
}

fn capitalized(written: &str) -> String {
    let mut letters = written.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}", letters.as_str())
}

fn random_case(random: &mut Rng, written: &str) -> String {
    let mut cased = String::new();
    for letter in written.chars() {
        match random.bool() {
            true => cased.extend(letter.to_uppercase()),
            false => cased.push(letter),
        }
    }
    cased
}

/// Every letter with its marks in any order, some of them composed with the letter.
pub fn shuffled(random: &mut Rng, written: &str) -> String {
    let mut shuffled = String::new();
    let mut letters = written.nfc().peekable();
    while let Some(letter) = letters.next() {
        let mut parts: Vec<char> = std::iter::once(letter).nfd().collect();
        // With a second tone it is no letter of the alphabet, and the order of its marks counts.
        let is_whole = letters.peek().is_none_or(|next| !MARKS.contains(next));
        let marks = parts.get_mut(1..).filter(|_| is_whole);
        // Syllables of hangul decompose too, into letters.
        if let Some(marks) = marks.filter(|marks| marks.iter().all(|mark| MARKS.contains(mark))) {
            random.shuffle(marks);
        }
        let composed = random.usize(..=parts.len());
        shuffled.extend(parts.iter().take(composed).copied().nfc());
        shuffled.extend(parts.iter().skip(composed));
    }
    shuffled
}

fn insert(random: &mut Rng, written: &mut String, what: &[char]) {
    let places: Vec<usize> = written.char_indices().map(|(place, _)| place).collect();
    if !places.is_empty() {
        let place = *pick(random, &places);
        written.insert(place, *pick(random, what));
    }
}

fn push_letters(random: &mut Rng, text: &mut String) {
    let most = if random.u8(..64) == 0 { 300 } else { 10 };
    for _ in 0..random.usize(1..most) {
        text.push(random.alphabetic());
    }
}

fn push_digits(random: &mut Rng, most: usize, text: &mut String) {
    for _ in 0..random.usize(1..=most) {
        text.push(random.digit(10));
    }
}

fn push_number(random: &mut Rng, text: &mut String) {
    push_digits(random, 4, text);
    for _ in 0..random.usize(..4) {
        text.push(*pick(random, &['.', '.', ',', ',', '/', '-', ':']));
        if random.bool() {
            text.push_str("000");
        } else {
            push_digits(random, 4, text);
        }
    }
    text.push_str(choose(
        random,
        &["", "", "", "%", "đ", "\u{301}", "k", ".", ",", "tr"],
    ));
}

fn push_code(random: &mut Rng, text: &mut String) {
    match random.u8(..4) {
        0 => {
            text.push_str(choose(random, ABBREVIATIONS));
            text.push_str(choose(random, &["", "-", "/"]));
            push_digits(random, 3, text);
        }
        1 => {
            push_digits(random, 2, text);
            text.push_str(choose(random, &["h", "g", "H", "ℎ"]));
            push_digits(random, 2, text);
        }
        2 => {
            push_digits(random, 3, text);
            text.push_str(choose(
                random,
                &["/2024/NĐ-CP", "/2019/NÐ-CP", "/CTr-BCA", "-NQ/TW"],
            ));
        }
        _ => {
            push_letters(random, text);
            push_digits(random, 3, text);
            push_letters(random, text);
        }
    }
}

fn push_link(random: &mut Rng, text: &mut String) {
    match random.u8(..4) {
        0 => text.push_str(choose(random, SCHEMES)),
        1 => {
            push_letters(random, text);
            text.push_str(choose(random, &["@", "@", ".b@", "+c@", "_d@", "@@"]));
        }
        _ => {}
    }
    for _ in 0..random.usize(1..3) {
        match random.u8(..8) {
            0 => push_digits(random, 3, text),
            1 => text.push_str(&syllable(random)),
            _ => push_letters(random, text),
        }
        text.push_str(choose(random, &[".", ".", ".", ".", "-", "..", ""]));
    }
    text.push_str(choose(random, TOP_LEVELS));
    text.push_str(choose(random, PATHS));
    text.push_str(choose(
        random,
        &["", "", "", ".", ")", "”", "\u{301}", "\u{FEFF}", "ă", ".,"],
    ));
}

fn choose<'a>(random: &mut Rng, texts: &[&'a str]) -> &'a str {
    pick::<&str>(random, texts)
}

fn pick<'a, T>(random: &mut Rng, all: &'a [T]) -> &'a T {
    &all[random.usize(..all.len())]
}
