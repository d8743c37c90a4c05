//! Damaged blocks: kept out of answers from the moment they are found, noted in the catalog, never removed.

use std::error::Error;
use std::sync::{Arc, PoisonError};

use block::BlockError;
use catalog::BlockId;

use crate::store::{Inner, Shared};

impl Inner {
    /// Takes a block that turned out damaged while it was read out of the listing. Needs no writer: it removes no row
    /// from the catalog that a write could be about to mark.
    pub(crate) async fn quarantine(&self, block: BlockId, cause: &BlockError) {
        if self.is_taken_out(block) {
            self.note_quarantine(block, cause).await;
        }
    }

    /// Logs a damaged block, and notes it so that it does not come back unasked. Without the note it is found again.
    pub(crate) async fn note_quarantine(&self, block: BlockId, cause: &(dyn Error + Send + Sync + 'static)) {
        tracing::error!(block_id = %block, cause = chain(cause), "block is damaged and kept out of answers");
        self.time_cache.forget(block);
        if let Err(error) = self.catalog.quarantine_block(block, self.clock.now()).await {
            tracing::error!(block_id = %block, cause = chain(&error), "could not note that a block is damaged");
        }
    }

    fn is_taken_out(&self, block: BlockId) -> bool {
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        let Shared { listing, quarantined } = &mut *shared;
        if listing.block(block).is_none() {
            return false;
        }
        *listing = Arc::new(listing.without_damaged(block));
        *quarantined += 1;
        true
    }
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
