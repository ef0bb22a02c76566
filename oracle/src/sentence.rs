//! Where sentences end.

/// Abbreviations whose dot ends no sentence, folded: places, titles, schools, telephone, page.
const ABBREVIATIONS: &str = "tp tx tt q p h d \
    gs pgs ts ths tskh bs bsck cki ckii ks kts ds ls cn dr mr mrs ms jr st nsnd nsut ngnd ngut \
    dh cd thpt thcs dt tr";

/// True if a sentence ends in the gap between two tokens: the folded form of the token before it,
/// the gap, and the text from the next token on.
pub(crate) fn ends(previous: &str, gap: &str, following: &str) -> bool {
    if following.starts_with(char::is_lowercase) {
        return false;
    }
    if has_blank_line(gap) {
        return true;
    }
    let is_dot_alone = gap
        .strip_prefix('.')
        .is_some_and(|rest| rest.trim().is_empty());
    let is_abbreviation = ABBREVIATIONS
        .split_whitespace()
        .any(|known| known == previous);
    if is_dot_alone && is_abbreviation {
        return false;
    }
    let after_sign = gap.split_once(['.', '!', '?', '…', '。', '！', '？']);
    after_sign.is_some_and(|(_, rest)| rest.contains(char::is_whitespace))
}

/// True if nothing visible stands between two line ends.
fn has_blank_line(gap: &str) -> bool {
    let lines: Vec<&str> = gap.split('\n').collect();
    let inner = lines.get(1..lines.len() - 1).unwrap_or(&[]);
    inner.iter().any(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn signs_need_a_space_and_no_small_letter() {
        for gap in [
            ". ", ".” ", "… ", "\n\n", "\n \t\n", ".\n", "?! ", ".\u{A0}",
        ] {
            assert!(ends("noi", gap, "Mới"), "{gap:?}");
            assert!(!ends("noi", gap, "mới"), "{gap:?}");
        }
        for gap in [" ", "\n", ".", ", ", " .", "\n-\n"] {
            assert!(!ends("noi", gap, "Mới"), "{gap:?}");
        }
        assert!(!ends("tp", ". ", "Hồ"));
        assert!(ends("tp", "! ", "Hồ"));
        assert!(ends("tp", ".. ", "Hồ"));
    }
}
