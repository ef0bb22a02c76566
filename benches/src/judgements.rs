//! How good a ranking is by what people judged, and whether a difference between two is chance.

use std::collections::{BTreeMap, HashMap, HashSet};

/// What was judged of one query: the grade of each relevant article, 1 or more.
pub type Grades = HashMap<String, u32>;

/// Ranks that count.
pub const RANKS: usize = 10;

/// The judged queries of a collection, by id. A query without a relevant article is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgements {
    queries: BTreeMap<String, Grades>,
}

impl Judgements {
    /// Reads lines of query, article and grade, separated by tabs; lines whose grade is no number
    /// are headers. Grades of 0 and below say no more than their absence.
    ///
    /// # Errors
    ///
    /// The number of a line that does not have three columns.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut judgements = Self::default();
        for (number, line) in text.lines().enumerate() {
            let columns: Vec<&str> = line.split('\t').collect();
            let [query, article, grade] = columns[..] else {
                return Err(format!(
                    "line {}: want query, article and grade, separated by tabs",
                    number + 1
                ));
            };
            if let Ok(grade @ 1..) = grade.trim().parse::<i64>() {
                let grade = u32::try_from(grade).unwrap_or(u32::MAX);
                judgements.add(query, article, grade);
            }
        }
        Ok(judgements)
    }

    /// Adds a grade of 1 or more; a later one for the same article replaces it.
    pub fn add(&mut self, query: &str, article: &str, grade: u32) {
        let grades = self.queries.entry(query.to_string()).or_default();
        grades.insert(article.to_string(), grade);
    }

    /// The queries and their grades, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Grades)> {
        let queries = self.queries.iter();
        queries.map(|(query, grades)| (query.as_str(), grades))
    }

    /// The grades of a query.
    #[must_use]
    pub fn get(&self, query: &str) -> Option<&Grades> {
        self.queries.get(query)
    }

    /// Number of judged queries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queries.len()
    }

    /// Whether nothing was judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }

    /// nDCG@10 of every judged query in the order of [`iter`](Self::iter); a query that `rankings`
    /// lacks counts 0.
    #[must_use]
    pub fn scores(&self, rankings: &HashMap<String, Vec<String>>) -> Vec<f64> {
        let score = |(query, grades)| rankings.get(query).map_or(0.0, |ids| ndcg(grades, ids));
        self.iter().map(score).collect()
    }
}

/// nDCG@10 of ranked ids, best first: linear gain, discount by the binary logarithm of rank + 1
/// (Järvelin and Kekäläinen 2002). An id counts where it stands first; the ranks behind a
/// repetition move up. 0 if nothing is relevant.
#[must_use]
pub fn ndcg(grades: &Grades, ranked: &[String]) -> f64 {
    let mut seen = HashSet::new();
    let distinct = ranked.iter().filter(|id| seen.insert(id.as_str()));
    let gained = distinct.map(|id| grades.get(id).copied().unwrap_or(0));
    let mut ideal: Vec<u32> = grades.values().copied().collect();
    ideal.sort_unstable_by(|left, right| right.cmp(left));
    let best = discounted(ideal.into_iter());
    if best > 0.0 {
        discounted(gained) / best
    } else {
        0.0
    }
}

fn discounted(gains: impl Iterator<Item = u32>) -> f64 {
    let discounts = (2_u8..).map(|rank| f64::from(rank).log2());
    gains
        .take(RANKS)
        .zip(discounts)
        .map(|(gain, discount)| f64::from(gain) / discount)
        // The sum of nothing would be -0.
        .fold(0.0, |sum, gain| sum + gain)
}

/// The mean; 0 of nothing.
#[must_use]
pub fn mean(scores: &[f64]) -> f64 {
    scores.iter().sum::<f64>() / scores.len().max(1) as f64
}

/// How probable so large a mean difference is by chance, either way: Fisher's randomization test
/// over `draws` random signs of the pairs' differences (Smucker, Allan and Carterette 2007). The
/// draws are the same for the same seed. Never below 1 / (`draws` + 1).
#[must_use]
pub fn randomization_test(left: &[f64], right: &[f64], draws: u32, seed: u64) -> f64 {
    /// Sums in another order may differ by so much.
    const ROUNDING: f64 = 1e-9;
    let pairs = left.iter().zip(right);
    let differences: Vec<f64> = pairs
        .map(|(left, right)| left - right)
        .filter(|difference| *difference != 0.0)
        .collect();
    let least = differences.iter().sum::<f64>().abs() - ROUNDING;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut as_large = 0_u32;
    for _ in 0..draws {
        let mut sum = 0.0;
        for chunk in differences.chunks(64) {
            let mut signs = random.u64(..);
            for difference in chunk {
                sum += if signs & 1 == 0 {
                    *difference
                } else {
                    -*difference
                };
                signs >>= 1;
            }
        }
        as_large += u32::from(sum.abs() >= least);
    }
    f64::from(as_large + 1) / f64::from(draws + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUDGED: &str = "query-id\tcorpus-id\tscore\n\
        q1\ta\t3\nq1\tb\t1\nq1\tc\t0\nq1\td\t1\n\
        q2\te\t1\n\
        q3\tf\t-1\n\
        q4\tg\t2\nq4\th\t2\n";

    fn ranked(ids: &str) -> Vec<String> {
        ids.split_whitespace().map(str::to_string).collect()
    }

    fn score(query: &str, ids: &str) -> f64 {
        let judgements = Judgements::read(JUDGED).unwrap();
        ndcg(judgements.get(query).unwrap(), &ranked(ids))
    }

    fn near(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() < 1e-12
    }

    #[test]
    fn headers_and_grades_below_one_are_passed_over() {
        let judgements = Judgements::read(JUDGED).unwrap();
        let ids: Vec<&str> = judgements.iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["q1", "q2", "q4"]);
        assert_eq!(judgements.get("q1").unwrap().len(), 3);
        assert!(Judgements::read("q1\ta 1\n").is_err());
    }

    /// The wanted values were worked out by hand: 1/log2(2), 1/log2(3), … are 1, 0.6309, 0.5, 0.4307.
    #[test]
    fn known_values() {
        let log3 = 3_f64.log2();
        let ideal = 3.0 + 1.0 / log3 + 0.5;
        assert!(near(score("q1", "a b d"), 1.0));
        // Articles of one grade may stand in any order.
        assert!(near(score("q1", "a d b"), 1.0));
        assert!(near(score("q4", "h g"), score("q4", "g h")));
        // What is not judged, or judged 0, holds a rank.
        assert!(near(
            score("q1", "c a x b"),
            (3.0 / log3 + 1.0 / 5_f64.log2()) / ideal
        ));
        // Relevant articles that are missing.
        assert!(near(score("q1", "b"), 1.0 / ideal));
        assert!(near(score("q4", "g"), 2.0 / (2.0 + 2.0 / log3)));
        assert!(near(score("q2", ""), 0.0) && score("q2", "").is_sign_positive());
        // The tenth rank counts, the eleventh does not.
        assert!(near(
            score("q2", "1 2 3 4 5 6 7 8 9 e"),
            1.0 / 11_f64.log2()
        ));
        assert!(near(score("q2", "1 2 3 4 5 6 7 8 9 10 e"), 0.0));
        // Repeated ids count once and hold one rank.
        assert!(near(score("q2", "x x x e e"), 1.0 / log3));
    }

    #[test]
    fn more_than_ten_relevant_articles() {
        let grades: Grades = (0..20).map(|id| (id.to_string(), 1)).collect();
        let ids: Vec<String> = (0..10).map(|id| id.to_string()).collect();
        assert!(near(ndcg(&grades, &ids), 1.0));
    }

    #[test]
    fn unanswered_queries_count_zero() {
        let judgements = Judgements::read(JUDGED).unwrap();
        let rankings = HashMap::from([
            ("q2".to_string(), ranked("e")),
            ("q9".to_string(), ranked("e")),
        ]);
        assert_eq!(judgements.scores(&rankings), [0.0, 1.0, 0.0]);
        assert!(near(mean(&judgements.scores(&rankings)), 1.0 / 3.0));
        assert!(near(mean(&[]), 0.0));
    }

    /// With three pairs all eight signs can be counted: of ±1 ±1 ±2 two sums are as large as 4,
    /// six as large as 2.
    #[test]
    fn the_randomization_test_approaches_the_exact_one() {
        let zeros = [0.0; 4];
        let draws = 100_000;
        let all = randomization_test(&[1.0, 1.0, 2.0, 0.0], &zeros, draws, 1);
        assert!((all - 2.0 / 8.0).abs() < 0.01, "{all}");
        let some = randomization_test(&[1.0, -1.0, 2.0, 0.0], &zeros, draws, 1);
        assert!((some - 6.0 / 8.0).abs() < 0.01, "{some}");
        assert!(near(randomization_test(&zeros, &zeros, 100, 1), 1.0));
        let same = randomization_test(&zeros, &[1.0, 1.0, 2.0, 0.0], draws, 1);
        assert!(near(same, all));
        let certain = randomization_test(&[0.1; 200], &[0.0; 200], 999, 1);
        assert!(near(certain, 0.001));
    }
}
