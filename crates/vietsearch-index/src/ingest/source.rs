//! Opens a file for reading: counts its bytes, decompresses it, and decodes it to UTF-8.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use vietsearch_text::encoding::Encoding;

use super::charset;
use super::transcode::{Losses, Transcoder};
use super::walk::{Format, InputFile};

/// Large enough that system calls and calls through the trait object do not show.
const BUFFER_BYTES: usize = 256 * 1024;

/// The decompressed text of a file, without byte order mark.
pub(super) struct Source {
    /// UTF-8; unchecked, unless there is a transcoder before it.
    pub(super) reader: Box<dyn BufRead + Send>,
    /// How many bytes the byte order mark took.
    pub(super) offset: u64,
    /// What could not be decoded, if the text was decoded.
    pub(super) losses: Option<Losses>,
    /// What the file says of itself that is not true.
    pub(super) warning: Option<String>,
}

/// Opens a file; `Err` is the reason why it cannot be read.
pub(super) fn open(
    file: &InputFile,
    encoding: Option<Encoding>,
    bytes_read: Arc<AtomicU64>,
) -> Result<Source, String> {
    let opened = File::open(&file.path).map_err(|error| format!("cannot be opened: {error}"))?;
    let counted = Counted {
        file: opened,
        bytes_read,
    };
    if file.gzip {
        let reader = MultiGzDecoder::new(counted);
        from_reader(reader, BUFFER_BYTES, file.format, encoding)
    } else {
        // Folders may hold a million small files.
        let file_bytes = usize::try_from(file.bytes).unwrap_or(usize::MAX);
        let buffer_bytes = file_bytes.clamp(4096, BUFFER_BYTES);
        from_reader(counted, buffer_bytes, file.format, encoding)
    }
}

pub(super) fn from_reader(
    mut reader: impl Read + Send + 'static,
    buffer_bytes: usize,
    format: Format,
    chosen: Option<Encoding>,
) -> Result<Source, String> {
    let head_bytes = match format {
        Format::Feed | Format::Page => charset::DECLARED_WITHIN,
        _ => 3,
    };
    let mut head = Vec::with_capacity(head_bytes);
    let first_bytes = reader
        .by_ref()
        .take(head_bytes as u64)
        .read_to_end(&mut head);
    // What was read before the error is kept; the reader gives the error again.
    let failed = first_bytes.err();
    if let Some(error) = &failed
        && head.is_empty()
    {
        return Err(unreadable(error));
    }
    let failing = Failing(failed);

    let mut warning = None;
    let (encoding, offset) = match Encoding::of_mark(&head) {
        Some((encoding, length)) => {
            head.drain(..length);
            (encoding, length as u64)
        }
        None => {
            let declared = || match charset::declared(&head, format)? {
                Ok(encoding) => Some(encoding),
                Err(error) => {
                    warning = Some(format!("{error}; read as utf-8"));
                    None
                }
            };
            let encoding = chosen.or_else(declared).unwrap_or(Encoding::Utf8);
            (encoding, 0)
        }
    };
    let rest = BufReader::with_capacity(buffer_bytes, failing.chain(reader));
    let bytes = Cursor::new(head).chain(rest);
    // Elsewhere a line that is no UTF-8 is reported and left out, and its neighbours are kept.
    let is_lenient = matches!(format, Format::Feed | Format::Page);
    if encoding == Encoding::Utf8 && !is_lenient || by_value(encoding, format) {
        return Ok(Source {
            reader: Box::new(bytes),
            offset,
            losses: None,
            warning,
        });
    }
    let losses = Losses::new(encoding);
    let transcoder = Transcoder::new(bytes, encoding, offset, losses.clone());
    Ok(Source {
        reader: Box::new(BufReader::with_capacity(buffer_bytes, transcoder)),
        offset,
        losses: Some(losses),
        warning,
    })
}

/// Says whether an encoding is one of the texts in a file and not of the file: VIQR gives a meaning
/// to the very signs that JSON, CSV and markup are made of.
pub(super) fn by_value(encoding: Encoding, format: Format) -> bool {
    encoding == Encoding::Viqr && format != Format::PlainText
}

/// Says in words why reading stopped.
pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "cannot be read further: the compressed data is cut off".to_owned()
        }
        _ => format!("cannot be read further: {error}"),
    }
}

/// Gives one error, if there is one, then the end.
pub(super) struct Failing(pub(super) Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Counts what is read from the disk, so that progress is told in the size that the user sees.
struct Counted {
    file: File,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.bytes_read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8], chosen: Option<Encoding>) -> (String, u64) {
        let mut source = from_reader(bytes, 8, Format::PlainText, chosen).unwrap();
        let mut text = String::new();
        source.reader.read_to_string(&mut text).unwrap();
        (text, source.offset)
    }

    #[test]
    fn byte_order_marks() {
        assert_eq!(read(b"\xef\xbb\xbfa", None), ("a".to_owned(), 3));
        assert_eq!(read(b"ab", None), ("ab".to_owned(), 0));
        assert_eq!(read(b"", None), (String::new(), 0));
        assert_eq!(read(b"\xff\xfea\0", None), ("a".to_owned(), 2));
        assert_eq!(read(b"\xfe\xff\0a", None), ("a".to_owned(), 2));
        assert_eq!(
            read(b"\xff\xfea\0", Some(Encoding::Viscii)),
            ("a".to_owned(), 2)
        );
    }

    #[test]
    fn chosen_encodings() {
        let tcvn3 = Some(Encoding::Tcvn3);
        assert_eq!(read(b"Vi\xd6t Nam", tcvn3), ("Việt Nam".to_owned(), 0));
        assert_eq!(read(b"tie^'ng", Some(Encoding::Viqr)).0, "tiếng");
        assert_eq!(read(b"V\0i\0", Some(Encoding::Utf16)).0, "Vi");
    }

    #[test]
    fn errors_come_after_what_was_read() {
        struct Broken(bool);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                match std::mem::replace(&mut self.0, true) {
                    true => Err(io::Error::other("no more")),
                    false => b"ab".as_slice().read(buffer),
                }
            }
        }
        let mut source = from_reader(Broken(false), 8, Format::JsonLines, None).unwrap();
        let mut bytes = Vec::new();
        let read = source.reader.read_to_end(&mut bytes);
        assert_eq!(read.unwrap_err().to_string(), "no more");
        assert_eq!(bytes, b"ab");
        assert!(from_reader(Broken(true), 8, Format::JsonLines, None).is_err());
    }
}
