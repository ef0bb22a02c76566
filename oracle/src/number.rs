//! Numbers with separators: `20.000`, `1.000.000,5`, `3,5`.

/// Longer numbers are cut at their separators, for a term has a bound.
const MAX_BYTES: usize = 240;

/// The number with separators at the beginning of `rest`: its length and its canonical form.
///
/// Digits and separators are taken as far as they reach. The whole is a number if it is digits in
/// groups of three joined by one kind of separator, perhaps with a decimal comma after groups
/// joined by dots; or if it has one separator, a decimal comma. Else it is a date, an address or a
/// list: several numbers.
pub(crate) fn with_separators(rest: &str) -> Option<(usize, String)> {
    let (parts, separators) = chain(rest);
    let length = parts.concat().len() + separators.len();
    if length > MAX_BYTES {
        return None;
    }
    let form = grouped(&parts, &separators).or_else(|| decimal(&parts, &separators))?;
    Some((length, form))
}

/// The longest run of digits with single separators between them.
fn chain(rest: &str) -> (Vec<&str>, Vec<char>) {
    let (mut parts, mut separators) = (Vec::new(), Vec::new());
    let mut tail = rest;
    loop {
        let (digits, after) = split_digits(tail);
        parts.push(digits);
        let separator = after
            .chars()
            .next()
            .filter(|sign| matches!(sign, '.' | ','));
        let next = after.get(1..).unwrap_or("");
        match separator {
            Some(sign) if !split_digits(next).0.is_empty() => separators.push(sign),
            _ => return (parts, separators),
        }
        tail = next;
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn grouped(parts: &[&str], separators: &[char]) -> Option<String> {
    let (first, more) = parts.split_first()?;
    let grouping = *separators.first()?;
    let is_group = |part: &&str| part.len() == 3;
    if first.len() > 3 || first.starts_with('0') || !more.first().is_some_and(is_group) {
        return None;
    }
    if separators.iter().all(|sign| *sign == grouping) && more.iter().all(is_group) {
        return Some(parts.concat());
    }
    let (decimals, groups) = more.split_last()?;
    let (last, signs) = separators.split_last()?;
    let joined = signs.iter().all(|sign| *sign == '.') && groups.iter().all(is_group);
    let has_decimals = grouping == '.' && *last == ',' && joined;
    has_decimals.then(|| format!("{first}{},{decimals}", groups.concat()))
}

fn decimal(parts: &[&str], separators: &[char]) -> Option<String> {
    let ([whole, decimals], [',']) = (parts, separators) else {
        return None;
    };
    Some(format!("{whole},{decimals}"))
}

#[cfg(test)]
mod tests {
    use super::with_separators;

    #[test]
    fn reads_groups_and_decimals_only() {
        for (text, length, form) in [
            ("20.000 đồng", 6, "20000"),
            ("20,000", 6, "20000"),
            ("1.000.000,5", 11, "1000000,5"),
            ("3,5%", 3, "3,5"),
            ("0,500", 5, "0,500"),
            ("1234,567", 8, "1234,567"),
            ("20.000.", 6, "20000"),
        ] {
            assert_eq!(with_separators(text), Some((length, form.to_string())));
        }
        for text in [
            "30.4.1975",
            "1,2,3",
            "192.168.1.1",
            "0912.345.678",
            "24.7",
            "1,000.5",
            "1,000,5",
            "1.000.00",
            "1234.567",
            "12",
            "12.",
            "12.a",
        ] {
            assert_eq!(with_separators(text), None, "{text}");
        }
    }
}
