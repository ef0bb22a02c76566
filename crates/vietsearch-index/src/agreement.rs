//! Whether the parts of an index tell the same: the stored articles, the postings of all tiers, and the
//! order of words.
//!
//! Each stored article is analysed again. Its words and its key are compared with the forward index;
//! for postings, each article has a sum of the hashes of its terms, which is built once from the
//! articles and once from the postings. Two sets of terms have the same sum with a probability of 2⁻⁶⁴.

use std::hash::{BuildHasher, RandomState};

use tantivy::postings::Postings;
use tantivy::schema::document::Value;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use crate::analysis::Analyzer;
use crate::article::Article;
use crate::error::Result;
use crate::forward::ForwardReader;
use crate::schema::Fields;

/// Compares the articles of a segment with what is indexed of them.
pub(crate) struct Agreement<'a> {
    segment: &'a SegmentReader,
    forward: &'a ForwardReader,
    fields: &'a Fields,
    analyzer: Analyzer,
    tiers: [Field; 4],
    sums: Vec<u64>,
    hasher: RandomState,
}

impl<'a> Agreement<'a> {
    pub(crate) fn new(
        segment: &'a SegmentReader,
        forward: &'a ForwardReader,
        fields: &'a Fields,
        analyzer: Analyzer,
    ) -> Self {
        Self {
            segment,
            forward,
            fields,
            analyzer,
            tiers: [fields.exact, fields.folded, fields.open, fields.entities],
            sums: vec![0; segment.max_doc() as usize],
            hasher: RandomState::new(),
        }
    }

    /// Takes an article into account; false if the forward index has other words or another key.
    pub(crate) fn add(&mut self, doc: DocId, article: &Article) -> bool {
        let key = article.key();
        let analysed = self.analyzer.document(self.fields, article, &key);
        let mut sum = 0_u64;
        for (number, field) in self.tiers.iter().enumerate() {
            let texts = analysed.document.get_all(*field);
            for text in texts.filter_map(|value| value.as_str()) {
                // As the tokenizer of these fields cuts them.
                for piece in text.split(' ') {
                    let term = piece.trim_start_matches('\u{2}');
                    if !term.is_empty() {
                        let hash = self.hasher.hash_one((number, term.as_bytes()));
                        sum = sum.wrapping_add(hash);
                    }
                }
            }
        }
        if let Some(slot) = self.sums.get_mut(doc as usize) {
            *slot = sum;
        }
        self.forward.key(doc) == key && self.forward.sequence(doc).as_bytes() == analysed.sequence
    }

    /// The articles whose terms are not those that are indexed.
    pub(crate) fn differing(mut self) -> Result<Vec<DocId>> {
        for (number, field) in self.tiers.iter().enumerate() {
            let index = self.segment.inverted_index(*field)?;
            let mut terms = index.terms().stream()?;
            while terms.advance() {
                let hash = self.hasher.hash_one((number, terms.key()));
                let option = IndexRecordOption::WithFreqs;
                let mut postings = index.read_postings_from_terminfo(terms.value(), option)?;
                while postings.doc() != TERMINATED {
                    let times = postings.term_freq();
                    if let Some(slot) = self.sums.get_mut(postings.doc() as usize) {
                        *slot = slot.wrapping_sub(hash.wrapping_mul(u64::from(times)));
                    }
                    postings.advance();
                }
            }
        }
        let alive = self.segment.doc_ids_alive();
        Ok(alive
            .filter(|doc| self.sums.get(*doc as usize).is_none_or(|sum| *sum != 0))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::{NewsIndex, WriterOptions};

    use super::*;

    fn write(path: &Path, word: &str) -> String {
        let index = NewsIndex::create(path).unwrap();
        let mut writer = index
            .writer(WriterOptions::default().with_threads(1))
            .unwrap();
        for number in 0..5 {
            let article = Article::new(format!("Giá {word} ngày {number}"), "bao so 3 do bo");
            writer.add(article.with_id(number.to_string())).unwrap();
        }
        writer.finish().unwrap();
        let id = index.searcher().segment_readers()[0].segment_id();
        id.uuid_string()
    }

    /// Whole files of another index, whose checksums are right.
    #[test]
    fn parts_of_another_index_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        for (extensions, told) in [
            (&[][..], None),
            (
                &["forward"],
                Some("the order of words differs in article \"0\""),
            ),
            (
                &["idx", "term", "pos", "fieldnorm"],
                Some("other words are indexed"),
            ),
        ] {
            let [own, other] = ["own", "other"].map(|name| folder.path().join(name));
            let names = [(&own, "vàng"), (&other, "xăng")].map(|(path, word)| write(path, word));
            for extension in extensions {
                let [to, from] = [(&own, &names[0]), (&other, &names[1])]
                    .map(|(path, name)| path.join(format!("{name}.{extension}")));
                std::fs::remove_file(&to).unwrap();
                std::fs::copy(from, to).unwrap();
            }
            let found = crate::verify(&own).unwrap();
            assert_eq!(found.damaged, [""; 0]);
            match told {
                None => assert!(found.is_sound(), "{found:?}"),
                Some(told) => {
                    assert_eq!(found.problems.len(), 5, "{found:?}");
                    assert!(found.problems[0].starts_with(told), "{found:?}");
                }
            }
            std::fs::remove_dir_all(&own).unwrap();
            std::fs::remove_dir_all(&other).unwrap();
        }
    }
}
