//! Every syllable through every encoding, by encoders that are written from the definitions of the
//! encodings and not from the tables of the decoders.

use std::collections::HashMap;
use std::path::Path;

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::Syllable;

/// The letter without marks, and its marks in the order shape, tone.
fn parts(letter: char) -> (char, Vec<char>) {
    let mut parts = std::iter::once(letter).nfd();
    let base = parts.next().unwrap();
    let mut marks: Vec<char> = parts.collect();
    marks.sort_by_key(|mark| !"\u{302}\u{306}\u{31b}".contains(*mark));
    (base, marks)
}

fn viqr(text: &str) -> Vec<u8> {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            'đ' => out.push_str("dd"),
            'Đ' => out.push_str("DD"),
            // A sign that is no mark has an escape before it, wherever it stands.
            '\'' | '`' | '?' | '~' | '.' | '^' | '(' | '+' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            'd' | 'D' => {
                // Two letters d in a row are no đ.
                if out.ends_with(['d', 'D']) {
                    out.push('\\');
                }
                out.push(letter);
            }
            _ => {
                let (base, marks) = parts(letter);
                out.push(base);
                out.extend(marks.iter().map(|mark| match mark {
                    '\u{302}' => '^',
                    '\u{306}' => '(',
                    '\u{31b}' => '+',
                    '\u{301}' => '\'',
                    '\u{300}' => '`',
                    '\u{309}' => '?',
                    '\u{303}' => '~',
                    '\u{323}' => '.',
                    other => panic!("{other:?}"),
                }));
            }
        }
    }
    out.into_bytes()
}

/// Letters with shapes have bytes of their own, tones are marks; the vowels of Latin 1 may be
/// written in one.
fn windows_1258(text: &str, one_byte: bool) -> Vec<u8> {
    let latin = "ÀÁÂÈÉÊÍÓÔÙÚàáâèéêíóôùú";
    let own = |letter: char| match letter {
        'Ă' => Some(0xc3),
        'ă' => Some(0xe3),
        'Đ' => Some(0xd0),
        'đ' => Some(0xf0),
        'Ơ' => Some(0xd5),
        'ơ' => Some(0xf5),
        'Ư' => Some(0xdd),
        'ư' => Some(0xfd),
        'Â' | 'Ê' | 'Ô' | 'â' | 'ê' | 'ô' => Some(letter as u8),
        _ if one_byte && latin.contains(letter) => Some(letter as u8),
        _ if letter.is_ascii() => Some(letter as u8),
        _ => None,
    };
    let mut out = Vec::new();
    for letter in text.chars() {
        if let Some(byte) = own(letter) {
            out.push(byte);
            continue;
        }
        let (base, mut marks) = parts(letter);
        let tone = marks.pop().unwrap();
        let shaped: String = std::iter::once(base).chain(marks).nfc().collect();
        out.push(own(shaped.chars().next().unwrap()).unwrap());
        out.push(match tone {
            '\u{300}' => 0xcc,
            '\u{309}' => 0xd2,
            '\u{303}' => 0xde,
            '\u{301}' => 0xec,
            '\u{323}' => 0xf2,
            other => panic!("{other:?}"),
        });
    }
    out
}

/// What a reader of the fonts sees when the bytes are shown as Latin 1, in the order ngang, sắc,
/// huyền, hỏi, ngã, nặng.
const VNI: [(char, &str); 12] = [
    ('a', "a aù aø aû aõ aï"),
    ('â', "aâ aá aà aå aã aä"),
    ('ă', "aê aé aè aú aü aë"),
    ('e', "e eù eø eû eõ eï"),
    ('ê', "eâ eá eà eå eã eä"),
    ('i', "i í ì æ ó ò"),
    ('o', "o où oø oû oõ oï"),
    ('ô', "oâ oá oà oå oã oä"),
    ('ơ', "ô ôù ôø ôû ôõ ôï"),
    ('u', "u uù uø uû uõ uï"),
    ('ư', "ö öù öø öû öõ öï"),
    ('y', "y yù yø yû yõ î"),
];

fn vni(text: &str) -> Vec<u8> {
    let mut table: HashMap<char, String> = HashMap::from([('đ', "ñ".to_owned())]);
    for (vowel, written) in VNI {
        let tones = ["", "\u{301}", "\u{300}", "\u{309}", "\u{303}", "\u{323}"];
        for (tone, written) in tones.iter().zip(written.split(' ')) {
            let letter: String = format!("{vowel}{tone}").nfc().collect();
            table.insert(letter.chars().next().unwrap(), written.to_owned());
        }
    }
    let mut out = Vec::new();
    for letter in text.chars() {
        let small = letter.to_lowercase().next().unwrap();
        let written = match table.get(&small) {
            Some(written) if letter == small => written.clone(),
            Some(written) => written.to_uppercase(),
            None => letter.to_string(),
        };
        out.extend(written.chars().map(|letter| letter as u8));
    }
    out
}

/// By the inverse of a table.
fn by_table(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    let mut codes: HashMap<char, u8> = HashMap::new();
    for byte in (0x80..=0xff).chain(0..0x20) {
        let decoded = encoding.decode(&[byte]).text;
        let mut letters = decoded.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            codes.entry(letter).or_insert(byte);
        }
    }
    let byte = |letter: char| match letter {
        ' '..='~' => Some(letter as u8),
        _ => codes.get(&letter).copied(),
    };
    text.chars().map(byte).collect()
}

fn encode(encoding: Encoding, text: &str) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16 | Encoding::Utf16Le => {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1258 => windows_1258(text, true),
        Encoding::Vni => vni(text),
        Encoding::Viqr => viqr(text),
        other => by_table(other, text).unwrap_or_else(|| panic!("{other}: {text}")),
    }
}

/// The encodings that have every Vietnamese letter.
fn complete() -> impl Iterator<Item = Encoding> {
    Encoding::all().filter(|encoding| *encoding != Encoding::Windows1252)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[test]
fn every_syllable_in_every_encoding() {
    let small: Vec<&str> = Syllable::all().map(Syllable::as_str).collect();
    let lines = |form: &dyn Fn(&str) -> String| -> String {
        let words: Vec<String> = small.iter().map(|word| form(word)).collect();
        words.join(" ")
    };
    let all_small = lines(&str::to_owned);
    let all_capital = lines(&str::to_uppercase);
    let mixed = lines(&capitalised);
    for encoding in complete() {
        let texts: &[&str] = match encoding {
            Encoding::Tcvn3Capitals => &[&all_capital],
            _ => &[&all_small, &mixed, &all_capital],
        };
        for text in texts {
            let decoded = encoding.decode(&encode(encoding, text));
            assert_eq!(decoded.unmappable, [], "{encoding}");
            let differs = decoded
                .text
                .split(' ')
                .zip(text.split(' '))
                .find(|(a, b)| a != b);
            assert_eq!(differs, None, "{encoding}");
            assert_eq!(decoded.text.len(), text.len(), "{encoding}");
        }
    }
    let decoded = Encoding::Windows1258.decode(&windows_1258(&mixed, false));
    assert_eq!(decoded.text, mixed);
}

/// The fonts have no capitals with tones: the small code stands for both.
#[test]
fn tones_of_capitals_by_font() {
    let tcvn3 = |bytes: &[u8]| Encoding::Tcvn3.decode(bytes).text;
    assert_eq!(tcvn3(b"H\xe9I NGH\xde \xa7\xb6NG"), "HỘI NGHỊ ĐẢNG");
    assert_eq!(tcvn3(b"H\xe9i ngh\xde TP.HCM"), "Hội nghị TP.HCM");
    // One capital is the beginning of a name as well.
    assert_eq!(tcvn3(b"L\xf3"), "Lú");
    let capitals = Encoding::Tcvn3Capitals.decode(b"h\xe9i ngh\xde 2");
    assert_eq!(capitals.text, "HỘI NGHỊ 2");
    assert_eq!(
        Encoding::Vps.decode(b"VI\x8cT NAM, Vi\x8ct").text,
        "VIỆT NAM, Việt"
    );
}

#[test]
fn known_texts() {
    let cases: [(Encoding, &[u8], &str); 9] = [
        (Encoding::Tcvn3, b"Vi\xd6t Nam", "Việt Nam"),
        (
            Encoding::Vni,
            b"Hoa\xf8 b\xecnh \xf1\xf6\xf4\xefc",
            "Hoà bình được",
        ),
        (Encoding::Viscii, b"Vi\xaet Nam", "Việt Nam"),
        (Encoding::Vps, b"Vi\x8ct Nam", "Việt Nam"),
        (
            Encoding::Windows1258,
            b"Vi\xea\xf2t Nam 5 \xfe",
            "Việt Nam 5 ₫",
        ),
        (Encoding::Utf16, b"V\0i\0\xc7\x1et\0", "Việt"),
        (Encoding::Utf16Be, b"\0V\0i\x1e\xc7\0t", "Việt"),
        (
            Encoding::Viqr,
            br"To^i ye^u tie^'ng nu+o+'c to^i tu+` khi mo+'i ra ddo+`i\.",
            "Tôi yêu tiếng nước tôi từ khi mới ra đời.",
        ),
        (Encoding::Windows1252, b"\x93caf\xe9\x94", "“café”"),
    ];
    for (encoding, bytes, text) in cases {
        let decoded = encoding.decode(bytes);
        assert_eq!(decoded.text, text, "{encoding}");
        assert_eq!(decoded.unmappable, []);
    }
}

#[test]
fn viqr_signs_and_modes() {
    let cases = [
        (r"ddi dda^u\? -- dda^u?", "đi đâu? -- đâủ"),
        (r"la`m. a\'", "làm. a'"),
        ("ca? nha`?", "cả nhà?"),
        ("Nam. e( i^ u(", "Nam. e( i^ u("),
        ("DDa` Na(~ng, Dda`", "Đà Nẵng, Đà"),
        (r"\Mcan't \a' stop? \Vla'", "can't á stop? lá"),
        (r"\LC:\temp d'a' \Vla'", r"C:\temp d'a' lá"),
        (r"C:\\ d\d d", r"C:\ dd d"),
        ("tiếng a' – “o^`”", "tiếng á – “ồ”"),
        ("d", "d"),
        ("\\", "\\"),
        ("a^^ a'' u+++", "â^ á' ư++"),
    ];
    for (written, text) in cases {
        assert_eq!(
            Encoding::Viqr.decode(written.as_bytes()).text,
            text,
            "{written}"
        );
    }
}

#[test]
fn marks_decide_and_are_dropped() {
    for encoding in Encoding::all() {
        assert_eq!(encoding.decode("\u{feff}tiếng".as_bytes()).text, "tiếng");
        assert_eq!(encoding.decode(b"\xff\xfea\0").text, "a");
        assert_eq!(encoding.decode(b"\xfe\xff\0a").text, "a");
        assert_eq!(encoding.decode(b"").text, "");
    }
}

#[test]
fn unmappable_bytes_have_places() {
    let places = |encoding: Encoding, bytes: &[u8]| -> Vec<(u64, u64, u16)> {
        let decoded = encoding.decode(bytes);
        let count = decoded.text.matches('\u{fffd}').count();
        assert_eq!(count, decoded.unmappable.len(), "{decoded:?}");
        let places = decoded.unmappable.iter();
        places
            .map(|bad| (bad.offset, bad.line, bad.value))
            .collect()
    };
    assert_eq!(
        places(Encoding::Windows1258, b"a\nb\x8a\n\x9d"),
        [(3, 2, 0x8a), (5, 3, 0x9d)]
    );
    // A mark of VNI that no vowel comes before.
    assert_eq!(places(Encoding::Vni, b"t\xf9 e\xf9"), [(1, 1, 0xf9)]);
    assert_eq!(
        places(Encoding::Utf8, b"a\n\xffb\xe1\xba"),
        [(2, 2, 0xff), (4, 2, 0xe1)]
    );
    assert_eq!(places(Encoding::Utf8, b"\xef\xbb\xbfa\xff"), [(4, 1, 0xff)]);
    assert_eq!(
        places(Encoding::Utf16, b"\xff\xfe\x00\xd8a\0\x00\xdc\n\0b"),
        [(2, 1, 0xd800), (6, 1, 0xdc00), (10, 2, 0x62)]
    );
    assert_eq!(places(Encoding::Viqr, b"a'\xff."), [(2, 1, 0xff)]);
}

#[test]
fn names() {
    for encoding in Encoding::all() {
        assert_eq!(encoding.name().parse(), Ok(encoding));
        assert_eq!(encoding.name().to_uppercase().parse(), Ok(encoding));
    }
    for (name, encoding) in [
        ("UTF8", Encoding::Utf8),
        ("utf_16", Encoding::Utf16),
        ("ABC", Encoding::Tcvn3),
        ("CP1258", Encoding::Windows1258),
        ("ISO-8859-1", Encoding::Windows1252),
    ] {
        assert_eq!(name.parse(), Ok(encoding));
    }
    let message = "koi8-r".parse::<Encoding>().unwrap_err().to_string();
    assert_eq!(
        message,
        "unknown encoding \"koi8-r\", known are utf-8, utf-16, utf-16le, utf-16be, windows-1258, \
         tcvn3, tcvn3-capitals, vni, viscii, vps, viqr, windows-1252"
    );
    assert!("".parse::<Encoding>().is_err());
}

/// The letters and their codes as collected by others, where they are beside the workspace.
#[test]
fn letters_of_the_chart() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/typing/letters.tsv");
    let Ok(chart) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no shared data");
        return;
    };
    let mut lines = chart.lines();
    let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let mut checked = 0;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let letter = cells[0];
        for (column, cell) in columns.iter().zip(&cells) {
            let encoding = match *column {
                "tcvn3" => Encoding::Tcvn3,
                "vni" => Encoding::Vni,
                "viscii" => Encoding::Viscii,
                "vps" => Encoding::Vps,
                "viqr" => Encoding::Viqr,
                "cp1258" => Encoding::Windows1258,
                _ => continue,
            };
            let bytes: Vec<u8> = match encoding {
                Encoding::Viqr => cell.bytes().collect(),
                _ => (0..cell.len() / 2)
                    .map(|at| u8::from_str_radix(&cell[2 * at..2 * at + 2], 16).unwrap())
                    .collect(),
            };
            let decoded = encoding.decode(&bytes).text;
            // One code for both cases, here the small letter's.
            let one_code = cells[0] != decoded && letter.to_lowercase() == decoded;
            assert!(
                decoded == letter || one_code,
                "{encoding} {letter} {cell}: {decoded}"
            );
            if one_code {
                let in_capitals = [b"TT".as_slice(), &bytes].concat();
                let word = encoding.decode(&in_capitals).text;
                let expected = format!("TT{letter}");
                assert_eq!(word, expected, "{encoding}");
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 146 * 6);
}

/// A stream gives what the whole gives, wherever it is cut.
fn in_chunks(encoding: Encoding, bytes: &[u8], sizes: &[usize]) -> Decoded {
    let (encoding, mark) = Encoding::of_mark(bytes).unwrap_or((encoding, 0));
    let mut decoder = Decoder::at(encoding, mark as u64);
    let mut text = String::new();
    let mut rest = &bytes[mark..];
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, after) = rest.split_at((*size).min(rest.len()));
        decoder.decode(chunk, &mut text);
        rest = after;
    }
    decoder.finish(&mut text);
    Decoded {
        text,
        unmappable: decoder.take_unmappable(),
    }
}

proptest! {
    #[test]
    fn streams_equal_wholes(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        sizes in prop::collection::vec(1_usize..7, 1..5),
    ) {
        for encoding in Encoding::all() {
            prop_assert_eq!(encoding.decode(&bytes), in_chunks(encoding, &bytes, &sizes));
        }
    }

    #[test]
    fn sentences_come_back(
        words in prop::collection::vec((0_usize..17_747, 0..3), 1..12),
        signs in prop::collection::vec("[ ,.?!'()\\\\-]{1,2}", 12),
        sizes in prop::collection::vec(1_usize..7, 1..5),
    ) {
        let syllables: Vec<&str> = Syllable::all().map(Syllable::as_str).collect();
        let mut text = String::new();
        for ((word, case), sign) in words.iter().zip(&signs) {
            let word = syllables[word % syllables.len()];
            text.push_str(&match case {
                0 => word.to_owned(),
                1 => capitalised(word),
                _ => word.to_uppercase(),
            });
            text.push_str(sign);
        }
        for encoding in complete().filter(|encoding| *encoding != Encoding::Tcvn3Capitals) {
            let decoded = in_chunks(encoding, &encode(encoding, &text), &sizes);
            prop_assert_eq!(&decoded.text, &text, "{}", encoding);
            prop_assert_eq!(decoded.unmappable, []);
        }
    }

    #[test]
    fn legacy_text_is_composed(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let unicode = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf16Le, Encoding::Utf16Be];
        let ascii: Vec<u8> = bytes.iter().map(|byte| byte & 0x7f).collect();
        if Encoding::of_mark(&bytes).is_none() {
            for encoding in Encoding::all().filter(|encoding| !unicode.contains(encoding)) {
                // What is not ASCII is text of others in VIQR, and stays as it is.
                let bytes = if encoding == Encoding::Viqr { &ascii } else { &bytes };
                let text = encoding.decode(bytes).text;
                prop_assert!(unicode_normalization::is_nfc(&text), "{} {:?}", encoding, text);
            }
        }
    }
}
