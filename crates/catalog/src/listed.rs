//! What the catalog says of a block.

use clock::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{BlockId, CatalogError};

/// A block, as the catalog lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRecord {
    /// Its id.
    pub id: BlockId,
    /// Where its object lies in the block storage.
    pub object_path: String,
    /// The version of the block's format.
    pub format_version: u32,
    /// When it was written.
    pub created: Timestamp,
    /// How many traces it holds.
    pub rows: u32,
    /// Size of its object.
    pub size_bytes: u64,
    /// Earliest and latest start of its traces.
    pub start: (Timestamp, Timestamp),
    /// Latest end of its traces, where one has ended.
    pub end_max: Option<Timestamp>,
    /// First and last receipt of its documents.
    pub receipt: (Timestamp, Timestamp),
    /// The journal positions of its documents, serialized by whoever lists it.
    pub positions: Vec<u8>,
    /// When it was found damaged.
    pub quarantined: Option<Timestamp>,
    /// Where its roll-ups lie, where that is not beside it.
    pub rollups_path: Option<String>,
}

/// A mark: a later block holds a higher writing of the trace in this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SupersededRow {
    /// The block with the lower writing.
    pub block: BlockId,
    /// Its row.
    pub row: u32,
    /// The block with the higher writing; it may be gone by now.
    pub by: BlockId,
}

impl BlockRecord {
    pub(crate) fn from_row(row: &SqliteRow) -> Result<BlockRecord, CatalogError> {
        let id = text(row, "id")?;
        let malformed = |column| CatalogError::Malformed {
            block: id.clone(),
            column,
        };
        let moment = |column| integer(row, column).map(Timestamp::from_nanos);
        let optional = |column| optional_integer(row, column).map(|nanos| nanos.map(Timestamp::from_nanos));
        Ok(BlockRecord {
            id: id.parse().map_err(|_| malformed("id"))?,
            object_path: text(row, "object_path")?,
            format_version: small(integer(row, "format_version")?)
                .ok_or_else(|| malformed("format_version"))?,
            created: moment("created_ns")?,
            rows: small(integer(row, "row_count")?).ok_or_else(|| malformed("row_count"))?,
            size_bytes: integer(row, "size_bytes")?
                .try_into()
                .map_err(|_| malformed("size_bytes"))?,
            start: (moment("start_min_ns")?, moment("start_max_ns")?),
            end_max: optional("end_max_ns")?,
            receipt: (moment("receipt_min_ns")?, moment("receipt_max_ns")?),
            positions: row.try_get("positions").map_err(unreadable)?,
            quarantined: optional("quarantined_ns")?,
            rollups_path: rollups_path(row)?,
        })
    }
}

impl SupersededRow {
    pub(crate) fn from_row(row: &SqliteRow) -> Result<SupersededRow, CatalogError> {
        let block = text(row, "block_id")?;
        let malformed = |column| CatalogError::Malformed {
            block: block.clone(),
            column,
        };
        Ok(SupersededRow {
            block: block.parse().map_err(|_| malformed("id"))?,
            row: small(integer(row, "row_number")?).ok_or_else(|| malformed("row_number"))?,
            by: text(row, "by_block_id")?
                .parse()
                .map_err(|_| malformed("by_block_id"))?,
        })
    }
}

/// Tables that are only looked at may be of before there was such a column.
fn rollups_path(row: &SqliteRow) -> Result<Option<String>, CatalogError> {
    match row.try_get("rollups_path") {
        Err(sqlx::Error::ColumnNotFound(_)) => Ok(None),
        path => path.map_err(unreadable),
    }
}

fn text(row: &SqliteRow, column: &str) -> Result<String, CatalogError> {
    row.try_get(column).map_err(unreadable)
}

fn integer(row: &SqliteRow, column: &str) -> Result<i64, CatalogError> {
    row.try_get(column).map_err(unreadable)
}

fn optional_integer(row: &SqliteRow, column: &str) -> Result<Option<i64>, CatalogError> {
    row.try_get(column).map_err(unreadable)
}

fn small(value: i64) -> Option<u32> {
    value.try_into().ok()
}

fn unreadable(source: sqlx::Error) -> CatalogError {
    CatalogError::Statement {
        attempt: "read the record of a block",
        source,
    }
}
