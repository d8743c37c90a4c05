//! Damaged blocks: kept out of answers from the moment they are found, noted in the catalog, never removed.

use std::error::Error;
use std::sync::{Arc, PoisonError};

use block::BlockError;
use catalog::{BlockId, SupersededRow};

use crate::listing::Listing;
use crate::store::{Inner, Shared};

impl Inner {
    /// Takes a block that turned out damaged while it was read out of the listing. Needs no writer: it removes no row
    /// from the catalog that a write could be about to mark.
    ///
    /// # Errors
    /// [`BlockError`] where the storage gives no answer; what turns out damaged on the way is left out as well.
    pub(crate) async fn quarantine(&self, block: BlockId, cause: &BlockError) -> Result<(), BlockError> {
        self.left_out(&self.listing(), block, cause).await.map(|_| ())
    }

    /// A listing without a damaged block, and without those that turn out damaged when rows are looked at that count
    /// again. They are quarantined.
    ///
    /// # Errors
    /// [`BlockError`] where the storage gives no answer.
    pub(crate) async fn left_out(
        &self,
        listing: &Listing,
        block: BlockId,
        cause: &BlockError,
    ) -> Result<Listing, BlockError> {
        let mut damaged = vec![block];
        loop {
            let rows: Vec<_> = damaged
                .iter()
                .flat_map(|id| listing.rows_superseded_by(*id))
                .collect();
            let without = damaged
                .iter()
                .fold(listing.clone(), |left, id| left.without_damaged(*id));
            match without.heirs(&rows).await {
                Ok(heirs) => {
                    if self.is_taken_out(block, &heirs) {
                        self.note_quarantine(block, cause).await;
                    }
                    return Ok(without.with_marks(&heirs));
                }
                Err(failure) if matches!(failure.source, BlockError::Damaged { .. }) => {
                    if self.is_taken_out(failure.block, &[]) {
                        self.note_quarantine(failure.block, &failure.source).await;
                    }
                    damaged.push(failure.block);
                }
                Err(failure) => return Err(failure.source),
            }
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

    fn is_taken_out(&self, block: BlockId, heirs: &[SupersededRow]) -> bool {
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        let Shared { listing, quarantined } = &mut *shared;
        if listing.block(block).is_none() {
            return false;
        }
        *listing = Arc::new(listing.without_damaged(block).with_marks(heirs));
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
