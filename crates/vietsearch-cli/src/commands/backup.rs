//! `vietsearch backup`: a consistent copy of an index.

use vietsearch::index::NewsIndex;

use super::print_json;
use crate::arguments::BackupArguments;
use crate::error::Result;
use crate::output::{Page, counted, size};

pub(crate) fn run(arguments: &BackupArguments) -> Result<()> {
    let backup = NewsIndex::open(&arguments.index)?.back_up(&arguments.to)?;
    if arguments.json {
        return print_json(&backup);
    }
    let mut page = Page::new();
    page.line(format_args!(
        "copied {}, {}, to {}",
        counted(backup.files as u64, "file"),
        size(backup.bytes),
        arguments.to.display()
    ))?;
    page.flush()?;
    Ok(())
}
