//! The promises of the query parser.

use vietsearch::Day;
use vietsearch::query::parse::{Limits, Node, Occur, ParseError, Parsed, ParserOptions, parse};

/// Checks every promise on one query.
pub fn check(query: &str) {
    let options = ParserOptions::default()
        .with_today(Day::new(2024, 5, 1))
        .with_extra_fields(["tỉnh", "doc_type"]);
    let narrow = options.clone().with_limits(Limits {
        max_bytes: 60,
        max_depth: 2,
        max_clauses: 4,
        ..Limits::default()
    });
    for options in [options, narrow] {
        let parsed = match parse(query, &options) {
            Ok(parsed) => parsed,
            Err(error) => {
                let too_long = query.len() > options.limits.max_bytes;
                assert_eq!(matches!(error, ParseError::TooLong { .. }), too_long);
                continue;
            }
        };
        assert_eq!(parsed.text, query);
        leaves_are_in_order(&parsed, options.limits.max_clauses);
        notes_are_in_order(&parsed);
        let Node::All(clauses) = &parsed.root else {
            panic!("the root is {:?}", parsed.root);
        };
        for clause in clauses {
            is_in_normal_form(&clause.node, false);
        }
    }
}

fn leaves_are_in_order(parsed: &Parsed, most: usize) {
    let mut count = 0;
    let mut end = 0;
    for leaf in parsed.leaves() {
        count += 1;
        let span = leaf.node.span();
        assert!(
            span.start >= end && span.end > span.start,
            "out of order: {leaf:?}"
        );
        end = span.end;
        let Some(written) = parsed.text.get(span) else {
            panic!("not on character boundaries: {leaf:?}");
        };
        if let Some(text) = leaf.node.text() {
            assert_eq!(text, written, "another text than the query's: {leaf:?}");
        }
    }
    assert!(count <= most, "{count} leaves, {most} allowed");
}

fn notes_are_in_order(parsed: &Parsed) {
    let mut start = 0;
    for note in &parsed.notes {
        let span = note.span();
        assert!(span.start >= start, "out of order: {note:?}");
        start = span.start;
        assert!(
            parsed.text.get(span).is_some(),
            "not on character boundaries: {note:?}"
        );
    }
}

/// No `All` or `Any` has a single member, but for an alternative that is only an exclusion.
fn is_in_normal_form(node: &Node, in_any: bool) {
    match node {
        Node::All(clauses) => {
            let exclusion = in_any
                && clauses
                    .first()
                    .is_some_and(|clause| clause.occur == Occur::MustNot);
            assert!(clauses.len() > 1 || exclusion, "a single member: {node}");
            for clause in clauses {
                is_in_normal_form(&clause.node, false);
            }
        }
        Node::Any(nodes) => {
            assert!(nodes.len() > 1, "a single member: {node}");
            for node in nodes {
                is_in_normal_form(node, true);
            }
        }
        Node::InField { node, .. } => is_in_normal_form(node, false),
        _ => {}
    }
}
