//! Near-duplicates: syndicated and edited copies of an article share a group.
//!
//! Every article gets the number of a group when it is added: the group of the most similar article
//! that is there already, or a new one. Nothing renumbers groups afterwards, so that a number stays
//! through commits, merges and [`reindex`](crate::reindex), and an article that is replaced keeps its
//! group as long as its text stays similar. Numbers depend on the order in which articles are added,
//! not on threads or segments.
//!
//! What is compared are the words of title, lead and body without their marks, by the Jaccard
//! similarity of their *shingles*, runs of neighbouring words ([Broder 1997]):
//!
//! | the longer article has | a copy has |
//! |---|---|
//! | at least 120 words | similarity of runs of three from 0.7 |
//! | 20 to 119 words | similarity of runs of two from 0.7 |
//! | fewer words, as a headline | the same words in the same order |
//!
//! Similar articles are found by *bands*, hashes of a few minima each, of which copies share some
//! and others next to none; then the similarity is computed exactly, from the words in the [forward
//! index](crate::forward). Each segment has a file with the bands of its articles, sorted, next to
//! its forward index; what is not committed yet is in memory, and beyond a budget in files of the
//! same kind, which are merged as they become many.
//!
//! [Broder 1997]: https://doi.org/10.1109/SEQUEN.1997.666900

mod bands;
mod format;
mod grouper;
mod plugin;
mod reader;
mod recent;
mod run;
mod shingles;

pub(crate) use bands::{Signature, Signer};
pub(crate) use grouper::{Grouper, Match};
pub(crate) use plugin::{DuplicatesPlugin, EXTENSION};
pub(crate) use reader::DuplicatesReader;
pub(crate) use run::is_temporary;
