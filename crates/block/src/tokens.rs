//! Texts of documents with their ids and times taken out. What stays, the skeleton, repeats from document to
//! document, so that zstd makes long matches of it; what is taken out needs no compression.
//!
//! ```text
//! skeleton:  the text, where these bytes stand for what was taken out
//!   00 b     the byte b itself: a control byte that JSON does not let stand in a text
//!   01       a quoted id of 16 lower-case hex digits, first seen: 8 bytes of `raw`
//!   02       the same, seen before in this trace: how many new ones ago, in `numbers`
//!   03       the trace's id, quoted
//!   04       quoted lower-case hex digits: count of bytes in `numbers`, bytes in `raw`
//!   05       a quoted UUID: 16 bytes of `raw`
//!   06       ten digits: a time, as the difference to the one before in units of its last digit, in `numbers`
//!   0E..16   the same with a point and 1..9 more digits
//! ```
//! Every text comes back byte for byte, whatever it is. Each trace begins anew, at the page's base time.

use crate::error::Damage;
use crate::varint::{self, Cursor};

/// What was taken out of the texts of one trace or of several.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    pub(crate) skeleton: Vec<u8>,
    pub(crate) numbers: Vec<u8>,
    pub(crate) raw: Vec<u8>,
}

/// Takes the texts of one trace apart.
pub(crate) struct Splitter<'a> {
    trace_id: &'a str,
    streams: &'a mut Streams,
    ids: Vec<[u8; 8]>,
    time: u64,
}

impl<'a> Splitter<'a> {
    /// Appends to `streams`; `trace_id` as it is written, `base` in nanoseconds.
    pub(crate) fn new(trace_id: &'a str, base: u64, streams: &'a mut Streams) -> Splitter<'a> {
        Splitter {
            trace_id,
            streams,
            ids: Vec::new(),
            time: base,
        }
    }

    /// Takes one text apart; the length of its skeleton.
    pub(crate) fn text(&mut self, text: &[u8]) -> usize {
        let begun = self.streams.skeleton.len();
        if text.iter().fold(false, |found, byte| found | is_mark(*byte)) {
            self.strange_text(text);
        } else {
            self.usual_text(text);
        }
        self.streams.skeleton.len() - begun
    }

    fn usual_text(&mut self, text: &[u8]) {
        let mut kept = 0;
        for colon in memchr::memchr_iter(b':', text) {
            let mut from = colon + 1;
            if text.get(from) == Some(&b' ') {
                from += 1;
            }
            let Some(rest) = text.get(from..) else { break };
            if from < kept {
                continue;
            }
            // The mark is pushed with what stands before it, so the text is kept in order.
            let taken = match rest.first() {
                Some(b'"') => Taken::quoted(rest, self.trace_id),
                Some(b'1'..=b'9') => Taken::time(rest),
                _ => None,
            };
            let Some((taken, length)) = taken else { continue };
            self.streams
                .skeleton
                .extend(text.get(kept..from).unwrap_or_default());
            self.push(&taken);
            kept = from + length;
        }
        self.streams.skeleton.extend(text.get(kept..).unwrap_or_default());
    }

    fn strange_text(&mut self, text: &[u8]) {
        for byte in text {
            if is_mark(*byte) {
                self.streams.skeleton.push(LITERAL);
            }
            self.streams.skeleton.push(*byte);
        }
    }

    fn push(&mut self, taken: &Taken) {
        let Streams {
            skeleton,
            numbers,
            raw,
        } = &mut *self.streams;
        match taken {
            Taken::Id(id) => match self.ids.iter().rev().take(IDS_BACK).position(|known| known == id) {
                Some(ago) => {
                    skeleton.push(KNOWN_ID);
                    varint::put(numbers, ago as u64);
                }
                None => {
                    skeleton.push(NEW_ID);
                    raw.extend(id);
                    self.ids.push(*id);
                }
            },
            Taken::TraceId => skeleton.push(TRACE_ID),
            Taken::Hex(bytes, length) => {
                skeleton.push(HEX);
                varint::put(numbers, *length as u64);
                raw.extend(bytes.iter().take(*length));
            }
            Taken::Uuid(bytes) => {
                skeleton.push(UUID);
                raw.extend(bytes);
            }
            Taken::Time { value, digits } => {
                skeleton.push(if *digits == 0 { SECOND } else { FRACTION + digits });
                let unit = unit(*digits);
                varint::put_signed(numbers, value.wrapping_sub(self.time / unit).cast_signed());
                self.time = value.wrapping_mul(unit);
            }
        }
    }
}

/// What may be taken out of a text.
enum Taken {
    Id([u8; 8]),
    TraceId,
    Hex([u8; HEX_BYTES_MAX], usize),
    Uuid([u8; 16]),
    /// In units of its last digit, and how many digits follow the point.
    Time {
        value: u64,
        digits: u8,
    },
}

impl Taken {
    /// What stands quoted at the beginning of `rest`, and how many bytes it takes there.
    fn quoted(rest: &[u8], trace_id: &str) -> Option<(Taken, usize)> {
        let inside = rest.get(1..)?;
        let run = inside
            .iter()
            .take(2 * HEX_BYTES_MAX + 1)
            .take_while(|byte| is_hex(**byte))
            .count();
        if inside.get(run) == Some(&b'"') {
            if run == 16 {
                let (bytes, _) = unhex(inside.get(..run)?);
                return Some((Taken::Id(*bytes.first_chunk()?), run + 2));
            }
            if run >= HEX_DIGITS_MIN && run % 2 == 0 && run <= 2 * HEX_BYTES_MAX {
                let (bytes, length) = unhex(inside.get(..run)?);
                return Some((Taken::Hex(bytes, length), run + 2));
            }
            return None;
        }
        if run == 1 && inside.starts_with(trace_id.as_bytes()) && inside.get(trace_id.len()) == Some(&b'"') {
            return Some((Taken::TraceId, trace_id.len() + 2));
        }
        if run == 8 && inside.get(36) == Some(&b'"') {
            return Some((Taken::Uuid(uuid(inside.get(..36)?)?), 38));
        }
        None
    }

    /// The time at the beginning of `rest`.
    fn time(rest: &[u8]) -> Option<(Taken, usize)> {
        let digits_of = |bytes: &[u8]| {
            bytes
                .iter()
                .take(20)
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        if digits_of(rest) != 10 {
            return None;
        }
        let fraction = match rest.get(10) {
            Some(b'.') => digits_of(rest.get(11..)?),
            _ => 0,
        };
        if fraction > 9 {
            return None;
        }
        let decimal = |value: u64, byte: &u8| value * 10 + u64::from(byte - b'0');
        let whole = rest.get(..10)?.iter().fold(0, decimal);
        let value = rest
            .get(11..11 + fraction)
            .unwrap_or_default()
            .iter()
            .fold(whole, decimal);
        let length = if fraction == 0 { 10 } else { 11 + fraction };
        let digits = fraction.to_le_bytes()[0];
        Some((Taken::Time { value, digits }, length))
    }
}

/// Puts the texts of one trace together again.
pub(crate) struct Joiner<'a> {
    trace_id: &'a str,
    numbers: Cursor<'a>,
    raw: Cursor<'a>,
    ids: Vec<[u8; 8]>,
    time: u64,
}

impl<'a> Joiner<'a> {
    /// The counterpart of [`Splitter::new`], with this trace's part of the streams.
    pub(crate) fn new(trace_id: &'a str, base: u64, numbers: &'a [u8], raw: &'a [u8]) -> Joiner<'a> {
        Joiner {
            trace_id,
            numbers: Cursor::new(numbers),
            raw: Cursor::new(raw),
            ids: Vec::new(),
            time: base,
        }
    }

    /// The text of this skeleton.
    pub(crate) fn text(&mut self, skeleton: &[u8]) -> Result<Vec<u8>, Damage> {
        let mut text = Vec::with_capacity(skeleton.len() + skeleton.len() / 2);
        let mut rest = skeleton;
        while let Some(at) = rest.iter().position(|byte| is_mark(*byte)) {
            let (before, from_mark) = rest.split_at(at);
            text.extend(before);
            let [mark, after @ ..] = from_mark else { break };
            rest = after;
            if *mark == LITERAL {
                let (byte, after) = rest.split_first().ok_or(WRONG_MARK)?;
                text.push(*byte);
                rest = after;
            } else {
                self.join(*mark, &mut text)?;
            }
        }
        text.extend(rest);
        Ok(text)
    }

    fn join(&mut self, mark: u8, text: &mut Vec<u8>) -> Result<(), Damage> {
        match mark {
            NEW_ID => {
                let id = self.raw.array()?;
                self.ids.push(id);
                quote(text, |text| put_hex(text, &id));
            }
            KNOWN_ID => {
                let ago = self.numbers.length()?;
                let id = *self.ids.iter().rev().nth(ago).ok_or(WRONG_MARK)?;
                quote(text, |text| put_hex(text, &id));
            }
            TRACE_ID => quote(text, |text| text.extend(self.trace_id.as_bytes())),
            HEX => {
                let length = self.numbers.length()?;
                let bytes = self.raw.take(length)?;
                quote(text, |text| put_hex(text, bytes));
            }
            UUID => {
                let bytes: [u8; 16] = self.raw.array()?;
                quote(text, |text| put_uuid(text, &bytes));
            }
            SECOND => self.join_time(0, text)?,
            _ => match mark.checked_sub(FRACTION) {
                Some(digits @ 1..=9) => self.join_time(digits, text)?,
                _ => return Err(WRONG_MARK),
            },
        }
        Ok(())
    }

    fn join_time(&mut self, digits: u8, text: &mut Vec<u8>) -> Result<(), Damage> {
        let unit = unit(digits);
        let difference = self.numbers.signed()?;
        let value = (self.time / unit).wrapping_add(difference.cast_unsigned());
        self.time = value.wrapping_mul(unit);
        let mut figures = [b'0'; 20];
        let mut left = value;
        for figure in figures.iter_mut().rev() {
            *figure = b'0' + (left % 10).to_le_bytes()[0];
            left /= 10;
        }
        let (whole, fraction) = figures.split_at(20 - usize::from(digits));
        text.extend(whole.last_chunk::<10>().ok_or(WRONG_MARK)?);
        if digits > 0 {
            text.push(b'.');
            text.extend(fraction);
        }
        Ok(())
    }
}

/// The first time in a text, in nanoseconds: a base for those after it.
pub(crate) fn first_time(text: &[u8]) -> Option<u64> {
    let times = memchr::memchr_iter(b':', text).filter_map(|colon| Taken::time(text.get(colon + 1..)?));
    let time = times.map(|(taken, _)| match taken {
        Taken::Time { value, digits } => value.wrapping_mul(unit(digits)),
        Taken::Id(_) | Taken::TraceId | Taken::Hex(..) | Taken::Uuid(_) => 0,
    });
    time.into_iter().next()
}

fn is_mark(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn unit(digits: u8) -> u64 {
    10_u64.pow(9_u32.saturating_sub(u32::from(digits)))
}

fn quote(text: &mut Vec<u8>, inside: impl FnOnce(&mut Vec<u8>)) {
    text.push(b'"');
    inside(text);
    text.push(b'"');
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn half(digit: u8) -> u8 {
    if digit <= b'9' {
        digit - b'0'
    } else {
        digit - b'a' + 10
    }
}

/// The bytes of an even number of hex digits, at most 64.
fn unhex(digits: &[u8]) -> ([u8; HEX_BYTES_MAX], usize) {
    let mut bytes = [0; HEX_BYTES_MAX];
    let (pairs, _) = digits.as_chunks::<2>();
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = half(*high) << 4 | half(*low);
    }
    (bytes, pairs.len())
}

fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let is_right = |(place, byte): (usize, &u8)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => is_hex(*byte),
    };
    if !text.iter().enumerate().all(is_right) {
        return None;
    }
    let digits: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'-').collect();
    unhex(&digits).0.first_chunk().copied()
}

fn put_hex(text: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
    for byte in bytes {
        text.extend([digit(byte >> 4), digit(byte & 15)]);
    }
}

fn put_uuid(text: &mut Vec<u8>, bytes: &[u8; 16]) {
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push(b'-');
        }
        put_hex(text, std::slice::from_ref(byte));
    }
}

const LITERAL: u8 = 0;
const NEW_ID: u8 = 1;
const KNOWN_ID: u8 = 2;
const TRACE_ID: u8 = 3;
const HEX: u8 = 4;
const UUID: u8 = 5;
const SECOND: u8 = 6;
/// Plus the digits after the point, from 1.
const FRACTION: u8 = 0x0D;
/// Longest run of hex digits taken out, in bytes; what is longer is text.
const HEX_BYTES_MAX: usize = 32;
const HEX_DIGITS_MIN: usize = 12;
/// How many ids are looked back for.
const IDS_BACK: usize = 64;
const WRONG_MARK: Damage = Damage::Shape("a text has a mark that stands for nothing");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRACE: &str = "1-58406520-a006649127e371903a2de979";

    fn round_trip(texts: &[Vec<u8>]) -> usize {
        let mut streams = Streams::default();
        let base = texts.first().and_then(|text| first_time(text)).unwrap_or(0);
        let mut splitter = Splitter::new(TRACE, base, &mut streams);
        let mut ends = Vec::new();
        for text in texts {
            splitter.text(text);
            ends.push(splitter.streams.skeleton.len());
        }
        let mut joiner = Joiner::new(TRACE, base, &streams.numbers, &streams.raw);
        let mut start = 0;
        for (text, end) in texts.iter().zip(ends) {
            let joined = joiner.text(&streams.skeleton[start..end]).expect("a text");
            assert_eq!(String::from_utf8_lossy(&joined), String::from_utf8_lossy(text));
            start = end;
        }
        assert!(joiner.numbers.rest().is_empty() && joiner.raw.rest().is_empty());
        streams.skeleton.len()
    }

    #[test]
    fn ids_and_times_are_taken_out() {
        let text = format!(
            r#"{{"trace_id":"{TRACE}","id":"70de5b6f19ff9a0a","parent_id": "70de5b6f19ff9a0a","start_time":1478293361.271,"end_time": 1478293361,"x":"{}","u":"6a6b6c6d-0011-2233-4455-66778899aabb","z":0.5,"y":1478293361.0000000001}}"#,
            "0f".repeat(32)
        );
        assert!(round_trip(&[text.clone().into_bytes(), text.into_bytes()]) < 260);
    }

    proptest! {
        #[test]
        fn every_text_comes_back(
            texts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..4),
        ) {
            round_trip(&texts);
        }

        #[test]
        fn text_like_documents_comes_back(parts in proptest::collection::vec(part(), 0..40)) {
            round_trip(&[parts.concat().into_bytes()]);
        }

        #[test]
        fn foreign_streams_never_panic(
            skeleton in proptest::collection::vec(0_u8..40, 0..60),
            numbers in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let _either = Joiner::new(TRACE, 0, &numbers, &numbers).text(&skeleton);
        }
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(":".to_owned()),
            Just(": ".to_owned()),
            Just("\"".to_owned()),
            Just(".".to_owned()),
            Just(TRACE.to_owned()),
            Just("\u{0}\u{e}".to_owned()),
            "[0-9]{1,12}",
            "[0-9a-f]{16}",
            "[0-9a-f]{1,70}",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            (0_u64..20_000_000_000, "[0-9]{0,10}").prop_map(|(whole, part)| format!(":{whole}.{part}")),
            "[0-9a-f]{16}".prop_map(|id| format!(r#":"{id}","#)),
        ]
    }
}
