//! `tune`: settings of training, compared on text that is not trained on.

use std::path::PathBuf;

use crate::Inputs;
use crate::error::Result;
use crate::evaluate::{self, Score};
use crate::gold;
use crate::train::{Prepared, Settings};
use vietsearch_text::Segmenter;

pub(crate) fn run(inputs: &Inputs, on: &[PathBuf]) -> Result<()> {
    let prepared = Prepared::read(inputs)?;
    let mut sets = Vec::new();
    for path in on {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let sentences = gold::read(path)?;
        let sentences = gold::without(sentences, &prepared.gold);
        sets.push((format!("{name}, lower case"), gold::lower(&sentences)));
        sets.push((name.into_owned(), sentences));
    }
    for settings in grid() {
        let packed = prepared.train(settings)?;
        let bytes = packed.container().build()?;
        let mut segmenter = Segmenter::from_data(&bytes)?;
        println!("{settings:?}: {} pairs", packed.pairs.len());
        for (name, sentences) in &sets {
            let score: Score = evaluate::scores(&mut segmenter, sentences).iter().sum();
            println!("  {:.2} {name}", score.f1());
        }
    }
    Ok(())
}

/// The default settings, and each of them changed alone.
fn grid() -> Vec<Settings> {
    let default = Settings::default();
    let mut grid = vec![default];
    for rate in [0.03, 0.08] {
        grid.push(Settings { rate, ..default });
    }
    for decay in [3.0, 300.0] {
        grid.push(Settings { decay, ..default });
    }
    for drop in [0.0, 0.8] {
        grid.push(Settings { drop, ..default });
    }
    for epochs in [8, 20] {
        grid.push(Settings { epochs, ..default });
    }
    for news_weight in [0.03, 0.3] {
        grid.push(Settings {
            news_weight,
            ..default
        });
    }
    grid
}
