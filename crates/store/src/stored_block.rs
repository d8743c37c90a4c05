//! A listed block, open for reading.

use std::sync::Arc;

use assembly::AssembledTrace;
use block::{Block, BlockError, Bounds, EncodedBlock, Found, PieceCache, Row};
use catalog::{BlockId, BlockRecord};
use clock::Timestamp;
use document::TraceId;
use object_store::path::Path;
use roaring::RoaringTreemap;
use service_graph::Window;

use crate::error::BlockFailure;
use crate::objects::Objects;
use crate::rollup_object::RollupObject;

/// A listed block, open for reading.
#[derive(Debug)]
pub(crate) struct StoredBlock {
    pub(crate) id: BlockId,
    pub(crate) path: Path,
    pub(crate) size_bytes: u64,
    /// When it was written, or the last of those that it was merged from; ascending in the order of writing, whatever
    /// the clock did.
    pub(crate) created: Timestamp,
    pub(crate) bounds: Bounds,
    pub(crate) positions: RoaringTreemap,
    pub(crate) block: Block,
    /// Where its roll-ups lie, unless the listing says otherwise.
    pub(crate) rollups: RollupObject,
}

/// Why a listed block cannot be used.
pub(crate) enum Unusable {
    /// It could not be opened.
    Block(BlockError),
    /// Its record holds no bitmap of positions.
    Positions(std::io::Error),
}

impl StoredBlock {
    /// Opens what a record lists.
    pub(crate) async fn open(
        record: &BlockRecord,
        objects: &Objects,
        pieces: &Arc<PieceCache>,
    ) -> Result<StoredBlock, Unusable> {
        let path = Path::from(record.object_path.as_str());
        let positions = RoaringTreemap::deserialize_from(record.positions.as_slice());
        let positions = positions.map_err(Unusable::Positions)?;
        let block = Block::open(objects.store(), path.clone(), record.size_bytes, pieces).await;
        Ok(StoredBlock {
            id: record.id,
            path,
            size_bytes: record.size_bytes,
            created: record.created,
            bounds: bounds_of(record),
            positions,
            rollups: RollupObject::new(objects.store(), Objects::rollups_listed(record)),
            block: block.map_err(Unusable::Block)?,
        })
    }

    /// Where a trace lies in it.
    pub(crate) async fn find(&self, id: TraceId) -> Result<Option<Found>, BlockFailure> {
        let found = self.block.find(id).await;
        found.map_err(|source| BlockFailure {
            block: self.id,
            source,
        })
    }

    /// The traces of these rows, in the order asked.
    pub(crate) async fn read(&self, rows: &[Row]) -> Result<Vec<AssembledTrace>, BlockFailure> {
        let read = self.block.read(rows).await;
        read.map_err(|source| BlockFailure {
            block: self.id,
            source,
        })
    }

    /// Whether something of its traces, or of what they superseded, can count in a window: nothing counts from
    /// before its first receipt or after its last.
    pub(crate) fn may_count_in(&self, window: Window) -> bool {
        self.bounds.receipt_min.seconds() <= window.last && window.first <= self.bounds.receipt_max.seconds()
    }
}

/// What the catalog is told of a new block.
pub(crate) fn record_of(id: BlockId, encoded: &EncodedBlock, now: Timestamp) -> BlockRecord {
    let bounds = encoded.statistics.bounds;
    let mut positions = Vec::with_capacity(encoded.statistics.positions.serialized_size());
    let written = encoded.statistics.positions.serialize_into(&mut positions);
    written.expect("writing to memory does not fail");
    BlockRecord {
        id,
        object_path: Objects::path_of(id).to_string(),
        format_version: block::VERSION,
        created: now,
        rows: encoded.statistics.rows,
        size_bytes: encoded.bytes.len() as u64,
        start: (bounds.start_min, bounds.start_max),
        end_max: bounds.end_max,
        receipt: (bounds.receipt_min, bounds.receipt_max),
        positions,
        quarantined: None,
        rollups_path: None,
    }
}

fn bounds_of(record: &BlockRecord) -> Bounds {
    Bounds {
        start_min: record.start.0,
        start_max: record.start.1,
        end_max: record.end_max,
        receipt_min: record.receipt.0,
        receipt_max: record.receipt.1,
    }
}
