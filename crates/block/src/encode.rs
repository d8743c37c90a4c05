//! Traces made into a block.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, FixedSizeBinaryBuilder, Int64Array, RecordBatch, TimestampNanosecondArray,
    UInt8Array, UInt32Array,
};
use assembly::AssembledTrace;
use bytes::Bytes;
use clock::Timestamp;
use document::TraceId;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use roaring::RoaringTreemap;
use trace::Facts;

use crate::checksums::Checksums;
use crate::condition;
use crate::footer;
use crate::ids::{Entry, hash_of};
use crate::pages::Page;
use crate::predicate::{Bounds, Times};
use crate::schema;
use crate::sections;
use crate::terms::{EncodedTerms, NewTexts};
use crate::text_pieces::TextWriter;
use crate::texts::Texts;

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

/// A trace to be stored, with what its row is found by.
#[derive(Debug, Clone)]
pub struct EncodeRow {
    /// The trace.
    pub trace: AssembledTrace,
    /// What a scan is told of it.
    pub facts: Facts,
    /// What else it can be found by; a block does not know what a term means.
    pub terms: Vec<u64>,
    /// What it can be searched by. Each stands for a term, which need not be among `terms`.
    pub texts: Texts,
    /// Which rules made terms and texts; `None` where nothing did. A block says it only if it is the same for all rows.
    pub terms_version: Option<u64>,
}

/// The pieces of these texts.
pub(crate) fn encode_texts(mut texts: NewTexts<'_>) -> Result<Vec<(u64, Vec<u8>)>, ParquetError> {
    texts.sort_unstable();
    let mut writer = TextWriter::new()?;
    for (field, text) in texts {
        writer.add(field, text)?;
    }
    Ok(writer.finish()?)
}

/// Which rules made the terms of some rows.
#[derive(Debug, Default)]
pub(crate) enum TermsVersion {
    #[default]
    NoRows,
    All(u64),
    Mixed,
}

impl TermsVersion {
    /// Notes some more rows.
    pub(crate) fn add(&mut self, version: Option<u64>) {
        *self = match (&*self, version) {
            (TermsVersion::NoRows, Some(version)) => TermsVersion::All(version),
            (TermsVersion::All(known), Some(version)) if *known == version => TermsVersion::All(version),
            (TermsVersion::NoRows | TermsVersion::All(_) | TermsVersion::Mixed, _) => TermsVersion::Mixed,
        };
    }

    /// The version of all of them, if it is one.
    pub(crate) fn of_all_rows(&self) -> Option<u64> {
        match self {
            TermsVersion::All(version) => Some(*version),
            TermsVersion::NoRows | TermsVersion::Mixed => None,
        }
    }
}

/// A row without its documents and terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SmallRow {
    pub(crate) id: TraceId,
    pub(crate) writing: u32,
    pub(crate) times: Times,
    pub(crate) facts: Facts,
}

impl SmallRow {
    pub(crate) fn of(row: &EncodeRow, times: Times) -> SmallRow {
        SmallRow {
            id: row.trace.id,
            writing: row.trace.writing,
            times,
            facts: row.facts,
        }
    }

    /// Rows of a block ascend by this.
    pub(crate) fn order(&self) -> (Timestamp, TraceId) {
        (self.times.start, self.id)
    }
}

/// Everything that a block is made of.
#[derive(Default)]
pub(crate) struct Parts {
    /// In their order.
    pub(crate) rows: Vec<SmallRow>,
    pub(crate) pages: Vec<Page>,
    pub(crate) dictionaries: Vec<Bytes>,
    /// The slot of each row; `None` where each row lies in the slot of its own number.
    pub(crate) slot_of: Option<Vec<u32>>,
    pub(crate) terms: EncodedTerms,
    /// Each with its first field.
    pub(crate) texts: Vec<(u64, Vec<u8>)>,
    pub(crate) terms_version: Option<u64>,
    pub(crate) positions: RoaringTreemap,
}

impl Parts {
    /// The object.
    pub(crate) fn encode(mut self) -> Result<EncodedBlock, ParquetError> {
        self.positions.optimize();
        let times = self.rows.iter().map(|row| &row.times);
        let statistics = Statistics {
            rows: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
            bounds: times.fold(Bounds::NONE, |bounds, times| bounds.with(times)),
            positions: std::mem::take(&mut self.positions),
        };
        let parquet = write_parquet(&self.rows, self.terms_version)?;
        let bytes = with_sections(parquet, &self)?;
        Ok(EncodedBlock {
            bytes: bytes.into(),
            statistics,
        })
    }

    pub(crate) fn slots(&self) -> usize {
        self.pages.iter().map(|page| page.slots as usize).sum()
    }

    /// How many bytes a slot number takes, and all of them.
    pub(crate) fn slot_numbers(&self) -> (u8, Vec<u8>) {
        let Some(slots) = &self.slot_of else {
            return (0, Vec::new());
        };
        let most = slots.iter().copied().max().unwrap_or(0);
        let length = (4 - most.leading_zeros() / 8).clamp(1, 4) as usize;
        let bytes = slots
            .iter()
            .flat_map(|slot| slot.to_le_bytes().into_iter().take(length));
        (length.to_le_bytes()[0], bytes.collect())
    }

    /// What ids are found by, ascending.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let entries = self.rows.iter().zip(0..).map(|(small, row)| Entry {
            hash: hash_of(small.id),
            row,
            writing: small.writing,
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_unstable();
        entries
    }
}

fn write_parquet(rows: &[SmallRow], terms_version: Option<u64>) -> Result<Vec<u8>, ParquetError> {
    let options = ArrowWriterOptions::new()
        .with_properties(schema::properties(terms_version)?)
        .with_skip_arrow_metadata(true);
    let mut writer =
        ArrowWriter::try_new_with_options(Vec::new(), schema::columns(schema::VERSION), options)?;
    for some in rows.chunks(BATCH_ROWS) {
        writer.write(&batch(some)?)?;
    }
    writer.into_inner()
}

fn batch(rows: &[SmallRow]) -> Result<RecordBatch, ParquetError> {
    let mut trace_ids = FixedSizeBinaryBuilder::with_capacity(rows.len(), 16);
    for row in rows {
        trace_ids.append_value(row.id.as_bytes())?;
    }
    let nanos = |of: fn(&Facts) -> Option<i64>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| of(&row.facts)).collect::<Int64Array>())
    };
    let roots: UInt8Array = rows
        .iter()
        .map(|row| row.facts.root.map(condition::bits))
        .collect();
    let partials: BooleanArray = rows.iter().map(|row| Some(row.facts.is_partial)).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(trace_ids.finish()),
        Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.writing))),
        moments(rows.iter().map(|row| Some(row.times.start))),
        moments(rows.iter().map(|row| row.times.end)),
        moments(rows.iter().map(|row| Some(row.times.first_receipt))),
        moments(rows.iter().map(|row| Some(row.times.last_receipt))),
        nanos(|facts| facts.duration_nanos),
        nanos(|facts| facts.response_nanos),
        Arc::new(roots),
        Arc::new(partials),
    ];
    Ok(RecordBatch::try_new(schema::columns(schema::VERSION), columns)?)
}

fn moments(values: impl Iterator<Item = Option<Timestamp>>) -> ArrayRef {
    let nanos: TimestampNanosecondArray = values.map(|moment| moment.map(Timestamp::as_nanos)).collect();
    Arc::new(nanos.with_timezone("UTC"))
}

/// Puts sections and checksums between the pages of columns and the footer.
fn with_sections(mut bytes: Vec<u8>, parts: &Parts) -> Result<Vec<u8>, ParquetError> {
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
    cuts.insert(bytes.len());
    let id_runs = id_runs(&metadata, &bytes, &parts.rows)?;
    sections::append(&mut bytes, &mut cuts, parts, &id_runs);
    let checksums = Checksums::of(&bytes, &cuts).to_bytes(&tail);
    bytes.extend(checksums);
    bytes.extend(tail);
    Ok(bytes)
}

/// Where in the object the trace ids lie, 16 bytes a row: in each page of their column, plainly at its end.
fn id_runs(
    metadata: &ParquetMetaData,
    bytes: &[u8],
    rows: &[SmallRow],
) -> Result<Vec<(u32, u64)>, ParquetError> {
    let mut runs = Vec::new();
    let mut begun = 0_i64;
    for (group, row_group) in metadata.row_groups().iter().enumerate() {
        let index = metadata.page_index_for_row_group(group);
        let pages = index
            .offset_index(0)
            .map(|index| index.page_locations().as_slice());
        let pages = pages.unwrap_or_default();
        let lasts = pages.iter().skip(1).map(|next| next.first_row_index);
        for (page, next) in pages.iter().zip(lasts.chain([row_group.num_rows()])) {
            let count = next - page.first_row_index;
            let start = page.offset + i64::from(page.compressed_page_size) - count * 16;
            let first = begun + page.first_row_index;
            runs.push((u32::try_from(first), u64::try_from(start)));
        }
        begun += row_group.num_rows();
    }
    let runs: Result<Vec<(u32, u64)>, _> = runs
        .into_iter()
        .map(|(first, start)| Ok::<_, std::num::TryFromIntError>((first?, start?)))
        .collect();
    let runs = runs.map_err(|_| unexpected())?;
    let ends = runs
        .iter()
        .skip(1)
        .map(|(next, _)| *next as usize)
        .chain([rows.len()]);
    for ((first, start), end) in runs.iter().zip(ends) {
        let rows = rows.get(*first as usize..end).ok_or_else(unexpected)?;
        let written = bytes.get(*start as usize..*start as usize + 16 * rows.len());
        let (written, _) = written.ok_or_else(unexpected)?.as_chunks::<16>();
        if !rows.iter().map(|row| row.id.as_bytes()).eq(written) {
            return Err(unexpected());
        }
    }
    Ok(runs)
}

fn unexpected() -> ParquetError {
    ParquetError::General("trace ids do not lie where they should".to_owned())
}

/// How many rows are gathered before they are given to Parquet.
const BATCH_ROWS: usize = 4_096;

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;

    use super::*;
    use crate::{Block, BlockError};

    #[tokio::test]
    async fn a_newer_version_is_refused_by_name() {
        let parquet = write_parquet(&[], None).expect("parquet");
        let key = schema::VERSION_KEY.as_bytes();
        let at = parquet
            .windows(key.len())
            .position(|window| window == key)
            .expect("the version");
        let at = at
            + parquet[at..]
                .iter()
                .position(|byte| *byte == b'3')
                .expect("its value");
        let mut newer = parquet;
        newer[at] = b'4';
        let bytes = with_sections(newer, &Parts::default()).expect("checksums");
        let (objects, size) = (Arc::new(InMemory::new()), bytes.len() as u64);
        objects
            .put(&"newer".into(), bytes.into())
            .await
            .expect("memory takes everything");
        let opened = Block::open(
            objects,
            "newer".into(),
            size,
            &Arc::new(crate::PieceCache::new(0)),
        )
        .await;
        assert!(
            matches!(
                opened,
                Err(BlockError::Newer {
                    version: 4,
                    known: 3,
                    ..
                })
            ),
            "{opened:?}"
        );
    }
}
