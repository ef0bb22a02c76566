//! Analysing an article once for all tiers.

use std::sync::Arc;

use tantivy::TantivyDocument;
use tantivy::schema::Field;
use vietsearch_text::entity::{Entity, EntityReader};
use vietsearch_text::interpret::{WrittenOut, WrittenOutReader};
use vietsearch_text::marks::is_unfinished;
use vietsearch_text::{Scanner, Token, TokenKind, UserDictionary};

use crate::article::Article;
use crate::duplicates::{Signature, Signer};
use crate::feed::Feed;
use crate::forward::{Sequence, SequenceWriter};
use crate::phrases::{PhraseExtractor, Phrases};
use crate::schema::{Fields, Region, filter_key};

/// Below this share of marked words a document counts as unmarked. Among 20,739 newspaper
/// articles the lowest share is 0.59.
const UNMARKED_BELOW: f32 = 0.2;
/// An unmarked document must be Vietnamese: at least this share of its words can be syllables.
/// English text has about a quarter.
const SYLLABLES_FROM: f32 = 0.6;

/// Analyses articles; holds the buffers.
///
/// [`NewsWriter`](crate::NewsWriter) has its own; this is for those who bring the terms elsewhere.
#[derive(Debug, Default)]
pub struct Analyzer {
    scanner: Scanner,
    entity_reader: EntityReader,
    written_out: WrittenOutReader,
    /// Which forms of several words the article has: 1 for those that lack marks, 2 for others.
    forms: Vec<u8>,
    regions: [RegionFeeds; 3],
    entities: Feed,
    /// Those that lack marks.
    unmarked_entities: Feed,
    sequence: SequenceWriter,
    phrases: Option<Box<PhraseExtractor>>,
    user_dictionary: Option<Arc<UserDictionary>>,
    places: Vec<Place>,
    unmarked: bool,
    signer: Signer,
}

#[derive(Debug, Default)]
struct RegionFeeds {
    exact: Feed,
    folded: Feed,
    open: Feed,
}

/// A word that may be open to marks, as a piece of a region's exact feed.
#[derive(Debug)]
struct Place {
    region: usize,
    start: usize,
    end: usize,
    is_syllable: bool,
}

/// What the index keeps of an article.
pub(crate) struct Analysed {
    pub(crate) document: TantivyDocument,
    /// Its words in order, for the [forward index](crate::forward).
    pub(crate) sequence: Vec<u8>,
    /// What its copies are found by.
    pub(crate) signature: Signature,
}

/// The terms of an article, lent by its [`Analyzer`].
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    analyzer: &'a Analyzer,
}

/// A term and whether a sentence has ended before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// The term.
    pub text: &'a str,
    /// True if it is the first of another sentence than the term before it.
    pub begins_sentence: bool,
}

impl<'a> Terms<'a> {
    /// The canonical forms of a region.
    pub fn exact(self, region: Region) -> impl Iterator<Item = Term<'a>> {
        let feeds = self.analyzer.regions.get(region as usize);
        feeds.into_iter().flat_map(|feeds| feeds.exact.terms())
    }

    /// The folded index keys of a region, one for each of [`exact`](Self::exact).
    pub fn folded(self, region: Region) -> impl Iterator<Item = Term<'a>> {
        let feeds = self.analyzer.regions.get(region as usize);
        feeds.into_iter().flat_map(|feeds| feeds.folded.terms())
    }

    /// The canonical forms of a region that are open to marks: words that are no syllables, and every
    /// bare word of an article that is [written without marks](Self::is_unmarked).
    pub fn open(self, region: Region) -> impl Iterator<Item = &'a str> {
        let feeds = self.analyzer.regions.get(region as usize);
        feeds
            .into_iter()
            .flat_map(|feeds| feeds.open.terms())
            .map(|term| term.text)
    }

    /// The words in order, to be read as a [`Sequence`].
    #[must_use]
    pub fn sequence(self) -> Vec<u8> {
        self.analyzer.sequence.finish(self.analyzer.unmarked)
    }

    /// The codes, dates and names of all regions, and what is written out that has an
    /// abbreviation: `~ủy_ban_nhân_dân`.
    pub fn entities(self) -> impl Iterator<Item = &'a str> {
        self.analyzer.entities.terms().map(|term| term.text)
    }

    /// True if the article is Vietnamese written without marks, so that every bare syllable of it
    /// is open to marks. Words that are no syllables are open in every article.
    #[must_use]
    pub fn is_unmarked(self) -> bool {
        self.analyzer.unmarked
    }
}

/// Counts that tell whether an article is written without marks.
#[derive(Debug, Default)]
struct Density {
    words: usize,
    marked: usize,
}

impl Analyzer {
    /// An analyzer that takes words of one's own for words.
    #[must_use]
    pub fn new(user_dictionary: Option<Arc<UserDictionary>>) -> Self {
        Self {
            user_dictionary,
            ..Self::default()
        }
    }

    /// Scans an article once and lends its terms.
    ///
    /// ```
    /// use vietsearch_index::{Analyzer, Article, Region};
    ///
    /// let mut analyzer = Analyzer::default();
    /// let terms = analyzer.terms(&Article::new("Hoà Bình. Mưa", "ngày 30/4/1975"));
    /// let folded: Vec<_> = terms.folded(Region::Title).map(|term| term.text).collect();
    /// assert_eq!(folded, ["hoa", "binh", "mua"]);
    /// assert!(terms.exact(Region::Title).last().is_some_and(|term| term.begins_sentence));
    /// let units: Vec<_> = terms.entities().collect();
    /// assert_eq!(units, ["1975-04-30", "--04-30", "1975-04"]);
    /// ```
    pub fn terms(&mut self, article: &Article) -> Terms<'_> {
        self.analyse(article);
        Terms { analyzer: self }
    }

    /// Analyses an article whose key is `key` for the index.
    pub(crate) fn document(&mut self, fields: &Fields, article: &Article, key: &str) -> Analysed {
        self.analyse(article);
        let mut document = TantivyDocument::new();
        let mut add = |field: Field, text: &str| {
            if !text.is_empty() {
                document.add_text(field, text);
            }
        };
        for (region, feeds) in Region::ALL.into_iter().zip(&self.regions) {
            for _ in 0..region.times() {
                add(fields.exact, feeds.exact.as_str());
                add(fields.folded, feeds.folded.as_str());
            }
            add(fields.open, feeds.open.as_str());
            add(fields.text(region), text_of(article, region));
        }
        add(fields.entities, self.entities.as_str());
        let labels = [
            (fields.author, &article.author),
            (fields.source, &article.source),
            (fields.section, &article.section),
        ];
        for (stored, label) in labels {
            add(stored, label.as_deref().unwrap_or(""));
        }
        for tag in &article.tags {
            add(fields.tags, tag);
        }
        for (field, term) in filter_terms(fields, article, key) {
            add(field, &term);
        }
        if !article.extra.is_empty()
            && let Ok(json) = serde_json::to_string(&article.extra)
        {
            add(fields.extra, &json);
        }
        for (field, time) in [
            (fields.published_at, article.published_at),
            (fields.updated_at, article.updated_at),
        ] {
            if let Some(time) = time {
                let seconds = tantivy::DateTime::from_timestamp_secs(time.unix_seconds());
                document.add_date(field, seconds);
            }
        }
        let sequence = self.sequence.finish(self.unmarked);
        let words = Sequence::new(&sequence).folded_words();
        Analysed {
            document,
            signature: self.signer.sign(&words),
            sequence,
        }
    }

    /// The phrases of an article.
    pub(crate) fn phrases(&mut self, article: &Article) -> Phrases {
        self.analyse(article);
        self.read_phrases(article)
    }

    /// The phrases of the article that was analysed last: of its headline, and of the beginning of
    /// its text.
    pub(crate) fn read_phrases(&mut self, article: &Article) -> Phrases {
        let words = &self.user_dictionary;
        let extractor = self
            .phrases
            .get_or_insert_with(|| Box::new(PhraseExtractor::new(words.clone())));
        let mut phrases = Phrases::default();
        let [title, texts @ ..] = &self.regions;
        let headline = text_of(article, Region::Title);
        extractor.headline(headline, &title.exact, &title.folded, &mut phrases);
        for (region, feeds) in [Region::Lead, Region::Body].into_iter().zip(texts) {
            let text = text_of(article, region);
            if !text.trim().is_empty() {
                extractor.opening(text, &feeds.exact, &feeds.folded, &mut phrases);
                break;
            }
        }
        phrases.finish();
        phrases
    }

    /// Scans title, lead and body.
    fn analyse(&mut self, article: &Article) {
        let Self {
            scanner,
            entity_reader,
            written_out,
            forms,
            regions,
            entities,
            unmarked_entities,
            sequence,
            places,
            unmarked: is_unmarked,
            signer: _,
            phrases: _,
            user_dictionary: _,
        } = self;
        entities.clear();
        unmarked_entities.clear();
        entity_reader.set_year(article.published_year());
        forms.clear();
        sequence.clear();
        places.clear();
        let mut density = Density::default();
        for (number, (region, feeds)) in Region::ALL.into_iter().zip(regions.iter_mut()).enumerate()
        {
            feeds.exact.clear();
            feeds.folded.clear();
            feeds.open.clear();
            let text = text_of(article, region);
            let mut tokens = scanner.scan(text);
            let mut keep = |entity: Entity<'_>| match entity.unmarked {
                true => unmarked_entities.push(entity.term, 0),
                false => entities.push(entity.term, 0),
            };
            while let Some(token) = tokens.next() {
                sequence.push(&token);
                let sentence = token.sentence;
                feeds
                    .exact
                    .push_with(sentence, |text| token.push_form_to(text));
                feeds
                    .folded
                    .push_with(sentence, |text| token.push_index_key_to(text));
                if let Some(is_syllable) = density.count(&token) {
                    let end = feeds.exact.len() - 1;
                    places.push(Place {
                        region: number,
                        start: end - token.form.len(),
                        end,
                        is_syllable,
                    });
                }
                entity_reader.push(text, &token, &mut keep);
                written_out.push(&token, &mut |form| note_form(forms, &form));
            }
            entity_reader.finish(&mut keep);
            written_out.finish();
            match region {
                Region::Title => sequence.end_title(),
                Region::Lead => sequence.end_lead(),
                Region::Body => {}
            }
        }
        let unmarked = density.is_unmarked(places, regions);
        *is_unmarked = unmarked;
        for term in unmarked_entities.terms().filter(|_| unmarked) {
            entities.push(term.text, 0);
        }
        for (number, _) in forms
            .iter()
            .enumerate()
            .filter(|(_, form)| **form == MARKED || (unmarked && **form == UNMARKED))
        {
            if let Some(term) = WrittenOutReader::term(number) {
                entities.push(term, 0);
            }
        }
        for place in places.iter() {
            if let Some(feeds) = regions.get_mut(place.region)
                && (unmarked || !place.is_syllable)
            {
                let form = feeds.exact.get(place.start, place.end);
                feeds.open.push(form, 0);
            }
        }
    }
}

/// In [`Analyzer::forms`].
const UNMARKED: u8 = 1;
const MARKED: u8 = 2;

fn note_form(forms: &mut Vec<u8>, form: &WrittenOut<'_>) {
    if forms.len() <= form.number {
        forms.resize(form.number + 1, 0);
    }
    if let Some(known) = forms.get_mut(form.number) {
        let state = if form.unmarked { UNMARKED } else { MARKED };
        *known = state.max(*known);
    }
}

impl Density {
    /// Counts a token. Returns whether it is a syllable, if it is a word that may be open: a bare
    /// syllable, or any word outside the syllable tables.
    fn count(&mut self, token: &Token<'_>) -> Option<bool> {
        let is_syllable = match token.kind {
            TokenKind::Syllable => true,
            TokenKind::Word => false,
            _ => return None,
        };
        self.words += 1;
        let bare = token.is_bare();
        self.marked += usize::from(!bare);
        (bare || !is_syllable).then_some(is_syllable)
    }

    /// True if the article is Vietnamese written without marks.
    fn is_unmarked(&self, places: &[Place], regions: &[RegionFeeds; 3]) -> bool {
        let words = self.words as f32;
        if self.words == 0 || self.marked as f32 >= words * UNMARKED_BELOW {
            return false;
        }
        let is_vietnamese = |place: &&Place| {
            place.is_syllable
                || regions
                    .get(place.region)
                    .is_some_and(|feeds| is_unfinished(feeds.exact.get(place.start, place.end)))
        };
        let outside = places.iter().filter(|place| !is_vietnamese(place)).count();
        (self.words - outside) as f32 >= words * SYLLABLES_FROM
    }
}

/// The terms that filters look for: key, address, and the keys of labels and extra fields.
pub fn filter_terms(
    fields: &Fields,
    article: &Article,
    key: &str,
) -> impl Iterator<Item = (Field, String)> {
    let labels = [
        (fields.author_key, &article.author),
        (fields.source_key, &article.source),
        (fields.section_key, &article.section),
    ];
    let labels = labels
        .into_iter()
        .flat_map(|(field, label)| label.iter().map(move |label| (field, filter_key(label))));
    let tags = article
        .tags
        .iter()
        .map(|tag| (fields.tag_key, filter_key(tag)));
    let url = article.url.iter().map(|url| (fields.url, url.clone()));
    let extra = extra_terms(article).map(|term| (fields.extra_key, term));
    std::iter::once((fields.id, key.to_string()))
        .chain(labels)
        .chain(tags)
        .chain(url)
        .chain(extra)
        .filter(|(_, term)| !term.is_empty())
}

/// The text of a region; empty if the article has none.
pub(crate) fn text_of(article: &Article, region: Region) -> &str {
    let text = match region {
        Region::Title => &article.title,
        Region::Lead => &article.lead,
        Region::Body => &article.body,
    };
    text.as_deref().unwrap_or("")
}

/// The term of an extra field's value.
///
/// ```
/// assert_eq!(vietsearch_index::extra_term("doc_type", "phóng sự"), "doc_type=phong-su");
/// ```
#[must_use]
pub fn extra_term(name: &str, value: &str) -> String {
    format!("{name}={}", filter_key(value))
}

/// The filter terms of an article's extra fields: one for each scalar value.
pub fn extra_terms(article: &Article) -> impl Iterator<Item = String> + '_ {
    article.extra.iter().flat_map(|(name, value)| {
        let values = scalars(value).into_iter();
        values.map(move |value| extra_term(name, &value))
    })
}

/// The scalar values of an extra field, as text.
fn scalars(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Number(number) => vec![number.to_string()],
        serde_json::Value::Bool(truth) => vec![truth.to_string()],
        serde_json::Value::Array(values) => values.iter().flat_map(scalars).collect(),
        serde_json::Value::Null | serde_json::Value::Object(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analyse(body: &str) -> Analyzer {
        let mut analyzer = Analyzer::default();
        analyzer.analyse(&Article::default().with_body(body));
        analyzer
    }

    fn open(body: &str) -> Vec<String> {
        let analyzer = analyse(body);
        let [.., body] = &analyzer.regions;
        let words = body
            .open
            .as_str()
            .split(' ')
            .filter(|word| !word.is_empty());
        words.map(str::to_string).collect()
    }

    #[test]
    fn open_places() {
        assert_eq!(open("bao so 3 gay mua"), ["bao", "so", "gay", "mua"]);
        assert_eq!(open("Bão số 3 gây mưa ở Bao Vinh"), [""; 0]);
        assert_eq!(open("tỉnh Đăk Lăk"), ["đăk", "lăk"]);
        assert_eq!(open("Ông Pele đá ở Tây Nguyên"), ["pele"]);
        assert_eq!(
            open("The weather in Paris is fine"),
            ["weather", "paris", "is", "fine"]
        );
    }

    #[test]
    fn what_is_written_out_is_a_unit() {
        let units = |body: &str| analyse(body).entities.as_str().trim_end().to_string();
        assert_eq!(
            units("Ủy ban nhân dân họp. Uỷ ban Nhân dân họp"),
            "~ủy_ban_nhân_dân"
        );
        assert_eq!(
            units("uy ban nhan dan tinh hop hom nay"),
            "~ủy_ban_nhân_dân"
        );
        assert_eq!(units("Ông nói: \"uy ban nhan dan\" là gì hả ông Bảy?"), "");
    }

    #[test]
    fn tiers_have_the_same_words() {
        let analyzer = analyse("Hoà Bình. kỹ thuật 168/2024/NĐ-CP");
        let [.., body] = &analyzer.regions;
        assert_eq!(body.exact.as_str(), "hòa bình kỹ thuật 168 2024 nđ cp ");
        assert_eq!(body.folded.as_str(), "hoa binh ki thuat 168 2024 nd cp ");
        assert_eq!(analyzer.entities.as_str(), "168/2024/nd-cp ");
    }
}
