//! The written syllable (tiếng) as a number of 16 bits.
//!
//! Vietnamese orthography is a closed system: an onset, a rime and one of six tones. [`Syllable`]
//! numbers every well-formed one, so that lexicons, segmenters and language models work on `u16`
//! instead of strings. Spellings come from tables that are generated from `grammar.rs`.

#[expect(dead_code, reason = "the table generator uses the rest of the grammar")]
mod grammar;
mod tables;
mod tone;

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use crate::letter::{self, Spelling};

pub(crate) use grammar::{LETTER_BITS, LETTERS, MAX_LETTERS};
pub use tone::Tone;

/// Tones per base in the tables.
const TONES: u16 = 6;
/// No syllable has a greater number.
#[cfg(feature = "data")]
pub(crate) const MAX_ID: u16 = tables::BASE_COUNT as u16 * TONES;
/// The low bits of a table slot that hold the spelling key.
const KEY_MASK: u64 = (1 << 36) - 1;
/// The bits of a slot's last byte that tell the length of its text.
const LENGTH: u8 = 0x0F;
/// Flag in the last byte of a slot of `FOLDED`: the index key may differ.
const KEY_DIFFERS: u8 = 0x40;
/// Flag in `PARTS`: the rime ends in a stop.
const STOP: u8 = 1;
/// Flag in `PARTS`: y is also written i.
const Y_IS_I: u8 = 2;

/// A well-formed written syllable: onset × rime × tone, in 16 bits.
///
/// Two spellings of one syllable are one value: `hòa` and `hoà`, composed and decomposed, upper
/// and lower case. Order is that of the numbers, which group syllables by folded spelling.
///
/// # Examples
///
/// ```
/// use vietsearch_text::Syllable;
///
/// let syllable: Syllable = "Hoà".parse()?;
/// assert_eq!(syllable.as_str(), "hòa");
/// assert_eq!(syllable.folded(), "hoa");
/// assert!("web".parse::<Syllable>().is_err());
/// # Ok::<(), vietsearch_text::NoSyllable>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable(NonZeroU16);

impl Syllable {
    /// The number, from 1. Stable within a version of the library's tables, not across versions.
    #[must_use]
    pub fn id(self) -> u16 {
        self.0.get()
    }

    /// The syllable of a number that [`id`](Self::id) gave; `None` for a number without syllable.
    #[must_use]
    pub fn from_id(id: u16) -> Option<Self> {
        let syllable = Self(NonZeroU16::new(id)?);
        let base = syllable.base();
        if usize::from(base) >= tables::BASE_COUNT || !allows(base, syllable.tone_number()) {
            return None;
        }
        Some(syllable)
    }

    /// All syllables in order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=u16::MAX).filter_map(Self::from_id)
    }

    /// The canonical spelling: NFC, lower case, tone placed as newspapers place it (`hòa`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let index = usize::from(self.0.get() - 1);
        entry(tables::CANONICAL, index, tables::CANONICAL_STRIDE)
    }

    /// The spelling without any mark: `đường` → `duong`.
    #[must_use]
    pub fn folded(self) -> &'static str {
        entry(
            tables::FOLDED,
            usize::from(self.base()),
            tables::FOLDED_STRIDE,
        )
    }

    /// The folded spelling as an index key: like [`folded`](Self::folded), but `y` is `i` where
    /// both are written for one word (`kỹ` = `kĩ`, `quýt` = `quít`, never `thy` = `thi`).
    #[must_use]
    pub fn index_key(self) -> &'static str {
        let folded = self.folded();
        match self.i_twin() {
            Some(twin) => twin.folded(),
            None => folded,
        }
    }

    /// Appends the canonical spelling to `text`.
    ///
    /// Copies a constant number of bytes, which is several times faster than
    /// `text.push_str(self.as_str())`: a copy of a few bytes costs less than to choose how to copy
    /// them. The same holds for the other functions of this kind.
    ///
    /// ```
    /// use vietsearch_text::Syllable;
    ///
    /// let mut text = String::from("thành phố ");
    /// "hoà".parse::<Syllable>()?.push_to(&mut text);
    /// assert_eq!(text, "thành phố hòa");
    /// # Ok::<(), vietsearch_text::NoSyllable>(())
    /// ```
    #[inline]
    pub fn push_to(self, text: &mut String) {
        let index = usize::from(self.0.get() - 1);
        push_entry::<{ tables::CANONICAL_STRIDE }>(tables::CANONICAL, index, text);
    }

    /// Appends the [folded](Self::folded) spelling to `text`.
    #[inline]
    pub fn push_folded_to(self, text: &mut String) {
        push_entry::<{ tables::FOLDED_STRIDE }>(tables::FOLDED, usize::from(self.base()), text);
    }

    /// Appends the [index key](Self::index_key) to `text`.
    #[inline]
    pub fn push_index_key_to(self, text: &mut String) {
        let base = usize::from(self.base());
        let mark = push_entry::<{ tables::FOLDED_STRIDE }>(tables::FOLDED, base, text);
        if mark & KEY_DIFFERS != 0 {
            text.truncate(text.len() - self.folded().len());
            text.push_str(self.index_key());
        }
    }

    /// The other spelling of a syllable that is written with y or with i: `kỹ` ↔ `kĩ`.
    ///
    /// Only where y or i is the whole rime after h, k, l, m, s, t, qu, and `vỹ`/`vĩ`,
    /// `quýt`/`quít`.
    ///
    /// ```
    /// use vietsearch_text::Syllable;
    ///
    /// let twin = |text: &str| text.parse::<Syllable>().ok()?.spelling_twin();
    /// assert_eq!(twin("kỹ").map(Syllable::as_str), Some("kĩ"));
    /// assert_eq!(twin("mì").map(Syllable::as_str), Some("mỳ"));
    /// assert_eq!(twin("thy"), None);
    /// assert_eq!(twin("tay"), None);
    /// ```
    #[must_use]
    pub fn spelling_twin(self) -> Option<Self> {
        if let Some(twin) = self.i_twin() {
            return Some(twin);
        }
        let written_i = match self.rime() {
            "i" => "y",
            "it" => "yt",
            _ => return None,
        };
        let onset = self.onset();
        let twin = Self::from_parts(onset, written_i, self.tone())?;
        (twin.i_twin() == Some(self)).then_some(twin)
    }

    /// The spelling with i of a syllable that is spelled with y.
    fn i_twin(self) -> Option<Self> {
        if part(self.base(), 2) & Y_IS_I == 0 {
            return None;
        }
        // Of all syllables in v only vỹ has the twin: Vy is a name, vi is not.
        if self.onset() == "v" && self.tone() != Tone::Nga {
            return None;
        }
        let base = self.base();
        let (_, twin) = tables::I_TWINS.iter().find(|(y, _)| *y == base)?;
        make(*twin, self.tone_number())
    }

    /// The syllable of an onset, a rime (both as [`onset`](Self::onset) and [`rime`](Self::rime)
    /// give them) and a tone, if the orthography has it.
    #[must_use]
    pub fn from_parts(onset: &str, rime: &str, tone: Tone) -> Option<Self> {
        let mut spelling = Spelling::default();
        for character in grammar::spell(onset, rime)?.chars() {
            spelling.push(letter::packed(character));
        }
        if grammar::is_lone_gia(onset, rime) {
            return make(tables::LONE_GIA, tone.number());
        }
        let (base, _) = find(&tables::SPELLINGS, spelling.key)?;
        make(base & 0x1FFF, tone.number())
    }

    /// The onset (phụ âm đầu) as spelled before other rimes: `ngh`, `qu`, `gi`; empty for none.
    #[must_use]
    pub fn onset(self) -> &'static str {
        grammar::ONSETS
            .get(usize::from(part(self.base(), 0)))
            .copied()
            .unwrap_or("")
    }

    /// The rime (vần) without tone: `ương`, `iêng`.
    #[must_use]
    pub fn rime(self) -> &'static str {
        tables::RIMES
            .get(usize::from(part(self.base(), 1)))
            .copied()
            .unwrap_or("")
    }

    /// The tone (thanh).
    #[must_use]
    pub fn tone(self) -> Tone {
        Tone::from_number(self.tone_number())
    }

    /// The same onset and rime with another tone; `None` if the rime does not bear it.
    #[must_use]
    pub fn with_tone(self, tone: Tone) -> Option<Self> {
        make(self.base(), tone.number())
    }

    /// All syllables with the given folded spelling (`duong` → duông … đượng), in order of their
    /// numbers; nothing if there is none. No allocation.
    ///
    /// ```
    /// use vietsearch_text::Syllable;
    ///
    /// assert!(Syllable::with_folded("duong").any(|syllable| syllable.as_str() == "đường"));
    /// assert_eq!(Syllable::with_folded("economist").count(), 0);
    /// ```
    pub fn with_folded(folded: &str) -> impl Iterator<Item = Self> + use<> {
        let mut spelling = Spelling::default();
        for character in folded.chars() {
            spelling.push(letter::packed(character));
        }
        let group = spelling
            .fits()
            .then(|| find(&tables::FOLDED_GROUPS, spelling.key))
            .flatten();
        let (start, count) = group.map_or((0, 0), |(start, rest)| (start & 0x1FFF, rest));
        (start..start + count).flat_map(|base| (0..6).filter_map(move |tone| make(base, tone)))
    }

    /// Reads the letters of one word.
    #[inline]
    pub(crate) fn from_spelling(spelling: &Spelling) -> Option<Self> {
        if !spelling.fits() {
            return None;
        }
        let (value, _) = find(&tables::SPELLINGS, spelling.key)?;
        let base = value & 0x1FFF;
        let stop = value >> 13 != 0;
        if stop && !matches!(spelling.tone, 1 | 5) {
            return None;
        }
        if base == tables::GIA && spelling.tone == 5 && spelling.tone_letter == 1 {
            return make(tables::LONE_GIA, 5);
        }
        Some(Self(
            NonZeroU16::MIN.saturating_add(base * TONES + u16::from(spelling.tone)),
        ))
    }

    fn base(self) -> u16 {
        (self.0.get() - 1) / TONES
    }

    fn tone_number(self) -> u8 {
        ((self.0.get() - 1) % TONES) as u8
    }
}

/// Whether a base bears a tone: stops bear sắc and nặng only, `gịa` nặng only.
fn allows(base: u16, tone: u8) -> bool {
    if base == tables::LONE_GIA {
        return tone == 5;
    }
    part(base, 2) & STOP == 0 || matches!(tone, 1 | 5)
}

fn make(base: u16, tone: u8) -> Option<Syllable> {
    let id = base
        .checked_mul(TONES)?
        .checked_add(u16::from(tone))?
        .checked_add(1)?;
    allows(base, tone).then_some(Syllable(NonZeroU16::new(id)?))
}

fn part(base: u16, index: usize) -> u8 {
    tables::PARTS
        .get(usize::from(base))
        .and_then(|parts| parts.get(index))
        .copied()
        .unwrap_or(0)
}

/// The text of a slot: `stride` bytes, the last of which tells the length.
#[inline]
fn entry(table: &'static str, index: usize, stride: usize) -> &'static str {
    let start = index * stride;
    let length = table
        .as_bytes()
        .get(start + stride - 1)
        .map_or(0, |byte| byte & LENGTH);
    table.get(start..start + usize::from(length)).unwrap_or("")
}

/// Appends the text of a slot; returns the byte that tells its length.
#[inline]
fn push_entry<const STRIDE: usize>(table: &'static str, index: usize, text: &mut String) -> u8 {
    let start = index * STRIDE;
    let Some(slot) = table.get(start..start + STRIDE) else {
        return 0;
    };
    let mark = slot.as_bytes().last().copied().unwrap_or(0);
    let end = text.len() + usize::from(mark & LENGTH);
    text.push_str(slot);
    text.truncate(end);
    mark
}

/// Finds a key in an open-addressing table; the value's low 16 bits and what lies above bit 13.
#[inline]
fn find<const N: usize>(slots: &'static [u64; N], key: u64) -> Option<(u16, u16)> {
    let shift = 64 - N.trailing_zeros();
    let mut slot = (key.wrapping_mul(tables::HASH_MULTIPLIER) >> shift) as usize;
    loop {
        let value = *slots.get(slot & (N - 1))?;
        if value & KEY_MASK == key {
            let value = (value >> 36) as u32;
            return (key != 0).then_some((value as u16, (value >> 13) as u16));
        }
        if value == 0 {
            return None;
        }
        slot += 1;
    }
}

impl fmt::Display for Syllable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Syllable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Syllable({})", self.as_str())
    }
}

/// The error of parsing a text that is not exactly one well-formed syllable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSyllable;

impl fmt::Display for NoSyllable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not one well-formed Vietnamese syllable")
    }
}

impl std::error::Error for NoSyllable {}

impl FromStr for Syllable {
    type Err = NoSyllable;

    /// Reads any normal form, mark order, case and tone placement, and repairs misplaced tones
    /// and missing horns as the scanner does.
    fn from_str(text: &str) -> Result<Self, NoSyllable> {
        let mut scanner = crate::scan::Scanner::new();
        let mut tokens = scanner.scan(text);
        let token = tokens.next().ok_or(NoSyllable)?;
        let whole = token.start == 0 && token.end == text.len();
        token.syllable.filter(|_| whole).ok_or(NoSyllable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<&'static str> {
        text.parse().ok().map(Syllable::as_str)
    }

    #[test]
    fn every_number_round_trips_through_its_spelling() {
        let mut count = 0;
        for syllable in Syllable::all() {
            assert_eq!(syllable.as_str().parse(), Ok(syllable), "{syllable}");
            assert_eq!(Syllable::from_id(syllable.id()), Some(syllable));
            let parts = Syllable::from_parts(syllable.onset(), syllable.rime(), syllable.tone());
            assert_eq!(parts, Some(syllable), "{syllable}");
            count += 1;
        }
        assert_eq!(count, 17_747);
    }

    #[test]
    fn folded_groups_hold_exactly_their_syllables() {
        for syllable in Syllable::all() {
            assert!(Syllable::with_folded(syllable.folded()).any(|other| other == syllable));
            assert!(syllable.folded().is_ascii());
        }
        for syllable in Syllable::with_folded("tieng") {
            assert_eq!(syllable.folded(), "tieng");
        }
    }

    #[test]
    fn appends_what_it_gives() {
        for syllable in Syllable::all() {
            let mut text = String::from("ở ");
            syllable.push_to(&mut text);
            syllable.push_folded_to(&mut text);
            syllable.push_index_key_to(&mut text);
            let parts = [syllable.as_str(), syllable.folded(), syllable.index_key()];
            assert_eq!(text, format!("ở {}", parts.concat()));
        }
    }

    #[test]
    fn repairs_tones_and_horns() {
        for (written, expected) in [
            ("hoà", "hòa"),
            ("thuỳên", "thuyền"),
            ("vịêt", "việt"),
            ("tóan", "toán"),
            ("nứơc", "nước"),
            ("qúy", "quý"),
            ("gía", "giá"),
            ("gịa", "gịa"),
            ("giạ", "giạ"),
            ("gì", "gì"),
            ("gìn", "gìn"),
            ("giếng", "giếng"),
            ("nguời", "người"),
            ("ngưòi", "người"),
            ("đựơc", "được"),
            ("thuơng", "thương"),
            ("thưở", "thuở"),
            ("huơ", "huơ"),
            ("quở", "quở"),
            ("khuỷu", "khuỷu"),
        ] {
            assert_eq!(parse(written), Some(expected), "{written}");
        }
    }

    #[test]
    fn twins_are_symmetric() {
        for syllable in Syllable::all() {
            if let Some(twin) = syllable.spelling_twin() {
                assert_eq!(twin.spelling_twin(), Some(syllable), "{syllable} {twin}");
                assert_eq!(twin.index_key(), syllable.index_key());
            }
        }
    }
}
