//! Articles of random words, the same on every run.

use vietsearch::{Article, DateTime};

/// Random numbers by the multiplier of Steele and Vigna (2021), high bits.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(0xd134_2543_de82_ef95)
            .wrapping_add(0x9e37_79b9_7f4a_7c15);
        (self.0 >> 33) as usize % bound
    }

    pub(crate) fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Twins without marks among them (vàng, vang; giá, gia), and words that are no syllables.
const WORDS: [&str; 48] = [
    "giá",
    "vàng",
    "tăng",
    "gia",
    "đình",
    "xăng",
    "dầu",
    "giảm",
    "mạnh",
    "hôm",
    "nay",
    "Hà",
    "Nội",
    "mưa",
    "lớn",
    "bão",
    "số",
    "3",
    "thành",
    "phố",
    "Hồ",
    "Chí",
    "Minh",
    "bao",
    "người",
    "dân",
    "đường",
    "dương",
    "kinh",
    "tế",
    "việt",
    "nam",
    "năm",
    "2024",
    "vang",
    "kỹ",
    "thuật",
    "kĩ",
    "Covid-19",
    "VinFast",
    "internet",
    "trường",
    "học",
    "sinh",
    "viên",
    "và",
    "của",
    "là",
];
const SOURCES: [&str; 3] = ["Báo Mẫu", "Tin Thử", "Bản Tin"];
const SECTIONS: [&str; 4] = ["Kinh tế", "Thời sự", "Thể thao", "Giáo dục"];

/// Articles `a00000`, `a00001`, … Every fifth has no date, and dates repeat.
pub(crate) fn articles(count: usize, seed: u64) -> Vec<Article> {
    let mut random = Random::new(seed);
    let mut articles = Vec::with_capacity(count);
    for number in 0..count {
        let title = text(&mut random, 6, 0);
        let words = 20 + random.below(60);
        let body = text(&mut random, words, 12);
        let mut article = Article::new(title, body)
            .with_id(format!("a{number:05}"))
            .with_source(random.pick(&SOURCES))
            .with_section(random.pick(&SECTIONS));
        if random.below(3) == 0 {
            article = article.with_lead(text(&mut random, 15, 0));
        }
        if number % 5 != 0 {
            let day = random.below(90) as i64;
            let at = DateTime::from_unix_seconds(1_700_000_000 + day * 86_400);
            article = article.with_published_at(at);
        }
        articles.push(article);
    }
    articles
}

/// Words, the first ones of the list most; a sentence ends after `sentence` of them, if not 0.
fn text(random: &mut Random, count: usize, sentence: usize) -> String {
    let mut text = String::new();
    for number in 1..=count {
        let most = 1 + random.below(WORDS.len());
        text.push_str(WORDS[random.below(most)]);
        let ends = sentence > 0 && number % sentence == 0;
        text.push_str(if ends { ". Sau " } else { " " });
    }
    text.trim_end().to_string()
}
