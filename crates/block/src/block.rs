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
        let mut block = Block { object, metadata, ids: IdColumns::default() };
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
        if times.len() == self.ids.len() as usize { Ok(times) } else { Err(self.object.damaged(UNEQUAL)) }
    }

    /// The rows that the predicate wants, ascending; `times` are this block's.
    pub fn scan(&self, times: &TimeColumns, predicate: &Predicate) -> Vec<(Row, TraceId, Times)> {
        let ids = self.ids.ids();
        let found = times.scan(predicate);
        found.filter_map(|(row, times)| Some((row, *ids.get(row.0 as usize)?, times))).collect()
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
            let (id, writing) = self.ids.ids().get(row.0 as usize).zip(self.ids.writing(*row))
                .ok_or_else(|| self.object.damaged(UNEQUAL))?;
            if !documents::are_of(&documents, *id) {
                return Err(self.object.damaged(Damage::Shape("a row holds documents of another trace")));
            }
            traces.push(AssembledTrace { id: *id, writing, documents });
        }
        let in_order = rows.iter().filter_map(|row| traces.get(distinct.binary_search(row).ok()?).cloned());
        Ok(in_order.collect())
    }

    /// The named columns of all rows or of some.
    async fn batches(
        &self,
        names: &[&str],
        selection: Option<RowSelection>,
    ) -> Result<Vec<RecordBatch>, BlockError> {
        let columns = ProjectionMask::columns(self.metadata.parquet_schema(), names.iter().copied());
        let builder = ParquetPushDecoderBuilder::new_with_metadata(self.metadata.clone());
        let builder = builder.with_projection(columns).with_batch_size(BATCH_ROWS);
        let builder = match selection {
            Some(selection) => builder.with_row_selection(selection),
            None => builder,
        };
        let mut decoder = builder.build().map_err(|error| self.object.damaged(error.into()))?;
        let mut batches = Vec::new();
        loop {
            let step = self.decoded(move || decode(decoder, batches)).await?;
            match step {
                Step::Done(batches) => return Ok(batches),
                Step::Needs(waiting) => {
                    let bytes = self.object.fetch(&waiting.ranges).await?;
                    (decoder, batches) = (waiting.decoder, waiting.batches);
                    let pushed = decoder.push_ranges(waiting.ranges, bytes);
                    pushed.map_err(|error| self.object.damaged(error.into()))?;
                }
            }
        }
    }

    /// Runs a decoder where it may take its time, and may fall.
    async fn decoded<T: Send + 'static>(
        &self,
        decode: impl FnOnce() -> Result<T, Damage> + Send + 'static,
    ) -> Result<T, BlockError> {
        let path = self.object.path();
        blocking(path, decode).await?.map_err(|damage| self.object.damaged(damage))
    }
}

enum Step {
    Done(Vec<RecordBatch>),
    Needs(Box<Waiting>),
}

struct Waiting {
    decoder: ParquetPushDecoder,
    batches: Vec<RecordBatch>,
    ranges: Vec<std::ops::Range<u64>>,
}

fn decode(mut decoder: ParquetPushDecoder, mut batches: Vec<RecordBatch>) -> Result<Step, Damage> {
    loop {
        match decoder.try_decode()? {
            DecodeResult::Data(batch) => batches.push(batch),
            DecodeResult::Finished => return Ok(Step::Done(batches)),
            DecodeResult::NeedsData(ranges) => {
                return Ok(Step::Needs(Box::new(Waiting { decoder, batches, ranges })));
            }
        }
    }
}

async fn read_metadata(object: &Object, tail: Tail) -> Result<ParquetMetaData, BlockError> {
    let damaged = |error: parquet::errors::ParquetError| object.damaged(error.into());
    let mut decoder = footer::decoder(object.size_bytes()).map_err(damaged)?;
    decoder.push_range(tail.footer_start..object.size_bytes(), tail.footer).map_err(damaged)?;
    loop {
        match decoder.try_decode().map_err(damaged)? {
            DecodeResult::Data(metadata) => return Ok(metadata),
            DecodeResult::Finished => return Err(object.damaged(Damage::Shape("the footer is empty"))),
            DecodeResult::NeedsData(ranges) => {
                let bytes = object.fetch(&ranges).await?;
                decoder.push_ranges(ranges, bytes).map_err(damaged)?;
            }
        }
    }
}

fn check_version(object: &Object, metadata: &ParquetMetaData) -> Result<(), BlockError> {
    let pairs = metadata.file_metadata().key_value_metadata().map(Vec::as_slice).unwrap_or_default();
    let version = pairs.iter().find(|pair| pair.key == VERSION_KEY).and_then(|pair| pair.value.as_deref());
    let version = version.and_then(|version| version.parse().ok());
    match version {
        Some(1..=VERSION) => Ok(()),
        Some(version) => Err(BlockError::Newer { path: object.path().to_string(), version, known: VERSION }),
        None => Err(object.damaged(Damage::Shape("it does not say its version"))),
    }
}

/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 1_024;
