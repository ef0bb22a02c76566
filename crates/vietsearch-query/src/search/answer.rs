//! The answer to a request.

use std::collections::HashMap;

use smallvec::SmallVec;
use tantivy::DocAddress;
use tantivy::collector::Count;
use vietsearch_text::interpret::SuggestionKind;

use super::ranked::{Ranked, Run};
use super::searcher::NewsSearcher;
use crate::collapse::{GroupColumns, groups_of};
use crate::echo;
use crate::error::{Result, SearchError};
use crate::facets;
use crate::highlight::Highlighter;
use crate::interpret;
use crate::paging::{self, Cursor};
use crate::parse::{self, Parsed};
use crate::plan::{Phrases, Plan};
use crate::present::{hit, with_scanner};
use crate::rank::Ranker;
use crate::request::{Matching, Require, SearchRequest, Sort};
use crate::response::{Hit, SearchResponse};
use crate::sorting;

impl NewsSearcher {
    /// Finds articles.
    ///
    /// # Errors
    ///
    /// [`SearchError::Query`] if the query exceeds a limit, [`SearchError::Setting`] if the
    /// request does, and those of the disk.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        self.guarded(|| self.find(request))
    }

    fn find(&self, request: &SearchRequest) -> Result<SearchResponse> {
        check_limit(request)?;
        let (parsed, interpreted_as) = self.read(request)?;
        let mut plan = self.plan(&parsed, request, Phrases::Required)?;
        let asks_nothing =
            plan.wanted.is_empty() && plan.required.is_empty() && plan.excluded.is_empty();
        if asks_nothing && !request.query.trim().is_empty() {
            // Punctuation only: nothing is asked for, so nothing is found.
            return Ok(SearchResponse::default());
        }
        let counted = self.matches(plan.full_condition().as_ref())?;
        let groups = request
            .collapse
            .map(|_| groups_of(&self.searcher, &self.forward, &counted))
            .transpose()?;
        let total = groups.as_ref().map_or(counted.count(), HashMap::len);
        let given_up = match total {
            0 => self.relaxed(&plan, &parsed, request)?,
            _ => None,
        };
        let mut response = SearchResponse {
            total,
            suggestion: self.suggestion(request, &parsed, counted.count())?,
            interpreted_as,
            ..SearchResponse::default()
        };
        let mut without_phrases = None;
        if let Some((relaxed, phrases)) = given_up {
            plan = relaxed;
            response.relaxed = phrases;
            let condition = plan.full_condition();
            without_phrases = Some(self.matches(condition.as_ref())?);
        }
        response.parsed = request.explain.then(|| echo::echo(&parsed, &plan));
        let statistics = self.statistics(&plan)?;
        plan.keep_rarest(&statistics.frequencies);
        let sorted = match plan.scored.is_empty() {
            true => sorting::field_of(request.sort).or(sorting::field_of(Sort::Date)),
            false => sorting::field_of(request.sort),
        };
        let run = Run {
            plan: &plan,
            request,
            statistics: &statistics,
            matches: without_phrases.as_ref().unwrap_or(&counted),
            groups: groups.as_ref(),
            sorted,
        };
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let page = self.page(&run, &mut ranker)?;
        response.stale = page.stale;
        response.cursor = page.next;
        let missing = page
            .first
            .map(|first| missing_words(&parsed, &plan, &first));
        match missing {
            Some(missing) => response.relaxed.extend(missing),
            None => response.relaxed.clear(),
        }
        response.hits = self.shown(&run, &ranker, &page.hits)?;
        if request.facets || !request.facet_by.is_empty() {
            let addresses: Vec<DocAddress> = counted.addresses().collect();
            let names = &request.facet_by;
            let counts = facets::count(&self.index, &self.searcher, &addresses, names)?;
            response.facets = Some(counts);
        }
        Ok(response)
    }

    /// Where no article has every quoted phrase with everything else: the plan with the phrases'
    /// words wanted like others, and the phrases that are given up, as typed.
    fn relaxed(
        &self,
        plan: &Plan,
        parsed: &Parsed,
        request: &SearchRequest,
    ) -> Result<Option<(Plan, Vec<String>)>> {
        let may =
            request.require == Require::Most && !plan.wanted.is_empty() && !plan.phrases.is_empty();
        if !may {
            return Ok(None);
        }
        if let Some(strict) = plan.condition()
            && self.searcher.search(&strict, &Count)? > 0
        {
            return Ok(None);
        }
        let relaxed = self.plan(parsed, request, Phrases::Wanted)?;
        Ok(Some((relaxed, quoted_phrases(parsed))))
    }

    /// The hits of the page that a request asks for.
    fn page(&self, run: &Run<'_>, ranker: &mut Ranker<'_>) -> Result<Page> {
        let request = run.request;
        let cursor = request.cursor.as_deref().map(Cursor::parse).transpose()?;
        let direction = run.sorted.map(|(_, direction)| direction);
        let generation = paging::generation(&self.searcher);
        let stale = cursor
            .as_ref()
            .is_some_and(|cursor| cursor.is_stale(generation));
        let mut depth = request.limit + cursor.as_ref().map_or(0, |cursor| cursor.seen);
        let mut before = 0;
        let (ranked, start) = loop {
            let mut rank = |depth| self.ranked(run, ranker, depth);
            // One more tells whether there is another page.
            let ranked = match run.groups {
                Some(groups) => self.collapsed(run, groups, depth + 1, &mut rank)?,
                None => rank(depth + 1)?,
            };
            let start = cursor
                .as_ref()
                .map_or(0, |cursor| cursor.position(&ranked, direction, generation));
            // What has come since may stand before the page.
            let is_enough = !stale || start + request.limit < ranked.len();
            if is_enough || ranked.len() <= before {
                break (ranked, start);
            }
            before = ranked.len();
            depth = depth.saturating_mul(2).max(1);
        };
        let first = ranked.first().filter(|_| cursor.is_none());
        let first = first.map(|first| first.scored.holds.clone());
        let end = start.saturating_add(request.limit);
        let is_more = ranked.len() > end;
        let hits: Vec<Ranked> = ranked.into_iter().take(end).skip(start).collect();
        let next = hits.last().filter(|_| is_more).map(|last| {
            Cursor::after(last, start + hits.len(), run.sorted.is_some(), generation).to_string()
        });
        Ok(Page {
            hits,
            first,
            next,
            stale,
        })
    }

    /// Hits as readers see them.
    fn shown(&self, run: &Run<'_>, ranker: &Ranker<'_>, page: &[Ranked]) -> Result<Vec<Hit>> {
        let highlighter = Highlighter::new(run.plan);
        let columns = GroupColumns::open(&self.searcher)?;
        with_scanner(|scanner| {
            let mut hits = Vec::with_capacity(page.len());
            for ranked in page {
                let address = ranked.shown.unwrap_or(ranked.scored.address);
                let article = self.index.article(&self.searcher, address)?;
                let mut hit = hit(&article, &highlighter, scanner, run.request.snippet_chars);
                hit.id = self.id(address)?;
                hit.group = format!("{:016x}", columns.group(address));
                hit.duplicates = ranked.duplicates;
                hit.score = ranked.scored.score;
                hit.lift = ranked.scored.lift;
                if run.request.explain && run.sorted.is_none() {
                    hit.explanation = Some(ranker.explain(&ranked.scored));
                }
                hits.push(hit);
            }
            Ok(hits)
        })
    }

    /// The ids and scores of the best hits, without totals, filters on coverage or stored text.
    ///
    /// # Errors
    ///
    /// As for [`search`](Self::search).
    pub fn top_ids(&self, request: &SearchRequest) -> Result<Vec<(String, f32)>> {
        self.guarded(|| self.find_ids(request))
    }

    fn find_ids(&self, request: &SearchRequest) -> Result<Vec<(String, f32)>> {
        check_limit(request)?;
        let (parsed, _) = self.read(request)?;
        let quoted = match request.require {
            Require::Any => Phrases::Wanted,
            Require::Most | Require::All => Phrases::Required,
        };
        let mut plan = self.plan(&parsed, request, quoted)?;
        if plan.scored.is_empty() {
            return Ok(Vec::new());
        }
        let statistics = self.statistics(&plan)?;
        plan.keep_rarest(&statistics.frequencies);
        let mut ranker = Ranker::new(&plan, &statistics, self.weights);
        let full = match request.require {
            Require::Any => None,
            Require::Most | Require::All => Some(self.matches(plan.full_condition().as_ref())?),
        };
        let mut ranked = self.by_relevance(
            &plan,
            request,
            &statistics,
            &mut ranker,
            full.as_ref(),
            request.limit,
        )?;
        self.order(&mut ranked, None)?;
        ranked.truncate(request.limit);
        Ok(ranked
            .into_iter()
            .map(|ranked| (ranked.id, ranked.scored.score))
            .collect())
    }

    /// Another query that may have been meant: with its marks, or in a spelling with which more is
    /// found.
    fn suggestion(
        &self,
        request: &SearchRequest,
        parsed: &Parsed,
        total: usize,
    ) -> Result<Option<String>> {
        if request.matching == Matching::Strict || request.cursor.is_some() {
            return Ok(None);
        }
        let Some(suggestion) = interpret::suggestion(parsed) else {
            return Ok(None);
        };
        if suggestion.kind == SuggestionKind::Spelling {
            let mut request = request.clone();
            request.query.clone_from(&suggestion.text);
            let query = self.matching(&request)?;
            if self.searcher.search(&query, &Count)? <= total {
                return Ok(None);
            }
        }
        Ok(Some(suggestion.text))
    }
}

/// A page of hits.
struct Page {
    hits: Vec<Ranked>,
    /// Which words the best of all hits holds, on the first page.
    first: Option<SmallVec<[bool; 16]>>,
    /// The cursor of the page after.
    next: Option<String>,
    /// Articles have come or gone since the page before.
    stale: bool,
}

pub(crate) fn check_limit(request: &SearchRequest) -> Result<()> {
    let (given, most) = (request.limit, SearchRequest::MAX_LIMIT);
    if given <= most {
        return Ok(());
    }
    Err(SearchError::Setting {
        what: "limit",
        reason: format!("{given} given, {most} allowed"),
    })
}

/// The words that an article lacks, neighbours together, as typed.
fn missing_words(parsed: &Parsed, plan: &Plan, held: &[bool]) -> Vec<String> {
    let mut missing: Vec<std::ops::Range<usize>> = Vec::new();
    let mut last: Option<usize> = None;
    for index in &plan.wanted {
        if held.get(*index).copied().unwrap_or(true) {
            continue;
        }
        let Some(word) = plan.words.get(*index) else {
            continue;
        };
        match missing.last_mut() {
            Some(range) if last.is_some_and(|last| last + 1 == *index) => range.end = word.span.end,
            _ => missing.push(word.span.clone()),
        }
        last = Some(*index);
    }
    let typed = missing.into_iter().filter_map(|span| parsed.text.get(span));
    typed.map(str::to_string).collect()
}

/// The quoted phrases of a query, as typed.
fn quoted_phrases(parsed: &Parsed) -> Vec<String> {
    let leaves = parsed
        .leaves()
        .filter(|leaf| !leaf.excluded && leaf.field.is_none());
    let phrases = leaves.filter_map(|leaf| match leaf.node {
        parse::Node::Phrase {
            text, exact: false, ..
        } => Some(format!("\"{text}\"")),
        _ => None,
    });
    phrases.collect()
}
