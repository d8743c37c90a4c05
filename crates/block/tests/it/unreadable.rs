//! A document that this program cannot read costs its neighbours nothing.

use std::sync::Arc;

use assembly::AssembledTrace;
use bytes::Bytes;
use document::Segment;

use crate::sample::{document, encode, open, received, rows_of, second, trace_id};

/// A trace of two documents, the first of them with these bytes in place of its own.
fn trace(number: u32, text: &'static [u8]) -> AssembledTrace {
    let position = u64::from(number) * 10;
    let mut first = received(document(number, position, 1, None), position, second(1));
    let mut segment = Segment::clone(&first.segment);
    segment.text = Bytes::from_static(text);
    first.segment = Arc::new(segment);
    let last = received(document(number, position + 1, 1, None), position + 1, second(1));
    AssembledTrace::new(trace_id(number), 1, vec![first, last])
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_left_out_alone() {
    let mut nothing_left = trace(2, b"\xFF\xFE");
    nothing_left.documents.truncate(1);
    let traces = [
        trace(1, b"{\"id\":\"of another version\"}"),
        nothing_left,
        trace(3, b""),
    ];
    let block = open(&encode(&traces).expect("a block"))
        .await
        .expect("what was written");
    let rows = rows_of(&block, [3, 2, 1].map(trace_id)).await;
    let read = block.read(&rows).await.expect("the rest");
    let positions = read
        .iter()
        .map(|trace| (trace.id, trace.documents[0].position, trace.documents.len()));
    assert_eq!(
        positions.collect::<Vec<_>>(),
        [(trace_id(3), 31, 1), (trace_id(1), 11, 1)]
    );
}
