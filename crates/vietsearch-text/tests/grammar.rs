//! Which spellings are a syllable: against the oracle's grammar, and against real frequencies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::HashSet;
use std::fs;

use fastrand::Rng;
use support::data::shared;
use support::random_text::shuffled;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use vietsearch_oracle::grammar;
use vietsearch_oracle::letter::{ALPHABET, TONE_MARKS, VOWELS};
use vietsearch_text::Syllable;

/// Tokens that a spell checker knows, and that are no syllables: abbreviations and foreign words.
const EXCEPTIONS: &str = include_str!("data/no_syllables.txt");

fn parse(text: &str) -> Option<Syllable> {
    text.parse().ok()
}

#[test]
fn the_syllables_are_those_of_the_oracle() {
    let expected: HashSet<String> = grammar::all().into_iter().collect();
    let all: HashSet<String> = Syllable::all()
        .map(|syllable| syllable.to_string())
        .collect();
    assert_eq!(all, expected);
    assert_eq!(all.len(), 17_747);
}

#[test]
fn every_number_gives_its_spelling_and_every_spelling_its_number() {
    for syllable in Syllable::all() {
        let spelling = syllable.as_str();
        assert_eq!(parse(spelling), Some(syllable));
        assert_eq!(Syllable::from_id(syllable.id()), Some(syllable));
        assert_eq!(grammar::read(spelling).as_deref(), Some(spelling));
        let bare: String = spelling
            .nfd()
            .filter(|part| !is_combining_mark(*part))
            .collect();
        assert_eq!(syllable.folded(), bare.replace('đ', "d"), "{spelling}");
        assert_eq!(
            syllable.index_key(),
            grammar::index_key(spelling),
            "{spelling}"
        );
    }
}

/// In capitals, decomposed, and with the marks of each letter in any order.
#[test]
fn every_writing_of_the_letters_is_the_same_syllable() {
    let mut random = Rng::with_seed(3);
    for syllable in Syllable::all() {
        for written in [syllable.to_string(), syllable.as_str().to_uppercase()] {
            let decomposed: String = written.nfd().collect();
            assert_eq!(parse(&decomposed), Some(syllable), "{decomposed:?}");
            for _ in 0..3 {
                let other = shuffled(&mut random, &written);
                assert_eq!(parse(&other), Some(syllable), "{other:?}");
            }
        }
    }
}

/// The tone on any other vowel is the same syllable; only `gịa` and `giạ` differ by it.
#[test]
fn every_place_of_the_tone_is_the_same_syllable() {
    for syllable in Syllable::all() {
        let parts: Vec<char> = syllable.as_str().nfd().collect();
        let Some(tone) = parts.iter().copied().find(|part| TONE_MARKS.contains(part)) else {
            continue;
        };
        let is_other = |part: &char| !TONE_MARKS.contains(part);
        let letters: Vec<char> = parts.into_iter().filter(is_other).nfc().collect();
        for place in 0..letters.len() {
            let mut moved: String = letters[..=place].iter().collect();
            moved.push(tone);
            moved.extend(&letters[place + 1..]);
            let bears = VOWELS.contains(letters[place]);
            let expected = match syllable.folded() {
                "gia" if tone == '\u{323}' => parse(["", "gịa", "giạ"][place]),
                _ => bears.then_some(syllable),
            };
            assert_eq!(parse(&moved), expected, "{moved}");
        }
    }
}

#[test]
fn random_letters_are_read_as_by_the_oracle() {
    let mut random = Rng::with_seed(5);
    let letters: Vec<char> = ALPHABET.chars().chain("fjwz".chars()).collect();
    let marks: Vec<char> = TONE_MARKS.into_iter().collect();
    let mut syllables = 0;
    for _ in 0..200_000 {
        let mut written = String::new();
        for _ in 0..random.usize(1..7) {
            written.push(letters[random.usize(..letters.len())]);
            if random.u8(..6) == 0 {
                written.push(marks[random.usize(..marks.len())]);
            }
        }
        let expected = grammar::read(&written);
        assert_eq!(
            parse(&written).map(Syllable::as_str),
            expected.as_deref(),
            "{written}"
        );
        syllables += usize::from(expected.is_some());
    }
    assert!(syllables > 5_000, "{syllables} syllables");
}

/// One letter of a syllable another, one more or one less.
#[test]
fn neighbours_of_syllables_are_read_as_by_the_oracle() {
    let mut random = Rng::with_seed(6);
    let letters: Vec<char> = ALPHABET.chars().collect();
    for syllable in Syllable::all() {
        let mut written: Vec<char> = syllable.as_str().chars().collect();
        let place = random.usize(..written.len());
        let letter = letters[random.usize(..letters.len())];
        match random.u8(..3) {
            0 => written[place] = letter,
            1 => written.insert(place, letter),
            _ => drop(written.remove(place)),
        }
        let written: String = written.into_iter().collect();
        let read = parse(&written).map(Syllable::as_str);
        assert_eq!(read, grammar::read(&written).as_deref(), "{written}");
    }
}

#[test]
fn families_that_are_easily_got_wrong() {
    for (written, canonical) in [
        // qu and gi are onsets
        ("qúa", "quá"),
        ("qủa", "quả"),
        ("qúy", "quý"),
        ("qúi", "quí"),
        ("quờ", "quờ"),
        ("qụât", "quật"),
        ("qúôc", "quốc"),
        ("quỳên", "quyền"),
        ("quỹ", "quỹ"),
        ("quỵt", "quỵt"),
        ("gìa", "già"),
        ("gịa", "gịa"),
        ("giạ", "giạ"),
        ("gíup", "giúp"),
        ("giừơng", "giường"),
        ("gì", "gì"),
        ("gìn", "gìn"),
        ("gíêng", "giếng"),
        ("gíêt", "giết"),
        ("gio", "gio"),
        ("gìu", "giù"),
        // uy
        ("thuỷ", "thủy"),
        ("thủy", "thủy"),
        ("tuỵ", "tụy"),
        ("khuỷu", "khuỷu"),
        ("khủyu", "khuỷu"),
        ("húych", "huých"),
        ("tuýp", "tuýp"),
        ("túyp", "tuýp"),
        ("xuýt", "xuýt"),
        ("hùynh", "huỳnh"),
        ("khuya", "khuya"),
        ("ủy", "ủy"),
        ("uỷ", "ủy"),
        ("luỹ", "lũy"),
        // uyê
        ("thuỳên", "thuyền"),
        ("thùyên", "thuyền"),
        ("nguyệt", "nguyệt"),
        ("khúyêt", "khuyết"),
        ("chuỵên", "chuyện"),
        ("tuyêt", "none"),
        // ươ, with one horn and the tone on either
        ("nứơc", "nước"),
        ("được", "được"),
        ("đựơc", "được"),
        ("đuợc", "được"),
        ("đưọc", "được"),
        ("ngừơi", "người"),
        ("nguời", "người"),
        ("ngưòi", "người"),
        ("ruợu", "rượu"),
        ("rựou", "rượu"),
        ("ươn", "ươn"),
        ("uơn", "ươn"),
        ("thuở", "thuở"),
        ("thưở", "thuở"),
        ("huơ", "huơ"),
        ("hươ", "huơ"),
        ("quơ", "quơ"),
        ("qươ", "none"),
        // oa, oe, oă
        ("hoà", "hòa"),
        ("hòa", "hòa"),
        ("khoẻ", "khỏe"),
        ("khỏe", "khỏe"),
        ("tóan", "toán"),
        ("ngòai", "ngoài"),
        ("xóay", "xoáy"),
        ("ngoèo", "ngoèo"),
        ("ngòeo", "ngoèo"),
        ("ngoằn", "ngoằn"),
        ("ngòăn", "ngoằn"),
        ("hoặc", "hoặc"),
        ("họăc", "hoặc"),
        ("loắt", "loắt"),
        ("lóăt", "loắt"),
        // iê and yê
        ("vịêt", "việt"),
        ("việt", "việt"),
        ("tíêng", "tiếng"),
        ("yêu", "yêu"),
        ("ýêu", "yếu"),
        ("iêu", "none"),
        ("tyêu", "none"),
        // rare rimes and loans
        ("boong", "boong"),
        ("xoong", "xoong"),
        ("đoòng", "đoòng"),
        ("đòong", "đoòng"),
        ("voọc", "voọc"),
        ("vọoc", "voọc"),
        ("séc", "séc"),
        ("xẻng", "xẻng"),
        ("uênh", "uênh"),
        ("oang", "oang"),
        ("sỹ", "sỹ"),
        ("quí", "quí"),
        ("mỳ", "mỳ"),
        ("cược", "cược"),
        ("úc", "úc"),
        // none
        ("tp", "none"),
        ("hcm", "none"),
        ("web", "none"),
        ("html", "none"),
        ("hoc", "none"),
        ("hòc", "none"),
        ("tieng", "none"),
        ("viêt", "none"),
        ("Đăk", "none"),
        ("ñ", "none"),
        ("nghà", "none"),
        ("ngè", "none"),
        ("kà", "none"),
        ("cè", "none"),
        ("máà", "none"),
    ] {
        let read = parse(written).map_or("none", Syllable::as_str);
        assert_eq!(read, canonical, "{written}");
        let decomposed: String = written.nfd().collect();
        assert_eq!(
            parse(&decomposed).map_or("none", Syllable::as_str),
            canonical,
            "{written}"
        );
    }
}

#[test]
fn what_a_spell_checker_knows_parses() {
    let Some(path) = shared("lexicon/syllable_freq.tsv") else {
        return;
    };
    let exceptions: HashSet<&str> = EXCEPTIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let table = fs::read_to_string(path).unwrap();
    let mut known = 0;
    let mut failing = HashSet::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [token, _, in_hunspell] = fields[..] else {
            panic!("{line}")
        };
        if in_hunspell == "1" {
            known += 1;
            if parse(token).is_none() {
                failing.insert(token);
            }
        }
    }
    assert!(known > 5_000, "{known} tokens");
    let unexpected: Vec<_> = failing.difference(&exceptions).collect();
    assert!(unexpected.is_empty(), "no syllables: {unexpected:?}");
    let needless: Vec<_> = exceptions.difference(&failing).collect();
    assert!(
        needless.is_empty(),
        "exceptions that are none: {needless:?}"
    );
}

#[test]
fn exceptions_are_no_syllables() {
    for token in EXCEPTIONS.lines().filter(|line| !line.starts_with('#')) {
        assert_eq!(parse(token), None, "{token}");
        assert_eq!(grammar::read(token), None, "{token}");
    }
}
