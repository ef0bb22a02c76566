#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use unicode_normalization::UnicodeNormalization;
use vietsearch::text::Syllable;
use vietsearch_fuzz::Text;

/// A well-formed syllable in one of the ways in which it is written, and any text.
#[derive(Arbitrary, Debug)]
struct Input {
    id: u16,
    upper_case: bool,
    decomposed: bool,
    text: Text,
}

fuzz_target!(|input: Input| {
    if let Some(syllable) = Syllable::from_id(input.id) {
        assert_eq!(syllable.id(), input.id);
        let mut written = syllable.as_str().to_string();
        if input.upper_case {
            written = written.to_uppercase();
        }
        if input.decomposed {
            written = written.nfd().collect();
        }
        assert_eq!(written.parse(), Ok(syllable), "{written:?}");
        check(syllable);
    }
    if let Ok(syllable) = input.text.0.parse() {
        check(syllable);
    }
});

/// Everything that a syllable says of itself makes the same syllable again.
fn check(syllable: Syllable) {
    assert_eq!(syllable.as_str().parse(), Ok(syllable));
    assert_eq!(Syllable::from_id(syllable.id()), Some(syllable));
    assert_eq!(
        Syllable::from_parts(syllable.onset(), syllable.rime(), syllable.tone()),
        Some(syllable)
    );
    assert_eq!(syllable.with_tone(syllable.tone()), Some(syllable));
    assert!(Syllable::with_folded(syllable.folded()).any(|other| other == syllable));
    assert!(syllable.folded().is_ascii());
    if let Some(twin) = syllable.spelling_twin() {
        assert_eq!(twin.spelling_twin(), Some(syllable));
        assert_eq!(twin.index_key(), syllable.index_key());
    }
}
