//! Finding all words of a query in a sequence, in one pass.

use vietsearch_text::Syllable;
use wide::{CmpEq, CmpGt, CmpLt, i16x8};

use super::sequence::{
    FORM, KEY_HIGH, KEY_LOW, LEAD_END, SENTENCE_END, Sequence, TITLE_END, UNMARKED, form_unit,
    key_units, word_key,
};
use crate::SENTENCE_GAP;
use crate::schema::Region;

/// A place where a pattern is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Words before it in the region, and [`SENTENCE_GAP`] more for each sentence that has ended.
    pub position: u32,
    /// Where it stands.
    pub region: Region,
    /// The number that the pattern was added with.
    pub number: u32,
    /// Which unit of the sequence it is, from 0.
    pub unit: u32,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern<'a> {
    /// A word by its canonical form.
    Exact(&'a str),
    /// All words with an index key.
    Folded(&'a str),
    /// A word by its canonical form, where it is open to marks: every bare word in an article that
    /// is written without marks, words that are no syllables in any.
    Open(&'a str),
}

/// What else must hold for a word with the right key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Nothing,
    /// The article is written without marks.
    Unmarked,
    /// The form is told by this unit; `None`: the form is the key.
    Form(Option<u16>),
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    test: Test,
    number: u32,
    /// The next entry with the same key, counted from 1; 0 if there is none.
    next: u32,
}

/// Units that are looked at together.
const BLOCK: usize = 16;
type Block = [[u8; 2]; BLOCK];
/// So many units that are looked for are compared one after the other, more are looked up.
const FEW: usize = 10;

/// A set of patterns to be found in any number of sequences.
///
/// Costs some kilobytes; a sequence costs a table lookup for each word, and some nanoseconds for
/// each that is found.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// A bit for each unit at which reading stops: syllables and first units of other words that
    /// are looked for, and the ends of regions and sentences.
    stops: Box<[u64; 1024]>,
    /// The syllables and first units among them, if they are few.
    few: Option<Vec<u16>>,
    /// Keys and their first entries counted from 1, hashed; 0 where free.
    slots: Vec<(u32, u32)>,
    entries: Vec<Entry>,
    keys: usize,
}

impl Default for Matcher {
    fn default() -> Self {
        let mut stops = Box::new([0; 1024]);
        for end in UNMARKED..=SENTENCE_END {
            if let Some(bits) = stops.get_mut(usize::from(end >> 6)) {
                *bits |= 1_u64 << (end & 63);
            }
        }
        Self {
            stops,
            few: Some(Vec::new()),
            slots: vec![(0, 0); 64],
            entries: Vec::new(),
            keys: 0,
        }
    }
}

impl Matcher {
    /// Adds a pattern; its occurrences have the number.
    pub fn add(&mut self, pattern: Pattern<'_>, number: u32) {
        match pattern {
            Pattern::Exact(form) => self.add_form(form, number, false),
            Pattern::Open(form) => self.add_form(form, number, true),
            Pattern::Folded(key) => {
                for syllable in with_index_key(key) {
                    self.insert(u32::from(syllable.id()), Test::Nothing, number);
                }
                self.insert(word_key(key_units(key)), Test::Nothing, number);
            }
        }
    }

    fn add_form(&mut self, form: &str, number: u32, open: bool) {
        if let Some(syllable) = syllable(form) {
            let test = if open { Test::Unmarked } else { Test::Nothing };
            // A syllable with a mark is open nowhere.
            if !open || syllable.as_str() == syllable.folded() {
                self.insert(u32::from(syllable.id()), test, number);
            }
            return;
        }
        let key = vietsearch_text::fold(form);
        let told = (key != form).then(|| form_unit(form));
        self.insert(word_key(key_units(&key)), Test::Form(told), number);
    }

    fn insert(&mut self, key: u32, test: Test, number: u32) {
        let unit = match key >> 16 {
            0 => key,
            first => first,
        };
        if let Some(bits) = self.stops.get_mut(unit as usize >> 6) {
            *bits |= 1 << (unit & 63);
        }
        let unit = unit as u16;
        if let Some(few) = self.few.as_mut().filter(|few| !few.contains(&unit)) {
            few.push(unit);
            if few.len() > FEW {
                self.few = None;
            }
        }
        if self.keys * 2 >= self.slots.len() {
            self.grow();
        }
        self.entries.push(Entry {
            test,
            number,
            next: 0,
        });
        let added = self.entries.len() as u32;
        let place = self.place(key);
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        if slot.1 == 0 {
            *slot = (key, added);
            self.keys += 1;
            return;
        }
        // At the end of the list, so that patterns are met in the order in which they were added.
        let mut at = slot.1;
        while let Some(entry) = self.entries.get_mut(at as usize - 1) {
            if entry.next == 0 {
                entry.next = added;
                return;
            }
            at = entry.next;
        }
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![(0, 0); old.len() * 2];
        for (key, entry) in old {
            if entry != 0 {
                let place = self.place(key);
                if let Some(slot) = self.slots.get_mut(place) {
                    *slot = (key, entry);
                }
            }
        }
    }

    /// The place of a key, or the free place for it.
    #[inline]
    fn place(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut place = (key.wrapping_mul(0x9E37_79B9) >> 16) as usize & mask;
        while let Some((known, entry)) = self.slots.get(place) {
            if *known == key || *entry == 0 {
                break;
            }
            place = (place + 1) & mask;
        }
        place
    }

    #[inline]
    fn entry_of(&self, key: u32) -> u32 {
        match self.slots.get(self.place(key)) {
            Some((known, entry)) if *known == key => *entry,
            _ => 0,
        }
    }

    /// A bit for each unit of a block at which reading stops, and for each that begins a word.
    #[inline]
    fn masks(&self, block: &Block) -> (u32, u32) {
        let units = block.map(i16::from_le_bytes);
        let (halves, _) = units.as_chunks::<{ BLOCK / 2 }>();
        let (mut stops, mut begins) = (0, 0);
        for (half, place) in halves.iter().zip([0, BLOCK / 2]) {
            // Compared as signed numbers, keys are negative.
            let half = i16x8::from(*half);
            let syllable = half.cmp_gt(i16x8::splat(-1)) & half.cmp_lt(i16x8::splat(FORM as i16));
            let key = half.cmp_lt(i16x8::splat(KEY_LOW as i16));
            begins |= ((syllable | key).move_mask() as u32) << place;
            if let Some(few) = &self.few {
                let mut stop = half.cmp_gt(i16x8::splat(UNMARKED as i16 - 1));
                for unit in few {
                    stop |= half.cmp_eq(i16x8::splat(*unit as i16));
                }
                stops |= (stop.move_mask() as u32) << place;
            }
        }
        if self.few.is_none() {
            for (place, unit) in units.into_iter().enumerate() {
                let unit = unit as u16;
                let bits = self.stops.get(usize::from(unit >> 6)).copied();
                stops |= ((bits.unwrap_or(0) >> (unit & 63)) as u32 & 1) << place;
            }
        }
        (stops, begins)
    }

    /// Finds all occurrences in order of region and position; those of several patterns at one
    /// place in the order in which the patterns were added. Returns the number of words of title,
    /// lead and body.
    pub fn find(&self, sequence: Sequence<'_>, mut found: impl FnMut(Occurrence)) -> [u32; 3] {
        let mut lengths = [0_u32; 3];
        let mut region = Region::Title;
        let mut words = 0_u32;
        let mut gaps = 0_u32;
        let mut unmarked = false;
        let (pairs, _) = sequence.as_bytes().as_chunks::<2>();
        let unit_at = |at: usize| pairs.get(at).map(|pair| u16::from_le_bytes(*pair));
        let (blocks, rest) = pairs.as_chunks::<BLOCK>();
        let mut last: Block = [u16::MAX.to_le_bytes(); BLOCK];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        for (number, block) in blocks.iter().chain([&last]).enumerate() {
            let (mut stops, mut begins) = self.masks(block);
            while stops != 0 {
                let place = stops.trailing_zeros();
                stops &= stops - 1;
                let before = (1 << place) - 1;
                words += (begins & before).count_ones();
                begins &= !before;
                let at = number * BLOCK + place as usize;
                let Some(unit) = unit_at(at) else { break };
                let mut report = |key: u32, told: Option<u16>| {
                    self.report(key, told, unmarked, &mut |number| {
                        found(Occurrence {
                            position: words + gaps,
                            region,
                            number,
                            unit: at as u32,
                        });
                    });
                };
                match unit {
                    ..FORM => report(u32::from(unit), None),
                    KEY_HIGH.. => {
                        let low = unit_at(at + 1).filter(|low| *low >= KEY_LOW);
                        let told = unit_at(at + 1 + usize::from(low.is_some()));
                        let told = told.filter(|unit| (FORM..UNMARKED).contains(unit));
                        report(word_key([unit, low.unwrap_or(0)]), told);
                    }
                    SENTENCE_END => gaps = gaps.saturating_add(SENTENCE_GAP as u32),
                    TITLE_END | LEAD_END => {
                        if let Some(length) = lengths.get_mut(region as usize) {
                            *length = words;
                        }
                        region = match unit {
                            TITLE_END => Region::Lead,
                            _ => Region::Body,
                        };
                        words = 0;
                        gaps = 0;
                    }
                    UNMARKED => unmarked = true,
                    _ => {}
                }
            }
            words += begins.count_ones();
        }
        if let Some(length) = lengths.get_mut(region as usize) {
            *length = words;
        }
        lengths
    }

    #[inline]
    fn report(&self, key: u32, told: Option<u16>, unmarked: bool, found: &mut impl FnMut(u32)) {
        let mut at = self.entry_of(key);
        while let Some(entry) = at
            .checked_sub(1)
            .and_then(|index| self.entries.get(index as usize))
        {
            let holds = match entry.test {
                Test::Nothing => true,
                Test::Unmarked => unmarked,
                Test::Form(form) => told == form,
            };
            if holds {
                found(entry.number);
            }
            at = entry.next;
        }
    }
}

/// The syllable of a canonical form.
fn syllable(form: &str) -> Option<Syllable> {
    let syllable: Syllable = form.parse().ok()?;
    (syllable.as_str() == form).then_some(syllable)
}

/// All syllables with an index key.
fn with_index_key(key: &str) -> impl Iterator<Item = Syllable> + '_ {
    // The key has i where the spelling may have y.
    let written_y = key.match_indices('i').map(|(at, _)| {
        let (before, after) = (key.get(..at).unwrap_or(""), key.get(at + 1..).unwrap_or(""));
        format!("{before}y{after}")
    });
    let spellings = std::iter::once(key.to_string()).chain(written_y);
    let syllables = spellings.flat_map(|folded| Syllable::with_folded(&folded).collect::<Vec<_>>());
    syllables.filter(move |syllable| syllable.index_key() == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::SequenceWriter;
    use proptest::prelude::*;
    use vietsearch_text::Scanner;

    fn written(regions: [&str; 3], unmarked: bool) -> Vec<u8> {
        let mut writer = SequenceWriter::default();
        let mut scanner = Scanner::new();
        for (number, text) in regions.into_iter().enumerate() {
            let mut tokens = scanner.scan(text);
            while let Some(token) = tokens.next() {
                writer.push(&token);
            }
            match number {
                0 => writer.end_title(),
                1 => writer.end_lead(),
                _ => {}
            }
        }
        writer.finish(unmarked)
    }

    fn find(patterns: &[Pattern<'_>], bytes: &[u8]) -> Vec<(u32, Region, u32)> {
        let mut matcher = Matcher::default();
        for (number, pattern) in patterns.iter().enumerate() {
            matcher.add(*pattern, number as u32);
        }
        let mut found = Vec::new();
        matcher.find(Sequence::new(bytes), |occurrence| {
            found.push((occurrence.position, occurrence.region, occurrence.number));
        });
        found
    }

    #[test]
    fn places_and_regions() {
        let bytes = written(["Hà Nội", "Đăk Lăk.", "Ở Hà Nội. Hà nội đâu"], false);
        let patterns = [
            Pattern::Exact("hà"),
            Pattern::Folded("noi"),
            Pattern::Exact("đăk"),
        ];
        let expected = [
            (0, Region::Title, 0),
            (1, Region::Title, 1),
            (0, Region::Lead, 2),
            (1, Region::Body, 0),
            (2, Region::Body, 1),
            (3 + SENTENCE_GAP as u32, Region::Body, 0),
            (4 + SENTENCE_GAP as u32, Region::Body, 1),
        ];
        assert_eq!(find(&patterns, &bytes), expected);
    }

    #[test]
    fn twins_have_one_key_and_open_places_are_told() {
        let bytes = written(["", "", "kỹ kĩ ky Dak đăk"], false);
        let positions = |pattern| -> Vec<u32> {
            let found = find(&[pattern], &bytes);
            found.into_iter().map(|(position, ..)| position).collect()
        };
        assert_eq!(positions(Pattern::Folded("ki")), [0, 1, 2]);
        assert_eq!(positions(Pattern::Exact("kỹ")), [0]);
        assert_eq!(positions(Pattern::Open("ky")), [0_u32; 0]);
        assert_eq!(positions(Pattern::Open("dak")), [3]);
        assert_eq!(positions(Pattern::Folded("dak")), [3, 4]);
        let unmarked = written(["", "", "ky thuat"], true);
        assert_eq!(
            find(&[Pattern::Open("ky")], &unmarked),
            [(0, Region::Body, 0)]
        );
    }

    #[test]
    fn every_index_key_has_its_syllables() {
        for syllable in Syllable::all() {
            assert!(with_index_key(syllable.index_key()).any(|other| other == syllable));
        }
    }

    proptest! {
        /// A matcher finds what a look at every word finds.
        #[test]
        fn equals_a_look_at_every_word(
            text in "(hà|nội|ha|noi|kỹ|ky|Đăk|dak|2024|đường|duong|\\. A|Paris| |, ){0,40}",
            unmarked in proptest::bool::ANY,
            wanted in 1_usize..28,
        ) {
            let bytes = written(["", "", &text], unmarked);
            let forms = ["hà", "ha", "kỹ", "ky", "đăk", "dak", "duong", "paris", "2024"];
            let mut patterns = Vec::new();
            for form in forms {
                patterns.extend([Pattern::Exact(form), Pattern::Open(form), Pattern::Folded(form)]);
            }
            patterns.rotate_left(wanted % 5);
            patterns.truncate(wanted);
            let mut expected = Vec::new();
            let mut scanner = Scanner::new();
            let mut tokens = scanner.scan(&text);
            let mut count = 0;
            while let Some(token) = tokens.next() {
                for (number, pattern) in patterns.iter().enumerate() {
                    let met = match pattern {
                        Pattern::Exact(form) => token.form == *form,
                        Pattern::Folded(key) => token.index_key() == *key,
                        Pattern::Open(form) => token.form == *form
                            && (token.syllable.is_none() || (unmarked && token.is_bare())),
                    };
                    if met {
                        expected.push((count + token.sentence * SENTENCE_GAP as u32, Region::Body, number as u32));
                    }
                }
                count += 1;
            }
            prop_assert_eq!(find(&patterns, &bytes), expected);
        }
    }
}
