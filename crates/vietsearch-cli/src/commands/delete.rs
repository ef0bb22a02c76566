//! `vietsearch delete`: articles out of an index, by id or by query.

use vietsearch::index::{NewsIndex, WriterOptions};
use vietsearch::query::{NewsSearcher, SearchRequest};

use crate::arguments::DeleteArguments;
use crate::error::{Failure, Result};
use crate::output::{Page, counted};

pub(crate) fn run(arguments: &DeleteArguments) -> Result<()> {
    let blank = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
    if blank(&arguments.which.id) || blank(&arguments.which.query) {
        let message = "nothing to delete is named: give --id ID or --query Q a value";
        return Err(Failure::Usage(message.to_string()));
    }
    let index = NewsIndex::open(&arguments.index)?;
    // The writer comes first: nobody else changes the number of articles from here on.
    let mut writer = index.writer(WriterOptions::default())?;
    index.reload()?;
    let before = index.num_docs();
    if let Some(id) = &arguments.which.id {
        writer.delete_id(id)?;
    }
    if let Some(query) = &arguments.which.query {
        let searcher = NewsSearcher::new(&index)?;
        writer.delete_matching(searcher.matching(&SearchRequest::new(query))?)?;
    }
    writer.finish()?;
    index.reload()?;
    let deleted = before.saturating_sub(index.num_docs());

    let mut page = Page::new();
    page.line(format_args!("deleted {}", counted(deleted, "article")))?;
    page.flush()?;
    Ok(())
}
