//! The articles that are not committed yet, in memory.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::DocId;
use tantivy::directory::ManagedDirectory;

use super::bands::Signature;
use super::format::sort;
use super::run::Run;
use crate::forward::Sequence;

/// Bands are hashes; this only brings their bits to where the table looks.
#[derive(Clone, Copy, Debug, Default)]
struct BandHasher(u64);

impl Hasher for BandHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        debug_assert!(false, "only bands are hashed");
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, band: u32) {
        self.0 = u64::from(band).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// An article and its group, one after the other in memory.
#[derive(Clone, Copy, Debug)]
struct Entry {
    content: u64,
    group: u64,
    /// Where its words end.
    end: usize,
}

/// An article with a band, and the next one.
#[derive(Clone, Copy, Debug)]
struct Link {
    doc: DocId,
    /// Counted from 1; 0 where there is none.
    next: u32,
}

/// Articles in memory.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// The first link of each band, counted from 1.
    heads: HashMap<u32, u32, BuildHasherDefault<BandHasher>>,
    links: Vec<Link>,
    entries: Vec<Entry>,
    words: Vec<u8>,
}

impl Recent {
    /// Adds an article.
    pub(super) fn add(&mut self, signature: &Signature, sequence: Sequence<'_>, group: u64) {
        let doc = self.entries.len() as DocId;
        self.words.extend_from_slice(sequence.as_bytes());
        self.entries.push(Entry {
            content: signature.content,
            group,
            end: self.words.len(),
        });
        for band in &signature.bands {
            let head = self.heads.entry(*band).or_insert(0);
            self.links.push(Link { doc, next: *head });
            *head = self.links.len() as u32;
        }
    }

    /// The articles with a band, the last one first.
    pub(super) fn with_band(&self, band: u32) -> impl Iterator<Item = DocId> + '_ {
        let mut at = self.heads.get(&band).copied().unwrap_or(0);
        std::iter::from_fn(move || {
            let link = self.links.get(at.checked_sub(1)? as usize)?;
            at = link.next;
            Some(link.doc)
        })
    }

    pub(super) fn content(&self, doc: DocId) -> u64 {
        self.entries
            .get(doc as usize)
            .map_or(0, |entry| entry.content)
    }

    pub(super) fn group(&self, doc: DocId) -> u64 {
        self.entries
            .get(doc as usize)
            .map_or(0, |entry| entry.group)
    }

    pub(super) fn sequence(&self, doc: DocId) -> Sequence<'_> {
        let end = |number: usize| self.entries.get(number).map_or(0, |entry| entry.end);
        let start = (doc as usize).checked_sub(1).map_or(0, end);
        Sequence::new(self.words.get(start..end(doc as usize)).unwrap_or(&[]))
    }

    /// Bytes in use.
    pub(super) fn bytes(&self) -> usize {
        // To be written, each link becomes an entry of the file.
        let link = size_of::<Link>() + size_of::<(u32, DocId)>();
        self.words.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + self.links.capacity() * link
            // A key, a value, a byte of control, and an eighth that the table leaves free.
            + self.heads.capacity() * 11
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Writes the articles to files in the directory of the index, and forgets them here.
    pub(super) fn spill(&mut self, directory: &ManagedDirectory) -> tantivy::Result<Run> {
        let contents: Vec<u64> = self.entries.iter().map(|entry| entry.content).collect();
        let mut entries: Vec<(u32, DocId)> = Vec::with_capacity(self.links.len());
        for (band, head) in &self.heads {
            let mut at = *head;
            while let Some(link) = at
                .checked_sub(1)
                .and_then(|index| self.links.get(index as usize))
            {
                entries.push((*band, link.doc));
                at = link.next;
            }
        }
        sort(&mut entries, &contents);
        let words = &self.words;
        let tails = self.entries.iter().map(|entry| (entry.end, entry.group));
        let run = Run::write(directory, entries.into_iter(), &contents, words, tails)?;
        *self = Self::default();
        Ok(run)
    }
}
