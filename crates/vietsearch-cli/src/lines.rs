//! Line filters: stdin to stdout, line by line, of any length, broken UTF-8 included.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use crate::error::{Failure, Result};
use crate::output::say;

/// Broken lines that are reported one by one.
const REPORTED: u64 = 20;

/// Calls `write` with each line of stdin, without its line feed, and whether it had one.
///
/// Bytes that are no UTF-8 are read as U+FFFD and reported with line and byte.
pub(crate) fn filter(
    write: impl FnMut(&mut dyn Write, &str, bool) -> io::Result<()>,
) -> Result<()> {
    let stdin = io::stdin().lock();
    let stdout = io::stdout().lock();
    let broken = each_line(stdin, BufWriter::with_capacity(1 << 16, stdout), write)?;
    if broken > REPORTED {
        say(format_args!(
            "… and {} more lines with invalid UTF-8",
            broken - REPORTED
        ));
    }
    Ok(())
}

/// Returns the number of broken lines.
fn each_line(
    input: impl Read,
    mut output: impl Write,
    mut write: impl FnMut(&mut dyn Write, &str, bool) -> io::Result<()>,
) -> Result<u64> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut bytes = Vec::new();
    let mut number = 0_u64;
    let mut broken = 0_u64;
    loop {
        // Whoever feeds us line by line waits for the answer before the next one.
        if input.buffer().is_empty() {
            output.flush()?;
        }
        bytes.clear();
        let read = input.read_until(b'\n', &mut bytes);
        if let Err(error) = read {
            output.flush()?;
            return Err(Failure::Message(format!("cannot read stdin: {error}")));
        }
        if bytes.is_empty() {
            break;
        }
        number += 1;
        let ended = bytes.last() == Some(&b'\n');
        if ended {
            bytes.pop();
        }
        match std::str::from_utf8(&bytes) {
            Ok(line) => write(&mut output, line, ended)?,
            Err(error) => {
                broken += 1;
                if broken <= REPORTED {
                    let byte = error.valid_up_to() + 1;
                    say(format_args!(
                        "line {number}, byte {byte}: invalid UTF-8, read as U+FFFD"
                    ));
                }
                write(&mut output, &String::from_utf8_lossy(&bytes), ended)?;
            }
        }
    }
    output.flush()?;
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(input: &[u8]) -> (String, u64) {
        let mut output = Vec::new();
        let broken = each_line(input, &mut output, |out, line, ended| {
            let end = if ended { "\n" } else { "" };
            write!(out, "<{line}>{end}")
        });
        (String::from_utf8(output).unwrap(), broken.unwrap())
    }

    #[test]
    fn lines_keep_their_ends() {
        assert_eq!(echo(b""), (String::new(), 0));
        assert_eq!(
            echo("một\n\nhai".as_bytes()),
            ("<một>\n<>\n<hai>".to_string(), 0)
        );
        assert_eq!(echo(b"a\r\n"), ("<a\r>\n".to_string(), 0));
    }

    #[test]
    fn broken_bytes_are_replaced_and_counted() {
        let (output, broken) = echo(b"a\xff\nb\nc\xe1\xba\n");
        assert_eq!(output, "<a\u{fffd}>\n<b>\n<c\u{fffd}>\n");
        assert_eq!(broken, 2);
    }
}
