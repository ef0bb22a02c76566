//! The scanner against the oracle.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use vietsearch_oracle as oracle;
use vietsearch_text::{Scanner, Syllable, Token, TokenKind};

/// Scanners in every state that can matter: new, warm (it remembers words), and the general path.
pub struct Comparison {
    warm: Scanner,
    general: Scanner,
    /// A further one for the tokens' own text.
    again: Scanner,
}

impl Comparison {
    pub fn new() -> Self {
        Self {
            warm: warm(),
            general: Scanner::without_fast_path(),
            again: warm(),
        }
    }

    /// Checks that every scanner gives the oracle's tokens; returns what differs.
    pub fn equal(&mut self, text: &str) -> Result<usize, String> {
        let expected = oracle::analyse(text);
        agree("a new scanner", &mut Scanner::new(), text, &expected)?;
        agree("a warm scanner", &mut self.warm, text, &expected)?;
        agree("the general path", &mut self.general, text, &expected)?;
        Ok(expected.len())
    }

    /// Checks that composed and decomposed text give the same tokens.
    pub fn normal_forms(&mut self, text: &str) -> Result<(), String> {
        // Links are ASCII as written, and normalisation makes the kelvin sign ASCII.
        let text = &text.replace('\u{212A}', "K");
        let as_written = rows(&mut self.warm, text);
        for normal in [text.nfc().collect::<String>(), text.nfd().collect()] {
            let rows = rows(&mut self.warm, &normal);
            let pairs = as_written.iter().zip(&rows);
            if let Some((left, right)) = pairs.into_iter().find(|(left, right)| left != right) {
                return Err(format!("as written {left:?}, in a normal form {right:?}"));
            }
            if as_written.len() != rows.len() {
                return Err("another number of tokens in a normal form".to_string());
            }
        }
        Ok(())
    }

    /// Checks what must hold of the spans whatever the tokens are.
    pub fn spans(&mut self, text: &str) -> Result<(), String> {
        let mut tokens = self.warm.scan(text);
        let mut end = 0;
        let mut sentence = 0;
        while let Some(token) = tokens.next() {
            if token.start < end || token.end <= token.start || token.sentence < sentence {
                return Err(format!("out of order: {token:?}"));
            }
            let Some((gap, written)) = text.get(end..token.start).zip(token_text(text, &token))
            else {
                return Err(format!("not on character boundaries: {token:?}"));
            };
            no_letter_in(gap)?;
            same_again(&mut self.again, written, &token)?;
            (end, sentence) = (token.end, token.sentence);
        }
        no_letter_in(text.get(end..).unwrap_or(""))
    }
}

/// A scanner that has read enough to remember words.
pub fn warm() -> Scanner {
    let mut scanner = Scanner::new();
    let text = "Hôm nay trời mưa ở Huế, web U23. ".repeat(100);
    let mut tokens = scanner.scan(&text);
    while tokens.next().is_some() {}
    scanner
}

/// All of a token but its place.
pub type Row = (TokenKind, String, String, u32);

pub fn rows(scanner: &mut Scanner, text: &str) -> Vec<Row> {
    let mut tokens = scanner.scan(text);
    let mut rows = Vec::new();
    while let Some(token) = tokens.next() {
        let (form, folded) = (token.form.to_string(), token.folded.to_string());
        rows.push((token.kind, form, folded, token.sentence));
    }
    rows
}

fn token_text<'t>(text: &'t str, token: &Token<'_>) -> Option<&'t str> {
    text.get(token.start..token.end)
}

fn agree(
    who: &str,
    scanner: &mut Scanner,
    text: &str,
    expected: &[oracle::Token],
) -> Result<(), String> {
    let mut tokens = scanner.scan(text);
    for wanted in expected {
        let Some(token) = tokens.next() else {
            return Err(format!("{who} lacks {wanted:?}"));
        };
        if !is_equal(&token, wanted) {
            return Err(format!("{who}: {token:?}, the oracle: {wanted:?}"));
        }
    }
    match tokens.next() {
        Some(token) => Err(format!("{who} has one more: {token:?}")),
        None => Ok(()),
    }
}

pub fn is_equal(token: &Token<'_>, wanted: &oracle::Token) -> bool {
    let syllable = token.syllable.map(Syllable::as_str);
    (token.start, token.end, token.sentence) == (wanted.start, wanted.end, wanted.sentence)
        && token.kind.name() == wanted.kind
        && token.form == wanted.form
        && token.folded == wanted.folded
        && token.index_key() == wanted.index_key
        && appended(token).each_ref() == [&wanted.form, &wanted.folded, &wanted.index_key]
        && syllable == (wanted.kind == "syllable").then_some(wanted.form.as_str())
}

/// The forms as they are appended to a caller's text.
fn appended(token: &Token<'_>) -> [String; 3] {
    let mut texts = [const { String::new() }; 3];
    let [form, folded, key] = &mut texts;
    token.push_form_to(form);
    token.push_folded_to(folded);
    token.push_index_key_to(key);
    texts
}

/// A token's text alone scans to the same token.
fn same_again(scanner: &mut Scanner, written: &str, token: &Token<'_>) -> Result<(), String> {
    let mut tokens = scanner.scan(written);
    let same = tokens.next().is_some_and(|again| {
        (again.start, again.end, again.sentence) == (0, written.len(), 0)
            && (again.kind, again.syllable) == (token.kind, token.syllable)
            && (again.form, again.folded) == (token.form, token.folded)
    });
    if same && tokens.next().is_none() {
        return Ok(());
    }
    Err(format!(
        "{written:?} alone scans to something else than {token:?}"
    ))
}

/// Letters and digits are in tokens, but for those that are written as apostrophes or are marks.
fn no_letter_in(gap: &str) -> Result<(), String> {
    let left_out = gap.chars().find(|character| {
        character.is_alphanumeric()
            && !matches!(character, '\u{2B0}'..='\u{2FF}' | '\u{374}')
            && !unicode_normalization::char::is_combining_mark(*character)
    });
    match left_out {
        Some(letter) => Err(format!("{letter:?} is left out")),
        None => Ok(()),
    }
}

/// Failing inputs, each made as short as it can be.
#[derive(Default)]
pub struct Failures {
    found: Vec<(String, String)>,
}

impl Failures {
    /// Enough to see what is wrong.
    const MAX: usize = 12;

    /// Keeps an input that has failed, shortened; the check says what is wrong. What the check finds
    /// right failed because of what was read before.
    pub fn add(&mut self, text: &str, check: &mut dyn FnMut(&str) -> Result<(), String>) {
        if self.found.len() >= Self::MAX {
            return;
        }
        let short = shortest(text, &mut |text| check(text).is_err());
        let reason = match check(&short) {
            Err(reason) => reason,
            Ok(()) => "fails after other texts only".to_string(),
        };
        if self.found.iter().all(|(known, _)| *known != short) {
            self.found.push((short, reason));
        }
    }

    /// Keeps the description of an input that is long by design.
    pub fn add_long(&mut self, description: String, reason: &str) {
        if self.found.len() < Self::MAX {
            let reason = reason.chars().take(200).collect();
            self.found.push((description, reason));
        }
    }

    /// Panics with the inputs if there are any.
    pub fn report(self) {
        let mut report = String::new();
        for (text, reason) in &self.found {
            writeln!(report, "\"{}\" {text:?}: {reason}", text.escape_default()).expect("a string");
        }
        assert!(self.found.is_empty(), "these inputs fail:\n{report}");
    }
}

/// Takes characters away, many at once and then one by one, as long as the text fails.
fn shortest(text: &str, fails: &mut dyn FnMut(&str) -> bool) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let mut size = characters.len() / 2;
    while size > 0 {
        let mut start = 0;
        let before = characters.len();
        while start < characters.len() {
            let mut fewer = characters.clone();
            fewer.drain(start..(start + size).min(characters.len()));
            if fails(&fewer.iter().collect::<String>()) {
                characters = fewer;
            } else {
                start += size;
            }
        }
        if size > 1 || characters.len() == before {
            size /= 2;
        }
    }
    characters.into_iter().collect()
}
