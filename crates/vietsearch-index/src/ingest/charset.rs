//! The encoding that a feed or a web page declares at its beginning.

use vietsearch_text::encoding::{Encoding, UnknownEncoding};

use super::walk::Format;

/// How many bytes are looked at; the standard of HTML says so.
pub(super) const DECLARED_WITHIN: usize = 1024;

/// Finds the encoding that the first bytes of a file name; `None` if they name none.
pub(super) fn declared(head: &[u8], format: Format) -> Option<Result<Encoding, UnknownEncoding>> {
    // All encodings that a file can declare by itself have ASCII in common.
    let text: String = head.iter().map(|byte| char::from(byte & 0x7f)).collect();
    let text = text.to_ascii_lowercase();
    let name = match format {
        Format::Feed => in_declaration(&text),
        Format::Page => in_meta(&text).or_else(|| in_declaration(&text)),
        _ => None,
    }?;
    // Text that can be read as ASCII is no UTF-16, whatever it says.
    Some(name.parse().map(|encoding| match encoding {
        Encoding::Utf16 | Encoding::Utf16Le | Encoding::Utf16Be => Encoding::Utf8,
        other => other,
    }))
}

/// `<?xml version="1.0" encoding="utf-8"?>`
fn in_declaration(text: &str) -> Option<&str> {
    let start = text.trim_start().strip_prefix("<?xml")?;
    let (declaration, _) = start.split_once('>')?;
    value_after(declaration, "encoding")
}

/// `<meta charset="utf-8">`, `<meta http-equiv="Content-Type" content="text/html; charset=utf-8">`
fn in_meta(text: &str) -> Option<&str> {
    let mut metas = text.split("<meta").skip(1);
    metas.find_map(|meta| {
        let tag = meta.split('>').next()?;
        value_after(tag, "charset")
    })
}

/// The value after `name=`, with or without quotes.
fn value_after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(name)?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|letter: char| letter.is_whitespace() || "\"';/?>".contains(letter));
    let value = value.get(..end.unwrap_or(value.len()))?;
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        let cases = [
            (
                Format::Feed,
                "<?xml version=\"1.0\" encoding=\"windows-1258\"?><rss>",
                "windows-1258",
            ),
            (
                Format::Feed,
                "\n<?xml version='1.0' encoding='UTF-8' ?>",
                "utf-8",
            ),
            (Format::Page, "<html><head><META CHARSET=VISCII>", "viscii"),
            (
                Format::Page,
                "<meta name=x><meta http-equiv='Content-Type' content='text/html; charset=x-viet-vps'>",
                "vps",
            ),
            (Format::Page, "<meta charset = \"utf-16\">", "utf-8"),
            (
                Format::Page,
                "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>",
                "windows-1252",
            ),
        ];
        for (format, text, expected) in cases {
            let found = declared(text.as_bytes(), format).unwrap().unwrap();
            assert_eq!(found.name(), expected, "{text}");
        }
        for (format, text) in [
            (Format::Feed, "<rss encoding=\"viscii\">"),
            (Format::Page, "<p>charset=viscii</p>"),
            (Format::Page, "<meta charset=>"),
            (Format::PlainText, "<meta charset=viscii>"),
            (Format::Feed, ""),
        ] {
            assert_eq!(declared(text.as_bytes(), format), None, "{text}");
        }
        let unknown = declared(b"<meta charset=koi8-r>", Format::Page).unwrap();
        assert!(unknown.unwrap_err().to_string().contains("\"koi8-r\""));
    }
}
