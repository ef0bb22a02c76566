//! `vietsearch normalize`: lines in canonical spelling.

use crate::error::Result;
use crate::lines;

pub(crate) fn run() -> Result<()> {
    lines::filter(|out, line, ended| {
        out.write_all(vietsearch::text::normalize(line).as_bytes())?;
        if ended { out.write_all(b"\n") } else { Ok(()) }
    })
}
