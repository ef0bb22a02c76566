//! The oracle: what the scanner of `vietsearch-text` must say, worked out the slow way.
//!
//! [`analyse`] follows the rules as they are written in the design, one after the other, with
//! strings and lists, and shares no line and no table with the scanner. Tests, fuzz targets and
//! benchmarks compare the two. It allocates freely and is a hundred times slower.
//!
//! ```
//! let tokens = vietsearch_oracle::analyse("Hoà Bình. Covid-19");
//! let forms: Vec<&str> = tokens.iter().map(|token| token.form.as_str()).collect();
//! assert_eq!(forms, ["hòa", "bình", "covid", "19"]);
//! assert_eq!((tokens[2].start, tokens[2].end, tokens[2].sentence), (12, 17, 1));
//! ```

mod class;
mod fold;
pub mod grammar;
pub mod letter;
mod link;
mod normalize;
mod number;
mod sentence;
mod word;

pub use fold::fold;
pub use normalize::normalize;

use class::{Class, class};

/// A token as the oracle reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// `syllable`, `word`, `number`, `code`, `url` or `ideograph`.
    pub kind: &'static str,
    /// Canonical form; for a syllable its canonical spelling.
    pub form: String,
    /// The form without marks.
    pub folded: String,
    /// The folded form with `y` as `i` where both are written for one word.
    pub index_key: String,
    /// Number of the sentence, from 0.
    pub sentence: u32,
}

/// A token that begins where the rest of the text begins.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) length: usize,
    pub(crate) kind: &'static str,
    pub(crate) form: String,
    pub(crate) folded: String,
    pub(crate) index_key: String,
}

/// Reads a text into its tokens.
#[must_use]
pub fn analyse(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut sentence = 0;
    let mut rest = text;
    while let Some((gap, found)) = split_gap(rest) {
        if let Some(previous) = tokens.last()
            && sentence::ends(&previous.folded, gap, found)
        {
            sentence += 1;
        }
        let start = text.len() - found.len();
        let reading = read(found);
        tokens.push(Token {
            start,
            end: start + reading.length,
            kind: reading.kind,
            form: reading.form,
            folded: reading.folded,
            index_key: reading.index_key,
            sentence,
        });
        rest = found.get(reading.length..).unwrap_or("");
    }
    tokens
}

/// Splits off everything before the next letter or digit; `None` if there is none.
fn split_gap(rest: &str) -> Option<(&str, &str)> {
    let begins = |character| matches!(class(character), Class::Latin | Class::Other);
    rest.split_at_checked(rest.find(begins)?)
}

/// Reads the token at the beginning of `rest`, where a letter or digit stands: a link if there is
/// one, else a number with separators, else a word.
fn read(rest: &str) -> Reading {
    if let Some(link) = link::at_start(rest) {
        return word::forms_of("url", link, link);
    }
    if let Some((length, form)) = number::with_separators(rest) {
        return Reading {
            length,
            kind: "number",
            folded: form.clone(),
            index_key: form.clone(),
            form,
        };
    }
    word::at_start(rest)
}

#[cfg(test)]
mod tests {
    use super::analyse;

    /// Forms, kinds and sentences in one line each, as the feature tables have them.
    fn rows(text: &str) -> Vec<String> {
        let row =
            |token: &super::Token| format!("{} {} {}", token.form, token.kind, token.sentence);
        analyse(text).iter().map(row).collect()
    }

    #[test]
    fn reads_the_examples_of_the_features() {
        assert_eq!(
            rows("sách .. sách ; 東京都"),
            [
                "sách syllable 0",
                "sách syllable 0",
                "東 ideograph 0",
                "京 ideograph 0",
                "都 ideograph 0"
            ]
        );
        assert_eq!(
            rows("20.000 đồng, 3,5% 17h22 m² U23"),
            [
                "20000 number 0",
                "đồng syllable 0",
                "3,5 number 0",
                "17h22 code 0",
                "m² code 0",
                "u23 code 0"
            ]
        );
        assert_eq!(
            rows("thủ\u{200B}tướng Quốc h\u{AD}ội \u{FEFF}TP.\u{A0}HCM"),
            [
                "thủ syllable 0",
                "tướng syllable 0",
                "quốc syllable 0",
                "hội syllable 0",
                "tp word 0",
                "hcm word 0"
            ]
        );
        assert_eq!(
            rows("ở TP. Hồ. PGS.TS. Nguyễn? Ai! a"),
            [
                "ở syllable 0",
                "tp word 0",
                "hồ syllable 0",
                "pgs word 1",
                "ts word 1",
                "nguyễn syllable 1",
                "ai syllable 2",
                "a syllable 2"
            ]
        );
        assert_eq!(
            rows("toasoan@vidu.vn https://vidu.vn/a?b=1. H'Mông l'homme"),
            [
                "toasoan@vidu.vn url 0",
                "https://vidu.vn/a?b=1 url 0",
                "hmông word 1",
                "l word 1",
                "homme word 1"
            ]
        );
        assert_eq!(
            rows("NÐ-CP Ðà Guðni Niño Путин ngƣời"),
            [
                "nđ word 0",
                "cp word 0",
                "đà syllable 0",
                "guðni word 0",
                "niño word 0",
                "путин word 0",
                "người syllable 0"
            ]
        );
    }

    #[test]
    fn keys_of_i_and_y_meet() {
        let key = |text: &str| analyse(text).remove(0).index_key;
        for (left, right) in [("kỹ", "kĩ"), ("quýt", "quít"), ("Vỹ", "vĩ"), ("quy", "qui")]
        {
            assert_eq!(key(left), key(right), "{left}");
        }
        for (left, right) in [("thy", "thi"), ("Vy", "vi"), ("ý", "í"), ("tay", "tai")] {
            assert_ne!(key(left), key(right), "{left}");
        }
    }
}
