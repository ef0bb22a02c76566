//! Decoding in chunks of any size.

use super::Encoding;
use super::compose::{Case, Composer};
use super::tables::{self, NONE};
use super::viqr::Viqr;
use super::vni::{self, Vni};

/// Bytes that mean nothing in their encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unmappable {
    /// The offset of the first of the bytes, counted from 0.
    pub offset: u64,
    /// The line of the decoded text in which U+FFFD stands for them, counted from 1.
    pub line: u64,
    /// The byte; in UTF-16 the unit of two bytes.
    pub value: u16,
}

/// Decodes a stream, chunk by chunk, wherever the chunks are cut.
///
/// The last word is held back until it is whole, so [`finish`](Decoder::finish) belongs to the
/// end. Holds a few hundred bytes, and what [`take_unmappable`](Decoder::take_unmappable) has not
/// taken.
///
/// ```
/// use vietsearch_text::encoding::{Decoder, Encoding};
///
/// let mut decoder = Decoder::new(Encoding::Vni);
/// let mut text = String::new();
/// decoder.decode(b"Tie\xe1ng Vie", &mut text);
/// decoder.decode(b"\xe4t", &mut text);
/// decoder.finish(&mut text);
/// assert_eq!(text, "Tiếng Việt");
/// assert!(decoder.take_unmappable().is_empty());
/// ```
#[derive(Debug)]
pub struct Decoder {
    encoding: Encoding,
    composer: Composer,
    viqr: Viqr,
    /// Bytes of a character that the last chunk cut.
    carry: Vec<u8>,
    /// The first half of a pair in UTF-16, with its offset.
    high: Option<(u64, u16)>,
    offset: u64,
    line: u64,
    unmappable: Vec<Unmappable>,
}

impl Decoder {
    /// Starts at the beginning of a text, after its byte order mark if it has one.
    #[must_use]
    pub fn new(encoding: Encoding) -> Decoder {
        Decoder::at(encoding, 0)
    }

    /// Starts with the byte `offset` of a text: the length of its byte order mark.
    #[must_use]
    pub fn at(encoding: Encoding, offset: u64) -> Decoder {
        Decoder {
            encoding,
            composer: Composer::default(),
            viqr: Viqr::default(),
            carry: Vec::new(),
            high: None,
            offset,
            line: 1,
            unmappable: Vec::new(),
        }
    }

    /// Decodes the next bytes and appends what is certain to `out`.
    pub fn decode(&mut self, bytes: &[u8], out: &mut String) {
        match self.encoding {
            Encoding::Utf8 | Encoding::Viqr => self.utf8(bytes, out),
            Encoding::Utf16 | Encoding::Utf16Le => self.utf16(bytes, u16::from_le_bytes, out),
            Encoding::Utf16Be => self.utf16(bytes, u16::from_be_bytes, out),
            Encoding::Vni => self.vni(bytes, out),
            _ => self.single_bytes(bytes, out),
        }
    }

    /// Appends what was held back. The next call of [`decode`](Decoder::decode) goes on as if in
    /// the same text.
    pub fn finish(&mut self, out: &mut String) {
        let carry = std::mem::take(&mut self.carry);
        if let Some((offset, unit)) = self.high.take() {
            self.replace_at(offset, unit, out);
        }
        if let Some(&first) = carry.first() {
            self.replace_at(self.offset - carry.len() as u64, u16::from(first), out);
        }
        self.viqr.finish(&mut self.composer, out);
        self.composer.flush(out);
    }

    /// Returns the bytes that meant nothing since the last call.
    pub fn take_unmappable(&mut self) -> Vec<Unmappable> {
        std::mem::take(&mut self.unmappable)
    }

    fn single_bytes(&mut self, bytes: &[u8], out: &mut String) {
        let (high, controls): (&[char; 128], &[(u8, char)]) = match self.encoding {
            Encoding::Windows1258 => (&tables::WINDOWS_1258, &[]),
            Encoding::Viscii => (&tables::VISCII, tables::VISCII_CONTROLS),
            Encoding::Vps => (&tables::VPS, tables::VPS_CONTROLS),
            Encoding::Tcvn3 | Encoding::Tcvn3Capitals => (&tables::TCVN, tables::TCVN_CONTROLS),
            _ => (&tables::WINDOWS_1252, &[]),
        };
        for &byte in bytes {
            let character = match byte {
                0x20..0x80 | b'\n' | b'\r' | b'\t' => char::from(byte),
                0x80.. => high.get(usize::from(byte - 0x80)).copied().unwrap_or(NONE),
                _ => {
                    let capital = controls.iter().find(|(code, _)| *code == byte);
                    capital.map_or(char::from(byte), |(_, capital)| *capital)
                }
            };
            self.offset += 1;
            if character == NONE {
                self.replace_at(self.offset - 1, u16::from(byte), out);
                continue;
            }
            self.line += u64::from(byte == b'\n');
            if self.encoding == Encoding::Tcvn3Capitals {
                for capital in character.to_uppercase() {
                    self.composer.push(capital, Case::Given, out);
                }
            } else {
                let case = self.case(byte, character);
                self.composer.push(character, case, out);
            }
        }
    }

    /// Says whether a code stands for a small letter and for its capital: the capital is missing, or
    /// it stands among the control codes, where many programs would not write it.
    fn case(&self, byte: u8, letter: char) -> Case {
        let controls = match self.encoding {
            // The letters with tones, which begin at à.
            Encoding::Tcvn3 if byte >= 0xb5 && letter.is_lowercase() => return Case::Open,
            Encoding::Viscii => tables::VISCII_CONTROLS,
            Encoding::Vps => tables::VPS_CONTROLS,
            _ => return Case::Given,
        };
        let mut capitals = letter.to_uppercase();
        let capital = capitals.next();
        let among_controls = controls.iter().any(|(_, known)| Some(*known) == capital);
        match byte >= 0x80 && Some(letter) != capital && among_controls {
            true => Case::Open,
            false => Case::Given,
        }
    }

    fn vni(&mut self, bytes: &[u8], out: &mut String) {
        for &byte in bytes {
            self.offset += 1;
            match vni::read(byte, self.composer.last()) {
                Vni::Letter(letter) => {
                    self.line += u64::from(byte == b'\n');
                    self.composer.push(letter, Case::Given, out);
                }
                Vni::Marks(marks) => {
                    for &mark in marks {
                        self.composer.push(mark, Case::Given, out);
                    }
                }
                Vni::Nothing => self.replace_at(self.offset - 1, u16::from(byte), out),
            }
        }
    }

    fn utf8(&mut self, bytes: &[u8], out: &mut String) {
        self.carry.extend_from_slice(bytes);
        self.offset += bytes.len() as u64;
        let joined = std::mem::take(&mut self.carry);
        let mut begin = self.offset - joined.len() as u64;
        let mut chunks = joined.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.text(chunk.valid(), out);
            begin += chunk.valid().len() as u64;
            let invalid = chunk.invalid();
            // The end may be a character whose rest is in the next chunk.
            if chunks.peek().is_none() && is_cut(invalid) {
                self.carry = invalid.to_vec();
                return;
            }
            if let Some(&first) = invalid.first() {
                self.replace_at(begin, u16::from(first), out);
            }
            begin += invalid.len() as u64;
        }
    }

    /// Takes text that is UTF-8 as it is, or as VIQR.
    fn text(&mut self, text: &str, out: &mut String) {
        self.line += text.bytes().filter(|byte| *byte == b'\n').count() as u64;
        if self.encoding == Encoding::Viqr {
            for character in text.chars() {
                self.viqr.push(character, &mut self.composer, out);
            }
        } else {
            out.push_str(text);
        }
    }

    fn utf16(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16, out: &mut String) {
        for &byte in bytes {
            self.offset += 1;
            self.carry.push(byte);
            let Some(&pair) = self.carry.first_chunk::<2>() else {
                continue;
            };
            self.carry.clear();
            self.unit(unit(pair), out);
        }
    }

    fn unit(&mut self, unit: u16, out: &mut String) {
        let offset = self.offset - 2;
        if let Some((at, high)) = self.high.take() {
            if let Some(Ok(character)) = char::decode_utf16([high, unit]).next() {
                out.push(character);
                return;
            }
            self.replace_at(at, high, out);
        }
        match char::decode_utf16([unit]).next() {
            Some(Ok(character)) => {
                self.line += u64::from(character == '\n');
                out.push(character);
            }
            _ if (0xd800..0xdc00).contains(&unit) => self.high = Some((offset, unit)),
            _ => self.replace_at(offset, unit, out),
        }
    }

    fn replace_at(&mut self, offset: u64, value: u16, out: &mut String) {
        self.unmappable.push(Unmappable {
            offset,
            line: self.line,
            value,
        });
        match self.encoding {
            Encoding::Utf8 | Encoding::Utf16 | Encoding::Utf16Le | Encoding::Utf16Be => {
                out.push(NONE);
            }
            Encoding::Viqr => self.viqr.push(NONE, &mut self.composer, out),
            _ => self.composer.push(NONE, Case::Given, out),
        }
    }
}

/// Says whether `bytes`, which are no UTF-8, could become a character by more bytes.
fn is_cut(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}
