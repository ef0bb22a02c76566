//! Saved queries that new articles are matched with (percolation).
//!
//! A saved query fires for an article exactly if it would find that article in an index that holds
//! nothing else, every word being required. Each query is kept as a test of one article, under the
//! terms of one of its parts: the part that articles hold most seldom. An article is analysed once,
//! its terms call up the queries that may fire, and their tests decide.

mod article;
mod test;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::schema::Field;
use vietsearch_index::date::Day;
use vietsearch_index::{Analyzer, Article, Fields, filter_terms};
use vietsearch_text::Syllable;
use vietsearch_text::interpret::{LanguageModel, Unit};

use self::article::{ArticleTerms, extra_names};
use self::test::{FieldTerm, Test, Trigger};
use crate::error::Result;
use crate::forward::Forward;
use crate::parse::names::{self, bare_name};
use crate::parse::{Limits, Parsed};
use crate::plan::{Phrases, Plan, Settings};
use crate::read;
use crate::request::SearchRequest;
use crate::weights::Weights;

/// A query among the others.
type Number = usize;

/// Saved queries.
///
/// Saving one takes some ten microseconds and some kilobytes. Matching is done by an
/// [`AlertMatcher`], of which each thread has its own.
///
/// ```
/// use vietsearch_index::Article;
/// use vietsearch_query::{Alerts, SearchRequest};
///
/// let mut alerts = Alerts::new();
/// alerts.save("gold", SearchRequest::new("gia vang"))?;
/// alerts.save("storm", SearchRequest::new("bão -Yagi"))?;
/// let mut matcher = alerts.matcher();
/// assert_eq!(matcher.matches(&Article::new("Giá vàng SJC tăng", ""))?, ["gold"]);
/// assert_eq!(matcher.matches(&Article::new("bao so 3 gay mua", ""))?, ["storm"]);
/// assert!(matcher.matches(&Article::new("Bao giờ tăng lương?", ""))?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Alerts {
    fields: Arc<Fields>,
    extra_fields: Vec<String>,
    saved: Vec<Option<Saved>>,
    by_id: HashMap<String, Number>,
    /// Queries by a term that an article must have.
    by_term: HashMap<Field, HashMap<Box<str>, Vec<Number>>>,
    /// Queries by what a term must begin with.
    by_beginning: HashMap<Field, HashMap<Box<str>, Vec<Number>>>,
    /// Queries without such a term.
    always: Vec<Number>,
    /// Queries that may name a field which some article has, with what stands before their colons.
    with_colon: Vec<(Number, Vec<String>)>,
}

struct Saved {
    id: String,
    request: SearchRequest,
    /// `None` if the query asks for nothing.
    test: Option<Test>,
    /// What stands before the colons of the query: names of fields, perhaps.
    before_colons: Vec<String>,
    /// The day on which days such as `hôm nay` were read, if there are any days.
    read_on: Option<Day>,
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            fields: Arc::new(Fields::current()),
            extra_fields: Vec::new(),
            saved: Vec::new(),
            by_id: HashMap::new(),
            by_term: HashMap::new(),
            by_beginning: HashMap::new(),
            always: Vec::new(),
            with_colon: Vec::new(),
        }
    }
}

impl Alerts {
    /// No queries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No queries yet; `name:value` is read as a filter for these names of extra fields.
    ///
    /// Those that an article has are known for that article anyway, but queries that name them are
    /// read again for each such article.
    #[must_use]
    pub fn with_extra_fields(names: impl IntoIterator<Item = String>) -> Self {
        let mut extra_fields: Vec<String> = names.into_iter().collect();
        extra_fields.sort_unstable();
        extra_fields.dedup();
        Self {
            extra_fields,
            ..Self::default()
        }
    }

    /// Saves a query under an id, in place of the one with that id.
    ///
    /// Of the request its query, its filters, `matching` and `today` count: days such as `hôm nay`
    /// are those of the day of matching, unless `today` is given.
    ///
    /// # Errors
    ///
    /// [`SearchError::Query`](crate::SearchError::Query) if the query exceeds a limit; the query
    /// with that id, if there is one, stays.
    pub fn save(&mut self, id: impl Into<String>, request: SearchRequest) -> Result<()> {
        let id = id.into();
        let today = Day::today();
        let (test, meant) = self.test(&request, &self.extra_fields, today)?;
        let mut before_colons = names::before_colons(&request.query);
        if meant.text != request.query {
            before_colons.extend(names::before_colons(&meant.text));
        }
        self.remove(&id);
        if self.saved.len() > 2 * self.len() + 64 {
            self.forget_removed();
        }
        let has_days = test.as_ref().is_some_and(Test::has_days);
        self.push(Saved {
            id,
            read_on: (has_days && request.today.is_none()).then_some(today),
            request,
            test,
            before_colons,
        });
        Ok(())
    }

    fn push(&mut self, saved: Saved) {
        let number = self.saved.len();
        if let Some(test) = &saved.test {
            match Trigger::of(test, &self.fields, &|term| self.cost(term)) {
                Some((trigger, _)) => self.file(number, trigger),
                None => self.always.push(number),
            }
        }
        if !saved.before_colons.is_empty() {
            self.with_colon.push((number, saved.before_colons.clone()));
        }
        self.by_id.insert(saved.id.clone(), number);
        self.saved.push(Some(saved));
    }

    /// Numbers the queries anew.
    fn forget_removed(&mut self) {
        let saved = std::mem::take(&mut self.saved);
        for kept in [&mut self.by_term, &mut self.by_beginning] {
            kept.clear();
        }
        self.by_id.clear();
        self.always.clear();
        self.with_colon.clear();
        for saved in saved.into_iter().flatten() {
            self.push(saved);
        }
    }

    /// Removes a query. Returns whether there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        let number = self.by_id.remove(id);
        match number.and_then(|number| self.saved.get_mut(number)) {
            Some(slot) => slot.take().is_some(),
            None => false,
        }
    }

    /// Number of saved queries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// True if no query is saved.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Matches articles with the queries.
    #[must_use]
    pub fn matcher(&self) -> AlertMatcher<'_> {
        AlertMatcher {
            alerts: self,
            analyzer: Analyzer::default(),
            called: vec![0; self.saved.len()],
            round: 0,
        }
    }

    /// The test of a request, `None` if it asks for nothing, and the query as it was meant.
    fn test(
        &self,
        request: &SearchRequest,
        names: &[String],
        today: Day,
    ) -> Result<(Option<Test>, Parsed)> {
        let mut request = request.clone();
        request.today = Some(request.today.unwrap_or(today));
        let (parsed, _) = read::read(&request, names, Limits::default())?;
        let settings = Settings {
            packs: &[],
            weights: &Weights::default(),
        };
        let plan = Plan::new(
            &parsed,
            &request,
            Phrases::Required,
            settings,
            &self.fields,
            &Forward::empty(),
            None,
        )?;
        let is_blank = request.query.trim().is_empty();
        Ok((Test::of(&plan, is_blank), parsed))
    }

    /// The queries that read otherwise for an article which has extra fields of other names than are
    /// known, ascending, and all names.
    fn with_other_names(&self, article: &Article) -> (Vec<Number>, Vec<String>) {
        let known = &self.extra_fields;
        if article.extra.is_empty() || self.with_colon.is_empty() {
            return (Vec::new(), known.clone());
        }
        let mut names = extra_names(&self.fields, article);
        names.retain(|name| !known.contains(name));
        let bare: Vec<String> = names.iter().map(|name| bare_name(name)).collect();
        let is_named = |before: &String| {
            bare.iter()
                .any(|name| !name.is_empty() && before.ends_with(name.as_str()))
        };
        let named = self.with_colon.iter();
        let named = named.filter(|(_, before)| before.iter().any(is_named));
        let numbers = named.map(|(number, _)| *number).collect();
        names.extend(known.iter().cloned());
        names.sort_unstable();
        (numbers, names)
    }

    /// Notes what calls a query up.
    fn file(&mut self, number: Number, trigger: Trigger) {
        for (kept, terms) in [
            (&mut self.by_term, trigger.terms),
            (&mut self.by_beginning, trigger.beginnings),
        ] {
            for (field, term) in terms {
                let numbers = kept.entry(field).or_default().entry(term).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
    }

    /// How often an article has a term, as far as the language tells, and how many queries it calls
    /// up already.
    fn cost(&self, (field, term): &FieldTerm) -> f64 {
        /// Words of an article.
        const LENGTH: f64 = 400.0;
        /// The probability of a word that is no syllable.
        const FOREIGN: f64 = 1e-5;
        let model = LanguageModel::shipped();
        let probability = |syllable: Syllable| {
            let next = Unit::Syllable(syllable);
            f64::from(model.log_probability(Unit::Other, Unit::Other, next)).exp()
        };
        let probability: f64 = if *field == self.fields.folded {
            Syllable::with_folded(term).map(probability).sum()
        } else if *field == self.fields.exact {
            term.parse().map_or(0.0, probability)
        } else {
            0.0
        };
        let queries = self.by_term.get(field).and_then(|terms| terms.get(term));
        let load = queries.map_or(0, Vec::len) as f64 / (self.len() + 1) as f64;
        (probability.max(FOREIGN) * LENGTH).min(1.0) * (0.01 + load)
    }
}

/// Matches articles with saved queries; holds the buffers.
pub struct AlertMatcher<'a> {
    alerts: &'a Alerts,
    analyzer: Analyzer,
    /// In which round a query was called up last.
    called: Vec<u64>,
    round: u64,
}

impl<'a> AlertMatcher<'a> {
    /// The ids of the queries that an article matches, in the order in which they were saved. One
    /// that has neither title nor body, which no index takes, matches none.
    ///
    /// # Errors
    ///
    /// None that is known: a query that was read once can be read again.
    pub fn matches(&mut self, article: &Article) -> Result<Vec<&'a str>> {
        if article.is_empty() {
            return Ok(Vec::new());
        }
        let alerts = self.alerts;
        let fields = &alerts.fields;
        let filters: Vec<(Field, String)> = filter_terms(fields, article, &article.key()).collect();
        let terms = ArticleTerms::new(fields, article, self.analyzer.terms(article), &filters);
        self.round += 1;
        let round = self.round;
        let called = &mut self.called;
        let mut candidates: Vec<Number> = Vec::new();
        let mut call = |numbers: &[Number]| {
            for number in numbers {
                if let Some(last) = called.get_mut(*number).filter(|last| **last != round) {
                    *last = round;
                    candidates.push(*number);
                }
            }
        };
        call(&alerts.always);
        for (field, term) in terms.iter() {
            if let Some(numbers) = alerts.by_term.get(&field).and_then(|kept| kept.get(term)) {
                call(numbers);
            }
            if let Some(kept) = alerts.by_beginning.get(&field) {
                for (end, _) in term.char_indices().skip(1).chain([(term.len(), ' ')]) {
                    let numbers = term.get(..end).and_then(|beginning| kept.get(beginning));
                    numbers.into_iter().for_each(|numbers| call(numbers));
                }
            }
        }
        let (named, names) = alerts.with_other_names(article);
        call(&named);
        candidates.sort_unstable();
        let today = Day::today();
        let mut found = Vec::new();
        for number in candidates {
            let Some(saved) = alerts.saved.get(number).and_then(Option::as_ref) else {
                continue;
            };
            let other_day = saved.read_on.is_some_and(|day| day != today);
            let fresh = if other_day || named.binary_search(&number).is_ok() {
                let (test, _) = alerts.test(&saved.request, &names, today)?;
                Some(test)
            } else {
                None
            };
            let test = fresh.as_ref().unwrap_or(&saved.test);
            if let Some(test) = test
                && test.holds(&terms, fields)?
            {
                found.push(saved.id.as_str());
            }
        }
        Ok(found)
    }
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Alerts>();
    shared::<AlertMatcher<'_>>();
};
