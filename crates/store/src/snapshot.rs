//! What is stored, as it was at one moment.

use std::sync::{Arc, Mutex, MutexGuard};

use assembly::AssembledTrace;
use block::{BlockError, Condition, Predicate, Pruned, Row, ScanColumns, Times};
use catalog::BlockId;
use document::TraceId;
use rustc_hash::FxHashMap;

use crate::error::ReadError;
use crate::listing::{Content, Listing};
use crate::store::Inner;
use crate::stored_block::StoredBlock;

/// What was stored at one moment. Later changes do not show in it; a block that turns out damaged is left out of it,
/// and what it had superseded counts again.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) inner: Arc<Inner>,
    /// Replaced only to leave damaged blocks out.
    listing: Arc<Mutex<Arc<Listing>>>,
}

/// One stored trace: where it lies, and what can be said of it without its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowKey {
    /// The block.
    pub block: BlockId,
    /// The row in it.
    pub row: Row,
    /// The trace.
    pub trace_id: TraceId,
    /// Its start, end and receipts.
    pub times: Times,
}

/// What became of a look for one trace.
#[derive(Debug, Clone)]
pub enum LookedUp {
    /// It is stored.
    Found(AssembledTrace),
    /// Nothing of it is stored.
    Unknown,
    /// It was stored in a block that turned out damaged while it was read. From now on it is unknown.
    Lost,
}

impl Snapshot {
    pub(crate) fn new(inner: Arc<Inner>, listing: Arc<Listing>) -> Snapshot {
        Snapshot {
            inner,
            listing: Arc::new(Mutex::new(listing)),
        }
    }

    /// The trace with this id, in its highest writing.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn trace(&self, id: TraceId) -> Result<Option<AssembledTrace>, ReadError> {
        Ok(match self.look_up(id).await? {
            LookedUp::Found(trace) => Some(trace),
            LookedUp::Unknown | LookedUp::Lost => None,
        })
    }

    /// As [`Snapshot::trace`], telling a trace that is not known from one that just turned out to be lost.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn look_up(&self, id: TraceId) -> Result<LookedUp, ReadError> {
        let mut otherwise = LookedUp::Unknown;
        loop {
            let listing = self.listing();
            let (stored, found) = match listing.current(id).await {
                Ok(Some(current)) => current,
                Ok(None) => return Ok(otherwise),
                Err(failure) => {
                    self.leave_out(failure.block, failure.source).await?;
                    continue;
                }
            };
            match stored.block.read(&[found.row]).await {
                Ok(traces) => return Ok(traces.into_iter().next().map_or(otherwise, LookedUp::Found)),
                Err(error) => self.leave_out(stored.id, error).await?,
            }
            otherwise = LookedUp::Lost;
        }
    }

    /// The traces that the predicate's window wants and its condition does not exclude, without their documents; block by
    /// block, in each ascending by start.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn scan(&self, predicate: &Predicate) -> Result<Vec<RowKey>, ReadError> {
        loop {
            match self.scan_listing(&self.listing(), predicate).await {
                Ok(keys) => return Ok(keys),
                Err((block, error)) => self.leave_out(block, error).await?,
            }
        }
    }

    /// The traces of these rows, in the order asked; those of a damaged block are left out. All their documents are in
    /// memory at once, so whoever wants many asks in turns.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn read(&self, rows: &[RowKey]) -> Result<Vec<AssembledTrace>, ReadError> {
        let listing = self.listing();
        let mut by_block: FxHashMap<BlockId, Vec<(usize, Row)>> = FxHashMap::default();
        for (place, key) in rows.iter().enumerate() {
            by_block.entry(key.block).or_default().push((place, key.row));
        }
        let mut traces: Vec<(usize, AssembledTrace)> = Vec::with_capacity(rows.len());
        for (block, places) in by_block {
            let Some(stored) = listing.block(block) else {
                continue;
            };
            let rows: Vec<Row> = places.iter().map(|(_, row)| *row).collect();
            match stored.block.read(&rows).await {
                Ok(read) => traces.extend(places.iter().map(|(place, _)| *place).zip(read)),
                Err(error) => self.leave_out(block, error).await?,
            }
        }
        traces.sort_unstable_by_key(|(place, _)| *place);
        Ok(traces.into_iter().map(|(_, trace)| trace).collect())
    }

    /// Whether anything of a trace may be stored; hardly ever wrong where it says so, never where it does not.
    pub fn may_hold(&self, id: TraceId) -> bool {
        self.listing()
            .blocks()
            .iter()
            .any(|stored| stored.block.may_hold(id))
    }

    /// Which content this shows.
    pub fn content(&self) -> Content {
        self.listing().content
    }

    /// Whether the document at this position of the journal is stored.
    pub fn is_stored(&self, position: u64) -> bool {
        self.listing().is_stored(position)
    }

    async fn scan_listing(
        &self,
        listing: &Listing,
        predicate: &Predicate,
    ) -> Result<Vec<RowKey>, (BlockId, BlockError)> {
        let mut keys = Vec::new();
        for stored in listing
            .blocks()
            .iter()
            .filter(|stored| predicate.may_want(&stored.bounds))
        {
            let found = self
                .scan_block(stored, predicate)
                .await
                .map_err(|error| (stored.id, error))?;
            keys.extend(
                found
                    .into_iter()
                    .filter(|key| !listing.is_superseded(key.block, key.row)),
            );
        }
        Ok(keys)
    }

    async fn scan_block(
        &self,
        stored: &StoredBlock,
        predicate: &Predicate,
    ) -> Result<Vec<RowKey>, BlockError> {
        let Some((columns, pruned)) = self.columns(stored, &predicate.condition).await? else {
            return Ok(Vec::new());
        };
        let found = stored.block.scan(&columns, predicate, &pruned).into_iter();
        Ok(found
            .map(|(row, trace_id, times)| RowKey {
                block: stored.id,
                row,
                trace_id,
                times,
            })
            .collect())
    }

    /// What a scan of a block looks at; `None` where its terms say that it holds nothing that is wanted.
    pub(crate) async fn columns(
        &self,
        stored: &StoredBlock,
        condition: &Condition,
    ) -> Result<Option<(Arc<ScanColumns>, Pruned)>, BlockError> {
        let rules = self.inner.config.terms.map(|rules| rules.version);
        let pruned = if rules.is_some() && stored.block.terms_version() == rules {
            stored.block.prune(condition).await?
        } else {
            stored.block.prune(&condition.without_terms()).await?
        };
        // A block in memory is scanned without waiting; others must get their turn between blocks.
        tokio::task::coop::consume_budget().await;
        if pruned.is_empty() {
            return Ok(None);
        }
        let columns = self.inner.time_cache.columns(stored).await?;
        Ok(Some((columns, pruned)))
    }

    /// Goes on without a block that cannot be read.
    pub(crate) async fn leave_out(&self, block: BlockId, error: BlockError) -> Result<(), ReadError> {
        match error {
            BlockError::Damaged { .. } => {
                let listing = self.inner.left_out(&self.listing(), block, &error).await?;
                *self.lock() = listing;
                Ok(())
            }
            BlockError::Newer { .. } | BlockError::Storage { .. } => Err(error.into()),
        }
    }

    pub(crate) fn listing(&self) -> Arc<Listing> {
        Arc::clone(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Listing>> {
        self.listing
            .lock()
            .expect("nothing panics while it holds this lock")
    }
}
