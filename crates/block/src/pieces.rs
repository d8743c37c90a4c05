//! Small parts of blocks' indexes that were read, kept for the next time.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use rustc_hash::FxHashMap;

use crate::error::BlockError;
use crate::object::Object;

/// Pieces of the indexes of all blocks that were opened with it.
#[derive(Debug)]
pub struct PieceCache {
    // LIMIT: beyond it, what was not asked for since half of it was filled is dropped, and read again when needed.
    bytes_max: usize,
    blocks: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    young: FxHashMap<(u64, u64), Bytes>,
    old: FxHashMap<(u64, u64), Bytes>,
    young_bytes: usize,
}

impl PieceCache {
    /// A cache of at most about so many bytes.
    pub fn new(bytes_max: usize) -> PieceCache {
        PieceCache {
            bytes_max,
            blocks: AtomicU64::new(0),
            kept: Mutex::default(),
        }
    }

    /// A number for a block that is being opened.
    pub(crate) fn block_number(&self) -> u64 {
        self.blocks.fetch_add(1, Ordering::Relaxed)
    }

    /// What was kept of a block under a key that is no offset.
    pub(crate) fn kept(&self, block: u64, key: u64) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get((block, key), self.bytes_max)
    }

    /// Keeps something that was made from pieces of a block.
    pub(crate) fn keep(&self, block: u64, key: u64, bytes: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert((block, key), bytes, self.bytes_max);
    }

    /// The bytes of these ranges of a block's object, verified.
    pub(crate) async fn get(
        &self,
        block: u64,
        object: &Object,
        ranges: &[Range<u64>],
    ) -> Result<Vec<Bytes>, BlockError> {
        let mut found: Vec<Option<Bytes>> = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let get = |range: &Range<u64>| kept.get((block, range.start), self.bytes_max);
            ranges.iter().map(get).collect()
        };
        let missing = ranges.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<Range<u64>> = missing.map(|(range, _)| range.clone()).collect();
        if !missing.is_empty() {
            let read = object.fetch(&missing).await?;
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut read = missing.iter().zip(read);
            for place in found.iter_mut().filter(|place| place.is_none()) {
                if let Some((range, bytes)) = read.next() {
                    // A copy of its own: what was read may be part of something larger.
                    let bytes = Bytes::copy_from_slice(&bytes);
                    kept.insert((block, range.start), bytes.clone(), self.bytes_max);
                    *place = Some(bytes);
                }
            }
        }
        Ok(found.into_iter().flatten().collect())
    }
}

impl Kept {
    fn get(&mut self, key: (u64, u64), bytes_max: usize) -> Option<Bytes> {
        if let Some(bytes) = self.young.get(&key) {
            return Some(bytes.clone());
        }
        let bytes = self.old.remove(&key)?;
        self.insert(key, bytes.clone(), bytes_max);
        Some(bytes)
    }

    fn insert(&mut self, key: (u64, u64), bytes: Bytes, bytes_max: usize) {
        self.young_bytes += bytes.len() + ENTRY_BYTES;
        self.young.insert(key, bytes);
        if self.young_bytes > bytes_max / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
}

/// What keeping a piece takes besides its bytes.
const ENTRY_BYTES: usize = 80;
