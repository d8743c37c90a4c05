//! Columns out of a block's object: what Parquet needs is fetched, verified, and decoded off the serving threads.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::push_decoder::{ParquetPushDecoder, ParquetPushDecoderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;

use crate::blocking::blocking;
use crate::columns::ScanColumns;
use crate::error::{BlockError, Damage};
use crate::footer;
use crate::object::{Footer, Object};
use crate::schema::{self, TERMS_KEY, VERSION, VERSION_KEY};

/// Reads columns of one block.
pub(crate) struct Reader<'a> {
    object: &'a Object,
    metadata: ArrowReaderMetadata,
    version: u32,
    terms_version: Option<u64>,
}

impl<'a> Reader<'a> {
    /// Reads what the footer says, unless a newer version wrote it.
    pub(crate) async fn new(object: &'a Object, footer: Footer) -> Result<Reader<'a>, BlockError> {
        let metadata = read_metadata(object, footer).await?;
        let version = check_version(object, &metadata)?;
        let terms_version = said(&metadata, TERMS_KEY).and_then(|version| version.parse().ok());
        // Texts of many rows together may be more than 2 GiB, which Parquet's own choice of types cannot hold.
        let options = ArrowReaderOptions::new().with_schema(schema::columns(version));
        let metadata = ArrowReaderMetadata::try_new(Arc::new(metadata), options)
            .map_err(|error| object.damaged(error.into()))?;
        Ok(Reader {
            object,
            metadata,
            version,
            terms_version,
        })
    }

    /// Which rules made the terms of the rows.
    pub(crate) fn terms_version(&self) -> Option<u64> {
        self.terms_version
    }

    /// The version of the block's format.
    pub(crate) fn version(&self) -> u32 {
        self.version
    }

    /// What `make` makes of the named columns of all rows or of some.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        names: &[&str],
        selection: Option<RowSelection>,
        make: impl FnOnce(&[RecordBatch]) -> Result<T, Damage> + Send + 'static,
    ) -> Result<T, BlockError> {
        let batches = self.batches(names, selection).await?;
        self.decoded(move || make(&batches)).await
    }

    /// What a scan looks at.
    pub(crate) async fn scan_columns(&self) -> Result<ScanColumns, BlockError> {
        let version = self.version;
        let make = move |batches: &[RecordBatch]| ScanColumns::from_batches(batches, version);
        self.read(&ScanColumns::names(version), None, make).await
    }

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
        let mut decoder = builder
            .build()
            .map_err(|error| self.object.damaged(error.into()))?;
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
        blocking(path, decode)
            .await?
            .map_err(|damage| self.object.damaged(damage))
    }
}

enum Step {
    Done(Vec<RecordBatch>),
    Needs(Box<Waiting>),
}

struct Waiting {
    decoder: ParquetPushDecoder,
    batches: Vec<RecordBatch>,
    ranges: Vec<Range<u64>>,
}

fn decode(mut decoder: ParquetPushDecoder, mut batches: Vec<RecordBatch>) -> Result<Step, Damage> {
    loop {
        match decoder.try_decode()? {
            DecodeResult::Data(batch) => batches.push(batch),
            DecodeResult::Finished => return Ok(Step::Done(batches)),
            DecodeResult::NeedsData(ranges) => {
                return Ok(Step::Needs(Box::new(Waiting {
                    decoder,
                    batches,
                    ranges,
                })));
            }
        }
    }
}

async fn read_metadata(object: &Object, footer: Footer) -> Result<ParquetMetaData, BlockError> {
    let damaged = |error: ParquetError| object.damaged(error.into());
    let mut decoder = footer::decoder(object.size_bytes()).map_err(damaged)?;
    decoder
        .push_range(footer.start..object.size_bytes(), footer.bytes)
        .map_err(damaged)?;
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

fn check_version(object: &Object, metadata: &ParquetMetaData) -> Result<u32, BlockError> {
    let version = said(metadata, VERSION_KEY).and_then(|version| version.parse().ok());
    match version {
        Some(version @ 1..=VERSION) => Ok(version),
        Some(version) => Err(BlockError::Newer {
            path: object.path().to_string(),
            version,
            known: VERSION,
        }),
        None => Err(object.damaged(Damage::Shape("it does not say its version"))),
    }
}

/// What the footer says under a key.
fn said<'m>(metadata: &'m ParquetMetaData, key: &str) -> Option<&'m str> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
}

/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 8_192;
