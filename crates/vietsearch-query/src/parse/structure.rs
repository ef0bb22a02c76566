//! Decides which parentheses group and which AND, OR and NOT are operators, in
//! loops over the tokens: nothing here recurses.

use super::ast::Note;
use super::token::{Kind, Token};

/// Returns the tokens that make the tree: parentheses in pairs at most
/// `max_depth` deep, keywords with their operands, signs and fields before what
/// they hold of, and all the rest as text.
pub(super) fn resolve(
    mut tokens: Vec<Token>,
    max_depth: usize,
    notes: &mut Vec<Note>,
) -> Vec<Token> {
    let partners = pair_parentheses(&mut tokens);
    settle_prefixes(&mut tokens);
    settle_keywords(&mut tokens);
    settle_groups(&mut tokens, &partners);
    cap_depth(&mut tokens, &partners, max_depth, notes);
    // A group that became text no longer takes a sign or field.
    settle_prefixes(&mut tokens);
    join_touching(tokens, &partners)
}

fn set<T>(items: &mut [T], at: usize, value: T) {
    if let Some(item) = items.get_mut(at) {
        *item = value;
    }
}

fn drop_parentheses(tokens: &mut [Token], dropped: Vec<usize>) {
    for at in dropped {
        if let Some(token) = tokens.get_mut(at) {
            token.kind = Kind::Punctuation;
        }
    }
}

/// Returns the partner of each parenthesis. Those without a partner or without
/// content become punctuation.
fn pair_parentheses(tokens: &mut [Token]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut unpaired = Vec::new();
    let mut content = 0_usize;
    let mut dropped = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => unpaired.push((at, content)),
            Kind::Close => match unpaired.pop() {
                Some((open, content_before)) if content > content_before => {
                    set(&mut partners, open, Some(at));
                    set(&mut partners, at, Some(open));
                }
                Some((open, _)) => dropped.extend([open, at]),
                None => dropped.push(at),
            },
            Kind::Sign(_) => {}
            _ => content += 1,
        }
    }
    dropped.extend(unpaired.iter().map(|(open, _)| *open));
    drop_parentheses(tokens, dropped);
    partners
}

/// Turns signs and fields into text that do not touch what they hold of.
fn settle_prefixes(tokens: &mut [Token]) {
    // From the right, since a field that is text is what a sign before it takes.
    let mut operand_start = None;
    for token in tokens.iter_mut().rev() {
        let touches = operand_start == Some(token.span.end);
        match token.kind {
            Kind::Sign(_) if !touches => token.kind = Kind::Punctuation,
            Kind::Field(_) if !touches => token.kind = Kind::Word,
            _ => {}
        }
        operand_start = token.kind.starts_operand().then_some(token.span.start);
    }
}

/// Turns AND, OR and NOT without operands into words.
fn settle_keywords(tokens: &mut [Token]) {
    let mut operand_follows = false;
    let mut negation_follows = false;
    for token in tokens.iter_mut().rev() {
        if matches!(token.kind, Kind::Punctuation) {
            continue;
        }
        let has_operand = match token.kind {
            Kind::Not => operand_follows,
            _ => operand_follows || negation_follows,
        };
        let is_keyword = token.kind.is_keyword();
        if is_keyword && !has_operand {
            token.kind = Kind::Word;
        }
        // A keyword that is text is no operand of the keyword before it: in
        // `a AND OR b` only one of both can be an operator.
        negation_follows = matches!(token.kind, Kind::Not);
        operand_follows = !is_keyword && token.kind.starts_operand();
    }
    let mut operand_precedes = false;
    for token in tokens {
        match token.kind {
            Kind::Punctuation => continue,
            Kind::And | Kind::Or if !operand_precedes => token.kind = Kind::Word,
            _ => {}
        }
        operand_precedes = token.kind.ends_operand();
    }
}

/// Turns parentheses into text that neither hold an operator nor stand beside
/// one: `Giá vàng (SJC) tăng`.
fn settle_groups(tokens: &mut [Token], partners: &[Option<usize>]) {
    let mut open_groups: Vec<bool> = Vec::new();
    let mut dropped = Vec::new();
    let mut operator_precedes = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punctuation => continue,
            Kind::Open => open_groups.push(operator_precedes),
            Kind::Close => {
                let follows = tokens.iter().skip(at + 1);
                let next = follows
                    .map(|next| &next.kind)
                    .find(|kind| !matches!(kind, Kind::Punctuation));
                let operator_follows = matches!(next, Some(Kind::And | Kind::Or));
                let holds_operator = open_groups.pop().unwrap_or(false);
                if holds_operator {
                    mark_innermost(&mut open_groups);
                } else if !operator_follows {
                    dropped.push(at);
                    dropped.extend(partners.get(at).copied().flatten());
                }
            }
            Kind::And | Kind::Or | Kind::Not | Kind::Sign(_) => mark_innermost(&mut open_groups),
            _ => {}
        }
        operator_precedes =
            token.kind.is_keyword() || matches!(token.kind, Kind::Sign(_) | Kind::Field(_));
    }
    drop_parentheses(tokens, dropped);
}

fn mark_innermost(open_groups: &mut [bool]) {
    if let Some(group) = open_groups.last_mut() {
        *group = true;
    }
}

/// Turns the parentheses of groups below `max_depth` into text.
fn cap_depth(
    tokens: &mut [Token],
    partners: &[Option<usize>],
    max_depth: usize,
    notes: &mut Vec<Note>,
) {
    let mut depth = 0_usize;
    let mut dropped = Vec::new();
    let mut first = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => {
                depth += 1;
                if depth > max_depth {
                    first.get_or_insert(token.span.clone());
                    dropped.push(at);
                    dropped.extend(partners.get(at).copied().flatten());
                }
            }
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    drop_parentheses(tokens, dropped);
    notes.extend(first.map(|span| Note::TooDeep { span }));
}

/// Joins what parentheses that are text cut: `VN(SJC)` and
/// `http://a.vn/b_(c)` are one chunk again. Drops other punctuation.
fn join_touching(tokens: Vec<Token>, partners: &[Option<usize>]) -> Vec<Token> {
    let starts: Vec<usize> = tokens.iter().map(|token| token.span.start).collect();
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut is_prefixed = false;
    for (at, token) in tokens.into_iter().enumerate() {
        let partner = partners.get(at).copied().flatten();
        let partner_start = partner.and_then(|partner| starts.get(partner)).copied();
        if let Some(last) = joined.last_mut()
            && last.span.end == token.span.start
            && joins(last, is_prefixed, &token.kind, partner_start)
        {
            last.span.end = token.span.end;
            if matches!(last.kind, Kind::Punctuation) {
                last.kind = token.kind;
            }
            continue;
        }
        is_prefixed = joined
            .last()
            .is_some_and(|last| matches!(last.kind, Kind::Sign(_) | Kind::Field(_)));
        joined.push(token);
    }
    joined.retain(|token| !matches!(token.kind, Kind::Punctuation));
    joined
}

/// Whether a token becomes part of the one it touches. What a sign, field or
/// `=` takes gets a parenthesis only with its partner, so that
/// `(xem section:bóng-đá)` does not end in one.
fn joins(last: &Token, is_prefixed: bool, kind: &Kind, partner_start: Option<usize>) -> bool {
    let is_bound = is_prefixed || matches!(last.kind, Kind::Exact | Kind::Filter { .. });
    let partner_is_inside = partner_start.is_some_and(|start| start >= last.span.start);
    match (&last.kind, kind) {
        (Kind::Word | Kind::Exact | Kind::Filter { .. } | Kind::Punctuation, Kind::Word) => true,
        (Kind::Word | Kind::Punctuation, Kind::Punctuation) if !is_bound => true,
        (Kind::Word | Kind::Exact | Kind::Filter { .. }, Kind::Punctuation) => partner_is_inside,
        _ => false,
    }
}
