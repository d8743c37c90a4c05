//! Trace ids and entity ids: the only way in is [`FromStr`], so an id inside is well formed.

use std::fmt;
use std::str::FromStr;

/// The text is no id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedId;

/// A trace id: `1-` 8 hex digits `-` 24 hex digits, either case, kept and printed in lower case.
/// The digits are not read as a time (`spec/segment-documents.md` 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId([u8; 16]);

impl TraceId {
    /// The second of the original request, as X-Ray's SDKs write it into the id; anything at all in ids of W3C.
    pub fn epoch_second(&self) -> u32 {
        let [a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d])
    }

    /// The id with these sixteen bytes, as they come from storage.
    pub const fn from_bytes(bytes: [u8; 16]) -> TraceId {
        TraceId(bytes)
    }

    /// The sixteen bytes that the hex digits stand for.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Whether every digit is zero: the placeholder of unsampled entities (`settled.md` 18).
    pub fn is_placeholder(&self) -> bool {
        self.0 == [0; 16]
    }
}

impl FromStr for TraceId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<TraceId, MalformedId> {
        let rest = text.strip_prefix("1-").ok_or(MalformedId)?;
        let (time, unique) = rest.split_once('-').ok_or(MalformedId)?;
        if time.len() != 8 || unique.len() != 24 {
            return Err(MalformedId);
        }
        let mut bytes = [0; 16];
        let (front, back) = bytes.split_at_mut(4);
        read_hex(time, front)?;
        read_hex(unique, back)?;
        Ok(TraceId(bytes))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = u128::from_be_bytes(self.0);
        write!(f, "1-{:08x}-{:024x}", value >> 96, value & ((1 << 96) - 1))
    }
}

/// The id of a segment or subsegment: 16 hex digits, either case, kept and printed in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId([u8; 8]);

impl EntityId {
    /// The id with these eight bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> EntityId {
        EntityId(bytes)
    }
}

impl FromStr for EntityId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<EntityId, MalformedId> {
        let mut bytes = [0; 8];
        if text.len() != 16 {
            return Err(MalformedId);
        }
        read_hex(text, &mut bytes)?;
        Ok(EntityId(bytes))
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// Reads as many pairs of hex digits as `bytes` holds; the caller has checked the length.
fn read_hex(text: &str, bytes: &mut [u8]) -> Result<(), MalformedId> {
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    let mut seen = 0;
    for ([high, low], byte) in pairs.iter().zip(bytes) {
        let (high, low) = (hex_digit(*high), hex_digit(*low));
        seen |= high | low;
        *byte = high << 4 | low;
    }
    if seen < 16 { Ok(()) } else { Err(MalformedId) }
}

/// The digit's value, 255 for what is none.
fn hex_digit(digit: u8) -> u8 {
    HEX_DIGITS.get(usize::from(digit)).copied().unwrap_or(u8::MAX)
}

#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
const HEX_DIGITS: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_in_lower_case() {
        let id: TraceId = "1-68E7780C-5B1F0C6A9D3E82774410AB9F".parse().expect("a trace id");
        assert_eq!(id.to_string(), "1-68e7780c-5b1f0c6a9d3e82774410ab9f");
        let id: EntityId = "00DEADBEEF00cafe".parse().expect("an entity id");
        assert_eq!(id.to_string(), "00deadbeef00cafe");
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in [
            "",
            "1-68e7780c-5b1f0c6a9d3e82774410ab9",
            "2-68e7780c-5b1f0c6a9d3e82774410ab9f",
            "1-68e7780c5b1f0c6a9d3e82774410ab9f",
            "1-68e7780g-5b1f0c6a9d3e82774410ab9f",
            "1-68e7780-c5b1f0c6a9d3e82774410ab9f",
            "1-+8e7780c-5b1f0c6a9d3e82774410ab9f",
        ] {
            assert_eq!(text.parse::<TraceId>(), Err(MalformedId), "{text}");
        }
        for text in [
            "",
            "00deadbeef00caf",
            "00deadbeef00cafe0",
            "0xdeadbeef00cafe",
            "가나다라마ㄱ",
        ] {
            assert_eq!(text.parse::<EntityId>(), Err(MalformedId), "{text}");
        }
    }
}
