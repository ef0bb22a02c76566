//! Numbers as Vietnamese text writes them: dots or commas group thousands, a comma is decimal.

/// A number at the start of the given bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Length in bytes.
    pub(super) length: usize,
    /// True if it holds separators: `20.000`, `3,5`.
    pub(super) punctuated: bool,
}

/// Reads ASCII digits with their separators; the first byte is a digit.
///
/// `20.000` and `1.000.000,5` are one number, so is `3,5`; `30.4.1975`, `1,2,3` and `192.168.1.1`
/// are several.
pub(super) fn read(bytes: &[u8]) -> Number {
    let whole = digits(bytes, 0);
    let plain = Number {
        length: whole,
        punctuated: false,
    };
    let mut end = whole;
    let separator = bytes
        .get(whole)
        .copied()
        .filter(|byte| matches!(byte, b'.' | b','));
    let Some(separator) = separator else {
        return plain;
    };
    // A group is exactly three digits; a number that begins with 0 is grouped by nobody.
    if whole <= 3 && bytes.first() != Some(&b'0') {
        while bytes.get(end) == Some(&separator) && digits(bytes, end + 1) == 3 {
            end += 4;
        }
    }
    if end == whole || (separator == b'.' && bytes.get(end) == Some(&b',')) {
        let decimals = if bytes.get(end) == Some(&b',') {
            digits(bytes, end + 1)
        } else {
            0
        };
        if decimals > 0 {
            end += 1 + decimals;
        }
    }
    // Followed by yet another part it is a list, a date or an address.
    let goes_on = matches!(bytes.get(end), Some(b'.' | b',')) && digits(bytes, end + 1) > 0;
    if end == whole || goes_on {
        return plain;
    }
    Number {
        length: end,
        punctuated: true,
    }
}

/// Writes the canonical form: groups joined, decimals after a comma.
pub(super) fn write_form(number: &str, form: &mut String) {
    let grouping = match number.find(['.', ',']) {
        Some(first) if is_group(number, first) => number.as_bytes().get(first).copied(),
        _ => None,
    };
    for (place, character) in number.char_indices() {
        match character {
            '.' | ',' if Some(character as u8) == grouping && is_group(number, place) => {}
            '.' => form.push(','),
            other => form.push(other),
        }
    }
}

/// True if the separator at `place` is followed by exactly three digits and has few before it.
fn is_group(number: &str, place: usize) -> bool {
    let bytes = number.as_bytes();
    let leading = digits(bytes, 0);
    leading <= 3 && bytes.first() != Some(&b'0') && digits(bytes, place + 1) == 3
}

fn digits(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or(&[]);
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> (usize, String) {
        let number = read(text.as_bytes());
        let mut form = String::new();
        write_form(&text[..number.length], &mut form);
        (number.length, form)
    }

    #[test]
    fn joins_groups_and_keeps_decimals() {
        assert_eq!(form("20.000 đồng"), (6, "20000".into()));
        assert_eq!(form("20,000"), (6, "20000".into()));
        assert_eq!(form("1.000.000,5"), (11, "1000000,5".into()));
        assert_eq!(form("3,5%"), (3, "3,5".into()));
        assert_eq!(form("0,5"), (3, "0,5".into()));
        assert_eq!(form("20.000."), (6, "20000".into()));
    }

    #[test]
    fn dates_lists_and_addresses_are_several_numbers() {
        assert_eq!(form("30.4.1975"), (2, "30".into()));
        assert_eq!(form("1,2,3"), (1, "1".into()));
        assert_eq!(form("192.168.1.1"), (3, "192".into()));
        assert_eq!(form("0912.345.678"), (4, "0912".into()));
        assert_eq!(form("24.7"), (2, "24".into()));
    }
}
