//! Roll-ups as bytes, to be read in parts.
//!
//! ```text
//! object:    magic "RGROLLUP" | minutes | seconds | wholes | names | directory | trailer   little-endian, varints
//! minutes:   one cell for each (scope, minute counted, minute known), in the directory's order
//! seconds:   for each of the same pairs: its cells, each behind (second counted, second known) from the minutes' starts
//! wholes:    one cell for each scope with many such pairs
//! names:     nodes (name, type?, account?), aliases (name, type)
//! directory: count, then for each pair: scope, minute counted (from the one before), minutes until known,
//!            length and crc32c of its minute cell, length and crc32c of its seconds;
//!            from version 2 on: count, then for each whole: scope, first minute counted, minutes until the last one
//!            counted, minutes from there until the last one known, length and crc32c of its cell
//! trailer:   offset u64, length u64 and crc32c u32 of names; the same of the directory; version u32;
//!            crc32c u32 of the trailer up to here; magic
//! ```
//! Minutes, seconds and wholes are parts, each its length as a varint and then itself under zstd.
//! A cell of a minute is the sum of its seconds, a whole the sum of its scope's minutes. So a window reads a whole where
//! it holds all of an object, else minutes inside and seconds at its two ends.
//! A cell: its nodes by number, then its edges by (from, to, kind); every count is signed.

mod directory;
mod read;
mod wire;
mod write;

pub(crate) use directory::Told;
pub use directory::{Part, RollupIndex, TRAILER_BYTES, Trailer};
pub(crate) use read::each_cell;
pub use wire::Malformed;

/// The version that [`crate::Rollups::encode`] writes, and the newest that is read.
pub const ROLLUPS_VERSION: u32 = 2;

const MAGIC: &[u8; 8] = b"RGROLLUP";
/// The first version with wholes.
const WHOLES_VERSION: u32 = 2;
pub(crate) const MINUTE: i64 = 60;
