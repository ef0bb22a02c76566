//! The promises of the scanner and of the tokenizers above it.

use tantivy_tokenizer_api::{TokenStream, Tokenizer};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use vietsearch::text::{Scanner, TokenKind};
use vietsearch::tokenizer::ViTokenizer;

#[derive(Debug, PartialEq, Eq)]
struct Row {
    start: usize,
    end: usize,
    kind: TokenKind,
    form: String,
    folded: String,
    index_key: String,
    sentence: u32,
}

/// Checks every promise on one text.
pub fn check(text: &str) {
    let rows = rows(&mut Scanner::new(), text);
    assert_eq!(
        rows,
        self::rows(&mut Scanner::without_fast_path(), text),
        "the fast path differs from the general path"
    );
    warm_scanner_agrees(text, &rows);
    oracle_agrees(text, &rows);
    spans_ascend_and_leave_nothing_out(text, &rows);
    forms_are_canonical(&rows);
    normal_forms_are_equal(text);
    tokenizers_agree(text, &rows);
}

fn rows(scanner: &mut Scanner, text: &str) -> Vec<Row> {
    let mut tokens = scanner.scan(text);
    let mut rows = Vec::new();
    while let Some(token) = tokens.next() {
        assert_eq!(
            token.syllable.is_some(),
            token.kind == TokenKind::Syllable,
            "{token:?}"
        );
        rows.push(Row {
            start: token.start,
            end: token.end,
            kind: token.kind,
            form: token.form.to_string(),
            folded: token.folded.to_string(),
            index_key: token.index_key().to_string(),
            sentence: token.sentence,
        });
    }
    rows
}

/// A scanner that has read much, this text too, gives what a new one gives.
fn warm_scanner_agrees(text: &str, rows: &[Row]) {
    let mut scanner = Scanner::new();
    self::rows(&mut scanner, &"Trời mưa, web U23. ".repeat(20));
    for _ in 0..2 {
        assert_eq!(
            self::rows(&mut scanner, text),
            rows,
            "a warm scanner (left)"
        );
    }
}

/// The tokens are those that the rules give, read one after the other.
fn oracle_agrees(text: &str, rows: &[Row]) {
    let expected = vietsearch_oracle::analyse(text);
    for (row, wanted) in rows.iter().zip(&expected) {
        let found = (row.start, row.end, row.kind.name(), row.sentence);
        let wanted_place = (wanted.start, wanted.end, wanted.kind, wanted.sentence);
        assert_eq!(
            found, wanted_place,
            "{row:?}, the oracle (right) {wanted:?}"
        );
        assert_eq!(row.form, wanted.form, "the oracle's form is right of this");
        assert_eq!(
            row.folded, wanted.folded,
            "the oracle's folded form is right of this"
        );
        assert_eq!(
            row.index_key, wanted.index_key,
            "the oracle's key is right of this"
        );
    }
    assert_eq!(
        rows.len(),
        expected.len(),
        "the oracle has another number (right) of tokens"
    );
}

fn spans_ascend_and_leave_nothing_out(text: &str, rows: &[Row]) {
    let mut scanner = Scanner::new();
    let mut covered = vec![false; text.len()];
    let mut end = 0;
    let mut sentence = 0;
    for row in rows {
        assert!(
            row.start >= end && row.end > row.start,
            "out of order: {row:?}"
        );
        assert!(
            row.sentence >= sentence,
            "sentence numbers go back: {row:?}"
        );
        (end, sentence) = (row.end, row.sentence);
        let Some(written) = text.get(row.start..row.end) else {
            panic!("not on character boundaries: {row:?}");
        };
        covered[row.start..row.end].fill(true);
        let again = self::rows(&mut scanner, written);
        let parts = |row: &Row| (row.kind, row.form.clone(), row.folded.clone());
        assert_eq!(
            again.iter().map(parts).collect::<Vec<_>>(),
            [parts(row)],
            "{written:?} alone scans to another token"
        );
    }
    for (place, character) in text.char_indices() {
        // Spacing modifier letters, one of which is U+0374 canonically, serve as apostrophes; marks
        // belong to the letter before them.
        let counts = character.is_alphanumeric()
            && !matches!(character, '\u{2B0}'..='\u{2FF}' | '\u{374}')
            && !is_combining_mark(character);
        assert!(
            !counts || covered[place],
            "{character:?} at byte {place} is left out"
        );
    }
}

fn forms_are_canonical(rows: &[Row]) {
    for row in rows {
        assert!(
            !row.form.is_empty() && !row.folded.is_empty(),
            "empty: {row:?}"
        );
        assert!(is_nfc(&row.form), "not NFC: {row:?}");
        if row.kind == TokenKind::Syllable {
            let again = self::rows(&mut Scanner::new(), &row.form);
            assert_eq!(again.len(), 1, "{row:?}");
            assert_eq!(again[0].form, row.form, "the form is no fixed point");
        }
    }
}

/// Composed and decomposed text give the same tokens.
fn normal_forms_are_equal(text: &str) {
    let composed: String = text.nfc().collect();
    let decomposed: String = composed.nfd().collect();
    let without_places = |text: &str| -> Vec<(TokenKind, String, String, u32)> {
        rows(&mut Scanner::new(), text)
            .into_iter()
            .map(|row| (row.kind, row.form, row.folded, row.sentence))
            .collect()
    };
    assert_eq!(
        without_places(&composed),
        without_places(&decomposed),
        "composed (left) and decomposed (right) text differ"
    );
}

fn tokenizers_agree(text: &str, rows: &[Row]) {
    for mut tokenizer in [ViTokenizer::syllables(), ViTokenizer::folded()] {
        let mut stream = tokenizer.token_stream(text);
        let mut next_position = 0;
        for row in rows {
            assert!(stream.advance(), "the stream ends before {row:?}");
            let token = stream.token();
            assert_eq!((token.offset_from, token.offset_to), (row.start, row.end));
            assert!(
                token.position >= next_position,
                "positions go back: {token:?}"
            );
            assert!(!token.text.is_empty(), "empty term: {token:?}");
            next_position = token.position + 1;
        }
        assert!(!stream.advance(), "the stream goes on after the last token");
    }
}
