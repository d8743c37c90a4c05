//! What is stored, at one moment: blocks, and marks on their superseded rows. Never changed, only replaced.

use std::sync::Arc;
use std::time::Duration;

use block::{Found, Row};
use catalog::{BlockId, SupersededRow};
use clock::Timestamp;
use document::TraceId;
use roaring::RoaringTreemap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::BlockFailure;
use crate::rollup_object::RollupObject;
use crate::stored_block::StoredBlock;

/// What is stored, at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listing {
    /// In the order of their writing.
    blocks: Vec<Arc<StoredBlock>>,
    /// For each block, its superseded rows, each with the block that superseded it.
    marks: FxHashMap<BlockId, Arc<FxHashMap<u32, BlockId>>>,
    /// Blocks whose own roll-ups reckon with a block that was lost, each with where those lie that do not.
    replaced_rollups: FxHashMap<BlockId, Summed>,
    /// The places in the journal of all documents in all blocks.
    positions: Arc<RoaringTreemap>,
    /// Which content this is.
    pub(crate) content: Content,
}

/// Which content the store has: two snapshots with the same one hold the same documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Content {
    /// Grows whenever documents are stored.
    pub writes: u64,
    /// Grows whenever documents are expired, or are lost to damage.
    pub losses: u64,
}

/// Roll-ups in the place of those that a block was opened with.
#[derive(Debug, Clone)]
pub(crate) enum Summed {
    /// They lie there, once someone has asked for them.
    At(Arc<RollupObject>),
    /// Nowhere: this listing is older than the one that is kept up to date, so they are made each time.
    Nowhere,
}

impl Listing {
    /// These blocks with these marks.
    pub(crate) fn new(blocks: Vec<Arc<StoredBlock>>, marks: &[SupersededRow]) -> Listing {
        let mut by_block: FxHashMap<BlockId, FxHashMap<u32, BlockId>> = FxHashMap::default();
        for mark in marks {
            by_block.entry(mark.block).or_default().insert(mark.row, mark.by);
        }
        let marks = by_block
            .into_iter()
            .map(|(block, rows)| (block, Arc::new(rows)))
            .collect();
        let positions = positions_of(&blocks);
        Listing {
            blocks,
            marks,
            replaced_rollups: FxHashMap::default(),
            positions,
            content: Content::default(),
        }
    }

    /// This listing and one more block, which supersedes these rows.
    pub(crate) fn with(&self, block: Arc<StoredBlock>, superseded: &[(BlockId, u32)]) -> Listing {
        let mut listing = self.clone();
        for (older, row) in superseded {
            let rows = listing.marks.entry(*older).or_default();
            Arc::make_mut(rows).insert(*row, block.id);
        }
        *Arc::make_mut(&mut listing.positions) |= &block.positions;
        listing.content.writes += 1;
        listing.blocks.push(block);
        listing
    }

    /// This listing with one block in the place of those whose rows it holds, some of which, by number, are superseded.
    pub(crate) fn with_merged(
        &self,
        merged: &Arc<StoredBlock>,
        replaced: &[BlockId],
        superseded: &[(u32, BlockId)],
    ) -> Listing {
        let mut listing = self.clone();
        listing
            .replaced_rollups
            .retain(|block, _| !replaced.contains(block));
        let last = listing
            .blocks
            .iter()
            .rposition(|block| replaced.contains(&block.id));
        listing
            .blocks
            .insert(last.map_or(0, |last| last + 1), Arc::clone(merged));
        listing.blocks.retain(|block| !replaced.contains(&block.id));
        listing.marks.retain(|block, _| !replaced.contains(block));
        for rows in listing.marks.values_mut() {
            if rows.values().any(|by| replaced.contains(by)) {
                let taken_over = Arc::make_mut(rows)
                    .values_mut()
                    .filter(|by| replaced.contains(by));
                taken_over.for_each(|by| *by = merged.id);
            }
        }
        if !superseded.is_empty() {
            let marks = superseded.iter().copied().collect();
            listing.marks.insert(merged.id, Arc::new(marks));
        }
        listing
    }

    /// This listing without blocks whose time is over. The rows that they superseded stay superseded.
    pub(crate) fn without(&self, blocks: &FxHashSet<BlockId>) -> Listing {
        let mut listing = self.clone();
        listing.blocks.retain(|block| !blocks.contains(&block.id));
        listing.marks.retain(|block, _| !blocks.contains(block));
        listing
            .replaced_rollups
            .retain(|block, _| !blocks.contains(block));
        listing.positions = positions_of(&listing.blocks);
        listing.content.losses += 1;
        listing
    }

    /// This listing without a damaged block. The rows that it superseded count again: they are the best there is.
    pub(crate) fn without_damaged(&self, damaged: BlockId) -> Listing {
        let mut listing = self.without(&FxHashSet::from_iter([damaged]));
        for rows in listing.marks.values_mut() {
            if rows.values().any(|by| *by == damaged) {
                Arc::make_mut(rows).retain(|_, by| *by != damaged);
            }
        }
        listing
    }

    /// Marks for rows that a damaged block had superseded and of whose traces yet another block holds a higher writing:
    /// in this listing, which is without the damaged one, the block with the lowest of these supersedes them, whose own
    /// row the next one supersedes. Which one that is does not depend on what is written later.
    pub(crate) async fn heirs(&self, rows: &[(BlockId, u32)]) -> Result<Vec<SupersededRow>, BlockFailure> {
        let mut heirs = Vec::new();
        for (block, row) in rows {
            let Some(stored) = self.block(*block) else {
                continue;
            };
            let Some(lower) = stored.block.row(*row) else {
                continue;
            };
            for trace in stored.read(&[lower]).await? {
                let found = self.find(trace.id).await?.into_iter();
                let higher = found.filter(|(_, found)| trace.writing < found.writing);
                if let Some((by, _)) = higher.min_by_key(|(_, found)| found.writing) {
                    heirs.push(SupersededRow {
                        block: *block,
                        row: *row,
                        by: by.id,
                    });
                }
            }
        }
        Ok(heirs)
    }

    /// This listing with more marks.
    pub(crate) fn with_marks(mut self, marks: &[SupersededRow]) -> Listing {
        for mark in marks {
            let rows = self.marks.entry(mark.block).or_default();
            Arc::make_mut(rows).insert(mark.row, mark.by);
        }
        self
    }

    /// The rows that a block superseded.
    pub(crate) fn rows_superseded_by(&self, block: BlockId) -> Vec<(BlockId, u32)> {
        let rows = self.superseded_by(block);
        let numbers = rows.flat_map(|(older, rows)| rows.into_iter().map(|row| (older.id, row.number())));
        numbers.collect()
    }

    /// The blocks that superseded rows of a block.
    pub(crate) fn superseders_of(&self, block: BlockId) -> FxHashSet<BlockId> {
        let marks = self.marks.get(&block).into_iter();
        marks.flat_map(|rows| rows.values()).copied().collect()
    }

    /// The superseded rows of a block, each with the block that superseded it.
    pub(crate) fn marks_on(&self, block: BlockId) -> impl Iterator<Item = (u32, BlockId)> {
        let marks = self.marks.get(&block).into_iter();
        marks.flat_map(|rows| rows.iter()).map(|(row, by)| (*row, *by))
    }

    /// This listing with other roll-ups of a block.
    pub(crate) fn with_rollups(mut self, block: BlockId, rollups: Summed) -> Listing {
        self.replaced_rollups.insert(block, rollups);
        self
    }

    /// Where the roll-ups of one of its blocks lie; `None` if nowhere, so that they are made each time.
    pub(crate) fn rollups_of<'l>(&'l self, stored: &'l StoredBlock) -> Option<&'l RollupObject> {
        match self.replaced_rollups.get(&stored.id) {
            None => Some(&stored.rollups),
            Some(Summed::At(rollups)) => Some(rollups),
            Some(Summed::Nowhere) => None,
        }
    }

    pub(crate) fn blocks(&self) -> &[Arc<StoredBlock>] {
        &self.blocks
    }

    /// The block with this id.
    pub(crate) fn block(&self, id: BlockId) -> Option<&Arc<StoredBlock>> {
        self.blocks.iter().find(|block| block.id == id)
    }

    /// Whether a later block holds a higher writing of the trace in this row.
    pub(crate) fn is_superseded(&self, block: BlockId, row: Row) -> bool {
        self.marks
            .get(&block)
            .is_some_and(|rows| rows.contains_key(&row.number()))
    }

    /// How many rows of a block are superseded.
    pub(crate) fn superseded_in(&self, block: BlockId) -> usize {
        self.marks.get(&block).map_or(0, |rows| rows.len())
    }

    /// The rows that a block superseded, with the blocks that they lie in.
    pub(crate) fn superseded_by(
        &self,
        block: BlockId,
    ) -> impl Iterator<Item = (&Arc<StoredBlock>, Vec<Row>)> {
        self.blocks.iter().filter_map(move |older| {
            let marks = self.marks.get(&older.id)?;
            let rows = marks.iter().filter(|(_, by)| **by == block);
            let rows: Vec<Row> = rows.filter_map(|(row, _)| older.block.row(*row)).collect();
            (!rows.is_empty()).then_some((older, rows))
        })
    }

    /// How many rows are superseded.
    pub(crate) fn superseded(&self) -> u64 {
        self.marks.values().map(|rows| rows.len() as u64).sum()
    }

    /// Whether the document at this position is in some block.
    pub(crate) fn is_stored(&self, position: u64) -> bool {
        self.positions.contains(position)
    }

    /// The highest position of a stored document.
    pub(crate) fn last_position(&self) -> Option<u64> {
        self.positions.max()
    }

    /// When a block is said to be written: now, and after all others, so that a clock that is set back changes no order.
    pub(crate) fn next_created(&self, now: Timestamp) -> Timestamp {
        let last = self.blocks.iter().map(|block| block.created).max();
        last.map_or(now, |last| now.max(last + Duration::from_nanos(1)))
    }

    /// The latest receipt of a stored document.
    pub(crate) fn latest_receipt(&self) -> Option<Timestamp> {
        self.blocks.iter().map(|block| block.bounds.receipt_max).max()
    }

    /// Every row of a trace, superseded ones too; or the block that could not be asked.
    pub(crate) async fn find(&self, id: TraceId) -> Result<Vec<(&Arc<StoredBlock>, Found)>, BlockFailure> {
        let mut rows = Vec::new();
        for stored in self.blocks.iter().filter(|stored| stored.block.may_hold(id)) {
            let found = stored.find(id).await?;
            rows.extend(found.map(|found| (stored, found)));
        }
        Ok(rows)
    }

    /// The row that counts of a trace. Should there be more than one, the highest writing is taken.
    pub(crate) async fn current(
        &self,
        id: TraceId,
    ) -> Result<Option<(&Arc<StoredBlock>, Found)>, BlockFailure> {
        let mut rows = self.find(id).await?;
        rows.retain(|(block, found)| !self.is_superseded(block.id, found.row));
        Ok(rows.into_iter().max_by_key(|(_, found)| found.writing))
    }
}

fn positions_of(blocks: &[Arc<StoredBlock>]) -> Arc<RoaringTreemap> {
    let mut positions = RoaringTreemap::new();
    for block in blocks {
        positions |= &block.positions;
    }
    Arc::new(positions)
}
