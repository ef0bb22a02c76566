//! A query as a feed that others can follow: [RSS 2.0](https://www.rssboard.org/rss-specification).

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use vietsearch_index::date::DateTime;

use crate::error::Result;
use crate::highlight::to_html;
use crate::request::{Require, SearchRequest, Sort};
use crate::response::Hit;
use crate::search::NewsSearcher;

/// What a feed tells of itself.
///
/// ```
/// use vietsearch_index::{Article, NewsIndex, WriterOptions};
/// use vietsearch_query::{Channel, NewsSearcher, SearchRequest};
///
/// let index = NewsIndex::create_in_ram()?;
/// let mut writer = index.writer(WriterOptions::default().with_threads(1))?;
/// writer.add(Article::new("Bão số 3 & mưa lớn", "Gió giật cấp 12.").with_id("1"))?;
/// writer.commit()?;
///
/// let channel = Channel::new("Tin về bão", "https://bao.example/tim?q=bão");
/// let request = SearchRequest::new("bão").with_limit(Channel::ITEMS);
/// let feed = channel.feed(&NewsSearcher::new(&index)?, &request)?;
/// assert!(feed.contains("<title>Bão số 3 &amp; mưa lớn</title>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Channel {
    /// The name of the feed.
    pub title: String,
    /// The page that the feed belongs to, a URL.
    pub link: String,
    /// A sentence about the feed; the title if it is empty.
    pub description: String,
}

impl Channel {
    /// How many articles a feed has unless the request says another number.
    pub const ITEMS: usize = 20;

    /// A feed with a name and a page.
    #[must_use]
    pub fn new(title: impl Into<String>, link: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            link: link.into(),
            description: String::new(),
        }
    }

    /// Sets the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The articles that hold every word of a query, newest first, as RSS: as many as the limit of
    /// the request says, for which [`Self::ITEMS`] is usual.
    ///
    /// # Errors
    ///
    /// As for [`NewsSearcher::search`].
    pub fn feed(&self, searcher: &NewsSearcher, request: &SearchRequest) -> Result<String> {
        let mut request = request.clone();
        request.sort = Sort::Date;
        request.require = Require::All;
        self.write(&searcher.search(&request)?.hits)
    }

    /// Writes hits in their order as RSS 2.0.
    ///
    /// Characters that XML cannot hold are left out.
    ///
    /// # Errors
    ///
    /// None that is known: memory is written to.
    pub fn write(&self, hits: &[Hit]) -> Result<String> {
        let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 2));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let names = [
            ("version", "2.0"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ];
        xml.start("rss", &names)?;
        xml.start("channel", &[])?;
        let description = match self.description.trim() {
            "" => &self.title,
            _ => &self.description,
        };
        xml.text("title", &[], &self.title)?;
        xml.text("link", &[], &address(&self.link))?;
        xml.text("description", &[], description)?;
        xml.text("language", &[], "vi")?;
        let newest = hits.iter().filter_map(|hit| hit.published_at).max();
        if let Some(time) = newest.and_then(date) {
            xml.text("lastBuildDate", &[], &time)?;
        }
        for hit in hits {
            xml.item(hit)?;
        }
        xml.end("channel")?;
        xml.end("rss")?;
        let mut text = String::from_utf8_lossy(&xml.0.into_inner()).into_owned();
        text.push('\n');
        Ok(text)
    }
}

struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn event(&mut self, event: Event<'_>) -> Result<()> {
        Ok(self.0.write_event(event)?)
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.event(Event::Start(start))
    }

    fn end(&mut self, name: &str) -> Result<()> {
        self.event(Event::End(BytesEnd::new(name)))
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<()> {
        self.start(name, attributes)?;
        let text: String = text.chars().filter(|sign| is_xml(*sign)).collect();
        self.event(Event::Text(BytesText::new(&text)))?;
        self.end(name)
    }

    fn item(&mut self, hit: &Hit) -> Result<()> {
        self.start("item", &[])?;
        if let Some(title) = &hit.title {
            self.text("title", &[], title)?;
        }
        if let Some(url) = &hit.url {
            self.text("link", &[], &address(url))?;
        }
        if !hit.snippet.is_empty() || hit.title.is_none() {
            // What stands here is HTML.
            self.text("description", &[], &to_html(&hit.snippet, &[], "", ""))?;
        }
        if let Some(author) = &hit.author {
            // `author` of RSS is an e-mail address.
            self.text("dc:creator", &[], author)?;
        }
        if let Some(section) = &hit.section {
            self.text("category", &[], section)?;
        }
        let is_address = hit.id.starts_with("http://") || hit.id.starts_with("https://");
        let permanent = if is_address { "true" } else { "false" };
        self.text("guid", &[("isPermaLink", permanent)], &hit.id)?;
        if let Some(time) = hit.published_at.and_then(date) {
            self.text("pubDate", &[], &time)?;
        }
        self.end("item")
    }
}

/// `Wed, 1 May 2024 06:30:00 +0700`.
fn date(time: DateTime) -> Option<String> {
    let zone = TimeZone::fixed(Offset::constant(7));
    let time = Timestamp::from_second(time.unix_seconds()).ok()?;
    rfc2822::to_string(&time.to_zoned(zone)).ok()
}

/// An address in the characters that a URI may have.
fn address(url: &str) -> String {
    let mut written = String::with_capacity(url.len());
    let mut buffer = [0; 4];
    for sign in url.trim().chars() {
        if sign.is_ascii_graphic() && !"\"<>\\^`{|}".contains(sign) {
            written.push(sign);
            continue;
        }
        for byte in sign.encode_utf8(&mut buffer).bytes() {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// The characters of [XML 1.0](https://www.w3.org/TR/xml/#charsets).
fn is_xml(sign: char) -> bool {
    matches!(sign, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vietsearch_index::ingest::{self, Entry, Options};
    use vietsearch_index::{Article, NewsIndex, WriterOptions};

    fn feed(articles: Vec<Article>, request: &SearchRequest) -> String {
        let index = NewsIndex::create_in_ram().unwrap();
        let mut writer = index
            .writer(WriterOptions::default().with_threads(1))
            .unwrap();
        writer.add_all(articles).unwrap();
        writer.commit().unwrap();
        let channel =
            Channel::new("Bão & lũ", "https://bao.example/tìm?q=bão").with_description("<tin>");
        channel
            .feed(&NewsSearcher::new(&index).unwrap(), request)
            .unwrap()
    }

    fn storm(number: i64) -> Article {
        let time = DateTime::from_unix_seconds(1_714_521_600 + number * 3_600);
        Article::new(
            format!("Bão số {number} & gió < 12"),
            "Gió giật \"cấp 12\"\u{1}.",
        )
        .with_id(number.to_string())
        .with_url(format!("https://bao.example/bão-{number}"))
        .with_author("Lê Hạ")
        .with_section("Thời sự")
        .with_published_at(time)
    }

    /// Our own reader takes the feed: what it gives is what was written.
    fn read_again(feed: &str) -> Vec<Article> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("feed.rss");
        std::fs::write(&path, feed).unwrap();
        let entries = ingest::read([path], &Options::default());
        let articles = entries.map(|entry| match entry {
            Entry::Article {
                article, warnings, ..
            } => {
                assert!(warnings.is_empty(), "{warnings:?}");
                *article
            }
            Entry::Skipped(problem) => panic!("{problem:?}"),
        });
        articles.collect()
    }

    #[test]
    fn twenty_items_newest_first() {
        let feed = feed(
            (0..30).map(storm).collect(),
            &SearchRequest::new("bão").with_limit(Channel::ITEMS),
        );
        let articles = read_again(&feed);
        let ids: Vec<String> = articles
            .iter()
            .filter_map(|article| article.id.clone())
            .collect();
        let expected: Vec<String> = (10..30)
            .rev()
            .map(|number: i64| number.to_string())
            .collect();
        assert_eq!(ids, expected);
        let first = articles.first().unwrap();
        assert_eq!(first.title.as_deref(), Some("Bão số 29 & gió < 12"));
        assert_eq!(first.published_at, storm(29).published_at);
        assert_eq!(
            first.url.as_deref(),
            Some("https://bao.example/b%C3%A3o-29")
        );
        assert!(
            feed.contains("<pubDate>Thu, 2 May 2024 12:00:00 +0700</pubDate>"),
            "{feed}"
        );
        assert!(feed.contains("<category>Thời sự</category>"));
        assert!(feed.contains("<dc:creator>Lê Hạ</dc:creator>"));
        assert!(feed.contains("<guid isPermaLink=\"false\">29</guid>"));
        assert!(feed.contains("<description>&lt;tin&gt;</description>"));
        assert!(feed.contains("<link>https://bao.example/t%C3%ACm?q=b%C3%A3o</link>"));
        assert!(!feed.contains('\u{1}'));
    }

    #[test]
    fn a_feed_may_be_empty_or_of_another_length() {
        let none = feed(vec![storm(1)], &SearchRequest::new("hạn hán"));
        assert!(!none.contains("<item>") && none.trim_end().ends_with("</rss>"));
        let five = feed(
            (0..9).map(storm).collect(),
            &SearchRequest::new("bão").with_limit(5),
        );
        assert_eq!(read_again(&five).len(), 5);
    }
}
