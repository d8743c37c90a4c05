//! Traces made into a block.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, FixedSizeBinaryBuilder, LargeBinaryArray, LargeListArray, RecordBatch, StructArray,
    TimestampNanosecondArray, UInt32Array, UInt64Array,
};
use arrow::buffer::OffsetBuffer;
use assembly::AssembledTrace;
use bytes::Bytes;
use clock::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::errors::ParquetError;
use roaring::RoaringTreemap;
use trace::Received;

use crate::checksums::Checksums;
use crate::error::EncodeError;
use crate::footer;
use crate::predicate::{Bounds, Times};
use crate::schema;

/// A block's bytes, and what a catalog says of it.
#[derive(Debug, Clone)]
pub struct EncodedBlock {
    /// The object.
    pub bytes: Bytes,
    /// What is in it.
    pub statistics: Statistics,
}

/// What is in a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// How many traces.
    pub rows: u32,
    /// Between which times they lie.
    pub bounds: Bounds,
    /// The places in the journal of all their documents.
    pub positions: RoaringTreemap,
}

/// Makes one block of these traces, in any order. INVARIANT: each id comes once.
///
/// # Errors
/// [`EncodeError`] where Parquet refuses, which well-formed traces give no reason for.
pub fn encode(traces: &[AssembledTrace]) -> Result<EncodedBlock, EncodeError> {
    let mut rows: Vec<Row<'_>> = traces
        .iter()
        .map(|trace| Row {
            trace,
            times: Times::of(trace),
        })
        .collect();
    rows.sort_by_key(|row| (row.times.start, row.trace.id));
    let parquet = write_parquet(&rows).and_then(with_checksums);
    let bytes = parquet.map_err(|source| EncodeError {
        traces: traces.len(),
        source,
    })?;
    Ok(EncodedBlock {
        bytes: bytes.into(),
        statistics: statistics(&rows),
    })
}

struct Row<'a> {
    trace: &'a AssembledTrace,
    times: Times,
}

fn statistics(rows: &[Row<'_>]) -> Statistics {
    let documents = rows.iter().flat_map(|row| &row.trace.documents);
    let mut positions: RoaringTreemap = documents.map(|received| received.position).collect();
    positions.optimize();
    Statistics {
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        bounds: rows
            .iter()
            .fold(Bounds::NONE, |bounds, row| bounds.with(&row.times)),
        positions,
    }
}

fn write_parquet(rows: &[Row<'_>]) -> Result<Vec<u8>, ParquetError> {
    let options = ArrowWriterOptions::new()
        .with_properties(schema::properties()?)
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema::columns(), options)?;
    for some in rows.chunks(BATCH_ROWS) {
        writer.write(&batch(some)?)?;
    }
    writer.into_inner()
}

fn batch(rows: &[Row<'_>]) -> Result<RecordBatch, ParquetError> {
    let mut trace_ids = FixedSizeBinaryBuilder::with_capacity(rows.len(), 16);
    for row in rows {
        trace_ids.append_value(row.trace.id.as_bytes())?;
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(trace_ids.finish()),
        Arc::new(UInt32Array::from_iter_values(
            rows.iter().map(|row| row.trace.writing),
        )),
        moments(rows.iter().map(|row| Some(row.times.start))),
        moments(rows.iter().map(|row| row.times.end)),
        moments(rows.iter().map(|row| Some(row.times.first_receipt))),
        moments(rows.iter().map(|row| Some(row.times.last_receipt))),
        Arc::new(documents(rows)?),
    ];
    Ok(RecordBatch::try_new(schema::columns(), columns)?)
}

fn documents(rows: &[Row<'_>]) -> Result<LargeListArray, ParquetError> {
    let all: Vec<&Received> = rows.iter().flat_map(|row| &row.trace.documents).collect();
    let parts: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(
            all.iter().map(|received| received.position),
        )),
        moments(all.iter().map(|received| Some(received.receipt))),
        Arc::new(LargeBinaryArray::from_iter_values(
            all.iter().map(|received| &received.segment.text),
        )),
    ];
    let values = StructArray::try_new(schema::document(), parts, None)?;
    let lengths = OffsetBuffer::from_lengths(rows.iter().map(|row| row.trace.documents.len()));
    Ok(LargeListArray::try_new(
        schema::element(),
        lengths,
        Arc::new(values),
        None,
    )?)
}

fn moments(values: impl Iterator<Item = Option<Timestamp>>) -> ArrayRef {
    let nanos: TimestampNanosecondArray = values.map(|moment| moment.map(Timestamp::as_nanos)).collect();
    Arc::new(nanos.with_timezone("UTC"))
}

/// Puts the checksums between the pages and the footer.
fn with_checksums(mut bytes: Vec<u8>) -> Result<Vec<u8>, ParquetError> {
    let metadata = footer::parse_whole(&Bytes::copy_from_slice(&bytes))?;
    let tail = bytes.split_off(footer::start(&bytes)?);
    let mut cuts = BTreeSet::new();
    for (group, row_group) in metadata.row_groups().iter().enumerate() {
        let index = metadata.page_index_for_row_group(group);
        for (column, chunk) in row_group.columns().iter().enumerate() {
            let (start, length) = chunk.byte_range();
            let pages = index
                .offset_index(column)
                .map(|index| index.page_locations().as_slice());
            let pages = pages
                .unwrap_or_default()
                .iter()
                .filter_map(|page| usize::try_from(page.offset).ok());
            cuts.extend(pages.chain([start as usize, (start + length) as usize]));
        }
    }
    let checksums = Checksums::of(&bytes, &cuts).to_bytes(&tail);
    bytes.extend(checksums);
    bytes.extend(tail);
    Ok(bytes)
}

/// How many rows are gathered before they are given to Parquet.
const BATCH_ROWS: usize = 256;

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;

    use super::*;
    use crate::{Block, BlockError};

    #[tokio::test]
    async fn a_newer_version_is_refused_by_name() {
        let parquet = write_parquet(&[]).expect("parquet");
        let key = schema::VERSION_KEY.as_bytes();
        let at = parquet
            .windows(key.len())
            .position(|window| window == key)
            .expect("the version");
        let at = at
            + parquet[at..]
                .iter()
                .position(|byte| *byte == b'1')
                .expect("its value");
        let mut newer = parquet;
        newer[at] = b'2';
        let bytes = with_checksums(newer).expect("checksums");
        let (objects, size) = (Arc::new(InMemory::new()), bytes.len() as u64);
        objects
            .put(&"newer".into(), bytes.into())
            .await
            .expect("memory takes everything");
        let opened = Block::open(objects, "newer".into(), size).await;
        assert!(
            matches!(
                opened,
                Err(BlockError::Newer {
                    version: 2,
                    known: 1,
                    ..
                })
            ),
            "{opened:?}"
        );
    }
}
