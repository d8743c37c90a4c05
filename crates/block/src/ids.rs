//! Where a trace lies in a block: a table of (hash of the id, row), sorted by the hash and cut into pieces.
//!
//! ```text
//! piece:  entry*, at most 512
//! entry:  top half of the hash, as difference to the one before (the first: to the directory's) | row × 2,
//!         plus 1 where the writing is not 1 | writing, in that case            varints
//! ```

use document::TraceId;

use crate::error::Damage;
use crate::fuse::mix;
use crate::varint::{self, Cursor};

/// The hash of an id; part of the format.
pub(crate) fn hash_of(id: TraceId) -> u64 {
    let value = u128::from_be_bytes(*id.as_bytes());
    let [high, low] = [(value >> 64) as u64, (value & u128::from(u64::MAX)) as u64];
    mix(high ^ mix(low))
}

/// The half of a hash that the table holds.
pub(crate) fn top_half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A row and its trace's hash and writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) hash: u64,
    pub(crate) row: u32,
    pub(crate) writing: u32,
}

/// The pieces of a table, each with the top half of its first hash. `entries` ascend.
pub(crate) fn encode(entries: &[Entry]) -> Vec<(u32, Vec<u8>)> {
    let pieces = entries.chunks(PIECE_ENTRIES).map(|some| {
        let first = some.first().map_or(0, |entry| top_half(entry.hash));
        let mut before = first;
        let mut bytes = Vec::with_capacity(some.len() * 6);
        for entry in some {
            let top = top_half(entry.hash);
            varint::put(&mut bytes, u64::from(top - before));
            before = top;
            let is_later = entry.writing != 1;
            varint::put(&mut bytes, u64::from(entry.row) << 1 | u64::from(is_later));
            if is_later {
                varint::put(&mut bytes, u64::from(entry.writing));
            }
        }
        (first, bytes)
    });
    pieces.collect()
}

/// The rows and writings in a piece whose hash has this top half.
pub(crate) fn find(first: u32, piece: &[u8], wanted: u32) -> Result<Vec<(u32, u32)>, Damage> {
    let mut cursor = Cursor::new(piece);
    let mut top = u64::from(first);
    let mut found = Vec::new();
    while !cursor.rest().is_empty() {
        top = top.saturating_add(cursor.number()?);
        let row = cursor.number()?;
        let writing = if row & 1 == 1 { cursor.number32()? } else { 1 };
        if top > u64::from(wanted) {
            break;
        }
        if top == u64::from(wanted) {
            let row = u32::try_from(row >> 1).map_err(|_| Damage::Shape("a row has more than 32 bits"))?;
            found.push((row, writing));
        }
    }
    Ok(found)
}

const PIECE_ENTRIES: usize = 512;
