//! One datagram: a header line and a document (`spec/daemon.md` 2).

use serde_json::Value;

/// Why a datagram holds no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// No newline, or nothing behind it.
    MissingHeaderOrSegment,
    /// The first line is not `{"format":"json","version":1}`.
    InvalidHeader,
}

/// The document of a datagram: everything behind the first newline.
///
/// # Errors
/// [`Malformed`] where header or document are not as they must be; the document itself is not looked at.
pub fn document_in(datagram: &[u8]) -> Result<&[u8], Malformed> {
    let newline = datagram
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(Malformed::MissingHeaderOrSegment)?;
    let (header, rest) = datagram.split_at(newline);
    let document = rest
        .get(1..)
        .filter(|document| !document.is_empty())
        .ok_or(Malformed::MissingHeaderOrSegment)?;
    if header == USUAL_HEADER || is_header(header) {
        Ok(document)
    } else {
        Err(Malformed::InvalidHeader)
    }
}

/// Member names and the format's name match whatever their case; order, spaces and other members do not matter.
fn is_header(header: &[u8]) -> bool {
    let Ok(Value::Object(members)) = serde_json::from_slice(header) else {
        return false;
    };
    let member = |name: &str| {
        members
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let is_json = member("format")
        .and_then(Value::as_str)
        .is_some_and(|format| format.eq_ignore_ascii_case("json"));
    is_json && member("version").and_then(Value::as_i64) == Some(1)
}

const USUAL_HEADER: &[u8] = br#"{"format":"json","version":1}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_what_stands_behind_the_first_newline() {
        for header in [
            r#"{"format":"json","version":1}"#,
            r#"{"format": "json", "version": 1}"#,
            r#"{"FORMAT":"JSON","Version":1}"#,
            r#"{"version":1,"extra":[],"format":"Json"}"#,
        ] {
            let datagram = format!("{header}\n{{\n}}");
            assert_eq!(document_in(datagram.as_bytes()), Ok(&b"{\n}"[..]), "{header}");
        }
    }

    #[test]
    fn malformed_datagrams_are_told_apart() {
        let cases: [(&[u8], Malformed); 7] = [
            (b"{}", Malformed::MissingHeaderOrSegment),
            (b"", Malformed::MissingHeaderOrSegment),
            (
                b"{\"format\":\"json\",\"version\":1}\n",
                Malformed::MissingHeaderOrSegment,
            ),
            (
                b"{\"format\":\"json\",\"version\":2}\n{}",
                Malformed::InvalidHeader,
            ),
            (
                b"{\"format\":\"json\",\"version\":\"1\"}\n{}",
                Malformed::InvalidHeader,
            ),
            (b"\n{}", Malformed::InvalidHeader),
            (b"\xff\xfe\n{}", Malformed::InvalidHeader),
        ];
        for (datagram, malformed) in cases {
            assert_eq!(document_in(datagram), Err(malformed));
        }
    }
}
