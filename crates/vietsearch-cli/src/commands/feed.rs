//! `vietsearch feed`: the newest articles of a query as RSS.

use std::io::{self, Write};

use vietsearch::index::NewsIndex;
use vietsearch::query::{Channel, NewsSearcher};

use crate::arguments::FeedArguments;
use crate::error::Result;

pub(crate) fn run(arguments: &FeedArguments) -> Result<()> {
    let index = NewsIndex::open(&arguments.index)?;
    let searcher = NewsSearcher::new(&index)?.with_extra_fields(arguments.narrowing.extra_fields());
    let searcher = arguments.aliases.taken_by(searcher);
    let request = arguments.request();
    let title = match &arguments.title {
        Some(title) => title.clone(),
        None => request.query.clone(),
    };
    let channel = Channel::new(title, &arguments.link);
    let feed = channel.feed(&searcher, &request)?;
    let mut out = io::stdout().lock();
    out.write_all(feed.as_bytes())?;
    out.flush()?;
    Ok(())
}
