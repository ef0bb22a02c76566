use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

type Row = (usize, usize, &'static str, String, String, u32);

fn rows(scanner: &mut Scanner, text: &str) -> Vec<Row> {
    let mut tokens = scanner.scan(text);
    let mut rows = Vec::new();
    while let Some(token) = tokens.next() {
        rows.push((
            token.start,
            token.end,
            token.kind.name(),
            token.form.to_string(),
            token.folded.to_string(),
            token.sentence,
        ));
    }
    rows
}

fn forms(text: &str) -> Vec<String> {
    rows(&mut Scanner::new(), text)
        .into_iter()
        .map(|row| row.3)
        .collect()
}

#[test]
fn joins_and_splits() {
    assert_eq!(
        forms("H'Mông H’Mông Hmông K’Ho"),
        ["hmông", "hmông", "hmông", "kho"]
    );
    assert_eq!(forms("l'homme Vietnam's"), ["l", "homme", "vietnam", "s"]);
    assert_eq!(
        forms("Covid-19, TP.HCM; 20.000đ"),
        ["covid", "19", "tp", "hcm", "20000", "đ"]
    );
    assert_eq!(
        forms("thủ\u{200B}tướng Quốc h\u{AD}ội \u{FEFF}TP.\u{A0}HCM"),
        ["thủ", "tướng", "quốc", "hội", "tp", "hcm"]
    );
    assert_eq!(
        forms("toasoan@vidu.vn https://vidu.vn/a?b=1."),
        ["toasoan@vidu.vn", "https://vidu.vn/a?b=1"]
    );
    assert_eq!(
        forms("東京都 Путин 한국"),
        ["東", "京", "都", "путин", "한국"]
    );
    assert_eq!(forms("\u{301}a \u{301}"), ["a"], "lone marks are no tokens");
    assert_eq!(
        forms("NÐ-CP QÐ-TTg Ðà Guðni Ðắk"),
        ["nđ", "cp", "qđ", "ttg", "đà", "guðni", "đắk"]
    );
    assert_eq!(forms("m² ＣＯＶＩＤ－１９"), ["m²", "ｃｏｖｉｄ", "１９"]);
}

#[test]
fn sentences_count_up() {
    let sentences = |text: &str| -> Vec<u32> {
        rows(&mut Scanner::new(), text)
            .into_iter()
            .map(|row| row.5)
            .collect()
    };
    assert_eq!(sentences("Hà Nội. Mới đây"), [0, 0, 1, 1]);
    assert_eq!(sentences("ở TP. Hồ. PGS.TS. Nguyễn"), [0, 0, 0, 1, 1, 1]);
    assert_eq!(
        sentences("“Đi đâu?” ông hỏi. “Về!” Rồi"),
        [0, 0, 0, 0, 1, 2]
    );
}

/// Pieces that meet every branch of the scanner.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("việt".to_string()),
        Just("Hoà".to_string()),
        Just("nguời".to_string()),
        Just("tieng".to_string()),
        Just("THUỶ".to_string()),
        Just("qúy".to_string()),
        Just("e\u{301}\u{302}".to_string()),
        Just("Ð".to_string()),
        Just("ƣ".to_string()),
        Just("h".to_string()),
        Just("'".to_string()),
        Just("’".to_string()),
        Just(" ".to_string()),
        Just(" ".to_string()),
        Just(". ".to_string()),
        Just("...".to_string()),
        Just("\n".to_string()),
        Just("TP".to_string()),
        Just("20.000".to_string()),
        Just("3,5".to_string()),
        Just("19".to_string()),
        Just("-".to_string()),
        Just("/".to_string()),
        Just("@".to_string()),
        Just(".vn".to_string()),
        Just("http://".to_string()),
        Just("\u{AD}".to_string()),
        Just("\u{200B}".to_string()),
        Just("\u{323}".to_string()),
        Just("\u{31B}".to_string()),
        Just("東".to_string()),
        Just("Путин".to_string()),
        Just("m²".to_string()),
        Just("ﬁ".to_string()),
        Just("가".to_string()),
        Just("\u{1F1FB}".to_string()),
        any::<char>().prop_map(String::from),
        "[a-zA-Z]{1,9}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn fast_path_equals_general_path(text in pieces()) {
        let fast = rows(&mut Scanner::new(), &text);
        let general = rows(&mut Scanner::without_fast_path(), &text);
        prop_assert_eq!(fast, general);
    }

    /// Long texts are read with the memo: the same words must come out of it as went in.
    #[test]
    fn memo_equals_general_path(parts in proptest::collection::vec(pieces(), 1..4)) {
        let mut text = parts.join(" ");
        while text.len() < 2 * MEMO_FROM {
            text = format!("{text} {text} ");
        }
        let mut scanner = Scanner::new();
        let general = rows(&mut Scanner::without_fast_path(), &text);
        for _ in 0..2 {
            prop_assert_eq!(&rows(&mut scanner, &text), &general);
        }
    }

    #[test]
    fn spans_ascend_and_leave_nothing_out(text in pieces()) {
        let mut end = 0;
        let mut covered = vec![false; text.len()];
        for row in rows(&mut Scanner::new(), &text) {
            prop_assert!(row.0 >= end && row.1 > row.0);
            end = row.1;
            let slice = text.get(row.0..row.1);
            prop_assert!(slice.is_some(), "on character boundaries");
            covered[row.0..row.1].fill(true);
            let again = rows(&mut Scanner::new(), slice.unwrap());
            prop_assert_eq!(again.len(), 1, "{:?}", slice);
            prop_assert_eq!(&again[0].3, &row.3);
        }
        for (place, character) in text.char_indices() {
            let letter = character.is_alphanumeric()
                && !matches!(character, '\u{2B0}'..='\u{2FF}')
                && class(character) != Class::Mark;
            prop_assert!(!letter || covered[place], "{character:?} is left out");
        }
    }

    #[test]
    fn composed_and_decomposed_text_give_equal_tokens(text in pieces()) {
        // The composition of a whole text may join across pieces, so both sides start composed.
        let composed: String = text.nfc().collect();
        let decomposed: String = composed.nfd().collect();
        let forms = |text: &str| -> Vec<(String, u32)> {
            rows(&mut Scanner::new(), text).into_iter().map(|row| (row.3, row.5)).collect()
        };
        prop_assert_eq!(forms(&composed), forms(&decomposed));
    }
}

#[test]
fn memo_forgets_words_when_its_room_is_full() {
    let mut remembering = Scanner::new();
    let mut general = Scanner::without_fast_path();
    // More capitalised words than there is room for; the first ones come back again and again.
    for start in (0..40_000).step_by(500) {
        let word = |number: usize| format!("Covid{number} Zeta{} ", number % 100);
        let text: String = (start..start + 500).map(word).collect();
        assert_eq!(rows(&mut remembering, &text), rows(&mut general, &text));
    }
}
