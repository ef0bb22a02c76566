//! `vietsearch similar`: articles like one.

use vietsearch::index::NewsIndex;
use vietsearch::query::NewsSearcher;

use super::print_json;
use crate::arguments::SimilarArguments;
use crate::error::Result;
use crate::output::{Page, say};

pub(crate) fn run(arguments: &SimilarArguments) -> Result<()> {
    let index = NewsIndex::open(&arguments.index)?;
    let searcher = NewsSearcher::new(&index)?;
    let response = searcher.similar(&arguments.id, arguments.limit)?;
    if arguments.json {
        return print_json(&response);
    }
    let mut page = Page::new();
    page.hits(&response)?;
    page.flush()?;
    if response.hits.is_empty() {
        say(format_args!("no article is like {:?}", arguments.id));
    }
    Ok(())
}
