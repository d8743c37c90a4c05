//! Compaction: several neighbouring blocks become one, without the rows that others of them superseded.
//!
//! Blocks have tiers by size, each eight times the one below it. Eight neighbours of one tier, and whatever smaller ones
//! lie between, are merged into a block of a higher tier, so that a document is written again at most once a tier
//! ([`TIERS`]). Blocks whose last receipts lie in different slices of time, a thirtieth of the retention each, are never
//! merged: a block expires as a whole, at most a slice later than its first row would (docs/adr/0015). Roll-ups add up.
//! What is stored stays the same, so no answer changes.

use std::ops::Range;
use std::sync::Arc;

use assembly::AssembledTrace;
use block::{BlockError, EncodedBlock, MergeError, MergeInput, Row};
use bytes::Bytes;
use catalog::{BlockId, BlockRecord};
use document::TraceId;
use roaring::RoaringBitmap;
use service_graph::Rollups;
use trace::Trace;

use crate::contribution::row_of;
use crate::error::{CompactError, ContributionError, ReadError, WriteError};
use crate::listing::Listing;
use crate::objects::Objects;
use crate::rollups::ROWS_AT_ONCE;
use crate::store::{Inner, Store, Writer};
use crate::stored_block::{StoredBlock, record_of};

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Blocks that became one; 0 if there was nothing to do.
    pub blocks: usize,
    /// Size of the new block.
    pub size_bytes: u64,
    /// Superseded rows that are gone.
    pub rows_dropped: u64,
}

impl Store {
    /// Merges one run of neighbouring blocks, if there is one that is worth it. Snapshots that were taken before keep
    /// the old blocks, whose files go once the last of them is gone.
    ///
    /// # Errors
    /// [`CompactError`]: nothing has changed, or everything; a later call sees to the rest.
    pub async fn compact(&self) -> Result<Compacted, CompactError> {
        let inner = Arc::clone(&self.inner);
        let compacting = tokio::spawn(async move {
            let mut writer = inner.writer.lock().await;
            let compacted = inner.compact(&mut writer).await;
            inner.remove_left(&mut writer).await;
            compacted
        });
        compacting.await.unwrap_or(Err(CompactError::Stopping))
    }
}

impl Inner {
    async fn compact(&self, writer: &mut Writer) -> Result<Compacted, CompactError> {
        self.make_sure(writer).await?;
        let listing = self.listing();
        let Some(run) = run_in(listing.blocks(), self.config.retention.as_secs()) else {
            return Ok(Compacted::default());
        };
        let blocks: Vec<Arc<StoredBlock>> = listing.blocks().get(run).unwrap_or_default().to_vec();
        tracing::debug!(blocks = blocks.len(), "merge begun");
        let kept = self.kept(&listing, &blocks).await?;
        let merged = self.merged(&blocks, &kept).await?;
        let rows: u64 = blocks.iter().map(|stored| u64::from(stored.block.rows())).sum();
        let compacted = Compacted {
            blocks: blocks.len(),
            size_bytes: merged.bytes.len() as u64,
            rows_dropped: rows - u64::from(merged.statistics.rows),
        };
        let rollups = self.added_up(&listing, &blocks).await?;
        let Some(block) = self
            .replace(writer, (&listing, &blocks), &kept.superseded, (merged, rollups))
            .await?
        else {
            return Ok(Compacted::default());
        };
        tracing::debug!(block_id = %block, blocks = compacted.blocks, rows_dropped = compacted.rows_dropped, "blocks merged");
        Ok(compacted)
    }

    /// The rows that stay: those that count, and those whose superseder is listed and is not merged with them, since its
    /// roll-ups take them back (`rollups.rs`).
    async fn kept(&self, listing: &Listing, blocks: &[Arc<StoredBlock>]) -> Result<Kept, CompactError> {
        let mut kept = Kept::default();
        for stored in blocks {
            let mut rows = RoaringBitmap::new();
            rows.insert_range(0..stored.block.rows());
            let mut superseded = vec![];
            for (number, by) in listing.marks_on(stored.id) {
                let stays = listing.block(by).is_some() && blocks.iter().all(|stored| stored.id != by);
                match stored.block.row(number).filter(|_| stays) {
                    Some(row) => superseded.push((row, by)),
                    None => {
                        rows.remove(number);
                    }
                }
            }
            superseded.sort_unstable();
            for some in superseded.chunks(ROWS_AT_ONCE) {
                let asked: Vec<Row> = some.iter().map(|(row, _)| *row).collect();
                let read = match stored.block.read(&asked).await {
                    Ok(read) => read,
                    Err(error) => return Err(self.not_merged(blocks, error.into()).await?),
                };
                for (trace, (row, by)) in read.iter().zip(some) {
                    match is_higher_in(blocks, trace).await? {
                        true => {
                            rows.remove(row.number());
                        }
                        false => kept.superseded.push((trace.id, *by)),
                    }
                }
            }
            kept.rows.push(rows);
        }
        Ok(kept)
    }

    /// A block with the rows that stay.
    async fn merged(&self, blocks: &[Arc<StoredBlock>], kept: &Kept) -> Result<EncodedBlock, CompactError> {
        let inputs: Vec<MergeInput<'_>> = blocks
            .iter()
            .zip(&kept.rows)
            .map(|(stored, rows)| MergeInput {
                block: &stored.block,
                rows: rows.clone(),
            })
            .collect();
        let (roots, rules) = (self.config.counting.roots, self.config.terms);
        let row_anew = |trace: AssembledTrace| {
            let whole = Trace::assemble(trace.id, trace.documents.clone()).with_roots(roots);
            row_of(trace, &whole, rules)
        };
        match block::merge(&inputs, &row_anew).await {
            Ok(merged) => Ok(merged),
            Err(error) => Err(self.not_merged(blocks, error).await?),
        }
    }

    /// A block that turned out damaged is quarantined; the rest waits for the next time.
    async fn not_merged(
        &self,
        blocks: &[Arc<StoredBlock>],
        error: MergeError,
    ) -> Result<CompactError, CompactError> {
        if let MergeError::Block(cause @ BlockError::Damaged { path, .. }) = &error
            && let Some(stored) = blocks.iter().find(|stored| stored.path.as_ref() == path)
        {
            let quarantined = self.quarantine(stored.id, cause).await;
            quarantined.map_err(ReadError::from)?;
        }
        Ok(error.into())
    }

    async fn added_up(&self, listing: &Listing, blocks: &[Arc<StoredBlock>]) -> Result<Bytes, CompactError> {
        let mut sum = Rollups::default();
        for stored in blocks {
            match self.rollups_of(listing, stored).await {
                Ok(rollups) => sum.add(&rollups),
                Err(error) => {
                    if let ContributionError::Block(failure) = &error
                        && matches!(failure.source, BlockError::Damaged { .. })
                    {
                        let quarantined = self.quarantine(failure.block, &failure.source).await;
                        quarantined.map_err(ReadError::from)?;
                    }
                    return Err(ReadError::from(error).into());
                }
            }
        }
        let encoded = tokio::task::spawn_blocking(move || Bytes::from(sum.encode())).await;
        encoded.map_err(|_| CompactError::Stopping)
    }

    /// The new objects first, then the catalog, in one transaction, then the listing; `None` if meanwhile a block was
    /// lost, with which the merged ones may have to do.
    async fn replace(
        &self,
        writer: &mut Writer,
        (listing, blocks): (&Listing, &[Arc<StoredBlock>]),
        superseded: &[(TraceId, BlockId)],
        (merged, rollups): (EncodedBlock, Bytes),
    ) -> Result<Option<BlockId>, CompactError> {
        let id = BlockId::from_bytes(self.chance.bytes16());
        let record = record_of_merged(id, &merged, blocks);
        let stored = match self.put_both(id, merged.bytes, rollups).await {
            Ok(()) => self.open_merged(&record, superseded).await,
            Err(error) => Err(error),
        };
        let (stored, marks) = match stored {
            Ok(opened) => opened,
            Err(error) => {
                self.remove_unlisted(&Objects::path_of(id)).await;
                self.remove_unlisted(&Objects::rollups_of(id)).await;
                return Err(error.into());
            }
        };
        let replaced: Vec<BlockId> = blocks.iter().map(|stored| stored.id).collect();
        let _changing = self.changing.lock().await;
        if self.listing().content.losses != listing.content.losses {
            self.remove_unlisted(&Objects::path_of(id)).await;
            self.remove_unlisted(&Objects::rollups_of(id)).await;
            return Ok(None);
        }
        writer.is_unsure = true;
        self.catalog.replace_blocks(&replaced, &record, &marks).await?;
        writer.is_unsure = false;
        self.swap(|listing| listing.with_merged(&stored, &replaced, &marks));
        replaced.iter().for_each(|id| self.time_cache.forget(*id));
        writer.leaving.extend(blocks.iter().cloned());
        Ok(Some(id))
    }

    /// The new block, and which of its rows, by number, are superseded by which blocks.
    async fn open_merged(
        &self,
        record: &BlockRecord,
        superseded: &[(TraceId, BlockId)],
    ) -> Result<(Arc<StoredBlock>, Vec<(u32, BlockId)>), WriteError> {
        let stored = self.open_new(record).await?;
        let mut marks = Vec::with_capacity(superseded.len());
        for (trace, by) in superseded {
            let found = stored.block.find(*trace).await?;
            marks.extend(found.map(|found| (found.row.number(), *by)));
        }
        Ok((Arc::new(stored), marks))
    }
}

/// What stays of blocks that are merged.
#[derive(Default)]
struct Kept {
    /// Of each block, the numbers of its rows.
    rows: Vec<RoaringBitmap>,
    /// The traces of those rows that are superseded, each with the block that did it.
    superseded: Vec<(TraceId, BlockId)>,
}

/// Whether one of the blocks holds a higher writing. Its superseder lies between the two then and is merged with them,
/// but for stores of before the order of blocks was that of their writing whatever the clock did: a block holds a trace
/// once.
async fn is_higher_in(blocks: &[Arc<StoredBlock>], trace: &AssembledTrace) -> Result<bool, ReadError> {
    for stored in blocks.iter().filter(|stored| stored.block.may_hold(trace.id)) {
        let found = stored.block.find(trace.id).await?;
        if found.is_some_and(|found| trace.writing < found.writing) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The new block stands where the last of the old ones stood. It keeps the receipts of all of them, since its roll-ups
/// tell of the rows that are gone as well.
fn record_of_merged(id: BlockId, merged: &EncodedBlock, blocks: &[Arc<StoredBlock>]) -> BlockRecord {
    let created = blocks
        .iter()
        .map(|stored| stored.created)
        .max()
        .unwrap_or_default();
    let mut record = record_of(id, merged, created);
    for stored in blocks {
        record.receipt.0 = record.receipt.0.min(stored.bounds.receipt_min);
        record.receipt.1 = record.receipt.1.max(stored.bounds.receipt_max);
    }
    record
}

/// Neighbours that are worth merging, of the lowest tier first.
fn run_in(blocks: &[Arc<StoredBlock>], retention_seconds: u64) -> Option<Range<usize>> {
    let slice_seconds = i64::try_from(retention_seconds / SLICES)
        .unwrap_or(i64::MAX)
        .max(1);
    let neighbours: Vec<Neighbour> = blocks
        .iter()
        .map(|stored| Neighbour {
            size_bytes: stored.size_bytes,
            slice: stored.bounds.receipt_max.seconds().div_euclid(slice_seconds),
        })
        .collect();
    (0..TIERS.len()).find_map(|tier| run_of_tier(&neighbours, tier))
}

/// What is looked at of a block.
#[derive(Debug, Clone, Copy)]
struct Neighbour {
    size_bytes: u64,
    /// The slice of time that its last receipt lies in.
    slice: i64,
}

impl Neighbour {
    /// The number of its tier; beyond the last one it is never merged again.
    fn tier(self) -> usize {
        TIERS.partition_point(|limit| *limit <= self.size_bytes)
    }
}

/// Blocks that may become one.
struct Run {
    begin: usize,
    slice: i64,
    of_tier: usize,
    bytes: u64,
}

fn run_of_tier(blocks: &[Neighbour], tier: usize) -> Option<Range<usize>> {
    let mut run: Option<Run> = None;
    for (place, block) in blocks.iter().enumerate() {
        if tier < block.tier() {
            run = None;
            continue;
        }
        let goes_along =
            |run: &Run| run.slice == block.slice && run.bytes + block.size_bytes <= MERGED_BYTES_MAX;
        let mut longer = run.filter(goes_along).unwrap_or(Run {
            begin: place,
            slice: block.slice,
            of_tier: 0,
            bytes: 0,
        });
        longer.of_tier += usize::from(block.tier() == tier);
        longer.bytes += block.size_bytes;
        if longer.of_tier == FAN_IN {
            return Some(longer.begin..place + 1);
        }
        run = Some(longer);
    }
    None
}

/// Below so many bytes a block is of this tier. Each is [`FAN_IN`] times the one before, so that a merge leaves its tier.
const TIERS: [u64; 4] = [16 << 10, 128 << 10, 1 << 20, 8 << 20];
/// How many blocks of a tier become one.
const FAN_IN: usize = 8;
/// LIMIT: a merge takes about twice its result in memory.
const MERGED_BYTES_MAX: u64 = 64 << 20;
/// The retention has so many slices of time: a day each of thirty.
const SLICES: u64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn run(sizes: &[(u64, i64)], tier: usize) -> Option<Range<usize>> {
        let neighbour = |(size_bytes, slice): &(u64, i64)| Neighbour {
            size_bytes: *size_bytes,
            slice: *slice,
        };
        let blocks: Vec<Neighbour> = sizes.iter().map(neighbour).collect();
        run_of_tier(&blocks, tier)
    }

    const TINY: u64 = 5 << 10;
    const SMALL: u64 = 100 << 10;
    const MIDDLE: u64 = 2 << 20;
    const BIG: u64 = 20 << 20;

    #[test]
    fn eight_neighbours_of_a_tier_are_a_run() {
        let small = |count: usize| vec![(SMALL, 0); count];
        assert_eq!(run(&small(7), 1), None);
        assert_eq!(run(&small(9), 1), Some(0..8));
        assert_eq!(run(&small(9), 0), None, "another tier's");
        let behind = [vec![(BIG, 0)], small(8)].concat();
        assert_eq!(run(&behind, 1), Some(1..9));
        let apart = [small(4), vec![(MIDDLE, 0)], small(4)].concat();
        assert_eq!(run(&apart, 1), None, "a bigger one parts them");
    }

    #[test]
    fn smaller_ones_between_go_along_and_do_not_count() {
        let mixed = [(MIDDLE, 0), (SMALL, 0)].repeat(8);
        assert_eq!(run(&mixed, 3), Some(0..15));
        assert_eq!(run(&mixed[..13], 3), None);
    }

    #[test]
    fn settled_20_blocks_of_different_slices_of_time_are_never_merged() {
        let days: Vec<(u64, i64)> = (0..40).map(|number| (TINY, number / 5)).collect();
        assert_eq!(run(&days, 0), None);
        let late: Vec<(u64, i64)> = (0..16).map(|number| (SMALL, number / 8)).collect();
        assert_eq!(run(&late[4..12], 1), None);
        assert_eq!(run(&late[4..], 1), Some(4..12));
    }

    #[test]
    fn too_many_bytes_part_runs() {
        let heavy = vec![(7 << 20, 0); 9];
        assert_eq!(run(&heavy, 3), Some(0..8));
        let heavier = vec![(9 << 20, 0); 20];
        assert_eq!(run(&heavier, 3), None, "of no tier");
    }

    #[test]
    fn what_eight_blocks_become_has_left_their_tier() {
        for (tier, limits) in TIERS.windows(2).enumerate() {
            let smallest = Neighbour {
                size_bytes: limits[0] * FAN_IN as u64,
                slice: 0,
            };
            assert!(smallest.tier() > tier + 1);
        }
    }
}
