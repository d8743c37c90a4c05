//! A block is one object. It is a Parquet file that any reader of Parquet understands; what is ours lies between the
//! pages and the footer, where such readers do not look, and in the footer's key-value metadata.
//!
//! ```text
//! object:     "PAR1" | pages of columns | offset indexes | sections | directory | checksums
//!             | footer | footer length u32 | "PAR1"
//! checksums:  (length u32, crc32c u32)* | crc32c u32 of all that follows the checksums
//!             | count of pairs u32 | crc32c u32 of the checksums up to here                    little-endian
//! ```
//! The pairs describe the bytes from the object's beginning to the checksums, one after the other: whatever can be
//! read alone, a page of a column or a piece of a section, is a pair of its own, so it can be verified before anyone
//! looks at it. The directory is the last pair.
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
//! | `duration`, `response_time` | i64 ns, optional | `trace::Facts` |
//! | `root_flags` | u8, optional | of the root: 1 error, 2 throttle, 4 fault |
//! | `partial` | bool | `trace::Facts` |
//!
//! Sections, each described where it is written: the directory says where they lie (`sections.rs`); documents lie in
//! pages (`pages.rs`) as skeletons and streams (`tokens.rs`); a row's page slot is its own number, or stands in the slot
//! numbers, little-endian, 1..4 bytes a row; ids are found through a filter (`fuse.rs`) of their hashes and a table
//! (`ids.rs`), and lie 16 bytes a row at the ends of the pages of `trace_id`; terms through a filter and a table of
//! postings (`terms.rs`); texts are searched one after the other, and lead to their terms (`texts.rs`, `text_pieces.rs`).
//!
//! Key-value metadata: `roentgen.block.version` = `3`. A reader refuses a greater one. `roentgen.block.terms` names the
//! rules that made the terms of all rows; where it is missing, terms say nothing of the rows. Numbers are delta-coded; nothing
//! in a column is compressed or has a dictionary.
//!
//! Version 2 has no texts. Version 1 has no sections, no directory and no facts, and the documents as a column:
//!
//! | column | type | |
//! |---|---|---|
//! | `documents` | list of struct | ascending by position, never empty |
//! | `documents.position` | u64 | place in the journal |
//! | `documents.receipt` | timestamp ns | when it was taken |
//! | `documents.text` | binary, zstd | the sender's bytes: one JSON object |

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

/// The version of the format that [`crate::encode`] writes, and the newest that [`crate::Block`] reads.
pub const VERSION: u32 = 3;

pub(crate) const VERSION_KEY: &str = "roentgen.block.version";
pub(crate) const TERMS_KEY: &str = "roentgen.block.terms";

pub(crate) const TRACE_ID: &str = "trace_id";
pub(crate) const WRITING: &str = "writing";
pub(crate) const START: &str = "start";
pub(crate) const END: &str = "end";
pub(crate) const FIRST_RECEIPT: &str = "first_receipt";
pub(crate) const LAST_RECEIPT: &str = "last_receipt";
pub(crate) const DURATION: &str = "duration";
pub(crate) const RESPONSE_TIME: &str = "response_time";
pub(crate) const ROOT_FLAGS: &str = "root_flags";
pub(crate) const PARTIAL: &str = "partial";
pub(crate) const DOCUMENTS: &str = "documents";
pub(crate) const POSITION: &str = "position";
pub(crate) const RECEIPT: &str = "receipt";
pub(crate) const TEXT: &str = "text";

/// Most rows of a row group.
const ROW_GROUP_ROWS: usize = 65_536;
/// What a page of trace ids holds: 1,024 of them.
const ID_PAGE_BYTES: usize = 16 << 10;

/// The columns as arrow sees them.
pub(crate) fn columns(version: u32) -> Arc<Schema> {
    let mut fields = vec![
        Field::new(TRACE_ID, DataType::FixedSizeBinary(16), false),
        Field::new(WRITING, DataType::UInt32, false),
        Field::new(START, moment(), false),
        Field::new(END, moment(), true),
        Field::new(FIRST_RECEIPT, moment(), false),
        Field::new(LAST_RECEIPT, moment(), false),
    ];
    if version == 1 {
        fields.push(Field::new(DOCUMENTS, DataType::LargeList(element()), false));
    } else {
        fields.extend([
            Field::new(DURATION, DataType::Int64, true),
            Field::new(RESPONSE_TIME, DataType::Int64, true),
            Field::new(ROOT_FLAGS, DataType::UInt8, true),
            Field::new(PARTIAL, DataType::Boolean, false),
        ]);
    }
    Arc::new(Schema::new(fields))
}

/// One document of the list.
fn element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Struct(document()), false))
}

/// The parts of a document.
fn document() -> Fields {
    Fields::from(vec![
        Field::new(POSITION, DataType::UInt64, false),
        Field::new(RECEIPT, moment(), false),
        Field::new(TEXT, DataType::LargeBinary, false),
    ])
}

/// How Parquet writes it, with the version of the terms where there is one.
pub(crate) fn properties(terms_version: Option<u64>) -> Result<WriterProperties, ParquetError> {
    let mut pairs = vec![KeyValue::new(VERSION_KEY.to_owned(), VERSION.to_string())];
    pairs.extend(terms_version.map(|version| KeyValue::new(TERMS_KEY.to_owned(), version.to_string())));
    let properties = WriterProperties::builder()
        .set_created_by("roentgen".to_owned())
        .set_key_value_metadata(Some(pairs))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_write_batch_size(WRITE_BATCH_ROWS)
        .set_dictionary_enabled(false)
        .set_compression(Compression::UNCOMPRESSED)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_encoding(ColumnPath::from(PARTIAL), Encoding::PLAIN)
        .set_column_encoding(ColumnPath::from(TRACE_ID), Encoding::PLAIN)
        .set_column_data_page_size_limit(ColumnPath::from(TRACE_ID), ID_PAGE_BYTES)
        .set_column_statistics_enabled(ColumnPath::from(TRACE_ID), EnabledStatistics::None);
    Ok(properties.build())
}

fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
}

/// Parquet looks at a page's size after so many values.
const WRITE_BATCH_ROWS: usize = 1_024;
