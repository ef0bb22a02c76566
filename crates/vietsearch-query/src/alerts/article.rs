//! One article as an index that holds nothing else would have it.

use std::collections::{HashMap, HashSet};

use tantivy::schema::Field;
use vietsearch_index::{Article, Fields, Region, Terms, filter_terms};

use crate::error::Result;
use crate::prefix::Dictionary;
use crate::word::Tier;

/// The index leaves out longer terms.
const MAX_TERM_BYTES: usize = 65_530;

/// The terms of an article.
pub(super) struct ArticleTerms<'a> {
    all: HashSet<(Field, &'a str)>,
    /// Distinct, ascending.
    exact: Vec<&'a str>,
    /// Distinct, ascending.
    folded: Vec<&'a str>,
    pub(super) sequence: Vec<u8>,
    /// Seconds since the epoch.
    pub(super) published_at: Option<i64>,
}

impl<'a> ArticleTerms<'a> {
    /// `filters` are the article's [`filter_terms`].
    pub(super) fn new(
        fields: &Fields,
        article: &Article,
        terms: Terms<'a>,
        filters: &'a [(Field, String)],
    ) -> Self {
        let (mut exact, mut folded) = (Vec::new(), Vec::new());
        let mut all: HashSet<(Field, &str)> = HashSet::new();
        for region in Region::ALL {
            exact.extend(terms.exact(region).map(|term| term.text));
            folded.extend(terms.folded(region).map(|term| term.text));
            all.extend(terms.open(region).map(|term| (fields.open, term)));
        }
        for list in [&mut exact, &mut folded] {
            list.sort_unstable();
            list.dedup();
        }
        all.extend(exact.iter().map(|term| (fields.exact, *term)));
        all.extend(folded.iter().map(|term| (fields.folded, *term)));
        all.extend(terms.entities().map(|term| (fields.entities, term)));
        all.extend(filters.iter().map(|(field, term)| (*field, term.as_str())));
        all.retain(|(_, term)| term.len() <= MAX_TERM_BYTES);
        Self {
            all,
            exact,
            folded,
            sequence: terms.sequence(),
            published_at: article.published_at.map(|time| time.unix_seconds()),
        }
    }

    pub(super) fn has(&self, field: Field, term: &str) -> bool {
        self.all.contains(&(field, term))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Field, &'a str)> + '_ {
        self.all.iter().copied()
    }

    fn of_tier(&self, tier: Tier) -> &[&'a str] {
        match tier {
            Tier::Exact => &self.exact,
            Tier::Folded => &self.folded,
            Tier::Open | Tier::Entity => &[],
        }
    }
}

impl Dictionary for ArticleTerms<'_> {
    fn add_beginning(
        &self,
        tier: Tier,
        text: &str,
        counts: &mut HashMap<String, u64>,
    ) -> Result<()> {
        let terms = self.of_tier(tier);
        let start = terms.partition_point(|term| *term < text);
        let found = terms.iter().skip(start);
        for term in found.take_while(|term| term.starts_with(text)) {
            if term.len() <= MAX_TERM_BYTES {
                *counts.entry((*term).to_string()).or_insert(0) += 1;
            }
        }
        Ok(())
    }

    fn count(&self, form: &str) -> Result<u64> {
        Ok(u64::from(self.exact.binary_search(&form).is_ok()))
    }
}

/// The names of an article's extra fields, as the index knows them.
pub(super) fn extra_names(fields: &Fields, article: &Article) -> Vec<String> {
    let terms = filter_terms(fields, article, "").filter(|(field, _)| *field == fields.extra_key);
    let name = |(_, term): (Field, String)| term.split('=').next().unwrap_or("").to_string();
    let mut names: Vec<String> = terms.map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
