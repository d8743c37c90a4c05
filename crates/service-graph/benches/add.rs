//! How long a trace takes to be added to a graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Timestamp;
use demo::Shop;
use divan::Bencher;
use divan::counter::ItemsCount;
use document::TraceId;
use filter::{Filter, Subject};
use service_graph::{Admission, GraphSum, GroupNamed, Rollups, Selection, VersionInForce};
use trace::{Received, Trace};

fn main() {
    divan::main();
}

#[divan::bench]
fn add_traces_to_a_graph(bencher: Bencher<'_, '_>) {
    let traces: Vec<Trace> = visits()
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

/// A thousand visits, each with its documents as they came.
fn visits() -> Vec<(TraceId, Vec<Received>)> {
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
    documents.into_iter().collect()
}

/// Some groups with one expression each.
#[derive(Debug)]
struct Expressions {
    versions: Vec<VersionInForce>,
    filters: Vec<Filter>,
}

impl Expressions {
    fn new(texts: &[&str]) -> Expressions {
        let filters = texts.iter().map(|text| text.parse().expect("an expression"));
        let versions = (1..=texts.len() as u32).map(|number| VersionInForce {
            number,
            group: number,
            from: Timestamp::EPOCH,
            until: None,
        });
        Expressions {
            versions: versions.collect(),
            filters: filters.collect(),
        }
    }
}

impl Admission for Expressions {
    fn versions(&self) -> &[VersionInForce] {
        &self.versions
    }

    fn admits(&self, number: u32, trace: &Trace) -> bool {
        let subject = Subject {
            trace,
            home: "",
            groups: &[],
        };
        self.filters[number as usize - 1].matches(&subject)
    }

    fn group(&self, _named: GroupNamed<'_>) -> Option<u32> {
        None
    }
}

/// The expressions of the groups: none, one that few traces match, one that most do, both.
const GROUPS: [&[&str]; 4] = [&[], &[FEW], &[MOST], &[FEW, MOST]];
const FEW: &str = r#"service("orders") { fault OR responsetime > 2 } AND http.url CONTAINS "checkout""#;
const MOST: &str = "responsetime > 0.001 AND !fault";

#[divan::bench(args = GROUPS, sample_count = 20)]
fn add_traces_to_roll_ups_with_groups(bencher: Bencher<'_, '_>, texts: &[&str]) {
    let (visits, groups) = (visits(), Expressions::new(texts));
    bencher.counter(ItemsCount::new(visits.len())).bench(|| {
        let mut rollups = Rollups::default();
        for (id, documents) in &visits {
            rollups.add_trace(*id, documents, &groups, 1);
        }
        rollups
    });
}
