//! The id of a block.

use std::fmt;
use std::str::FromStr;

/// Sixteen random bytes, printed as 32 hex digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId([u8; 16]);

/// The text is no block id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotABlockId;

impl BlockId {
    /// The id with these sixteen bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> BlockId {
        BlockId(bytes)
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for BlockId {
    type Err = NotABlockId;

    fn from_str(text: &str) -> Result<BlockId, NotABlockId> {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let value = is_hex.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        value.map(|value| BlockId(value.to_be_bytes())).ok_or(NotABlockId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_is_printed() {
        let id = BlockId::from_bytes([0xAB, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        assert_eq!(id.to_string(), "ab000102030405060708090a0b0c0d0e");
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "",
            "AB000102030405060708090a0b0c0d0e",
            "+b000102030405060708090a0b0c0d0e",
            "ab",
        ] {
            assert_eq!(text.parse::<BlockId>(), Err(NotABlockId), "{text}");
        }
    }
}
