//! A checksum inside of a small file of JSON, so that it stays JSON: the last member of an object, or
//! the last string of an array.

/// What a seal tells of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// There is none: the file was written by an earlier version.
    None,
    /// The file is not what was written.
    Broken,
    /// The file as it was before it was sealed, but for white space at its end.
    Sound(Vec<u8>),
}

/// Hexadecimal digits of a CRC-32.
const DIGITS: usize = 8;

/// What stands before and after the digits in an object, and in an array.
fn frame(is_object: bool) -> (&'static str, &'static str) {
    match is_object {
        true => ("\n  \"crc32\": \"", "\"\n}\n"),
        false => ("\"crc32 ", "\"]\n"),
    }
}

/// Puts the checksum in. What is neither an object nor an array stays as it is.
pub(crate) fn seal(json: &[u8]) -> Vec<u8> {
    let Some((&last @ (b'}' | b']'), inner)) = json.trim_ascii_end().split_last() else {
        return json.to_vec();
    };
    let inner = inner.trim_ascii_end();
    let (before, after) = frame(last == b'}');
    let mut sealed = inner.to_vec();
    if !matches!(inner.last(), Some(b'{' | b'[')) {
        sealed.push(b',');
    }
    let digits = format!("{:08x}", crc32fast::hash(&sealed));
    sealed.extend([before, &digits, after].into_iter().flat_map(str::bytes));
    sealed
}

/// Takes the checksum out.
pub(crate) fn unseal(json: &[u8]) -> Seal {
    for is_object in [true, false] {
        let (before, after) = frame(is_object);
        let Some(rest) = json.strip_suffix(after.as_bytes()) else {
            continue;
        };
        let Some((rest, digits)) = rest.split_at_checked(rest.len().saturating_sub(DIGITS)) else {
            continue;
        };
        let Some(sealed) = rest.strip_suffix(before.as_bytes()) else {
            continue;
        };
        if digits != format!("{:08x}", crc32fast::hash(sealed)).as_bytes() {
            return Seal::Broken;
        }
        let mut plain = sealed.strip_suffix(b",").unwrap_or(sealed).to_vec();
        plain.extend_from_slice(if is_object { b"\n}\n" } else { b"]\n" });
        return Seal::Sound(plain);
    }
    Seal::None
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 6] = [
        "{}",
        "[]\n",
        "[\"a.term\",\"b.idx\"]\n",
        "{\n  \"a\": 1,\n  \"b\": [2, {}]\n}\n",
        "{\"a\":{}}",
        "[[1],[]]",
    ];

    fn json(bytes: &[u8]) -> serde_json::Value {
        serde_json::from_slice(bytes).unwrap()
    }

    #[test]
    fn a_seal_is_taken_out_again() {
        for file in FILES {
            let sealed = seal(file.as_bytes());
            // It is JSON still, with one member or one string more.
            let length = |value: serde_json::Value| match value {
                serde_json::Value::Object(members) => members.len(),
                serde_json::Value::Array(items) => items.len(),
                _ => 0,
            };
            assert_eq!(length(json(&sealed)), length(json(file.as_bytes())) + 1);
            let Seal::Sound(plain) = unseal(&sealed) else {
                panic!("{file:?}");
            };
            assert_eq!(json(&plain), json(file.as_bytes()));
            assert_eq!(unseal(file.as_bytes()), Seal::None);
        }
        assert_eq!(seal(b"null"), b"null");
    }

    #[test]
    fn whatever_changes_is_noticed() {
        for file in FILES {
            let sealed = seal(file.as_bytes());
            for at in 0..sealed.len() {
                for bit in 0..8 {
                    let mut damaged = sealed.clone();
                    damaged[at] ^= 1 << bit;
                    assert!(!matches!(unseal(&damaged), Seal::Sound(_)));
                }
                assert!(!matches!(unseal(&sealed[..at]), Seal::Sound(_)));
            }
        }
    }
}
