//! Words that articles may write without spaces: in hashtags and names of sites.

use tantivy::Term;
use vietsearch_text::TokenKind;

use crate::alternative::Expandable;
use crate::error::Result;
use crate::prefix::IndexDictionary;
use crate::word::{Unit, Word};

/// The most words of a leaf that are looked up joined; a pasted headline is no hashtag.
const MAX_WORDS: usize = 5;
/// The fewest letters of joined words: shorter ones may be any foreign word.
const LEAST_LETTERS: usize = 5;

/// Neighbouring syllables of the query that the index has as one word, or, without a dictionary,
/// that any may have. At most twenty lookups for a leaf.
pub(crate) fn find(
    words: &[Word],
    leaves: &[Expandable],
    dictionary: Option<&IndexDictionary<'_>>,
) -> Result<Vec<Unit>> {
    let mut found = Vec::new();
    for leaf in leaves.iter().filter(|leaf| leaf.words.len() <= MAX_WORDS) {
        for start in leaf.words.clone() {
            let rest = words.get(start..leaf.words.end).unwrap_or(&[]);
            let mut joined = String::new();
            for (offset, word) in rest.iter().enumerate() {
                let is_part = word.kind == TokenKind::Syllable || word.open;
                if !is_part || word.kind == TokenKind::Number || word.strict || word.prefix {
                    break;
                }
                joined.push_str(&word.folded);
                if offset == 0 || joined.len() < LEAST_LETTERS {
                    continue;
                }
                let is_known = match dictionary {
                    Some(IndexDictionary {
                        fields, searcher, ..
                    }) => {
                        let count =
                            |field| searcher.doc_freq(&Term::from_field_text(field, &joined));
                        count(fields.folded)? + count(fields.entities)? > 0
                    }
                    None => true,
                };
                if is_known {
                    found.push(Unit {
                        words: start..start + offset + 1,
                        term: joined.clone(),
                        whole: false,
                        unmarked: false,
                    });
                }
            }
        }
    }
    Ok(found)
}
