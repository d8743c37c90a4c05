//! Damaged blocks: kept out of answers from the moment they are found, noted in the catalog, never removed.
//!
//! Other blocks' roll-ups may reckon with a block that is lost: they take back what it had added. Those are made anew
//! without it, at a place where nothing lay before, which the catalog notes in the transaction that notes the loss. So
//! whoever holds a listing sums up what belongs to it, before the loss or after it, and so does whoever opens the store.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::{Arc, PoisonError};

use block::BlockError;
use catalog::{BlockId, SupersededRow};
use clock::Timestamp;
use document::TraceId;

use crate::listing::{Listing, Summed};
use crate::objects::Objects;
use crate::rollup_object::RollupObject;
use crate::store::{Inner, Shared};
use crate::stored_block::StoredBlock;

/// A block that is lost.
pub(crate) struct Damaged {
    pub(crate) id: BlockId,
    pub(crate) created: Timestamp,
    /// The block, if it could be opened.
    stored: Option<Arc<StoredBlock>>,
    /// What was found just now; `None` where the catalog knows of it.
    cause: Option<String>,
}

/// A listing without damaged blocks.
pub(crate) struct Left {
    pub(crate) listing: Listing,
    /// The blocks that are lost, among them those that turned out damaged on the way.
    pub(crate) damaged: Vec<Damaged>,
    /// Blocks whose roll-ups reckon with one that was lost just now.
    unsummed: BTreeSet<BlockId>,
}

impl Damaged {
    /// It could not be opened.
    pub(crate) fn unopened(id: BlockId, created: Timestamp, cause: Option<String>) -> Damaged {
        Damaged {
            id,
            created,
            stored: None,
            cause,
        }
    }

    fn found(stored: &Arc<StoredBlock>, cause: &BlockError) -> Damaged {
        Damaged {
            id: stored.id,
            created: stored.created,
            stored: Some(Arc::clone(stored)),
            cause: Some(chain(cause)),
        }
    }

    fn may_have_held(&self, id: TraceId) -> bool {
        self.stored
            .as_ref()
            .is_none_or(|stored| stored.block.may_hold(id))
    }
}

impl Inner {
    /// Takes a block that turned out damaged while it was read out of the listing. Needs no writer: it removes no row
    /// from the catalog that a write could be about to mark, and a write that was made with it is made anew.
    ///
    /// # Errors
    /// [`BlockError`] where the storage gives no answer; what turns out damaged on the way is left out as well.
    pub(crate) async fn quarantine(&self, block: BlockId, cause: &BlockError) -> Result<(), BlockError> {
        let _changing = self.changing.lock().await;
        self.take_out(block, cause).await
    }

    /// A listing without a damaged block, and without those that turn out damaged when rows are looked at that count
    /// again. They are quarantined.
    ///
    /// # Errors
    /// [`BlockError`] where the storage gives no answer.
    pub(crate) async fn left_out(
        &self,
        listing: &Arc<Listing>,
        block: BlockId,
        cause: &BlockError,
    ) -> Result<Arc<Listing>, BlockError> {
        let _changing = self.changing.lock().await;
        let whole = self.listing();
        self.take_out(block, cause).await?;
        if Arc::ptr_eq(listing, &whole) {
            return Ok(self.listing());
        }
        let Some(stored) = listing.block(block) else {
            return Ok(Arc::clone(listing));
        };
        let left = self.left_of(listing, vec![Damaged::found(stored, cause)]).await?;
        let nowhere = |listing: Listing, id: &BlockId| listing.with_rollups(*id, Summed::Nowhere);
        Ok(Arc::new(left.unsummed.iter().fold(left.listing, nowhere)))
    }

    /// INVARIANT: whoever calls it holds `changing`.
    async fn take_out(&self, block: BlockId, cause: &BlockError) -> Result<(), BlockError> {
        let whole = self.listing();
        let Some(stored) = whole.block(block) else {
            return Ok(());
        };
        let left = self.left_of(&whole, vec![Damaged::found(stored, cause)]).await?;
        let lost = left.damaged.len();
        let listing = Arc::new(self.noted(left).await);
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        *shared = Shared {
            listing,
            quarantined: shared.quarantined + lost,
        };
        Ok(())
    }

    /// What is left of a listing without damaged blocks. The rows that they superseded count again, unless yet another
    /// block holds a higher writing.
    pub(crate) async fn left_of(
        &self,
        whole: &Listing,
        mut damaged: Vec<Damaged>,
    ) -> Result<Left, BlockError> {
        loop {
            let rows: Vec<_> = damaged
                .iter()
                .flat_map(|lost| whole.rows_superseded_by(lost.id))
                .collect();
            let without = damaged
                .iter()
                .fold(whole.clone(), |left, lost| left.without_damaged(lost.id));
            match without.heirs(&rows).await {
                Ok(heirs) => {
                    let unsummed = self.unsummed((whole, &without), &damaged, &heirs).await;
                    return Ok(Left {
                        listing: without.with_marks(&heirs),
                        damaged,
                        unsummed,
                    });
                }
                Err(failure) => match (&failure.source, whole.block(failure.block)) {
                    (BlockError::Damaged { .. }, Some(stored)) => {
                        damaged.push(Damaged::found(stored, &failure.source));
                    }
                    _ => return Err(failure.source),
                },
            }
        }
    }

    /// The blocks whose roll-ups reckon with what was lost just now: they superseded rows of it, or superseded rows of one
    /// that did and that was lost before, or now supersede what it had superseded, or hold traces that are linked with
    /// some of it and came later.
    async fn unsummed(
        &self,
        (whole, left): (&Listing, &Listing),
        damaged: &[Damaged],
        heirs: &[SupersededRow],
    ) -> BTreeSet<BlockId> {
        let new: Vec<&Damaged> = damaged.iter().filter(|lost| lost.cause.is_some()).collect();
        if new.is_empty() {
            return BTreeSet::new();
        }
        let mut unsummed = BTreeSet::new();
        let mut lost: Vec<BlockId> = new.iter().map(|lost| lost.id).collect();
        while let Some(id) = lost.pop() {
            for by in whole.superseders_of(id) {
                // One that is lost as well has left what it had superseded to those that superseded it.
                if unsummed.insert(by) && damaged.iter().any(|damaged| damaged.id == by) {
                    lost.push(by);
                }
            }
        }
        unsummed.extend(heirs.iter().map(|heir| heir.by));
        unsummed.extend(self.linked_later(left, &new).await);
        unsummed.retain(|id| left.block(*id).is_some());
        unsummed
    }

    /// Later blocks that may hold the other trace of a link of which a lost block may have held the one.
    async fn linked_later(&self, left: &Listing, lost: &[&Damaged]) -> BTreeSet<BlockId> {
        let links = match self.catalog.links().await {
            Ok(links) => links,
            Err(error) => {
                tracing::warn!(
                    cause = chain(&error),
                    "cannot read links; all roll-ups are made anew"
                );
                return left.blocks().iter().map(|stored| stored.id).collect();
            }
        };
        let mut linked = BTreeSet::new();
        for lost in lost {
            let later = left
                .blocks()
                .iter()
                .filter(|stored| lost.created <= stored.created);
            let later: Vec<&Arc<StoredBlock>> = later.collect();
            for link in links.iter().filter(|_| !later.is_empty()) {
                let (one, two) = (TraceId::from_bytes(link.trace), TraceId::from_bytes(link.other));
                for (gone, other) in [(one, two), (two, one)] {
                    if lost.may_have_held(gone) {
                        let holding = later.iter().filter(|stored| stored.block.may_hold(other));
                        linked.extend(holding.map(|stored| stored.id));
                    }
                }
            }
        }
        linked
    }

    /// Logs damaged blocks, and notes them so that they do not come back unasked; what is left is to be shown. Without
    /// the note they are found again, and all is as before until then.
    pub(crate) async fn noted(&self, left: Left) -> Listing {
        let new = left.damaged.iter().filter(|lost| lost.cause.is_some());
        let mut lost = vec![];
        for Damaged { id, cause, .. } in new {
            tracing::error!(block_id = %id, cause, "block is damaged and kept out of answers");
            self.time_cache.forget(*id);
            lost.push(*id);
        }
        if lost.is_empty() {
            return left.listing;
        }
        let (mut listing, mut places) = (left.listing, vec![]);
        for block in left.unsummed {
            let token = BlockId::from_bytes(self.chance.bytes16());
            let path = Objects::other_rollups_of(block, token);
            places.push((block, path.to_string()));
            let rollups = RollupObject::new(self.objects.store(), path);
            listing = listing.with_rollups(block, Summed::At(Arc::new(rollups)));
        }
        let note = self.catalog.quarantine_blocks(&lost, self.clock.now(), &places);
        if let Err(error) = note.await {
            tracing::error!(blocks = ?lost, cause = chain(&error), "could not note that blocks are damaged");
        }
        listing
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
