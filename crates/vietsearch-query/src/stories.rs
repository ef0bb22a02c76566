//! Articles on one event, told apart by what they name and when they were published.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use vietsearch_index::Article;
use vietsearch_text::interpret::{LanguageModel, Unit};
use vietsearch_text::{Scanner, Syllable, TokenKind};

use crate::error::{Result, SearchError};
use crate::present::with_scanner;
use crate::request::SearchRequest;
use crate::response::Hit;
use crate::search::NewsSearcher;

/// A report belongs to a story whose last report is at most so much older, in seconds.
const WINDOW: i64 = 48 * 3600;
/// The mean similarity to the reports of a story from which on an article is one of them. On a day's
/// headlines with their leads from several papers, pairs above are mostly on one event, pairs below
/// share a topic.
const SAME: f32 = 0.36;
/// The most articles that are compared with each other.
const MAX_ARTICLES: usize = 1_000;
/// The most text of an article that is looked at, in bytes: reports begin with what happened.
const MAX_BYTES: usize = 1_500;
/// Two words in a row tell something if together they are rarer than this, in nats: `trong khi` is not,
/// `Khau Phạ` is.
const COMMON: f32 = 13.0;
/// What a word that is no syllable tells, in nats.
const FOREIGN: f32 = 11.5;
/// How much more a name tells than words as rare.
const NAME: f32 = 3.0;
/// So many articles are added to those that are compared when the rarity of words is taken: in a few
/// articles what all of them share is still what they are about.
const MORE_ARTICLES: f32 = 50.0;

/// Articles on one event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Story {
    /// The reports, the earliest first.
    pub hits: Vec<Hit>,
}

impl NewsSearcher {
    /// Finds articles and puts those together that report on one event over days: those that share
    /// telling words, above all names, and of which each was published within 48 hours of the one
    /// before. Articles without a date are stories of their own.
    ///
    /// As many articles as the limit of the request says are grouped, at most 1,000. Stories stand in
    /// the order of their best hits. Costs some milliseconds for 100 articles beside the search: their
    /// texts are read, and each is compared with those of the days before.
    ///
    /// ```
    /// use vietsearch_index::date::DateTime;
    /// use vietsearch_index::{Article, NewsIndex, WriterOptions};
    /// use vietsearch_query::{NewsSearcher, SearchRequest};
    ///
    /// let index = NewsIndex::create_in_ram()?;
    /// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    /// for (id, day, title) in [
    ///     ("1", "2024-05-01", "Xe khách lao xuống vực ở đèo Khau Phạ"),
    ///     ("2", "2024-05-02", "Vụ xe khách rơi ở đèo Khau Phạ: tài xế mới lái ba tháng"),
    ///     ("3", "2024-05-01", "Xe khách miền Tây tăng chuyến dịp lễ"),
    /// ] {
    ///     let article = Article::new(title, "").with_id(id);
    ///     writer.add(article.with_published_at(DateTime::parse(day)?))?;
    /// }
    /// writer.commit()?;
    /// let stories = NewsSearcher::new(&index)?.stories(&SearchRequest::new("xe khách"))?;
    /// let mut ids: Vec<Vec<&str>> = stories
    ///     .iter()
    ///     .map(|story| story.hits.iter().map(|hit| hit.id.as_str()).collect())
    ///     .collect();
    /// ids.sort();
    /// assert_eq!(ids, [vec!["1", "2"], vec!["3"]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`search`](Self::search), and [`SearchError::Setting`] for a limit above 1,000.
    pub fn stories(&self, request: &SearchRequest) -> Result<Vec<Story>> {
        if request.limit > MAX_ARTICLES {
            return Err(SearchError::Setting {
                what: "limit",
                reason: format!(
                    "{} given, at most {MAX_ARTICLES} articles are grouped",
                    request.limit
                ),
            });
        }
        let hits = self.search(request)?.hits;
        let mut reports = Vec::with_capacity(hits.len());
        for hit in &hits {
            let address = self.address(&hit.id)?;
            let article = address.map(|address| self.index.article(&self.searcher, address));
            let article = article.transpose()?.unwrap_or_default();
            reports.push(Report {
                seconds: hit.published_at.map(|at| at.unix_seconds()),
                features: with_scanner(|scanner| features(&article, scanner)),
            });
        }
        let story_of = group(&mut reports);
        let mut stories: Vec<Story> = Vec::new();
        let mut place: HashMap<usize, usize> = HashMap::new();
        for (hit, story) in hits.into_iter().zip(story_of) {
            let at = *place.entry(story).or_insert(stories.len());
            match stories.get_mut(at) {
                Some(story) => story.hits.push(hit),
                None => stories.push(Story { hits: vec![hit] }),
            }
        }
        for story in &mut stories {
            // Equal times stay in the order of the hits.
            story
                .hits
                .sort_by_key(|hit| hit.published_at.map(|at| at.unix_seconds()));
        }
        Ok(stories)
    }
}

/// What is compared of an article.
struct Report {
    seconds: Option<i64>,
    /// Hashes of what is told, ascending, and how much that tells.
    features: Vec<(u64, f32)>,
}

/// The number of a story for each report.
fn group(reports: &mut [Report]) -> Vec<usize> {
    weigh(reports);
    let mut in_time: Vec<(i64, usize)> = Vec::new();
    for (number, report) in reports.iter().enumerate() {
        in_time.extend(report.seconds.map(|seconds| (seconds, number)));
    }
    in_time.sort_unstable();
    // A story is called by its first report.
    let mut story_of: Vec<usize> = (0..reports.len()).collect();
    let mut open: Vec<(i64, Vec<usize>)> = Vec::new();
    for (seconds, number) in in_time {
        open.retain(|(last, _)| last + WINDOW >= seconds);
        let means = open.iter().map(|(_, members)| {
            let similarities = members
                .iter()
                .map(|member| similarity(reports, number, *member));
            similarities.sum::<f32>() / members.len() as f32
        });
        let best = means.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        let found = best.filter(|(_, mean)| *mean >= SAME);
        match found.and_then(|(at, _)| open.get_mut(at)) {
            Some((last, members)) => {
                let first = members.first().copied().unwrap_or(number);
                if let Some(story) = story_of.get_mut(number) {
                    *story = first;
                }
                *last = seconds;
                members.push(number);
            }
            None => open.push((seconds, vec![number])),
        }
    }
    story_of
}

/// Lowers what many of the articles tell, and makes the squares of each report's weights add up to 1.
fn weigh(reports: &mut [Report]) {
    let mut articles: HashMap<u64, f32> = HashMap::new();
    for (feature, _) in reports.iter().flat_map(|report| &report.features) {
        *articles.entry(*feature).or_default() += 1.0;
    }
    let all = reports.len() as f32 + MORE_ARTICLES;
    for report in reports {
        let mut squares = 0.0;
        for (feature, weight) in &mut report.features {
            *weight *= (all / articles.get(feature).copied().unwrap_or(1.0)).ln();
            squares += *weight * *weight;
        }
        for (_, weight) in &mut report.features {
            *weight /= squares.sqrt().max(f32::MIN_POSITIVE);
        }
    }
}

/// The cosine of two reports.
fn similarity(reports: &[Report], left: usize, right: usize) -> f32 {
    let features = |number: usize| {
        let report = reports.get(number);
        report.map_or(&[][..], |report| report.features.as_slice())
    };
    let mut others = features(right).iter().peekable();
    let mut sum = 0.0;
    for (feature, weight) in features(left) {
        while others.next_if(|(other, _)| other < feature).is_some() {}
        if let Some((_, other)) = others.next_if(|(other, _)| other == feature) {
            sum += weight * other;
        }
    }
    sum
}

/// Two words in a row, and words that are no syllables, with what they tell by themselves.
fn features(article: &Article, scanner: &mut Scanner) -> Vec<(u64, f32)> {
    let model = LanguageModel::shipped();
    // After signs the model falls back to how frequent a syllable is.
    let surprise = |syllable: Option<Syllable>| match syllable {
        Some(syllable) => {
            let next = Unit::Syllable(syllable);
            -model.log_probability(Unit::Pause, Unit::Pause, next)
        }
        None => FOREIGN,
    };
    let mut features: HashMap<u64, f32> = HashMap::new();
    let parts = [&article.title, &article.lead, &article.body];
    let mut left = MAX_BYTES;
    for part in parts.into_iter().flatten() {
        let mut end = left.min(part.len());
        while !part.is_char_boundary(end) {
            end -= 1;
        }
        left -= end;
        let text = part.get(..end).unwrap_or("");
        // In capitals throughout nothing is a name.
        let has_case = text.chars().any(char::is_lowercase);
        let mut before: Option<(String, u32, f32, bool)> = None;
        let mut tokens = scanner.scan(text);
        while let Some(token) = tokens.next() {
            let first = text.get(token.start..).and_then(|text| text.chars().next());
            let is_name = has_case && first.is_some_and(char::is_uppercase);
            let surprise = surprise(token.form.parse().ok());
            let folded = token.folded.to_string();
            if let Some((other, sentence, other_surprise, other_is_name)) = before
                && sentence == token.sentence
            {
                let told = other_surprise + surprise - COMMON;
                let told = if is_name && other_is_name {
                    told * NAME
                } else {
                    told
                };
                if told > 0.0 {
                    features.insert(hash(&(&other, &folded)), told);
                }
            }
            if matches!(token.kind, TokenKind::Word | TokenKind::Code) {
                features.insert(hash(&folded), FOREIGN);
            }
            before = Some((folded, token.sentence, surprise, is_name));
        }
    }
    let mut features: Vec<(u64, f32)> = features.into_iter().collect();
    features.sort_unstable_by_key(|(feature, _)| *feature);
    features
}

fn hash(feature: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    feature.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(day: Option<i64>, text: &str) -> Report {
        Report {
            seconds: day.map(|day| day * 86_400),
            features: features(&Article::new(text, ""), &mut Scanner::new()),
        }
    }

    #[test]
    fn a_story_goes_on_while_it_is_told() {
        let text = "Cháy rừng thông ở Sóc Sơn lan sang hồ Hàm Lợn";
        let days = [Some(0), Some(2), Some(4), Some(7), None];
        let mut reports: Vec<Report> = days.map(|day| report(day, text)).into();
        assert_eq!(group(&mut reports), [0, 0, 0, 3, 4]);
    }

    #[test]
    fn what_every_report_tells_joins_none() {
        let texts = ["Giá lúa", "Mưa đá", "Tàu cá", "Phà Cát Lái"];
        let mut reports: Vec<Report> = (0..200)
            .map(|number| {
                let place = texts[number % 4];
                report(
                    Some(0),
                    &format!("{place} ở vùng {number} dịp SEA Games 33"),
                )
            })
            .collect();
        weigh(&mut reports);
        assert!(similarity(&reports, 0, 1) < SAME);
        assert!((similarity(&reports, 5, 5) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn similarity_is_the_sum_over_what_is_shared() {
        let mut random = 7_u64;
        let mut next = || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            random >> 33
        };
        for _ in 0..200 {
            let mut some = || {
                let mut features: Vec<(u64, f32)> = (0..next() % 12)
                    .map(|_| (next() % 15, (next() % 9) as f32))
                    .collect();
                features.sort_by_key(|(feature, _)| *feature);
                features.dedup_by_key(|(feature, _)| *feature);
                Report {
                    seconds: None,
                    features,
                }
            };
            let reports = [some(), some()];
            let mut naive = 0.0;
            for (left, weight) in &reports[0].features {
                for (right, other) in &reports[1].features {
                    if left == right {
                        naive += weight * other;
                    }
                }
            }
            assert_eq!(similarity(&reports, 0, 1), naive);
        }
    }
}
