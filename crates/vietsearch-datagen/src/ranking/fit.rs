//! Fitting weights: every key is moved alone, then the moves that gain are taken together.

use std::collections::HashMap;

use vietsearch_query::Weights;

use super::collection::{Collection, Part};
use crate::error::Result;

/// How far a key is moved, as a factor up and down; one pass each.
const STEPS: [f32; 3] = [1.5, 1.25, 1.1];
/// A move that gains less is noise.
const LEAST_GAIN: f64 = 0.0001;

/// Measurements on the samples; folds ask for many of the same.
pub(crate) struct Memo<'a> {
    pub(crate) collections: &'a [Collection],
    pub(crate) present: Weights,
    known: HashMap<(usize, Vec<u32>), f64>,
}

impl<'a> Memo<'a> {
    pub(crate) fn new(collections: &'a [Collection], present: Weights) -> Self {
        Self {
            collections,
            present,
            known: HashMap::new(),
        }
    }

    /// The mean nDCG@10 over variants on the sample of one collection.
    fn on_sample(&mut self, collection: usize, weights: &Weights) -> Result<f64> {
        let values = Weights::keys().filter_map(|key| weights.get(key));
        let key = (collection, values.map(f32::to_bits).collect());
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let measured = self.mean(collection, weights, Part::Sample)?;
        self.known.insert(key, measured);
        Ok(measured)
    }

    /// The mean nDCG@10 over variants on a part of one collection.
    pub(crate) fn mean(&self, collection: usize, weights: &Weights, part: Part) -> Result<f64> {
        let found = self.collections[collection].measure(weights, part)?;
        Ok(found.iter().sum::<f64>() / found.len().max(1) as f64)
    }

    /// What weights gain over the present ones on the samples of collections: the mean of their
    /// ratios, less 1.
    pub(crate) fn gain(&mut self, collections: &[usize], weights: &Weights) -> Result<f64> {
        let present = self.present;
        let mut sum = 0.0;
        for &collection in collections {
            let before = self.on_sample(collection, &present)?;
            let after = self.on_sample(collection, weights)?;
            sum += after / before.max(f64::MIN_POSITIVE) - 1.0;
        }
        Ok(sum / collections.len().max(1) as f64)
    }
}

/// The weights with the highest objective that is found from a start.
pub(crate) fn fit(
    start: Weights,
    keys: &[String],
    mut objective: impl FnMut(&Weights) -> Result<f64>,
) -> Result<Weights> {
    let (mut best, mut highest) = (start, objective(&start)?);
    for step in STEPS {
        let mut moves: Vec<(f64, &str, f32)> = Vec::new();
        for key in keys {
            let mut of_key: Option<(f64, &str, f32)> = None;
            for value in neighbours(&best, key, step) {
                let Ok(moved) = best.with(key, value) else {
                    continue;
                };
                let reached = objective(&moved)?;
                if reached > of_key.map_or(highest + LEAST_GAIN, |known| known.0) {
                    of_key = Some((reached, key, value));
                }
            }
            moves.extend(of_key);
        }
        moves.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        for (_, key, value) in moves {
            let Ok(moved) = best.with(key, value) else {
                continue;
            };
            let reached = objective(&moved)?;
            if reached > highest + LEAST_GAIN {
                (best, highest) = (moved, reached);
            }
        }
    }
    Ok(best)
}

/// Values above and below that of a key, within its range, to three digits.
fn neighbours(weights: &Weights, key: &str, step: f32) -> Vec<f32> {
    let (Some(value), Some((least, most))) = (weights.get(key), Weights::range(key)) else {
        return Vec::new();
    };
    let moved = [value * step, value / step].map(|moved| rounded(moved).clamp(least, most));
    moved.into_iter().filter(|moved| *moved != value).collect()
}

/// A number to three digits.
fn rounded(value: f32) -> f32 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// What differs, for people.
pub(crate) fn changes(before: &Weights, after: &Weights) -> String {
    let changed = Weights::keys().filter_map(|key| {
        let (before, after) = (before.get(key)?, after.get(key)?);
        (before != after).then(|| format!("{key} {before} → {after}"))
    });
    let changed: Vec<String> = changed.collect();
    match changed.is_empty() {
        true => "nothing changes".to_string(),
        false => changed.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hill_is_climbed_in_all_keys_at_once() {
        let start = Weights::default();
        let target = [("pair", 1.0_f32), ("k1", 0.9), ("likelihood", 1.0)];
        let keys: Vec<String> = target.iter().map(|(key, _)| key.to_string()).collect();
        let mut asked = 0;
        let objective = |weights: &Weights| -> f64 {
            let far = target.iter().map(|(key, goal)| {
                let value = weights.get(key).unwrap();
                f64::from(value / goal).ln().powi(2)
            });
            -far.sum::<f64>()
        };
        let best = fit(start, &keys, |weights| {
            asked += 1;
            Ok(objective(weights))
        });
        let best = best.unwrap();
        for (key, goal) in target {
            let value = best.get(key).unwrap();
            assert!((value / goal - 1.0).abs() < 0.1, "{key} {value}");
        }
        assert_eq!(best.get("unit"), start.get("unit"));
        assert!(asked < 40, "{asked}");
    }

    #[test]
    fn nothing_moves_where_nothing_is_gained() {
        let keys: Vec<String> = Weights::keys().map(String::from).collect();
        let start = Weights::default();
        assert_eq!(fit(start, &keys, |_| Ok(0.5)).unwrap(), start);
    }
}
