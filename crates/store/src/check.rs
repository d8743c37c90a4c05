//! Looks at everything that is stored in a directory that nobody uses, changes nothing, and tells what is wrong.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use block::{BlockError, PieceCache};
use catalog::{BlockId, BlockRecord, Catalog};
use clock::Timestamp;
use object_store::path::Path as ObjectPath;

use crate::error::OpenError;
use crate::objects::Objects;
use crate::open::CATALOG;
use crate::quarantine::chain;
use crate::rollup_object::{RollupError, RollupObject};
use crate::stored_block::{StoredBlock, Unusable};

/// What was found in the directory of a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedStore {
    /// At which step the catalog's tables are; 0 where nothing was ever stored.
    pub catalog_step: i64,
    /// Every listed block, in the order of their writing.
    pub blocks: Vec<CheckedBlock>,
    /// Rows that a later block superseded.
    pub superseded: u64,
    /// Objects that no block owns: what a crash left. The next start removes them.
    pub orphans: Vec<String>,
    /// What is damaged.
    pub damaged: Vec<Finding>,
}

/// What was found of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBlock {
    /// The block.
    pub id: BlockId,
    /// The version of its format.
    pub format_version: u32,
    /// Bytes of its object.
    pub size_bytes: u64,
    /// Its rows.
    pub rows: u32,
    /// When it was first found damaged by a server, which keeps it out of answers since.
    pub quarantined: Option<Timestamp>,
}

/// Something that is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, in the store's directory.
    pub file: String,
    /// What is wrong with it, and where.
    pub cause: String,
}

/// Looks at every page of every block, at every part of its roll-ups and at the catalog. Nobody else may use the
/// directory. One without a catalog is empty. Before each block `progress` is told its file and how many bytes it has.
///
/// # Errors
/// [`OpenError`] where it could not be looked at. Damage is no error: it is told.
pub async fn check(directory: &Path, mut progress: impl FnMut(&str, u64)) -> Result<CheckedStore, OpenError> {
    let mut found = CheckedStore::default();
    let file = directory.join(CATALOG);
    if !file.is_file() {
        return Ok(found);
    }
    let catalog = Catalog::open_to_look(&file).await?;
    found.catalog_step = catalog.step().await?;
    let wrong = catalog.integrity().await?;
    found.damaged.extend(wrong.into_iter().map(|cause| Finding {
        file: CATALOG.to_owned(),
        cause,
    }));
    let records = catalog.blocks().await?;
    found.superseded = catalog.superseded().await?.len() as u64;
    catalog.close().await;
    let objects = Objects::existing(directory)?;
    let pieces = Arc::new(PieceCache::new(PIECES_BYTES_MAX));
    for record in &records {
        progress(&record.object_path, record.size_bytes);
        found
            .damaged
            .extend(check_block(record, &objects, &pieces).await?);
        found.damaged.extend(check_rollups(record, &objects).await);
        found.blocks.push(CheckedBlock {
            id: record.id,
            format_version: record.format_version,
            size_bytes: record.size_bytes,
            rows: record.rows,
            quarantined: record.quarantined,
        });
    }
    found.orphans = orphans(&records, &objects).await?;
    Ok(found)
}

async fn check_block(
    record: &BlockRecord,
    objects: &Objects,
    pieces: &Arc<PieceCache>,
) -> Result<Vec<Finding>, OpenError> {
    let finding = |cause: String| Finding {
        file: record.object_path.clone(),
        cause,
    };
    let stored = match StoredBlock::open(record, objects, pieces).await {
        Ok(stored) => stored,
        Err(Unusable::Block(BlockError::Damaged { source, .. })) => return Ok(vec![finding(chain(&source))]),
        Err(Unusable::Block(error)) => return Err(error.into()),
        Err(Unusable::Positions(cause)) => {
            let cause = format!("its positions in the catalog are unreadable: {cause}");
            return Ok(vec![finding(cause)]);
        }
    };
    let mut findings = Vec::new();
    if stored.block.rows() != record.rows {
        let (rows, listed) = (stored.block.rows(), record.rows);
        findings.push(finding(format!("it has {rows} rows, the catalog says {listed}")));
    }
    match stored.block.bad_pages().await {
        Ok(bad) => findings.extend(bad.iter().map(wrong_checksum).map(finding)),
        Err(BlockError::Damaged { source, .. }) => findings.push(finding(chain(&source))),
        Err(error) => return Err(error.into()),
    }
    Ok(findings)
}

/// Roll-ups can be made anew from documents, but until they are a graph takes longer.
async fn check_rollups(record: &BlockRecord, objects: &Objects) -> Vec<Finding> {
    let path = Objects::rollups_listed(record);
    let file = path.to_string();
    let causes = match RollupObject::new(objects.store(), path).bad_parts().await {
        Ok(bad) => bad.iter().map(wrong_checksum).collect(),
        Err(RollupError::Storage {
            source: object_store::Error::NotFound { .. },
            ..
        }) => vec!["it is missing".to_owned()],
        Err(RollupError::Damaged { source, .. } | RollupError::Malformed { source, .. }) => {
            vec![format!("its directory is damaged: {source}")]
        }
        Err(RollupError::Storage { source, .. }) => vec![chain(&source)],
    };
    let finding = |cause| Finding {
        file: file.clone(),
        cause,
    };
    causes.into_iter().map(finding).collect()
}

fn wrong_checksum(place: &Range<u64>) -> String {
    format!("the checksum of bytes {} to {} is wrong", place.start, place.end)
}

async fn orphans(records: &[BlockRecord], objects: &Objects) -> Result<Vec<String>, OpenError> {
    let listed: HashSet<ObjectPath> = records
        .iter()
        .flat_map(|record| {
            [
                ObjectPath::from(record.object_path.as_str()),
                Objects::rollups_listed(record),
            ]
        })
        .collect();
    let all = objects.list().await?;
    let mut orphans: Vec<String> = all
        .into_iter()
        .filter(|path| !listed.contains(path))
        .map(|path| path.to_string())
        .collect();
    orphans.sort();
    Ok(orphans)
}

/// Everything is read once, so there is nothing to keep.
const PIECES_BYTES_MAX: usize = 1 << 20;
