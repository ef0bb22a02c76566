//! `vietsearch demo`: the built-in sample articles, searched.

use vietsearch::index::{NewsIndex, WriterOptions};
use vietsearch::query::{NewsSearcher, SearchRequest};

use crate::arguments::DemoArguments;
use crate::error::Result;
use crate::output::{Page, counted, say};

/// One search typed in the ways in which readers type it.
const QUERIES: [(&str, &str); 5] = [
    ("all marks", "an ninh Tổ quốc"),
    ("no marks", "an ninh to quoc"),
    ("half of them", "an ninh tổ quoc"),
    (
        "decomposed Unicode",
        "an ninh To\u{302}\u{309} quo\u{302}\u{301}c",
    ),
    ("a typed mark is a constraint", "đường"),
];

const NEXT: &str = "\
Next:
  vietsearch demo 'tieng việt'                      search the samples yourself
  vietsearch index --index bao tin-tuc.jsonl.gz     index articles of your own
  vietsearch search --index bao 'gia vang'          and search them
  vietsearch help search                            filters, sorting, JSON";

pub(crate) fn run(arguments: &DemoArguments) -> Result<()> {
    let index = NewsIndex::create_in_ram()?;
    let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
    writer.add_all(vietsearch::demo::articles())?;
    writer.finish()?;
    index.reload()?;
    let searcher = NewsSearcher::new(&index)?;

    let mut page = Page::new();
    if let Some(query) = arguments.query() {
        let response = searcher.search(&SearchRequest::new(query.as_str()))?;
        page.response(&response)?;
        page.flush()?;
        if response.hits.is_empty() {
            say(format_args!(
                "nothing found for {query:?} in the sample articles"
            ));
        }
        return Ok(());
    }

    let articles = counted(index.num_docs(), "sample article");
    page.line(format_args!(
        "{articles}, invented for this demo, are searched in memory.\n"
    ))?;
    for (how, query) in QUERIES {
        page.heading(format_args!("vietsearch demo '{query}'   ({how})"))?;
        let mut response = searcher.search(&SearchRequest::new(query).with_limit(2))?;
        // A page of two has a next one: that would only distract.
        response.cursor = None;
        page.response(&response)?;
        page.line("")?;
    }
    page.line(NEXT)?;
    page.flush()?;
    Ok(())
}
