//! Writes `src/syllable/tables.rs` from the grammar; `--check` compares instead.
//!
//! ```text
//! cargo run -p vietsearch-text --example generate_tables             # writes
//! cargo run -p vietsearch-text --example generate_tables -- --check  # compares, for CI
//! ```

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a developer's tool that is to stop at the first surprise"
)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the grammar is a module of the library; the generator uses part of it"
)]
#[path = "../src/syllable/grammar.rs"]
mod grammar;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use grammar::{LETTER_BITS, LETTERS, ONSETS};

/// A toneless syllable.
struct Base {
    folded: String,
    spelled: String,
    onset: usize,
    rime: usize,
    stop: bool,
    tone_place: usize,
    lone_gia: bool,
}

const CANONICAL_STRIDE: usize = 12;
const FOLDED_STRIDE: usize = 8;
const SPELLING_SLOTS: usize = 8192;
const FOLDED_SLOTS: usize = 4096;
const HASH_MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

fn main() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/syllable/tables.rs");
    let tables = render();
    if std::env::args().any(|argument| argument == "--check") {
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        if current != tables {
            eprintln!("tables.rs differs from the grammar: run the generator without --check");
            return ExitCode::FAILURE;
        }
        println!("tables.rs agrees with the grammar");
        return ExitCode::SUCCESS;
    }
    if let Err(error) = std::fs::write(&path, tables) {
        eprintln!("cannot write {}: {error}", path.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn fold(spelled: &str) -> String {
    spelled.chars().map(grammar::bare).collect()
}

fn key(spelled: &str) -> u64 {
    spelled.chars().fold(0, |key, letter| {
        let code = LETTERS
            .iter()
            .position(|known| *known == letter)
            .expect("a known letter")
            + 1;
        (key << LETTER_BITS) | code as u64
    })
}

fn bases() -> Vec<Base> {
    let mut bases = Vec::new();
    let mut taken = BTreeMap::new();
    for (onset, onset_text) in ONSETS.iter().enumerate() {
        // For gi, the rimes in iê… go first: giêng is gi + iêng, not gi + êng.
        let mut order: Vec<_> = grammar::rimes().enumerate().collect();
        order.sort_by_key(|(_, (text, _))| !(*onset_text == "gi" && text.starts_with("iê")));
        for (rime, (rime_text, stop)) in order {
            let Some(spelled) = grammar::spell(onset_text, rime_text) else {
                continue;
            };
            let lone_gia = grammar::is_lone_gia(onset_text, rime_text);
            if !lone_gia && taken.insert(spelled.clone(), (onset, rime)).is_some() {
                continue;
            }
            bases.push(Base {
                folded: fold(&spelled),
                tone_place: grammar::tone_place(onset_text, rime_text),
                spelled,
                onset,
                rime,
                stop,
                lone_gia,
            });
        }
    }
    bases.sort_by(|a, b| {
        let left = (&a.folded, a.lone_gia, &a.spelled, a.onset, a.rime);
        left.cmp(&(&b.folded, b.lone_gia, &b.spelled, b.onset, b.rime))
    });
    bases
}

/// Spellings with a missing or a needless horn: `thuơng`, `thưong` for `thương`, `thưở` for `thuở`.
fn horn_repairs(base: &Base) -> Vec<String> {
    if base.spelled.contains("ươ") {
        vec![
            base.spelled.replace("ươ", "uơ"),
            base.spelled.replace("ươ", "ưo"),
        ]
    } else if base.spelled.ends_with("uơ") && !base.spelled.starts_with("qu") {
        vec![base.spelled.replace("uơ", "ươ")]
    } else {
        Vec::new()
    }
}

fn insert(slots: &mut [u64], key: u64, value: u64) {
    let shift = 64 - slots.len().trailing_zeros();
    let mut slot = (key.wrapping_mul(HASH_MULTIPLIER) >> shift) as usize;
    while slots[slot] != 0 {
        slot = (slot + 1) % slots.len();
    }
    slots[slot] = key | (value << 36);
}

fn pad(text: &str, stride: usize) -> String {
    let length = text.len();
    assert!(length < stride, "{text} is longer than its slot");
    let fill = " ".repeat(stride - 1 - length);
    format!("{text}{fill}{}", char::from(b'0' + length as u8))
}

fn y_is_i(base: &Base) -> bool {
    let rime = grammar::rimes().nth(base.rime).expect("a rime").0;
    grammar::y_is_i(ONSETS[base.onset], rime)
}

/// The base that is spelled with i where this one is spelled with y.
fn i_twin(bases: &[Base], base: &Base) -> usize {
    let rime = |index: usize| grammar::rimes().nth(index).expect("a rime").0;
    let wanted = rime(base.rime).replace('y', "i");
    bases
        .iter()
        .position(|other| other.onset == base.onset && rime(other.rime) == wanted)
        .expect("a base with i for each with y")
}

fn render() -> String {
    let bases = bases();
    let mut spellings = vec![0u64; SPELLING_SLOTS];
    let mut folded_slots = vec![0u64; FOLDED_SLOTS];
    let mut seen = BTreeMap::new();
    for (index, base) in bases.iter().enumerate() {
        if !base.lone_gia {
            seen.insert(base.spelled.clone(), (index, base.stop));
        }
    }
    for (index, base) in bases.iter().enumerate() {
        for spelled in horn_repairs(base) {
            seen.entry(spelled).or_insert((index, base.stop));
        }
    }
    for (spelled, (index, stop)) in &seen {
        insert(
            &mut spellings,
            key(spelled),
            *index as u64 | (u64::from(*stop) << 13),
        );
    }
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, base) in bases.iter().enumerate() {
        groups.entry(&base.folded).or_insert((index, 0)).1 += 1;
    }
    for (folded, (start, count)) in &groups {
        insert(
            &mut folded_slots,
            key(folded),
            *start as u64 | ((*count as u64) << 13),
        );
    }

    let mut out = String::from(
        "// @generated DO NOT EDIT: made from grammar.rs by\n\
         // cargo run -p vietsearch-text --example generate_tables\n\n",
    );
    let rimes: Vec<_> = grammar::rimes()
        .map(|(text, _)| format!("{text:?}"))
        .collect();
    writeln!(out, "pub(super) const BASE_COUNT: usize = {};", bases.len()).expect("a string");
    let lone = bases.iter().position(|base| base.lone_gia).expect("gịa");
    let gia = seen["gia"].0;
    writeln!(out, "pub(super) const GIA: u16 = {gia};").expect("a string");
    writeln!(out, "pub(super) const LONE_GIA: u16 = {lone};").expect("a string");
    writeln!(
        out,
        "pub(super) const CANONICAL_STRIDE: usize = {CANONICAL_STRIDE};"
    )
    .expect("a string");
    writeln!(
        out,
        "pub(super) const FOLDED_STRIDE: usize = {FOLDED_STRIDE};"
    )
    .expect("a string");
    writeln!(
        out,
        "pub(super) const HASH_MULTIPLIER: u64 = {HASH_MULTIPLIER:#018x};"
    )
    .expect("a string");
    writeln!(
        out,
        "#[rustfmt::skip]\npub(super) static RIMES: [&str; {}] = [{}];",
        rimes.len(),
        rimes.join(", ")
    )
    .expect("a string");
    // Onset, rime and flags (1: ends in a stop, 2: y is also written i) of each base.
    out.push_str("#[rustfmt::skip]\npub(super) static PARTS: [[u8; 3]; BASE_COUNT] = [\n");
    for base in &bases {
        let flags = u8::from(base.stop) | (u8::from(y_is_i(base)) << 1);
        writeln!(out, "[{},{},{flags}],", base.onset, base.rime).expect("a string");
    }
    out.push_str("];\n#[rustfmt::skip]\npub(super) static CANONICAL: &str = concat!(\n");
    for base in &bases {
        out.push('"');
        for tone in 0..6 {
            let letters = base.spelled.chars().enumerate().map(|(place, letter)| {
                if place == base.tone_place {
                    grammar::with_tone(letter, tone)
                } else {
                    letter
                }
            });
            out.push_str(&pad(&letters.collect::<String>(), CANONICAL_STRIDE));
        }
        out.push_str("\",\n");
    }
    out.push_str(");\n#[rustfmt::skip]\npub(super) static FOLDED: &str = concat!(\n");
    // The last byte of a slot tells the length; a letter there that y is also written i.
    for base in &bases {
        let mut slot = pad(&base.folded, FOLDED_STRIDE);
        if y_is_i(base) {
            let length = slot.pop().map_or(0, |digit| digit as u8 - b'0');
            slot.push(char::from(b'@' + length));
        }
        writeln!(out, "\"{slot}\",").expect("a string");
    }
    out.push_str(");\n");
    let twins: Vec<String> = bases
        .iter()
        .enumerate()
        .filter(|(_, base)| y_is_i(base))
        .map(|(index, base)| format!("({index}, {})", i_twin(&bases, base)))
        .collect();
    writeln!(
        out,
        "/// Bases that are spelled with y, and those that are spelled with i in its place.\n\
         #[rustfmt::skip]\npub(super) static I_TWINS: [(u16, u16); {}] = [{}];",
        twins.len(),
        twins.join(", ")
    )
    .expect("a string");
    for (name, slots) in [("SPELLINGS", &spellings), ("FOLDED_GROUPS", &folded_slots)] {
        writeln!(
            out,
            "#[rustfmt::skip]\npub(super) static {name}: [u64; {}] = [",
            slots.len()
        )
        .expect("a string");
        for row in slots.chunks(8) {
            let row: Vec<_> = row.iter().map(|slot| format!("{slot:#x}")).collect();
            writeln!(out, "{},", row.join(",")).expect("a string");
        }
        out.push_str("];\n");
    }
    out
}
