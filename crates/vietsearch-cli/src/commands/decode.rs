//! `vietsearch decode`: lines of raw Telex or VNI keystrokes as text.

use vietsearch::text::interpret::Interpreter;

use crate::error::Result;
use crate::lines;

pub(crate) fn run() -> Result<()> {
    let mut interpreter = Interpreter::shipped();
    lines::filter(|out, line, ended| {
        out.write_all(interpreter.decode(line).as_bytes())?;
        if ended { out.write_all(b"\n") } else { Ok(()) }
    })
}
