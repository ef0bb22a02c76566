//! What abbreviations stand for, found in running text: `ủy ban nhân dân` as one unit.
//!
//! A search for `ubnd` asks for it as one term, however many articles hold all of its words.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::model::LanguageModel;
use crate::scan::{Token, TokenKind};
use crate::syllable::{MAX_ID, Syllable};

/// Before the words of a form, in its term; no other unit begins so.
const SIGN: char = '~';
/// Tokens that are remembered; no form has more.
const REMEMBERED: usize = 16;
/// The state before the first token.
const START: u16 = 0;

/// The term under which a form of several tokens is indexed.
///
/// ```
/// use vietsearch_text::interpret::form_term;
///
/// assert_eq!(form_term("ủy ban nhân dân"), "~ủy_ban_nhân_dân");
/// ```
#[must_use]
pub fn form_term(form: &str) -> String {
    let mut term = String::with_capacity(form.len() + 1);
    term.push(SIGN);
    term.extend(form.chars().map(|letter| match letter {
        ' ' => '_',
        other => other,
    }));
    term
}

/// A form found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenOut<'a> {
    /// Its [term](form_term).
    pub term: &'a str,
    /// Its number among all forms, from 0.
    pub number: usize,
    /// Number of the first token, counted from 0 in the order they were given.
    pub first_token: usize,
    /// Number of the token after the last.
    pub end_token: usize,
    /// True if marks are left out: it stands there only if the text is written without marks.
    pub unmarked: bool,
}

/// A word of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Syllable(u16),
    /// Another word by its number among all.
    Word(u16),
}

#[derive(Debug)]
struct Form {
    term: String,
    parts: Vec<Part>,
}

/// All forms of several tokens that abbreviations lead to, as an automaton over index keys.
#[derive(Debug, Default)]
struct Forms {
    forms: Vec<Form>,
    /// The number of the index key of each syllable, 0 if no form holds it.
    syllables: Box<[u16]>,
    /// The number of an index key.
    keys: HashMap<String, u16>,
    /// The number of a word that is no syllable.
    words: HashMap<String, u16>,
    next: HashMap<(u16, u16), u16>,
    /// The state after the first token, by the number of its key; 0 if no form begins so.
    first: Vec<u16>,
    /// The forms that end in each state.
    ends: Vec<Vec<u16>>,
}

static SHIPPED: LazyLock<Forms> =
    LazyLock::new(|| Forms::new(LanguageModel::shipped().expanded_forms()));

impl Forms {
    fn new<'f>(forms: impl IntoIterator<Item = &'f str>) -> Self {
        let mut table = Self {
            syllables: vec![0; usize::from(MAX_ID) + 1].into_boxed_slice(),
            ends: vec![Vec::new()],
            ..Self::default()
        };
        for form in forms {
            let words: Vec<&str> = form.split(' ').collect();
            if words.len() > 1 && words.len() <= REMEMBERED {
                table.add(form, &words);
            }
        }
        for syllable in Syllable::all() {
            let number = table.keys.get(syllable.index_key()).copied();
            if let Some(slot) = table.syllables.get_mut(usize::from(syllable.id())) {
                *slot = number.unwrap_or(0);
            }
        }
        table
    }

    fn add(&mut self, form: &str, words: &[&str]) {
        let mut state = START;
        let mut parts = Vec::new();
        for word in words {
            let syllable = word.parse::<Syllable>().ok();
            let key = match syllable {
                Some(syllable) => syllable.index_key().to_string(),
                None => crate::fold(word),
            };
            let unused = self.keys.len() as u16 + 1;
            let key = *self.keys.entry(key).or_insert(unused);
            parts.push(match syllable {
                Some(syllable) => Part::Syllable(syllable.id()),
                None => {
                    let unused = self.words.len() as u16 + 1;
                    Part::Word(*self.words.entry((*word).to_string()).or_insert(unused))
                }
            });
            let unused = self.ends.len() as u16;
            let next = *self.next.entry((state, key)).or_insert(unused);
            if next == unused {
                self.ends.push(Vec::new());
            }
            if state == START {
                let needed = usize::from(key) + 1;
                self.first.resize(self.first.len().max(needed), START);
                if let Some(slot) = self.first.get_mut(usize::from(key)) {
                    *slot = next;
                }
            }
            state = next;
        }
        if let Some(ends) = self.ends.get_mut(usize::from(state)) {
            ends.push(self.forms.len() as u16);
        }
        let term = form_term(form);
        self.forms.push(Form { term, parts });
    }
}

/// A token as the forms see it.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The number of its syllable; 0 if it is none.
    syllable: u16,
    /// Its number among words that are no syllables; 0 if no form holds it.
    word: u16,
    bare: bool,
}

/// Finds in running text what abbreviations and aliases stand for: all forms of several tokens that
/// [`LanguageModel::expansions`] leads to. Keep it to keep its buffers.
///
/// Costs two table lookups for most tokens.
///
/// ```
/// use vietsearch_text::Scanner;
/// use vietsearch_text::interpret::WrittenOutReader;
///
/// let mut reader = WrittenOutReader::new();
/// let mut found = Vec::new();
/// let mut scanner = Scanner::new();
/// let mut tokens = scanner.scan("Ủy ban Nhân dân TP.HCM");
/// while let Some(token) = tokens.next() {
///     reader.push(&token, &mut |form| found.push(form.term.to_string()));
/// }
/// reader.finish();
/// assert_eq!(found, ["~ủy_ban_nhân_dân", "~tp_hcm"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct WrittenOutReader {
    /// States that are reached, with the number of the first token.
    active: Vec<(u16, usize)>,
    recent: [Seen; REMEMBERED],
    count: usize,
    sentence: u32,
}

impl WrittenOutReader {
    /// A reader before the first token.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next token; the forms that end with it are given to `sink`.
    pub fn push(&mut self, token: &Token<'_>, sink: &mut impl FnMut(WrittenOut<'_>)) {
        let forms = &*SHIPPED;
        if token.sentence != self.sentence {
            self.sentence = token.sentence;
            self.active.clear();
        }
        let (key, seen) = match (token.syllable, token.kind) {
            (Some(syllable), _) => {
                let key = forms.syllables.get(usize::from(syllable.id()));
                let seen = Seen {
                    syllable: syllable.id(),
                    word: 0,
                    bare: token.is_bare(),
                };
                (key.copied().unwrap_or(0), seen)
            }
            (None, TokenKind::Word) => {
                let key = forms.keys.get(token.folded).copied().unwrap_or(0);
                let word = match key {
                    0 => 0,
                    _ => forms.words.get(token.form).copied().unwrap_or(0),
                };
                let seen = Seen {
                    syllable: 0,
                    word,
                    bare: token.is_bare(),
                };
                (key, seen)
            }
            _ => (0, Seen::default()),
        };
        if let Some(slot) = self.recent.get_mut(self.count % REMEMBERED) {
            *slot = seen;
        }
        let first = self.count;
        self.count += 1;
        if key == 0 {
            self.active.clear();
            return;
        }
        self.active.retain_mut(|(state, _)| {
            let next = forms.next.get(&(*state, key)).copied();
            *state = next.unwrap_or(START);
            next.is_some()
        });
        let started = forms.first.get(usize::from(key)).copied();
        if let Some(state) = started.filter(|state| *state != START) {
            self.active.push((state, first));
        }
        for (state, first_token) in &self.active {
            let ends = forms.ends.get(usize::from(*state));
            for number in ends.into_iter().flatten().copied().map(usize::from) {
                let Some(form) = forms.forms.get(number) else {
                    continue;
                };
                if let Some(unmarked) = self.stands(form, *first_token) {
                    sink(WrittenOut {
                        term: &form.term,
                        number,
                        first_token: *first_token,
                        end_token: self.count,
                        unmarked,
                    });
                }
            }
        }
    }

    /// The [term](form_term) of a form by its number.
    #[must_use]
    pub fn term(number: usize) -> Option<&'static str> {
        SHIPPED.forms.get(number).map(|form| form.term.as_str())
    }

    /// Ends the text: the reader is as new.
    pub fn finish(&mut self) {
        self.active.clear();
        self.count = 0;
        self.sentence = 0;
    }

    /// Whether the marks of the tokens from `first` on are those of the form, `Some(true)` if some
    /// are left out.
    fn stands(&self, form: &Form, first: usize) -> Option<bool> {
        let mut unmarked = false;
        for (offset, part) in form.parts.iter().enumerate() {
            let seen = *self.recent.get((first + offset) % REMEMBERED)?;
            match *part {
                Part::Syllable(id) if seen.syllable == id => {}
                Part::Syllable(id) if seen.syllable != 0 && !seen.bare => {
                    let twin = Syllable::from_id(id).and_then(Syllable::spelling_twin);
                    if twin.map(Syllable::id) != Some(seen.syllable) {
                        return None;
                    }
                }
                Part::Syllable(_) if seen.syllable != 0 => unmarked = true,
                Part::Word(number) if seen.word == number => {}
                // Words that are no syllables are open to marks in every text.
                _ if seen.syllable == 0 && seen.bare => {}
                _ => return None,
            }
        }
        Some(unmarked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    fn found(text: &str) -> Vec<(String, usize, usize, bool)> {
        let mut scanner = Scanner::new();
        let mut tokens = scanner.scan(text);
        let mut reader = WrittenOutReader::new();
        let mut found = Vec::new();
        while let Some(token) = tokens.next() {
            reader.push(&token, &mut |form| {
                let term = form.term.to_string();
                found.push((term, form.first_token, form.end_token, form.unmarked));
            });
        }
        reader.finish();
        found
    }

    fn terms(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(term, ..)| term).collect()
    }

    #[test]
    fn forms_are_found_whatever_stands_around_them() {
        assert_eq!(
            found("Ở TP. HCM hôm nay"),
            [("~tp_hcm".to_string(), 1, 3, false)]
        );
        assert_eq!(terms("Sài Gòn xưa"), ["~sài_gòn"]);
        assert_eq!(terms("Sở GD&ĐT mới"), ["~sở_gd_đt", "~gd_đt"]);
        assert_eq!(terms("Sở GD-DT"), ["~sở_gd_đt", "~gd_đt"]);
        assert_eq!(
            terms("bác sỹ và bác sĩ"),
            ["~bác_sĩ", "~bác_sỹ", "~bác_sĩ", "~bác_sỹ"]
        );
        assert_eq!(terms("hội đồng thi, nhân dân"), [""; 0]);
    }

    #[test]
    fn marks_are_constraints_and_may_be_left_out() {
        assert_eq!(terms("uỷ bàn nhân dân"), [""; 0]);
        let unmarked = ("~ủy_ban_nhân_dân".to_string(), 0, 4, true);
        assert_eq!(found("uy ban nhan dan"), [unmarked]);
    }

    #[test]
    fn a_sentence_ends_every_form() {
        assert_eq!(terms("Họ vào hội đồng. Nhân dân đến"), [""; 0]);
        assert_eq!(terms("Sài. Gòn"), [""; 0]);
    }

    #[test]
    fn equals_a_look_at_every_place() {
        let pieces = [
            "ủy", "ban", "nhân", "dân", "TP", "HCM", "hồ", "chí", "minh", "thành", "phố", "ubnd",
            "mặt", "trận", "tổ", "quốc", "bác", "sĩ", "uy", "nhan",
        ];
        let known = LanguageModel::shipped().expanded_forms();
        let mut state = 7_u32;
        for _ in 0..300 {
            let mut words = Vec::new();
            for _ in 0..12 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                words.push(pieces[(state >> 16) as usize % pieces.len()]);
            }
            let mut expected = Vec::new();
            for end in 1..=words.len() {
                for start in 0..end {
                    let form = words[start..end].join(" ").to_lowercase();
                    if end - start > 1 && known.contains(form.as_str()) {
                        expected.push((form_term(&form), start, end));
                    }
                }
            }
            let text = words.join(" ");
            let marked = found(&text).into_iter().filter(|(.., unmarked)| !unmarked);
            let mut marked: Vec<_> = marked
                .map(|(term, first, end, _)| (term, first, end))
                .collect();
            // Twins in i and y are found beside each other.
            marked.retain(|(term, ..)| !term.contains('ỹ'));
            marked.sort();
            expected.sort();
            assert_eq!(marked, expected, "{text}");
        }
    }
}
