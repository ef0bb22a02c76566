//! What people type, case by case: data in `tests/interpret`, and properties.
#![cfg(feature = "data")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use vietsearch_text::interpret::{Interpreter, LanguageModel};
use vietsearch_text::marks::{Bare, agree};
use vietsearch_text::{Scanner, fold};

/// Runs every case of a file and lists those that fail.
fn run(cases: &str, mut answer: impl FnMut(&str, &str) -> Option<String>) {
    let mut failed = Vec::new();
    let mut count = 0;
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, typed, expected] = fields[..] else {
            failed.push(format!("not three fields: {line:?}"));
            continue;
        };
        count += 1;
        let expected = (expected != "=").then(|| expected.to_string());
        let found = answer(typed, expected.as_deref().unwrap_or("")).filter(|found| found != typed);
        if found != expected {
            failed.push(format!("{id}: {typed:?} gives {found:?}, not {expected:?}"));
        }
    }
    assert!(count > 10, "too few cases");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn decode() {
    let mut interpreter = Interpreter::shipped();
    run(include_str!("interpret/decode.tsv"), |typed, _| {
        Some(interpreter.decode(typed))
    });
}

#[test]
fn queries() {
    let mut interpreter = Interpreter::shipped();
    run(include_str!("interpret/query.tsv"), |typed, _| {
        Some(interpreter.decode_query(&[typed])?.texts.concat())
    });
}

#[test]
fn restore() {
    let mut interpreter = Interpreter::shipped();
    run(include_str!("interpret/restore.tsv"), |typed, _| {
        Some(interpreter.restore(typed))
    });
}

#[test]
fn suggest() {
    let mut interpreter = Interpreter::shipped();
    run(include_str!("interpret/suggest.tsv"), |typed, _| {
        interpreter.suggest(typed).map(|suggestion| suggestion.text)
    });
}

#[test]
fn expand() {
    let mut scanner = Scanner::new();
    run(include_str!("interpret/expand.tsv"), |typed, wanted| {
        let forms: Vec<String> = tokens(&mut scanner, typed);
        let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
        let typed: Vec<_> = forms.iter().map(|form| (*form, Bare::Literal)).collect();
        let expansions = LanguageModel::shipped().expansions(&typed);
        let whole = |form: &str| {
            let mut whole = expansions.iter().filter(|one| one.tokens == forms.len());
            whole.any(|one| one.form == form)
        };
        whole(wanted).then(|| wanted.to_string())
    });
}

fn tokens(scanner: &mut Scanner, text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        forms.push(token.form.to_string());
    }
    forms
}

#[test]
fn texts_of_one_query_are_decided_together() {
    let mut interpreter = Interpreter::shipped();
    assert_eq!(interpreter.decode_query(&["Congo"]), None);
    let decoded = interpreter.decode_query(&["thij truowngf", "Congo", "chuwngs khoans"]);
    assert_eq!(
        decoded.unwrap().texts,
        ["thị trường", "Công", "chứng khoán"]
    );
    assert_eq!(interpreter.decode_query(&[]), None);
}

#[test]
fn readings_are_probabilities_and_agree_with_what_was_typed() {
    let mut interpreter = Interpreter::shipped();
    let text = "Bo truong Giáo duc noi ve ky thi tot nghiep, SJC 2024";
    let words = interpreter.readings(text);
    assert_eq!(words.len(), tokens(&mut Scanner::new(), text).len());
    for word in &words {
        let typed = text[word.start..word.end].to_lowercase();
        let sum: f32 = word.readings.iter().map(|reading| reading.1).sum();
        assert!(sum < 1.001, "{typed}: {sum}");
        assert!(word.readings.is_sorted_by(|left, right| left.1 >= right.1));
        for (syllable, _) in &word.readings {
            assert!(
                agree(&typed, Bare::Open, syllable.as_str(), Bare::Literal),
                "{typed}"
            );
        }
    }
    assert_eq!(words[3].restored.unwrap().as_str(), "dục");
    assert_eq!(words[2].restored, None);
}

#[test]
fn long_and_odd_texts() {
    let mut interpreter = Interpreter::shipped();
    let long = "nguoi dan thanh pho ".repeat(2000);
    assert_eq!(
        interpreter.restore(&long),
        "người dân thành phố ".repeat(2000)
    );
    let keys = "nguwowif daan thanhf phoos ".repeat(2000);
    assert_eq!(
        interpreter.decode(&keys),
        "người dân thành phố ".repeat(2000)
    );
    for text in [
        "",
        " ",
        "\n",
        "...",
        "\u{301}",
        "🇻🇳",
        "習近平",
        "a\u{302}\u{301}\u{323}",
    ] {
        assert_eq!(interpreter.decode_query(&[text]), None, "{text:?}");
        assert_eq!(fold(&interpreter.restore(text)), fold(text));
        assert_eq!(interpreter.suggest(text), None);
    }
}

/// Words as people type them: marked, unmarked, half-marked, foreign, keystrokes, in all cases.
fn typed_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-z]{1,7}",
        "(?i)(nguoi|người|ngươi|tieng|tiếng|viêt|Nam|hoc|công|an|ha|nội|BOT|d9u7o7ng2|truongf)",
        "[a-yđăâêôơưáàảãạếộ]{1,6}",
        "[0-9]{1,4}",
    ];
    let gap = prop_oneof![Just(" "), Just(", "), Just(". "), Just("-"), Just("\u{A0}")];
    prop::collection::vec((word, gap), 0..12)
        .prop_map(|parts| parts.into_iter().map(|(word, gap)| word + gap).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn restoration_only_adds_marks_and_is_idempotent(text in typed_text()) {
        let mut interpreter = Interpreter::shipped();
        let restored = interpreter.restore(&text);
        prop_assert_eq!(fold(&restored), fold(&text));
        prop_assert_eq!(&interpreter.restore(&restored), &restored);
        let mut scanner = Scanner::new();
        let before = tokens(&mut scanner, &text);
        let after = tokens(&mut scanner, &restored);
        prop_assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(agree(before, Bare::Open, after, Bare::Literal), "{} {}", before, after);
        }
    }

    #[test]
    fn nothing_panics(text in any::<String>(), typed in typed_text()) {
        let mut interpreter = Interpreter::shipped();
        for text in [text, typed] {
            let _ = interpreter.restore(&text);
            let _ = interpreter.readings(&text);
            let _ = interpreter.suggest(&text);
            let decoded = interpreter.decode(&text);
            if let Some(query) = interpreter.decode_query(&[&text]) {
                prop_assert!(query.texts != [text.as_str()]);
            }
            prop_assert!(decoded.is_empty() == text.is_empty());
        }
    }
}
