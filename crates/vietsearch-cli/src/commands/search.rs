//! `vietsearch search`: ranked hits of a query.

use vietsearch::index::NewsIndex;
use vietsearch::query::{NewsSearcher, SearchRequest};

use super::print_json;
use crate::arguments::SearchArguments;
use crate::error::Result;
use crate::output::{Page, say};

pub(crate) fn run(arguments: &SearchArguments) -> Result<()> {
    let index = match arguments.index.as_slice() {
        [one] => NewsIndex::open(one)?,
        several => NewsIndex::open_several(several)?,
    };
    let searcher = arguments.aliases.taken_by(NewsSearcher::new(&index)?);
    let request = request(arguments);
    let response = searcher.search(&request)?;
    if arguments.json {
        return print_json(&response);
    }
    let mut page = Page::new();
    page.response(&response)?;
    page.flush()?;
    if response.hits.is_empty() {
        say(format_args!("nothing found for {:?}", request.query));
    }
    Ok(())
}

fn request(arguments: &SearchArguments) -> SearchRequest {
    let mut request = SearchRequest::new(arguments.query()).with_limit(arguments.limit);
    arguments.narrowing.apply(&mut request);
    request.cursor.clone_from(&arguments.cursor);
    request.collapse = arguments.collapse.map(Into::into);
    request.explain = arguments.explain;
    request
}
