use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn options() -> ParserOptions {
    ParserOptions::default()
        .with_today(Day::new(2024, 5, 1))
        .with_extra_fields(["tỉnh"])
}

fn tree(query: &str) -> String {
    parse(query, &options()).unwrap().root.to_string()
}

fn notes(query: &str) -> Vec<Note> {
    parse(query, &options()).unwrap().notes
}

#[test]
fn text_of_a_leaf_is_the_query_at_its_span() {
    let query = "+“giá vàng”~2 =má vin* nguồn:\"Tuổi Trẻ\" lead:đọc";
    let parsed = parse(query, &options()).unwrap();
    let texts: Vec<_> = parsed
        .leaves()
        .map(|leaf| &query[leaf.node.span()])
        .collect();
    let expected = ["giá vàng", "má", "vin", "nguồn:\"Tuổi Trẻ\"", "đọc"];
    assert_eq!(texts, expected);
}

#[test]
fn impossible_date_is_text_with_a_note() {
    assert_eq!(tree("lũ từ:31/2/2024."), "all(words(\"lũ từ:31/2/2024.\"))");
    let note = Note::ImpossibleDate {
        text: "31/2/2024".into(),
        span: 4..18,
    };
    assert_eq!(notes("lũ từ:31/2/2024."), [note]);
    assert_eq!(notes("ngày:2024-13-01..2024-14-01").len(), 1);
    assert_eq!(notes("ngày:mai 31/2/2024"), []);
}

#[test]
fn reversed_range_is_kept_with_a_note() {
    let query = "ngày:2/5/2024..1/5/2024";
    assert_eq!(tree(query), "all(days(2024-05-02..2024-05-01))");
    assert_eq!(
        notes(query),
        [Note::ReversedDays {
            span: 0..query.len()
        }]
    );
}

#[test]
fn relative_days_need_a_clock() {
    let parsed = parse("bão ngày:hôm nay", &ParserOptions::default()).unwrap();
    assert_eq!(parsed.root.to_string(), "all(words(\"bão ngày:hôm nay\"))");
}

#[test]
fn decomposed_names_bind() {
    assert_eq!(
        tree("nguo\u{302}\u{300}n:vtv tu\u{31B}\u{300}:2024"),
        "all(filter(source=\"vtv\") days(2024-01-01..))"
    );
}

#[test]
fn invisible_characters_before_an_operator() {
    assert_eq!(
        tree("\u{FEFF}-SJC\u{200B}+vàng"),
        "all(-words(\"SJC\") +words(\"vàng\"))"
    );
}

#[test]
fn groups_below_the_depth_limit_are_text() {
    let limits = Limits {
        max_depth: 1,
        ..Limits::default()
    };
    let options = ParserOptions::default().with_limits(limits);
    let parsed = parse("a (b OR -(c d))", &options).unwrap();
    assert_eq!(
        parsed.root.to_string(),
        "all(words(\"a\") any(words(\"b\") words(\"-(c d)\")))"
    );
    assert_eq!(parsed.notes, [Note::TooDeep { span: 9..10 }]);
    let flat = parse("a title:(b OR c)", &options).unwrap();
    assert_eq!(
        flat.root.to_string(),
        "all(words(\"a\") title(any(words(\"b\") words(\"c\"))))"
    );
    let limits = Limits {
        max_depth: 0,
        ..limits
    };
    let none = parse("a title:(b OR c)", &options.with_limits(limits)).unwrap();
    assert_eq!(
        none.root.to_string(),
        "all(any(words(\"a title:(b\") words(\"c)\")))"
    );
}

#[test]
fn any_depth_limit_is_safe() {
    let limits = Limits {
        max_depth: usize::MAX,
        max_clauses: usize::MAX,
        ..Limits::default()
    };
    let options = ParserOptions::default().with_limits(limits);
    let query = format!("{}a{}", "(b OR -".repeat(5_000), ")".repeat(5_000));
    let parsed = parse(&query, &options).unwrap();
    assert_eq!(parsed.leaves().count(), 5_001);
    assert!(matches!(parsed.notes.as_slice(), [Note::TooDeep { .. }]));
}

#[test]
fn limits_are_errors_that_say_what_to_do() {
    let limits = Limits {
        max_bytes: 5,
        max_clauses: 2,
        ..Limits::default()
    };
    let options = ParserOptions::default().with_limits(limits);
    let too_long = parse("123456", &options).unwrap_err();
    assert_eq!(too_long, ParseError::TooLong { bytes: 6, max: 5 });
    assert!(parse("+a +b", &options).is_ok());
    let too_many = parse(
        "a\"b\"c",
        &options.clone().with_limits(Limits {
            max_clauses: 1,
            ..limits
        }),
    );
    assert!(too_many.is_ok(), "a quote after a letter is text");
    let too_many = parse(
        "a -b",
        &options.with_limits(Limits {
            max_clauses: 1,
            ..limits
        }),
    );
    assert_eq!(too_many, Err(ParseError::TooManyClauses { max: 1 }));
    assert_eq!(
        too_long.to_string(),
        "query of 6 bytes is longer than 5: shorten it or raise `max_bytes`"
    );
}

/// Parses `piece` repeated to the largest query that is accepted.
fn hostile(piece: &str) -> Result<Parsed, ParseError> {
    let query = piece.repeat(Limits::default().max_bytes / piece.len());
    let start = Instant::now();
    let parsed = parse(&query, &options());
    // Unoptimised and on a busy machine; quadratic time takes seconds.
    assert!(start.elapsed() < Duration::from_millis(500), "{piece:?}");
    parsed
}

#[test]
fn hostile_repetition_is_linear() {
    for piece in [
        "\"", "(", ")", "()", "((", "\" ", "-", "-(", "+=", ":", "title:(", "~", "*", "-\"\"",
        "=\"",
    ] {
        hostile(piece).unwrap_or_else(|error| panic!("{piece:?}: {error}"));
    }
    for piece in [
        "-a ",
        "\"a\" ",
        "a OR ",
        "(a OR b) ",
        "a* ",
        "tag:a ",
        "ngày:2024 ",
    ] {
        let too_many = ParseError::TooManyClauses { max: 256 };
        assert_eq!(hostile(piece), Err(too_many), "{piece:?}");
    }
    for piece in [
        "a ",
        "AND ",
        "OR NOT ",
        "NOT ",
        "a:b ",
        "(a) ",
        "a) ",
        "ngày:hôm ",
        "từ:31/2/2024 ",
        "\u{301}",
        "\0",
    ] {
        assert_eq!(
            hostile(piece).unwrap().leaves().count(),
            usize::from(piece != "\0"),
            "{piece:?}"
        );
    }
    let five_thousand = "(".repeat(5_000);
    assert_eq!(tree(&five_thousand), "all()");
    let megabyte = "\"".repeat(1 << 20);
    let too_long = ParseError::TooLong {
        bytes: 1 << 20,
        max: 65_536,
    };
    assert_eq!(parse(&megabyte, &options()), Err(too_long));
}

/// Checks what holds of every tree, and returns its leaves' spans.
fn check_normal_form(node: &Node, is_root: bool, in_any: bool) {
    match node {
        Node::All(clauses) => {
            let is_lone_exclusion =
                in_any && matches!(clauses.as_slice(), [only] if only.occur == Occur::MustNot);
            assert!(is_root || clauses.len() > 1 || is_lone_exclusion, "{node}");
            for clause in clauses {
                check_normal_form(&clause.node, false, false);
            }
        }
        Node::Any(nodes) => {
            assert!(nodes.len() > 1, "{node}");
            for inner in nodes {
                assert!(!matches!(inner, Node::Any(_)), "{node}");
                check_normal_form(inner, false, true);
            }
        }
        Node::InField { node, .. } => check_normal_form(node, false, false),
        _ => {}
    }
}

/// Returns the whole span of every part that was written with a field name.
fn field_spans(node: &Node, spans: &mut Vec<std::ops::Range<usize>>) {
    match node {
        Node::All(clauses) => clauses
            .iter()
            .for_each(|clause| field_spans(&clause.node, spans)),
        Node::Any(nodes) => nodes.iter().for_each(|node| field_spans(node, spans)),
        Node::InField { span, .. } => spans.push(span.clone()),
        _ => {}
    }
}

fn check(query: &str) {
    let parsed = match parse(query, &options()) {
        Ok(parsed) => parsed,
        Err(error) => panic!("{query:?}: {error}"),
    };
    assert!(matches!(parsed.root, Node::All(_)));
    check_normal_form(&parsed.root, true, false);

    let mut spans = Vec::new();
    let mut previous_end = 0;
    for leaf in parsed.leaves() {
        let span = leaf.node.span();
        assert!(
            previous_end <= span.start && span.start < span.end,
            "{query:?}: {}",
            parsed.root
        );
        previous_end = span.end;
        let written = query.get(span.clone());
        assert!(written.is_some(), "{query:?}: {span:?}");
        if let Some(text) = leaf.node.text() {
            assert_eq!(Some(text), written, "{query:?}");
        }
        spans.push(span);
    }
    field_spans(&parsed.root, &mut spans);
    for note in &parsed.notes {
        assert!(query.get(note.span()).is_some(), "{query:?}: {note:?}");
    }

    let mut covered = vec![false; query.len()];
    for span in spans {
        covered[span].fill(true);
    }
    let mut lost = String::new();
    let mut before = ' ';
    for (at, c) in query.char_indices() {
        let slop_digit =
            c.is_ascii_digit() && (before == '~' || lost.ends_with(|c: char| c.is_ascii_digit()));
        if c.is_alphanumeric() && !covered[at] {
            lost.push(c);
            assert!(
                slop_digit || "ANDORNOT".contains(c),
                "{query:?} loses {c:?}: {}",
                parsed.root
            );
        } else {
            let operators = lost.trim_matches(|c: char| c.is_ascii_digit());
            assert!(
                matches!(operators, "" | "AND" | "OR" | "NOT"),
                "{query:?} loses {lost:?}: {}",
                parsed.root
            );
            lost.clear();
        }
        before = c;
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ",
        " ",
        " ",
        "(",
        ")",
        "\"",
        "“",
        "”",
        "«",
        "+",
        "-",
        "\u{2212}",
        "–",
        "=",
        "*",
        "~",
        "~2",
        "~3!",
        "!",
        ":",
        ".",
        ",",
        "..",
        "a",
        "b",
        "đ",
        "ế",
        "e\u{302}\u{301}",
        "vàng",
        "SJC",
        "5",
        "24/7",
        "AND",
        "OR",
        "NOT",
        " AND ",
        " OR ",
        " NOT ",
        "title:",
        "lead:(",
        "tag:",
        "url:http://a.vn/",
        "tỉnh:",
        "từ:",
        "ngày:",
        "2024",
        "31/2/2024",
        "1/5/2024",
        "hôm",
        "hôm nay",
        "nay",
        "\u{200B}",
        "\u{FEFF}",
        "\0",
        "🌧",
        "\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_letter_is_lost(pieces in prop::collection::vec(piece(), 0..40)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_text_parses(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn plain_words_are_one_leaf(words in prop::collection::vec("[a-zđếạ]{1,6}[,.!?…]?", 1..20)) {
        let query = words.join(" ");
        let parsed = parse(&query, &options()).unwrap();
        prop_assert_eq!(parsed.leaves().count(), 1);
        prop_assert_eq!(parsed.leaves().next().and_then(|leaf| leaf.node.text()), Some(query.as_str()));
    }
}
