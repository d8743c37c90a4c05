//! Roll-ups of what is stored: made with each block, read for graphs, made anew where they are missing or damaged.
//!
//! A block's roll-ups hold what its rows contribute, less what the rows contributed that they superseded, and of every
//! pair of linked traces what it is with them, less what it was before them. So the sum over all listed blocks is the sum
//! over all traces, each counted once (`settled.md` 1).
//!
//! INVARIANT: the roll-ups of a listed block are a function of the listing, and [`Inner::derived`] is it: all its rows,
//! superseded ones too, less the listed rows that carry a mark of it. Each change of the listing keeps to that.
//! - A write lists a block that was made from the listing that it is added to; else it is made anew.
//! - A merge adds up, and so it keeps a superseded row until its superseder is in the same merge: then what the one adds
//!   the other takes back, and both can go. Blocks that are merged are neighbours, in the order of writing, so nothing
//!   was linked with a part of them before the rest was there.
//! - A quarantine replaces roll-ups that reckon with the block that is lost (`quarantine.rs`).
//! - Rows whose superseder has expired count nowhere: all that it took back had been received before the retention's
//!   reach, where no window looks.

use std::sync::Arc;

use assembly::{AssembledTrace, CutTrace};
use block::{BlockError, Row};
use bytes::Bytes;
use rustc_hash::FxHashSet;
use service_graph::{GraphClock, GraphSum, LinkedPair, Rollups, Window};

use crate::contribution::{AddTraces, Change};
use crate::error::{ContributionError, ReadError};
use crate::listing::Listing;
use crate::plan::Plan;
use crate::quarantine::chain;
use crate::rollup_object::{RollupError, RollupObject};
use crate::snapshot::Snapshot;
use crate::store::Inner;
use crate::stored_block::StoredBlock;

impl Snapshot {
    /// Adds what the stored traces contribute in a window; nothing received before the retention's reach. Roll-ups that
    /// turn out missing or damaged are made anew from the documents.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn add_rollups(&self, sum: &mut GraphSum, window: Window) -> Result<(), ReadError> {
        let clock = self.inner.config.counting.clock;
        let window = match clock {
            GraphClock::Receipt => {
                let reach = self.inner.clock.now() - self.inner.config.retention;
                let first = window.first.max(reach.seconds());
                Window { first, ..window }
            }
            GraphClock::Document => window,
        };
        loop {
            let mut attempt = sum.clone();
            match self.inner.add_all(&self.listing(), &mut attempt, window).await {
                Ok(()) => {
                    *sum = attempt;
                    return Ok(());
                }
                Err(ContributionError::Block(failure)) => {
                    self.leave_out(failure.block, failure.source).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What documents that are not stored contribute beyond what is stored of their traces: what storing them would
    /// add. Those that are stored already add nothing.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn contribution_of(&self, live: &[CutTrace]) -> Result<Rollups, ReadError> {
        loop {
            let listing = self.listing();
            match self.inner.contribution_to(&listing, live).await {
                Ok(rollups) => return Ok(rollups),
                Err(ContributionError::Block(failure)) => {
                    self.leave_out(failure.block, failure.source).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Inner {
    async fn contribution_to(
        &self,
        listing: &Listing,
        live: &[CutTrace],
    ) -> Result<Rollups, ContributionError> {
        let change = Plan::new(live, listing).await?.change().await?;
        let groups = self.groups().await?;
        change.contribution(listing.blocks(), &self.catalog, groups).await
    }

    async fn add_all(
        &self,
        listing: &Listing,
        sum: &mut GraphSum,
        window: Window,
    ) -> Result<(), ContributionError> {
        let clock = self.config.counting.clock;
        // Receipts bound nothing where documents' own times count.
        let may_count =
            |stored: &&Arc<StoredBlock>| clock == GraphClock::Document || stored.may_count_in(window);
        for stored in listing.blocks().iter().filter(may_count) {
            let Some(rollups) = listing.rollups_of(stored) else {
                sum.add_rollups(&self.derived(listing, stored).await?, window);
                continue;
            };
            match rollups.add_to(sum, window).await {
                Ok(()) => {}
                Err(error @ RollupError::Malformed { .. }) => return Err(error.into()),
                Err(cause) => {
                    let mended = self.mend(listing, (stored, rollups), &cause).await?;
                    sum.add_rollups(&mended, window);
                }
            }
        }
        Ok(())
    }

    /// Everything that the roll-ups of a block hold, made anew if need be.
    pub(crate) async fn rollups_of(
        &self,
        listing: &Listing,
        stored: &StoredBlock,
    ) -> Result<Rollups, ContributionError> {
        let Some(rollups) = listing.rollups_of(stored) else {
            return self.derived(listing, stored).await;
        };
        match rollups.rollups().await {
            Ok(rollups) => Ok(rollups),
            Err(cause) => self.mend(listing, (stored, rollups), &cause).await,
        }
    }

    /// Makes the roll-ups of every block that has none. Blocks that turn out damaged are quarantined.
    pub(crate) async fn mend_missing(
        &self,
        is_there: impl Fn(&RollupObject) -> bool,
    ) -> Result<(), ReadError> {
        loop {
            match self.mend_all(&self.listing(), &is_there).await {
                Err(ContributionError::Block(failure))
                    if matches!(failure.source, BlockError::Damaged { .. }) =>
                {
                    self.quarantine(failure.block, &failure.source).await?;
                }
                mended => return Ok(mended?),
            }
        }
    }

    async fn mend_all(
        &self,
        listing: &Listing,
        is_there: impl Fn(&RollupObject) -> bool,
    ) -> Result<(), ContributionError> {
        for stored in listing.blocks() {
            if let Some(rollups) = listing.rollups_of(stored).filter(|rollups| !is_there(rollups)) {
                self.mend_rollups(listing, (stored, rollups)).await?;
            }
        }
        Ok(())
    }

    /// Makes roll-ups anew that cannot be read.
    async fn mend(
        &self,
        listing: &Listing,
        of: (&StoredBlock, &RollupObject),
        cause: &RollupError,
    ) -> Result<Rollups, ContributionError> {
        tracing::error!(block_id = %of.0.id, cause = chain(cause), "roll-ups are made anew from documents");
        self.mend_rollups(listing, of).await
    }

    /// What cannot be written now is made anew the next time.
    async fn mend_rollups(
        &self,
        listing: &Listing,
        (stored, object): (&StoredBlock, &RollupObject),
    ) -> Result<Rollups, ContributionError> {
        let rollups = self.derived(listing, stored).await?;
        let bytes = Bytes::from(rollups.clone().encode());
        match self.objects.replace(object.path(), bytes).await {
            Ok(()) => object.is_replaced(),
            Err(error) => {
                tracing::warn!(block_id = %stored.id, cause = chain(&error), "could not write roll-ups");
            }
        }
        Ok(rollups)
    }

    /// The roll-ups of a block, from what is stored: its rows, less the rows that it superseded, and the links that they
    /// made with what lay before them.
    async fn derived(&self, listing: &Listing, stored: &StoredBlock) -> Result<Rollups, ContributionError> {
        let mut rollups = Rollups::default();
        let groups = self.groups().await?;
        let (mut linked, mut old) = (vec![], vec![]);
        let every: Vec<Row> = stored.block.every_row().collect();
        for rows in every.chunks(ROWS_AT_ONCE) {
            let traces = stored.read(rows).await?;
            rollups.add_traces(&traces, &*groups, 1);
            linked.extend(self.linked(traces).await?);
        }
        for (older, rows) in listing.superseded_by(stored.id) {
            for rows in rows.chunks(ROWS_AT_ONCE) {
                let traces = older.read(rows).await?;
                rollups.add_traces(&traces, &*groups, -1);
                old.extend(self.linked(traces).await?);
            }
        }
        let change = Change {
            new: Arc::new(linked),
            old: Arc::new(old),
        };
        let before = listing.blocks().split(|block| block.id == stored.id).next();
        let before = before.unwrap_or_default();
        rollups.add(&change.of_links(before, &self.catalog, &*groups).await?);
        rollups.tidy();
        Ok(rollups)
    }

    /// Those of the traces that name another one in a link, or are named.
    async fn linked(&self, traces: Vec<AssembledTrace>) -> Result<Vec<AssembledTrace>, ContributionError> {
        let ids: Vec<_> = traces.iter().map(|trace| *trace.id.as_bytes()).collect();
        let named = self.catalog.links_to(&ids).await?;
        let named: FxHashSet<_> = named.into_iter().map(|link| link.other).collect();
        let is_linked = |trace: &AssembledTrace| {
            named.contains(trace.id.as_bytes()) || !LinkedPair::of(trace.id, &trace.documents).is_empty()
        };
        Ok(traces.into_iter().filter(is_linked).collect())
    }
}

/// How many traces are in memory at once.
pub(crate) const ROWS_AT_ONCE: usize = 1_000;
