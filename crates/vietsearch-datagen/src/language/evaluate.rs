//! `evaluate`: how well the shipped model reads what people type.

use std::path::Path;
use std::time::Instant;

use vietsearch_text::interpret::Interpreter;
use vietsearch_text::{Scanner, TokenKind, fold};

use super::corpus;
use crate::error::Result;

/// Strips the marks of every `every`th text of a corpus, restores them, and counts the syllables
/// that are what they were, in lower case.
pub(crate) fn restoration(path: &Path, every: usize, capitals: bool) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    let mut scanner = Scanner::new();
    let (mut right, mut all, mut texts) = (0, 0, 0);
    let mut wrong = std::collections::HashMap::<(String, String), u32>::new();
    let mut seconds = 0.0;
    corpus::each_part(path, |text| {
        texts += 1;
        if texts % every != 0 {
            return;
        }
        let mut stripped = fold(text);
        if !capitals {
            stripped = stripped.to_lowercase();
        }
        let began = Instant::now();
        let restored = interpreter.restore(&stripped);
        seconds += began.elapsed().as_secs_f64();
        let wanted = words(&mut scanner, text);
        let found = words(&mut scanner, &restored);
        let mut found = found.iter().peekable();
        for (form, folded, is_syllable) in &wanted {
            // Folding may change how a text is cut; what is cut otherwise counts as wrong.
            let ahead = found
                .clone()
                .take(5)
                .position(|(_, other, _)| other == folded);
            if let Some(ahead) = ahead.filter(|ahead| *ahead > 0) {
                found.nth(ahead - 1);
            }
            let next = found.next_if(|(_, other, _)| other == folded);
            if !is_syllable {
                continue;
            }
            all += 1;
            match next {
                Some((restored, ..)) if restored == form => right += 1,
                other => {
                    let other = other.map_or("-", |(restored, ..)| restored);
                    *wrong.entry((form.clone(), other.to_string())).or_default() += 1;
                }
            }
        }
    })?;
    let share = 100.0 * f64::from(right) / f64::from(all.max(1));
    let micros = 1e6 * seconds / f64::from(all.max(1));
    println!("{share:.3} % of {all} syllables, {micros:.1} µs each");
    let mut wrong: Vec<_> = wrong.into_iter().collect();
    wrong.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
    for ((wanted, found), count) in wrong.iter().take(30) {
        print!("{wanted}→{found} {count}, ");
    }
    println!();
    Ok(())
}

/// Canonical and folded forms of words of letters, and whether each is a syllable.
fn words(scanner: &mut Scanner, text: &str) -> Vec<(String, String, bool)> {
    let mut words = Vec::new();
    let mut tokens = scanner.scan(text);
    while let Some(token) = tokens.next() {
        if matches!(token.kind, TokenKind::Word | TokenKind::Syllable) {
            let is_syllable = token.kind == TokenKind::Syllable;
            words.push((
                token.form.to_string(),
                token.folded.to_string(),
                is_syllable,
            ));
        }
    }
    words
}

/// Decodes the Telex and VNI variants of collections: with the command, and by the decision whether
/// a query is keystrokes; counts syllables that are what they are in the queries.
pub(crate) fn decoding(collections: &[std::path::PathBuf]) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    let mut scanner = Scanner::new();
    for collection in collections {
        let wanted = queries(&collection.join("queries.jsonl"))?;
        let unmarked = wanted
            .iter()
            .filter(|text| interpreter.decode_query(&[text]).is_some());
        let unmarked: Vec<_> = unmarked.collect();
        println!(
            "{}: {} reinterpreted of {}: {unmarked:?}",
            collection.display(),
            unmarked.len(),
            wanted.len()
        );
        for variant in ["nodia", "half", "partial", "telex", "vni"] {
            let typed = queries(&collection.join(format!("queries.{variant}.jsonl")))?;
            let (mut all, mut right, mut decided, mut whole, mut exact) = (0, 0, 0, 0, 0);
            let mut shown = 0;
            for (typed, wanted) in typed.iter().zip(&wanted) {
                let decoded = interpreter.decode(typed);
                let by_query = interpreter.decode_query(&[typed]);
                let wanted_words = words(&mut scanner, wanted);
                let found = words(&mut scanner, &decoded);
                for (index, (form, _, is_syllable)) in wanted_words.iter().enumerate() {
                    all += usize::from(*is_syllable);
                    let same = found.get(index).is_some_and(|(other, ..)| other == form);
                    right += usize::from(*is_syllable && same);
                    if !same
                        && shown < 25
                        && variant.len() < 6
                        && variant != "nodia"
                        && variant != "half"
                    {
                        shown += 1;
                        let other = found.get(index).map_or("-", |(other, ..)| other);
                        print!("{form}→{other} ");
                    }
                }
                exact += usize::from(found == wanted_words);
                decided += usize::from(by_query.is_some());
                let text = by_query.and_then(|decoded| decoded.texts.into_iter().next());
                let text = text.unwrap_or_else(|| typed.clone());
                let same = words(&mut scanner, &text) == wanted_words;
                whole += usize::from(same);
                if !same && variant.len() < 6 && variant != "nodia" && variant != "half" {
                    println!("  {wanted} | {text}");
                }
            }
            println!(
                "  {variant}: decode {:.3} % of {all} syllables, {exact} whole; query: {decided} decoded, {whole} right of {}",
                100.0 * right as f64 / all as f64,
                typed.len()
            );
        }
    }
    Ok(())
}

fn queries(path: &Path) -> Result<Vec<String>> {
    let mut queries = Vec::new();
    corpus::each_line(path, |line| {
        let text = line.get("text").and_then(serde_json::Value::as_str);
        queries.push(text.unwrap_or("").to_string());
    })?;
    Ok(queries)
}

/// Asks one query for each of the most frequent words that are no Vietnamese, and lists those that
/// are read as keystrokes.
pub(crate) fn harm(frequencies: &Path, count: usize) -> Result<()> {
    let text =
        std::fs::read_to_string(frequencies).map_err(|source| crate::error::DatagenError::Io {
            action: "read",
            path: frequencies.to_path_buf(),
            source,
        })?;
    let mut interpreter = Interpreter::shipped();
    let words = text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (word, _, known) = (fields.next()?, fields.next()?, fields.next()?);
        (known == "0" && word.is_ascii() && word.len() >= 4).then_some(word)
    });
    let words: Vec<_> = words.take(count).collect();
    let decoded: Vec<_> = words
        .iter()
        .filter_map(|word| {
            interpreter
                .decode_query(&[word])
                .map(|decoded| (word, decoded.texts))
        })
        .collect();
    println!(
        "{} of {} reinterpreted: {decoded:?}",
        decoded.len(),
        words.len()
    );
    Ok(())
}

/// Restores the marks of collections' queries and of their variants: the queries themselves must
/// stay, the variants should become them.
pub(crate) fn marks(collections: &[std::path::PathBuf]) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    let mut scanner = Scanner::new();
    for collection in collections {
        let wanted = queries(&collection.join("queries.jsonl"))?;
        println!("{}", collection.display());
        let changed: Vec<_> = wanted
            .iter()
            .filter_map(|query| {
                let restored = interpreter.restore(query);
                let same = words(&mut scanner, &restored) == words(&mut scanner, query);
                (!same).then_some((query, restored))
            })
            .collect();
        println!("  {} of {} changed", changed.len(), wanted.len());
        for (query, restored) in changed.iter().take(25) {
            println!("    {query} | {restored}");
        }
        for variant in ["nodia", "half", "partial"] {
            let typed = queries(&collection.join(format!("queries.{variant}.jsonl")))?;
            let (mut all, mut before, mut after, mut whole) = (0, 0, 0, 0);
            for (typed, wanted) in typed.iter().zip(&wanted) {
                let wanted = words(&mut scanner, wanted);
                let found = words(&mut scanner, &interpreter.restore(typed));
                let typed = words(&mut scanner, typed);
                all += wanted.len();
                let same = |list: &[(String, String, bool)]| {
                    let pairs = wanted.iter().zip(list);
                    pairs.filter(|(left, right)| left.0 == right.0).count()
                };
                before += same(&typed);
                after += same(&found);
                whole += usize::from(wanted.len() == found.len() && same(&found) == wanted.len());
            }
            println!(
                "  {variant}: {:.2} % of {all} words right as typed, {:.2} % restored, {whole} whole",
                100.0 * before as f64 / all as f64,
                100.0 * after as f64 / all as f64,
            );
        }
    }
    Ok(())
}

/// Lists the spellings that are suggested for queries that are written right.
pub(crate) fn suggestions(collections: &[std::path::PathBuf]) -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    for collection in collections {
        let wanted = queries(&collection.join("queries.jsonl"))?;
        let suggested: Vec<_> = wanted
            .iter()
            .filter_map(|query| {
                interpreter
                    .suggest(query)
                    .map(|suggestion| (query, suggestion))
            })
            .collect();
        println!(
            "{}: {} of {}",
            collection.display(),
            suggested.len(),
            wanted.len()
        );
        for (query, suggestion) in suggested {
            println!("    {:?}: {query} | {}", suggestion.kind, suggestion.text);
        }
    }
    Ok(())
}
