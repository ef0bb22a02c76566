//! Opens a file for reading: counts its bytes, decompresses it, and looks at its first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::walk::InputFile;

/// Large enough that system calls and calls through the trait object do not show.
const BUFFER_BYTES: usize = 256 * 1024;

/// The decompressed bytes of a file, without byte order mark.
pub(super) struct Source {
    pub(super) reader: Box<dyn BufRead + Send>,
    /// How many bytes the byte order mark took.
    pub(super) offset: u64,
}

/// Opens a file; `Err` is the reason why it cannot be read.
pub(super) fn open(file: &InputFile, bytes_read: Arc<AtomicU64>) -> Result<Source, String> {
    let opened = File::open(&file.path).map_err(|error| format!("cannot be opened: {error}"))?;
    let counted = Counted {
        file: opened,
        bytes_read,
    };
    if file.gzip {
        from_reader(MultiGzDecoder::new(counted), BUFFER_BYTES)
    } else {
        // Folders may hold a million small files.
        let file_bytes = usize::try_from(file.bytes).unwrap_or(usize::MAX);
        from_reader(counted, file_bytes.clamp(4096, BUFFER_BYTES))
    }
}

fn from_reader(
    mut reader: impl Read + Send + 'static,
    buffer_bytes: usize,
) -> Result<Source, String> {
    let mut head = Vec::with_capacity(3);
    let first_bytes = reader.by_ref().take(3).read_to_end(&mut head);
    first_bytes.map_err(|error| unreadable(&error))?;
    let offset = match head.as_slice() {
        [0xef, 0xbb, 0xbf] => {
            head.clear();
            3
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return Err("is UTF-16 text, convert it to UTF-8 first".to_owned());
        }
        _ => 0,
    };
    let rest = BufReader::with_capacity(buffer_bytes, reader);
    Ok(Source {
        reader: Box::new(Cursor::new(head).chain(rest)),
        offset,
    })
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

    fn read(bytes: &'static [u8]) -> Result<(String, u64), String> {
        let mut source = from_reader(bytes, 8)?;
        let mut text = String::new();
        source.reader.read_to_string(&mut text).unwrap();
        Ok((text, source.offset))
    }

    #[test]
    fn byte_order_marks() {
        assert_eq!(read(b"\xef\xbb\xbfa"), Ok(("a".to_owned(), 3)));
        assert_eq!(read(b"ab"), Ok(("ab".to_owned(), 0)));
        assert_eq!(read(b""), Ok((String::new(), 0)));
        assert!(read(b"\xff\xfea\0").unwrap_err().contains("UTF-16"));
        assert!(
            read(b"\xfe\xff\0a")
                .unwrap_err()
                .contains("convert it to UTF-8 first")
        );
    }
}
