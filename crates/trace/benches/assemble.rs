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
