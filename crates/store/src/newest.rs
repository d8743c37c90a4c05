//! Stored traces in order, the newest first, some at a time: what lies further down is not looked at.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;
use std::sync::Arc;

use block::{BlockError, Bounds, ClockColumn, Condition, Predicate, Times};
use catalog::BlockId;
use clock::Timestamp;
use document::TraceId;
use trace::Facts;

use crate::error::ReadError;
use crate::listing::Listing;
use crate::snapshot::{RowKey, Snapshot};
use crate::stored_block::StoredBlock;

/// Where a trace stands. The newest comes first; of those at the same moment the one with the lowest id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The moment.
    pub at: Timestamp,
    /// The trace.
    pub trace_id: TraceId,
}

impl Ord for Spot {
    fn cmp(&self, other: &Spot) -> Ordering {
        other
            .at
            .cmp(&self.at)
            .then_with(|| self.trace_id.cmp(&other.trace_id))
    }
}

impl PartialOrd for Spot {
    fn partial_cmp(&self, other: &Spot) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A part of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stretch {
    /// It begins behind this one.
    pub after: Option<Spot>,
    /// It ends with this one.
    pub last: Option<Spot>,
}

impl Stretch {
    /// Whether a trace that stands there belongs to it.
    pub fn holds(&self, spot: &Spot) -> bool {
        self.after.is_none_or(|after| after < *spot) && self.last.is_none_or(|last| *spot <= last)
    }

    /// Whether it can hold a trace at a moment between these.
    fn may_hold(&self, earliest: Timestamp, latest: Timestamp) -> bool {
        self.after.is_none_or(|after| earliest <= after.at) && self.last.is_none_or(|last| last.at <= latest)
    }

    /// Whether it holds every trace at a moment between these.
    fn holds_all(&self, earliest: Timestamp, latest: Timestamp) -> bool {
        self.after.is_none_or(|after| latest < after.at) && self.last.is_none_or(|last| last.at < earliest)
    }
}

/// A row that was found, ordered as it stands.
struct Kept<T> {
    spot: Spot,
    key: RowKey,
    made: T,
}

impl Snapshot {
    /// The first `rows_max` rows behind `after` that the predicate wants and of which `keep` makes something, each
    /// with that. A trace stands at the time that the predicate's clock compares; under `Ends` at its latest end.
    /// Facts are `None` where the block does not know them. Of no more rows than that anything is held.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn newest<T>(
        &self,
        predicate: &Predicate,
        after: Option<Spot>,
        rows_max: usize,
        keep: impl Fn(&RowKey, Option<&Facts>) -> Option<T>,
    ) -> Result<Vec<(RowKey, T)>, ReadError> {
        let stretch = Stretch { after, last: None };
        loop {
            let listing = self.listing();
            let mut found = Found {
                heap: BinaryHeap::new(),
                rows_max,
                stretch,
                keep: &keep,
            };
            match self.newest_in(&listing, predicate, &mut found).await {
                Ok(()) => {
                    let kept = found.heap.into_sorted_vec().into_iter();
                    return Ok(kept.map(|kept| (kept.key, kept.made)).collect());
                }
                Err((block, error)) => self.leave_out(block, error).await?,
            }
        }
    }

    /// How many traces of a stretch lie in the predicate's window and were last received not after `as_of`, whatever
    /// its condition says.
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn count(
        &self,
        predicate: &Predicate,
        stretch: Stretch,
        as_of: Timestamp,
    ) -> Result<u64, ReadError> {
        loop {
            let listing = self.listing();
            match self.count_in(&listing, predicate, stretch, as_of).await {
                Ok(count) => return Ok(count),
                Err((block, error)) => self.leave_out(block, error).await?,
            }
        }
    }

    async fn newest_in<T, K: Fn(&RowKey, Option<&Facts>) -> Option<T>>(
        &self,
        listing: &Listing,
        predicate: &Predicate,
        found: &mut Found<'_, T, K>,
    ) -> Result<(), (BlockId, BlockError)> {
        let mut blocks: Vec<&Arc<StoredBlock>> = listing
            .blocks()
            .iter()
            .filter(|stored| predicate.may_want(&stored.bounds))
            .filter(|stored| {
                let (earliest, latest) = moments(predicate, &stored.bounds);
                found.stretch.may_hold(earliest, latest)
            })
            .collect();
        blocks.sort_by_key(|stored| std::cmp::Reverse(moments(predicate, &stored.bounds).1));
        for stored in blocks {
            let latest = moments(predicate, &stored.bounds).1;
            if found.worst().is_some_and(|worst| latest < worst.at) {
                break;
            }
            let scanned = self.columns(stored, &predicate.condition).await;
            let Some((columns, pruned)) = scanned.map_err(|error| (stored.id, error))? else {
                continue;
            };
            let marks = listing.superseded_in(stored.id);
            let ascends = predicate.clock == ClockColumn::Start;
            stored
                .block
                .visit_newest(&columns, predicate, &pruned, &mut |row, trace_id, times| {
                    let at = moment(predicate, &times);
                    let spot = Spot { at, trace_id };
                    if found.worst().is_some_and(|worst| worst < spot) {
                        let is_over = ascends && found.worst().is_some_and(|worst| at < worst.at);
                        return if is_over {
                            ControlFlow::Break(())
                        } else {
                            ControlFlow::Continue(())
                        };
                    }
                    if found.stretch.holds(&spot) && (marks == 0 || !listing.is_superseded(stored.id, row)) {
                        let key = RowKey {
                            block: stored.id,
                            row,
                            trace_id,
                            times,
                        };
                        found.offer(spot, key, columns.facts(row).as_ref());
                    }
                    ControlFlow::Continue(())
                });
        }
        Ok(())
    }

    async fn count_in(
        &self,
        listing: &Listing,
        predicate: &Predicate,
        stretch: Stretch,
        as_of: Timestamp,
    ) -> Result<u64, (BlockId, BlockError)> {
        let mut count = 0;
        for stored in listing.blocks() {
            let (earliest, latest) = moments(predicate, &stored.bounds);
            if !predicate.may_want(&stored.bounds) || !stretch.may_hold(earliest, latest) {
                continue;
            }
            let marks = listing.superseded_in(stored.id);
            let is_whole = wants_all(predicate, &stored.bounds)
                && stretch.holds_all(earliest, latest)
                && stored.bounds.receipt_max <= as_of;
            if is_whole {
                count += u64::from(stored.block.rows()).saturating_sub(marks as u64);
                continue;
            }
            let scanned = self.columns(stored, &Condition::Every).await;
            let Some((columns, pruned)) = scanned.map_err(|error| (stored.id, error))? else {
                continue;
            };
            stored
                .block
                .visit_newest(&columns, predicate, &pruned, &mut |row, trace_id, times| {
                    let at = moment(predicate, &times);
                    let counts = stretch.holds(&Spot { at, trace_id })
                        && times.last_receipt <= as_of
                        && (marks == 0 || !listing.is_superseded(stored.id, row));
                    count += u64::from(counts);
                    ControlFlow::Continue(())
                });
        }
        Ok(count)
    }
}

/// The best rows so far.
struct Found<'k, T, K> {
    /// The worst of them on top.
    heap: BinaryHeap<Kept<T>>,
    // LIMIT: rows beyond it are found by whoever asks again, behind the last of these.
    rows_max: usize,
    stretch: Stretch,
    keep: &'k K,
}

impl<T, K: Fn(&RowKey, Option<&Facts>) -> Option<T>> Found<'_, T, K> {
    /// The last of them, once there are enough: what comes behind it is not wanted.
    fn worst(&self) -> Option<Spot> {
        (self.heap.len() >= self.rows_max)
            .then(|| self.heap.peek())
            .flatten()
            .map(|kept| kept.spot)
    }

    fn offer(&mut self, spot: Spot, key: RowKey, facts: Option<&Facts>) {
        if let Some(made) = (self.keep)(&key, facts) {
            self.heap.push(Kept { spot, key, made });
            if self.heap.len() > self.rows_max {
                self.heap.pop();
            }
        }
    }
}

impl<T> Ord for Kept<T> {
    fn cmp(&self, other: &Kept<T>) -> Ordering {
        self.spot.cmp(&other.spot)
    }
}

impl<T> PartialOrd for Kept<T> {
    fn partial_cmp(&self, other: &Kept<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Kept<T> {
    fn eq(&self, other: &Kept<T>) -> bool {
        self.spot == other.spot
    }
}

impl<T> Eq for Kept<T> {}

/// Where a row stands among those that [`Snapshot::newest`] gives for a predicate.
pub fn spot_of(predicate: &Predicate, row: &RowKey) -> Spot {
    Spot {
        at: moment(predicate, &row.times),
        trace_id: row.trace_id,
    }
}

/// Where a trace with these times stands.
fn moment(predicate: &Predicate, times: &Times) -> Timestamp {
    match predicate.clock {
        ClockColumn::Start => times.start,
        ClockColumn::LastReceipt | ClockColumn::Receipts => times.last_receipt,
        ClockColumn::Ends => times.end.unwrap_or(Timestamp::MIN),
    }
}

/// Between which moments the traces of a block stand.
fn moments(predicate: &Predicate, bounds: &Bounds) -> (Timestamp, Timestamp) {
    match predicate.clock {
        ClockColumn::Start => (bounds.start_min, bounds.start_max),
        ClockColumn::LastReceipt | ClockColumn::Receipts => (bounds.receipt_min, bounds.receipt_max),
        ClockColumn::Ends => (Timestamp::MIN, bounds.end_max.unwrap_or(Timestamp::MIN)),
    }
}

/// Whether the window wants every trace of a block, as far as its bounds say it.
fn wants_all(predicate: &Predicate, bounds: &Bounds) -> bool {
    let (earliest, latest) = moments(predicate, bounds);
    match predicate.clock {
        ClockColumn::Start | ClockColumn::LastReceipt => {
            predicate.from <= earliest && latest < predicate.until
        }
        ClockColumn::Receipts => predicate.from <= earliest && latest <= predicate.until,
        ClockColumn::Ends => false,
    }
}
