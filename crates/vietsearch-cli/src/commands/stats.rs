//! `vietsearch stats`: the size of an index and of its parts.

use vietsearch::index::NewsIndex;

use super::print_json;
use crate::arguments::InspectArguments;
use crate::error::Result;
use crate::output::{Page, size};

pub(crate) fn run(arguments: &InspectArguments) -> Result<()> {
    let index = NewsIndex::open(&arguments.index)?;
    let stats = index.stats()?;
    if arguments.json {
        return print_json(&stats);
    }
    let mut page = Page::new();
    page.line(format_args!("articles     {}", stats.articles))?;
    page.line(format_args!("deleted      {}", stats.deleted))?;
    page.line(format_args!("segments     {}", stats.segments))?;
    page.line(format_args!("size         {}", size(stats.bytes)))?;
    for (component, bytes) in &stats.components {
        page.line(format_args!("  {component:<18} {}", size(*bytes)))?;
    }
    page.line(format_args!("fingerprint  {}", stats.fingerprint))?;
    page.flush()?;
    Ok(())
}
