//! The grammar of written Vietnamese: onset × rime × tone.
//!
//! A written syllable (tiếng) is an onset, a rime and one of six tones. The lists follow the
//! standard description of the orthography (Thompson, *A Vietnamese Reference Grammar*, ch. 2;
//! Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*), widened by the rare rimes and loan syllables that
//! newspapers write: `boong`, `séc`, `tuýp`, `voọc`, `khuỷu`.
//!
//! This file uses nothing but `core` and `String`, because the table generator compiles it too:
//! `cargo run -p vietsearch-text --example generate_tables`.

/// All letters that a Vietnamese syllable is written with; a letter's code is its place plus one.
pub(crate) const LETTERS: [char; 29] = [
    'a', 'ă', 'â', 'b', 'c', 'd', 'đ', 'e', 'ê', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'ô', 'ơ',
    'p', 'q', 'r', 's', 't', 'u', 'ư', 'v', 'x', 'y',
];

/// Bits that one letter code takes in a spelling key.
pub(crate) const LETTER_BITS: u32 = 5;

/// The most letters that a syllable has (`nghiêng`).
pub(crate) const MAX_LETTERS: usize = 7;

/// Onsets as they are spelled; `gi` before a rime in `i` is spelled `g`.
pub(crate) const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
];

/// Rimes that end in a vowel, a glide or a nasal: they bear all six tones. One line a coda.
const OPEN_RIMES: &str = "
    a e ê i o ô ơ u ư y
    ai ao au ay âu ây eo êu ia iu iêu yêu oa oe oi ôi ơi oai oao oay oeo
    ua ưa uê uêu uơ ui ưi ưu uôi ươi ươu uy uya uyu uây
    am ăm âm em êm im om ôm ơm um ưm iêm yêm uôm ươm oam oăm
    an ăn ân en ên in on ôn ơn un ưn iên yên uôn ươn oan oăn oen uân uyên uyn
    ang ăng âng eng êng ong ông ung ưng iêng yêng uông ương oang oăng oong uâng
    anh ênh inh ynh oanh uênh uynh";

/// Rimes that end in a stop: they bear only the tones sắc and nặng. One line a coda.
const STOP_RIMES: &str = "
    ap ăp âp ep êp ip op ôp ơp up iêp ươp oap oăp oep uyp
    at ăt ât et êt it yt ot ôt ơt ut ưt iêt yêt uôt ươt oat oăt oet uât uyêt uyt
    ac ăc âc ec oc ôc uc ưc iêc uôc ươc oac oăc ooc
    ach êch ich ych oach uêch uych";

/// All rimes with whether they end in a stop, in a fixed order: the open ones first.
pub(crate) fn rimes() -> impl Iterator<Item = (&'static str, bool)> {
    let open = OPEN_RIMES.split_whitespace().map(|rime| (rime, false));
    open.chain(STOP_RIMES.split_whitespace().map(|rime| (rime, true)))
}

/// The toneless spelling of an onset with a rime, or `None` where the orthography forbids it.
pub(crate) fn spell(onset: &str, rime: &str) -> Option<String> {
    let front = rime.starts_with(['e', 'ê', 'i', 'y']);
    let allowed = match onset {
        // The same sounds are written c, g, ng before back vowels and k, gh, ngh before front ones.
        "c" | "g" | "ng" => !front,
        "k" | "gh" | "ngh" => front,
        "qu" => !rime.starts_with(['u', 'ư', 'o']),
        _ => true,
    };
    if !allowed || !y_allowed(onset, rime) {
        return None;
    }
    // `gi` keeps one i: gì, gìn, giếng. (gi + ia stays apart: see `is_lone_gia`.)
    if onset == "gi" && rime.starts_with('i') {
        return Some(format!("g{rime}"));
    }
    Some(format!("{onset}{rime}"))
}

/// Where `y` opens a rime: alone after few onsets, in `yê…` without onset, and after `qu`.
fn y_allowed(onset: &str, rime: &str) -> bool {
    const Y_ALONE: [&str; 12] = ["", "d", "h", "k", "l", "m", "n", "qu", "s", "t", "th", "v"];
    match rime {
        "y" => Y_ALONE.contains(&onset),
        "ynh" | "yt" | "ych" => onset == "qu",
        "iêu" | "iêm" | "iên" | "iêng" | "iêp" | "iêt" | "iêc" => {
            !onset.is_empty() && onset != "qu"
        }
        _ if rime.starts_with("yê") => onset.is_empty() || onset == "qu",
        _ => true,
    }
}

/// `gịa` (as in `giặt gịa`) is gi + ia; with every other tone `gia` is gi + a (`giá`, `giạ`).
pub(crate) fn is_lone_gia(onset: &str, rime: &str) -> bool {
    onset == "gi" && rime == "ia"
}

/// The place (in letters) of the tone mark in `onset` + `rime`, in the style that newspapers use:
/// on the marked vowel if there is one, else on the last vowel before a coda, else on the first
/// of two open vowels and the middle of three (`hòa`, `thủy`, `ngoài`, `khuỷu`).
pub(crate) fn tone_place(onset: &str, rime: &str) -> usize {
    let spelled = spell(onset, rime).unwrap_or_default();
    let letters: Vec<char> = spelled.chars().collect();
    let rime_letters: Vec<char> = rime.chars().collect();
    let rime_start = letters.len() - rime_letters.len();
    let vowels = rime_letters
        .iter()
        .take_while(|letter| is_vowel(**letter))
        .count();
    let has_coda = vowels < rime_letters.len();
    let marked = |wanted: &[char]| {
        rime_letters
            .iter()
            .rposition(|letter| wanted.contains(letter))
    };
    let place = match marked(&['ă', 'â', 'ê', 'ô', 'ơ']).or_else(|| marked(&['ư'])) {
        // The ư of ưu, ưi, ưa; a marked vowel anywhere else is the nucleus.
        Some(place) => place,
        None if has_coda => vowels - 1,
        None => (vowels - 1).min(1) - usize::from(vowels == 2),
    };
    rime_start + place
}

/// True for the twelve vowel letters.
pub(crate) fn is_vowel(letter: char) -> bool {
    matches!(
        letter,
        'a' | 'ă' | 'â' | 'e' | 'ê' | 'i' | 'o' | 'ô' | 'ơ' | 'u' | 'ư' | 'y'
    )
}

/// Writes `letter` with tone number `tone` (0 to 5: ngang, sắc, huyền, hỏi, ngã, nặng).
pub(crate) fn with_tone(letter: char, tone: usize) -> char {
    const TONED: [&str; 12] = [
        "aáàảãạ",
        "ăắằẳẵặ",
        "âấầẩẫậ",
        "eéèẻẽẹ",
        "êếềểễệ",
        "iíìỉĩị",
        "oóòỏõọ",
        "ôốồổỗộ",
        "ơớờởỡợ",
        "uúùủũụ",
        "ưứừửữự",
        "yýỳỷỹỵ",
    ];
    let row = TONED.iter().find(|row| row.starts_with(letter));
    row.and_then(|row| row.chars().nth(tone)).unwrap_or(letter)
}

/// The letter without hat, breve, horn or stroke.
pub(crate) fn bare(letter: char) -> char {
    match letter {
        'ă' | 'â' => 'a',
        'đ' => 'd',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        other => other,
    }
}

/// True if the folded form of onset + rime is also written with `i`: `kỹ` = `kĩ`, never `thy` = `thi`.
///
/// Only where y is the whole rime after h, k, l, m, s, t, qu; and in `vỹ`, `quýt`.
pub(crate) fn y_is_i(onset: &str, rime: &str) -> bool {
    match rime {
        "y" => matches!(onset, "h" | "k" | "l" | "m" | "s" | "t" | "qu" | "v"),
        "yt" => onset == "qu",
        _ => false,
    }
}
