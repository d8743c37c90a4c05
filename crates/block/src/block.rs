//! A stored block, open for reading.

use std::sync::Arc;

use arrow::array::RecordBatch;
use assembly::AssembledTrace;
use document::TraceId;
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::push_decoder::{ParquetPushDecoder, ParquetPushDecoderBuilder};
use parquet::file::metadata::ParquetMetaData;

use crate::blocking::blocking;
use crate::columns::{Found, IdColumns, Row, TimeColumns, UNEQUAL};
use crate::documents;
use crate::error::{BlockError, Damage};
use crate::footer;
use crate::object::{Object, Tail};
use crate::predicate::{Predicate, Times};
use crate::schema::{VERSION, VERSION_KEY};

/// A block, open for reading. In memory are its footer (some kB) and 24 bytes a row, as long as it is open.
#[derive(Debug)]
pub struct Block {
    object: Object,
    metadata: ArrowReaderMetadata,
    ids: IdColumns,
}

impl Block {
    /// Opens the block that was stored at `path` with so many bytes.
    ///
    /// # Errors
    /// [`BlockError`]; nothing of the block is believed that its checksums do not confirm.
    pub async fn open(
        objects: Arc<dyn ObjectStore>,
        path: Path,
        size_bytes: u64,
    ) -> Result<Block, BlockError> {
        let (object, tail) = Object::open(objects, path, size_bytes).await?;
        let metadata = read_metadata(&object, tail).await?;
        check_version(&object, &metadata)?;
        let metadata = ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::new())
            .map_err(|error| object.damaged(error.into()))?;
        let mut block = Block {
            object,
            metadata,
            ids: IdColumns::default(),
        };
        let batches = block.batches(&IdColumns::NAMES, None).await?;
        block.ids = block.decoded(move || IdColumns::from_batches(&batches)).await?;
        Ok(block)
    }

    /// How many traces it holds.
    pub fn rows(&self) -> u32 {
        self.ids.len()
    }

    /// Where a trace lies in it.
    pub fn find(&self, id: TraceId) -> Option<Found> {
        self.ids.find(id)
    }

    /// Reads the columns that scans look at. Whoever keeps them obeys a limit of its own.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn times(&self) -> Result<TimeColumns, BlockError> {
        let batches = self.batches(&TimeColumns::NAMES, None).await?;
        let times = self.decoded(move || TimeColumns::from_batches(&batches)).await?;
        if times.len() == self.ids.len() as usize {
            Ok(times)
        } else {
            Err(self.object.damaged(UNEQUAL))
        }
    }

    /// The rows that the predicate wants, ascending; `times` are this block's.
    pub fn scan(&self, times: &TimeColumns, predicate: &Predicate) -> Vec<(Row, TraceId, Times)> {
        let ids = self.ids.ids();
        let found = times.scan(predicate);
        found
            .filter_map(|(row, times)| Some((row, *ids.get(row.0 as usize)?, times)))
            .collect()
    }

    /// The traces of these rows, in the order asked; rows of other blocks are left out. All their documents are in memory at once, so whoever asks for
    /// many asks in turns.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn read(&self, rows: &[Row]) -> Result<Vec<AssembledTrace>, BlockError> {
        let mut distinct = rows.to_vec();
        distinct.retain(|row| row.0 < self.ids.len());
        distinct.sort_unstable();
        distinct.dedup();
        let places = distinct.iter().map(|row| row.0 as usize..row.0 as usize + 1);
        let selection = RowSelection::from_consecutive_ranges(places, self.ids.len() as usize);
        let batches = self.batches(&documents::NAMES, Some(selection)).await?;
        let documents = self.decoded(move || documents::from_batches(&batches)).await?;
        if documents.len() != distinct.len() {
            return Err(self.object.damaged(UNEQUAL));
        }
        let mut traces = Vec::with_capacity(distinct.len());
        for (row, documents) in distinct.iter().zip(documents) {
            let (id, writing) = self
                .ids
                .ids()
                .get(row.0 as usize)
                .zip(self.ids.writing(*row))
                .ok_or_else(|| self.object.damaged(UNEQUAL))?;
            if !documents::are_of(&documents, *id) {
                return Err(self
                    .object
                    .damaged(Damage::Shape("a row holds documents of another trace")));
            }
            traces.push(AssembledTrace {
                id: *id,
                writing,
                documents,
            });
        }
        let in_order = rows
            .iter()
            .filter_map(|row| traces.get(distinct.binary_search(row).ok()?).cloned());
        Ok(in_order.collect())
    }
}
