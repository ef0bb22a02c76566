//! Recognises the line under a headline that names the author and the time of publication.

use crate::date::{DateError, DateTime, Written};

/// `Lê Thảo - Hoài An - Hà Bình (Theo The Christian Science Monitor)` still fits.
const MAX_AUTHOR_CHARS: usize = 110;
const MAX_AUTHOR_WORDS: usize = 18;

/// Longer lines are paragraphs.
const MAX_LINE_BYTES: usize = 300;

/// What may stand between an author and a date.
const SEPARATORS: &str = "-–—|,;:/•·(";

/// What a byline says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Byline {
    pub(super) author: Option<String>,
    /// The time with what is uncertain about it.
    pub(super) published_at: Result<(DateTime, Option<String>), DateError>,
    /// Whether a time of day stands beside the date.
    pub(super) has_time: bool,
}

/// Reads a line that is wholly author and date, or a date alone; `None` if it is anything else.
pub(super) fn parse(line: &str) -> Option<Byline> {
    if line.len() > MAX_LINE_BYTES || !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    for start in starts(line) {
        let (before, after) = line.split_at_checked(start)?;
        // A bracket that closes belongs to the author: `Lê Thảo (theo AFP ) 17:22`.
        if after.trim_start().starts_with(')') {
            continue;
        }
        let Some(written) = DateTime::written(after) else {
            continue;
        };
        let is_separator = |letter: char| letter.is_whitespace() || SEPARATORS.contains(letter);
        let parted = before
            .trim_end()
            .ends_with(|letter| SEPARATORS.contains(letter));
        let author = before.trim_matches(is_separator);
        let author = if author.is_empty() || is_label(author) || is_dateline(author, &written) {
            None
        } else if is_author(author, &written, parted, after) {
            Some(author.to_owned())
        } else {
            return None;
        };
        return Some(Byline {
            author,
            published_at: written.at,
            has_time: written.has_time,
        });
    }
    None
}

/// Says whether a line between headline and text is the name of its author, without a date.
pub(super) fn is_author_line(line: &str) -> bool {
    let line = line.trim();
    if line.len() > MAX_LINE_BYTES || is_place(line) {
        return false;
    }
    let ends_sentence = line.ends_with(['.', ':', ',', ';', '!', '?', '…', '"', '”']);
    let initials = line.split_whitespace().next_back().is_some_and(|last| {
        last.ends_with('.') && last.chars().filter(|letter| *letter == '.').count() > 1
    });
    if ends_sentence && !initials {
        return false;
    }
    // One word alone is a heading, unless it is made of initials or of capitals.
    let words: Vec<&str> = line.split_whitespace().collect();
    let only_word = match words.as_slice() {
        [only] => only.contains('.') || !only.chars().any(char::is_lowercase),
        _ => true,
    };
    only_word && words.len() <= 12 && is_names(line)
}

/// Says whether a byline that stands first, without a time of day, is one all the same: headlines end
/// in dates too, but do not begin with names of persons.
pub(super) fn begins_with_name(author: &str) -> bool {
    let folded = vietsearch_text::fold(author).to_lowercase();
    let parts = folded
        .split([',', '&', '/', '–', '('])
        .flat_map(|part| part.split(" - "));
    let is_name = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let known = words.first().is_some_and(|first| {
            first.contains('.') || NAMES.split_whitespace().any(|name| name == *first)
        });
        (1..=4).contains(&words.len()) && known
    };
    // The first part is a person, the others may be agencies.
    parts.take(1).all(is_name)
}

/// Syllables that names of persons and pen names begin with, folded.
const NAMES: &str = "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dao \
                     dinh lam mai truong cao chau chu doan ha khuong kieu la luong luu mac nghiem dam \
                     ninh phung quach quan ta tang thach thai than to ton tong trieu trinh tu \
                     van vuong an anh bao bich binh cam chi cong cuong dai dan diem diep duc dung \
                     duy gia giang giao hai han hang hanh hao hau hien hieu hoa hoai hong hue hung \
                     huong huy huyen khac khai khang khanh khoa khoi kien kim ky lan lien linh loan lu vi \
                     loc loi long mien minh my nam nga ngan ngoc nguyet nhan nhat nhi nhu nhung oanh \
                     phi phong phu phuc phuong quang que quoc quy quyen quynh son tai tam tan \
                     thang thanh thao the thi thien thinh tho thoa thu thuan thuc thuy thuong tien \
                     tin toan tra trang tri trong truc trung tuan tue tung tuong tuyen tuyet uyen \
                     viet vinh vy xuan yen bs ths ts pgs gs ng th";

/// Where a date may begin: at the line's beginning, after white space and after separators.
fn starts(line: &str) -> impl Iterator<Item = usize> {
    let ends_part = |letter: char| letter.is_whitespace() || SEPARATORS.contains(letter);
    let after = line
        .char_indices()
        .filter(move |&(_, letter)| ends_part(letter))
        .map(|(at, letter)| at + letter.len_utf8());
    std::iter::once(0).chain(after)
}

/// Words that announce a date and are no author.
fn is_label(text: &str) -> bool {
    let labels = [
        "cap nhat",
        "cap nhat luc",
        "đang",
        "đang luc",
        "ngay đang",
        "xuat ban",
        "ngay xuat ban",
        "thoi gian",
    ];
    labels.contains(&without_marks(text).as_str())
}

/// `Hà Nội, ngày 1 tháng 5 năm 2024` names a place; with a time of day, `Hà Giang` is an author.
fn is_dateline(text: &str, written: &Written) -> bool {
    !written.has_time && is_place(text)
}

/// Tells a name from the beginning of a sentence that ends in a date.
fn is_author(text: &str, written: &Written, parted: bool, date: &str) -> bool {
    let words = text.split_whitespace().count();
    // Digits belong to names as in `Bệnh viện Nhi Đồng 2`, but not to sentences.
    let outside = outside_brackets(text);
    if outside.chars().any(|letter| "\"“”?!;…".contains(letter)) {
        return false;
    }
    let is_number = |word: &str| word.starts_with(char::is_numeric);
    if !is_short(text) || (outside.split_whitespace().any(is_number) && !written.has_time) {
        return false;
    }
    // `... diễn ra ngày 10/8/2023` is prose, `Lê Thảo, ngày 10/8/2023` is none.
    let lead_in = date.split_whitespace().next().map(without_marks);
    let led_in = lead_in.is_some_and(|word| word == "ngay" || word == "luc") && !parted;
    // A time of day beside the date is proof enough for a short name in any case.
    let is_short = words <= 4 && written.has_time && !led_in;
    is_short || is_names(text)
}

fn is_short(text: &str) -> bool {
    let letters = text.chars().filter(|letter| !is_mark(*letter)).count();
    let words = text.split_whitespace().count();
    letters <= MAX_AUTHOR_CHARS && (1..=MAX_AUTHOR_WORDS).contains(&words)
}

/// Says whether a text is made of names, and of the words that stand beside them in bylines.
fn is_names(text: &str) -> bool {
    let outside = outside_brackets(text);
    let words: Vec<&str> = outside
        .split(|letter: char| letter.is_whitespace() || "-–—|,/&".contains(letter))
        .filter(|word| !word.is_empty())
        .collect();
    let is_named = |word: &&str| {
        let first = word.chars().next();
        first.is_some_and(|letter| letter.is_uppercase())
    };
    let is_sign = |letter: char| "\"“”?!;…".contains(letter);
    is_short(text)
        && !outside.chars().any(is_sign)
        && (words.iter().any(is_named) || (words.is_empty() && text.contains('(')))
        && words
            .iter()
            .all(|word| is_named(word) || is_byline_word(word))
}

/// The text without what stands in brackets: `Lê Thảo (theo AFP)`.
fn outside_brackets(text: &str) -> String {
    let mut outside = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    outside
}

/// Words in lower case that stand between names or after them.
fn is_byline_word(word: &str) -> bool {
    let known = [
        "va", "theo", "tong", "hop", "thuc", "hien", "bai", "anh", "tin", "dich", "ghi", "phong",
        "vien", "cong", "tac", "nhom", "th", "t", "h", "pv", "ctv", "luoc", "bien", "tu", "gia",
    ];
    known.contains(&without_marks(word).trim_end_matches([':', '.']))
}

/// Says whether a text is the name of a province, or of a city that stands for one.
fn is_place(text: &str) -> bool {
    let wanted = vietsearch_text::fold(text).to_lowercase();
    let wanted = wanted.trim_start_matches("tp.").trim();
    PLACES.split('|').any(|place| place == wanted)
}

/// The provinces of Vietnam before and after 2025, folded.
const PLACES: &str = "an giang|ba ria - vung tau|ba ria-vung tau|bac giang|bac kan|bac lieu|\
                      bac ninh|ben tre|binh dinh|binh duong|binh phuoc|binh thuan|ca mau|can tho|\
                      cao bang|da nang|dak lak|dak nong|dien bien|dong nai|dong thap|gia lai|\
                      ha giang|ha nam|ha noi|ha tinh|hai duong|hai phong|hau giang|hoa binh|\
                      hung yen|khanh hoa|kien giang|kon tum|lai chau|lam dong|lang son|lao cai|\
                      long an|nam dinh|nghe an|ninh binh|ninh thuan|phu tho|phu yen|quang binh|\
                      quang nam|quang ngai|quang ninh|quang tri|soc trang|son la|tay ninh|\
                      thai binh|thai nguyen|thanh hoa|thua thien hue|thua thien - hue|hue|\
                      tien giang|tphcm|hcm|ho chi minh|tp ho chi minh|sai gon|tra vinh|\
                      tuyen quang|vinh long|vinh phuc|yen bai|viet nam";

fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Lower case without the marks of the few words that are looked for above.
fn without_marks(text: &str) -> String {
    text.trim_end_matches(':')
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_mark(*letter))
        .map(|letter| match letter {
            'à' | 'á' | 'ả' | 'ã' | 'ạ' | 'ă' | 'â' | 'ấ' | 'ậ' => 'a',
            'ê' | 'ế' | 'ệ' => 'e',
            'ì' | 'í' | 'ị' => 'i',
            'ó' | 'ô' | 'ổ' | 'ộ' | 'ơ' | 'ợ' | 'ờ' => 'o',
            'ú' | 'ư' | 'ự' | 'ừ' => 'u',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(line: &str, author: Option<&str>, published_at: &str) {
        let byline = parse(line).unwrap_or_else(|| panic!("{line:?} is no byline"));
        assert_eq!(byline.author.as_deref(), author, "{line:?}");
        let at = byline.published_at.map(|(at, _)| at.to_string());
        assert_eq!(at.as_deref(), Ok(published_at), "{line:?}");
    }

    #[test]
    fn author_and_date() {
        let at = "2023-08-10T17:22:00+07:00";
        reads("Lê Thảo 17:22, 10/08/2023", Some("Lê Thảo"), at);
        reads("Lê Thảo - 17:22, 10/08/2023", Some("Lê Thảo"), at);
        reads("Lê Thảo | 10/08/2023 17:22", Some("Lê Thảo"), at);
        reads(
            "Lê Thảo, Thứ Năm, 10/8/2023, 17:22 (GMT+7)",
            Some("Lê Thảo"),
            at,
        );
        reads(
            "Nguyễn Văn Năm 17:22, 10/08/2023",
            Some("Nguyễn Văn Năm"),
            at,
        );
        reads("Minh Thu 17:22, 10/08/2023", Some("Minh Thu"), at);
        reads("Minh Thu, 17:22, 10/08/2023", Some("Minh Thu"), at);
        reads(
            "Bài và ảnh: An Vy 17:22, 10/08/2023",
            Some("Bài và ảnh: An Vy"),
            at,
        );
        reads(
            "An Vy (tổng hợp)\u{a0}17:22, 10/08/2023",
            Some("An Vy (tổng hợp)"),
            at,
        );
        reads("lê thảo 17:22, 10/08/2023", Some("lê thảo"), at);
        reads(
            "Le\u{302} Tha\u{309}o 17:22, 10/08/2023",
            Some("Le\u{302} Tha\u{309}o"),
            at,
        );
        let day = "2023-08-10T00:00:00+07:00";
        reads("Lê Thảo - 10/08/2023", Some("Lê Thảo"), day);
        reads("Lê Thảo-10/08/2023", Some("Lê Thảo"), day);
        reads("Lê Thảo (10/08/2023)", Some("Lê Thảo"), day);
        reads("T.H. - 10/08/2023", Some("T.H."), day);
        reads(
            "Hoài An - Lê Thảo và nhóm PV 10/8/2023",
            Some("Hoài An - Lê Thảo và nhóm PV"),
            day,
        );
    }

    #[test]
    fn authors_with_sources_and_places() {
        let at = "2023-08-10T17:22:00+07:00";
        for author in [
            "Mỹ Lan (Theo CNN)",
            "BS Huỳnh Khoa (Bệnh viện Nhi Đồng 2)",
            "T.Vũ - Đ.Cường - T.Phương",
            "Quang Phương - Hà Bình - Tường Vũ",
            "Hạnh Nguyên (theo The Christian Science Monitor)",
            "H.M.",
            "Theo Vietnam+",
            "Hà Giang",
            "Nhóm PV",
            "Ê-Ban",
        ] {
            reads(&format!("{author} 17:22, 10/08/2023"), Some(author), at);
            reads(
                &format!("{author} - Thứ Năm, 10/8/2023, 17:22 (GMT+7)"),
                Some(author),
                at,
            );
            reads(&format!("{author} | 17:22 | 10/08/2023"), Some(author), at);
        }
        let day = "2023-08-10T00:00:00+07:00";
        reads("Lê Thảo, ngày 10 tháng 8 năm 2023", Some("Lê Thảo"), day);
        reads("Hà Nội, ngày 10 tháng 8 năm 2023", None, day);
        reads("Lê Thảo 17:22, 10/08/23", Some("Lê Thảo"), at);
        let note = parse("Lê Thảo 17:22, 10/08/23")
            .unwrap()
            .published_at
            .unwrap()
            .1;
        assert!(note.unwrap().contains("two digits, read as 2023-08-10"));
    }

    #[test]
    fn author_lines() {
        for line in [
            "Lê Thảo",
            "Lê Thảo - Hoài An",
            "Lê Thảo (theo AFP)",
            "Theo Vietnam+",
            "H.M.",
            "T.Phùng",
            "TTXVN",
            "Nhóm PV",
            "Bài và ảnh: An Vy",
            "Ng. Thanh",
            "Le\u{302} Tha\u{309}o",
        ] {
            assert!(is_author_line(line), "{line}");
        }
        for line in [
            "",
            "Hà Nội",
            "TP.HCM",
            "Thời sự",
            "Trang",
            "Ảnh minh họa",
            "Lê Thảo:",
            "Lê Thảo nói.",
            "Ông Lê Thảo đã đến",
            "“Lê Thảo”",
            "10/8/2023",
        ] {
            assert!(!is_author_line(line), "{line}");
        }
    }

    #[test]
    fn date_alone() {
        let at = "2023-08-10T17:22:00+07:00";
        for line in [
            "17:22, 10/08/2023",
            "10/08/2023 17:22",
            "Thứ Năm, 10/8/2023, 17:22 (GMT+7)",
            "Thư\u{301} Năm, 10/8/2023, 17:22 (GMT+7)",
            "Cập nhật: 17:22, 10/08/2023",
            "Cập nhật lúc 17:22, 10/08/2023",
            "Ca\u{323}\u{302}p nha\u{323}\u{302}t lúc: 17:22, 10/08/2023",
            "Đăng lúc 17h22 ngày 10/8/2023",
        ] {
            reads(line, None, at);
        }
    }

    #[test]
    fn impossible_dates_keep_the_author() {
        let byline = parse("Lê Thảo 17:22, 32/13/2023").unwrap();
        assert_eq!(byline.author.as_deref(), Some("Lê Thảo"));
        let error = byline.published_at.unwrap_err();
        assert!(error.is_impossible());
        assert!(
            error.to_string().contains("\"17:22, 32/13/2023\""),
            "{error}"
        );
    }

    #[test]
    fn other_lines() {
        for line in [
            "Lê Thảo",
            "Lễ khai mạc diễn ra ngày 10/8/2023",
            "Lễ khai mạc sẽ diễn ra vào 17:22, 10/08/2023",
            "Ảnh chụp 10/8/2023",
            "Chiều 10-8, hội nghị bắt đầu.",
            "Ngày 10/8/2023, hội nghị bắt đầu.",
            "Điện thoại 0912345678",
            "Điện thoại 0243.12.34",
            "Giai đoạn 2013-2023",
            "Tỉ số 3-0",
            "Theo kế hoạch 20230810",
            "Ông hỏi: “Bao giờ?” 10/8/2023",
            "",
            "17:22",
        ] {
            assert_eq!(parse(line), None, "{line:?}");
        }
    }
}
