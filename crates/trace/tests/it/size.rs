//! Traces far larger than any that is meant (`settled.md` 16 and 17): wide, deep, and both in one document.
//! How long they take is the business of the benches.

use std::sync::Arc;

use bytes::Bytes;
use clock::Timestamp;
use document::TraceId;
use trace::{Received, Trace};

const TRACE: &str = "1-68e7780c-5b1f0c6a9d3e82774410ab9f";
const ENTITIES: usize = 100_000;
const LEVELS_MAX: usize = 500;

fn members(place: usize) -> String {
    format!(
        r#""id":"{:016x}","name":"n","start_time":1,"end_time":2"#,
        place + 1
    )
}

fn subsegment(place: usize, parent: usize) -> String {
    let members = members(place);
    format!(
        r#"{{{members},"type":"subsegment","trace_id":"{TRACE}","parent_id":"{:016x}"}}"#,
        parent + 1
    )
}

fn root(subsegments: &str) -> String {
    let members = members(0);
    format!(r#"{{{members},"trace_id":"{TRACE}","subsegments":[{subsegments}]}}"#)
}

fn assemble(documents: impl Iterator<Item = String>) -> Trace {
    let received = (0..).zip(documents).map(|(position, text)| Received {
        segment: Arc::new(document::reread(&Bytes::from(text)).expect("a valid document")),
        position,
        receipt: Timestamp::EPOCH,
    });
    let id: TraceId = TRACE.parse().expect("a trace id");
    Trace::assemble(id, received.collect())
}

/// Every entity is there once, in as many entries as its depth asks for, and the trace is whole.
fn check(trace: &Trace, entries: usize) {
    assert_eq!(trace.entities().count(), ENTITIES);
    assert!(!trace.is_partial());
    assert_eq!(trace.duration_nanos(), Some(1_000_000_000));
    assert_eq!(trace.nodes("").len(), 2);
    assert_eq!(trace.fault_causes(""), []);
    assert_eq!(trace.root().map(|root| root.own_entities().len()), Some(ENTITIES));
    let documents = trace.documents();
    assert_eq!(documents.len(), entries);
    let names: usize = documents
        .iter()
        .map(|entry| entry.document.matches(r#""name""#).count())
        .sum();
    assert_eq!(names, ENTITIES);
}

#[test]
fn a_wide_trace_of_a_hundred_thousand_documents_is_put_together() {
    let subsegments = (1..ENTITIES).rev().map(|place| subsegment(place, 0));
    check(&assemble(subsegments.chain([root("")])), 1);
}

#[test]
fn a_deep_trace_of_a_hundred_thousand_documents_is_put_together() {
    let subsegments = (1..ENTITIES).rev().map(|place| subsegment(place, place - 1));
    check(
        &assemble(subsegments.chain([root("")])),
        ENTITIES.div_ceil(LEVELS_MAX + 1),
    );
}

#[test]
fn one_document_that_nests_a_hundred_thousand_deep_is_put_together() {
    let mut nested = String::new();
    for place in 1..ENTITIES {
        nested += &format!(r#"{{{},"subsegments":["#, members(place));
    }
    nested += &"]}".repeat(ENTITIES - 1);
    check(
        &assemble([root(&nested)].into_iter()),
        ENTITIES.div_ceil(LEVELS_MAX + 1),
    );
}
