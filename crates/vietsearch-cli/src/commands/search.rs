//! `vietsearch search`: ranked hits of a query.

use vietsearch::index::NewsIndex;
use vietsearch::query::{Matching, NewsSearcher, Require, SearchRequest};

use super::print_json;
use crate::arguments::SearchArguments;
use crate::error::Result;
use crate::output::{Page, say};

pub(crate) fn run(arguments: &SearchArguments) -> Result<()> {
    let index = NewsIndex::open(&arguments.index)?;
    let searcher = NewsSearcher::new(&index)?;
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
    let mut request = SearchRequest::new(arguments.query())
        .with_limit(arguments.limit)
        .with_sort(arguments.sort.into())
        .with_days(arguments.from, arguments.to);
    if arguments.all {
        request.require = Require::All;
    }
    if arguments.strict {
        request.matching = Matching::Strict;
    } else if arguments.loose {
        request.matching = Matching::Loose;
    }
    request.cursor.clone_from(&arguments.cursor);
    request.sources.clone_from(&arguments.source);
    request.sections.clone_from(&arguments.section);
    request.author.clone_from(&arguments.author);
    request.tag.clone_from(&arguments.tag);
    request.fields.clone_from(&arguments.field);
    request.collapse = arguments.collapse;
    request.facets = arguments.facets;
    request.explain = arguments.explain;
    request
}
