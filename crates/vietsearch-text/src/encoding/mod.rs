//! Decoding text of the time before Unicode, and of other Unicode forms, to UTF-8.
//!
//! An [`Encoding`] is chosen by its name ([`Encoding::from_str`]) or found by a byte order mark
//! ([`Encoding::of_mark`]); it is never guessed from the text. [`Encoding::decode`] reads a whole
//! text, [`Decoder`] a stream. Legacy text comes out composed (NFC), text that is Unicode already
//! as it is. Bytes that mean nothing become U+FFFD and are reported with their place
//! ([`Unmappable`]), and the rest is kept.
//!
//! # Read a file from an old word processor
//!
//! ```
//! use vietsearch_text::encoding::Encoding;
//!
//! let encoding: Encoding = "tcvn3".parse()?;
//! let decoded = encoding.decode(b"Vi\xd6t Nam");
//! assert_eq!(decoded.text, "Việt Nam");
//! assert!(decoded.unmappable.is_empty());
//!
//! assert_eq!(Encoding::Viqr.decode(br"Tie^'ng Vie^.t\.").text, "Tiếng Việt.");
//!
//! let error = "tcvn4".parse::<Encoding>().unwrap_err();
//! assert!(error.to_string().contains("known are utf-8, utf-16"));
//! # Ok::<(), vietsearch_text::encoding::UnknownEncoding>(())
//! ```

mod compose;
mod decoder;
mod tables;
#[cfg(test)]
mod tests;
mod viqr;
mod vni;

use std::fmt;
use std::str::FromStr;

pub use decoder::{Decoder, Unmappable};

/// How bytes write text.
///
/// ```
/// use vietsearch_text::encoding::Encoding;
///
/// assert_eq!("ABC".parse(), Ok(Encoding::Tcvn3));
/// assert_eq!(Encoding::Windows1258.to_string(), "windows-1258");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8. Its byte order mark is dropped.
    Utf8,
    /// UTF-16 in the order that its byte order mark says; without one, little-endian, as Windows
    /// writes it.
    Utf16,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// windows-1258: letters and combining tone marks.
    Windows1258,
    /// TCVN3 of the ABC fonts (`.VnTime`), with the capitals of TCVN 5712:1993.
    ///
    /// TCVN3 has no capitals with tones: they are small letters in a font of capitals. A small
    /// letter with a tone is read as a capital where all other letters of its word are capitals,
    /// and there are two of them at least: `HéI` is HỘI.
    Tcvn3,
    /// TCVN3 in a font of capitals (`.VnTimeH`): every letter is a capital.
    Tcvn3Capitals,
    /// VNI for Windows: a vowel, then a byte with its marks.
    Vni,
    /// VISCII (RFC 1456). Six capitals stand among the control codes; where a text writes them
    /// with the code of the small letter, they are read as in [`Encoding::Tcvn3`].
    Viscii,
    /// VPS. As in VISCII, capitals stand among the control codes, fourteen here.
    Vps,
    /// VIQR (RFC 1456): marks are ASCII signs after the vowel, as in `Tie^'ng Vie^.t`.
    ///
    /// A sign that could be a mark is one: in `ddi dda^u?` the question mark is a tone. `\` before
    /// it makes it a sign, `\\` is a backslash; `\L`, `\M` and `\V` begin literal, English and
    /// Vietnamese text. What is not ASCII is read as UTF-8.
    Viqr,
    /// windows-1252, which is also what old pages call ISO 8859-1 or ASCII.
    Windows1252,
}

impl Encoding {
    /// Every encoding with its names, the first of which is its own.
    const NAMES: [(Encoding, &'static [&'static str]); 12] = [
        (Encoding::Utf8, &["utf-8", "unicode-1-1-utf-8"]),
        (Encoding::Utf16, &["utf-16", "unicode", "ucs-2"]),
        (Encoding::Utf16Le, &["utf-16le"]),
        (Encoding::Utf16Be, &["utf-16be"]),
        (
            Encoding::Windows1258,
            &["windows-1258", "cp1258", "x-cp1258", "1258"],
        ),
        (
            Encoding::Tcvn3,
            &[
                "tcvn3",
                "tcvn",
                "abc",
                "tcvn-5712",
                "tcvn5712-1",
                "x-viet-tcvn5712",
                "vscii",
            ],
        ),
        (Encoding::Tcvn3Capitals, &["tcvn3-capitals", "tcvn3-h"]),
        (Encoding::Vni, &["vni", "vni-windows", "x-viet-vni"]),
        (Encoding::Viscii, &["viscii", "csviscii", "x-viscii"]),
        (Encoding::Vps, &["vps", "x-viet-vps"]),
        (Encoding::Viqr, &["viqr", "csviqr"]),
        (
            Encoding::Windows1252,
            &[
                "windows-1252",
                "cp1252",
                "x-cp1252",
                "iso-8859-1",
                "latin1",
                "us-ascii",
                "ascii",
            ],
        ),
    ];

    /// Returns all encodings.
    pub fn all() -> impl Iterator<Item = Encoding> {
        Self::NAMES.iter().map(|(encoding, _)| *encoding)
    }

    /// Returns the name, by which it can be parsed.
    #[must_use]
    pub fn name(self) -> &'static str {
        let entry = Self::NAMES.iter().find(|(encoding, _)| *encoding == self);
        entry
            .and_then(|(_, names)| names.first())
            .unwrap_or(&"utf-8")
    }

    /// Finds the encoding that a byte order mark at the beginning of `bytes` declares, and the
    /// length of the mark in bytes.
    ///
    /// ```
    /// use vietsearch_text::encoding::Encoding;
    ///
    /// assert_eq!(Encoding::of_mark(b"\xff\xfeV\0"), Some((Encoding::Utf16Le, 2)));
    /// assert_eq!(Encoding::of_mark(b"Vi\xd6t"), None);
    /// ```
    #[must_use]
    pub fn of_mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
            [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
            _ => None,
        }
    }

    /// Decodes a whole text. A byte order mark at its beginning decides instead of `self`, and is
    /// dropped. Linear; the text has at most three times the bytes.
    ///
    /// ```
    /// use vietsearch_text::encoding::Encoding;
    ///
    /// let decoded = Encoding::Windows1258.decode(b"Vi\xea\xf2t \x81 Nam");
    /// assert_eq!(decoded.text, "Việt \u{fffd} Nam");
    /// assert_eq!(decoded.unmappable[0].offset, 6);
    /// ```
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Decoded {
        let (encoding, mark) = Self::of_mark(bytes).unwrap_or((self, 0));
        let mut decoder = Decoder::at(encoding, mark as u64);
        let mut text = String::with_capacity(bytes.len());
        decoder.decode(bytes.get(mark..).unwrap_or_default(), &mut text);
        decoder.finish(&mut text);
        Decoded {
            text,
            unmappable: decoder.take_unmappable(),
        }
    }
}

/// Text that was decoded, and what of it could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The bytes that mean nothing, in order; each is U+FFFD in the text.
    pub unmappable: Vec<Unmappable>,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    /// Reads a name in any case, with or without hyphens, or one of the names that web pages and
    /// mail use for the same encoding.
    ///
    /// # Errors
    ///
    /// If no encoding has that name; the error lists those that there are.
    fn from_str(name: &str) -> Result<Encoding, UnknownEncoding> {
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(char::is_ascii_alphanumeric);
            letters.map(|letter| letter.to_ascii_lowercase()).collect()
        };
        let wanted = plain(name);
        let found = Self::NAMES
            .iter()
            .find(|(_, names)| names.iter().any(|known| plain(known) == wanted));
        found
            .map(|(encoding, _)| *encoding)
            .ok_or_else(|| UnknownEncoding {
                name: name.chars().take(40).collect(),
            })
    }
}

/// A name that is no encoding's. The message lists the known ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEncoding {
    name: String,
}

impl fmt::Display for UnknownEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = Encoding::all().map(Encoding::name).collect();
        let known = known.join(", ");
        write!(f, "unknown encoding {:?}, known are {known}", self.name)
    }
}

impl std::error::Error for UnknownEncoding {}
