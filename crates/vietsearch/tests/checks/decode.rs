//! Legacy encodings: any bytes, cut anywhere.

use vietsearch::text::encoding::{Decoder, Encoding};

/// Checks every promise on some bytes; the first two choose where the bytes are cut.
pub fn check(input: &[u8]) {
    let (cuts, bytes) = input.split_at(input.len().min(2));
    let step = 1 + usize::from(cuts.first().copied().unwrap_or(0) % 64);
    for encoding in Encoding::all() {
        let whole = encoding.decode(bytes);
        if Encoding::of_mark(bytes).is_some() {
            // A decoder begins after the mark.
            continue;
        }
        let mut decoder = Decoder::new(encoding);
        let mut text = String::new();
        for part in bytes.chunks(step) {
            decoder.decode(part, &mut text);
        }
        decoder.finish(&mut text);
        let unmappable = decoder.take_unmappable();
        assert_eq!(text, whole.text, "{encoding:?} in pieces of {step}");
        assert_eq!(unmappable, whole.unmappable, "{encoding:?}");
        assert!(text.len() <= bytes.len() * 6 + 16, "{encoding:?} swells");
        let mut before = None;
        for one in &unmappable {
            assert!(one.offset < bytes.len() as u64, "{encoding:?}: {one:?}");
            assert!(before <= Some(one.offset), "{encoding:?}: {one:?}");
            before = Some(one.offset);
        }
        let replaced = text.matches('\u{fffd}').count();
        assert!(replaced >= unmappable.len(), "{encoding:?}");
    }
}
