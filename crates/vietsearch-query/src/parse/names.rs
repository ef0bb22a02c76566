//! Names of the grammar, compared without case and with their marks or none.

use std::collections::HashMap;

use super::ast::TextField;
use super::chars::{is_mark, is_space};
use super::days::DayField;
use std::sync::LazyLock;

/// A longer name is no name; this bounds the work per word.
const MAX_NAME_BYTES: usize = 128;

/// One row for each vowel letter: its six tones in one order, the bare letter
/// and the mark of its shape.
const VOWELS: [(&str, char, Option<char>); 12] = [
    ("aàáảãạ", 'a', None),
    ("ăằắẳẵặ", 'a', Some(BREVE)),
    ("âầấẩẫậ", 'a', Some(CIRCUMFLEX)),
    ("eèéẻẽẹ", 'e', None),
    ("êềếểễệ", 'e', Some(CIRCUMFLEX)),
    ("iìíỉĩị", 'i', None),
    ("oòóỏõọ", 'o', None),
    ("ôồốổỗộ", 'o', Some(CIRCUMFLEX)),
    ("ơờớởỡợ", 'o', Some(HORN)),
    ("uùúủũụ", 'u', None),
    ("ưừứửữự", 'u', Some(HORN)),
    ("yỳýỷỹỵ", 'y', None),
];
/// The combining tones in the order of the rows: grave, acute, hook, tilde, dot.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];
const BREVE: char = '\u{306}';
const CIRCUMFLEX: char = '\u{302}';
const HORN: char = '\u{31B}';
/// The stroke of đ; its own letter, as Unicode does not decompose đ.
const STROKE: char = '\u{335}';

/// What a declared name before a colon stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A searched text.
    Text(TextField),
    /// An exact filter, by its canonical name.
    Filter(&'static str),
    /// A bound on the day of publication.
    Days(DayField),
}

/// The built-in names with their Vietnamese aliases.
pub(super) static BUILT_IN: LazyLock<NameTable<Target>> = LazyLock::new(|| {
    NameTable::new([
        ("title", Target::Text(TextField::Title)),
        ("tiêu_đề", Target::Text(TextField::Title)),
        ("lead", Target::Text(TextField::Lead)),
        ("sapo", Target::Text(TextField::Lead)),
        ("body", Target::Text(TextField::Body)),
        ("nội_dung", Target::Text(TextField::Body)),
        ("id", Target::Filter("id")),
        ("url", Target::Filter("url")),
        ("author", Target::Filter("author")),
        ("tác_giả", Target::Filter("author")),
        ("source", Target::Filter("source")),
        ("nguồn", Target::Filter("source")),
        ("section", Target::Filter("section")),
        ("mục", Target::Filter("section")),
        ("chuyên_mục", Target::Filter("section")),
        ("tag", Target::Filter("tag")),
        ("thẻ", Target::Filter("tag")),
        ("từ", Target::Days(DayField::From)),
        ("from", Target::Days(DayField::From)),
        ("đến", Target::Days(DayField::To)),
        ("to", Target::Days(DayField::To)),
        ("ngày", Target::Days(DayField::On)),
        ("day", Target::Days(DayField::On)),
        ("date", Target::Days(DayField::On)),
    ])
});

/// A name as it is compared: letters without marks, and the marks apart.
/// Underscores and spaces do not count; the marks are sorted, so that composed
/// and decomposed letters and old and new tone placement are equal.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    bare: String,
    marks: Vec<char>,
}

impl Key {
    fn of(name: &str) -> Self {
        let mut bare = String::with_capacity(name.len());
        let mut marks = Vec::new();
        for c in name.chars().flat_map(char::to_lowercase) {
            if c == '_' || is_space(c) {
                continue;
            }
            if is_mark(c) {
                marks.push(c);
                continue;
            }
            bare.push(take_marks(c, &mut marks));
        }
        marks.sort_unstable();
        Self { bare, marks }
    }
}

/// A name without its marks: names that mean the same have the same.
pub(crate) fn bare_name(name: &str) -> String {
    Key::of(name).bare
}

/// What stands before the colons of a query, back to a space, without marks: a name that binds is at
/// the end of one.
pub(crate) fn before_colons(query: &str) -> Vec<String> {
    let chunks = query.match_indices(':').map(|(colon, _)| {
        let before = query.get(..colon).unwrap_or("");
        let chunk = before.rsplit(is_space).next().unwrap_or("");
        let most = chunk.char_indices().rev().nth(MAX_NAME_BYTES);
        chunk
            .get(most.map_or(0, |(start, _)| start)..)
            .unwrap_or("")
    });
    chunks
        .map(bare_name)
        .filter(|name| !name.is_empty())
        .collect()
}

/// Returns the bare letter of `c` and adds its marks to `marks`.
fn take_marks(c: char, marks: &mut Vec<char>) -> char {
    if c.is_ascii() {
        return c;
    }
    // Eth and African d are common look-alikes of đ.
    if matches!(c, 'đ' | '\u{F0}' | '\u{256}') {
        marks.push(STROKE);
        return 'd';
    }
    for (row, letter, shape) in VOWELS {
        if let Some(tone) = row.chars().position(|vowel| vowel == c) {
            marks.extend(shape);
            marks.extend(tone.checked_sub(1).and_then(|tone| TONES.get(tone)));
            return letter;
        }
    }
    c
}

/// Finds the value of a name written in any case, with all its marks or none.
#[derive(Debug)]
pub(super) struct NameTable<T> {
    by_bare: HashMap<String, Vec<(Vec<char>, T)>>,
}

impl<T> NameTable<T> {
    pub(super) fn new<'a>(names: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut by_bare: HashMap<String, Vec<(Vec<char>, T)>> = HashMap::new();
        for (name, value) in names {
            let key = Key::of(name);
            by_bare
                .entry(key.bare)
                .or_default()
                .push((key.marks, value));
        }
        Self { by_bare }
    }

    /// Returns the value of `name`; an unmarked spelling gets the first name it fits.
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        if name.is_empty() || name.len() > MAX_NAME_BYTES || self.by_bare.is_empty() {
            return None;
        }
        let key = Key::of(name);
        let candidates = self.by_bare.get(&key.bare)?;
        let same_marks = candidates.iter().find(|(marks, _)| *marks == key.marks);
        let found = match same_marks {
            None if key.marks.is_empty() => candidates.first(),
            found => found,
        };
        found.map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_as_written_or_none() {
        let target = Some(&Target::Filter("source"));
        for name in [
            "nguồn",
            "NGUỒN",
            "nguon",
            "Nguon",
            "nguo\u{302}\u{300}n",
            "nguo\u{300}\u{302}n",
            "source",
        ] {
            assert_eq!(BUILT_IN.get(name), target, "{name}");
        }
        for name in ["nguôn", "nguón", "nguồ", "nguồnn", "", "sourcé"] {
            assert_eq!(BUILT_IN.get(name), None, "{name}");
        }
    }

    #[test]
    fn names_end_what_stands_before_a_colon() {
        assert_eq!(
            before_colons("bão (tỉnh:huế OR -Loại_tin:x) 17:30 : a::b"),
            ["(tinh", "-loaitin", "17", "a", "a:"]
        );
        assert_eq!(bare_name("Loại tin"), "loaitin");
        assert_eq!(
            before_colons(&format!("{}tỉnh:x", "ư".repeat(500))).len(),
            1
        );
    }

    #[test]
    fn other_syllables_do_not_bind() {
        for name in ["tư", "tứ", "đen", "đền", "thể", "ngây"] {
            assert_eq!(BUILT_IN.get(name), None, "{name}");
        }
        assert_eq!(BUILT_IN.get("ĐẾN"), Some(&Target::Days(DayField::To)));
    }

    #[test]
    fn underscores_and_stroke_look_alikes() {
        let title = Some(&Target::Text(TextField::Title));
        for name in ["tiêu_đề", "tiêuđề", "tieu_de", "tieude", "Tiêu_\u{D0}ề"] {
            assert_eq!(BUILT_IN.get(name), title, "{name}");
        }
    }

    #[test]
    fn vowel_rows_have_six_tones() {
        for (row, ..) in VOWELS {
            assert_eq!(row.chars().count(), 6, "{row}");
        }
    }
}
