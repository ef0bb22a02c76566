//! The segmenter as a whole: what it gives, and what must hold for any text.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::atom::{Atom, Atoms, SHAPES, Shape, gap_kind};
use super::decode::Decoder;
use super::tables::{OUTSIDE, PAIR_CLASSES, Tables};
use super::{DataError, Segmenter, UserDictionary};
use crate::scan::Scanner;

fn segmenter() -> Segmenter<'static> {
    Segmenter::new().unwrap()
}

fn words<'t>(segmenter: &mut Segmenter<'_>, text: &'t str) -> Vec<&'t str> {
    let words = segmenter.segment(text);
    words.map(|word| &text[word.start..word.end]).collect()
}

fn joined(text: &str) -> String {
    let words = words(&mut segmenter(), text);
    let words: Vec<String> = words.iter().map(|word| word.replace(' ', "_")).collect();
    words.join(" ")
}

/// A small sample of the convention, written for this test; one error in fifty words is allowed,
/// so that a retrained model need not be right everywhere.
#[test]
fn a_sample_is_segmented_as_people_do() {
    let sample = include_str!("sample.txt");
    let (mut right, mut found, mut gold) = (0, 0, 0);
    let mut segmenter = segmenter();
    for line in sample.lines().filter(|line| !line.starts_with('#')) {
        let expected: Vec<String> = line.split(' ').map(|word| word.replace('_', " ")).collect();
        let text = expected.join(" ");
        let mut spans = Vec::new();
        let mut at = 0;
        for word in &expected {
            spans.push((at, at + word.len()));
            at += word.len() + 1;
        }
        for word in segmenter.segment(&text) {
            found += 1;
            right += usize::from(spans.contains(&(word.start, word.end)));
        }
        gold += spans.len();
    }
    let f1 = 2.0 * right as f64 / (found + gold) as f64;
    assert!(f1 >= 0.98, "F1 {f1:.4} on {gold} words");
}

#[test]
fn punctuation_is_a_word_of_its_own_however_it_is_attached() {
    assert_eq!(joined("Anh nói: “Mưa to!”"), "Anh nói : “ Mưa to ! ”");
    assert_eq!(joined("chờ đợi..."), "chờ_đợi ...");
    assert_eq!(joined("sách ,vở"), "sách , vở");
    assert_eq!(joined(""), "");
    assert_eq!(joined(" \n"), "");
    assert_eq!(joined("?"), "?");
}

#[test]
fn numbers_dates_and_codes_are_one_word() {
    for whole in [
        "20.000",
        "3,5%",
        "30/4/1975",
        "30-4",
        "17:22",
        "Covid-19",
        "TP.HCM",
        "168/2024/NĐ-CP",
        "R&D",
        "vidu.vn",
        "a@vidu.vn",
    ] {
        assert_eq!(joined(whole), whole);
    }
    assert_eq!(joined("TP. HCM."), "TP. HCM .");
    assert_eq!(joined("ông H. đi về."), "ông H. đi về .");
    assert_eq!(joined("Bà Rịa-Vũng Tàu"), "Bà_Rịa - Vũng_Tàu");
}

/// What S1 and S3 of the promises rest on: boundaries that tell a word from chance neighbours, in
/// any case.
#[test]
fn chance_neighbours_are_told_from_words() {
    assert_eq!(joined("thi môn sinh học"), "thi môn sinh_học");
    assert_eq!(joined("học sinh học bài"), "học_sinh học bài");
    assert_eq!(joined("Á hậu Trương Mỹ Nhân"), "Á_hậu Trương_Mỹ_Nhân");
    assert_eq!(
        joined("người Mỹ, nhân viên họ Trương"),
        "người Mỹ , nhân_viên họ Trương"
    );
}

#[test]
fn case_does_not_decide() {
    let mut segmenter = segmenter();
    let text = "hôm nay trời mưa ở thành phố hà nội";
    let lower = words(&mut segmenter, text);
    let upper = text.to_uppercase();
    let upper: Vec<String> = words(&mut segmenter, &upper)
        .iter()
        .map(|word| word.to_lowercase())
        .collect();
    assert_eq!(lower, upper);
}

#[test]
fn user_words_are_joined_removed_and_weighed() {
    let with = |dictionary: &str, text: &str| {
        let dictionary = UserDictionary::parse(dictionary).unwrap();
        let mut segmenter = segmenter().with_user_dictionary(Arc::new(dictionary));
        let words = words(&mut segmenter, text);
        words
            .iter()
            .map(|word| word.replace(' ', "_"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    // S5
    assert_eq!(
        with("Vạn Thịnh Phát", "vụ án Vạn Thịnh Phát")
            .rsplit(' ')
            .next(),
        Some("Vạn_Thịnh_Phát")
    );
    // Any case and normal form.
    let decomposed: String = "VẠN THỊNH PHÁT".nfd().collect();
    assert_eq!(with(&decomposed, "vạn thịnh phát"), "vạn_thịnh_phát");
    assert_eq!(with("mát xa", "mát xa thịt"), "mát_xa thịt");
    assert_eq!(with("-hôm nay", "hôm nay mưa"), "hôm nay mưa");
    assert_eq!(
        with("ngày mưa to", "một ngày mưa to gió"),
        "một ngày_mưa_to gió"
    );
    assert_eq!(
        with("mưa to\t0.001", "ngày mưa to"),
        with("", "ngày mưa to")
    );
    assert_eq!(
        with("Mát-xcơ-va xanh", "ở Mát-xcơ-va xanh"),
        "ở Mát-xcơ-va_xanh"
    );
}

#[test]
fn lines_that_are_no_word_are_reported_by_number() {
    for (text, line) in [
        ("một hai\n...\n", 2),
        ("# chú thích\n\nmột hai\tnhiều\n", 3),
        ("một hai\t-1\n", 1),
        ("một, hai\n", 1),
        (
            "\u{FEFF}một hai\nmột hai ba bốn năm sáu bảy tám chín mười một hai ba\n",
            2,
        ),
    ] {
        let error = UserDictionary::parse(text).unwrap_err();
        assert_eq!(error.line, line, "{text:?}: {error}");
        assert!(
            error.to_string().starts_with(&format!("line {line}: ")),
            "{error}"
        );
    }
}

#[test]
fn fingerprints_tell_dictionaries_apart_but_not_their_writing() {
    let of = |text: &str| UserDictionary::parse(text).unwrap().fingerprint();
    assert_eq!(of("một hai\nba bốn"), of("BA BỐN\n# hai\nmột hai\t30\n"));
    assert_ne!(of("một hai"), of("-một hai"));
    assert_ne!(of("một hai"), of("một hai\t2"));
    assert_ne!(of("một hai"), of("hai một"));
    assert_eq!(of(""), 0);
    let plain = segmenter();
    let dictionary = Arc::new(UserDictionary::parse("một hai").unwrap());
    assert_ne!(
        plain.fingerprint(),
        plain.clone().with_user_dictionary(dictionary).fingerprint()
    );
}

#[test]
fn damaged_data_is_an_error_that_names_the_section() {
    let good = vietsearch_data::SEGMENTATION;
    assert!(Segmenter::from_data(good).is_ok());
    assert!(matches!(
        Segmenter::from_data(b"GIF89a").unwrap_err(),
        DataError::Foreign
    ));
    assert!(Segmenter::from_data(&good[..good.len() / 2]).is_err());
    let container = vietsearch_data::Container::read(good).unwrap();
    let mut end = good.len();
    let sections: Vec<_> = container.sections().collect();
    for (name, length) in sections.iter().rev() {
        let start = end - length.next_multiple_of(64);
        let mut damaged = good.to_vec();
        damaged[start] ^= 1;
        let error = Segmenter::from_data(&damaged).unwrap_err();
        assert!(error.to_string().contains(&format!("{name:?}")), "{error}");
        end = start;
    }
}

/// Sections whose checksums are right, but whose content does not fit together.
#[test]
fn foreign_tables_are_errors_too() {
    use vietsearch_data::{ContainerBuilder, SectionBuilder};
    let empty = ContainerBuilder::new().build().unwrap();
    let error = Segmenter::from_data(&empty).unwrap_err();
    assert!(error.to_string().contains("\"vocabulary\""), "{error}");
    let mut vocabulary = SectionBuilder::new("vocabulary", 1);
    vocabulary.u32(10);
    vocabulary.u16s(&[0, 11]);
    vocabulary.u32s(&[0, 0]);
    vocabulary.u16s(&[0, 0]);
    let file = ContainerBuilder::new().with(vocabulary).build().unwrap();
    let error = Segmenter::from_data(&file).unwrap_err();
    assert!(error.to_string().contains("beyond"), "{error}");
}

/// The naive decoder: the score of one row of decisions, by the definition.
fn score(tables: &Tables<'_>, atoms: &[Atom], extra: &[i32], joined: &[bool]) -> i64 {
    let row = |index: Option<usize>| {
        let atom = index.and_then(|index| atoms.get(index));
        tables.row(atom.map_or(OUTSIDE, |atom| atom.row))
    };
    let shape = |index: Option<usize>| {
        let atom = index.and_then(|index| atoms.get(index));
        atom.map_or(Shape::Sign, |atom| atom.shape)
    };
    let pair = |left: Option<usize>| {
        let atoms = left.and_then(|left| Some((atoms.get(left)?, atoms.get(left + 1)?)));
        let known = atoms.filter(|(left, right)| left.shape.can_join() && right.shape.can_join());
        known.map_or(tables.other_pair, |(left, right)| {
            tables.pair(tables.pair_place(left.row, right.row))
        })
    };
    let mut covers: HashMap<usize, u8> = HashMap::new();
    for start in 0..atoms.len() {
        let run = atoms[start..].iter().take_while(|atom| !atom.is_sign());
        let can_begin = pair(Some(start)).begins_longer();
        if let (true, Some((length, cover))) = (can_begin, tables.longest(run.map(|atom| atom.row)))
        {
            for gap in start..start + length - 1 {
                let slot = covers.entry(gap).or_default();
                *slot = (*slot).max(cover);
            }
        }
    }
    let mut sum = 0;
    for (gap, _) in joined.iter().enumerate().filter(|(_, joined)| **joined) {
        let (before, left, right, after) =
            (gap.checked_sub(1), Some(gap), Some(gap + 1), Some(gap + 2));
        if !shape(left).can_join() || !shape(right).can_join() {
            return i64::MIN;
        }
        let kind = gap_kind(shape(left), shape(right));
        let digits = |places: [Option<usize>; 3]| {
            places
                .iter()
                .fold(0, |sum, place| sum * SHAPES + shape(*place) as usize)
        };
        let classes = [pair(before), pair(left), pair(right)]
            .iter()
            .fold(0, |sum, pair| sum * PAIR_CLASSES + pair.class());
        let cover = covers.get(&gap).copied().unwrap_or(0);
        let mut score = tables.bias
            + row(before).weight::<0>()
            + row(left).weight::<1>()
            + row(right).weight::<2>()
            + row(after).weight::<3>()
            + pair(before).after()
            + pair(left).own(kind)
            + pair(right).before()
            + tables.shapes(0, digits([before, left, right]))
            + tables.shapes(1, digits([left, right, after]))
            + tables.classes(classes, usize::from(cover), kind)
            + extra.get(gap).copied().unwrap_or(0);
        if before.is_some_and(|before| joined[before]) {
            let cover_before = before
                .and_then(|before| covers.get(&before))
                .copied()
                .unwrap_or(0);
            let kind_before = gap_kind(shape(before), shape(left));
            score += tables.joint(cover != 0 && cover_before != 0, kind, kind_before);
        } else {
            score += tables.turn;
        }
        sum += i64::from(score);
    }
    sum
}

fn atoms_of(text: &str, tables: &Tables<'_>) -> Vec<Atom> {
    let mut scanner = Scanner::new();
    let mut atoms = Atoms::default();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        atoms.gap(text, &token);
        atoms.token(text, &token, &tables.vocabulary);
    }
    atoms.end(text);
    atoms.finish_sentence().to_vec()
}

const PARTS: &[&str] = &[
    "học", "sinh", "Học", "Nguyễn", "Văn", "A", "công", "ty", "cổ", "phần", "Hà", "Nội", "TP",
    "HCM", "của", "và", "nhà", "khoa", "xuất", "bản", "20", "5,5", "U23", ",", ".", "\"",
    "vidu.vn", "web", "Bách", "toàn", "thư", "3/4", "東", "máy", "bay", "hòa", "bình",
];

fn sentence(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS), length).prop_map(|parts| parts.join(" "))
}

proptest! {
    #[test]
    fn the_decoder_finds_the_best_row_of_decisions(
        text in sentence(1..9),
        extra in prop::collection::vec(-3000..3000i32, 0..9),
    ) {
        let tables = Tables::read(vietsearch_data::SEGMENTATION).unwrap();
        let atoms = atoms_of(&text, &tables);
        let mut decoder = Decoder::default();
        decoder.decode(&tables, &atoms, &extra);
        let own = score(&tables, &atoms, &extra, decoder.joined());
        let gaps = atoms.len().saturating_sub(1);
        for row in 0..1u32 << gaps {
            let joined: Vec<bool> = (0..gaps).map(|gap| row >> gap & 1 == 1).collect();
            prop_assert!(score(&tables, &atoms, &extra, &joined) <= own, "{text:?} {joined:?}");
        }
    }

    #[test]
    fn words_cover_everything_but_white_space(text in "(\\PC|[ \\n\u{301}\u{200B}]){0,60}") {
        let mut segmenter = segmenter();
        let mut end = 0;
        for word in segmenter.segment(&text) {
            prop_assert!(text[end..word.start].chars().all(char::is_whitespace), "{text:?}");
            prop_assert!(word.start < word.end);
            end = word.end;
        }
        prop_assert!(text[end..].chars().all(char::is_whitespace), "{text:?}");
    }

    #[test]
    fn tokens_are_those_of_the_words(text in sentence(0..30)) {
        let mut segmenter = segmenter();
        let counted: usize = segmenter.segment(&text).map(|word| word.tokens).sum();
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(&text);
        let mut count = 0;
        while tokens.next().is_some() {
            count += 1;
        }
        prop_assert_eq!(counted, count);
    }

    #[test]
    fn every_normal_form_gives_the_same_words(text in sentence(0..20)) {
        let mut segmenter = segmenter();
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        let of_composed: Vec<String> = words(&mut segmenter, &composed).iter().map(|word| word.nfd().collect()).collect();
        prop_assert_eq!(of_composed, words(&mut segmenter, &decomposed));
    }
}
