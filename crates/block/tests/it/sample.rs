//! Traces to store, and blocks of them in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use assembly::AssembledTrace;
use block::{
    Block, BlockError, Condition, EncodeError, EncodeRow, EncodedBlock, PieceCache, Row, TextTest, Texts,
};
use bytes::Bytes;
use clock::Timestamp;
use document::TraceId;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use trace::{Received, TextPart, Trace};

pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

pub(crate) fn trace_id(number: u32) -> TraceId {
    format!("1-58406520-{number:024x}").parse().expect("a trace id")
}

/// One segment document of a trace.
pub(crate) fn received(text: String, position: u64, receipt: Timestamp) -> Received {
    let segment = document::reread(&Bytes::from(text)).expect("a valid document");
    Received {
        segment: Arc::new(segment),
        position,
        receipt,
    }
}

/// A document that begins and ends at whole seconds, or has not ended.
pub(crate) fn document(trace: u32, position: u64, start: i64, end: Option<i64>) -> String {
    let end = end.map_or_else(
        || r#""in_progress":true"#.to_owned(),
        |end| format!(r#""end_time":{end}"#),
    );
    let id = trace_id(trace);
    format!(r#"{{"id":"{position:016x}","name":"shop","trace_id":"{id}","start_time":{start},{end}}}"#)
}

/// So many traces of the sample shop, as its services would send them.
pub(crate) fn shop_traces(visits: u32) -> Vec<AssembledTrace> {
    let mut shop = demo::Shop::new(7);
    let mut by_trace: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    let mut position = 0;
    for visit in 0..visits {
        let begun = second(1_767_225_600) + std::time::Duration::from_millis(u64::from(visit) * 40);
        for sent in shop.visit(begun).documents {
            let received = received(sent.document, position, sent.at);
            by_trace
                .entry(received.segment.trace_id)
                .or_default()
                .push(received);
            position += 1;
        }
    }
    by_trace
        .into_iter()
        .map(|(id, documents)| AssembledTrace::new(id, 1, documents))
        .collect()
}

/// A trace as a row, carrying as terms the divisors below 20 of its first position, one of its own, and one that
/// all traces carry.
pub(crate) fn row(trace: &AssembledTrace) -> EncodeRow {
    let first = trace.documents.first().map_or(0, |received| received.position);
    let mut terms: Vec<u64> = (2..20).filter(|number| first.is_multiple_of(*number)).collect();
    terms.extend([1 << 40 | first, u64::MAX]);
    EncodeRow {
        trace: trace.clone(),
        facts: Trace::assemble(trace.id, trace.documents.clone()).facts(),
        terms,
        texts: texts_of(trace),
        terms_version: Some(7),
    }
}

/// As texts one of its own, and one that every third trace has, both not all in ASCII.
fn texts_of(trace: &AssembledTrace) -> Texts {
    let first = trace.documents.first().map_or(0, |received| received.position);
    texts(&[
        (URLS, &format!("https://가게.example/{first:06}/x")),
        (PARTS, &format!("part 하나 {}", first % 3)),
    ])
}

/// These texts with their fields.
pub(crate) fn texts(texts: &[(u64, &str)]) -> Texts {
    let (mut all, mut places) = (String::new(), vec![]);
    for (field, text) in texts {
        let start = all.len();
        all.push_str(text);
        places.push((*field, start..all.len()));
    }
    Texts::new(all, places)
}

/// Where a text of a field has to have a part.
pub(crate) fn text(field: u64, part: TextPart, text: &str) -> Condition {
    Condition::Text(TextTest {
        field,
        part,
        text: text.into(),
    })
}

/// Fields of texts.
pub(crate) const URLS: u64 = u64::MAX - 7;
pub(crate) const PARTS: u64 = 3;

/// A block of these traces.
pub(crate) fn encode(traces: &[AssembledTrace]) -> Result<EncodedBlock, EncodeError> {
    let rows: Vec<EncodeRow> = traces.iter().map(row).collect();
    block::encode(&rows)
}

/// A cache so small that it forgets.
pub(crate) fn pieces() -> Arc<PieceCache> {
    Arc::new(PieceCache::new(10_000))
}

/// Where traces lie that the block holds.
pub(crate) async fn rows_of(block: &Block, ids: impl IntoIterator<Item = TraceId>) -> Vec<Row> {
    let mut rows = Vec::new();
    for id in ids {
        let found = block.find(id).await.expect("a table");
        rows.push(found.expect("a stored trace").row);
    }
    rows
}

/// Puts a block's bytes where it can be opened.
pub(crate) async fn open(encoded: &EncodedBlock) -> Result<Block, BlockError> {
    open_bytes(encoded.bytes.clone(), encoded.bytes.len() as u64).await
}

/// Opens these bytes as a block that was written with so many.
pub(crate) async fn open_bytes(bytes: Bytes, size_bytes: u64) -> Result<Block, BlockError> {
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let path = Path::from("blocks/sample.parquet");
    objects
        .put(&path, bytes.into())
        .await
        .expect("memory takes everything");
    Block::open(objects, path, size_bytes, &pieces()).await
}

/// What can be compared of a trace.
pub(crate) fn outline(trace: &AssembledTrace) -> (TraceId, u32, Vec<(u64, Timestamp, Bytes)>) {
    let documents = trace.documents.iter();
    let documents = documents.map(|one| (one.position, one.receipt, one.segment.text.clone()));
    (trace.id, trace.writing, documents.collect())
}
