//! Damaged bytes that were read where no error can be returned.

use vietsearch_index::IndexError;

use crate::error::Result;
use crate::search::NewsSearcher;

impl NewsSearcher {
    /// Answers, on one of the searcher's threads if it has any, unless damaged bytes were read meanwhile:
    /// what is ranked or matched by the words of an article is then not to be told. A search beside it may
    /// be refused with it.
    pub(crate) fn guarded<T: Send>(&self, answer: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        let before = self.damage.reads();
        let answer = match &self.threads {
            Some(threads) => threads.run(answer),
            None => answer(),
        };
        if self.damage.reads() == before {
            return answer;
        }
        let file = self.damage.file().unwrap_or_default();
        Err(IndexError::Damaged { file }.into())
    }
}
