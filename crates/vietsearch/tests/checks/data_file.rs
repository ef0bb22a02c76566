//! Files of one's own: tables, weights, words, aliases.

use std::hint::black_box;

use vietsearch::text::interpret::{LanguageModel, Unit};
use vietsearch::text::{Segmenter, Syllable, UserDictionary};
use vietsearch::{AliasPack, Weights};
use vietsearch_data::{LANGUAGE, SEGMENTATION, checksum};

const TEXT: &str =
    "Thủ tướng Phạm Minh Chính dự lễ khởi công đường cao tốc Bắc - Nam. 3,5 tỷ đồng!";

/// Checks every promise on some bytes: as a text, as tables, and as changes of the library's own
/// tables, whose checksums are put right so that they are read.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let _ = Weights::parse(&text);
    let _ = AliasPack::parse("thử", &text);
    if let Ok(words) = UserDictionary::parse(&text) {
        black_box(words.fingerprint());
    }
    read(input);
    let changes = input.chunks_exact(6).take(64);
    if changes.len() == 0 {
        return;
    }
    let file = match input[0] % 2 {
        0 => SEGMENTATION,
        _ => LANGUAGE,
    };
    let mut changed = file.to_vec();
    let first = sections(file)[0].0;
    for change in changes {
        // One file has some megabytes: three bytes tell a place, most often in the first ones.
        let place = u32::from_le_bytes([change[1], change[2], change[3] % 32, 0]) as usize;
        changed[first + place % (file.len() - first)] = change[4];
    }
    seal(&mut changed);
    read(&changed);
}

fn read(bytes: &[u8]) {
    if let Ok(mut segmenter) = Segmenter::from_data(bytes) {
        for word in segmenter.segment(TEXT) {
            assert!(TEXT.get(word.start..word.end).is_some(), "{word:?}");
        }
    }
    if let Ok(model) = LanguageModel::read(bytes) {
        let syllables = [0, 900, 12_345].into_iter().filter_map(Syllable::from_id);
        for unit in syllables
            .map(Unit::Syllable)
            .chain([Unit::Start, Unit::Other])
        {
            black_box(model.log_probability(Unit::Start, unit, unit));
            black_box(model.log_probability(unit, unit, Unit::Number));
        }
    }
}

const HEADER: usize = 16;
const ENTRY: usize = 40;

/// Where each section begins and how long it is.
fn sections(file: &[u8]) -> Vec<(usize, usize)> {
    let number = |at: usize| u32::from_le_bytes(*file[at..].first_chunk().unwrap()) as usize;
    let entries = (0..number(12)).map(|entry| HEADER + entry * ENTRY);
    entries
        .map(|at| (number(at + 24), number(at + 28)))
        .collect()
}

fn seal(file: &mut [u8]) {
    let sections = sections(file);
    for (entry, (start, length)) in sections.iter().enumerate() {
        let sum = checksum(&file[*start..start + length]);
        let at = HEADER + entry * ENTRY + 32;
        file[at..at + 8].copy_from_slice(&sum.to_le_bytes());
    }
    let end = HEADER + sections.len() * ENTRY;
    let sum = checksum(&file[..end]);
    file[end..end + 8].copy_from_slice(&sum.to_le_bytes());
}
