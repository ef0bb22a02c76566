//! The promises of the line filters `normalize` and `fold`.

use unicode_normalization::{UnicodeNormalization, is_nfc};
use vietsearch::{fold, normalize};

/// Checks every promise on one text.
pub fn check(text: &str) {
    let normal = normalize(text);
    assert!(is_nfc(&normal), "not NFC: {normal:?}");
    assert_eq!(normalize(&normal), normal, "normalize is not idempotent");

    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "fold is not idempotent");

    assert_eq!(
        normal,
        vietsearch_oracle::normalize(text),
        "the oracle normalizes to what is right of this"
    );
    assert_eq!(
        folded,
        vietsearch_oracle::fold(text),
        "the oracle folds to what is right of this"
    );

    let composed: String = text.nfc().collect();
    let decomposed: String = composed.nfd().collect();
    assert_eq!(
        normalize(&composed),
        normalize(&decomposed),
        "normalize tells composed (left) from decomposed (right) text"
    );
    assert_eq!(
        fold(&composed),
        fold(&decomposed),
        "fold tells composed (left) from decomposed (right) text"
    );
}
