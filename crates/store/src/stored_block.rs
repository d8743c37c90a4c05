//! A listed block, open for reading.

use std::sync::Arc;

use block::{Block, BlockError, Bounds, EncodedBlock, PieceCache};
use catalog::{BlockId, BlockRecord};
use clock::Timestamp;
use object_store::path::Path;
use roaring::RoaringTreemap;

use crate::objects::Objects;

/// A listed block, open for reading.
#[derive(Debug)]
pub(crate) struct StoredBlock {
    pub(crate) id: BlockId,
    pub(crate) path: Path,
    pub(crate) size_bytes: u64,
    pub(crate) bounds: Bounds,
    pub(crate) positions: RoaringTreemap,
    pub(crate) block: Block,
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
            bounds: bounds_of(record),
            positions,
            block: block.map_err(Unusable::Block)?,
        })
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
