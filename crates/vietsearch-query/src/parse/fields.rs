//! Declared fields and the values that touch them.

use std::ops::Range;

use super::ast::{Node, Note};
use super::chars::{is_blank, is_quote, is_space};
use super::days::{DayField, DayValue, is_relative_day, read_days, starts_relative_day};
use super::lexer::{Lexer, parenthesis};
use super::names::{BUILT_IN, Target};
use super::token::Kind;

impl Lexer<'_> {
    /// Reads a declared field with the value that touches it.
    pub(super) fn field_at(&mut self, at: usize) -> Option<usize> {
        let name_end = at + self.rest(at).find(ends_name)?;
        let value = name_end + 1;
        if self.char_at(name_end) != Some(':') || self.char_at(value).is_none_or(is_space) {
            return None;
        }
        let name = self.slice(at..name_end);
        match BUILT_IN.get(name) {
            Some(Target::Text(field)) => {
                let kind = Kind::Field(*field);
                self.text_value(kind, at, value)
            }
            Some(Target::Filter(field)) => self.filter_value((*field).to_owned(), at, value),
            Some(Target::Days(field)) => self.days_value(*field, at, value),
            None => {
                let field = (*self.extra.get(name)?).to_owned();
                self.filter_value(field, at, value)
            }
        }
    }

    fn text_value(&mut self, field: Kind, at: usize, value: usize) -> Option<usize> {
        let is_group = self.char_at(value) == Some('(');
        let is_phrase = self.phrase_at(value).is_some();
        let is_empty = is_blank(self.slice(value..self.chunk_end(value)));
        if is_empty && !is_group && !is_phrase {
            return None;
        }
        self.push(field, at..value);
        if is_group {
            return Some(value);
        }
        if is_phrase {
            return self.phrase(value, value, false);
        }
        match self.exact_at(value) {
            Some(end) => Some(end),
            None => Some(self.chunk_at(value)),
        }
    }

    fn filter_value(&mut self, field: String, at: usize, value: usize) -> Option<usize> {
        if let Some(quoted) = self.phrase_at(value) {
            let node = Node::Filter {
                field,
                value: self.slice(quoted.inner).to_owned(),
                span: at..quoted.end,
            };
            self.push(Kind::Leaf(Box::new(node)), at..quoted.end);
            return Some(quoted.end);
        }
        let chunk = self.slice(value..self.chunk_end(value));
        let trimmed = chunk.trim_end_matches([',', ';']);
        if is_blank(trimmed) {
            return None;
        }
        let end = value + trimmed.len();
        self.push(Kind::Filter { field, value }, at..end);
        Some(end)
    }

    fn days_value(&mut self, field: DayField, at: usize, value: usize) -> Option<usize> {
        let (written, mut end) = self.written_days(value)?;
        let mut text = self.slice(written.clone());
        let mut days = read_days(field, text, self.today);
        // A full stop ends the sentence, unless it is the `..` of an open range.
        if days == DayValue::Text && end == written.end {
            text = text.trim_end_matches('.');
            end = written.start + text.len();
            days = read_days(field, text, self.today);
        }
        let span = at..end;
        match days {
            DayValue::Range(from, to) => {
                if let (Some(from), Some(to)) = (from, to)
                    && to < from
                {
                    self.notes.push(Note::ReversedDays { span: span.clone() });
                }
                let node = Node::Days {
                    from,
                    to,
                    span: span.clone(),
                };
                self.push(Kind::Leaf(Box::new(node)), span);
                Some(end)
            }
            DayValue::Impossible => {
                let text = text.to_owned();
                self.notes.push(Note::ImpossibleDate { text, span });
                None
            }
            DayValue::Text => None,
        }
    }

    /// Returns the span of a day as written and where the token ends: a quoted
    /// text, two words such as `hôm nay`, or one word.
    fn written_days(&self, at: usize) -> Option<(Range<usize>, usize)> {
        if let Some(quoted) = self.phrase_at(at) {
            return Some((quoted.inner, quoted.end));
        }
        let first = self.day_word(at)?;
        if starts_relative_day(self.slice(first.clone())) {
            let gap = self.rest(first.end).chars().take_while(|c| is_space(*c));
            let second = first.end + gap.map(char::len_utf8).sum::<usize>();
            if let Some(word) = self.day_word(second) {
                let both = at..word.end - trailing_dots(self.slice(word.clone()));
                if is_relative_day(self.slice(both.clone())) {
                    return Some((both.clone(), both.end));
                }
            }
        }
        Some((first.clone(), first.end))
    }

    fn day_word(&self, at: usize) -> Option<Range<usize>> {
        let chunk = self.slice(at..self.chunk_end(at));
        let trimmed = chunk.trim_end_matches([',', ';', '!', '?']);
        (!trimmed.is_empty()).then(|| at..at + trimmed.len())
    }
}

fn trailing_dots(word: &str) -> usize {
    word.len() - word.trim_end_matches('.').len()
}

fn ends_name(c: char) -> bool {
    c == ':' || is_space(c) || is_quote(c) || parenthesis(c).is_some()
}
