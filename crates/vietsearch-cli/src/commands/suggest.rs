//! `vietsearch suggest`: completions of what was typed, and related words.

use vietsearch::index::NewsIndex;
use vietsearch::query::{NewsSearcher, SearchRequest};

use super::print_json;
use crate::arguments::SuggestArguments;
use crate::error::Result;
use crate::output::Page;

pub(crate) fn run(arguments: &SuggestArguments) -> Result<()> {
    let index = NewsIndex::open(&arguments.index)?;
    let searcher = NewsSearcher::new(&index)?;
    let typed = arguments.typed();
    if arguments.related {
        let related = searcher.related(&SearchRequest::new(typed), arguments.limit)?;
        return print(arguments, &related, |term| &term.text);
    }
    let completions = searcher.suggest(&typed, arguments.limit)?;
    print(arguments, &completions, |completion| &completion.text)
}

fn print<T: serde::Serialize>(
    arguments: &SuggestArguments,
    found: &[T],
    text: impl Fn(&T) -> &String,
) -> Result<()> {
    if arguments.json {
        return print_json(&found);
    }
    let mut page = Page::new();
    for one in found {
        page.line(text(one))?;
    }
    page.flush()?;
    Ok(())
}
