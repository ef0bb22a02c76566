//! What was understood of a query: its tree, with the other forms of its words written in.

use std::ops::Range;

use crate::parse::{Clause, Node, Occur, OtherForm, Parsed};
use crate::plan::Plan;

/// The tree of a query with [`Node::Synonyms`] where the plan, or a source of synonyms, has other forms
/// for words.
pub(crate) fn echo(parsed: &Parsed, plan: &Plan) -> Parsed {
    let mut forms: Vec<OtherForm> = Vec::new();
    for other in &plan.alternatives {
        let words = plan.words.get(other.words.clone()).unwrap_or(&[]);
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            let form = OtherForm {
                text: other.text(),
                span: first.span.start..last.span.end,
                since: other.since,
            };
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    let echo = Echo {
        query: &parsed.text,
        forms,
    };
    let mut echoed = parsed.clone();
    if let Node::All(clauses) = &parsed.root {
        echoed.root = Node::All(echo.clauses(clauses));
    }
    echoed
}

struct Echo<'a> {
    query: &'a str,
    forms: Vec<OtherForm>,
}

impl Echo<'_> {
    fn clauses(&self, clauses: &[Clause]) -> Vec<Clause> {
        let mut echoed = Vec::with_capacity(clauses.len());
        for Clause { occur, node } in clauses {
            let occur = *occur;
            match node {
                // What is wanted together may as well be wanted one by one; not so an exclusion.
                Node::Words { text, span } if occur != Occur::MustNot => {
                    let parts = self.parts(text, span).into_iter();
                    echoed.extend(parts.map(|node| Clause { occur, node }));
                }
                _ => {
                    let node = self.node(node);
                    echoed.push(Clause { occur, node });
                }
            }
        }
        echoed
    }

    fn node(&self, node: &Node) -> Node {
        match node {
            Node::Words { text, span } => one(self.parts(text, span)),
            Node::InField { field, node, span } => Node::InField {
                field: *field,
                node: Box::new(self.node(node)),
                span: span.clone(),
            },
            Node::All(clauses) => Node::All(self.clauses(clauses)),
            Node::Any(nodes) => match self.expanded(nodes) {
                Some(synonyms) => synonyms,
                None => Node::Any(nodes.iter().map(|node| self.node(node)).collect()),
            },
            other => other.clone(),
        }
    }

    /// Alternatives that a source of synonyms has written: what was typed, then phrases that stand
    /// nowhere in the query.
    fn expanded(&self, nodes: &[Node]) -> Option<Node> {
        let (Node::Words { text, span }, others) = nodes.split_first()? else {
            return None;
        };
        let mut forms = self.within(span);
        for other in others {
            match other {
                Node::Phrase { text, span: at, .. }
                    if at == span && self.query.get(at.clone()) != Some(text) =>
                {
                    forms.push(OtherForm {
                        text: text.clone(),
                        span: span.clone(),
                        since: None,
                    });
                }
                _ => return None,
            }
        }
        Some(Node::Synonyms {
            text: text.clone(),
            span: span.clone(),
            forms,
        })
    }

    /// The forms for words of a leaf, in text order, longer ones first.
    fn within(&self, span: &Range<usize>) -> Vec<OtherForm> {
        let inside = |form: &&OtherForm| span.start <= form.span.start && form.span.end <= span.end;
        let mut forms: Vec<OtherForm> = self.forms.iter().filter(inside).cloned().collect();
        forms.sort_by_key(|form| (form.span.start, std::cmp::Reverse(form.span.end)));
        forms
    }

    /// Plain words, cut where those begin and end that may be written otherwise. Forms that overlap
    /// share one node.
    fn parts(&self, text: &str, span: &Range<usize>) -> Vec<Node> {
        let mut parts = Vec::new();
        let mut done = span.start;
        let mut forms = self.within(span).into_iter().peekable();
        while let Some(first) = forms.next() {
            let mut covered = first.span.clone();
            let mut together = vec![first];
            while let Some(next) = forms.next_if(|next| next.span.start < covered.end) {
                covered.end = covered.end.max(next.span.end);
                together.push(next);
            }
            parts.extend(self.words(done..covered.start));
            done = covered.end;
            parts.push(Node::Synonyms {
                text: self.query.get(covered.clone()).unwrap_or("").to_string(),
                span: covered,
                forms: together,
            });
        }
        if parts.is_empty() {
            return vec![Node::Words {
                text: text.to_string(),
                span: span.clone(),
            }];
        }
        parts.extend(self.words(done..span.end));
        parts
    }

    /// What stands between; `None` if that is space only.
    fn words(&self, span: Range<usize>) -> Option<Node> {
        let text = self.query.get(span.clone())?;
        let trimmed = text.trim();
        let start = span.start + (text.len() - text.trim_start().len());
        (!trimmed.is_empty()).then(|| Node::Words {
            text: trimmed.to_string(),
            span: start..start + trimmed.len(),
        })
    }
}

/// Several nodes as one.
fn one(mut nodes: Vec<Node>) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => {
            let occur = Occur::Plain;
            let clauses = nodes.into_iter().map(|node| Clause { occur, node });
            Node::All(clauses.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vietsearch_index::{Article, NewsIndex, WriterOptions};

    use super::*;
    use crate::{AliasPack, NewsSearcher, SearchRequest, Synonyms};

    struct Cars;

    impl Synonyms for Cars {
        fn synonyms(&self, expression: &str) -> Vec<String> {
            match expression {
                "ô tô" => vec!["xe hơi".to_string()],
                _ => Vec::new(),
            }
        }
    }

    fn echoed(query: &str) -> Parsed {
        let index = NewsIndex::create_in_ram().unwrap();
        let mut writer = index
            .writer(WriterOptions::default().with_threads(1))
            .unwrap();
        writer.add(Article::new("Tin", "Một tin ngắn.")).unwrap();
        writer.commit().unwrap();
        let searcher = NewsSearcher::new(&index)
            .unwrap()
            .with_alias_pack(AliasPack::vn_admin_2025())
            .with_synonyms(Arc::new(Cars));
        let mut request = SearchRequest::new(query);
        request.explain = true;
        let parsed = searcher.search(&request).unwrap().parsed.unwrap();
        for leaf in parsed.leaves() {
            if let Node::Synonyms { text, span, forms } = leaf.node {
                assert_eq!(parsed.text.get(span.clone()), Some(text.as_str()));
                for form in forms {
                    assert!(span.start <= form.span.start && form.span.end <= span.end);
                    assert!(!form.text.is_empty());
                }
            }
        }
        parsed
    }

    fn printed(query: &str) -> String {
        let root = echoed(query).root.to_string();
        // The first form tells what happened; the others are as many as the tables have.
        let mut short = String::new();
        for part in root.split(" | ") {
            let closed = part.find(')').and_then(|end| part.get(end..));
            match (short.is_empty(), closed) {
                (true, _) => short.push_str(part),
                (false, Some(rest)) => short.push_str(rest),
                (false, None) => {}
            }
        }
        short
    }

    #[test]
    fn words_with_other_forms_are_marked_where_they_stand() {
        for (query, tree) in [
            ("giá vàng", r#"all(words("giá vàng"))"#),
            ("tphcm", r#"all(syn("tphcm"))"#),
            (
                "kẹt xe tphcm sáng nay",
                r#"all(words("kẹt xe") syn("tphcm") words("sáng nay"))"#,
            ),
            (
                "tphcm -\"bình dương\"",
                r#"all(syn("tphcm") -phrase("bình dương"))"#,
            ),
            ("mưa -tphcm", r#"all(words("mưa") -syn("tphcm"))"#),
            ("mưa OR tphcm", r#"all(any(words("mưa") syn("tphcm")))"#),
            ("giá ô tô", r#"all(words("giá") syn("ô tô"))"#),
            ("\"tphcm\"", r#"all(phrase("tphcm"))"#),
        ] {
            assert_eq!(printed(query), tree, "{query}");
        }
    }

    fn forms(query: &str) -> Vec<(String, Option<String>)> {
        let parsed = echoed(query);
        let leaves = parsed.leaves().filter_map(|leaf| match leaf.node {
            Node::Synonyms { forms, .. } => Some(forms.clone()),
            _ => None,
        });
        let forms = leaves.flatten();
        forms
            .map(|form| (form.text, form.since.map(|day| day.to_string())))
            .collect()
    }

    #[test]
    fn forms_are_told_with_their_day() {
        let has = |query: &str, text: &str, since: Option<&str>| {
            forms(query).contains(&(text.to_string(), since.map(str::to_string)))
        };
        assert!(has("tphcm", "thành phố hồ chí minh", None));
        assert!(has("họp ủy ban nhân dân", "ubnd", None));
        assert!(
            has("bình dương", "tphcm", Some("2025-07-01"))
                || has("bình dương", "thành phố hồ chí minh", Some("2025-07-01"))
        );
        assert!(has("ô tô", "xe hơi", None));
        assert!(forms("=tphcm").is_empty());
    }
}
