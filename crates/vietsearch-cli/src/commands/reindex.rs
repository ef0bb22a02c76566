//! `vietsearch reindex`: the articles of an index into a new one.

use vietsearch::index::{WriterOptions, reindex, reindex_with};

use crate::arguments::ReindexArguments;
use crate::commands::segment::read_index_options;
use crate::error::Result;
use crate::output::{Page, counted};
use crate::progress;

pub(crate) fn run(arguments: &ReindexArguments) -> Result<()> {
    let bar = progress::over_articles();
    let mut advance = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let (from, to, options) = (&arguments.index, &arguments.to, WriterOptions::default());
    let written = match &arguments.user_dict {
        Some(path) => {
            let words = read_index_options(path)?;
            reindex_with(from, to, &words, options, &mut advance)
        }
        None => reindex(from, to, options, &mut advance),
    };
    bar.finish_and_clear();
    let articles = counted(written?, "article");

    let mut page = Page::new();
    page.line(format_args!(
        "reindexed {articles} into {}",
        arguments.to.display()
    ))?;
    page.flush()?;
    Ok(())
}
