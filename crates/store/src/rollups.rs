//! Roll-ups of what is stored: made with each block, read for graphs, made anew where they are missing or damaged.
//!
//! A block's roll-ups hold what its rows contribute, less what the rows contributed that they superseded. So the sum over
//! all listed blocks is the sum over all traces, each counted once (`settled.md` 1).

use std::sync::Arc;

use assembly::AssembledTrace;
use block::{BlockError, Row};
use bytes::Bytes;
use service_graph::{GraphSum, Rollups, Window};

use crate::error::{ReadError, WriteError};
use crate::listing::Listing;
use crate::quarantine::chain;
use crate::rollup_object::RollupError;
use crate::snapshot::Snapshot;
use crate::store::Inner;
use crate::stored_block::StoredBlock;

impl Snapshot {
    /// Adds what the stored traces contribute in a window; nothing from before the retention's reach. Roll-ups that
    /// turn out missing or damaged are made anew from the documents.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn add_rollups(&self, sum: &mut GraphSum, window: Window) -> Result<(), ReadError> {
        let reach = self.inner.clock.now() - self.inner.config.retention;
        let window = Window {
            first: window.first.max(reach.seconds()),
            ..window
        };
        let listing = self.listing();
        for stored in listing
            .blocks()
            .iter()
            .filter(|stored| stored.may_count_in(window))
        {
            let before = sum.clone();
            if let Err(cause) = stored.rollups.add_to(sum, window).await {
                *sum = before;
                let mended = self.inner.mend_rollups(&listing, stored, &cause).await?;
                sum.add_rollups(&mended, window);
            }
        }
        Ok(())
    }
}

impl Inner {
    /// Makes the roll-ups of every block that has none.
    pub(crate) async fn mend_missing(
        &self,
        is_there: impl Fn(&StoredBlock) -> bool,
    ) -> Result<(), BlockError> {
        let listing = self.listing();
        for stored in listing.blocks().iter().filter(|stored| !is_there(stored)) {
            let rollups = derived(&listing, stored).await?;
            self.put_rollups(stored, rollups).await;
        }
        Ok(())
    }

    /// Makes roll-ups anew that cannot be read.
    async fn mend_rollups(
        &self,
        listing: &Listing,
        stored: &StoredBlock,
        cause: &RollupError,
    ) -> Result<Rollups, ReadError> {
        tracing::error!(block_id = %stored.id, cause = chain(cause), "roll-ups are made anew from the documents");
        let rollups = derived(listing, stored).await?;
        self.put_rollups(stored, rollups.clone()).await;
        Ok(rollups)
    }

    /// What cannot be written now is made anew the next time.
    async fn put_rollups(&self, stored: &StoredBlock, rollups: Rollups) {
        let bytes = Bytes::from(rollups.encode());
        match self.objects.replace(stored.rollups.path(), bytes).await {
            Ok(()) => stored.rollups.is_replaced(),
            Err(error) => {
                tracing::warn!(block_id = %stored.id, cause = chain(&error), "could not write roll-ups");
            }
        }
    }
}

/// What new rows contribute, less what the rows contributed that they supersede.
pub(crate) async fn contributed(
    traces: Arc<Vec<AssembledTrace>>,
    older: Vec<AssembledTrace>,
) -> Result<Bytes, WriteError> {
    let encoded = tokio::task::spawn_blocking(move || {
        let mut rollups = Rollups::default();
        add(&mut rollups, older.iter(), -1);
        add(&mut rollups, traces.iter(), 1);
        Bytes::from(rollups.encode())
    });
    encoded.await.map_err(|_| WriteError::Stopping)
}

/// The same from what is stored: the rows of a block, and the rows that it superseded.
async fn derived(listing: &Listing, stored: &StoredBlock) -> Result<Rollups, BlockError> {
    let mut rollups = Rollups::default();
    let every: Vec<Row> = stored.block.every_row().collect();
    for rows in every.chunks(ROWS_AT_ONCE) {
        add(&mut rollups, stored.block.read(rows).await?.iter(), 1);
    }
    for (older, rows) in listing.superseded_by(stored.id) {
        for rows in rows.chunks(ROWS_AT_ONCE) {
            add(&mut rollups, older.block.read(rows).await?.iter(), -1);
        }
    }
    rollups.tidy();
    Ok(rollups)
}

fn add<'t>(rollups: &mut Rollups, traces: impl Iterator<Item = &'t AssembledTrace>, times: i64) {
    for trace in traces {
        rollups.add_trace(trace.id, &trace.documents, times);
    }
}

/// How many traces are in memory at once.
const ROWS_AT_ONCE: usize = 1_000;
