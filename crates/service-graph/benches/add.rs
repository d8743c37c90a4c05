//! How long a trace takes to be added to a graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use demo::Shop;
use divan::Bencher;
use divan::counter::ItemsCount;
use document::TraceId;
use service_graph::{GraphSum, Selection};
use trace::{Received, Trace};

fn main() {
    divan::main();
}

#[divan::bench]
fn add_traces_to_a_graph(bencher: Bencher<'_, '_>) {
    let mut shop = Shop::new(1);
    let visits = (0..1_000).map(|second| shop.visit(Timestamp::from_seconds(1_767_225_600 + second)));
    let mut documents: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for (position, sent) in (0..).zip(visits.flat_map(|visit| visit.documents)) {
        let segment = document::reread(&sent.document.into()).expect("the shop sends valid documents");
        let received = Received {
            segment: Arc::new(segment),
            position,
            receipt: sent.at,
        };
        documents
            .entry(received.segment.trace_id)
            .or_default()
            .push(received);
    }
    let traces: Vec<Trace> = documents
        .into_iter()
        .map(|(id, documents)| Trace::assemble(id, documents))
        .collect();
    bencher.counter(ItemsCount::new(traces.len())).bench(|| {
        let mut graph = GraphSum::new("");
        traces
            .iter()
            .for_each(|trace| graph.add_trace(trace, Selection::Whole));
        graph
    });
}
