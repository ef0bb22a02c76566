//! Packs of aliases: other names that hold from a day on, such as those of merged provinces.

use std::sync::LazyLock;

use vietsearch_index::date::Day;
use vietsearch_text::Scanner;

use crate::error::{Result, SearchError};

/// Other names of places and organisations, which a searcher takes on request.
///
/// Who asks for an old name finds, below all articles that have it, those under the new name that
/// were published on the day of the change or later.
///
/// ```
/// use vietsearch_query::AliasPack;
///
/// let pack = AliasPack::vn_admin_2025();
/// assert_eq!(pack.name(), "vn-admin-2025");
/// let own = AliasPack::parse("ga-moi", "2024-01-01\tga Hàng Cỏ\tga Hà Nội\n")?;
/// assert_eq!(own.len(), 1);
/// assert!(AliasPack::parse("ga-moi", "hôm qua\tga Hàng Cỏ\tga Hà Nội").is_err());
/// # Ok::<(), vietsearch_query::SearchError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasPack {
    name: String,
    pub(crate) aliases: Vec<Alias>,
}

/// A name that was followed by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) since: Day,
    /// Canonical forms of the words of the old name.
    pub(crate) from: Vec<String>,
    /// The new name in its writings, words separated by spaces.
    pub(crate) to: Vec<String>,
}

static VN_ADMIN_2025: LazyLock<AliasPack> = LazyLock::new(|| {
    let text = include_str!("../data/vn-admin-2025.tsv");
    AliasPack::parse("vn-admin-2025", text).unwrap_or_else(|error| {
        debug_assert!(false, "{error}");
        AliasPack {
            name: "vn-admin-2025".to_string(),
            aliases: Vec::new(),
        }
    })
});

impl AliasPack {
    /// The provinces that became parts of others on 1 July 2025.
    #[must_use]
    pub fn vn_admin_2025() -> Self {
        VN_ADMIN_2025.clone()
    }

    /// Reads a pack: on each line the day from which on the new name holds, the old name, and the
    /// new one in one or more writings, separated by tabs. Lines that begin with `#` say nothing.
    ///
    /// # Errors
    ///
    /// [`SearchError::Setting`] for a line that has no day or no two names.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut scanner = Scanner::new();
        let mut words = |name: &str| -> Vec<String> {
            let mut forms = Vec::new();
            let mut tokens = scanner.scan(name);
            while let Some(token) = tokens.next() {
                forms.push(token.form.to_string());
            }
            forms
        };
        let lines = text.lines().map(str::trim_end);
        let mut aliases = Vec::new();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let since = fields.next().and_then(|day| Day::parse(day).ok());
            let from = fields.next().map(&mut words).unwrap_or_default();
            let to: Vec<String> = fields.map(|name| words(name).join(" ")).collect();
            let (Some(since), false, false) = (
                since,
                from.is_empty(),
                to.is_empty() || to.contains(&String::new()),
            ) else {
                return Err(SearchError::Setting {
                    what: "alias pack",
                    reason: format!(
                        "{line:?} is not a day, an old name and new ones, separated by tabs"
                    ),
                });
            };
            aliases.push(Alias { since, from, to });
        }
        Ok(Self {
            name: name.to_string(),
            aliases,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of old names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.aliases.len()
    }

    /// True if it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.aliases.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_of_2025_merges_29_provinces() {
        let pack = AliasPack::vn_admin_2025();
        assert_eq!(pack.len(), 29);
        let old: std::collections::BTreeSet<String> = pack
            .aliases
            .iter()
            .map(|alias| alias.from.join(" "))
            .collect();
        assert_eq!(old.len(), 29, "each once");
        for alias in &pack.aliases {
            assert_eq!(alias.since.to_string(), "2025-07-01");
            assert!(!alias.to.iter().any(|new| old.contains(new)), "{alias:?}");
        }
    }
}
