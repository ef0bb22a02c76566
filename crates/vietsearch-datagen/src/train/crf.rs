//! A linear chain over the gaps of a sentence: joined or not.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of the layout and of the sentence itself"
)]

use super::Settings;
use super::features::{Gap, Layout};
use crate::random::Random;

/// Sums of the scores of joining at every gap.
pub(crate) struct Scores {
    pub(crate) join: Vec<f32>,
    pub(crate) joint: Vec<f32>,
}

pub(crate) fn score(gaps: &[Gap], weights: &[f32], dropped: impl Fn(u32) -> bool) -> Scores {
    let weight = |feature: u32| weights.get(feature as usize).copied().unwrap_or(0.0);
    let join = gaps.iter().map(|gap| {
        let kept = gap.features.iter().filter(|feature| !dropped(**feature));
        kept.map(|feature| weight(*feature)).sum()
    });
    let joint = gaps.iter().map(|gap| weight(gap.joint));
    Scores {
        join: join.collect(),
        joint: joint.collect(),
    }
}

/// The best labels: true where joined. `turn` is the weight of joining after a gap that is not.
pub(crate) fn decode(gaps: &[Gap], scores: &Scores, turn: f32) -> Vec<bool> {
    let mut best = [0.0f32, f32::NEG_INFINITY];
    let mut back: Vec<[usize; 2]> = Vec::with_capacity(gaps.len());
    for ((gap, join), joint) in gaps.iter().zip(&scores.join).zip(&scores.joint) {
        let [split, joined] = best;
        let (from_split, value_split) = if split >= joined {
            (0, split)
        } else {
            (1, joined)
        };
        if !gap.joinable {
            back.push([from_split, 0]);
            best = [value_split, f32::NEG_INFINITY];
            continue;
        }
        let after_split = split + join + turn;
        let after_joined = joined + join + joint;
        let (from_joined, value_joined) = if after_split >= after_joined {
            (0, after_split)
        } else {
            (1, after_joined)
        };
        back.push([from_split, from_joined]);
        best = [value_split, value_joined];
    }
    let [split, joined] = best;
    let mut state = usize::from(joined > split);
    let mut labels = vec![false; gaps.len()];
    for (label, from) in labels.iter_mut().zip(&back).rev() {
        *label = state == 1;
        state = from.get(state).copied().unwrap_or(0);
    }
    labels
}

/// Probabilities: of joining at each gap, and of joining at it and the one before.
pub(crate) fn marginals(gaps: &[Gap], scores: &Scores, turn: f32) -> (Vec<f32>, Vec<f32>, f64) {
    let count = gaps.len();
    let add = |a: f64, b: f64| {
        let (high, low) = if a > b { (a, b) } else { (b, a) };
        if low == f64::NEG_INFINITY {
            high
        } else {
            high + (low - high).exp().ln_1p()
        }
    };
    let mut forward = vec![[0.0f64, f64::NEG_INFINITY]; count + 1];
    let turn = f64::from(turn);
    let value = |index: usize| -> (bool, f64, f64) {
        match (
            gaps.get(index),
            scores.join.get(index),
            scores.joint.get(index),
        ) {
            (Some(gap), Some(join), Some(joint)) => {
                (gap.joinable, f64::from(*join), f64::from(*joint))
            }
            _ => (false, 0.0, 0.0),
        }
    };
    for index in 0..count {
        let (joinable, join, joint) = value(index);
        let [split, joined] = forward[index];
        forward[index + 1] = [
            add(split, joined),
            if joinable {
                add(split + join + turn, joined + join + joint)
            } else {
                f64::NEG_INFINITY
            },
        ];
    }
    let mut backward = vec![[0.0f64; 2]; count + 1];
    for index in (0..count).rev() {
        let (joinable, join, joint) = value(index);
        let [split, joined] = backward[index + 1];
        backward[index] = if joinable {
            [
                add(split, joined + join + turn),
                add(split, joined + join + joint),
            ]
        } else {
            [split, split]
        };
    }
    let total = add(forward[count][0], forward[count][1]);
    let mut single = vec![0.0; count];
    let mut double = vec![0.0; count];
    for index in 0..count {
        let (joinable, join, joint) = value(index);
        if joinable {
            single[index] = (forward[index + 1][1] + backward[index + 1][1] - total).exp() as f32;
            double[index] =
                (forward[index][1] + join + joint + backward[index + 1][1] - total).exp() as f32;
        }
    }
    (single, double, total)
}

/// An example: gaps and where people joined.
pub(crate) struct Example {
    pub(crate) gaps: Vec<Gap>,
    pub(crate) labels: Vec<bool>,
    pub(crate) weight: f32,
}

/// Stochastic gradient with a rate per feature (AdaGrad), L2 decay, and features of single pairs
/// and rows left out at random, so that what is known of a pair before training learns its weight.
pub(crate) fn train(examples: &[Example], layout: &Layout, settings: Settings) -> Vec<f32> {
    let mut weights = vec![0.0f32; layout.len];
    let mut squares = vec![1e-6f32; layout.len];
    let mut random = Random::new(1);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let scale = 1.0 / examples.len() as f32;
    for _ in 0..settings.epochs {
        for index in (1..order.len()).rev() {
            order.swap(index, random.below(index + 1));
        }
        for example in order.iter().filter_map(|index| examples.get(*index)) {
            let salt = random.next();
            let pairs = layout.pairs as u32;
            let threshold = (settings.drop * u32::MAX as f32) as u32;
            let dropped =
                |feature: u32| feature >= pairs && mix(salt ^ u64::from(feature)) < threshold;
            let scores = score(&example.gaps, &weights, dropped);
            let turn = weights[layout.turns];
            let (single, double, _) = marginals(&example.gaps, &scores, turn);
            let mut update = |feature: usize, gradient: f32| {
                let gradient = gradient + settings.decay * scale * weights[feature];
                squares[feature] += gradient * gradient;
                weights[feature] -= settings.rate * gradient / squares[feature].sqrt();
            };
            let mut before = false;
            for (index, gap) in example.gaps.iter().enumerate() {
                let label = example.labels[index];
                if !gap.joinable {
                    before = false;
                    continue;
                }
                let gradient = example.weight * (single[index] - f32::from(label));
                if gradient.abs() > 1e-4 {
                    for feature in &gap.features {
                        if !dropped(*feature) {
                            update(*feature as usize, gradient);
                        }
                    }
                }
                let joint = example.weight * (double[index] - f32::from(label && before));
                if joint.abs() > 1e-4 {
                    update(gap.joint as usize, joint);
                }
                let turned = example.weight
                    * ((single[index] - double[index]) - f32::from(label && !before));
                if turned.abs() > 1e-4 {
                    update(layout.turns, turned);
                }
                before = label;
            }
        }
    }
    weights
}

fn mix(value: u64) -> u32 {
    (Random::new(value).next() >> 32) as u32
}
