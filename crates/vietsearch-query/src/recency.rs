//! Newer articles before older ones.

use serde::{Deserialize, Serialize};
use vietsearch_index::date::DateTime;

use crate::error::{Result, SearchError};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// How much newer articles are preferred: a score is multiplied by
/// `1 - weight + weight × 2^(-age / half_life)`.
///
/// Articles of the future count as new, those without a date as very old.
///
/// ```
/// use vietsearch_index::date::DateTime;
/// use vietsearch_query::Recency;
///
/// let now = DateTime::parse("2024-06-01T00:00:00+07:00")?;
/// let recency = Recency::new(0.5, 30.0).with_now(now);
/// let month_ago = DateTime::parse("2024-05-02T00:00:00+07:00")?;
/// assert_eq!(recency.factor(Some(month_ago)), 0.75);
/// assert_eq!(recency.factor(None), 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recency {
    /// How much of a score depends on age, from 0 to 0.5.
    pub weight: f32,
    /// Age in days at which half of that is lost.
    pub half_life_days: f32,
    /// The present; the clock's time if `None`.
    #[serde(default)]
    pub now: Option<DateTime>,
}

impl Recency {
    /// Recency by the clock. A search with settings that are out of range is refused.
    #[must_use]
    pub fn new(weight: f32, half_life_days: f32) -> Self {
        Self {
            weight,
            half_life_days,
            now: None,
        }
    }

    /// Sets the present.
    #[must_use]
    pub fn with_now(mut self, now: DateTime) -> Self {
        self.now = Some(now);
        self
    }

    /// What the score of an article of that time is multiplied by.
    #[must_use]
    pub fn factor(self, published_at: Option<DateTime>) -> f32 {
        let now = self.now.unwrap_or_else(DateTime::now).unix_seconds();
        let fresh = published_at.map_or(0.0, |at| {
            let age = now.saturating_sub(at.unix_seconds()).max(0) as f64 / DAY;
            (-age / f64::from(self.half_life_days)).exp2()
        });
        1.0 - self.weight + self.weight * fresh as f32
    }

    /// The same with the present fixed, if the settings are allowed.
    pub(crate) fn check(self) -> Result<Self> {
        let refuse = |what, reason| Err(SearchError::Setting { what, reason });
        if !(0.0..=0.5).contains(&self.weight) {
            let reason = format!("{} given, 0 to 0.5 allowed", self.weight);
            return refuse("weight of recency", reason);
        }
        if !(self.half_life_days > 0.0 && self.half_life_days.is_finite()) {
            let reason = format!("{} days given, more than 0 allowed", self.half_life_days);
            return refuse("half-life", reason);
        }
        Ok(self.with_now(self.now.unwrap_or_else(DateTime::now)))
    }
}
