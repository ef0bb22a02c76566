//! Builds the tree from resolved tokens. Recursion is as deep as the groups,
//! which are capped before.

use std::iter::Peekable;
use std::mem;
use std::vec::IntoIter;

use super::ast::{Clause, Node, Occur};
use super::chars::is_blank;
use super::error::ParseError;
use super::token::{Kind, Token};

/// Returns the clauses of the root.
pub(super) fn build(
    query: &str,
    tokens: Vec<Token>,
    max_clauses: usize,
) -> Result<Vec<Clause>, ParseError> {
    let mut builder = Builder {
        query,
        tokens: tokens.into_iter().peekable(),
        end: 0,
        leaves: 0,
        max_clauses,
    };
    builder.group()
}

struct Builder<'a> {
    query: &'a str,
    tokens: Peekable<IntoIter<Token>>,
    /// Where the last token taken ends.
    end: usize,
    leaves: usize,
    max_clauses: usize,
}

impl Builder<'_> {
    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.next()?;
        self.end = token.span.end;
        Some(token)
    }

    /// Reads up to the end of the group and returns its clauses in normal form.
    fn group(&mut self) -> Result<Vec<Clause>, ParseError> {
        let mut alternatives = Vec::new();
        let mut clauses: Vec<Clause> = Vec::new();
        let mut required = false;
        let mut negated = false;
        while let Some(token) = self.take() {
            match token.kind {
                Kind::Close => break,
                Kind::Or => alternatives.push(mem::take(&mut clauses)),
                Kind::And => {
                    if let Some(left) = clauses.last_mut() {
                        left.occur = combine(Occur::Must, left.occur);
                    }
                    required = true;
                }
                Kind::Not => negated = true,
                _ => {
                    let mut clause = self.operand(token)?;
                    if mem::take(&mut negated) {
                        clause.occur = combine(Occur::MustNot, clause.occur);
                    }
                    if mem::take(&mut required) {
                        clause.occur = combine(Occur::Must, clause.occur);
                    }
                    clauses.push(clause);
                }
            }
        }
        if alternatives.is_empty() {
            return Ok(self.normalize(clauses));
        }
        alternatives.push(clauses);
        let mut nodes = Vec::with_capacity(alternatives.len());
        for alternative in alternatives {
            match into_alternative(self.normalize(alternative)) {
                Node::Any(inner) => nodes.extend(inner),
                node => nodes.push(node),
            }
        }
        let any = Node::Any(nodes);
        Ok(vec![plain(any)])
    }

    /// Reads a run of plain words or a single operand with its sign.
    fn operand(&mut self, token: Token) -> Result<Clause, ParseError> {
        match token.kind {
            Kind::Word => {
                let is_word = |next: &Token| matches!(next.kind, Kind::Word);
                while let Some(next) = self.tokens.next_if(is_word) {
                    self.end = next.span.end;
                }
                let words = self.words(token.span.start, self.end);
                self.leaf(words)
            }
            Kind::Sign(occur) => {
                let mut clause = match self.take() {
                    Some(signed) => self.single(signed)?,
                    None => plain(Node::All(Vec::new())),
                };
                clause.occur = combine(occur, clause.occur);
                Ok(clause)
            }
            _ => self.single(token),
        }
    }

    fn single(&mut self, token: Token) -> Result<Clause, ParseError> {
        let span = token.span;
        let node = match token.kind {
            Kind::Leaf(node) => *node,
            Kind::Exact => {
                let start = span.start + '='.len_utf8();
                Node::Exact {
                    text: self.slice(start, span.end),
                    span: start..span.end,
                }
            }
            Kind::Filter { field, value } => Node::Filter {
                field,
                value: self.slice(value, span.end),
                span,
            },
            Kind::Open => {
                let clauses = self.group()?;
                return Ok(into_clause(clauses));
            }
            Kind::Field(field) => {
                let Some(value) = self.take() else {
                    return Ok(plain(Node::All(Vec::new())));
                };
                let clause = self.single(value)?;
                let node = Node::InField {
                    field,
                    node: Box::new(clause.node),
                    span: span.start..self.end,
                };
                return Ok(Clause {
                    occur: clause.occur,
                    node,
                });
            }
            _ => self.words(span.start, span.end),
        };
        self.leaf(node)
    }

    fn leaf(&mut self, node: Node) -> Result<Clause, ParseError> {
        self.leaves += 1;
        if self.leaves > self.max_clauses {
            return Err(ParseError::TooManyClauses {
                max: self.max_clauses,
            });
        }
        Ok(plain(node))
    }

    fn slice(&self, start: usize, end: usize) -> String {
        self.query.get(start..end).unwrap_or("").to_owned()
    }

    fn words(&self, start: usize, end: usize) -> Node {
        Node::Words {
            text: self.slice(start, end),
            span: start..end,
        }
    }

    /// Puts groups of plain clauses in their place and joins plain words that
    /// only punctuation parts.
    fn normalize(&self, clauses: Vec<Clause>) -> Vec<Clause> {
        let mut normal = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Clause {
                    occur: Occur::Plain,
                    node: Node::All(inner),
                } if inner.iter().all(|c| c.occur == Occur::Plain) => {
                    for clause in inner {
                        self.push(&mut normal, clause);
                    }
                }
                clause => self.push(&mut normal, clause),
            }
        }
        normal
    }

    fn push(&self, clauses: &mut Vec<Clause>, clause: Clause) {
        if let Some(last) = clauses.last_mut()
            && last.occur == Occur::Plain
            && clause.occur == Occur::Plain
            && let (Node::Words { span: left, .. }, Node::Words { span: right, .. }) =
                (&last.node, &clause.node)
            && self.query.get(left.end..right.start).is_some_and(is_blank)
        {
            last.node = self.words(left.start, right.end);
            return;
        }
        clauses.push(clause);
    }
}

fn plain(node: Node) -> Clause {
    Clause {
        occur: Occur::Plain,
        node,
    }
}

/// Returns how a clause counts that has one operator outside and one inside.
fn combine(outer: Occur, inner: Occur) -> Occur {
    match (outer, inner) {
        (Occur::Plain, inner) => inner,
        (Occur::Must, Occur::MustNot) | (Occur::MustNot, Occur::Plain | Occur::Must) => {
            Occur::MustNot
        }
        (Occur::Must, _) | (Occur::MustNot, Occur::MustNot) => Occur::Must,
    }
}

/// Returns a group as one clause; a group of one member is that member.
fn into_clause(mut clauses: Vec<Clause>) -> Clause {
    match clauses.pop() {
        Some(only) if clauses.is_empty() => only,
        last => {
            clauses.extend(last);
            plain(Node::All(clauses))
        }
    }
}

/// Returns an alternative as a node, where a lone exclusion keeps its clause.
fn into_alternative(clauses: Vec<Clause>) -> Node {
    match into_clause(clauses) {
        excluded @ Clause {
            occur: Occur::MustNot,
            ..
        } => Node::All(vec![excluded]),
        clause => clause.node,
    }
}
