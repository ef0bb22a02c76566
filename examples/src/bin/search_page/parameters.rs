//! What the address of a page asks for, and the addresses of the pages around it.

use form_urlencoded::Serializer;
use vietsearch::{Collapse, Day, Matching, SearchRequest, Sort};

use crate::words;

/// Hits of a page.
const PAGE: usize = 10;
/// The most pages that can be leafed through: an address names the beginnings of all before it.
pub(crate) const MAX_PAGES: usize = 50;
/// What articles are counted by.
pub(crate) const FACETS: [&str; 7] = ["source", "section", "author", "tag", "year", "month", "day"];

/// A label that articles can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Section,
    Source,
    Author,
    Tag,
}

impl Filter {
    pub(crate) const ALL: [Self; 4] = [Self::Section, Self::Source, Self::Author, Self::Tag];

    /// Its name in addresses, which is that of the facet too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Source => "source",
            Self::Author => "author",
            Self::Tag => "tag",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Section => "Chuyên mục",
            Self::Source => "Nguồn",
            Self::Author => "Tác giả",
            Self::Tag => "Thẻ",
        }
    }
}

/// The parameters of a search page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parameters {
    pub(crate) query: String,
    /// What articles are narrowed to, in the order of [`Filter::ALL`].
    filters: [Option<String>; 4],
    pub(crate) from: Option<Day>,
    pub(crate) to: Option<Day>,
    pub(crate) by_date: bool,
    /// Whether the query is meant as typed, letter by letter.
    pub(crate) strict: bool,
    /// Where the pages from the second one begin, up to this one.
    pub(crate) cursors: Vec<String>,
}

impl Parameters {
    /// Reads decoded pairs of an address. Unknown names are passed over; days that are none are
    /// refused, for narrowing to all days would be wrong.
    pub(crate) fn read(pairs: Vec<(String, String)>) -> Result<Self, String> {
        let mut read = Self::default();
        for (name, value) in pairs {
            let is_given = !value.trim().is_empty();
            match name.as_str() {
                "q" => read.query = value,
                "from" if is_given => read.from = Some(day(&value)?),
                "to" if is_given => read.to = Some(day(&value)?),
                "sort" => read.by_date = value == "date",
                "strict" => read.strict = value == "1",
                "after" if read.cursors.len() < MAX_PAGES => read.cursors.push(value),
                _ => {
                    let filter = Filter::ALL.into_iter().find(|filter| filter.name() == name);
                    if let Some(filter) = filter.filter(|_| is_given) {
                        read.set(filter, Some(value));
                    }
                }
            }
        }
        Ok(read)
    }

    fn set(&mut self, filter: Filter, value: Option<String>) {
        if let Some(slot) = self.filters.get_mut(filter as usize) {
            *slot = value;
        }
    }

    pub(crate) fn get(&self, filter: Filter) -> Option<&str> {
        self.filters.get(filter as usize)?.as_deref()
    }

    /// True if nothing is asked for: the newest articles are shown.
    pub(crate) fn is_home(&self) -> bool {
        self.query.trim().is_empty() && !self.is_narrowed()
    }

    /// True if labels or days are asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.filters.iter().any(Option::is_some) || self.from.is_some() || self.to.is_some()
    }

    /// The request for a page of hits.
    pub(crate) fn request(&self) -> SearchRequest {
        // Where nothing is asked for, the best ones are the newest.
        let sort = match self.by_date || self.query.trim().is_empty() {
            true => Sort::Date,
            false => Sort::Relevance,
        };
        let one = |filter| self.get(filter).map(str::to_string);
        let mut request = SearchRequest::new(&self.query)
            .with_limit(PAGE)
            .with_sort(sort)
            .with_days(self.from, self.to)
            .with_collapse(Collapse::Best)
            .with_facets(FACETS);
        request.sections = one(Filter::Section).into_iter().collect();
        request.sources = one(Filter::Source).into_iter().collect();
        request.author = one(Filter::Author);
        request.tag = one(Filter::Tag);
        request.cursor = self.cursors.last().cloned();
        if self.strict {
            request.matching = Matching::Strict;
        }
        request
    }

    /// The address of this page.
    pub(crate) fn address(&self) -> String {
        let query = self.pairs(true);
        match query.as_str() {
            "" => "/".to_string(),
            query => format!("/?{query}"),
        }
    }

    fn pairs(&self, with_query: bool) -> String {
        let mut pairs = Serializer::new(String::new());
        for (name, value) in self.named(with_query) {
            pairs.append_pair(name, &value);
        }
        pairs.finish()
    }

    fn named(&self, with_query: bool) -> Vec<(&'static str, String)> {
        let mut named = Vec::new();
        if with_query && !self.query.is_empty() {
            named.push(("q", self.query.clone()));
        }
        for filter in Filter::ALL {
            let value = self.get(filter);
            named.extend(value.map(|value| (filter.name(), value.to_string())));
        }
        named.extend(self.from.map(|day| ("from", day.to_string())));
        named.extend(self.to.map(|day| ("to", day.to_string())));
        named.extend(self.by_date.then(|| ("sort", "date".to_string())));
        named.extend(self.strict.then(|| ("strict", "1".to_string())));
        named.extend(self.cursors.iter().map(|cursor| ("after", cursor.clone())));
        named
    }

    /// What a form with another query keeps: filters and order.
    pub(crate) fn kept(&self) -> Vec<(&'static str, String)> {
        let mut first = self.first_page();
        first.strict = false;
        first.named(false)
    }

    fn first_page(&self) -> Self {
        let mut first = self.clone();
        first.cursors.clear();
        first
    }

    /// With another query, read as usual.
    pub(crate) fn with_query(&self, query: &str) -> Self {
        let mut other = self.first_page();
        other.query = query.to_string();
        other.strict = false;
        other
    }

    /// As typed, letter by letter.
    pub(crate) fn as_typed(&self) -> Self {
        let mut other = self.first_page();
        other.strict = true;
        other
    }

    pub(crate) fn with(&self, filter: Filter, value: Option<&str>) -> Self {
        let mut other = self.first_page();
        other.set(filter, value.map(str::to_string));
        other
    }

    pub(crate) fn with_days(&self, from: Option<Day>, to: Option<Day>) -> Self {
        let mut other = self.first_page();
        (other.from, other.to) = (from, to);
        other
    }

    pub(crate) fn sorted(&self, by_date: bool) -> Self {
        let mut other = self.first_page();
        other.by_date = by_date;
        other
    }

    /// Without any filter.
    pub(crate) fn widened(&self) -> Self {
        let mut other = self.first_page().with_days(None, None);
        other.filters = Default::default();
        other
    }

    /// The page that begins at a cursor.
    pub(crate) fn next(&self, cursor: &str) -> Option<Self> {
        let mut next = self.clone();
        next.cursors.push(cursor.to_string());
        (next.cursors.len() < MAX_PAGES).then_some(next)
    }

    /// The page before, if this is not the first.
    pub(crate) fn previous(&self) -> Option<Self> {
        let mut previous = self.clone();
        previous.cursors.pop().map(|_| previous)
    }

    /// The number of this page, from 1.
    pub(crate) fn page(&self) -> usize {
        self.cursors.len() + 1
    }

    /// The number of hits on the pages before.
    pub(crate) fn shown(&self) -> usize {
        self.cursors.len() * PAGE
    }

    /// What the days are called.
    pub(crate) fn days(&self) -> Option<String> {
        words::days(self.from, self.to)
    }
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|_| {
        format!("“{text}” không phải là một ngày. Hãy viết như 2024-05-31 hoặc 31/5/2024.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Result<Parameters, String> {
        let query = address.trim_start_matches("/").trim_start_matches('?');
        Parameters::read(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    #[test]
    fn addresses_are_read_as_written() {
        let mut all = Parameters {
            query: "giá & \"vàng\" <b> 100% +SJC #a".to_string(),
            from: Day::parse("2024-05-01").ok(),
            to: Day::parse("2024-05-31").ok(),
            by_date: true,
            strict: true,
            cursors: vec!["a=&b".to_string(), "c d".to_string()],
            ..Parameters::default()
        };
        for (filter, value) in Filter::ALL
            .into_iter()
            .zip(["Thể thao", "Báo <A>", "Lê&Thảo", "+"])
        {
            all.set(filter, Some(value.to_string()));
        }
        assert_eq!(read(&all.address()), Ok(all));
        assert_eq!(Parameters::default().address(), "/");
    }

    #[test]
    fn narrowing_begins_at_the_first_page() {
        let page = read("q=a&after=x&after=y").unwrap();
        assert_eq!((page.page(), page.shown()), (3, 20));
        assert_eq!(page.previous().unwrap().address(), "/?q=a&after=x");
        assert_eq!(
            page.next("z").unwrap().address(),
            "/?q=a&after=x&after=y&after=z"
        );
        let narrowed = page.with(Filter::Tag, Some("bão"));
        assert_eq!(narrowed.address(), "/?q=a&tag=b%C3%A3o");
        assert_eq!(narrowed.widened().address(), "/?q=a");
        assert_eq!(page.sorted(true).address(), "/?q=a&sort=date");
        assert!(page.kept().is_empty());
    }

    #[test]
    fn what_is_no_day_is_refused() {
        assert!(
            read("from=32/13/2024")
                .unwrap_err()
                .contains("“32/13/2024”")
        );
        assert_eq!(
            read("from=&to=%20&section=+&unknown=1"),
            Ok(Parameters::default())
        );
    }

    #[test]
    fn pages_end() {
        let mut page = Parameters::default();
        while let Some(next) = page.next("x") {
            page = next;
        }
        assert_eq!(page.page(), MAX_PAGES);
        assert_eq!(read(&page.address()), Ok(page));
    }
}
