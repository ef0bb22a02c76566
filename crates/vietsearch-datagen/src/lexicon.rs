//! The lexicon: words of several syllables with their sources.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use vietsearch_text::{Scanner, TokenKind};

use crate::error::{DatagenError, Result};
use crate::vocabulary::own_form;

/// Where a word comes from, a bit each.
pub(crate) mod source {
    /// The vocabulary of RDRsegmenter.
    pub(crate) const RDR: u8 = 1;
    /// The word list of pyvi.
    pub(crate) const PYVI: u8 = 2;
    /// Names of places: provinces, districts, wards.
    pub(crate) const PLACE: u8 = 4;
}

/// Canonical forms joined by spaces, with the bits of their sources.
pub(crate) type Lexicon = BTreeMap<String, u8>;

/// Reads the lists below a folder.
pub(crate) fn read_lists(folder: &Path) -> Result<Lexicon> {
    let mut lexicon = Lexicon::new();
    let mut scanner = Scanner::new();
    for (name, bit) in [
        ("rdrsegmenter-vocab.txt", source::RDR),
        ("pyvi-words.txt", source::PYVI),
    ] {
        for line in read(&folder.join(name))?.lines() {
            add(&mut lexicon, &mut scanner, line, bit);
        }
    }
    for name in ["units-pre-2025.tsv", "units-2026.tsv"] {
        let text = read(&folder.join("admin-units").join(name))?;
        for line in text.lines().skip(1) {
            let full = line.split('\t').nth(3).unwrap_or("");
            add(&mut lexicon, &mut scanner, place(full), source::PLACE);
        }
    }
    Ok(lexicon)
}

/// A place without what it is.
fn place(full: &str) -> &str {
    const KINDS: [&str; 9] = [
        "Thành phố ",
        "Tỉnh ",
        "Quận ",
        "Huyện ",
        "Thị xã ",
        "Thị trấn ",
        "Phường ",
        "Xã ",
        "Đặc khu ",
    ];
    KINDS
        .iter()
        .find_map(|kind| full.strip_prefix(kind))
        .unwrap_or(full)
}

fn add(lexicon: &mut Lexicon, scanner: &mut Scanner, word: &str, bit: u8) {
    if word.contains(['/', '(', ',', '.', '\'', '-']) {
        return;
    }
    let mut forms = Vec::new();
    let mut tokens = scanner.scan(word);
    while let Some(token) = tokens.next() {
        if !matches!(token.kind, TokenKind::Syllable | TokenKind::Word) {
            return;
        }
        let form = own_form(&token);
        forms.push(form.to_string());
    }
    if (2..=6).contains(&forms.len()) {
        *lexicon.entry(forms.join(" ")).or_default() |= bit;
    }
}

/// How the treebank writes brackets in one of its files.
pub(crate) const BRACKETS: [&str; 2] = ["lbkt", "rbkt"];

/// All spellings that words consist of, and those of the treebank's own signs.
pub(crate) fn spellings(lexicon: &Lexicon) -> HashSet<String> {
    let parts = lexicon.keys().flat_map(|word| word.split(' '));
    parts.chain(BRACKETS).map(str::to_string).collect()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| DatagenError::Io {
        action: "read",
        path: path.into(),
        source,
    })
}
