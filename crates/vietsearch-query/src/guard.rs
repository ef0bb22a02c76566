//! Damaged bytes that were read where no error can be returned.

use vietsearch_index::IndexError;

use crate::error::Result;
use crate::search::NewsSearcher;

impl NewsSearcher {
    /// Answers, unless damaged bytes were read meanwhile: what is ranked or matched by the words of an
    /// article is then not to be told. A search beside it may be refused with it.
    pub(crate) fn guarded<T>(&self, answer: impl FnOnce() -> Result<T>) -> Result<T> {
        let before = self.damage.reads();
        let answer = answer();
        if self.damage.reads() == before {
            return answer;
        }
        let file = self.damage.file().unwrap_or_default();
        Err(IndexError::Damaged { file }.into())
    }
}
