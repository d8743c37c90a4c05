//! Documents in the compact notation of `spec/service-graph.md` 6 (seconds after a base time, short ids, `ns`, `st`),
//! and graphs of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use document::TraceId;
use serde_json::{Value, json};
use trace::{Received, Trace};

use crate::{GraphSum, Selection, ServiceGraph};

/// 2026-01-01T00:00:00Z: every time in the notation counts from here.
pub(super) const BASE: i64 = 1_767_225_600;

/// The server's own account.
pub(super) const HOME: &str = "000000000000";

/// One document from its line, at this place of the journal, taken so many seconds after the base time.
pub(super) fn received(position: u64, second: f64, line: &str) -> Received {
    let compact: Value = serde_json::from_str(line).expect("a line of JSON");
    received_value(position, second, compact)
}

/// One document from its members.
pub(super) fn received_value(position: u64, second: f64, compact: Value) -> Received {
    let text = expanded(compact).to_string();
    let segment = document::reread(&text.into()).expect("a valid document");
    let receipt = Timestamp::from_seconds_f64(BASE as f64 + second).expect("a time");
    Received {
        segment: Arc::new(segment),
        position,
        receipt,
    }
}

/// One document a line, all taken a minute after the base time.
pub(super) fn lines(text: &str) -> Vec<Received> {
    (0..)
        .zip(text.lines())
        .map(|(position, line)| received(position, 60.0, line))
        .collect()
}

/// The graph of everything that has ended.
pub(super) fn whole(documents: &[Received]) -> ServiceGraph {
    graph(documents, Selection::Whole)
}

/// The graph of a window, with the topology of its end: what came later is not there yet.
pub(super) fn window(documents: &[Received], first: i64, last: i64) -> ServiceGraph {
    let (first, last) = (BASE + first, BASE + last);
    let known: Vec<_> = documents
        .iter()
        .filter(|document| document.receipt.seconds() <= last)
        .cloned()
        .collect();
    graph(&known, Selection::Received { first, last })
}

fn graph(documents: &[Received], selection: Selection) -> ServiceGraph {
    let mut sum = GraphSum::new(HOME);
    for trace in traces(documents) {
        sum.add_trace(&trace, selection);
    }
    sum.graph()
}

/// The documents sorted into their traces.
pub(super) fn traces(documents: &[Received]) -> Vec<Trace> {
    let mut by_id: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for document in documents {
        by_id
            .entry(document.segment.trace_id)
            .or_default()
            .push(document.clone());
    }
    by_id
        .into_iter()
        .map(|(id, documents)| Trace::assemble(id, documents))
        .collect()
}

fn expanded(mut compact: Value) -> Value {
    let members = compact.as_object_mut().expect("an object");
    for (key, value) in members.iter_mut() {
        match (key.as_str(), value.as_str().map(str::to_owned)) {
            ("id" | "parent_id", Some(id)) => *value = json!(format!("{id:0>16}")),
            ("trace_id", Some(id)) => *value = json!(trace_id(&id)),
            ("start_time" | "end_time", None) => {
                *value = json!(BASE as f64 + value.as_f64().expect("a number"));
            }
            ("subsegments" | "links", None) => {
                value
                    .as_array_mut()
                    .expect("a list")
                    .iter_mut()
                    .for_each(|child| *child = expanded(child.take()));
            }
            _ => {}
        }
    }
    if let Some(namespace) = members.remove("ns") {
        members.insert("namespace".to_owned(), namespace);
    }
    if let Some(status) = members.remove("st") {
        members.insert("http".to_owned(), json!({ "response": { "status": status } }));
    }
    compact
}

/// `T1` spelled out: its letters are the last digits.
fn trace_id(short: &str) -> String {
    let digits: String = short.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("1-6955b900-{digits:0>24}")
}
