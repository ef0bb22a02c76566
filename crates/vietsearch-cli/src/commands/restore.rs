//! `vietsearch restore`: lines with the marks that were left out.

use vietsearch::text::interpret::Interpreter;

use crate::error::Result;
use crate::lines;

pub(crate) fn run() -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    lines::filter(|out, line, ended| {
        out.write_all(interpreter.restore(line).as_bytes())?;
        if ended { out.write_all(b"\n") } else { Ok(()) }
    })
}
