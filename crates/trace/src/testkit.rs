//! Documents and traces for tests.

use std::sync::Arc;

use clock::Timestamp;
use document::TraceId;

use crate::{Received, Trace};

pub(crate) const TRACE: &str = "1-68e7780c-5b1f0c6a9d3e82774410ab9f";

/// A document from its members; ids are two hex digits that stand for sixteen.
pub(crate) fn document(position: u64, members: &str) -> Received {
    received(
        position,
        &format!(r#"{{"trace_id":"{TRACE}",{}}}"#, long_ids(members)),
    )
}

/// A document from its text, received in a call of its own.
pub(crate) fn received(position: u64, text: &str) -> Received {
    let segment = document::reread(&text.to_owned().into()).expect("a valid document");
    let receipt = Timestamp::from_seconds(i64::try_from(position).expect("a small number"));
    Received {
        segment: Arc::new(segment),
        position,
        receipt,
    }
}

/// `id:a1` and `parent:a1` spelled out.
fn long_ids(members: &str) -> String {
    let mut text = members.to_owned();
    for (short, key) in [("id:", "id"), ("parent:", "parent_id")] {
        while let Some((before, after)) = text.split_once(short) {
            let (id, rest) = after.split_at(2);
            text = format!("{before}\"{key}\":\"00000000000000{id}\"{rest}");
        }
    }
    text
}

pub(crate) fn trace(documents: &[Received]) -> Trace {
    Trace::assemble(TRACE.parse().expect("a trace id"), documents.to_vec())
}

/// The trace of these documents, whatever its id.
pub(crate) fn trace_of(documents: Vec<Received>) -> Trace {
    let id: TraceId = documents.first().expect("a document").segment.trace_id;
    Trace::assemble(id, documents)
}
