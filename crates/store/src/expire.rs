//! Removing what has been kept long enough.

use std::sync::Arc;

use catalog::BlockId;
use document::TraceId;
use rustc_hash::FxHashSet;

use crate::error::ExpireError;
use crate::quarantine::chain;
use crate::store::{Inner, Store, Writer};
use crate::stored_block::StoredBlock;

/// What an expiry removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Blocks.
    pub blocks: usize,
    /// Rows of those blocks, superseded ones too.
    pub rows: u64,
}

impl Store {
    /// Removes the blocks whose last receipt lies before now − retention. Their files go once the last snapshot that
    /// shows them is gone, at the next write or expiry; a crash before that leaves them to the next open.
    /// Quarantined blocks stay.
    ///
    /// # Errors
    /// [`ExpireError`] where the catalog gives no answer.
    pub async fn expire(&self) -> Result<Expired, ExpireError> {
        self.expire_but(vec![]).await
    }

    /// The same, but for blocks that may hold one of these traces: they have changed since, and are not stored anew yet
    /// (`settled.md` 20).
    ///
    /// # Errors
    /// As [`expire`](Store::expire).
    pub async fn expire_but(&self, live: Vec<TraceId>) -> Result<Expired, ExpireError> {
        let inner = Arc::clone(&self.inner);
        let expiring = tokio::spawn(async move {
            let mut writer = inner.writer.lock().await;
            let expired = inner.expire(&mut writer, &live).await;
            inner.remove_left(&mut writer).await;
            expired
        });
        expiring.await.unwrap_or(Err(ExpireError::Stopping))
    }
}

impl Inner {
    async fn expire(&self, writer: &mut Writer, live: &[TraceId]) -> Result<Expired, ExpireError> {
        self.make_sure(writer).await?;
        let limit = self.clock.now() - self.config.retention;
        self.catalog.remove_links_before(limit).await?;
        // A trace may have changed after it first refused a document, and is kept longer then.
        let long_ago = limit - self.config.retention;
        self.catalog.remove_full_traces_before(long_ago).await?;
        let _changing = self.changing.lock().await;
        let listing = self.listing();
        let old = listing
            .blocks()
            .iter()
            .filter(|stored| stored.bounds.receipt_max < limit)
            .filter(|stored| !live.iter().any(|id| stored.block.may_hold(*id)));
        let old: Vec<Arc<StoredBlock>> = old.cloned().collect();
        if old.is_empty() {
            return Ok(Expired::default());
        }
        let ids: Vec<BlockId> = old.iter().map(|stored| stored.id).collect();
        writer.is_unsure = true;
        self.catalog.remove_blocks(&ids).await?;
        writer.is_unsure = false;
        let gone: FxHashSet<BlockId> = ids.iter().copied().collect();
        self.swap(|listing| listing.without(&gone));
        ids.iter().for_each(|id| self.time_cache.forget(*id));
        let rows = old.iter().map(|stored| u64::from(stored.block.rows())).sum();
        let expired = Expired {
            blocks: old.len(),
            rows,
        };
        tracing::info!(
            blocks = expired.blocks,
            rows,
            "removed blocks beyond the retention"
        );
        writer.leaving.extend(old);
        Ok(expired)
    }

    /// Removes the objects of blocks that have left the listing and that nobody reads any more.
    pub(crate) async fn remove_left(&self, writer: &mut Writer) {
        let mut held = Vec::new();
        for stored in writer.leaving.drain(..) {
            if Arc::strong_count(&stored) > 1 {
                held.push(stored);
                continue;
            }
            let removed = match self.objects.remove(stored.rollups.path()).await {
                Ok(()) => self.objects.remove(&stored.path).await,
                Err(error) => Err(error),
            };
            if let Err(error) = removed {
                tracing::warn!(block_id = %stored.id, cause = chain(&error), "could not remove a block's objects");
                held.push(stored);
            }
        }
        writer.leaving = held;
    }
}
