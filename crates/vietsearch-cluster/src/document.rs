//! From an article to the document that engines get.

use jiff::Timestamp;
use serde_json::{Map, Value};
use vietsearch_index::date::DateTime;
use vietsearch_index::{Analyzer, Article, Region, Term, extra_terms, filter_key};
use vietsearch_text::{Scanner, Segmenter};

use crate::bulk::Rejection;
use crate::error::{ClusterError, Result};
use crate::schema::{self, WORDS};
use crate::term::bounded;

/// The version of documents: changes whenever their terms do.
pub(crate) const DOCUMENT_VERSION: u64 = 1;

/// The sign between sentences, so that phrases do not cross them.
const SENTENCE: &str = "¶";

/// A document and the id under which it is known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// The article's key.
    pub id: String,
    /// The fields.
    pub source: Value,
}

/// Makes documents of articles; holds the buffers.
///
/// ```
/// use vietsearch_cluster::Documents;
/// use vietsearch_index::Article;
///
/// let article = Article::new("Giá vàng hôm nay tăng", "").with_id("1");
/// let document = Documents::new().document(&article)?;
/// assert_eq!(document.source["title_s"], "giá vàng hôm nay tăng");
/// assert_eq!(document.source["title_f"], "gia vang hom nay tang");
/// # Ok::<(), vietsearch_cluster::ClusterError>(())
/// ```
#[derive(Default)]
pub struct Documents {
    analyzer: Analyzer,
    segmenter: Option<Segmenter<'static>>,
}

impl Documents {
    /// A maker of documents without the tier of words.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills the tier of words too (`title_w` and so on): `hôm_nay`. No query of this library looks
    /// there; it is for those of one's own, and makes an index larger by about a third.
    #[must_use]
    pub fn with_words(mut self, segmenter: Segmenter<'static>) -> Self {
        self.segmenter = Some(segmenter);
        self
    }

    /// The version of the analysis that is written into every document.
    #[must_use]
    pub fn version() -> u64 {
        u64::from(vietsearch_text::ANALYSIS_VERSION) * 1_000 + DOCUMENT_VERSION
    }

    /// Makes the document of an article. It is its own duplicate group; set `dup_group` of
    /// [`Document::source`] to the group of a near-duplicate.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Article`] if it has neither title nor body, or too long a key.
    pub fn document(&mut self, article: &Article) -> Result<Document> {
        let id = article.key();
        let refused = |reason: &str| {
            let id = bounded(&id).into_owned();
            Err(ClusterError::Article(Rejection::local(id, reason)))
        };
        if article.is_empty() {
            return refused("has neither title nor body");
        }
        if id.len() > MAX_ID_BYTES {
            return refused("the id is longer than 512 bytes: give a shorter one");
        }
        let mut source = Map::new();
        let hash = id_hash(&id);
        source.insert("id".into(), Value::from(id.as_str()));
        source.insert("id_hash".into(), Value::from(hash));
        source.insert("dup_group".into(), Value::from(hash));
        source.insert("analysis".into(), Value::from(Self::version()));
        add_times(&mut source, article);
        add_shown(&mut source, article);
        add_filters(&mut source, article);
        self.add_terms(&mut source, article);
        Ok(Document {
            id,
            source: Value::Object(source),
        })
    }

    fn add_terms(&mut self, source: &mut Map<String, Value>, article: &Article) {
        let terms = self.analyzer.terms(article);
        for region in Region::ALL {
            let count = terms.exact(region).count();
            if count == 0 {
                continue;
            }
            source.insert(
                schema::tier(region, "s"),
                joined(terms.exact(region)).into(),
            );
            source.insert(
                schema::tier(region, "f"),
                joined(terms.folded(region)).into(),
            );
            source.insert(schema::length(region), Value::from(count));
        }
        let entities: Vec<_> = terms.entities().map(bounded).collect();
        if !entities.is_empty() {
            source.insert("entities".into(), entities.join(" ").into());
        }
        if terms.is_unmarked() {
            source.insert("unmarked".into(), "true".into());
        }
        if let Some(segmenter) = &mut self.segmenter {
            for region in Region::ALL {
                let words = words(text_of(article, region), segmenter);
                if !words.is_empty() {
                    source.insert(schema::tier(region, WORDS), words.into());
                }
            }
        }
    }
}

/// Engines take ids of at most 512 bytes.
const MAX_ID_BYTES: usize = 512;

/// Terms between spaces, a sign between sentences.
fn joined<'a>(terms: impl Iterator<Item = Term<'a>>) -> String {
    let mut text = String::new();
    for term in terms {
        if !text.is_empty() {
            text.push(' ');
            if term.begins_sentence {
                text.push_str(SENTENCE);
                text.push(' ');
            }
        }
        text.push_str(&bounded(term.text));
    }
    text
}

/// Canonical forms, those of one word joined by `_`.
fn words(text: &str, segmenter: &mut Segmenter<'static>) -> String {
    let mut joined = String::new();
    let mut sentence = 0;
    let mut scanner = Scanner::new();
    let mut tokens = scanner.scan(text);
    // The tokens of a text are those of its words, in order.
    for word in segmenter.segment(text) {
        for number in 0..word.tokens {
            let Some(token) = tokens.next() else { break };
            if !joined.is_empty() {
                joined.push(if number > 0 { '_' } else { ' ' });
                if token.sentence > sentence && number == 0 {
                    joined.push_str(SENTENCE);
                    joined.push(' ');
                }
            }
            sentence = token.sentence;
            joined.push_str(&bounded(token.form));
        }
    }
    joined
}

fn add_times(source: &mut Map<String, Value>, article: &Article) {
    let seconds = article.published_at.map_or(0, DateTime::unix_seconds);
    // Articles without a date, and those before 1970, are the oldest.
    source.insert("timestamp".into(), utc(seconds.max(0)).into());
    if let Some(at) = article.published_at {
        source.insert("published_at".into(), utc(at.unix_seconds()).into());
        source.insert("published_local".into(), at.to_string().into());
    }
    if let Some(at) = article.updated_at {
        source.insert("updated_at".into(), utc(at.unix_seconds()).into());
    }
}

/// `2024-04-30T23:30:00Z`
pub(crate) fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .unwrap_or_default()
        .to_string()
}

fn add_shown(source: &mut Map<String, Value>, article: &Article) {
    let texts = [
        ("title", &article.title),
        ("lead", &article.lead),
        ("body", &article.body),
        ("url", &article.url),
        ("author", &article.author),
        ("source", &article.source),
        ("section", &article.section),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            source.insert(name.into(), Value::from(text.as_str()));
        }
    }
    if !article.tags.is_empty() {
        source.insert("tags".into(), article.tags.clone().into());
    }
    if !article.extra.is_empty()
        && let Ok(json) = serde_json::to_string(&article.extra)
    {
        source.insert("extra".into(), json.into());
    }
}

fn add_filters(source: &mut Map<String, Value>, article: &Article) {
    let labels = [
        ("author_key", &article.author),
        ("source_key", &article.source),
        ("section_key", &article.section),
    ];
    for (name, label) in labels {
        if let Some(label) = label {
            source.insert(name.into(), filter_key(label).into());
        }
    }
    let tags: Vec<String> = article.tags.iter().map(|tag| filter_key(tag)).collect();
    if !tags.is_empty() {
        source.insert("tag_key".into(), tags.into());
    }
    let extra: Vec<String> = extra_terms(article).collect();
    if !extra.is_empty() {
        source.insert("extra_key".into(), extra.into());
    }
}

fn text_of(article: &Article, region: Region) -> &str {
    let text = match region {
        Region::Title => &article.title,
        Region::Lead => &article.lead,
        Region::Body => &article.body,
    };
    text.as_deref().unwrap_or("")
}

/// A number that orders documents with equal scores and tells where a page ends: FNV-1a (RFC 9923),
/// mixed, without its top bit, for some engines only know signed numbers.
///
/// Among a billion articles two have the same one with a probability of 0.05, which matters only
/// where their scores are equal too and a page ends between them.
pub(crate) fn id_hash(id: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    // The finaliser of splitmix64: short ids differ in the low bits only.
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) >> 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(article: &Article) -> Value {
        Documents::new().document(article).unwrap().source
    }

    #[test]
    fn sentences_are_kept_apart_and_lengths_count_words_only() {
        let source = document(&Article::new("Hà Nội. Mới đây", "Mưa to! Gió lớn"));
        assert_eq!(source["title_s"], "hà nội ¶ mới đây");
        assert_eq!(source["title_f"], "ha noi ¶ moi day");
        assert_eq!(source["body_f"], "mua to ¶ gio lon");
        assert_eq!(source["title_length"], 4);
        assert!(source.get("lead_s").is_none() && source.get("lead_length").is_none());
    }

    #[test]
    fn times_are_utc_with_a_local_copy() {
        let at = DateTime::parse("01/05/2024 06:30").unwrap();
        let source = document(&Article::new("Mưa", "").with_published_at(at));
        assert_eq!(source["published_at"], "2024-04-30T23:30:00Z");
        assert_eq!(source["timestamp"], "2024-04-30T23:30:00Z");
        assert_eq!(source["published_local"], "2024-05-01T06:30:00+07:00");
        let undated = document(&Article::new("Mưa", ""));
        assert_eq!(undated["timestamp"], "1970-01-01T00:00:00Z");
        assert!(undated.get("published_at").is_none());
    }

    #[test]
    fn labels_have_keys() {
        let article = Article::new("Mưa", "")
            .with_section("Thể thao")
            .with_tags(["Bóng đá"])
            .with_extra("doc_type", "phóng sự");
        let source = document(&article);
        assert_eq!(source["section"], "Thể thao");
        assert_eq!(source["section_key"], "the-thao");
        assert_eq!(source["tag_key"], serde_json::json!(["bong-da"]));
        assert_eq!(
            source["extra_key"],
            serde_json::json!(["doc_type=phong-su"])
        );
        assert_eq!(source["extra"], r#"{"doc_type":"phóng sự"}"#);
    }

    #[test]
    fn unmarked_articles_and_units_are_told() {
        let source = document(&Article::new(
            "bao so 3 gay mua",
            "nghi dinh 168/2024/nd-cp",
        ));
        assert_eq!(source["unmarked"], "true");
        assert_eq!(source["entities"], "168/2024/nd-cp ~nghị_định");
        let marked = document(&Article::new("Bão số 3 gây mưa", ""));
        assert!(marked.get("unmarked").is_none());
    }

    #[test]
    fn words_are_joined_where_the_segmenter_says() {
        let mut documents = Documents::new().with_words(Segmenter::new().unwrap());
        let source = documents
            .document(&Article::new("", "Giá vàng hôm nay tăng. Hết"))
            .unwrap()
            .source;
        assert_eq!(source["body_w"], "giá vàng hôm_nay tăng ¶ hết");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let mut documents = Documents::new();
        let error = documents
            .document(&Article::new("…", "").with_id("7"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "article \"7\": has neither title nor body"
        );
        let long = Article::new("Mưa", "").with_id("x".repeat(513));
        assert!(documents.document(&long).is_err());
    }

    #[test]
    fn hashes_are_fixed_spread_and_positive() {
        assert_eq!(id_hash(""), id_hash(""));
        let hashes: std::collections::HashSet<u64> =
            (0..10_000).map(|id| id_hash(&id.to_string())).collect();
        assert_eq!(hashes.len(), 10_000);
        assert!(hashes.iter().all(|hash| i64::try_from(*hash).is_ok()));
        let low = hashes.iter().filter(|hash| **hash < u64::MAX >> 2).count();
        assert!((4_500..5_500).contains(&low), "{low}");
    }
}
