//! The schema: sibling fields per tier, filters, dates, and what is stored.

use tantivy::Index;
use tantivy::schema::DateTimePrecision;
use tantivy::schema::{
    DateOptions, FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions,
};

use crate::feed::{FEED, FeedTokenizer};

/// A text field of an article that is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Region {
    /// The headline.
    Title,
    /// The lead (sapo).
    Lead,
    /// The body.
    Body,
}

impl Region {
    /// How often the index counts a word of the region.
    #[must_use]
    pub fn times(self) -> usize {
        match self {
            Self::Title => 3,
            Self::Lead => 2,
            Self::Body => 1,
        }
    }

    /// All regions, in the order of an article.
    pub const ALL: [Self; 3] = [Self::Title, Self::Lead, Self::Body];

    /// The field's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Body => "body",
        }
    }
}

/// The fields of the schema.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Canonical forms with marks (`text_s`) of title, lead and body together: an article has a word
    /// of the headline three times and one of the lead twice, so that the frequencies which tantivy
    /// ranks by are weighted (BM25F).
    pub exact: Field,
    /// Folded index keys (`text_f`), counted likewise.
    pub folded: Field,
    /// Open places (`text_o`), each once: unfinished spellings, and bare words of unmarked articles.
    pub open: Field,
    /// The original text of title, lead and body, stored, in the order of [`Region::ALL`].
    pub texts: [Field; 3],
    /// Codes, dates and names in canonical form.
    pub entities: Field,
    /// The article's key, whole.
    pub id: Field,
    /// The URL, whole.
    pub url: Field,
    /// The group of near-duplicates, a number.
    pub group: Field,
    /// Publication time.
    pub published_at: Field,
    /// Time of the last change.
    pub updated_at: Field,
    /// Author as given, stored.
    pub author: Field,
    /// Source as given, stored.
    pub source: Field,
    /// Section as given, stored.
    pub section: Field,
    /// Tags as given, stored.
    pub tags: Field,
    /// The filter keys of author, source, section and tags: see [`filter_key`].
    pub author_key: Field,
    /// See `author_key`.
    pub source_key: Field,
    /// See `author_key`.
    pub section_key: Field,
    /// See `author_key`.
    pub tag_key: Field,
    /// Extra fields as `name=key` terms.
    pub extra_key: Field,
    /// Extra fields as JSON, and what cannot be read off other fields; stored.
    pub extra: Field,
}

impl Fields {
    /// The fields of this version.
    #[must_use]
    pub fn current() -> Self {
        let (_, fields) = Self::build();
        fields
    }

    /// The stored text of a region.
    #[must_use]
    pub fn text(&self, region: Region) -> Field {
        let [title, lead, body] = self.texts;
        match region {
            Region::Title => title,
            Region::Lead => lead,
            Region::Body => body,
        }
    }

    /// Builds the schema.
    pub(crate) fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let indexed = |norms: bool| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(FEED)
                .set_fieldnorms(norms)
                .set_index_option(IndexRecordOption::WithFreqs);
            TextOptions::default().set_indexing_options(indexing)
        };
        let date = DateOptions::default()
            .set_fast()
            .set_indexed()
            .set_stored()
            .set_precision(DateTimePrecision::Seconds);
        let key = || STRING.set_fast("raw");
        let fields = Self {
            exact: schema.add_text_field("text_s", indexed(true)),
            folded: schema.add_text_field("text_f", indexed(true)),
            open: schema.add_text_field("text_o", indexed(false)),
            texts: Region::ALL.map(|region| schema.add_text_field(region.name(), STORED)),
            entities: schema.add_text_field("entities", indexed(false)),
            id: schema.add_text_field("id", key() | STORED),
            url: schema.add_text_field("url", STRING | STORED),
            group: schema.add_u64_field("group", FAST),
            published_at: schema.add_date_field("published_at", date.clone()),
            updated_at: schema.add_date_field("updated_at", date),
            author: schema.add_text_field("author", STORED),
            source: schema.add_text_field("source", STORED),
            section: schema.add_text_field("section", STORED),
            tags: schema.add_text_field("tags", STORED),
            author_key: schema.add_text_field("author_key", key()),
            source_key: schema.add_text_field("source_key", key()),
            section_key: schema.add_text_field("section_key", key()),
            tag_key: schema.add_text_field("tag_key", key()),
            extra_key: schema.add_text_field("extra_key", STRING),
            extra: schema.add_text_field("extra", STORED),
        };
        (schema.build(), fields)
    }

    /// Finds the fields in the schema of an opened index; the name of the first that is missing
    /// otherwise.
    pub(crate) fn find(schema: &Schema) -> Result<Self, String> {
        let (expected, fields) = Self::build();
        for (field, entry) in expected.fields() {
            let found = schema
                .get_field(entry.name())
                .map_err(|_| entry.name().to_string())?;
            if found != field || schema.get_field_entry(found) != entry {
                return Err(entry.name().to_string());
            }
        }
        Ok(fields)
    }

    /// Finds the stored fields in the schema of any version, by name; the name of the first that
    /// is missing otherwise. The other fields are not to be used.
    pub(crate) fn find_stored(schema: &Schema) -> Result<Self, String> {
        let (_, mut fields) = Self::build();
        let find = |name: &str| schema.get_field(name).map_err(|_| name.to_string());
        for (region, text) in Region::ALL.into_iter().zip(&mut fields.texts) {
            *text = find(region.name())?;
        }
        for (name, field) in [
            ("id", &mut fields.id),
            ("url", &mut fields.url),
            ("published_at", &mut fields.published_at),
            ("updated_at", &mut fields.updated_at),
            ("author", &mut fields.author),
            ("source", &mut fields.source),
            ("section", &mut fields.section),
            ("tags", &mut fields.tags),
            ("extra", &mut fields.extra),
        ] {
            *field = find(name)?;
        }
        Ok(fields)
    }
}

/// Registers what the fields are tokenized with.
pub(crate) fn register(index: &Index) {
    index.tokenizers().register(FEED, FeedTokenizer::default());
}

/// The key by which a source, section, author, tag or extra value is filtered: folded, lower case,
/// words joined by hyphens. `Thể thao`, `the thao` and `the-thao` have one key.
///
/// ```
/// use vietsearch_index::filter_key;
///
/// assert_eq!(filter_key("Thể thao"), "the-thao");
/// assert_eq!(filter_key("the-thao"), "the-thao");
/// assert_eq!(filter_key("Giáo dục & Đào tạo"), "giao-duc-dao-tao");
/// ```
#[must_use]
pub fn filter_key(label: &str) -> String {
    let folded = vietsearch_text::fold(label).to_lowercase();
    let words = folded.split(|character: char| !character.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}
