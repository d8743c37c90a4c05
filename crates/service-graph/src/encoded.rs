//! Roll-ups as bytes, to be read in parts.
//!
//! ```text
//! object:    magic "RGROLLUP" | minutes | seconds | names | directory | trailer            little-endian, varints
//! minutes:   one cell for each (scope, minute counted, minute known), in the directory's order
//! seconds:   for each of the same pairs: its cells, each behind (second counted, second known) from the minutes' starts
//! names:     nodes (name, type?, account?), aliases (name, type)
//! directory: count, then for each pair: scope, minute counted (from the one before), minutes until known,
//!            length and crc32c of its minute cell, length and crc32c of its seconds
//! trailer:   offset u64, length u64 and crc32c u32 of names; the same of the directory; version u32;
//!            crc32c u32 of the trailer up to here; magic
//! ```
//! Minutes and seconds are parts, each its length as a varint and then itself under zstd.
//! A cell of a minute is the sum of its seconds. So a window reads minutes inside and seconds at its two ends.
//! A cell: its nodes by number, then its edges by (from, to, kind); every count is signed.

mod directory;
mod read;
mod wire;
mod write;

pub use directory::{Part, RollupIndex, TRAILER_BYTES, Trailer};
pub(crate) use read::each_cell;
pub use wire::Malformed;

/// The version that [`crate::Rollups::encode`] writes, and the newest that is read.
pub const ROLLUPS_VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"RGROLLUP";
pub(crate) const MINUTE: i64 = 60;
