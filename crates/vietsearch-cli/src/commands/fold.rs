//! `vietsearch fold`: lines without marks.

use crate::error::Result;
use crate::lines;

pub(crate) fn run() -> Result<()> {
    lines::filter(|out, line, ended| {
        out.write_all(vietsearch::text::fold(line).as_bytes())?;
        if ended { out.write_all(b"\n") } else { Ok(()) }
    })
}
