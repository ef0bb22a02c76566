//! Reading a request: as it is written, and as it was meant. Nothing here needs an index.

use vietsearch_index::date::Day;

use crate::error::Result;
use crate::interpret::{self, Meant};
use crate::parse::{self, Limits, Parsed, ParserOptions};
use crate::request::{Matching, SearchRequest};

/// Reads a query as it is written.
pub(crate) fn parse(
    request: &SearchRequest,
    extra_fields: &[String],
    limits: Limits,
) -> Result<Parsed> {
    let today = request.today.unwrap_or_else(Day::today);
    let options = ParserOptions::default()
        .with_today(today)
        .with_limits(limits)
        .with_extra_fields(extra_fields.iter().cloned());
    Ok(parse::parse(&request.query, &options)?)
}

/// Reads a query as it was meant; the text of that, if it is another.
pub(crate) fn read(
    request: &SearchRequest,
    extra_fields: &[String],
    limits: Limits,
) -> Result<(Parsed, Option<String>)> {
    let mut parsed = parse(request, extra_fields, limits)?;
    if request.matching == Matching::Strict {
        return Ok((parsed, None));
    }
    let meant = match interpret::read(&parsed) {
        Meant::AsTyped => return Ok((parsed, None)),
        Meant::Lacking(words) => {
            parsed.lacking = words;
            return Ok((parsed, None));
        }
        Meant::Text(meant) => meant,
    };
    let mut request = request.clone();
    request.query = meant;
    match parse(&request, extra_fields, limits) {
        Ok(meant) => Ok((meant, Some(request.query))),
        // With its marks it is too long.
        Err(_) => Ok((parsed, None)),
    }
}
