//! Which key of a JSON object, column of a CSV file or element of a feed goes into which field.

use std::fmt;

use super::error::{FieldMapError, FieldMapErrorKind};

/// A field of an article that a key can be mapped to.
///
/// Each is read without mapping from its own name and from the keys that exports and Vietnamese
/// sites use for it. Case, marks and what joins the words do not matter: `published_at`,
/// `publishedAt`, `Ngày đăng` and `ngay_dang` are all read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// `id`, or `_id`, `guid`, `doc_id`
    Id,
    /// `title`, or `headline`, `tieu_de`
    Title,
    /// `lead`, or `sapo`, `description`, `summary`, `excerpt`, `tom_tat`, `mo_ta`
    Lead,
    /// `body`, or `text`, `content`, `article_body`, `noi_dung`
    Body,
    /// `author`, or `authors`, `byline`, `tac_gia`
    Author,
    /// `source`, or `publisher`, `site_name`, `nguon`
    Source,
    /// `section`, or `category`, `article_section`, `chuyen_muc`
    Section,
    /// `tags`, or `keywords`, `tu_khoa`
    Tags,
    /// `url`, or `link`, `permalink`, `duong_dan`
    Url,
    /// `published_at`, or `date`, `pubDate`, `published`, `date_published`, `ngay_dang`,
    /// `thoi_gian`
    PublishedAt,
    /// `updated_at`, or `updated`, `date_modified`, `ngay_cap_nhat`
    UpdatedAt,
}

impl Field {
    /// Every field with the keys it is read from without mapping; the first is its name, and an
    /// earlier key wins over a later one.
    const KEYS: [(Field, &'static [&'static str]); 11] = [
        (Field::Id, &["id", "_id", "guid", "doc_id", "article_id"]),
        (Field::Title, &["title", "headline", "tieu_de"]),
        (
            Field::Lead,
            &[
                "lead",
                "sapo",
                "description",
                "summary",
                "excerpt",
                "tom_tat",
                "mo_ta",
            ],
        ),
        (
            Field::Body,
            &["body", "text", "content", "article_body", "noi_dung"],
        ),
        (Field::Author, &["author", "authors", "byline", "tac_gia"]),
        (
            Field::Source,
            &["source", "publisher", "site_name", "nguon"],
        ),
        (
            Field::Section,
            &["section", "category", "article_section", "chuyen_muc"],
        ),
        (Field::Tags, &["tags", "keywords", "tu_khoa"]),
        (Field::Url, &["url", "link", "permalink", "duong_dan"]),
        (
            Field::PublishedAt,
            &[
                "published_at",
                "date",
                "pubDate",
                "published",
                "date_published",
                "publish_date",
                "ngay_dang",
                "ngay_xuat_ban",
                "thoi_gian",
            ],
        ),
        (
            Field::UpdatedAt,
            &["updated_at", "updated", "date_modified", "ngay_cap_nhat"],
        ),
    ];

    /// Returns the name, as it is written in a mapping.
    pub fn name(self) -> &'static str {
        match self {
            Field::Id => "id",
            Field::Title => "title",
            Field::Lead => "lead",
            Field::Body => "body",
            Field::Author => "author",
            Field::Source => "source",
            Field::Section => "section",
            Field::Tags => "tags",
            Field::Url => "url",
            Field::PublishedAt => "published_at",
            Field::UpdatedAt => "updated_at",
        }
    }

    /// All names, for messages.
    pub(super) fn names() -> String {
        let names: Vec<_> = Self::KEYS.iter().map(|(field, _)| field.name()).collect();
        names.join(", ")
    }

    fn from_name(name: &str) -> Option<Field> {
        let found = Self::KEYS.iter().find(|(field, _)| field.name() == name);
        found.map(|(field, _)| *field)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A field that a key may fill, and how much the key counts there: the lowest rank wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) field: Field,
    pub(super) rank: usize,
}

/// Maps keys of JSON objects, columns of CSV files and elements of feeds to fields of articles,
/// beside those that are read without mapping (see [`Field`]).
///
/// A mapped key is looked up exactly as written and wins over the other keys of its field; it
/// fills no other field, even if it would without mapping. Where several keys are mapped to one
/// field, the first one that the object has wins.
///
/// ```
/// use vietsearch_index::ingest::FieldMap;
///
/// let map = FieldMap::parse(["title=tieu_de", "body=noi_dung"])?;
/// assert_ne!(map, FieldMap::default());
///
/// let error = FieldMap::parse(["tilte=tieu_de"]).unwrap_err();
/// assert!(error.is_unknown_field());
/// assert!(error.to_string().contains("fields are id, title, lead"));
/// # Ok::<(), vietsearch_index::ingest::FieldMapError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldMap {
    mapped: Vec<(Field, String)>,
}

impl FieldMap {
    /// Reads mappings of the form `FIELD=KEY`. The key begins right after the first `=`.
    ///
    /// # Errors
    ///
    /// If a mapping has another form, names a field that articles do not have, or uses a key for
    /// a second field.
    pub fn parse<M: AsRef<str>>(
        mappings: impl IntoIterator<Item = M>,
    ) -> Result<FieldMap, FieldMapError> {
        let mut map = FieldMap::default();
        for mapping in mappings {
            map.add(mapping.as_ref())?;
        }
        Ok(map)
    }

    fn add(&mut self, mapping: &str) -> Result<(), FieldMapErrorKind> {
        let quoted = || mapping.to_owned();
        let Some((name, key)) = mapping.split_once('=') else {
            return Err(FieldMapErrorKind::NoEquals { mapping: quoted() });
        };
        if key.is_empty() {
            return Err(FieldMapErrorKind::NoKey { mapping: quoted() });
        }
        let field =
            Field::from_name(name.trim()).ok_or_else(|| FieldMapErrorKind::UnknownField {
                field: name.to_owned(),
                mapping: quoted(),
            })?;
        match self.mapped.iter().find(|(_, mapped)| mapped == key) {
            Some(&(first, _)) if first == field => {}
            Some(&(first, _)) => {
                return Err(FieldMapErrorKind::KeyTwice {
                    key: key.to_owned(),
                    first,
                    second: field,
                });
            }
            None => self.mapped.push((field, key.to_owned())),
        }
        Ok(())
    }

    /// Looks a key up; `None` means that it belongs to no field.
    pub(super) fn target(&self, key: &str) -> Option<Target> {
        if let Some(target) = self.mapped(key) {
            return Some(target);
        }
        let known = |holds: &dyn Fn(&str) -> bool| {
            Field::KEYS.iter().find_map(|(field, keys)| {
                let position = keys.iter().position(|known| holds(known))?;
                let rank = self.mapped.len() + position;
                Some(Target {
                    field: *field,
                    rank,
                })
            })
        };
        known(&|known| known == key).or_else(|| {
            // No known key is longer, and folding is dear.
            let plain = (key.len() <= 40).then(|| plain(key))?;
            known(&|known| plain_known(known).eq(plain.chars()))
        })
    }

    /// Looks a key up among those that were mapped.
    pub(super) fn mapped(&self, key: &str) -> Option<Target> {
        let rank = self.mapped.iter().position(|(_, mapped)| mapped == key)?;
        let (field, _) = self.mapped.get(rank)?;
        Some(Target {
            field: *field,
            rank,
        })
    }
}

/// A key without case, marks and what joins its words.
fn plain(key: &str) -> String {
    let folded = vietsearch_text::fold(key);
    let letters = folded.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The same of a known key, which is ASCII without marks.
fn plain_known(key: &str) -> impl Iterator<Item = char> {
    key.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_the_first_key_of_its_field() {
        for (field, keys) in Field::KEYS {
            assert_eq!(keys.first(), Some(&field.name()));
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
    }

    #[test]
    fn mapped_keys_win() {
        let map = FieldMap::parse(["title=tieu_de", "lead=text"]).unwrap();
        let rank = |key| map.target(key).map(|target| (target.field, target.rank));
        assert_eq!(rank("tieu_de"), Some((Field::Title, 0)));
        assert_eq!(rank("title"), Some((Field::Title, 2)));
        assert_eq!(rank("text"), Some((Field::Lead, 1)));
        assert_eq!(rank("body"), Some((Field::Body, 2)));
        assert_eq!(rank("Title"), Some((Field::Title, 2)));
        assert_eq!(rank("titles"), None);
    }

    #[test]
    fn known_keys_in_any_writing() {
        let map = FieldMap::default();
        let field = |key: &str| map.target(key).map(|target| target.field);
        for (key, expected) in [
            ("tieu_de", Field::Title),
            ("Tiêu đề", Field::Title),
            ("TIE\u{302}U \u{110}E\u{302}\u{300}", Field::Title),
            ("Nội dung", Field::Body),
            ("articleBody", Field::Body),
            ("publishedAt", Field::PublishedAt),
            ("Ngày đăng", Field::PublishedAt),
            ("Tác giả", Field::Author),
            ("Chuyên mục", Field::Section),
            ("Từ khóa", Field::Tags),
            ("ID", Field::Id),
        ] {
            assert_eq!(field(key), Some(expected), "{key}");
        }
        for key in ["", "_", "lượt xem", "nội", "title2", &"tiêu đề".repeat(9)] {
            assert_eq!(field(key), None, "{key}");
        }
        let mapped = FieldMap::parse(["body=Tiêu đề"]).unwrap();
        let target = mapped.target("Tiêu đề").map(|target| target.field);
        assert_eq!(target, Some(Field::Body));
    }

    #[test]
    fn keys_keep_what_follows_the_first_equals() {
        let map = FieldMap::parse(["id=a=b", "url= link"]).unwrap();
        assert_eq!(
            map.target("a=b").map(|target| target.field),
            Some(Field::Id)
        );
        assert_eq!(
            map.target(" link").map(|target| target.field),
            Some(Field::Url)
        );
    }

    #[test]
    fn errors_say_what_to_do() {
        let message = |mapping| FieldMap::parse([mapping]).unwrap_err().to_string();
        assert!(message("tieu_de").contains("write FIELD=KEY"));
        assert!(message("title=").contains("no key"));
        assert!(message("headline=x").contains("unknown field \"headline\""));
        assert!(message("headline=x").contains("published_at, updated_at"));
        let error = FieldMap::parse(["title=x", "body=x"]).unwrap_err();
        assert!(!error.is_unknown_field());
        assert!(error.to_string().contains("both title and body"), "{error}");
        assert!(FieldMap::parse(["title=x", "title=x"]).is_ok());
    }
}
