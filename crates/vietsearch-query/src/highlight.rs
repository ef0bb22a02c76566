//! Highlighting on the original text.
//!
//! Marked is what made the article match: the text is scanned again and every token is held
//! against the readings of the query's words, so that folded, half-typed and repaired words are
//! found where they stand, in whatever normal form.

use std::collections::HashMap;

use vietsearch_index::SENTENCE_GAP;
use vietsearch_text::entity::{Entity, EntityReader};
use vietsearch_text::interpret::{WrittenOut, WrittenOutReader};
use vietsearch_text::{Scanner, Token, TokenKind};

use crate::phrase::Positions;
use crate::plan::Plan;
use crate::word::Tier;

/// A marked piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
    /// The words of the plan that it shows.
    pub(crate) words: Vec<usize>,
}

/// A scanned text with its marks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marked {
    pub(crate) marks: Vec<Mark>,
    /// Tokens: first byte, byte after the last, sentence.
    pub(crate) tokens: Vec<(usize, usize, u32)>,
    /// Number of tokens that carry a mark of the script.
    pub(crate) with_marks: usize,
}

/// Which words of a plan ask for a term.
#[derive(Default)]
struct Terms<'a> {
    words: HashMap<&'a str, Vec<usize>>,
    /// A bit for each length and end that some term has: most tokens of a text have none of them, and
    /// are told apart without hashing.
    shapes: [u64; 4],
}

impl<'a> Terms<'a> {
    fn of(&mut self, term: &'a str) -> &mut Vec<usize> {
        let (part, bit) = shape(term);
        if let Some(part) = self.shapes.get_mut(part) {
            *part |= bit;
        }
        self.words.entry(term).or_default()
    }

    fn get(&self, term: &str) -> Option<&Vec<usize>> {
        let (part, bit) = shape(term);
        match self.shapes.get(part).is_some_and(|part| part & bit != 0) {
            true => self.words.get(term),
            false => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Where the bit of a term is.
fn shape(term: &str) -> (usize, u64) {
    let bytes = term.as_bytes();
    let first = bytes.first().copied().map_or(0, usize::from);
    let last = bytes.last().copied().map_or(0, usize::from);
    let number = (first.wrapping_mul(31) ^ last.wrapping_mul(7)).wrapping_add(bytes.len() * 67);
    ((number >> 6) & 3, 1 << (number & 63))
}

/// Finds the words of a plan in texts.
pub(crate) struct Highlighter<'a> {
    plan: &'a Plan,
    exact: Terms<'a>,
    folded: Terms<'a>,
    open: Terms<'a>,
    entities: Terms<'a>,
    /// Days whose year was inferred.
    inferred: HashMap<String, Vec<usize>>,
    /// Other forms of one word each, by tier: they are shown as units.
    others: HashMap<(Tier, &'a str), Vec<usize>>,
}

impl<'a> Highlighter<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let mut highlighter = Self {
            plan,
            exact: Terms::default(),
            folded: Terms::default(),
            open: Terms::default(),
            entities: Terms::default(),
            inferred: HashMap::new(),
            others: HashMap::new(),
        };
        for index in &plan.scored {
            let Some(word) = plan.words.get(*index) else {
                continue;
            };
            // Parts of a date or an amount show nothing by themselves.
            if plan.wholes_over(*index).next().is_some() {
                continue;
            }
            for reading in &word.readings {
                let by_tier = match reading.tier {
                    Tier::Exact => &mut highlighter.exact,
                    Tier::Folded => &mut highlighter.folded,
                    Tier::Open => &mut highlighter.open,
                    Tier::Entity => &mut highlighter.entities,
                };
                by_tier.of(&reading.term).push(*index);
            }
        }
        for unit in &plan.units {
            let first = |word: usize| plan.same_as.get(word).copied().unwrap_or(word);
            if unit
                .words
                .clone()
                .all(|word| plan.scored.contains(&first(word)))
            {
                for by_term in [&mut highlighter.entities, &mut highlighter.folded] {
                    by_term.of(&unit.term).extend(unit.words.clone());
                }
            }
        }
        for unit in plan.units.iter().filter(|unit| unit.whole) {
            if let Some(words) = highlighter.entities.get(&unit.term).cloned() {
                highlighter
                    .inferred
                    .insert(format!("{}?", unit.term), words);
            }
        }
        for (_, other) in plan.scored_alternatives() {
            for reading in &other.terms {
                let term = reading.term.as_str();
                let words = match reading.tier {
                    Tier::Entity => highlighter.entities.of(term),
                    tier => highlighter.others.entry((tier, term)).or_default(),
                };
                words.extend(other.words.clone());
            }
        }
        highlighter
    }

    /// Marks one text. `unmarked` tells that the article is written without marks: its bare words
    /// are open; `year` is that of its publication.
    pub(crate) fn mark(
        &self,
        scanner: &mut Scanner,
        text: &str,
        unmarked: bool,
        year: Option<u16>,
    ) -> Marked {
        let mut marked = Marked::default();
        let mut found: Vec<Vec<usize>> = Vec::new();
        let mut units: Vec<(usize, usize, Vec<usize>)> = Vec::new();
        let mut others: Vec<(usize, usize, Vec<usize>)> = Vec::new();
        let mut tokens = scanner.scan(text);
        let mut reader = EntityReader::new();
        reader.set_year(year);
        let mut written_out = WrittenOutReader::new();
        let mut forms: Vec<(usize, usize, Vec<usize>)> = Vec::new();
        let mut keep_form = |form: WrittenOut<'_>| {
            let words = self
                .entities
                .get(form.term)
                .filter(|_| unmarked || !form.unmarked);
            if let Some(words) = words {
                forms.push((form.first_token, form.end_token, words.clone()));
            }
        };
        let mut keep = |entity: Entity<'_>| {
            let known = self.entities.get(entity.term);
            let known = known.or_else(|| self.inferred.get(entity.term));
            if let Some(words) = known.filter(|_| unmarked || !entity.unmarked) {
                units.push((entity.first_token, entity.end_token, words.clone()));
            }
        };
        while let Some(token) = tokens.next() {
            marked.tokens.push((token.start, token.end, token.sentence));
            marked.with_marks += usize::from(!token.is_bare());
            found.push(self.words_at(&token, unmarked));
            if !self.entities.is_empty() {
                reader.push(text, &token, &mut keep);
                written_out.push(&token, &mut keep_form);
            }
            let number = marked.tokens.len() - 1;
            if let Some(words) = self.other_form_at(&token, unmarked) {
                others.push((number, number + 1, words));
            }
        }
        reader.finish(&mut keep);
        units.append(&mut forms);
        units.append(&mut others);
        // A unit within another is shown by the longer one.
        units.sort_by_key(|(first, end, _)| (std::cmp::Reverse(end - first), *first));
        self.keep_whole_phrases(&marked, &mut found);
        marked.marks = self.join(text, &marked, &found, &units);
        marked
    }

    /// The words that a token is another form of, where it is none of them itself.
    fn other_form_at(&self, token: &Token<'_>, unmarked: bool) -> Option<Vec<usize>> {
        if self.others.is_empty() || !self.words_at(token, unmarked).is_empty() {
            return None;
        }
        let open = || {
            let here = unmarked || token.kind == TokenKind::Word;
            self.others.get(&(Tier::Open, token.form)).filter(|_| here)
        };
        let exact = self.others.get(&(Tier::Exact, token.form));
        exact.or_else(open).cloned()
    }

    /// The words that a token is a reading of.
    fn words_at(&self, token: &Token<'_>, unmarked: bool) -> Vec<usize> {
        let mut words: Vec<usize> = Vec::new();
        let open_here = unmarked || token.kind == TokenKind::Word;
        let lists = [
            self.exact.get(token.form),
            self.folded.get(token.index_key()),
            self.open.get(token.form).filter(|_| open_here),
        ];
        for list in lists.into_iter().flatten() {
            words.extend(list);
        }
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Unmarks the words of a quoted phrase where they stand without it.
    fn keep_whole_phrases(&self, marked: &Marked, found: &mut [Vec<usize>]) {
        for phrase in &self.plan.phrases {
            let position = |index: usize| -> u32 {
                let sentence = marked.tokens.get(index).map_or(0, |token| token.2);
                (index as u32).saturating_add(sentence.saturating_mul(SENTENCE_GAP as u32))
            };
            let mut occurrences: Vec<Positions> = Vec::new();
            for word in phrase.words.clone() {
                let places = found
                    .iter()
                    .enumerate()
                    .filter(|(_, words)| words.contains(&word));
                occurrences.push(places.map(|(index, _)| position(index)).collect());
            }
            let mut kept = phrase.shape.find_all(&occurrences).into_iter().peekable();
            let mut kept_to = None;
            for (index, words) in found.iter_mut().enumerate() {
                let at = position(index);
                while let Some((_, last)) = kept.next_if(|(first, _)| *first <= at) {
                    kept_to = kept_to.max(Some(last));
                }
                if kept_to < Some(at) {
                    words.retain(|word| !phrase.words.contains(word));
                }
            }
        }
    }

    /// Joins neighbours that are neighbours in the query, and whole units, into one mark each.
    fn join(
        &self,
        text: &str,
        marked: &Marked,
        found: &[Vec<usize>],
        units: &[(usize, usize, Vec<usize>)],
    ) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        let mut unit_at: Vec<Option<&(usize, usize, Vec<usize>)>> = vec![None; found.len()];
        for unit in units {
            for slot in unit_at.get_mut(unit.0..unit.1).unwrap_or(&mut []) {
                slot.get_or_insert(unit);
            }
        }
        for ((index, words), unit) in found.iter().enumerate().zip(unit_at) {
            let Some((start, end, _)) = marked.tokens.get(index).copied() else {
                continue;
            };
            if let Some((first, _, unit_words)) = unit {
                let goes_on = index > *first && last.is_some_and(|(before, _)| before + 1 == index);
                match marks.last_mut() {
                    Some(mark) if goes_on => mark.end = end,
                    _ => marks.push(Mark {
                        start,
                        end,
                        words: unit_words.clone(),
                    }),
                }
                last = Some((index, usize::MAX));
                continue;
            }
            let Some(first_word) = words.first().copied() else {
                continue;
            };
            let neighbour = last
                .filter(|(before, _)| before + 1 == index && self.one_sentence(marked, index))
                .and_then(|(_, word)| words.iter().find(|next| self.follows(word, **next)));
            match (neighbour, marks.last_mut()) {
                (Some(word), Some(mark)) if is_light(text, mark.end, start) => {
                    mark.end = end;
                    mark.words.push(*word);
                    last = Some((index, *word));
                }
                _ => {
                    marks.push(Mark {
                        start,
                        end,
                        words: vec![first_word],
                    });
                    last = Some((index, first_word));
                }
            }
        }
        self.without_strays(marks)
    }

    fn one_sentence(&self, marked: &Marked, index: usize) -> bool {
        let sentence = |index: usize| marked.tokens.get(index).map(|token| token.2);
        index.checked_sub(1).and_then(sentence) == sentence(index)
    }

    fn follows(&self, before: usize, word: usize) -> bool {
        let one_run = |run: &std::ops::Range<usize>| run.contains(&before) && run.contains(&word);
        before != usize::MAX && before + 1 == word && self.plan.runs.iter().any(one_run)
    }

    /// Leaves out what shows nothing: `của` alone, unless the query has nothing else; and a lone
    /// syllable (`an`) where it stands with its neighbours too (`an ninh`).
    fn without_strays(&self, mut marks: Vec<Mark>) -> Vec<Mark> {
        let word = |index: &usize| self.plan.words.get(*index);
        let is_content = |index: &usize| word(index).is_some_and(|word| word.importance >= 1.0);
        if self.plan.scored.iter().any(is_content) {
            marks.retain(|mark| mark.words.len() > 1 || mark.words.iter().any(is_content));
        }
        let mut joined: Vec<usize> = marks
            .iter()
            .filter(|mark| mark.words.len() > 1)
            .flat_map(|mark| mark.words.iter().copied())
            .collect();
        joined.sort_unstable();
        joined.dedup();
        marks.retain(|mark| match mark.words.as_slice() {
            [lone] => joined.binary_search(lone).is_err(),
            _ => true,
        });
        marks
    }
}

/// True if only white space and light signs stand between two tokens.
fn is_light(text: &str, from: usize, to: usize) -> bool {
    let gap = text.get(from..to).unwrap_or("");
    gap.chars().all(|character| {
        character.is_whitespace() && character != '\n' || matches!(character, '-' | '/' | '.' | '&')
    })
}

/// Writes a text as HTML with the given byte ranges between two tags. Everything else is escaped.
///
/// Ranges that are out of order, out of bounds or within a character are left out.
///
/// ```
/// use vietsearch_query::to_html;
///
/// assert_eq!(to_html("<b>a & b</b>", &[], "<em>", "</em>"), "&lt;b&gt;a &amp; b&lt;/b&gt;");
/// assert_eq!(to_html("Giá vàng SJC", &[[0, 10]], "<em>", "</em>"), "<em>Giá vàng</em> SJC");
/// ```
#[must_use]
pub fn to_html(text: &str, ranges: &[[usize; 2]], open: &str, close: &str) -> String {
    let mut html = String::with_capacity(text.len() + ranges.len() * (open.len() + close.len()));
    let mut done = 0;
    for [start, end] in ranges.iter().copied() {
        let (Some(before), Some(marked)) = (text.get(done..start), text.get(start..end)) else {
            continue;
        };
        escape(before, &mut html);
        html.push_str(open);
        escape(marked, &mut html);
        html.push_str(close);
        done = end;
    }
    escape(text.get(done..).unwrap_or(""), &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}
