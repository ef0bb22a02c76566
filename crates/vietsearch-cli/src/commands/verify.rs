//! `vietsearch verify`: every file of an index checked.

use serde::Serialize;
use vietsearch::index::{Verification, verify};

use super::print_json;
use crate::arguments::InspectArguments;
use crate::error::{Failure, Result};
use crate::output::{Page, counted};

/// What programs read.
#[derive(Serialize)]
struct Report<'a> {
    sound: bool,
    #[serde(flatten)]
    verification: &'a Verification,
}

pub(crate) fn run(arguments: &InspectArguments) -> Result<()> {
    let verification = verify(&arguments.index)?;
    let sound = verification.is_sound();
    if arguments.json {
        print_json(&Report {
            sound,
            verification: &verification,
        })?;
    } else {
        let mut page = Page::new();
        for file in &verification.damaged {
            page.line(format_args!("damaged: {file}"))?;
        }
        for problem in &verification.problems {
            page.line(format_args!("problem: {problem}"))?;
        }
        if sound {
            let articles = counted(verification.articles, "article");
            page.line(format_args!("sound: {articles}"))?;
        }
        page.flush()?;
    }
    if sound {
        return Ok(());
    }
    Err(Failure::Message(format!(
        "the index {:?} is damaged: index the articles again, or restore a copy",
        arguments.index
    )))
}
