//! Cross-validation: what is fitted on some collections is measured on another one.

use vietsearch_query::Weights;

use super::collection::Part;
use super::fit::{Memo, changes, fit};
use crate::error::Result;

/// What a change gains on collections that it was not fitted on, at least, on average.
const LEAST_GAIN: f64 = 0.001;
/// What one of them loses at most.
const MOST_LOSS: f64 = 0.001;

/// Fits without each collection in turn, then with all of them, and prints what is found. The weights
/// that are recommended, if any.
pub(crate) fn run(memo: &mut Memo<'_>, keys: &[String]) -> Result<Option<Weights>> {
    let present = memo.present;
    let numbers: Vec<usize> = (0..memo.collections.len()).collect();
    let mut held_out = Vec::new();
    for &out in &numbers {
        let name = &memo.collections[out].name;
        eprintln!("fitting without {name}");
        let others: Vec<usize> = numbers.iter().copied().filter(|one| *one != out).collect();
        let found = fit(present, keys, |weights| memo.gain(&others, weights))?;
        let gain = gain(memo, out, &found, Part::All)?;
        println!("without {name}: {}", changes(&present, &found));
        println!(
            "  training {:+.4} (relative), {name} {gain:+.4}",
            memo.gain(&others, &found)?
        );
        held_out.push(gain);
    }
    println!("held out: {:+.4} on average", mean(&held_out));
    eprintln!("fitting on all collections");
    let found = fit(present, keys, |weights| memo.gain(&numbers, weights))?;
    println!("on all: {}", changes(&present, &found));
    let mut unseen = Vec::new();
    for &one in &numbers {
        let rest = gain(memo, one, &found, Part::Rest)?;
        let sample = gain(memo, one, &found, Part::Sample)?;
        let name = &memo.collections[one].name;
        println!("  {name}: sample {sample:+.4}, other queries {rest:+.4}");
        unseen.push(rest);
    }
    println!("other queries: {:+.4} on average", mean(&unseen));
    let is_clear = is_clear(&held_out) && is_clear(&unseen);
    Ok(Some(found).filter(|found| is_clear && *found != present))
}

/// What weights gain over the present ones on a part of one collection.
fn gain(memo: &Memo<'_>, collection: usize, weights: &Weights, part: Part) -> Result<f64> {
    let before = memo.mean(collection, &memo.present, part)?;
    Ok(memo.mean(collection, weights, part)? - before)
}

/// True if gains are clear on average and no collection pays for them.
fn is_clear(gains: &[f64]) -> bool {
    mean(gains) >= LEAST_GAIN && gains.iter().all(|gain| *gain >= -MOST_LOSS)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_clear_if_none_pays_for_it() {
        assert!(is_clear(&[0.002, 0.001, -0.0005, 0.003]));
        assert!(!is_clear(&[0.010, 0.010, -0.002, 0.010]));
        assert!(!is_clear(&[0.001, 0.0005, 0.0, 0.001]));
        assert!(!is_clear(&[]));
    }
}
