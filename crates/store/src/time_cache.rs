//! The columns of blocks that scans look at, kept for the next scan; those unused for longest go first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use block::{BlockError, ScanColumns};
use catalog::BlockId;
use rustc_hash::FxHashMap;

use crate::stored_block::StoredBlock;

/// The scan columns of some blocks.
#[derive(Debug)]
pub(crate) struct TimeCache {
    // LIMIT: beyond it the columns unused for longest are dropped, and read again when needed.
    bytes_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    columns: FxHashMap<BlockId, (u64, Arc<ScanColumns>)>,
    by_use: BTreeMap<u64, BlockId>,
    uses: u64,
    bytes: usize,
}

impl TimeCache {
    pub(crate) fn new(bytes_max: usize) -> TimeCache {
        TimeCache {
            bytes_max,
            kept: Mutex::default(),
        }
    }

    /// A block's scan columns, from memory or read.
    pub(crate) async fn columns(&self, stored: &StoredBlock) -> Result<Arc<ScanColumns>, BlockError> {
        if let Some(columns) = self.lock().get(stored.id) {
            return Ok(columns);
        }
        let columns = Arc::new(stored.block.scan_columns().await?);
        let mut kept = self.lock();
        kept.insert(stored.id, Arc::clone(&columns));
        kept.shrink(self.bytes_max);
        Ok(columns)
    }

    /// Lets go of the columns of a block that is gone.
    pub(crate) fn forget(&self, block: BlockId) {
        self.lock().remove(block);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nothing panics while it holds this lock")
    }
}

impl Kept {
    fn get(&mut self, block: BlockId) -> Option<Arc<ScanColumns>> {
        let (last_use, columns) = self.columns.get_mut(&block)?;
        self.uses += 1;
        self.by_use.remove(last_use);
        *last_use = self.uses;
        self.by_use.insert(self.uses, block);
        Some(Arc::clone(columns))
    }

    fn insert(&mut self, block: BlockId, columns: Arc<ScanColumns>) {
        self.remove(block);
        self.uses += 1;
        self.bytes += columns.size_bytes();
        self.by_use.insert(self.uses, block);
        self.columns.insert(block, (self.uses, columns));
    }

    fn remove(&mut self, block: BlockId) {
        if let Some((last_use, columns)) = self.columns.remove(&block) {
            self.by_use.remove(&last_use);
            self.bytes -= columns.size_bytes();
        }
    }

    fn shrink(&mut self, bytes_max: usize) {
        while self.bytes > bytes_max {
            let Some((_, block)) = self.by_use.pop_first() else {
                return;
            };
            self.remove(block);
        }
    }
}
