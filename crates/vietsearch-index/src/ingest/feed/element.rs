//! The elements of an item or of a head, one level deep, read as leniently as feeds need.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element with its text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// The name as written, with its prefix.
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// The text with its entities decoded, as far as XML knows them, and with the tags of markup
    /// that stands in it unescaped. So it is HTML.
    pub(super) html: String,
    /// The elements in it, with their texts.
    pub(super) children: Vec<(String, String)>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn child(&self, name: &str) -> Option<&str> {
        let found = self.children.iter().find(|(key, _)| local(key) == name);
        found.map(|(_, value)| value.trim())
    }
}

/// The name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// What is told of an item that is whole but for the end of an element in it.
pub(super) const NOT_CLOSED: &str = "an element is not closed";

/// Why reading stopped, and at which byte.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) reason: String,
    pub(super) byte: usize,
}

/// Reads the elements within the elements of the path, each named without prefix: `["item"]`. The
/// first value is the outermost one that was opened. Stops where the text is broken.
pub(super) fn elements(
    text: &str,
    path: &[&[&str]],
) -> (Vec<(String, String)>, Vec<Element>, Option<Broken>) {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut found = Found::default();
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(error) => {
                let byte = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                let reason = format!("broken markup: {error}");
                let broken = Some(Broken { reason, byte });
                return (found.namespaces, found.elements, broken);
            }
        };
        found.take(&event, path);
    }
    let broken = found.open.then(|| Broken {
        reason: NOT_CLOSED.to_owned(),
        byte: text.len(),
    });
    (found.namespaces, found.elements, broken)
}

#[derive(Default)]
struct Found {
    namespaces: Vec<(String, String)>,
    elements: Vec<Element>,
    /// The names that are open, from the outermost.
    names: Vec<String>,
    /// How many of them belong to the path.
    matched: usize,
    open: bool,
}

impl Found {
    fn take(&mut self, event: &Event<'_>, path: &[&[&str]]) {
        match event {
            Event::Start(tag) => self.start(tag, path, false),
            Event::Empty(tag) => self.start(tag, path, true),
            Event::End(tag) => self.end(tag.name().as_ref(), path),
            Event::Text(text) => self.text(text, path),
            Event::CData(text) => self.text(text, path),
            Event::GeneralRef(name) => {
                let name: &str = name;
                let inside = self.names.len() > path.len() + 1;
                // In markup that is written out, entities stay what they are.
                match predefined(name).filter(|_| !inside) {
                    Some(character) => self.text(character.encode_utf8(&mut [0; 4]), path),
                    None => self.text(&format!("&{name};"), path),
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, path: &[&[&str]], is_empty: bool) {
        let name = tag.name().as_ref().to_owned();
        let depth = self.names.len();
        if depth < path.len() {
            let attributes = attributes(tag);
            self.namespaces.extend(attributes);
            let expected = path.get(depth).copied().unwrap_or_default();
            let fits = expected
                .iter()
                .any(|expected| expected.eq_ignore_ascii_case(local(&name)));
            self.matched += usize::from(fits && self.matched == depth);
        } else if self.matched == path.len() {
            match self.elements.last_mut().filter(|_| depth > path.len()) {
                None => {
                    self.open = !is_empty;
                    self.elements.push(Element {
                        attributes: attributes(tag),
                        name: name.clone(),
                        ..Element::default()
                    });
                }
                Some(element) => {
                    element.html.push_str(&format!("<{}>", local(&name)));
                    if depth == path.len() + 1 {
                        element.children.push((name.clone(), String::new()));
                    }
                }
            }
        }
        if !is_empty {
            self.names.push(name);
        }
    }

    fn end(&mut self, name: &str, path: &[&[&str]]) {
        // A tag that closes nothing is passed over, one that closes an outer element closes those
        // in it.
        let Some(depth) = self.names.iter().rposition(|open| open == name) else {
            return;
        };
        let inside = depth > path.len();
        if let Some(element) = self.elements.last_mut().filter(|_| inside) {
            element.html.push_str(&format!("</{}>", local(name)));
        }
        self.names.truncate(depth);
        self.open &= depth > path.len();
        self.matched = self.matched.min(depth);
    }

    fn text(&mut self, text: &str, path: &[&[&str]]) {
        let depth = self.names.len();
        if depth <= path.len() || self.matched < path.len() {
            return;
        }
        let Some(element) = self.elements.last_mut() else {
            return;
        };
        element.html.push_str(text);
        if depth > path.len() + 1
            && let Some((_, child)) = element.children.last_mut()
        {
            child.push_str(text);
        }
    }
}

fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for attribute in tag.html_attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref().to_owned();
        let value = match quick_xml::escape::unescape(&attribute.value) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.into_owned(),
        };
        found.push((key, value));
    }
    found
}

/// The entities that XML has, and characters by number.
fn predefined(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
