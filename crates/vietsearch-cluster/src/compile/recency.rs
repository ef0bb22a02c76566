//! Newer articles before older ones.

use serde_json::{Value, json};
use vietsearch_index::date::DateTime;

use crate::document::utc;
use crate::error::{ClusterError, Result};

/// What a word's score is like, for the size of what is added for recency.
const TYPICAL_WORD_SCORE: f32 = 4.0;

/// Newer articles before older ones.
///
/// A score is multiplied by `1 - weight + weight × 2^(-age / half_life)`. Engines are asked for
/// newer candidates by boosted ranges, which add to scores.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recency {
    /// How much of a score depends on age, from 0 to 0.5.
    pub weight: f32,
    /// Age in days at which half of that is lost.
    pub half_life_days: f32,
    /// The present; articles of the future count as new.
    pub now: DateTime,
}

impl Recency {
    /// Recency by the clock of the machine.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if `weight` is not within 0 and 0.5, or `half_life_days` is not
    /// above 0.
    pub fn new(weight: f32, half_life_days: f32) -> Result<Self> {
        let setting = |what, value: f32, allowed: &str| ClusterError::Setting {
            what,
            reason: format!("{value} given, {allowed} allowed"),
        };
        if !(0.0..=0.5).contains(&weight) {
            return Err(setting("weight of recency", weight, "0 to 0.5"));
        }
        if !(half_life_days > 0.0 && half_life_days.is_finite()) {
            return Err(setting("half life", half_life_days, "a number above 0"));
        }
        Ok(Self {
            weight,
            half_life_days,
            now: DateTime::now(),
        })
    }

    /// Sets the present.
    #[must_use]
    pub fn with_now(mut self, now: DateTime) -> Self {
        self.now = now;
        self
    }

    /// What a score is multiplied by; articles without a date count as very old.
    #[must_use]
    pub fn factor(&self, published_at: Option<DateTime>) -> f32 {
        1.0 - self.weight + self.weight * published_at.map_or(0.0, |at| self.decay(at))
    }

    fn decay(&self, at: DateTime) -> f32 {
        let seconds = self.now.unix_seconds().saturating_sub(at.unix_seconds());
        let days = seconds.max(0) as f32 / 86_400.0;
        (-days / self.half_life_days).exp2()
    }

    /// Ranges that newer articles lie in, each adding to the score.
    pub(super) fn ranges(&self, words: usize) -> Vec<Value> {
        let scale = self.weight * TYPICAL_WORD_SCORE * words.max(1) as f32;
        // Half a life old, one, two and four: what each step loses is what its range adds.
        let ages = [0.5_f32, 1.0, 2.0, 4.0];
        let mut ranges = Vec::new();
        for (age, older) in ages.iter().zip(ages.iter().skip(1).chain([&8.0])) {
            let gain = scale * ((-age).exp2() - (-older).exp2());
            let seconds = (age * self.half_life_days * 86_400.0) as i64;
            let from = utc(self.now.unix_seconds().saturating_sub(seconds));
            let boost = (f64::from(gain) * 1_000.0).round() / 1_000.0;
            if boost > 0.0 {
                ranges
                    .push(json!({ "range": { "published_at": { "gte": from, "boost": boost } } }));
            }
        }
        ranges
    }
}
