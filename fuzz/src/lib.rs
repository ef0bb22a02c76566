//! Inputs of the fuzz targets.
//!
//! [`Text`] is any text, as it stands in a file of `kept` or `seeds`. [`NewsText`] and
//! [`QueryText`] are made from pieces that reach every branch. The `Debug` form of an input, which
//! cargo-fuzz prints after a crash, is its reproducer.

use arbitrary::{Arbitrary, Result, Unstructured};

#[path = "../../crates/vietsearch/tests/checks/mod.rs"]
pub mod checks;

/// The bytes of the input as text; what is not UTF-8 becomes U+FFFD.
#[derive(Debug)]
pub struct Text(pub String);

impl<'a> Arbitrary<'a> for Text {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let bytes = input.bytes(input.len())?;
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

/// Syllables and words with relatives by marks, tone place, i and y, horn, case and normal form.
const WORDS: &[&str] = &[
    "đường",
    "duong",
    "dương",
    "đương",
    "Đường",
    "hòa",
    "hoà",
    "hoa",
    "HOÀ",
    "thủy",
    "thuỷ",
    "thuy",
    "thy",
    "thi",
    "kỹ",
    "kĩ",
    "ky",
    "người",
    "nguời",
    "nguoi",
    "việt",
    "vịêt",
    "viet",
    "viết",
    "tiếng",
    "tieng",
    "tiêng",
    "nam",
    "năm",
    "bao",
    "bão",
    "báo",
    "má",
    "ma",
    "mà",
    "mạ",
    "của",
    "và",
    "không",
    "an",
    "ninh",
    "tổ",
    "to",
    "quốc",
    "quoc",
    "giá",
    "vàng",
    "gìn",
    "giữ",
    "quý",
    "qúy",
    "Covid-19",
    "covid19",
    "U23",
    "TP.HCM",
    "TP",
    "NĐ-CP",
    "NÐ-CP",
    "168/2024/NĐ-CP",
    "30/4/1975",
    "30-4",
    "17h22",
    "20.000",
    "3,5%",
    "1.000.000",
    "H’Mông",
    "H'Mông",
    "Đắk",
    "Lắk",
    "web",
    "Putin",
    "Путин",
    "東京",
    "e\u{302}\u{301}",
    "vie\u{323}\u{302}t",
    "d\u{31B}",
    "h\u{AD}ội",
    "quốc\u{A0}hội",
    "toasoan@vidu.vn",
    "https://vidu.vn/a?b=1",
    "ＣＯＶＩＤ",
    "m²",
    "ﬁ",
    "가",
    "<b>",
    "&amp;",
    "\u{1F1FB}\u{1F1F3}",
    "\u{301}",
    "\0",
];

const GAPS: &[&str] = &[
    " ", " ", " ", " ", ", ", ". ", "! ", "\n", "-", "/", "", "\u{A0}", " – ", "…", "\u{200B}",
];

const OPERATORS: &[&str] = &[
    " ",
    "\"",
    "“",
    "”",
    "\"~2",
    "\"~3!",
    " +",
    " -",
    " =",
    "=\"",
    "*",
    " AND ",
    " OR ",
    " NOT ",
    " (",
    ") ",
    "title:",
    "lead:",
    "body:",
    "tiêu_đề:",
    "sapo:",
    "id:",
    "url:",
    "author:",
    "tác_giả:",
    "source:",
    "section:",
    "mục:",
    "tag:",
    "thẻ:",
    "từ:",
    "đến:",
    "ngày:",
    "day:",
    "ngày:hôm nay",
    "01/05/2024",
    "2024-05-01..2024-06-01",
    "31/2/2024",
    "05/2024",
    "tỉnh:",
    "..",
];

/// A piece of news: words that are each other's relatives, now and then any text.
#[derive(Clone, Default)]
pub struct NewsText(pub String);

impl std::fmt::Debug for NewsText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<'a> Arbitrary<'a> for NewsText {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let mut text = String::new();
        for _ in 0..input.int_in_range(0..=24)? {
            push_word(input, &mut text)?;
            text.push_str(input.choose(GAPS)?);
        }
        Ok(Self(text))
    }
}

/// A query: words and operators in any order.
#[derive(Clone, Default)]
pub struct QueryText(pub String);

impl std::fmt::Debug for QueryText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<'a> Arbitrary<'a> for QueryText {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let mut text = String::new();
        for _ in 0..input.int_in_range(0..=10)? {
            if input.ratio(1, 3)? {
                text.push_str(input.choose(OPERATORS)?);
            }
            push_word(input, &mut text)?;
            text.push_str(if input.ratio(1, 4)? {
                input.choose(OPERATORS)?
            } else {
                " "
            });
        }
        Ok(Self(text))
    }
}

fn push_word(input: &mut Unstructured<'_>, text: &mut String) -> Result<()> {
    if input.ratio(1, 12)? {
        text.push_str(input.arbitrary()?);
    } else {
        text.push_str(input.choose(WORDS)?);
    }
    Ok(())
}
