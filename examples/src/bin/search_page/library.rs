//! The index, and a searcher that follows it.

use std::error::Error;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use vietsearch::{Article, NewsIndex, NewsSearcher, SearchError, WriterOptions, demo};

/// How long a snapshot is used before newer commits are looked for.
const FRESH: Duration = Duration::from_secs(5);

/// What the page searches.
pub(crate) struct Library {
    index: NewsIndex,
    current: Mutex<(NewsSearcher, Instant)>,
}

impl Library {
    /// An index on the disk, which another process may go on writing.
    pub(crate) fn open(folder: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self::new(NewsIndex::open(folder)?)?)
    }

    /// The built-in articles, in memory.
    pub(crate) fn of_samples() -> Result<Self, Box<dyn Error>> {
        Self::of(demo::articles())
    }

    /// Articles in memory.
    pub(crate) fn of(articles: impl IntoIterator<Item = Article>) -> Result<Self, Box<dyn Error>> {
        let index = NewsIndex::create_in_ram()?;
        let mut writer = index.writer(WriterOptions::default())?;
        writer.add_all(articles)?;
        writer.finish()?;
        Ok(Self::new(index)?)
    }

    fn new(index: NewsIndex) -> Result<Self, SearchError> {
        let searcher = NewsSearcher::new(&index)?;
        Ok(Self {
            index,
            current: Mutex::new((searcher, Instant::now())),
        })
    }

    /// A snapshot that is at most some seconds old.
    pub(crate) fn searcher(&self) -> Result<NewsSearcher, SearchError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.1.elapsed() > FRESH {
            self.index.reload()?;
            *current = (NewsSearcher::new(&self.index)?, Instant::now());
        }
        Ok(current.0.clone())
    }
}
