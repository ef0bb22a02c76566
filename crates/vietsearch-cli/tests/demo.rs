//! The demo: built-in articles, no files.

mod common;

use common::vietsearch;

/// The line of the first hit; a suggestion may stand before it.
fn first_hit(stdout: &str) -> &str {
    stdout
        .lines()
        .find(|line| line.starts_with("  1. "))
        .unwrap_or("")
}

#[test]
fn hits_are_ranked_and_highlighted() {
    let ran = vietsearch(&["demo", "an ninh to quoc"]).exits(0);
    for rank in ["  1. ", "  2. ", "  3. "] {
        assert!(ran.stdout.contains(rank), "{}", ran.stdout);
    }
    let first = first_hit(&ran.stdout);
    assert!(first.contains("**an ninh Tổ quốc**"), "{}", ran.stdout);
    assert!(
        ran.stdout.starts_with("did you mean: an ninh tổ quốc\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn every_way_of_typing_finds_the_same_first() {
    let first = |query: &str| {
        let ran = vietsearch(&["demo", query]).exits(0);
        let title = first_hit(&ran.stdout);
        title.split("  (").next().unwrap_or("").to_string()
    };
    let marked = first("an ninh Tổ quốc");
    assert!(marked.contains("Tổ quốc"), "{marked}");
    assert_eq!(first("an ninh To\u{302}\u{309} quo\u{302}\u{301}c"), marked);
    assert_eq!(first("an ninh to quoc"), marked);
    assert_eq!(first("an ninh tổ quoc"), marked);
}

#[test]
fn without_a_query_it_shows_around() {
    let ran = vietsearch(&["demo"]).exits(0);
    for part in [
        "all marks",
        "no marks",
        "decomposed",
        "Next:",
        "vietsearch index",
    ] {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
}

#[test]
fn words_are_joined_and_nothing_is_no_failure() {
    assert!(
        vietsearch(&["demo", "tieng", "việt"])
            .exits(0)
            .stdout
            .contains("  1. ")
    );
    let ran = vietsearch(&["demo", "xyzzy"]).exits(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("nothing found"), "{ran:?}");
}
