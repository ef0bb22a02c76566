//! `vietsearch decode --encoding NAME`: text of another encoding, of any length, as UTF-8.

use std::io::{self, BufRead, Read, Write};

use vietsearch::text::encoding::{Decoder, Encoding};

use crate::error::{Failure, Result};
use crate::output::say;

/// Places that are reported one by one.
const REPORTED: u64 = 20;

pub(crate) fn run(encoding: Encoding) -> Result<()> {
    let stdin = io::stdin().lock();
    let out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let lost = decode(stdin, out, encoding)?;
    if lost > REPORTED {
        let more = lost - REPORTED;
        say(format_args!(
            "… and {more} more bytes mean nothing in {encoding}, choose another encoding if the \
             text is wrong"
        ));
    }
    Ok(())
}

/// Returns the number of places that meant nothing.
fn decode(mut input: impl BufRead, mut output: impl Write, chosen: Encoding) -> Result<u64> {
    let unreadable = |error: io::Error| Failure::Message(format!("cannot read stdin: {error}"));
    let mut head = Vec::new();
    let first_bytes = input.by_ref().take(3).read_to_end(&mut head);
    first_bytes.map_err(unreadable)?;
    let (encoding, mark) = Encoding::of_mark(&head).unwrap_or((chosen, 0));
    let mut decoder = Decoder::at(encoding, mark as u64);
    let mut text = String::new();
    let mut lost = 0;
    decoder.decode(head.get(mark..).unwrap_or_default(), &mut text);
    loop {
        let bytes = match input.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                output.flush()?;
                return Err(unreadable(error));
            }
        };
        let count = bytes.len();
        decoder.decode(bytes, &mut text);
        input.consume(count);
        if count == 0 {
            decoder.finish(&mut text);
        }
        for bad in decoder.take_unmappable() {
            lost += 1;
            if lost <= REPORTED {
                say(format_args!(
                    "line {}, byte {} of the input: 0x{:02x} means nothing in {encoding}, written \
                     as U+FFFD",
                    bad.line, bad.offset, bad.value
                ));
            }
        }
        output.write_all(text.as_bytes())?;
        text.clear();
        if count == 0 {
            output.flush()?;
            return Ok(lost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> (String, u64) {
        let mut output = Vec::new();
        let input = io::BufReader::with_capacity(2, bytes);
        let lost = decode(input, &mut output, encoding).unwrap();
        (String::from_utf8(output).unwrap(), lost)
    }

    #[test]
    fn marks_go_before_what_is_chosen() {
        let tcvn3 = Encoding::Tcvn3;
        assert_eq!(
            text(b"Vi\xd6t\r\nNam", tcvn3),
            ("Việt\r\nNam".to_owned(), 0)
        );
        assert_eq!(text(b"\xff\xfeV\0", tcvn3), ("V".to_owned(), 0));
        assert_eq!(text("\u{feff}ệ".as_bytes(), tcvn3), ("ệ".to_owned(), 0));
        assert_eq!(text(b"", tcvn3), (String::new(), 0));
    }

    #[test]
    fn what_means_nothing_is_counted() {
        let (decoded, lost) = text(&[0x9d; 3], Encoding::Windows1258);
        assert_eq!((decoded.chars().count(), lost), (3, 3));
    }
}
