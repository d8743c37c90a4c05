//! Documents as they come out of a block of version 1, which keeps them as a column.

use std::sync::Arc;

use arrow::array::{
    Array, LargeBinaryArray, LargeListArray, RecordBatch, StructArray, TimestampNanosecondArray, UInt64Array,
};
use bytes::Bytes;
use clock::Timestamp;
use document::TraceId;
use trace::Received;

use crate::columns::column;
use crate::error::Damage;
use crate::schema;

pub(crate) const NAMES: [&str; 1] = [schema::DOCUMENTS];

/// The documents of each row.
pub(crate) fn from_batches(batches: &[RecordBatch]) -> Result<Vec<Vec<Received>>, Damage> {
    let mut rows = Vec::new();
    for batch in batches {
        let lists: &LargeListArray = column(batch, schema::DOCUMENTS)?;
        for list in lists.iter() {
            let list = list.ok_or(Damage::Shape("a row has no documents"))?;
            let list = list
                .as_any()
                .downcast_ref()
                .ok_or(Damage::Shape("a document is no struct"))?;
            rows.push(documents(list)?);
        }
    }
    Ok(rows)
}

/// Whether these can be documents of one row of this trace.
pub(crate) fn are_of(documents: &[Received], id: TraceId) -> bool {
    let ascend = documents
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.position < b.position));
    ascend && documents.iter().all(|received| received.segment.trace_id == id)
}

fn documents(list: &StructArray) -> Result<Vec<Received>, Damage> {
    let positions: &UInt64Array = part(list, schema::POSITION)?;
    let receipts: &TimestampNanosecondArray = part(list, schema::RECEIPT)?;
    let texts: &LargeBinaryArray = part(list, schema::TEXT)?;
    let mut documents = Vec::with_capacity(list.len());
    for ((position, receipt), text) in positions.iter().zip(receipts).zip(texts) {
        let (Some(position), Some(receipt), Some(text)) = (position, receipt, text) else {
            return Err(Damage::Shape("a part of a document is missing"));
        };
        let text = Bytes::copy_from_slice(text);
        documents.extend(received(position, Timestamp::from_nanos(receipt), &text));
    }
    Ok(documents)
}

/// A document; `None` where it is none that this program knows to read. Its bytes are those that were written, so the
/// block is not at fault, and the others in it are worth more than a clean refusal.
pub(crate) fn received(position: u64, receipt: Timestamp, text: &Bytes) -> Option<Received> {
    match document::reread(text) {
        Ok(segment) => Some(Received {
            segment: Arc::new(segment),
            position,
            receipt,
        }),
        Err(problem) => {
            tracing::error!(
                position,
                ?problem,
                "a stored document is left out: it cannot be read"
            );
            None
        }
    }
}

fn part<'a, A: Array + 'static>(list: &'a StructArray, name: &str) -> Result<&'a A, Damage> {
    let part = list
        .column_by_name(name)
        .ok_or(Damage::Shape("a part of the documents is missing"))?;
    part.as_any()
        .downcast_ref()
        .ok_or(Damage::Shape("a part of the documents has another type"))
}

/// What is wrong with a row in which documents of several traces lie.
pub(crate) const OF_ANOTHER: Damage = Damage::Shape("a row holds documents of another trace");
