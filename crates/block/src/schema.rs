//! A block is one object. It is a Parquet file that any reader of Parquet understands; what is ours lies between the
//! pages and the footer, where such readers do not look, and in the footer's key-value metadata.
//!
//! ```text
//! object:     "PAR1" | pages of columns | offset indexes | checksums | footer | footer length u32 | "PAR1"
//! checksums:  (length u32, crc32c u32)* | crc32c u32 of all that follows the checksums
//!             | count of pairs u32 | crc32c u32 of the checksums up to here                    little-endian
//! ```
//! The pairs describe the bytes from the object's beginning to the checksums, one after the other: each page is a
//! pair of its own, so whatever part of a column is read can be verified before Parquet sees it.
//!
//! One row is one writing of one trace. INVARIANT: rows ascend by (start, trace_id); a trace id comes once.
//!
//! | column | type | |
//! |---|---|---|
//! | `trace_id` | fixed(16) | the bytes that the id's hex digits stand for |
//! | `writing` | u32 | from 1; in other blocks lower ones are superseded |
//! | `start` | timestamp ns | earliest start of all entities |
//! | `end` | timestamp ns, optional | latest end of all entities that have ended |
//! | `first_receipt`, `last_receipt` | timestamp ns | of its documents |
//! | `documents` | list of struct | ascending by position, never empty |
//! | `documents.position` | u64 | place in the journal |
//! | `documents.receipt` | timestamp ns | when it was taken |
//! | `documents.text` | binary | the sender's bytes: one JSON object |
//!
//! Key-value metadata: `roentgen.block.version` = `1`. A reader refuses a greater one.
//! Only `documents.text` is compressed (zstd); numbers are delta-coded; nothing has a dictionary. A row group holds
//! at most [`ROW_GROUP_ROWS`] rows, a page of texts about [`TEXT_PAGE_BYTES`] before compression, cut between rows.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

/// The version of the format that [`crate::encode`] writes, and the newest that [`crate::Block`] reads.
pub const VERSION: u32 = 1;

pub(crate) const VERSION_KEY: &str = "roentgen.block.version";

pub(crate) const TRACE_ID: &str = "trace_id";
pub(crate) const WRITING: &str = "writing";
pub(crate) const START: &str = "start";
pub(crate) const END: &str = "end";
pub(crate) const FIRST_RECEIPT: &str = "first_receipt";
pub(crate) const LAST_RECEIPT: &str = "last_receipt";
pub(crate) const DOCUMENTS: &str = "documents";
pub(crate) const POSITION: &str = "position";
pub(crate) const RECEIPT: &str = "receipt";
pub(crate) const TEXT: &str = "text";

/// Most rows of a row group.
pub(crate) const ROW_GROUP_ROWS: usize = 8_192;
/// About how many bytes of text a page holds: what reading one row must unpack, against what zstd makes of it.
pub(crate) const TEXT_PAGE_BYTES: usize = 256 << 10;

/// The columns as arrow sees them.
pub(crate) fn columns() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new(TRACE_ID, DataType::FixedSizeBinary(16), false),
        Field::new(WRITING, DataType::UInt32, false),
        Field::new(START, moment(), false),
        Field::new(END, moment(), true),
        Field::new(FIRST_RECEIPT, moment(), false),
        Field::new(LAST_RECEIPT, moment(), false),
        Field::new(DOCUMENTS, DataType::LargeList(element()), false),
    ]))
}

/// One document of the list.
pub(crate) fn element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Struct(document()), false))
}

/// The parts of a document.
pub(crate) fn document() -> Fields {
    Fields::from(vec![
        Field::new(POSITION, DataType::UInt64, false),
        Field::new(RECEIPT, moment(), false),
        Field::new(TEXT, DataType::LargeBinary, false),
    ])
}

/// How Parquet writes it.
pub(crate) fn properties() -> Result<WriterProperties, ParquetError> {
    let text = leaf(TEXT);
    let properties = WriterProperties::builder()
        .set_created_by("roentgen".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            VERSION_KEY.to_owned(),
            VERSION.to_string(),
        )]))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_write_batch_size(WRITE_BATCH_ROWS)
        .set_dictionary_enabled(false)
        .set_compression(Compression::UNCOMPRESSED)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_encoding(ColumnPath::from(TRACE_ID), Encoding::PLAIN)
        .set_column_statistics_enabled(ColumnPath::from(TRACE_ID), EnabledStatistics::None)
        .set_column_encoding(text.clone(), Encoding::PLAIN)
        .set_column_compression(text.clone(), Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_column_data_page_size_limit(text.clone(), TEXT_PAGE_BYTES)
        .set_column_statistics_enabled(text, EnabledStatistics::None)
        .set_column_statistics_enabled(leaf(POSITION), EnabledStatistics::None)
        .set_column_statistics_enabled(leaf(RECEIPT), EnabledStatistics::None);
    Ok(properties.build())
}

/// Parquet's path of a part of a document.
fn leaf(part: &str) -> ColumnPath {
    ColumnPath::from([DOCUMENTS, "list", "element", part].map(str::to_owned).to_vec())
}

fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
}

/// Parquet looks at a page's size after so many values; more would make pages of texts larger than wanted.
const WRITE_BATCH_ROWS: usize = 16;
const ZSTD_LEVEL: i32 = 1;
