//! When a request is repeated.

use std::time::Duration;

/// How often a request is repeated, and after what time.
///
/// The time doubles with each attempt, and is longer where the server asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The most attempts, the first included.
    pub attempts: u32,
    /// The time before the second attempt.
    pub first: Duration,
    /// The longest time before an attempt.
    pub longest: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 5,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(10),
        }
    }
}

impl Retry {
    /// Sets the most attempts; 1 for none but the first.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The time before the attempt after this one.
    pub(crate) fn delay(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1 << attempt.saturating_sub(1).min(16));
        doubled.max(asked.unwrap_or_default()).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_bound() {
        let retry = Retry::default();
        let delays: Vec<u128> = (1..=8)
            .map(|attempt| retry.delay(attempt, None).as_millis())
            .collect();
        assert_eq!(delays, [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
        let asked = Some(Duration::from_secs(3));
        assert_eq!(retry.delay(1, asked), Duration::from_secs(3));
    }
}
