//! The documents of a PutTraceSegments request, read as they are usually sent: an object with the one member, an array
//! of texts. Most of their bytes are quotes behind backslashes, and eight bytes are looked at together, so this takes
//! half the time of reading any JSON. Whatever is sent in another way is left to the ordinary reader, errors and all.

use bytes::Bytes;

/// The documents; `None` where the request is not as usual.
pub(crate) fn usual_documents(body: &[u8]) -> Option<Vec<Bytes>> {
    std::str::from_utf8(body).ok()?;
    let mut rest = after(body, b'{')?;
    rest = rest.trim_ascii_start().strip_prefix(MEMBER)?;
    rest = after(after(rest, b':')?, b'[')?;
    let mut documents = Vec::new();
    let mut plain = Plain {
        // Texts become shorter, and nine bytes are touched where one may be wanted.
        bytes: vec![0; body.len() + 9],
        length: 0,
    };
    loop {
        plain.length = 0;
        let behind = plain.read(after(rest, b'"')?)?;
        documents.push(Bytes::copy_from_slice(plain.bytes.get(..plain.length)?));
        rest = match after(behind, b',') {
            Some(next) => next,
            None => break after(after(behind, b']')?, b'}')?,
        };
    }
    .trim_ascii_start()
    .is_empty()
    .then_some(documents)
}

/// What follows a byte, which white space may precede.
fn after(text: &[u8], byte: u8) -> Option<&[u8]> {
    text.trim_ascii_start().strip_prefix(&[byte])
}

/// A text while its escapes are taken out.
struct Plain {
    bytes: Vec<u8>,
    /// How many of the bytes are the text's.
    length: usize,
}

impl Plain {
    /// Reads up to the closing quote; what follows it.
    fn read<'b>(&mut self, mut rest: &'b [u8]) -> Option<&'b [u8]> {
        loop {
            rest = self.read_quotes(rest)?;
            let plain = rest.iter().take(8).take_while(|byte| !is_special(**byte)).count();
            let place = self.bytes.get_mut(self.length..self.length + plain)?;
            place.copy_from_slice(rest.get(..plain)?);
            self.length += plain;
            rest = match rest.get(plain..)? {
                [b'"', behind @ ..] => return Some(behind),
                [b'\\', escape, behind @ ..] => self.push_escaped(*escape, behind)?,
                behind if plain > 0 => behind,
                _ => return None,
            };
        }
    }

    /// Reads while there is nothing but plain bytes and quotes, eight bytes and the quote behind them at once.
    fn read_quotes<'b>(&mut self, mut rest: &'b [u8]) -> Option<&'b [u8]> {
        let mut length = self.length;
        while let Some(ten) = rest.first_chunk::<10>() {
            let eight = ten.first_chunk()?;
            let plain = plain_bytes(*eight);
            let place: &mut [u8; 9] = self.bytes.get_mut(length..)?.first_chunk_mut()?;
            *place.first_chunk_mut()? = *eight;
            if ten.get(plain..plain + 2) == Some(b"\\\"") {
                *place.get_mut(plain)? = b'"';
                length += plain + 1;
                rest = rest.get(plain + 2..)?;
            } else if plain == 8 {
                length += 8;
                rest = rest.get(8..)?;
            } else {
                break;
            }
        }
        self.length = length;
        Some(rest)
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }

    /// Adds what an escape stands for; what follows it.
    fn push_escaped<'b>(&mut self, escape: u8, behind: &'b [u8]) -> Option<&'b [u8]> {
        self.push(match escape {
            b'"' | b'\\' | b'/' => escape,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let (digits, behind) = behind.split_first_chunk::<4>()?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                let digits = std::str::from_utf8(digits).ok()?;
                // Halves of pairs are no characters.
                let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    self.push(byte)?;
                }
                return Some(behind);
            }
            _ => return None,
        })?;
        Some(behind)
    }
}

/// How many of the bytes come before the first that ends the text, begins an escape, or may not be there.
fn plain_bytes(eight: [u8; 8]) -> usize {
    let word = u64::from_le_bytes(eight);
    // The highest bit of each byte says whether it is the wanted one; a borrow reaches only bytes behind a wanted one.
    let is = |byte: u8| {
        let differing = word ^ (ONES * u64::from(byte));
        differing.wrapping_sub(ONES) & !differing
    };
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    let special = (is(b'"') | is(b'\\') | is_control) & (ONES * 0x80);
    special.trailing_zeros() as usize / 8
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | ..=0x1f)
}

const MEMBER: &[u8] = b"\"TraceSegmentDocuments\"";
const ONES: u64 = 0x0101_0101_0101_0101;

#[cfg(test)]
mod tests {
    use wire::PutTraceSegmentsRequest;

    use super::*;
    use crate::answer::request_from;

    fn by_the_ordinary_reader(body: &str) -> Option<Vec<String>> {
        let request: PutTraceSegmentsRequest = request_from(&Bytes::copy_from_slice(body.as_bytes())).ok()?;
        request.trace_segment_documents
    }

    fn read(body: &str) -> Option<Vec<String>> {
        let documents = usual_documents(body.as_bytes())?.into_iter();
        let texts = documents.map(|text| String::from_utf8(text.into()).expect("UTF-8"));
        Some(texts.collect())
    }

    fn body_of(documents: &[&str]) -> String {
        serde_json::json!({ "TraceSegmentDocuments": documents }).to_string()
    }

    #[test]
    fn usual_requests_are_read_as_by_the_ordinary_reader() {
        let long = r#"{"id":"1","metadata":{"a\n":"b\\\"c\u0000"}}"#.repeat(100);
        let every_byte: String = (0..0x200).filter_map(char::from_u32).collect();
        for documents in [&["{}"][..], &["", "a"], &[&long, "가나다🦀"], &[&every_byte]] {
            let body = body_of(documents);
            assert_eq!(read(&body).expect("usual"), documents);
            assert_eq!(by_the_ordinary_reader(&body).expect("valid"), documents);
        }
        for body in [
            " { \"TraceSegmentDocuments\" :\n[ \"a\" ,\t\"b\" ] } \n",
            r#"{"TraceSegmentDocuments":["\/\b\f\u00e9\uAC00 \u007f"]}"#,
        ] {
            assert_eq!(
                read(body).expect("usual"),
                by_the_ordinary_reader(body).expect("valid")
            );
        }
    }

    /// A quote, a backslash or a control character at each place among bytes of every kind.
    #[test]
    fn what_is_special_is_found_at_every_place() {
        for special in (0..=0xff_u8).filter(|byte| is_special(*byte)) {
            for place in 0..8 {
                for (plain, behind) in [(b'a', b'a'), (0xff, 0x80), (b'!', b'#'), (b'[', b']'), (0x20, 0)] {
                    let mut eight = [behind; 8];
                    eight[..place].fill(plain);
                    eight[place] = special;
                    assert_eq!(plain_bytes(eight), place, "{eight:x?}");
                }
            }
        }
        for plain in (0..=0xff_u8).filter(|byte| !is_special(*byte)) {
            assert_eq!(plain_bytes([plain; 8]), 8, "{plain:x}");
        }
    }

    #[test]
    fn what_is_not_usual_is_left_to_the_ordinary_reader() {
        for body in [
            "",
            "{}",
            "[]",
            r#"{"TraceSegmentDocuments":[]}"#,
            r#"{"TraceSegmentDocuments":null}"#,
            r#"{"TraceSegmentDocuments":["a"],"Other":1}"#,
            r#"{"Other":1,"TraceSegmentDocuments":["a"]}"#,
            r#"{"TraceSegmentDocuments":["a",7]}"#,
            r#"{"TraceSegmentDocuments":["a"]}{}"#,
            r#"{"TraceSegmentDocuments":["a]}"#,
            r#"{"TraceSegmentDocuments":["\ud83e\udd80"]}"#,
            r#"{"TraceSegmentDocuments":["\ud83e"]}"#,
            r#"{"TraceSegmentDocuments":["\u+123"]}"#,
            r#"{"TraceSegmentDocuments":["\x"]}"#,
            "{\"TraceSegmentDocuments\":[\"a\nb\"]}",
            "{\"TraceSegmentDocuments\":[\"a\\",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
        assert_eq!(usual_documents(b"{\"TraceSegmentDocuments\":[\"\xff\"]}"), None);
    }
}
