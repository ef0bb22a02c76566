//! The unit that is indexed: one news article.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date::DateTime;

/// One news article as it is given to the index.
///
/// Only a title or a body is required ([`is_empty`](Article::is_empty)); everything else may be
/// absent. Text is kept exactly as given: nothing here normalises, trims or strips it.
///
/// ```
/// use vietsearch_index::article::Article;
/// use vietsearch_index::date::DateTime;
///
/// let article = Article::new("Hà Nội vào thu", "Sáng nay trời se lạnh.")
///     .with_id("thu-1")
///     .with_author("Lê Thảo")
///     .with_tags(["thời tiết", "Hà Nội"])
///     .with_published_at(DateTime::parse("01/09/2024 06:30")?);
///
/// assert_eq!(article.key(), "thu-1");
/// assert_eq!(article.published_at.map(|at| at.to_string()).as_deref(),
///            Some("2024-09-01T06:30:00+07:00"));
/// assert_eq!(article.section, None);
/// # Ok::<(), vietsearch_index::date::DateError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// The name under which the article is updated and deleted.
    pub id: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The summary between headline and body (sapo).
    pub lead: Option<String>,
    /// The text, its paragraphs separated by `\n`.
    pub body: Option<String>,
    /// The byline without its date.
    pub author: Option<String>,
    /// The newspaper or site.
    pub source: Option<String>,
    /// The section (chuyên mục), such as `Thể thao`.
    pub section: Option<String>,
    /// Keywords set by the newsroom.
    pub tags: Vec<String>,
    /// The address of the article; it serves as key where there is no id.
    pub url: Option<String>,
    /// When the article was published.
    pub published_at: Option<DateTime>,
    /// When the article was last changed.
    pub updated_at: Option<DateTime>,
    /// Further named values, kept and shown but not searched unless a field is declared for them.
    pub extra: BTreeMap<String, Value>,
}

impl Article {
    /// The longest [key](Article::key) in bytes: tantivy drops longer terms.
    pub const MAX_KEY_BYTES: usize = 65_530;

    /// Makes an article with a headline and a text, and nothing else.
    pub fn new(title: impl Into<String>, body: impl Into<String>) -> Article {
        Article {
            title: Some(title.into()),
            body: Some(body.into()),
            ..Article::default()
        }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Article {
        self.id = Some(id.into());
        self
    }

    /// Sets the title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Article {
        self.title = Some(title.into());
        self
    }

    /// Sets the lead.
    #[must_use]
    pub fn with_lead(mut self, lead: impl Into<String>) -> Article {
        self.lead = Some(lead.into());
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<String>) -> Article {
        self.body = Some(body.into());
        self
    }

    /// Sets the author.
    #[must_use]
    pub fn with_author(mut self, author: impl Into<String>) -> Article {
        self.author = Some(author.into());
        self
    }

    /// Sets the source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Article {
        self.source = Some(source.into());
        self
    }

    /// Sets the section.
    #[must_use]
    pub fn with_section(mut self, section: impl Into<String>) -> Article {
        self.section = Some(section.into());
        self
    }

    /// Sets the tags, in place of those that were there.
    #[must_use]
    pub fn with_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Article {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the address.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Article {
        self.url = Some(url.into());
        self
    }

    /// The year of publication in Vietnam, which days without a year are of.
    #[must_use]
    pub fn published_year(&self) -> Option<u16> {
        u16::try_from(self.published_at?.day().year()).ok()
    }

    /// Sets the time of publication.
    #[must_use]
    pub fn with_published_at(mut self, published_at: DateTime) -> Article {
        self.published_at = Some(published_at);
        self
    }

    /// Sets the time of the last change.
    #[must_use]
    pub fn with_updated_at(mut self, updated_at: DateTime) -> Article {
        self.updated_at = Some(updated_at);
        self
    }

    /// Adds one further value under `name`, in place of an earlier one of that name.
    #[must_use]
    pub fn with_extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Article {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// Says whether there is nothing to find: neither title nor body has a letter or a digit.
    ///
    /// ```
    /// use vietsearch_index::article::Article;
    ///
    /// assert!(Article::new("—", " \n").is_empty());
    /// assert!(!Article::new("", "24").is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        ![&self.title, &self.body]
            .into_iter()
            .flatten()
            .any(|text| text.chars().any(char::is_alphanumeric))
    }

    /// Returns the length of title, lead and body together, in bytes.
    pub fn text_bytes(&self) -> usize {
        [&self.title, &self.lead, &self.body]
            .into_iter()
            .flatten()
            .map(String::len)
            .sum()
    }

    /// Returns the key under which the article is stored and replaced: its id, else its URL, else
    /// a name made from its content, such as `auto-0123456789abcdef`.
    ///
    /// An id or URL of white space only counts as absent. The made name depends on title, lead,
    /// body, author, source and `published_at` alone and is the same on every machine and in
    /// every version. It is a 64-bit hash: not meant to withstand an adversary, and among ten
    /// million articles two have the same one with a probability of about 3 in a million.
    ///
    /// ```
    /// use vietsearch_index::article::Article;
    ///
    /// let article = Article::new("Bão số 3", "Gió giật cấp 12.");
    /// assert_eq!(article.key(), article.clone().key());
    /// assert!(article.key().starts_with("auto-"));
    /// assert_eq!(article.with_url("https://bao.example/1").key(), "https://bao.example/1");
    /// ```
    pub fn key(&self) -> String {
        self.given_key().map_or_else(
            || format!("auto-{:016x}", self.content_hash()),
            str::to_string,
        )
    }

    /// The id or URL that serves as key.
    pub(crate) fn given_key(&self) -> Option<&str> {
        let given = [&self.id, &self.url].into_iter().flatten();
        given.map(String::as_str).find(|key| !key.trim().is_empty())
    }

    /// Hashes the content. The order of the fields and the bytes between them are part of the
    /// stored keys: they never change.
    fn content_hash(&self) -> u64 {
        let mut hash = Fnv1a::new();
        let texts = [
            &self.title,
            &self.lead,
            &self.body,
            &self.author,
            &self.source,
        ];
        for text in texts {
            hash.field(text.as_deref().map(str::as_bytes));
        }
        let published_at = self.published_at.map(|at| at.unix_seconds().to_le_bytes());
        hash.field(published_at.as_ref().map(<[u8; 8]>::as_slice));
        hash.0
    }
}

/// FNV-1a, 64 bits (RFC 9923): its result is fixed for ever, unlike that of the standard hasher.
struct Fnv1a(u64);

impl Fnv1a {
    fn new() -> Fnv1a {
        Fnv1a(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Adds a field with a mark of its presence and its length, so that text which moves from one
    /// field to the next changes the hash.
    fn field(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => {
                self.write(&[1]);
                self.write(&(bytes.len() as u64).to_le_bytes());
                self.write(bytes);
            }
            None => self.write(&[0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv1a_agrees_with_its_published_vectors() {
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            let mut hash = Fnv1a::new();
            hash.write(text.as_bytes());
            assert_eq!(hash.0, expected, "{text:?}");
        }
    }

    #[test]
    fn key_is_id_then_url_then_content() {
        let article = Article::new("Lũ trên sông Hồng", "Mực nước lên nhanh.");
        let made = article.key();
        assert_eq!(made.len(), "auto-".len() + 16);
        let with_url = article.clone().with_url("https://bao.example/lu");
        assert_eq!(with_url.key(), "https://bao.example/lu");
        assert_eq!(with_url.with_id("7").key(), "7");
        assert_eq!(article.with_id("  ").key(), made);
    }

    #[test]
    fn made_keys_never_change() {
        assert_eq!(Article::default().key(), "auto-d7e4fcfa299d713d");
        assert_eq!(
            Article::new("Lũ trên sông Hồng", "Mực nước lên nhanh.").key(),
            "auto-7360246340bdd4a9"
        );
    }

    #[test]
    fn made_keys_tell_fields_apart() {
        let keys = [
            Article::new("a", "b").key(),
            Article::new("ab", "").key(),
            Article::default().with_title("a").with_lead("b").key(),
            Article::new("a", "b").with_author("c").key(),
            Article::new("a", "b")
                .with_published_at(DateTime::from_unix_seconds(0))
                .key(),
        ];
        for (position, key) in keys.iter().enumerate() {
            assert!(!keys[..position].contains(key), "{keys:?}");
        }
    }

    #[test]
    fn empty_means_nothing_to_find() {
        assert!(Article::default().is_empty());
        assert!(Article::new("...", "\u{301}\u{0}").is_empty());
        assert!(Article::default().with_lead("Chỉ có sapo").is_empty());
        assert!(!Article::new("ơ", "").is_empty());
        assert!(!Article::default().with_body("2-0").is_empty());
    }

    #[test]
    fn text_bytes_counts_bytes() {
        let article = Article::new("Tô", "đỏ")
            .with_lead("a")
            .with_author("Không tính");
        assert_eq!(article.text_bytes(), 3 + 5 + 1);
    }

    #[test]
    fn json_round_trip_and_missing_keys() {
        let article = Article::new("Một", "Hai")
            .with_section("Thời sự")
            .with_tags(["x"])
            .with_updated_at(DateTime::from_unix_seconds(1_691_662_920))
            .with_extra("views", 12);
        let json = serde_json::to_string(&article).unwrap();
        assert!(
            json.contains(r#""updated_at":"2023-08-10T17:22:00+07:00""#),
            "{json}"
        );
        assert!(json.contains(r#""lead":null"#), "{json}");
        assert_eq!(serde_json::from_str::<Article>(&json).unwrap(), article);
        let bare: Article = serde_json::from_str(r#"{"title":"Một"}"#).unwrap();
        assert_eq!(bare, Article::default().with_title("Một"));
    }
}
