//! `vietsearch tokens`: the tokens of each line, as a JSON array a line.

use std::io::{self, Write};

use serde::Serialize;
use vietsearch::text::Scanner;

use crate::error::Result;
use crate::lines;

/// A token as programs read it.
#[derive(Serialize)]
struct Entry<'a> {
    start: usize,
    end: usize,
    kind: &'a str,
    form: &'a str,
    folded: &'a str,
    sentence: u32,
}

pub(crate) fn run() -> Result<()> {
    let mut scanner = Scanner::new();
    lines::filter(|out, line, _| write_tokens(out, &mut scanner, line))
}

fn write_tokens(out: &mut dyn Write, scanner: &mut Scanner, line: &str) -> io::Result<()> {
    let mut scan = scanner.scan(line);
    out.write_all(b"[")?;
    let mut first = true;
    while let Some(token) = scan.next() {
        if !first {
            out.write_all(b",")?;
        }
        first = false;
        let entry = Entry {
            start: token.start,
            end: token.end,
            kind: token.kind.name(),
            form: token.form,
            folded: token.folded,
            sentence: token.sentence,
        };
        serde_json::to_writer(&mut *out, &entry)?;
    }
    out.write_all(b"]\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_array_a_line() {
        let mut out = Vec::new();
        let mut scanner = Scanner::new();
        write_tokens(&mut out, &mut scanner, "Hoà. 24").unwrap();
        write_tokens(&mut out, &mut scanner, "").unwrap();
        let expected = concat!(
            r#"[{"start":0,"end":4,"kind":"syllable","form":"hòa","folded":"hoa","sentence":0},"#,
            r#"{"start":6,"end":8,"kind":"number","form":"24","folded":"24","sentence":1}]"#,
            "\n[]\n",
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
