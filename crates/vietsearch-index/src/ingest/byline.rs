//! Recognises the line under a headline that names the author and the time of publication.

use crate::date::{DateError, DateTime, Written};

/// An author with a name like `Nhóm phóng viên Thời sự và cộng tác viên` still fits.
const MAX_AUTHOR_CHARS: usize = 60;
const MAX_AUTHOR_WORDS: usize = 10;

/// Longer lines are paragraphs.
const MAX_LINE_BYTES: usize = 240;

/// What a byline says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Byline {
    pub(super) author: Option<String>,
    pub(super) published_at: Result<DateTime, DateError>,
}

/// Reads a line that is wholly author and date, or a date alone; `None` if it is anything else.
pub(super) fn parse(line: &str) -> Option<Byline> {
    if line.len() > MAX_LINE_BYTES || !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    for start in starts(line) {
        let (before, after) = line.split_at_checked(start)?;
        let Some(written) = DateTime::written(after) else {
            continue;
        };
        let author = before
            .trim_matches(|letter: char| letter.is_whitespace() || "-–—|,;:/•·(".contains(letter));
        let author = if author.is_empty() || is_label(author) {
            None
        } else if is_author(author, &written, after) {
            Some(author.to_owned())
        } else {
            return None;
        };
        return Some(Byline {
            author,
            published_at: written.at,
        });
    }
    None
}

/// Where a date may begin: at the line's beginning, after white space and after separators.
fn starts(line: &str) -> impl Iterator<Item = usize> {
    let ends_part = |letter: char| letter.is_whitespace() || "-–—|,;:(•·".contains(letter);
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
    ];
    labels.contains(&without_marks(text).as_str())
}

/// Tells a name from the beginning of a sentence that ends in a date.
fn is_author(text: &str, written: &Written, date: &str) -> bool {
    let letters = text.chars().filter(|letter| !is_mark(*letter)).count();
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || "-–—|,/&()".contains(letter))
        .filter(|word| !word.is_empty())
        .collect();
    if letters > MAX_AUTHOR_CHARS || words.is_empty() || words.len() > MAX_AUTHOR_WORDS {
        return false;
    }
    if text
        .chars()
        .any(|letter| letter.is_numeric() || "\"“”?!;…".contains(letter))
    {
        return false;
    }
    // `... diễn ra ngày 10/8/2023` is prose.
    let lead_in = date.split_whitespace().next().map(without_marks);
    if lead_in.is_some_and(|word| word == "ngay" || word == "luc") {
        return false;
    }
    // A time of day beside the date is proof enough for a short name in any case.
    if written.has_time && words.len() <= 4 {
        return true;
    }
    let named = |word: &&str| word.chars().next().is_some_and(|c| !c.is_lowercase());
    words.iter().any(named) && words.iter().all(|word| named(word) || is_byline_word(word))
}

/// Words in lower case that stand between names or after them.
fn is_byline_word(word: &str) -> bool {
    let known = [
        "va", "theo", "tong", "hop", "thuc", "hien", "bai", "anh", "tin", "dich", "ghi", "phong",
        "vien", "cong", "tac", "nhom", "th", "t", "h",
    ];
    known.contains(&without_marks(word).trim_end_matches([':', '.']))
}

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
            'ó' | 'ô' | 'ổ' | 'ộ' | 'ơ' | 'ợ' => 'o',
            'ú' | 'ư' | 'ự' => 'u',
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
        let at = byline.published_at.map(|at| at.to_string());
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
