//! How long putting a trace together takes, and what is then said of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use demo::Shop;
use divan::Bencher;
use divan::counter::ItemsCount;
use document::TraceId;
use trace::{Received, Trace};

fn main() {
    divan::main();
}

#[divan::bench]
fn assemble(bencher: Bencher<'_, '_>) {
    let traces = sample();
    let assemble_all = || {
        traces
            .iter()
            .map(|(id, documents)| Trace::assemble(*id, documents.clone()))
            .collect::<Vec<_>>()
    };
    bencher.counter(ItemsCount::new(traces.len())).bench(assemble_all);
}

#[divan::bench]
fn nodes_and_causes(bencher: Bencher<'_, '_>) {
    let traces: Vec<Trace> = sample()
        .into_iter()
        .map(|(id, documents)| Trace::assemble(id, documents))
        .collect();
    bencher.counter(ItemsCount::new(traces.len())).bench(|| {
        let said = |trace: &Trace| {
            (
                trace.nodes("").len(),
                trace.fault_causes("").len(),
                trace.response_time_causes("").len(),
            )
        };
        traces.iter().map(said).collect::<Vec<_>>()
    });
}

fn sample() -> BTreeMap<TraceId, Vec<Received>> {
    let mut shop = Shop::new(1);
    let visits = (0..1_000).map(|second| shop.visit(Timestamp::from_seconds(1_767_225_600 + second)));
    let mut traces: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for (position, sent) in (0..).zip(visits.flat_map(|visit| visit.documents)) {
        let segment = document::reread(&sent.document.into()).expect("the shop sends valid documents");
        let received = Received {
            segment: Arc::new(segment),
            position,
            receipt: sent.at,
        };
        traces
            .entry(received.segment.trace_id)
            .or_default()
            .push(received);
    }
    traces
}

/// A trace of so many entities, each a document of its own: below the root, or each below the one before.
#[divan::bench(args = [1_000, 10_000, 100_000])]
fn wide(bencher: Bencher<'_, '_>, entities: usize) {
    assemble_large(bencher, entities, |_| 0);
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn deep(bencher: Bencher<'_, '_>, entities: usize) {
    assemble_large(bencher, entities, |place| place - 1);
}

/// Documents that undo one another, each but the last: every one embeds a better version of the next one's entity.
#[divan::bench(args = [1_000, 10_000, 100_000])]
fn undoing_one_another(bencher: Bencher<'_, '_>, entities: usize) {
    let documents = (0..entities).map(|place| {
        format!(
            r#"{{"trace_id":"{TRACE}","id":"{place:016x}","name":"n","start_time":1,"in_progress":true,"subsegments":[{{"id":"{:016x}","name":"n","start_time":1,"end_time":2}}]}}"#,
            place + 1
        )
    });
    assemble_these(bencher, documents);
}

fn assemble_large(bencher: Bencher<'_, '_>, entities: usize, parent: fn(usize) -> usize) {
    let documents = (0..entities).map(|place| {
        let parent = match place {
            0 => String::new(),
            _ => format!(r#""type":"subsegment","parent_id":"{:016x}","#, parent(place)),
        };
        format!(
            r#"{{"trace_id":"{TRACE}",{parent}"id":"{place:016x}","name":"n","start_time":1,"end_time":2}}"#
        )
    });
    assemble_these(bencher, documents);
}

fn assemble_these(bencher: Bencher<'_, '_>, documents: impl Iterator<Item = String>) {
    let received = (0..).zip(documents).map(|(position, text)| Received {
        segment: Arc::new(document::reread(&text.into()).expect("a valid document")),
        position,
        receipt: Timestamp::EPOCH,
    });
    let received: Vec<Received> = received.collect();
    let id: TraceId = TRACE.parse().expect("a trace id");
    bencher
        .counter(ItemsCount::new(received.len()))
        .with_inputs(|| received.clone())
        .bench_values(|received| Trace::assemble(id, received));
}

const TRACE: &str = "1-68e7780c-5b1f0c6a9d3e82774410ab9f";
