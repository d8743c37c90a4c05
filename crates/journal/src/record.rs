//! What is kept, and where it stands in the order.

use bytes::Bytes;
use clock::Timestamp;
use std::fmt;

/// A record as it is kept: whose it is, when it was received, the sender's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose it is; records of one key keep their order on every engine.
    pub key: [u8; 16],
    /// When it was received, stamped once by whoever accepted it.
    pub receipt: Timestamp,
    /// The sender's bytes, at most [`PAYLOAD_BYTES_MAX`](crate::PAYLOAD_BYTES_MAX).
    pub payload: Bytes,
}

/// Place of a record in the order, from 0. Never used twice; some are never used, so only a batch has no gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

impl Position {
    /// The position so many places later.
    #[must_use]
    pub const fn plus(self, places: u64) -> Position {
        Position(self.0.saturating_add(places))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
