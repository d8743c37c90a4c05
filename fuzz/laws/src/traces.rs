//! Traces made of foreign bytes: a line is a document.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use clock::Timestamp;
use document::{Accepted, Limits, Segment, TraceId};
use trace::{Received, Trace};

/// The accepted documents of each trace, in the order of the lines. Each line is a call of its own.
pub(crate) fn received(bytes: &[u8]) -> BTreeMap<TraceId, Vec<Received>> {
    let mut accepted = Accepted::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        document::accept(&Bytes::copy_from_slice(line), &Limits::default(), &mut accepted);
    }
    let mut traces: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for (position, segment) in (0..).zip(accepted.segments) {
        let place = traces.entry(segment.trace_id).or_default();
        place.push(received_at(position, Arc::new(segment)));
    }
    traces
}

/// The document as it came at this position, a second for each.
pub(crate) fn received_at(position: u64, segment: Arc<Segment>) -> Received {
    let second = i64::try_from(position).unwrap_or(i64::MAX);
    Received {
        segment,
        position,
        receipt: Timestamp::from_seconds(second),
    }
}

/// The first document that is returned for a trace of this one alone.
pub(crate) fn returned_for(segment: &Segment) -> String {
    let alone = received_at(0, Arc::new(segment.clone()));
    let trace = Trace::assemble(segment.trace_id, vec![alone]);
    let top = segment.top().id;
    let entry = trace.documents().into_iter().find(|entry| entry.id == top);
    entry.expect("a document is returned for itself").document
}
