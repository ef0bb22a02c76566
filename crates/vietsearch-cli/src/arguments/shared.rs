//! Options that several searches share: filters, order, other names.

use clap::{Args, ValueEnum};
use vietsearch::index::date::Day;
use vietsearch::query::{
    AliasPack, Direction, Matching, NewsSearcher, Recency, Require, SearchRequest, Sort, SortField,
};

/// What narrows and orders a search.
#[derive(Debug, Args)]
pub(crate) struct Narrowing {
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = SortName::Relevance)]
    sort: SortName,
    /// Only articles of this day (Vietnam time) or later: 2024-05-01, 1/5/2024
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    from: Option<Day>,
    /// Only articles of this day or earlier
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    to: Option<Day>,
    /// Only articles of this source, whatever its case and marks; may be repeated
    #[arg(long, value_name = "S")]
    source: Vec<String>,
    /// Only articles of this section; may be repeated
    #[arg(long, value_name = "S")]
    section: Vec<String>,
    /// Only articles by this author
    #[arg(long, value_name = "A")]
    author: Option<String>,
    /// Only articles with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// Only articles with this value in a field of their own; may be repeated
    #[arg(long, value_name = "K=V", value_parser = pair)]
    field: Vec<(String, String)>,
    /// Only articles that hold every word
    #[arg(long)]
    all: bool,
    /// Match every word exactly as typed, bare letters too
    #[arg(long, conflicts_with = "loose")]
    strict: bool,
    /// Match words that differ only in their marks too, below all others
    #[arg(long)]
    loose: bool,
    /// Count the articles by source, section and month
    #[arg(long)]
    facets: bool,
    /// Count them by this: source, section, author, tag, day, month, year, or a field of their own;
    /// may be repeated
    #[arg(long, value_name = "NAME")]
    facet: Vec<String>,
    /// Prefer newer articles: the share of a score that depends on age, 0 to 0.5
    #[arg(long, value_name = "WEIGHT")]
    recency: Option<f32>,
    /// Age in days at which half of that share is lost
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 30.0,
        requires = "recency"
    )]
    half_life: f32,
}

impl Narrowing {
    /// Writes it into a request.
    pub(crate) fn apply(&self, request: &mut SearchRequest) {
        request.sort = self.sort.into();
        (request.from, request.to) = (self.from, self.to);
        if self.all {
            request.require = Require::All;
        }
        if self.strict {
            request.matching = Matching::Strict;
        } else if self.loose {
            request.matching = Matching::Loose;
        }
        request.sources.clone_from(&self.source);
        request.sections.clone_from(&self.section);
        request.author.clone_from(&self.author);
        request.tag.clone_from(&self.tag);
        request.fields.clone_from(&self.field);
        request.facets = self.facets;
        request.facet_by.clone_from(&self.facet);
        let recency = |weight| Recency::new(weight, self.half_life);
        request.recency = self.recency.map(recency);
    }

    /// The names of the extra fields that are filtered by.
    pub(crate) fn extra_fields(&self) -> impl Iterator<Item = String> + '_ {
        self.field.iter().map(|(name, _)| name.clone())
    }
}

/// Order of the hits.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SortName {
    /// Best first
    Relevance,
    /// Newest first, articles without a date last
    Date,
    /// Last changed first
    Updated,
    /// By source, A to Z
    Source,
    /// By section, A to Z
    Section,
    /// By author, A to Z
    Author,
    /// By id
    Id,
}

impl From<SortName> for Sort {
    fn from(name: SortName) -> Self {
        match name {
            SortName::Relevance => Self::Relevance,
            SortName::Date => Self::Date,
            SortName::Updated => Self::By(SortField::UpdatedAt, Direction::Descending),
            SortName::Source => Self::By(SortField::Source, Direction::Ascending),
            SortName::Section => Self::By(SortField::Section, Direction::Ascending),
            SortName::Author => Self::By(SortField::Author, Direction::Ascending),
            SortName::Id => Self::By(SortField::Id, Direction::Ascending),
        }
    }
}

/// Other names for words of a query.
#[derive(Debug, Args)]
pub(crate) struct Aliases {
    /// Take other names of places from a pack, below what was typed: vn-admin-2025, or a file that has
    /// on each line a day, an old name and new ones, separated by TAB; may be repeated
    #[arg(long, value_name = "PACK", value_parser = alias_pack)]
    alias_pack: Vec<AliasPack>,
}

impl Aliases {
    /// A searcher that takes them.
    pub(crate) fn taken_by(&self, searcher: NewsSearcher) -> NewsSearcher {
        let packs = self.alias_pack.iter().cloned();
        packs.fold(searcher, NewsSearcher::with_alias_pack)
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_string(), value.to_string()))
        }
        _ => Err("write it as NAME=VALUE".to_string()),
    }
}

fn alias_pack(text: &str) -> Result<AliasPack, String> {
    let shipped = AliasPack::vn_admin_2025();
    if text == shipped.name() {
        return Ok(shipped);
    }
    let lines = std::fs::read_to_string(text)
        .map_err(|error| format!("neither {:?} nor a file: {error}", shipped.name()))?;
    AliasPack::parse(text, &lines).map_err(|error| error.to_string())
}
