//! Finding the group of an article.

use std::collections::HashMap;

use tantivy::DocId;
use tantivy::columnar::Column;
use tantivy::directory::ManagedDirectory;
use tantivy::fastfield::AliveBitSet;

use super::bands::Signature;
use super::reader::DuplicatesReader;
use super::recent::Recent;
use super::run::{self, Run};
use super::shingles::Subject;
use crate::error::Result;
use crate::forward::{ForwardReader, Sequence};
use crate::index::Snapshot;

/// Of the articles with a band so many are compared: in files the first by the hash of their content,
/// in memory those that were added last. Floods of similar articles would be compared with each other
/// otherwise.
const MAX_WITH_BAND: usize = 32;

/// A copy that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Match {
    pub(crate) group: u64,
    pub(crate) similarity: f64,
}

/// A committed segment.
struct Segment {
    bands: DuplicatesReader,
    forward: ForwardReader,
    groups: Column<u64>,
    /// `None` if no article is deleted.
    alive: Option<AliveBitSet>,
}

/// Articles in files: a committed segment, or a run of what is not committed yet.
#[derive(Clone, Copy)]
enum Store<'a> {
    Segment(&'a Segment),
    Run(&'a Run),
}

impl<'a> Store<'a> {
    fn bands(self) -> &'a DuplicatesReader {
        match self {
            Self::Segment(segment) => &segment.bands,
            Self::Run(run) => run.bands(),
        }
    }

    fn is_alive(self, doc: DocId) -> bool {
        match self {
            Self::Segment(Segment { alive, .. }) => {
                alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
            }
            Self::Run(_) => true,
        }
    }

    fn group(self, doc: DocId) -> u64 {
        match self {
            Self::Segment(segment) => segment.groups.first(doc).unwrap_or(0),
            Self::Run(run) => run.group(doc),
        }
    }

    fn sequence(self, doc: DocId) -> Sequence<'a> {
        match self {
            Self::Segment(segment) => segment.forward.sequence(doc),
            Self::Run(run) => run.sequence(doc),
        }
    }
}

/// Gives each article its group, in the order in which articles are added.
///
/// Until the next commit an article that was deleted or replaced still counts: what replaces it keeps
/// its group if it is similar.
pub(crate) struct Grouper {
    segments: Vec<Segment>,
    runs: Vec<Run>,
    recent: Recent,
    directory: ManagedDirectory,
    /// Bytes of articles in memory.
    budget: usize,
}

impl Grouper {
    pub(crate) fn new(
        snapshot: &Snapshot,
        directory: &ManagedDirectory,
        budget: usize,
    ) -> Result<Self> {
        let mut grouper = Self {
            segments: Vec::new(),
            runs: Vec::new(),
            recent: Recent::default(),
            directory: directory.clone(),
            budget,
        };
        grouper.begin(snapshot)?;
        Ok(grouper)
    }

    /// Goes on after a commit: what was added since the one before is in the snapshot.
    pub(crate) fn begin(&mut self, snapshot: &Snapshot) -> Result<()> {
        self.recent = Recent::default();
        self.runs.clear();
        self.segments.clear();
        for segment in snapshot.searcher.segment_readers() {
            let id = segment.segment_id();
            let (Some(bands), Some(forward)) =
                (snapshot.duplicates.get(&id), snapshot.forward.get(&id))
            else {
                debug_assert!(false, "a snapshot has the files of its segments");
                continue;
            };
            self.segments.push(Segment {
                bands: bands.clone(),
                forward: forward.clone(),
                groups: segment.fast_fields().u64("group")?,
                alive: segment.alive_bitset().cloned(),
            });
        }
        Ok(())
    }

    /// Finds the copies of an article among those in files.
    pub(crate) fn find(&self, signature: &Signature, sequence: Sequence<'_>) -> Vec<Match> {
        let segments = self.segments.iter().map(Store::Segment);
        let stores: Vec<Store<'_>> = segments.chain(self.runs.iter().map(Store::Run)).collect();
        let group = |store: usize, doc: DocId| {
            let store = stores.get(store);
            store.map_or(0, |store| store.group(doc))
        };
        let mut candidates: HashMap<u64, (usize, DocId)> = HashMap::new();
        let mut with_band: Vec<(u64, usize, DocId)> = Vec::new();
        for band in &signature.bands {
            with_band.clear();
            for (number, store) in stores.iter().enumerate() {
                let bands = store.bands();
                let alive = bands
                    .with_band(*band)
                    .filter(|doc| store.is_alive(*doc))
                    .map(|doc| (bands.content(doc), number, doc));
                with_band.extend(alive.take(MAX_WITH_BAND));
            }
            with_band.sort_unstable();
            with_band.truncate(MAX_WITH_BAND);
            for (content, store, doc) in &with_band {
                candidates.entry(*content).or_insert((*store, *doc));
            }
            let same = with_band
                .iter()
                .filter(|(content, ..)| *content == signature.content);
            if let Some(group) = same.map(|(_, store, doc)| group(*store, *doc)).min() {
                let similarity = 1.0;
                return vec![Match { group, similarity }];
            }
        }
        if candidates.is_empty() {
            return Vec::new();
        }
        let subject = Subject::new(sequence.folded_words());
        let mut scratch = Vec::new();
        let matches = candidates.into_values().filter_map(|(number, doc)| {
            let words = stores.get(number)?.sequence(doc).folded_words();
            Some(Match {
                similarity: subject.similarity(&words, &mut scratch)?,
                group: group(number, doc),
            })
        });
        matches.collect()
    }

    /// The group of an article, given its copies in files; notes the article for those that follow.
    pub(crate) fn assign(
        &mut self,
        signature: &Signature,
        sequence: Sequence<'_>,
        mut matches: Vec<Match>,
    ) -> u64 {
        self.find_recent(signature, sequence, &mut matches);
        let best = matches.iter().max_by(|a, b| {
            a.similarity
                .total_cmp(&b.similarity)
                .then_with(|| b.group.cmp(&a.group))
        });
        let group = best.map_or(signature.content, |best| best.group);
        self.recent.add(signature, sequence, group);
        group
    }

    /// Notes an article whose group is known.
    pub(crate) fn add(&mut self, signature: &Signature, sequence: Sequence<'_>, group: u64) {
        self.recent.add(signature, sequence, group);
    }

    /// Moves what is in memory to files, if it is above the budget.
    pub(crate) fn keep_budget(&mut self) -> Result<()> {
        if self.recent.bytes() > self.budget && !self.recent.is_empty() {
            let run = self.recent.spill(&self.directory)?;
            run::push(&mut self.runs, run)?;
        }
        Ok(())
    }

    fn find_recent(&self, signature: &Signature, sequence: Sequence<'_>, matches: &mut Vec<Match>) {
        let mut subject = None;
        let mut scratch = Vec::new();
        let mut seen: Vec<u64> = Vec::new();
        for band in &signature.bands {
            for doc in self.recent.with_band(*band).take(MAX_WITH_BAND) {
                let content = self.recent.content(doc);
                if seen.contains(&content) {
                    continue;
                }
                seen.push(content);
                let similarity = if content == signature.content {
                    Some(1.0)
                } else {
                    let subject =
                        subject.get_or_insert_with(|| Subject::new(sequence.folded_words()));
                    let words = self.recent.sequence(doc).folded_words();
                    subject.similarity(&words, &mut scratch)
                };
                let group = self.recent.group(doc);
                matches.extend(similarity.map(|similarity| Match { group, similarity }));
                if content == signature.content {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::IndexWriter;

    use super::*;
    use crate::Analyzer;
    use crate::article::Article;
    use crate::duplicates::shingles::mix;
    use crate::duplicates::{Signer, is_temporary};
    use crate::index::NewsIndex;

    /// Texts of made-up words, each of which but the first is a copy of one before with a change or
    /// a text of its own.
    fn texts(count: u64) -> Vec<String> {
        let mut texts: Vec<Vec<String>> = Vec::new();
        for number in 0..count {
            let random = |what: u64| mix(number << 32 | what);
            let before = (random(0) % number.max(1)) as usize;
            let text = match texts.get(before).filter(|_| random(1) % 2 == 0) {
                Some(original) => {
                    let mut copy = original.clone();
                    let place = random(2) as usize % copy.len();
                    copy[place] = format!("moi{}", random(3) % 1000);
                    copy
                }
                None => {
                    // Headlines, short and long articles.
                    let length = [9, 60, 200][random(4) as usize % 3];
                    let word = |place: u64| format!("tu{}", random(5 + place) % 3000);
                    (0..length).map(word).collect()
                }
            };
            texts.push(text);
        }
        texts.iter().map(|text| text.join(" ")).collect()
    }

    #[test]
    fn groups_are_those_of_comparing_all_with_all() {
        let folder = tempfile::tempdir().unwrap();
        let index = NewsIndex::create(folder.path()).unwrap();
        let directory = index.tantivy().directory();
        let temporary = || {
            let files = std::fs::read_dir(folder.path()).unwrap().flatten();
            let names = files.map(|file| file.file_name());
            names
                .filter(|name| is_temporary(name.to_str().unwrap()))
                .count()
        };
        // All in memory, most in files, and in files that are merged again and again.
        for budget in [usize::MAX, 20_000, 1_000] {
            let mut grouper = Grouper::new(&index.snapshot(), directory, budget).unwrap();
            let mut known: Vec<(Vec<u32>, u64)> = Vec::new();
            let signer = Signer::default();
            let mut analyzer = Analyzer::default();
            let mut shared = 0;
            for (number, text) in texts(400).into_iter().enumerate() {
                let sequence = analyzer.terms(&Article::new("", text)).sequence();
                let sequence = Sequence::new(&sequence);
                let words = sequence.folded_words();
                let signature = signer.sign(&words);
                let matches = grouper.find(&signature, sequence);
                let group = grouper.assign(&signature, sequence, matches);
                if number % 10 == 9 {
                    grouper.keep_budget().unwrap();
                }
                let subject = Subject::new(words.clone());
                let compared = known.iter().filter_map(|(other, group)| {
                    let similarity = subject.similarity(other, &mut Vec::new())?;
                    Some((similarity, std::cmp::Reverse(*group)))
                });
                let best = compared.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                let expected = best.map_or(signature.content, |(_, group)| group.0);
                assert_eq!(group, expected, "article {number}, budget {budget}");
                shared += usize::from(best.is_some());
                known.push((words, group));
            }
            assert!(shared > 100, "{shared}");
            assert_eq!(grouper.runs.is_empty(), budget == usize::MAX);
            let written: usize = grouper.runs.iter().map(Run::files).sum();
            assert_eq!(temporary(), written);
            // What tantivy collects at the end of each merge are files of others.
            let writer: IndexWriter = index.tantivy().writer(15_000_000).unwrap();
            writer.garbage_collect_files().wait().unwrap();
            assert_eq!(temporary(), written);
            // Forty were written: two of sixteen, two of four.
            if budget == 1_000 {
                assert_eq!((grouper.runs.len(), written), (4, 44));
            }
            grouper.begin(&index.snapshot()).unwrap();
            assert_eq!(temporary(), 0);
        }
    }
}
